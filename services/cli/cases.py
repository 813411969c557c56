"""Commands that show one case: as it is, as of a date, as known at an instant; its history and its agenda."""

from __future__ import annotations

from cyclopts import App

from domain.decision import local_date
from domain.refusals import Refusal
from domain.values import LanguageLevel, OfferKind
from services.case_agenda import case_agenda, case_waiting, case_why
from services.case_reading import case_view, history_lines, rule_titles
from services.cli.case_text import agenda_lines, describe, history_table, waiting_rows
from services.cli.connecting import engine_here
from services.cli.outcome import (
    Json,
    no_case,
    print_json,
    print_lines,
    print_why,
    read_date,
    read_known_at,
    read_uuid,
    refused,
)
from services.clock import utc_now
from services.gap_text import case_offer_lines
from services.gaps import asked_for, offers_for_case
from services.hint_text import hint_lines, need_lines

__all__ = ["case"]

case = App(name="case", help="Show one case: state, history, agenda.")


@case.command
async def show(
    case_id: str,
    *,
    as_of: str | None = None,
    known_at: str | None = None,
    language: str = "de",
    json_: Json = False,
) -> int:
    """Show a case as it is, as of a date, as known at an instant, or both.

    Parameters
    ----------
    case_id
        The id of the case.
    as_of
        Business date (YYYY-MM-DD): only what had happened by the end of that day.
    known_at
        What was known then: an instant (2026-11-22T10:00:00+01:00) or a position of the log.
    language
        de or en.
    """
    stream_id = read_uuid(case_id, "CASE-ID")
    day, known = read_date(as_of, "--as-of"), read_known_at(known_at)
    async with engine_here() as engine:
        view = await case_view(engine, stream_id, as_of=day, known_at=known)
        waits = await case_waiting(engine, stream_id) if day is None and known is None else None
    if view is None:
        raise no_case(case_id, then=bool(day or known))
    if json_:
        print_json(view)
    else:
        print_lines(describe(view, language))
        print_lines(waiting_rows(waits or (), local_date(utc_now()), language))
        print_lines(need_lines(view.case.unmet_needs, language))
        print_lines(hint_lines(view.hints, language))
    return 0


@case.command
async def history(case_id: str, *, language: str = "de", json_: Json = False) -> int:
    """Show every entry of a case: when it happened, when it was recorded, by whom, and what.

    Parameters
    ----------
    case_id
        The id of the case.
    language
        de or en.
    """
    stream_id = read_uuid(case_id, "CASE-ID")
    async with engine_here() as engine:
        entries = await engine.store.load(stream_id)
        rules = rule_titles(engine.rule_book)
    if not entries:
        raise no_case(case_id)
    lines = history_lines(entries, language, rules)
    if json_:
        print_json(lines)
    else:
        print_lines(history_table(lines, language))
    return 0


@case.command
async def agenda(case_id: str, *, why: str | None = None, language: str = "de", json_: Json = False) -> int:
    """Show the dates of a case with rule, citation, calculation, duty holder and reminders; or explain one of them.

    Parameters
    ----------
    case_id
        The id of the case.
    why
        Id of a reminder, of a date or of a rule, as the agenda shows it: why did it fire, or not? Of gone ones too.
    language
        de or en.
    """
    stream_id, now = read_uuid(case_id, "CASE-ID"), utc_now()
    async with engine_here() as engine:
        if why is not None:
            answer = await case_why(engine, stream_id, why, now)
        else:
            dates, view = await case_agenda(engine, stream_id, now), await case_view(engine, stream_id)
    if why is not None:
        return print_why(answer, no_case(case_id), language, json_)
    if dates is None or view is None:
        raise no_case(case_id)
    if json_:
        # As the API answers: a hint stands beside the dates, for it has none.
        print_json({"case_id": stream_id, "hints": view.hints, "entries": dates})
        return 0
    print_lines(hint_lines(view.hints, language))
    print_lines(line for found in dates for line in agenda_lines(found, language))
    return 0


@case.command
async def offers(
    case_id: str,
    *,
    kind: OfferKind | None = None,
    level: LanguageLevel | None = None,
    wanted_from: str | None = None,
    childcare: bool = False,
    language: str = "de",
    json_: Json = False,
) -> int:
    """Show the offers for a case, each fitting or with every reason why not.

    For what is asked, else for every open unmet need of the case.

    Parameters
    ----------
    case_id
        The id of the case.
    kind
        The kind of measure that is looked for.
    level
        The level a language course should lead to; the next one up when left out.
    wanted_from
        From which day on (YYYY-MM-DD); today when left out.
    childcare
        Whether childcare is needed.
    language
        de or en.
    """
    stream_id, today = read_uuid(case_id, "CASE-ID"), local_date(utc_now())
    asked = asked_for(kind, level, read_date(wanted_from, "--wanted-from"), childcare, today)
    if isinstance(asked, Refusal):
        raise refused(asked, language)
    async with engine_here() as engine:
        found = await offers_for_case(engine, stream_id, asked, today)
    if found is None:
        raise no_case(case_id)
    if isinstance(found, Refusal):
        raise refused(found, language)
    if json_:
        print_json(found)
    else:
        print_lines(case_offer_lines(found, language))
    return 0
