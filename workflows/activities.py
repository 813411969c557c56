"""What the case workflow has done outside: decide and append, settle seats, send reminders. Each may run twice."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from temporalio import activity
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from domain.command_handling import CommandContext, Outcome, TooManyConflicts, decide_case, handle
from domain.decision import RuleBook, Terms, local_date
from domain.events import stored_name
from domain.ports import (
    Append,
    Appended,
    EventStore,
    MailDeferred,
    Mailer,
    MailRefused,
    SealedCommands,
    StaffDirectory,
    StoreUnavailable,
)
from domain.recorded import Recorded
from domain.refusals import Refusal
from domain.reminders import ConfirmDelivery, GiveUpDelivery, UndeliverableReason, Wake
from domain.replacing import replace
from domain.values import SYSTEM, StaffId
from workflows.case_view import view_of
from workflows.course_seat import SeatSaga
from workflows.messages import (
    CarryOut,
    CaseView,
    CommandResult,
    MailFate,
    MailSettled,
    Moment,
    Pokes,
    RefusalText,
    ReminderMail,
    SeatsPursued,
    Settled,
)
from workflows.reminder_mail import (
    issued_reminder,
    organisation_of_caseworker,
    recipient,
    reminder_mail,
)

log = logging.getLogger(__name__)


class CaseActivities:
    """The activities of case workflows on the ports of the domain.

    ``poke`` reaches the workflow of another case. With ``simulated`` the log records the instants of the workflow
    instead of its own clock: for simulated time only.
    """

    def __init__(
        self,
        *,
        store: EventStore,
        sealed_commands: SealedCommands,
        rule_book: RuleBook,
        mailer: Mailer,
        staff: StaffDirectory,
        poke: Callable[[UUID], Awaitable[None]],
        simulated: bool = False,
    ) -> None:
        self._store = store
        self._sealed = sealed_commands
        self._rule_book = rule_book
        self._mailer = mailer
        self._staff = staff
        self._poke = poke
        self._simulated = simulated
        self._saga = SeatSaga(store, rule_book, simulated=simulated)

    @activity.defn
    async def carry_out(self, order: CarryOut) -> Settled:
        """Open the command, decide it on the case and append what comes of it; once, however often this runs."""
        message = order.message
        try:
            with passing_troubles():
                command = await self._sealed.open(message.case_id, message.sealed)
                context = CommandContext(
                    command_id=message.command_id,
                    actor=message.actor,
                    organisation=message.organisation,
                    if_version=message.if_version,
                    recorded_at=order.now if self._simulated else None,
                )
                return await self._give(message.case_id, command, context, order.now)
        except ApplicationError:
            raise
        except Exception as error:
            return _faulted(error, message.name, message.case_id)

    @activity.defn
    async def look(self, moment: Moment) -> CaseView:
        """The case as the log has it."""
        with passing_troubles():
            history = await self._store.load(moment.case_id)
            return view_of(history, self._rule_book, moment.now)

    @activity.defn
    async def wake(self, moment: Moment) -> Settled:
        """Let the case do what is due by now. The instant slept towards names the deed."""
        at = moment.wake_at or moment.now
        try:
            with passing_troubles():
                return await self._by_itself(
                    moment.case_id,
                    Wake(occurred_on=local_date(moment.now)),
                    uuid5(moment.case_id, f"wake/{at.isoformat()}"),
                    moment.now,
                )
        except ApplicationError:
            raise
        except Exception as error:
            return _faulted(error, "wake", moment.case_id)

    @activity.defn
    async def pursue_seats(self, moment: Moment) -> SeatsPursued:
        """Settle the seats of the case with its offers."""
        with passing_troubles():
            moved_up = await self._saga.pursue(moment.case_id, moment.now)
            history = await self._store.load(moment.case_id)
            return SeatsPursued(view=view_of(history, self._rule_book, moment.now), moved_up=moved_up)

    @activity.defn
    async def poke_cases(self, pokes: Pokes) -> None:
        """Tell other cases that an offer has news for them."""
        for case_id in pokes.case_ids:
            await self._poke(case_id)

    @activity.defn
    async def send_reminder(self, wanted: ReminderMail) -> MailSettled:
        """Send the mail of a reminder. A server that defers it is asked again later, by Temporal."""
        with passing_troubles():
            history = await self._store.load(wanted.case_id)
            reminder = issued_reminder(history, wanted.reminder_id, self._rule_book)
            if reminder is None:
                return _fate(wanted, MailFate.NO_ADDRESS)
            staff_id, address = recipient(reminder, self._staff)
            if address is None:
                return _fate(wanted, MailFate.NO_ADDRESS)
            try:
                await self._mailer.send(reminder_mail(reminder, address))
            except MailRefused:
                return _fate(wanted, MailFate.REFUSED_BY_SERVER)
            return _fate(wanted, MailFate.SENT, staff_id)

    @activity.defn
    async def settle_reminder(self, settled: MailSettled) -> CaseView:
        """Record what became of the mail of a reminder."""
        now = settled.now or activity.info().started_time
        today = local_date(now)
        command: ConfirmDelivery | GiveUpDelivery
        if settled.fate is MailFate.SENT:
            command = ConfirmDelivery(
                occurred_on=today, reminder_id=settled.reminder_id, sent_to=StaffId(settled.sent_to)
            )
        else:
            command = GiveUpDelivery(
                occurred_on=today,
                reminder_id=settled.reminder_id,
                ground=UndeliverableReason(settled.fate.value),
            )
        deed = uuid5(settled.case_id, f"mail/{settled.reminder_id}")
        with passing_troubles():
            done = await self._by_itself(settled.case_id, command, deed, now)
        if done.view is None:
            raise ApplicationError("the outcome of a mail cannot be recorded")
        return done.view

    async def _by_itself(self, case_id: UUID, command: Any, deed: UUID, now: datetime) -> Settled:
        context = CommandContext(
            command_id=deed,
            actor=SYSTEM,
            organisation=SYSTEM,
            recorded_at=now if self._simulated else None,
        )
        return await self._give(case_id, command, context, now)

    async def _give(self, case_id: UUID, command: Any, context: CommandContext, now: datetime) -> Settled:
        seen = SeenStore(self._store)
        outcome = await handle(
            seen,
            decide_case,
            case_id,
            command,
            context,
            lambda history: self._terms(history, command, now),
        )
        return Settled(result=_result(outcome), view=view_of(seen.history, self._rule_book, now))

    def _terms(self, history: Sequence[Recorded[Any]], command: Any, now: datetime) -> Terms:
        """The rules, and who can be reached now: asked once, and what came of it is in the event."""
        terms = self._rule_book.terms(history, command, now)
        return replace(terms, staff=self._staff, caseworker_organisation=organisation_of_caseworker(history))


class SeenStore:
    """A store that keeps the history it was last asked for, with what was then appended: read once, view for free."""

    def __init__(self, store: EventStore) -> None:
        self._store = store
        self.history: list[Recorded[Any]] = []

    async def load(
        self, stream_id: UUID, *, after_version: int = 0, known_position: int | None = None
    ) -> Sequence[Recorded[Any]]:
        self.history = list(
            await self._store.load(stream_id, after_version=after_version, known_position=known_position)
        )
        return tuple(self.history)

    async def append(self, append: Append) -> Appended:
        appended = await self._store.append(append)
        first = appended.last_position - len(append.events) + 1
        for place, event in enumerate(append.events):
            self.history.append(
                Recorded(
                    position=first + place,
                    stream_id=append.stream_id,
                    version=append.expected_version + 1 + place,
                    event=event,
                    recorded_at=appended.recorded_at,
                    actor=append.actor,
                    organisation=append.organisation,
                    command_id=append.command_id if place == 0 else None,
                )
            )
        return appended


@contextmanager
def passing_troubles() -> Iterator[None]:
    """Let Temporal try again what time may heal; without the text of the error, for histories keep it."""
    try:
        yield
    except (StoreUnavailable, TooManyConflicts, MailDeferred) as trouble:
        kind = type(trouble).__name__
        raise ApplicationError(
            f"{kind}, to be tried again", type=kind, category=ApplicationErrorCategory.BENIGN
        ) from None


def _faulted(error: Exception, name: str, case_id: UUID) -> Settled:
    """An error as its kind only: its text may quote what nobody else should read."""
    kind = type(error).__name__
    log.error("command=%s stream=%s outcome=fault kind=%s", name, case_id, kind)
    return Settled(result=CommandResult(fault=kind))


def _result(outcome: Outcome) -> CommandResult:
    if isinstance(outcome, Refusal):
        return CommandResult(refusal=RefusalText(rule_id=outcome.rule_id, de=outcome.de, en=outcome.en))
    return CommandResult(
        position=outcome.position,
        version=outcome.version,
        events=tuple(stored_name(type(event)) for event in outcome.events),
        repeated=outcome.repeated,
    )


def _fate(wanted: ReminderMail, fate: MailFate, sent_to: str = "") -> MailSettled:
    return MailSettled(case_id=wanted.case_id, reminder_id=wanted.reminder_id, fate=fate, sent_to=sent_to)
