"""The facts rules hang on, derived from a case: pure, and never a guess where nobody has recorded a thing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from domain.case_state import CaseState
from domain.law.rule import Trigger
from domain.law.vocabulary import AuthoritySubject, ExamResult, LawArea, RemedyStep, StoredDeadline
from domain.participation import SeatStatus
from domain.path import Title
from domain.periods import FIRST_DATE
from domain.replacing import quickly_made
from domain.residence_history import status_on, tolerated_since
from domain.training import AusbildungKind, Training, TrainingStatus
from domain.values import FundingModule, ResidenceStatus

PROBATION_RULE: Final = "ausbildung.probation_end"
"""The rule whose date the contract stored."""
LEAST_HOURS: Final = 20
"""Weekly hours from which a job counts for § 60d (1) Nr. 3 AufenthG."""
_ONE_YEAR = timedelta(365)


class Obstacle(StrEnum):
    """Why a rule gives no date for a case."""

    CASE_NOT_OPEN = "case_not_open"
    NOT_WATCHED = "not_watched"
    NO_SUCH_FACT = "no_such_fact"
    BIRTH_UNKNOWN = "birth_unknown"
    ENTRY_UNKNOWN = "entry_unknown"
    TOLERATION_START_UNKNOWN = "toleration_start_unknown"
    NOT_IN_FORCE = "not_in_force"
    DATE_IMPOSSIBLE = "date_impossible"
    OTHER_STATUS = "other_status"
    OTHER_REGIME = "other_regime"
    OTHER_TRAINING = "other_training"
    OTHER_MATTER = "other_matter"
    OTHER_ENTRY = "other_entry"
    NO_PROGRAMME_AGE = "no_programme_age"
    DONE = "done"
    NOTHING_PENDING = "nothing_pending"
    IDENTITY_CLEAR = "identity_clear"
    REACHED_BEFORE_CASE = "reached_before_case"
    NO_TRAINING_AHEAD = "no_training_ahead"
    NOT_FIRST_BREAK_OFF = "not_first_break_off"
    NEW_TRAINING = "new_training"
    ENTERED_MEASURE = "entered_measure"


OBSTACLE_TEXTS: Final[dict[Obstacle, Title]] = {
    obstacle: Title(de=de, en=en)
    for obstacle, de, en in (
        (Obstacle.CASE_NOT_OPEN, "Der Fall ist nicht offen.", "The case is not open."),
        (
            Obstacle.NOT_WATCHED,
            "Der Weg des Falls beobachtet diese Regel nicht.",
            "The path does not watch it.",
        ),
        (
            Obstacle.NO_SUCH_FACT,
            "Der Auslöser liegt in diesem Fall nicht vor.",
            "Its trigger is not in this case.",
        ),
        (
            Obstacle.BIRTH_UNKNOWN,
            "Kann nicht berechnet werden: Das Geburtsdatum ist nicht bekannt.",
            "Cannot be computed: the birth date is not known.",
        ),
        (
            Obstacle.ENTRY_UNKNOWN,
            "Kann nicht berechnet werden: Das Einreisedatum ist nicht erfasst.",
            "Cannot be computed: the day of entry into Germany is not recorded.",
        ),
        (
            Obstacle.TOLERATION_START_UNKNOWN,
            "Kann nicht berechnet werden: Seit wann eine Duldung ohne Lücke besteht, ist nicht erfasst, oder es besteht keine.",
            "Cannot be computed: since when there is a toleration without a gap is not recorded, or there is none.",
        ),
        (Obstacle.NOT_IN_FORCE, "Die Regel galt an dem Tag nicht.", "The rule was not in force on that day."),
        (
            Obstacle.DATE_IMPOSSIBLE,
            "Mit diesen Daten lässt sich nicht rechnen.",
            "These dates cannot be computed.",
        ),
        (Obstacle.OTHER_STATUS, "Der Aufenthaltsstatus ist ein anderer.", "The residence status is another."),
        (Obstacle.OTHER_REGIME, "Der Rechtskreis ist ein anderer.", "The legal regime is another."),
        (Obstacle.OTHER_TRAINING, "Die Ausbildung ist von anderer Art.", "The training is of another kind."),
        (Obstacle.OTHER_MATTER, "Der Gegenstand ist ein anderer.", "The matter is another."),
        (Obstacle.OTHER_ENTRY, "Der Tag der Einreise liegt außerhalb.", "The day of entry lies outside."),
        (
            Obstacle.NO_PROGRAMME_AGE,
            "Das Programm hat keine Altersgrenze.",
            "The programme has no age limit.",
        ),
        (
            Obstacle.DONE,
            "Es ist erledigt: eingereicht oder entschieden.",
            "It is done: handed in or decided.",
        ),
        (Obstacle.NOTHING_PENDING, "Dazu ist kein Antrag offen.", "No application is pending."),
        (Obstacle.IDENTITY_CLEAR, "Die Identität ist geklärt oder betrieben.", "The identity is clarified."),
        (Obstacle.REACHED_BEFORE_CASE, "Der Tag lag vor dem Fall.", "The day lay before the case."),
        (Obstacle.NO_TRAINING_AHEAD, "Es steht keine Ausbildung bevor.", "There is no training ahead."),
        (Obstacle.NOT_FIRST_BREAK_OFF, "Es ist nicht der erste Abbruch.", "It is not the first break-off."),
        (
            Obstacle.ENTERED_MEASURE,
            "Es ist schon ein Eintritt erfolgt.",
            "A measure has been entered already.",
        ),
        (Obstacle.NEW_TRAINING, "Es gibt schon eine neue Ausbildung.", "There is a new training already."),
    )
}


@quickly_made
@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A fact of one case that a date hangs on.

    ``on`` is the day counted from, ``version`` the entry that says it, ``judged_on`` its business day; submissions on
    or after ``since`` count for it. ``precise_on`` is the birth date where ``on`` is only its month: it is for the
    reader of the case and never leaves it. ``answered``: the decision was contested or accepted.
    """

    on: date
    version: int
    judged_on: date
    since: date
    status: ResidenceStatus
    reference: str = ""
    precise_on: date | None = None
    training_kind: AusbildungKind | None = None
    area: LawArea | None = None
    subject: AuthoritySubject | None = None
    module: FundingModule | None = None
    stored: StoredDeadline | None = None
    calendar_version: str = ""
    answered: bool = False


