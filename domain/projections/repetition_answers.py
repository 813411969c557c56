"""Answers to hints at repeated measures, so that their number can be counted; shown by case nowhere but on its page."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple
from uuid import UUID

from domain.case_state import CaseState
from domain.projections import event_groups as events
from domain.projections.projection import FoldedStream, StateProjection


class RepetitionAnswerRow(NamedTuple):
    """One answer, by its entry; ``participations`` are the ids it settles, separated by blanks."""

    case_id: UUID
    version: int
    participations: str
    answered_on: date


def answer_rows(stream: FoldedStream) -> tuple[RepetitionAnswerRow, ...]:
    """A row per answer, in the order they were given."""
    case = stream.state
    assert isinstance(case, CaseState)  # noqa: S101 # the projection names the kind of its streams
    return tuple(
        RepetitionAnswerRow(
            stream.stream_id,
            answer.version,
            " ".join(str(participation) for participation in answer.participations),
            answer.answered_on,
        )
        for answer in case.repetition_answers
    )


_HANDLES = events.OPENING | events.CORRECTION | events.HINTS

REPETITION_ANSWERS = StateProjection(
    name="repetition_answers",
    version=1,
    row=RepetitionAnswerRow,
    key=2,
    state=CaseState,
    handles=_HANDLES,
    ignores=(events.CASE - _HANDLES) | events.OFFER | events.GRANT | events.REPORT,
    rows=answer_rows,
)
