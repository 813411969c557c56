"""The seats of an offer and its waiting list: who holds one until when, who is next, and what a case is answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import ClassVar, TypeAlias

from domain.participation import SeatRefusedReason
from domain.recorded import Event
from domain.values import (
    Ags,
    CaseId,
    FundingModule,
    LanguageLevel,
    OfferKind,
    ParticipationId,
    ResidenceStatus,
)

# ---------------------------------------------------------------- vocabulary


class WaitingOrder(StrEnum):
    """The published order of the waiting list."""

    BY_REQUEST = "by_request"
    """By day of request, then by participation id."""
    WOMEN_FIRST = "women_first"
    """Women first (durchstarten.nrw FAQ c-1: women to be addressed especially), then as by_request."""


class ReleaseReason(StrEnum):
    """Why a seat or a place on the waiting list came back."""

    DECLINED = "declined"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"
    ABANDONED = "abandoned"


# -------------------------------------------------------------------- events


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferPublished(Event):
    """An offer was published."""

    schema_version: ClassVar[int] = 2

    title: str
    provider: str
    kind: OfferKind
    module: FundingModule
    municipality: Ags
    capacity: int
    starts_on: date
    ends_on: date
    answer_days: int
    waiting_order: WaitingOrder
    teaching_units: int
    level: LanguageLevel | None
    excluded_statuses: tuple[ResidenceStatus, ...]
    childcare: bool
    synthetic: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CapacityChanged(Event):
    """The number of seats changed."""

    capacity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferClosed(Event):
    """No new requests; the waiting list is dissolved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatHeld(Event):
    """A seat is held for a participation until ``answer_by``."""

    participation_id: ParticipationId
    case_id: CaseId
    answer_by: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PutOnWaitingList(Event):
    """No seat was free; the participation waits."""

    participation_id: ParticipationId
    case_id: CaseId
    woman: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatTaken(Event):
    """A held seat was accepted."""

    participation_id: ParticipationId


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatReleased(Event):
    """A seat or a place on the waiting list came back."""

    participation_id: ParticipationId
    ground: ReleaseReason


OfferEvent: TypeAlias = (
    OfferPublished | CapacityChanged | OfferClosed | SeatHeld | PutOnWaitingList | SeatTaken | SeatReleased
)

# --------------------------------------------------------------------- state


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """A held (``taken`` False) or taken seat."""

    participation_id: ParticipationId
    case_id: CaseId
    answer_by: date
    taken: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One entry of the waiting list."""

    participation_id: ParticipationId
    case_id: CaseId
    since: date
    woman: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferState:
    """An offer now. ``waiting`` is kept in the published order."""

    version: int
    offer: OfferPublished
    capacity: int
    closed: bool = False
    seats: tuple[Seat, ...] = ()
    waiting: tuple[Waiting, ...] = ()

    @property
    def free(self) -> int:
        """Seats neither held nor taken."""
        return self.capacity - len(self.seats)

    def seat(self, participation_id: ParticipationId) -> Seat | None:
        """The seat of a participation."""
        return next((s for s in self.seats if s.participation_id == participation_id), None)

    def place(self, participation_id: ParticipationId) -> int | None:
        """The place on the waiting list, 1 = next."""
        return next(
            (n for n, w in enumerate(self.waiting, 1) if w.participation_id == participation_id), None
        )


def waiting_key(order: WaitingOrder, entry: Waiting) -> tuple[bool, date, int]:
    """Sorts the waiting list: a total order, so that chance decides nothing."""
    return (order is WaitingOrder.WOMEN_FIRST and not entry.woman, entry.since, entry.participation_id.int)


# -------------------------------------------------------------------- answer


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatIsHeld:
    """The answer to a case: a seat is held (or taken already)."""

    answer_by: date
    taken: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatIsWaiting:
    """The answer to a case: it stands on the waiting list."""

    place: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NoSeat:
    """The answer to a case: nothing is held and nothing waits."""

    ground: SeatRefusedReason


SeatAnswer: TypeAlias = SeatIsHeld | SeatIsWaiting | NoSeat


def seat_answer(offer: OfferState | None, participation_id: ParticipationId, today: date) -> SeatAnswer:
    """Where a participation stands with this offer now."""
    if offer is None:
        return NoSeat(ground=SeatRefusedReason.OFFER_UNKNOWN)
    if seat := offer.seat(participation_id):
        return SeatIsHeld(answer_by=seat.answer_by, taken=seat.taken)
    if place := offer.place(participation_id):
        return SeatIsWaiting(place=place)
    if offer.closed:
        return NoSeat(ground=SeatRefusedReason.OFFER_CLOSED)
    if today > offer.offer.starts_on:
        return NoSeat(ground=SeatRefusedReason.OFFER_STARTED)
    return NoSeat(ground=SeatRefusedReason.WAITING_LIST_CLOSED)
