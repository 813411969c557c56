"""An offer from its publication to its closing. It alone gives its seats, so it is never oversold."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeAlias, assert_never

from domain.commands import Command
from domain.decision import Decision
from domain.intake import ags_refusal
from domain.offer_seats import (
    CapacityChanged,
    NoSeat,
    OfferClosed,
    OfferEvent,
    OfferPublished,
    OfferState,
    PutOnWaitingList,
    ReleaseReason,
    Seat,
    SeatAnswer,
    SeatHeld,
    SeatIsHeld,
    SeatIsWaiting,
    SeatReleased,
    SeatTaken,
    Waiting,
    WaitingOrder,
    seat_answer,
    waiting_key,
)
from domain.recorded import Recorded
from domain.refusals import Refusal
from domain.replacing import replace
from domain.values import (
    Ags,
    CaseId,
    FundingModule,
    LanguageLevel,
    OfferKind,
    ParticipationId,
    ResidenceStatus,
)

__all__ = [
    "AskForSeat",
    "CapacityChanged",
    "ChangeCapacity",
    "CloseOffer",
    "ConfirmSeat",
    "NoSeat",
    "OfferClosed",
    "OfferCommand",
    "OfferEvent",
    "OfferKind",
    "OfferPublished",
    "OfferState",
    "PublishOffer",
    "PutOnWaitingList",
    "ReleaseReason",
    "ReleaseSeat",
    "Seat",
    "SeatAnswer",
    "SeatHeld",
    "SeatIsHeld",
    "SeatIsWaiting",
    "SeatReleased",
    "SeatTaken",
    "Waiting",
    "WaitingOrder",
    "decide",
    "evolve",
    "fold",
    "seat_answer",
]

# ------------------------------------------------------------------ commands


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishOffer(Command):
    """Publish an offer. ``answer_days`` is the time to answer an offered seat.

    ``excluded_statuses`` are the kinds of residence status that cannot take part; ``childcare``: it is offered.
    """

    title: str
    provider: str
    kind: OfferKind
    module: FundingModule
    municipality: Ags
    capacity: int
    starts_on: date
    ends_on: date
    answer_days: int
    waiting_order: WaitingOrder = WaitingOrder.BY_REQUEST
    teaching_units: int = 0
    level: LanguageLevel | None = None
    excluded_statuses: tuple[ResidenceStatus, ...] = ()
    childcare: bool = False
    synthetic: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeCapacity(Command):
    """Change the number of seats; never below those taken."""

    capacity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseOffer(Command):
    """Close the offer for new requests; those waiting are told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskForSeat(Command):
    """A case asks for a seat. Asking again gives the present answer and changes nothing."""

    participation_id: ParticipationId
    case_id: CaseId
    woman: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmSeat(Command):
    """The participant accepted: the held seat is taken."""

    participation_id: ParticipationId


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseSeat(Command):
    """The seat, or the place on the waiting list, is not needed any more; the next one moves up."""

    participation_id: ParticipationId
    ground: ReleaseReason


MOST_SEATS = 10_000

OfferCommand: TypeAlias = PublishOffer | ChangeCapacity | CloseOffer | AskForSeat | ConfirmSeat | ReleaseSeat

# -------------------------------------------------------------------- decide


def decide(command: OfferCommand, offer: OfferState | None) -> Decision:
    """Decide an offer command. Whatever frees a seat also gives it to the next on the waiting list."""
    if isinstance(command, PublishOffer):
        return _publish(command, offer)
    if offer is None:
        return Refusal("offer.unknown", "Dieses Angebot gibt es nicht.", "There is no such offer.")
    match command:
        case ChangeCapacity():
            return _change_capacity(command, offer)
        case CloseOffer():
            return () if offer.closed else (OfferClosed(occurred_on=command.occurred_on),)
        case AskForSeat():
            return _ask(command, offer)
        case ConfirmSeat():
            seat = offer.seat(command.participation_id)
            if seat is None:
                return Refusal(
                    "offer.seat_not_held",
                    "Für diese Teilnahme ist kein Platz reserviert.",
                    "No seat is held for this participation.",
                )
            if seat.taken:
                return ()
            return (SeatTaken(occurred_on=command.occurred_on, participation_id=command.participation_id),)
        case ReleaseSeat():
            if offer.seat(command.participation_id) is None and not offer.place(command.participation_id):
                return ()
            released = SeatReleased(
                occurred_on=command.occurred_on,
                participation_id=command.participation_id,
                ground=command.ground,
            )
            return (released, *_promotions(evolve(offer, released), command.occurred_on))
        case _:
            assert_never(command)


