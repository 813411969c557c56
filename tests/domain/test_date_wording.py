"""How a computed date is put into words: steps, line and durations, in German and English."""

from __future__ import annotations

import doctest

import pytest

from domain import date_wording, periods
from domain.calendar import (
    Computed,
    DateKind,
    Period,
    compute,
    english_date,
    german_date,
)
from tests.domain.nrw_by_hand import NRW, day, ends


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


@pytest.mark.parametrize(
    ("start", "duration", "day_counts", "begins", "citations"),
    [
        ("2027-01-31", "P1M", False, "2027-02-01", ("§ 187 Abs. 1 BGB", "§ 188 Abs. 2 und 3 BGB")),
        ("2027-01-28", "P1M", False, "2027-01-29", ("§ 187 Abs. 1 BGB", "§ 188 Abs. 2 BGB")),
        ("2027-01-30", "P1M", True, "2027-01-30", ("§ 187 Abs. 2 BGB", "§ 188 Abs. 2 und 3 BGB")),
        ("2027-01-29", "P1M", True, "2027-01-29", ("§ 187 Abs. 2 BGB", "§ 188 Abs. 2 BGB")),
        ("2027-03-31", "P1M", True, "2027-03-31", ("§ 187 Abs. 2 BGB", "§ 188 Abs. 2 BGB")),
        ("2027-01-28", "P2W", False, "2027-01-29", ("§ 187 Abs. 1 BGB", "§ 188 Abs. 2 BGB")),
        ("2027-01-28", "P10D", False, "2027-01-29", ("§ 187 Abs. 1 BGB", "§ 188 Abs. 1 BGB")),
        ("2027-01-28", "P1W1D", False, "2027-01-29", ("§ 187 Abs. 1 BGB", "§ 188 Abs. 1 BGB")),
        (
            "2027-03-31",
            "-P1M",
            False,
            "2027-03-30",
            ("§ 187 Abs. 1 BGB entsprechend", "§ 188 Abs. 2 und 3 BGB entsprechend"),
        ),
    ],
)
def test_the_steps_name_the_first_day_and_the_rule_that_ended_the_period(
    start: str, duration: str, day_counts: bool, begins: str, citations: tuple[str, str]
) -> None:
    """§ 188(3) is cited only when a day was missing; a backward period applies the rules correspondingly."""
    beginning, ending, _ = ends(start, duration, DateKind.APPOINTMENT, day_counts=day_counts).steps
    assert beginning.on == day(begins)
    assert (beginning.citation, ending.citation) == citations


def test_a_roll_over_new_year_shows_the_years() -> None:
    """Start and raw end share 2022, the end does not."""
    computed = ends("2022-12-01", "P30D", DateKind.DEADLINE)
    assert computed.line("de") == "01.12.2022 + 30 Tage = 31.12.2022 (Samstag) → 02.01.2023"


@pytest.mark.parametrize(
    ("kind", "de", "en"),
    [
        (DateKind.DEADLINE, "nächster Werktag: Montag, 04.01.2027", "next working day: Monday, 4 Jan 2027"),
        (
            DateKind.FOLLOW_UP,
            "vorheriger Werktag: Donnerstag, 31.12.2026",
            "previous working day: Thursday, 31 Dec 2026",
        ),
    ],
)
def test_a_roll_says_from_where_why_and_where_to(kind: DateKind, de: str, en: str) -> None:
    """The reason is the holiday's name; a weekday needs none."""
    step = ends("2027-01-01", "P0D", kind).steps[-1]
    assert step.de == f"Freitag, 01.01.2027 ist kein Werktag (Neujahr); {de}."
    assert step.en == f"Friday, 1 Jan 2027 is no working day (public holiday Neujahr); {en}."
    assert "(" not in ends("2027-01-03", "P0D", kind).steps[-1].de


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
