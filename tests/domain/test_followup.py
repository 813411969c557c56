"""Follow-up: asked after the exit only, settled once; "not reached" needs an attempt."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.closing import ReopenCase
from domain.coaching import ContactKind
from domain.followup import (
    FollowUpAttempted,
    FollowUpNotReached,
    FollowUpOutcomeRecorded,
    RecordFollowUpAttempt,
    RecordFollowUpNotReached,
    RecordFollowUpOutcome,
)
from domain.path import StageKind
from domain.values import Destination
from tests.domain.ground import closed, closing, in_coaching, only, rule_of

ASKED = date(2025, 12, 1)


def attempt(on: date = ASKED) -> RecordFollowUpAttempt:
    """Nobody picked up."""
    return RecordFollowUpAttempt(occurred_on=on, kind=ContactKind.PHONE)


def outcome(on: date = ASKED, destination: Destination = Destination.EMPLOYMENT) -> RecordFollowUpOutcome:
    """Where the person is now."""
    return RecordFollowUpOutcome(occurred_on=on, destination=destination)


def not_reached(on: date = ASKED) -> RecordFollowUpNotReached:
    """Given up."""
    return RecordFollowUpNotReached(occurred_on=on)


@pytest.mark.parametrize("command", [attempt(), outcome(), not_reached()])
def test_there_is_no_follow_up_while_the_case_is_open(command: Any) -> None:
    assert rule_of(in_coaching().when(command)) == "follow_up.case_open"


@pytest.mark.parametrize(
    ("command", "rule"),
    [
        (attempt(date(2025, 9, 30)), "follow_up.before_exit"),
        (attempt(date(2025, 10, 1)), ""),
        (outcome(date(2025, 10, 1)), ""),
        (outcome(date(2025, 9, 30)), "follow_up.before_exit"),
        (not_reached(), "follow_up.no_attempt"),
    ],
)
def test_the_follow_up_comes_after_the_exit(command: Any, rule: str) -> None:
    assert rule_of(closed().when(command)) == rule


def test_not_reached_says_how_often_it_was_tried() -> None:
    file = closed().done(attempt(), attempt())
    assert isinstance(file.history[-1].event, FollowUpAttempted)
    event = only(file.when(not_reached()))
    assert isinstance(event, FollowUpNotReached)
    assert event.attempts == 2
    assert file.state.finished
    assert file.when(not_reached()) == ()


def test_a_result_stands_and_is_corrected_not_repeated() -> None:
    file = closed()
    assert isinstance(only(file.when(outcome())), FollowUpOutcomeRecorded)
    assert file.when(outcome()) == ()
    assert rule_of(file.when(outcome(destination=Destination.NONE))) == "follow_up.already_settled"
    assert rule_of(file.when(attempt())) == "follow_up.already_settled"
    assert rule_of(file.when(not_reached())) == "follow_up.already_settled"


def test_the_follow_up_is_a_stage_from_exit_to_result() -> None:
    file = closed().done(outcome())
    stage = file.state.stages[-1]
    assert (stage.stage, stage.from_on, stage.to_on) == (StageKind.FOLLOW_UP, date(2025, 10, 1), ASKED)


def test_each_exit_has_a_follow_up_of_its_own() -> None:
    file = closed().done(
        attempt(),
        ReopenCase(occurred_on=date(2025, 12, 5), reason="Wieder da"),
        closing(date(2025, 12, 20)),
    )
    assert file.state.follow_up.attempts == 0
    assert rule_of(file.when(not_reached(date(2025, 12, 21)))) == "follow_up.no_attempt"
