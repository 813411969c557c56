"""The rows of a slice of the log, folded stream by stream and loaded by COPY; several processes share a large log.

As a program it takes its task pickled on standard input: the address of the database is no argument for all to see, and
the rules come with it, for making them anew would take longer than a small slice. It writes the number of entries done,
line by line. It never needs a key: names are not its business.
"""

from __future__ import annotations

import asyncio
import gc
import os
import pickle
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from adapters.connections import Connection, Connections
from adapters.event_codec import EventCodec
from adapters.event_log import EventLog, StreamSlice
from adapters.projection_source import ProjectionSource
from adapters.projection_tables import ProjectionTables
from domain.decision import RuleBook
from domain.events import EVENTS
from domain.projections.batch import ProjectionFailed
from domain.projections.folding import fold_stream
from domain.projections.projection import EntryProjection, Row
from domain.projections.register import BY_STREAM_KIND, PROJECTIONS
from domain.recorded import Recorded

FLUSH_ROWS = 8_000
STATEMENT_SECONDS = 3_600
_ROOT = Path(__file__).resolve().parent.parent


class SliceFailed(Exception):
    """A process that filled a part of the tables gave up; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What one process is told."""

    database_url: str
    schema: str
    rules: RuleBook
    names: tuple[str, ...]
    part: StreamSlice
    position: int


def add_rows(history: Sequence[Recorded[Any]], rules: RuleBook, rows: dict[str, list[Row]]) -> None:
    """Add every row of one whole stream to ``rows``, for the projections that are keys of it.

    Raises UnreadableStream, ProjectionFailed, UnknownPath.
    """
    stream = fold_stream(history, rules)
    for projection in BY_STREAM_KIND[type(stream.state)]:
        if projection.name in rows:
            given = history if isinstance(projection, EntryProjection) else stream
            try:
                rows[projection.name].extend(projection.rows(given))  # type: ignore[arg-type] # as the kind asks
            except Exception as error:
                raise ProjectionFailed(projection.name, stream.position, type(error).__name__) from error


async def fill_slice(
    tables: ProjectionTables,
    source: ProjectionSource,
    connection: Connection,
    rules: RuleBook,
    names: Sequence[str],
    part: StreamSlice,
    position: int,
    done: Callable[[int], None],
) -> None:
    """Fold the streams of a slice up to ``position`` and load their rows into the tables beside the live ones."""
    rows: dict[str, list[Row]] = {name: [] for name in names}
    count = 0
    async for histories in source.whole_streams(part, position):
        for history in histories:
            add_rows(history, rules, rows)
            count += len(history)
        for name, waiting in rows.items():
            if len(waiting) >= FLUSH_ROWS:
                await tables.fill(connection, name, waiting)
                rows[name] = []
        done(count)
    for name, waiting in rows.items():
        await tables.fill(connection, name, waiting)


async def fill_in_processes(
    database_url: str,
    log: EventLog,
    rules: RuleBook,
    names: Sequence[str],
    position: int,
    report: Callable[[int, int], None],
) -> None:
    """``fill_slice`` over the whole log, shared among as many processes as there are processors. Raises SliceFailed."""
    parts = await log.slices(max(1, min(8, os.cpu_count() or 1)))
    counts = [0] * len(parts)

    async def one(number: int, part: StreamSlice) -> None:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "services.rebuild_slice",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            cwd=_ROOT,
        )
        assert process.stdin is not None  # noqa: S101 # both are pipes
        assert process.stdout is not None  # noqa: S101 # both are pipes
        try:
            task = Task(
                database_url=database_url,
                schema=log.schema,
                rules=rules,
                names=tuple(names),
                part=part,
                position=position,
            )
            process.stdin.write(pickle.dumps(task))
            process.stdin.close()
            async for line in process.stdout:
                counts[number] = int(line)
                report(sum(counts), position)
            _, complaint = await process.communicate()
            if process.returncode != 0:
                lines = complaint.decode(errors="replace").strip().splitlines()
                raise SliceFailed(lines[-1] if lines else f"exit status {process.returncode}")
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()

    try:
        async with asyncio.TaskGroup() as group:
            for number, part in enumerate(parts):
                group.create_task(one(number, part))
    except* SliceFailed as failed:
        raise SliceFailed(str(failed.exceptions[0])) from None


async def work(task: Task) -> None:
    """Do the part of a rebuild that ``task`` names, in a process of its own."""
    connections = Connections(task.database_url, size=2, statement_timeout=STATEMENT_SECONDS)
    log = await EventLog.open(
        task.database_url, schema=task.schema, readers=2, statement_timeout=STATEMENT_SECONDS
    )
    connection = await connections.open(name="teilhabe rebuild slice")
    try:
        await fill_slice(
            ProjectionTables(task.schema, PROJECTIONS),
            ProjectionSource(log, connections, EventCodec(EVENTS), None),
            connection,
            task.rules,
            task.names,
            task.part,
            task.position,
            lambda count: print(count, flush=True),
        )
    finally:
        connection.terminate()
        await log.close()
        await connections.close()


if __name__ == "__main__":
    # Pickled as what this module is called when it is imported: the parent knows it by that name only.
    from services.rebuild_slice import work as imported_work

    # Nothing here makes cycles, and the collector would walk the rows again and again: half of the time.
    gc.disable()
    asyncio.run(imported_work(pickle.load(sys.stdin.buffer)))  # noqa: S301 # from the parent, by its own pipe
