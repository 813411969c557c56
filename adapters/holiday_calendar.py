"""The working-day calendar of a German Land, from the pinned ``holidays`` package."""

from __future__ import annotations

from functools import lru_cache

from holidays.countries.germany import Germany
from holidays.version import __version__ as holidays_version

from domain.calendar import LAST_DATE, Calendar, InvalidPeriod
from domain.refusals import Refusal

DEFAULT_REGION = "NW"
REGIONS = tuple(sorted(code for code in Germany.subdivisions if len(code) == 2))
"""The sixteen Länder by their ISO 3166-2 code without "DE-". Holidays of single municipalities are not known here."""


def holiday_calendar(region: str = DEFAULT_REGION) -> Calendar:
    """The calendar of ``region``; the same object at every call of a process.

    Takes the statutory holidays with their German names, from the first year that the package knows (1991) to 2100.
    24 and 31 December are working days. Raises ``InvalidPeriod`` for anything that is no Land.
    """
    if region not in REGIONS:
        known = ", ".join(REGIONS)
        raise InvalidPeriod(
            Refusal(
                "calendar.region_unknown",
                f"Diesen Kalender gibt es nicht; bekannt sind die Länder {known}.",
                f"There is no such calendar; known are the Länder {known}.",
            )
        )
    return _built(region)


@lru_cache(maxsize=len(REGIONS))
def _built(region: str) -> Calendar:
    first_year, last_year = Germany.start_year, LAST_DATE.year
    days = Germany(subdiv=region, language="de", years=range(first_year, last_year + 1))
    return Calendar(
        region=region,
        version=f"holidays {holidays_version} DE-{region}",
        holidays=frozenset(days),
        names={day: name.replace(";", ",") for day, name in days.items()},  # two on one day, as in 2008
        first_year=first_year,
        last_year=last_year,
    )
