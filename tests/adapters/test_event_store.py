"""The typed store on the real log: whole-log reading, keys, and what happens when something in the tables is wrong."""

from __future__ import annotations

import asyncio
import dataclasses
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from adapters.connections import Connections
from adapters.event_codec import EventCodec, TamperedEvent
from adapters.event_log import AppendRequest, EventLog, NewRow
from adapters.event_store import PostgresEventStore
from adapters.key_wrapping import LocalKeyWrapper
from adapters.subject_keys import SubjectKeys
from domain.personal import ERASED
from domain.ports import Append, KeyUnavailable, StoreUnavailable, UnknownEvent, VersionConflict
from domain.recorded import Event, Recorded
from tests.adapters.sample_events import (
    AMENDED,
    AMENDED_BECAUSE,
    BEGUN,
    EVENTS,
    MEASURED,
    NOTED,
    SECRETS,
    CaseBegun,
)

KEK, OTHER_KEK = bytes(32), bytes(range(32))


INSTANT = datetime(2026, 1, 7, 8, 0, tzinfo=UTC)


def append(stream_id: UUID, expected_version: int, *events: Event) -> Append:
    return Append(
        stream_id=stream_id,
        expected_version=expected_version,
        events=events,
        command_id=uuid4(),
        actor="staff-7",
        organisation="org-1",
    )


def begun() -> CaseBegun:
    return dataclasses.replace(BEGUN, participant_id=uuid4())


@pytest.fixture
async def connections(database: str) -> AsyncIterator[Connections]:
    """For the keys."""
    opened = Connections(database)
    yield opened
    await opened.close()


@pytest.fixture
async def log(database: str) -> AsyncIterator[EventLog]:
    """The log below the store."""
    async with await EventLog.open(database) as opened:
        yield opened


@pytest.fixture
async def table(database: str) -> AsyncIterator[asyncpg.Connection[asyncpg.Record]]:
    """The database as somebody has it who goes round the store, triggers off."""
    connection = await asyncpg.connect(database)
    await connection.execute("set session_replication_role = replica; set search_path to teilhabe")
    yield connection
    await connection.close()


def store_on(log: EventLog, connections: Connections, kek: bytes = KEK) -> PostgresEventStore:
    return PostgresEventStore(log, EventCodec(EVENTS), SubjectKeys(connections, LocalKeyWrapper([kek])))


@pytest.fixture
def store(log: EventLog, connections: Connections) -> PostgresEventStore:
    """The store over the sample events."""
    return store_on(log, connections)


async def everything(store: PostgresEventStore, *, personal: bool = True) -> list[Recorded[Any]]:
    return [entry async for chunk in store.scan(personal=personal, chunk=3) for entry in chunk]


async def test_the_whole_log_is_read_in_order_of_position(store: PostgresEventStore) -> None:
    """Over many streams and chunks; reading on behind a position gives the same entries."""
    streams = [uuid4() for _ in range(4)]
    for stream in streams:
        await store.append(append(stream, 0, begun(), MEASURED))
    for stream in reversed(streams):
        await store.append(append(stream, 2, NOTED, AMENDED, AMENDED_BECAUSE))
    entries = await everything(store)
    assert [entry.position for entry in entries] == list(range(1, 21))
    assert [entry.event for entry in entries[8:11]] == [NOTED, AMENDED, AMENDED_BECAUSE]
    assert await store.read(0, 100) == entries
    assert await store.read(5, 3) == entries[5:8]
    assert await store.head() == 20
    assert await store.position_at(entries[-1].recorded_at) == 20


async def test_slices_hold_every_stream_once(store: PostgresEventStore) -> None:
    """For a rebuild by several processes: whole histories, without personal fields and command ids."""
    for _ in range(20):
        await store.append(append(uuid4(), 0, begun(), NOTED))
    histories: list[list[Recorded[Any]]] = []
    for part in await store.log.slices(3):
        async for found in store.scan_streams(part, streams=3):
            histories += found
    assert [[entry.version for entry in history] for history in histories] == [[1, 2]] * 20
    entries = sorted(entry for history in histories for entry in history)
    expected = await everything(store, personal=False)
    assert entries == [entry._replace(command_id=None) for entry in expected]


