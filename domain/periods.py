"""Periods as BGB §§ 187–191 run them: parse a duration, and find the day on which it ends.

Weekends and holidays are no matter of this module; ``domain.calendar`` rolls what comes out of here.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from domain.refusals import Refusal

FIRST_DATE = date(1990, 1, 1)
LAST_DATE = date(2100, 12, 31)
FIRST_BIRTH_DATE = date(1900, 1, 1)
"""Only an age limit may start this early: it starts with a birth."""

LARGEST_NUMBER = 99_999
LONGEST_TEXT = 40
_ISO = re.compile(r"([+-]?)P(?:([0-9]+)Y)?(?:([0-9]+)M)?(?:([0-9]+)W)?(?:([0-9]+)D)?")


class DateKind(StrEnum):
    """What a date is in law, which decides whether it moves on a Saturday, Sunday or holiday."""

    DEADLINE = "deadline"
    """Frist: someone must act. Moves to the next working day (BGB § 193, SGB X § 26(3), VwVfG § 31(3))."""
    APPOINTMENT = "appointment"
    """Behördlicher Termin: a fixed day, stays (SGB X § 26(5), VwVfG § 31(5))."""
    VALIDITY_END = "validity_end"
    """Befristung, Leistungszeitraum: stays (SGB X § 26(4), VwVfG § 31(4))."""
    AGE_LIMIT = "age_limit"
    """Altersgrenze: stays; the day of birth counts (BGB § 187(2) sentence 2)."""
    EARLIEST_DATE = "earliest_date"
    """Frühester Zeitpunkt: from here on something may be done; stays."""
    FOLLOW_UP = "follow_up"
    """Wiedervorlage: internal, moves to the previous working day so that the work can be done in time."""


class InvalidPeriod(ValueError):
    """A date or duration that cannot be meant. Carries the ``Refusal`` to show; its texts repeat no input."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.en)
        self.refusal = refusal


