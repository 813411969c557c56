"""A command goes through the workflow of its case into the log: once, in turn, and refused in words."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from adapters.staff_directory import FileStaffDirectory
from domain.changes import AddNote
from domain.coaching import AssignCoach
from domain.intake import DeclineIntake, DeclineReason
from domain.personal import ERASED
from domain.ports import Absence
from domain.refusals import Refusal
from domain.values import Ags, StaffId
from services.bootstrap import Engine
from services.gateway import CarriedOut
from tests.domain import ground as cases
from tests.workflows.ground import (
    ENDS_SOON,
    OPENED,
    TODAY,
    Loop,
    context,
    eventually,
    open_case,
    running_loop,
)
from workflows.messages import workflow_id
from workflows.reminder_mail import short_id


async def test_a_case_is_opened_and_worked_on_through_its_workflow(loop: Loop) -> None:
    """Commands come back as accepted with their events and position, and the log has them in order."""
    case_id = uuid4()
    opened = await loop.give(case_id, open_case())
    assert isinstance(opened, CarriedOut)
    assert (opened.version, list(opened.events)) == (1, ["case_opened"])
    done = await loop.done(
        case_id,
        cases.notice(OPENED),
        cases.consent(OPENED),
        cases.assessment(OPENED),
        cases.eligibility(OPENED),
    )
    assert done.version == 5
    assert done.position == (await loop.history(case_id))[-1].position
    assert await loop.names(case_id) == [
        "CaseOpened",
        "InformationNoticeGiven",
        "ConsentGiven",
        "AssessmentRecorded",
        "EligibilityDecided",
    ]


async def test_a_refusal_reaches_the_caller_in_words_and_the_workflow_lives_on(loop: Loop) -> None:
    """What the domain refuses is a Refusal with its rule, nothing is recorded, and the next command is carried out."""
    case_id = await loop.opened()
    refused = await loop.give(case_id, AssignCoach(occurred_on=TODAY, coach=StaffId("coach-1")))
    assert isinstance(refused, Refusal)
    assert refused.rule_id == "path.requires_information_notice"
    assert await loop.names(case_id) == ["CaseOpened"]
    await loop.done(case_id, cases.notice(OPENED))


async def test_a_command_given_twice_has_one_effect_and_one_outcome(loop: Loop) -> None:
    """The same command id gives the same version and position, and one note."""
    case_id, command_id = await loop.opened(), uuid4()
    note = AddNote(occurred_on=TODAY, text="Angerufen", confidential=False)
    first = await loop.give(case_id, note, command_id)
    again = await loop.give(case_id, note, command_id)
    assert isinstance(first, CarriedOut)
    assert isinstance(again, CarriedOut)
    assert (again.version, again.position, again.events) == (first.version, first.position, first.events)
    assert (await loop.names(case_id)).count("NoteAdded") == 1


async def test_commands_of_one_case_wait_for_each_other(loop: Loop) -> None:
    """Twenty at once are all carried out, each on the state that the one before left."""
    case_id = await loop.opened()
    outcomes = await asyncio.gather(
        *(
            loop.give(case_id, AddNote(occurred_on=TODAY, text=f"Notiz {n}", confidential=False))
            for n in range(20)
        )
    )
    versions = [outcome.version for outcome in outcomes if isinstance(outcome, CarriedOut)]
    assert sorted(versions) == list(range(2, 22))


async def test_of_two_commands_on_the_same_version_the_second_is_refused(loop: Loop) -> None:
    """If-Match lets one of two pass."""
    case_id = await loop.opened()
    notes = [AddNote(occurred_on=TODAY, text=text, confidential=False) for text in ("eins", "zwei")]
    outcomes = await asyncio.gather(
        *(loop.gateway.case(case_id, note, context(if_version=1)) for note in notes)
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["CarriedOut", "Refusal"]
    (refusal,) = (outcome for outcome in outcomes if isinstance(outcome, Refusal))
    assert refusal.rule_id == "stream.changed"


async def test_an_unknown_case_leaves_no_workflow_behind(loop: Loop) -> None:
    """A command for a case that is not in the log is refused without asking Temporal."""
    case_id = uuid4()
    refused = await loop.give(case_id, cases.notice(OPENED))
    assert isinstance(refused, Refusal)
    assert refused.rule_id == "case.unknown"
    with pytest.raises(RPCError) as caught:
        await loop.client.get_workflow_handle(workflow_id(case_id)).describe()
    assert caught.value.status is RPCStatusCode.NOT_FOUND


async def test_opening_a_case_that_is_there_for_somebody_else_is_refused(loop: Loop) -> None:
    """The id of a case belongs to one participant; another one's opening changes nothing."""
    case_id = await loop.opened()
    assert isinstance(await loop.give(case_id, open_case()), Refusal)
    assert await loop.names(case_id) == ["CaseOpened"]


async def test_a_refused_opening_ends_its_workflow(loop: Loop) -> None:
    """Opening on a wrong AGS is refused, and no workflow stays for a case that does not exist."""
    case_id = uuid4()
    refused = await loop.give(case_id, open_case(municipality=Ags("123")))
    assert isinstance(refused, Refusal)
    assert await loop.history(case_id) == []
    assert await loop.client.get_workflow_handle(workflow_id(case_id)).result() is None


