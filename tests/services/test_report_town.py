"""Every report of a simulated town: each cell is what its drill-down makes, and leaving entries out changes what was foretold."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Any

import pytest

from domain.recorded import Recorded
from domain.reports.definition import ParameterKind, ParameterValue, ReportDefinition
from domain.reports.registry import REPORTS
from tests.domain.report_evidence import check_leaving_out, check_sums, facts_of
from tests.services.test_simulation import lived

DAYS = (date(2025, 3, 31), date(2026, 6, 29))
ESCHWEILER = "05334012"
LEFT_OUT = 20
"""About how many entries of each report are left out, spread over the whole town."""


@cache
def town() -> tuple[Sequence[Recorded[Any]], ...]:
    """Twenty people and two years: moves, corrections, changes of coach, several courses of one person."""
    return tuple(lived(20, seed=5).streams.values())


def asked(definition: ReportDefinition) -> list[dict[str, ParameterValue]]:
    """Without parameters, and with each parameter alone: a municipality, the last choice, a rule a little stricter."""
    found: list[dict[str, ParameterValue]] = [{}]
    for parameter in definition.parameters:
        if parameter.kind is ParameterKind.MUNICIPALITY:
            found.append({parameter.name: ESCHWEILER})
        elif parameter.choices:
            found.append({parameter.name: parameter.choices[-1]})
    return found


@pytest.mark.parametrize("as_of", DAYS)
@pytest.mark.parametrize("name", sorted(REPORTS))
def test_every_cell_of_every_report_of_the_town_is_the_sum_of_its_drill_down(name: str, as_of: date) -> None:
    """Whatever the parameters; and the evidence changes no byte."""
    facts = facts_of(town(), as_of)
    for parameters in asked(REPORTS[name]):
        check_sums(REPORTS[name], facts, as_of, parameters)


FORETOLD = (
    "breakdown",
    "esf",
    "funding",
    "gaps",
    "interim_statement",
    "monitoring",
    "not_won",
    "pathways",
    "pathways_breakdown",
    "programme_rules",
    "proof_of_use",
    "rescue",
    "statistics",
)
"""Reports whose reasons follow every turn of a case, also two spans of coaching that are one without the end of the first."""


@pytest.mark.parametrize("name", FORETOLD)
def test_leaving_out_entries_of_the_town_changes_exactly_the_cells_that_list_them(name: str) -> None:
    """Counted anew without the entry, each cell of the report is what its drill-down without the entry makes."""
    assert check_leaving_out(REPORTS[name], town(), DAYS[-1], most=2 * LEFT_OUT) >= LEFT_OUT
