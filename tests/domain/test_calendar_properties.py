"""Periods against a second opinion that knows no arithmetic: it walks the calendar day by day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.calendar import DateKind, InvalidPeriod, Period, compute
from tests.domain.nrw_by_hand import DAYS, NRW

ONE = timedelta(1)
FIRST, LAST = date(1990, 1, 1), date(2040, 12, 31)


def walk_forward(start: date, months: int, days: int) -> date:
    """Pass ``months`` first-of-months, stop at the same number or at the month's last day; then ``days`` more."""
    today, passed = start, 0
    while passed < months or (months and today.day != start.day and (today + ONE).day != 1):
        today += ONE
        passed += today.day == 1
    for _ in range(days):
        today += ONE
    return today


def walk_counting_the_first_day(start: date, months: int, days: int) -> date:
    """Stop on the eve of the day that bears the number of the first day, or where its month is over."""
    tomorrow, passed = start, 0
    while months:
        tomorrow += ONE
        passed += tomorrow.day == 1
        if (passed == months and tomorrow.day == start.day) or passed > months:
            break
    for _ in range(days):
        tomorrow += ONE
    return tomorrow - ONE


def walk_backward(start: date, months: int, days: int) -> date:
    """Pass ``months`` last-of-months going back, stop at the first day whose number is not above the start's."""
    today, passed = start, 0
    while passed < months or (months and today.day > start.day):
        today -= ONE
        passed += (today + ONE).day == 1
    for _ in range(days):
        today -= ONE
    return today


def rest(day: date) -> bool:
    """No working day, by the names of the days and the holidays by hand."""
    return day.strftime("%w") in "06" or day in DAYS


def walk_while_resting(day: date, step: timedelta) -> date:
    while rest(day):
        day += step
    return day


def naive_roll(raw: date, kind: DateKind, backward: bool) -> date:
    if kind is DateKind.FOLLOW_UP or (kind is DateKind.DEADLINE and backward):
        return walk_while_resting(raw, -ONE)
    return walk_while_resting(raw, ONE) if kind is DateKind.DEADLINE else raw


def check(start: date, period: Period, kind: DateKind, *, counted: bool, expected_raw: date) -> None:
    """The real computation gives what the walk gave, or refuses what lies before 1990."""
    if expected_raw < FIRST:
        with pytest.raises(InvalidPeriod):
            compute(start, period, kind, NRW, day_counts=counted)
        return
    computed = compute(start, period, kind, NRW, day_counts=counted)
    assert computed.raw_end == expected_raw
    assert computed.end == naive_roll(expected_raw, kind, period.backward)
    assert computed.steps[-1].on == computed.end


starts = st.dates(FIRST, LAST)
month_ends = starts.map(lambda day: (day.replace(day=28) + timedelta(4)).replace(day=1) - ONE)
near_month_ends = st.builds(
    lambda day, back: max(FIRST, day - timedelta(back)), month_ends, st.integers(0, 3)
)
days_of_start = starts | near_month_ends
kinds = st.sampled_from([kind for kind in DateKind if kind is not DateKind.AGE_LIMIT])
lengths = st.tuples(st.integers(0, 30), st.integers(0, 24), st.integers(0, 60), st.integers(0, 400))


@settings(max_examples=400, deadline=None)
@given(start=days_of_start, kind=kinds, length=lengths)
def test_forward_periods_end_where_a_walk_ends(
    start: date, kind: DateKind, length: tuple[int, int, int, int]
) -> None:
    """The day of the event is not counted."""
    years, months, weeks, days = length
    expected = walk_forward(start, 12 * years + months, 7 * weeks + days)
    period = Period(years=years, months=months, weeks=weeks, days=days)
    check(start, period, kind, counted=False, expected_raw=expected)


@pytest.mark.thorough
@settings(max_examples=400, deadline=None)
@given(start=days_of_start, kind=kinds, length=lengths.filter(any))
def test_periods_with_a_counted_first_day_end_where_a_walk_ends(
    start: date, kind: DateKind, length: tuple[int, int, int, int]
) -> None:
    """The period begins with the start of its first day."""
    years, months, weeks, days = length
    expected = walk_counting_the_first_day(start, 12 * years + months, 7 * weeks + days)
    period = Period(years=years, months=months, weeks=weeks, days=days)
    check(start, period, kind, counted=True, expected_raw=expected)


@settings(max_examples=400, deadline=None)
@given(start=days_of_start, kind=kinds, length=lengths)
def test_backward_periods_reach_where_a_walk_reaches(
    start: date, kind: DateKind, length: tuple[int, int, int, int]
) -> None:
    """Counted back, not rolled on."""
    years, months, weeks, days = length
    expected = walk_backward(start, 12 * years + months, 7 * weeks + days)
    period = Period(years=years, months=months, weeks=weeks, days=days, backward=True)
    check(start, period, kind, counted=False, expected_raw=expected)


