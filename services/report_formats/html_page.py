"""HTML: one page that stands alone, with tables that say what they are, and nothing in it that runs."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from domain.code_titles import in_language
from services.report_formats.charts.of_report import Charts
from services.report_formats.labels import CONTENTS, DEFINITIONS, NO_ROWS, SKIP
from services.report_formats.pages import page_table
from services.report_formats.presentation import Document
from services.report_formats.statement_frame import frame_of


def html_bytes(document: Document, charts: Charts) -> bytes:
    """The report as a page in UTF-8. Every text in it is escaped."""
    language = document.language
    page = _template().render(
        document=document,
        tables=[page_table(sheet, language) for sheet in document.sheets],
        charts={
            table_id: [
                # The drawing escapes its texts itself.
                (chart, Markup(chart.svg), page_table(chart.table, language))  # noqa: S704 - escaped by the drawing
                for chart in drawn
            ]
            for table_id, drawn in charts.items()
        },
        foot=" · ".join(f"{label} {value}" for label, value in document.facts),
        frame=frame_of(document),
        labels={
            "contents": in_language(CONTENTS, language),
            "definitions": in_language(DEFINITIONS, language),
            "none": in_language(NO_ROWS, language),
            "skip": in_language(SKIP, language),
        },
    )
    return page.encode()


@cache
def _template() -> Template:
    folder = FileSystemLoader(Path(__file__).parent)
    return Environment(loader=folder, autoescape=True, undefined=StrictUndefined).get_template(
        "report.html.j2"
    )
