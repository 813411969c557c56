"""Commands on the gaps in the offer: open unmet needs, and what an offer that does not exist would change."""

from __future__ import annotations

from datetime import date

from cyclopts import App

from domain.decision import local_date
from domain.gaps import ProposedOffer
from domain.offer_seats import WaitingOrder
from domain.refusals import Refusal
from domain.unmet_need import NoMatchReason
from domain.values import Ags, FundingModule, LanguageLevel, OfferKind, ResidenceStatus
from services.cli.connecting import engine_here
from services.cli.outcome import Json, at_least, print_json, print_lines, read_date, refused
from services.clock import utc_now
from services.gap_text import gap_lines, repetition_lines, what_if_lines
from services.gaps import GapQuestion, count_repetitions, find_gaps, propose

__all__ = ["gaps"]

gaps = App(name="gaps", help="Show the gaps in the offer: needs that no offer fits, and what would help.")


@gaps.default
async def show(
    *,
    kind: OfferKind | None = None,
    municipality: str | None = None,
    reason: NoMatchReason | None = None,
    as_of: str | None = None,
    open_for_days: int = 0,
    entries: bool = False,
    language: str = "de",
    json_: Json = False,
) -> int:
    """Show open unmet needs by kind, municipality and reason.

    Parameters
    ----------
    kind
        Only this kind of measure.
    municipality
        Only this municipality (eight-digit AGS).
    reason
        Only needs whose latest failed match has this reason.
    as_of
        Business date (YYYY-MM-DD); today when left out.
    open_for_days
        Only needs that had been open for at least so many days.
    entries
        Also the open needs behind each figure, by case and entry.
    language
        de or en.
    """
    if open_for_days < 0:
        raise at_least("--open-for-days", 0, open_for_days)
    question = GapQuestion(
        kind=kind,
        municipality=municipality,
        ground=reason,
        as_of=read_date(as_of, "--as-of"),
        open_for_days=open_for_days,
    )
    async with engine_here() as engine:
        found = await find_gaps(engine, question, local_date(utc_now()))
    if isinstance(found, Refusal):
        raise refused(found, language)
    if json_:
        print_json(found)
    else:
        print_lines(gap_lines(found, language, entries=entries))
    return 0


@gaps.command(name="what-if")
async def what_if(
    *,
    kind: OfferKind,
    module: FundingModule,
    municipality: str,
    starts_on: str,
    capacity: int,
    level: LanguageLevel | None = None,
    waiting_order: WaitingOrder = WaitingOrder.BY_REQUEST,
    exclude_status: tuple[ResidenceStatus, ...] = (),
    childcare: bool = False,
    language: str = "de",
    json_: Json = False,
) -> int:
    """Show which open needs an offer would meet if it existed, within its seats and its published order.

    Parameters
    ----------
    kind
        The kind of measure.
    module
        The Förderbaustein.
    municipality
        Where it would be (eight-digit AGS).
    starts_on
        Its first day (YYYY-MM-DD).
    capacity
        Its seats.
    level
        The level a language course leads to.
    waiting_order
        The published order of its waiting list.
    exclude_status
        A residence status that could not take part; may be given several times.
    childcare
        Whether it offers childcare.
    language
        de or en.
    """
    first_day = read_date(starts_on, "--starts-on")
    assert isinstance(first_day, date)  # noqa: S101 # it was given
    offer = ProposedOffer(
        kind=kind,
        module=module,
        municipality=Ags(municipality),
        starts_on=first_day,
        capacity=capacity,
        level=level,
        waiting_order=waiting_order,
        excluded_statuses=exclude_status,
        childcare=childcare,
    )
    async with engine_here() as engine:
        found = await propose(engine, offer, local_date(utc_now()))
    if isinstance(found, Refusal):
        raise refused(found, language)
    if json_:
        print_json(found)
    else:
        print_lines(what_if_lines(offer, found, language))
    return 0


@gaps.command
async def repetitions(*, language: str = "de", json_: Json = False) -> int:
    """Count the hints at repeated measures over all cases; an internal figure.

    Parameters
    ----------
    language
        de or en.
    """
    async with engine_here() as engine:
        counts = await count_repetitions(engine)
    if json_:
        print_json(counts)
    else:
        print_lines(repetition_lines(counts, language))
    return 0
