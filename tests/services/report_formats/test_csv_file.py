"""CSV: read back it holds what the report holds, and no text in it is computed by a spreadsheet."""

from __future__ import annotations

import csv
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.path import Title
from domain.plain_text import shown_harmlessly
from domain.reports.table import NOT_COMPUTABLE_TITLES, Line, NotComputable, Report, Table, Unit
from services.report_formats.csv_file import FORMULA_STARTS
from services.report_formats.rendering import Format, render
from tests.services.report_formats.any_report import HOSTILE, a_report, a_run, a_table, reports

HUNDREDTHS = {Unit.CENTS, Unit.BASIS_POINTS, Unit.HUNDREDTHS}


def csv_of(report: Report, language: str = "de", table: str | None = None) -> bytes:
    """The report as CSV."""
    rendered = render(report, a_run(report), Format.CSV, language, table=table)
    assert isinstance(rendered, bytes)
    return rendered


def read(rendered: bytes) -> list[list[str]]:
    """The fields, as a program reads them."""
    return list(csv.reader(StringIO(rendered.decode("utf-8-sig"), newline=""), delimiter=";", strict=True))


@given(reports())
def test_every_table_alone_reads_back_cell_by_cell(report: Report) -> None:
    """A head and a line for each line; figures in euros, per cent and whole numbers, reasons in words."""
    for table in report.tables:
        head, *lines = read(csv_of(report, table=table.id))
        assert len(head) == len(table.keys) + len(table.columns)
        assert len(lines) == len(table.lines)
        for line, fields in zip(table.lines, lines, strict=True):
            for column, cell, field in zip(table.columns, line.cells, fields[len(table.keys) :], strict=True):
                if isinstance(cell, NotComputable):
                    assert field == NOT_COMPUTABLE_TITLES[cell].de
                elif isinstance(cell, str):
                    said = shown_harmlessly(cell)
                    assert field in (said, f"'{said}")
                else:
                    digits = field.replace(",", "") if column.unit in HUNDREDTHS else field
                    assert int(digits) == cell
                    assert ("," in field) == (column.unit in HUNDREDTHS)


@given(reports(), st.sampled_from(["de", "en"]))
def test_no_field_of_any_report_is_a_formula(report: Report, language: str) -> None:
    """Only figures may begin with a minus; tabs and line breaks in front hide nothing."""
    for line in read(csv_of(report, language)):
        for field in line:
            number = (
                field.lstrip("-").replace(",", "").replace(".", "").isascii()
                and field.lstrip("-").replace(",", "").replace(".", "").isdigit()
            )
            assert number or field.strip()[:1] not in FORMULA_STARTS
            assert field[:1] not in {"\t", "\r", "\n"}


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_are_kept_behind_an_apostrophe_if_need_be(text: str) -> None:
    """Nothing is lost: the text stands there whole."""
    [_, [key, value]] = read(csv_of(a_report(a_table(Unit.TEXT, text, key=text)), table="t"))
    assert key == value
    assert value.removeprefix("'") == text
    assert (value != text) == (text.strip()[0] in FORMULA_STARTS or text[0] in "\t\r\n")


@pytest.mark.parametrize(
    ("unit", "value", "de", "en"),
    [
        (Unit.CENTS, 123456789, "1234567,89", "1234567.89"),
        (Unit.CENTS, -5, "-0,05", "-0.05"),
        (Unit.CENTS, 0, "0,00", "0.00"),
        (Unit.BASIS_POINTS, 10_000, "100,00", "100.00"),
        (Unit.DAYS, -12345, "-12345", "-12345"),
    ],
)
def test_a_figure_is_a_bare_decimal(unit: Unit, value: int, de: str, en: str) -> None:
    """A negative amount stays a number, and no separator stands between thousands."""
    report = a_report(a_table(unit, value))
    assert read(csv_of(report, table="t"))[1][1] == de
    assert read(csv_of(report, "en", table="t"))[1][1] == en


def test_the_file_is_what_excel_opens_on_a_german_desk() -> None:
    """Byte order mark, semicolons, quotes around everything, lines ending in CR LF."""
    rendered = csv_of(a_report(a_table(Unit.PERSONS, 3)), table="t")
    assert rendered == '\ufeff"Schlüssel";"Wert (Personen)"\r\n"k";"3"\r\n'.encode()


def test_the_whole_report_says_when_what_and_how_it_was_counted() -> None:
    """Head, tables with titles, an empty table with a word, and every definition."""
    empty = a_table(Unit.CENTS)
    report = a_report(a_table(Unit.PERSONS, 3), empty, title="Zahlen")
    text = csv_of(report).decode("utf-8-sig")
    lines = text.split("\r\n")
    assert lines[0] == '"Zahlen"'
    assert '"Stichtag";"30.06.2026"' in lines
    assert '"Kenntnisstand";"Position 7 des Protokolls"' in lines
    assert '"Kommune (AGS)";"05334012 Eschweiler"' in lines
    assert f'"SHA-256";"{a_run(report).digest}"' in lines
    assert '"intern – nicht zur Veröffentlichung"' in lines
    assert lines[lines.index('"Schlüssel";"Wert (Euro)"') + 1] == '"keine"'
    assert '"Tabelle";"Wert";"Personen";"Wert";""' in lines


def test_a_day_is_written_as_the_reader_writes_it() -> None:
    """TT.MM.JJJJ in German, ISO 8601 in English."""
    table = Table(
        id="t",
        title=Title(de="T", en="T"),
        keys=(Title(de="Datum", en="date"),),
        columns=(),
        lines=(Line(key=("2026-06-01",), cells=()),),
    )
    assert read(csv_of(a_report(table), table="t"))[1] == ["01.06.2026"]
    assert read(csv_of(a_report(table), "en", table="t"))[1] == ["2026-06-01"]
