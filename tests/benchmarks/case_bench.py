"""What a case costs: appending with and without personal fields, and loading and folding fifty entries."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from domain.case import fold
from domain.coaching import ContactHeld, ContactKind, ContactProof
from domain.course import AttendanceProof, AttendanceRecorded
from domain.intake import CaseOpened
from domain.ports import Append
from domain.recorded import Event
from domain.values import ParticipantId, ParticipationId
from services.bootstrap import Engine, open_engine
from tests.domain.ground import CaseFile, open_case

KEK = bytes(range(32))
CLIENTS = 32
REPETITIONS = 5
SECONDS = 1.0
LOADS = 200
ENTRIES = 50
DAY = date(2025, 3, 12)

SEALED = ContactHeld(
    occurred_on=DAY,
    kind=ContactKind.IN_PERSON,
    minutes=45,
    proof=ContactProof.SIGNATURE,
    note="Zeugnisse besprochen, Termin beim Berufskolleg",
)
OPEN = AttendanceRecorded(
    occurred_on=DAY,
    participation_id=ParticipationId(UUID(int=7)),
    from_on=DAY,
    to_on=DAY,
    units_attended=5,
    units_held=6,
    proof=AttendanceProof.SIGNATURE_LIST,
)


async def run(dsn: str, *, repetitions: int = REPETITIONS) -> list[dict[str, Any]]:
    """The figures on a migrated, empty database."""
    async with open_engine(dsn, KEK) as engine:
        streams = [await _opened(engine) for _ in range(CLIENTS)]
        versions = dict.fromkeys(streams, 1)
        await _appends(engine, versions, SEALED, 0.3)
        sealed, plain = [], []
        for _ in range(repetitions):
            plain.append(await _appends(engine, versions, OPEN, SECONDS))
            sealed.append(await _appends(engine, versions, SEALED, SECONDS))
        case = await _case_of(engine, ENTRIES)
        bare, loaded = [], []
        async with engine.connections.lend() as connection:
            statement = await connection.prepare(
                f"select * from {engine.log.schema}.events where stream_id = $1 order by version"
            )
            for _ in range(repetitions):
                bare.append(await _timed(lambda: statement.fetch(case)))
                loaded.append(await _timed(lambda: _load_and_fold(engine, case)))
    return [
        _ratio(
            "append with personal fields to without, 32 clients", sealed, plain, "≥ 0.8", lambda r: r >= 0.8
        ),
        _shown("appends per second with personal fields, 32 clients", sealed),
        _ratio("load and fold 50 entries to fetching the rows", loaded, bare, "≤ 1.3", lambda r: r <= 1.3),
        _shown("load and fold 50 entries, p50 in ms", [1000 * t for t in loaded]),
    ]


async def _opened(engine: Engine) -> UUID:
    stream_id = uuid4()
    file = CaseFile()
    file.done(open_case(participant_id=ParticipantId(uuid4())))
    opened = file.history[0].event
    assert isinstance(opened, CaseOpened)
    await engine.store.append(_append(stream_id, 0, opened))
    return stream_id


async def _case_of(engine: Engine, entries: int) -> UUID:
    """A case of which a third of the entries has personal fields."""
    case = await _opened(engine)
    for version in range(1, entries):
        await engine.store.append(_append(case, version, SEALED if version % 3 == 0 else OPEN))
    return case


def _append(stream_id: UUID, version: int, event: Event) -> Append:
    return Append(
        stream_id=stream_id,
        expected_version=version,
        events=(event,),
        command_id=uuid4(),
        actor="cw-1",
        organisation="org-1",
    )


async def _appends(engine: Engine, versions: dict[UUID, int], event: Event, seconds: float) -> float:
    """Appends a second by all clients, each on a stream of its own."""
    until = time.perf_counter() + seconds
    count = 0

    async def client(stream_id: UUID) -> None:
        nonlocal count
        while time.perf_counter() < until:
            await engine.store.append(_append(stream_id, versions[stream_id], event))
            versions[stream_id] += 1
            count += 1

    await asyncio.gather(*[client(stream_id) for stream_id in versions])
    return count / seconds


async def _load_and_fold(engine: Engine, case: UUID) -> None:
    fold(await engine.store.load(case))


async def _timed(work: Callable[[], Awaitable[object]]) -> float:
    """The median time of ``work`` in seconds."""
    times = []
    for _ in range(LOADS):
        began = time.perf_counter()
        await work()
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def _ratio(
    name: str, of: list[float], to: list[float], bound: str, kept: Callable[[float], bool]
) -> dict[str, Any]:
    ratios = [one / other for one, other in zip(of, to, strict=True)]
    median = statistics.median(ratios)
    return {
        "name": name,
        "median": median,
        "low": min(ratios),
        "high": max(ratios),
        "bound": bound,
        "kept": kept(median),
    }


def _shown(name: str, values: list[float]) -> dict[str, Any]:
    median = statistics.median(values)
    return {
        "name": name,
        "median": median,
        "low": min(values),
        "high": max(values),
        "bound": None,
        "kept": None,
    }
