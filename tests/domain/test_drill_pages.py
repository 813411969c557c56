"""Drill-downs page by page: the pages together are what counting everything gives, cell by cell, whatever their size."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest

from domain.refusals import Refusal
from domain.reports.definition import ParameterValue, ReportDefinition
from domain.reports.drill import Drill, Page, drill
from domain.reports.drill_pages import DrillPages
from domain.reports.evidence import CellRef
from domain.reports.facts import Facts
from domain.reports.registry import REPORTS
from tests.domain.report_evidence import cells_of, facts_of
from tests.domain.test_report_evidence import asked_of
from tests.domain.test_reports import DAYS, TOWN

SIZES = (1, 2, 3, 7, 50)


def check_pages(
    definition: ReportDefinition,
    facts: Facts,
    as_of: date,
    parameters: Mapping[str, ParameterValue],
    most_cells: int | None = None,
) -> set[CellRef]:
    """Every cell, or about ``most_cells`` of them, page by page; returns those that everything had to be counted for."""
    pages = DrillPages(definition, facts, as_of, parameters)
    cells = list(cells_of(definition.run(facts, as_of, parameters)))
    for number, ref in enumerate(cells[:: max(1, len(cells) // (most_cells or len(cells) or 1))]):
        whole = drill(definition, facts, as_of, parameters, ref)
        most = SIZES[number % len(SIZES)]
        if isinstance(whole, Refusal):
            assert pages.page(ref, Page(most=most)) == whole
            continue
        longest = max((leaf.total for leaf in leaves(whole)), default=0)
        for first in range(0, longest + 1, most):
            page = Page(first=first, most=most)
            found = pages.page(ref, page)
            assert found == drill(definition, facts, as_of, parameters, ref, page), (ref, page)
    return pages.counted_whole


def leaves(drilled: Drill) -> list[Drill]:
    """The cells with contributions behind a drill-down."""
    if not drilled.operands:
        return [drilled]
    return [leaf for operand in drilled.operands for leaf in leaves(operand)]


@pytest.mark.parametrize("name", sorted(REPORTS))
@pytest.mark.parametrize("as_of", DAYS[1::2])
def test_the_pages_of_every_cell_are_its_drill_down(name: str, as_of: date) -> None:
    """Of every report, of all municipalities and of one."""
    for parameters in asked_of(name):
        assert not check_pages(REPORTS[name], facts_of(TOWN, as_of), as_of, parameters)
