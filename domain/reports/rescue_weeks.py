"""Weeks of courses by their number, Monday to Sunday: which of them are over, and for which a list is there."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache


def week_of(day: date) -> int:
    """The number of the week of a day; 1 January 0001 was a Monday.

    >>> week_of(date(2026, 3, 2)) - week_of(date(2026, 3, 1)), week_of(date(2026, 3, 8)) - week_of(date(2026, 3, 2))
    (1, 0)
    """
    return (day.toordinal() - 1) // 7


def monday_of(week: int) -> date:
    """The first day of a week."""
    return date.fromordinal(7 * week + 1)


def sunday_of(week: int) -> date:
    """The last day of a week."""
    return date.fromordinal(7 * week + 7)


@lru_cache(maxsize=20_000)
def year_of(week: int) -> str:
    """The year of the last day of a week."""
    return str(sunday_of(week).year)


def last_over(as_of: date) -> int:
    """The last week that was over on a day.

    >>> last_over(date(2026, 3, 8)) == week_of(date(2026, 3, 8)), last_over(date(2026, 3, 7)) == week_of(date(2026, 3, 1))
    (True, True)
    """
    return as_of.toordinal() // 7 - 1


def weeks_on_record(spans: Iterable[tuple[int, int]], last: int) -> set[int]:
    """The weeks with a list, up to the week ``last``; each span has the weeks of its first and its last day."""
    return {week for first, until in spans for week in range(first, min(until, last) + 1)}


def weeks_missing(entered: int, last: int, over: int, on_record: set[int]) -> list[int]:
    """The weeks from the entry to the week ``last`` that were over by the week ``over`` and have no list, in their order."""
    return [week for week in range(entered, min(last, over) + 1) if week not in on_record]
