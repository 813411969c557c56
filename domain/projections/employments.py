"""One row per job of a person: what placements into work are counted from."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple
from uuid import UUID

from domain.case_state import CaseState
from domain.projections import event_groups as events
from domain.projections.projection import FoldedStream, StateProjection


class EmploymentRow(NamedTuple):
    """A job subject to social insurance as last recorded, on the business day ``recorded_on`` by the entry ``version``."""

    case_id: UUID
    employment_id: UUID
    starts_on: date
    weekly_hours: int
    ended_on: date | None
    recorded_on: date
    version: int


def employment_rows(stream: FoldedStream) -> tuple[EmploymentRow, ...]:
    """A row per job."""
    case = stream.state
    assert isinstance(case, CaseState)  # noqa: S101 # the projection names the kind of its streams
    return tuple(
        EmploymentRow(
            stream.stream_id,
            job.id,
            job.starts_on,
            job.weekly_hours,
            job.ended_on,
            job.recorded_on,
            job.version,
        )
        for job in case.legal.employments
    )


_HANDLES = events.OPENING | events.CORRECTION | events.LEGAL_FACTS

EMPLOYMENTS = StateProjection(
    name="employments",
    version=1,
    row=EmploymentRow,
    key=2,
    state=CaseState,
    handles=_HANDLES,
    ignores=(events.CASE - _HANDLES) | events.OFFER | events.GRANT | events.REPORT,
    rows=employment_rows,
)
