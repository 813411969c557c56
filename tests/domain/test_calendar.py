"""Legal dates: working days, periods, deemed notification and rolls."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from domain.calendar import (
    DEEMED_NOTIFICATION,
    Calendar,
    DateKind,
    Period,
    compute,
)
from tests.domain.nrw_by_hand import NRW, day, easter_sunday, ends

# The vectors of the law


def test_objection_runs_one_month_from_the_fourth_day_after_posting() -> None:
    """Posted Friday 20 Nov 2026: deemed Tuesday 24 Nov, one month ends on Christmas Eve, which is a working day."""
    computed = ends("2026-11-20", "P1M", DateKind.DEADLINE, posted=True)
    assert (computed.deemed_on, computed.raw_end, computed.end) == (
        day("2026-11-24"),
        day("2026-12-24"),
        day("2026-12-24"),
    )
    assert [step.on for step in computed.steps] == [
        day("2026-11-24"),
        day("2026-11-25"),
        day("2026-12-24"),
        day("2026-12-24"),
    ]
    assert computed.calendar == "by hand DE-NW"
    assert computed.line("de") == "Bekanntgabe 24.11. + 1 Monat = 24.12."
    assert computed.line("en") == "Notification 24 Nov + 1 month = 24 Dec"


@pytest.mark.parametrize(
    ("start", "duration", "kind", "day_counts", "raw_end", "end"),
    [
        ("2027-01-31", "P1M", DateKind.DEADLINE, False, "2027-02-28", "2027-03-01"),
        ("2026-12-18", "P2W", DateKind.DEADLINE, False, "2027-01-01", "2027-01-04"),
        ("2026-12-17", "P2W", DateKind.DEADLINE, False, "2026-12-31", "2026-12-31"),
        ("2027-08-01", "-P7M", DateKind.EARLIEST_DATE, False, "2027-01-01", "2027-01-01"),
        ("2027-08-01", "-P6M", DateKind.EARLIEST_DATE, False, "2027-02-01", "2027-02-01"),
        ("2027-08-01", "P1M", DateKind.VALIDITY_END, True, "2027-08-31", "2027-08-31"),
        ("2027-08-01", "P4M", DateKind.VALIDITY_END, True, "2027-11-30", "2027-11-30"),
        ("2000-02-29", "P27Y", DateKind.AGE_LIMIT, True, "2027-02-28", "2027-02-28"),
        ("2022-06-30", "P6M", DateKind.VALIDITY_END, False, "2022-12-30", "2022-12-30"),
        ("2022-07-01", "P6M", DateKind.VALIDITY_END, True, "2022-12-31", "2022-12-31"),
        ("2026-11-29", "P0D", DateKind.VALIDITY_END, False, "2026-11-29", "2026-11-29"),
        ("2026-11-29", "P0D", DateKind.FOLLOW_UP, False, "2026-11-29", "2026-11-27"),
        ("2026-11-25", "P1M", DateKind.DEADLINE, False, "2026-12-25", "2026-12-28"),
        ("2026-09-03", "P1M", DateKind.DEADLINE, False, "2026-10-03", "2026-10-05"),
    ],
)
def test_vectors_computed_by_hand(
    start: str, duration: str, kind: DateKind, day_counts: bool, raw_end: str, end: str
) -> None:
    """The worked cases of practice: short months, holidays, backward windows, probation, ages, validity ends."""
    computed = ends(start, duration, kind, day_counts=day_counts)
    assert (computed.raw_end, computed.end) == (day(raw_end), day(end))
    assert computed.deemed_on is None
    assert computed.steps[-1].on == computed.end


# Deemed notification


@pytest.mark.parametrize(
    ("posted_on", "deemed_on"),
    [
        ("2024-12-30", "2025-01-02"),
        ("2024-12-31", "2025-01-03"),
        ("2025-01-01", "2025-01-05"),
        ("2025-01-02", "2025-01-06"),
        ("1990-01-01", "1990-01-04"),
        ("2026-12-21", "2026-12-25"),
    ],
)
def test_fiction_takes_three_days_before_2025_and_four_since_and_never_rolls(
    posted_on: str, deemed_on: str
) -> None:
    """The day of posting picks the version; Sunday 5 Jan 2025 and Christmas Day stay the day of notification."""
    assert ends(posted_on, "P1M", DateKind.DEADLINE, posted=True).deemed_on == day(deemed_on)


def test_versions_of_the_fiction_leave_no_gap() -> None:
    """Each version begins on the day after the one before it, and only the last is open."""
    for earlier, later in pairwise(DEEMED_NOTIFICATION):
        assert earlier.valid_to is not None
        assert later.valid_from == earlier.valid_to + timedelta(1)
    assert DEEMED_NOTIFICATION[-1].valid_to is None
    assert all("§ 37 Abs. 2 SGB X" in rule.citation for rule in DEEMED_NOTIFICATION)


@pytest.mark.parametrize(
    ("received", "deemed_on", "end"),
    [
        ("2026-11-20", "2026-11-24", "2026-12-24"),
        ("2026-11-24", "2026-11-24", "2026-12-24"),
        ("2026-11-25", "2026-11-25", "2026-12-28"),
        ("2026-12-01", "2026-12-01", "2027-01-04"),
    ],
)
def test_actual_receipt_counts_only_when_later_than_the_fiction(
    received: str, deemed_on: str, end: str
) -> None:
    """Receipt before or on the fiction day changes nothing; from the day after it that day is the notification."""
    computed = ends("2026-11-20", "P1M", DateKind.DEADLINE, posted=True, received=received)
    assert (computed.deemed_on, computed.end) == (day(deemed_on), day(end))
    assert computed.steps[1].on == day(deemed_on)
    assert ("später als die Fiktion" in computed.steps[1].de) == (received > "2026-11-24")


# Beginning and end of a period


@pytest.mark.parametrize(
    ("start", "duration", "end"),
    [
        ("2027-01-28", "P1M", "2027-02-28"),
        ("2027-01-29", "P1M", "2027-02-28"),
        ("2028-01-31", "P1M", "2028-02-29"),
        ("2028-02-29", "P1Y", "2029-02-28"),
        ("2028-02-29", "P4Y", "2032-02-29"),
        ("2027-02-28", "P1M", "2027-03-28"),
        ("2027-12-31", "P2M", "2028-02-29"),
        ("2027-03-31", "-P1M", "2027-02-28"),
        ("2027-01-31", "-P2M", "2026-11-30"),
        ("2027-01-30", "P1M1D", "2027-03-01"),
        ("2027-01-01", "P1Y2M3W4D", "2028-03-26"),
    ],
)
def test_months_end_on_the_same_number_or_the_last_day(start: str, duration: str, end: str) -> None:
    """BGB § 188(2), (3): clamped once, months before days."""
    assert ends(start, duration, DateKind.APPOINTMENT).raw_end == day(end)


@pytest.mark.parametrize(
    ("start", "duration", "end"),
    [
        ("2027-01-31", "P1M", "2027-02-28"),
        ("2027-01-30", "P1M", "2027-02-28"),
        ("2027-01-29", "P1M", "2027-02-28"),
        ("2027-01-28", "P1M", "2027-02-27"),
        ("2027-03-31", "P1M", "2027-04-30"),
        ("2027-01-01", "P1D", "2027-01-01"),
        ("2027-01-01", "P2W", "2027-01-14"),
        ("2027-01-01", "P1M14D", "2027-02-14"),
    ],
)
def test_a_counted_first_day_ends_the_period_a_day_earlier(start: str, duration: str, end: str) -> None:
    """BGB § 187(2), § 188(2), (3): the day that would end it may be missing, and then the month's last day ends it."""
    assert ends(start, duration, DateKind.APPOINTMENT, day_counts=True).raw_end == day(end)


