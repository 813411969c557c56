"""Reports over simulated towns of two sizes: how long each takes, a drill-down, an old position, and how cost grows.

Run alone: ``python -m tests.benchmarks.report_bench --dsn …`` or through ``make bench ARGS="--only reports"``. The bounds
of the architecture are for 70,000 participants; the larger town here has 7,000, so a bound is a tenth of it.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

from adapters.embedded.postgres_databases import create_database, drop_database
from adapters.migrations import migrate
from domain.reports.evidence import CellRef
from domain.reports.registry import REPORTS
from services.bootstrap import Engine, open_engine
from services.rebuild import rebuild
from services.report_asking import AskedReport
from services.reports import DrillResult, FactsMemory, ReportResult, drill_down, run_asked
from services.simulation import run_simulation

KEK = bytes(range(32))
SMALL = 400
LARGE = 7_000
REPETITIONS = 5
LAST_DAY = date(2026, 6, 30)
AS_OF = date(2026, 6, 29)
CELLS = (
    CellRef("modules", "persons", ("F4",)),
    CellRef("modules", "dropout_rate", ("F4",)),
    CellRef("flow", "stock_persons", ("2026-Q1", "total", "total")),
)

Figure = dict[str, Any]


async def run(
    dsn: str, *, small: int = SMALL, large: int = LARGE, repetitions: int = REPETITIONS
) -> list[Figure]:
    """All figures of this part, on databases of its own that are dropped afterwards."""
    figures: list[Figure] = []
    means: dict[int, float] = {}
    for participants in (small, large):
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
                found = await _reports(engine, participants, repetitions, of_all=participants == small)
                means[participants] = found[-1]["median"]
                figures += found + await _drills(engine, participants, repetitions)
                figures += await _old_positions(engine, participants)
        finally:
            await drop_database(dsn, name)
    growth = means[large] / means[small]
    figures.append(
        {
            "name": f"all reports: {large:,} participants against {small:,} (linear: {large / small:.3g})",
            "median": growth,
            "bound": f"≤ {large / small:.3g}",
            "kept": growth <= large / small,
        }
    )
    return figures


def _quiet(done: int, total: int) -> None:
    pass


async def _vacuum(engine: Engine) -> None:
    async with engine.connections.lend() as connection:
        await connection.execute("vacuum analyze", timeout=600)


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


async def _run(engine: Engine, name: str) -> None:
    result = await run_asked(engine, AskedReport(name=name, as_of=AS_OF))
    assert isinstance(result, ReportResult)


async def _drills(engine: Engine, participants: int, repetitions: int) -> list[Figure]:
    """From facts that the question before has left in memory, as in the API."""
    memory = FactsMemory()
    asked = AskedReport(name="statistics", as_of=AS_OF)
    await drill_down(engine, asked, CELLS[0], memory=memory)
    figures = []
    for cell in CELLS:
        times = []
        for _ in range(repetitions):
            begin = time.perf_counter()
            found = await drill_down(engine, asked, cell, memory=memory)
            times.append((time.perf_counter() - begin) * 1000)
            assert isinstance(found, DrillResult)
        name = f"drill-down {cell.table}.{cell.column}, {participants:,} participants, ms"
        # Every fact of the table is looked at, so the bound for 70,000 is scaled; a small town has it whole.
        figures.append(_figure(name, times, 100.0 * _scale(participants)))
    return figures


async def _old_positions(engine: Engine, participants: int) -> list[Figure]:
    """The statistics as known 100 entries ago, and as known half the log ago; each once."""
    head = await engine.log.head()
    figures = []
    for text, position in (("100 entries", head - 100), ("half the log", head // 2)):
        asked = AskedReport(name="statistics", as_of=AS_OF, known_at=position)
        took = await _seconds(lambda asked=asked: run_asked(engine, asked))  # type: ignore[misc] # bound now
        name = f"statistics as known {text} ago, {participants:,} participants, s"
        figures.append(_figure(name, [took], 10.0 * _scale(participants)))
    return figures


def _scale(participants: int) -> float:
    """What a town of this size may take of a bound that is meant for 70,000: its part of it, and all of it when small."""
    return 1.0 if participants <= SMALL else participants / 70_000


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
