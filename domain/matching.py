"""Matching: whether an offer fits what a person needs, and if not, every reason why. The same for offers only thought of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from domain.case_state import CaseState
from domain.eligibility import EligibilityResult
from domain.offering import OfferState
from domain.path import MatchingRule, Reach
from domain.unmet_need import NoMatchReason, UnmetNeed
from domain.values import (
    Ags,
    FundingModule,
    Gender,
    LanguageLevel,
    OfferKind,
    ResidenceStatus,
)

# ---------------------------------------------------------------- vocabulary


class MatchUnclear(StrEnum):
    """Why it cannot be said whether an offer fits: neither a yes nor a no."""

    NOT_CONFIGURED = "not_configured"
    """The path does not say which offers can be reached, or how late is too late."""
    OWN_LEVEL_UNKNOWN = "own_level_unknown"
    OFFERED_LEVEL_UNKNOWN = "offered_level_unknown"


# --------------------------------------------------------------------- values


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is looked for. ``level`` is the one a language course should lead to; None: the next one up."""

    kind: OfferKind
    level: LanguageLevel | None
    wanted_from: date
    childcare: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchFacts:
    """What matching looks at of a case; nothing personal. ``not_eligible``: modules that were decided against."""

    municipality: Ags
    residence_status: ResidenceStatus
    language_level: LanguageLevel | None
    woman: bool
    not_eligible: frozenset[FundingModule]


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferTerms:
    """What matching looks at of an offer, a real one or one only thought of. ``free`` seats; ``waiting`` before you."""

    kind: OfferKind
    module: FundingModule
    municipality: Ags
    level: LanguageLevel | None
    starts_on: date
    excluded_statuses: frozenset[ResidenceStatus] = frozenset()
    childcare: bool = False
    free: int = 1
    waiting: int = 0
    closed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """How an offer fits: it does when there is neither a reason why not nor anything unclear."""

    reasons: tuple[NoMatchReason, ...]
    unclear: tuple[MatchUnclear, ...]

    @property
    def fits(self) -> bool:
        """Whether a seat can be asked for and would be held at once."""
        return not self.reasons and not self.unclear


# ------------------------------------------------------------------- matching


def matches(
    wanted: Wanted, offer: OfferTerms, facts: MatchFacts, rule: MatchingRule | None, today: date
) -> Match:
    """How ``offer`` fits on ``today``, with every reason why not, in the order of the code list.

    Raises ValueError for an offer of another kind than wanted: it is not looked at. Does not say whether the person is
    eligible, only whether somebody decided against it.
    """
    if offer.kind is not wanted.kind:
        raise ValueError(f"an offer of kind {offer.kind} is not looked at for {wanted.kind}")
    reasons: list[NoMatchReason] = []
    unclear: list[MatchUnclear] = []
    if offer.closed:
        reasons.append(NoMatchReason.CLOSED)
    elif offer.free <= 0 or offer.waiting > 0:
        reasons.append(NoMatchReason.FULL)
    if today > offer.starts_on:
        reasons.append(NoMatchReason.ALREADY_STARTED)
    if facts.residence_status in offer.excluded_statuses:
        reasons.append(NoMatchReason.STATUS_EXCLUDED)
    if offer.module in facts.not_eligible:
        reasons.append(NoMatchReason.NOT_ELIGIBLE)
    if wanted.childcare and not offer.childcare:
        reasons.append(NoMatchReason.CHILDCARE_MISSING)
    _look_at_level(wanted, offer, facts, reasons, unclear)
    if rule is None:
        unclear.append(MatchUnclear.NOT_CONFIGURED)
    else:
        latest = max(wanted.wanted_from, today) + timedelta(days=rule.latest_start_days)
        if offer.starts_on > latest:
            reasons.append(NoMatchReason.STARTS_TOO_LATE)
        if not reachable(facts.municipality, offer.municipality, rule):
            reasons.append(NoMatchReason.TOO_FAR)
    return Match(reasons=tuple(sorted(reasons, key=_ORDER.__getitem__)), unclear=tuple(unclear))


_ORDER: Final[Mapping[NoMatchReason, int]] = {reason: place for place, reason in enumerate(NoMatchReason)}
_LEVELS: Final = tuple(LanguageLevel)


def _look_at_level(
    wanted: Wanted,
    offer: OfferTerms,
    facts: MatchFacts,
    reasons: list[NoMatchReason],
    unclear: list[MatchUnclear],
) -> None:
    if wanted.level is None and wanted.kind is not OfferKind.LANGUAGE:
        return
    if offer.level is None:
        unclear.append(MatchUnclear.OFFERED_LEVEL_UNKNOWN)
    elif wanted.level is not None:
        if offer.level is not wanted.level:
            reasons.append(NoMatchReason.WRONG_LEVEL)
    elif facts.language_level is None:
        unclear.append(MatchUnclear.OWN_LEVEL_UNKNOWN)
    elif _LEVELS.index(offer.level) != _LEVELS.index(facts.language_level) + 1:
        reasons.append(NoMatchReason.WRONG_LEVEL)


def reachable(home: Ags, place: Ags, rule: MatchingRule) -> bool:
    """Whether an offer in ``place`` can be reached from ``home``, as the path has it."""
    if home == place or frozenset({home, place}) in rule.also_reachable:
        return True
    return rule.reach is Reach.DISTRICT and home[:5] == place[:5]


# ----------------------------------------------------------------- of a case


def wanted_of(need: UnmetNeed) -> Wanted:
    """What an unmet need looks for."""
    return Wanted(kind=need.kind, level=need.level, wanted_from=need.wanted_from, childcare=need.childcare)


def match_facts(case: CaseState) -> MatchFacts:
    """What matching looks at of ``case``."""
    return MatchFacts(
        municipality=case.municipality,
        residence_status=case.residence.status,
        language_level=language_level(case),
        woman=case.intake.gender is Gender.FEMALE,
        not_eligible=frozenset(
            module
            for module in FundingModule
            if (decided := case.intake.eligible(module)) is not None
            and decided.result is EligibilityResult.NOT_ELIGIBLE
        ),
    )


def language_level(case: CaseState) -> LanguageLevel | None:
    """The latest level: assessed, or gained in a course; of the same day the higher one. None when none is known."""
    known = [(assessed.assessed_on, _LEVELS.index(assessed.level)) for assessed in case.intake.language]
    known += [
        (p.left_on, _LEVELS.index(p.level_gained))
        for p in case.course.participations
        if p.left_on is not None and isinstance(p.level_gained, LanguageLevel)
    ]
    return _LEVELS[max(known)[1]] if known else None


def offer_terms(offer: OfferState) -> OfferTerms:
    """What matching looks at of a published offer."""
    published = offer.offer
    return OfferTerms(
        kind=published.kind,
        module=published.module,
        municipality=published.municipality,
        level=published.level,
        starts_on=published.starts_on,
        excluded_statuses=frozenset(published.excluded_statuses),
        childcare=published.childcare,
        free=offer.free,
        waiting=len(offer.waiting),
        closed=offer.closed,
    )
