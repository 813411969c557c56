"""Servers for a test or a measurement: in a directory of their own, gone afterwards, even after a kill -9."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

from adapters.embedded.postgres import EmbeddedPostgres
from adapters.embedded.processes import Guard
from adapters.embedded.temporal import EmbeddedTemporal
from adapters.embedded.temporal_probe import SearchAttributeType


@contextmanager
def ephemeral_postgres(
    bin_dir: Path | None = None, *, durable: bool = False, inside: Path | None = None
) -> Iterator[str]:
    """A fresh server with an empty database, by its DSN.

    ``durable=True`` commits as the real one does, for measurements. Its files lie in a directory of its own
    ``inside`` the one named, or where the system keeps temporary files.
    """
    with _passable_directory(inside) as directory:
        server = EmbeddedPostgres(state_dir=directory, binaries=bin_dir, durable=durable)
        started = server.start()
        guard = Guard(started.pid, directory)
        try:
            yield started.dsn
        finally:
            server.stop()
            guard.dismiss()


@contextmanager
def ephemeral_temporal(
    search_attributes: Mapping[str, SearchAttributeType] | None = None,
    *,
    durable: bool = False,
    ui: bool = False,
    dynamic_config: Mapping[str, str] | None = None,
    inside: Path | None = None,
) -> Iterator[str]:
    """A fresh server with the namespace ``default``, by its address ``host:port``; ``inside`` as for the database."""
    with _passable_directory(inside) as directory:
        server = EmbeddedTemporal(
            state_dir=directory,
            search_attributes=search_attributes or {},
            durable=durable,
            ui=ui,
            dynamic_config=dynamic_config or {},
        )
        started = server.start()
        guard = Guard(started.pid, directory)
        try:
            yield started.address
        finally:
            server.stop()
            guard.dismiss()


@contextmanager
def _passable_directory(inside: Path | None) -> Iterator[Path]:
    directory = Path(mkdtemp(prefix="teilhabe-", dir=inside))
    directory.chmod(0o711)
    try:
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)
