"""The log as the projections read it: typed entries without personal fields, but for the name a case is known by."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Iterable, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from adapters.connections import Connections
from adapters.event_codec import EventCodec, StoredEvent
from adapters.event_log import EventLog, Row, StreamSlice
from adapters.log_rows import COLUMNS, rows_of
from adapters.subject_keys import SubjectKeys, missing
from domain.recorded import Recorded

_WITH_NAME = ("case_opened.", "entry_corrected.")
"""Types whose personal part is opened: the name stands in the opening, and in a correction of it."""


# Recorded._make without its length check.
_recorded = partial(tuple.__new__, Recorded)


class ProjectionSource:
    """Reads for projecting. With ``keys`` None even the names stay ERASED: for work that needs no name.

    All methods raise StoreUnavailable; those that give entries also UnknownEvent, TamperedEvent and KeyUnavailable.
    """

    def __init__(
        self, log: EventLog, connections: Connections, codec: EventCodec, keys: SubjectKeys | None
    ) -> None:
        self._log = log
        self._connections = connections
        self._codec = codec
        self._keys = keys
        # The schema's name was checked when the log was opened; nothing else enters these texts.
        events = f"{log.schema}.events"
        self._histories = (
            f"select {COLUMNS} from {events} "
            "where stream_id = any($1) and position <= $2 order by stream_id, version"
        )
        self._named = (
            f"select {COLUMNS} from {events} where stream_id in (select stream_id from {events} "
            "where starts_with(type, 'case_opened.') and position <= $1) "
            "and (starts_with(type, 'case_opened.') or starts_with(type, 'entry_corrected.')) "
            "and position <= $1 order by stream_id, version"
        )
        # Neither boxes nor command ids are wanted: they would be a third of the bytes.
        self._slice = (
            "select position, stream_id, version, type, payload, null::bytea, null::uuid, recorded_at, actor, "
            f"organisation from {events} where ($1::uuid is null or stream_id >= $1) "
            "and ($2::uuid is null or stream_id < $2) and position <= $3 order by stream_id, version"
        )
        self._touched = f"select distinct stream_id from {events} where position > $1 and position <= $2"

    async def entries(self, after_position: int, limit: int) -> list[Recorded[Any]]:
        """The next entries behind a position, at most ``limit``."""
        return await self._typed(await self._log.read(after_position, limit))

    async def histories(
        self, streams: Collection[UUID], up_to_position: int
    ) -> dict[UUID, list[Recorded[Any]]]:
        """All entries of these streams up to a position, by stream, in order of version."""
        if not streams:
            return {}
        rows = rows_of(await self._connections.fetch(self._histories, list(streams), up_to_position))
        found: dict[UUID, list[Recorded[Any]]] = {}
        for entry in await self._typed(rows):
            found.setdefault(entry.stream_id, []).append(entry)
        return found

    async def touched(self, after_position: int, up_to_position: int) -> list[UUID]:
        """The streams with entries in a stretch of the log."""
        rows = await self._connections.fetch(self._touched, after_position, up_to_position)
        return [row[0] for row in rows]

    async def slices(self, count: int) -> list[StreamSlice]:
        """The log cut into slices of whole streams."""
        return await self._log.slices(count)

    async def whole_streams(
        self, part: StreamSlice, up_to_position: int, *, chunk: int = 5_000
    ) -> AsyncIterator[list[list[Recorded[Any]]]]:
        """The histories of the streams in a slice, some at a time; names and command ids are left out."""
        rest: list[Recorded[Any]] = []
        async with self._connections.lend() as connection, connection.transaction(readonly=True):
            # The whole answer is wanted, not the first rows soon: sorting may beat the index.
            await connection.execute("set local cursor_tuple_fraction = 1")
            await connection.execute("set local work_mem = '128MB'")
            cursor = await connection.cursor(self._slice, part.first, part.end, up_to_position)
            ahead = asyncio.create_task(cursor.fetch(chunk))
            try:
                while records := await ahead:
                    ahead = asyncio.create_task(cursor.fetch(chunk))
                    # Send the query before the caller gets the processor.
                    await asyncio.sleep(0)
                    histories = list(_by_stream((*rest, *await self._typed(rows_of(records)))))
                    # The last one may go on in the next chunk.
                    rest = histories.pop()
                    if histories:
                        yield histories
            finally:
                if not ahead.done():
                    ahead.cancel()
                    await asyncio.wait([ahead])
        if rest:
            yield [rest]

    async def openings(self, up_to_position: int) -> list[list[Recorded[Any]]]:
        """For every case the entries that say its name: the opening and the corrections."""
        return list(
            _by_stream(await self._typed(rows_of(await self._connections.fetch(self._named, up_to_position))))
        )

    async def _typed(self, rows: Sequence[Row]) -> list[Recorded[Any]]:
        if not rows:
            return []
        keys = await self._keys_for(rows)
        positions, streams, versions, types, payloads, boxes, commands, instants, actors, organisations = zip(
            *rows, strict=True
        )
        events = self._codec.withhold_columns((positions, streams, versions, types, payloads, boxes))
        if keys:
            for place, row in enumerate(rows):
                if row.personal is not None and row.type.startswith(_WITH_NAME):
                    if row.stream_id not in keys:
                        raise missing(row.stream_id)
                    stored = StoredEvent(row.type, row.payload, row.personal)
                    events[place] = self._codec.decode(
                        stored, row.stream_id, row.version, keys[row.stream_id], position=row.position
                    )
        return list(
            map(
                _recorded,
                zip(
                    positions,
                    streams,
                    versions,
                    events,
                    instants,
                    actors,
                    organisations,
                    commands,
                    strict=True,
                ),
            )
        )

    async def _keys_for(self, rows: Iterable[Row]) -> dict[UUID, AESGCM | None]:
        if self._keys is None:
            return {}
        streams = {
            row.stream_id for row in rows if row.personal is not None and row.type.startswith(_WITH_NAME)
        }
        return await self._keys.get_many(streams) if streams else {}


def _by_stream(entries: Iterable[Recorded[Any]]) -> Iterable[list[Recorded[Any]]]:
    history: list[Recorded[Any]] = []
    for entry in entries:
        if history and history[-1].stream_id != entry.stream_id:
            yield history
            history = []
        history.append(entry)
    if history:
        yield history
