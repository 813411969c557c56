"""What the embedded parts keep on disk, and how two starts at the same time agree on one winner."""

from __future__ import annotations

import fcntl
import os
import secrets
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkstemp

from adapters.embedded.errors import EmbeddedError, spoken_plainly

LOCK_PATIENCE_SECONDS = 120.0
PORTS = range(16_000, 32_000)
"""Below those that systems hand out to outgoing connections (Linux from 32768, others from 49152)."""


def prepare_directory(path: Path) -> Path:
    """Make ``path`` if it is missing and return it resolved; directories that were there keep their rights.

    Others may pass through a directory made by root, not list it, because the server of root runs as another
    user. Anybody else's directory is closed to others.
    """
    with spoken_plainly(
        f"The state directory {path} cannot be used",
        de=f"Das Zustandsverzeichnis {path} ist nicht zu gebrauchen",
    ):
        if not path.is_dir():
            path.mkdir(parents=True, exist_ok=True)
            path.chmod(0o711 if os.geteuid() == 0 else 0o700)
        resolved = path.resolve()
    if not os.access(resolved, os.R_OK | os.W_OK | os.X_OK):
        owner = resolved.stat().st_uid
        raise EmbeddedError(
            f"The state directory {path} belongs to user {owner} and cannot be written: "
            "run as that user, or set TEILHABE_HOME to a directory of your own",
            de=f"Das Zustandsverzeichnis {path} gehört Benutzer {owner} und ist nicht beschreibbar: als dieser starten, oder "
            "mit TEILHABE_HOME ein eigenes Verzeichnis nennen",
        )
    return resolved


@contextmanager
def held_lock(path: Path, *, patience_seconds: float = LOCK_PATIENCE_SECONDS) -> Iterator[None]:
    """Hold the file lock ``path``; whoever comes second waits. The kernel frees it when the holder dies."""
    with spoken_plainly(
        f"The lock file {path} cannot be opened", de=f"Die Sperrdatei {path} lässt sich nicht öffnen"
    ):
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        give_up_at = time.monotonic() + patience_seconds
        while not _try_lock(descriptor):
            if time.monotonic() >= give_up_at:
                raise EmbeddedError(
                    f"Another start or stop has been going on for {patience_seconds:.0f} s (lock file {path})",
                    de=f"Seit {patience_seconds:.0f} s läuft schon ein anderes Starten oder Beenden (Sperrdatei {path})",
                )
            time.sleep(0.05)
        yield
    finally:
        os.close(descriptor)


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def write_whole(path: Path, text: str) -> None:
    """Write ``text`` for this user's eyes only, so that a reader sees the old file or the new, never half."""
    temporary = _written_aside(path, text)
    temporary.replace(path)


def kept_secret(path: Path, make: Callable[[], str] = lambda: secrets.token_urlsafe(24)) -> str:
    """The secret in ``path``, made on first use with rights 0600. Two at the same time get the same one."""
    with spoken_plainly(
        f"The secret {path} cannot be made", de=f"Das Geheimnis {path} lässt sich nicht anlegen"
    ):
        if not path.exists():
            temporary = _written_aside(path, make() + "\n")
            try:
                os.link(temporary, path)
            except FileExistsError:
                pass
            finally:
                temporary.unlink()
    return read_secret(path)


def read_secret(path: Path) -> str:
    """The secret in ``path``; one that is lost or emptied is never made anew."""
    with spoken_plainly(
        f"The secret {path} cannot be read", de=f"Das Geheimnis {path} lässt sich nicht lesen"
    ):
        secret = path.read_text(encoding="utf-8").strip()
    if not secret:
        raise EmbeddedError(
            f"The secret {path} is empty: put the old one back",
            de=f"Das Geheimnis {path} ist leer: das alte zurücklegen",
        )
    return secret


def _written_aside(path: Path, text: str) -> Path:
    descriptor, name = mkstemp(dir=path.parent, prefix=f".{path.name}-")
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return Path(name)


def free_port(preferred: int | None = None) -> int:
    """``preferred`` when nobody listens there on 127.0.0.1, else any free port of ``PORTS``.

    It may be taken again at once, but not by a connection that goes out: those get their ports elsewhere.
    """
    if preferred is not None and _bindable(preferred):
        return preferred
    for _ in range(len(PORTS)):
        if _bindable(port := PORTS.start + secrets.randbelow(len(PORTS))):
            return port
    raise EmbeddedError(
        f"No free port on 127.0.0.1 between {PORTS.start} and {PORTS.stop - 1}",
        de=f"Auf 127.0.0.1 ist zwischen {PORTS.start} und {PORTS.stop - 1} kein Port frei",
    )


def _bindable(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
