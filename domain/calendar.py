"""Legal dates: working days of a place, deemed notification, and a period computed with every step shown.

A date once computed is stored together with ``Computed.calendar`` and never computed again on replay.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from domain.date_wording import (
    WEEKDAYS_DE,
    WEEKDAYS_EN,
    Step,
    english_date,
    german_date,
    line_of,
    steps_of,
)
from domain.periods import (
    FIRST_BIRTH_DATE,
    FIRST_DATE,
    LAST_DATE,
    DateKind,
    InvalidPeriod,
    Period,
    check_date,
    end_of,
    invalid,
)

__all__ = [
    "DEEMED_NOTIFICATION",
    "FIRST_DATE",
    "LAST_DATE",
    "Calendar",
    "Computed",
    "DateKind",
    "DeemedNotification",
    "InvalidPeriod",
    "Period",
    "Step",
    "compute",
    "deemed_notification",
    "english_date",
    "german_date",
]

_ONE_DAY = timedelta(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """The working days of one place, for the years from ``first_year`` to ``last_year``.

    Saturdays, Sundays and ``holidays`` are no working days; 24 and 31 December are. Asked about a day outside its
    years it raises ``InvalidPeriod``: it never guesses.
    """

    region: str
    version: str
    """Source and release, e.g. "holidays 0.109 DE-NW"; stored with every date computed from it."""
    holidays: frozenset[date]
    first_year: int
    last_year: int
    names: Mapping[date, str] = field(default_factory=dict, compare=False, repr=False)
    """German names of the holidays, for explanations; a holiday without a name is a "Feiertag"."""

    def __hash__(self) -> int:
        # One of few, and asked for in front of every computation that is remembered.
        return hash(self.version)

    def is_working_day(self, day: date) -> bool:
        """Whether ``day`` is a Werktag in the sense of BGB § 193: Monday to Friday and no holiday."""
        if not self.first_year <= day.year <= self.last_year:
            raise invalid(
                "calendar.year_not_covered",
                f"Der Kalender {self.version} gilt für die Jahre {self.first_year} bis {self.last_year}.",
                f"The calendar {self.version} covers the years {self.first_year} to {self.last_year}.",
            )
        return day.weekday() < 5 and day not in self.holidays

    def next_working_day(self, day: date) -> date:
        """``day`` itself if it is a working day, else the first one after it."""
        while not self.is_working_day(day):
            day += _ONE_DAY
        return day

    def previous_working_day(self, day: date) -> date:
        """``day`` itself if it is a working day, else the last one before it."""
        while not self.is_working_day(day):
            day -= _ONE_DAY
        return day

    def why_not_working(self, day: date) -> tuple[str, str]:
        """The name of the holiday, else of the day of the week, in German and English."""
        if day in self.holidays:
            name = self.names.get(day, "Feiertag")
            return name, f"public holiday {name}"
        return WEEKDAYS_DE[day.weekday()], WEEKDAYS_EN[day.weekday()]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeemedNotification:
    """One version of the Bekanntgabefiktion: a letter posted in Germany counts as notified ``days`` later.

    Chosen by the day of posting. The fiction day does not roll. It says nothing of service (Zustellung), which has
    no fiction, nor of a letter that never arrived.
    """

    valid_from: date
    valid_to: date | None
    """Last day of posting under this version; None while it is in force."""
    days: int
    citation: str

    def day_for(self, posted_on: date) -> date:
        """The day on which a letter posted on ``posted_on`` counts as notified."""
        return posted_on + timedelta(self.days)


DEEMED_NOTIFICATION = (
    DeemedNotification(
        valid_from=FIRST_DATE,
        valid_to=date(2024, 12, 31),
        days=3,
        citation="§ 37 Abs. 2 SGB X a. F.; § 41 Abs. 2 VwVfG a. F.",
    ),
    DeemedNotification(
        valid_from=date(2025, 1, 1),
        valid_to=None,
        days=4,
        citation="§ 37 Abs. 2 SGB X; § 41 Abs. 2 VwVfG",
    ),
)
"""Versions without gap or overlap; VwVfG NRW § 41(2) reads as the federal one.

