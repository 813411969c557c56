"""What paper and screen share: keys said once, marks for what has no figure, definitions below the first table they serve."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from services.report_formats.presentation import Absent, Document, Heading, Row, Sheet, words_of

_DIGITS: Final = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRow:
    """A row in words."""

    cells: tuple[str, ...]
    total: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PageTable:
    """A table as it stands on a page.

    ``said`` are the keys that are the same in every row, ``notes`` the reasons behind the marks in the cells,
    ``definitions`` those that no table above has given.
    """

    id: str
    title: str
    said: tuple[str, ...]
    keys: int
    headings: tuple[Heading, ...]
    rows: tuple[PageRow, ...]
    notes: tuple[str, ...]
    definitions: tuple[tuple[str, str], ...]


def page_tables(document: Document) -> Iterator[PageTable]:
    """The tables of ``document`` in their order."""
    defined: set[tuple[str, str]] = set()
    for sheet in document.sheets:
        table = page_table(sheet, document.language, frozenset(defined))
        defined.update(table.definitions)
        yield table


def page_table(sheet: Sheet, language: str, defined: frozenset[tuple[str, str]] = frozenset()) -> PageTable:
    """One table; a definition in ``defined`` is not said again."""
    same = sheet.same_keys()
    kept = [n for n in range(len(sheet.headings)) if n not in same]
    reasons: list[str] = []
    rows = tuple(_row(row, kept, reasons, language) for row in sheet.rows)
    definitions = {
        (heading.title, definition_of(heading)): None for heading in sheet.headings if heading.definition
    }
    return PageTable(
        id=sheet.id,
        title=sheet.title,
        said=tuple(f"{sheet.headings[n].title} {words_of(sheet.rows[0].cells[n], language)}" for n in same),
        keys=sheet.keys - len(same),
        headings=tuple(sheet.headings[n] for n in kept),
        rows=rows,
        notes=tuple(f"{_mark(n)} {reason}" for n, reason in enumerate(reasons, 1)),
        definitions=tuple(pair for pair in definitions if pair not in defined),
    )


def definition_of(heading: Heading) -> str:
    """What a column counts, with its source."""
    return f"{heading.definition} [{heading.source}]" if heading.source else heading.definition


def _row(row: Row, kept: list[int], reasons: list[str], language: str) -> PageRow:
    cells = []
    for n in kept:
        cell = row.cells[n]
        if isinstance(cell, Absent):
            if cell.reason not in reasons:
                reasons.append(cell.reason)
            cells.append(f"– {_mark(reasons.index(cell.reason) + 1)}")
        else:
            cells.append(words_of(cell, language))
    return PageRow(cells=tuple(cells), total=row.total)


def _mark(number: int) -> str:
    return str(number).translate(_DIGITS)
