"""Real reports in every format: charts beside the tables that they show, in the page and on paper, and nothing takes long."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date
from io import BytesIO
from time import process_time

import pikepdf
import pytest
from openpyxl import load_workbook

from domain.path import Title
from domain.reports.definition import ReportDefinition
from domain.reports.funding import FUNDING
from domain.reports.pathways import PATHWAYS
from domain.reports.pathways_breakdown import PATHWAYS_BREAKDOWN
from domain.reports.registry import REPORTS
from domain.reports.statistics import STATISTICS
from domain.reports.table import (
    NOT_COMPUTABLE_TITLES,
    TOTAL,
    Line,
    NotComputable,
    Publication,
    Report,
    Table,
    canonical_json,
)
from services.report_formats.charts.of_report import MOST_BARS, MOST_LINES, charts_of
from services.report_formats.presentation import Number
from services.report_formats.rendering import Format, render
from services.report_formats.run import ReportRun
from tests.domain.test_reports import facts
from tests.services.report_formats.test_html_page import Page
from tests.services.report_formats.test_pdf_file import elements

AS_OF = date(2025, 12, 30)
FACTS = facts(AS_OF)
MUNICIPALITY = Title(de="Kommune (AGS)", en="municipality (AGS)")


def made(report: Report, format_: Format, language: str = "de") -> bytes:
    """The report in a format."""
    run = ReportRun(position=7, digest=hashlib.sha256(canonical_json(report)).hexdigest(), synthetic=True)
    rendered = render(report, run, format_, language)
    assert isinstance(rendered, bytes)
    return rendered


def figure(shown: object) -> int:
    """The integer of a cell."""
    assert isinstance(shown, Number)
    return shown.value


@pytest.mark.parametrize("format_", Format)
def test_the_volume_of_a_quarter_says_so_in_every_format(format_: Format) -> None:
    """Title, last day and how much is left out are read back from the file."""
    report = REPORTS["monitoring"].run(FACTS, date(2026, 2, 15))
    body = made(report, format_)
    match format_:
        case Format.PDF:
            with pikepdf.open(BytesIO(body)) as pdf:
                assert "4. Quartal 2025" in str(pdf.docinfo["/Title"])
                assert pdf.attachments
        case Format.XLSX:
            book = load_workbook(BytesIO(body))
            texts = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row]
            assert any("4. Quartal 2025, bis 31.12.2025" in text for text in texts)
            assert any("sind zurückgehalten" in text for text in texts)
        case _:
            text = body.decode("utf-8-sig")
            assert "4. Quartal 2025, bis 31.12.2025" in text
            assert "sind zurückgehalten" in text


@pytest.mark.parametrize("name", sorted(REPORTS))
@pytest.mark.parametrize("format_", Format)
@pytest.mark.parametrize("language", ["de", "en"])
def test_every_report_can_be_had_in_every_format(name: str, format_: Format, language: str) -> None:
    """The same bytes again, and another language other words."""
    report = REPORTS[name].run(FACTS, AS_OF)
    first = made(report, format_, language)
    assert first == made(report, format_, language)
    assert (first == made(report, format_, "en" if language == "de" else "de")) is (format_ is Format.JSON)


def test_the_stock_that_is_drawn_is_that_of_all_modules_together() -> None:
    """The totals of the quarters, in their order."""
    report = STATISTICS.run(FACTS, AS_OF)
    [chart] = charts_of(report, "de")["flow"]
    totals = [line for line in report.table("flow").lines if line.key[1:] == (TOTAL, TOTAL)]
    place = [column.id for column in report.table("flow").columns].index("stock")
    assert [figure(row.cells[1]) for row in chart.table.rows] == [line.cells[place] for line in totals]


def test_the_flow_that_is_drawn_is_that_of_the_table() -> None:
    """Every transition once, and nothing of the total."""
    report = PATHWAYS.run(FACTS, AS_OF)
    [chart] = charts_of(report, "de")["transitions"]
    lines = [line.cells[0] for line in report.table("transitions").lines if TOTAL not in line.key]
    drawn = [figure(row.cells[2]) for row in chart.table.rows]
    assert sorted(drawn) == sorted(cell for cell in lines if isinstance(cell, int))
    assert sum(drawn) == report.table("transitions").cell("transitions", TOTAL, TOTAL)


def test_the_time_in_step_that_is_drawn_is_that_of_the_table() -> None:
    """A bar for each step, none for all of them."""
    report = PATHWAYS.run(FACTS, AS_OF)
    [chart] = charts_of(report, "de")["time_in_step"]
    table = report.table("time_in_step")
    steps = [line.key[0] for line in table.lines if line.key != (TOTAL,)]
    assert [figure(row.cells[1]) for row in chart.table.rows] == [
        table.cell("entered", step) for step in steps
    ]


def test_the_time_in_step_of_several_classes_is_drawn_once_for_each_step() -> None:
    """The bars are those of all classes together; a bar without the name of its class would say nothing."""
    report = PATHWAYS_BREAKDOWN.run(FACTS, AS_OF)
    [chart] = charts_of(report, "de")["time_in_step"]
    [whole] = charts_of(PATHWAYS.run(FACTS, AS_OF), "de")["time_in_step"]
    assert [row.cells for row in chart.table.rows] == [row.cells for row in whole.table.rows]


def many_lines(number: int) -> Report:
    """A funding report with this many lines of one year in as many places, the last one overspent."""
    report = FUNDING.run(FACTS, AS_OF)
    lines = report.table("lines")
    [first, *_] = lines.lines
    ids = [column.id for column in lines.columns]
    more = []
    for n in range(number):
        cells = list(first.cells)
        cells[ids.index("planned")] = 100
        cells[ids.index("spent")] = 150 if n == number - 1 else n % 100
        key = (first.key[0], f"F{n % 2 + 1}", f"05334{n:03}", "2025")
        more.append(Line(key=key, cells=tuple(cells)))
    tables = tuple(
        replace(table, lines=tuple(more)) if table.id == "lines" else table for table in report.tables
    )
    return replace(report, tables=tables)


def bars(report: Report) -> list[list[tuple[str, int, int]]]:
    """Label, plan and actual of the bars of each chart."""
    return [
        [
            (getattr(row.cells[0], "text", ""), figure(row.cells[1]), figure(row.cells[2]))
            for row in chart.table.rows
        ]
        for chart in charts_of(report, "de")["lines"]
    ]


def test_few_budget_lines_are_drawn_one_by_one() -> None:
    """In about equal charts, none of more bars than fit on a page."""
    drawn = bars(many_lines(MOST_LINES))
    assert sum(len(chart) for chart in drawn) == MOST_LINES
    assert all(len(chart) <= MOST_BARS for chart in drawn)
    assert [len(chart) for chart in bars(many_lines(MOST_BARS + 1))] == [6, 7]


def test_many_budget_lines_are_summed_and_those_above_their_plan_shown() -> None:
    """By module and year; every cent is in a sum."""
    number = MOST_LINES + 1
    summed, over = bars(many_lines(number))
    assert [label for label, _, _ in summed] == ["F1 Coaching", "F2 Qualifizierung, Sprachförderung"]
    assert sum(planned for _, planned, _ in summed) == 100 * number
    assert sum(spent for _, _, spent in summed) == sum(n % 100 for n in range(number - 1)) + 150
    assert [(planned, spent) for _, planned, spent in over] == [(100, 150)]


def test_the_page_has_each_chart_with_its_name_and_its_table() -> None:
    """And no two elements of one id, though the charts are in it as they are."""
    report = FUNDING.run(FACTS, AS_OF)
    charts = [chart for drawn in charts_of(report, "de").values() for chart in drawn]
    page = Page(made(report, Format.HTML))
    assert len(page.all("svg")) == len(charts) > 0
    assert len(page.all("table")) == len(report.tables) + len(charts)
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(set(ids)) == len(ids)
    for drawing in page.all("svg"):
        assert set((drawing["aria-labelledby"] or "").split()) <= set(ids)


def test_a_chart_on_paper_has_its_description_as_alternative_text() -> None:
    """A screen reader says what is to be seen."""
    report = STATISTICS.run(FACTS, AS_OF)
    charts = [chart for drawn in charts_of(report, "de").values() for chart in drawn]
    pdf = pikepdf.open(BytesIO(made(report, Format.PDF)))
    pictures = [element for element in elements(pdf.Root.StructTreeRoot) if element.S == "/Figure"]
    assert [str(picture.Alt) for picture in pictures] == [chart.description for chart in charts]


@pytest.mark.parametrize(("language", "shown"), [("de", "Geschlecht [gender]"), ("en", "gender [gender]")])
def test_what_a_report_is_broken_down_by_is_said_in_words(language: str, shown: str) -> None:
    """As everything else that was asked for."""
    report = REPORTS["breakdown"].run(FACTS, AS_OF, {"by": "gender"})
    title = next(parameter.title for parameter in REPORTS["breakdown"].parameters if parameter.name == "by")
    said = title.en if language == "en" else title.de
    assert f'"{said}";"{shown}"' in made(report, Format.CSV, language).decode()


def test_a_simulated_town_says_so_in_every_format_for_people() -> None:
    """Nobody shall take it for real; an internal report says what it is."""
    report = FUNDING.run(FACTS, AS_OF)
    for format_ in (Format.CSV, Format.HTML):
        text = made(report, format_).decode()
        assert "simulierte Daten – keine wirklichen Personen" in text
        assert "intern – nicht zur Veröffentlichung" in text


@pytest.mark.parametrize(
    ("definition", "table_id"), [(PATHWAYS, "transitions"), (FUNDING, "lines")], ids=["flow", "budget"]
)
def test_a_chart_that_would_add_up_wrongly_is_not_drawn(definition: ReportDefinition, table_id: str) -> None:
    """One figure held back, and its bars and bands would be too narrow without a word."""
    report = definition.run(FACTS, AS_OF)
    table = report.table(table_id)
    first, *others = table.lines
    held_back = replace(first, cells=(NotComputable.SUPPRESSED, *first.cells[1:]))
    tables = (replace(table, lines=(held_back, *others)),)
    assert table_id in charts_of(report, "de")
    assert charts_of(replace(report, tables=tables), "de") == {}


def test_a_figure_that_is_held_back_says_so_and_is_a_gap_in_the_drawing() -> None:
    """Neither a zero nor a blank, in whatever format."""
    report = STATISTICS.run(FACTS, AS_OF)
    table = report.table("flow")
    held = tuple(replace(line, cells=(NotComputable.SUPPRESSED,) * len(line.cells)) for line in table.lines)
    published = replace(report, publication=Publication.PUBLISHED, tables=(replace(table, lines=held),))
    reason = NOT_COMPUTABLE_TITLES[NotComputable.SUPPRESSED].de
    head, *rows = made(published, Format.CSV).decode().split("Eintritte seit Beginn")[1].split("\r\n")
    assert all(row.count(f'"{reason}"') == len(table.columns) for row in rows[: len(held)]), head
    assert f"¹ {reason}" in made(published, Format.HTML).decode()
    [chart] = charts_of(published, "de")["flow"]
    assert "keine Zahlen" in chart.description
    assert not any(isinstance(cell, Number) for row in chart.table.rows for cell in row.cells)


def test_no_report_without_lines_has_a_chart_of_nothing() -> None:
    """An empty table is not drawn."""
    empty = tuple(replace(table, lines=()) for table in FUNDING.run(FACTS, AS_OF).tables)
    assert charts_of(replace(FUNDING.run(FACTS, AS_OF), tables=empty), "de") == {}


def big_table() -> Table:
    """A table of a thousand lines of nine amounts: three times the longest of the simulated town."""
    report = FUNDING.run(FACTS, AS_OF)
    lines = report.table("lines")
    return replace(lines, id="big", lines=tuple(lines.lines[n % len(lines.lines)] for n in range(1000)))


@pytest.mark.parametrize("format_", Format)
def test_a_thousand_lines_take_seconds_at_most(format_: Format) -> None:
    """A bound against a slip of the algorithm, far above what is measured."""
    report = replace(FUNDING.run(FACTS, AS_OF), tables=(big_table(),))
    made(report, format_)
    begun = process_time()
    made(report, format_)
    assert process_time() - begun < 8
