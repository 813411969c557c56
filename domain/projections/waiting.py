"""Who had to act for which step of a case, from when to when: the ground of "waiting on whom" and of the red list."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple
from uuid import UUID

from domain.case_state import CaseState
from domain.projections import event_groups as events
from domain.projections.projection import FoldedStream, StateProjection
from domain.waiting import waiting_intervals
from domain.waiting_turns import SAYING


class WaitingIntervalRow(NamedTuple):
    """One interval of domain.waiting, in their order; ``to_on`` is the first day after, None while it lasts."""

    case_id: UUID
    place: int
    municipality: str
    caseworker: str
    organisation: str
    step: str
    reference: str
    owner: str
    from_on: date
    to_on: date | None
    version: int


def waiting_rows(stream: FoldedStream) -> tuple[WaitingIntervalRow, ...]:
    """A row per interval."""
    case = stream.state
    assert isinstance(case, CaseState)  # noqa: S101 # the projection names the kind of its streams
    return tuple(
        WaitingIntervalRow(
            stream.stream_id,
            place,
            case.municipality,
            case.caseworker,
            stream.organisation,
            interval.step.value,
            interval.reference,
            interval.owner.value,
            interval.from_on,
            interval.to_on,
            interval.version,
        )
        for place, interval in enumerate(waiting_intervals(stream.turns), 1)
    )


_HANDLES = SAYING | events.PLACE | events.CORRECTION

WAITING_INTERVALS = StateProjection(
    name="waiting_intervals",
    version=1,
    row=WaitingIntervalRow,
    key=2,
    state=CaseState,
    handles=_HANDLES,
    ignores=(events.CASE - _HANDLES) | events.OFFER | events.GRANT | events.REPORT,
    rows=waiting_rows,
)
