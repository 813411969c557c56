"""The log as the projections read it: typed entries without personal fields, but for the name a case is known by."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Iterable, Iterator, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from adapters.connections import Connections
from adapters.event_codec import EventCodec, StoredEvent
from adapters.event_log import EventLog, StreamSlice
from adapters.log_columns import Columns, select_columns
from adapters.subject_keys import SubjectKeys, missing
from domain.recorded import Recorded

_WITH_NAME = ("case_opened.", "entry_corrected.")
"""Types whose personal part is opened: the name stands in the opening, and in a correction of it."""


class MovedOn(NamedTuple):
    """A stream that was added to: how many entries it had before (0 when it began there), and whether one of the new
    ones reaches back."""

    stream_id: UUID
    entries_before: int
    corrected: bool


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
        entries = f"select * from {events} where"
        self._histories = select_columns(
            f"{entries} stream_id = any($1) and position <= $2 order by stream_id, version"
        )
        self._some = select_columns(
            f"select e.* from unnest($1::uuid[], $2::integer[]) as wanted (of_stream, number) "
            f"join {events} e on e.stream_id = wanted.of_stream and e.version = wanted.number "
            "where e.position <= $3 order by e.stream_id, e.version"
        )
        self._corrections = select_columns(
            f"{entries} stream_id = any($1) and starts_with(type, 'entry_corrected.') and position <= $2 "
            "order by stream_id, version"
        )
        self._named = select_columns(
            f"{entries} stream_id in (select stream_id from {events} "
            "where starts_with(type, 'case_opened.') and position <= $1) "
            "and (starts_with(type, 'case_opened.') or starts_with(type, 'entry_corrected.')) "
            "and position <= $1 order by stream_id, version"
        )
        self._touched = f"select distinct stream_id from {events} where position > $1 and position <= $2"
        self._moved_on = (
            f"select stream_id, min(version) - 1, bool_or(starts_with(type, 'entry_corrected.')) from {events} "
            "where position > $1 and position <= $2 group by stream_id having bool_or(type <> all($3))"
        )

    async def entries(self, after_position: int, limit: int) -> list[Recorded[Any]]:
        """The next entries behind a position, at most ``limit``."""
        return await self._typed(await self._log.read_columns(after_position, limit))

    async def histories(
        self, streams: Collection[UUID], up_to_position: int
    ) -> dict[UUID, list[Recorded[Any]]]:
        """All entries of these streams up to a position, by stream, in order of version."""
        if not streams:
            return {}
        [record] = await self._connections.fetch(self._histories, list(streams), up_to_position)
        found: dict[UUID, list[Recorded[Any]]] = {}
        for entry in await self._typed(Columns.of(record)):
            found.setdefault(entry.stream_id, []).append(entry)
        return found

    async def entries_of(
        self, wanted: Collection[tuple[UUID, int]], up_to_position: int
    ) -> list[Recorded[Any]]:
        """These entries, each by its stream and version, as far as they were recorded up to a position."""
        if not wanted:
            return []
        streams, versions = zip(*wanted, strict=True)
        [record] = await self._connections.fetch(self._some, streams, versions, up_to_position)
        return await self._typed(Columns.of(record))

    async def corrections(self, streams: Collection[UUID], up_to_position: int) -> list[Recorded[Any]]:
        """The entries of these streams that correct others, up to a position, in order of version."""
        if not streams:
            return []
        [record] = await self._connections.fetch(self._corrections, list(streams), up_to_position)
        return await self._typed(Columns.of(record))

    async def touched(self, after_position: int, up_to_position: int) -> list[UUID]:
        """The streams with entries in a stretch of the log."""
        rows = await self._connections.fetch(self._touched, after_position, up_to_position)
        return [row[0] for row in rows]

    async def slices(self, count: int) -> list[StreamSlice]:
        """The log cut into slices of whole streams."""
        return await self._log.slices(count)

    async def whole_streams(
        self, part: StreamSlice, up_to_position: int, *, without: Sequence[str] = ()
    ) -> AsyncIterator[Iterator[list[Recorded[Any]]]]:
        """The histories of the streams in a slice, some at a time; names and command ids are left out, and entries of
        the types ``without``.

        Each is typed when it is its turn: it is folded while it is still in the processor's cache.
        """
        async for found in self._log.scan_streams(part, up_to_position, sealed=False, without=without):
            yield (columns.recorded(self._codec.withhold_columns(columns)) for columns in found)

    async def some_streams(
        self, wanted: Sequence[UUID], up_to_position: int, *, without: Sequence[str] = ()
    ) -> AsyncIterator[Iterator[list[Recorded[Any]]]]:
        """``whole_streams`` for these streams."""
        async for found in self._log.scan_some(wanted, up_to_position, without=without):
            yield (columns.recorded(self._codec.withhold_columns(columns)) for columns in found)

    async def moved_on(
        self, after_position: int, up_to_position: int, *, without: Sequence[str] = ()
    ) -> list[MovedOn]:
        """The streams with entries, other than of the types ``without``, in a stretch of the log."""
        rows = await self._connections.fetch(self._moved_on, after_position, up_to_position, without)
        return [MovedOn(*row) for row in rows]

    async def openings(self, up_to_position: int) -> list[list[Recorded[Any]]]:
        """For every case the entries that say its name: the opening and the corrections."""
        [record] = await self._connections.fetch(self._named, up_to_position)
        return list(_by_stream(await self._typed(Columns.of(record))))

    async def _typed(self, columns: Columns) -> list[Recorded[Any]]:
        events = self._codec.withhold_columns(columns)
        if self._keys is not None:
            await self._open_names(columns, events, self._keys)
        return columns.recorded(events)

    async def _open_names(self, columns: Columns, events: list[Any], held: SubjectKeys) -> None:
        """Put in the place of the events that say a name the same with their personal part."""
        named = [
            place
            for place, (type_string, box) in enumerate(zip(columns.types, columns.boxes, strict=True))
            if box is not None and type_string.startswith(_WITH_NAME)
        ]
        if not named:
            return
        keys = await held.get_many({columns.streams[place] for place in named})
        for place in named:
            stream_id = columns.streams[place]
            if stream_id not in keys:
                raise missing(stream_id)
            stored = StoredEvent(columns.types[place], columns.payloads[place], columns.boxes[place])
            events[place] = self._codec.decode(
                stored,
                stream_id,
                columns.versions[place],
                keys[stream_id],
                position=columns.positions[place],
            )


def _by_stream(entries: Iterable[Recorded[Any]]) -> Iterable[list[Recorded[Any]]]:
    history: list[Recorded[Any]] = []
    for entry in entries:
        if history and history[-1].stream_id != entry.stream_id:
            yield history
            history = []
        history.append(entry)
    if history:
        yield history
