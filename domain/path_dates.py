"""The dates that a path definition watches itself: one small function for each rule id it may name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from domain.calendar import Calendar, compute
from domain.case_state import CaseState
from domain.consent import ConsentPurpose
from domain.date_wording import german_date
from domain.law.vocabulary import AuthoritySubject
from domain.participation import SeatStatus
from domain.path import DeadlineDefinition
from domain.periods import DateKind, Period
from domain.replacing import quickly_made, replace
from domain.values import DutyHolder


@quickly_made
@dataclass(frozen=True, slots=True, kw_only=True)
class PathDate:
    """What a rule finds: the date before holds and reminders are looked at.

    Holds from ``trigger_on`` on move it; ``began_on`` is since when somebody can act on it. ``acts_on`` and
    ``asked_daily`` as in domain.agenda.Due.
    """

    due_on: date
    trigger_on: date
    began_on: date
    trigger_version: int
    line_de: str
    line_en: str
    reference: str = ""
    duty_holder: DutyHolder | None = None
    acts_on: date | None = None
    asked_daily: bool = False


_Rule = Callable[[CaseState, DeadlineDefinition, Calendar], Iterator[PathDate]]


def _written(
    on: date,
    began_on: date,
    version: int,
    de: str,
    en: str,
    reference: str = "",
    *,
    acts_on: date | None = None,
) -> PathDate:
    """A date that was written down by somebody and is not computed."""
    return PathDate(
        due_on=on,
        trigger_on=on,
        began_on=began_on,
        trigger_version=version,
        line_de=f"{de} {german_date(on)} (eingetragen)",
        line_en=f"{en} {on.isoformat()} (as entered)",
        reference=reference,
        acts_on=acts_on,
    )


def _seat_answer(case: CaseState, definition: DeadlineDefinition, calendar: Calendar) -> Iterator[PathDate]:
    for participation in case.course.participations if case.open else ():
        if participation.status is SeatStatus.OFFERED and participation.answer_by is not None:
            yield _written(
                participation.answer_by,
                participation.answered_on or participation.requested_on,
                participation.answered_version,
                "Platz angeboten, Antwort bis",
                "seat offered, answer by",
                str(participation.id),
                acts_on=participation.answer_by + timedelta(days=1),
            )


def _course_start(case: CaseState, definition: DeadlineDefinition, calendar: Calendar) -> Iterator[PathDate]:
    for participation in case.course.participations if case.open else ():
        if participation.status is SeatStatus.ACCEPTED and participation.starts_on is not None:
            yield _computed(
                participation.starts_on,
                Period(days=definition.after_days or 0),
                participation.accepted_version,
                ("Kursbeginn", "course start"),
                definition,
                calendar,
                str(participation.id),
            )


def _computed(
    trigger_on: date,
    period: Period,
    version: int,
    trigger: tuple[str, str],
    definition: DeadlineDefinition,
    calendar: Calendar,
    reference: str = "",
) -> PathDate:
    due_on, line_de, line_en = _end_and_lines(trigger_on, period, definition.kind, calendar, *trigger)
    return PathDate(
        due_on=due_on,
        trigger_on=trigger_on,
        began_on=trigger_on,
        trigger_version=version,
        line_de=line_de,
        line_en=line_en,
        reference=reference,
    )


@lru_cache(maxsize=65_536)
def _end_and_lines(
    on: date, period: Period, kind: DateKind, calendar: Calendar, de: str, en: str
) -> tuple[date, str, str]:
    """Remembered, for the cases of a town share their days."""
    computed = compute(on, period, kind, calendar)
    return computed.end, computed.line("de", de), computed.line("en", en)


def _no_contact(case: CaseState, definition: DeadlineDefinition, calendar: Calendar) -> Iterator[PathDate]:
    """Runs from the last contact; from the first one while there is none; and anew from a reopening."""
    if not case.open:
        return
    last, reopened = case.coaching.last_contact_on, case.reopened
    since, version, name = case.intake.opened_on, 1, ("Erstkontakt", "first contact")
    if last is not None:
        since, version, name = last, case.coaching.last_contact_version, ("Letzter Kontakt", "last contact")
    if reopened is not None and reopened.reopened_on > since:
        since, version, name = reopened.reopened_on, reopened.version, ("Wiederaufnahme", "reopening")
    yield _computed(since, Period(days=definition.after_days or 0), version, name, definition, calendar)


def _six_months(case: CaseState, definition: DeadlineDefinition, calendar: Calendar) -> Iterator[PathDate]:
    if case.closing is not None and case.follow_up.settled_on is None:
        yield _computed(
            case.closing.closed_on,
            Period(months=definition.after_months or 0),
            case.closing.version,
            ("Austritt", "exit"),
            definition,
            calendar,
        )


def _consent_expiry(
    case: CaseState, definition: DeadlineDefinition, calendar: Calendar
) -> Iterator[PathDate]:
    for purpose in ConsentPurpose if case.open else ():
        consent = case.intake.consent(purpose)
        if consent and consent.valid_until is not None and consent.withdrawn_on is None:
            yield _written(
                consent.valid_until,
                consent.given_on,
                consent.version,
                "Einwilligung gültig bis",
                "consent valid until",
                purpose,
            )


def _hold_end(case: CaseState, definition: DeadlineDefinition, calendar: Calendar) -> Iterator[PathDate]:
    if case.open and case.hold.until is not None:
        yield _written(
            case.hold.until,
            case.hold.held_on or case.hold.until,
            case.hold.version,
            "Fall ruht bis",
            "case on hold until",
            acts_on=case.hold.until + timedelta(days=1),
        )


def _promises(case: CaseState, definition: DeadlineDefinition, calendar: Calendar) -> Iterator[PathDate]:
    for promise in case.coaching.promises if case.open else ():
        computed = compute(promise.due_on, Period(), definition.kind, calendar)
        yield PathDate(
            due_on=computed.end,
            trigger_on=promise.agreed_on,
            began_on=promise.agreed_on,
            trigger_version=promise.version,
            line_de=f"Zugesagt zum {german_date(promise.due_on)}",
            line_en=f"promised for {promise.due_on.isoformat()}",
            reference=str(promise.id),
            duty_holder=promise.owner,
        )


def _steps(case: CaseState, definition: DeadlineDefinition, calendar: Calendar) -> Iterator[PathDate]:
    for step in case.coaching.steps if case.open else ():
        computed = compute(step.due_on, Period(), definition.kind, calendar)
        yield PathDate(
            due_on=computed.end,
            trigger_on=step.agreed_on,
            began_on=step.agreed_on,
            trigger_version=step.version,
            line_de=f"Schritt vereinbart zum {german_date(step.due_on)}",
            line_en=f"step agreed for {step.due_on.isoformat()}",
            reference=str(step.id),
            duty_holder=step.owner,
        )


def _seat_unanswered(
    case: CaseState, definition: DeadlineDefinition, calendar: Calendar
) -> Iterator[PathDate]:
    """A seat was asked for, and the provider neither offers one nor says no; a waiting list is no answer."""
    for participation in case.course.participations if case.open else ():
        if participation.status in (SeatStatus.REQUESTED, SeatStatus.WAITLISTED):
            found = _computed(
                participation.requested_on,
                Period(days=definition.after_days or 0),
                participation.requested_version,
                ("Platz angefragt", "seat asked for"),
                definition,
                calendar,
                str(participation.id),
            )
            yield replace(found, asked_daily=True)


def _application_unanswered(
    case: CaseState, definition: DeadlineDefinition, calendar: Calendar
) -> Iterator[PathDate]:
    """An employer has not answered an application; with a contract signed nobody asks any more."""
    if not case.open or case.ausbildung.open is not None:
        return
    for application in case.ausbildung.unanswered:
        yield _computed(
            application.sent_on,
            Period(days=definition.after_days or 0),
            application.version,
            ("Bewerbung", "application"),
            definition,
            calendar,
            str(application.id),
        )


def _authority_unanswered(
    case: CaseState, definition: DeadlineDefinition, calendar: Calendar
) -> Iterator[PathDate]:
    """An authority has not decided what was handed in."""
    for submission in case.authority.submissions if case.open else ():
        if not submission.decided and submission.subject not in NO_DECISION_EXPECTED:
            yield _computed(
                submission.submitted_on,
                Period(days=definition.after_days or 0),
                submission.version,
                ("Eingereicht", "handed in"),
                definition,
                calendar,
                str(submission.id),
            )


NO_DECISION_EXPECTED: Final = frozenset(
    {AuthoritySubject.END_OF_TRAINING_NOTICE, AuthoritySubject.END_OF_EMPLOYMENT_NOTICE}
)
"""Notices: nobody decides on them, so nobody is late."""


def _recheck(case: CaseState, definition: DeadlineDefinition, calendar: Calendar) -> Iterator[PathDate]:
    """None from here: this date follows from the rules of eligibility, which domain/agenda.py asks itself."""
    yield from ()


RULES: Final[dict[str, _Rule]] = {
    "course.seat_answer": _seat_answer,
    "course.start_unconfirmed": _course_start,
    "contact.none": _no_contact,
    "follow_up.six_months": _six_months,
    "consent.expiry": _consent_expiry,
    "hold.end": _hold_end,
    "promise.due": _promises,
    "step.due": _steps,
    "course.seat_unanswered": _seat_unanswered,
    "application.unanswered": _application_unanswered,
    "authority.unanswered": _authority_unanswered,
    "eligibility.recheck": _recheck,
}
"""Every rule id a path definition may name among its deadlines, and the code that computes it."""
