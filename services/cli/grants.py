"""Commands that show one grant: its lines and money, and its dates."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from uuid import UUID

from cyclopts import App

from domain.agenda import Due
from domain.budget_use import LineBalance, LineFlag, PlannedAndSpent, balance
from domain.code_titles import in_language
from domain.decision import local_date
from domain.escalation import status_on as due_status
from domain.flat_rate import course_earnings
from domain.grant import GrantState
from domain.grant_agenda import grant_agenda, to_remind_of
from domain.wording import shown_code, shown_date, shown_euros, shown_municipality
from services.bootstrap import Engine
from services.cli.connecting import engine_here
from services.cli.outcome import CommandFailed, Json, print_json, print_lines, read_uuid
from services.flat_rates import grant_state
from services.gateway import utc_now

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
        state = await _known(engine, read_uuid(grant_id, "GRANT-ID"))
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
async def agenda(grant_id: str, *, reached: bool = False, language: str = "de", json_: Json = False) -> int:
    """Show the dates of a grant with rule, citation, calculation and reminders.

    Parameters
    ----------
    grant_id
        The id of the grant.
    reached
        Only the dates of which one is to be reminded today.
    language
        de or en.
    """
    async with engine_here() as engine:
        state = await _known(engine, read_uuid(grant_id, "GRANT-ID"))
        rules = engine.rule_book
    today = local_date(utc_now())
    entries = [
        due
        for due in grant_agenda(state, rules.calendar, rules.law)
        if not reached or to_remind_of(due, today) is not None
    ]
    if json_:
        print_json(entries)
    else:
        print_lines(line for due in entries for line in _dated(due, today, language))
    return 0


def _dated(due: Due, today: date, language: str) -> Iterator[str]:
    margin = " " * 12
    status = shown_code(due_status(due, today), language)
    yield f"{shown_date(due.due_on, language)}  {in_language(due.title, language)}  ({status})"
    yield f"{margin}{due.line_en if language == 'en' else due.line_de}"
    holder = "to act" if language == "en" else "zuständig"
    yield f"{margin}{holder}: {shown_code(due.duty_holder, language)}  [{due.citation}; {due.rule}]"
    if due.text is not None:
        yield f"{margin}{in_language(due.text, language)}"
    if (reminder := to_remind_of(due, today)) is not None:
        since = "since" if language == "en" else "seit"
        yield f"{margin}! {shown_code(reminder.level, language)} {since} {shown_date(reminder.on, language)}"


async def _known(engine: Engine, grant_id: UUID) -> GrantState:
    state = await grant_state(engine, grant_id)
    if state is None:
        raise CommandFailed(f"no grant {grant_id} is known")
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
