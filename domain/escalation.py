"""How pressing a date is: by when it should be kept, when it is lost, and from when on it is at risk."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple, Protocol

from domain.calendar import Calendar
from domain.path import Escalation
from domain.periods import DateKind


class DueStatus(StrEnum):
    """Where a date stands on a day, the least pressing first."""

    SUSPENDED = "suspended"
    """A hold stops it."""
    SLEEPING = "sleeping"
    AT_RISK = "at_risk"
    """Most of the time to act has gone."""
    DUE = "due"
    """The target has come; the date is not lost yet."""
    OVERDUE = "overdue"
    """The ultimate date has passed."""


class Milestones(NamedTuple):
    """The days of one date. An opening of a window has neither an ultimate date nor a risk."""

    target_on: date
    ultimate_on: date | None
    at_risk_on: date | None


class Dated(Protocol):
    """What has milestones: a date of the agenda, or its row in the read tables."""

    @property
    def suspended(self) -> bool:
        """Whether a hold stops it."""
        ...

    @property
    def target_on(self) -> date:
        """By when it should be kept."""
        ...

    @property
    def ultimate_on(self) -> date | None:
        """The last day, if there is one."""
        ...

    @property
    def at_risk_on(self) -> date | None:
        """The first day on which it is at risk, if it can be."""
        ...


def status_on(due: Dated, today: date) -> DueStatus:
    """Where ``due`` stands on ``today``."""
    if due.suspended:
        return DueStatus.SUSPENDED
    if due.ultimate_on is not None and today > due.ultimate_on:
        return DueStatus.OVERDUE
    if today >= due.target_on:
        return DueStatus.DUE
    if due.at_risk_on is not None and today >= due.at_risk_on:
        return DueStatus.AT_RISK
    return DueStatus.SLEEPING


@lru_cache(maxsize=65_536)
def milestones(
    began_on: date, due_on: date, kind: DateKind, statutory: bool, plan: Escalation, calendar: Calendar
) -> Milestones:
    """The days of a date that somebody can act on since ``began_on``.

    The target lies on a working day at or before its day, and never before ``began_on`` unless the date itself does.
    A statutory date has no day of grace. Raises InvalidPeriod outside the years of the calendar.
    """
    if kind is DateKind.EARLIEST_DATE:
        return Milestones(due_on, None, None)
    target_on = due_on
    if plan.target_days_before:
        wanted = calendar.previous_working_day(due_on - timedelta(plan.target_days_before))
        target_on = min(due_on, max(wanted, began_on))
    ultimate_on = due_on
    if plan.ultimate_days_after and not statutory:
        ultimate_on = calendar.next_working_day(due_on + timedelta(plan.ultimate_days_after))
    span = max(0, (target_on - began_on).days)
    at_risk_on = target_on - timedelta(span * (100 - plan.at_risk_percent) // 100)
    return Milestones(target_on, ultimate_on, at_risk_on)
