"""Pathways by characteristic: their totals are those of the reports without it, and every figure is led back."""

from __future__ import annotations

from datetime import date

import pytest

from domain.reports.classed import BY
from domain.reports.facts import Facts
from domain.reports.pathways import PATHWAYS
from domain.reports.pathways_breakdown import PATHWAYS_BREAKDOWN
from domain.reports.statistics import STATISTICS
from domain.reports.table import NotComputable, Report
from tests.domain.report_evidence import check_leaving_out, check_sums, facts_of
from tests.domain.test_reports import DAYS, ROETGEN
from tests.domain.varied_town import VARIED

AS_OF = date(2025, 12, 30)


def run(as_of: date = AS_OF, by: str = "gender") -> Report:
    """The report over the varied town."""
    return PATHWAYS_BREAKDOWN.run(facts_of(VARIED, as_of), as_of, {"by": by})


@pytest.mark.parametrize("by", BY.choices)
@pytest.mark.parametrize("as_of", DAYS)
def test_the_total_of_each_step_is_that_of_the_report_without_characteristic(as_of: date, by: str) -> None:
    """Whatever the classes, put together they are everybody: medians and persons counted anew."""
    report, whole = run(as_of, by), PATHWAYS.run(facts_of(VARIED, as_of), as_of)
    for table in ("time_in_step", "waiting"):
        totals = {line.key[0]: line.cells for line in report.table(table).lines if line.key[1] == "total"}
        assert totals == {line.key[0]: line.cells for line in whole.table(table).lines}
    statistics = STATISTICS.run(facts_of(VARIED, as_of), as_of)
    dropouts = report.table("dropouts")
    assert {line.key[:2]: line.cells for line in dropouts.lines if line.key[2] == "total"} == {
        line.key: line.cells for line in statistics.table("dropouts").lines
    }
    density = statistics.table("contact_density").line("total").cells
    assert report.table("contact_density").line("total").cells == density


def test_the_share_of_women_by_hand() -> None:
    """Of the four courses of F4 one is a woman's (case 2, one of three persons); she entered nothing else but coaching.

    Of the persons who left with minor employment none is a woman."""
    table = run().table("women")
    assert table.line("step", "F4").cells == (3, 1, 3_333)
    assert table.line("step", "ausbildung").cells == (1, 0, 0)
    assert table.line("step", "F6").cells == (0, 0, NotComputable.NOTHING_TO_DIVIDE_BY)
    assert table.line("destination", "minor_employment").cells == (1, 0, 0)
    assert table.line("placement", "dual").cells == (1, 0, 0)


def test_dropout_rates_by_hand() -> None:
    """F4 ended twice, and once early (case 2, too far); the one Ausbildung that was begun was broken off."""
    table = run().table("dropout_rates")
    assert table.line("F4", "female").cells == (1, 1, 10_000)
    assert table.line("F4", "total").cells == (2, 1, 5_000)
    assert table.line("ausbildung", "male").cells == (1, 1, 10_000)


def test_of_nothing_there_are_no_medians_and_rates() -> None:
    """The totals stand, and what cannot be computed says so."""
    report = PATHWAYS_BREAKDOWN.run(Facts(), AS_OF)
    nothing = NotComputable.NOTHING_TO_DIVIDE_BY
    assert report.table("time_in_step").line("total", "total").cells == (0, 0, 0, nothing)
    assert report.table("dropout_rates").line("total", "total").cells == (0, 0, nothing)


@pytest.mark.thorough
@pytest.mark.parametrize("by", BY.choices)
def test_leaving_out_an_entry_changes_exactly_the_cells_that_list_it_by_every_characteristic(by: str) -> None:
    """A change of status moves every step, wait and talk of a person to another line, and both lines list it."""
    as_of = date(2025, 9, 30)
    assert check_leaving_out(PATHWAYS_BREAKDOWN, VARIED, as_of, {"by": by}) > 30
    check_leaving_out(PATHWAYS_BREAKDOWN, VARIED, as_of, {"by": by, "municipality": ROETGEN})
    for day in DAYS:
        check_sums(PATHWAYS_BREAKDOWN, facts_of(VARIED, day), day, {"by": by})
