"""Reading the log: streams, stretches, scans, instants, and waiting for more."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

import asyncpg
import pytest

from adapters.event_log import AppendRequest, EventLog, StreamSlice
from domain.ports import VersionConflict
from tests.adapters.conftest import LogAppendRequests

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def town(log_append: LogAppendRequests, log_streams: Iterator[UUID]) -> list[AppendRequest]:
    """Four rounds over 25 streams, two rows each: 200 rows, a minute apart."""
    streams = [next(log_streams) for _ in range(25)]
    return [
        replace(
            log_append(stream, 2 * turn, rows=2, command=turn, text=f"{turn}"),
            recorded_at=START + (turn * 25 + place) * MINUTE,
        )
        for turn in range(4)
        for place, stream in enumerate(streams)
    ]


@pytest.fixture
async def full_log(event_log: EventLog, town: list[AppendRequest]) -> EventLog:
    """The log with the town in it."""
    assert await event_log.bulk_append([town[:30], town[30:]]) == 200
    return event_log


async def test_a_stream_is_read_in_parts(full_log: EventLog, town: list[AppendRequest]) -> None:
    """Behind a version, up to a position, both; an unknown stream is empty."""
    stream = town[0].stream_id
    whole = await full_log.read_stream(stream)
    assert [row.version for row in whole] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert await full_log.read_stream(stream, after_version=5) == whole[5:]
    assert await full_log.read_stream(stream, up_to_position=51) == whole[:3]
    assert await full_log.read_stream(stream, after_version=1, up_to_position=52) == whole[1:4]
    assert await full_log.read_stream(UUID(int=1)) == []


@pytest.mark.parametrize(
    ("after", "limit", "first", "last"), [(0, 3, 1, 3), (198, 10, 199, 200), (10, 1, 11, 11)]
)
async def test_a_stretch_is_read_by_position(
    full_log: EventLog, after: int, limit: int, first: int, last: int
) -> None:
    """A limit is a range, for there are no gaps."""
    assert [row.position for row in await full_log.read(after, limit)] == list(range(first, last + 1))


async def test_behind_the_head_there_is_nothing(full_log: EventLog) -> None:
    """Also far behind it."""
    assert await full_log.read(200, 10) == []
    assert await full_log.read(10**12, 10) == []


@pytest.mark.parametrize("chunk", [1, 7, 100, 200, 5_000])
async def test_a_scan_gives_every_row_once_in_order(full_log: EventLog, chunk: int) -> None:
    """Whatever the chunk."""
    chunks = [rows async for rows in full_log.scan(chunk=chunk)]
    assert [row for rows in chunks for row in rows] == await full_log.read(0, 200)
    assert max(len(rows) for rows in chunks) <= chunk


@pytest.mark.parametrize(
    ("after", "up_to", "positions"),
    [(50, 60, range(51, 61)), (190, 999, range(191, 201)), (200, None, ()), (60, 50, ())],
)
async def test_a_scan_keeps_to_its_bounds(
    full_log: EventLog, after: int, up_to: int | None, positions: range
) -> None:
    """Bounds behind the head or in the wrong order give less, not an error."""
    rows = [row async for rows in full_log.scan(after, up_to, chunk=3) for row in rows]
    assert [row.position for row in rows] == list(positions)


async def test_instants_come_back_to_the_microsecond(
    event_log: EventLog, log_append: LogAppendRequests, log_streams: Iterator[UUID]
) -> None:
    """They travel as seconds in floating point; from 1970 to 2241 nothing is lost, whatever the fraction."""
    chance, micro = Random(19), timedelta(microseconds=1)
    span = (datetime(2242, 1, 1, tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)) // micro
    given = sorted(datetime(1970, 1, 1, tzinfo=UTC) + chance.randrange(span) * micro for _ in range(2_000))
    requests = [replace(log_append(next(log_streams)), recorded_at=instant) for instant in given]
    await event_log.bulk_append([requests])
    read = [row.recorded_at async for rows in event_log.scan() for row in rows]
    assert read == given
    assert {instant.tzinfo for instant in read} == {UTC}


async def test_a_scan_may_be_left_early(full_log: EventLog) -> None:
    """The read-ahead is given up and the log goes on working."""
    scan = full_log.scan(chunk=5)
    assert len(await anext(scan)) == 5
    await scan.aclose()
    assert await full_log.head() == 200


@pytest.mark.parametrize("count", [1, 2, 3, 8, 100])
async def test_slices_share_out_the_streams(full_log: EventLog, count: int) -> None:
    """Every row in exactly one slice, each stream whole and in order; no slice is much larger than its share."""
    slices = await full_log.slices(count)
    assert len(slices) <= count
    seen: list[tuple[UUID, int]] = []
    for part in slices:
        found = [columns async for some in full_log.scan_streams(part, streams=3) for columns in some]
        assert all(len(set(columns.streams)) == 1 for columns in found)
        assert len({columns.streams[0] for columns in found}) == len(found)
        rows = [row for columns in found for row in columns.rows()]
        assert len(rows) <= 200 / count + 8 + 1
        seen += [(row.stream_id, row.version) for row in rows]
    assert len(seen) == 200
    assert seen == sorted(seen)
    assert len(set(seen)) == 200


async def test_a_slice_ends_at_a_position(full_log: EventLog) -> None:
    """So that all who share a rebuild see the same log."""
    whole = full_log.scan_streams(StreamSlice(None, None), 120)
    positions = [position async for found in whole for columns in found for position in columns.positions]
    assert sorted(positions) == list(range(1, 121))


async def test_an_empty_log_reads_as_nothing(event_log: EventLog) -> None:
    """No error, no row, head 0."""
    assert await event_log.head() == 0
    assert [rows async for rows in event_log.scan()] == []
    assert await event_log.slices(4) == [StreamSlice(None, None)]
    assert [rows async for rows in event_log.scan_streams(StreamSlice(None, None))] == []
    assert await event_log.position_at(START) == 0


@pytest.mark.parametrize(
    ("instant", "position"),
    [
        (START - MINUTE, 0),
        (START - timedelta(microseconds=1), 0),
        (START, 2),
        (START + timedelta(seconds=59), 2),
        (START + MINUTE, 4),
        (START + 50 * MINUTE, 102),
        (START + 99 * MINUTE, 200),
        (datetime(9999, 1, 1, tzinfo=UTC), 200),
    ],
)
async def test_the_position_known_at_an_instant(full_log: EventLog, instant: datetime, position: int) -> None:
    """The last one recorded at or before it."""
    assert await full_log.position_at(instant) == position


async def test_an_append_under_way_is_waited_for(
    log_dsn: str, event_log: EventLog, log_append: LogAppendRequests, log_streams: Iterator[UUID]
) -> None:
    """Its instant has passed when it commits: who asks for that instant must not get an answer that changes."""
    await event_log.append(log_append(next(log_streams)))
    other = await asyncpg.connect(log_dsn)
    transaction = other.transaction()
    await transaction.start()
    instant = await other.fetchval(
        "select recorded from teilhabe.append_events('{t}', array[$1::uuid], '{1}', '{null}', '{null}', '{t}', '{a}', "
        "'{o}', array[''::bytea], array[null::bytea], null, false)",
        next(log_streams),
    )
    asked = asyncio.create_task(event_log.position_at(instant))
    while not await other.fetchval(
        "select count(*) from pg_locks where locktype = 'advisory' and not granted"
    ):
        pass
    assert not asked.done()
    await transaction.commit()
    await other.close()
    assert await asked == 2


async def test_bulk_loading_goes_on_behind_appends_and_before_them(
    full_log: EventLog, log_append: LogAppendRequests, town: list[AppendRequest], log_streams: Iterator[UUID]
) -> None:
    """Positions and versions go on without gaps; a command of the load is known when it is repeated."""
    fresh = next(log_streams)
    await full_log.append(log_append(fresh))
    later = await full_log.append(log_append(town[0].stream_id, 8))
    more = [
        replace(log_append(fresh, 1, rows=3, command=1), recorded_at=later.recorded_at),
        replace(log_append(fresh, 4), recorded_at=later.recorded_at),
        replace(log_append(town[0].stream_id, 9), recorded_at=later.recorded_at),
    ]
    assert await full_log.bulk_append([more]) == 207
    assert [row.position for row in await full_log.read(0, 1_000)] == list(range(1, 208))
    with pytest.raises(VersionConflict, match="up to version 4 at position 205"):
        await full_log.append(log_append(fresh, 5, command=1))
    assert (await full_log.append(log_append(fresh, 5))).last_position == 208


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"expected_version": 7}, "at version 8, the append expected 7"),
        ({"expected_version": 9}, "at version 8, the append expected 9"),
        ({"recorded_at": None}, "needs recorded_at"),
        ({"recorded_at": START}, "runs backwards"),
        ({"command_id": UUID(int=3)}, "occurs twice"),
    ],
)
async def test_a_bulk_load_is_all_or_none(
    full_log: EventLog,
    town: list[AppendRequest],
    log_append: LogAppendRequests,
    log_streams: Iterator[UUID],
    change: dict[str, object],
    message: str,
) -> None:
    """One bad request in the second chunk undoes the first."""
    end = START + 200 * MINUTE
    good = replace(log_append(next(log_streams)), recorded_at=end)
    bad = replace(log_append(town[0].stream_id, 8), recorded_at=end)
    bad = replace(bad, **change)  # type: ignore[arg-type] # wrong on purpose
    with pytest.raises((ValueError, VersionConflict), match=message):
        await full_log.bulk_append([[good], [bad]])
    assert await full_log.head() == 200


async def test_who_waits_is_woken_by_another_process(
    log_dsn: str, event_log: EventLog, log_append: LogAppendRequests, log_streams: Iterator[UUID]
) -> None:
    """By NOTIFY: the poll here would take an hour."""
    async with await EventLog.open(log_dsn) as other:
        for turn in range(3):
            waiting = asyncio.create_task(event_log.wait_for_more(turn, 60, poll=3_600))
            await other.append(log_append(next(log_streams)))
            assert await waiting == turn + 1


async def test_waiting_ends_at_once_when_there_is_more(full_log: EventLog) -> None:
    """Also for the first who asks, before anybody listens."""
    assert await full_log.wait_for_more(10, 60, poll=3_600) == 200
    assert await full_log.wait_for_more(199, 60, poll=3_600) == 200


async def test_waiting_in_vain_gives_the_head(full_log: EventLog) -> None:
    """After the timeout, without an error."""
    assert await full_log.wait_for_more(200, 0.01) == 200


async def test_the_poll_finds_what_no_notification_told(
    log_dsn: str, event_log: EventLog, log_append: LogAppendRequests, log_streams: Iterator[UUID]
) -> None:
    """A row that came without NOTIFY, as after a switch to a standby."""
    await event_log.append(log_append(next(log_streams)))
    waiting = asyncio.create_task(event_log.wait_for_more(1, 60, poll=0.02))
    connection = await asyncpg.connect(log_dsn)
    await connection.execute(
        "insert into teilhabe.events select 2, recorded_at, stream_id, 2, null, null, type, actor, organisation, "
        "payload, personal from teilhabe.events"
    )
    await connection.close()
    assert await waiting == 2
