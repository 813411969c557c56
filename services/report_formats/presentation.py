"""A report with all its words chosen, before any format lays it out: titles for codes, units, definitions, reasons."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Final, TypeAlias

from domain.code_titles import in_language
from domain.path import Title
from domain.reports.table import (
    NOT_COMPUTABLE_TITLES,
    TOTAL,
    UNIT_TITLES,
    WORDS,
    Cell,
    Column,
    NotComputable,
    Publication,
    Report,
    Table,
    Unit,
)
from domain.wording import shown_date, shown_hundredths, shown_instant, shown_number
from services.report_formats.run import ReportRun
from services.report_parameters import shown_parameters
from services.report_words import column_head, shown_definition, shown_key, shown_words

HUNDREDTHS: Final = frozenset({Unit.CENTS, Unit.BASIS_POINTS, Unit.HUNDREDTHS})
"""Units whose integers are hundredths of what people read: euros, per cent, a ratio."""


@dataclass(frozen=True, slots=True)
class Text:
    """A cell of words; a day is ``Day``."""

    text: str


@dataclass(frozen=True, slots=True)
class Day:
    """A cell that is a day."""

    on: date


@dataclass(frozen=True, slots=True)
class Number:
    """A cell that is a figure, in the integers of its unit."""

    value: int
    unit: Unit


@dataclass(frozen=True, slots=True)
class Absent:
    """A cell without a figure, and why. It is shown as words, never as 0 and never as nothing."""

    reason: str


Shown: TypeAlias = Text | Day | Number | Absent


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """The head of a column. ``unit`` is empty for keys and words.

    ``unit_below`` is the unit in brackets as it stands below the title, empty where the title says it already.
    """

    title: str
    unit: str = ""
    unit_below: str = ""
    figure: bool = False
    definition: str = ""
    source: str = ""

    @property
    def head(self) -> str:
        """Title and unit in one line."""
        return f"{self.title} {self.unit_below}" if self.unit_below else self.title


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of a table; ``total`` where it sums up others."""

    cells: tuple[Shown, ...]
    total: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A table: the first ``keys`` columns say what a row is about."""

    id: str
    title: str
    keys: int
    headings: tuple[Heading, ...]
    rows: tuple[Row, ...]

    def same_keys(self) -> tuple[int, ...]:
        """Key columns, but for the last, that say the same in every row: a page says them once above the table."""
        if len(self.rows) < 2:
            return ()
        return tuple(n for n in range(self.keys - 1) if len({row.cells[n] for row in self.rows}) == 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """The whole report. ``facts`` are the lines of its head, ``marks`` what must stand on every page."""

    language: str
    name: str
    title: str
    facts: tuple[tuple[str, str], ...]
    marks: tuple[str, ...]
    sheets: tuple[Sheet, ...]

    def only(self, sheet_id: str) -> Document | None:
        """The document with this sheet alone; None when it has no such sheet."""
        sheets = tuple(sheet for sheet in self.sheets if sheet.id == sheet_id)
        return replace(self, sheets=sheets) if sheets else None


def presented(report: Report, run: ReportRun, language: str) -> Document:
    """``report`` in the words of ``language``: English for ``en`` and its regions, else German."""
    marks = [in_language(_PUBLICATIONS[report.publication], language)]
    if run.synthetic:
        marks.append(in_language(_SYNTHETIC, language))
    return Document(
        language="en" if language.startswith("en") else "de",
        name=report.name,
        title=in_language(report.title, language),
        facts=tuple(_facts(report, run, language)),
        marks=tuple(marks),
        sheets=tuple(sheet_of(table, language) for table in report.tables),
    )


def words_of(shown: Shown, language: str) -> str:
    """A cell as people read it, with separators and two digits where the unit has them."""
    match shown:
        case Text(text):
            return text
        case Day(on):
            return shown_date(on, language)
        case Number(value, unit):
            return shown_hundredths(value, language) if unit in HUNDREDTHS else shown_number(value, language)
        case Absent(reason):
            return reason


_SYNTHETIC = Title(de="simulierte Daten – keine wirklichen Personen", en="simulated data – no real persons")
_AS_OF = Title(de="Stichtag", en="As of")
_KNOWN = Title(de="Kenntnisstand", en="Known at")
_POSITION = Title(de="Position {} des Protokolls", en="position {} of the log")
_PUBLICATIONS: Final = {
    Publication.INTERNAL: Title(
        de="intern – nicht zur Veröffentlichung", en="internal – not for publication"
    ),
    Publication.PUBLISHED: Title(
        de="zur Veröffentlichung – kleine Zahlen sind zurückgehalten",
        en="for publication – small numbers are suppressed",
    ),
}
_VERSION = Title(de="Fassung", en="Version")


def _facts(report: Report, run: ReportRun, language: str) -> list[tuple[str, str]]:
    known = in_language(_POSITION, language).format(run.position)
    if run.known_at:
        known = f"{shown_instant(run.known_at, language)} ({known})"
    return [
        (in_language(_AS_OF, language), shown_date(report.as_of, language)),
        (in_language(_KNOWN, language), known),
        *((in_language(note.title, language), in_language(note.text, language)) for note in report.notes),
        *shown_parameters(report, language),
        (in_language(_VERSION, language), f"{report.name} {report.version}"),
        ("SHA-256", run.digest),
    ]


def sheet_of(table: Table, language: str) -> Sheet:
    """A table with its words."""
    keys = [Heading(title=in_language(key, language)) for key in table.keys]
    return Sheet(
        id=table.id,
        title=in_language(table.title, language),
        keys=len(table.keys),
        headings=(*keys, *(_heading(column, language) for column in table.columns)),
        rows=tuple(
            Row(
                cells=(
                    *(_key(title, key, language) for title, key in zip(table.keys, line.key, strict=True)),
                    *(
                        _cell(cell, column.unit, language)
                        for cell, column in zip(line.cells, table.columns, strict=True)
                    ),
                ),
                total=TOTAL in line.key,
            )
            for line in table.lines
        ),
    )


def _heading(column: Column, language: str) -> Heading:
    words = column.unit in WORDS
    return Heading(
        title=in_language(column.title, language),
        unit="" if words else in_language(UNIT_TITLES[column.unit], language),
        unit_below="".join(column_head(column, language)[1:]),
        figure=not words,
        definition=shown_definition(in_language(column.definition, language), language),
        source=column.source,
    )


def _key(column: Title, key: str, language: str) -> Shown:
    if key != TOTAL and column.en in DAY_COLUMNS:
        return Day(date.fromisoformat(key))
    return Text(shown_key(column, key, language))


DAY_COLUMNS: Final = frozenset({"date"})
"""Key columns that hold days, by their English title."""


def _cell(cell: Cell, unit: Unit, language: str) -> Shown:
    if isinstance(cell, NotComputable):
        return Absent(in_language(NOT_COMPUTABLE_TITLES[cell], language))
    if isinstance(cell, str):
        return Text(shown_words(cell, unit, language))
    return Number(cell, unit)
