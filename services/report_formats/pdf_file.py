"""PDF by typst: tagged for archives and for screen readers (PDF/A-3a and PDF/UA-1), with the sealed bytes attached."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from domain.code_titles import in_language
from services.report_formats.charts.drawing import WIDTH, Chart
from services.report_formats.charts.of_report import Charts
from services.report_formats.labels import ATTACHED, DEFINITIONS, NO_ROWS, OF, PAGE
from services.report_formats.pages import PageTable, page_table, page_tables
from services.report_formats.presentation import Document
from services.report_formats.statement_frame import frame_of
from services.report_formats.typesetting import typeset

_TEMPLATE: Final = Path(__file__).with_name("report.typ")

_CHARACTER: Final = 0.5
"""Width of a character in ems, on the safe side for figures and for most words."""
_INSET: Final = 7.0
"""Points left and right of a cell."""
_SIZE, _SMALLEST = 9.0, 6.0
_PORTRAIT, _LANDSCAPE = 480.0, 725.0
"""Points between the margins of A4."""
_CHART_WIDTH, _BETWEEN = 310.0, 24.0
_PORTRAIT_HIGH, _LANDSCAPE_HIGH = 660.0, 420.0
"""Room for a chart below its title."""
_LONGEST_WORD: Final = 13
"""Longer words of a head are hyphenated."""
_LONGEST_TEXT: Final = 34
"""Longer texts are broken between words."""


def pdf_bytes(document: Document, charts: Charts, created: datetime, canonical: bytes) -> bytes:
    """The report on A4. ``canonical`` is attached as its machine-readable source. Raises PdfNotMade."""
    tables = list(page_tables(document))
    landscape = any(sum(_widths(table, _SIZE)) > _PORTRAIT for table in tables)
    room = _LANDSCAPE if landscape else _PORTRAIT
    facts = {
        "title": document.title,
        "description": "; ".join(f"{label}: {value}" for label, value in document.facts),
        "language": document.language,
        "region": "de" if document.language == "de" else "gb",
        "landscape": landscape,
        "facts": document.facts,
        "marks": document.marks,
        "foot": " · ".join(f"{label} {value}" for label, value in document.facts[:-1]),
        "digest": " ".join(document.facts[-1]),
        "labels": {
            "page": in_language(PAGE, document.language),
            "of": in_language(OF, document.language),
            "none": in_language(NO_ROWS, document.language),
            "definitions": in_language(DEFINITIONS, document.language),
            "attached": in_language(ATTACHED, document.language),
        },
        "frame": None if (frame := frame_of(document)) is None else asdict(frame),
        "sheets": [
            _sheet(table, room)
            | {"charts": [_chart(chart, document.language, landscape) for chart in charts.get(table.id, ())]}
            for table in tables
        ],
    }
    return typeset(_template(), facts, {"report-canonical.json": canonical}, created)


def _sheet(table: PageTable, room: float) -> dict[str, Any]:
    insets = _INSET * len(table.headings)
    wanted = sum(_widths(table, 1.0)) - insets
    size = round(max(_SMALLEST, min(_SIZE, (room - insets) / wanted)), 1)
    widths = _widths(table, size)
    shrunk = min(1.0, room / sum(widths))
    return {
        "title": table.title,
        "said": table.said,
        "size": size,
        "widths": [round(width * shrunk, 1) for width in widths],
        "headings": [
            {"title": heading.title, "unit": heading.unit_below, "figure": heading.figure}
            for heading in table.headings
        ],
        "rows": [{"cells": row.cells, "total": row.total} for row in table.rows],
        "notes": table.notes,
        "definitions": table.definitions,
    }


def _chart(chart: Chart, language: str, landscape: bool) -> dict[str, Any]:
    """The drawing as text, so that in it, too, what no font has is spelled out. Its table stands beside it on a page
    that lies on its side."""
    high = _LANDSCAPE_HIGH if landscape else _PORTRAIT_HIGH
    return {
        "title": chart.title,
        "alt": chart.description,
        "svg": chart.svg,
        "width": min(_CHART_WIDTH, high * WIDTH / chart.height),
        "beside": landscape,
        "table": _sheet(page_table(chart.table, language), _LANDSCAPE - _CHART_WIDTH - _BETWEEN),
    }


def _widths(table: PageTable, size: float) -> list[float]:
    """Points that each column wants at a size of type: the longest figure or word stands on one line."""
    widths = []
    for n, heading in enumerate(table.headings):
        cells = max((len(row.cells[n]) for row in table.rows), default=0)
        head = max((len(word) for word in f"{heading.title} {heading.unit_below}".split()), default=0)
        characters = max(min(cells, _LONGEST_TEXT), min(head, _LONGEST_WORD)) + 0.7
        # The half letter more is for lines of totals, which are bold.
        widths.append(characters * _CHARACTER * size + _INSET)
    return widths


@cache
def _template() -> bytes:
    return _TEMPLATE.read_bytes()
