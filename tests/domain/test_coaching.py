"""Coaching: a coach, contacts held or in vain, steps and promises; before, during and after courses."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.coaching import (
    AgreeStep,
    AssignCoach,
    CoachAssigned,
    CoachingEnd,
    CoachingEnded,
    CompleteStep,
    ContactAttempted,
    ContactHeld,
    ContactKind,
    ContactProof,
    EndCoaching,
    MakePromise,
    PromiseBroken,
    PromiseKept,
    PromiseMade,
    RecordContact,
    SettlePromise,
    StepAgreed,
    StepCompleted,
)
from domain.path import StageKind
from domain.values import DutyHolder, StaffId
from tests.domain.ground import COACH, CaseFile, in_coaching, in_course, only, rule_of

BEGUN = date(2025, 3, 10)
DAY = date(2025, 4, 1)
ITEM = UUID(int=77)


def contact(**changes: Any) -> RecordContact:
    """Forty minutes in person."""
    values: dict[str, Any] = {
        "occurred_on": DAY,
        "kind": ContactKind.IN_PERSON,
        "held": True,
        "minutes": 40,
        "proof": ContactProof.SIGNATURE,
    }
    return RecordContact(**(values | changes))


def step(**changes: Any) -> AgreeStep:
    """A step due on the day it is agreed."""
    values: dict[str, Any] = {
        "occurred_on": DAY,
        "step_id": ITEM,
        "owner": DutyHolder.PARTICIPANT,
        "due_on": DAY,
        "text": "Lebenslauf mitbringen",
    }
    return AgreeStep(**(values | changes))


def promise(**changes: Any) -> MakePromise:
    """A promise due on the day it is made."""
    values: dict[str, Any] = {
        "occurred_on": DAY,
        "promise_id": ITEM,
        "by": DutyHolder.CASEWORKER,
        "due_on": DAY,
        "text": "Rückruf",
    }
    return MakePromise(**(values | changes))


def settle(kept: bool = True, on: date = DAY) -> SettlePromise:
    """The promise is settled."""
    return SettlePromise(occurred_on=on, promise_id=ITEM, kept=kept)


def end(on: date = DAY) -> EndCoaching:
    """The coaching ends."""
    return EndCoaching(occurred_on=on, ground=CoachingEnd.GOALS_REACHED)


def test_the_first_coach_begins_the_coaching_and_the_second_takes_it_over() -> None:
    file = in_coaching()
    other = AssignCoach(occurred_on=DAY, coach=StaffId("coach-2"), provider="Lernhaus Vichttal")
    assert isinstance(only(file.when(other)), CoachAssigned)
    assert (file.state.coaching.coach, file.state.coaching.running_since) == ("coach-2", BEGUN)
    assert [s.stage for s in file.state.stages] == [StageKind.INTAKE, StageKind.COACHING]


def test_assigning_the_same_coach_again_records_nothing() -> None:
    assert in_coaching().when(AssignCoach(occurred_on=DAY, coach=COACH)) == ()


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"minutes": 0}, ""),
        ({"minutes": 1440}, ""),
        ({"minutes": 1441}, "contact.minutes_out_of_range"),
        ({"minutes": -1}, "contact.minutes_out_of_range"),
        ({"minutes": 10**9}, "contact.minutes_out_of_range"),
        ({"held": False, "minutes": 0, "proof": ContactProof.NONE}, ""),
        ({"held": False, "minutes": 1, "proof": ContactProof.NONE}, "contact.attempt_with_minutes"),
    ],
)
def test_a_contact_lasts_no_longer_than_a_day_and_an_attempt_no_time(
    changes: dict[str, Any], rule: str
) -> None:
    decision = in_coaching().when(contact(**changes))
    assert rule_of(decision) == rule
    held = changes.get("held", True)
    assert rule or isinstance(only(decision), ContactHeld if held else ContactAttempted)


def test_contacts_and_attempts_are_counted_apart_and_a_contact_ends_the_row_of_attempts() -> None:
    file = in_coaching().done(contact(held=False, minutes=0), contact(held=False, minutes=0))
    assert file.state.coaching.attempts_since_contact == 2
    file.done(contact(minutes=25), contact(minutes=20))
    coaching = file.state.coaching
    assert (coaching.contacts_held, coaching.contacts_attempted, coaching.attempts_since_contact) == (2, 2, 0)
    assert coaching.minutes == 45


def test_a_contact_entered_late_does_not_move_the_last_contact_back() -> None:
    file = in_coaching().done(contact(occurred_on=DAY), contact(occurred_on=DAY - timedelta(days=3)))
    assert file.state.coaching.last_contact_on == DAY


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"due_on": DAY}, ""),
        ({"due_on": DAY - timedelta(days=1)}, "step.due_in_the_past"),
        ({"text": " "}, "step.text_missing"),
    ],
)
def test_a_step_is_described_and_lies_ahead(changes: dict[str, Any], rule: str) -> None:
    decision = in_coaching().when(step(**changes))
    assert rule_of(decision) == rule
    assert rule or isinstance(only(decision), StepAgreed)


def test_a_step_is_agreed_once_done_once_and_stays_done() -> None:
    file = in_coaching()
    complete = CompleteStep(occurred_on=DAY, step_id=ITEM)
    assert rule_of(file.when(complete)) == "step.unknown"
    file.done(step())
    assert file.when(step(text="anders")) == ()
    assert isinstance(only(file.when(complete)), StepCompleted)
    assert file.when(complete) == ()
    assert file.when(step()) == ()
    assert file.state.coaching.steps == ()


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"due_on": DAY}, ""),
        ({"due_on": DAY - timedelta(days=1)}, "promise.due_in_the_past"),
        ({"text": ""}, "promise.text_missing"),
    ],
)
def test_a_promise_is_described_and_lies_ahead(changes: dict[str, Any], rule: str) -> None:
    decision = in_coaching().when(promise(**changes))
    assert rule_of(decision) == rule
    assert rule or isinstance(only(decision), PromiseMade)


@pytest.mark.parametrize(("kept", "event", "broken"), [(True, PromiseKept, 0), (False, PromiseBroken, 1)])
def test_a_promise_is_kept_or_broken_once(kept: bool, event: type[Any], broken: int) -> None:
    file = in_coaching()
    assert rule_of(file.when(settle())) == "promise.unknown"
    file.done(promise())
    assert file.when(promise(text="anders")) == ()
    assert isinstance(only(file.when(settle(kept))), event)
    assert file.when(settle(not kept)) == ()
    assert file.state.coaching.broken_promises == broken
    assert file.state.coaching.promises == ()


@pytest.mark.parametrize(("on", "accepted"), [(DAY, True), (DAY - timedelta(days=1), False)])
def test_nothing_is_settled_before_the_day_it_was_agreed(on: date, accepted: bool) -> None:
    file = in_coaching().done(step(), promise())
    completed, settled = CompleteStep(occurred_on=on, step_id=ITEM), replace(settle(), occurred_on=on)
    assert rule_of(file.when(completed)) == ("" if accepted else "step.completed_before_agreed")
    assert rule_of(file.when(settled)) == ("" if accepted else "promise.settled_before_made")


@pytest.mark.parametrize(
    ("on", "rule"),
    [(BEGUN, ""), (BEGUN - timedelta(days=1), "coaching.ends_before_start"), (DAY, "")],
)
def test_a_coaching_ends_on_its_first_day_at_the_earliest(on: date, rule: str) -> None:
    decision = in_coaching().when(end(on))
    assert rule_of(decision) == rule
    assert rule or isinstance(only(decision), CoachingEnded)


def test_coaching_may_begin_again_and_each_time_is_an_interval_of_its_own() -> None:
    file = in_coaching().done(end())
    assert rule_of(file.when(end())) == "coaching.not_running"
    file.done(AssignCoach(occurred_on=date(2025, 6, 1), coach=COACH))
    intervals = [(s.from_on, s.to_on) for s in file.state.stages if s.stage is StageKind.COACHING]
    assert intervals == [(BEGUN, DAY), (date(2025, 6, 1), None)]


def test_coaching_runs_beside_a_course() -> None:
    file: CaseFile = in_course()
    assert {s.stage for s in file.state.running_stages} == {StageKind.COACHING, StageKind.COURSE}
    assert rule_of(file.when(contact(occurred_on=date(2025, 6, 1)))) == ""
