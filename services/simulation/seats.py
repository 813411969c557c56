"""Case and offer agree on a seat in the simulation by the same questions and answers as in the running system."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid5

from domain.course_seat import AWAITING_ANSWER, ask_of_offer, tell_case
from domain.offering import ChangeCapacity, CloseOffer, OfferState, SeatHeld, seat_answer
from domain.participation import Participation
from domain.values import SYSTEM, CaseId
from services.simulation.life import Life
from services.simulation.town import organisation_of
from services.simulation.world import Deed, World


def settle(world: World, life: Life, participation_id: UUID, answered: Deed) -> None:
    """Tell the offer what it has to know of this participation, and everybody concerned what follows.

    ``answered`` is called with the world, the life and the participation whenever a case learns of an answer.
    """
    participation = seat_of(life, participation_id)
    command = ask_of_offer(CaseId(life.case_id), life.state, participation, world.today)
    if command is None:
        return
    events = world.ledger.give_offer(
        participation.offer_id,
        command,
        actor=SYSTEM,
        organisation=life.organisation,
        deed=uuid5(participation.id, type(command).__name__),
    )
    if participation.status in AWAITING_ANSWER:
        _tell(world, life, participation, answered)
    for event in events:
        if isinstance(event, SeatHeld) and event.case_id != life.case_id:
            _tell_about(world, event.case_id, event.participation_id, answered)


def close_offer(world: World, offer_id: UUID, answered: Deed) -> None:
    """The provider takes no more requests, and those who wait are told."""
    offer = world.ledger.offers[offer_id]
    provider = organisation_of(offer.offer.provider)
    world.ledger.give_offer(
        offer_id, CloseOffer(occurred_on=world.today), actor=provider, organisation=provider
    )
    for waiting in offer.waiting:
        _tell_about(world, waiting.case_id, waiting.participation_id, answered)


def change_capacity(world: World, offer_id: UUID, capacity: int, answered: Deed) -> None:
    """The provider has another number of seats; who moves up is told."""
    provider = organisation_of(world.ledger.offers[offer_id].offer.provider)
    events = world.ledger.give_offer(
        offer_id,
        ChangeCapacity(occurred_on=world.today, capacity=capacity),
        actor=provider,
        organisation=provider,
    )
    for event in events:
        if isinstance(event, SeatHeld):
            _tell_about(world, event.case_id, event.participation_id, answered)


def forget_past_offers(world: World) -> None:
    """Let go of offers that ended some time ago; nothing can happen to them any more."""
    long_ago = world.today - timedelta(days=60)
    for offer_id in [key for key, offer in world.ledger.offers.items() if offer.offer.ends_on < long_ago]:
        del world.ledger.offers[offer_id]


def _tell_about(world: World, case_id: UUID, participation_id: UUID, answered: Deed) -> None:
    life = world.lives.get(case_id)
    if life is None or not life.open:
        return
    participation = seat_of(life, participation_id)
    if participation.status in AWAITING_ANSWER:
        _tell(world, life, participation, answered)


def _tell(world: World, life: Life, participation: Participation, answered: Deed) -> None:
    offer: OfferState | None = world.ledger.offers.get(participation.offer_id)
    told = tell_case(seat_answer(offer, participation.id, world.today), offer, participation, world.today)
    deed = uuid5(participation.id, f"{type(told).__name__}/{offer.version if offer else 0}")
    if world.give(life, told, deed=deed):
        answered(world, life, seat_of(life, participation.id))


def seat_of(life: Life, participation_id: UUID) -> Participation:
    """The participation as the case has it now."""
    found = next((p for p in life.state.course.participations if p.id == participation_id), None)
    if found is None:
        raise LookupError(f"case {life.case_id} has no participation {participation_id}")
    return found
