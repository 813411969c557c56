"""Every date a case must not miss, computed from its state and explained. Nothing here is stored; timers sleep on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from operator import attrgetter, is_
from typing import Final

from domain.calendar import Calendar
from domain.case_state import CaseState
from domain.date_wording import german_date
from domain.eligible.rechecks import RECHECK_RULE, recheck_dates
from domain.eligible.wording import recheck_line
from domain.escalation import milestones
from domain.law.dates import LawDate, law_dates
from domain.law.table import LawTable
from domain.path import DeadlineDefinition, Escalation, PathDefinition, ReminderLevel, ReminderPlan, Title
from domain.path_dates import RULES, PathDate
from domain.periods import DateKind, InvalidPeriod
from domain.reminders import SentReminder
from domain.replacing import quickly_made
from domain.values import DutyHolder


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedReminder:
    """A reminder of one level on one day; ``id`` is the same each time the agenda is computed."""

    id: str
    level: ReminderLevel
    on: date


@quickly_made
@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """One date of the agenda with everything that explains it.

    ``line_de``/``line_en`` show the computation, ``trigger_version`` is the entry that caused it. ``suspended`` is
    set while a hold stops the date; then no reminder fires. ``held_days`` is by how much past holds moved it.

    ``duty_holder`` owes the act, ``waiting_on`` is whom we wait for now. ``reminders`` are planned, ``sent`` were
    issued for this date. Of a law rule: what to check, ``source``, its version (``rule_valid_from``), when it was last
    read, and whether that was before the reform (``unverified``).

    A date that follows from the birth is counted from the month of birth, so that it tells the birthday nowhere;
    ``precise_on`` is the exact day, for the page of the case alone, and is never stored or mailed.

    It should be kept by ``target_on`` and is lost after ``ultimate_on``; from ``at_risk_on`` on it is at risk
    (domain/escalation.py). ``acts_on`` is the day on which the case moves by itself if nothing is done: a seat lapses, a
    hold ends; ``asked_daily`` says that an offer is asked again every morning.
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
    waiting_on: DutyHolder
    target_on: date
    ultimate_on: date | None
    at_risk_on: date | None
    held_days: int = 0
    sent: tuple[SentReminder, ...] = ()
    text: Title | None = None
    source: str = ""
    source_link: str = ""
    rule_valid_from: date | None = None
    verified_on: date | None = None
    unverified: bool = False
    precise_on: date | None = None
    acts_on: date | None = None
    asked_daily: bool = False


def agenda(case: CaseState, path: PathDefinition, calendar: Calendar, law: LawTable) -> tuple[Due, ...]:
    """All dates of ``case``, soonest first; ties by id, so that the order is total.

    The path's own dates and those of the law rules it watches. Statutory dates never stop in a hold.
    """
    sent = _sent(case)
    found = [
        *_path_dues(case, path, calendar, sent),
        *_law_dues(case, path, law, calendar, sent),
        *_recheck_dues(case, path, law, calendar, sent),
    ]
    return tuple(sorted(found, key=_soonest_first))


def agenda_after(
    before: CaseState,
    earlier: tuple[Due, ...],
    case: CaseState,
    path: PathDefinition,
    calendar: Calendar,
    law: LawTable,
) -> tuple[Due, ...]:
    """``agenda`` of ``case``, which goes on from ``before`` with the agenda ``earlier``, on the same path and terms.

    What hangs on nothing that has changed is taken over: the most frequent entries move one date of the path only.
    """
    if all(map(is_, _agenda_fields(before), _agenda_fields(case))):
        return earlier
    if not all(map(is_, _law_fields(before), _law_fields(case))):
        return agenda(case, path, calendar, law)
    kept = (due for due in earlier if due.rule_valid_from is not None)
    sent = _sent(case)
    rechecks = _recheck_dues(case, path, law, calendar, sent)
    return tuple(sorted([*_path_dues(case, path, calendar, sent), *rechecks, *kept], key=_soonest_first))


