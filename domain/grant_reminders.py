"""Reminders of the dates of a grant as facts in its stream: issued once, delivered or not; nothing in them is personal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias, assert_never

from domain.commands import Command
from domain.decision import Decision
from domain.path import ReminderLevel
from domain.recorded import Event
from domain.refusals import Refusal
from domain.reminders import SentReminder, UndeliverableReason
from domain.replacing import replace
from domain.routing import RecipientRole, Routing
from domain.values import StaffId


@dataclass(frozen=True, slots=True, kw_only=True)
class WakeGrant(Command):
    """A morning has come: issue the reminders that are due by now. Given by the workflow, never by a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmGrantReminder(Command):
    """The mail of a reminder was taken by the mail server. ``sent_to`` is a staff id, never an address."""

    reminder_id: str
    sent_to: StaffId


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveUpGrantReminder(Command):
    """The mail of a reminder can never be delivered."""

    reminder_id: str
    ground: UndeliverableReason


GrantReminderCommand: TypeAlias = WakeGrant | ConfirmGrantReminder | GiveUpGrantReminder
GrantMailCommand: TypeAlias = ConfirmGrantReminder | GiveUpGrantReminder


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantReminderIssued(Event):
    """A reminder of a date of the grant became due and is to be sent exactly once. ``issued_at`` is an aware UTC instant.

    ``officer`` is who was in charge of the grant, None when nobody was named; ``role`` is whom the level is meant for,
    ``to`` the one it goes to, and ``ground`` why.
    """

    reminder_id: str
    due_id: str
    rule: str
    level: ReminderLevel
    due_on: date
    role: RecipientRole
    officer: StaffId | None
    issued_at: datetime
    to: StaffId
    ground: Routing


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantReminderDelivered(Event):
    """The mail server took the reminder."""

    reminder_id: str
    sent_to: StaffId


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantReminderUndeliverable(Event):
    """The reminder cannot be delivered; the date stays on the agenda of the grant."""

    reminder_id: str
    ground: UndeliverableReason


GrantReminderEvent: TypeAlias = GrantReminderIssued | GrantReminderDelivered | GrantReminderUndeliverable


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantReminders:
    """All reminders issued, in order, and the ids of those whose mail is still to go out, oldest first."""

    sent: tuple[SentReminder, ...] = ()
    undelivered: tuple[str, ...] = ()

    @property
    def issued(self) -> frozenset[str]:
        """The ids of all reminders issued."""
        return frozenset(reminder.id for reminder in self.sent)


def settle(command: GrantMailCommand, reminders: GrantReminders) -> Decision:
    """Decide what became of a mail; the first word counts."""
    if command.reminder_id not in reminders.issued:
        return Refusal(
            "grant.reminder_unknown",
            "Diese Erinnerung gibt es zu der Zuwendung nicht.",
            "The grant has no such reminder.",
        )
    if command.reminder_id not in reminders.undelivered:
        return ()
    match command:
        case ConfirmGrantReminder():
            return (
                GrantReminderDelivered(
                    occurred_on=command.occurred_on, reminder_id=command.reminder_id, sent_to=command.sent_to
                ),
            )
        case GiveUpGrantReminder():
            return (
                GrantReminderUndeliverable(
                    occurred_on=command.occurred_on, reminder_id=command.reminder_id, ground=command.ground
                ),
            )
        case _:
            assert_never(command)


def evolve(reminders: GrantReminders, event: GrantReminderEvent) -> GrantReminders:
    """Fold one reminder event."""
    match event:
        case GrantReminderIssued():
            sent = SentReminder(
                id=event.reminder_id,
                due_id=event.due_id,
                level=event.level,
                on=event.occurred_on,
                to=event.to,
                ground=event.ground,
            )
            return GrantReminders(
                sent=(*reminders.sent, sent), undelivered=(*reminders.undelivered, event.reminder_id)
            )
        case GrantReminderDelivered() | GrantReminderUndeliverable():
            left = tuple(name for name in reminders.undelivered if name != event.reminder_id)
            return replace(reminders, undelivered=left)
        case _:
            assert_never(event)