async def test_a_reader_without_need_for_names_never_asks_for_keys(
    store: PostgresEventStore,
    log: EventLog,
    connections: Connections,
    table: asyncpg.Connection[asyncpg.Record],
) -> None:
    """It works without any key, and what it reads is the same before and after an erasure."""
    stream, first = uuid4(), begun()
    await store.append(append(stream, 0, first, MEASURED, NOTED))
    before = await everything(store, personal=False)
    assert before[0].event == dataclasses.replace(first, name=ERASED, birth_date=ERASED, salary_cents=ERASED)
    assert before[1].event == MEASURED
    assert before[2].event == dataclasses.replace(NOTED, text=ERASED)
    await table.execute("delete from subject_keys")
    keyless = store_on(log, connections, kek=OTHER_KEK)
    assert await everything(keyless, personal=False) == before
    assert await keyless.read(0, 10, personal=False) == before
    assert await keyless.load(stream, personal=False) == before


async def test_an_erasure_in_the_middle_of_a_log(store: PostgresEventStore) -> None:
    """A full scan goes on past the erased stream, with its facts."""
    kept, erased, first = uuid4(), uuid4(), begun()
    await store.append(append(kept, 0, begun(), NOTED))
    await store.append(append(erased, 0, first, NOTED))
    await store.append(append(kept, 2, AMENDED))
    await store.keys.destroy(first.participant_id)
    entries = await everything(store)
    assert [entry.event for entry in entries if entry.stream_id == kept][1:] == [NOTED, AMENDED]
    assert entries[3].event == dataclasses.replace(NOTED, text=ERASED)


async def test_a_lost_key_row_is_not_an_erasure(
    store: PostgresEventStore,
    log: EventLog,
    connections: Connections,
    table: asyncpg.Connection[asyncpg.Record],
) -> None:
    """Reading and writing stop until the row is back."""
    stream = uuid4()
    await store.append(append(stream, 0, begun()))
    await table.execute("delete from subject_keys")
    fresh = store_on(log, connections)
    with pytest.raises(KeyUnavailable, match="not destroyed, but not there"):
        await fresh.load(stream)
    with pytest.raises(KeyUnavailable, match="not destroyed, but not there"):
        await everything(fresh)
    with pytest.raises(KeyUnavailable, match="not one of a participant"):
        await fresh.append(append(stream, 1, NOTED))


async def test_a_wrong_kek_neither_reads_nor_writes(
    store: PostgresEventStore, log: EventLog, connections: Connections
) -> None:
    """And the log is as before."""
    stream = uuid4()
    await store.append(append(stream, 0, begun()))
    wrong = store_on(log, connections, kek=OTHER_KEK)
    for attempt in (
        wrong.load(stream),
        wrong.append(append(stream, 1, NOTED)),
        wrong.append(append(uuid4(), 0, begun())),
        everything(wrong),
    ):
        with pytest.raises(KeyUnavailable, match=r"Falscher Hauptschlüssel.*Wrong key-encryption key"):
            await attempt
    assert await store.head() == 1


async def test_boxes_that_were_swapped_in_the_table_are_refused(
    store: PostgresEventStore, table: asyncpg.Connection[asyncpg.Record]
) -> None:
    """By the position of the first one that does not open."""
    stream = uuid4()
    await store.append(append(stream, 0, begun(), NOTED, NOTED))
    await table.execute(
        "update events e set personal = o.personal from events o "
        "where e.version in (2, 3) and o.version = 5 - e.version and o.stream_id = e.stream_id"
    )
    with pytest.raises(TamperedEvent, match=r"position 2: the personal part of noted\.v1"):
        await store.load(stream)
    assert len(await store.load(stream, personal=False)) == 3


async def test_an_event_from_the_future_stops_every_reader_at_its_position(
    store: PostgresEventStore, log: EventLog
) -> None:
    """With and without personal fields; what lies before can be read."""
    stream = uuid4()
    await store.append(append(stream, 0, MEASURED))
    await log.append(
        AppendRequest(
            stream_id=stream,
            expected_version=1,
            rows=(NewRow(type="measured.v4", payload=b"{}"),),
            command_id=None,
            actor="system",
            organisation="org-1",
        )
    )
    for personal in (True, False):
        with pytest.raises(UnknownEvent, match=r"position 2: event measured\.v4"):
            await everything(store, personal=personal)
        assert len(await store.read(0, 1, personal=personal)) == 1


