"""Gaps, repeated measures and the other figures that look past participations, counted again from the export."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

import pytest

from domain.repetition_answer import RepetitionHintAnswered
from domain.reports.classed import BY
from domain.reports.esf import ESF
from domain.reports.not_won import NOT_WON
from domain.reports.offer_gaps import OFFER_GAPS
from domain.reports.pathways_breakdown import PATHWAYS_BREAKDOWN
from domain.reports.repetitions import REPEATED_MEASURES, counted, small_left_out
from domain.reports.table import NotComputable
from tests.services import counted_by_class, counted_esf, counted_needs, counted_repetitions
from tests.services.test_reports_counted_again import DAYS, cases, equal, facts, lived_town


@pytest.mark.parametrize("longer_than", [0, 90])
@pytest.mark.parametrize("as_of", DAYS[1:])
def test_the_gaps_are_those_counted_from_the_export(as_of: date, longer_than: int) -> None:
    """All three tables, every cell; open for long by default and from the first day on."""
    report = OFFER_GAPS.run(facts(as_of), as_of, {"longer_than": longer_than})
    equal(report, counted_needs.gaps(cases(as_of), as_of, longer_than))


def answers() -> dict[str, list[tuple[date, set[str]]]]:
    """The answers to hints by person; the export is silent about them, so they are read from the town itself."""
    found = defaultdict(list)
    for first, *rest in lived_town():
        for entry in rest:
            if isinstance(entry.event, RepetitionHintAnswered):
                named = {str(seat) for seat in entry.event.participations}
                found[str(first.event.participant_id)].append((entry.event.occurred_on, named))
    return found


@pytest.mark.parametrize("months", [6, 24])
@pytest.mark.parametrize("as_of", DAYS[2:])
def test_the_repeated_measures_are_those_counted_from_the_export(as_of: date, months: int) -> None:
    """Every figure before small ones are left out; what is shown afterwards is the same or nothing."""
    counting = REPEATED_MEASURES.counting(facts(as_of), as_of, {"months": months})
    table = counted(counting)
    again = counted_repetitions.repetitions(cases(as_of), answers(), months)
    for line, shown in zip(table.lines, small_left_out(table).lines, strict=True):
        for column, cell, kept in zip(table.columns, line.cells, shown.cells, strict=True):
            assert cell == again.pop((table.id, column.id, line.key), 0)
            assert kept in (cell, NotComputable.SUPPRESSED)
    assert not any(again.values())
    if (months, as_of) == (24, DAYS[3]):
        assert table.cell("hints", "total") == 2


@pytest.mark.parametrize("as_of", DAYS)
def test_the_esf_report_is_the_one_counted_from_the_export(as_of: date) -> None:
    """Countable or not, every indicator by gender, every answer missing."""
    report = ESF.run(facts(as_of), as_of)
    equal(
        report, counted_esf.esf(cases(as_of), as_of), *(t.id for t in report.tables if t.id != "not_recorded")
    )


@pytest.mark.parametrize("by", BY.choices)
@pytest.mark.parametrize("as_of", DAYS[1::2])
def test_pathways_by_characteristic_are_those_counted_from_the_export(as_of: date, by: str) -> None:
    """All six tables by every characteristic."""
    report = PATHWAYS_BREAKDOWN.run(facts(as_of), as_of, {"by": by})
    equal(report, counted_by_class.pathways_breakdown(cases(as_of), as_of, by))


@pytest.mark.parametrize("as_of", DAYS)
def test_who_was_not_won_is_as_counted_from_the_export(as_of: date) -> None:
    """By place, by who sent them, by reason."""
    equal(NOT_WON.run(facts(as_of), as_of), counted_by_class.not_won(cases(as_of), as_of))
