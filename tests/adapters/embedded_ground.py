"""What the tests of the embedded parts share: directories, child processes, one query."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import asyncpg

from adapters.embedded.postgres import EmbeddedPostgres
from adapters.embedded.processes import POLL_SECONDS
from tests.patience import PATIENCE_SECONDS

CHECKOUT = Path(__file__).resolve().parents[2]
AS_ORDINARY_USER = [
    "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--bounding-set=-all,+dac_read_search",
    "--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search", "--",
]  # fmt: skip
"""Nobody, who may read everything (the Python of root may lie in a closed directory) and write nothing."""


class Child:
    """An ``embedded_child`` process."""

    def __init__(self, part: str, directory: Path, binaries: Path | None, prefix: Sequence[str] = ()) -> None:
        command = [*prefix, sys.executable, "-m", "tests.adapters.embedded_child", part, str(directory)]
        self.process = subprocess.Popen(
            [*command, *([str(binaries)] if binaries else [])],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=CHECKOUT,
        )

    def said(self) -> dict[str, Any]:
        """The line that the child printed; waits for it."""
        assert self.process.stdout is not None
        said: dict[str, Any] = json.loads(self.process.stdout.readline())
        return said

    def kill(self) -> None:
        """SIGKILL, as the power of a machine or an impatient person does it."""
        self.process.kill()
        self.end()

    def end(self) -> None:
        """Let the child end by itself, or collect it when it is dead."""
        self.process.communicate()


@contextmanager
def new_directory(*, owner: int | None = None) -> Iterator[Path]:
    """A directory that others may pass through, unlike those of pytest; gone at the end."""
    directory = Path(mkdtemp(prefix="teilhabe-test-"))
    directory.chmod(0o711)
    if owner is not None:
        os.chown(directory, owner, owner)
    try:
        yield directory
    finally:
        shutil.rmtree(directory)


@contextmanager
def new_postgres(binaries: Path | None) -> Iterator[EmbeddedPostgres]:
    """A server not started yet, in a directory of its own; stopped at the end if it runs."""
    with new_directory() as directory:
        server = EmbeddedPostgres(state_dir=directory / "state", binaries=binaries, durable=False)
        try:
            yield server
        finally:
            server.stop()


def wait_for_initdb(state_dir: Path) -> None:
    """Wait until no initdb works below ``state_dir`` any more: one that a killed start had begun works on alone."""
    give_up_at = time.monotonic() + PATIENCE_SECONDS
    while any(f"{state_dir}/postgres/unfinished-" in command for command in _commands()):
        assert time.monotonic() < give_up_at
        time.sleep(POLL_SECONDS)


def _commands() -> Iterator[str]:
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            yield (process / "cmdline").read_bytes().decode(errors="replace")


async def ask(dsn: str, statement: str) -> Any:
    """The first value of ``statement`` on a connection of its own."""
    connection = await asyncpg.connect(dsn)
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()
