"""Tables read by two connections are those of one moment, and nobody waits for a second connection while holding one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import asyncpg
import pytest

from adapters.connections import Connection, Connections
from adapters.one_moment import _joined, one_moment, shared
from domain.ports import StoreUnavailable
from tests.patience import PATIENCE_SECONDS

Opener = Callable[[int], Connections]


@pytest.fixture
async def opened(database: str) -> AsyncIterator[Opener]:
    """Opens connections of any number to a database with two tables of one row each; closes them in the end."""
    made: list[Connections] = []

    def some(size: int) -> Connections:
        made.append(Connections(database, size=size))
        return made[-1]

    async with some(1).lend() as connection:
        await connection.execute(
            "create table one (number int); create table two (number int); insert into one values (1); "
            "insert into two values (1)"
        )
    yield some
    for connections in made:
        await connections.close()


async def _number(reader: Connection, table: str) -> int:
    return int(await reader.fetchval(f"select sum(number) from {table}"))


async def test_both_connections_see_the_moment_of_the_first(opened: Opener) -> None:
    """What is written while they read is in none of the tables."""
    connections, others = opened(2), opened(1)
    async with one_moment(connections, ("one", "two")) as readers:
        assert len(readers) == 2
        async with others.lend() as writer:
            await writer.execute("update one set number = 2; update two set number = 2")
        assert [await _number(reader, table) for reader in readers for table in ("one", "two")] == [1] * 4
    async with one_moment(connections, ("one",)) as readers:
        assert [await _number(reader, "two") for reader in readers] == [2, 2]


@pytest.mark.parametrize("size", [1, 2, 3])
async def test_many_reports_at_once_end_however_few_connections_there_are(opened: Opener, size: int) -> None:
    """Each job is done once, by whichever connection; with one connection there is no second."""
    connections = opened(size)
    read: list[int] = []

    async def report() -> int:
        async with one_moment(connections, ("one", "two")) as readers:

            async def job(reader: Connection) -> None:
                read.append(await _number(reader, "one"))

            await shared(readers, [job] * 5)
            return len(readers)

    async with asyncio.timeout(PATIENCE_SECONDS):
        used = await asyncio.gather(*(report() for _ in range(8)))
    assert read == [1] * 40
    assert set(used) <= {1, min(2, size)}


async def test_no_lock_is_waited_for_by_the_second_connection(opened: Opener) -> None:
    """A rebuild that waits for the first to end would be waited for by the second, and all three for ever."""
    connections, others = opened(2), opened(1)
    lock = "lock table one, two in access share mode"
    async with connections.lend() as first, first.transaction(isolation="repeatable_read", readonly=True):
        await first.execute(lock)
        async with others.lend() as rebuild, rebuild.transaction():
            swapping = asyncio.create_task(rebuild.execute("lock table two in access exclusive mode"))
            async with asyncio.timeout(PATIENCE_SECONDS):
                while not await first.fetchval("select exists (select from pg_locks where not granted)"):
                    pass
                async with connections.lend() as spare:
                    assert not await _joined(spare, first, lock)
                    assert not spare.is_in_transaction()
                    assert await _number(spare, "one") == 1
                await first.execute("rollback")
                await swapping
            await first.execute("begin")


async def _fails(reader: Connection) -> None:
    await reader.execute("select 1 / 0")


async def _lost(reader: Connection) -> None:
    reader.terminate()
    await reader.execute("select 1")


@pytest.mark.parametrize(("job", "error"), [(_fails, asyncpg.DivisionByZeroError), (_lost, StoreUnavailable)])
async def test_a_job_that_fails_ends_the_others_and_leaves_usable_connections(
    opened: Opener, job: Callable[[Connection], Awaitable[None]], error: type[Exception]
) -> None:
    """The error is that of the job, and the next report reads with two connections again."""
    connections = opened(2)

    async def long(reader: Connection) -> None:
        await reader.execute("select pg_sleep(60)")

    async with asyncio.timeout(PATIENCE_SECONDS):
        with pytest.raises(error):
            async with one_moment(connections, ("one",)) as readers:
                await shared(readers, [long, job])
        async with one_moment(connections, ("one",)) as readers:
            assert [await _number(reader, "one") for reader in readers] == [1, 1]
