"""The data keys of the participants: made when a case opens, fetched to read, destroyed to erase."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple
from uuid import UUID

import asyncpg
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from adapters.connections import Connections
from adapters.key_wrapping import KeyWrapper, wrong_kek
from adapters.migrations import DEFAULT_SCHEMA, checked_schema
from domain.ports import KeyUnavailable, ParticipantErased

DATA_KEY_BITS = 256
BATCH = 5_000


class _Held(NamedTuple):
    participant_id: UUID
    key: AESGCM | None
    checked_at: float


class SubjectKeys:
    """Keys by stream, unwrapped and kept in memory for a while.

    At most ``cache_size`` keys are kept, the least recently used go first. A key is looked up again when the last
    look is older than ``recheck_seconds``: so long at most can another process still read a person who was erased
    here. (A notification would be quicker but can be lost; this bound cannot.) Here, destroying takes effect at once.
    """

    def __init__(
        self,
        connections: Connections,
        wrapper: KeyWrapper,
        *,
        schema: str = DEFAULT_SCHEMA,
        cache_size: int = 16_384,
        recheck_seconds: float = 30,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._connections = connections
        self._wrapper = wrapper
        self._table = f"{checked_schema(schema)}.subject_keys"
        self._ensure = f"select * from {schema}.ensure_subject_keys($1, $2, $3, $4)"
        self._destroy = f"select {schema}.destroy_subject_keys($1)"
        self._cache_size = cache_size
        self._recheck_seconds = recheck_seconds
        self._clock = clock
        self._held: OrderedDict[UUID, _Held] = OrderedDict()
        self._verified = False
        self._destructions = 0

    async def verify(self) -> None:
        """Raise KeyUnavailable when the store holds keys that no loaded KEK can unwrap.

        Done by itself before the first key is made, so that a wrong KEK never writes; a program asks at its start.
        """
        rows = await self._connections.fetch(
            f"select distinct kek_id from {self._table} where kek_id is not null"
        )
        unknown = {row["kek_id"] for row in rows} - self._wrapper.known_kek_ids
        if unknown:
            raise wrong_kek(sorted(unknown), self._wrapper.known_kek_ids)
        self._verified = True

    async def ensure(self, stream_id: UUID, participant_id: UUID) -> AESGCM:
        """The key of a stream, made now if there is none; callers at the same time get the same key.

        Raises KeyUnavailable when the participant's keys are destroyed, the stream belongs to another participant, or
        the KEK is wrong; StoreUnavailable.
        """
        return (await self.ensure_many({stream_id: participant_id}))[stream_id]

    async def ensure_many(self, participants: Mapping[UUID, UUID]) -> dict[UUID, AESGCM]:
        """``ensure`` for many streams (stream → participant) at once. Batches commit one by one."""
        keys: dict[UUID, AESGCM] = {}
        streams: list[UUID] = []
        for stream_id, participant_id in participants.items():
            held = self._fresh(stream_id)
            if held is not None and held.participant_id == participant_id and held.key is not None:
                keys[stream_id] = held.key
            else:
                streams.append(stream_id)
        if streams and not self._verified:
            await self.verify()
        for start in range(0, len(streams), BATCH):
            batch = streams[start : start + BATCH]
            wrapped = [self._wrapper.wrap(AESGCM.generate_key(DATA_KEY_BITS)) for _ in batch]
            destructions = self._destructions
            rows = await self._connections.fetch(
                self._ensure, batch, [participants[stream] for stream in batch], wrapped, self._wrapper.kek_id
            )
            found = {row["stream_id"]: self._hold(row, destructions) for row in rows}
            for stream in batch:
                held = found.get(stream)
                if held is None or held.key is None:
                    raise ParticipantErased(f"stream {stream}: the participant is erased; no new key is made")
                if held.participant_id != participants[stream]:
                    raise KeyUnavailable(f"stream {stream} has the key of another participant")
                keys[stream] = held.key
        return keys

    async def get(self, stream_id: UUID) -> AESGCM | None:
        """The key of a stream, None when it was destroyed.

        Raises KeyUnavailable when there never was one or the KEK is wrong, StoreUnavailable.
        """
        held = self._fresh(stream_id)
        if held is not None:
            return held.key
        keys = await self.get_many((stream_id,))
        if stream_id not in keys:
            raise missing(stream_id)
        return keys[stream_id]

    async def get_many(self, stream_ids: Iterable[UUID]) -> dict[UUID, AESGCM | None]:
        """The keys of many streams: None for destroyed ones, streams without a key are left out. Raises like get."""
        keys: dict[UUID, AESGCM | None] = {}
        wanted: list[UUID] = []
        for stream_id in stream_ids:
            held = self._fresh(stream_id)
            if held is None:
                wanted.append(stream_id)
            else:
                keys[stream_id] = held.key
        for start in range(0, len(wanted), BATCH):
            destructions = self._destructions
            rows = await self._connections.fetch(
                f"select stream_id, participant_id, wrapped_key, kek_id from {self._table} "
                "where stream_id = any($1::uuid[])",
                wanted[start : start + BATCH],
            )
            for row in rows:
                keys[row["stream_id"]] = self._hold(row, destructions).key
        return keys

    async def destroy(self, participant_id: UUID) -> int:
        """Destroy all keys of a participant for good; returns how many are destroyed, however often it is called."""
        rows = await self._connections.fetch(self._destroy, participant_id)
        self._destructions += 1
        for stream_id in [
            stream for stream, held in self._held.items() if held.participant_id == participant_id
        ]:
            del self._held[stream_id]
        destroyed: int = rows[0][0]
        return destroyed

    async def rewrap(self) -> int:
        """Put every key under the current KEK and return how many were moved; the old KEK can go afterwards.

        Can be stopped and repeated at any time, and runs beside normal work. Raises KeyUnavailable.
        """
        moved = 0
        while True:
            rows = await self._connections.fetch(
                f"select stream_id, wrapped_key, kek_id from {self._table} where kek_id <> $1 limit {BATCH}",
                self._wrapper.kek_id,
            )
            if not rows:
                return moved
            old = [row["wrapped_key"] for row in rows]
            new = [
                self._wrapper.wrap(self._wrapper.unwrap(row["wrapped_key"], row["kek_id"])) for row in rows
            ]
            # Compared with what was read, so that a key destroyed meanwhile stays destroyed.
            moved_now = await self._connections.fetch(
                f"update {self._table} k set wrapped_key = n.new, kek_id = $4 "
                "from unnest($1::uuid[], $2::bytea[], $3::bytea[]) as n (stream_id, old, new) "
                "where k.stream_id = n.stream_id and k.wrapped_key = n.old returning 1",
                [row["stream_id"] for row in rows],
                old,
                new,
                self._wrapper.kek_id,
            )
            moved += len(moved_now)

    def _fresh(self, stream_id: UUID) -> _Held | None:
        held = self._held.get(stream_id)
        if held is None:
            return None
        # What is destroyed stays so.
        if held.key is not None and self._clock() - held.checked_at > self._recheck_seconds:
            return None
        self._held.move_to_end(stream_id)
        return held

    def _hold(self, row: asyncpg.Record, destructions: int) -> _Held:
        wrapped = row["wrapped_key"]
        key = None if wrapped is None else AESGCM(self._wrapper.unwrap(wrapped, row["kek_id"]))
        held = _Held(row["participant_id"], key, self._clock())
        if destructions != self._destructions:
            # Looked up before a destruction that is done by now: good for the caller who asked before, not to keep.
            return held
        self._held[row["stream_id"]] = held
        self._held.move_to_end(row["stream_id"])
        while len(self._held) > self._cache_size:
            self._held.popitem(last=False)
        return held


def missing(stream_id: UUID) -> KeyUnavailable:
    """The error for a stream with sealed fields whose row in subject_keys is not there at all."""
    return KeyUnavailable(
        f"Zum Vorgang {stream_id} fehlt der Schlüssel (nicht vernichtet, sondern nicht vorhanden). / "
        f"The key of stream {stream_id} is missing (not destroyed, but not there)."
    )
