"""Reports over simulated towns: how long each takes, drill-downs cold and warm, old positions, and how cost grows.

The usual part has towns of 400 and of 7,000 participants, and a bound is the part of it that a town of this size may take
of what is meant for 70,000. ``--only reports_of_70000`` has the whole town, made of the 7,000 by
``tests.benchmarks.multiplied_town``, each copy on days of its own, with the bounds as they are written.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import date, timedelta
from itertools import islice
from typing import Any

from adapters.embedded.postgres_databases import create_database, drop_database
from adapters.migrations import migrate
from domain.refusals import Refusal
from domain.reports.drill import Page
from domain.reports.evidence import CellRef
from domain.reports.registry import REPORTS
from domain.reports.table import Report
from services.bootstrap import Engine, open_engine
from services.rebuild import rebuild
from services.report_asking import AskedReport
from services.report_drill import MOST_SHARES, entries_behind, plain_drill
from services.report_drilling import DrillMemory, DrillResult, drill_down
from services.reports import ReportResult, run_asked
from services.simulation import run_simulation
from tests.benchmarks.multiplied_town import multiply

KEK = bytes(range(32))
SMALL = 400
LARGE = 7_000
WHOLE = 70_000
REPETITIONS = 5
LAST_DAY = date(2026, 6, 30)
AS_OF = date(2026, 6, 29)

Figure = dict[str, Any]


async def run(
    dsn: str, *, small: int = SMALL, large: int = LARGE, repetitions: int = REPETITIONS
) -> list[Figure]:
    """The usual figures, on databases of their own that are dropped afterwards."""
    figures: list[Figure] = []
    means: dict[int, float] = {}
    for participants in (small, large):
        async with _town(dsn, participants) as engine:
            found = await _reports(engine, participants, repetitions, of_all=participants == small)
            means[participants] = found[-1]["median"]
            figures += found + await _drills(engine, participants, repetitions)
            figures += await _old_positions(engine, participants)
    return [*figures, _growth(means, small, large)]


async def run_whole(
    dsn: str, *, large: int = LARGE, times: int = WHOLE // LARGE, repetitions: int = REPETITIONS
) -> list[Figure]:
    """The figures of the whole town, and how they have grown from the smaller one it is made of."""
    whole = large * times
    means: dict[int, float] = {}
    async with _town(dsn, large) as engine:
        means[large] = (await _reports(engine, large, repetitions, of_all=False))[-1]["median"]
        begin = time.perf_counter()
        head = await multiply(engine, times)
        await _vacuum(engine)
        print(
            f"{whole:,} participants, {head:,} entries: made in {time.perf_counter() - begin:.0f} s",
            flush=True,
        )
        figures = await _reports(engine, whole, repetitions, of_all=False)
        means[whole] = figures[-1]["median"]
        figures += await _drills(engine, whole, repetitions)
        figures += await _old_positions(engine, whole)
    return [*figures, _growth(means, large, whole)]


@asynccontextmanager
async def _town(dsn: str, participants: int) -> AsyncIterator[Engine]:
    name = f"report_bench_{participants}"
    database = await create_database(dsn, name)
    try:
        await migrate(database)
        async with open_engine(database, KEK) as engine:
            await run_simulation(
                engine, participants=participants, years=2, seed=1, until=LAST_DAY, progress=_quiet
            )
            await rebuild(engine)
            await _vacuum(engine)
            yield engine
    finally:
        await drop_database(dsn, name)


def _quiet(done: int, total: int) -> None:
    pass


async def _vacuum(engine: Engine) -> None:
    async with engine.connections.lend() as connection:
        await connection.execute("vacuum analyze", timeout=1_800)


def _growth(means: dict[int, float], small: int, large: int) -> Figure:
    growth, linear = means[large] / means[small], large / small
    return {
        "name": f"all reports: {large:,} participants against {small:,} (linear: {linear:.3g})",
        "median": growth,
        "bound": f"≤ {linear:.3g}",
        "kept": growth <= linear,
    }


async def _reports(engine: Engine, participants: int, repetitions: int, *, of_all: bool) -> list[Figure]:
    """Each report from the read tables, the kinds of them taking turns; last the sum of all."""
    taken: dict[str, list[float]] = {name: [] for name in REPORTS}
    for _ in range(repetitions):
        for name, times in taken.items():
            times.append(await _seconds(lambda name=name: _run(engine, name)))  # type: ignore[misc] # bound now
    figures = []
    if not of_all:
        for name, times in taken.items():
            bound = _scale(participants)
            figures.append(_figure(f"report {name}, {participants:,} participants, s", times, bound))
    sums = [sum(each) for each in zip(*taken.values(), strict=True)]
    bound_of_all = 1.0 if of_all else None
    figures.append(_figure(f"all reports, {participants:,} participants, s", sums, bound_of_all))
    return figures


async def _run(engine: Engine, name: str, known_at: int | None = None) -> Report:
    result = await run_asked(engine, AskedReport(name=name, as_of=AS_OF, known_at=known_at))
    assert isinstance(result, ReportResult)
    return result.report


async def _drills(engine: Engine, participants: int, repetitions: int) -> list[Figure]:
    """As the user has them, whole answers: a click into a report that nobody drilled into reads it and indexes the table;
    of the later clicks each is the first one into its cell. What an index holds is told, too.

    A page costs by what is on it, not by how many there are, so the bound is the same for every town."""
    first_clicks: list[float] = []
    later_clicks: dict[str, list[float]] = {}
    sizes: list[float] = []
    for name in REPORTS:
        memory = DrillMemory()
        for number, (first, *others) in enumerate(await _cells(engine, name, 1 + repetitions)):
            took = await _drill_ms(engine, name, first, memory)
            if number == 0:
                first_clicks.append(took)
            times = [await _drill_ms(engine, name, cell, memory) for cell in others]
            later_clicks.setdefault(name, []).extend(times)
        sizes += [kept.pages.size / 1024 for kept in memory.kept if kept.pages is not None]
    said = f"first click into a report, {participants:,} participants, ms"
    return [
        _figure(said, first_clicks, None),
        *(
            _figure(f"later clicks into {name}, {participants:,} participants, ms", times, 100.0)
            for name, times in later_clicks.items()
            if times
        ),
        _figure(f"index of a report, {participants:,} participants, KiB", sizes, None),
    ]


async def _cells(engine: Engine, name: str, most: int) -> list[list[CellRef]]:
    """Of every table some figures, the largest ones of different columns first; of tables that have anything to tell."""
    report = await _run(engine, name)
    found: list[list[CellRef]] = []
    for table in report.tables:
        largest: dict[str, tuple[int, CellRef]] = {}
        for line in table.lines:
            for column, cell in zip(table.columns, line.cells, strict=True):
                if isinstance(cell, int) and (column.id not in largest or cell > largest[column.id][0]):
                    largest[column.id] = cell, CellRef(table.id, column.id, line.key)
        if largest:
            found.append([ref for _, ref in islice(largest.values(), most)])
    return found


async def _drill_ms(engine: Engine, name: str, cell: CellRef, memory: DrillMemory) -> float:
    begin = time.perf_counter()
    asked = AskedReport(name=name, as_of=AS_OF)
    found = await drill_down(engine, asked, cell, Page(most=MOST_SHARES), memory=memory)
    assert isinstance(found, DrillResult), found.en if isinstance(found, Refusal) else found
    plain_drill(found.drill, await entries_behind(engine, found.drill, found.position))
    return (time.perf_counter() - begin) * 1000


async def _old_positions(engine: Engine, participants: int) -> list[Figure]:
    """The statistics as known before: each once, for what is read again may come from a cache of the server."""
    head = await engine.log.head()
    [[last]] = await engine.connections.fetch(
        f"select max(recorded_at) from {engine.log.schema}.events where position = $1", head
    )
    figures = []
    for text, position in (
        ("100 entries ago", head - 100),
        ("one day ago", await engine.log.position_at(last - timedelta(days=1))),
        ("a quarter of the log ago", head * 3 // 4),
        ("half the log ago", head // 2),
        ("three quarters of the log ago", head // 4),
    ):
        took = await _seconds(lambda position=position: _run(engine, "statistics", position))  # type: ignore[misc] # bound now
        name = f"statistics as known {text}, {participants:,} participants, s"
        figures.append(_figure(name, [took], 10.0 * _scale(participants)))
    return figures


def _scale(participants: int) -> float:
    """What a town of this size may take of a bound that is meant for 70,000: its part of it, and all of it when small."""
    return 1.0 if participants <= SMALL else participants / WHOLE


async def _seconds(work: Callable[[], Awaitable[object]]) -> float:
    begin = time.perf_counter()
    await work()
    return time.perf_counter() - begin


def _figure(name: str, times: list[float], bound: float | None) -> Figure:
    median = statistics.median(times)
    figure: Figure = {"name": name, "median": median, "low": min(times), "high": max(times)}
    if bound is not None:
        figure |= {"bound": f"≤ {bound:.3g}", "kept": median <= bound}
    return figure
