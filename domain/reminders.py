"""Reminders as facts: issued once, delivered or not. The mail itself says only "please look in the system"."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar, TypeAlias, assert_never

from domain.commands import Command
from domain.path import ReminderLevel
from domain.recorded import Event
from domain.replacing import replace
from domain.routing import RecipientRole, Routing
from domain.values import StaffId


class UndeliverableReason(StrEnum):
    """Why a mail will never arrive."""

    NO_ADDRESS = "no_address"
    REFUSED_BY_SERVER = "refused_by_server"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wake(Command):
    """Time has passed: do what is due by now. Given by the workflow, never by a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmDelivery(Command):
    """The mail of a reminder was taken by the mail server. ``sent_to`` is a staff id, never an address."""

    reminder_id: str
    sent_to: StaffId


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveUpDelivery(Command):
    """The mail of a reminder can never be delivered."""

    reminder_id: str
    ground: UndeliverableReason


ReminderCommand: TypeAlias = Wake | ConfirmDelivery | GiveUpDelivery


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderIssued(Event):
    """A reminder became due and is to be sent exactly once. ``issued_at`` is an aware UTC instant.

    ``role`` is whom its level is meant for, ``to`` the one it goes to, and ``ground`` why; None as long as nobody has
    said who can be reached.
    """

    schema_version: ClassVar[int] = 2

    reminder_id: str
    due_id: str
    rule: str
    level: ReminderLevel
    due_on: date
    role: RecipientRole
    caseworker: StaffId
    issued_at: datetime
    to: StaffId | None
    ground: Routing | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderDelivered(Event):
    """The mail server took the reminder."""

    reminder_id: str
    sent_to: StaffId


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderUndeliverable(Event):
    """The reminder cannot be delivered; it stays on the work list."""

    reminder_id: str
    ground: UndeliverableReason


ReminderEvent: TypeAlias = ReminderIssued | ReminderDelivered | ReminderUndeliverable


@dataclass(frozen=True, slots=True, kw_only=True)
class SentReminder:
    """A reminder that was issued: for which date of the agenda, of which level, on which day, to whom and why."""

    id: str
    due_id: str
    level: ReminderLevel
    on: date
    to: StaffId | None = None
    ground: Routing | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RemindersState:
    """Ids of all reminders issued, all of them in order, and those whose mail is still to go out, oldest first."""

    issued: frozenset[str] = frozenset()
    undelivered: tuple[ReminderIssued, ...] = ()
    sent: tuple[SentReminder, ...] = ()


def evolve(reminders: RemindersState, event: ReminderEvent) -> RemindersState:
    """Fold one reminder event."""
    match event:
        case ReminderIssued():
            return RemindersState(
                issued=reminders.issued | {event.reminder_id},
                undelivered=(*reminders.undelivered, event),
                sent=(
                    *reminders.sent,
                    SentReminder(
                        id=event.reminder_id,
                        due_id=event.due_id,
                        level=event.level,
                        on=event.occurred_on,
                        to=event.to,
                        ground=event.ground,
                    ),
                ),
            )
        case ReminderDelivered() | ReminderUndeliverable():
            return replace(
                reminders,
                undelivered=tuple(r for r in reminders.undelivered if r.reminder_id != event.reminder_id),
            )
        case _:
            assert_never(event)
