"""The rows of a slice of the log, folded stream by stream and loaded by COPY; several processes share a large log.

As a program it works as services/work_processes.py says. The rules come with its task, for making them anew would take
longer than a small slice. It never needs a key: names are not its business.
"""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Sequence
from dataclasses import dataclass
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
from services.work_processes import in_processes, processes, task_here, tell

FLUSH_ROWS = 8_000
STATEMENT_SECONDS = 3_600


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
    """``fill_slice`` over the whole log, shared among as many processes as there are processors. Raises WorkFailed."""
    parts = await log.slices(processes())
    tasks = [
        Task(
            database_url=database_url,
            schema=log.schema,
            rules=rules,
            names=tuple(names),
            part=part,
            position=position,
        )
        for part in parts
    ]
    await in_processes("services.rebuild_slice", tasks, lambda done: report(done, position))


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
            tell,
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
    asyncio.run(imported_work(task_here()))
