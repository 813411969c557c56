"""The seat between case and offer: what the case asks in each status, and what each answer tells it."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from domain.course_seat import ask_of_offer, tell_case
from domain.offering import (
    AskForSeat,
    ConfirmSeat,
    NoSeat,
    OfferState,
    ReleaseReason,
    ReleaseSeat,
    SeatIsHeld,
    SeatIsWaiting,
)
from domain.participation import SeatRefusedReason, SeatStatus
from domain.seat_request import RecordSeatOffer, RecordSeatRefused, RecordWaitlisted
from domain.values import CaseId, FundingModule, Gender, LanguageLevel, OfferKind
from tests.domain.ground import CASE_ID, SEAT, CaseFile, open_case
from tests.domain.test_course import in_status
from tests.domain.test_offering import OfferFile

TODAY = date(2025, 4, 3)
RELEASED = {
    SeatStatus.DECLINED: ReleaseReason.DECLINED,
    SeatStatus.LAPSED: ReleaseReason.LAPSED,
    SeatStatus.WITHDRAWN: ReleaseReason.WITHDRAWN,
    SeatStatus.ABANDONED: ReleaseReason.ABANDONED,
}
NOT_TOLD = {SeatStatus.OFFERED, SeatStatus.FINISHED, SeatStatus.REFUSED}


@pytest.mark.parametrize("status", SeatStatus)
def test_the_status_says_what_the_offer_must_know(status: SeatStatus) -> None:
    """Waiting asks, accepted confirms, given up releases; otherwise there is nothing to tell."""
    state = in_status(status).state
    [participation] = state.course.participations
    command = ask_of_offer(CaseId(CASE_ID), state, participation, TODAY)
    if status in RELEASED:
        assert command == ReleaseSeat(occurred_on=TODAY, participation_id=SEAT, ground=RELEASED[status])
    elif status in NOT_TOLD:
        assert command is None
    elif status in (SeatStatus.ACCEPTED, SeatStatus.RUNNING):
        assert command == ConfirmSeat(occurred_on=TODAY, participation_id=SEAT)
    else:
        assert command == AskForSeat(occurred_on=TODAY, participation_id=SEAT, case_id=CaseId(CASE_ID))


@pytest.mark.parametrize(("gender", "woman"), [(Gender.FEMALE, True), (Gender.DIVERSE, False), (None, False)])
def test_only_who_is_known_as_a_woman_is_asked_for_as_one(gender: Gender | None, woman: bool) -> None:
    state = CaseFile().done(open_case(gender=gender)).state
    [participation] = in_status(SeatStatus.REQUESTED).state.course.participations
    command = ask_of_offer(CaseId(CASE_ID), state, participation, TODAY)
    assert isinstance(command, AskForSeat)
    assert command.woman is woman


def test_each_answer_becomes_the_command_that_tells_the_case() -> None:
    [participation] = in_status(SeatStatus.REQUESTED).state.course.participations
    offer: OfferState = OfferFile().now
    held = tell_case(SeatIsHeld(answer_by=date(2025, 4, 17), taken=False), offer, participation, TODAY)
    assert held == RecordSeatOffer(
        occurred_on=TODAY,
        participation_id=SEAT,
        module=FundingModule.F4,
        provider="Lernhaus Vichttal",
        answer_by=date(2025, 4, 17),
        starts_on=offer.offer.starts_on,
        ends_on=offer.offer.ends_on,
        kind=OfferKind.LANGUAGE,
        level=LanguageLevel.B1,
    )
    assert tell_case(SeatIsWaiting(place=4), offer, participation, TODAY) == RecordWaitlisted(
        occurred_on=TODAY,
        participation_id=SEAT,
        place=4,
        order_rule="by_request",
        kind=OfferKind.LANGUAGE,
        level=LanguageLevel.B1,
    )
    no = NoSeat(ground=SeatRefusedReason.OFFER_UNKNOWN)
    assert tell_case(no, None, participation, TODAY) == RecordSeatRefused(
        occurred_on=TODAY, participation_id=SEAT, ground=SeatRefusedReason.OFFER_UNKNOWN
    )


def test_a_seat_held_by_no_offer_is_a_fault() -> None:
    [participation] = in_status(SeatStatus.REQUESTED).state.course.participations
    with pytest.raises(ValueError, match="exists"):
        tell_case(SeatIsHeld(answer_by=TODAY, taken=False), None, participation, TODAY)


def test_the_id_of_the_case_travels_with_the_question() -> None:
    state = in_status(SeatStatus.REQUESTED).state
    [participation] = state.course.participations
    command = ask_of_offer(CaseId(UUID(int=5)), state, participation, TODAY)
    assert isinstance(command, AskForSeat)
    assert command.case_id == UUID(int=5)
