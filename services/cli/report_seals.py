"""Commands that seal reports, verify them from the log, and tell what has changed since."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final, TypeAlias
from uuid import uuid4

from cyclopts import Parameter

from domain.path import Title
from domain.refusals import Refusal
from services.cli.acting import acting
from services.cli.connecting import engine_here
from services.cli.outcome import (
    Json,
    as_json,
    at_least,
    print_json,
    print_lines,
    read_known_at,
    read_uuid,
    refused,
)
from services.cli.progress import progress
from services.cli.report_writing import ReportFormat, Wanted
from services.cli.reports import Param, read_asked, read_parameters, report
from services.report_seal_text import seal_lines

Rule: TypeAlias = Annotated[tuple[str, ...], Parameter(name="--rule", negative=(), show_default=False)]
"""Values of rules as name=value."""

READING: Final = Title(de="Das Protokoll wird gelesen", en="Reading the log")
DIFFERS = 1
"""Exit status when a sealed report does not come out again."""


@report.command
async def seal(
    name: str,
    /,
    *,
    as_of: str | None = None,
    known_at: str | None = None,
    param: Param = (),
    id_: str | None = None,
    actor: str | None = None,
    organisation: str | None = None,
    language: str = "de",
    json_: Json = False,
) -> int:
    """Count a report from the log and seal it: definition version, position, date, parameters and SHA-256 stay on record.

    Parameters
    ----------
    name
        The report.
    as_of
        Business date (YYYY-MM-DD); today when left out.
    known_at
        What was known then: an instant or a position of the log; its end when left out.
    param
        A parameter of the report as name=value; may be given several times.
    id_
        Number (UUID) of the seal; a new one when left out. Sealing the same again under one number changes nothing.
    actor
        Opaque staff id of who seals; TEILHABE_DEV_ACTOR when left out.
    organisation
        Opaque id of their employer; TEILHABE_DEV_ORGANISATION when left out.
    language
        de or en.
    """
    from services.clock import utc_now
    from services.report_seals import seal_report
    from services.settings import read_settings

    settings = read_settings()
    context = acting(settings, actor, organisation, language)
    asked = read_asked(name, as_of, known_at, param)
    seal_id = read_uuid(id_, "--id") if id_ else uuid4()
    now = utc_now()
    async with engine_here(settings) as engine:
        with progress(READING, language) as told:
            sealed = await seal_report(engine, asked, seal_id, context, now, progress=told)
    if isinstance(sealed, Refusal):
        raise refused(sealed, language)
    if json_:
        print_json(sealed)
    else:
        print_lines(seal_lines([sealed], language))
    return 0


@report.command
async def file(
    id_: str,
    /,
    *,
    format_: ReportFormat = "text",
    table: str | None = None,
    out: Path | None = None,
    force: bool = False,
    language: str = "de",
) -> int:
    """Print a sealed report as it was sealed, or write it into a file; held against its SHA-256 before.

    Parameters
    ----------
    id_
        Number of the seal; teilhabe report sealed lists them.
    format_
        text, or a file format; json is the canonical form that has the SHA-256 of the seal.
    table
        Id of the one table to have in the file; as csv it is then heads and rows alone, for programs.
    out
        File to write; standard output when left out.
    force
        Overwrite the file if it is there.
    language
        de or en.
    """
    from services.bootstrap import contact_book
    from services.clock import utc_now
    from services.report_again import report_of_seal
    from services.settings import read_settings

    wanted = Wanted(format_=format_, language=language, out=out, table=table, force=force)
    wanted.check()
    seal_id, settings = read_uuid(id_, "ID"), read_settings()
    whom = contact_book(settings)(utc_now())
    async with engine_here(settings) as engine:
        with progress(READING, language) as told:
            result = await report_of_seal(engine, seal_id, told)
        if isinstance(result, Refusal):
            raise refused(result, language)
        wanted.write(await wanted.rendered(engine, result, whom))
    return 0


@report.command
async def publish(
    id_: str,
    /,
    *,
    actor: str | None = None,
    organisation: str | None = None,
    language: str = "de",
    json_: Json = False,
) -> int:
    """Record that a sealed report goes out: from then on every volume is controlled against it.

    Parameters
    ----------
    id_
        Number of the seal.
    actor
        Opaque staff id of who publishes; TEILHABE_DEV_ACTOR when left out.
    organisation
        Opaque id of their employer; TEILHABE_DEV_ORGANISATION when left out.
    language
        de or en.
    """
    from services.clock import utc_now
    from services.report_publishing import publish_seal
    from services.settings import read_settings

    settings = read_settings()
    context = acting(settings, actor, organisation, language)
    seal_id = read_uuid(id_, "ID")
    async with engine_here(settings) as engine:
        with progress(READING, language) as told:
            found = await publish_seal(engine, seal_id, context, utc_now(), progress=told)
    if isinstance(found, Refusal):
        raise refused(found, language)
    if json_:
        print_json({"seal": found, "published": True})
    else:
        english = language.startswith("en")
        print_lines([*seal_lines([found], language), "  published" if english else "  veröffentlicht"])
    return 0


@report.command
async def sealed(
    name: str | None = None, /, *, most: int = 100, language: str = "de", json_: Json = False
) -> int:
    """The sealed reports, the newest first, and which of them went out; of one report or of all.

    Parameters
    ----------
    name
        The report; all when left out.
    most
        How many to show.
    language
        de or en.
    """
    from services.cli.standing import tell_lag
    from services.report_seals import all_sealed, published

    if most < 1:
        raise at_least("--most", 1, most)
    async with engine_here() as engine:
        found = await all_sealed(engine, most, name)
        if isinstance(found, Refusal):
            raise refused(found, language)
        went_out = await published(engine)
        await tell_lag(engine, "sealed_reports", language)
    if json_:
        print_json([as_json(one) | {"published_on": went_out.get(one.seal_id)} for one in found])
    elif found:
        print_lines(seal_lines(found, language, went_out))
    else:
        print_lines(["No report is sealed." if language.startswith("en") else "Kein Bericht ist versiegelt."])
    return 0


@report.command
async def verify(id_: str, /, *, language: str = "de", json_: Json = False) -> int:
    """Count a sealed report anew from the log and compare the bytes; exit status 1 when they differ.

    Parameters
    ----------
    id_
        Number of the seal.
    language
        de or en.
    """
    from services.report_seals import verify_seal

    seal_id = read_uuid(id_, "ID")
    async with engine_here() as engine:
        with progress(READING, language) as told:
            found = await verify_seal(engine, seal_id, told)
    if isinstance(found, Refusal):
        raise refused(found, language)
    if json_:
        print_json({"seal": found.seal, "digest": found.digest, "same": found.same})
    else:
        english = language.startswith("en")
        same = "the same bytes" if english else "dieselben Bytes"
        other = "OTHER bytes" if english else "ANDERE Bytes"
        print_lines(
            [*seal_lines([found.seal], language), f"  → {same if found.same else other}: {found.digest}"]
        )
    return 0 if found.same else DIFFERS


@report.command
async def delta(
    id_: str, /, *, known_at: str | None = None, language: str = "de", json_: Json = False
) -> int:
    """What has changed since a report was sealed, figure by figure with the entries: the draft of a correction notice.

    Parameters
    ----------
    id_
        Number of the seal.
    known_at
        Compare with what was known then: a position of the log or an instant; its end when left out.
    language
        de or en.
    """
    from services.clock import utc_now
    from services.report_asking import known_position
    from services.report_delta import delta_since, notice_lines, plain_delta

    seal_id, known = read_uuid(id_, "ID"), read_known_at(known_at)
    async with engine_here() as engine:
        position = await known_position(engine, known, utc_now())
        if isinstance(position, Refusal):
            raise refused(position, language)
        with progress(READING, language) as told:
            found = await delta_since(engine, seal_id, position, told)
    if isinstance(found, Refusal):
        raise refused(found, language)
    if json_:
        print_json(plain_delta(found))
    else:
        print_lines(notice_lines(found, language))
    return 0


@report.command
async def whatif(id_: str, /, *, rule: Rule = (), language: str = "de", json_: Json = False) -> int:
    """Run a sealed report under other values of its rules, and list which cases flip and why.

    Parameters
    ----------
    id_
        Number of the seal.
    rule
        The value of a rule as name=value; may be given several times. teilhabe report list names the rules.
    language
        de or en.
    """
    from services.report_whatif import counterfactual, counterfactual_lines, plain_counterfactual

    seal_id, values = read_uuid(id_, "ID"), read_parameters(rule, "--rule")
    async with engine_here() as engine:
        with progress(READING, language) as told:
            found = await counterfactual(engine, seal_id, values, told)
    if isinstance(found, Refusal):
        raise refused(found, language)
    if json_:
        print_json(plain_counterfactual(found))
    else:
        print_lines(counterfactual_lines(found, language))
    return 0
