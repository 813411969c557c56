"""Dates and durations that cannot be meant are refused, in two languages and without repeating the input."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from domain.calendar import (
    Calendar,
    DateKind,
    InvalidPeriod,
    Period,
    compute,
)
from tests.domain.nrw_by_hand import day, ends


def refused(error: pytest.ExceptionInfo[InvalidPeriod]) -> str:
    """The rule id, after checking that both texts are sentences and differ."""
    refusal = error.value.refusal
    assert refusal.de != refusal.en
    assert refusal.de.endswith(".")
    assert refusal.en.endswith(".")
    assert str(error.value) == refusal.en
    return refusal.rule_id


@pytest.mark.parametrize(
    "text",
    [
        "",
        "P",
        "-P",
        "1M",
        "P1",
        "PM",
        "P1M1Y",
        "P1D1W",
        "P1.5M",
        "P-1M",
        "PT1H",
        "P1DT1H",
        "p1m",
        " P1M",
        "P1M\n",
        "P١M",
        "P" + "9" * 5000 + "D",
    ],
)
def test_anything_but_an_iso_duration_is_refused(text: str) -> None:
    """No unit, wrong order, fractions, inner signs, times of day, foreign digits, endless numbers."""
    with pytest.raises(InvalidPeriod) as error:
        Period.parse(text)
    assert refused(error) == "period.malformed"


def test_numbers_of_a_duration_are_bounded() -> None:
    """99,999 is read, 100,000 and anything negative is not."""
    assert Period.parse("P99999D").days == 99_999
    builds: list[Callable[[], Period]] = [lambda: Period.parse("P100000D"), lambda: Period(months=-1)]
    for build in builds:
        with pytest.raises(InvalidPeriod) as error:
            build()
        assert refused(error) == "period.number_out_of_range"


@pytest.mark.parametrize(
    ("start", "duration", "kind"),
    [
        ("0003-01-01", "P1M", DateKind.DEADLINE),
        ("1989-12-31", "P1M", DateKind.VALIDITY_END),
        ("1990-01-01", "-P1D", DateKind.EARLIEST_DATE),
        ("2101-01-01", "P0D", DateKind.APPOINTMENT),
        ("2100-12-31", "P1D", DateKind.APPOINTMENT),
        ("2027-01-01", "P99999Y", DateKind.APPOINTMENT),
        ("2027-01-01", "-P99999M", DateKind.APPOINTMENT),
        ("2027-01-01", "P99999Y99999M99999W99999D", DateKind.APPOINTMENT),
        ("1899-12-31", "P27Y", DateKind.AGE_LIMIT),
    ],
)
def test_dates_outside_1990_to_2100_are_refused(start: str, duration: str, kind: DateKind) -> None:
    """As start and as end alike; only a birth may lie earlier, from 1900."""
    with pytest.raises(InvalidPeriod) as error:
        ends(start, duration, kind)
    assert refused(error) == "period.date_out_of_range"


def test_the_first_and_last_day_are_computed() -> None:
    """1 Jan 1990 and 31 Dec 2100 lie inside."""
    assert ends("1990-01-01", "P0D", DateKind.APPOINTMENT).end == day("1990-01-01")
    assert ends("2100-12-30", "P1D", DateKind.APPOINTMENT).end == day("2100-12-31")


def test_receipt_before_posting_is_refused() -> None:
    """A letter cannot arrive before it was sent."""
    with pytest.raises(InvalidPeriod) as error:
        ends("2026-11-20", "P1M", DateKind.DEADLINE, posted=True, received="2026-11-19")
    assert refused(error) == "period.receipt_before_posting"


def test_receipt_without_posting_is_refused() -> None:
    """Without posting there is no fiction that a receipt could override."""
    with pytest.raises(InvalidPeriod) as error:
        ends("2026-11-20", "P1M", DateKind.DEADLINE, received="2026-11-21")
    assert refused(error) == "period.receipt_without_posting"


def test_receipt_beyond_2100_is_refused() -> None:
    """The day of receipt is held to the same bounds."""
    with pytest.raises(InvalidPeriod) as error:
        ends("2026-11-20", "P1M", DateKind.DEADLINE, posted=True, received="2101-01-01")
    assert refused(error) == "period.date_out_of_range"


@pytest.mark.parametrize("duration", ["P0D", "-P1M"])
def test_a_counted_first_day_needs_a_forward_period(duration: str) -> None:
    """The period would end before it starts."""
    with pytest.raises(InvalidPeriod) as error:
        ends("2026-11-20", duration, DateKind.DEADLINE, day_counts=True)
    assert refused(error) == "period.counted_day_needs_length"


def test_a_calendar_never_answers_outside_its_years() -> None:
    """Neither for a question nor in the middle of a roll over New Year."""
    year = Calendar(
        region="NW",
        version="only 2027",
        holidays=frozenset({day("2027-12-31")}),
        first_year=2027,
        last_year=2027,
    )
    asks: list[Callable[[], object]] = [
        lambda: year.is_working_day(day("2026-12-31")),
        lambda: year.is_working_day(day("2028-01-03")),
        lambda: year.next_working_day(day("2027-12-31")),
        lambda: year.previous_working_day(day("2026-12-31")),
        lambda: compute(day("2027-12-01"), Period(days=30), DateKind.DEADLINE, year),
    ]
    for ask in asks:
        with pytest.raises(InvalidPeriod) as error:
            ask()
        assert refused(error) == "calendar.year_not_covered"
    assert year.is_working_day(day("2027-01-01"))
