"""When a case wakes by itself: the instants its workflow sleeps towards, and what sleeps until then."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from domain.agenda import Due, PlannedReminder
from domain.case_state import CaseState
from domain.decision import LOCAL, local_date
from domain.eligible.rechecks import RECHECK_RULE
from domain.participation import SeatStatus

MORNING: Final = time(6, 0)
"""Local time at which reminders of a day are due: before the office opens."""
MORNING_LASTS: Final = timedelta(hours=1)
SPREAD_SECONDS: Final = 900
"""All cases are due at the same hour of the morning; each begins at a second of its own within this span."""


def morning_of(day: date) -> datetime:
    """The instant at which the work of ``day`` begins, in UTC."""
    return datetime.combine(day, MORNING, LOCAL).astimezone(UTC)


def spread(case_id: UUID) -> timedelta:
    """By how much a case wakes later than the morning begins, so that not all cases do so at once."""
    return timedelta(seconds=case_id.int % SPREAD_SECONDS)


def next_reminder(due: Due, issued: frozenset[str]) -> PlannedReminder | None:
    """The reminder that comes next: the one after the highest level issued; None in a hold or when all are out."""
    if due.suspended:
        return None
    pending = None
    for reminder in reversed(due.reminders):
        if reminder.id in issued:
            break
        pending = reminder
    return pending


def wakes_on(due: Due, pending: PlannedReminder | None) -> date | None:
    """The day on which the case next moves by itself for ``due``, whose next reminder is ``pending``; None if never.

    A day that is past means: as soon as the workflow gets to it. An offer that is asked again every morning has none.
    """
    if pending is None:
        return due.acts_on
    return pending.on if due.acts_on is None else min(pending.on, due.acts_on)


def wakes_at(
    case_id: UUID, on: date | None, *, asked_daily: bool, statutory: bool, now: datetime
) -> datetime | None:
    """The instant (aware UTC) at which the workflow of a case wakes for a date that ``wakes_on`` said ``on`` of.

    ``now`` when that should have happened already; None when nothing will happen by itself.
    """
    days = [local_date(now) + timedelta(days=1)] if asked_daily else []
    if on is not None:
        days.append(on if on > reminder_day(now) else _day_when_reached(statutory=statutory, now=now))
    if not days:
        return None
    at = morning_of(min(days))
    return at + spread(case_id) if at > now else now


def reminder_reached(case: CaseState, due: Due, today: date) -> PlannedReminder | None:
    """The reminder of ``due`` to be issued today: the highest level reached, unless it was issued before.

    Levels that were passed before the date was known are not sent one after the other.
    """
    return reached_and_not_issued(due, case.reminders.issued, today)


def reached_and_not_issued(due: Due, issued: frozenset[str], today: date) -> PlannedReminder | None:
    """As ``reminder_reached``, for whatever has dates: ``issued`` are the ids of its reminders that were issued."""
    if due.suspended:
        return None
    reached = [reminder for reminder in due.reminders if reminder.on <= today]
    if not reached or reached[-1].id in issued:
        return None
    return reached[-1]


def next_wake(case: CaseState, dues: Iterable[Due], now: datetime) -> datetime | None:
    """The instant (aware UTC) at which something of the agenda ``dues`` will be due by itself; ``now`` when it is due
    already.

    An internal date that is found to be reached during the day waits for the next morning: whoever is entering last
    month's contacts is not told after each of them what the next entry will settle. A statutory one never waits, and
    takes the internal ones along. A mail that is still to leave is not asked for: it has a courier of its own.
    None when nothing will ever happen without a person: then the workflow of the case may end.
    """
    day = reminder_day(now)
    days: list[date] = []
    for due in dues:
        if due.suspended:
            continue
        if due.rule == RECHECK_RULE:
            days.append(max(day, due.due_on))  # also where a path reminds of it on another day, or never
        days.extend(reminder.on for reminder in due.reminders if reminder.on > day)
        if reminder_reached(case, due, day):
            days.append(_day_when_reached(statutory=due.statutory, now=now))
    days.extend(_own_moves(case, local_date(now)))
    return max(now, morning_of(min(days))) if days else None


def reminder_day(now: datetime) -> date:
    """The day whose reminders have come by ``now``: before the morning begins, that is the day before."""
    today = local_date(now)
    return today if now >= morning_of(today) else today - timedelta(days=1)


def _day_when_reached(*, statutory: bool, now: datetime) -> date:
    """The day on which a reminder that is reached at ``now`` goes out: at once, or for an internal date the next
    morning once the morning is over."""
    day = reminder_day(now)
    return day if statutory or now < morning_of(day) + MORNING_LASTS else day + timedelta(days=1)


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
