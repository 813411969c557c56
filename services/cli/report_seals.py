"""Commands that seal reports, verify them from the log, and tell what has changed since."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, TypeAlias
from uuid import uuid4

from cyclopts import Parameter

from domain.refusals import Refusal
from services.cli.acting import acting
from services.cli.connecting import engine_here
from services.cli.outcome import (
    Json,
    at_least,
    print_json,
    print_lines,
    read_known_at,
    read_uuid,
    refused,
)
from services.cli.progress import progress
from services.cli.reports import Param, read_asked, read_parameters, report

if TYPE_CHECKING:
    from services.report_seals import Seal

Rule: TypeAlias = Annotated[tuple[str, ...], Parameter(name="--rule", negative=())]
"""Values of rules as name=value."""

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
    from services.gateway import utc_now
    from services.report_seals import seal_report
    from services.settings import read_settings

    settings = read_settings()
    context = acting(settings, actor, organisation, language)
    asked = read_asked(name, as_of, known_at, param)
    seal_id = read_uuid(id_, "--id") if id_ else uuid4()
    now = utc_now()
    async with engine_here(settings) as engine:
        with progress("Reading the log") as told:
            sealed = await seal_report(engine, asked, seal_id, context, now, progress=told)
    if isinstance(sealed, Refusal):
        raise refused(sealed, language)
    if json_:
        print_json(sealed)
    else:
        print_lines(seal_lines([sealed], language))
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
    from services.gateway import utc_now
    from services.report_publishing import publish_seal
    from services.settings import read_settings

    settings = read_settings()
    context = acting(settings, actor, organisation, language)
    seal_id = read_uuid(id_, "ID")
    async with engine_here(settings) as engine:
        with progress("Reading the log") as told:
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
async def sealed(*, most: int = 100, language: str = "de", json_: Json = False) -> int:
    """The sealed reports, the newest first.

    Parameters
    ----------
    most
        How many at most.
    language
        de or en.
    """
    from services.report_seals import all_sealed

    if most < 1:
        raise at_least("--most", 1, most)
    async with engine_here() as engine:
        found = await all_sealed(engine, most)
    if json_:
        print_json(found)
    else:
        print_lines(seal_lines(found, language))
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
        with progress("Reading the log") as told:
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
    from services.gateway import utc_now
    from services.report_asking import known_position
    from services.report_delta import delta_since, notice_lines, plain_delta

    seal_id, known = read_uuid(id_, "ID"), read_known_at(known_at)
    async with engine_here() as engine:
        position = await known_position(engine, known, utc_now())
        if isinstance(position, Refusal):
            raise refused(position, language)
        with progress("Reading the log") as told:
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
        with progress("Reading the log") as told:
            found = await counterfactual(engine, seal_id, values, told)
    if isinstance(found, Refusal):
        raise refused(found, language)
    if json_:
        print_json(plain_counterfactual(found))
    else:
        print_lines(counterfactual_lines(found, language))
    return 0


def seal_lines(seals: list[Seal], language: str) -> list[str]:
    """Seals as text, two lines each."""
    from domain.wording import shown_date, shown_instant

    english = language.startswith("en")
    lines = []
    for one in seals:
        given = "".join(f", {name}={value}" for name, value in one.parameters.items())
        what = f"{one.report}/{one.definition_version}{given}"
        day, at = shown_date(one.as_of, language), shown_instant(one.recorded_at, language)
        if english:
            lines.append(f"{one.seal_id}  {what}, as of {day}, position {one.log_position}")
            lines.append(f"  sealed {at} by {one.actor} ({one.organisation}), SHA-256 {one.digest}")
        else:
            lines.append(f"{one.seal_id}  {what}, Stichtag {day}, Position {one.log_position}")
            lines.append(f"  versiegelt {at} von {one.actor} ({one.organisation}), SHA-256 {one.digest}")
    return lines
