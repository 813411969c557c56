"""What goes into the event log and comes out of it, at the level of bytes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from domain.ports import VersionConflict

MAX_ROWS = 10_000
"""Rows of one append, at most: more belong into bulk_append, for nobody else can append meanwhile."""

_LARGEST_VERSION = 2**31 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRow:
    """One event to be appended. ``personal`` is the sealed box of its personal fields, if it has any."""

    type: str
    payload: bytes
    personal: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AppendRequest:
    """Rows for one stream, all or none.

    ``expected_version`` is the version of the last row of the stream, 0 when the stream must not exist yet. (-1 also
    means a new stream, whose first row then has version 0; the eventsourcing library has such streams.)
    ``recorded_at`` is left to the log's clock except in simulated time; it never runs backwards.
    """

    stream_id: UUID
    expected_version: int
    rows: tuple[NewRow, ...]
    command_id: UUID | None
    actor: str
    organisation: str
    recorded_at: datetime | None = None

    def check(self) -> None:
        """Raise ValueError for what Postgres cannot store, so that a bad request never reaches a batch."""
        if not self.rows:
            raise ValueError("an append without rows")
        if len(self.rows) > MAX_ROWS:
            raise ValueError(f"an append of {len(self.rows)} rows; {MAX_ROWS} is the most")
        if not -1 <= self.expected_version <= _LARGEST_VERSION - len(self.rows):
            raise ValueError(f"expected version {self.expected_version} is out of range")
        if self.recorded_at is not None and self.recorded_at.tzinfo is None:
            raise ValueError("recorded_at without a time zone")


class Row(NamedTuple):
    """One row of the log. ``position`` counts the log from 1 without gaps, ``version`` the stream."""

    position: int
    stream_id: UUID
    version: int
    type: str
    payload: bytes
    personal: bytes | None
    command_id: UUID | None
    """Only on the first row of an append."""
    recorded_at: datetime
    actor: str
    organisation: str


class CommandRepeated(VersionConflict):
    """The stream already has this command id. Nothing was written; here is what was, the first time."""

    def __init__(self, *, version: int, last_position: int, recorded_at: datetime) -> None:
        super().__init__(
            f"the command is already recorded, up to version {version} at position {last_position}"
        )
        self.version = version
        """Version of the last row of the command."""
        self.last_position = last_position
        self.recorded_at = recorded_at


class StreamSlice(NamedTuple):
    """The streams with ``first <= stream_id < end``; None is open. Slices of one log never overlap."""

    first: UUID | None
    end: UUID | None
