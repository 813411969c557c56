"""XLSX: one sheet per table with real numbers and days, a cover, the definitions, and nothing that computes itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from io import BytesIO
from typing import Any, Final, NamedTuple

import xlsxwriter  # type: ignore[import-untyped] # ships no types
from xlsxwriter.format import Format  # type: ignore[import-untyped] # ships no types
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped] # ships no types

from domain.code_titles import in_language
from domain.reports.table import Unit
from services.report_formats.labels import (
    COLUMN,
    CONTENTS,
    DEFINITION,
    DEFINITIONS,
    NO_ROWS,
    PAGE,
    REPORT,
    SOURCE,
    TABLE,
    UNIT,
)
from services.report_formats.presentation import (
    Absent,
    Day,
    Document,
    Number,
    Sheet,
    Shown,
    Text,
    words_of,
)

NUMBER_FORMATS: Final[Mapping[Unit, str]] = {
    Unit.CENTS: "#,##0.00 [$€-407]",
    Unit.BASIS_POINTS: "0.00%",
    Unit.HUNDREDTHS: "#,##0.00",
}
"""Written as the file format wants it; a German Excel shows 1.234,56 €. All other units are whole numbers."""
WHOLE: Final = "#,##0"
DAY: Final = "dd.mm.yyyy"
SCALES: Final[Mapping[Unit, int]] = {Unit.CENTS: 100, Unit.BASIS_POINTS: 10_000, Unit.HUNDREDTHS: 100}
"""The integer of a unit divided by this is the number in the cell."""

LONGEST_NAME: Final = 31
LONGEST_TEXT: Final = 32_767
_WIDEST: Final = 60
_NARROWEST: Final = 8
_A4: Final = 9
_CONTROL: Final = re.compile("[\x00-\x1f\x7f\ufffe\uffff]+")
_NO_XML: Final = re.compile("[\ufffe\uffff]")
"""What no XML may hold; the other control characters are written escaped, as Excel writes them."""
_FONT: Final = {"font_name": "Calibri", "font_size": 11}


class TextTooLong(ValueError):
    """A text does not fit into a cell of a spreadsheet; it is not cut in silence."""


def xlsx_bytes(document: Document, created: datetime) -> bytes:
    """The workbook. ``created`` is the only date in it that is not a figure. Raises TextTooLong."""
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        book.set_properties(
            {
                "title": document.title,
                "subject": "; ".join(f"{label}: {value}" for label, value in document.facts),
                "comments": "; ".join(document.marks),
                "created": created.replace(tzinfo=None),
            }
        )
        writer = _Writer(book, document)
        names = sheet_names(document)
        writer.cover(names)
        for sheet, name in zip(document.sheets, names.tables, strict=True):
            writer.table(sheet, name)
        writer.definitions(names.definitions)
    return buffer.getvalue()


class Names(NamedTuple):
    """The names of the sheets, in their order."""

    cover: str
    tables: tuple[str, ...]
    definitions: str


def sheet_names(document: Document) -> Names:
    """Names that Excel takes: no more than 31 characters, none of ``[]:*?/\\``, no two alike."""
    taken: set[str] = {"history"}

    def name(title: str) -> str:
        clean = re.sub(r"[\[\]:*?/\\ ]+", " ", _CONTROL.sub(" ", title)).strip(" '") or "-"
        base, number = clean[:LONGEST_NAME].rstrip(" '"), 1
        chosen = base
        while chosen.casefold() in taken:
            number += 1
            mark = f" ({number})"
            chosen = base[: LONGEST_NAME - len(mark)].rstrip(" '") + mark
        taken.add(chosen.casefold())
        return chosen

    cover = name(in_language(REPORT, document.language))
    definitions = name(in_language(DEFINITIONS, document.language))
    return Names(cover, tuple(name(sheet.title) for sheet in document.sheets), definitions)


class _Writer:
    """A workbook being written."""

    def __init__(self, book: xlsxwriter.Workbook, document: Document) -> None:
        self._book = book
        self._document = document
        self._language = document.language
        self._formats: dict[tuple[tuple[str, Any], ...], Format] = {}
        self._bold = self._format(bold=True)
        self._plain = self._format()
        self._wrapped = self._format(text_wrap=True, valign="top")
        head = {"bold": True, "text_wrap": True, "valign": "bottom", "bg_color": "#E7EBF0", "bottom": 1}
        self._head = {
            figure: self._format(**head, align="right" if figure else "left") for figure in (False, True)
        }

    def cover(self, names: Names) -> None:
        """Title, facts of the run, marks, and the list of tables."""
        sheet = self._sheet(names.cover, landscape=False)
        sheet.set_column(0, 0, 26, self._plain)
        sheet.set_column(1, 1, 80, self._plain)
        self._write(sheet, 0, 0, self._document.title, self._format(bold=True, font_size=16))
        row = 2
        for label, value in self._document.facts:
            self._write(sheet, row, 0, label, self._bold)
            self._write(sheet, row, 1, value, self._wrapped)
            row += 1
        for mark in self._document.marks:
            self._write(sheet, row, 1, mark, self._bold)
            row += 1
        row += 1
        self._write(sheet, row, 0, in_language(CONTENTS, self._language), self._bold)
        link = self._format(font_color="#0563C1", underline=1)
        for name, title in (
            *zip(names.tables, (table.title for table in self._document.sheets), strict=True),
            (names.definitions, in_language(DEFINITIONS, self._language)),
        ):
            quoted = name.replace("'", "''")
            sheet.write_url(row, 1, f"internal:'{quoted}'!A1", link, _CONTROL.sub(" ", title))
            row += 1

    def table(self, table: Sheet, name: str) -> None:
        """Heads in the first row, which stays in sight and is repeated on every page."""
        sheet = self._sheet(name, landscape=True)
        for n, heading in enumerate(table.headings):
            self._write(sheet, 0, n, heading.head, self._head[heading.figure])
        for place, row in enumerate(table.rows, 1):
            for n, cell in enumerate(row.cells):
                self._cell(sheet, place, n, cell, row.total)
        if not table.rows:
            self._write(sheet, 1, 0, in_language(NO_ROWS, self._language), self._plain)
        for n, width in enumerate(self._widths(table)):
            sheet.set_column(n, n, width, self._plain)
        sheet.freeze_panes(1, table.keys)
        sheet.repeat_rows(0)
        if table.rows:
            sheet.autofilter(0, 0, len(table.rows), len(table.headings) - 1)

    def definitions(self, name: str) -> None:
        """What every column counts, word for word."""
        sheet = self._sheet(name, landscape=True)
        for n, title in enumerate((TABLE, COLUMN, UNIT, DEFINITION, SOURCE)):
            self._write(sheet, 0, n, in_language(title, self._language), self._head[False])
        row = 0
        for table in self._document.sheets:
            for heading in table.headings[table.keys :]:
                row += 1
                said = (table.title, heading.title, heading.unit, heading.definition, heading.source)
                for n, text in enumerate(said):
                    self._write(sheet, row, n, text, self._wrapped)
        for n, width in enumerate((30, 24, 16, 70, 40)):
            sheet.set_column(n, n, width, self._plain)
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)

    def _sheet(self, name: str, *, landscape: bool) -> Worksheet:
        sheet = self._book.add_worksheet(name)
        sheet.set_paper(_A4)
        if landscape:
            sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.5, right=0.5, top=0.8, bottom=0.8)
        marks = " · ".join((self._document.title, *self._document.marks))
        facts = " · ".join(f"{label} {value}" for label, value in self._document.facts[:2])
        page = in_language(PAGE, self._language)
        sheet.set_header(_running(marks, name))
        sheet.set_footer(_running(facts, "") + f"&R{page} &P / &N")
        return sheet

    def _cell(self, sheet: Worksheet, row: int, column: int, cell: Shown, bold: bool) -> None:
        match cell:
            case Text(text):
                self._write(sheet, row, column, text, self._format(bold=bold))
            case Absent(reason):
                self._write(sheet, row, column, reason, self._format(italic=True, font_color="#595959"))
            case Day(on):
                sheet.write_datetime(row, column, on, self._format(bold=bold, num_format=DAY, align="left"))
            case Number(value, unit):
                shown = self._format(bold=bold, num_format=NUMBER_FORMATS.get(unit, WHOLE))
                sheet.write_number(row, column, value / SCALES.get(unit, 1), shown)

    def _write(self, sheet: Worksheet, row: int, column: int, text: str, shown: Format) -> None:
        if len(text) > LONGEST_TEXT:
            raise TextTooLong(f"{len(text)} characters do not fit into a cell (at most {LONGEST_TEXT})")
        sheet.write_string(row, column, _NO_XML.sub("\ufffd", text), shown)

    def _format(self, **properties: Any) -> Format:
        """One format per look: a workbook holds no more than 64,000."""
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self._book.add_format({**_FONT, **properties})
        return self._formats[key]

    def _widths(self, table: Sheet) -> list[int]:
        """As wide as the widest cell; a head may break between its words."""
        widths = []
        for n, heading in enumerate(table.headings):
            cells = max((len(words_of(row.cells[n], self._language)) for row in table.rows), default=0)
            head = max(len(word) for word in (heading.head.split() or [""]))
            widths.append(min(max(cells, head, _NARROWEST) + 3, _WIDEST))
        return widths


def _running(left: str, right: str) -> str:
    """A header or footer on one line: ampersands doubled, and no longer than Excel takes."""
    texts = [_CONTROL.sub(" ", text).replace("&", "&&") for text in (left[:160], right[:40])]
    return "".join(f"{place}{text}" for place, text in zip(("&L", "&R"), texts, strict=True) if text)
