"""Entries held against the rules of the programme: boundaries of age by the month of birth, statuses, and values of rules."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from adapters.path_files import load_paths
from domain.reports.programme_rules import (
    AGE_FROM,
    AGE_TO,
    OUTCOME_TITLES,
    PROGRAMME_RULES,
    Outcome,
    outcome_of,
)
from domain.reports.table import TOTAL
from tests.domain.report_evidence import check_leaving_out, facts_of
from tests.domain.test_reports import DAYS, TOWN

BORN = date(2000, 5, 1)
"""Somebody born in May 2000: 18 in May 2018, 28 in May 2028."""


@pytest.mark.parametrize(
    ("on", "outcome"),
    [
        (date(2018, 4, 30), Outcome.TOO_YOUNG),
        (date(2018, 5, 1), Outcome.AGE_UNDECIDED),
        (date(2018, 5, 31), Outcome.AGE_UNDECIDED),
        (date(2018, 6, 1), Outcome.WITHIN),
        (date(2028, 4, 30), Outcome.WITHIN),
        (date(2028, 5, 1), Outcome.AGE_UNDECIDED),
        (date(2028, 5, 31), Outcome.AGE_UNDECIDED),
        (date(2028, 6, 1), Outcome.TOO_OLD),
        (date(2090, 1, 1), Outcome.TOO_OLD),
    ],
)
def test_the_month_of_birth_leaves_its_own_month_open(on: date, outcome: Outcome) -> None:
    """18 to 27 inclusive, to the day before the 28th birthday; which day that is, the report does not know."""
    assert outcome_of(BORN, "toleration_60a", on, 18, 27, frozenset()) is outcome


@pytest.mark.parametrize(
    ("status", "excluded", "outcome"),
    [
        ("toleration_60a", (), Outcome.WITHIN),
        ("toleration_60a", ("toleration_60b",), Outcome.WITHIN),
        ("toleration_60b", ("toleration_60b",), Outcome.STATUS_EXCLUDED),
        ("unknown", (), Outcome.WITHIN),
        ("unknown", ("toleration_60b",), Outcome.STATUS_UNKNOWN),
    ],
)
def test_a_status_that_is_not_known_is_neither_excluded_nor_allowed(
    status: str, excluded: tuple[str, ...], outcome: Outcome
) -> None:
    """It only matters once a status is excluded at all."""
    assert outcome_of(BORN, status, date(2024, 1, 1), 18, 27, frozenset(excluded)) is outcome


def test_without_a_month_of_birth_nothing_is_decided() -> None:
    assert outcome_of(None, "toleration_60a", date(2024, 1, 1), 18, 27, frozenset()) is Outcome.AGE_UNDECIDED


def test_the_values_are_those_of_the_shipped_path() -> None:
    """The report and the path must not say different limits."""
    [programme] = {path.programme for path in load_paths() if path.id == "durchstarten"}
    assert (AGE_FROM.default, AGE_TO.default) == (programme.age_from, programme.age_to_inclusive)
    assert Path("domain/paths/durchstarten.toml").exists()


@pytest.mark.parametrize("as_of", DAYS[2::2])
def test_leaving_out_an_entry_changes_exactly_the_cells_that_list_it_under_any_values(as_of: date) -> None:
    """Also where a status is excluded and the ages are other ones."""
    for parameters in ({}, {"age_to": 20}, {"excluded_status": "toleration_60a"}):
        assert check_leaving_out(PROGRAMME_RULES, TOWN, as_of, parameters) > 1


def test_every_entry_is_in_one_line_and_in_its_totals() -> None:
    """The lines of a module add up to its total, those of all modules to the whole."""
    table = PROGRAMME_RULES.run(facts_of(TOWN, DAYS[-1]), DAYS[-1]).table("entries")
    cells = {line.key: int(str(line.cells[0])) for line in table.lines}
    modules = {key[0] for key in cells} - {TOTAL}
    for module in (*modules, TOTAL):
        assert cells[module, TOTAL] == sum(cells[module, outcome.value] for outcome in Outcome)
    assert cells[TOTAL, TOTAL] == sum(cells[module, TOTAL] for module in modules) > 0
    assert set(OUTCOME_TITLES) == set(Outcome)
