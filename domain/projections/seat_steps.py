"""Every seat asked for with the steps it took, each with its day and entry: what was asked of whom on any day."""

from __future__ import annotations

import json
from datetime import date
from typing import Final, NamedTuple
from uuid import UUID

from domain.case_state import CaseState
from domain.participation import ENDED, Participation, SeatStatus
from domain.projections import event_groups as events
from domain.projections.projection import FoldedStream, StateProjection, value_of

SETTLED: Final = ENDED | {SeatStatus.RUNNING}
"""Nothing more is asked about the seat itself."""


class SeatStepsRow(NamedTuple):
    """One row per participation. ``steps`` is a JSON array of [status, on, version] in the order recorded; ``settled_on``
    the first day of one after which nothing is asked about the seat, None while it is open. What the offer answered is
    there as far as it did; ``offered_version`` is that entry, 0 for none."""

    case_id: UUID
    participation_id: UUID
    municipality: str
    offer_id: UUID
    module: str | None
    provider: str
    answer_by: date | None
    starts_on: date | None
    ends_on: date | None
    offered_version: int
    requested_on: date
    settled_on: date | None
    steps: str


def seat_rows(stream: FoldedStream) -> tuple[SeatStepsRow, ...]:
    """A row per participation, in the order they were asked for."""
    case = stream.state
    assert isinstance(case, CaseState)  # noqa: S101 # the projection names the kind of its streams
    return tuple(
        SeatStepsRow(
            stream.stream_id,
            p.id,
            case.municipality,
            p.offer_id,
            value_of(p.module),
            p.provider,
            p.answer_by,
            p.starts_on,
            p.ends_on,
            p.module_version,
            p.requested_on,
            min((step.on for step in p.steps if step.status in SETTLED), default=None),
            _written(p),
        )
        for p in case.course.participations
    )


def _written(participation: Participation) -> str:
    return json.dumps(
        [[step.status.value, step.on.isoformat(), step.version] for step in participation.steps],
        separators=(",", ":"),
    )


_HANDLES = events.OPENING | events.CORRECTION | events.PLACE | events.SEATS | events.COURSE_SPAN

SEAT_STEPS = StateProjection(
    name="seat_steps",
    version=1,
    row=SeatStepsRow,
    key=2,
    state=CaseState,
    handles=_HANDLES,
    ignores=(events.CASE - _HANDLES) | events.OFFER | events.GRANT | events.REPORT,
    rows=seat_rows,
)
