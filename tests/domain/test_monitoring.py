"""The published volume: nothing small in it, nothing that can be worked out, not even from two volumes side by side."""

from __future__ import annotations

from datetime import date
from functools import cache

import pytest

from domain.path import Title
from domain.reports.definition import ReportDefinition
from domain.reports.disclosure import Standing, Threshold, is_small
from domain.reports.facts import Facts
from domain.reports.facts_folded import add_stream
from domain.reports.monitoring import MONITORING, volume_of
from domain.reports.published import left_out
from domain.reports.registry import REPORTS
from domain.reports.table import NotComputable, Publication, Report, Table
from tests.services.test_simulation import lived

AS_OF = date(2026, 6, 29)


@cache
def facts() -> Facts:
    """A simulated town of 150, lived for two years."""
    found = Facts()
    for history in lived(150, seed=5).streams.values():
        add_stream(found, history, AS_OF)
    return found


def run(as_of: date = AS_OF, threshold: str = "5") -> Report:
    """The volume as it is published."""
    return MONITORING.run(facts(), as_of, {"threshold": threshold})


@cache
def counted() -> tuple[Table, ...]:
    """The tables of the volume before control."""
    return MONITORING.counted(MONITORING.counting(facts(), AS_OF))


@pytest.mark.thorough
def test_what_is_left_out_is_a_value_of_its_own_and_what_is_printed_is_true() -> None:
    """Neither 0 nor blank; zeros are printed, and every figure that is printed is the one that was counted."""
    report, true_tables = run(), {table.id: table for table in counted()}
    suppressed = printed = 0
    for table in report.tables:
        for line, true in zip(table.lines, true_tables[table.id].lines, strict=True):
            assert line.key == true.key
            for column, cell, value in zip(table.columns, line.cells, true.cells, strict=True):
                if cell is NotComputable.SUPPRESSED:
                    suppressed += 1
                    assert value != 0 or column.id == "women_share"
                else:
                    printed += 1
                    assert cell == value
    assert suppressed > 50
    assert printed > 10


@pytest.mark.thorough
def test_a_share_is_left_out_with_either_of_its_parts() -> None:
    """A share and one part would give the other."""
    for table in run().tables:
        ids = [column.id for column in table.columns]
        if "women_share" not in ids:
            continue
        whole = "contacted" if "contacted" in ids else "persons"
        for line in table.lines:
            cells = dict(zip(ids, line.cells, strict=True))
            parts = (cells["women"], cells[whole])
            if NotComputable.SUPPRESSED in parts:
                assert cells["women_share"] is NotComputable.SUPPRESSED


@pytest.mark.thorough
def test_the_volume_is_that_of_the_last_quarter_that_was_over() -> None:
    """So nobody subtracts the volume of Monday from that of Tuesday."""
    tables = run(date(2025, 7, 1)).tables
    assert run(date(2025, 9, 29)).tables == tables
    assert run(date(2025, 6, 30)).tables == tables
    assert run(date(2025, 6, 29)).tables[1].lines[-1].key == ("2025-Q1",)
    assert tables[1].lines[-1].key == ("2025-Q2",)


@pytest.mark.parametrize(
    ("asked", "last_day", "quarter"),
    [
        (date(2025, 6, 29), date(2025, 3, 31), "1. Quartal 2025"),
        (date(2025, 6, 30), date(2025, 6, 30), "2. Quartal 2025"),
        (date(2026, 1, 1), date(2025, 12, 31), "4. Quartal 2025"),
    ],
)
def test_the_volume_says_its_quarter_and_its_last_day_whatever_day_was_asked_for(
    asked: date, last_day: date, quarter: str
) -> None:
    """Title, reference date and head name the day the figures are of, not the day of the question."""
    report = MONITORING.run(Facts(), asked)
    assert report.as_of == last_day
    assert report.title.de == f"Monitoring: Tabellenband, {quarter}"
    assert report.notes[0].text.de == f"{quarter}, bis {last_day:%d.%m.%Y}"


@pytest.mark.thorough
def test_the_volume_says_how_many_of_its_figures_are_left_out() -> None:
    """Counted in the tables themselves; zeros are no figures that could be left out."""
    for threshold in ("5", "10"):
        report = run(threshold=threshold)
        cells = [cell for table in report.tables for line in table.lines for cell in line.cells if cell != 0]
        left_out = sum(cell is NotComputable.SUPPRESSED for cell in cells)
        said = report.notes[1].text
        assert said.de.startswith(f"{left_out} von {len(cells)} Zahlen")
        assert ("Seltener" in said.de) == (2 * left_out > len(cells))


@pytest.mark.thorough
@pytest.mark.parametrize("threshold", Threshold)
def test_nothing_that_counts_fewer_persons_than_the_threshold_is_printed(threshold: Threshold) -> None:
    """Small figures are left out at every threshold, and not everything is."""
    now = volume_of(MONITORING.counting(facts(), AS_OF), counted())
    left = left_out(now, (), threshold)
    new = {name for name, figure in now.figures.items() if figure.standing is Standing.NEW and figure.value}
    assert {name for name in new if is_small(now.figures[name], threshold)} <= left < new


def test_whatever_is_published_passes_disclosure_control() -> None:
    """A definition for publication without control cannot be run."""
    assert [r.name for r in REPORTS.values() if r.publication is Publication.PUBLISHED] == ["monitoring"]
    for report in REPORTS.values():
        assert (report.control is not None) == (report.publication is Publication.PUBLISHED)
    careless = ReportDefinition(
        name="careless",
        version=1,
        title=Title(de="Sorglos", en="Careless"),
        publication=Publication.PUBLISHED,
        parameters=(),
        tables=(),
    )
    with pytest.raises(ValueError, match="without disclosure control"):
        careless.run(Facts(), AS_OF)


def test_an_empty_town_has_an_empty_volume() -> None:
    """Nothing is left out where nothing is."""
    report = MONITORING.run(Facts(), AS_OF)
    assert all(
        cell == 0 or isinstance(cell, NotComputable)
        for t in report.tables
        for line in t.lines
        for cell in line.cells
    )
    assert not any(
        cell is NotComputable.SUPPRESSED for t in report.tables for line in t.lines for cell in line.cells
    )
