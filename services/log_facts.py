"""The facts of a report from the log alone: as a whole, or of some of its streams; a large part by several processes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date
from itertools import islice
from typing import Final
from uuid import UUID

from adapters.facts_packed import unpacked, unpacked_columns
from adapters.projection_source import ProjectionSource
from domain.reports.fact_columns import ColumnsOf
from domain.reports.facts import Facts, Need, programme_rates
from domain.reports.programme_facts import asked_at_entry, entry_rules
from services.bootstrap import Engine
from services.facts_part import Part, Task, fold_part
from services.garbage import paused
from services.work_processes import in_processes, processes

Progress = Callable[[int, int], None]
"""Told (entries read, entries to read), from time to time."""

SEVERAL_PROCESSES_FROM: Final = 300_000
"""Entries from which it pays to share the work among processes: one takes a second to begin, and in that reads so many."""


def nobody_watches(done: int, total: int) -> None:
    """Progress that nobody sees."""


async def facts_from_log(
    engine: Engine,
    position: int,
    as_of: date,
    progress: Progress = nobody_watches,
    *,
    needs: Collection[Need] = tuple(Need),
    columns: ColumnsOf | None = None,
) -> Facts:
    """The facts as of ``position``, folded from the log with the functions that fill the read tables; with ``columns``
    these alone.

    Raises StoreUnavailable, UnreadableStream, UnknownEvent, TamperedEvent; WorkFailed, which says one of these, when
    several processes share the work.
    """
    several = position >= SEVERAL_PROCESSES_FROM
    parts = await engine.log.slices(processes() if several else 1)
    facts = await _folded(engine, parts, position, as_of, needs, columns, progress, position)
    facts.programme_rates = programme_rates(engine.rule_book.paths.values())
    facts.asked_at_entry = asked_at_entry(engine.rule_book.paths.values())
    facts.entry_rules = entry_rules(engine.rule_book.law)
    facts.leave_unread(needs, columns)
    return facts


async def facts_of_streams(
    engine: Engine,
    streams: Mapping[UUID, int],
    position: int,
    as_of: date,
    progress: Progress = nobody_watches,
    *,
    needs: Collection[Need] = tuple(Need),
    columns: ColumnsOf | None = None,
) -> Facts:
    """The facts of some ``streams`` as of ``position``; each with the number of entries it has up to there.

    Raises as ``facts_from_log``.
    """
    total = sum(streams.values())
    count = processes() if total >= SEVERAL_PROCESSES_FROM else 1
    # The longest first, dealt out in turns: every part has about as many entries.
    ranked = sorted(streams, key=lambda stream: (-streams[stream], stream))
    parts = [tuple(islice(ranked, number, None, count)) for number in range(count)]
    return await _folded(engine, parts, position, as_of, needs, columns, progress, total)


async def _folded(
    engine: Engine,
    parts: Collection[Part],
    position: int,
    as_of: date,
    needs: Collection[Need],
    columns: ColumnsOf | None,
    progress: Progress,
    total: int,
) -> Facts:
    def told(done: int) -> None:
        progress(min(done, total), total)

    if len(parts) > 1:
        tasks = [
            Task(
                database_url=engine.database_url,
                schema=engine.log.schema,
                part=part,
                position=position,
                as_of=as_of,
                needs=tuple(needs),
                columns=columns,
            )
            for part in parts
        ]
        handed_back = await in_processes("services.facts_part", tasks, told)
        with paused():
            facts, *others = (
                unpacked(body) if columns is None else unpacked_columns(body, needs, columns)
                for body in handed_back
            )
            for other in others:
                facts.add(other)
    else:
        source = ProjectionSource(engine.log, engine.connections, engine.codec, None)
        [part] = parts
        with paused():
            facts = await fold_part(source, engine.codec, part, position, as_of, needs, columns, told)
    told(total)
    return facts
