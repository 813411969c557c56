"""Legal dates: working days, periods, deemed notification, rolls, wording and what is refused."""

from __future__ import annotations

import doctest
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest

from domain import date_wording, periods
from domain.calendar import (
    DEEMED_NOTIFICATION,
    Calendar,
    Computed,
    DateKind,
    InvalidPeriod,
    Period,
    compute,
    english_date,
    german_date,
)
from tests.domain.nrw_by_hand import NRW, easter_sunday


def day(text: str) -> date:
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
    return compute(
        day(start),
        Period.parse(duration),
        kind,
        NRW,
        day_counts=day_counts,
        posted=posted,
        received_on=day(received) if received else None,
    )


def refused(error: pytest.ExceptionInfo[InvalidPeriod]) -> str:
    refusal = error.value.refusal
    assert refusal.de != refusal.en
    assert refusal.de.endswith(".")
    assert refusal.en.endswith(".")
    assert str(error.value) == refusal.en
    return refusal.rule_id


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


# Words


@pytest.mark.parametrize(
    ("computed", "de", "en"),
    [
        (
            ends("2027-01-31", "P1M", DateKind.DEADLINE),
            "Zustellung 31.01. + 1 Monat = 28.02. (Sonntag) → 01.03.",
            "Service 31 Jan + 1 month = 28 Feb (Sunday) → 1 Mar",
        ),
        (
            ends("2026-12-18", "P2W", DateKind.DEADLINE),
            "Zustellung 18.12.2026 + 2 Wochen = 01.01.2027 (Neujahr) → 04.01.2027",
            "Service 18 Dec 2026 + 2 weeks = 1 Jan 2027 (public holiday Neujahr) → 4 Jan 2027",
        ),
        (
            ends("2026-11-29", "P0D", DateKind.FOLLOW_UP),
            "Zustellung 29.11. (Sonntag) → 27.11.",
            "Service 29 Nov (Sunday) → 27 Nov",
        ),
        (
            ends("2027-08-01", "-P7M", DateKind.EARLIEST_DATE),
            "Zustellung 01.08. − 7 Monate = 01.01.",
            "Service 1 Aug − 7 months = 1 Jan",
        ),
        (
            ends("2027-08-01", "P1M", DateKind.VALIDITY_END, day_counts=True),
            "Zustellung 01.08. + 1 Monat (Anfangstag zählt mit) = 31.08.",
            "Service 1 Aug + 1 month (first day counts) = 31 Aug",
        ),
        (
            compute(day("2027-01-01"), Period(months=3, contiguous=False), DateKind.VALIDITY_END, NRW),
            "Zustellung 01.01. + 3 Monate (90 Tage) = 01.04.",
            "Service 1 Jan + 3 months (90 days) = 1 Apr",
        ),
    ],
)
def test_the_line_shows_the_whole_calculation(computed: Computed, de: str, en: str) -> None:
    """Start, length, raw end, reason and end; years only when the dates do not share one."""
    assert computed.line("de", "Zustellung") == de
    assert computed.line("en", "Service") == en
    assert computed.line("de") == de.removeprefix("Zustellung ")


@pytest.mark.parametrize("kind", list(DateKind))
def test_every_kind_explains_its_roll_with_a_citation_in_both_languages(kind: DateKind) -> None:
    """No step without rule or text, and the last one leads to the end."""
    for start in ("2027-01-31", "2027-02-10"):
        computed = ends(start, "P1M", kind)
        assert len(computed.steps) == 3
        for step in computed.steps:
            assert step.citation
            assert step.text("de") != step.text("en")
            assert german_date(step.on, weekday=True) in step.de
            assert english_date(step.on, weekday=True) in step.en
        assert computed.steps[-1].on == computed.end


@pytest.mark.parametrize(
    ("duration", "de", "en", "iso"),
    [
        ("P1M", "1 Monat", "1 month", "P1M"),
        ("P02W", "2 Wochen", "2 weeks", "P2W"),
        ("+P1Y6M", "1 Jahr und 6 Monate", "1 year and 6 months", "P1Y6M"),
        (
            "-P2Y1M1W1D",
            "2 Jahre, 1 Monat, 1 Woche und 1 Tag",
            "2 years, 1 month, 1 week and 1 day",
            "-P2Y1M1W1D",
        ),
        ("P0Y0D", "0 Tage", "0 days", "P0D"),
    ],
)
def test_durations_read_as_people_say_them(duration: str, de: str, en: str, iso: str) -> None:
    """Singular and plural, the last part joined by a word; and the canonical text parses to the same period."""
    period = Period.parse(duration)
    assert (period.text("de"), period.text("en"), period.iso()) == (de, en, iso)
    assert Period.parse(iso) == period


@pytest.mark.parametrize("module", [date_wording, periods])
def test_examples_in_docstrings_run(module: object) -> None:
    """What the docstrings show is what happens."""
    outcome = doctest.testmod(module)  # type: ignore[arg-type]  # parametrize hands modules on as objects
    assert outcome.attempted > 0
    assert outcome.failed == 0


# What is refused


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
