"""Many appends at once by COPY, for a simulated town or a restore; everybody else waits meanwhile."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from adapters.connections import Connection, Connections, unavailable
from adapters.log_rows import AppendRequest
from domain.ports import VersionConflict

STATEMENT_SECONDS = 3_600
_COLUMNS = (
    "position",
    "recorded_at",
    "stream_id",
    "version",
    "command_rows",
    "command_id",
    "type",
    "actor",
    "organisation",
    "payload",
    "personal",
)

Requests = AsyncIterable[Sequence[AppendRequest]] | Iterable[Sequence[AppendRequest]]


async def bulk_append(connections: Connections, schema: str, chunks: Requests) -> int:
    """Append the requests in their order, all chunks or none; the head afterwards. See EventLog.bulk_append."""
    connection = await connections.open(statement_timeout=STATEMENT_SECONDS, name="teilhabe bulk append")
    try:
        async with connection.transaction():
            await connection.execute(f"select {schema}.lock_log()")
            load = _Load(connection, schema)
            await load.begin()
            async for chunk in _each(chunks):
                await load.copy(chunk)
            await connection.execute("select pg_notify($1, $2)", f"{schema}.events", str(load.head))
        return load.head
    except asyncpg.UniqueViolationError as error:
        raise VersionConflict(f"a version or command id occurs twice: {error}") from error
    except Exception as error:
        raise unavailable(error) or error from error
    finally:
        connection.terminate()


class _Load:
    """One transaction of chunks: what the log ends with, and how far every stream of the load has come."""

    def __init__(self, connection: Connection, schema: str) -> None:
        self._connection = connection
        self._schema = schema
        self._instant: datetime | None = None
        self._versions: dict[UUID, int] = {}
        self._was_empty = True
        self.head = 0

    async def begin(self) -> None:
        last = await self._connection.fetchrow(
            f"select position, recorded_at from {self._schema}.events order by position desc limit 1"
        )
        if last is not None:
            self.head, self._instant = last
            self._was_empty = False

    async def copy(self, requests: Sequence[AppendRequest]) -> None:
        await self._learn_versions(requests)
        records = [record for request in requests for record in self._records(request)]
        await self._connection.copy_records_to_table(
            "events", schema_name=self._schema, columns=_COLUMNS, records=records
        )

    async def _learn_versions(self, requests: Sequence[AppendRequest]) -> None:
        """Streams of the load that are in the log already; none in a log that was empty."""
        if self._was_empty:
            return
        unknown = list({request.stream_id for request in requests} - self._versions.keys())
        found = await self._connection.fetch(
            f"select stream_id, max(version) from {self._schema}.events where stream_id = any($1) group by stream_id",
            unknown,
        )
        self._versions.update(dict.fromkeys(unknown, 0))
        self._versions.update((record[0], record[1]) for record in found)

    def _records(self, request: AppendRequest) -> Iterable[tuple[Any, ...]]:
        request.check()
        version = self._versions.get(request.stream_id, 0)
        if version != request.expected_version:
            raise VersionConflict(
                f"stream {request.stream_id} is at version {version}, the append expected {request.expected_version}"
            )
        instant = request.recorded_at
        if instant is None:
            raise ValueError("a bulk append needs recorded_at in every request")
        if self._instant is not None and instant < self._instant:
            raise ValueError(f"recorded_at runs backwards: {instant} after {self._instant}")
        self._instant = instant
        command, size = request.command_id, None if request.command_id is None else len(request.rows)
        for row in request.rows:
            version += 1
            self.head += 1
            yield (
                self.head,
                instant,
                request.stream_id,
                version,
                size,
                command,
                row.type,
                request.actor,
                request.organisation,
                row.payload,
                row.personal,
            )
            command = size = None
        self._versions[request.stream_id] = version


async def _each(chunks: Requests) -> AsyncIterator[Sequence[AppendRequest]]:
    if isinstance(chunks, AsyncIterable):
        async for chunk in chunks:
            yield chunk
    else:
        for chunk in chunks:
            yield chunk
