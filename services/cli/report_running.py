"""Running a report at the keyboard: counted, written where it is wanted, and sealed where that is asked for."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.refusals import Refusal
from services.cli.connecting import engine_here
from services.cli.outcome import print_lines, refused
from services.cli.report_writing import Wanted

if TYPE_CHECKING:
    from uuid import UUID

    from domain.command_handling import CommandContext
    from services.bootstrap import Engine
    from services.report_asking import AskedReport
    from services.report_seals import Seal
    from services.reports import ReportResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealing:
    """Under which number a report is sealed, and by whom."""

    number: UUID
    by: CommandContext


async def run_and_write(asked: AskedReport, wanted: Wanted, sealing: Sealing | None = None) -> int:
    """Count what is asked, write it, and seal it first where ``sealing`` says so: what is written is what was sealed.

    The seal is told beside a file, and on standard error where the report itself is on standard output. Raises
    CommandFailed.
    """
    from services.bootstrap import contact_book
    from services.clock import utc_now
    from services.report_seal_text import seal_lines
    from services.reports import run_asked
    from services.settings import read_settings

    wanted.check()
    settings = read_settings()
    whom = contact_book(settings)(utc_now())
    async with engine_here(settings) as engine:
        result = await run_asked(engine, asked)
        if isinstance(result, Refusal):
            raise refused(result, wanted.language)
        body = await wanted.rendered(engine, result, whom)
        if sealing is None:
            wanted.write(body)
            return 0
        sealed = await _sealed(engine, asked, sealing, wanted.language)
        if (sealed.digest, sealed.log_position) != (result.digest, result.position):
            body = await wanted.rendered(engine, await _as_sealed(engine, sealed, wanted.language), whom)
    wanted.write(body)
    print_lines(seal_lines([sealed], wanted.language), sys.stderr if wanted.out is None else sys.stdout)
    return 0


async def _sealed(engine: Engine, asked: AskedReport, sealing: Sealing, language: str) -> Seal:
    """The seal of a report, counted from the log. Raises CommandFailed."""
    from services.clock import utc_now
    from services.report_seals import seal_report

    sealed = await seal_report(engine, asked, sealing.number, sealing.by, utc_now())
    if isinstance(sealed, Refusal):
        raise refused(sealed, language)
    return sealed


async def _as_sealed(engine: Engine, seal: Seal, language: str) -> ReportResult:
    """The report that was sealed, where another one or one at another position was counted. Raises CommandFailed."""
    from services.report_again import report_of_seal

    result = await report_of_seal(engine, seal.seal_id)
    if isinstance(result, Refusal):
        raise refused(result, language)
    return result