def facts_of(trigger: Trigger, case: CaseState) -> tuple[Fact, ...] | Obstacle:
    """All facts of this kind in ``case``, or why there are none that can be computed with."""
    found = _FINDERS[trigger](case)
    return found if isinstance(found, Obstacle) else tuple(found) or Obstacle.NO_SUCH_FACT


_Found = Iterator[Fact] | tuple[Fact, ...] | Obstacle


def _residence_ends(case: CaseState) -> _Found:
    until = case.residence.valid_until
    return () if until is None else _of_residence(case, until)


def _title_begins(case: CaseState) -> _Found:
    begin = case.residence.valid_from
    return () if begin is None else _of_residence(case, begin)


def _of_residence(case: CaseState, on: date) -> tuple[Fact, ...]:
    spell = case.residence_history[-1]
    return (
        Fact(
            on=on,
            version=case.residence_version,
            judged_on=spell.recorded_on,
            since=spell.from_on or FIRST_DATE,
            status=spell.residence.status,
        ),
    )


def _tolerated_since(case: CaseState) -> _Found:
    held = tolerated_since(case.residence_history, case.legal.tolerated)
    if held is None:
        return Obstacle.TOLERATION_START_UNKNOWN
    return (
        Fact(
            on=held.on,
            version=held.version,
            judged_on=held.recorded_on,
            since=held.on,
            status=case.residence.status,
        ),
    )


def _entered(case: CaseState) -> _Found:
    entry = case.legal.entry
    if entry is None:
        return Obstacle.ENTRY_UNKNOWN
    return (
        Fact(
            on=entry.on,
            version=entry.version,
            judged_on=entry.recorded_on,
            since=entry.on,
            status=case.residence.status,
        ),
    )


def _born(case: CaseState) -> _Found:
    month, born = case.intake.birth_month, case.intake.birth_date
    if month is None:
        return Obstacle.BIRTH_UNKNOWN
    return (
        Fact(
            on=month,
            precise_on=born if isinstance(born, date) else None,
            version=1,
            judged_on=case.intake.opened_on,
            since=FIRST_DATE,
            status=case.residence.status,
        ),
    )


