"""Commands that count: the funding report and the statistics, as of a day and as known at an instant."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias
from uuid import uuid4

from cyclopts import App, Parameter

from domain.path import Title
from domain.refusals import Refusal
from services.cli.connecting import engine_here
from services.cli.outcome import (
    CommandFailed,
    Json,
    print_json,
    print_lines,
    read_date,
    read_known_at,
    read_uuid,
    refused,
)
from services.cli.progress import progress
from services.cli.report_running import Sealing, run_and_write
from services.cli.report_writing import ReportFormat, Wanted

if TYPE_CHECKING:
    from uuid import UUID

    from services.bootstrap import Engine
    from services.report_asking import AskedReport

SECONDS_FOR_PROJECTIONS = 60.0

Param: TypeAlias = Annotated[tuple[str, ...], Parameter(name="--param", negative=(), show_default=False)]
"""Parameters of a report as name=value."""

EXAMPLES = """Examples:

    teilhabe report list frauen
    teilhabe report describe statistics
    teilhabe report run gaps --as-of 2026-06-30 --param longer_than=30
    teilhabe report run proof_of_use --format pdf --out nachweis.pdf --seal
    teilhabe report drill statistics flow entries 2026-Q2 total total
    teilhabe report sealed monitoring
    teilhabe report file SEAL --format xlsx --out volume.xlsx
    teilhabe report whatif SEAL --rule age_to=25
