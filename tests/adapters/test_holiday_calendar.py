"""The calendar from the package against the holidays written out by hand."""

from __future__ import annotations

from datetime import date

import pytest

from adapters.holiday_calendar import REGIONS, holiday_calendar
from domain.calendar import DateKind, InvalidPeriod, Period, compute
from tests.domain.nrw_by_hand import nrw_holidays


@pytest.mark.parametrize("year", range(1991, 2086))
def test_nrw_has_the_days_and_names_written_by_hand(year: int) -> None:
    """Every year: the eleven days, Buß- und Bettag until 1994, the one Reformationstag of 2017."""
    calendar = holiday_calendar()
    found = {day: calendar.names[day] for day in calendar.holidays if day.year == year}
    assert found == nrw_holidays(year)


def test_the_calendar_names_its_source_and_years() -> None:
    """The version is what an event stores beside a computed date."""
    calendar = holiday_calendar("NW")
    assert (calendar.region, calendar.version) == ("NW", "holidays 0.109 DE-NW")
    assert (calendar.first_year, calendar.last_year) == (1991, 2100)


def test_each_land_is_built_once() -> None:
    """The same object again, and North Rhine-Westphalia when nothing is said."""
    assert holiday_calendar() is holiday_calendar("NW")
    assert len(REGIONS) == 16


@pytest.mark.parametrize(
    ("region", "day", "working"),
    [
        ("NW", date(2026, 6, 4), False),
        ("BE", date(2026, 6, 4), True),
        ("BY", date(2027, 1, 6), False),
        ("NW", date(2027, 1, 6), True),
        ("SN", date(2026, 11, 18), False),
        ("NW", date(2026, 11, 18), True),
    ],
)
def test_the_holidays_of_the_place_count(region: str, day: date, working: bool) -> None:
    """Fronleichnam, Heilige Drei Könige and Buß- und Bettag differ by Land."""
    assert holiday_calendar(region).is_working_day(day) is working


@pytest.mark.parametrize("region", ["", "nw", "XX", "DE", "DE-NW", "Augsburg", "../NW"])
def test_what_is_no_land_is_refused(region: str) -> None:
    """Two capital letters of one of the sixteen Länder, nothing else."""
    with pytest.raises(InvalidPeriod) as error:
        holiday_calendar(region)
    assert error.value.refusal.rule_id == "calendar.region_unknown"


def test_a_deadline_before_the_first_year_is_refused() -> None:
    """The package knows no holidays of 1990; the answer is a refusal, not a wrong date."""
    with pytest.raises(InvalidPeriod) as error:
        compute(date(1990, 9, 3), Period(months=1), DateKind.DEADLINE, holiday_calendar())
    assert error.value.refusal.rule_id == "calendar.year_not_covered"
