"""What the domain asks of the outside: a store of typed events, keys, mail, people. Adapters fulfil these."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID

from domain.recorded import Event, Recorded


@dataclass(frozen=True, slots=True, kw_only=True)
class Append:
    """Events of one command for one stream, all or none.

    ``expected_version`` is the version the decision was made on (0 = the stream must not exist yet).
    ``recorded_at`` is left to the log's own clock except in simulated time; the log never lets it run backwards.
    """

    stream_id: UUID
    expected_version: int
    events: tuple[Event, ...]
    command_id: UUID | None
    actor: str
    organisation: str
    recorded_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Appended:
    """Where the events of an append lie: positions ``last_position - n + 1 … last_position``, new ``version``."""

    last_position: int
    version: int
    recorded_at: datetime


class VersionConflict(Exception):
    """Somebody else wrote to the stream since it was loaded, or the command is already recorded there.

    Nothing was written. Load again: the command may be among the events.
    """


class StoreUnavailable(Exception):
    """The log cannot be reached now; the append may or may not have happened. Repeat with the same command id."""


class UnknownEvent(Exception):
    """The log holds an event name or version that this code does not know. The reader stops; nothing is skipped."""


class KeyUnavailable(Exception):
    """The key of a participant is missing, or the key-encryption key is wrong. Nothing was read or written."""


class ParticipantErased(KeyUnavailable):
    """The key was destroyed: what was personal is gone for good, and nothing personal can be added."""


class EventStore(Protocol):
    """The log with typed events; personal fields are opened and sealed on the way."""

    async def load(
        self, stream_id: UUID, *, after_version: int = 0, known_position: int | None = None
    ) -> Sequence[Recorded[Any]]:
        """Entries of a stream in order of version; empty when it does not exist.

        With ``known_position`` only entries at or below that position of the log.
        Raises UnknownEvent, KeyUnavailable, StoreUnavailable.
        """
        ...

    async def append(self, append: Append) -> Appended:
        """Write all events of ``append`` or none. Raises VersionConflict, KeyUnavailable, StoreUnavailable."""
        ...


class SealedCommands(Protocol):
    """Commands on their way through Temporal: one sealed box under the participant's key."""

    async def seal(self, stream_id: UUID, command: Any) -> bytes:
        """Encode and encrypt; for a command that opens a case this makes the participant's key."""
        ...

    async def open(self, stream_id: UUID, sealed: bytes) -> Any:
        """The command again. Raises KeyUnavailable when the key is destroyed or wrong."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A reminder mail. ``message_id`` is its idempotency key: the same reminder always has the same."""

    message_id: str
    to: str
    subject: str
    text: str


class MailRefused(Exception):
    """The server will never take this mail (5xx). A passing failure is MailDeferred."""


class MailDeferred(Exception):
    """The server cannot take the mail now; try again later with the same message id."""


class Mailer(Protocol):
    """Outgoing mail."""

    async def send(self, mail: Mail) -> None:
        """Hand the mail over. Raises MailRefused (never) or MailDeferred (later)."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """Somebody is away from ``from_on`` to ``to_on``, both days included. ``deputy`` stands in then, else the usual one."""

    from_on: date
    to_on: date
    deputy: str | None = None


class StaffDirectory(Protocol):
    """Who the staff ids are, for addressing mail. Never asked about participants."""

    def address(self, staff_id: str) -> str | None:
        """Mail address of a person or function mailbox, or None when unknown."""
        ...

    def deputy(self, staff_id: str, organisation: str) -> str | None:
        """Who stands in for this person, else None (then the coordinator is told)."""
        ...

    def absence(self, staff_id: str, organisation: str, on: date) -> Absence | None:
        """The absence of this person that covers ``on``, if any."""
        ...

    def coordinator(self, municipality: str) -> str:
        """The function mailbox of the coordinating office for a municipality (AGS)."""
        ...

    def grant_officer(self, reference: str) -> str | None:
        """Who is in charge of the grant with this reference of its first notice, else None (then the coordinator is told)."""
        ...