def _publish(command: PublishOffer, offer: OfferState | None) -> Decision:
    if offer is not None:
        return Refusal("offer.exists", "Dieses Angebot gibt es schon.", "This offer already exists.")
    if not command.title.strip() or not command.provider.strip():
        return Refusal(
            "offer.title_or_provider_missing", "Titel oder Träger fehlt.", "Title or provider is missing."
        )
    if not 1 <= command.capacity <= MOST_SEATS:
        return _capacity_out_of_range()
    if command.teaching_units < 0:
        return Refusal(
            "offer.teaching_units_negative",
            "Die Zahl der Unterrichtsstunden ist negativ.",
            "The number of teaching units is negative.",
        )
    if problem := ags_refusal(command.municipality):
        return problem
    if command.ends_on < command.starts_on:
        return Refusal(
            "offer.ends_before_start",
            "Das Angebot endet vor seinem Beginn.",
            "The offer ends before it starts.",
        )
    if not 1 <= command.answer_days <= 90:
        return Refusal(
            "offer.answer_days_out_of_range",
            "Die Antwortfrist beträgt 1 bis 90 Tage.",
            "The time to answer is 1 to 90 days.",
        )
    return (
        OfferPublished(
            occurred_on=command.occurred_on,
            title=command.title,
            provider=command.provider,
            kind=command.kind,
            module=command.module,
            municipality=command.municipality,
            capacity=command.capacity,
            starts_on=command.starts_on,
            ends_on=command.ends_on,
            answer_days=command.answer_days,
            waiting_order=command.waiting_order,
            teaching_units=command.teaching_units,
            level=command.level,
            excluded_statuses=command.excluded_statuses,
            childcare=command.childcare,
            synthetic=command.synthetic,
        ),
    )


def _capacity_out_of_range() -> Refusal:
    return Refusal(
        "offer.capacity_out_of_range",
        "Ein Angebot hat zwischen 1 und 10.000 Plätzen.",
        "An offer has between 1 and 10,000 seats.",
    )


def _change_capacity(command: ChangeCapacity, offer: OfferState) -> Decision:
    if command.capacity == offer.capacity:
        return ()
    if not 1 <= command.capacity <= MOST_SEATS:
        return _capacity_out_of_range()
    if command.capacity < len(offer.seats):
        return Refusal(
            "offer.capacity_below_taken",
            f"{len(offer.seats)} Plätze sind vergeben; weniger geht nicht.",
            f"{len(offer.seats)} seats are given; fewer is not possible.",
        )
    changed = CapacityChanged(occurred_on=command.occurred_on, capacity=command.capacity)
    return (changed, *_promotions(evolve(offer, changed), command.occurred_on))


def _ask(command: AskForSeat, offer: OfferState) -> Decision:
    if offer.seat(command.participation_id) or offer.place(command.participation_id):
        return ()
    if offer.closed:
        return Refusal(
            "offer.closed",
            "Das Angebot nimmt keine Anfragen mehr an.",
            "The offer takes no more requests.",
        )
    if command.occurred_on > offer.offer.starts_on:
        return Refusal(
            "offer.started",
            "Der Kurs hat schon begonnen.",
            "The course has already started.",
        )
    if offer.free > 0 and not offer.waiting:
        return (
            SeatHeld(
                occurred_on=command.occurred_on,
                participation_id=command.participation_id,
                case_id=command.case_id,
                answer_by=_answer_by(offer, command.occurred_on),
            ),
        )
    return (
        PutOnWaitingList(
            occurred_on=command.occurred_on,
            participation_id=command.participation_id,
            case_id=command.case_id,
            woman=command.woman,
        ),
    )


def _answer_by(offer: OfferState, on: date) -> date:
    """Last day to answer: the time to answer, but not beyond the last day of the course."""
    return min(on + timedelta(days=offer.offer.answer_days), offer.offer.ends_on)


def _promotions(offer: OfferState, on: date) -> tuple[SeatHeld, ...]:
    """Seats for those who move up, in the published order. Nobody moves up once the course is over."""
    if on > offer.offer.ends_on:
        return ()
    return tuple(
        SeatHeld(
            occurred_on=on,
            participation_id=entry.participation_id,
            case_id=entry.case_id,
            answer_by=_answer_by(offer, on),
        )
        for entry in offer.waiting[: max(0, offer.free)]
    )


# -------------------------------------------------------------------- evolve


def evolve(offer: OfferState | None, event: OfferEvent) -> OfferState:
    """Fold one offer event."""
    if isinstance(event, OfferPublished):
        return OfferState(version=1, offer=event, capacity=event.capacity)
    if offer is None:
        raise ValueError("the first event of an offer is OfferPublished")
    version = offer.version + 1
    match event:
        case CapacityChanged():
            return replace(offer, version=version, capacity=event.capacity)
        case OfferClosed():
            return replace(offer, version=version, closed=True, waiting=())
        case SeatHeld():
            seat = Seat(
                participation_id=event.participation_id, case_id=event.case_id, answer_by=event.answer_by
            )
            return replace(
                offer,
                version=version,
                seats=(*offer.seats, seat),
                waiting=tuple(w for w in offer.waiting if w.participation_id != event.participation_id),
            )
        case PutOnWaitingList():
            entry = Waiting(
                participation_id=event.participation_id,
                case_id=event.case_id,
                since=event.occurred_on,
                woman=event.woman,
            )
            order = offer.offer.waiting_order
            waiting = sorted((*offer.waiting, entry), key=lambda w: waiting_key(order, w))
            return replace(offer, version=version, waiting=tuple(waiting))
        case SeatTaken():
            return replace(
                offer,
                version=version,
                seats=tuple(
                    replace(s, taken=True) if s.participation_id == event.participation_id else s
                    for s in offer.seats
                ),
            )
        case SeatReleased():
            return replace(
                offer,
                version=version,
                seats=tuple(s for s in offer.seats if s.participation_id != event.participation_id),
                waiting=tuple(w for w in offer.waiting if w.participation_id != event.participation_id),
            )
        case _:
            assert_never(event)


def fold(history: Iterable[Recorded[Any]], offer: OfferState | None = None) -> OfferState | None:
    """The offer after ``history``."""
    for entry in history:
        offer = evolve(offer, entry.event)
    return offer
