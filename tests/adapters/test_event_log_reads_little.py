"""An append reads what it needs of the log and no more, however long the log has become."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from uuid import UUID

import asyncpg

from adapters.event_log import AppendRequest, EventLog, NewRow
from adapters.group_commit import arguments_of, sql_of_append

STREAMS, ENTRIES = 200, 50
CLOCK = datetime(2099, 3, 3, tzinfo=UTC)


def request(number: int, version: int, rows: int = 1, recorded_at: datetime | None = None) -> AppendRequest:
    """Append ``rows`` to stream ``number`` behind ``version``."""
    return AppendRequest(
        stream_id=UUID(int=number + 1),
        expected_version=version,
        rows=tuple(NewRow(type="note_added.v1", payload=b"{}") for _ in range(rows)),
        command_id=UUID(int=1_000_000 * (version + 1) + number),
        actor="cw",
        organisation="org",
        recorded_at=recorded_at,
    )


async def append(connection: asyncpg.Connection[asyncpg.Record], batch: list[AppendRequest]) -> None:
    """Append a batch that has no conflict, on a connection of one's own."""
    answer = await connection.fetchrow(sql_of_append("teilhabe"), *arguments_of(batch, all_or_none=False))
    assert answer is not None
    assert answer["outcomes"] is None, "the batch went the swift way"


async def long_streams() -> AsyncIterator[list[AppendRequest]]:
    """Enough entries that reading them all shows."""
    yield [request(n, 0, ENTRIES, CLOCK) for n in range(1, STREAMS)]


async def test_an_append_behind_an_entry_looks_at_that_entry_only(database: str) -> None:
    """Plans are made while the log is empty and kept; a batch on 10,000 entries still reads fewer than 200 rows."""
    connection = await asyncpg.connect(database)
    try:
        for version in range(8):
            await append(connection, [request(0, version)])
        async with await EventLog.open(database) as log:
            await log.bulk_append(long_streams())
        async with connection.transaction():
            await append(connection, [request(n, ENTRIES) for n in range(1, 33)])
            read = await connection.fetchval(
                "select coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) from pg_stat_xact_user_tables "
                "where schemaname = 'teilhabe' and relname = 'events'"
            )
    finally:
        await connection.close()
    assert read < 200