@pytest.mark.thorough
@settings(max_examples=200, deadline=None)
@given(born=st.dates(date(1960, 1, 1), date(2022, 12, 31)), years=st.integers(1, 60))
def test_a_year_of_life_ends_on_the_eve_of_the_birthday(born: date, years: int) -> None:
    """Walking from the birth, without a word about counted days; who is born on 29 Feb ages on the eve of 1 March."""
    computed = compute(born, Period(years=years), DateKind.AGE_LIMIT, NRW)
    assert computed.end == computed.raw_end == walk_counting_the_first_day(born, 12 * years, 0)


@settings(max_examples=300, deadline=None)
@given(
    posted_on=starts,
    months=st.integers(0, 24),
    days=st.integers(0, 60),
    received_after=st.none() | st.integers(0, 30),
)
def test_posted_letters_run_from_the_walked_day_of_notification(
    posted_on: date, months: int, days: int, received_after: int | None
) -> None:
    """Three or four steps from the letter box, or to the day it really came, if that is later."""
    notified = posted_on
    for _ in range(4 if posted_on.year >= 2025 else 3):
        notified += ONE
    received_on = None if received_after is None else posted_on + timedelta(received_after)
    if received_on is not None:
        notified = max(notified, received_on)
    period = Period(months=months, days=days)
    computed = compute(posted_on, period, DateKind.DEADLINE, NRW, posted=True, received_on=received_on)
    assert computed.deemed_on == notified
    assert computed.raw_end == walk_forward(notified, months, days)
    assert computed.end == naive_roll(computed.raw_end, DateKind.DEADLINE, backward=False)


@settings(max_examples=300, deadline=None)
@given(start=starts, length=lengths, kind=kinds)
def test_months_of_a_split_period_are_thirty_single_steps(
    start: date, length: tuple[int, int, int, int], kind: DateKind
) -> None:
    """BGB § 191: 30 steps a month, 365 a year."""
    years, months, weeks, days = length
    expected = start
    for unit, steps in ((years, 365), (months, 30), (weeks, 7), (days, 1)):
        for _ in range(unit * steps):
            expected += ONE
    period = Period(years=years, months=months, weeks=weeks, days=days, contiguous=False)
    check(start, period, kind, counted=False, expected_raw=expected)


@settings(max_examples=300, deadline=None)
@given(length=st.tuples(*[st.integers(0, 99_999)] * 4), backward=st.booleans())
def test_a_period_survives_its_text(length: tuple[int, ...], backward: bool) -> None:
    """Parsing what was written gives the same period."""
    years, months, weeks, days = length
    period = Period(years=years, months=months, weeks=weeks, days=days, backward=backward)
    assert Period.parse(period.iso()) == period


@given(text=st.text(alphabet="P+-0123456789YMWDT. ", max_size=12) | st.text(max_size=60))
def test_any_text_is_a_period_or_a_refusal(text: str) -> None:
    """Never another exception, and never a period that reads differently."""
    try:
        period = Period.parse(text)
    except InvalidPeriod:
        return
    assert Period.parse(period.iso()) == period


@given(
    start=st.dates(),
    length=st.tuples(*[st.integers(0, 99_999)] * 4),
    kind=st.sampled_from(DateKind),
    flags=st.tuples(*[st.booleans()] * 4),
    received_on=st.none() | st.dates(),
)
def test_any_input_is_computed_or_refused(
    start: date,
    length: tuple[int, ...],
    kind: DateKind,
    flags: tuple[bool, ...],
    received_on: date | None,
) -> None:
    """Whatever is asked, the answer is a date with its steps or a refusal: no overflow, no date outside the bounds."""
    years, months, weeks, days = length
    backward, contiguous, counted, posted = flags
    period = Period(
        years=years, months=months, weeks=weeks, days=days, backward=backward, contiguous=contiguous
    )
    try:
        computed = compute(
            start, period, kind, NRW, day_counts=counted, posted=posted, received_on=received_on
        )
    except InvalidPeriod:
        return
    assert date(1900, 1, 1) <= computed.raw_end <= date(2100, 12, 31)
    assert computed.steps[-1].on == computed.end
    assert computed.line("de")


@pytest.mark.thorough
@pytest.mark.parametrize("period", [Period(months=1), Period(weeks=2), Period(years=1), Period(months=6)])
def test_every_day_of_fifty_years_gives_the_walked_deadline(period: Period) -> None:
    """No sampling: each of the 18,628 days from 1990 to 2040 as the start of a deadline."""
    start, seen = FIRST, 0
    while start <= LAST:
        raw = walk_forward(start, 12 * period.years + period.months, 7 * period.weeks)
        computed = compute(start, period, DateKind.DEADLINE, NRW)
        assert (computed.raw_end, computed.end) == (raw, walk_while_resting(raw, ONE)), start
        start += ONE
        seen += 1
    assert seen == 18_628
