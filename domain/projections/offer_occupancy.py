"""One row per offer: how many seats are held, taken and free, and how many participants wait."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple
from uuid import UUID

from domain.offering import OfferState
from domain.projections import event_groups as events
from domain.projections.projection import FoldedStream, StateProjection, value_of


class OfferOccupancyRow(NamedTuple):
    """Seats of an offer. held + taken + free = capacity."""

    offer_id: UUID
    version: int
    last_position: int
    title: str
    provider: str
    kind: str
    module: str
    municipality: str
    organisation: str
    level: str | None
    capacity: int
    held: int
    taken: int
    waiting: int
    free: int
    closed: bool
    starts_on: date
    ends_on: date
    answer_days: int
    waiting_order: str
    teaching_units: int
    excluded_statuses: str
    childcare: bool
    synthetic: bool


def occupancy_rows(stream: FoldedStream) -> tuple[OfferOccupancyRow]:
    """The row of an offer."""
    state = stream.state
    assert isinstance(state, OfferState)  # noqa: S101 # the projection names the kind of its streams
    offer = state.offer
    taken = sum(seat.taken for seat in state.seats)
    return (
        OfferOccupancyRow(
            stream.stream_id,
            state.version,
            stream.position,
            offer.title,
            offer.provider,
            offer.kind.value,
            offer.module.value,
            offer.municipality,
            stream.organisation,
            value_of(offer.level),
            state.capacity,
            len(state.seats) - taken,
            taken,
            len(state.waiting),
            state.free,
            state.closed,
            offer.starts_on,
            offer.ends_on,
            offer.answer_days,
            offer.waiting_order.value,
            offer.teaching_units,
            " ".join(offer.excluded_statuses),
            offer.childcare,
            offer.synthetic,
        ),
    )


OFFER_OCCUPANCY = StateProjection(
    name="offer_occupancy",
    version=2,
    row=OfferOccupancyRow,
    key=1,
    state=OfferState,
    handles=events.OFFER,
    ignores=events.CASE | events.GRANT | events.REPORT,
    rows=occupancy_rows,
)
