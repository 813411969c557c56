"""Commands that decide flat rates from recorded participation: one, again, or all that can be decided."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from uuid import uuid4

from cyclopts import App

from domain.command_handling import CommandContext, handle
from domain.decision import local_date
from domain.path import Title
from domain.refusals import Refusal
from domain.wording import shown_code
from services.cli.connecting import engine_here
from services.cli.outcome import (
    Json,
    print_json,
    print_lines,
    read_date,
    read_uuid,
    refused,
)
from services.cli.progress import progress
from services.clock import utc_now
from services.double_funding import decider_of_grants
from services.flat_rates import UNTIL_IN_THE_FUTURE, FlatRateRun, decide_flat_rates, flat_rate_command

funding = App(name="funding", help="Decide flat rates from recorded participation.")


@funding.command(name="decide-flat-rates")
async def decide_all(*, until: str | None = None, language: str = "de", json_: Json = False) -> int:
    """Decide every flat rate that can be decided; running it again adds nothing.

    What was decided before stands. Where a case was corrected since, the difference is shown and left to a person.

    Parameters
    ----------
    until
        Last day of attendance that is looked at (YYYY-MM-DD); today when left out.
    language
        de or en.
    """
    today = local_date(utc_now())
    last = _until(until, today, language)
    async with engine_here() as engine:
        with progress(
            Title(de="Pauschalen werden festgestellt", en="Deciding flat rates"), language
        ) as report:
            run = await decide_flat_rates(engine, until=last, occurred_on=today, progress=report)
    if json_:
        print_json(run)
    else:
        print_lines(_told(run, language))
    return 0


@funding.command(name="decide-flat-rate")
async def decide(
    grant_id: str,
    case_id: str,
    participation_id: str,
    *,
    actor: str,
    organisation: str,
    until: str | None = None,
    language: str = "de",
    json_: Json = False,
) -> int:
    """Decide the flat rate of one participation from its entry and its attendance.

    Parameters
    ----------
    grant_id
        The id of the grant that pays.
    case_id
        The id of the case.
    participation_id
        The id of the participation.
    actor
        Opaque staff id of whoever decides.
    organisation
        Opaque id of their employer.
    until
        Last day of attendance that is looked at (YYYY-MM-DD); today when left out.
    language
        de or en.
    """
    ids = (grant_id, case_id, participation_id)
    return await _decide(ids, None, actor, organisation, until, language, json_)


@funding.command(name="revise-flat-rate")
async def revise(
    grant_id: str,
    case_id: str,
    participation_id: str,
    *,
    reason: str,
    actor: str,
    organisation: str,
    until: str | None = None,
    language: str = "de",
    json_: Json = False,
) -> int:
    """Decide a flat rate again, because the case or a rate is not what was decided on.

    Parameters
    ----------
    grant_id
        The id of the grant that pays.
    case_id
        The id of the case.
    participation_id
        The id of the participation.
    reason
        Why it is decided again.
    actor
        Opaque staff id of whoever decides.
    organisation
        Opaque id of their employer.
    until
        Last day of attendance that is looked at (YYYY-MM-DD); today when left out.
    language
        de or en.
    """
    ids = (grant_id, case_id, participation_id)
    return await _decide(ids, reason, actor, organisation, until, language, json_)


async def _decide(
    ids: tuple[str, str, str],
    reason: str | None,
    actor: str,
    organisation: str,
    until: str | None,
    language: str,
    as_json: bool,
) -> int:
    grant = read_uuid(ids[0], "GRANT-ID")
    case, participation = read_uuid(ids[1], "CASE-ID"), read_uuid(ids[2], "PARTICIPATION-ID")
    today = local_date(utc_now())
    async with engine_here() as engine:
        command = await flat_rate_command(
            engine,
            case,
            participation,
            occurred_on=today,
            until=_until(until, today, language),
            revise_because=reason,
        )
        if isinstance(command, Refusal):
            raise refused(command, language)
        context = CommandContext(command_id=uuid4(), actor=actor, organisation=organisation)
        decider = await decider_of_grants(engine, grant, command)
        outcome = await handle(engine.store, decider, grant, command, context, lambda history: None)
    if isinstance(outcome, Refusal):
        raise refused(outcome, language)
    if as_json:
        print_json({"position": outcome.position, "version": outcome.version, "events": len(outcome.events)})
    elif outcome.events:
        print_lines(
            [
                f"entschieden, Eintrag {outcome.version}"
                if language == "de"
                else f"decided, entry {outcome.version}"
            ]
        )
    else:
        print_lines(["schon so entschieden" if language == "de" else "decided so already"])
    return 0


def _until(text: str | None, today: date, language: str) -> date:
    last = read_date(text, "--until") or today
    if last > today:
        raise refused(UNTIL_IN_THE_FUTURE, language)
    return last


def _told(run: FlatRateRun, language: str) -> Iterator[str]:
    german = language == "de"
    yield (
        f"{run.cases} Fälle angesehen, {run.decided} Entscheidungen erfasst"
        if german
        else f"{run.cases} cases looked at, {run.decided} decisions recorded"
    )
    for standing, number in sorted(run.standings.items()):
        yield f"  {shown_code(standing, language)}: {number}"
    if run.no_grant:
        yield f"  {'ohne Ansatz in einer Zuwendung' if german else 'no line of any grant'}: {run.no_grant}"
    if run.several_grants:
        yield f"  {'mehrere Zuwendungen möglich' if german else 'several grants could pay'}: {run.several_grants}"
    for rule_id, number in sorted(run.refused.items()):
        yield f"  {'abgelehnt' if german else 'refused'} [{rule_id}]: {number}"
    for found in run.differences:
        yield (
            f"  {'Abweichung' if german else 'difference'}: {found.case_id} {found.participation_id} "
            f"({', '.join(found.what)})"
        )
