"""From when to when a case was in which stage: the ground of every figure about time in step and waiting."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple
from uuid import UUID

from domain.case_state import CaseState
from domain.projections import event_groups as events
from domain.projections.projection import FoldedStream, StateProjection


class StageIntervalRow(NamedTuple):
    """One interval, in the order they began; ``to_on`` None while it runs; the versions are the entries that say so."""

    case_id: UUID
    place: int
    municipality: str
    organisation: str
    stage: str
    reference: str
    from_on: date
    to_on: date | None
    from_version: int
    to_version: int
    again_on: date | None
    again_version: int


def interval_rows(stream: FoldedStream) -> tuple[StageIntervalRow, ...]:
    """A row per interval."""
    case = stream.state
    assert isinstance(case, CaseState)  # noqa: S101 # the projection names the kind of its streams
    return tuple(
        StageIntervalRow(
            stream.stream_id,
            place,
            case.municipality,
            stream.organisation,
            interval.stage.value,
            interval.reference,
            interval.from_on,
            interval.to_on,
            interval.from_version,
            interval.to_version,
            interval.again_on,
            interval.again_version,
        )
        for place, interval in enumerate(case.stages, 1)
    )


_HANDLES = frozenset().union(
    events.OPENING,
    events.CORRECTION,
    events.INTAKE_END,
    events.COACHING_SPAN,
    events.COURSE_SPAN,
    events.TRAINING_SPAN,
    events.FOLLOW_UP,
    events.CLOSING,
    events.PLACE,
)

STAGE_INTERVALS = StateProjection(
    name="stage_intervals",
    version=2,
    row=StageIntervalRow,
    key=2,
    state=CaseState,
    handles=_HANDLES,
    ignores=(events.CASE - _HANDLES) | events.OFFER | events.GRANT | events.REPORT,
    rows=interval_rows,
)
