"""A report that was counted, written where the person at the keyboard wants it: printed, or as a file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from domain.refusals import Refusal
from services.cli.outcome import CommandFailed, refused
from services.cli.report_files import check_target, write_file

if TYPE_CHECKING:
    from services.bootstrap import Engine
    from services.report_contacts import Contacts
    from services.reports import ReportResult

ReportFormat: TypeAlias = Literal["text", "json", "csv", "xlsx", "pdf", "html"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """How and where a report is wanted. ``out`` None means standard output; ``force`` overwrites a file."""

    format_: ReportFormat
    language: str
    out: Path | None = None
    table: str | None = None
    force: bool = False

    def check(self) -> None:
        """Whether it can be written so. Raises CommandFailed, before anything is counted."""
        from services.report_formats.rendering import Format

        if self.table is not None and self.format_ == "text":
            raise CommandFailed(
                "--table ist für Dateien: --format csv, xlsx, pdf oder html",
                "--table is for files: --format csv, xlsx, pdf or html",
            )
        binary = self.format_ != "text" and Format(self.format_).binary
        check_target(self.out, binary=binary, force=self.force)

    async def rendered(self, engine: Engine, result: ReportResult, whom: Contacts | None) -> bytes:
        """The bytes of the report. Raises CommandFailed."""
        from services.report_formats.rendering import Format, render
        from services.report_text import report_lines
        from services.reports import report_run

        if self.format_ == "text":
            return "".join(f"{line}\n" for line in report_lines(result, self.language, whom)).encode()
        run = await report_run(engine, result, whom)
        body = render(result.report, run, Format(self.format_), self.language, table=self.table)
        if isinstance(body, Refusal):
            raise refused(body, self.language)
        return body + b"\n" if self.format_ == "json" and self.out is None else body

    def write(self, body: bytes) -> None:
        """Into the file, or to standard output. Raises CommandFailed."""
        write_file(self.out, body, force=self.force)
