"""CSV for Excel on a German desk: semicolon, UTF-8 with BOM, everything quoted, and no text that becomes a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from io import StringIO
from typing import Final

from domain.code_titles import in_language
from services.report_formats.labels import COLUMN, DEFINITION, NO_ROWS, SOURCE, TABLE, UNIT
from services.report_formats.presentation import HUNDREDTHS, Document, Number, Sheet, Shown, words_of

BYTE_ORDER_MARK: Final = "\ufeff"
"""Without it Excel reads UTF-8 as Windows-1252."""
FORMULA_STARTS: Final = frozenset("=+-@＝＋－＠")
"""What spreadsheets read as the beginning of a formula, the full-width twins too."""


def csv_report(document: Document) -> bytes:
    """All tables one below the other, each with its title and heads, the definitions last: made to be opened and read.

    A program that wants one plain table asks for ``csv_table``.
    """
    language = document.language
    lines = [[document.title], *([label, value] for label, value in document.facts)]
    lines += [[mark] for mark in document.marks]
    lines = [[as_text(field) for field in line] for line in lines]
    for sheet in document.sheets:
        lines += [[], [as_text(sheet.title)], *_lines(sheet, language)]
        if not sheet.rows:
            lines.append([in_language(NO_ROWS, language)])
    lines += [[], [in_language(title, language) for title in (TABLE, COLUMN, UNIT, DEFINITION, SOURCE)]]
    for sheet in document.sheets:
        for heading in sheet.headings[sheet.keys :]:
            said = (sheet.title, heading.title, heading.unit, heading.definition, heading.source)
            lines.append([as_text(field) for field in said])
    return _bytes(lines)


def csv_table(sheet: Sheet, language: str) -> bytes:
    """One table alone: the heads in the first line, then only rows, all of one length."""
    return _bytes(_lines(sheet, language))


def as_text(text: str) -> str:
    """``text`` as a field that no spreadsheet computes: an apostrophe in front of what looks like a formula.

    A tab, a line break or blanks in front do not hide it. Numbers never come here, so a minus stays a minus.

    >>> as_text("=1+1"), as_text(" -2"), as_text("über 100 %")
    ("'=1+1", "' -2", 'über 100 %')
    """
    begins = text[:1] in {"\t", "\r", "\n"} or text.strip()[:1] in FORMULA_STARTS
    return f"'{text}" if text and begins else text


def _lines(sheet: Sheet, language: str) -> Iterator[list[str]]:
    yield [as_text(heading.head) for heading in sheet.headings]
    for row in sheet.rows:
        yield [_field(cell, language) for cell in row.cells]


def _field(cell: Shown, language: str) -> str:
    if isinstance(cell, Number):
        return _decimal(cell, language)
    return as_text(words_of(cell, language))


def _decimal(number: Number, language: str) -> str:
    """The bare number, without separators between thousands, which some programs cannot read."""
    if number.unit not in HUNDREDTHS:
        return str(number.value)
    whole, part = divmod(abs(number.value), 100)
    sign = "-" if number.value < 0 else ""
    return f"{sign}{whole}{'.' if language == 'en' else ','}{part:02d}"


def _bytes(lines: Iterable[list[str]]) -> bytes:
    written = StringIO(newline="")
    csv.writer(written, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows(lines)
    return (BYTE_ORDER_MARK + written.getvalue()).encode()
