"""The simulated town in a real log: typed and sealed like everything else, and only where nothing was before."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from domain.decision import local_date
from domain.events import stored_name
from domain.intake import CaseOpened
from domain.personal import ERASED
from domain.recorded import Recorded
from services.bootstrap import Engine, open_engine, rule_book
from services.simulation import SimulationImpossible, StoreNotEmpty, run_simulation, simulate

KEK = bytes(range(32))
UNTIL = date(2026, 6, 30)


@pytest.fixture
async def engine(database: str) -> AsyncIterator[Engine]:
    """The parts on a database of their own."""
    async with open_engine(database, KEK, readers=2) as opened:
        yield opened


async def everything(engine: Engine, *, personal: bool = True) -> list[Recorded[Any]]:
    """The whole log."""
    return [entry async for entries in engine.store.scan(personal=personal) for entry in entries]


async def test_the_log_gives_back_what_was_simulated(engine: Engine) -> None:
    """Decoded and opened, event for event, with instants, actors and command ids."""
    seen: list[tuple[int, int]] = []
    report = await run_simulation(
        engine,
        participants=30,
        years=1,
        seed=3,
        until=UNTIL,
        progress=lambda done, total: seen.append((done, total)),
    )
    stored = await everything(engine)
    told = [(a, event) for a in simulate(30, 1, 3, UNTIL, rule_book()) for event in a.events]
    assert [entry.event for entry in stored] == [event for _, event in told]
    assert [entry.recorded_at for entry in stored] == [append.recorded_at for append, _ in told]
    assert [(e.stream_id, e.actor, e.organisation) for e in stored] == [
        (a.stream_id, a.actor, a.organisation) for a, _ in told
    ]
    assert report.events == report.last_position == len(stored)
    assert report.kinds == Counter(stored_name(type(entry.event)) for entry in stored)
    assert report.surprises == {}
    assert report.streams == len({entry.stream_id for entry in stored})
    assert seen == [(day, 365) for day in range(1, 366)]
    assert str(report).startswith(f"30 participants from 2025-06-30 to 2026-06-29: {len(stored)} events")


async def test_names_lie_sealed_in_the_log(engine: Engine) -> None:
    """Without the keys there are cases and no people."""
    await run_simulation(engine, participants=5, years=1, seed=3, until=UNTIL)
    opened = [e.event for e in await everything(engine, personal=False) if isinstance(e.event, CaseOpened)]
    assert len(opened) == 5
    assert all(event.name is ERASED for event in opened)


async def test_a_store_that_is_not_empty_is_refused_and_left_alone(engine: Engine) -> None:
    """A town is never simulated beside people."""
    await run_simulation(engine, participants=2, years=1, seed=3, until=UNTIL)
    head = await engine.store.head()
    with pytest.raises(StoreNotEmpty, match=f"holds {head} events"):
        await run_simulation(engine, participants=2, years=1, seed=4, until=UNTIL)
    assert await engine.store.head() == head


async def test_a_town_that_ends_after_today_is_refused(engine: Engine) -> None:
    """The log would have to wait for its own past."""
    with pytest.raises(SimulationImpossible, match="after today"):
        await run_simulation(engine, participants=2, until=local_date(datetime.now(UTC)) + timedelta(days=1))
    assert await engine.store.head() == 0


async def test_without_an_end_the_town_ends_now_and_work_goes_on(engine: Engine) -> None:
    """The next append of today lies behind everything simulated."""
    report = await run_simulation(engine, participants=3, years=1, seed=3)
    entries = await everything(engine)
    assert report.until >= local_date(entries[-1].recorded_at)
    assert entries[-1].recorded_at <= datetime.now(UTC)
