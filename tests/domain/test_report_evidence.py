"""Drill-downs: every cell is what its contributions make, and leaving an entry out changes exactly the cells that list it."""

from __future__ import annotations

from datetime import date

import pytest

from domain.reports.definition import ParameterValue
from domain.reports.registry import REPORTS
from tests.domain.report_evidence import check_leaving_out, check_sums, facts_of
from tests.domain.test_reports import DAYS, ROETGEN, TOWN


def asked_of(name: str) -> list[dict[str, ParameterValue]]:
    """All municipalities and, where that can be asked, one."""
    one = any(parameter.name == "municipality" for parameter in REPORTS[name].parameters)
    return [{}, {"municipality": ROETGEN}] if one else [{}]


@pytest.mark.parametrize("name", sorted(REPORTS))
@pytest.mark.parametrize("as_of", DAYS)
def test_every_cell_is_the_sum_of_its_drill_down(name: str, as_of: date) -> None:
    """Of every report, on every day, of all municipalities and of one."""
    for parameters in asked_of(name):
        check_sums(REPORTS[name], facts_of(TOWN, as_of), as_of, parameters)


@pytest.mark.thorough
@pytest.mark.parametrize("name", sorted(REPORTS))
@pytest.mark.parametrize("as_of", DAYS[2::2])
def test_leaving_out_an_entry_changes_exactly_the_cells_that_list_it(name: str, as_of: date) -> None:
    """Counted anew from the log without the entry, each cell is what its drill-down without the entry makes."""
    for parameters in asked_of(name):
        checked = check_leaving_out(REPORTS[name], TOWN, as_of, parameters)
        assert checked >= 1 or name in NOBODY


NOBODY = ("gaps", "repeated_measures")
"""Reports that have nothing to tell of this town: nobody there lacks an offer or repeats a measure."""
