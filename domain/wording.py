"""How dates, amounts, places and codes are written for a reader, in German or English."""

from __future__ import annotations

import re
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from domain.code_titles import code_title, in_language
from domain.date_wording import german_date
from domain.decision import LOCAL
from domain.languages import language_name
from domain.municipalities import municipality_name
from domain.nationalities import nationality_name
from domain.number_wording import shown_euros, shown_hundredths, shown_number

__all__ = [
    "read_day",
    "shown_code",
    "shown_date",
    "shown_euros",
    "shown_hundredths",
    "shown_instant",
    "shown_language",
    "shown_municipality",
    "shown_nationality",
    "shown_number",
]


def shown_date(day: date, language: str = "de") -> str:
    """TT.MM.JJJJ in German, ISO 8601 in English.

    >>> shown_date(date(2026, 12, 2)), shown_date(date(2026, 12, 2), "en")
    ('02.12.2026', '2026-12-02')
    """
    return day.isoformat() if language.startswith("en") else german_date(day)


def shown_instant(instant: datetime, language: str = "de") -> str:
    """The local day and minute (Europe/Berlin) of an aware instant.

    >>> from datetime import UTC
    >>> shown_instant(datetime(2026, 7, 1, 22, 30, tzinfo=UTC))
    '02.07.2026 00:30'
    """
    local = instant.astimezone(LOCAL)
    return f"{shown_date(local.date(), language)} {local:%H:%M}"


def shown_code(code: StrEnum, language: str = "de") -> str:
    """The title of a code."""
    return in_language(code_title(code), language)


_DAY: Final = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


def read_day(text: str) -> date:
    """A day as people are asked to write it, YYYY-MM-DD; no other form of ISO 8601, for a slip would be one. Raises
    ValueError.

    >>> read_day("2026-06-30")
    datetime.date(2026, 6, 30)
    >>> read_day("20260630")
    Traceback (most recent call last):
    ValueError: not YYYY-MM-DD
    """
    if not _DAY.fullmatch(text):
        raise ValueError("not YYYY-MM-DD")
    return date.fromisoformat(text)


def shown_municipality(ags: str) -> str:
    """The key with the name; the bare key when the name is not listed.

    >>> shown_municipality("05334012"), shown_municipality("09162000")
    ('05334012 Eschweiler', '09162000')
    """
    name = municipality_name(ags)
    return f"{ags} {name}" if name else ags


def shown_nationality(code: str, language: str = "de") -> str:
    """The name of a nationality; the bare key when it is not listed."""
    name = nationality_name(code)
    return in_language(name, language) if name else code


def shown_language(code: str, language: str = "de") -> str:
    """The name of a language; the bare code when it is not listed."""
    name = language_name(code)
    return in_language(name, language) if name else code
