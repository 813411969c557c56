"""``teilhabe period``: compute one legal date on the command line and show every step."""

from __future__ import annotations

import json
import re
import sys
from datetime import date
from typing import Annotated

from cyclopts import Parameter

from adapters.holiday_calendar import DEFAULT_REGION, holiday_calendar
from domain.calendar import Computed, DateKind, InvalidPeriod, Period, compute, english_date, german_date
from domain.refusals import Refusal

USAGE_ERROR = 2
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_KINDS = ", ".join(kind.value for kind in DateKind)


def period(
    *,
    from_: Annotated[str, Parameter(name="--from")],
    add: Annotated[str, Parameter(allow_leading_hyphen=True)],
    kind: str,
    posted: Annotated[bool, Parameter(negative=())] = False,
    received: str | None = None,
    day_counts: Annotated[bool, Parameter(negative=())] = False,
    non_contiguous: Annotated[bool, Parameter(negative=())] = False,
    calendar: str = DEFAULT_REGION,
    json_: Annotated[bool, Parameter(name="--json", negative=())] = False,
    language: str = "de",
) -> int:
    """Compute a legal date and show every step (Frist berechnen).

    Prints to standard output and returns the exit status: 0, or 2 after one line on standard error when the date
    cannot be computed.

    Parameters
    ----------
    from_
        Date of the event, or of posting, as YYYY-MM-DD.
    add
        ISO-8601 duration: P1M, P2W, P1Y6M; -P7M counts back, P0D is the day itself.
    kind
        deadline, appointment, validity_end, age_limit, earliest_date or follow_up.
    posted
        The date is the day of posting; the period runs from the deemed notification.
    received
        Day of actual receipt, with --posted; counts if later than deemed.
    day_counts
        The first day counts, as for probation; always so for age_limit.
    non_contiguous
        Count each month as 30 and each year as 365 days (BGB § 191).
    calendar
        Land whose holidays count, by its two letters.
    json_
        Print JSON.
    language
        Language of the text output: de or en.
    """
    try:
        computed = compute(
            _date(from_),
            Period.parse(add, contiguous=not non_contiguous),
            _kind(kind),
            holiday_calendar(calendar),
            day_counts=day_counts,
            posted=posted,
            received_on=None if received is None else _date(received),
        )
    except InvalidPeriod as error:
        print(error.refusal.text(language), file=sys.stderr)
        return USAGE_ERROR
    print(_as_json(computed) if json_ else _as_text(computed, language))
    return 0


def _date(text: str) -> date:
    match = _DATE.fullmatch(text)  # date.fromisoformat also reads week dates and dates without hyphens
    try:
        year, month, day = map(int, match.groups() if match else ())
        return date(year, month, day)
    except ValueError:
        raise InvalidPeriod(
            Refusal(
                "period.not_a_date",
                "Kein gültiges Datum: erwartet wird ein Tag des Kalenders als JJJJ-MM-TT, "
                "zum Beispiel 2026-11-24.",
                "Not a valid date: expected is a day of the calendar as YYYY-MM-DD, for example 2026-11-24.",
            )
        ) from None


def _kind(text: str) -> DateKind:
    try:
        return DateKind(text.replace("-", "_"))
    except ValueError:
        raise InvalidPeriod(
            Refusal(
                "period.kind_unknown",
                f"Diese Art von Datum gibt es nicht; bekannt sind {_KINDS}.",
                f"There is no such kind of date; known are {_KINDS}.",
            )
        ) from None


def _as_json(computed: Computed) -> str:
    answer: dict[str, object] = {}
    if computed.deemed_on is not None:
        answer["deemed_on"] = computed.deemed_on.isoformat()
    answer |= {
        "raw_end": computed.raw_end.isoformat(),
        "end": computed.end.isoformat(),
        "steps": [
            {"citation": step.citation, "date": step.on.isoformat(), "de": step.de, "en": step.en}
            for step in computed.steps
        ],
        "calendar": computed.calendar,
    }
    return json.dumps(answer, ensure_ascii=False, indent=2)


def _as_text(computed: Computed, language: str) -> str:
    english = language.startswith("en")
    end = english_date(computed.end, weekday=True) if english else german_date(computed.end, weekday=True)
    steps = [f"  {n}. {step.text(language)} [{step.citation}]" for n, step in enumerate(computed.steps, 1)]
    calendar = f"{'Calendar' if english else 'Kalender'}: {computed.calendar}"
    return "\n".join((end, computed.line(language), *steps, calendar))
