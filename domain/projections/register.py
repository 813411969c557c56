"""All projections, and the rows of a whole stream: what a rebuild writes and what every other way is compared with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from domain.case_state import CaseState
from domain.grant import GrantState
from domain.offering import OfferState
from domain.projections.agenda_entries import AGENDA_ENTRIES
from domain.projections.case_overview import CASE_NAMES, CASE_OVERVIEW
from domain.projections.case_papers import CASE_PAPERS
from domain.projections.case_timeline import CASE_TIMELINE
from domain.projections.characteristics import CHARACTERISTICS
from domain.projections.employments import EMPLOYMENTS
from domain.projections.grant_flat_rates import GRANT_FLAT_RATES
from domain.projections.grant_rates import GRANT_RATES
from domain.projections.grant_statements import GRANT_PROOFS, ONWARD_GRANTS
from domain.projections.grant_use import GRANT_MOVEMENTS, GRANT_PLANS, GRANT_USE, GRANTS
from domain.projections.measure_repetitions import MEASURE_REPETITIONS
from domain.projections.offer_occupancy import OFFER_OCCUPANCY
from domain.projections.open_needs import OPEN_NEEDS
from domain.projections.participations import PARTICIPATIONS, TRAININGS
from domain.projections.projection import EntryProjection, FoldedStream, Projection, Row
from domain.projections.published_reports import PUBLISHED_REPORTS
from domain.projections.repetition_answers import REPETITION_ANSWERS
from domain.projections.sealed_reports import SEALED_REPORTS
from domain.projections.seat_steps import SEAT_STEPS
from domain.projections.stage_intervals import STAGE_INTERVALS
from domain.projections.waiting import WAITING_INTERVALS
from domain.recorded import Recorded
from domain.report_publication import PublishedSeries
from domain.report_seal import SealedReport

PROJECTIONS: Final[Mapping[str, Projection]] = {
    projection.name: projection
    for projection in (
        CASE_OVERVIEW,
        CASE_NAMES,
        CASE_TIMELINE,
        AGENDA_ENTRIES,
        STAGE_INTERVALS,
        WAITING_INTERVALS,
        PARTICIPATIONS,
        TRAININGS,
        CHARACTERISTICS,
        CASE_PAPERS,
        SEAT_STEPS,
        EMPLOYMENTS,
        OPEN_NEEDS,
        MEASURE_REPETITIONS,
        REPETITION_ANSWERS,
        OFFER_OCCUPANCY,
        GRANTS,
        GRANT_USE,
        GRANT_PLANS,
        GRANT_RATES,
        GRANT_MOVEMENTS,
        GRANT_FLAT_RATES,
        ONWARD_GRANTS,
        GRANT_PROOFS,
        SEALED_REPORTS,
        PUBLISHED_REPORTS,
    )
}

BY_STREAM_KIND: Final[Mapping[type[Any], tuple[Projection, ...]]] = {
    kind: tuple(p for p in PROJECTIONS.values() if p.state is kind)
    for kind in (CaseState, OfferState, GrantState, SealedReport, PublishedSeries)
}
"""Kind of stream (by the class of its state) → the projections that have rows of it."""


def all_rows(
    stream: FoldedStream, history: Sequence[Recorded[Any]], projections: Iterable[Projection]
) -> dict[str, Sequence[Row]]:
    """Every row of a stream by projection; ``history`` is the whole of it."""
    return {
        projection.name: projection.rows(history)
        if isinstance(projection, EntryProjection)
        else projection.rows(stream)
        for projection in projections
    }
