"""The rows of a slice of the log, folded stream by stream and loaded by COPY; several processes share a large log.

As a program it takes its task as one line of JSON on standard input, for it holds the address of the database, and
writes the number of entries done, line by line. It never needs a key: names are not its business.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

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
from services.bootstrap import rule_book

FLUSH_ROWS = 8_000
STATEMENT_SECONDS = 3_600
_ROOT = Path(__file__).resolve().parent.parent


class SliceFailed(Exception):
    """A process that filled a part of the tables gave up; the text says why."""


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
            task = {
                "database_url": database_url,
                "schema": log.schema,
                "names": list(names),
                "first": part.first and str(part.first),
                "end": part.end and str(part.end),
                "position": position,
            }
            process.stdin.write(json.dumps(task).encode() + b"\n")
            await process.stdin.drain()
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


async def _work(task: dict[str, Any]) -> None:
    connections = Connections(task["database_url"], size=2, statement_timeout=STATEMENT_SECONDS)
    log = await EventLog.open(
        task["database_url"], schema=task["schema"], readers=2, statement_timeout=STATEMENT_SECONDS
    )
    connection = await connections.open(name="teilhabe rebuild slice")
    try:
        await fill_slice(
            ProjectionTables(task["schema"], PROJECTIONS),
            ProjectionSource(log, connections, EventCodec(EVENTS), None),
            connection,
            rule_book(),
            task["names"],
            StreamSlice(
                UUID(task["first"]) if task["first"] else None, UUID(task["end"]) if task["end"] else None
            ),
            task["position"],
            lambda count: print(count, flush=True),
        )
    finally:
        connection.terminate()
        await log.close()
        await connections.close()


if __name__ == "__main__":
    # Nothing here makes cycles, and the collector would walk the rows again and again: half of the time.
    gc.disable()
    asyncio.run(_work(json.loads(sys.stdin.readline())))