async def test_a_finished_case_ends_its_workflow_and_a_later_command_raises_it_again(loop: Loop) -> None:
    """A declined intake needs no workflow; a note for it is carried out all the same."""
    case_id = await loop.opened()
    await loop.done(
        case_id,
        DeclineIntake(occurred_on=TODAY, ground=DeclineReason.NO_INTEREST, reason="möchte nicht"),
    )
    assert await loop.client.get_workflow_handle(workflow_id(case_id)).result() is None
    again = await loop.done(case_id, AddNote(occurred_on=TODAY, text="Nachtrag", confidential=False))
    assert again.version == 3


async def test_a_burst_on_a_case_that_ends_each_time_loses_no_command(loop: Loop) -> None:
    """Commands that meet a workflow just ending are carried out by the next one."""
    case_id = await loop.opened()
    await loop.done(
        case_id,
        DeclineIntake(occurred_on=TODAY, ground=DeclineReason.NO_INTEREST, reason="möchte nicht"),
    )
    outcomes = await asyncio.gather(
        *(
            loop.give(case_id, AddNote(occurred_on=TODAY, text=f"Nachtrag {n}", confidential=False))
            for n in range(30)
        )
    )
    assert all(isinstance(outcome, CarriedOut) for outcome in outcomes)
    assert (await loop.names(case_id)).count("NoteAdded") == 30


async def test_running_cases_can_be_searched_without_anything_personal(loop: Loop) -> None:
    """Municipality, caseworker, path, stage and next date are searchable."""
    case_id = await loop.opened()

    async def found() -> bool:
        description = await loop.client.get_workflow_handle(workflow_id(case_id)).describe()
        shown = {pair.key.name: pair.value for pair in description.typed_search_attributes}
        return (
            shown.get("TeilhabeMunicipality") == cases.ESCHWEILER
            and shown.get("TeilhabeCaseworker") == cases.CASEWORKER
            and shown.get("TeilhabePath") == "durchstarten/1"
            and shown.get("TeilhabeStages") == ["intake"]
            and "TeilhabeNextDueAt" in shown
        )

    await eventually(found)


async def test_nothing_is_recorded_about_a_person_who_was_erased(loop: Loop) -> None:
    """A clear refusal, not an outage; what was not personal can still be read."""
    case_id = await loop.opened()
    opened = (await loop.history(case_id))[0].event
    await loop.engine.keys.destroy(opened.participant_id)
    note = AddNote(occurred_on=TODAY, text="Angerufen", confidential=False)
    outcome = await loop.give(case_id, note)
    assert isinstance(outcome, Refusal)
    assert outcome.rule_id == "participant.erased"
    again = await loop.give(case_id, open_case(participant_id=opened.participant_id))
    assert isinstance(again, Refusal)
    assert again.rule_id == "participant.erased"
    [entry] = await loop.history(case_id)
    assert entry.event.name is ERASED
    assert entry.event.municipality == opened.municipality


async def test_a_reminder_that_is_due_is_mailed_and_confirmed_by_itself(loop: Loop) -> None:
    """A title that ends in fifty days: the caseworker gets a mail in both languages, about nobody by name."""
    case_id = await loop.opened(residence=ENDS_SOON)

    async def confirmed() -> bool:
        return "ReminderDelivered" in await loop.names(case_id)

    await eventually(confirmed)
    [mail] = loop.mail.sent
    assert mail.to == f"{cases.CASEWORKER}@staff.example"
    assert "Bitte im System nachsehen" in mail.text
    assert "Please look in the system" in mail.text
    assert "Aufenthaltsdokument läuft ab" in mail.subject
    assert short_id(case_id) in mail.subject
    assert "Berechnung: " in mail.text
    assert "Grundlage: " in mail.text
    assert "Haidari" not in mail.text + mail.subject


async def test_a_reminder_without_an_address_stays_on_the_work_list(engine: Engine, client: Client) -> None:
    """Nobody to write to, not even in the coordination, is recorded and not tried for ever."""
    async with running_loop(engine, client, staff=FileStaffDirectory()) as loop:
        case_id = await loop.opened(residence=ENDS_SOON)

        async def given_up() -> bool:
            return "ReminderUndeliverable" in await loop.names(case_id)

        await eventually(given_up)
        assert loop.mail.sent == []


async def test_the_coordination_is_told_when_the_caseworker_is_away_without_a_deputy(
    engine: Engine, client: Client
) -> None:
    """And while there is a deputy, the deputy: the event says to whom the mail went, and why."""
    away = (Absence(from_on=TODAY - timedelta(days=1), to_on=TODAY + timedelta(days=1)),)
    staff = FileStaffDirectory(
        mail_domain="staff.example",
        absences={cases.CASEWORKER: away, "cw-alsdorf-1": away},
        deputies={"cw-alsdorf-1": "cw-alsdorf-2"},
    )
    async with running_loop(engine, client, staff=staff) as loop:
        alone = await loop.opened(residence=ENDS_SOON)
        deputised = await loop.opened(residence=ENDS_SOON, caseworker=StaffId("cw-alsdorf-1"))

        async def told() -> bool:
            return len(loop.mail.sent) == 2

        await eventually(told)
        recipients = {short: mail.to for mail in loop.mail.sent for short in mail.subject.split()[-1:]}
        assert recipients == {
            short_id(alone): "coordinating-office@staff.example",
            short_id(deputised): "cw-alsdorf-2@staff.example",
        }
