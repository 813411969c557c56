"""Reading the log: one stream, a stretch, or everything in chunks while the next chunk is already under way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from datetime import datetime
from uuid import UUID

from adapters.connections import Connections
from adapters.log_columns import Columns, select_columns, select_rows
from adapters.log_rows import StreamSlice

CHUNK = 1_000
"""Entries of one step of a scan."""
STREAMS = 100
"""Streams of one step of a scan by streams."""
_SAMPLED_ROWS = 100_000


class LogReader:
    """Queries on one log. Positions up to the head never change, so no reader needs a snapshot or a lock."""

    def __init__(self, connections: Connections, schema: str) -> None:
        self._connections = connections
        # The schema's name was checked by the caller; nothing else enters the text of these statements.
        events = f"select * from {schema}.events"
        stream = f"from {schema}.events where stream_id = $1 and version > $2"
        self._stream = {
            boxes: select_rows(f"{stream} order by version", boxes=boxes) for boxes in (True, False)
        }
        self._stream_known = {
            boxes: select_rows(f"{stream} and position <= $3 order by version", boxes=boxes)
            for boxes in (True, False)
        }
        stretch = f"{events} where position > $1 and position <= $2 order by position"
        self._stretch = {boxes: select_columns(stretch, boxes=boxes) for boxes in (True, False)}
        slice_ = (
            f"{events} where ($1::uuid is null or stream_id >= $1) and ($2::uuid is null or stream_id < $2) "
            "and position <= $3 and type <> all($4) order by stream_id, version"
        )
        by_stream = "group by stream_id order by stream_id"
        self._slice = {
            sealed: f"{select_columns(slice_, stream='stream_id', boxes=sealed, commands=sealed)} {by_stream}"
            for sealed in (True, False)
        }
        some = f"{events} where stream_id = any($1) and position <= $2 and type <> all($3) order by stream_id, version"
        self._some = f"{select_columns(some, stream='stream_id', boxes=False, commands=False)} {by_stream}"
        self._head = f"select max(position) as head from {schema}.events"
        self._position_at = f"select {schema}.position_at($1) as position"
        self._borders = (
            "select percentile_disc($1::float8[]) within group (order by stream_id) as borders "
            f"from {schema}.events where position in (select (i * $2::bigint / $3 + 1) from generate_series(0, $3 - 1) i)"
        )

    async def stream(
        self, stream_id: UUID, after_version: int, up_to_position: int | None, *, boxes: bool = True
    ) -> Columns:
        """The entries of a stream in order of version."""
        if up_to_position is None:
            records = await self._connections.fetch(self._stream[boxes], stream_id, after_version)
        else:
            records = await self._connections.fetch(
                self._stream_known[boxes], stream_id, after_version, up_to_position
            )
        return Columns.of_stream(stream_id, records)

    async def stretch(self, after_position: int, limit: int, *, boxes: bool = True) -> Columns:
        """At most ``limit`` entries behind a position: without gaps a limit is a range."""
        [record] = await self._connections.fetch(self._stretch[boxes], after_position, after_position + limit)
        return Columns.of(record)

    async def head(self) -> int:
        """The last position, 0 in an empty log."""
        [record] = await self._connections.fetch(self._head)
        return record["head"] or 0

    async def position_at(self, instant: datetime) -> int:
        """The last position recorded at or before ``instant``."""
        [record] = await self._connections.fetch(self._position_at, instant)
        position: int = record["position"]
        return position

    async def scan(
        self, after_position: int, up_to_position: int, chunk: int, *, boxes: bool = True
    ) -> AsyncGenerator[Columns, None]:
        """Chunks in order of position; the server works on the next one while the caller works on this one."""
        ahead: asyncio.Task[Columns] | None = None
        try:
            while after_position < up_to_position or ahead is not None:
                entries = await ahead if ahead is not None else None
                ahead = None
                if after_position < up_to_position:
                    size = min(chunk, up_to_position - after_position)
                    ahead = asyncio.create_task(self.stretch(after_position, size, boxes=boxes))
                    after_position += size
                    # Send the query before the caller gets the processor.
                    await asyncio.sleep(0)
                if entries is not None and entries.positions:
                    yield entries
        finally:
            if ahead is not None:
                ahead.cancel()

    async def slices(self, count: int) -> list[StreamSlice]:
        """Cut the streams into at most ``count`` slices of about as many rows each, by a sample of the log."""
        head = await self.head()
        sample = min(head, _SAMPLED_ROWS)
        if count < 2 or sample == 0:
            return [StreamSlice(None, None)]
        shares = [part / count for part in range(1, count)]
        [record] = await self._connections.fetch(self._borders, shares, head, sample)
        borders = sorted(set(record["borders"]))
        return [StreamSlice(*pair) for pair in zip([None, *borders], [*borders, None], strict=True)]

    async def scan_streams(
        self,
        part: StreamSlice,
        up_to_position: int,
        streams: int,
        *,
        sealed: bool = True,
        without: Sequence[str] = (),
    ) -> AsyncGenerator[list[Columns], None]:
        """The streams of a slice in order of their ids, each whole, ``streams`` of them at a time.

        Without ``sealed`` boxes and command ids are left out: they would be a third of the bytes. Entries of the types
        ``without`` are left out, too.
        """
        asked = (part.first, part.end, up_to_position, without)
        async for found in self._scan_grouped(self._slice[sealed], asked, streams):
            yield found

    async def scan_some(
        self, wanted: Sequence[UUID], up_to_position: int, streams: int, *, without: Sequence[str]
    ) -> AsyncGenerator[list[Columns], None]:
        """``scan_streams`` without ``sealed``, for these streams."""
        async for found in self._scan_grouped(self._some, (wanted, up_to_position, without), streams):
            yield found

    async def _scan_grouped(
        self, statement: str, asked: Sequence[object], streams: int
    ) -> AsyncGenerator[list[Columns], None]:
        async with self._connections.lend() as connection, connection.transaction(readonly=True):
            # The whole answer is wanted, not the first rows soon: sorting may beat the index. Groups come as they are
            # sorted.
            await connection.execute(
                "set local cursor_tuple_fraction = 1; set local work_mem = '128MB'; set local enable_hashagg = off"
            )
            cursor = await connection.cursor(statement, *asked)
            ahead = asyncio.create_task(cursor.fetch(streams))
            try:
                while records := await ahead:
                    ahead = asyncio.create_task(cursor.fetch(streams))
                    # Send the query before the caller gets the processor.
                    await asyncio.sleep(0)
                    yield list(map(Columns.of, records))
            finally:
                if not ahead.done():
                    ahead.cancel()
                    await asyncio.wait([ahead])
