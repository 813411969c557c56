"""Person x measure: every seat asked for, and every training agreed, with entry and exit; what reports count."""

from __future__ import annotations

import json
from datetime import date
from typing import NamedTuple
from uuid import UUID

from domain.case_state import CaseState
from domain.projections import event_groups as events
from domain.projections.projection import FoldedStream, StateProjection, code_of, value_of


class ParticipationRow(NamedTuple):
    """One participation. ``participant_id`` counts persons, the row itself participations. ``attendance`` is a JSON
    array of [from, to, units attended, units held, version]. The versions are the entries that said it, 0 for none."""

    case_id: UUID
    participation_id: UUID
    participant_id: UUID
    municipality: str
    organisation: str
    gender: str | None
    offer_id: UUID
    module: str | None
    provider: str
    ground: str
    status: str
    requested_on: date
    answer_by: date | None
    waiting_place: int | None
    starts_on: date | None
    ends_on: date | None
    entered_on: date | None
    left_on: date | None
    certificate: str | None
    level_gained: str | None
    abandon_ground: str | None
    units_attended: int
    units_held: int
    attendance: str
    requested_version: int
    module_version: int
    entered_version: int
    left_version: int
    kind: str | None
    level: str | None
    kind_version: int
    school_leaving_gained: str | None


def participation_rows(stream: FoldedStream) -> tuple[ParticipationRow, ...]:
    """A row per participation, in the order they were asked for."""
    case = stream.state
    assert isinstance(case, CaseState)  # noqa: S101 # the projection names the kind of its streams
    return tuple(
        ParticipationRow(
            stream.stream_id,
            p.id,
            case.participant_id,
            case.municipality,
            stream.organisation,
            code_of(case.intake.gender),
            p.offer_id,
            value_of(p.module),
            p.provider,
            p.ground.value,
            p.status.value,
            p.requested_on,
            p.answer_by,
            p.waiting_place,
            p.starts_on,
            p.ends_on,
            p.entered_on,
            p.left_on,
            value_of(p.certificate),
            code_of(p.level_gained),
            value_of(p.abandon_ground),
            p.units_attended,
            sum(span.units_held for span in p.attendance),
            json.dumps(
                [
                    [s.from_on.isoformat(), s.to_on.isoformat(), s.units_attended, s.units_held, s.version]
                    for s in p.attendance
                ],
                separators=(",", ":"),
            )
            if p.attendance
            else "[]",
            p.requested_version,
            p.module_version,
            p.entered_version,
            p.left_version,
            value_of(p.kind),
            value_of(p.level),
            p.kind_version,
            code_of(p.school_leaving_gained),
        )
        for p in case.course.participations
    )


_PERSON = events.OPENING | events.CORRECTION | events.PLACE
_SEAT_EVENTS = _PERSON | events.SEATS | events.COURSE_SPAN | events.ATTENDANCE

PARTICIPATIONS = StateProjection(
    name="participations",
    version=3,
    row=ParticipationRow,
    key=2,
    state=CaseState,
    handles=_SEAT_EVENTS,
    ignores=(events.CASE - _SEAT_EVENTS) | events.OFFER | events.GRANT | events.REPORT,
    rows=participation_rows,
)


class TrainingRow(NamedTuple):
    """One contract of Ausbildung; ``left_on`` is its end, completed or broken off."""

    case_id: UUID
    training_id: UUID
    participant_id: UUID
    municipality: str
    organisation: str
    gender: str | None
    kind: str
    chamber: str
    occupation: str
    status: str
    signed_on: date
    starts_on: date
    ends_on: date
    entered_on: date | None
    left_on: date | None
    probation_ends_on: date | None
    probation_passed: bool
    break_off_ground: str | None
    break_off_known_on: date | None
    signed_version: int
    entered_version: int
    left_version: int


def training_rows(stream: FoldedStream) -> tuple[TrainingRow, ...]:
    """A row per contract, in the order they were signed."""
    case = stream.state
    assert isinstance(case, CaseState)  # noqa: S101 # the projection names the kind of its streams
    return tuple(
        TrainingRow(
            stream.stream_id,
            t.id,
            case.participant_id,
            case.municipality,
            stream.organisation,
            code_of(case.intake.gender),
            t.kind.value,
            t.chamber.value,
            t.occupation,
            t.status.value,
            t.signed_on,
            t.starts_on,
            t.ends_on,
            t.entered_on,
            t.left_on,
            t.probation_ends_on,
            t.probation_passed,
            value_of(t.break_off_ground),
            t.break_off_known_on,
            t.version,
            t.entered_version,
            t.left_version,
        )
        for t in case.ausbildung.trainings
    )


_TRAINING_EVENTS = _PERSON | events.TRAINING | events.TRAINING_SPAN

TRAININGS = StateProjection(
    name="trainings",
    version=2,
    row=TrainingRow,
    key=2,
    state=CaseState,
    handles=_TRAINING_EVENTS,
    ignores=(events.CASE - _TRAINING_EVENTS) | events.OFFER | events.GRANT | events.REPORT,
    rows=training_rows,
)
