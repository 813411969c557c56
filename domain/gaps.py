"""Gaps in the offer: open unmet needs by kind, municipality and ground, and what an offer that does not exist would change."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median_low
from typing import Final, TypeAlias
from uuid import UUID

from domain.matching import Match, MatchFacts, OfferTerms, Wanted, matches
from domain.offer_seats import Waiting, WaitingOrder, waiting_key
from domain.path import MatchingRule
from domain.projections.open_needs import OpenNeedRow
from domain.unmet_need import NoMatchReason
from domain.values import (
    Ags,
    CaseId,
    FundingModule,
    LanguageLevel,
    OfferKind,
    ParticipationId,
    ResidenceStatus,
)

# -------------------------------------------------------------------- figures


@dataclass(frozen=True, slots=True, kw_only=True)
class GapEntry:
    """One open need behind a figure: the case, the entry of its latest failed match, and how long it has been open."""

    case_id: UUID
    need_id: UUID
    version: int
    level: str | None
    since: date
    days_open: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GapFigure:
    """Open needs of one kind, municipality and ground. ``needs`` counts needs, ``cases`` counts cases; the median is a
    duration that occurs (of an even number the lower one). ``entries`` are the longest open first."""

    kind: OfferKind
    municipality: Ags
    ground: NoMatchReason
    needs: int
    cases: int
    longest_days: int
    median_days: int
    entries: tuple[GapEntry, ...]


def open_on(row: OpenNeedRow, as_of: date) -> bool:
    """Whether the need was open at the end of ``as_of``, and this failed match was its latest."""
    return row.from_on <= as_of and (row.to_on is None or row.to_on > as_of)


def gap_figures(rows: Iterable[OpenNeedRow], as_of: date, *, open_for_days: int = 0) -> tuple[GapFigure, ...]:
    """The gaps at the end of ``as_of``: needs open for at least ``open_for_days``; the most needs first, then in the
    order of the code lists. A need is in exactly one figure: that of its latest failed match."""
    latest_since = as_of - timedelta(days=open_for_days)
    groups: dict[tuple[str, str, str], list[OpenNeedRow]] = {}
    for row in rows:
        if open_on(row, as_of) and row.since <= latest_since:
            groups.setdefault((row.kind, row.municipality, row.ground), []).append(row)
    figures = [_figure(key, found, as_of) for key, found in groups.items()]
    return tuple(sorted(figures, key=_most_needs_first))


_KINDS: Final = tuple(OfferKind)
_GROUNDS: Final = tuple(NoMatchReason)


def _most_needs_first(figure: GapFigure) -> tuple[int, int, str, int]:
    return (
        -figure.needs,
        _KINDS.index(figure.kind),
        figure.municipality,
        _GROUNDS.index(figure.ground),
    )


def _figure(key: tuple[str, str, str], rows: list[OpenNeedRow], as_of: date) -> GapFigure:
    kind, municipality, ground = key
    rows.sort(key=lambda row: (row.since, row.case_id, row.need_id))
    days = [(as_of - row.since).days for row in rows]
    return GapFigure(
        kind=OfferKind(kind),
        municipality=Ags(municipality),
        ground=NoMatchReason(ground),
        needs=len(rows),
        cases=len({row.case_id for row in rows}),
        longest_days=max(days),
        median_days=median_low(days),
        entries=tuple(
            GapEntry(
                case_id=row.case_id,
                need_id=row.need_id,
                version=row.version,
                level=row.level,
                since=row.since,
                days_open=open_days,
            )
            for row, open_days in zip(rows, days, strict=True)
        ),
    )


# -------------------------------------------------------- what if it existed


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedOffer:
    """An offer only thought of: what would be published."""

    kind: OfferKind
    module: FundingModule
    municipality: Ags
    starts_on: date
    capacity: int
    level: LanguageLevel | None = None
    waiting_order: WaitingOrder = WaitingOrder.BY_REQUEST
    excluded_statuses: tuple[ResidenceStatus, ...] = ()
    childcare: bool = False

    @property
    def terms(self) -> OfferTerms:
        """What matching looks at, with all seats free."""
        return OfferTerms(
            kind=self.kind,
            module=self.module,
            municipality=self.municipality,
            level=self.level,
            starts_on=self.starts_on,
            excluded_statuses=frozenset(self.excluded_statuses),
            childcare=self.childcare,
            free=self.capacity,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class WouldFit:
    """An open need that the offer would fit. ``fits_already``: so does an offer that exists."""

    case_id: UUID
    need_id: UUID
    version: int
    municipality: str
    since: date
    fits_already: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StillBlocked:
    """An open need of the kind that the offer would not fit, with every reason and everything unclear."""

    case_id: UUID
    need_id: UUID
    version: int
    match: Match


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """What an offer would change: ``unblocked`` get its seats, in the published order; ``waiting`` would come after."""

    unblocked: tuple[WouldFit, ...]
    waiting: tuple[WouldFit, ...]
    blocked: tuple[StillBlocked, ...]


RuleOf: TypeAlias = Callable[[str, int], MatchingRule | None]
"""The matching rule of a path by id and version."""


def what_if(
    offer: ProposedOffer,
    rows: Iterable[OpenNeedRow],
    existing: Sequence[OfferTerms],
    rule_of: RuleOf,
    today: date,
) -> WhatIf:
    """What ``offer`` would change for the needs that are open at the end of ``today``; one seat for each case.

    The seats go in the published order of its waiting list, by the day since which the need is open. ``existing`` are
    the offers there are; nothing is taken from them.
    """
    fitting: list[tuple[tuple[bool, date, int], WouldFit]] = []
    blocked: list[StillBlocked] = []
    others = [terms for terms in existing if terms.kind is offer.kind]
    for row in rows:
        if row.kind != offer.kind or not open_on(row, today):
            continue
        wanted, facts, rule = wanted_of_row(row), facts_of_row(row), rule_of(row.path, row.path_version)
        match = matches(wanted, offer.terms, facts, rule, today)
        if not match.fits:
            blocked.append(
                StillBlocked(case_id=row.case_id, need_id=row.need_id, version=row.version, match=match)
            )
            continue
        fits = WouldFit(
            case_id=row.case_id,
            need_id=row.need_id,
            version=row.version,
            municipality=row.municipality,
            since=row.since,
            fits_already=any(matches(wanted, other, facts, rule, today).fits for other in others),
        )
        fitting.append((_place(offer.waiting_order, row), fits))
    fitting.sort(key=lambda item: item[0])
    first_of_case: dict[UUID, WouldFit] = {}
    for _, fits in fitting:
        first_of_case.setdefault(fits.case_id, fits)
    ordered = tuple(first_of_case.values())
    return WhatIf(
        unblocked=ordered[: offer.capacity],
        waiting=ordered[offer.capacity :],
        blocked=tuple(sorted(blocked, key=lambda still: (still.case_id, still.need_id))),
    )


def _place(order: WaitingOrder, row: OpenNeedRow) -> tuple[bool, date, int]:
    asking = Waiting(
        participation_id=ParticipationId(row.need_id),
        case_id=CaseId(row.case_id),
        since=row.since,
        woman=row.woman,
    )
    return waiting_key(order, asking)


def wanted_of_row(row: OpenNeedRow) -> Wanted:
    """What the need of a row looks for."""
    return Wanted(
        kind=OfferKind(row.kind),
        level=LanguageLevel(row.level) if row.level else None,
        wanted_from=row.wanted_from,
        childcare=row.childcare,
    )


def facts_of_row(row: OpenNeedRow) -> MatchFacts:
    """What matching looks at of the case of a row."""
    return MatchFacts(
        municipality=Ags(row.municipality),
        residence_status=ResidenceStatus(row.residence_status),
        language_level=LanguageLevel(row.language_level) if row.language_level else None,
        woman=row.woman,
        not_eligible=frozenset(FundingModule(module) for module in row.not_eligible.split()),
    )
