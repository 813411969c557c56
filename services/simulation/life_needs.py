"""Unmet needs in the town: a search that finds nothing is noted with its ground, and ends when somebody stops looking."""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from uuid import UUID

from domain.assessment import FieldOfAction
from domain.matching import Wanted, match_facts, matches, offer_terms
from domain.unmet_need import LookedAt, NeedEnd, NoMatchReason, RecordFailedMatch, SettleNeed, UnmetNeed
from domain.values import LanguageLevel, OfferId, OfferKind
from services.simulation.life import Aim, Life
from services.simulation.world import World

_LEVELS: Final = tuple(LanguageLevel)
_FIELDS: Final = {
    OfferKind.LANGUAGE: FieldOfAction.LANGUAGE,
    OfferKind.SCHOOL_LEAVING: FieldOfAction.SCHOOL,
    OfferKind.PREPARATION: FieldOfAction.AUSBILDUNG,
    OfferKind.QUALIFICATION: FieldOfAction.WORK,
    OfferKind.COACHING: FieldOfAction.VOCATIONAL_ORIENTATION,
    OfferKind.INNOVATION: FieldOfAction.VOCATIONAL_ORIENTATION,
}
MOST_LOOKED_AT: Final = 3


def search_failed(world: World, life: Life) -> None:
    """Nothing could be asked for: mostly the caseworker notes why."""
    if not world.chance.yes(0.55):
        return
    kind, level = _kind(life)
    need = _open(life, kind, level)
    childcare = need.childcare if need else life.woman and world.chance.yes(0.2)
    wanted_from = world.today + timedelta(days=world.chance.between(0, 45))
    if need is not None:
        wanted_from = need.wanted_from
    wanted = Wanted(kind=kind, level=level, wanted_from=wanted_from, childcare=childcare)
    offers = _looked_at(world, life, wanted)
    _record(world, life, wanted, need, offers)


def waited_in_vain(world: World, life: Life, offer_id: UUID) -> None:
    """The waiting list was left: mostly it is noted that the offer was full."""
    offer = world.ledger.offers.get(offer_id)
    if offer is None or not world.chance.yes(0.8):
        return
    kind, level = offer.offer.kind, offer.offer.level if offer.offer.kind is OfferKind.LANGUAGE else None
    need = _open(life, kind, level)
    wanted = Wanted(
        kind=kind,
        level=level,
        wanted_from=need.wanted_from if need else world.today,
        childcare=need.childcare if need else False,
    )
    full = LookedAt(offer_id=OfferId(offer_id), ground=NoMatchReason.FULL)
    _record(world, life, wanted, need, (full,))


def stop_looking(world: World, life: Life, ground: NeedEnd) -> None:
    """Whatever is still unmet is looked for no more."""
    for need in life.state.unmet_needs:
        if need.open:
            world.give(life, SettleNeed(occurred_on=world.today, need_id=need.id, ground=ground))


def _record(
    world: World, life: Life, wanted: Wanted, need: UnmetNeed | None, offers: tuple[LookedAt, ...]
) -> None:
    world.give(
        life,
        RecordFailedMatch(
            occurred_on=world.today,
            need_id=need.id if need else world.new_id(),
            field=_FIELDS[wanted.kind],
            kind=wanted.kind,
            level=wanted.level,
            wanted_from=wanted.wanted_from,
            childcare=wanted.childcare,
            ground=offers[0].ground if offers else NoMatchReason.NONE_EXISTS,
            offers=offers,
        ),
    )


def _open(life: Life, kind: OfferKind, level: LanguageLevel | None) -> UnmetNeed | None:
    needs = life.state.unmet_needs
    return next((need for need in needs if need.open and (need.kind, need.level) == (kind, level)), None)


def _kind(life: Life) -> tuple[OfferKind, LanguageLevel | None]:
    """What is to be tried again, else what would be the next step: the language first, then what the aim asks for."""
    if life.again is not None:
        kind, again = life.again
        return kind, again if kind is OfferKind.LANGUAGE else None
    level = _LEVELS.index(life.level)
    if level >= _LEVELS.index(LanguageLevel.A2):
        if life.school_leaving_missing and life.aim in (Aim.SCHOOL, Aim.AUSBILDUNG):
            return OfferKind.SCHOOL_LEAVING, None
        if life.aim is Aim.AUSBILDUNG:
            return OfferKind.PREPARATION, None
        if life.aim is Aim.WORK:
            return OfferKind.QUALIFICATION, None
    return OfferKind.LANGUAGE, _LEVELS[min(level + 1, len(_LEVELS) - 1)]


def _looked_at(world: World, life: Life, wanted: Wanted) -> tuple[LookedAt, ...]:
    """Offers of the kind with the ground against each, those that come nearest first; the buses go within a region."""
    facts, rule = match_facts(life.state), world.ledger.path.matching
    found: list[tuple[bool, int, bool, int, UUID, NoMatchReason]] = []
    for region, offers in world.bookable.items():
        for offer_id, measure in offers.items():
            if measure.kind is not wanted.kind:
                continue
            match = matches(wanted, offer_terms(world.ledger.offers[offer_id]), facts, rule, world.today)
            near = region == life.municipality.region
            grounds = match.reasons if near else (NoMatchReason.TOO_FAR, *match.reasons)
            if grounds:
                far_off = NoMatchReason.WRONG_LEVEL in grounds
                found.append((far_off, len(set(grounds)), not near, len(found), offer_id, grounds[0]))
    return tuple(
        LookedAt(offer_id=OfferId(offer_id), ground=ground)
        for *_, offer_id, ground in sorted(found)[:MOST_LOOKED_AT]
    )