def invalid(rule_id: str, de: str, en: str) -> InvalidPeriod:
    """The exception for one refusal, to be raised by the caller."""
    return InvalidPeriod(Refusal(rule_id, de, en))


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A length of time in calendar units, forward or ``backward``.

    Numbers are never negative; the direction is one for the whole period. A period that is not ``contiguous``
    counts each month as 30 and each year as 365 days.
    Source: BGB § 191, as of 29 Apr 2026.
    """

    years: int = 0
    months: int = 0
    weeks: int = 0
    days: int = 0
    backward: bool = False
    contiguous: bool = True

    def __post_init__(self) -> None:
        for number in (self.years, self.months, self.weeks, self.days):
            if not 0 <= number <= LARGEST_NUMBER:
                raise invalid(
                    "period.number_out_of_range",
                    f"Jede Zahl einer Dauer liegt zwischen 0 und {LARGEST_NUMBER}.",
                    f"Every number of a duration lies between 0 and {LARGEST_NUMBER}.",
                )

    @staticmethod
    def parse(text: str, *, contiguous: bool = True) -> Period:
        """Read an ISO-8601 duration of years, months, weeks and days, with an optional sign in front.

        >>> Period.parse("-P7M").text("de")
        '7 Monate'
        >>> Period.parse("P1Y6M").text("en")
        '1 year and 6 months'

        Raises ``InvalidPeriod`` for anything else: times of day, fractions, units out of order, no unit at all.
        """
        match = _ISO.fullmatch(text) if len(text) <= LONGEST_TEXT else None
        if match is None or all(group is None for group in match.groups()[1:]):
            raise invalid(
                "period.malformed",
                "Keine gültige Dauer: erwartet wird ISO 8601 mit Jahren, Monaten, Wochen und Tagen in dieser "
                "Reihenfolge, zum Beispiel P1M, P2W, P1Y6M oder -P7M.",
                "Not a valid duration: expected is ISO 8601 with years, months, weeks and days in this order, "
                "for example P1M, P2W, P1Y6M or -P7M.",
            )
        sign, *numbers = match.groups()
        years, months, weeks, days = (int(number or 0) for number in numbers)
        return Period(
            years=years, months=months, weeks=weeks, days=days, backward=sign == "-", contiguous=contiguous
        )

    @property
    def is_zero(self) -> bool:
        """Whether the period has no length, as for "on the day itself"."""
        return not (self.years or self.months or self.weeks or self.days)

    @property
    def in_months(self) -> int:
        """Years and months as months; 0 when they count as days (§ 191)."""
        return 12 * self.years + self.months if self.contiguous else 0

    @property
    def in_days(self) -> int:
        """Weeks and days as days, and, when not contiguous, months as 30 and years as 365 days (§ 191)."""
        days = 7 * self.weeks + self.days
        return days if self.contiguous else days + 30 * self.months + 365 * self.years

    def iso(self) -> str:
        """The canonical ISO-8601 text: what ``parse`` reads, without zero parts."""
        parts = ((self.years, "Y"), (self.months, "M"), (self.weeks, "W"), (self.days, "D"))
        body = "".join(f"{number}{unit}" for number, unit in parts if number)
        return ("-" if self.backward else "") + "P" + (body or "0D")

    def text(self, language: str) -> str:
        """The length in words, without its direction: "1 Monat", "2 Wochen", "1 Jahr und 6 Monate"."""
        english = language.startswith("en")
        words = (
            (self.years, ("year", "years") if english else ("Jahr", "Jahre")),
            (self.months, ("month", "months") if english else ("Monat", "Monate")),
            (self.weeks, ("week", "weeks") if english else ("Woche", "Wochen")),
            (self.days, ("day", "days") if english else ("Tag", "Tage")),
        )
        parts = [f"{number} {one if number == 1 else many}" for number, (one, many) in words if number]
        if not parts:
            return "0 days" if english else "0 Tage"
        last = parts.pop()
        return f"{', '.join(parts)} {'and' if english else 'und'} {last}" if parts else last


def check_date(day: date, first: date = FIRST_DATE) -> date:
    """``day`` itself, or ``InvalidPeriod`` when it lies before ``first`` or after 2100."""
    if not first <= day <= LAST_DATE:
        raise _out_of_range(first)
    return day


def end_of(start: date, period: Period, *, day_counts: bool = False) -> date:
    """The last day of ``period``; for a backward one the day it reaches back to. Does not roll.

    ``day_counts``: the period begins with the start of the day ``start`` (BGB § 187(2)), else the day of the event
    is not counted (§ 187(1)). Months run before days (as in § 189(2)). A day that the last month does not have is
    that month's last day (§ 188(3)); this asks for the day on which the period ends, so one month that begins with
    31 January ends with 28 February, not 27.
    Source: BGB §§ 187–191, as of 29 Apr 2026.
    """
    if day_counts and (period.is_zero or period.backward):
        raise invalid(
            "period.counted_day_needs_length",
            "Der Anfangstag kann nur bei einer vorwärts laufenden Dauer von mindestens einem Tag mitzählen.",
            "The first day can count only in a forward duration of at least one day.",
        )
    months, days = period.in_months, period.in_days
    if period.backward:
        months, days = -months, -days
    try:
        if months and day_counts:
            end = _same_number(start, months, start.day - 1)
        elif months:
            end = _same_number(start, months, start.day)
        else:
            end = start - timedelta(1) if day_counts else start
        return end + timedelta(days)
    except (OverflowError, ValueError):
        raise _out_of_range(FIRST_DATE) from None


def month_was_too_short(start: date, period: Period, *, day_counts: bool = False) -> bool:
    """Whether § 188(3) decided: the last month has no day with the number on which the period would end."""
    if not period.in_months:
        return False
    months = -period.in_months if period.backward else period.in_months
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return start.day - day_counts > monthrange(year, month + 1)[1]


def _same_number(start: date, months: int, number: int) -> date:
    """Day ``number`` of the month that lies ``months`` away, clamped to its length; day 0 is the day before it."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    if not number:
        return date(year, month + 1, 1) - timedelta(1)
    return date(year, month + 1, number if number <= 28 else min(number, monthrange(year, month + 1)[1]))


def _out_of_range(first: date) -> InvalidPeriod:
    return invalid(
        "period.date_out_of_range",
        f"Daten vor dem 01.01.{first.year} oder nach dem 31.12.2100 werden nicht berechnet.",
        f"Dates before 1 Jan {first.year} or after 31 Dec 2100 are not computed.",
    )