"""

report = App(
    name="report",
    help="Count what the events say; every figure with its definition.",
    help_epilogue=EXAMPLES,
    help_format="plaintext",
)


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
    param = () if municipality is None else (f"municipality={municipality}",)
    asked = read_asked(name, as_of, known_at, param)
    return await run_and_write(asked, Wanted(format_="json" if as_json else "text", language=language))


@report.command(name="list")
async def list_(*word: str, language: str = "de", json_: Json = False) -> int:
    """The reports that can be run, with their parameters; with words those in which all of them occur.

    Parameters
    ----------
    word
        Sought in names, titles, tables, columns and parameters, German and English alike: teilhabe report list frauen.
    language
        de or en.
    """
    from domain.reports.registry import REPORTS
    from services.report_catalogue import catalogue_lines, found_by, plain_catalogue

    found = found_by(word, REPORTS.values())
    if not found:
        words = " ".join(word)
        raise CommandFailed(
            f"in keinem Bericht kommt „{words}“ vor; teilhabe report list zeigt alle",
            f'"{words}" occurs in no report; teilhabe report list shows them all',
        )
    if json_:
        print_json(plain_catalogue(found))
    else:
        print_lines(catalogue_lines(found, language))
    return 0


@report.command
async def describe(name: str, /, *, language: str = "de", json_: Json = False) -> int:
    """What a report tells before it is run: its parameters, tables and columns by their ids, each with its definition.

    Parameters
    ----------
    name
        One of those that teilhabe report list names.
    language
        de or en.
    """
    from services.report_asking import AskedReport, asked_definition
    from services.report_catalogue import described_lines, plain_description

    definition = asked_definition(AskedReport(name=name))
    if isinstance(definition, Refusal):
        raise refused(definition, language)
    if json_:
        print_json(plain_description(definition))
    else:
        print_lines(described_lines(definition, language))
    return 0


@report.command
async def run(
    name: str,
    /,
    *,
    as_of: str | None = None,
    known_at: str | None = None,
    param: Param = (),
    format_: ReportFormat = "text",
    table: str | None = None,
    out: Path | None = None,
    force: bool = False,
    seal: Annotated[bool, Parameter(negative=())] = False,
    id_: str | None = None,
    actor: str | None = None,
    organisation: str | None = None,
    language: str = "de",
) -> int:
    """Run a report and print it, or write it into a file; with --seal seal what is written.

    Parameters
    ----------
    name
        One of those that teilhabe report list names.
    as_of
        Business date (YYYY-MM-DD); today when left out.
    known_at
        What was known then: an instant (2026-11-22T10:00:00+01:00) or a position of the log.
    param
        A parameter of the report as name=value; may be given several times.
    format_
        text, or a file format; json is the canonical form that is hashed and sealed.
    table
        Id of the one table to have in the file; as csv it is then heads and rows alone, for programs.
    out
        File to write; standard output when left out.
    force
        Overwrite the file if it is there.
    seal
        Seal the report: it is counted from the log, and the number of the seal is told.
    id_
        Number (UUID) of the seal; a new one when left out.
    actor
        Opaque staff id of who seals; TEILHABE_DEV_ACTOR when left out.
    organisation
        Opaque id of their employer; TEILHABE_DEV_ORGANISATION when left out.
    language
        de or en.
    """
    from services.cli.acting import acting
    from services.settings import read_settings

    asked = read_asked(name, as_of, known_at, param)
    wanted = Wanted(format_=format_, language=language, out=out, table=table, force=force)
    if not seal:
        if id_ or actor or organisation:
            raise CommandFailed(
                "--id, --actor und --organisation gehören zu --seal",
                "--id, --actor and --organisation go with --seal",
            )
        return await run_and_write(asked, wanted)
    by = acting(read_settings(), actor, organisation, language)
    return await run_and_write(
        asked, wanted, Sealing(number=read_uuid(id_, "--id") if id_ else uuid4(), by=by)
    )


@report.command
async def drill(
    name: str,
    table: str,
    column: str,
    /,
    *key: str,
    as_of: str | None = None,
    known_at: str | None = None,
    param: Param = (),
    seal: str | None = None,
    first: int = 0,
    most: int = 50,
    but_for: bool = False,
    language: str = "de",
    json_: Json = False,
) -> int:
    """Show what makes one cell: pseudonymous cases, their entries in the log, and the rule with its version.

    Parameters
    ----------
    name
        The report.
    table
        The id of the table.
    column
        The id of the column.
    key
        What the line is about, one word for each leading column, as in the JSON of the report.
    as_of
        Business date (YYYY-MM-DD); today when left out.
    known_at
        What was known then: an instant (2026-11-22T10:00:00+01:00) or a position of the log.
    param
        A parameter of the report as name=value; may be given several times.
    seal
        Number of a sealed report to look into: as of its date, as known at its position, in its version.
    first
        Number of contributions to skip.
    most
        Number of contributions to show.
    but_for
        Show what would count but for a later entry, and adds nothing, instead of what counts.
    language
        de or en.
    """
    from domain.reports.drill import Page
    from domain.reports.evidence import CellRef
    from services.report_drill import drill_lines, entries_behind, plain_drill
    from services.report_drilling import drill_down

    if first < 0 or most < 1:
        raise CommandFailed("--first beginnt bei 0 und --most bei 1", "--first starts at 0 and --most at 1")
    asked = read_asked(name, as_of, known_at, param)
    number = None if seal is None else read_uuid(seal, "--seal")
    async with engine_here() as engine:
        if number is not None:
            asked = await _of_seal(engine, asked, number, language)
        page = Page(first=first, most=most, but_for=but_for)
        counting = Title(de="Der Bericht wird gelesen und gezählt", en="Reading and counting the report")
        with progress(counting, language) as told:
            result = await drill_down(engine, asked, CellRef(table, column, key), page, progress=told)
        if isinstance(result, Refusal):
            raise refused(result, language)
        entries = await entries_behind(engine, result.drill, result.position)
    if json_:
        print_json({"position": result.position} | plain_drill(result.drill, entries))
    else:
        print_lines(drill_lines(result.drill, entries, language))
    return 0


async def _of_seal(engine: Engine, asked: AskedReport, number: UUID, language: str) -> AskedReport:
    """The sealed report ``number``, of which only the name is asked. Raises CommandFailed."""
    from services.report_asking import AskedReport
    from services.report_seals import asked_again

    again = await asked_again(engine, number)
    if isinstance(again, Refusal):
        raise refused(again, language)
    if asked != AskedReport(name=again.name):
        raise refused(
            Refusal(
                "report_seal.asked_otherwise",
                f"Unter dieser Nummer ist {again.name} versiegelt; Stichtag, Kenntnisstand und Parameter stehen im Siegel "
                "und werden nicht noch einmal angegeben.",
                f"Sealed under this number is {again.name}; date, what was known and parameters are in the seal and are "
                "not given again.",
            ),
            language,
        )
    return again


def read_asked(name: str, as_of: str | None, known_at: str | None, param: tuple[str, ...]) -> AskedReport:
    """What is asked for, from the command line. Raises CommandFailed."""
    from services.report_asking import AskedReport

    return AskedReport(
        name=name,
        as_of=read_date(as_of, "--as-of"),
        known_at=read_known_at(known_at),
        parameters=read_parameters(param),
    )


def read_parameters(given: tuple[str, ...], option: str = "--param") -> dict[str, str]:
    """name=value pairs of an option. Raises CommandFailed."""
    parameters: dict[str, str] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise CommandFailed(
                f"{option} ist nicht name=wert: {text!r}", f"{option} is not name=value: {text!r}"
            )
        if name in parameters:
            raise CommandFailed(f"{option} nennt {name} doppelt", f"{option} gives {name} twice")
        parameters[name] = value
    return parameters


async def report_text(engine: Engine, name: str, *, wait_for: int) -> list[str]:
    """The report once the read tables have reached ``wait_for``, as lines for a terminal. Raises CommandFailed."""
    from services.queries import Queries
    from services.report_text import report_lines
    from services.reports import run_report

    queries = Queries(engine)
    try:
        if not await queries.wait_for(wait_for, SECONDS_FOR_PROJECTIONS):
            raise CommandFailed(
                f"die Lesetabellen haben Position {wait_for} nicht rechtzeitig erreicht",
                f"the projections have not reached position {wait_for} in time",
            )
    finally:
        await queries.close()
    result = await run_report(engine, name)
    if isinstance(result, Refusal):
        raise refused(result)
    return report_lines(result)
