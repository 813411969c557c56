"""Recorded histories still replay, long ones begin anew, lost ones are raised from the log, and none tells who it is."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from temporalio.client import Client, WorkflowHistory
from temporalio.service import RPCError
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Replayer

from adapters.embedded.throwaway import ephemeral_temporal
from adapters.temporal import DATA_CONVERTER, SEARCH_ATTRIBUTES, connect
from domain.changes import AddNote
from domain.intake import ContactChannel, ContactWay, DeclineIntake, DeclineReason, PersonName
from services.bootstrap import Engine
from services.gateway import CarriedOut, CommandGateway
from services.recover import recover
from services.worker import sandbox
from tests.domain import ground as cases
from tests.patience import PATIENCE_SECONDS
from tests.workflows.ground import (
    OPENED,
    TODAY,
    Loop,
    context,
    eventually,
    open_case,
    running_loop,
)
from tests.workflows.time_skipping import pass_time
from workflows.case_workflow import CaseWorkflow
from workflows.grant_workflow import GrantReminderWorkflow
from workflows.messages import workflow_id
from workflows.patches import PATCHES

HISTORIES = sorted((Path(__file__).parent / "histories").glob("*.json"))


def replayer() -> Replayer:
    """A replayer of today's workflow code."""
    return Replayer(
        workflows=[CaseWorkflow, GrantReminderWorkflow],
        data_converter=DATA_CONVERTER,
        workflow_runner=sandbox(),
    )


@pytest.mark.parametrize("file", HISTORIES, ids=lambda file: file.stem)
async def test_a_recorded_history_still_replays(file: Path) -> None:
    """Today's code makes the same decisions on yesterday's history."""
    text = file.read_text(encoding="utf-8")
    identity = json.loads(text)["events"][0]["workflowExecutionStartedEventAttributes"]["workflowId"]
    await replayer().replay_workflow(WorkflowHistory.from_json(identity, text))


def test_there_are_histories_and_one_for_each_patch() -> None:
    """A change of the workflow is tested against what ran before it."""
    names = {file.stem for file in HISTORIES}
    assert {"intake_and_seat", "reminders_by_mail", "continued", "grant_reminders"} <= names
    assert {f"before_{patch}" for patch in PATCHES} <= names


async def test_every_task_may_be_replayed_from_its_history(engine: Engine, client: Client) -> None:
    """With no cache at all, commands of several cases are carried out and nothing is non-deterministic."""
    async with running_loop(engine, client, max_cached_workflows=0) as loop:
        case_ids = [await loop.opened() for _ in range(3)]
        for case_id in case_ids:
            await loop.done(case_id, cases.notice(OPENED), cases.consent(OPENED), cases.assessment(OPENED))
            await loop.done(case_id, AddNote(occurred_on=TODAY, text="Notiz", confidential=False))
        for case_id in case_ids:
            history = await client.get_workflow_handle(workflow_id(case_id)).fetch_history()
            await replayer().replay_workflow(history)
            assert not [
                event for event in history.events if event.HasField("workflow_task_failed_event_attributes")
            ]


@pytest.mark.any_postgres
async def test_a_long_history_begins_anew_and_no_command_is_lost(engine: Engine, client: Client) -> None:
    """Sixty notes at once on a case whose runs end after sixty history events."""
    async with running_loop(engine, client, most_events=60) as loop:
        case_id = await loop.opened()
        outcomes = await asyncio.gather(
            *(
                loop.give(case_id, AddNote(occurred_on=TODAY, text=f"Notiz {n}", confidential=False))
                for n in range(60)
            )
        )
        assert all(isinstance(outcome, CarriedOut) for outcome in outcomes)
        assert (await loop.names(case_id)).count("NoteAdded") == 60
        handle = client.get_workflow_handle(workflow_id(case_id))
        first = (await handle.describe()).raw_description.workflow_execution_info.first_run_id
        assert first != (await handle.describe()).run_id


