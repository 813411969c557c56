"""XLSX: read back by another library it holds what the report holds: numbers as numbers, texts as texts, no formulas."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from openpyxl.cell import Cell as ReadCell
from openpyxl.cell import MergedCell
from openpyxl.utils.escape import unescape
from openpyxl.workbook import Workbook

from domain.path import Title
from domain.plain_text import shown_harmlessly
from domain.reports.table import (
    NOT_COMPUTABLE_TITLES,
    Cell,
    Line,
    NotComputable,
    Report,
    Table,
    Unit,
)
from services.report_formats.presentation import presented
from services.report_formats.rendering import Format, render
from services.report_formats.run import ReportRun
from services.report_formats.xlsx_file import LONGEST_TEXT, TextTooLong, sheet_names
from tests.services.report_formats.any_report import HOSTILE, a_report, a_run, a_table, reports

SCALES = {Unit.CENTS: 100, Unit.BASIS_POINTS: 10_000, Unit.HUNDREDTHS: 100}


def xlsx_of(report: Report, run: ReportRun | None = None) -> bytes:
    """The report as a workbook."""
    rendered = render(report, run or a_run(report), Format.XLSX)
    assert isinstance(rendered, bytes)
    return rendered


def opened(report: Report) -> Workbook:
    """The workbook as another library reads it."""
    return openpyxl.load_workbook(BytesIO(xlsx_of(report)))


def says(read: ReadCell | MergedCell, text: str) -> bool:
    """Whether a cell holds ``text`` as Excel shows it; the other library undoes only a part of the escaping."""
    wanted = text.replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd")
    found = str(read.value) if read.value is not None else ""
    return wanted in (found, unescape(found)) and (read.data_type == "s" or not text)


def same(read: ReadCell | MergedCell, cell: Cell, unit: Unit) -> bool:
    """Whether the cell that was read back says what the report says."""
    if isinstance(cell, NotComputable):
        return read.value == NOT_COMPUTABLE_TITLES[cell].de and read.data_type == "s"
    if isinstance(cell, str):
        return says(read, shown_harmlessly(cell))
    assert isinstance(read.value, int | float)
    return read.data_type == "n" and round(read.value * SCALES.get(unit, 1)) == cell


@settings(deadline=None, max_examples=50)
@given(reports())
def test_every_cell_of_any_report_reads_back(report: Report) -> None:
    """Sheet by sheet, line by line; nothing in the whole book is a formula."""
    book = opened(report)
    names = sheet_names(presented(report, a_run(report), "de"))
    assert book.sheetnames == [names.cover, *names.tables, names.definitions]
    for table, name in zip(report.tables, names.tables, strict=True):
        sheet = book[name]
        keys = len(table.keys)
        for place, line in enumerate(table.lines, 2):
            for n, (column, cell) in enumerate(zip(table.columns, line.cells, strict=True), keys + 1):
                assert same(sheet.cell(place, n), cell, column.unit)
        assert sheet.max_row == max(len(table.lines), 1) + 1
    assert [cell for sheet in book for row in sheet for cell in row if cell.data_type == "f"] == []


@settings(deadline=None, max_examples=20)
@given(reports())
def test_the_same_report_gives_the_same_bytes(report: Report) -> None:
    """No clock, no counter and no hash of this process is in the file."""
    assert xlsx_of(report) == xlsx_of(report)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_is_a_text(text: str) -> None:
    """It is neither computed nor turned into a number, a date or a link."""
    sheet = opened(a_report(a_table(Unit.TEXT, text, key=text))).worksheets[1]
    for column in (1, 2):
        cell = sheet.cell(2, column)
        assert says(cell, text)
        assert (cell.data_type, cell.hyperlink) == ("s", None)


@pytest.mark.parametrize(
    ("unit", "value", "number", "format_"),
    [
        (Unit.CENTS, -123456, -1234.56, "#,##0.00 [$€-407]"),
        (Unit.BASIS_POINTS, 6454, 0.6454, "0.00%"),
        (Unit.HUNDREDTHS, 125, 1.25, "#,##0.00"),
        (Unit.DAYS, 365, 365, "#,##0"),
    ],
)
def test_a_figure_is_a_number_with_the_format_of_its_unit(
    unit: Unit, value: int, number: float, format_: str
) -> None:
    """So that somebody can go on calculating with it, and Excel shows it the German way."""
    cell = opened(a_report(a_table(unit, value))).worksheets[1].cell(2, 2)
    assert (cell.value, cell.number_format) == (number, format_)


def test_a_day_is_a_day() -> None:
    """A sheet can be sorted by it."""
    table = Table(
        id="t",
        title=Title(de="T", en="T"),
        keys=(Title(de="Datum", en="date"),),
        columns=(),
        lines=(Line(key=("2026-06-01",), cells=()),),
    )
    cell = opened(a_report(table)).worksheets[1].cell(2, 1)
    assert isinstance(cell.value, datetime)
    assert (cell.value.date(), cell.number_format) == (date(2026, 6, 1), "dd.mm.yyyy")


def test_the_head_stays_in_sight_and_is_printed_on_every_page() -> None:
    """Frozen below the head and behind the keys; landscape, one page wide."""
    sheet = opened(a_report(a_table(Unit.CENTS, 1, 2))).worksheets[1]
    assert (sheet.freeze_panes, sheet.print_title_rows) == ("B2", "$1:$1")
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == ("landscape", 0)
    assert sheet.auto_filter.ref == "A1:B3"


def test_the_cover_says_when_what_and_how_and_the_last_sheet_what_it_means() -> None:
    """The whole digest, and every column with its unit and definition."""
    report = a_report(a_table(Unit.CENTS, 1), title="Zahlen")
    book = opened(report)
    cover = {row[0].value: row[1].value for row in book.worksheets[0] if row[0].value}
    assert "Zahlen" in cover
    assert cover["SHA-256"] == a_run(report).digest
    assert cover["Kenntnisstand"] == "Position 7 des Protokolls"
    definitions = [[cell.value for cell in row] for row in book.worksheets[-1]]
    assert definitions[1][:4] == ["Tabelle", "Wert", "Euro", "Wert"]


def test_the_date_of_the_file_is_that_of_the_run() -> None:
    """The known instant when there is one, else the reference date."""
    report = a_report(a_table(Unit.CENTS, 1))
    known = datetime(2026, 7, 3, 8, 30, tzinfo=UTC)
    dated = openpyxl.load_workbook(BytesIO(xlsx_of(report, ReportRun(position=7, digest="", known_at=known))))
    assert dated.properties.created == known.replace(tzinfo=None)
    assert str(opened(report).properties.created) == "2026-06-30 00:00:00"


def test_tables_of_one_title_have_sheets_of_two_names() -> None:
    """Excel refuses names that are long, alike or have certain characters."""
    long = Title(de="Eintritte/Austritte und [Bestand] nach Quartal", en="")
    tables = [replaced(a_table(Unit.DAYS, 1), title=long, id=f"t{n}") for n in range(3)]
    names = opened(a_report(*tables)).sheetnames
    assert names == [
        "Bericht",
        "Eintritte Austritte und Bestand",
        "Eintritte Austritte und Bes (2)",
        "Eintritte Austritte und Bes (3)",
        "Definitionen",
    ]


def test_a_text_that_fits_in_no_cell_is_refused_and_not_cut() -> None:
    """The longest that fits is let through."""
    xlsx_of(a_report(a_table(Unit.TEXT, "x" * LONGEST_TEXT)))
    with pytest.raises(TextTooLong):
        xlsx_of(a_report(a_table(Unit.TEXT, "x" * (LONGEST_TEXT + 1))))


def replaced(table: Table, **changes: Any) -> Table:
    """The table with something else in it."""
    return replace(table, **changes)
