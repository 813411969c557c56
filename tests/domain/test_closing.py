"""Closing and reopening: reason and destination apart, nothing left open behind, and a way back."""

from __future__ import annotations

from datetime import date

import pytest

from domain.ausbildung import RecordApplication
from domain.case import CASE_COMMANDS
from domain.closing import CaseClosed, CaseReopened, ReopenCase
from domain.coaching import AssignCoach, CoachingEnd, CoachingEnded
from domain.consent import WithdrawConsent
from domain.course import AbandonCourse, AbandonReason
from domain.intake import ConsentPurpose, DeclineIntake, DeclineReason
from domain.path import StageKind
from domain.values import Destination, ExitReason
from tests.domain.ground import (
    COACH,
    SEAT,
    CaseFile,
    after_intake,
    closed,
    closing,
    in_ausbildung,
    in_coaching,
    in_course,
    only,
    open_case,
    rule_of,
    seat_requested,
)

CLOSED = date(2025, 10, 1)


def reopen(on: date = date(2025, 11, 3), reason: str = "Hat sich gemeldet") -> ReopenCase:
    """Work goes on."""
    return ReopenCase(occurred_on=on, reason=reason)


def test_closing_ends_the_coaching_and_begins_the_follow_up() -> None:
    file = in_coaching()
    decision = file.when(closing())
    assert isinstance(decision, tuple)
    ended, last = decision
    assert isinstance(ended, CoachingEnded)
    assert ended.ground is CoachingEnd.CASE_CLOSED
    assert isinstance(last, CaseClosed)
    assert (last.exit_reason, last.destination) == (ExitReason.WORK, Destination.EMPLOYMENT)
    assert [s.stage for s in file.state.running_stages] == [StageKind.FOLLOW_UP]


def test_closing_needs_a_reason_in_words() -> None:
    assert rule_of(in_coaching().when(closing(reason=" "))) == "case.reason_missing"


@pytest.mark.parametrize("file", [seat_requested(), in_course()], ids=["requested", "running"])
def test_a_case_with_an_open_participation_is_not_closed(file: CaseFile) -> None:
    assert rule_of(file.when(closing())) == "case.participation_open"


@pytest.mark.parametrize(
    ("on", "rule"),
    [(date(2025, 9, 14), "case.closed_before_last_step"), (date(2025, 9, 15), "")],
)
def test_the_exit_does_not_lie_before_the_last_step(on: date, rule: str) -> None:
    left = AbandonCourse(
        occurred_on=date(2025, 9, 15), participation_id=SEAT, ground=AbandonReason.OWN_WISH, reason="x"
    )
    assert rule_of(in_course().done(left).when(closing(on))) == rule


def test_an_ausbildung_goes_on_after_the_exit() -> None:
    file = in_ausbildung().done(
        closing(destination=Destination.AUSBILDUNG, exit_reason=ExitReason.AUSBILDUNG)
    )
    assert {s.stage for s in file.state.running_stages} == {StageKind.AUSBILDUNG, StageKind.FOLLOW_UP}


def test_closing_the_same_way_again_records_nothing_and_another_way_is_refused() -> None:
    file = closed()
    assert file.when(closing()) == ()
    assert rule_of(file.when(closing(destination=Destination.NONE))) == "case.closed"


def test_a_declined_intake_is_not_closed() -> None:
    file = CaseFile().done(
        open_case(),
        DeclineIntake(occurred_on=date(2025, 3, 5), ground=DeclineReason.NO_CONTACT, reason="x"),
    )
    assert rule_of(file.when(closing())) == "case.closed"
    assert isinstance(only(file.when(reopen())), CaseReopened)
    assert file.state.open


def test_a_closed_case_takes_follow_up_notes_withdrawals_and_reopening_only() -> None:
    file = closed()
    application = RecordApplication(
        occurred_on=date(2025, 11, 1), application_id=SEAT, employer="x", occupation="33212"
    )
    assert rule_of(file.when(application)) == "case.closed"
    assert rule_of(file.when(AssignCoach(occurred_on=date(2025, 11, 1), coach=COACH))) == "case.closed"
    withdrawal = WithdrawConsent(occurred_on=date(2025, 11, 1), purpose=ConsentPurpose.CASE_MANAGEMENT)
    assert rule_of(file.when(withdrawal)) == ""
    assert len(CASE_COMMANDS) > 30


@pytest.mark.parametrize(
    ("command", "rule"),
    [
        (reopen(CLOSED), ""),
        (reopen(date(2025, 9, 30)), "case.reopened_before_closing"),
        (reopen(reason=""), "case.reason_missing"),
    ],
)
def test_reopening_comes_after_closing_and_with_a_reason(command: ReopenCase, rule: str) -> None:
    assert rule_of(closed().when(command)) == rule


def test_a_reopened_case_works_like_an_open_one() -> None:
    file = closed().done(reopen())
    assert file.state.open
    assert file.state.running_stages == ()
    assert file.when(reopen()) == ()
    again = AssignCoach(occurred_on=date(2025, 11, 4), coach=COACH)
    assert rule_of(file.when(again)) == ""
    assert rule_of(file.when(closing(date(2025, 12, 1)))) == ""


def test_reopening_an_open_case_records_nothing() -> None:
    assert after_intake().when(reopen()) == ()


def test_no_contact_is_counted_anew_from_the_reopening() -> None:
    """Nobody is told of a silence that lay between exit and reopening."""
    file = in_coaching().done(closing(), reopen())
    silence = next(due for due in file.agenda() if due.rule == "contact.none")
    assert silence.due_on == date(2025, 12, 3)
    assert silence.line_de == "Wiederaufnahme 03.11. + 30 Tage = 03.12."
