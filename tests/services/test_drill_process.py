"""Drill-downs of a process of their own: the same answers, and nobody is left waiting when it dies."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from typing import Any

import pytest

from domain.ports import StoreUnavailable
from domain.recorded import Recorded
from domain.refusals import Refusal
from domain.reports.drill import Page
from domain.reports.evidence import CellRef
from services.bootstrap import Engine, open_engine
from services.drill_process import DrillProcess
from services.queries import Queries
from services.report_asking import AskedReport
from services.report_drilling import DrillResult, drill_down
from services.work_processes import WorkFailed
from tests.domain.test_reports import TOWN
from tests.patience import PATIENCE_SECONDS
from tests.services.projector_process import KEK
from tests.services.read_table_ground import projecting, write

NOW = datetime(2026, 1, 2, 12, tzinfo=UTC)
AS_OF = date(2025, 12, 30)
CONTACTED = CellRef("reach", "contacted", ("total",))


@pytest.fixture
async def engine(database: str) -> AsyncIterator[Engine]:
    """An engine whose log and read tables hold the town of the report tests but for one life."""
    async with open_engine(database, KEK) as opened:
        await _written(opened, TOWN[1:])
        yield opened


async def _written(engine: Engine, histories: Sequence[Sequence[Recorded[Any]]]) -> None:
    queries = Queries(engine)
    async with projecting(engine):
        for history in histories:
            last = await write(engine, history[0].stream_id, tuple(entry.event for entry in history))
        assert await queries.wait_for(last.last_position, PATIENCE_SECONDS)
    await queries.close()


@asynccontextmanager
async def _process(engine: Engine) -> AsyncIterator[DrillProcess]:
    process = DrillProcess(engine.database_url)
    try:
        yield process
    finally:
        await process.close()
        assert process.pid is None


async def test_a_process_of_its_own_answers_what_is_answered_here(engine: Engine) -> None:
    """Cells and refusals, several asked for at once."""
    cells = [
        ("statistics", CONTACTED),
        ("statistics", CellRef("flow", "stock", ("2025-Q3", "total", "total"))),
        ("statistics", CellRef("reach", "nonsense", ("total",))),
        ("funding", CellRef("lines", "planned", ("nowhere",))),
        ("esf", CellRef("entry", "all", ("participants",))),
    ]
    async with _process(engine) as process:
        found = await asyncio.gather(
            *(
                process.drill_down(AskedReport(name=name, as_of=AS_OF), cell, Page(most=2), now=NOW)
                for name, cell in cells
            )
        )
    for (name, cell), one in zip(cells, found, strict=True):
        assert one == await drill_down(
            engine, AskedReport(name=name, as_of=AS_OF), cell, Page(most=2), now=NOW
        )
    assert [isinstance(one, Refusal) for one in found] == [False, False, True, True, False]


async def test_clicks_stay_with_the_report_that_was_fetched_while_the_office_goes_on_writing(
    engine: Engine,
) -> None:
    """Every page as of its position is the same after more was recorded; who names no position sees the new figure."""
    head = await engine.log.head()
    fetched = AskedReport(name="statistics", as_of=AS_OF, known_at=head)
    async with _process(engine) as process:
        process.prepare(fetched, NOW)
        await process.prepared()
        pages = [Page(first=first, most=2) for first in range(6)]
        before = [await process.drill_down(fetched, CONTACTED, page, now=NOW) for page in pages]
        await _written(engine, TOWN[:1])
        assert [await process.drill_down(fetched, CONTACTED, page, now=NOW) for page in pages] == before
        now = await process.drill_down(AskedReport(name="statistics", as_of=AS_OF), CONTACTED, now=NOW)
        first = before[0]
        assert isinstance(first, DrillResult)
        assert isinstance(now, DrillResult)
        assert first.position == head < now.position
        assert now.drill.total == first.drill.total + 1


async def test_a_process_that_was_killed_is_begun_again_for_the_next_click(engine: Engine) -> None:
    """Whoever waits for it is answered, too."""
    asked = AskedReport(name="statistics", as_of=AS_OF)
    async with _process(engine) as process:
        assert process.pid is None, "nothing is begun before it is needed"
        expected = await process.drill_down(asked, CONTACTED, now=NOW)
        first = process.pid
        assert first is not None
        waiting = asyncio.create_task(process.drill_down(asked, CONTACTED, now=NOW))
        os.kill(first, signal.SIGKILL)
        assert await waiting == expected
        assert await process.drill_down(asked, CONTACTED, now=NOW) == expected
        assert process.pid not in (None, first)


async def test_a_store_that_is_away_is_said_as_it_is_here() -> None:
    """What the process raises is raised to whoever asks; and a closed one answers nobody."""
    process = DrillProcess("postgresql://nobody@127.0.0.1:9/nothing")
    with pytest.raises(StoreUnavailable):
        await process.drill_down(AskedReport(name="statistics", as_of=AS_OF), CONTACTED, now=NOW)
    await process.close()
    with pytest.raises(WorkFailed):
        await process.drill_down(AskedReport(name="statistics", as_of=AS_OF), CONTACTED, now=NOW)
