"""Every date a case must not miss, computed from its state and explained. Nothing here is stored; timers sleep on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from domain.ausbildung import TrainingStatus
from domain.calendar import Calendar, compute
from domain.case_state import CaseState
from domain.course import SeatStatus
from domain.date_wording import german_date
from domain.decision import LOCAL, local_date
from domain.intake import ConsentPurpose
from domain.path import DeadlineDefinition, PathDefinition, ReminderLevel, Title
from domain.periods import DateKind, Period
from domain.values import DutyHolder

MORNING: Final = time(6, 0)
"""Local time at which reminders of a day are due: before the office opens."""
MORNING_LASTS: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedReminder:
    """A reminder of one level on one day; ``id`` is the same each time the agenda is computed."""

    id: str
    level: ReminderLevel
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """One date of the agenda with everything that explains it.

    ``line_de``/``line_en`` show the computation, ``trigger_version`` is the entry that caused it. ``suspended`` is
    set while a hold stops the date; then no reminder fires.
    """

    id: str
    rule: str
    title: Title
    kind: DateKind
    due_on: date
    statutory: bool
    citation: str
    duty_holder: DutyHolder
    trigger_version: int
    line_de: str
    line_en: str
    calendar: str
    reference: str
    suspended: bool
    reminders: tuple[PlannedReminder, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Raw:
    """What a rule finds: the date before holds and reminders are looked at."""

    due_on: date
    trigger_on: date
    trigger_version: int
    line_de: str
    line_en: str
    reference: str = ""
    duty_holder: DutyHolder | None = None


_Rule = Callable[[CaseState, DeadlineDefinition, Calendar], Iterator[_Raw]]


def agenda(case: CaseState, path: PathDefinition, calendar: Calendar) -> tuple[Due, ...]:
    """All dates of ``case``, soonest first; ties by id, so that the order is total."""
    found = [
        _due(case, definition, raw, calendar)
        for definition in path.deadlines.values()
        for raw in RULES[definition.rule](case, definition, calendar)
    ]
    return tuple(sorted(found, key=lambda due: (due.due_on, due.id)))


def next_wake(case: CaseState, path: PathDefinition, calendar: Calendar, now: datetime) -> datetime | None:
    """The instant (aware UTC) at which something will be due by itself; ``now`` when it is due already.

    An internal date that is found to be reached during the day waits for the next morning: whoever is entering last
    month's contacts is not told after each of them what the next entry will settle. A statutory one never waits.
    None when nothing will ever happen without a person: then the workflow of the case may end.
    """
    today = local_date(now)
    morning_ends = morning_of(today) + MORNING_LASTS
    days: list[date] = []
    for due in agenda(case, path, calendar):
        if due.suspended:
            continue
        days.extend(reminder.on for reminder in due.reminders if reminder.on > today)
        if reminder_reached(case, due, today):
            days.append(today if due.statutory or now < morning_ends else today + timedelta(days=1))
    days.extend(_own_moves(case, today))
    if case.reminders.undelivered:
        return now
    return max(now, morning_of(min(days))) if days else None


def reminder_reached(case: CaseState, due: Due, today: date) -> PlannedReminder | None:
    """The reminder of ``due`` to be issued today: the highest level reached, unless it was issued before.

    Levels that were passed before the date was known are not sent one after the other.
    """
    if due.suspended:
        return None
    reached = [reminder for reminder in due.reminders if reminder.on <= today]
    if not reached or reached[-1].id in case.reminders.issued:
        return None
    return reached[-1]


def morning_of(day: date) -> datetime:
    """The instant at which the work of ``day`` begins, in UTC."""
    return datetime.combine(day, MORNING, LOCAL).astimezone(UTC)


def _own_moves(case: CaseState, today: date) -> Iterator[date]:
    """Days on which the case changes by itself: a seat lapses, a hold ends, an offer is asked again."""
    if not case.open:
        return
    if any(p.status in (SeatStatus.REQUESTED, SeatStatus.WAITLISTED) for p in case.course.participations):
        yield today + timedelta(days=1)
    for participation in case.course.participations:
        if participation.status is SeatStatus.OFFERED and participation.answer_by is not None:
            yield participation.answer_by + timedelta(days=1)
    if case.hold.until is not None:
        yield case.hold.until + timedelta(days=1)


def _due(case: CaseState, definition: DeadlineDefinition, raw: _Raw, calendar: Calendar) -> Due:
    due_on, line_de, line_en = raw.due_on, raw.line_de, raw.line_en
    held = not definition.statutory and definition.rule != "hold.end"
    if held and (days := case.hold.held_days_since(raw.trigger_on)):
        due_on = calendar.previous_working_day(due_on + timedelta(days=days))
        line_de += f"; + {days} Tage Ruhen = {german_date(due_on)}"
        line_en += f"; + {days} days on hold = {due_on.isoformat()}"
    identity = f"{definition.rule}/{raw.trigger_version}"
    if raw.reference:
        identity += f"/{raw.reference}"
    return Due(
        id=identity,
        rule=definition.rule,
        title=definition.title,
        kind=definition.kind,
        due_on=due_on,
        statutory=definition.statutory,
        citation=definition.citation,
        duty_holder=raw.duty_holder or definition.duty_holder,
        trigger_version=raw.trigger_version,
        line_de=line_de,
        line_en=line_en,
        calendar=calendar.version,
        reference=raw.reference,
        suspended=held and case.hold.held,
        reminders=tuple(
            PlannedReminder(
                id=f"{identity}/{due_on.isoformat()}/{plan.level.value}",
                level=plan.level,
                on=_reminder_day(due_on, plan.offset_days, calendar),
            )
            for plan in definition.reminders
        ),
    )


def _reminder_day(due_on: date, offset_days: int, calendar: Calendar) -> date:
    """Before the date: a working day at or before it. After the date: one at or after it."""
    day = due_on + timedelta(days=offset_days)
    return calendar.next_working_day(day) if offset_days > 0 else calendar.previous_working_day(day)


# --------------------------------------------------------------------- rules


def _residence_expiry(case: CaseState, definition: DeadlineDefinition, calendar: Calendar) -> Iterator[_Raw]:
    until = case.residence.valid_until
    if case.open and until is not None:
        yield _written(until, case.residence_version, "Aufenthaltsstatus gültig bis", "residence valid until")


def _written(on: date, version: int, de: str, en: str, reference: str = "") -> _Raw:
    """A date that was written down by somebody and is not computed."""
    return _Raw(
        due_on=on,
        trigger_on=on,
        trigger_version=version,
        line_de=f"{de} {german_date(on)} (eingetragen)",
        line_en=f"{en} {on.isoformat()} (as entered)",
        reference=reference,
    )


def _seat_answer(case: CaseState, definition: DeadlineDefinition, calendar: Calendar) -> Iterator[_Raw]:
    for participation in case.course.participations if case.open else ():
        if participation.status is SeatStatus.OFFERED and participation.answer_by is not None:
            yield _written(
                participation.answer_by,
                participation.answered_version,
                "Platz angeboten, Antwort bis",
                "seat offered, answer by",
                str(participation.id),
            )


def _course_start(case: CaseState, definition: DeadlineDefinition, calendar: Calendar) -> Iterator[_Raw]:
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
) -> _Raw:
    computed = compute(trigger_on, period, definition.kind, calendar)
    return _Raw(
        due_on=computed.end,
        trigger_on=trigger_on,
        trigger_version=version,
        line_de=computed.line("de", trigger[0]),
        line_en=computed.line("en", trigger[1]),
        reference=reference,
    )


def _no_contact(case: CaseState, definition: DeadlineDefinition, calendar: Calendar) -> Iterator[_Raw]:
    if not case.open:
        return
    last = case.coaching.last_contact_on
    yield _computed(
        last or case.intake.opened_on,
        Period(days=definition.after_days or 0),
        case.coaching.last_contact_version if last else 1,
        ("Letzter Kontakt", "last contact") if last else ("Erstkontakt", "first contact"),
        definition,
        calendar,
    )


def _probation_end(case: CaseState, definition: DeadlineDefinition, calendar: Calendar) -> Iterator[_Raw]:
    """The end of probation as computed when it became known; never computed again."""
    for training in case.ausbildung.trainings if case.open else ():
        if (
            training.status is TrainingStatus.RUNNING
            and training.probation_ends_on is not None
            and not training.probation_passed
        ):
            yield _Raw(
                due_on=training.probation_ends_on,
                trigger_on=training.entered_on or training.starts_on,
                trigger_version=training.probation_version,
                line_de=training.probation_line,
                line_en=f"{training.probation_months} months of probation from "
                f"{(training.entered_on or training.starts_on).isoformat()} end on "
                f"{training.probation_ends_on.isoformat()}",
                reference=str(training.id),
            )


def _six_months(case: CaseState, definition: DeadlineDefinition, calendar: Calendar) -> Iterator[_Raw]:
    if case.closing is not None and case.follow_up.settled_on is None:
        yield _computed(
            case.closing.closed_on,
            Period(months=definition.after_months or 0),
            case.closing.version,
            ("Austritt", "exit"),
            definition,
            calendar,
        )


def _consent_expiry(case: CaseState, definition: DeadlineDefinition, calendar: Calendar) -> Iterator[_Raw]:
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


def _hold_end(case: CaseState, definition: DeadlineDefinition, calendar: Calendar) -> Iterator[_Raw]:
    if case.open and case.hold.until is not None:
        yield _written(case.hold.until, case.hold.version, "Fall ruht bis", "case on hold until")


def _promises(case: CaseState, definition: DeadlineDefinition, calendar: Calendar) -> Iterator[_Raw]:
    for promise in case.coaching.promises if case.open else ():
        computed = compute(promise.due_on, Period(), definition.kind, calendar)
        yield _Raw(
            due_on=computed.end,
            trigger_on=promise.due_on,
            trigger_version=promise.version,
            line_de=f"Zugesagt zum {german_date(promise.due_on)}",
            line_en=f"promised for {promise.due_on.isoformat()}",
            reference=str(promise.id),
            duty_holder=promise.owner,
        )


RULES: Final[dict[str, _Rule]] = {
    "residence.expiry": _residence_expiry,
    "course.seat_answer": _seat_answer,
    "course.start_unconfirmed": _course_start,
    "contact.none": _no_contact,
    "ausbildung.probation_end": _probation_end,
    "follow_up.six_months": _six_months,
    "consent.expiry": _consent_expiry,
    "hold.end": _hold_end,
    "promise.due": _promises,
}
"""Every rule id a path definition may name, and the code that computes it."""
