"""Reminders of grant dates on real parts: every one once, whoever dies meanwhile, and nothing personal in any of them."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from adapters.embedded.temporal import EmbeddedTemporal
from adapters.embedded.throwaway import ephemeral_temporal
from adapters.grant_streams import GrantStreams
from adapters.staff_directory import FileStaffDirectory
from adapters.temporal import SEARCH_ATTRIBUTES, connect
from domain import grant as grants
from domain.decision import local_date
from domain.grant import (
    AmendGrantNotice,
    GrantReminderDelivered,
    GrantReminderIssued,
    GrantReminderUndeliverable,
    GrantState,
    ProofKind,
    RecordGrantNotice,
    RecordOnwardProof,
)
from domain.path import ReminderLevel
from domain.ports import MailDeferred
from domain.recorded import Recorded
from domain.reminders import UndeliverableReason
from domain.values import Cents
from services.bootstrap import Engine
from services.gateway import CarriedOut, CommandGateway, TemporalUnavailable
from services.grant_reminders import start_grant_reminders
from services.worker import WorkerOptions, running_worker
from tests.domain.grant_life import (
    GrantFile,
    amended,
    drawn,
    given_onward,
    line,
    notice,
    paid,
    proven,
    repaid,
)
from tests.patience import PATIENCE_SECONDS
from tests.smtp_server import KeptEnvelope, smtp_server
from tests.workflows.ground import STAFF, TODAY, KeptMail, Loop, context, eventually, running_loop
from tests.workflows.killable import killable_worker
from tests.workflows.time_skipping import pass_time
from workflows.grant_messages import grant_reminders_id
from workflows.reminder_mail import message_id

STEP_DAYS, STEPS = 50, 15
KILLS = 4
PERSON = "Amina Haidari"
"""A provider that is called as a person is."""

# --------------------------------------------------------------- two years at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """A grant of the two years: what its notice says, and what is entered at which step."""

    opening: RecordGrantNotice
    entries: dict[int, tuple[Any, ...]]


def in_days(begun_on: date, days: int) -> date:
    """A day counted from the beginning."""
    return begun_on + timedelta(days=days)


def lives(begun_on: date) -> tuple[Life, ...]:
    """One that is spent late and proven late, one that gives money onward and is extended, one that is cut and repaid."""
    year, ends_on = begun_on.year, in_days(begun_on, 365)
    of_year = replace(line(), year=year)

    def step(number: int) -> date:
        return in_days(begun_on, STEP_DAYS * number)

    def opening(**changes: Any) -> RecordGrantNotice:
        return notice(
            begun_on,
            reference=f"36.01-{uuid4().hex[:6]}",
            period_from=begun_on,
            period_to=ends_on,
            lines=(of_year,),
            **changes,
        )

    def amendment(number: int, **changes: Any) -> AmendGrantNotice:
        return amended(step(number), f"Ä{number}", **({"period_to": ends_on, "lines": (of_year,)} | changes))

    onward = replace(
        given_onward(step(1), "WL-1", in_days(begun_on, 300)),
        provider=PERSON,
        period_from=begun_on,
        period_to=ends_on,
        lines=(replace(of_year, amount_cents=Cents(100_00)),),
    )
    return (
        Life(
            opening=opening(proof_due_on=in_days(begun_on, 500), interim_due_on=(in_days(begun_on, 200),)),
            entries={
                2: (drawn(step(2), 8_000, "MA1"),),
                3: (replace(paid(step(3), 10_000, "B1"), year=year),),
                7: (drawn(step(7), 800, "MA2"),),
                12: (replace(proven(step(12), ProofKind.FINAL, "VN"), covers_to=ends_on),),
            },
        ),
        Life(
            opening=opening(),
            entries={
                1: (onward,),
                5: (RecordOnwardProof(occurred_on=step(5), reference="WL-1", spent_cents=Cents(90_00)),),
                9: (amendment(9, period_to=in_days(begun_on, 400)),),
            },
        ),
        Life(
            opening=opening(proof_due_on=in_days(begun_on, 650)),
            entries={
                1: (drawn(step(1), 80_000, "MA1"),),
                6: (
                    amendment(
                        6,
                        lines=(replace(of_year, amount_cents=Cents(50_000_00)),),
                        repay_by=in_days(begun_on, 420),
                    ),
                ),
                8: (repaid(step(8), 40_000, "RZ1"),),
                10: (amendment(10, lines=(replace(of_year, amount_cents=Cents(50_000_00)),)),),
            },
        ),
    )


def told(reminder: GrantReminderIssued) -> tuple[str, date, ReminderLevel, date, str, str]:
    """What a reminder says, when, to whom and why; its id also counts the entries before it, such as deliveries."""
    return (
        reminder.rule,
        reminder.due_on,
        reminder.level,
        reminder.occurred_on,
        reminder.to,
        reminder.ground.value,
    )


def expected(life: Life, begun_on: date) -> set[tuple[str, date, ReminderLevel, date, str, str]]:
    """The same two years in pure code, awake every morning."""
    file = GrantFile().done(life.opening)
    found = set()
    for offset in range(1, STEP_DAYS * STEPS + 1):
        found |= {told(each) for each in file.morning(in_days(begun_on, offset))}
        if offset % STEP_DAYS == 0:
            file.done(*life.entries.get(offset // STEP_DAYS, ()))
    return found


def issued_in(history: list[Recorded[Any]]) -> list[GrantReminderIssued]:
    """The reminders of a history."""
    return [entry.event for entry in history if isinstance(entry.event, GrantReminderIssued)]


async def give(gateway: CommandGateway, grant_id: UUID, *commands: Any) -> None:
    """Give grant commands that must be accepted."""
    for command in commands:
        outcome = await gateway.grant(grant_id, command, context())
        assert isinstance(outcome, CarriedOut), outcome


async def state_of(engine: Engine, grant_id: UUID) -> GrantState:
    """The grant, folded from the log."""
    state = grants.fold(await engine.store.load(grant_id))
    assert state is not None
    return state


@pytest.mark.any_postgres
async def test_every_reminder_of_grants_goes_out_once_in_two_years_with_kills(
    engine: Engine, database: str, skipping: WorkflowEnvironment
) -> None:
    """The reminders of each grant are those of pure code, each is in the log once, confirmed once, and arrives under
    one id; nothing of the grants wakes the workflow but the mornings.

    Then workers die while time runs; what was missed meanwhile may be less, but nothing happens twice.
    """
    address = skipping.client.service_client.config.target_host
    client, queue = await connect(address), f"two-years-{uuid4()}"
    begun_on = local_date(await skipping.get_current_time())
    over_on = in_days(begun_on, STEP_DAYS * STEPS)
    gateway = CommandGateway(engine, client, queue, patience_seconds=PATIENCE_SECONDS, today=lambda: over_on)
    living = {uuid4(): life for life in lives(begun_on)}
    kills = random.sample([(step, after) for step in range(1, STEPS + 1) for after in (False, True)], KILLS)
    print("the worker is killed at", kills)  # seen when the test fails

    async def all_sent() -> bool:
        await pass_time(skipping, timedelta(hours=1))
        return not any([(await state_of(engine, grant_id)).reminders.undelivered for grant_id in living])

    with smtp_server() as server:
        server.replies = ["451 come back later"] * 2
        async with killable_worker(database, address, queue, server.port, cached=0) as worker:
            assert await start_grant_reminders(client, queue, most_events=100)
            for grant_id, life in living.items():
                await give(gateway, grant_id, life.opening)
            for step in range(1, STEPS + 1):
                await pass_time(skipping, timedelta(days=STEP_DAYS))
                if (step, False) in kills:
                    await worker.again()
                for grant_id, life in living.items():
                    await give(gateway, grant_id, *life.entries.get(step, ()))
                assert not await start_grant_reminders(client, queue)
                if (step, True) in kills:
                    await worker.again()
            await eventually(all_sent)
            for grant_id, life in living.items():
                history = await engine.store.load(grant_id)
                found = {told(each) for each in issued_in(history) if each.occurred_on <= over_on}
                assert found == expected(life, begun_on)
                assert len(found) > 4
            check_once([await engine.store.load(grant_id) for grant_id in living], server.kept)

            for number in range(2):
                passing = asyncio.create_task(pass_time(skipping, timedelta(days=40)))
                await asyncio.sleep(0.02 * number)
                await worker.again()
                await passing
            await eventually(all_sent)
        check_once([await engine.store.load(grant_id) for grant_id in living], server.kept)


def check_once(histories: list[list[Recorded[Any]]], kept: list[KeptEnvelope]) -> None:
    """Each reminder was issued once, settled once, and arrived under its own message id; none tells who it is."""
    messages: set[str] = set()
    for history in histories:
        issued = Counter(each.reminder_id for each in issued_in(history))
        settled = Counter(
            entry.event.reminder_id for entry in history if isinstance(entry.event, GrantReminderDelivered)
        )
        assert set(issued.values()) == {1}
        assert settled == issued
        messages |= {message_id(history[0].stream_id, each) for each in issued}
    assert {mail.message_id for mail in kept} == messages
    assert all(mail.to.endswith("@staff.example") for mail in kept)
    everything = "".join(mail.text + str(mail.message["Subject"]) for mail in kept)
    assert "Haidari" not in everything
    assert "Nachweis eines Trägers" in everything


# -------------------------------------------------------------- now, on a real server

OVERDUE = notice(TODAY - timedelta(days=400), proof_due_on=TODAY - timedelta(days=1))
"""A notice whose proof of use is a day late: its highest reminder goes out as soon as anybody is awake."""


async def received(loop: Loop, opening: RecordGrantNotice = OVERDUE) -> UUID:
    """A grant by its notice."""
    grant_id = uuid4()
    await give(loop.gateway, grant_id, opening)
    return grant_id


async def names(engine: Engine, grant_id: UUID) -> list[str]:
    """The kinds of the events of a grant."""
    return [type(entry.event).__name__ for entry in await engine.store.load(grant_id)]


async def test_what_is_overdue_goes_out_once_however_often_it_is_started(
    engine: Engine, client: Client
) -> None:
    """Started three times at once: one workflow. Terminated and started again the same day: nothing is told twice."""
    async with running_loop(engine, client) as loop:
        grant_id = await received(loop)
        begun = [start_grant_reminders(client, loop.task_queue) for _ in range(3)]
        assert sorted(await asyncio.gather(*begun)) == [False, False, True]

        async def sent() -> bool:
            return "GrantReminderDelivered" in await names(engine, grant_id)

        await eventually(sent)
        handle = client.get_workflow_handle(grant_reminders_id(loop.task_queue))
        await handle.terminate()
        later = await received(loop)
        assert await start_grant_reminders(client, loop.task_queue)

        async def also_sent() -> bool:
            return "GrantReminderDelivered" in await names(engine, later)

        await eventually(also_sent)
        assert (await names(engine, grant_id)).count("GrantReminderIssued") == 1
        assert [mail.message_id for mail in loop.mail.sent] == [
            message_id(each, issued.reminder_id)
            for each in (grant_id, later)
            for issued in issued_in(await engine.store.load(each))
        ]


@pytest.mark.any_postgres
async def test_losing_temporal_loses_no_reminder_and_repeats_none(engine: Engine, client: Client) -> None:
    """One was sent before the loss, one is due after it: a new, empty Temporal sends the second alone."""
    async with running_loop(engine, client) as loop:
        sent = await received(loop)
        await start_grant_reminders(client, loop.task_queue)

        async def delivered() -> bool:
            return "GrantReminderDelivered" in await names(engine, sent)

        await eventually(delivered)
    missed = await received(loop)  # now that nobody is awake, whatever the hour
    with ephemeral_temporal(SEARCH_ATTRIBUTES) as address:
        fresh = await connect(address)
        async with running_loop(engine, fresh) as loop:
            assert await start_grant_reminders(fresh, loop.task_queue)

            async def both() -> bool:
                return "GrantReminderDelivered" in await names(engine, missed)

            await eventually(both)
            [mail] = loop.mail.sent
            [issued] = issued_in(await engine.store.load(missed))
            assert mail.message_id == message_id(missed, issued.reminder_id)
            assert (await names(engine, sent)).count("GrantReminderIssued") == 1


@pytest.mark.any_postgres
async def test_a_mail_that_can_never_arrive_is_on_record(engine: Engine, client: Client) -> None:
    """Nobody has an address: the coordination is named, the mail is given up, and the date stays on the agenda."""
    async with running_loop(engine, client, staff=FileStaffDirectory()) as loop:
        grant_id = await received(loop)
        await start_grant_reminders(client, loop.task_queue)

        async def settled() -> bool:
            return "GrantReminderUndeliverable" in await names(engine, grant_id)

        await eventually(settled)
        [gone] = [
            entry.event
            for entry in await engine.store.load(grant_id)
            if isinstance(entry.event, GrantReminderUndeliverable)
        ]
        assert gone.ground is UndeliverableReason.NO_ADDRESS
        assert loop.mail.sent == []


class Away:
    """A mail server that is away until it is told otherwise."""

    def __init__(self) -> None:
        self.here = KeptMail()
        self.away = True
        self.asked = 0

    async def send(self, mail: Any) -> None:
        """Put the mail off while away."""
        self.asked += 1
        if self.away:
            raise MailDeferred("away")
        await self.here.send(mail)


@pytest.mark.any_postgres
async def test_a_long_history_begins_anew_and_takes_waiting_mails_along(
    engine: Engine, client: Client
) -> None:
    """A run that may have so few events begins anew just when its mail is to leave, which then leaves from a later run."""
    queue, mailer = f"test-{uuid4()}", Away()
    gateway = CommandGateway(engine, client, queue, patience_seconds=PATIENCE_SECONDS)
    grant_id = uuid4()
    await give(gateway, grant_id, OVERDUE)
    await start_grant_reminders(client, queue, most_events=8)
    handle = client.get_workflow_handle(grant_reminders_id(queue))
    first = (await handle.describe()).run_id
    async with running_worker(engine, client, mailer, STAFF, WorkerOptions(task_queue=queue)):

        async def anew() -> bool:
            return (await handle.describe()).run_id != first and mailer.asked > 0

        await eventually(anew)
        mailer.away = False

        async def sent() -> bool:
            return "GrantReminderDelivered" in await names(engine, grant_id)

        await eventually(sent)
        await handle.terminate()
    assert len(mailer.here.sent) == 1


@pytest.mark.any_postgres
async def test_a_temporal_that_goes_away_keeps_the_mornings_and_the_mails(
    engine: Engine, tmp_path: Path
) -> None:
    """It goes while a mail waits for its server and comes back: the mail leaves once, and the same workflow runs on."""
    server = EmbeddedTemporal(
        state_dir=tmp_path, search_attributes=SEARCH_ATTRIBUTES, ui=False, durable=False
    )
    client = await connect((await server.start_async()).address)
    queue, mailer, grant_id = f"test-{uuid4()}", Away(), uuid4()
    try:
        await give(
            CommandGateway(engine, client, queue, patience_seconds=PATIENCE_SECONDS), grant_id, OVERDUE
        )
        async with running_worker(engine, client, mailer, STAFF, WorkerOptions(task_queue=queue)):
            await start_grant_reminders(client, queue)

            handle = client.get_workflow_handle(grant_reminders_id(queue))

            async def put_off() -> bool:
                pending = (await handle.describe()).raw_description.pending_activities
                return any(activity.attempt > 1 for activity in pending)

            await eventually(put_off)  # and Temporal knows it
            await server.stop_async()
            with pytest.raises(TemporalUnavailable, match="reminders of grants"):
                await start_grant_reminders(client, queue)
            mailer.away = False
            await server.start_async()

            async def sent() -> bool:
                return "GrantReminderDelivered" in await names(engine, grant_id)

            await eventually(sent)
            assert not await start_grant_reminders(client, queue)
        assert len(mailer.here.sent) == 1
    finally:
        await server.stop_async()


class BrokenStaff(FileStaffDirectory):
    """A directory that fails for some grants."""

    def grant_officer(self, reference: str) -> str | None:
        """Fail for references that begin so."""
        if reference.startswith("broken"):
            raise RuntimeError(reference)
        return "money-1"


async def test_one_grant_that_cannot_be_decided_on_keeps_no_other_waiting(
    engine: Engine, client: Client
) -> None:
    """Whoever is in charge of three grants cannot be asked; the fourth is told all the same, and the three stay as they are."""
    async with running_loop(engine, client, staff=BrokenStaff(mail_domain="staff.example")) as loop:
        broken = [await received(loop, replace(OVERDUE, reference=f"broken {n}")) for n in range(3)]
        grant_id = await received(loop)
        await start_grant_reminders(client, loop.task_queue)

        async def sent() -> bool:
            return "GrantReminderDelivered" in await names(engine, grant_id)

        await eventually(sent)
        assert [await names(engine, each) for each in broken] == [["GrantNoticeReceived"]] * 3


async def test_every_grant_of_the_log_is_found_by_its_index(engine: Engine, loop: Loop) -> None:
    """Grants only, in order of their ids; the condition is the one of the index."""
    expected_ids = sorted([await received(loop) for _ in range(3)])
    await loop.opened()
    streams = GrantStreams(engine.connections, engine.log.schema)
    assert await streams.ids() == expected_ids
    async with engine.connections.lend() as connection, connection.transaction():
        await connection.execute("set local enable_seqscan = off")
        plan = await connection.fetch(f"explain {streams.query}")
    assert any("events_grants" in record[0] for record in plan)


def test_the_reminders_of_an_installation_have_one_id() -> None:
    """All workers of a task queue speak of the same workflow."""
    assert grant_reminders_id("teilhabe-cases") == "grant-reminders/teilhabe-cases"
