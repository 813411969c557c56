"""Folding a part of the log into the facts of a report; several processes share a large one.

As a program it works as services/work_processes.py says. No personal box is opened. It knows as little of the rest of the
product as it can: what it loads, every process loads before it begins.
"""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from adapters.connections import Connections
from adapters.event_codec import EventCodec
from adapters.event_log import EventLog, StreamSlice
from adapters.facts_packed import packed, packed_columns
from adapters.projection_source import ProjectionSource
from domain.events import EVENTS
from domain.reports.counted_entries import left_aside
from domain.reports.fact_columns import ColumnsOf
from domain.reports.facts import Facts, Need
from domain.reports.facts_folded import add_stream
from services.work_processes import hand_back, task_here, tell

STATEMENT_SECONDS: Final = 3_600

Part = StreamSlice | tuple[UUID, ...]
"""All streams of a slice, or these."""


async def fold_part(
    source: ProjectionSource,
    codec: EventCodec,
    part: Part,
    position: int,
    as_of: date,
    needs: Collection[Need],
    columns: ColumnsOf | None,
    told: Callable[[int], None],
) -> Facts:
    """The facts of a part of the log as of ``position``, as far as reports with these ``needs`` look at them; kept by
    column where the ``columns`` are told."""
    without = codec.types_of(left_aside(needs, columns))
    found = (
        source.whole_streams(part, position, without=without)
        if isinstance(part, StreamSlice)
        else source.some_streams(part, position, without=without)
    )
    facts = Facts()
    done = 0
    async for histories in found:
        for history in histories:
            add_stream(facts, history, as_of, needs, columns)
            # What was left aside counts as read.
            done += history[-1].version
        told(done)
    if columns is not None:
        facts.by_column(needs, columns)
    return facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What one process is told."""

    database_url: str
    schema: str
    part: Part
    position: int
    as_of: date
    needs: tuple[Need, ...]
    columns: ColumnsOf | None


async def work(task: Task) -> bytes:
    """Fold the part of the log that ``task`` names, in a process of its own, and return its facts."""
    connections = Connections(task.database_url, size=1, statement_timeout=STATEMENT_SECONDS)
    log = await EventLog.open(
        task.database_url, schema=task.schema, readers=1, statement_timeout=STATEMENT_SECONDS
    )
    codec = EventCodec(EVENTS)
    try:
        facts = await fold_part(
            ProjectionSource(log, connections, codec, None),
            codec,
            task.part,
            task.position,
            task.as_of,
            task.needs,
            task.columns,
            tell,
        )
    finally:
        await log.close()
        await connections.close()
    return packed(facts) if task.columns is None else packed_columns(facts, task.needs, task.columns)


if __name__ == "__main__":
    # Pickled as what this module is called when it is imported: the parent knows it by that name only.
    from services.facts_part import work as imported_work

    gc.disable()
    hand_back(asyncio.run(imported_work(task_here())))