LAW_FIELDS: Final = (
    "residence",
    "residence_version",
    "residence_history",
    "legal",
    "authority",
    "legal_regime",
    "intake",
    "course",
    "ausbildung",
    "closing",
    "reminders",
)
"""The fields of a case that its dates of the law hang on, and the reminders sent for them. A test denies them all others."""
AGENDA_FIELDS: Final = (
    *LAW_FIELDS,
    "coaching",
    "follow_up",
    "hold",
    "reopened",
    "eligibility",
    "regime_history",
)
"""The same, and what the dates of a path hang on."""

_law_fields, _agenda_fields = attrgetter(*LAW_FIELDS), attrgetter(*AGENDA_FIELDS)


def _soonest_first(due: Due) -> tuple[date, str]:
    return due.due_on, due.id


def _sent(case: CaseState) -> dict[str, list[SentReminder]]:
    sent: dict[str, list[SentReminder]] = {}
    for reminder in case.reminders.sent:
        sent.setdefault(reminder.due_id, []).append(reminder)
    return sent


def _path_dues(
    case: CaseState, path: PathDefinition, calendar: Calendar, sent: dict[str, list[SentReminder]]
) -> Iterator[Due]:
    for definition in path.deadlines.values():
        try:
            for found in RULES[definition.rule](case, definition, calendar):
                yield _path_due(case, path, definition, found, calendar, sent)
        except InvalidPeriod:
            continue  # as for dates of the law; what is entered today is refused when it cannot be meant


def _recheck_dues(
    case: CaseState,
    path: PathDefinition,
    law: LawTable,
    calendar: Calendar,
    sent: dict[str, list[SentReminder]],
) -> Iterator[Due]:
    """The days on which eligibility is checked again because somebody asked for it: working days, for the reminder."""
    definition = path.deadlines.get(RECHECK_RULE)
    if definition is None or not case.eligibility.rechecks:
        return
    for found in recheck_dates(case, path, law):
        line = recheck_line(found)
        date_of_recheck = PathDate(
            due_on=calendar.next_working_day(found.due_on),
            trigger_on=found.asked.asked_on,
            began_on=found.asked.asked_on,
            trigger_version=found.asked.version,
            line_de=line.de,
            line_en=line.en,
            reference=found.asked.subject.value,
        )
        yield _path_due(case, path, definition, date_of_recheck, calendar, sent)


def _law_dues(
    case: CaseState,
    path: PathDefinition,
    law: LawTable,
    calendar: Calendar,
    sent: dict[str, list[SentReminder]],
) -> Iterator[Due]:
    for law_date in law_dates(case, path, law, calendar):
        try:
            rule = law_date.rule.id
            yield law_due(law_date, path.law_reminders.get(rule), path.escalation_of(rule), calendar, sent)
        except InvalidPeriod:
            continue  # a reminder outside the years of the calendar: a date nobody can mean


def soonest(dues: Iterable[Due]) -> Due | None:
    """The date that comes next for a list of cases: the first that stands and is more than an opening of a window."""
    return next((due for due in dues if not due.suspended and due.kind is not DateKind.EARLIEST_DATE), None)


