"""Servers for a test or a measurement: in a directory of their own, gone afterwards, even after a kill -9."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

from adapters.embedded.postgres import EmbeddedPostgres
from adapters.embedded.processes import Guard


@contextmanager
def ephemeral_postgres(bin_dir: Path | None = None, *, durable: bool = False) -> Iterator[str]:
    """A fresh server with an empty database, by its DSN.

    ``durable=True`` commits as the real one does, for measurements.
    """
    with _passable_directory() as directory:
        server = EmbeddedPostgres(state_dir=directory, binaries=bin_dir, durable=durable)
        started = server.start()
        guard = Guard(started.pid, directory)
        try:
            yield started.dsn
        finally:
            server.stop()
            guard.dismiss()


@contextmanager
def _passable_directory() -> Iterator[Path]:
    directory = Path(mkdtemp(prefix="teilhabe-"))
    directory.chmod(0o711)
    try:
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)
