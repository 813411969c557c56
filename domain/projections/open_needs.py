"""Failed matches of needs with the offers, one row each: what the gaps in the offer are counted from."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple
from uuid import UUID

from domain.case_state import CaseState
from domain.matching import match_facts
from domain.projections import event_groups as events
from domain.projections.projection import FoldedStream, StateProjection, value_of
from domain.unmet_need import UnmetNeed


class OpenNeedRow(NamedTuple):
    """One failed match. It was the latest of its need from ``from_on`` up to but not including ``to_on``; of an open
    need the last row has no ``to_on``. The facts of the case are those of now."""

    case_id: UUID
    need_id: UUID
    version: int
    municipality: str
    organisation: str
    path: str
    path_version: int
    field: str
    kind: str
    level: str | None
    ground: str
    wanted_from: date
    childcare: bool
    since: date
    from_on: date
    to_on: date | None
    ended_on: date | None
    end_ground: str | None
    ended_version: int | None
    woman: bool
    residence_status: str
    language_level: str | None
    not_eligible: str
    synthetic: bool


def open_need_rows(stream: FoldedStream) -> tuple[OpenNeedRow, ...]:
    """A row per failed match, need by need in the order in which they came up."""
    case = stream.state
    assert isinstance(case, CaseState)  # noqa: S101 # the projection names the kind of its streams
    return tuple(row for need in case.unmet_needs for row in _rows(stream, case, need))


def _rows(stream: FoldedStream, case: CaseState, need: UnmetNeed) -> Iterator[OpenNeedRow]:
    facts = match_facts(case)
    ends = [*(match.on for match in need.failures[1:]), need.ended_on]
    for match, to_on in zip(need.failures, ends, strict=True):
        yield OpenNeedRow(
            case_id=stream.stream_id,
            need_id=need.id,
            version=match.version,
            municipality=case.municipality,
            organisation=stream.organisation,
            path=case.path_id,
            path_version=case.path_version,
            field=need.field.value,
            kind=need.kind.value,
            level=value_of(need.level),
            ground=match.ground.value,
            wanted_from=need.wanted_from,
            childcare=need.childcare,
            since=need.since,
            from_on=match.on,
            to_on=to_on,
            ended_on=need.ended_on,
            end_ground=value_of(need.end_ground),
            ended_version=need.ended_version or None,
            woman=facts.woman,
            residence_status=facts.residence_status.value,
            language_level=value_of(facts.language_level),
            not_eligible=" ".join(sorted(facts.not_eligible)),
            synthetic=case.synthetic,
        )


_NEED_EVENTS = (
    events.OPENING
    | events.CORRECTION
    | events.PLACE
    | events.STATUS
    | events.ASSESSMENT
    | events.COURSE_SPAN
    | events.NEEDS
)

OPEN_NEEDS = StateProjection(
    name="open_needs",
    version=1,
    row=OpenNeedRow,
    key=3,
    state=CaseState,
    handles=_NEED_EVENTS,
    ignores=(events.CASE - _NEED_EVENTS) | events.OFFER | events.GRANT | events.REPORT,
    rows=open_need_rows,
)