def _path_due(
    case: CaseState,
    path: PathDefinition,
    definition: DeadlineDefinition,
    found: PathDate,
    calendar: Calendar,
    sent: dict[str, list[SentReminder]],
) -> Due:
    due_on, line_de, line_en, days = found.due_on, found.line_de, found.line_en, 0
    held = not definition.statutory and definition.rule != "hold.end"
    if held and (days := case.hold.held_days_since(found.trigger_on)):
        due_on = calendar.previous_working_day(due_on + timedelta(days=days))
        line_de += f"; + {days} Tage Ruhen = {german_date(due_on)}"
        line_en += f"; + {days} days on hold = {due_on.isoformat()}"
    identity = _identity(definition.rule, found.trigger_version, found.reference)
    target_on, ultimate_on, at_risk_on = milestones(
        found.began_on,
        due_on,
        definition.kind,
        definition.statutory,
        path.escalation_of(definition.rule),
        calendar,
    )
    return Due(
        id=identity,
        rule=definition.rule,
        title=definition.title,
        kind=definition.kind,
        due_on=due_on,
        statutory=definition.statutory,
        citation=definition.citation,
        duty_holder=found.duty_holder or definition.duty_holder,
        trigger_version=found.trigger_version,
        line_de=line_de,
        line_en=line_en,
        calendar=calendar.version,
        reference=found.reference,
        suspended=held and case.hold.held,
        reminders=planned(identity, due_on, definition.kind, definition.reminders, calendar),
        waiting_on=found.duty_holder or definition.duty_holder,
        target_on=target_on,
        ultimate_on=ultimate_on,
        at_risk_on=at_risk_on,
        held_days=days,
        sent=tuple(sent.get(identity, ())),
        acts_on=found.acts_on,
        asked_daily=found.asked_daily,
    )


def law_due(
    found: LawDate,
    own_reminders: tuple[ReminderPlan, ...] | None,
    escalation: Escalation,
    calendar: Calendar,
    sent: dict[str, list[SentReminder]],
) -> Due:
    """An entry of the agenda for a date of the law, with ``own_reminders`` of the path, else those of the rule."""
    rule = found.rule
    reference = found.fact.reference
    identity = law_identity(found)
    reminders = rule.reminders if own_reminders is None else own_reminders
    target_on, ultimate_on, at_risk_on = milestones(
        found.fact.judged_on, found.due_on, rule.kind, True, escalation, calendar
    )
    return Due(
        id=identity,
        rule=rule.id,
        title=rule.title,
        kind=rule.kind,
        due_on=found.due_on,
        statutory=True,
        citation=rule.citation,
        duty_holder=rule.duty_holder,
        trigger_version=found.fact.version,
        line_de=found.line_de,
        line_en=found.line_en,
        calendar=found.calendar,
        reference=reference,
        suspended=False,
        reminders=planned(identity, found.due_on, rule.kind, reminders, calendar),
        waiting_on=found.waiting_on,
        target_on=target_on,
        ultimate_on=ultimate_on,
        at_risk_on=at_risk_on,
        sent=tuple(sent.get(identity, ())),
        text=rule.text,
        source=rule.source,
        source_link=rule.source_link,
        rule_valid_from=rule.valid_from,
        verified_on=rule.verified_on,
        unverified=rule.unverified,
        precise_on=found.precise_on,
    )


def law_identity(found: LawDate) -> str:
    """The id of the agenda entry for a date of the law."""
    return _identity(found.rule.id, found.fact.version, found.fact.reference)


def _identity(rule: str, trigger_version: int, reference: str) -> str:
    return f"{rule}/{trigger_version}/{reference}" if reference else f"{rule}/{trigger_version}"


def planned(
    identity: str, due_on: date, kind: DateKind, plans: tuple[ReminderPlan, ...], calendar: Calendar
) -> tuple[PlannedReminder, ...]:
    """The reminders of one date, in rising order.

    Before the date a reminder falls on a working day at or before its day, so that the work can be done in time; after
    the date, and when a window opens, on one at or after it.
    """
    prefix = f"{identity}/{due_on.isoformat()}/"
    return tuple(
        PlannedReminder(
            id=prefix + plan.level._value_,
            level=plan.level,
            on=_reminder_day(due_on, kind, plan.offset_days, calendar),
        )
        for plan in plans
    )


@lru_cache(maxsize=65_536)
def _reminder_day(due_on: date, kind: DateKind, offset_days: int, calendar: Calendar) -> date:
    day = due_on + timedelta(days=offset_days)
    after = offset_days > 0 or (kind is DateKind.EARLIEST_DATE and offset_days == 0)
    return calendar.next_working_day(day) if after else calendar.previous_working_day(day)
