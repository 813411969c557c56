"""A report for people: tables as text, each figure in its unit, and its definition below."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO

from rich.box import SIMPLE_HEAD
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table as ScreenTable
from rich.text import Text

from domain.path import Title
from domain.reports.table import NOT_COMPUTABLE_TITLES, TOTAL, UNIT_TITLES, Cell, NotComputable, Table, Unit
from services.reports import ReportResult


def report_lines(result: ReportResult, language: str = "de", *, width: int = 140) -> list[str]:
    """The report as plain text with its definitions, line by line."""
    console = Console(width=width, color_system=None, file=StringIO(), record=True)
    console.print(report_screen(result, language))
    return [line.rstrip() for line in console.export_text().splitlines()]


def report_screen(result: ReportResult, language: str = "de") -> RenderableType:
    """The report for a terminal."""
    report = result.report
    place = report.municipality or ("alle Kommunen" if language == "de" else "all municipalities")
    head = (
        f"Stichtag {report.as_of:%d.%m.%Y}, Kenntnisstand Position {result.position}, {place}, "
        f"Fassung {report.version}, SHA-256 {result.digest[:16]}…"
        if language == "de"
        else f"as of {report.as_of.isoformat()}, known at position {result.position}, {place}, "
        f"version {report.version}, SHA-256 {result.digest[:16]}…"
    )
    parts: list[RenderableType] = [Text(_in(report.title, language), style="bold"), Text(head), Text("")]
    for table in report.tables:
        parts.extend(_table_parts(table, language))
    return Group(*parts)


def _table_parts(table: Table, language: str) -> Iterator[RenderableType]:
    screen = ScreenTable(
        title=_in(table.title, language), box=SIMPLE_HEAD, title_justify="left", title_style="bold"
    )
    for key in table.keys:
        screen.add_column(_in(key, language))
    for column in table.columns:
        unit = _in(UNIT_TITLES[column.unit], language)
        title = _in(column.title, language)
        shown = title if title.lower() == unit.lower() else f"{title}\n({unit})"
        screen.add_column(shown, justify="left" if column.unit is Unit.TEXT else "right", overflow="fold")
    for line in table.lines:
        keys = ["Summe" if key == TOTAL and language == "de" else key for key in line.key]
        cells = [
            shown_cell(cell, column.unit, language)
            for cell, column in zip(line.cells, table.columns, strict=True)
        ]
        screen.add_row(*keys, *cells)
    if not table.lines:
        screen.add_row(
            "keine" if language == "de" else "none", *[""] * (len(table.keys) + len(table.columns) - 1)
        )
    yield screen
    for column in table.columns:
        source = f" [{column.source}]" if column.source else ""
        text = f"{_in(column.title, language)}: {_in(column.definition, language)}{source}"
        yield Padding(Text(text, style="dim"), (0, 0, 0, 2))
    yield Text("")


def shown_cell(cell: Cell, unit: Unit, language: str = "de") -> str:
    """A cell as people read it: euros, per cent and ratios with two digits, German or English separators."""
    if isinstance(cell, NotComputable):
        nothing = cell is NotComputable.NOTHING_TO_DIVIDE_BY
        return "–" if nothing else _in(NOT_COMPUTABLE_TITLES[cell], language)
    if isinstance(cell, str):
        return cell
    if unit in (Unit.CENTS, Unit.BASIS_POINTS, Unit.HUNDREDTHS):
        sign, (whole, part) = "-" if cell < 0 else "", divmod(abs(cell), 100)
        text = f"{sign}{whole:,}.{part:02d}"
    else:
        text = f"{cell:,}"
    if language == "de":
        text = text.translate(str.maketrans(",.", ".,"))
    return text


def _in(title: Title, language: str) -> str:
    return title.en if language.startswith("en") else title.de