@pytest.mark.parametrize(
    ("born", "duration", "completed"),
    [
        ("2000-02-29", "P27Y", "2027-02-28"),
        ("2000-02-29", "P28Y", "2028-02-28"),
        ("2000-03-01", "P27Y", "2027-02-28"),
        ("2001-01-01", "P18Y", "2018-12-31"),
        ("1975-05-10", "P28Y", "2003-05-09"),
        ("1900-01-01", "P27Y", "1926-12-31"),
    ],
)
def test_a_year_of_life_is_completed_on_the_eve_of_the_birthday(
    born: str, duration: str, completed: str
) -> None:
    """The day of birth counts whether or not the caller says so, and a birth may lie before 1990."""
    without = ends(born, duration, DateKind.AGE_LIMIT)
    assert without == ends(born, duration, DateKind.AGE_LIMIT, day_counts=True)
    assert without.end == day(completed)


def test_counting_back_from_an_age_limit_counts_no_first_day() -> None:
    """Six months before the eve of a birthday: only a forward period can begin with a birth."""
    assert ends("2027-02-28", "-P6M", DateKind.AGE_LIMIT).end == day("2026-08-28")


@pytest.mark.parametrize(("duration", "days"), [("P3M", 90), ("P1Y", 365), ("P1Y2M1W3D", 435), ("P5D", 5)])
def test_a_period_that_is_not_contiguous_counts_months_as_thirty_days(duration: str, days: int) -> None:
    """BGB § 191."""
    period = Period.parse(duration, contiguous=False)
    computed = compute(day("2027-01-31"), period, DateKind.VALIDITY_END, NRW)
    assert period.in_days == days
    assert computed.end == day("2027-01-31") + timedelta(days)
    assert "§ 191 BGB" in [step.citation for step in computed.steps]


