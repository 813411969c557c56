"""North Rhine-Westphalia by hand: its holidays as second opinion on every calendar, and dates computed there."""

from __future__ import annotations

from datetime import date, timedelta

from domain.calendar import Calendar, Computed, DateKind, Period, compute

FIRST_YEAR, LAST_YEAR = 1985, 2085


def easter_sunday(year: int) -> date:
    """Gregorian Easter after Gauss, with his two exceptions."""
    a, b, c = year % 19, year % 4, year % 7
    k = year // 100
    m = (15 - (8 * k + 13) // 25 + k - k // 4) % 30
    n = (4 + k - k // 4) % 7
    d = (19 * a + m) % 30
    e = (2 * b + 4 * c + 6 * d + n) % 7
    if e == 6 and (d == 29 or (d == 28 and a > 10)):
        d -= 7
    return date(year, 3, 22) + timedelta(d + e)


def nrw_holidays(year: int) -> dict[date, str]:
    """The eleven statutory days, and what was different before 1995 and in 2017."""
    easter = easter_sunday(year)
    days = {
        date(year, 1, 1): "Neujahr",
        easter - timedelta(2): "Karfreitag",
        easter + timedelta(1): "Ostermontag",
        easter + timedelta(50): "Pfingstmontag",
        easter + timedelta(60): "Fronleichnam",
        date(year, 11, 1): "Allerheiligen",
        date(year, 12, 25): "Erster Weihnachtstag",
        date(year, 12, 26): "Zweiter Weihnachtstag",
    }
    first_of_may, ascension = date(year, 5, 1), easter + timedelta(39)
    days |= {first_of_may: "Erster Mai", ascension: "Christi Himmelfahrt"}
    if first_of_may == ascension:
        days[ascension] = "Christi Himmelfahrt, Erster Mai"
    if year >= 1990:
        days[date(year, 10, 3)] = "Tag der Deutschen Einheit"
    if year <= 1990:
        days[date(year, 6, 17)] = "Tag der deutschen Einheit"
    if year <= 1994:
        days[_repentance_day(year)] = "Buß- und Bettag"
    if year == 2017:
        days[date(2017, 10, 31)] = "Reformationstag"
    return days


def _repentance_day(year: int) -> date:
    """The Wednesday before 23 November."""
    day = date(year, 11, 22)
    while day.isoweekday() != 3:
        day -= timedelta(1)
    return day


DAYS = {day: name for year in range(FIRST_YEAR, LAST_YEAR + 1) for day, name in nrw_holidays(year).items()}
NRW = Calendar(
    region="NW",
    version="by hand DE-NW",
    holidays=frozenset(DAYS),
    names=DAYS,
    first_year=FIRST_YEAR,
    last_year=LAST_YEAR,
)


def day(text: str) -> date:
    """The date written as YYYY-MM-DD."""
    return date.fromisoformat(text)


def ends(
    start: str,
    duration: str,
    kind: DateKind,
    *,
    day_counts: bool = False,
    posted: bool = False,
    received: str = "",
) -> Computed:
    """Compute in North Rhine-Westphalia, everything written as text."""
    return compute(
        day(start),
        Period.parse(duration),
        kind,
        NRW,
        day_counts=day_counts,
        posted=posted,
        received_on=day(received) if received else None,
    )
