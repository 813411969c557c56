"""Offers: seats are never oversold, the waiting list has one order, and whoever is next moves up."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.offering import (
    AskForSeat,
    CapacityChanged,
    ChangeCapacity,
    CloseOffer,
    ConfirmSeat,
    NoSeat,
    OfferClosed,
    OfferKind,
    OfferPublished,
    OfferState,
    PublishOffer,
    PutOnWaitingList,
    ReleaseReason,
    ReleaseSeat,
    SeatHeld,
    SeatIsHeld,
    SeatIsWaiting,
    SeatReleased,
    SeatTaken,
    WaitingOrder,
    decide,
    evolve,
    seat_answer,
)
from domain.participation import SeatRefusedReason
from domain.recorded import Event
from domain.refusals import Refusal
from domain.values import Ags, CaseId, FundingModule, LanguageLevel, ParticipationId
from tests.domain.ground import rule_of

DAY = date(2025, 4, 1)
STARTS = date(2025, 5, 5)
ENDS = date(2025, 9, 30)


def seat(number: int) -> ParticipationId:
    """The participation with this number."""
    return ParticipationId(UUID(int=number))


def publish(**changes: Any) -> PublishOffer:
    """An offer with two seats."""
    values: dict[str, Any] = {
        "occurred_on": date(2025, 3, 1),
        "title": "Sprachkurs B1",
        "provider": "Lernhaus Vichttal",
        "kind": OfferKind.LANGUAGE,
        "module": FundingModule.F4,
        "municipality": Ags("05334012"),
        "capacity": 2,
        "starts_on": STARTS,
        "ends_on": ENDS,
        "answer_days": 14,
        "level": LanguageLevel.B1,
        "teaching_units": 400,
    }
    return PublishOffer(**(values | changes))


def ask(number: int, on: date = DAY, woman: bool = False) -> AskForSeat:
    """Case and participation share their number."""
    return AskForSeat(
        occurred_on=on, participation_id=seat(number), case_id=CaseId(UUID(int=number)), woman=woman
    )


def confirm(number: int, on: date = DAY) -> ConfirmSeat:
    """The participant accepted."""
    return ConfirmSeat(occurred_on=on, participation_id=seat(number))


def release(number: int, on: date = DAY) -> ReleaseSeat:
    """The participant declined."""
    return ReleaseSeat(occurred_on=on, participation_id=seat(number), ground=ReleaseReason.DECLINED)


class OfferFile:
    """An offer under test; a refused command leaves it alone."""

    def __init__(self, **changes: Any) -> None:
        self.state: OfferState | None = None
        self.events: list[Event] = []
        self.done(publish(**changes))

    def when(self, command: Any) -> tuple[Event, ...] | Refusal:
        """Decide ``command`` and fold what came of it."""
        decision = decide(command, self.state)
        if not isinstance(decision, Refusal):
            for event in decision:
                self.state = evolve(self.state, event)  # type: ignore[arg-type] # offers decide offer events
                self.events.append(event)
        return decision

    def done(self, *commands: Any) -> OfferFile:
        """Give commands that must be accepted."""
        for command in commands:
            decision = self.when(command)
            assert not isinstance(decision, Refusal), decision
        return self

    @property
    def now(self) -> OfferState:
        """The offer, which is published."""
        assert self.state is not None
        return self.state

    @property
    def waiting(self) -> list[int]:
        """Numbers on the waiting list, in its order."""
        return [entry.participation_id.int for entry in self.now.waiting]

    @property
    def seated(self) -> set[int]:
        """Numbers with a seat."""
        return {found.participation_id.int for found in self.now.seats}


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({}, ""),
        ({"title": " "}, "offer.title_or_provider_missing"),
        ({"provider": ""}, "offer.title_or_provider_missing"),
        ({"capacity": 1}, ""),
        ({"capacity": 10_000}, ""),
        ({"capacity": 0}, "offer.capacity_out_of_range"),
        ({"capacity": -3}, "offer.capacity_out_of_range"),
        ({"capacity": 10_001}, "offer.capacity_out_of_range"),
        ({"ends_on": STARTS}, ""),
        ({"ends_on": STARTS - timedelta(days=1)}, "offer.ends_before_start"),
        ({"answer_days": 1}, ""),
        ({"answer_days": 90}, ""),
        ({"answer_days": 0}, "offer.answer_days_out_of_range"),
        ({"answer_days": 91}, "offer.answer_days_out_of_range"),
        ({"teaching_units": 0}, ""),
        ({"teaching_units": -1}, "offer.teaching_units_negative"),
        ({"municipality": Ags("Aachen")}, "intake.ags_malformed"),
    ],
)
def test_an_offer_that_cannot_be_is_not_published(changes: dict[str, Any], rule: str) -> None:
    decision = decide(publish(**changes), None)
    assert rule_of(decision) == rule
    assert rule or [type(event) for event in decision] == [OfferPublished]  # type: ignore[union-attr] # accepted


def test_an_offer_is_published_once_and_before_anything_else() -> None:
    assert rule_of(OfferFile().when(publish())) == "offer.exists"
    for command in (ask(1), confirm(1), release(1), CloseOffer(occurred_on=DAY)):
        assert rule_of(decide(command, None)) == "offer.unknown"


def test_a_free_seat_is_held_for_the_time_to_answer() -> None:
    decision = OfferFile().when(ask(1))
    assert decision == (
        SeatHeld(
            occurred_on=DAY,
            participation_id=seat(1),
            case_id=CaseId(UUID(int=1)),
            answer_by=date(2025, 4, 15),
        ),
    )


def test_the_time_to_answer_ends_with_the_course() -> None:
    file = OfferFile(ends_on=STARTS + timedelta(days=3))
    [held] = file.done(ask(1, on=STARTS)).events[1:]
    assert isinstance(held, SeatHeld)
    assert held.answer_by == STARTS + timedelta(days=3)


def test_a_full_offer_puts_on_the_waiting_list() -> None:
    file = OfferFile().done(ask(1), ask(2))
    [event] = file.when(ask(3))  # type: ignore[misc] # asking is accepted
    assert isinstance(event, PutOnWaitingList)
    assert (file.seated, file.waiting) == ({1, 2}, [3])


def test_asking_again_changes_nothing() -> None:
    file = OfferFile().done(ask(1), ask(2), ask(3))
    for number in (1, 3):
        assert file.when(ask(number)) == ()


@pytest.mark.parametrize(
    ("on", "rule"), [(STARTS, ""), (STARTS + timedelta(days=1), "offer.started"), (ENDS, "offer.started")]
)
def test_nobody_asks_after_the_start(on: date, rule: str) -> None:
    assert rule_of(OfferFile().when(ask(1, on=on))) == rule


def test_a_seat_is_confirmed_by_the_one_it_is_held_for_and_once() -> None:
    file = OfferFile().done(ask(1), ask(2), ask(3))
    assert rule_of(file.when(confirm(3))) == "offer.seat_not_held"
    assert rule_of(file.when(confirm(9))) == "offer.seat_not_held"
    assert file.when(confirm(1)) == (SeatTaken(occurred_on=DAY, participation_id=seat(1)),)
    assert file.when(confirm(1)) == ()


def test_a_released_seat_goes_to_the_next_in_the_same_breath() -> None:
    file = OfferFile().done(ask(1), ask(2), ask(3), ask(4))
    decision = file.when(release(1, on=date(2025, 4, 3)))
    assert [type(event) for event in decision] == [SeatReleased, SeatHeld]  # type: ignore[union-attr] # accepted
    assert (file.seated, file.waiting) == ({2, 3}, [4])
    assert file.when(release(1)) == ()


def test_who_waits_may_leave_the_list_and_nobody_moves_up_for_it() -> None:
    file = OfferFile().done(ask(1), ask(2), ask(3), ask(4))
    decision = file.when(release(3))
    assert [type(event) for event in decision] == [SeatReleased]  # type: ignore[union-attr] # accepted
    assert file.waiting == [4]


@pytest.mark.parametrize(("on", "moves"), [(ENDS, True), (ENDS + timedelta(days=1), False)])
def test_nobody_moves_up_once_the_course_is_over(on: date, moves: bool) -> None:
    file = OfferFile().done(ask(1), ask(2), ask(3), release(1, on=on))
    assert (3 in file.seated) is moves


def test_the_day_of_the_request_decides_and_on_one_day_the_id() -> None:
    file = OfferFile(capacity=1).done(
        ask(9), ask(7, DAY + timedelta(days=1)), ask(8), ask(5), ask(6, woman=True)
    )
    assert file.waiting == [5, 6, 8, 7]


def test_women_first_is_a_published_order_too() -> None:
    file = OfferFile(capacity=1, waiting_order=WaitingOrder.WOMEN_FIRST)
    file.done(ask(9), ask(3), ask(5, woman=True), ask(4, DAY - timedelta(days=2)))
    assert file.waiting == [5, 4, 3]


@pytest.mark.parametrize(
    ("capacity", "rule"),
    [
        (2, ""),
        (1, "offer.capacity_below_taken"),
        (0, "offer.capacity_out_of_range"),
        (10_001, "offer.capacity_out_of_range"),
    ],
)
def test_seats_that_are_given_are_not_taken_away(capacity: int, rule: str) -> None:
    file = OfferFile(capacity=3).done(ask(1), confirm(1), ask(2))
    assert rule_of(file.when(ChangeCapacity(occurred_on=DAY, capacity=capacity))) == rule


def test_more_seats_let_the_next_ones_move_up() -> None:
    file = OfferFile().done(ask(1), ask(2), ask(3), ask(4), ask(5))
    assert file.when(ChangeCapacity(occurred_on=DAY, capacity=2)) == ()
    decision = file.when(ChangeCapacity(occurred_on=DAY, capacity=4))
    assert [type(event) for event in decision] == [CapacityChanged, SeatHeld, SeatHeld]  # type: ignore[union-attr] # accepted
    assert file.waiting == [5]


def test_a_closed_offer_dissolves_its_waiting_list_and_keeps_its_seats() -> None:
    file = OfferFile().done(ask(1), ask(2), ask(3))
    close = CloseOffer(occurred_on=DAY)
    assert file.when(close) == (OfferClosed(occurred_on=DAY),)
    assert file.when(close) == ()
    assert (file.seated, file.waiting) == ({1, 2}, [])
    assert rule_of(file.when(ask(4))) == "offer.closed"
    assert rule_of(file.when(confirm(1))) == ""


def test_the_answer_to_a_case_says_where_it_stands() -> None:
    file = OfferFile().done(ask(1), confirm(1), ask(2), ask(3), ask(4))
    answers = [seat_answer(file.now, seat(number), DAY) for number in (1, 2, 3, 4)]
    assert answers == [
        SeatIsHeld(answer_by=date(2025, 4, 15), taken=True),
        SeatIsHeld(answer_by=date(2025, 4, 15), taken=False),
        SeatIsWaiting(place=1),
        SeatIsWaiting(place=2),
    ]


@pytest.mark.parametrize(
    ("offer", "today", "ground"),
    [
        (None, DAY, SeatRefusedReason.OFFER_UNKNOWN),
        (OfferFile().now, STARTS + timedelta(days=1), SeatRefusedReason.OFFER_STARTED),
        (OfferFile().done(CloseOffer(occurred_on=DAY)).now, DAY, SeatRefusedReason.OFFER_CLOSED),
        (OfferFile().now, DAY, SeatRefusedReason.WAITING_LIST_CLOSED),
    ],
)
def test_no_seat_has_a_reason(offer: OfferState | None, today: date, ground: SeatRefusedReason) -> None:
    assert seat_answer(offer, seat(77), today) == NoSeat(ground=ground)


# ---------------------------------------------------------------- properties

NUMBERS = st.integers(1, 6)
DAYS = st.dates(date(2025, 3, 1), date(2025, 10, 5))
ANY_COMMAND = st.one_of(
    st.builds(ask, NUMBERS, DAYS, st.booleans()),
    st.builds(confirm, NUMBERS, DAYS),
    st.builds(release, NUMBERS, DAYS),
    st.builds(lambda on, n: ChangeCapacity(occurred_on=on, capacity=n), DAYS, st.integers(-1, 5)),
    st.builds(lambda on: CloseOffer(occurred_on=on), DAYS),
)


@given(st.lists(ANY_COMMAND, max_size=40), st.integers(1, 4), st.sampled_from(WaitingOrder))
def test_seats_are_never_oversold_and_nobody_stands_twice(
    commands: list[Any], capacity: int, order: WaitingOrder
) -> None:
    """Whatever is asked in whatever order, and every command twice."""
    file = OfferFile(capacity=capacity, waiting_order=order)
    for command in commands:
        first = file.when(command)
        state = file.now
        assert 0 <= len(state.seats) <= state.capacity
        named = [s.participation_id for s in state.seats] + [w.participation_id for w in state.waiting]
        assert len(set(named)) == len(named)
        if not isinstance(first, Refusal):
            assert file.when(command) == ()


@given(st.lists(ANY_COMMAND, max_size=40), st.sampled_from(WaitingOrder))
def test_nobody_waits_while_a_seat_is_free(commands: list[Any], order: WaitingOrder) -> None:
    """As long as the course is not over."""
    file = OfferFile(capacity=2, waiting_order=order)
    for command in commands:
        if command.occurred_on <= ENDS:
            file.when(command)
            assert not (file.now.free and file.now.waiting)


@given(st.permutations([(n, n % 3, n % 2 == 0) for n in range(2, 9)]), st.sampled_from(WaitingOrder))
def test_the_order_of_the_waiting_list_does_not_depend_on_the_order_of_asking(
    asked: list[tuple[int, int, bool]], order: WaitingOrder
) -> None:
    """Day, id and (where published) gender decide; never who was served first by chance."""
    file = OfferFile(capacity=1, waiting_order=order).done(ask(1))
    for number, days, woman in asked:
        file.done(ask(number, DAY + timedelta(days=days), woman))
    straight = OfferFile(capacity=1, waiting_order=order).done(ask(1))
    for number, days, woman in sorted(asked):
        straight.done(ask(number, DAY + timedelta(days=days), woman))
    assert file.waiting == straight.waiting