@pytest.mark.any_postgres
async def test_a_run_that_ends_just_when_a_mail_is_to_leave_takes_it_along(
    engine: Engine, skipping: WorkflowEnvironment
) -> None:
    """Whatever the length at which runs end, one of them ends on the morning of a reminder; the mail arrives all the same."""
    client = await connect(skipping.client.service_client.config.target_host)
    async with running_loop(engine, client, simulated_time=True) as loop:
        case_ids = [uuid4() for _ in range(12)]
        for most, case_id in enumerate(case_ids, 40):
            gateway = CommandGateway(
                engine, client, loop.task_queue, patience_seconds=PATIENCE_SECONDS, most_events=most
            )
            for command in (
                open_case(),
                *(AddNote(occurred_on=TODAY, text=f"{n}", confidential=False) for n in range(5)),
            ):
                assert isinstance(await gateway.case(case_id, command, context()), CarriedOut)
        await pass_time(skipping, timedelta(days=90))

        async def all_sent() -> bool:
            await pass_time(skipping, timedelta(hours=1))
            states = [await loop.state(case_id) for case_id in case_ids]
            return all(state.reminders.issued and not state.reminders.undelivered for state in states)

        await eventually(all_sent)


async def test_recover_raises_every_open_case_after_temporal_is_lost(engine: Engine, client: Client) -> None:
    """A new, empty Temporal gets a workflow for each open case; done again it starts none; commands go on."""
    async with running_loop(engine, client) as loop:
        open_ids = [await loop.opened() for _ in range(6)]
        declined = await loop.opened()
        await loop.done(
            declined, DeclineIntake(occurred_on=TODAY, ground=DeclineReason.NO_INTEREST, reason="will nicht")
        )
    with ephemeral_temporal(SEARCH_ATTRIBUTES) as address:
        fresh = await connect(address)
        async with running_loop(engine, fresh) as loop:
            told: list[tuple[int, int]] = []
            report = await recover(
                engine, fresh, lambda done, total: told.append((done, total)), task_queue=loop.task_queue
            )
            assert (report.cases, report.open_cases, report.started, report.already_running) == (7, 6, 6, 0)
            assert told[-1] == (6, 6)
            assert report.grant_reminders_started
            again = await recover(engine, fresh, task_queue=loop.task_queue)
            assert (again.started, again.already_running) == (0, 6)
            assert not again.grant_reminders_started
            for case_id in open_ids:
                await loop.done(case_id, cases.notice(OPENED))
            with pytest.raises(RPCError):
                await fresh.get_workflow_handle(workflow_id(declined)).describe()


MARKED = ("Zzmarkedfamily", "Zzmarkedgiven", "Zzmarkednote", "0151-99887766", "Zzmarkedreason")


async def test_nothing_personal_is_readable_in_temporal(loop: Loop) -> None:
    """Names, phone numbers and notes are in no history and no search attribute; the log gives them back."""
    case_id = await loop.opened(
        name=PersonName(family_name=MARKED[0], given_name=MARKED[1]),
        contact_ways=(ContactWay(channel=ContactChannel.PHONE, value=MARKED[3]),),
    )
    await loop.done(
        case_id,
        cases.notice(OPENED),
        cases.consent(OPENED),
        cases.assessment(OPENED),
        cases.eligibility(OPENED, reason=MARKED[4]),
        AddNote(occurred_on=TODAY, text=MARKED[2], confidential=True),
    )
    await loop.give(case_id, open_case(name=PersonName(family_name=MARKED[0])))
    handle = loop.client.get_workflow_handle(workflow_id(case_id))
    seen = b"".join(
        [event.SerializeToString() for event in (await handle.fetch_history()).events]
        + [(await handle.describe()).raw_description.SerializeToString()]
    )
    assert str(case_id).encode() in seen
    for word in MARKED:
        assert word.encode() not in seen
    assert MARKED[2] in str(await loop.history(case_id))
