"""Appending to the log: expected versions, repeated commands, batches in which one fails, order of time."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
import pytest

from adapters.event_log import AppendRequest, CommandRepeated, EventLog, NewRow
from adapters.log_rows import MAX_ROWS
from domain.ports import Appended, StoreUnavailable, VersionConflict
from tests.adapters.conftest import LogAppendRequests


async def test_positions_count_the_log_and_versions_the_stream(
    event_log: EventLog, log_append: LogAppendRequests, log_streams: Iterator[UUID]
) -> None:
    """Both from 1, without gaps."""
    one, two = next(log_streams), next(log_streams)
    appended = [
        await event_log.append(log_append(one, rows=2)),
        await event_log.append(log_append(two)),
        await event_log.append(log_append(one, 2, rows=3)),
    ]
    assert [(a.last_position, a.version) for a in appended] == [(2, 2), (3, 1), (6, 5)]
    rows = await event_log.read(0, 100)
    assert [(r.position, r.stream_id, r.version) for r in rows] == [
        (1, one, 1),
        (2, one, 2),
        (3, two, 1),
        (4, one, 3),
        (5, one, 4),
        (6, one, 5),
    ]


async def test_everything_comes_back_as_it_was_given(
    event_log: EventLog, log_streams: Iterator[UUID]
) -> None:
    """All fields of the rows, the command id only on the first."""
    stream, command = next(log_streams), UUID(int=7)
    rows = (
        NewRow(type="case_opened.v1", payload=b"{}", personal=bytes(range(256))),
        NewRow(type="größe.v2", payload=b"\x00\xff" * 5_000),
    )
    request = AppendRequest(
        stream_id=stream,
        expected_version=0,
        rows=rows,
        command_id=command,
        actor="änne",
        organisation="amt-50",
    )
    appended = await event_log.append(request)
    first, second = await event_log.read_stream(stream)
    assert first == (1, stream, 1, *_parts(rows[0]), command, appended.recorded_at, "änne", "amt-50")
    assert second == (2, stream, 2, *_parts(rows[1]), None, appended.recorded_at, "änne", "amt-50")


def _parts(row: NewRow) -> tuple[str, bytes, bytes | None]:
    return row.type, row.payload, row.personal


@pytest.mark.parametrize("expected", [0, 1, 3, 2_000])
async def test_a_wrong_expected_version_is_refused(
    event_log: EventLog, log_append: LogAppendRequests, log_streams: Iterator[UUID], expected: int
) -> None:
    """Behind or ahead of the stream, which is at 2; nothing is written."""
    stream = next(log_streams)
    await event_log.append(log_append(stream, rows=2))
    with pytest.raises(VersionConflict, match=f"at version 2, the append expected {expected}"):
        await event_log.append(log_append(stream, expected))
    assert await event_log.head() == 2


async def test_a_new_stream_cannot_begin_in_the_middle(
    event_log: EventLog, log_append: LogAppendRequests, log_streams: Iterator[UUID]
) -> None:
    """A version without the one before it would be a gap."""
    with pytest.raises(VersionConflict):
        await event_log.append(log_append(next(log_streams), 1))
    assert await event_log.head() == 0


async def test_a_repeated_command_gets_its_first_outcome(
    event_log: EventLog, log_append: LogAppendRequests, log_streams: Iterator[UUID]
) -> None:
    """Whatever version it expects, and although others wrote since; nothing is written."""
    stream = next(log_streams)
    await event_log.append(log_append(stream))
    first = await event_log.append(log_append(stream, 1, rows=3, command=5))
    await event_log.append(log_append(stream, 4))
    for expected in (1, 4, 5):
        with pytest.raises(CommandRepeated) as repeated:
            await event_log.append(log_append(stream, expected, command=5))
        error = repeated.value
        assert (
            Appended(last_position=error.last_position, version=error.version, recorded_at=error.recorded_at)
            == first
        )
    assert await event_log.head() == 5


async def test_one_command_id_may_touch_several_streams(
    event_log: EventLog, log_append: LogAppendRequests, log_streams: Iterator[UUID]
) -> None:
    """It is unique per stream: a seat is a saga across a case and an offer."""
    for _ in range(2):
        await event_log.append(log_append(next(log_streams), command=9))
    assert await event_log.head() == 2


async def test_requests_of_one_batch_build_on_each_other(
    event_log: EventLog, log_append: LogAppendRequests, log_streams: Iterator[UUID]
) -> None:
    """Queued together they keep their order; the refused ones leave no trace among the others."""
    one, two, three = next(log_streams), next(log_streams), next(log_streams)
    await event_log.append(log_append(three))
    results = await asyncio.gather(
        *[
            event_log.append(request)
            for request in (
                log_append(one, rows=2, command=1),
                log_append(one, 2, command=2),
                log_append(three, 0),
                log_append(one, 2),
                log_append(two),
                log_append(one, 3, command=1),
                log_append(one, 3),
            )
        ],
        return_exceptions=True,
    )
    kinds = [r.last_position if isinstance(r, Appended) else type(r) for r in results]
    assert kinds == [3, 4, VersionConflict, VersionConflict, 5, CommandRepeated, 6]
    assert [row.position for row in await event_log.read(0, 100)] == [1, 2, 3, 4, 5, 6]
    assert [row.version for row in await event_log.read_stream(one)] == [1, 2, 3, 4]


async def test_a_row_that_cannot_be_stored_spares_its_neighbours(
    event_log: EventLog, log_append: LogAppendRequests, log_streams: Iterator[UUID]
) -> None:
    """NUL in a text is refused by the server, a lone surrogate by the driver; 20 others in the batch go through."""
    good = [log_append(next(log_streams)) for _ in range(20)]
    bad = [replace(log_append(next(log_streams)), actor=actor) for actor in ("a\0b", "\ud800")]
    requests = [*good[:10], *bad, *good[10:]]
    results = await asyncio.gather(*[event_log.append(r) for r in requests], return_exceptions=True)
    assert [type(r) for r in results] == [Appended] * 10 + [ValueError] * 2 + [Appended] * 10
    assert await event_log.head() == 20


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"rows": ()}, "without rows"),
        ({"rows": (NewRow(type="t", payload=b""),) * (MAX_ROWS + 1)}, f"{MAX_ROWS} is the most"),
        ({"expected_version": -2}, "out of range"),
        ({"expected_version": 2**31 - 1}, "out of range"),
        ({"recorded_at": datetime(2026, 3, 2)}, "without a time zone"),  # noqa: DTZ001 - what is refused
    ],
)
async def test_nonsense_is_refused_before_it_reaches_a_batch(
    event_log: EventLog,
    log_append: LogAppendRequests,
    log_streams: Iterator[UUID],
    change: dict[str, object],
    message: str,
) -> None:
    """Each with a sentence that says what is wrong."""
    request = replace(log_append(next(log_streams)), **change)  # type: ignore[arg-type] # wrong on purpose
    with pytest.raises(ValueError, match=message):
        await event_log.append(request)


async def test_the_largest_append_goes_through(
    event_log: EventLog, log_append: LogAppendRequests, log_streams: Iterator[UUID]
) -> None:
    """One request of MAX_ROWS is one batch, and its command knows all its rows."""
    request = log_append(next(log_streams), rows=MAX_ROWS, command=1)
    assert (await event_log.append(request)).last_position == MAX_ROWS
    with pytest.raises(CommandRepeated) as repeated:
        await event_log.append(request)
    assert repeated.value.version == MAX_ROWS


async def test_recorded_at_never_runs_backwards(
    event_log: EventLog, log_append: LogAppendRequests, log_streams: Iterator[UUID]
) -> None:
    """A given instant is kept unless the log is further already; a log ahead of the clock stays ahead."""
    simulated = datetime(2030, 1, 1, tzinfo=UTC)
    day = timedelta(days=1)
    given = [simulated - 2 * day, simulated, simulated - day, None, simulated + day]
    appended = [
        await event_log.append(replace(log_append(next(log_streams)), recorded_at=instant))
        for instant in given
    ]
    expected = [simulated - 2 * day, simulated, simulated, simulated, simulated + day]
    assert [a.recorded_at for a in appended] == expected
    assert [row.recorded_at for row in await event_log.read(0, 10)] == expected


async def test_appending_together_is_all_or_none(
    event_log: EventLog, log_append: LogAppendRequests, log_streams: Iterator[UUID]
) -> None:
    """A conflict in the last request leaves nothing of the first ones."""
    one, two = next(log_streams), next(log_streams)
    appended = await event_log.append_together([log_append(one), log_append(two, rows=2), log_append(one, 1)])
    assert [(a.last_position, a.version) for a in appended] == [(1, 1), (3, 2), (4, 2)]
    with pytest.raises(VersionConflict):
        await event_log.append_together(
            [log_append(one, 2), log_append(next(log_streams)), log_append(two, 1)]
        )
    assert await event_log.head() == 4
    assert await event_log.append_together([]) == []


async def test_rows_cannot_be_changed_or_taken_away(
    log_dsn: str, event_log: EventLog, log_append: LogAppendRequests, log_streams: Iterator[UUID]
) -> None:
    """Not even by the owner of the table, unless he takes the trigger away first."""
    await event_log.append(log_append(next(log_streams)))
    connection = await asyncpg.connect(log_dsn)
    try:
        for statement in (
            "update teilhabe.events set actor = 'me'",
            "delete from teilhabe.events where position = 1",
            "truncate teilhabe.events",
        ):
            with pytest.raises(asyncpg.ObjectNotInPrerequisiteStateError, match="append-only"):
                await connection.execute(statement)
    finally:
        await connection.close()
    assert await event_log.head() == 1


async def test_a_cancelled_caller_does_not_disturb_the_others(
    event_log: EventLog, log_append: LogAppendRequests, log_streams: Iterator[UUID]
) -> None:
    """Cancelled before its batch began it has appended nothing."""
    tasks = [asyncio.create_task(event_log.append(log_append(next(log_streams)))) for _ in range(10)]
    await asyncio.sleep(0)
    for task in tasks[::2]:
        task.cancel()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    kept = [r.last_position for r in results[1::2] if isinstance(r, Appended)]
    assert kept == [1, 2, 3, 4, 5]
    assert await event_log.head() == 5


async def test_closing_commits_what_is_queued(
    log_dsn: str, log_append: LogAppendRequests, log_streams: Iterator[UUID]
) -> None:
    """Nobody who was accepted is dropped; who comes later is told."""
    log = await EventLog.open(log_dsn)
    tasks = [asyncio.create_task(log.append(log_append(next(log_streams)))) for _ in range(50)]
    await asyncio.sleep(0)
    await log.close()
    assert sorted([task.result().last_position for task in tasks]) == list(range(1, 51))
    with pytest.raises(StoreUnavailable, match="closed"):
        await log.append(log_append(next(log_streams)))
    with pytest.raises(StoreUnavailable, match="closed"):
        await log.head()


async def test_two_logs_live_side_by_side_in_one_database(
    log_dsn: str, event_log: EventLog, log_append: LogAppendRequests, log_streams: Iterator[UUID]
) -> None:
    """Each counts for itself, and neither waits for the other's lock."""
    from adapters.migrations import migrate
    from tests.adapters.conftest import LOG_ONLY

    await migrate(log_dsn, "other", LOG_ONLY)
    stream = next(log_streams)
    async with await EventLog.open(log_dsn, schema="other") as other:
        blocker = await asyncpg.connect(log_dsn)
        async with blocker.transaction():
            await blocker.execute("select teilhabe.lock_log()")
            assert (await other.append(log_append(stream))).last_position == 1
        await blocker.close()
        assert await event_log.read_stream(stream) == []
        assert (await event_log.append(log_append(stream))).last_position == 1
