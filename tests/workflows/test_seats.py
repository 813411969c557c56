"""Cases race for the seats of an offer: never more than there are, in the published order, and the next one moves up."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

from domain.course import DeclineSeat, MeasureGround, RequestSeat, SeatStatus
from domain.offering import (
    ChangeCapacity,
    CloseOffer,
    OfferKind,
    OfferState,
    PublishOffer,
    fold,
)
from domain.values import Ags, FundingModule, OfferId, ParticipationId
from services.gateway import CarriedOut
from tests.domain import ground as cases
from tests.workflows.ground import OPENED, TODAY, Loop, context, eventually

CASES, SEATS = 30, 5


async def publish(loop: Loop, capacity: int) -> OfferId:
    """A language course that begins in a month."""
    offer_id = OfferId(uuid4())
    outcome = await loop.gateway.offer(
        offer_id,
        PublishOffer(
            occurred_on=OPENED,
            title="Deutsch B1",
            provider="VHS Nordkreis",
            kind=OfferKind.LANGUAGE,
            module=FundingModule.F4,
            municipality=Ags("05334012"),
            capacity=capacity,
            starts_on=TODAY + timedelta(days=30),
            ends_on=TODAY + timedelta(days=120),
            answer_days=14,
        ),
        context(),
    )
    assert isinstance(outcome, CarriedOut)
    return offer_id


async def ready(loop: Loop) -> UUID:
    """A case that may ask for a course."""
    case_id = await loop.opened()
    await loop.done(
        case_id,
        cases.notice(OPENED),
        cases.consent(OPENED),
        cases.assessment(OPENED),
        cases.eligibility(OPENED),
        cases.plan(OPENED, target_on=TODAY + timedelta(days=300)),
    )
    return case_id


async def ask(loop: Loop, case_id: UUID, offer_id: OfferId) -> ParticipationId:
    """Ask for a seat."""
    participation_id = ParticipationId(uuid4())
    await loop.done(
        case_id,
        RequestSeat(
            occurred_on=TODAY,
            participation_id=participation_id,
            offer_id=offer_id,
            ground=MeasureGround.LANGUAGE_FOR_AUSBILDUNG,
            reason="B1 fehlt",
        ),
    )
    return participation_id


async def status(loop: Loop, case_id: UUID, participation_id: ParticipationId) -> SeatStatus:
    """Where the participation stands in its case."""
    participation = (await loop.state(case_id)).course.find(participation_id)
    assert participation is not None
    return participation.status


async def offer(loop: Loop, offer_id: OfferId) -> OfferState:
    """The offer, folded from the log."""
    state = fold(await loop.history(offer_id))
    assert state is not None
    return state


async def settled(loop: Loop, asked: dict[UUID, ParticipationId], expected: dict[SeatStatus, int]) -> None:
    """Wait until so many participations stand there."""

    async def check() -> bool:
        found = [await status(loop, case_id, participation) for case_id, participation in asked.items()]
        return all(found.count(wanted) == count for wanted, count in expected.items())

    await eventually(check)


async def test_thirty_cases_race_for_five_seats_and_a_decline_promotes_the_next(loop: Loop) -> None:
    """Five get a seat, twenty-five wait in the published order, and each seat given back goes to the first in line."""
    offer_id = await publish(loop, SEATS)
    racing = await asyncio.gather(*(ready(loop) for _ in range(CASES)))
    participations = await asyncio.gather(*(ask(loop, case_id, offer_id) for case_id in racing))
    asked = dict(zip(racing, participations, strict=True))
    await settled(loop, asked, {SeatStatus.OFFERED: SEATS, SeatStatus.WAITLISTED: CASES - SEATS})
    state = await offer(loop, offer_id)
    assert len(state.seats) == SEATS
    order = [entry.participation_id for entry in state.waiting]
    assert order == sorted(order, key=lambda participation_id: participation_id.int)

    holder = state.seats[0]
    await loop.done(
        holder.case_id,
        DeclineSeat(occurred_on=TODAY, participation_id=holder.participation_id, reason="zu weit"),
    )
    first_in_line = state.waiting[0]

    async def moved_up() -> bool:
        return await status(loop, first_in_line.case_id, first_in_line.participation_id) is SeatStatus.OFFERED

    await eventually(moved_up)
    now = await offer(loop, offer_id)
    assert len(now.seats) == SEATS
    assert [entry.participation_id for entry in now.waiting] == order[1:]


async def test_more_seats_and_a_closed_offer_reach_those_who_wait(loop: Loop) -> None:
    """Raising the capacity gives the first in line a seat; closing the offer tells the others."""
    offer_id = await publish(loop, 1)
    racing = [await ready(loop) for _ in range(3)]
    asked = {case_id: await ask(loop, case_id, offer_id) for case_id in racing}
    await settled(loop, asked, {SeatStatus.OFFERED: 1, SeatStatus.WAITLISTED: 2})
    await loop.gateway.offer(offer_id, ChangeCapacity(occurred_on=TODAY, capacity=2), context())
    await settled(loop, asked, {SeatStatus.OFFERED: 2, SeatStatus.WAITLISTED: 1})
    await loop.gateway.offer(offer_id, CloseOffer(occurred_on=TODAY), context())
    await settled(loop, asked, {SeatStatus.OFFERED: 2, SeatStatus.REFUSED: 1})


async def test_a_seat_on_an_offer_that_does_not_exist_is_refused_in_the_case(loop: Loop) -> None:
    """The case learns that there is no such offer."""
    case_id = await ready(loop)
    participation_id = await ask(loop, case_id, OfferId(uuid4()))
    await settled(loop, {case_id: participation_id}, {SeatStatus.REFUSED: 1})