async def test_nothing_personal_is_readable_in_any_table(
    store: PostgresEventStore, table: asyncpg.Connection[asyncpg.Record]
) -> None:
    """Every column of every row as text and as bytes, after all kinds of events."""
    await store.append(append(uuid4(), 0, begun(), NOTED, AMENDED, AMENDED_BECAUSE))
    names = await table.fetch("select tablename from pg_tables where schemaname = 'teilhabe'")
    rows = [row for name in names for row in await table.fetch(f"select * from {name[0]}")]
    content = b"\n".join(
        value if isinstance(value, bytes) else str(value).encode() for row in rows for value in row.values()
    )
    assert b"case_begun.v1" in content
    assert not any(secret.encode() in content for secret in SECRETS)


async def test_several_streams_are_appended_together_or_not_at_all(store: PostgresEventStore) -> None:
    """A case and an offer change in one step."""
    case, offer = uuid4(), uuid4()
    first, second = await store.append_together([append(case, 0, begun(), NOTED), append(offer, 0, MEASURED)])
    assert (first.last_position, second.last_position) == (2, 3)
    with pytest.raises(VersionConflict):
        await store.append_together([append(case, 2, NOTED), append(offer, 0, MEASURED)])
    assert await store.head() == 3


async def test_many_appends_at_once_are_sealed_like_single_ones(store: PostgresEventStore) -> None:
    """Opening and continuing cases in one chunk and over chunks, offers between them."""
    cases, offer = [uuid4() for _ in range(30)], uuid4()

    def bulk(stream_id: UUID, expected_version: int, *events: Event) -> Append:
        return dataclasses.replace(append(stream_id, expected_version, *events), recorded_at=INSTANT)

    first = [bulk(case, 0, begun(), MEASURED) for case in cases] + [bulk(cases[0], 2, NOTED)]
    second = [bulk(offer, 0, MEASURED)] + [bulk(case, 2, NOTED, AMENDED) for case in cases[1:]]
    assert await store.bulk_append([first, second]) == 120
    entries = await everything(store)
    assert [entry.event for entry in entries if entry.stream_id == cases[7]][1:] == [MEASURED, NOTED, AMENDED]
    with pytest.raises(KeyUnavailable, match="not one of a participant"):
        await store.bulk_append([[bulk(offer, 1, NOTED)]])
    assert await store.head() == 120


async def test_a_store_that_is_away_is_named(log: EventLog, connections: Connections) -> None:
    """No driver error passes the border."""
    store = store_on(log, connections)
    await connections.close()
    with pytest.raises(StoreUnavailable):
        await store.append(append(uuid4(), 0, begun()))


OPENING = """
import asyncio, sys
from uuid import UUID
from adapters.connections import Connections
from adapters.key_wrapping import LocalKeyWrapper
from adapters.subject_keys import SubjectKeys

async def main(dsn, first):
    connections = Connections(dsn)
    keys = SubjectKeys(connections, LocalKeyWrapper([bytes(32)]))
    print("ready", flush=True)
    sys.stdin.readline()
    for number in range(100):
        key = await keys.ensure(UUID(int=UUID(first).int + number), UUID(int=number))
        print(key.encrypt(bytes(12), b"probe", None).hex(), flush=True)
    await connections.close()

asyncio.run(main(*sys.argv[1:]))
"""


async def test_two_processes_that_open_the_same_cases_make_each_key_once(database: str) -> None:
    """Whoever comes second takes what is there."""
    first = str(UUID(int=uuid4().int & ~0xFFFF))
    processes = [
        await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            OPENING,
            database,
            first,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        for _ in range(2)
    ]
    for process in processes:
        assert process.stdout is not None
        assert await process.stdout.readline() == b"ready\n"
    outputs = await asyncio.gather(*(process.communicate(b"go\n") for process in processes))
    one, other = (output.decode().split() for output, _ in outputs)
    assert len(set(one)) == 100
    assert one == other
