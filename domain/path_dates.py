"""The dates that a path definition watches itself: one small function for each rule id it may name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

from domain.calendar import Calendar, compute
from domain.case_state import CaseState
from domain.consent import ConsentPurpose
from domain.date_wording import german_date
from domain.participation import SeatStatus
from domain.path import DeadlineDefinition
from domain.periods import DateKind, Period
from domain.values import DutyHolder


@dataclass(frozen=True, slots=True, kw_only=True)
class PathDate:
    """What a rule finds: the date before holds and reminders are looked at."""

    due_on: date
    trigger_on: date
    trigger_version: int
    line_de: str
    line_en: str
    reference: str = ""
    duty_holder: DutyHolder | None = None


_Rule = Callable[[CaseState, DeadlineDefinition, Calendar], Iterator[PathDate]]


def _written(on: date, version: int, de: str, en: str, reference: str = "") -> PathDate:
    """A date that was written down by somebody and is not computed."""
    return PathDate(
        due_on=on,
        trigger_on=on,
        trigger_version=version,
        line_de=f"{de} {german_date(on)} (eingetragen)",
        line_en=f"{en} {on.isoformat()} (as entered)",
        reference=reference,
    )


def _seat_answer(case: CaseState, definition: DeadlineDefinition, calendar: Calendar) -> Iterator[PathDate]:
    for participation in case.course.participations if case.open else ():
        if participation.status is SeatStatus.OFFERED and participation.answer_by is not None:
            yield _written(
                participation.answer_by,
                participation.answered_version,
                "Platz angeboten, Antwort bis",
                "seat offered, answer by",
                str(participation.id),
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
                consent.version,
                "Einwilligung gültig bis",
                "consent valid until",
                purpose,
            )


def _hold_end(case: CaseState, definition: DeadlineDefinition, calendar: Calendar) -> Iterator[PathDate]:
    if case.open and case.hold.until is not None:
        yield _written(case.hold.until, case.hold.version, "Fall ruht bis", "case on hold until")


def _promises(case: CaseState, definition: DeadlineDefinition, calendar: Calendar) -> Iterator[PathDate]:
    for promise in case.coaching.promises if case.open else ():
        computed = compute(promise.due_on, Period(), definition.kind, calendar)
        yield PathDate(
            due_on=computed.end,
            trigger_on=promise.due_on,
            trigger_version=promise.version,
            line_de=f"Zugesagt zum {german_date(promise.due_on)}",
            line_en=f"promised for {promise.due_on.isoformat()}",
            reference=str(promise.id),
            duty_holder=promise.owner,
        )


RULES: Final[dict[str, _Rule]] = {
    "course.seat_answer": _seat_answer,
    "course.start_unconfirmed": _course_start,
    "contact.none": _no_contact,
    "follow_up.six_months": _six_months,
    "consent.expiry": _consent_expiry,
    "hold.end": _hold_end,
    "promise.due": _promises,
}
"""Every rule id a path definition may name among its deadlines, and the code that computes it."""
