"""The event store of the domain on the real log: typed events in and out, personal fields sealed and opened on the way."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from adapters.event_codec import EventCodec
from adapters.event_log import AppendRequest, EventLog, NewRow, StreamSlice
from adapters.log_columns import Columns
from adapters.log_reader import STREAMS
from adapters.subject_keys import SubjectKeys, missing
from domain.ports import Append, Appended, KeyUnavailable, ParticipantErased
from domain.recorded import Recorded

CHUNK = 1_000
"""Entries of one step of a scan: they should stay in the processor's cache and die before the garbage collector has seen
them twice."""


class PostgresEventStore:
    """Fulfils domain.ports.EventStore, and reads the whole log for projections, exports and audits.

    ``personal=False`` leaves the personal fields ERASED without asking for any key: for readers that do not need
    them, and the fast way through many events.
    """

    def __init__(self, log: EventLog, codec: EventCodec, keys: SubjectKeys) -> None:
        self.log = log
        self.codec = codec
        self.keys = keys

    async def load(
        self,
        stream_id: UUID,
        *,
        after_version: int = 0,
        known_position: int | None = None,
        personal: bool = True,
    ) -> list[Recorded[Any]]:
        """As domain.ports.EventStore.load; also raises TamperedEvent."""
        columns = await self.log.stream_columns(stream_id, after_version, known_position, boxes=personal)
        return await self._typed(columns, personal)

    async def append(self, append: Append) -> Appended:
        """As domain.ports.EventStore.append.

        A stream whose first event names a ``participant_id`` gets a key of its own. Every other stream has none, and
        may not have personal fields.
        """
        [request] = await self._requests((append,))
        return await self.log.append(request)

    async def append_together(self, appends: Sequence[Append]) -> list[Appended]:
        """Append to several streams, all or none. Raises as ``append``; a conflict does not tell whose it was."""
        return await self.log.append_together(await self._requests(appends))

    async def bulk_append(self, chunks: AsyncIterable[Sequence[Append]] | Iterable[Sequence[Append]]) -> int:
        """As EventLog.bulk_append, for simulation and restore. The keys of a chunk are made and fetched in one go.

        Keys are committed chunk by chunk; those of a load that fails stay behind and harm nobody.
        """

        async def requests() -> AsyncIterator[list[AppendRequest]]:
            if isinstance(chunks, AsyncIterable):
                async for chunk in chunks:
                    yield await self._requests(chunk)
            else:
                for chunk in chunks:
                    yield await self._requests(chunk)

        return await self.log.bulk_append(requests())

    async def read(self, after_position: int, limit: int, *, personal: bool = True) -> list[Recorded[Any]]:
        """The next entries behind a position, at most ``limit``. Raises as ``load``."""
        return await self._typed(await self.log.read_columns(after_position, limit, boxes=personal), personal)

    async def scan(
        self,
        after_position: int = 0,
        up_to_position: int | None = None,
        *,
        personal: bool = True,
        chunk: int = CHUNK,
    ) -> AsyncIterator[list[Recorded[Any]]]:
        """All entries in order of position, in chunks; up to the head of now unless told otherwise."""
        async for columns in self.log.scan_columns(
            after_position, up_to_position, chunk=chunk, boxes=personal
        ):
            yield await self._typed(columns, personal)

    async def scan_streams(
        self, part: StreamSlice, up_to_position: int | None = None, *, streams: int = STREAMS
    ) -> AsyncIterator[list[list[Recorded[Any]]]]:
        """The histories of the streams in a slice, ``streams`` of them at a time; personal fields, command ids left out."""
        async for found in self.log.scan_streams(part, up_to_position, streams=streams, sealed=False):
            yield [columns.recorded(self.codec.withhold_columns(columns)) for columns in found]

    async def head(self) -> int:
        """The last position, 0 in an empty log."""
        return await self.log.head()

    async def position_at(self, recorded_at: datetime) -> int:
        """The last position recorded at or before an instant, 0 when there is none."""
        return await self.log.position_at(recorded_at)

    async def _requests(self, appends: Sequence[Append]) -> list[AppendRequest]:
        keys = await self._sealing_keys(appends)
        return [self._request(append, keys.get(append.stream_id)) for append in appends]

    async def _sealing_keys(self, appends: Sequence[Append]) -> dict[UUID, AESGCM]:
        opening = {
            append.stream_id: participant_id
            for append in appends
            if append.expected_version == 0
            and append.events
            # Only the event that opens a case knows whose it is.
            and (participant_id := getattr(append.events[0], "participant_id", None)) is not None
        }
        keys = await self.keys.ensure_many(opening) if opening else {}
        sealed = {
            append.stream_id: event
            for append in appends
            if append.stream_id not in keys
            for event in append.events
            if self.codec.needs_key(event)
        }
        found = await self.keys.get_many(sealed) if sealed else {}
        for stream_id, event in sealed.items():
            if (key := found.get(stream_id)) is not None:
                keys[stream_id] = key
                continue
            type_string = self.codec.type_of(event)
            if stream_id in found:
                raise ParticipantErased(
                    f"{type_string} cannot be written to {stream_id}: the participant is erased"
                )
            raise KeyUnavailable(
                f"{type_string} has personal fields, but stream {stream_id} is not one of a participant"
            )
        return keys

    def _request(self, append: Append, key: AESGCM | None) -> AppendRequest:
        encode, stream_id, before = self.codec.encode, append.stream_id, append.expected_version + 1
        stored = [encode(event, stream_id, before + place, key) for place, event in enumerate(append.events)]
        return AppendRequest(
            stream_id=stream_id,
            expected_version=append.expected_version,
            rows=tuple(NewRow(type=type_, payload=payload, personal=box) for type_, payload, box in stored),
            command_id=append.command_id,
            actor=append.actor,
            organisation=append.organisation,
            recorded_at=append.recorded_at,
        )

    async def _typed(self, columns: Columns, personal: bool) -> list[Recorded[Any]]:
        if personal:
            return columns.recorded(self.codec.decode_columns(columns, await self._opening_keys(columns)))
        return columns.recorded(self.codec.withhold_columns(columns))

    async def _opening_keys(self, columns: Columns) -> Mapping[UUID, AESGCM | None]:
        sealed = {
            stream_id
            for stream_id, box in zip(columns.streams, columns.boxes, strict=True)
            if box is not None
        }
        keys = await self.keys.get_many(sealed) if sealed else {}
        if len(keys) < len(sealed):
            raise missing(min(sealed - keys.keys()))
        return keys
