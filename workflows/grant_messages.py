"""What travels through Temporal about grants: ids, instants and staff ids; fields are only ever added."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from workflows.messages import MOST_EVENTS, MailFate


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantMail:
    """Activity input: the mail of one reminder of one grant."""

    grant_id: UUID
    reminder_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantMailSettled:
    """What became of a mail; ``sent_to`` is a staff id, never an address."""

    mail: GrantMail
    fate: MailFate
    sent_to: str = ""
    now: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Morning:
    """Activity input: wake all grants at ``now``."""

    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MorningDone:
    """Activity result: when the next morning begins, and every mail that is still to go out, oldest first by grant.

    ``faults`` counts the grants that could not be decided on; they are tried again the next morning.
    """

    next_at: datetime
    grants: int
    issued: int
    faults: int
    undelivered: tuple[GrantMail, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantReminderMemory:
    """The argument of the workflow, and all it carries into its next run; without ``next_at`` it begins at once."""

    next_at: datetime | None = None
    undelivered: tuple[GrantMail, ...] = ()
    most_events: int = MOST_EVENTS


def grant_reminders_id(task_queue: str) -> str:
    """The id of the workflow that reminds of grant dates: one for all workers of a task queue."""
    return f"grant-reminders/{task_queue}"
