"""Two simulated years with workers killed in between: every reminder exactly once, in the log and by SMTP."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from typing import Any
from uuid import uuid4

import pytest
from temporalio.testing import WorkflowEnvironment

from adapters.temporal import connect
from domain.changes import ChangeResidenceStatus
from domain.commands import Command
from domain.contact import ContactHeld, ContactKind, RecordContact
from domain.decision import local_date
from domain.eligible.recording import AskForRecheck, EligibilityRechecked
from domain.eligible.rule import EligibilitySubject, Verdict
from domain.hold import CaseResumed, HoldCase, HoldReason
from domain.intake import Residence
from domain.path import ReminderLevel
from domain.periods import Period, end_of
from domain.recorded import Recorded
from domain.reminders import ReminderDelivered, ReminderIssued, Wake
from domain.values import ResidenceStatus
from services.bootstrap import Engine
from services.gateway import CommandGateway
from tests.domain.ground import CaseFile, terms
from tests.patience import PATIENCE_SECONDS
from tests.smtp_server import KeptEnvelope, smtp_server
from tests.workflows.ground import KeptMail, Loop, eventually, open_case
from tests.workflows.killable import killable_worker
from tests.workflows.time_skipping import pass_time
from workflows.reminder_mail import message_id

STEP_DAYS, STEPS = 50, 15
KILLS = 4
"""So often the worker is killed while time stands still, at steps that chance picks anew in every run."""


class Kill(Enum):
    """When the worker dies: before or after the commands of a step."""

    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """What happens to one case in the two years, step by step; every date is counted from the beginning."""

    title_days: int
    """So long the first residence title lasts."""
    contacts: frozenset[int]
    """Steps at which there is a contact; between the others the silence is reminded of."""
    longer_title_at: int | None = None
    hold_at: int | None = None
    """The case rests from this step for 70 days; then the hold ends by itself."""

    def opening(self, begun_on: date) -> Command:
        """The first entry."""
        residence = Residence(
            status=ResidenceStatus.TOLERATION_60A, valid_until=begun_on + timedelta(days=self.title_days)
        )
        return open_case(occurred_on=begun_on, residence=residence)

    def commands_at(self, step: int, today: date, begun_on: date) -> list[Command]:
        """What a caseworker enters at ``step``."""
        commands: list[Command] = []
        if step in self.contacts:
            commands.append(RecordContact(occurred_on=today, kind=ContactKind.PHONE, held=True, minutes=10))
        if step == self.longer_title_at:
            longer = Residence(
                status=ResidenceStatus.TOLERATION_60A, valid_until=begun_on + timedelta(days=700)
            )
            commands.append(ChangeResidenceStatus(occurred_on=today, residence=longer))
        if step == self.hold_at:
            until = today + timedelta(days=70)
            commands.append(HoldCase(occurred_on=today, ground=HoldReason.ILLNESS, until=until))
        return commands


EVERY_STEP = frozenset(range(1, STEPS + 1))
LIVES = (
    Life(title_days=300, contacts=EVERY_STEP, longer_title_at=5),
    Life(title_days=430, contacts=frozenset({2, 3, 9}), hold_at=6),
    Life(title_days=120, contacts=EVERY_STEP - {7, 8, 13}, longer_title_at=2, hold_at=10),
)
"""One is seen regularly, one hardly and rests for a while, one is between the two."""


def told(reminder: ReminderIssued) -> tuple[str, date, ReminderLevel, date]:
    """What a reminder says and when; its id also counts the entries before it, such as deliveries."""
    return reminder.rule, reminder.due_on, reminder.level, reminder.occurred_on


def expected_reminders(life: Life, begun_on: date) -> set[tuple[str, date, ReminderLevel, date]]:
    """The same two years day by day in pure code, awake every morning."""
    file = CaseFile(today=begun_on).done(life.opening(begun_on))
    issued: set[tuple[str, date, ReminderLevel, date]] = set()
    for offset in range(STEP_DAYS * STEPS + 1):
        day = begun_on + timedelta(days=offset)
        decided = file.when(Wake(occurred_on=day), on=day)
        assert isinstance(decided, tuple)
        issued |= {told(event) for event in decided if isinstance(event, ReminderIssued)}
        if offset and offset % STEP_DAYS == 0:
            for command in life.commands_at(offset // STEP_DAYS, day, begun_on):
                assert isinstance(file.when(command, on=day), tuple)
    return issued


@pytest.mark.any_postgres
async def test_every_reminder_goes_out_once_in_two_years_with_kills(
    engine: Engine, database: str, skipping: WorkflowEnvironment
) -> None:
    """The reminders of each case are those of pure code, each is in the log once, confirmed once, and arrives under
    one id.

    Then workers die while time runs; what was missed meanwhile may be less, but nothing happens twice.
    """
    address = skipping.client.service_client.config.target_host
    client, queue = await connect(address), f"two-years-{uuid4()}"
    loop = Loop(
        engine,
        client,
        CommandGateway(engine, client, queue, patience_seconds=PATIENCE_SECONDS),
        queue,
        KeptMail(),
    )
    begun_on = local_date(await skipping.get_current_time())
    lives = {uuid4(): life for life in LIVES}
    killed_at = random.sample([(step, when) for step in range(1, STEPS + 1) for when in Kill], KILLS)
    print("the worker is killed at", killed_at)  # seen when the test fails

    async def all_sent() -> bool:
        await pass_time(skipping, timedelta(hours=1))
        return not any([(await loop.state(case_id)).reminders.undelivered for case_id in lives])

    with smtp_server() as server:
        server.replies = ["451 come back later"] * 2
        async with killable_worker(database, address, queue, server.port, cached=0) as worker:
            for case_id, life in lives.items():
                await loop.done(case_id, life.opening(begun_on))
            for step in range(1, STEPS + 1):
                await pass_time(skipping, timedelta(days=STEP_DAYS))
                today = local_date(await skipping.get_current_time())
                if (step, Kill.BEFORE) in killed_at:
                    await worker.again()
                for case_id, life in lives.items():
                    if commands := life.commands_at(step, today, begun_on):
                        await loop.done(case_id, *commands)
                if (step, Kill.AFTER) in killed_at:
                    await worker.again()
            await eventually(all_sent)
            for case_id, life in lives.items():
                history = await loop.history(case_id)
                assert {told(each) for each in issued_in(history)} == expected_reminders(life, begun_on)
                held = sum(isinstance(entry.event, ContactHeld) for entry in history)
                assert held == len(life.contacts)
                ended = [entry.event for entry in history if isinstance(entry.event, CaseResumed)]
                assert [event.by_itself for event in ended] == [True] * (life.hold_at is not None)
            check_once([await loop.history(case_id) for case_id in lives], server.kept)

            for kills in range(2):
                passing = asyncio.create_task(pass_time(skipping, timedelta(days=40)))
                await asyncio.sleep(0.02 * kills)
                await worker.again()
                await passing
            await eventually(all_sent)
        histories = [await loop.history(case_id) for case_id in lives]
    check_once(histories, server.kept)
    for history in histories:
        recorded = [entry.recorded_at for entry in history]
        assert recorded == sorted(recorded)
    assert (histories[0][-1].recorded_at - histories[0][0].recorded_at).days >= STEP_DAYS * STEPS


def issued_in(history: list[Recorded[Any]]) -> list[ReminderIssued]:
    """The reminders of a history."""
    return [entry.event for entry in history if isinstance(entry.event, ReminderIssued)]


@pytest.mark.any_postgres
async def test_who_asks_to_be_woken_is_woken_once_with_the_new_answer(
    engine: Engine, database: str, skipping: WorkflowEnvironment
) -> None:
    """Tolerated for two months: a month later the case checks again by itself, on the first working day, and tells.

    The worker dies before, time stands still for nobody, and more time brings nothing twice.
    """
    address = skipping.client.service_client.config.target_host
    client, queue, case_id = await connect(address), f"recheck-{uuid4()}", uuid4()
    loop = Loop(
        engine,
        client,
        CommandGateway(engine, client, queue, patience_seconds=PATIENCE_SECONDS),
        queue,
        KeptMail(),
    )
    begun_on = local_date(await skipping.get_current_time())
    since = begun_on - timedelta(days=61)
    reached_on = end_of(since, Period(months=3))
    residence = Residence(
        status=ResidenceStatus.TOLERATION_60A, valid_from=since, valid_until=begun_on + timedelta(days=700)
    )

    async def rechecked() -> bool:
        await pass_time(skipping, timedelta(hours=1))
        found = [type(entry.event) for entry in await loop.history(case_id)]
        return EligibilityRechecked in found and not (await loop.state(case_id)).reminders.undelivered

    with smtp_server() as server:
        async with killable_worker(database, address, queue, server.port, cached=0) as worker:
            ask = AskForRecheck(occurred_on=begun_on, subject=EligibilitySubject.TRAINING_TOLERATION)
            await loop.done(case_id, open_case(occurred_on=begun_on, residence=residence), ask)
            await worker.again()
            await pass_time(skipping, (reached_on - begun_on) + timedelta(days=6))
            await eventually(rechecked)
            await pass_time(skipping, timedelta(days=30))
        history = await loop.history(case_id)
        [done] = [entry.event for entry in history if isinstance(entry.event, EligibilityRechecked)]
        [told_] = [each for each in issued_in(history) if each.rule == "eligibility.recheck"]
        assert (done.before, done.after) == (Verdict.NO, Verdict.UNKNOWN)
        assert done.occurred_on == told_.occurred_on == terms().calendar.next_working_day(reached_on)
        [mail] = [kept for kept in server.kept if kept.message_id == message_id(case_id, told_.reminder_id)]
        assert "bisher nein" in mail.text
        assert "Haidari" not in mail.text


def check_once(histories: list[list[Recorded[Any]]], kept: list[KeptEnvelope]) -> None:
    """Each reminder was issued once, settled once, and arrived under its own message id; none tells who it is."""
    messages: set[str] = set()
    for history in histories:
        issued = Counter(each.reminder_id for each in issued_in(history))
        settled = Counter(
            entry.event.reminder_id for entry in history if isinstance(entry.event, ReminderDelivered)
        )
        assert set(issued.values()) == {1}
        assert settled == issued
        messages |= {message_id(history[0].stream_id, each) for each in issued}
    assert {mail.message_id for mail in kept} == messages
    assert all(mail.to.endswith("@staff.example") for mail in kept)
    assert "Haidari" not in "".join(mail.text for mail in kept)
