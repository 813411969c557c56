"""The command that shows what sleeps in all cases: every date, how it stands, and when its case wakes for it."""

from __future__ import annotations

from domain.code_titles import in_language
from domain.decision import LOCAL
from domain.escalation import DueStatus
from domain.path import Title
from domain.wording import shown_code, shown_date, shown_instant
from services.cli.connecting import engine_here
from services.cli.grant_text import grants_hint
from services.cli.outcome import Json, at_least, print_json, print_lines, read_date
from services.cli.standing import tell_lag
from services.clock import utc_now
from services.grant_dates import GrantDates, dates_of_all_grants
from services.queries import AgendaFilter, AgendaSort, Queries, SleepingDate, SleepingPage

__all__ = ["agenda"]

PAGE = 500


async def agenda(
    *,
    caseworker: str | None = None,
    municipality: str | None = None,
    rule: str | None = None,
    status: DueStatus | None = None,
    sort: AgendaSort = AgendaSort.DUE,
    until: str | None = None,
    limit: int = 100,
    language: str = "de",
    json_: Json = False,
) -> int:
    """Show the dates of all cases with the time at which each case wakes for them, and where those of grants are.

    Parameters
    ----------
    caseworker
        Only of this caseworker (staff id).
    municipality
        Only of this municipality (eight-digit AGS).
    rule
        Only of this rule (id).
    status
        Only dates that are sleeping, at risk, due, overdue or suspended by a hold.
    sort
        What comes first; wakes leaves out what never wakes by itself.
    until
        Last day (YYYY-MM-DD) of the dates.
    limit
        At most so many.
    language
        de or en.
    """
    if limit < 1:
        raise at_least("--limit", 1, limit)
    narrow = AgendaFilter(
        municipality=municipality,
        caseworker=caseworker,
        rule=rule,
        status=status,
        due_by=read_date(until, "--until"),
    )
    found, total, grants = await _found(narrow, sort, limit, language)
    if json_:
        print_json({"total": total, "items": found, "grants": grants})
        return 0
    print_lines(sleeping_lines(found, total, language))
    if (hint := grants_hint(grants, language)) is not None:
        print_lines([hint])
    return 0


async def _found(
    narrow: AgendaFilter, sort: AgendaSort, limit: int, language: str
) -> tuple[list[SleepingDate], int, tuple[GrantDates, ...]]:
    """The dates of cases, how many there are in all, and the dates of grants unless something narrower was asked."""
    found: list[SleepingDate] = []
    grants: tuple[GrantDates, ...] = ()
    async with engine_here() as engine:
        queries, now = Queries(engine), utc_now()
        try:
            page = SleepingPage(items=(), total=0, end=())
            while page.end is not None and len(found) < limit:
                wanted = min(PAGE, limit - len(found))
                page = await queries.agenda(now, narrow, sort, wanted, page.end or None)
                found.extend(page.items)
            if narrow == AgendaFilter():
                grants = await dates_of_all_grants(engine, now)
        finally:
            await queries.close()
        await tell_lag(engine, "agenda_entries", language)
    return found, page.total, grants


def sleeping_lines(found: list[SleepingDate], total: int, language: str) -> list[str]:
    """The dates as aligned text, wake-up times in local time; the last line counts them."""
    heads = _HEADS_EN if language.startswith("en") else _HEADS_DE
    rows = [heads, *(_row(one, language) for one in found)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(heads))]
    lines = [
        "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]
    count = Title(de=f"{len(found)} von {total} Terminen", en=f"{len(found)} of {total} dates")
    return [*lines, in_language(count, language)]


_HEADS_DE = ("fällig", "Stand", "meldet sich", "zuständig", "Kommune", "Fall", "Termin", "Regel")
_HEADS_EN = ("due", "status", "wakes", "caseworker", "municipality", "case", "date", "rule")


def _row(one: SleepingDate, language: str) -> tuple[str, ...]:
    due = one.due
    return (
        shown_date(due.due_on, language),
        shown_code(one.status, language),
        "–" if one.wakes_at is None else shown_instant(one.wakes_at.astimezone(LOCAL), language),
        due.caseworker,
        due.municipality,
        str(due.case_id),
        in_language(Title(de=due.title_de, en=due.title_en), language),
        due.rule,
    )
