"""Run the simulation: the days of the town become appends, and the appends go into an empty log by COPY."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from domain.decision import RuleBook, local_date
from domain.events import stored_name
from domain.ports import Append
from services.bootstrap import Engine
from services.clock import utc_now
from services.simulation.town_day import Days
from services.simulation.world import World

CHUNK = 2_000
"""Appends that are handed over together."""
MOST_PARTICIPANTS = 100_000
MOST_YEARS = 5

Progress = Callable[[int, int], None]
"""Told (days simulated, days to simulate), from time to time."""


class StoreNotEmpty(Exception):
    """The log holds events already; a town is simulated into an empty store only."""


class SimulationImpossible(ValueError):
    """The town cannot be simulated with these numbers; the message is one line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulationReport:
    """What was simulated. ``refusals`` were meant to happen; ``surprises`` were not, and there should be none."""

    participants: int
    first_day: date
    until: date
    seed: int
    streams: int
    events: int
    last_position: int
    kinds: Mapping[str, int]
    refusals: Mapping[str, int]
    surprises: Mapping[str, int]
    seconds: float

    @property
    def events_per_second(self) -> float:
        """How fast it went."""
        return self.events / self.seconds if self.seconds else 0.0

    def __str__(self) -> str:
        return (
            f"{self.participants} participants from {self.first_day} to {self.until - timedelta(days=1)}: "
            f"{self.events} events in {self.streams} streams, {sum(self.refusals.values())} refusals as meant, "
            f"{sum(self.surprises.values())} unexpected; {self.seconds:.1f} s"
        )


@dataclass(slots=True, kw_only=True)
class Simulation:
    """A town that is lived through once; ``chunks`` gives what happens in order of time."""

    participants: int
    years: int
    seed: int
    until: date
    rules: RuleBook
    progress: Progress = lambda done, total: None
    world: World = field(init=False)
    first_day: date = field(init=False)

    def __post_init__(self) -> None:
        if not 1 <= self.participants <= MOST_PARTICIPANTS:
            raise SimulationImpossible(f"a town has 1 to {MOST_PARTICIPANTS} participants")
        if not 1 <= self.years <= MOST_YEARS:
            raise SimulationImpossible(f"a town is simulated for 1 to {MOST_YEARS} years")
        self.first_day = self.until - timedelta(days=365 * self.years)
        self.world = World(
            participants=self.participants,
            seed=self.seed,
            first_day=self.first_day,
            until=self.until,
            rules=self.rules,
        )

    def chunks(self, size: int = CHUNK) -> Iterator[list[Append]]:
        """The appends of the town in order of time, at least ``size`` at a time but for the last."""
        days = Days(self.world, self.participants)
        total = (self.until - self.first_day).days
        pending: list[Append] = []
        for number in range(total):
            days.live(self.first_day + timedelta(days=number))
            pending += self.world.ledger.take()
            self.progress(number + 1, total)
            if len(pending) >= size:
                yield pending
                pending = []
        if pending:
            yield pending


def simulate(participants: int, years: int, seed: int, until: date, rules: RuleBook) -> Iterator[Append]:
    """The appends of a town in order of time, without any store. Raises SimulationImpossible."""
    simulation = Simulation(participants=participants, years=years, seed=seed, until=until, rules=rules)
    for chunk in simulation.chunks():
        yield from chunk


async def run_simulation(
    engine: Engine,
    *,
    participants: int = 400,
    years: int = 2,
    seed: int = 1,
    until: date | None = None,
    progress: Progress | None = None,
) -> SimulationReport:
    """Fill the empty store of ``engine`` with a simulated town.

    ``until`` (default: today) is the day on which real time takes over: the last simulated instant lies on the day
    before. Raises SimulationImpossible, StoreNotEmpty, KeyUnavailable, StoreUnavailable.
    """
    begun = time.perf_counter()
    today = local_date(utc_now())
    if until is not None and until > today:
        raise SimulationImpossible(f"the simulated time ends on {until}, after today")
    simulation = Simulation(
        participants=participants, years=years, seed=seed, until=until or today, rules=engine.rule_book
    )
    if progress is not None:
        simulation.progress = progress
    if head := await engine.store.head():
        raise StoreNotEmpty(f"the log holds {head} events already; a town is simulated into an empty store")
    enabled = gc.isenabled()
    gc.disable()  # States hold no cycles; looking for some would take a third of the time.
    try:
        last_position = await engine.store.bulk_append(_ahead(simulation.chunks()))
    finally:
        if enabled:
            gc.enable()
    ledger = simulation.world.ledger
    return SimulationReport(
        participants=participants,
        first_day=simulation.first_day,
        until=simulation.until,
        seed=seed,
        streams=ledger.streams,
        events=ledger.position,
        last_position=last_position,
        kinds={stored_name(kind): count for kind, count in ledger.kinds.most_common()},
        refusals=dict(ledger.refusals.most_common()),
        surprises=dict(ledger.surprises.most_common()),
        seconds=time.perf_counter() - begun,
    )


async def _ahead(chunks: Iterator[list[Append]]) -> AsyncIterator[list[Append]]:
    """The next chunk is simulated in a thread while the server takes the last one; the loop stays free."""
    ahead = asyncio.create_task(asyncio.to_thread(next, chunks, None))
    while (chunk := await ahead) is not None:
        ahead = asyncio.create_task(asyncio.to_thread(next, chunks, None))
        yield chunk
