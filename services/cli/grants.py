"""Commands that show one grant: its lines and money, and its dates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

from cyclopts import App

from domain.budget_use import LineBalance, LineFlag, PlannedAndSpent, balance
from domain.decision import local_date
from domain.flat_rate import course_earnings
from domain.grant import UNKNOWN_GRANT, GrantState
from domain.grant_agenda import to_remind_of
from domain.wording import shown_code, shown_date, shown_euros, shown_municipality
from services.bootstrap import Engine, staff_directory
from services.cli.connecting import engine_here
from services.cli.grant_text import grant_agenda_lines
from services.cli.outcome import (
    CommandFailed,
    Json,
    no_grant,
    print_json,
    print_lines,
    print_why,
    read_uuid,
    refused,
)
from services.clock import utc_now
from services.flat_rates import grant_state
from services.grant_dates import dates_of_all_grants, grant_dates, why_of_grant
from services.settings import read_settings

grant = App(name="grant", help="Show one grant: its lines and money, and its dates.")


@grant.command
async def show(grant_id: str, *, language: str = "de", json_: Json = False) -> int:
    """Show a grant: the plan with what was spent, what other lines make up for, what was drawn and given onward.

    Parameters
    ----------
    grant_id
        The id of the grant.
    language
        de or en.
    """
    async with engine_here() as engine:
        state = await _known(engine, read_uuid(grant_id, "GRANT-ID"), language)
    if json_:
        print_json(
            {
                "reference": state.reference,
                "version": state.version,
                "period": [state.period_from, state.period_to],
                "planned_cents": state.total_cents,
                "land_cents": state.land_cents,
                "spent_cents": state.spent_cents,
                "drawn_cents": state.drawn_cents,
                "repaid_cents": state.repaid_cents,
                "lines": [
                    {
                        "module": use.line.module,
                        "municipality": use.line.municipality,
                        "year": use.line.year,
                        "planned_cents": use.line.amount_cents,
                        "spent_cents": use.spent_cents,
                        "over_cents": found.over_cents,
                        "compensated_cents": found.compensated_cents,
                        "flag": found.flag,
                    }
                    for use, found in zip(state.uses, _balances(state), strict=True)
                ],
                "earnings": course_earnings(state.flat_rates.values()),
            }
        )
    else:
        print_lines(_described(state, language))
    return 0


@grant.command
async def agenda(
    grant_id: str | None = None,
    *,
    why: str | None = None,
    reached: bool = False,
    language: str = "de",
    json_: Json = False,
) -> int:
    """Show the dates of a grant, or of all, with rule, calculation and reminders sent and planned; or explain one.

    Parameters
    ----------
    grant_id
        The id of the grant; all grants when left out.
    why
        Id of a reminder, of a date or of a rule, as the agenda shows it: why did it fire, or not? Of gone ones too.
    reached
        Only the dates of which one is to be reminded today.
    language
        de or en.
    """
    now, settings = utc_now(), read_settings()
    staff = staff_directory(settings) if settings.staff_file else None
    asked = None if grant_id is None else read_uuid(grant_id, "GRANT-ID")
    async with engine_here(settings) as engine:
        if why is not None:
            if asked is None:
                raise CommandFailed(
                    "--why fragt nach einer Zuwendung: ihre GRANT-ID angeben",
                    "--why asks about one grant: name its GRANT-ID",
                )
            answer = await why_of_grant(engine, asked, why, now)
            return print_why(answer, no_grant(str(grant_id)), language, json_)
        if asked is None:
            found = await dates_of_all_grants(engine, now)
        elif (one := await grant_dates(engine, asked, now)) is not None:
            found = (one,)
        else:
            raise refused(UNKNOWN_GRANT, language)
    today = local_date(now)
    shown = [
        replace(
            each,
            dates=tuple(one for one in each.dates if not reached or to_remind_of(one.due, today) is not None),
        )
        for each in found
    ]
    if json_:
        print_json(shown[0].dates if asked is not None else shown)
    else:
        print_lines(line for each in shown for line in grant_agenda_lines(each, staff, today, language))
    return 0


async def _known(engine: Engine, grant_id: UUID, language: str) -> GrantState:
    state = await grant_state(engine, grant_id)
    if state is None:
        raise refused(UNKNOWN_GRANT, language)
    return state


def _balances(state: GrantState) -> list[LineBalance]:
    return balance(
        [PlannedAndSpent(use.line.year, use.line.amount_cents, use.spent_cents) for use in state.uses]
    )


def _described(state: GrantState, language: str) -> Iterator[str]:
    german = language == "de"

    def euros(cents: int) -> str:
        return shown_euros(cents, language)

    yield f"{state.reference}  {shown_date(state.period_from, language)} – {shown_date(state.period_to, language)}"
    for de, en, cents in (
        ("Soll", "plan", state.total_cents),
        ("Anteil Land", "share of the Land", state.land_cents),
        ("Ist", "actual", state.spent_cents),
        ("abgerufen", "drawn", state.drawn_cents),
        ("zurückgezahlt", "repaid", state.repaid_cents),
    ):
        yield f"  {de if german else en:<18}{euros(cents):>18}"
    for use, found in zip(state.uses, _balances(state), strict=True):
        line = use.line
        name = f"{line.module} {line.year} {shown_municipality(line.municipality)}"
        text = f"  {name:<40}{euros(use.spent_cents):>16} / {euros(line.amount_cents):>16}"
        if found.flag is not LineFlag.WITHIN:
            made_up = "ausgeglichen" if german else "made up for"
            text += f"  {shown_code(found.flag, language)}, {made_up} {euros(found.compensated_cents)}"
        yield text
    for onward in state.onward.values():
        yield f"  → {onward.reference} {onward.provider}: {euros(onward.amount_cents)}"
