"""Dealings with authorities: what was handed in, what was decided, until when something can be done against it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TypeAlias, assert_never
from uuid import UUID

from domain.commands import Command
from domain.decision import Decision, Terms
from domain.law.notified import Notified, deadlines_of
from domain.law.vocabulary import (
    AuthorityKind,
    AuthoritySubject,
    DecisionOutcome,
    LawArea,
    RemedyNotice,
    RemedyStep,
    StoredDeadline,
)
from domain.periods import check_date
from domain.personal import Personal
from domain.recorded import Event
from domain.refusals import Refusal
from domain.replacing import replace
from domain.values import DutyHolder

SERVED_ONLY = frozenset({LawArea.ASYLUM, LawArea.ASYLUM_ONE_WEEK})
"""Decisions that are served (AsylG § 31 (1)): the day of service counts, there is no fiction."""

# ------------------------------------------------------------------ commands


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordSubmission(Command):
    """Record that ``by`` handed something in to an authority on ``submitted_on``: an application, a notice, a form."""

    submission_id: UUID
    authority: AuthorityKind
    area: LawArea
    subject: AuthoritySubject
    submitted_on: date
    by: DutyHolder = DutyHolder.PARTICIPANT
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordAuthorityDecision(Command):
    """Record a decision (Bescheid).

    Exactly one of ``posted_on`` (Aufgabe zur Post), ``notified_on`` (Bekanntgabe) and ``served_on`` (Zustellung) is
    given; ``received_on`` only beside ``posted_on``, when the letter came later than it is deemed to. ``answers`` is
    the submission it decides, ``on_objection_to`` the decision whose objection it decides.
    """

    decision_id: UUID
    authority: AuthorityKind
    area: LawArea
    subject: AuthoritySubject
    outcome: DecisionOutcome
    remedy_notice: RemedyNotice
    posted_on: date | None = None
    notified_on: date | None = None
    served_on: date | None = None
    received_on: date | None = None
    answers: UUID | None = None
    on_objection_to: UUID | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRemedy(Command):
    """Record what was done against a decision: objection, court action, or that it is accepted."""

    decision_id: UUID
    step: RemedyStep
    filed_on: date


AuthorityCommand: TypeAlias = RecordSubmission | RecordAuthorityDecision | RecordRemedy

# -------------------------------------------------------------------- events


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionRecorded(Event):
    """Something was handed in to an authority."""

    submission_id: UUID
    authority: AuthorityKind
    area: LawArea
    subject: AuthoritySubject
    submitted_on: date
    by: DutyHolder
    note: Personal[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorityDecisionRecorded(Event):
    """A decision came. Its deadlines are computed once, and kept with their lines and the calendar version."""

    decision_id: UUID
    authority: AuthorityKind
    area: LawArea
    subject: AuthoritySubject
    outcome: DecisionOutcome
    remedy_notice: RemedyNotice
    posted_on: date | None
    notified_on: date | None
    served_on: date | None
    received_on: date | None
    answers: UUID | None
    on_objection_to: UUID | None
    deadlines: tuple[StoredDeadline, ...]
    calendar_version: str
    note: Personal[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class RemedyRecorded(Event):
    """Something was done against a decision, or it was accepted."""

    decision_id: UUID
    step: RemedyStep
    filed_on: date


AuthorityEvent: TypeAlias = SubmissionRecorded | AuthorityDecisionRecorded | RemedyRecorded

# --------------------------------------------------------------------- state


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """Something handed in; ``decided`` once a decision answers it."""

    id: UUID
    area: LawArea
    subject: AuthoritySubject
    submitted_on: date
    by: DutyHolder
    version: int
    decided: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorityDecision:
    """A decision with its deadlines as stored; ``step`` is what was done against it, ``settled`` its last word."""

    id: UUID
    area: LawArea
    subject: AuthoritySubject
    deadlines: tuple[StoredDeadline, ...]
    calendar_version: str
    counted_on: date
    version: int
    step: RemedyStep | None = None
    filed_on: date | None = None
    step_version: int = 0
    settled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorityState:
    """All submissions and decisions of the case, oldest first."""

    submissions: tuple[Submission, ...] = ()
    decisions: tuple[AuthorityDecision, ...] = ()

    def decision(self, decision_id: UUID) -> AuthorityDecision | None:
        """The decision with this id."""
        return next((d for d in self.decisions if d.id == decision_id), None)

    def submission(self, submission_id: UUID) -> Submission | None:
        """The submission with this id."""
        return next((s for s in self.submissions if s.id == submission_id), None)


# -------------------------------------------------------------------- decide


def decide(command: AuthorityCommand, state: AuthorityState, terms: Terms) -> Decision:
    """Decide a command on the dealings with authorities."""
    match command:
        case RecordSubmission():
            return _submit(command, state)
        case RecordAuthorityDecision():
            return _decided(command, state, terms)
        case RecordRemedy():
            return _remedy(command, state)
        case _:
            assert_never(command)


def _submit(command: RecordSubmission, state: AuthorityState) -> Decision:
    known = state.submission(command.submission_id)
    if known is not None:
        same = (known.area, known.subject, known.submitted_on, known.by) == (
            command.area,
            command.subject,
            command.submitted_on,
            command.by,
        )
        return () if same else _id_taken()
    if problem := _after_entry(command.submitted_on, command.occurred_on):
        return problem
    return (
        SubmissionRecorded(
            occurred_on=command.occurred_on,
            submission_id=command.submission_id,
            authority=command.authority,
            area=command.area,
            subject=command.subject,
            submitted_on=command.submitted_on,
            by=command.by,
            note=command.note,
        ),
    )


def _decided(command: RecordAuthorityDecision, state: AuthorityState, terms: Terms) -> Decision:
    event = AuthorityDecisionRecorded(
        occurred_on=command.occurred_on,
        decision_id=command.decision_id,
        authority=command.authority,
        area=command.area,
        subject=command.subject,
        outcome=command.outcome,
        remedy_notice=command.remedy_notice,
        posted_on=command.posted_on,
        notified_on=command.notified_on,
        served_on=command.served_on,
        received_on=command.received_on,
        answers=command.answers,
        on_objection_to=command.on_objection_to,
        deadlines=(),
        calendar_version=terms.calendar.version,
        note=command.note,
    )
    if problem := notification_refusal(event):
        return problem
    event = with_deadlines(event, terms)
    known = state.decision(command.decision_id)
    if known is not None:
        same = (known.area, known.subject, known.counted_on, known.deadlines) == (
            event.area,
            event.subject,
            notified(event).on,
            event.deadlines,
        )
        return () if same else _id_taken()
    if command.answers is not None and state.submission(command.answers) is None:
        return Refusal(
            "legal.submission_unknown",
            "Der Antrag, den der Bescheid beantwortet, ist nicht erfasst.",
            "The submission that the decision answers is not recorded.",
        )
    if command.on_objection_to is not None:
        contested = state.decision(command.on_objection_to)
        if contested is None or contested.step is not RemedyStep.OBJECTION:
            return Refusal(
                "legal.objection_unknown",
                "Der Widerspruch, über den entschieden wurde, ist nicht erfasst.",
                "The objection that was decided on is not recorded.",
            )
    return (event,)


def with_deadlines(event: AuthorityDecisionRecorded, terms: Terms) -> AuthorityDecisionRecorded:
    """``event`` with its deadlines computed by the rules in force; also when its days were corrected."""
    return replace(
        event,
        deadlines=deadlines_of(notified(event), terms.law, terms.calendar),
        calendar_version=terms.calendar.version,
    )


def notified(event: AuthorityDecisionRecorded) -> Notified:
    """What the rules need to know of a decision."""
    on = event.posted_on or event.notified_on or event.served_on or event.occurred_on
    return Notified(
        on=on,
        posted=event.posted_on is not None,
        received_on=event.received_on,
        area=event.area,
        subject=event.subject,
        outcome=event.outcome,
        notice=event.remedy_notice,
        on_objection=event.on_objection_to is not None,
    )


def notification_refusal(event: AuthorityDecisionRecorded) -> Refusal | None:
    """Why the days of a decision cannot be, or None."""
    days = [day for day in (event.posted_on, event.notified_on, event.served_on) if day is not None]
    if len(days) != 1:
        return Refusal(
            "legal.notification_unclear",
            "Bitte genau einen Tag angeben: Aufgabe zur Post, Bekanntgabe oder Zustellung.",
            "Give exactly one day: posted, notified or served.",
        )
    if event.area in SERVED_ONLY and event.served_on is None:
        return Refusal(
            "legal.service_needed",
            "Bei Entscheidungen nach dem Asylgesetz zählt der Tag der Zustellung; bitte diesen angeben.",
            "Of decisions under the Asylum Act the day of service counts; give that day.",
        )
    for day in (*days, event.received_on):
        if day is not None and (problem := _after_entry(day, event.occurred_on)):
            return problem
    return None


def _remedy(command: RecordRemedy, state: AuthorityState) -> Decision:
    decision = state.decision(command.decision_id)
    if decision is None:
        return Refusal(
            "legal.decision_unknown", "Dieser Bescheid ist nicht erfasst.", "This decision is not recorded."
        )
    if (decision.step, decision.filed_on) == (command.step, command.filed_on):
        return ()
    if command.filed_on < decision.counted_on:
        return Refusal(
            "legal.remedy_before_decision",
            "Der Rechtsbehelf liegt vor dem Bescheid.",
            "The remedy lies before the decision.",
        )
    if problem := _after_entry(command.filed_on, command.occurred_on):
        return problem
    return (
        RemedyRecorded(
            occurred_on=command.occurred_on,
            decision_id=decision.id,
            step=command.step,
            filed_on=command.filed_on,
        ),
    )


def _after_entry(day: date, today: date) -> Refusal | None:
    if check_date(day) <= today:
        return None
    return Refusal(
        "legal.day_after_entry",
        "Dieser Tag liegt nach dem Tag des Eintrags; erfasst wird, was geschehen ist.",
        "This day lies after the day of the entry; only what has happened is recorded.",
    )


def _id_taken() -> Refusal:
    return Refusal(
        "legal.recorded_otherwise",
        "Unter dieser Kennung ist schon etwas anderes erfasst; bitte den Eintrag berichtigen.",
        "Something else is recorded under this id; correct that entry.",
    )


# -------------------------------------------------------------------- evolve


def evolve(state: AuthorityState, event: AuthorityEvent, version: int) -> AuthorityState:
    """Fold one event; ``version`` is its place in the stream."""
    match event:
        case SubmissionRecorded():
            submission = Submission(
                id=event.submission_id,
                area=event.area,
                subject=event.subject,
                submitted_on=event.submitted_on,
                by=event.by,
                version=version,
            )
            return replace(state, submissions=(*state.submissions, submission))
        case AuthorityDecisionRecorded():
            decision = AuthorityDecision(
                id=event.decision_id,
                area=event.area,
                subject=event.subject,
                deadlines=event.deadlines,
                calendar_version=event.calendar_version,
                counted_on=notified(event).on,
                version=version,
            )
            return AuthorityState(
                submissions=tuple(
                    replace(s, decided=True) if s.id == event.answers else s for s in state.submissions
                ),
                decisions=(
                    *(
                        replace(d, settled=True) if d.id == event.on_objection_to else d
                        for d in state.decisions
                    ),
                    decision,
                ),
            )
        case RemedyRecorded():
            return replace(
                state,
                decisions=tuple(
                    replace(d, step=event.step, filed_on=event.filed_on, step_version=version)
                    if d.id == event.decision_id
                    else d
                    for d in state.decisions
                ),
            )
        case _:
            assert_never(event)
