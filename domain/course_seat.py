"""The seat between case and offer: what a case asks of the offer, and what the offer's answer means to the case.

Each side decides alone and both commands may be repeated without effect; so the saga needs no memory of its own.
After a crash it is enough to ask again for every participation that has not ended.
"""

from __future__ import annotations

from datetime import date
from typing import assert_never

from domain.case_state import CaseState
from domain.course import (
    Participation,
    RecordSeatOffer,
    RecordSeatRefused,
    RecordWaitlisted,
    SeatStatus,
)
from domain.offering import (
    AskForSeat,
    ConfirmSeat,
    NoSeat,
    OfferState,
    ReleaseReason,
    ReleaseSeat,
    SeatAnswer,
    SeatIsHeld,
    SeatIsWaiting,
)
from domain.values import CaseId, Gender

_RELEASED = {
    SeatStatus.DECLINED: ReleaseReason.DECLINED,
    SeatStatus.LAPSED: ReleaseReason.LAPSED,
    SeatStatus.WITHDRAWN: ReleaseReason.WITHDRAWN,
    SeatStatus.ABANDONED: ReleaseReason.ABANDONED,
}

AWAITING_ANSWER = frozenset({SeatStatus.REQUESTED, SeatStatus.WAITLISTED})
"""The case waits for the offer and asks again from time to time."""


def ask_of_offer(
    case_id: CaseId, case: CaseState, participation: Participation, today: date
) -> AskForSeat | ConfirmSeat | ReleaseSeat | None:
    """What the offer should be told about ``participation`` now; None when it need not know."""
    if participation.status in AWAITING_ANSWER:
        return AskForSeat(
            occurred_on=today,
            participation_id=participation.id,
            case_id=case_id,
            woman=case.intake.gender is Gender.FEMALE,
        )
    if participation.status in (SeatStatus.ACCEPTED, SeatStatus.RUNNING):
        return ConfirmSeat(occurred_on=today, participation_id=participation.id)
    if participation.status in _RELEASED:
        return ReleaseSeat(
            occurred_on=today,
            participation_id=participation.id,
            ground=_RELEASED[participation.status],
        )
    return None


def tell_case(
    answer: SeatAnswer, offer: OfferState | None, participation: Participation, today: date
) -> RecordSeatOffer | RecordWaitlisted | RecordSeatRefused:
    """The command that tells the case what the offer answered to AskForSeat."""
    match answer:
        case SeatIsHeld():
            if offer is None:
                raise ValueError("an offer that holds a seat exists")
            return RecordSeatOffer(
                occurred_on=today,
                participation_id=participation.id,
                module=offer.offer.module,
                provider=offer.offer.provider,
                answer_by=answer.answer_by,
                starts_on=offer.offer.starts_on,
                ends_on=offer.offer.ends_on,
                kind=offer.offer.kind,
                level=offer.offer.level,
            )
        case SeatIsWaiting():
            return RecordWaitlisted(
                occurred_on=today,
                participation_id=participation.id,
                place=answer.place,
                order_rule=offer.offer.waiting_order.value if offer else "",
                kind=offer.offer.kind if offer else None,
                level=offer.offer.level if offer else None,
            )
        case NoSeat():
            return RecordSeatRefused(
                occurred_on=today,
                participation_id=participation.id,
                ground=answer.ground,
                kind=offer.offer.kind if offer else None,
                level=offer.offer.level if offer else None,
            )
        case _:
            assert_never(answer)