def _of_training(case: CaseState, training: Training, on: date, *, then: date | None = None) -> Fact:
    """``then`` is the day on which the training ended; the status of that day counts."""
    return Fact(
        on=on,
        version=training.left_version if then else training.version,
        judged_on=then or training.signed_on,
        since=then or max(training.starts_on, FIRST_DATE) - _ONE_YEAR,
        status=status_on(case.residence_history, then) if then else case.residence.status,
        reference=str(training.id),
        training_kind=training.kind,
    )


def _with_status(case: CaseState, *statuses: TrainingStatus) -> Iterator[Training]:
    return (training for training in case.ausbildung.trainings if training.status in statuses)


def _training_ahead(case: CaseState) -> _Found:
    return (_of_training(case, t, t.starts_on) for t in _with_status(case, TrainingStatus.SIGNED))


def _training_funded(case: CaseState) -> _Found:
    trainings = _with_status(case, TrainingStatus.SIGNED, TrainingStatus.RUNNING)
    return (_of_training(case, t, t.entered_on or t.starts_on) for t in trainings)


def _training_ends(case: CaseState) -> _Found:
    return (_of_training(case, t, t.ends_on) for t in _with_status(case, TrainingStatus.RUNNING))


def _probation_ends(case: CaseState) -> Iterator[Fact]:
    """As computed when the contract or the start became known; never computed again."""
    for training in _with_status(case, TrainingStatus.RUNNING):
        if training.probation_ends_on is not None and not training.probation_passed:
            begin = training.entered_on or training.starts_on
            yield Fact(
                on=begin,
                version=training.probation_version,
                judged_on=training.signed_on,
                since=begin,
                status=case.residence.status,
                reference=str(training.id),
                training_kind=training.kind,
                stored=StoredDeadline(
                    rule=PROBATION_RULE,
                    rule_valid_from=FIRST_DATE,
                    due_on=training.probation_ends_on,
                    line_de=training.probation_line,
                    line_en=f"{training.probation_months} months of probation from {begin.isoformat()} end on "
                    f"{training.probation_ends_on.isoformat()}",
                ),
            )


def _broken_off(case: CaseState) -> Iterator[Fact]:
    for training in _with_status(case, TrainingStatus.BROKEN_OFF):
        if training.left_on is not None:
            yield _of_training(case, training, training.left_on, then=training.left_on)


def _break_off_known(case: CaseState) -> Iterator[Fact]:
    for training in _with_status(case, TrainingStatus.BROKEN_OFF):
        if training.left_on is not None and training.break_off_known_on is not None:
            yield _of_training(case, training, training.break_off_known_on, then=training.left_on)


def _completed(case: CaseState) -> Iterator[Fact]:
    for training in _with_status(case, TrainingStatus.COMPLETED):
        if training.left_on is not None:
            yield _of_training(case, training, training.left_on, then=training.left_on)


def _exam_planned(case: CaseState) -> Iterator[Fact]:
    for exam in case.legal.exams:
        training = case.ausbildung.find(exam.ausbildung_id)
        if exam.result is ExamResult.PLANNED and training and training.status is TrainingStatus.RUNNING:
            yield Fact(
                on=exam.exam_on,
                version=exam.version,
                judged_on=exam.recorded_on,
                since=exam.recorded_on,
                status=case.residence.status,
                reference=str(training.id),
                training_kind=training.kind,
            )


def _exam_failed(case: CaseState) -> Iterator[Fact]:
    """Counted from the end of the contract, which is what gets longer."""
    latest = {exam.ausbildung_id: exam for exam in case.legal.exams}
    for exam in latest.values():
        training = case.ausbildung.find(exam.ausbildung_id)
        if exam.result is ExamResult.FAILED and training and training.status is TrainingStatus.RUNNING:
            yield Fact(
                on=training.ends_on,
                version=exam.version,
                judged_on=exam.exam_on,
                since=exam.exam_on,
                status=case.residence.status,
                reference=str(training.id),
                training_kind=training.kind,
            )


