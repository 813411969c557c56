"""Gaps in the offer for API and command line: the figures, what an offer would change, and which offers fit one case."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from adapters.gap_tables import GapTables
from domain.gaps import GapFigure, ProposedOffer, WhatIf, gap_figures, what_if
from domain.matching import Match, OfferTerms, Wanted, match_facts, matches, wanted_of
from domain.offering import PublishOffer
from domain.offering import decide as decide_offer
from domain.path import MatchingRule
from domain.projections.offer_occupancy import OfferOccupancyRow
from domain.refusals import Refusal
from domain.replacing import replace
from domain.reports.disclosure import Figure, Standing, Sum, Threshold, protect
from domain.unmet_need import NoMatchReason
from domain.values import Ags, FundingModule, LanguageLevel, OfferKind, ResidenceStatus
from services.bootstrap import Engine
from services.case_reading import case_view

# -------------------------------------------------------------------- figures


@dataclass(frozen=True, slots=True, kw_only=True)
class GapQuestion:
    """What the figures are narrowed to; None leaves it open. ``as_of`` None is today."""

    kind: OfferKind | None = None
    municipality: str | None = None
    ground: NoMatchReason | None = None
    as_of: date | None = None
    open_for_days: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class GapsFound:
    """The figures at the end of ``as_of``; ``needs`` and ``cases`` over all of them."""

    as_of: date
    needs: int
    cases: int
    figures: tuple[GapFigure, ...]


async def find_gaps(engine: Engine, question: GapQuestion, today: date) -> GapsFound | Refusal:
    """Open unmet needs by kind, municipality and ground, as the read tables have them."""
    as_of = question.as_of or today
    if refusal := _day_refusal(engine, as_of, today):
        return refusal
    tables = _tables(engine)
    if question.municipality is not None and not await tables.has_cases(question.municipality):
        return Refusal(
            "gaps.municipality_unknown",
            "In dieser Kommune (AGS) gibt es keine Fälle.",
            "There are no cases in this municipality (AGS).",
        )
    rows = await tables.open_needs(
        as_of, kind=question.kind, municipality=question.municipality, ground=question.ground
    )
    figures = gap_figures(rows, as_of, open_for_days=question.open_for_days)
    return GapsFound(
        as_of=as_of,
        needs=sum(figure.needs for figure in figures),
        cases=len({entry.case_id for figure in figures for entry in figure.entries}),
        figures=figures,
    )


def _day_refusal(engine: Engine, as_of: date, today: date) -> Refusal | None:
    if as_of > today:
        return Refusal(
            "gaps.as_of_in_the_future",
            "Der Stichtag liegt in der Zukunft.",
            "The reference date lies in the future.",
        )
    first = min(path.valid_from for path in engine.rule_book.paths.values())
    if as_of < first:
        return Refusal(
            "gaps.as_of_before_programme",
            f"Der Stichtag liegt vor dem Beginn des Programms am {first:%d.%m.%Y}.",
            f"The reference date lies before the programme begins on {first:%Y-%m-%d}.",
        )
    return None


# ----------------------------------------------------------- repeated measures


@dataclass(frozen=True, slots=True, kw_only=True)
class RepetitionCount:
    """How many cases have a hint at repeated measures of a kind, and in how many nobody has answered.

    An internal figure. None is one that is left out: it is of one or two cases, or would give such a one away.
    """

    kind: OfferKind
    level: LanguageLevel | None
    cases: int | None
    open: int | None


async def count_repetitions(engine: Engine) -> tuple[RepetitionCount, ...]:
    """The hints at repeated measures of all cases, as numbers; never by case and never by municipality."""
    return small_counts_left_out(
        RepetitionCount(
            kind=OfferKind(kind), level=LanguageLevel(level) if level else None, cases=cases, open=open_
        )
        for kind, level, cases, open_ in await _tables(engine).repetitions()
    )


def small_counts_left_out(counts: Iterable[RepetitionCount]) -> tuple[RepetitionCount, ...]:
    """The counts without those of one or two cases, and without what would give these away.

    As in the report ``repeated_measures`` (docs/decisions/0027): the reader is taken to know how many cases were answered,
    and how many there are of all kinds together, which other figures tell.
    """
    whole = list(counts)
    figures: dict[tuple[int, str], Figure] = {}
    for place, one in enumerate(whole):
        cases, unanswered = one.cases or 0, one.open or 0
        figures[place, "cases"] = Figure(value=cases)
        figures[place, "open"] = Figure(value=unanswered)
        figures[place, "answered"] = Figure(value=cases - unanswered, standing=Standing.IMPLIED)
    sums = [
        Sum(plus=((place, "open"), (place, "answered")), minus=((place, "cases"),))
        for place in range(len(whole))
    ]
    # A sum of one or two is held back wherever it is told.
    sums += [
        Sum(plus=tuple((place, part) for place in range(len(whole))), minus=())
        for part in ("cases", "open")
        if sum(figures[place, part].value for place in range(len(whole))) >= Threshold.THREE
    ]
    protection = protect(figures, sums, Threshold.THREE)
    if protection.exposed:
        return tuple(replace(one, cases=None, open=None) for one in whole)

    def shown(place: int, part: str) -> int | None:
        return None if (place, part) in protection.suppressed else figures[place, part].value

    return tuple(
        replace(one, cases=shown(place, "cases"), open=shown(place, "open"))
        for place, one in enumerate(whole)
    )


# -------------------------------------------------------- what if it existed

_ANY_ANSWER_DAYS: Final = 14


async def propose(engine: Engine, offer: ProposedOffer, today: date) -> WhatIf | Refusal:
    """What ``offer`` would change for the open needs of today. Refused for what could not be published either."""
    published = decide_offer(
        PublishOffer(
            occurred_on=today,
            title="–",
            provider="–",
            kind=offer.kind,
            module=offer.module,
            municipality=offer.municipality,
            capacity=offer.capacity,
            starts_on=offer.starts_on,
            ends_on=offer.starts_on,
            answer_days=_ANY_ANSWER_DAYS,
        ),
        None,
    )
    if isinstance(published, Refusal):
        return published
    if offer.starts_on < today:
        return Refusal(
            "gaps.offer_in_the_past",
            "Das gedachte Angebot hätte schon begonnen.",
            "The offer thought of would have started already.",
        )
    if offer.kind is OfferKind.LANGUAGE and offer.level is None:
        return Refusal(
            "gaps.level_missing",
            "Ein Sprachkurs braucht das Niveau, zu dem er führt.",
            "A language course needs the level it leads to.",
        )
    tables = _tables(engine)
    rows = await tables.open_needs(today, kind=offer.kind)
    existing = [terms_of_row(row) for row in await tables.offers_of((offer.kind,), today)]

    def rule_of(path: str, version: int) -> MatchingRule | None:
        return engine.rule_book.path(path, version).matching

    return what_if(offer, rows, existing, rule_of, today)


def terms_of_row(row: OfferOccupancyRow) -> OfferTerms:
    """What matching looks at of an offer in the read tables."""
    return OfferTerms(
        kind=OfferKind(row.kind),
        module=FundingModule(row.module),
        municipality=Ags(row.municipality),
        level=LanguageLevel(row.level) if row.level else None,
        starts_on=row.starts_on,
        excluded_statuses=frozenset(ResidenceStatus(status) for status in row.excluded_statuses.split()),
        childcare=row.childcare,
        free=row.free,
        waiting=row.waiting,
        closed=row.closed,
    )


# ------------------------------------------------------------ offers of a case


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferFit:
    """An offer and how it fits."""

    offer: OfferOccupancyRow
    match: Match


@dataclass(frozen=True, slots=True, kw_only=True)
class OffersForNeed:
    """The offers for one thing that is wanted (``need_id`` None: only asked), fitting ones first, then fewest reasons."""

    need_id: UUID | None
    wanted: Wanted
    offers: tuple[OfferFit, ...]


async def offers_for_case(
    engine: Engine, case_id: UUID, asked: Wanted | None, today: date
) -> tuple[OffersForNeed, ...] | Refusal | None:
    """Offers for what is ``asked``, else for every open unmet need of the case; None for an unknown case."""
    view = await case_view(engine, case_id)
    if view is None:
        return None
    wanted: list[tuple[UUID | None, Wanted]] = [(None, asked)] if asked is not None else []
    if asked is None:
        wanted = [(need.id, wanted_of(need)) for need in view.case.unmet_needs if need.open]
    if not wanted:
        return Refusal(
            "offers.nothing_wanted",
            "Der Fall hat keinen offenen ungedeckten Bedarf; bitte angeben, welche Art von Maßnahme gesucht wird.",
            "The case has no open unmet need; please say what kind of measure is looked for.",
        )
    facts = match_facts(view.case)
    rule = engine.rule_book.path(view.case.path_id, view.case.path_version).matching
    rows = await _tables(engine).offers_of({one.kind for _, one in wanted}, today)
    found = []
    for need_id, one in wanted:
        fits = [
            OfferFit(offer=row, match=matches(one, terms_of_row(row), facts, rule, today))
            for row in rows
            if row.kind == one.kind
        ]
        fits.sort(key=lambda fit: (not fit.match.fits, len(fit.match.reasons) + len(fit.match.unclear)))
        found.append(OffersForNeed(need_id=need_id, wanted=one, offers=tuple(fits)))
    return tuple(found)


def asked_for(
    kind: OfferKind | None,
    level: LanguageLevel | None,
    wanted_from: date | None,
    childcare: bool,
    today: date,
) -> Wanted | Refusal | None:
    """What somebody asks for, from the parts that were given; None when none was.

    ``wanted_from`` defaults to today.
    """
    if kind is None:
        if level is not None or wanted_from is not None or childcare:
            return Refusal(
                "offers.kind_missing",
                "Bitte auch angeben, welche Art von Maßnahme gesucht wird.",
                "Please also say what kind of measure is looked for.",
            )
        return None
    start = wanted_from or today
    if not today - timedelta(days=3 * 366) <= start <= today + timedelta(days=3 * 366):
        return Refusal(
            "offers.wanted_from_out_of_range",
            "Der gewünschte Beginn liegt mehr als drei Jahre entfernt.",
            "The wanted start is more than three years away.",
        )
    return Wanted(kind=kind, level=level, wanted_from=start, childcare=childcare)


def _tables(engine: Engine) -> GapTables:
    return GapTables(engine.connections, engine.log.schema)
