"""A real PostgreSQL server of our own: made on first use, found again after a crash, stopped without loss."""

from __future__ import annotations

import asyncio
import os
import shlex
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from adapters.embedded.errors import EmbeddedError, spoken_plainly
from adapters.embedded.postgres_binaries import PostgresBinaries, find_postgres_binaries
from adapters.embedded.postgres_databases import create_database_if_missing, run_apart, takes_connections
from adapters.embedded.postgres_settings import NOT_DURABLE, SETTINGS
from adapters.embedded.processes import (
    POLL_SECONDS,
    end_process,
    gone_within,
    runs_with_arguments,
)
from adapters.embedded.run_as import RunAs, choose_run_as
from adapters.embedded.state import (
    free_port,
    held_lock,
    kept_secret,
    prepare_directory,
    read_secret,
    write_whole,
)
from domain.path import Title

SUPERUSER = "teilhabe"
DATABASE = "teilhabe"
START_PATIENCE_SECONDS = 60
TRIES = 5
LOG_KEPT_BYTES = 10_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgresStatus:
    """``pid`` and ``dsn`` are there only while the server runs."""

    running: bool
    pid: int | None = None
    dsn: str | None = None
    data_dir: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class StartedPostgres:
    """``started_here`` is False when a running server was found and is used; then its end is somebody else's."""

    dsn: str
    pid: int
    started_here: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddedPostgres:
    """The server whose state lies in ``state_dir``: ``postgres/data``, the password, the port of last time.

    Calls may come from several processes at once: a file lock lets one start it and the others find it. It listens
    on 127.0.0.1 only, asks for a password, and outlives its caller until ``stop``.
    ``durable=False`` gives up safety for speed, for throwaway servers.
    """

    state_dir: Path
    binaries: Path | None = None
    durable: bool = True

    @property
    def data_dir(self) -> Path:
        """The data directory of the server."""
        return self.state_dir.resolve() / "postgres" / "data"

    @property
    def log_file(self) -> Path:
        """What the server says."""
        return self.data_dir.with_name("server.log")

    def start(self) -> StartedPostgres:
        """Start the server, or find it running, and return when it takes connections.

        Raises EmbeddedError with one line: no binaries, no user to run as, disk full, another version's data.
        """
        found = find_postgres_binaries(self.binaries)
        state_dir = prepare_directory(self.state_dir)
        with held_lock(state_dir / "postgres.lock"):
            return self._start_alone(found, state_dir)

    def stop(self) -> bool:
        """Stop the server as it likes to be stopped; False when it did not run."""
        if not self.state_dir.is_dir():
            return False
        with held_lock(self.state_dir / "postgres.lock"):
            pid = self._running_pid()
            if pid is None:
                return False
            # SIGINT rolls open transactions back and writes everything; SIGQUIT leaves that to the next start.
            end_process(pid, "PostgreSQL", (signal.SIGINT, 60.0), (signal.SIGQUIT, 10.0))
            return True

    def status(self) -> PostgresStatus:
        """Whether the server runs, and where; changes nothing."""
        pid = self._running_pid()
        if pid is None:
            return PostgresStatus(running=False, data_dir=self.data_dir)
        return PostgresStatus(running=True, pid=pid, dsn=self._dsn(self._port()), data_dir=self.data_dir)

    async def start_async(self) -> StartedPostgres:
        """``start`` for callers on an event loop."""
        return await asyncio.to_thread(self.start)

    async def stop_async(self) -> bool:
        """``stop`` for callers on an event loop."""
        return await asyncio.to_thread(self.stop)

    def _start_alone(self, found: PostgresBinaries, state_dir: Path) -> StartedPostgres:
        pid = self._running_pid()
        found_running = pid is not None and self._gets_ready(pid)
        if not found_running:
            run_as = self._prepare(found)
            self._launch(found, run_as, state_dir / "postgres-port")
        port = self._port()
        run_apart(create_database_if_missing(self._dsn(port, "postgres"), DATABASE))
        return StartedPostgres(
            dsn=self._dsn(port), pid=int(self._process_file()[0]), started_here=not found_running
        )

    def _prepare(self, found: PostgresBinaries) -> RunAs:
        """Make what the first start needs, and tell as whom the server runs."""
        self._refuse_other_version(found)
        if self.data_dir.is_dir() and not self._password_file.exists():
            raise EmbeddedError(
                f"The password {self._password_file} is gone but the data is there: put the file back, "
                f"or remove {self.data_dir.parent} to start anew",
                de=f"Das Kennwort {self._password_file} ist weg, die Daten sind aber da: die Datei zurücklegen, oder "
                f"{self.data_dir.parent} entfernen und neu beginnen",
            )
        with spoken_plainly(
            f"The data directory {self.data_dir} cannot be made",
            de=f"Das Datenverzeichnis {self.data_dir} lässt sich nicht anlegen",
        ):
            self.data_dir.parent.mkdir(mode=0o700, exist_ok=True)
            run_as = choose_run_as(found / "postgres", self.data_dir.parent)
            run_as.give(self.data_dir.parent)
        for leftover in self.data_dir.parent.glob("unfinished-*"):
            shutil.rmtree(leftover, ignore_errors=True)
        if not self.data_dir.is_dir():
            self._make_data_directory(found, run_as)
        return run_as

    def _make_data_directory(self, found: PostgresBinaries, run_as: RunAs) -> None:
        """Run initdb beside the final place and move the result there, so that half a directory is never used."""
        # The name is our own: the initdb of a killed start may still be writing under another one.
        aside = self.data_dir.with_name(f"unfinished-{os.getpid()}-{time.monotonic_ns()}")
        unfinished, password_for_initdb = aside / "data", aside / "password"
        with spoken_plainly(
            "The password for PostgreSQL cannot be written",
            de="Das Kennwort für PostgreSQL lässt sich nicht schreiben",
        ):
            aside.mkdir(mode=0o700)
            write_whole(password_for_initdb, kept_secret(self._password_file) + "\n")
            run_as.give(aside)
        command: list[str | Path] = [
            found / "initdb", "-D", unfinished, "--username", SUPERUSER, "--pwfile", password_for_initdb,
            "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--data-checksums",
        ]  # fmt: skip
        command += [] if self.durable else ["--no-sync"]
        try:
            # Order by code point everywhere, but letters are letters: lower('Ä') and trigrams need the character type.
            result = run_as.run([*command, "--lc-ctype=C.UTF-8"])
            if result.returncode != 0 and "invalid locale name" in result.stderr:
                result = run_as.run(command)
            if result.returncode != 0:
                raise _reason(
                    Title(
                        de="PostgreSQL konnte sein Datenverzeichnis nicht anlegen",
                        en="PostgreSQL could not make its data directory",
                    ),
                    result.stderr,
                    self.data_dir,
                )
            with spoken_plainly(
                f"The data directory {self.data_dir} cannot be made",
                de=f"Das Datenverzeichnis {self.data_dir} lässt sich nicht anlegen",
            ):
                unfinished.rename(self.data_dir)
        finally:
            shutil.rmtree(aside, ignore_errors=True)

    def _launch(self, found: PostgresBinaries, run_as: RunAs, port_file: Path) -> None:
        """Start the server on the port of last time or a free one."""
        preferred = int(port_file.read_text()) if port_file.is_file() else None
        log = self.log_file
        if log.exists() and log.stat().st_size > LOG_KEPT_BYTES:
            log.replace(log.with_suffix(".log.old"))
        for attempt in range(TRIES):
            self._disown_process_file()
            port = free_port(preferred if attempt == 0 else None)
            already_logged = log.stat().st_size if log.exists() else 0
            settings = {**SETTINGS, **({} if self.durable else NOT_DURABLE), "port": str(port)}
            options = " ".join(f"-c {shlex.quote(f'{name}={value}')}" for name, value in settings.items())
            result = run_as.run([
                found / "pg_ctl", "start", "-w", "-s", "-t", str(START_PATIENCE_SECONDS),
                "-D", self.data_dir, "-l", log, "-o", options,
            ])  # fmt: skip
            if result.returncode == 0:
                write_whole(port_file, f"{port}\n")
                return
            said = _logged_since(log, already_logged) or result.stderr
            if (pid := self._running_pid()) is not None and self._gets_ready(pid):
                return  # a start that was killed in the middle has come to its end meanwhile
            if "could not bind" in said or "could not create any TCP/IP sockets" in said:
                continue
            if "pre-existing shared memory block" in said:
                time.sleep(1.0)  # the children of a killed server are on their way out
                continue
            raise _reason(
                Title(de="PostgreSQL ist nicht gestartet", en="PostgreSQL did not start"), said, self.data_dir
            )
        raise EmbeddedError(
            f"PostgreSQL did not start after {TRIES} tries, see {log}",
            de=f"PostgreSQL ist auch beim {TRIES}. Versuch nicht gestartet, siehe {log}",
        )

    def _running_pid(self) -> int | None:
        """The process of this server, proven by its command line; a number alone may belong to anybody by now."""
        return self._proven(self._process_file())

    def _proven(self, process_file: list[str]) -> int | None:
        if not process_file or not process_file[0].strip().isdigit():
            return None
        pid = int(process_file[0])
        return pid if runs_with_arguments(pid, f"-D {self.data_dir}") else None

    def _process_file(self) -> list[str]:
        try:
            return (self.data_dir / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return []
        except PermissionError as error:
            raise EmbeddedError(
                f"The data directory {self.data_dir} belongs to another user: run as that user, or set TEILHABE_HOME",
                de=f"Das Datenverzeichnis {self.data_dir} gehört einem anderen Benutzer: als dieser starten, oder "
                "TEILHABE_HOME setzen",
            ) from error

    def _port(self) -> int:
        return int(self._process_file()[3])

    def _disown_process_file(self) -> None:
        """Put a number that is dead for certain into the process file that a killed server left behind.

        PostgreSQL takes such a file over by itself, after proving that no child of the old server is left, but
        refuses while its number is in use: by a stranger, or by the old server that nobody has collected yet.
        """
        lines = self._process_file()
        if not lines or self._proven(lines) is not None:
            return
        file = self.data_dir / "postmaster.pid"
        file.write_text("\n".join([str(_dead_pid()), *lines[1:]]) + "\n", encoding="utf-8")

    def _gets_ready(self, pid: int) -> bool:
        """A server found running may still be recovering, or dying: False when it ends while we wait."""
        give_up_at = time.monotonic() + START_PATIENCE_SECONDS
        while not (self._says_ready() and run_apart(takes_connections(self._dsn(self._port())))):
            if gone_within(pid, POLL_SECONDS):
                return False
            if time.monotonic() > give_up_at:
                raise EmbeddedError(
                    f"PostgreSQL (process {pid}) is running but not ready, see {self.log_file}",
                    de=f"PostgreSQL (Prozess {pid}) läuft, ist aber nicht bereit, siehe {self.log_file}",
                )
        return True

    def _says_ready(self) -> bool:
        return [line.strip() for line in self._process_file()[7:8]] == ["ready"]

    def _refuse_other_version(self, found: PostgresBinaries) -> None:
        major = found.major_version()
        with spoken_plainly(
            f"The data directory {self.data_dir} cannot be read",
            de=f"Das Datenverzeichnis {self.data_dir} lässt sich nicht lesen",
        ):
            version_file = self.data_dir / "PG_VERSION"
            if not version_file.exists():
                if self.data_dir.is_dir() and any(self.data_dir.iterdir()):
                    raise EmbeddedError(
                        f"{self.data_dir} holds something that is no PostgreSQL data directory",
                        de=f"In {self.data_dir} liegt etwas, das kein Datenverzeichnis von PostgreSQL ist",
                    )
                return
            made_by = version_file.read_text(encoding="utf-8").strip()
        if major != made_by:
            raise EmbeddedError(
                f"The data in {self.data_dir} was made by PostgreSQL {made_by}, but {found.directory} is {major}: "
                "set TEILHABE_POSTGRES_BIN or TEILHABE_HOME",
                de=f"Die Daten in {self.data_dir} stammen von PostgreSQL {made_by}, {found.directory} ist {major}: "
                "TEILHABE_POSTGRES_BIN oder TEILHABE_HOME setzen",
            )

    @property
    def _password_file(self) -> Path:
        return self.state_dir / "postgres-password"

    def _dsn(self, port: int, database: str = DATABASE) -> str:
        return f"postgresql://{SUPERUSER}:{read_secret(self._password_file)}@127.0.0.1:{port}/{database}"


def _dead_pid() -> int:
    ended = subprocess.Popen(["/bin/sh", "-c", "exit 0"])
    ended.wait()
    return ended.pid


def _logged_since(log: Path, size: int) -> str:
    try:
        with log.open(encoding="utf-8", errors="replace") as file:
            file.seek(size)
            return file.read()
    except OSError:
        return ""


def _reason(what: Title, said: str, place: Path) -> EmbeddedError:
    """One line out of what a PostgreSQL program said, in its own words."""
    if "No space left on device" in said:
        free = shutil.disk_usage(place.parent).free // 1_000_000
        return EmbeddedError(
            f"{what.en}: the disk that holds {place.parent} is full ({free} MB free)",
            de=f"{what.de}: die Platte mit {place.parent} ist voll ({free} MB frei)",
        )
    telling = [line for line in said.splitlines() if "FATAL:" in line or "error:" in line or "PANIC:" in line]
    lines = telling or [line for line in said.splitlines() if line.strip()] or ["no reason given"]
    own_words = f"{lines[0].split('FATAL:')[-1].split('error:')[-1].strip()} (in {place.parent})"
    return EmbeddedError(f"{what.en}: {own_words}", de=f"{what.de}: {own_words}")
