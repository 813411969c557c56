"""From a report to the bytes of a file, in whatever format is asked for; the same run gives the same bytes.

Except for whom the ids of staff reach: that is looked up in the staff file when a file is made.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final, Literal, TypeAlias, assert_never

from domain.refusals import Refusal
from domain.reports.table import Report, canonical_json
from services.report_formats.presentation import Document, presented
from services.report_formats.run import ReportRun


class Format(StrEnum):
    """The formats a report can be had in."""

    JSON = "json"
    """The canonical bytes that are hashed and sealed; codes, not words, and the same in every language."""
    CSV = "csv"
    XLSX = "xlsx"
    PDF = "pdf"
    HTML = "html"

    @property
    def media_type(self) -> str:
        """As in the header Content-Type."""
        match self:
            case Format.JSON:
                return "application/json"
            case Format.CSV:
                return "text/csv; charset=utf-8"
            case Format.XLSX:
                return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
            case Format.PDF:
                return "application/pdf"
            case Format.HTML:
                return "text/html; charset=utf-8"
            case _:
                assert_never(self)

    @property
    def binary(self) -> bool:
        """Whether the bytes mean nothing on a terminal."""
        return self in (Format.XLSX, Format.PDF)


_WHOLE_ONLY: Final = Refusal(
    "report.canonical_is_whole",
    "Die kanonische Form (json) gibt es nur vom ganzen Bericht.",
    "The canonical form (json) is of the whole report only.",
)


def render(
    report: Report, run: ReportRun, format_: Format, language: str = "de", *, table: str | None = None
) -> bytes | Refusal:
    """The report in a format. Refused: a ``table`` that it does not have, and any in JSON.

    ``table`` chooses one table by its id; as CSV it is then heads and rows alone, for programs.
    """
    if format_ is Format.JSON:
        return canonical_json(report) if table is None else _WHOLE_ONLY
    shown = report if run.contacts is None else run.contacts.shown(report, language)
    document = presented(shown, run, language)
    if table is not None:
        chosen = document.only(table)
        if chosen is None:
            known = ", ".join(sheet.id for sheet in document.sheets)
            return Refusal(
                "report.table_unknown",
                f"Diese Tabelle hat der Bericht nicht. Er hat: {known}.",
                f"The report has no such table. It has: {known}.",
            )
        document = chosen
    return _laid_out(document, report, run, format_, alone=table is not None)


_FileFormat: TypeAlias = Literal[Format.CSV, Format.XLSX, Format.PDF, Format.HTML]


def _laid_out(
    document: Document, report: Report, run: ReportRun, format_: _FileFormat, *, alone: bool
) -> bytes:
    """Each format loads its library only when it is asked for."""
    match format_:
        case Format.CSV:
            from services.report_formats.csv_file import csv_report, csv_table

            return csv_table(document.sheets[0], document.language) if alone else csv_report(document)
        case Format.XLSX:
            from services.report_formats.xlsx_file import xlsx_bytes

            return xlsx_bytes(document, run.instant(report))
        case Format.PDF:
            from services.report_formats.charts.of_report import charts_of
            from services.report_formats.pdf_file import pdf_bytes

            charts = charts_of(report, document.language)
            return pdf_bytes(document, charts, run.instant(report), canonical_json(report))
        case Format.HTML:
            from services.report_formats.charts.of_report import charts_of
            from services.report_formats.html_page import html_bytes

            return html_bytes(document, charts_of(report, document.language))
        case _:
            assert_never(format_)
