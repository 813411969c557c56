"""One row per job of a person: what placements into work are counted from."""

from __future__ import annotations

import json
from datetime import date
from typing import NamedTuple
from uuid import UUID

from domain.case_state import CaseState
from domain.legal_facts import JobStatement
from domain.projections import event_groups as events
from domain.projections.projection import FoldedStream, StateProjection


class EmploymentRow(NamedTuple):
    """A job subject to social insurance as last recorded, on the business day ``recorded_on`` by the entry ``version``;
    ``statements`` is a JSON array of [recorded on, starts on, version] of all entries on it, in the order of the log."""

    case_id: UUID
    employment_id: UUID
    starts_on: date
    weekly_hours: int
    ended_on: date | None
    recorded_on: date
    version: int
    statements: str


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
            json.dumps(
                [[s.recorded_on.isoformat(), s.starts_on.isoformat(), s.version] for s in job.statements],
                separators=(",", ":"),
            ),
        )
        for job in case.legal.employments
    )


def read_statements(column: str) -> tuple[JobStatement, ...]:
    """What ``EmploymentRow.statements`` says."""
    return tuple(
        JobStatement(
            recorded_on=date.fromisoformat(recorded_on),
            starts_on=date.fromisoformat(starts_on),
            version=version,
        )
        for recorded_on, starts_on, version in json.loads(column)
    )


_HANDLES = events.OPENING | events.CORRECTION | events.LEGAL_FACTS

EMPLOYMENTS = StateProjection(
    name="employments",
    version=2,
    row=EmploymentRow,
    key=2,
    state=CaseState,
    handles=_HANDLES,
    ignores=(events.CASE - _HANDLES) | events.OFFER | events.GRANT | events.REPORT,
    rows=employment_rows,
)
