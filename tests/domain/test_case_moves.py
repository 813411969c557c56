"""Moves: which stage may be entered when, and what it demands; the definition decides, not the code."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.case import decide
from domain.case_moves import enter_refusal
from domain.coaching import AssignCoach
from domain.consent import WithdrawConsent
from domain.course import MeasureGround, RequestSeat, StartCourse
from domain.eligibility import EligibilityResult
from domain.intake import ConsentPurpose
from domain.path import Requirement, StageKind
from domain.replacing import replace
from domain.values import OfferId, ParticipationId
from tests.domain.ground import (
    CASE_ID,
    COACH,
    SEAT,
    CaseFile,
    after_intake,
    assessment,
    closed,
    consent,
    durchstarten,
    eligibility,
    in_ausbildung,
    in_course,
    notice,
    open_case,
    plan,
    rule_of,
    seat_offer,
    seat_requested,
    terms,
    training_contract,
)

DAY = date(2025, 4, 1)
STEPS = {
    Requirement.INFORMATION_NOTICE: notice(),
    Requirement.CONSENT_CASE_MANAGEMENT: consent(),
    Requirement.ASSESSMENT: assessment(),
    Requirement.ELIGIBILITY: eligibility(),
    Requirement.PLAN: plan(),
}
REQUEST = RequestSeat(
    occurred_on=DAY,
    participation_id=SEAT,
    offer_id=OfferId(CASE_ID),
    ground=MeasureGround.ORIENTATION,
    reason="x",
)
ENTERING: dict[StageKind, Any] = {
    StageKind.COACHING: AssignCoach(occurred_on=DAY, coach=COACH),
    StageKind.COURSE: REQUEST,
    StageKind.AUSBILDUNG: training_contract(),
}


@pytest.mark.parametrize("stage", ENTERING)
@pytest.mark.parametrize("missing", Requirement)
def test_a_stage_is_entered_when_everything_it_requires_is_there(
    stage: StageKind, missing: Requirement
) -> None:
    """Each requirement is left out once; only the stages that demand it mind."""
    file = CaseFile().done(open_case(), *(step for key, step in STEPS.items() if key is not missing))
    demanded = missing in durchstarten().stages[stage].requires
    assert rule_of(file.when(ENTERING[stage])) == (f"path.requires_{missing.value}" if demanded else "")


def test_a_decision_against_the_person_does_not_count_as_eligible_and_an_exception_does() -> None:
    for result, rule in (
        (EligibilityResult.NOT_ELIGIBLE, "path.requires_eligibility"),
        (EligibilityResult.EXCEPTION_GRANTED, ""),
    ):
        file = after_intake().done(eligibility(date(2025, 3, 20), result=result))
        assert rule_of(file.when(ENTERING[StageKind.COACHING])) == rule


@pytest.mark.parametrize(
    ("withdrawn_on", "rule"),
    [(date(2025, 4, 1), "path.requires_consent_case_management"), (date(2025, 4, 2), "")],
)
def test_the_consent_must_cover_the_day_on_which_the_stage_begins(withdrawn_on: date, rule: str) -> None:
    withdrawal = WithdrawConsent(occurred_on=withdrawn_on, purpose=ConsentPurpose.CASE_MANAGEMENT)
    assert rule_of(after_intake().done(withdrawal).when(ENTERING[StageKind.COACHING])) == rule


def test_an_expired_consent_is_none() -> None:
    file = CaseFile().done(
        open_case(), notice(), consent(valid_until=date(2025, 3, 31)), eligibility(), assessment(), plan()
    )
    assert rule_of(file.when(ENTERING[StageKind.COACHING])) == "path.requires_consent_case_management"


def test_a_course_does_not_begin_beside_an_ausbildung() -> None:
    file = in_ausbildung()
    request = replace(REQUEST, occurred_on=date(2025, 9, 1), participation_id=ParticipationId(CASE_ID))
    assert rule_of(file.when(request)) == "path.course_not_alongside_ausbildung"


def test_the_path_is_asked_again_on_the_first_day() -> None:
    """Who lost the consent between seat and start does not start."""
    from domain.course import AcceptSeat

    file = seat_requested().done(
        seat_offer(),
        AcceptSeat(occurred_on=date(2025, 4, 10), participation_id=SEAT),
        WithdrawConsent(occurred_on=date(2025, 5, 1), purpose=ConsentPurpose.CASE_MANAGEMENT),
    )
    start = StartCourse(occurred_on=date(2025, 5, 5), participation_id=SEAT)
    assert rule_of(file.when(start)) == "path.requires_consent_case_management"


def test_a_stage_that_the_path_does_not_have_is_not_entered() -> None:
    path = durchstarten()
    without = replace(path, stages={k: v for k, v in path.stages.items() if k is not StageKind.COURSE})
    state = after_intake().state
    decision = decide(REQUEST, state, replace(terms(), path=without))
    assert rule_of(decision) == "path.course_not_in_path"


def test_a_stage_comes_after_those_the_path_names() -> None:
    path = durchstarten()
    coaching_first = replace(path.stages[StageKind.COURSE], after=frozenset({StageKind.COACHING}))
    strict = replace(path, stages={**path.stages, StageKind.COURSE: coaching_first})
    early = decide(REQUEST, after_intake().state, replace(terms(), path=strict))
    assert rule_of(early) == "path.course_too_early"
    file = after_intake().done(ENTERING[StageKind.COACHING])
    assert rule_of(decide(REQUEST, file.state, replace(terms(), path=strict))) == ""


def test_nothing_is_entered_beside_the_follow_up() -> None:
    refusal = enter_refusal(StageKind.COACHING, closed().state, durchstarten(), date(2025, 11, 1))
    assert refusal is not None
    assert refusal.rule_id == "path.coaching_not_alongside_follow_up"


def test_stages_overlap_as_the_path_allows() -> None:
    assert {s.stage for s in in_course().state.running_stages} == {StageKind.COACHING, StageKind.COURSE}
