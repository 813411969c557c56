"""Reading several tables as they stood at one moment, by two connections where a second one is free: the server puts one
table together while the next is on its way or being decoded."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final, TypeAlias

import asyncpg

from adapters.connections import Connection, Connections

Job: TypeAlias = Callable[[Connection], Awaitable[None]]
"""Reads something by the connection that it is given."""

# Workers would hand their arrays on in pieces, which costs more than the scan they share.
_ALONE: Final = "set local max_parallel_workers_per_gather = 0"


@asynccontextmanager
async def one_moment(connections: Connections, tables: Iterable[str]) -> AsyncIterator[list[Connection]]:
    """Connections in transactions that see one moment, in which these ``tables`` are not replaced: one, or two.

    A second one is taken only when it is free at once, and tables that somebody waits for are not waited for with it:
    whoever holds one connection and waits for another could wait for ever. Raises StoreUnavailable.
    """
    lock = f"lock table {', '.join(tables)} in access share mode"
    async with connections.lend() as first, first.transaction(isolation="repeatable_read", readonly=True):
        # Before the snapshot is taken: a table that a rebuild swaps in later would be empty in it.
        await first.execute(f"{_ALONE}; {lock}")
        async with connections.lend_spare() as spare:
            if spare is None or not await _joined(spare, first, lock):
                yield [first]
            else:
                try:
                    yield [first, spare]
                finally:
                    if not spare.is_closed():
                        await spare.execute("rollback")


async def _joined(spare: Connection, first: Connection, lock: str) -> bool:
    """Begin a transaction at the moment of another one; False, and nothing begun, when a lock would have to be waited for."""
    moment = await first.fetchval("select pg_export_snapshot()")
    try:
        await spare.execute(
            "begin isolation level repeatable read read only; "
            f"{_ALONE}; {lock} nowait; set transaction snapshot '{moment}'"
        )
    except asyncpg.LockNotAvailableError:
        await spare.execute("rollback")
        return False
    return True


async def shared(readers: Sequence[Connection], jobs: Iterable[Job]) -> None:
    """Let the ``readers`` do the ``jobs`` in their order, each the next one when it is done with one."""
    left = deque(jobs)

    async def read(reader: Connection) -> None:
        while left:
            await left.popleft()(reader)

    reading: list[asyncio.Task[Any]] = [asyncio.create_task(read(reader)) for reader in readers]
    try:
        await asyncio.gather(*reading)
    finally:
        # When one fails, nothing may be under way on the other connection when it is given back.
        for task in reading:
            task.cancel()
        await asyncio.wait(reading)
