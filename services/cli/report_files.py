"""Writing a report where it was asked for: never over a file that is there unless told to, never bytes on a terminal."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from services.cli.outcome import CommandFailed


def check_target(out: Path | None, *, binary: bool, force: bool) -> None:
    """Refuse before anything is counted what cannot be written afterwards. Raises CommandFailed."""
    if out is None:
        if binary and sys.stdout.isatty():
            raise CommandFailed(
                "dieses Format sagt am Bildschirm nichts; mit --out eine Datei angeben",
                "this format means nothing on a terminal; give a file with --out",
            )
        return
    if out.is_dir():
        raise CommandFailed(f"{out} ist ein Verzeichnis", f"{out} is a directory")
    if not out.parent.is_dir():
        raise CommandFailed(
            f"das Verzeichnis {out.parent} gibt es nicht", f"there is no directory {out.parent}"
        )
    if out.exists() and not force:
        raise CommandFailed(
            f"{out} gibt es schon; mit --force wird überschrieben",
            f"{out} is there already; overwrite it with --force",
        )


def write_file(out: Path | None, body: bytes, *, force: bool) -> None:
    """The bytes on standard output, or as a whole file that appears only when it is complete. Raises CommandFailed."""
    if out is None:
        sys.stdout.buffer.write(body)
        sys.stdout.buffer.flush()
        return
    try:
        handle, name = tempfile.mkstemp(dir=out.parent, prefix=f".{out.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(body)
            os.chmod(name, 0o666 & ~_umask())
            if force:
                os.replace(name, out)
            else:
                os.link(name, out)
                os.unlink(name)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise CommandFailed(
            f"{out} lässt sich nicht schreiben: {error.strerror}",
            f"{out} cannot be written: {error.strerror}",
        ) from None


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
