"""Who a process number belongs to: a number alone proves nothing, it may have been given to somebody else."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

from adapters.embedded.errors import EmbeddedError

POLL_SECONDS = 0.02
_NUM_THREADS = 16
"""Place of ``num_threads`` (field 20 of /proc/PID/stat, see proc(5)) among the fields that follow the state."""


def is_running(pid: int) -> bool:
    """Whether ``pid`` is a living process; one that ended and was not collected yet is not.

    A killed process of several threads is over with its last thread: until then it holds its files and ports,
    although its first thread is shown as dead already.
    """
    stat = Path(f"/proc/{pid}/stat")
    try:
        state, *fields = stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        return state not in "ZX" or int(fields[_NUM_THREADS]) > 1
    except OSError:
        pass
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return not Path("/proc/self/stat").exists()


def runs_with_arguments(pid: int, *arguments: str) -> bool:
    """Whether ``pid`` is running and every one of ``arguments`` stands whole in its command line."""
    if pid <= 0 or not is_running(pid):
        return False
    give_up_at = time.monotonic() + 2.0
    while not (command := _command_line(pid)) and is_running(pid) and time.monotonic() < give_up_at:
        time.sleep(POLL_SECONDS)  # a killed process has lost its command line but not yet its ports
    command = f" {command} "
    return all(f" {argument} " in command for argument in arguments)


def find_with_arguments(*arguments: str, but: int | None = None) -> int | None:
    """A running process, other than ``but``, in whose command line all of ``arguments`` stand, for when its pid was never
    written down. One that was forked this moment is not seen until it is the program it shall be."""
    proc = Path("/proc")
    if (proc / "self" / "stat").exists():
        pids = [int(entry.name) for entry in proc.iterdir() if entry.name.isdigit()]
    else:
        listed = subprocess.run(["ps", "-axo", "pid="], capture_output=True, text=True, check=False)
        pids = [int(pid) for pid in listed.stdout.split()]
    for pid in sorted(set(pids) - {but}):
        command = f" {_command_line(pid)} "
        if all(f" {argument} " in command for argument in arguments) and is_running(pid):
            return pid
    return None


def _command_line(pid: int) -> str:
    recorded = Path(f"/proc/{pid}/cmdline")
    if recorded.exists():
        try:
            return recorded.read_bytes().decode(errors="replace").replace("\0", " ").strip()
        except OSError:
            return ""
    listing = subprocess.run(
        ["ps", "-ww", "-p", str(pid), "-o", "command="], capture_output=True, text=True, check=False
    )
    return listing.stdout.strip()


def end_process(pid: int, name: str, *signals: tuple[signal.Signals, float]) -> None:
    """Send each signal and wait so many seconds for the end of ``pid`` before the next one.

    Raises EmbeddedError when the process belongs to somebody else or outlives the last signal.
    """
    for number, patience_seconds in signals:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            return
        except PermissionError as error:
            raise EmbeddedError(
                f"{name} (process {pid}) belongs to another user: stop it as that user",
                de=f"{name} (Prozess {pid}) gehört einem anderen Benutzer: als dieser beenden",
            ) from error
        if gone_within(pid, patience_seconds):
            return
    raise EmbeddedError(
        f"{name} (process {pid}) does not end: look into its log and end it by hand",
        de=f"{name} (Prozess {pid}) endet nicht: in sein Protokoll sehen und von Hand beenden",
    )


def gone_within(pid: int, patience_seconds: float) -> bool:
    """Wait for the end of ``pid``; False when it is still running after ``patience_seconds``."""
    give_up_at = time.monotonic() + patience_seconds
    while is_running(pid):
        _collect(pid)
        if time.monotonic() >= give_up_at:
            return False
        time.sleep(POLL_SECONDS)
    _collect(pid)
    return True


def _collect(pid: int) -> None:
    """Take the exit status if ``pid`` is a child of ours, so that no dead entry stays in the process table."""
    with suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)


_GUARD = """
read -r word && exit 0
kill -INT "$1" 2>/dev/null
tries=0
while kill -0 "$1" 2>/dev/null && [ "$tries" -lt 100 ]; do tries=$((tries + 1)); sleep 0.1; done
kill -KILL "$1" 2>/dev/null
rm -rf -- "$2"
"""


class Guard:
    """Ends a throwaway server and removes its directory when this process dies, however it dies.

    A shell waits on a pipe that only this process holds open: end of file means that nobody is left to clean up.
    """

    def __init__(self, pid: int, directory: Path) -> None:
        self._shell = subprocess.Popen(
            ["/bin/sh", "-c", _GUARD, "guard", str(pid), str(directory)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            start_new_session=True,
            text=True,
        )

    def dismiss(self) -> None:
        """The cleaning is done already: let the guard go home."""
        self._shell.communicate("done\n")