# Rolls


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (DateKind.DEADLINE, "2026-04-07"),
        (DateKind.APPOINTMENT, "2026-04-03"),
        (DateKind.VALIDITY_END, "2026-04-03"),
        (DateKind.AGE_LIMIT, "2026-04-03"),
        (DateKind.EARLIEST_DATE, "2026-04-03"),
        (DateKind.FOLLOW_UP, "2026-04-02"),
    ],
)
def test_good_friday_moves_a_deadline_on_and_a_follow_up_back(kind: DateKind, expected: str) -> None:
    """Good Friday to Easter Monday is four days without work; every other kind of date stays."""
    assert ends("2026-04-03", "P0D", kind).end == day(expected)


def test_a_backward_deadline_moves_to_the_working_day_before() -> None:
    """Moving it on would cut the time it protects: a fortnight before Saturday 17 April 2027 is Friday the 2nd."""
    computed = ends("2027-04-17", "-P2W", DateKind.DEADLINE)
    assert (computed.raw_end, computed.end) == (day("2027-04-03"), day("2027-04-02"))
    assert "entsprechend" in computed.steps[-1].citation


@pytest.mark.parametrize(
    ("text", "working"),
    [
        ("2026-12-24", True),
        ("2026-12-31", True),
        ("2026-12-25", False),
        ("2026-12-26", False),
        ("2026-11-28", False),
        ("2026-11-29", False),
        ("2026-06-04", False),
        ("2017-10-31", False),
        ("2018-10-31", True),
        ("2026-11-30", True),
    ],
)
def test_saturdays_sundays_and_holidays_are_no_working_days(text: str, working: bool) -> None:
    """Christmas Eve and New Year's Eve are working days; a working day is its own next and previous one."""
    asked = day(text)
    assert NRW.is_working_day(asked) is working
    assert (NRW.next_working_day(asked) == asked) is working
    assert (NRW.previous_working_day(asked) == asked) is working


def test_a_date_that_does_not_roll_needs_no_calendar_year() -> None:
    """A validity end is known even where no calendar is."""
    year = Calendar(region="NW", version="only 2027", holidays=frozenset(), first_year=2027, last_year=2027)
    assert compute(day("2030-01-05"), Period(months=1), DateKind.VALIDITY_END, year).end == day("2030-02-05")


def test_an_unnamed_holiday_is_called_a_holiday() -> None:
    """Names are for the explanation only."""
    year = Calendar(
        region="XX", version="v", holidays=frozenset({day("2027-03-03")}), first_year=2027, last_year=2027
    )
    computed = compute(day("2027-03-03"), Period(), DateKind.DEADLINE, year)
    assert computed.line("de") == "03.03. (Feiertag) → 04.03."
    assert {year} == {replace(year)}


@pytest.mark.parametrize(
    ("year", "expected"),
    [
        (1990, "1990-04-15"),
        (2019, "2019-04-21"),
        (2026, "2026-04-05"),
        (2027, "2027-03-28"),
        (2038, "2038-04-25"),
    ],
)
def test_easter_by_hand_is_right(year: int, expected: str) -> None:
    """The second opinion itself, against published dates; 2038 is the latest possible Easter."""
    assert easter_sunday(year) == day(expected)
