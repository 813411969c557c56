"""Quarters of the calendar year, by which entries, exits and stock are reported."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from domain.path import Title


class Quarter(NamedTuple):
    """A quarter of a year; quarters are ordered in time."""

    year: int
    number: int

    @property
    def first_day(self) -> date:
        """Its first day."""
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def last_day(self) -> date:
        """Its last day."""
        return self.next.first_day - timedelta(1)

    @property
    def next(self) -> Quarter:
        """The quarter after it."""
        return Quarter(self.year + self.number // 4, self.number % 4 + 1)

    @property
    def title(self) -> Title:
        """As people say it."""
        return Title(de=f"{self.number}. Quartal {self.year}", en=f"quarter {self.number} of {self.year}")

    def __str__(self) -> str:
        return f"{self.year}-Q{self.number}"


def quarter_of(day: date) -> Quarter:
    """The quarter in which ``day`` lies.

    >>> str(quarter_of(date(2025, 3, 31))), str(quarter_of(date(2025, 4, 1)))
    ('2025-Q1', '2025-Q2')
    """
    return Quarter(day.year, (day.month + 2) // 3)


def quarter_over(day: date) -> Quarter:
    """The last quarter that was over on ``day``, its own last day included.

    >>> str(quarter_over(date(2025, 3, 30))), str(quarter_over(date(2025, 3, 31)))
    ('2024-Q4', '2025-Q1')
    """
    quarter = quarter_of(day)
    return quarter if day == quarter.last_day else quarter_of(quarter.first_day - timedelta(1))


def quarters(first: date, last: date) -> Iterator[Quarter]:
    """The quarters from the one of ``first`` to the one of ``last``."""
    quarter, end = quarter_of(first), quarter_of(last)
    while quarter <= end:
        yield quarter
        quarter = quarter.next