def _employed_since(case: CaseState) -> Iterator[Fact]:
    for job in case.legal.employments:
        if job.ended_on is None and job.weekly_hours >= LEAST_HOURS:
            yield Fact(
                on=job.starts_on,
                version=job.version,
                judged_on=job.recorded_on,
                since=job.starts_on,
                status=case.residence.status,
                reference=str(job.id),
            )


def _employment_end_known(case: CaseState) -> Iterator[Fact]:
    for job in case.legal.employments:
        if job.ended_on is not None and job.end_known_on is not None:
            yield Fact(
                on=job.end_known_on,
                version=job.version,
                judged_on=job.end_known_on,
                since=min(job.ended_on, job.end_known_on),
                status=status_on(case.residence_history, job.ended_on),
                reference=str(job.id),
            )


def _decisions(case: CaseState) -> Iterator[Fact]:
    """One fact for every deadline stored with a decision; deadlines of a decision that was itself decided on are over."""
    for decision in case.authority.decisions:
        for stored in decision.deadlines if not decision.settled else ():
            yield Fact(
                on=decision.counted_on,
                version=decision.version,
                judged_on=decision.counted_on,
                since=decision.counted_on,
                status=case.residence.status,
                reference=str(decision.id),
                area=decision.area,
                subject=decision.subject,
                stored=stored,
                calendar_version=decision.calendar_version,
                answered=decision.step is not None,
            )


def _objections(case: CaseState) -> Iterator[Fact]:
    for decision in case.authority.decisions:
        if decision.step is RemedyStep.OBJECTION and decision.filed_on is not None and not decision.settled:
            yield Fact(
                on=decision.filed_on,
                version=decision.step_version,
                judged_on=decision.filed_on,
                since=decision.filed_on,
                status=case.residence.status,
                reference=str(decision.id),
                area=decision.area,
                subject=decision.subject,
            )


def _submissions(case: CaseState) -> Iterator[Fact]:
    for submission in case.authority.submissions:
        if not submission.decided:
            yield Fact(
                on=submission.submitted_on,
                version=submission.version,
                judged_on=submission.submitted_on,
                since=submission.submitted_on,
                status=case.residence.status,
                reference=str(submission.id),
                area=submission.area,
                subject=submission.subject,
            )


def _seat_starts(case: CaseState) -> Iterator[Fact]:
    for participation in case.course.participations:
        if participation.status is SeatStatus.ACCEPTED and participation.starts_on is not None:
            yield Fact(
                on=participation.starts_on,
                version=participation.accepted_version,
                judged_on=participation.starts_on,
                since=participation.starts_on,
                status=case.residence.status,
                reference=str(participation.id),
                module=participation.module,
            )


def _none(case: CaseState) -> _Found:
    return ()


_FINDERS: Final[dict[Trigger, Callable[[CaseState], _Found]]] = {
    Trigger.RESIDENCE_ENDS: _residence_ends,
    Trigger.TITLE_BEGINS: _title_begins,
    Trigger.TOLERATED_SINCE: _tolerated_since,
    Trigger.ENTERED_GERMANY: _entered,
    Trigger.BORN: _born,
    Trigger.TRAINING_AHEAD: _training_ahead,
    Trigger.TRAINING_FUNDED: _training_funded,
    Trigger.TRAINING_ENDS: _training_ends,
    Trigger.PROBATION_ENDS: _probation_ends,
    Trigger.TRAINING_BROKEN_OFF: _broken_off,
    Trigger.BREAK_OFF_KNOWN: _break_off_known,
    Trigger.TRAINING_COMPLETED: _completed,
    Trigger.EXAM_PLANNED: _exam_planned,
    Trigger.EXAM_FAILED: _exam_failed,
    Trigger.EMPLOYED_SINCE: _employed_since,
    Trigger.EMPLOYMENT_END_KNOWN: _employment_end_known,
    Trigger.DECISION: _decisions,
    Trigger.OBJECTION_FILED: _objections,
    Trigger.SUBMITTED: _submissions,
    Trigger.SEAT_STARTS: _seat_starts,
    Trigger.GRANT_PERIOD_ENDS: _none,
    Trigger.MONEY_DRAWN: _none,
}
"""A grant is no case: its dates are computed in ``domain.law.grant_dates``."""
