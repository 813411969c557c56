"""Drill-downs page by page: the pages together are what counting everything gives, cell by cell, whatever their size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.intake import CaseOpened
from domain.recorded import Recorded
from domain.refusals import Refusal
from domain.reports.definition import ParameterValue, ReportDefinition
from domain.reports.drill import Drill, Page, drill
from domain.reports.drill_pages import DrillPages
from domain.reports.evidence import CellRef
from domain.reports.facts import Facts
from domain.reports.registry import REPORTS
from domain.values import ParticipantId
from tests.domain.any_life import lives
from tests.domain.report_evidence import cells_of, facts_of
from tests.domain.test_report_evidence import asked_of
from tests.domain.test_reports import DAYS, ROETGEN, TOWN

SIZES = (1, 2, 3, 7, 50)
"""Contributions on a page; the cells take turns."""
MOST_PAGES = 6
"""Of a cell with many pages some, spread over all of them, are looked at."""


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
        page = Page(most=most)
        assert pages.page(ref, page) == drill(definition, facts, as_of, parameters, ref, page)
        everything = leaves(whole)
        longest = max((leaf.total for leaf in everything), default=0)
        every = range(0, longest + 1, most)
        for first in every[:: max(1, len(every) // MOST_PAGES)]:
            found = pages.page(ref, Page(first=first, most=most))
            assert isinstance(found, Drill)
            for leaf, of_all in zip(leaves(found), everything, strict=True):
                expected = Page(first=first, most=leaf.page.most).of(of_all.shares)
                assert (leaf.ref, leaf.cell, leaf.kind) == (of_all.ref, of_all.cell, of_all.kind)
                assert (leaf.shares, leaf.total) == (expected, of_all.total), (ref, first, most)
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


def lived_as(history: Sequence[Recorded[Any]], case_id: UUID, participant_id: UUID) -> list[Recorded[Any]]:
    """The life of another case, of another person."""
    return [
        entry._replace(
            stream_id=case_id,
            event=replace(entry.event, participant_id=ParticipantId(participant_id))
            if isinstance(entry.event, CaseOpened)
            else entry.event,
        )
        for entry in history
    ]


@st.composite
def towns(draw: st.DrawFn) -> list[list[Recorded[Any]]]:
    """Up to five cases, of fewer people, in an order that is not that of their ids."""
    cases = draw(st.permutations(range(1, draw(st.integers(2, 5)) + 1)))
    return [
        lived_as(draw(lives()), UUID(int=100 + case), UUID(int=draw(st.integers(1, 3)))) for case in cases
    ]


@pytest.mark.parametrize("name", sorted(REPORTS))
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    histories=towns(),
    as_of=st.dates(date(2025, 3, 3), date(2026, 3, 1)),
    place=st.sampled_from((None, ROETGEN)),
)
def test_whatever_lives_a_town_has_its_pages_are_its_drill_downs(
    name: str, histories: list[list[Recorded[Any]]], as_of: date, place: str | None
) -> None:
    """People with several cases, moves, spans that share a day: nobody's page looks different for who else is there."""
    parameters = asked_of(name)[-1] if place else {}
    assert not check_pages(REPORTS[name], facts_of(histories, as_of), as_of, parameters, most_cells=15)
