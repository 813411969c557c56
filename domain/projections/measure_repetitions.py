"""Hints at repeated measures, so that their number can be counted; shown by case nowhere but on the page of the case."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple
from uuid import UUID

from domain.case_state import CaseState
from domain.projections import event_groups as events
from domain.projections.projection import FoldedStream, StateProjection
from domain.repetition import repetition_hints


class MeasureRepetitionRow(NamedTuple):
    """One hint. ``measures`` without gain were repeated, the first begun on ``first_entered_on``; the latest ended on
    ``reached_on``. ``open``: nobody has answered. ``level`` is empty where the kind has none."""

    case_id: UUID
    kind: str
    level: str
    municipality: str
    organisation: str
    measures: int
    first_entered_on: date
    reached_on: date
    open: bool
    synthetic: bool


def repetition_rows(stream: FoldedStream) -> tuple[MeasureRepetitionRow, ...]:
    """A row per hint; none where the path does not say when measures count as repeated."""
    case = stream.state
    assert isinstance(case, CaseState)  # noqa: S101 # the projection names the kind of its streams
    rule = stream.path.repetition if stream.path else None
    if rule is None:
        return ()
    hints = repetition_hints(case.course, case.ausbildung, case.repetition_answers, rule)
    return tuple(
        MeasureRepetitionRow(
            case_id=stream.stream_id,
            kind=hint.kind.value,
            level=hint.level.value if hint.level else "",
            municipality=case.municipality,
            organisation=stream.organisation,
            measures=len(hint.repeated),
            first_entered_on=min(
                measure.entered_on
                for measure in hint.measures
                if measure.entered_on is not None and measure.participation_id in hint.repeated
            ),
            reached_on=hint.reached_on,
            open=hint.open,
            synthetic=case.synthetic,
        )
        for hint in hints
    )


_MEASURE_EVENTS = (
    events.OPENING
    | events.CORRECTION
    | events.PLACE
    | events.COURSE_SPAN
    | events.TRAINING_SPAN
    | events.HINTS
)

MEASURE_REPETITIONS = StateProjection(
    name="measure_repetitions",
    version=1,
    row=MeasureRepetitionRow,
    key=3,
    state=CaseState,
    handles=_MEASURE_EVENTS,
    ignores=(events.CASE - _MEASURE_EVENTS) | events.OFFER | events.GRANT | events.REPORT,
    rows=repetition_rows,
)
