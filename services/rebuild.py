"""Building read tables anew beside the live ones, and swapping them in: no moment without them, none with half of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from adapters.connections import Connection
from adapters.projection_source import ProjectionSource
from adapters.projection_tables import ProjectionTables
from domain.projections.case_overview import CASE_NAMES, name_rows
from domain.projections.case_timeline import CASE_TIMELINE
from domain.projections.folding import fold_stream
from domain.projections.projection import Row
from domain.projections.register import PROJECTIONS
from services.bootstrap import Engine
from services.rebuild_slice import add_rows, fill_in_processes, fill_slice

Report = Callable[[int, int], None]
"""Called with (entries done, entries in all)."""

SEVERAL_PROCESSES_FROM = 100_000
"""Entries from which it pays to share the work among processes."""
SMALL_REST = 500
"""Streams that may be brought up to date while the projector waits."""
STATEMENT_SECONDS = 3_600


class UnknownProjection(ValueError):
    """There is no projection of this name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuilt:
    """What was built anew: the projections, and the position they stand at."""

    projections: tuple[str, ...]
    position: int

    def __str__(self) -> str:
        return f"built anew, standing at position {self.position}: {', '.join(self.projections)}"


async def rebuild(
    engine: Engine, names: str | Collection[str] | None = None, report: Report | None = None
) -> Rebuilt:
    """Build these projections (default: all) anew up to the head, while projector and readers go on with the live ones.

    Raises UnknownProjection, ProjectionFailed (nothing is swapped then), StoreUnavailable and what reading raises.
    """
    wanted = _wanted(names)
    tables = ProjectionTables(engine.log.schema, PROJECTIONS)
    source = ProjectionSource(engine.log, engine.connections, engine.codec, engine.keys)
    connection = await engine.connections.open(statement_timeout=STATEMENT_SECONDS, name="teilhabe rebuild")
    try:
        async with tables.rebuilding(connection, wanted):
            position = await _target(engine, tables, connection, wanted)
            await _fill(engine, tables, source, connection, wanted, position, report or _silent)
            await _index(engine, tables, connection, wanted)
            while True:
                target = await _target(engine, tables, connection, wanted)
                touched = await source.touched(position, target)
                if len(touched) <= SMALL_REST:
                    break
                await _refill(engine, tables, source, connection, wanted, touched, target)
                position = target

            async def last_bit() -> int:
                end = await _target(engine, tables, connection, wanted)
                rest = await source.touched(position, end)
                await _refill(engine, tables, source, connection, wanted, rest, end)
                return end

            position = await tables.swap_in(connection, wanted, last_bit)
        return Rebuilt(projections=tuple(wanted), position=position)
    finally:
        connection.terminate()


def _wanted(names: str | Collection[str] | None) -> list[str]:
    chosen = list(PROJECTIONS) if names is None else [names] if isinstance(names, str) else list(names)
    for name in chosen:
        if name not in PROJECTIONS:
            raise UnknownProjection(f"no projection {name!r}; there are: {', '.join(PROJECTIONS)}")
    return chosen


def _silent(_done: int, _total: int) -> None:
    return None


async def _target(
    engine: Engine, tables: ProjectionTables, connection: Connection, wanted: Collection[str]
) -> int:
    """Where the new tables should stand: with the live ones that stay, else at the head."""
    others = [
        standing.position
        for standing in (await tables.standing(connection)).values()
        if standing.live and standing.name not in wanted and standing.name in PROJECTIONS
    ]
    return max(others) if others else await engine.log.head()


async def _fill(
    engine: Engine,
    tables: ProjectionTables,
    source: ProjectionSource,
    connection: Connection,
    wanted: Sequence[str],
    position: int,
    report: Report,
) -> None:
    nameless = [name for name in wanted if name != CASE_NAMES.name]
    shared = position >= SEVERAL_PROCESSES_FROM and len(nameless) > 0
    if shared:
        work = asyncio.create_task(
            fill_in_processes(engine.database_url, engine.log, engine.rule_book, nameless, position, report)
        )
        try:
            if len(nameless) < len(wanted):
                await _fill_names(tables, source, connection, position)
            await work
        finally:
            work.cancel()
            with suppress(asyncio.CancelledError):
                await work
        return
    if len(nameless) < len(wanted):
        await _fill_names(tables, source, connection, position)
    if nameless:
        [whole] = await source.slices(1)
        await fill_slice(
            tables,
            source,
            connection,
            engine.rule_book,
            nameless,
            whole,
            position,
            lambda done: report(done, position),
        )


async def _index(
    engine: Engine, tables: ProjectionTables, connection: Connection, wanted: Sequence[str]
) -> None:
    """Index the tables beside, on two connections: the timeline alone is as much work as all the others together."""

    async def one(on: Connection, names: Sequence[str]) -> None:
        for name in names:
            await tables.index(on, name)

    second = await engine.connections.open(statement_timeout=STATEMENT_SECONDS, name="teilhabe rebuild index")
    timeline = asyncio.create_task(one(second, [name for name in wanted if name == CASE_TIMELINE.name]))
    try:
        await one(connection, [name for name in wanted if name != CASE_TIMELINE.name])
        await timeline
    finally:
        timeline.cancel()
        with suppress(asyncio.CancelledError):
            await timeline
        second.terminate()


async def _fill_names(
    tables: ProjectionTables, source: ProjectionSource, connection: Connection, position: int
) -> None:
    """The one projection that needs keys; it reads the openings only."""
    rows = [
        row for history in await source.openings(position) for row in name_rows(fold_stream(history, None))
    ]
    await tables.fill(connection, CASE_NAMES.name, rows)


async def _refill(
    engine: Engine,
    tables: ProjectionTables,
    source: ProjectionSource,
    connection: Connection,
    wanted: Sequence[str],
    touched: Sequence[UUID],
    position: int,
) -> None:
    """Make the rows of some streams anew, as of ``position``."""
    histories = await source.histories(touched, position)
    rows: dict[str, list[Row]] = {name: [] for name in wanted}
    for history in histories.values():
        add_rows(history, engine.rule_book, rows)
    for name in wanted:
        await tables.refill(connection, name, touched, rows[name])
