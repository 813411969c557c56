"""The log while its database goes away and comes back: one clear error, nothing lost, work goes on by itself."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest

from adapters.embedded.postgres import EmbeddedPostgres
from adapters.embedded.postgres_databases import database_dsn
from adapters.embedded.processes import gone_within
from adapters.event_log import CommandRepeated, EventLog
from adapters.migrations import migrate
from adapters.spoken_error import SpokenUnavailable
from domain.ports import StoreUnavailable
from tests.adapters.conftest import LOG_ONLY, LogAppendRequests
from tests.patience import PATIENCE_SECONDS


async def test_a_database_that_is_not_there_is_one_clear_line(
    log_append: LogAppendRequests, log_streams: Iterator[UUID]
) -> None:
    """For every call; opening alone does not need it."""
    async with await EventLog.open("postgresql://nobody@127.0.0.1:1/nothing") as log:
        for call in (
            log.append(log_append(next(log_streams))),
            log.read_stream(next(log_streams)),
            log.read(0, 1),
            log.head(),
            log.wait_for_more(0, 10),
            log.bulk_append([[log_append(next(log_streams))]]),
        ):
            with pytest.raises(StoreUnavailable, match=r"^the event log cannot be reached: ") as refused:
                await call
            assert "\n" not in str(refused.value)


async def test_a_database_without_a_log_says_what_to_do(
    empty_database: str, log_append: LogAppendRequests, log_streams: Iterator[UUID]
) -> None:
    """And after the migrations the same log works."""
    async with await EventLog.open(empty_database) as log:
        with pytest.raises(StoreUnavailable, match="run the migrations"):
            await log.append(log_append(next(log_streams)))
        with pytest.raises(SpokenUnavailable, match="run the migrations") as refused:
            await log.head()
        assert "erst die Migrationen ausführen: teilhabe migrate" in refused.value.text("de")
        await migrate(empty_database, sources=LOG_ONLY)
        assert (await log.append(log_append(next(log_streams)))).last_position == 1


async def test_the_log_works_on_after_its_connections_were_cut(
    postgres_server: str,
    log_dsn: str,
    event_log: EventLog,
    log_append: LogAppendRequests,
    log_streams: Iterator[UUID],
) -> None:
    """While the database refuses everyone, calls fail; the first call afterwards succeeds, also for who waits."""
    await event_log.append(log_append(next(log_streams)))
    await event_log.wait_for_more(0, 1)
    waiting = asyncio.create_task(event_log.wait_for_more(1, 60, poll=3_600))
    await asyncio.sleep(0)
    name = log_dsn.rpartition("/")[2]
    admin = await asyncpg.connect(database_dsn(postgres_server, "postgres"))
    try:
        await admin.execute(f'alter database "{name}" allow_connections false')
        await admin.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = $1", name)
        with pytest.raises(StoreUnavailable):
            await waiting
        with pytest.raises(StoreUnavailable):
            await event_log.head()
        with pytest.raises(StoreUnavailable):
            await event_log.append(log_append(next(log_streams)))
    finally:
        await admin.execute(f'alter database "{name}" allow_connections true')
        await admin.close()
    waiting = asyncio.create_task(event_log.wait_for_more(1, 60, poll=3_600))
    assert (await event_log.append(log_append(next(log_streams)))).last_position == 2
    assert await waiting == 2
    assert await event_log.head() == 2


async def test_an_append_behind_a_long_lock_gives_up_and_leaves_nothing(
    log_dsn: str, log_append: LogAppendRequests, log_streams: Iterator[UUID]
) -> None:
    """The writer is not stuck for ever, and goes on when the lock is free."""
    async with await EventLog.open(log_dsn, statement_timeout=2) as log:
        blocker = await asyncpg.connect(log_dsn)
        async with blocker.transaction():
            await blocker.execute("select teilhabe.lock_log()")
            with pytest.raises(StoreUnavailable):
                await log.append(log_append(next(log_streams)))
        await blocker.close()
        assert (await log.append(log_append(next(log_streams)))).last_position == 1


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[EmbeddedPostgres]:
    """A durable server that this test may crash."""
    named = os.environ.get("TEILHABE_TEST_POSTGRES_BIN")
    server = EmbeddedPostgres(state_dir=tmp_path, binaries=Path(named) if named else None, durable=True)
    yield server
    server.stop()


async def test_what_was_acknowledged_survives_crashes_of_the_server(
    own_server: EmbeddedPostgres, log_append: LogAppendRequests, log_streams: Iterator[UUID]
) -> None:
    """Immediate shutdown under load, twice; clients repeat with the same command id and lose or double nothing."""
    started = await own_server.start_async()
    await migrate(started.dsn, sources=LOG_ONLY)
    acknowledged: dict[UUID, list[tuple[int, int]]] = {}
    outages = 0
    finished = False

    async with await EventLog.open(started.dsn) as log:

        async def client(stream: UUID) -> None:
            nonlocal outages
            places = acknowledged.setdefault(stream, [])
            while not finished:
                request = log_append(stream, len(places), command=len(places) + 1)
                try:
                    appended = await log.append(request)
                except CommandRepeated as repeated:
                    places.append((repeated.version, repeated.last_position))
                except StoreUnavailable:
                    outages += 1
                    await asyncio.sleep(0.02)
                else:
                    places.append((appended.version, appended.last_position))

        clients = [asyncio.create_task(client(next(log_streams))) for _ in range(32)]
        for _ in range(2):
            before = sum(map(len, acknowledged.values()))
            while sum(map(len, acknowledged.values())) < before + 1_000:
                await asyncio.sleep(0.01)
            os.kill(started.pid, signal.SIGQUIT)
            outages = 0
            while outages == 0:
                await asyncio.sleep(0.01)
            assert await asyncio.to_thread(gone_within, started.pid, PATIENCE_SECONDS)
            started = await own_server.start_async()
        before = sum(map(len, acknowledged.values()))
        while sum(map(len, acknowledged.values())) < before + 1_000:
            await asyncio.sleep(0.01)
        finished = True
        await asyncio.gather(*clients)

        rows = [row async for chunk in log.scan() for row in chunk]
    assert [row.position for row in rows] == list(range(1, len(rows) + 1))
    recorded: dict[UUID, list[tuple[int, int]]] = {}
    for row in rows:
        recorded.setdefault(row.stream_id, []).append((row.version, row.position))
    for stream, places in acknowledged.items():
        assert recorded[stream][: len(places)] == places
        # One more at most: committed just before a crash, and nobody asked again.
        assert len(recorded[stream]) - len(places) <= 1
