"""What travels through Temporal about a case: one object per message, fields only ever added, nothing personal readable."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

MOST_EVENTS = 1_000
"""History length at which a case workflow begins a new run; about 160 commands, replayed in a blink."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandMessage:
    """A command on its way to its case. The box in ``sealed`` is opened by the activity alone.

    ``command_id`` makes it once, ``name`` is the stored name of the command, ``actor`` and ``organisation`` are opaque ids.
    """

    case_id: UUID
    command_id: UUID
    name: str
    actor: str
    organisation: str
    sealed: bytes
    if_version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusalText:
    """A refusal of the domain; its texts carry no personal data."""

    rule_id: str
    de: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandResult:
    """What came of a command: accepted unless ``refusal`` or ``fault`` is there.

    ``events`` are the stored names of what was recorded, the last at ``version``; ``position`` is where a reader has to be to see them. ``fault`` names
    the kind of an error that asking again will not heal by itself, such as a destroyed key; never its text.
    """

    position: int = 0
    version: int = 0
    events: tuple[str, ...] = ()
    repeated: bool = False
    refusal: RefusalText | None = None
    fault: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchableCase:
    """What an operator may search the running cases by; codes and dates only."""

    municipality: str
    caseworker: str
    path: str
    stages: tuple[str, ...]
    next_due_at: datetime | None = None
    next_due_rule: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """What the workflow knows of its case: enough to sleep and to wake, nothing to decide on.

    ``version`` 0 means that the log holds no such case. ``seats`` changes whenever an offer has to be told something;
    ``undelivered`` are ids of reminders whose mail is still to go out.
    """

    version: int
    next_wake_at: datetime | None = None
    seats: str = ""
    undelivered: tuple[str, ...] = ()
    finished: bool = False
    searchable: SearchableCase | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseMemory:
    """The argument of a case workflow, and all it carries into its next run.

    ``seats_settled`` is the ``seats`` that offers were last told of; ``shown`` is what was last made searchable.
    """

    case_id: UUID
    view: CaseView | None = None
    seats_settled: str = ""
    poked: bool = False
    shown: SearchableCase | None = None
    most_events: int = MOST_EVENTS


@dataclass(frozen=True, slots=True, kw_only=True)
class CarryOut:
    """Activity input: decide this command at ``now``."""

    message: CommandMessage
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """Activity input: a case at an instant. ``wake_at`` is the instant that was slept towards."""

    case_id: UUID
    now: datetime
    wake_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """Activity result: what came of a command, and the case afterwards (None after a fault)."""

    result: CommandResult
    view: CaseView | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatsPursued:
    """Activity result: the case after its offers answered, and the other cases that moved up by it."""

    view: CaseView
    moved_up: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderMail:
    """Activity input: the mail of one reminder."""

    case_id: UUID
    reminder_id: str


class MailFate(StrEnum):
    """How the mail of a reminder ended."""

    SENT = "sent"
    NO_ADDRESS = "no_address"
    REFUSED_BY_SERVER = "refused_by_server"


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSettled:
    """What became of the mail of one reminder; ``sent_to`` is a staff id, never an address."""

    case_id: UUID
    reminder_id: str
    fate: MailFate
    sent_to: str = ""
    now: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pokes:
    """Activity input: cases that should ask their offers again."""

    case_ids: tuple[UUID, ...]


def workflow_id(case_id: UUID) -> str:
    """The id of the workflow of a case: one per case, for ever."""
    return f"case/{case_id}"
