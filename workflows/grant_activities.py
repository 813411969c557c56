"""What the reminders of grants have done outside: wake every grant of the log, send mails, record what became of them."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from temporalio import activity
from temporalio.exceptions import ApplicationError

from domain import grant as grants
from domain.command_handling import (
    CommandContext,
    Outcome,
    TooManyConflicts,
    decide_grant,
    decide_grant_on,
    handle,
)
from domain.decision import RuleBook, local_date
from domain.grant_reminders import ConfirmGrantReminder, GiveUpGrantReminder, GrantReminderIssued, WakeGrant
from domain.grant_waking import GrantTerms, next_morning
from domain.ports import EventStore, Mailer, MailRefused, StaffDirectory, StoreUnavailable
from domain.recorded import Recorded
from domain.refusals import Refusal
from domain.reminders import UndeliverableReason
from domain.values import SYSTEM, StaffId
from domain.waking import morning_of, reminder_day
from workflows.activities import SeenStore, passing_troubles
from workflows.grant_messages import GrantMail, GrantMailSettled, Morning, MorningDone
from workflows.grant_reminder_mail import grant_reminder_mail, issued_grant_reminder
from workflows.messages import MailFate

log = logging.getLogger(__name__)


class GrantActivities:
    """The activities of the reminders of grants on the ports of the domain. Each may run twice.

    ``grant_ids`` lists every grant of the log. With ``simulated`` the log records the instants of the workflow instead
    of its own clock: for simulated time only.
    """

    def __init__(
        self,
        *,
        store: EventStore,
        grant_ids: Callable[[], Awaitable[Sequence[UUID]]],
        rule_book: RuleBook,
        mailer: Mailer,
        staff: StaffDirectory,
        simulated: bool = False,
    ) -> None:
        self._store = store
        self._grant_ids = grant_ids
        self._rule_book = rule_book
        self._mailer = mailer
        self._staff = staff
        self._simulated = simulated

    @activity.defn
    async def wake_grants(self, morning: Morning) -> MorningDone:
        """Let every grant issue what is due by now. One that cannot be decided on does not keep the others waiting."""
        # An attempt that had to wait for the database does not act on yesterday's clock.
        now = max(morning.now, activity.info().started_time)
        issued = faults = 0
        undelivered: list[GrantMail] = []
        with passing_troubles():
            grant_ids = await self._grant_ids()
            for grant_id in grant_ids:
                activity.heartbeat()
                try:
                    new, waiting = await self._wake(grant_id, now)
                except (StoreUnavailable, TooManyConflicts):
                    raise
                except Exception as error:
                    # As its kind only: its text may quote what nobody else should read.
                    kind = type(error).__name__
                    log.error("command=wake_grant stream=%s outcome=fault kind=%s", grant_id, kind)
                    faults += 1
                    continue
                issued += new
                undelivered += (GrantMail(grant_id=grant_id, reminder_id=name) for name in waiting)
        return MorningDone(
            next_at=next_morning(now),
            grants=len(grant_ids),
            issued=issued,
            faults=faults,
            undelivered=tuple(undelivered),
        )

    @activity.defn
    async def send_grant_reminder(self, mail: GrantMail) -> GrantMailSettled:
        """Send the mail of a reminder. A server that defers it is asked again later, by Temporal.

        One whose fate is on record already is not sent again, whoever asks.
        """
        with passing_troubles():
            history = await self._store.load(mail.grant_id)
            reminder = issued_grant_reminder(history, mail.reminder_id, self._rule_book)
            if reminder is not None and not _waits(history, mail.reminder_id):
                return GrantMailSettled(mail=mail, fate=MailFate.SENT, sent_to=reminder.issued.to)
            address = None if reminder is None else self._staff.address(reminder.issued.to)
            if reminder is None or address is None:
                return GrantMailSettled(mail=mail, fate=MailFate.NO_ADDRESS)
            try:
                await self._mailer.send(grant_reminder_mail(reminder, address))
            except MailRefused:
                return GrantMailSettled(mail=mail, fate=MailFate.REFUSED_BY_SERVER)
            return GrantMailSettled(mail=mail, fate=MailFate.SENT, sent_to=reminder.issued.to)

    @activity.defn
    async def settle_grant_reminder(self, settled: GrantMailSettled) -> None:
        """Record what became of the mail of a reminder."""
        now = settled.now or activity.info().started_time
        mail, today = settled.mail, local_date(now)
        command: ConfirmGrantReminder | GiveUpGrantReminder
        if settled.fate is MailFate.SENT:
            command = ConfirmGrantReminder(
                occurred_on=today, reminder_id=mail.reminder_id, sent_to=StaffId(settled.sent_to)
            )
        else:
            command = GiveUpGrantReminder(
                occurred_on=today,
                reminder_id=mail.reminder_id,
                ground=UndeliverableReason(settled.fate.value),
            )
        with passing_troubles():
            outcome = await handle(
                self._store,
                decide_grant,
                mail.grant_id,
                command,
                self._context(uuid5(mail.grant_id, f"mail/{mail.reminder_id}"), now),
                lambda history: None,
            )
        if isinstance(outcome, Refusal):
            raise ApplicationError("the outcome of a mail cannot be recorded")

    async def _wake(self, grant_id: UUID, now: datetime) -> tuple[int, tuple[str, ...]]:
        """How many reminders are issued now, and the ids of all whose mail is still to go out."""
        seen = SeenStore(self._store)

        def terms_for(history: Sequence[Recorded[Any]]) -> GrantTerms:
            return GrantTerms(
                calendar=self._rule_book.calendar,
                law=self._rule_book.law,
                now=now,
                staff=self._staff,
                organisation=history[0].organisation,
            )

        # The morning is the name of the deed: a second attempt, or a second workflow, is the same one.
        morning = morning_of(reminder_day(now))
        outcome = await handle(
            seen,
            decide_grant_on(terms_for),
            grant_id,
            WakeGrant(occurred_on=local_date(now)),
            self._context(uuid5(grant_id, f"wake/{morning.isoformat()}"), now),
            lambda history: None,
        )
        grant = grants.fold(seen.history)
        return _issued(outcome), () if grant is None else grant.reminders.undelivered

    def _context(self, deed: UUID, now: datetime) -> CommandContext:
        return CommandContext(
            command_id=deed,
            actor=SYSTEM,
            organisation=SYSTEM,
            recorded_at=now if self._simulated else None,
        )


def _waits(history: Sequence[Recorded[Any]], reminder_id: str) -> bool:
    grant = grants.fold(history)
    return grant is not None and reminder_id in grant.reminders.undelivered


def _issued(outcome: Outcome) -> int:
    if isinstance(outcome, Refusal) or outcome.repeated:
        return 0
    return sum(isinstance(event, GrantReminderIssued) for event in outcome.events)
