"""Facts the law asks for: entry into Germany, since when tolerated, identity, employment, examinations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TypeAlias, assert_never
from uuid import UUID

from domain.commands import Command
from domain.decision import Decision
from domain.law.vocabulary import ExamResult, IdentityStep
from domain.periods import check_date
from domain.personal import Erased
from domain.recorded import Event
from domain.refusals import Refusal
from domain.replacing import replace
from domain.training import AusbildungState

MOST_WEEKLY_HOURS = 60

# ------------------------------------------------------------------ commands


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordEntryToGermany(Command):
    """Record the day on which the person entered Germany; months and years of stay run from it."""

    entered_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordTolerationSince(Command):
    """Record since when the person is in possession of a Duldung without a gap, where the cards say so.

    Times under § 60b are no such time (AufenthG § 60b (5)). Not needed when every card is recorded as residence status.
    """

    tolerated_since: date


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordIdentityClarification(Command):
    """Record that the identity was clarified, or all reasonable steps for it taken, on ``reached_on``."""

    step: IdentityStep
    reached_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordEmployment(Command):
    """Record a job subject to social insurance, or its end; the latest entry for ``employment_id`` counts.

    ``end_known_on`` is the day on which the person learnt of the end.
    """

    employment_id: UUID
    starts_on: date
    weekly_hours: int
    ended_on: date | None = None
    end_known_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordExam(Command):
    """Record a final examination of an Ausbildung: its date, or its result. May be taken again twice (BBiG § 37)."""

    ausbildung_id: UUID
    exam_on: date
    result: ExamResult


LegalFactCommand: TypeAlias = (
    RecordEntryToGermany | RecordTolerationSince | RecordIdentityClarification | RecordEmployment | RecordExam
)

# -------------------------------------------------------------------- events


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryToGermanyRecorded(Event):
    """The day of entry into Germany became known."""

    entered_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class TolerationSinceRecorded(Event):
    """It became known since when the person is tolerated without a gap."""

    tolerated_since: date


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityClarificationRecorded(Event):
    """The identity was clarified, or all reasonable steps were taken."""

    step: IdentityStep
    reached_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class EmploymentRecorded(Event):
    """A job, or its end, became known."""

    employment_id: UUID
    starts_on: date
    weekly_hours: int
    ended_on: date | None
    end_known_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExamRecorded(Event):
    """An examination was planned, passed or failed."""

    ausbildung_id: UUID
    exam_on: date
    result: ExamResult


LegalFactEvent: TypeAlias = (
    EntryToGermanyRecorded
    | TolerationSinceRecorded
    | IdentityClarificationRecorded
    | EmploymentRecorded
    | ExamRecorded
)

# --------------------------------------------------------------------- state


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedFact:
    """A day, the entry of the case that says it, and the business day of that entry."""

    on: date
    version: int
    recorded_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class JobStatement:
    """What one entry, of the business day ``recorded_on``, says of a job."""

    recorded_on: date
    starts_on: date
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Employment:
    """One job as last recorded; ``statements`` are all entries on it, in the order they were recorded."""

    id: UUID
    starts_on: date
    weekly_hours: int
    ended_on: date | None
    end_known_on: date | None
    version: int
    recorded_on: date
    statements: tuple[JobStatement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exam:
    """An examination of one Ausbildung; ``version`` is the entry that said its latest result."""

    ausbildung_id: UUID
    exam_on: date
    result: ExamResult
    version: int
    recorded_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalFacts:
    """What is known; None and empty where nobody has recorded it, which is never taken for "no"."""

    entry: DatedFact | None = None
    tolerated: DatedFact | None = None
    identity: DatedFact | None = None
    identity_step: IdentityStep | None = None
    employments: tuple[Employment, ...] = ()
    exams: tuple[Exam, ...] = ()


# -------------------------------------------------------------------- decide


def decide(
    command: LegalFactCommand,
    facts: LegalFacts,
    birth_date: date | Erased | None,
    ausbildung: AusbildungState,
) -> Decision:
    """Decide the recording of a legal fact; what is known already records nothing."""
    on = command.occurred_on
    match command:
        case RecordEntryToGermany():
            if facts.entry is not None and facts.entry.on == command.entered_on:
                return ()
            return _entry_refusal(command, birth_date) or (
                EntryToGermanyRecorded(occurred_on=on, entered_on=command.entered_on),
            )
        case RecordTolerationSince():
            if facts.tolerated is not None and facts.tolerated.on == command.tolerated_since:
                return ()
            return _toleration_refusal(command, facts) or (
                TolerationSinceRecorded(occurred_on=on, tolerated_since=command.tolerated_since),
            )
        case RecordIdentityClarification():
            if facts.identity and (facts.identity.on, facts.identity_step) == (
                command.reached_on,
                command.step,
            ):
                return ()
            return _future_refusal(command.reached_on, on) or (
                IdentityClarificationRecorded(
                    occurred_on=on, step=command.step, reached_on=command.reached_on
                ),
            )
        case RecordEmployment():
            return _employment(command, facts)
        case RecordExam():
            return _exam(command, facts, ausbildung)
        case _:
            assert_never(command)


def _future_refusal(day: date, today: date) -> Refusal | None:
    if check_date(day) <= today:
        return None
    return Refusal(
        "legal.day_after_entry",
        "Dieser Tag liegt nach dem Tag des Eintrags; erfasst wird, was geschehen ist.",
        "This day lies after the day of the entry; only what has happened is recorded.",
    )


def _entry_refusal(command: RecordEntryToGermany, birth_date: date | Erased | None) -> Refusal | None:
    if isinstance(birth_date, date) and command.entered_on < birth_date:
        return Refusal(
            "legal.entry_before_birth",
            "Die Einreise liegt vor der Geburt.",
            "The entry lies before the birth.",
        )
    return _future_refusal(command.entered_on, command.occurred_on)


def _toleration_refusal(command: RecordTolerationSince, facts: LegalFacts) -> Refusal | None:
    if facts.entry is not None and command.tolerated_since < facts.entry.on:
        return Refusal(
            "legal.tolerated_before_entry",
            "Die Duldung beginnt vor der Einreise.",
            "The toleration begins before the entry into Germany.",
        )
    return _future_refusal(command.tolerated_since, command.occurred_on)


def _employment(command: RecordEmployment, facts: LegalFacts) -> Decision:
    known = next((job for job in facts.employments if job.id == command.employment_id), None)
    if known is not None and (known.starts_on, known.weekly_hours, known.ended_on, known.end_known_on) == (
        command.starts_on,
        command.weekly_hours,
        command.ended_on,
        command.end_known_on,
    ):
        return ()
    if not 1 <= command.weekly_hours <= MOST_WEEKLY_HOURS:
        return Refusal(
            "legal.hours_out_of_range",
            f"Die Wochenstunden liegen zwischen 1 und {MOST_WEEKLY_HOURS}.",
            f"Weekly hours lie between 1 and {MOST_WEEKLY_HOURS}.",
        )
    check_date(command.starts_on)
    if command.ended_on is not None and check_date(command.ended_on) < command.starts_on:
        return Refusal(
            "legal.job_ends_before_start",
            "Die Beschäftigung endet vor ihrem Beginn.",
            "The job ends before it starts.",
        )
    if (command.ended_on is None) != (command.end_known_on is None):
        return Refusal(
            "legal.job_end_incomplete",
            "Zum Ende einer Beschäftigung gehören der letzte Tag und der Tag der Kenntnis.",
            "The end of a job needs its last day and the day it became known.",
        )
    if command.end_known_on is not None and (
        problem := _future_refusal(command.end_known_on, command.occurred_on)
    ):
        return problem
    return (
        EmploymentRecorded(
            occurred_on=command.occurred_on,
            employment_id=command.employment_id,
            starts_on=command.starts_on,
            weekly_hours=command.weekly_hours,
            ended_on=command.ended_on,
            end_known_on=command.end_known_on,
        ),
    )


def _exam(command: RecordExam, facts: LegalFacts, ausbildung: AusbildungState) -> Decision:
    training = ausbildung.find(command.ausbildung_id)
    if training is None:
        return Refusal(
            "ausbildung.unknown", "Diese Ausbildung gibt es nicht.", "There is no such Ausbildung."
        )
    if check_date(command.exam_on) < (training.entered_on or training.starts_on):
        return Refusal(
            "legal.exam_before_training",
            "Die Prüfung liegt vor dem Beginn der Ausbildung.",
            "The examination lies before the start of the training.",
        )
    if command.result is not ExamResult.PLANNED and command.exam_on > command.occurred_on:
        return Refusal(
            "legal.result_before_exam",
            "Ein Ergebnis gibt es erst nach der Prüfung.",
            "There is a result only after the examination.",
        )
    if any(
        (exam.ausbildung_id, exam.exam_on, exam.result) == (training.id, command.exam_on, command.result)
        for exam in facts.exams
    ):
        return ()
    return (
        ExamRecorded(
            occurred_on=command.occurred_on,
            ausbildung_id=training.id,
            exam_on=command.exam_on,
            result=command.result,
        ),
    )


# -------------------------------------------------------------------- evolve


def evolve(facts: LegalFacts, event: LegalFactEvent, version: int) -> LegalFacts:
    """Fold one legal fact; ``version`` is its place in the stream."""
    on = event.occurred_on
    match event:
        case EntryToGermanyRecorded():
            return replace(facts, entry=DatedFact(on=event.entered_on, version=version, recorded_on=on))
        case TolerationSinceRecorded():
            return replace(
                facts, tolerated=DatedFact(on=event.tolerated_since, version=version, recorded_on=on)
            )
        case IdentityClarificationRecorded():
            return replace(
                facts,
                identity=DatedFact(on=event.reached_on, version=version, recorded_on=on),
                identity_step=event.step,
            )
        case EmploymentRecorded():
            said = JobStatement(recorded_on=on, starts_on=event.starts_on, version=version)
            known = next((job for job in facts.employments if job.id == event.employment_id), None)
            job = Employment(
                id=event.employment_id,
                starts_on=event.starts_on,
                weekly_hours=event.weekly_hours,
                ended_on=event.ended_on,
                end_known_on=event.end_known_on,
                version=version,
                recorded_on=on,
                statements=(*(known.statements if known else ()), said),
            )
            others = tuple(other for other in facts.employments if other.id != job.id)
            return replace(facts, employments=(*others, job))
        case ExamRecorded():
            exam = Exam(
                ausbildung_id=event.ausbildung_id,
                exam_on=event.exam_on,
                result=event.result,
                version=version,
                recorded_on=on,
            )
            # An examination that was planned is replaced by the next word on the same Ausbildung.
            before = tuple(
                known
                for known in facts.exams
                if known.ausbildung_id != exam.ausbildung_id
                or (known.result is not ExamResult.PLANNED and known.exam_on != exam.exam_on)
            )
            return replace(facts, exams=(*before, exam))
        case _:
            assert_never(event)
