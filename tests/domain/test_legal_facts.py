"""Recording what the law asks for: entry, toleration, identity, jobs, examinations, submissions, decisions, remedies."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from domain.ausbildung import AusbildungKind, CompleteAusbildung, StartAusbildung
from domain.authority import AuthorityDecisionRecorded, RecordRemedy, RemedyRecorded, SubmissionRecorded
from domain.changes import ChangeResidenceStatus
from domain.corrections import CorrectEntry, EntryCorrected
from domain.law.facts import Obstacle
from domain.law.vocabulary import (
    AuthoritySubject,
    ExamResult,
    IdentityStep,
    LawArea,
    RemedyNotice,
    RemedyStep,
)
from domain.legal_facts import (
    MOST_WEEKLY_HOURS,
    EmploymentRecorded,
    EntryToGermanyRecorded,
    ExamRecorded,
    IdentityClarificationRecorded,
    RecordEmployment,
    RecordEntryToGermany,
    RecordExam,
    RecordIdentityClarification,
    RecordTolerationSince,
    TolerationSinceRecorded,
)
from domain.refusals import Refusal
from domain.replacing import replace
from tests.domain.law_ground import (
    DECISION,
    JOB,
    SUBMISSION,
    TRAINING,
    a_case,
    contract,
    entered,
    exam,
    outcome,
    refused,
    remedy,
    status,
    submitted,
)

ON = date(2026, 5, 4)
STARTED = StartAusbildung(occurred_on=date(2025, 8, 1), ausbildung_id=TRAINING)


def toleration(since: date) -> RecordTolerationSince:
    """Tolerated without a gap since a day."""
    return RecordTolerationSince(occurred_on=ON, tolerated_since=since)


def identity(reached_on: date, step: IdentityStep = IdentityStep.CLARIFIED) -> RecordIdentityClarification:
    """Identity clarified on a day."""
    return RecordIdentityClarification(occurred_on=ON, step=step, reached_on=reached_on)


def job(**changes: Any) -> RecordEmployment:
    """A job of 30 hours from 1 September 2025."""
    values: dict[str, Any] = {
        "occurred_on": ON,
        "employment_id": JOB,
        "starts_on": date(2025, 9, 1),
        "weekly_hours": 30,
    }
    return RecordEmployment(**(values | changes))


GIVEN = [
    (entered(date(2023, 5, 1)), EntryToGermanyRecorded),
    (toleration(date(2024, 5, 1)), TolerationSinceRecorded),
    (identity(date(2025, 5, 1)), IdentityClarificationRecorded),
    (job(), EmploymentRecorded),
    (submitted(AuthoritySubject.BAB, date(2025, 5, 1)), SubmissionRecorded),
    (refused(), AuthorityDecisionRecorded),
]


@pytest.mark.parametrize(("command", "event"), GIVEN, ids=lambda value: getattr(value, "__name__", ""))
def test_a_fact_is_recorded_once(command: Any, event: type[Any]) -> None:
    """Said again, it records nothing."""
    case = a_case()
    (recorded,) = accepted(case.when(command))
    assert type(recorded) is event
    assert case.when(command) == ()


def accepted(decision: Any) -> tuple[Any, ...]:
    """The events of a decision that is no refusal."""
    assert not isinstance(decision, Refusal), decision
    assert isinstance(decision, tuple)
    return decision


@pytest.mark.parametrize(
    ("command", "rule"),
    [
        (RecordEntryToGermany(occurred_on=ON, entered_on=date(2026, 5, 5)), "legal.day_after_entry"),
        (RecordEntryToGermany(occurred_on=ON, entered_on=date(2003, 6, 14)), "legal.entry_before_birth"),
        (RecordEntryToGermany(occurred_on=ON, entered_on=date(1989, 12, 31)), "legal.entry_before_birth"),
        (RecordEntryToGermany(occurred_on=ON, entered_on=date(3, 1, 1)), "legal.entry_before_birth"),
        (toleration(date(2026, 5, 5)), "legal.day_after_entry"),
        (toleration(date(3, 1, 1)), "period.date_out_of_range"),
        (identity(date(2026, 5, 5)), "legal.day_after_entry"),
        (identity(date(1989, 12, 31)), "period.date_out_of_range"),
        (job(weekly_hours=0), "legal.hours_out_of_range"),
        (job(weekly_hours=MOST_WEEKLY_HOURS + 1), "legal.hours_out_of_range"),
        (job(ended_on=date(2025, 8, 31), end_known_on=ON), "legal.job_ends_before_start"),
        (job(ended_on=date(2026, 4, 30)), "legal.job_end_incomplete"),
        (job(end_known_on=date(2026, 4, 30)), "legal.job_end_incomplete"),
        (job(ended_on=date(2026, 4, 30), end_known_on=date(2026, 5, 5)), "legal.day_after_entry"),
        (job(starts_on=date(3, 1, 1)), "period.date_out_of_range"),
        (exam(date(2028, 6, 10)), "ausbildung.unknown"),
        (remedy(RemedyStep.OBJECTION, date(2026, 12, 1)), "legal.decision_unknown"),
        (refused(answers=SUBMISSION), "legal.submission_unknown"),
        (refused(on_objection_to=DECISION), "legal.objection_unknown"),
        (refused(posted_on=date(2026, 11, 20), served_on=date(2026, 11, 20)), "legal.notification_unclear"),
        (refused(posted_on=None, notified_on=None), "legal.notification_unclear"),
        (refused(posted_on=date(2027, 2, 11)), "legal.day_after_entry"),
        (refused(received_on=date(2027, 2, 11)), "legal.day_after_entry"),
        (refused(received_on=date(2026, 11, 19)), "period.receipt_before_posting"),
        (
            refused(notified_on=date(2026, 11, 20), received_on=date(2026, 11, 20)),
            "period.receipt_without_posting",
        ),
        (refused(LawArea.ASYLUM), "legal.service_needed"),
        (refused(LawArea.ASYLUM_ONE_WEEK, notified_on=date(2026, 11, 20)), "legal.service_needed"),
        (refused(notified_on=date(3, 1, 1)), "period.date_out_of_range"),
    ],
)
def test_what_cannot_be_is_refused(command: Any, rule: str) -> None:
    """With a reason in both languages that tells no date of birth."""
    case = a_case()
    before = list(case.history)
    decision = case.when(command)
    assert isinstance(decision, Refusal), decision
    assert decision.rule_id == rule
    assert decision.de
    assert decision.en
    assert case.history == before


@pytest.mark.parametrize(
    "command",
    [
        RecordEntryToGermany(occurred_on=ON, entered_on=ON),
        RecordEntryToGermany(occurred_on=ON, entered_on=date(2003, 6, 15)),
        toleration(ON),
        identity(ON),
        job(weekly_hours=1),
        job(weekly_hours=MOST_WEEKLY_HOURS),
        job(ended_on=date(2025, 9, 1), end_known_on=ON),
        refused(posted_on=date(2027, 2, 10)),
        refused(received_on=date(2027, 2, 10)),
        refused(LawArea.ASYLUM, served_on=date(2027, 2, 10)),
    ],
)
def test_the_last_that_can_be_is_accepted(command: Any) -> None:
    """The other side of each boundary."""
    accepted(a_case().when(command))


def test_tolerated_before_the_entry_is_refused() -> None:
    """By one day; on the day of entry it can be."""
    case = a_case(entered(date(2023, 5, 1)))
    decision = case.when(toleration(date(2023, 4, 30)))
    assert isinstance(decision, Refusal)
    assert decision.rule_id == "legal.tolerated_before_entry"
    accepted(case.when(toleration(date(2023, 5, 1))))


@pytest.mark.parametrize(
    ("command", "rule"),
    [
        (exam(date(2025, 7, 31)), "legal.exam_before_training"),
        (
            RecordExam(
                occurred_on=date(2028, 6, 9),
                ausbildung_id=TRAINING,
                exam_on=date(2028, 6, 10),
                result=ExamResult.PASSED,
            ),
            "legal.result_before_exam",
        ),
    ],
)
def test_an_examination_that_cannot_be_is_refused(command: RecordExam, rule: str) -> None:
    """Before the training, or with a result before the day."""
    decision = a_case(contract(), STARTED).when(command)
    assert isinstance(decision, Refusal)
    assert decision.rule_id == rule


def test_a_failed_examination_may_be_followed_by_another() -> None:
    """The planned date is replaced by the result, the result by a new date; passed in the end, nothing is left."""
    case = a_case(contract(), STARTED, exam(date(2028, 6, 10)), exam(date(2028, 6, 10)))
    assert [e.result for e in case.state.legal.exams] == [ExamResult.PLANNED]
    case.done(exam(date(2028, 6, 10), ExamResult.FAILED, date(2028, 7, 1)))
    assert outcome("training.exam_retake_limit", case.state) == [date(2029, 8, 1)]
    case.done(exam(date(2028, 12, 1), ExamResult.PLANNED, date(2028, 8, 1)))
    assert outcome("training.exam_day", case.state) == [date(2028, 12, 1)]
    case.done(exam(date(2028, 12, 1), ExamResult.PASSED, date(2028, 12, 20)))
    assert outcome("training.exam_retake_limit", case.state) == Obstacle.NO_SUCH_FACT
    case.done(CompleteAusbildung(occurred_on=date(2028, 12, 21), ausbildung_id=TRAINING))
    assert isinstance(case.history[-2].event, ExamRecorded)


def test_a_decision_keeps_its_deadlines_as_they_were_computed() -> None:
    """With the line, the version of the rule and the calendar, so that replay computes nothing."""
    (event,) = accepted(a_case().when(refused(remedy_notice=RemedyNotice.UNKNOWN)))
    assert isinstance(event, AuthorityDecisionRecorded)
    assert [(d.rule, d.due_on) for d in event.deadlines] == [
        ("remedies.objection_social", date(2026, 12, 24)),
        ("remedies.missing_notice_social", date(2027, 11, 24)),
    ]
    assert event.deadlines[0].line_de == "Bekanntgabe 24.11. + 1 Monat = 24.12."
    assert event.deadlines[0].line_en == "notification 24 Nov + 1 month = 24 Dec"
    assert event.calendar_version.startswith("holidays ")


def test_a_decision_that_is_corrected_gets_its_deadlines_anew() -> None:
    """Whatever deadlines the correction brings along; a day that cannot be is refused there too."""
    case = a_case(refused())
    version = len(case.history)
    wrong = case.history[-1].event
    assert isinstance(wrong, AuthorityDecisionRecorded)
    right = replace(wrong, posted_on=None, notified_on=date(2027, 1, 31), deadlines=())
    correct = CorrectEntry(
        occurred_on=date(2027, 2, 12), version=version, replacement=right, reason="Stempel gelesen"
    )
    (corrected,) = accepted(case.when(correct))
    assert isinstance(corrected, EntryCorrected)
    assert outcome("remedies.objection_social", case.state) == [date(2027, 3, 1)]
    for impossible, rule in (
        (replace(right, notified_on=None), "legal.notification_unclear"),
        (replace(right, notified_on=date(3, 1, 1)), "period.date_out_of_range"),
    ):
        decision = case.when(replace(correct, replacement=impossible))
        assert isinstance(decision, Refusal)
        assert decision.rule_id == rule


def test_a_decision_in_the_wrong_case_is_struck_out_with_its_deadlines() -> None:
    """Then nothing is due, and a remedy on it that was recorded stands alone without harm."""
    case = a_case(refused(), remedy(RemedyStep.OBJECTION, date(2026, 12, 10)))
    version = len(case.history) - 1
    case.done(
        CorrectEntry(occurred_on=date(2027, 2, 12), version=version, replacement=None, reason="Falscher Fall")
    )
    assert not [due for due in case.agenda() if due.rule.startswith("remedies.")]


def test_an_id_is_not_used_for_something_else() -> None:
    """A decision or submission of another content under the same id is a mistake, not a repetition."""
    case = a_case(refused(), submitted(AuthoritySubject.BAB, date(2025, 5, 1)))
    for command in (
        refused(notified_on=date(2026, 12, 1)),
        submitted(AuthoritySubject.BAFOEG, date(2025, 5, 1)),
    ):
        decision = case.when(command)
        assert isinstance(decision, Refusal)
        assert decision.rule_id == "legal.recorded_otherwise"


def test_a_remedy_lies_between_decision_and_today() -> None:
    """On the day of posting it can be; the day before and after today not."""
    case = a_case(refused())
    for filed_on, rule in (
        (date(2026, 11, 19), "legal.remedy_before_decision"),
        (date(2027, 2, 11), "legal.day_after_entry"),
    ):
        command = RecordRemedy(
            occurred_on=date(2027, 2, 10), decision_id=DECISION, step=RemedyStep.OBJECTION, filed_on=filed_on
        )
        decision = case.when(command)
        assert isinstance(decision, Refusal)
        assert decision.rule_id == rule
    (event,) = accepted(case.when(remedy(RemedyStep.OBJECTION, date(2026, 11, 20))))
    assert isinstance(event, RemedyRecorded)
    assert case.when(remedy(RemedyStep.OBJECTION, date(2026, 11, 20))) == ()


@pytest.mark.parametrize(
    ("version_from_end", "field", "day"),
    [
        (2, "entered_on", date(2025, 4, 2)),
        (2, "entered_on", date(2024, 5, 2)),
        (1, "tolerated_since", date(2026, 5, 5)),
    ],
)
def test_a_correction_that_makes_the_papers_contradict_each_other_is_refused(
    version_from_end: int, field: str, day: date
) -> None:
    """Entered after it was written down, or after the toleration began; a day before, the correction counts."""
    case = a_case(entered(date(2023, 5, 1)), toleration(date(2024, 5, 1)))
    entry = case.history[-version_from_end]
    replacement = replace(entry.event, **{field: day})
    correct = CorrectEntry(
        occurred_on=date(2026, 5, 6), version=entry.version, replacement=replacement, reason="Karte gelesen"
    )
    decision = case.when(correct)
    assert isinstance(decision, Refusal)
    assert decision.rule_id == "correction.contradicts"
    possible = date(2024, 4, 30) if field == "entered_on" else date(2026, 5, 4)
    accepted(case.when(replace(correct, replacement=replace(entry.event, **{field: possible}))))


@pytest.mark.parametrize("day", [date(1, 1, 1), date(1990, 6, 1), date(2101, 1, 1), date(9999, 12, 31)])
def test_days_that_nobody_can_mean_give_no_dates_and_break_nothing(day: date) -> None:
    """A document without end written as 31.12.9999, a year 0001: the rest of the agenda stands."""
    schulisch = contract(date(2025, 8, 1), AusbildungKind.SCHULISCH, probation_months=0)
    case = a_case(schulisch, residence=status(until=day, since=None))
    signed = case.history[-1]
    case.history[-1] = signed._replace(event=replace(signed.event, starts_on=day, ends_on=day))
    changed = ChangeResidenceStatus(occurred_on=date(2027, 1, 4), residence=status(since=None))
    for later in ((), (changed,)):
        case.done(*later)
        rules = {due.rule for due in case.agenda()}
        assert "contact.none" in rules
        assert "training.60c_apply_from" not in rules


def test_a_job_is_one_however_often_it_is_recorded() -> None:
    """The latest entry counts: more hours, then its end."""
    case = a_case(job(weekly_hours=10), job(), job(ended_on=date(2026, 4, 30), end_known_on=ON))
    (known,) = case.state.legal.employments
    assert (known.weekly_hours, known.ended_on) == (30, date(2026, 4, 30))


def test_another_card_date_is_taken_for_the_toleration() -> None:
    """The latest word counts, and an earlier day than the card of today is what the fact is for."""
    case = a_case(toleration(date(2024, 5, 1)))
    assert outcome("residence.25a_toleration_12_months", case.state) == [date(2025, 5, 1)]
    case.done(toleration(date(2024, 8, 1)))
    assert outcome("residence.25a_toleration_12_months", case.state) == [date(2025, 8, 1)]


def test_the_same_decision_under_another_id_stays_two() -> None:
    """Ids tell decisions apart, not their days."""
    case = a_case(refused(), refused(decision_id=UUID(int=7099)))
    assert len(outcome("remedies.objection_social", case.state)) == 2
