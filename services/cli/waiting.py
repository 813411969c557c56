"""The command that shows who has to act in all cases; with nobody, the red list."""

from __future__ import annotations

from datetime import date

from adapters.waiting_table import ListedWaiting, WaitingFilter, WaitingPage
from domain.code_titles import in_language
from domain.decision import local_date
from domain.path import Title
from domain.waiting import Owner, StepKind
from domain.wording import shown_code, shown_date
from services.cli.connecting import engine_here
from services.cli.outcome import Json, at_least, print_json, print_lines, read_date
from services.cli.standing import tell_lag
from services.clock import utc_now
from services.queries import Queries

__all__ = ["waiting"]

PAGE = 500


async def waiting(
    *,
    owner: Owner = Owner.NOBODY,
    step: StepKind | None = None,
    municipality: str | None = None,
    caseworker: str | None = None,
    on: str | None = None,
    limit: int = 100,
    language: str = "de",
    json_: Json = False,
) -> int:
    """Show the open steps of all cases that wait for somebody, the longest waiting first; nobody is the red list.

    Parameters
    ----------
    owner
        Who has to act.
    step
        Only steps of this kind.
    municipality
        Only of this municipality (eight-digit AGS).
    caseworker
        Only of this caseworker (staff id).
    on
        As it was, or will be, on this day (YYYY-MM-DD); today when left out.
    limit
        At most so many.
    language
        de or en.
    """
    if limit < 1:
        raise at_least("--limit", 1, limit)
    day = read_date(on, "--on") or local_date(utc_now())
    narrow = WaitingFilter(
        owner=owner.value,
        step=step.value if step else None,
        municipality=municipality,
        caseworker=caseworker,
    )
    found: list[ListedWaiting] = []
    async with engine_here() as engine:
        queries = Queries(engine)
        try:
            page: WaitingPage | None = None
            while len(found) < limit and (page is None or page.end is not None):
                after = page.end if page else None
                page = await queries.waiting(day, narrow, min(PAGE, limit - len(found)), after)
                found.extend(page.items)
        finally:
            await queries.close()
        await tell_lag(engine, "waiting_intervals", language)
    total = page.total if page else 0
    if json_:
        print_json({"on": day, "total": total, "items": found})
    else:
        print_lines(waiting_lines(found, total, day, language))
    return 0


def waiting_lines(found: list[ListedWaiting], total: int, day: date, language: str) -> list[str]:
    """The open steps as text, with the days they wait; the last line counts them."""
    lines = [
        f"{shown_date(i.from_on, language)}  {(day - i.from_on).days:>4} "
        f"{in_language(Title(de='Tage', en='days'), language)}  "
        f"{shown_code(Owner(i.owner), language)}: {shown_code(StepKind(i.step), language)}  "
        f"{i.caseworker}  {i.municipality}  {i.case_id}"
        for i in (one.interval for one in found)
    ]
    count = Title(de=f"{len(found)} von {total} offenen Schritten", en=f"{len(found)} of {total} open steps")
    return [*lines, in_language(count, language)]
