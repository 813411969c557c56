"""The event log: append with an expected version, read in order of position, miss nothing."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from datetime import datetime
from types import TracebackType
from typing import Self
from uuid import UUID

from adapters.bulk_append import Requests, bulk_append
from adapters.connections import Connections
from adapters.group_commit import GroupCommit
from adapters.log_columns import Columns
from adapters.log_listener import HeadListener
from adapters.log_reader import CHUNK, STREAMS, LogReader
from adapters.log_rows import AppendRequest, CommandRepeated, NewRow, Row, StreamSlice
from adapters.migrations import DEFAULT_SCHEMA, checked_schema
from domain.ports import Appended

__all__ = ["AppendRequest", "CommandRepeated", "EventLog", "NewRow", "Row", "StreamSlice"]


class EventLog:
    """One log in one schema of a Postgres database, as one process sees it.

    A reader that has seen position n has seen everything below n, for ever: positions are given without gaps in order
    of commit, across all processes. The log belongs to the event loop it was opened in. It outlives restarts of the
    database: while that is away, every call raises StoreUnavailable, and the first call after it is back succeeds.
    """

    def __init__(self, connections: Connections, schema: str) -> None:
        self._connections = connections
        self.schema = schema
        self._reader = LogReader(connections, schema)
        self._listener = HeadListener(connections, schema, self._reader.head)
        self._writer = GroupCommit(connections, schema, self._listener.saw)

    @classmethod
    async def open(
        cls,
        dsn: str,
        *,
        schema: str = DEFAULT_SCHEMA,
        readers: int = 8,
        connect_timeout: float = 10,
        statement_timeout: float = 60,
    ) -> Self:
        """Open the log in ``schema``, which adapters.migrations has made.

        Nothing is connected yet: a database that is away shows at the first call, as StoreUnavailable. ``readers``
        bounds the connections for reading; writing and listening take one each. Times in seconds.
        """
        connections = Connections(
            dsn, size=readers, connect_timeout=connect_timeout, statement_timeout=statement_timeout
        )
        return cls(connections, checked_schema(schema))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Commit what is queued, then close all connections. Calls from now on raise StoreUnavailable."""
        await self._writer.close()
        await self._listener.close()
        await self._connections.close()

    async def append(self, request: AppendRequest) -> Appended:
        """Append the rows of ``request``, all or none; when this returns, they are on disk.

        A caller that is cancelled while it waits does not know whether the append happened.
        Raises VersionConflict; CommandRepeated when the stream has the command id already; StoreUnavailable when the
        append may or may not have happened; ValueError for what cannot be stored.
        """
        [appended] = await self._writer.append((request,))
        return appended

    async def append_together(self, requests: Sequence[AppendRequest]) -> list[Appended]:
        """Append to several streams, all or none, in the given order.

        Raises as ``append`` does; a conflict does not tell which request it was.
        """
        return await self._writer.append(tuple(requests), all_or_none=True) if requests else []

    async def bulk_append(self, chunks: Requests) -> int:
        """Append chunks of requests behind the end of the log, all or none, and return the head: for simulation, restore.

        Every request carries its recorded_at, none before the one in front of it. One transaction and one COPY per
        chunk: memory is bounded by a chunk (and one number per stream), and all other appends wait until the end.
        Raises VersionConflict (also for a command id that occurs twice), ValueError, StoreUnavailable.
        """
        head = await bulk_append(self._connections, self.schema, chunks)
        self._listener.saw(head)
        return head

    async def read_stream(
        self, stream_id: UUID, after_version: int = 0, up_to_position: int | None = None
    ) -> list[Row]:
        """The rows of a stream in order of version; empty when there is none. Raises StoreUnavailable."""
        return (await self._reader.stream(stream_id, after_version, up_to_position)).rows()

    async def stream_columns(
        self,
        stream_id: UUID,
        after_version: int = 0,
        up_to_position: int | None = None,
        *,
        boxes: bool = True,
    ) -> Columns:
        """``read_stream`` column by column, with or without the sealed boxes: for those who type the entries."""
        return await self._reader.stream(stream_id, after_version, up_to_position, boxes=boxes)

    async def read(self, after_position: int, limit: int) -> list[Row]:
        """The next rows behind a position, at most ``limit``. Raises StoreUnavailable."""
        return (await self._reader.stretch(after_position, limit)).rows()

    async def read_columns(self, after_position: int, limit: int, *, boxes: bool = True) -> Columns:
        """``read`` column by column, with or without the sealed boxes."""
        return await self._reader.stretch(after_position, limit, boxes=boxes)

    async def scan(
        self, after_position: int = 0, up_to_position: int | None = None, *, chunk: int = CHUNK
    ) -> AsyncGenerator[list[Row], None]:
        """All rows in order of position, in chunks; up to the head of now unless told otherwise.

        Raises StoreUnavailable; the caller may go on behind the last row it has.
        """
        async for entries in self.scan_columns(after_position, up_to_position, chunk=chunk):
            yield entries.rows()

    async def scan_columns(
        self,
        after_position: int = 0,
        up_to_position: int | None = None,
        *,
        chunk: int = CHUNK,
        boxes: bool = True,
    ) -> AsyncGenerator[Columns, None]:
        """``scan`` column by column, with or without the sealed boxes."""
        head = await self._reader.head()
        end = head if up_to_position is None else min(head, up_to_position)
        async for entries in self._reader.scan(after_position, end, chunk, boxes=boxes):
            yield entries

    async def slices(self, count: int) -> list[StreamSlice]:
        """Cut the log into at most ``count`` slices of whole streams, about equal in rows, for ``scan_streams``."""
        return await self._reader.slices(count)

    async def scan_streams(
        self,
        part: StreamSlice,
        up_to_position: int | None = None,
        *,
        streams: int = STREAMS,
        sealed: bool = True,
        without: Sequence[str] = (),
    ) -> AsyncGenerator[list[Columns], None]:
        """The streams of a slice in order of their ids, each whole and in order of version, ``streams`` at a time.

        For a rebuild by several processes: one cuts with ``slices`` and picks ``up_to_position``, each scans a part.
        Without ``sealed`` the boxes and the command ids are left out; so are entries of the types ``without``.
        """
        end = await self._reader.head() if up_to_position is None else up_to_position
        async for found in self._reader.scan_streams(part, end, streams, sealed=sealed, without=without):
            yield found

    async def scan_some(
        self, wanted: Sequence[UUID], up_to_position: int, *, without: Sequence[str] = ()
    ) -> AsyncGenerator[list[Columns], None]:
        """``scan_streams`` for these streams, without boxes and command ids."""
        async for found in self._reader.scan_some(wanted, up_to_position, STREAMS, without=without):
            yield found

    async def head(self) -> int:
        """The last position, 0 in an empty log. Raises StoreUnavailable."""
        return await self._reader.head()

    async def position_at(self, recorded_at: datetime) -> int:
        """The last position recorded at or before an instant, 0 when there is none.

        For an instant that has passed on the log's clock the answer never changes. Raises StoreUnavailable.
        """
        return await self._reader.position_at(recorded_at)

    async def wait_for_more(self, after_position: int, timeout_seconds: float, *, poll: float = 2.0) -> int:
        """Wait until the log reaches beyond ``after_position``, and return the head; at most ``timeout_seconds``.

        Woken by NOTIFY, by appends of this process, and every ``poll`` seconds by a look. Raises StoreUnavailable at
        once while the log is away: the caller decides how long to hold off.
        """
        return await self._listener.wait_for_more(after_position, timeout_seconds, poll)
