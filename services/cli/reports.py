"""Commands that count: the funding report and the statistics, as of a day and as known at an instant."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from cyclopts import App

from domain.refusals import Refusal
from services.cli.connecting import engine_here
from services.cli.outcome import CommandFailed, Json, print_lines, read_date, read_known_at, refused

if TYPE_CHECKING:
    from services.bootstrap import Engine

SECONDS_FOR_PROJECTIONS = 30.0

report = App(name="report", help="Count what the events say; every figure with its definition.")


@report.command
async def funding(
    *,
    as_of: str | None = None,
    known_at: str | None = None,
    municipality: str | None = None,
    language: str = "de",
    json_: Json = False,
) -> int:
    """Budget lines with plan, spending and rest, Land and own share, drawdowns, teaching units and flat rates.

    Parameters
    ----------
    as_of
        Business date (YYYY-MM-DD); today when left out.
    known_at
        What was known then: an instant (2026-11-22T10:00:00+01:00) or a position of the log.
    municipality
        Eight-digit AGS; all when left out.
    language
        de or en.
    """
    return await _print("funding", as_of, known_at, municipality, language, json_)


@report.command
async def statistics(
    *,
    as_of: str | None = None,
    known_at: str | None = None,
    municipality: str | None = None,
    language: str = "de",
    json_: Json = False,
) -> int:
    """Entries, exits, stock, placements, dropouts, destinations; always saying persons or participations.

    Parameters
    ----------
    as_of
        Business date (YYYY-MM-DD); today when left out.
    known_at
        What was known then: an instant (2026-11-22T10:00:00+01:00) or a position of the log.
    municipality
        Eight-digit AGS; all when left out.
    language
        de or en.
    """
    return await _print("statistics", as_of, known_at, municipality, language, json_)


async def _print(
    name: str, as_of: str | None, known_at: str | None, municipality: str | None, language: str, as_json: bool
) -> int:
    from services.report_text import report_lines
    from services.reports import run_report

    day, known = read_date(as_of, "--as-of"), read_known_at(known_at)
    async with engine_here() as engine:
        result = await run_report(engine, name, as_of=day, known_at=known, municipality=municipality)
    if isinstance(result, Refusal):
        raise refused(result, language)
    if as_json:
        sys.stdout.buffer.write(result.body)
        sys.stdout.buffer.write(b"\n")
    else:
        print_lines(report_lines(result, language))
    return 0


async def report_text(engine: Engine, name: str, *, wait_for: int) -> list[str]:
    """The report once the read tables have reached ``wait_for``, as lines for a terminal. Raises CommandFailed."""
    from services.queries import Queries
    from services.report_text import report_lines
    from services.reports import run_report

    queries = Queries(engine)
    try:
        if not await queries.wait_for(wait_for, SECONDS_FOR_PROJECTIONS):
            raise CommandFailed(f"the projections have not reached position {wait_for} in time")
    finally:
        await queries.close()
    result = await run_report(engine, name)
    if isinstance(result, Refusal):
        raise refused(result)
    return report_lines(result)
