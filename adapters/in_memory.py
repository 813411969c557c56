"""In-memory twins of the ports, for tests only; they pass the same contract suites as the real adapters."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.personal import ERASED, personal_fields
from domain.ports import Append, Appended, KeyUnavailable, ParticipantErased, VersionConflict
from domain.recorded import Event, Recorded


class InMemoryEventStore:
    """Fulfils domain.ports.EventStore in one process, without codec: nothing survives it.

    ``clock`` gives the recorded_at of an append that brings none.
    """

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._log: list[Recorded[Any]] = []
        self._participants: dict[UUID, UUID] = {}
        self._erased: set[UUID] = set()

    async def load(
        self, stream_id: UUID, *, after_version: int = 0, known_position: int | None = None
    ) -> list[Recorded[Any]]:
        """As domain.ports.EventStore.load."""
        await asyncio.sleep(0)
        erased = self._participants.get(stream_id) in self._erased
        return [
            entry._replace(event=_erase(entry.event)) if erased else entry
            for entry in self._log
            if entry.stream_id == stream_id
            and entry.version > after_version
            and (known_position is None or entry.position <= known_position)
        ]

    async def append(self, append: Append) -> Appended:
        """As domain.ports.EventStore.append."""
        # Whoever awaits a store must expect others to run meanwhile.
        await asyncio.sleep(0)
        if not append.events:
            raise ValueError("an append without events")
        self._check_key(append)
        before = [entry for entry in self._log if entry.stream_id == append.stream_id]
        if append.command_id is not None and any(entry.command_id == append.command_id for entry in before):
            raise VersionConflict(f"command {append.command_id} is already recorded")
        if len(before) != append.expected_version:
            raise VersionConflict(f"expected version {append.expected_version}, found {len(before)}")
        recorded_at = append.recorded_at or self._clock()
        if self._log:
            recorded_at = max(recorded_at, self._log[-1].recorded_at)
        for place, event in enumerate(append.events):
            self._log.append(
                Recorded(
                    position=len(self._log) + 1,
                    stream_id=append.stream_id,
                    version=append.expected_version + place + 1,
                    event=event,
                    recorded_at=recorded_at,
                    actor=append.actor,
                    organisation=append.organisation,
                    command_id=append.command_id if place == 0 else None,
                )
            )
        return Appended(
            last_position=len(self._log),
            version=append.expected_version + len(append.events),
            recorded_at=recorded_at,
        )

    async def destroy(self, participant_id: UUID) -> int:
        """Erase the personal fields of a participant; returns in how many streams."""
        self._erased.add(participant_id)
        return sum(participant == participant_id for participant in self._participants.values())

    def _check_key(self, append: Append) -> None:
        participant_id = (
            getattr(append.events[0], "participant_id", None) if append.expected_version == 0 else None
        )
        if participant_id is not None:
            if participant_id in self._erased:
                raise ParticipantErased(f"stream {append.stream_id}: the participant is erased")
            if self._participants.setdefault(append.stream_id, participant_id) != participant_id:
                raise KeyUnavailable(f"stream {append.stream_id} has the key of another participant")
        if not any(map(_is_sealed, append.events)):
            return
        owner = self._participants.get(append.stream_id)
        if owner in self._erased:
            raise ParticipantErased(f"stream {append.stream_id}: the participant is erased")
        if owner is None:
            raise KeyUnavailable(f"stream {append.stream_id} has no key for personal fields")


def _carried(event: Event) -> dict[str, Event]:
    values = {field.name: getattr(event, field.name) for field in fields(event)}
    return {name: value for name, value in values.items() if isinstance(value, Event)}


def _is_sealed(event: Event) -> bool:
    return bool(personal_fields(type(event))) or any(map(_is_sealed, _carried(event).values()))


def _erase(event: Event) -> Event:
    changed: dict[str, Any] = dict.fromkeys(personal_fields(type(event)), ERASED)
    changed |= {name: _erase(inner) for name, inner in _carried(event).items()}
    return replace(event, **changed)
