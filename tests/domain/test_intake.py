"""Intake: opening, notice, consents, assessment, eligibility, plan, and the intake that ends early."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from domain.consent import WithdrawConsent
from domain.corrections import CorrectEntry
from domain.eligible.recording import RecordPersonalCheck
from domain.eligible.rule import PersonalCheck, Verdict
from domain.intake import (
    AgreePlan,
    AssessmentRecorded,
    CaseOpened,
    ConsentGiven,
    ConsentPurpose,
    ConsentWithdrawn,
    DeclineIntake,
    DeclineReason,
    EligibilityDecided,
    EligibilityReason,
    EligibilityResult,
    FieldOfAction,
    Goal,
    GoalKind,
    InformationNoticeGiven,
    IntakeDeclined,
    Need,
    PlanAgreed,
    RecordAssessment,
    Residence,
    age_on,
)
from domain.path import StageKind
from domain.replacing import replace
from domain.values import (
    Ags,
    FundingModule,
    LanguageAssessment,
    LanguageLevel,
    LanguageProof,
    LanguageSkill,
    LegalRegime,
    NotStated,
    NotStatedReason,
    ResidenceStatus,
    SchoolLeaving,
    StaffId,
)
from tests.domain.ground import (
    CASEWORKER,
    LATER,
    OPENED,
    CaseFile,
    after_intake,
    assessment,
    consent,
    eligibility,
    in_coaching,
    notice,
    only,
    open_case,
    plan,
    rule_of,
)


def opened(**changes: Any) -> CaseFile:
    """A case that was just opened."""
    return CaseFile().done(open_case(**changes))


def decline(on: date = OPENED, reason: str = "Kein Interesse") -> DeclineIntake:
    """The person does not want to."""
    return DeclineIntake(occurred_on=on, ground=DeclineReason.NO_INTEREST, reason=reason)


# ------------------------------------------------------------------- opening


def test_opening_keeps_the_path_version_and_the_month_of_birth_for_statistics() -> None:
    event = only(CaseFile().when(open_case()))
    assert isinstance(event, CaseOpened)
    assert (event.path, event.path_version, event.birth_month) == ("durchstarten", 1, date(2003, 6, 1))


def test_an_unknown_birth_date_is_no_obstacle() -> None:
    event = only(CaseFile().when(open_case(birth_date=None)))
    assert (event.birth_date, event.birth_month) == (None, None)


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"birth_date": date(1900, 1, 1)}, ""),
        ({"birth_date": date(1899, 12, 31)}, "intake.birth_date_impossible"),
        ({"birth_date": OPENED}, ""),
        ({"birth_date": OPENED + timedelta(days=1)}, "intake.birth_date_impossible"),
        ({"municipality": Ags("05334012")}, ""),
        ({"municipality": Ags("5334012")}, "intake.ags_malformed"),
        ({"municipality": Ags("053340120")}, "intake.ags_malformed"),
        ({"municipality": Ags("0533401x")}, "intake.ags_malformed"),
        ({"municipality": Ags("٠٥٣٣٤٠١٢")}, "intake.ags_malformed"),
        ({"nationalities": ()}, ""),
        ({"nationalities": ("423", "998")}, ""),
        ({"nationalities": ("42",)}, "intake.nationality_malformed"),
        ({"nationalities": ("AFG",)}, "intake.nationality_malformed"),
        ({"nationalities": ("٤٢٣",)}, "intake.nationality_malformed"),
        ({"residence": Residence(status=ResidenceStatus.UNKNOWN)}, ""),
        (
            {
                "residence": Residence(
                    status=ResidenceStatus.TOLERATION_60A, valid_from=OPENED, valid_until=OPENED
                )
            },
            "",
        ),
        (
            {
                "residence": Residence(
                    status=ResidenceStatus.TOLERATION_60A,
                    valid_from=OPENED,
                    valid_until=OPENED - timedelta(days=1),
                )
            },
            "residence.ends_before_start",
        ),
        ({"occurred_on": LATER}, ""),
        ({"occurred_on": LATER + timedelta(days=1)}, "case.in_the_future"),
    ],
)
def test_opening_refuses_what_cannot_be(changes: dict[str, Any], rule: str) -> None:
    assert rule_of(CaseFile().when(open_case(**changes))) == rule


@pytest.mark.parametrize("day", [date(1, 1, 1), date(1989, 12, 31), date(9999, 12, 31)])
def test_a_day_far_away_is_refused_and_never_raises(day: date) -> None:
    assert rule_of(CaseFile().when(open_case(occurred_on=day, birth_date=None))) != ""


def test_a_case_is_opened_once() -> None:
    assert rule_of(opened().when(open_case())) == "case.exists"


@pytest.mark.parametrize("command", [notice(), consent(), decline(), assessment(), eligibility(), plan()])
def test_without_a_case_nothing_can_be_recorded(command: Any) -> None:
    assert rule_of(CaseFile().when(command)) == "case.unknown"


@pytest.mark.parametrize("command", [notice, consent, assessment, eligibility, plan])
def test_nothing_happens_before_the_first_contact(command: Any) -> None:
    assert rule_of(opened().when(command(OPENED - timedelta(days=1)))) == "case.before_first_contact"
    assert rule_of(opened().when(command(OPENED))) == ""


# ------------------------------------------------------- notice and consents


def test_the_notice_is_kept_with_its_version_and_language() -> None:
    event = only(opened().when(notice()))
    assert event == InformationNoticeGiven(occurred_on=OPENED, notice_version="2025-01", language="fa")


@pytest.mark.parametrize(
    ("valid_until", "rule"),
    [
        (None, ""),
        (OPENED, ""),
        (OPENED - timedelta(days=1), "consent.ends_before_start"),
        (date(1, 1, 1), "consent.ends_before_start"),
    ],
)
def test_a_consent_lasts_at_least_its_own_day(valid_until: date | None, rule: str) -> None:
    decision = opened().when(consent(valid_until=valid_until))
    assert rule_of(decision) == rule
    assert rule or isinstance(only(decision), ConsentGiven)


def test_a_withdrawn_consent_counts_up_to_the_day_before() -> None:
    file = opened().done(consent(valid_until=date(2025, 12, 31)))
    event = only(file.when(withdrawal(date(2025, 6, 10))))
    assert isinstance(event, ConsentWithdrawn)
    given = file.state.intake.consent(ConsentPurpose.CASE_MANAGEMENT)
    assert given is not None
    assert [given.in_force(day) for day in (OPENED - timedelta(1), OPENED, date(2025, 6, 9))] == [
        False,
        True,
        True,
    ]
    assert not given.in_force(date(2025, 6, 10))


def withdrawal(on: date, purpose: ConsentPurpose = ConsentPurpose.CASE_MANAGEMENT) -> WithdrawConsent:
    """The participant takes the consent back."""
    return WithdrawConsent(occurred_on=on, purpose=purpose)


def test_a_consent_ends_after_its_last_day() -> None:
    given = opened().done(consent(valid_until=date(2025, 12, 31))).state.intake.consents[0]
    assert (given.in_force(date(2025, 12, 31)), given.in_force(date(2026, 1, 1))) == (True, False)


def test_only_a_given_consent_is_withdrawn_and_only_once() -> None:
    file = opened()
    assert rule_of(file.when(withdrawal(OPENED))) == "consent.not_given"
    file.done(consent(date(2025, 3, 5)))
    assert rule_of(file.when(withdrawal(date(2025, 3, 4)))) == "consent.withdrawn_before_given"
    assert rule_of(file.when(withdrawal(date(2025, 3, 5), ConsentPurpose.EVALUATION))) == "consent.not_given"
    file.done(withdrawal(date(2025, 3, 5)))
    assert file.when(withdrawal(date(2025, 3, 6))) == ()


def test_a_consent_given_again_counts_again() -> None:
    file = opened().done(consent(), withdrawal(date(2025, 4, 1)), consent(date(2025, 5, 1)))
    given = file.state.intake.consent(ConsentPurpose.CASE_MANAGEMENT)
    assert given is not None
    assert given.in_force(date(2025, 5, 1))
    assert not given.in_force(date(2025, 4, 15))


# ---------------------------------------------------------------- assessment


def level(on: date) -> LanguageAssessment:
    """A tested A2."""
    return LanguageAssessment(
        level=LanguageLevel.A2, proof=LanguageProof.TEST, skill=LanguageSkill.ORAL, assessed_on=on
    )


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"needs": ()}, ""),
        ({"needs": (Need(field=FieldOfAction.SCHOOL, priority=3),)}, ""),
        ({"needs": (Need(field=FieldOfAction.SCHOOL, priority=0),)}, "assessment.priority_out_of_range"),
        ({"needs": (Need(field=FieldOfAction.SCHOOL, priority=4),)}, "assessment.priority_out_of_range"),
        ({"language": (level(OPENED),)}, ""),
        ({"language": (level(OPENED + timedelta(days=1)),)}, "assessment.level_in_the_future"),
        ({"work_experience_months": 0}, ""),
        ({"work_experience_months": 600}, ""),
        ({"work_experience_months": -1}, "assessment.experience_out_of_range"),
        ({"work_experience_months": 601}, "assessment.experience_out_of_range"),
        ({"work_experience_months": 10**12}, "assessment.experience_out_of_range"),
        ({"work_experience_months": NotStated(not_stated=NotStatedReason.REFUSED)}, ""),
    ],
)
def test_an_assessment_has_answers_in_range(changes: dict[str, Any], rule: str) -> None:
    values: dict[str, Any] = {"occurred_on": OPENED, "needs": ()}
    command = RecordAssessment(**(values | changes))
    decision = opened().when(command)
    assert rule_of(decision) == rule
    assert rule or isinstance(only(decision), AssessmentRecorded)


def test_not_stated_is_an_answer_and_not_asked_leaves_the_last_answer() -> None:
    refused = NotStated(not_stated=NotStatedReason.REFUSED)
    file = opened().done(
        RecordAssessment(occurred_on=OPENED, needs=(), school_leaving=SchoolLeaving.HSA_9),
        RecordAssessment(occurred_on=OPENED, needs=(), school_leaving=None),
    )
    answers = [file.state.intake.school_leaving]
    file.done(RecordAssessment(occurred_on=OPENED, needs=(), school_leaving=refused))
    answers.append(file.state.intake.school_leaving)
    assert answers == [SchoolLeaving.HSA_9, refused]


# --------------------------------------------------------------- eligibility


@pytest.mark.parametrize(
    ("birthday", "on", "age"),
    [
        (date(2003, 6, 15), date(2021, 6, 14), 17),
        (date(2003, 6, 15), date(2021, 6, 15), 18),
        (date(2004, 2, 29), date(2022, 2, 28), 17),
        (date(2004, 2, 29), date(2022, 3, 1), 18),
    ],
)
def test_a_year_of_life_is_complete_on_the_birthday(birthday: date, on: date, age: int) -> None:
    assert age_on(birthday, on) == age


@pytest.mark.parametrize(
    ("birth_date", "rule", "age"),
    [
        (date(2007, 3, 4), "eligibility.age_outside_range", None),
        (date(2007, 3, 3), "", 18),
        (date(1997, 3, 4), "", 27),
        (date(1997, 3, 3), "eligibility.age_outside_range", None),
        (date(1925, 3, 3), "eligibility.age_outside_range", None),
        (None, "", None),
    ],
)
def test_eligible_are_eighteen_up_to_and_including_twenty_seven(
    birth_date: date | None, rule: str, age: int | None
) -> None:
    """On the day of the decision, 3 March 2025; who has no known birth date is judged by a person."""
    decision = opened(birth_date=birth_date).when(eligibility())
    assert rule_of(decision) == rule
    assert rule or only(decision).age_years == age


@pytest.mark.parametrize("result", [EligibilityResult.EXCEPTION_GRANTED, EligibilityResult.NOT_ELIGIBLE])
def test_outside_the_ages_an_exception_or_a_no_is_possible(result: EligibilityResult) -> None:
    command = eligibility(result=result, ground=EligibilityReason.INDIVIDUAL_NEED)
    event = only(opened(birth_date=date(1990, 1, 1)).when(command))
    assert isinstance(event, EligibilityDecided)
    assert (event.result, event.age_years) == (result, 35)


def test_who_decides_against_the_rules_says_so_and_the_versions_of_the_rules_are_kept() -> None:
    """Under SGB II the rules say no: yes needs a word, an exception is one by itself, and no is no deviation."""
    file = opened(legal_regime=LegalRegime.SGB_II)
    assert rule_of(file.when(eligibility())) == "eligibility.deviates_from_proposal"
    kept = only(file.when(eligibility(against_proposal=True)))
    assert (kept.proposed, kept.against_proposal, kept.result) == (
        Verdict.NO,
        True,
        EligibilityResult.ELIGIBLE,
    )
    used = {rule.rule: (rule.valid_from, rule.verdict) for rule in kept.rules_used}
    assert used["eligible.other_benefits_second"] == (date(2019, 12, 18), Verdict.NO)
    assert used["eligible.age"] == (date(2019, 12, 18), Verdict.YES)
    exception = only(file.when(eligibility(result=EligibilityResult.EXCEPTION_GRANTED)))
    assert exception.against_proposal
    refused = only(file.when(eligibility(result=EligibilityResult.NOT_ELIGIBLE, against_proposal=True)))
    assert (refused.proposed, refused.against_proposal) == (Verdict.NO, False)


def test_a_no_against_a_yes_of_the_rules_needs_a_word_too() -> None:
    """And where the rules cannot decide, whatever is decided is against nothing."""
    file = opened(legal_regime=LegalRegime.ASYLBLG_3)
    no = eligibility(result=EligibilityResult.NOT_ELIGIBLE, ground=EligibilityReason.EXCLUDED_PERSON)
    assert only(file.when(no)).proposed is Verdict.UNKNOWN
    for check in (PersonalCheck.STATE_FACILITY, PersonalCheck.EXCLUDED_FROM_FUNDING):
        file.done(RecordPersonalCheck(occurred_on=OPENED, check=check, holds=False))
    assert rule_of(file.when(no)) == "eligibility.deviates_from_proposal"
    assert only(file.when(replace(no, against_proposal=True))).against_proposal
    assert not only(file.when(eligibility())).against_proposal


def test_a_corrected_result_says_anew_whether_it_is_against_the_rules() -> None:
    """What the rules said on the day stays; whether the decision was against it follows the decision."""
    file = opened(legal_regime=LegalRegime.SGB_II).done(eligibility(against_proposal=True))
    entry = file.history[-1]
    right = replace(entry.event, result=EligibilityResult.NOT_ELIGIBLE)
    file.done(
        CorrectEntry(
            occurred_on=OPENED, version=entry.version, replacement=right, reason="Versehentlich angekreuzt"
        )
    )
    corrected = file.history[-1].event.replacement
    assert (corrected.proposed, corrected.against_proposal) == (Verdict.NO, False)


@pytest.mark.parametrize("reason", ["", "  ", "\n\t"])
def test_every_decision_on_eligibility_has_a_reason(reason: str) -> None:
    assert rule_of(opened().when(eligibility(reason=reason))) == "eligibility.reason_missing"


def test_a_decision_for_a_module_counts_before_the_one_for_the_programme() -> None:
    file = opened().done(
        eligibility(),
        eligibility(
            module=FundingModule.F2,
            result=EligibilityResult.NOT_ELIGIBLE,
            ground=EligibilityReason.EMPLOYMENT_BAN,
            decided_by=StaffId("ki-staedteregion"),
        ),
    )
    for module, result in (
        (FundingModule.F2, EligibilityResult.NOT_ELIGIBLE),
        (FundingModule.F4, EligibilityResult.ELIGIBLE),
        (None, EligibilityResult.ELIGIBLE),
    ):
        decided = file.state.intake.eligible(module)
        assert decided is not None
        assert decided.result is result


# ---------------------------------------------------------------------- plan


def goal(on: date) -> Goal:
    """One goal."""
    return Goal(kind=GoalKind.WORK, target_on=on)


@pytest.mark.parametrize(
    ("goals", "rule"),
    [
        ((), "plan.goals_missing"),
        ((goal(OPENED),), ""),
        ((goal(OPENED - timedelta(days=1)),), "plan.target_in_the_past"),
        ((goal(LATER), goal(date(1, 1, 1))), "plan.target_in_the_past"),
    ],
)
def test_a_plan_has_goals_that_lie_ahead(goals: tuple[Goal, ...], rule: str) -> None:
    assert rule_of(opened().when(AgreePlan(occurred_on=OPENED, goals=goals, agreement="x"))) == rule


def test_a_revision_is_counted_and_needs_a_reason() -> None:
    file = after_intake()
    revised = AgreePlan(occurred_on=date(2025, 9, 1), goals=(goal(LATER),), agreement="neu")
    assert rule_of(file.when(revised)) == "plan.reason_missing"
    reasoned = AgreePlan(
        occurred_on=date(2025, 9, 1), goals=(goal(LATER),), agreement="neu", reason="Arbeit statt Ausbildung"
    )
    event = only(file.when(reasoned))
    assert isinstance(event, PlanAgreed)
    assert event.revision == 2
    assert file.state.intake.goals == (goal(LATER),)


def test_the_plan_ends_the_intake() -> None:
    file = CaseFile().done(open_case(), notice(), consent(), assessment(), eligibility())
    assert [stage.stage for stage in file.state.running_stages] == [StageKind.INTAKE]
    file.done(plan(date(2025, 3, 20)))
    assert file.state.running_stages == ()
    assert file.state.stages[0].to_on == date(2025, 3, 20)


# -------------------------------------------------------------------- decline


def test_a_declined_intake_is_no_open_case_any_more() -> None:
    file = opened()
    assert isinstance(only(file.when(decline(date(2025, 4, 1)))), IntakeDeclined)
    assert (file.state.open, file.state.declined, file.state.finished) == (False, True, True)
    assert file.state.caseworker == CASEWORKER
    assert rule_of(file.when(notice(date(2025, 4, 2)))) == "case.closed"


def test_declining_needs_a_reason_and_no_plan() -> None:
    assert rule_of(opened().when(decline(reason=" "))) == "intake.reason_missing"
    assert rule_of(in_coaching().when(decline(date(2025, 4, 1)))) == "intake.plan_already_agreed"
