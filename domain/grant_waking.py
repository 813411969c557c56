"""What a grant does by itself: every morning, the reminders that its dates have reached, each to one who can act."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from domain.agenda import Due
from domain.calendar import Calendar
from domain.decision import local_date
from domain.grant_agenda import grant_agenda
from domain.grant_reminders import GrantReminderIssued
from domain.grant_state import GrantState
from domain.law.table import LawTable
from domain.path import ReminderLevel
from domain.ports import StaffDirectory
from domain.routing import Route, Routing, role_of, route
from domain.values import StaffId
from domain.waking import morning_of, next_reminder, reached_and_not_issued, reminder_day


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantTerms:
    """The rules and the instant (aware UTC) a grant wakes on.

    ``staff`` tells who is in charge of it and who can be reached, ``organisation`` is the one that keeps the grant.
    """

    calendar: Calendar
    law: LawTable
    now: datetime
    staff: StaffDirectory
    organisation: str

    @property
    def today(self) -> date:
        """The local day of ``now``."""
        return local_date(self.now)


def wake(grant: GrantState, terms: GrantTerms) -> tuple[GrantReminderIssued, ...]:
    """The reminders that are due by now, of each date the highest level reached unless it was issued before.

    Levels that were passed while nobody was awake, or before the date was known, are not made up for.
    """
    issued, day = grant.reminders.issued, reminder_day(terms.now)
    found = []
    for due in grant_agenda(grant, terms.calendar, terms.law):
        reminder = reached_and_not_issued(due, issued, day)
        if reminder is None:
            continue
        officer = terms.staff.grant_officer(grant.reference)
        to = _route(reminder.level, officer, grant, terms)
        found.append(
            GrantReminderIssued(
                occurred_on=terms.today,
                reminder_id=reminder.id,
                due_id=due.id,
                rule=due.rule,
                level=reminder.level,
                due_on=due.due_on,
                role=role_of(reminder.level),
                officer=StaffId(officer) if officer is not None else None,
                issued_at=terms.now,
                to=to.to,
                ground=to.ground,
            )
        )
    return tuple(found)


def _route(level: ReminderLevel, officer: str | None, grant: GrantState, terms: GrantTerms) -> Route:
    """As for a case, with the one in charge of the grant in the place of the caseworker; nobody: the coordination."""
    place = coordinated_in(grant)
    if officer is None:
        return Route(to=StaffId(terms.staff.coordinator(place)), ground=Routing.NOBODY_IN_CHARGE)
    return route(level, StaffId(officer), terms.organisation, place, terms.staff, terms.today)


def coordinated_in(grant: GrantState) -> str:
    """The municipality (AGS) whose coordination looks after the grant: that of all its lines; empty if they differ."""
    places = {line.municipality for line in grant.plan.lines}
    return next(iter(places)) if len(places) == 1 else ""


def next_morning(now: datetime) -> datetime:
    """The first instant (aware UTC) after ``now`` at which a morning begins."""
    return morning_of(reminder_day(now) + timedelta(days=1))


def grant_wakes_at(due: Due, issued: frozenset[str], now: datetime) -> datetime | None:
    """The morning (aware UTC) on which the next reminder of ``due`` goes out; None when no more will.

    What is found to be reached during the day waits for the next morning: whoever enters drawdowns of last month is
    not told of each before what was spent of it is entered.
    """
    pending = next_reminder(due, issued)
    return None if pending is None else max(morning_of(pending.on), next_morning(now))
