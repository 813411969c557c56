"""A report for people: tables as text with titles for codes, each figure whole and in its unit, its definition below."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO
from textwrap import wrap
from typing import Final

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table as ScreenTable
from rich.text import Text

from domain.code_titles import in_language
from domain.path import Title
from domain.reports.table import NOT_COMPUTABLE_TITLES, WORDS, Cell, Column, NotComputable, Table, Unit
from domain.wording import shown_date, shown_hundredths, shown_municipality, shown_number
from services.report_contacts import Contacts
from services.report_parameters import shown_parameters
from services.report_words import column_head, shown_definition, shown_key, shown_words
from services.reports import ReportResult

TEXT_WIDTH: Final = 120
"""Columns for running text; tables are as wide as their figures."""

_NONE = Title(de="keine", en="none")
_MARKS: Final = "¹²³"
_WHOLE = 10_000
"""Wider than any table, so that measuring one gives the width it wants."""


def report_lines(result: ReportResult, language: str = "de", contacts: Contacts | None = None) -> list[str]:
    """The report as plain text, line by line. A definition that two tables share stands below the first."""
    report = result.report if contacts is None else contacts.shown(result.report, language)
    place = shown_municipality(report.municipality) if report.municipality else None
    day = shown_date(report.as_of, language)
    head = Title(
        de=f"Stichtag {day}, Kenntnisstand Position {result.position}, {place or 'alle Kommunen'}, "
        f"Fassung {report.version}, SHA-256 {result.digest[:16]}…",
        en=f"as of {day}, known at position {result.position}, {place or 'all municipalities'}, "
        f"version {report.version}, SHA-256 {result.digest[:16]}…",
    )
    lines = [in_language(report.title, language), *wrap(in_language(head, language), TEXT_WIDTH)]
    # The first is the municipality, which the head has told.
    for title, value in list(shown_parameters(report, language))[1:]:
        lines += wrap(f"{title}: {value}", TEXT_WIDTH, subsequent_indent="  ")
    for note in report.notes:
        said = f"{in_language(note.title, language)}: {in_language(note.text, language)}"
        lines += wrap(said, TEXT_WIDTH, subsequent_indent="  ")
    lines.append("")
    defined: set[str] = set()
    for table in report.tables:
        lines += _table_lines(table, language)
        for column in table.columns:
            definition = _definition(column, language)
            if definition not in defined:
                defined.add(definition)
                lines += wrap(definition, TEXT_WIDTH, initial_indent="  ", subsequent_indent="    ")
        lines.append("")
    return lines


def shown_cell(cell: Cell, unit: Unit, language: str = "de") -> str:
    """A cell as people read it: euros, per cent and ratios with two digits, German or English separators."""
    if isinstance(cell, NotComputable):
        nothing = cell is NotComputable.NOTHING_TO_DIVIDE_BY
        return "–" if nothing else in_language(NOT_COMPUTABLE_TITLES[cell], language)
    if isinstance(cell, str):
        return shown_words(cell, unit, language)
    if unit in (Unit.CENTS, Unit.BASIS_POINTS, Unit.HUNDREDTHS):
        return shown_hundredths(cell, language)
    return shown_number(cell, language)


def _table_lines(table: Table, language: str) -> Iterator[str]:
    shared = _shared_keys(table)
    said = [f"{in_language(table.keys[n], language)} {table.lines[0].key[n]}" for n in shared]
    yield " – ".join([in_language(table.title, language), *said])
    marks = _Marks(language)
    rows = [
        [
            *(shown_key(title, key, language) for title, key in zip(table.keys, line.key, strict=True)),
            *(marks.cell(cell, column) for cell, column in zip(line.cells, table.columns, strict=True)),
        ]
        for line in table.lines
    ]
    screen = ScreenTable(box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    heads = [in_language(key, language) for key in table.keys]
    heads += ["\n".join(column_head(column, language)) for column in table.columns]
    kept = [n for n in range(len(heads)) if n not in shared]
    for n in kept:
        figure = n >= len(table.keys) and table.columns[n - len(table.keys)].unit not in WORDS
        widest = max((len(row[n]) for row in rows), default=0)
        head = _broken(heads[n], widest) if n >= len(table.keys) else heads[n]
        screen.add_column(Text(head), justify="right" if figure else "left", vertical="bottom", no_wrap=True)
    for row in rows or [[in_language(_NONE, language), *[""] * (len(heads) - 1)]]:
        screen.add_row(*(Text(row[n]) for n in kept))
    yield from _drawn(screen)
    yield from marks.notes()


def _drawn(screen: ScreenTable) -> Iterator[str]:
    """The table at the width it wants: nothing in it is broken or cut."""
    console = Console(width=_WHOLE, color_system=None, file=StringIO(), record=True)
    width = Measurement.get(console, console.options, screen).maximum
    console.print(screen, width=width)
    for line in console.export_text().strip("\n").splitlines():
        yield line.rstrip()


def _shared_keys(table: Table) -> list[int]:
    """Leading columns with the same text in every line: it is said once above the table."""
    if len(table.lines) < 2 or len(table.keys) < 2:
        return []
    last = len(table.keys) - 1
    return [n for n in range(last) if len({line.key[n] for line in table.lines}) == 1]


def _broken(head: str, width: int) -> str:
    """A head in lines of about ``width``, broken between words only."""
    room = max(width, *(len(word) for word in head.split()))
    return "\n".join(line for part in head.splitlines() for line in wrap(part, room, break_on_hyphens=False))


def _definition(column: Column, language: str) -> str:
    source = f" [{column.source}]" if column.source else ""
    text = shown_definition(in_language(column.definition, language), language)
    return f"{in_language(column.title, language)}: {text}{source}"


class _Marks:
    """Cells without a figure: a mark in the table, the reason below it."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._reasons: list[NotComputable] = []

    def cell(self, cell: Cell, column: Column) -> str:
        """The cell, or a dash with the mark of its reason."""
        if not isinstance(cell, NotComputable):
            return shown_cell(cell, column.unit, self._language)
        if cell not in self._reasons:
            self._reasons.append(cell)
        return f"– {_MARKS[self._reasons.index(cell)]}"

    def notes(self) -> Iterator[str]:
        """One line for each reason met."""
        for mark, reason in zip(_MARKS, self._reasons, strict=False):
            yield f"  {mark} {in_language(NOT_COMPUTABLE_TITLES[reason], self._language)}"
