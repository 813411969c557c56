"""Every statistics report of a simulated town equals a count of its export that knows nothing of the engine."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import pytest

from domain.reports.breakdown import BREAKDOWN
from domain.reports.classed import BY
from domain.reports.facts import Facts
from domain.reports.pathways import PATHWAYS
from domain.reports.statistics import STATISTICS
from domain.reports.table import NotComputable, Report
from services.event_lines import event_line, exported
from tests.domain.report_evidence import facts_of
from tests.services import counted_from_export as naive
from tests.services.test_simulation import lived

DAYS = (date(2024, 8, 15), date(2025, 3, 31), date(2025, 11, 30), date(2026, 6, 29))


@cache
def lines() -> list[bytes]:
    """The export of a town of ninety, lived for two years."""
    entries = [entry for history in lived(90, seed=7).streams.values() for entry in history]
    return [event_line(entry) for entry in sorted(entries, key=lambda e: e.position) if exported(entry)]


@cache
def facts(as_of: date) -> Facts:
    """The facts of the same town."""
    return facts_of(lived_town(), as_of)


@cache
def lived_town() -> list[list[Any]]:
    """The streams of the same town."""
    return list(lived(90, seed=7).streams.values())


@cache
def cases(as_of: date) -> list[naive.Case]:
    """The cases opened by a day, read from the export."""
    found = [naive.Case(events, as_of) for events in naive.cases_of(lines())]
    return [case for case in found if case.opened <= as_of]


def equal(report: Report, counted: naive.Cells, *tables: str, most_empty: bool = False) -> None:
    """Every cell of the report is the one counted, and nothing that was counted is missing; unless ``most_empty`` there is
    something in many of them."""
    shown = {}
    for table in report.tables:
        if tables and table.id not in tables:
            continue
        for line in table.lines:
            for column, cell in zip(table.columns, line.cells, strict=True):
                shown[table.id, column.id, line.key] = None if isinstance(cell, NotComputable) else cell
    wrong = {
        ref: (cell, counted.get(ref))
        for ref, cell in shown.items()
        if cell != counted.get(ref) and (cell or counted.get(ref))
    }
    assert wrong == {}
    left_out = {ref: value for ref, value in counted.items() if value and ref not in shown}
    assert left_out == {}
    assert len([cell for cell in shown.values() if cell]) > (0 if most_empty else 5)


@pytest.mark.parametrize("as_of", DAYS)
def test_the_statistics_are_those_counted_from_the_export(as_of: date) -> None:
    """All seven tables, every cell."""
    equal(STATISTICS.run(facts(as_of), as_of), naive.statistics(cases(as_of), as_of))


@pytest.mark.parametrize("by", BY.choices)
@pytest.mark.parametrize("as_of", DAYS[1:])
def test_the_breakdown_is_the_one_counted_from_the_export(by: str, as_of: date) -> None:
    """By every characteristic: persons, participations and flow."""
    counted = naive.reach_and_modules(cases(as_of), as_of, "persons", "participations", "flow", by)
    equal(BREAKDOWN.run(facts(as_of), as_of, {"by": by}), counted, "persons", "participations", "flow")


@pytest.mark.parametrize("as_of", DAYS)
def test_the_pathways_are_those_counted_from_the_export(as_of: date) -> None:
    """Medians by going through the days, transitions by going through the steps."""
    equal(PATHWAYS.run(facts(as_of), as_of), naive.pathways(cases(as_of), as_of))