Source: SGB X § 37(2), VwVfG § 41(2), as of 29 Apr 2026.
"""


def deemed_notification(posted_on: date) -> DeemedNotification:
    """The version in force on the day of posting; ``InvalidPeriod`` outside 1990–2100."""
    check_date(posted_on)
    return next(rule for rule in DEEMED_NOTIFICATION if rule.valid_to is None or posted_on <= rule.valid_to)


@dataclass(frozen=True, slots=True, kw_only=True)
class Computed:
    """A computed date with everything that explains it."""

    start: date
    """The date given: the day of the event, or of posting."""
    period: Period
    kind: DateKind
    day_counts: bool
    fiction: DeemedNotification | None
    received_on: date | None
    deemed_on: date | None
    """The day that counts as notification when ``start`` is a day of posting: the fiction day, or the later day of
    actual receipt; else None."""
    raw_end: date
    """The end before any roll."""
    end: date
    moved_because_de: str
    """Why ``raw_end`` is no working day, when the date moved; else empty."""
    moved_because_en: str
    calendar: str
    """``Calendar.version`` of the calendar used."""

    @property
    def counted_from(self) -> date:
        """The day from which the period runs: ``deemed_on`` if there is one, else ``start``."""
        return self.start if self.deemed_on is None else self.deemed_on

    @property
    def steps(self) -> tuple[Step, ...]:
        """The computation, step by step; the last step's date is ``end``. Worded anew at each call."""
        return steps_of(self)

    def line(self, language: str, trigger: str | None = None) -> str:
        """The computation in one line: "Bekanntgabe 24.11. + 1 Monat = 24.12.".

        ``trigger`` names the event in that language; it is "Bekanntgabe" by itself when the start was a day of
        posting. Years are written when the dates do not share one.
        """
        return line_of(self, language, trigger)


def compute(
    start: date,
    period: Period,
    kind: DateKind,
    calendar: Calendar,
    *,
    day_counts: bool = False,
    posted: bool = False,
    received_on: date | None = None,
) -> Computed:
    """Run ``period`` from ``start`` and roll its end as ``kind`` demands.

    ``posted``: ``start`` is the day of posting, the period runs from the deemed notification or from ``received_on``
    if that is later. ``day_counts``: see ``domain.periods.end_of``; always so for the age limit of a birth date.
    A backward deadline moves to the *previous* working day, for moving it on would shorten the time it protects.
    A follow-up moves to the previous working day even if that lies before ``start``: it is then due at once.

    Raises ``InvalidPeriod``: a date outside 1990–2100 (a birth may lie in 1900 or later), receipt before posting or
    without it, a counted first day in a backward or empty period, a roll outside the years of ``calendar``. It does
    not judge whether the notification is valid at all.
    Source: BGB §§ 187–193, SGB X §§ 26, 37(2), VwVfG §§ 31, 41(2), as of 29 Apr 2026.
    """
    first = FIRST_BIRTH_DATE if kind is DateKind.AGE_LIMIT else FIRST_DATE
    check_date(start, first)
    fiction = deemed_notification(start) if posted else None
    deemed_on = _notified_on(start, fiction, received_on)
    counted_from = start if deemed_on is None else deemed_on
    if kind is DateKind.AGE_LIMIT and not (period.backward or period.is_zero):
        day_counts = True
    raw_end = check_date(end_of(counted_from, period, day_counts=day_counts), first)
    end = _rolled(raw_end, period, kind, calendar)
    de, en = ("", "") if end == raw_end else calendar.why_not_working(raw_end)
    return Computed(
        start=start,
        period=period,
        kind=kind,
        day_counts=day_counts,
        fiction=fiction,
        received_on=received_on,
        deemed_on=deemed_on,
        raw_end=raw_end,
        end=end,
        moved_because_de=de,
        moved_because_en=en,
        calendar=calendar.version,
    )


def _notified_on(start: date, fiction: DeemedNotification | None, received_on: date | None) -> date | None:
    if fiction is None:
        if received_on is not None:
            raise invalid(
                "period.receipt_without_posting",
                "Ein Zugang kann nur zusammen mit dem Tag der Aufgabe zur Post angegeben werden.",
                "A day of receipt can be given only together with the day of posting.",
            )
        return None
    if received_on is None:
        return check_date(fiction.day_for(start))
    if received_on < start:
        raise invalid(
            "period.receipt_before_posting",
            "Der Zugang liegt vor der Aufgabe zur Post.",
            "The day of receipt lies before the day of posting.",
        )
    return check_date(max(received_on, fiction.day_for(start)))


def _rolled(raw_end: date, period: Period, kind: DateKind, calendar: Calendar) -> date:
    if kind is DateKind.FOLLOW_UP or (kind is DateKind.DEADLINE and period.backward):
        return calendar.previous_working_day(raw_end)
    if kind is DateKind.DEADLINE:
        return calendar.next_working_day(raw_end)
    return raw_end
