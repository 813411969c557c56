"""What one stream adds to the facts of reports: folded by the functions that fill the read tables."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from functools import partial
from operator import attrgetter
from typing import Any, Final, TypeAlias, assert_never
from uuid import UUID

from domain.case_state import CaseState
from domain.contact import ContactAttempted, ContactHeld
from domain.corrections import EntryCorrected
from domain.grant import GrantState
from domain.offering import OfferState
from domain.path import StageKind
from domain.projections.case_overview import overview_rows
from domain.projections.case_papers import papers_rows
from domain.projections.characteristics import characteristics_rows
from domain.projections.employments import employment_rows
from domain.projections.folding import fold_stream
from domain.projections.grant_flat_rates import flat_rate_rows
from domain.projections.grant_rates import rate_rows
from domain.projections.grant_statements import onward_rows
from domain.projections.grant_use import movement_rows, plan_rows
from domain.projections.open_needs import open_need_rows
from domain.projections.participations import participation_rows, training_rows
from domain.projections.projection import FoldedStream
from domain.projections.published_reports import published_rows
from domain.projections.repetition_answers import answer_rows
from domain.projections.seat_steps import seat_rows
from domain.projections.stage_intervals import interval_rows
from domain.recorded import Recorded
from domain.report_publication import PublishedSeries
from domain.report_seal import SealedReport
from domain.reports.fact_columns import ColumnsOf
from domain.reports.facts import (
    CaseFact,
    ContactFact,
    CourseFact,
    Facts,
    MeasureFact,
    Need,
    NeedFact,
    OfferFact,
    ParticipationFact,
    ReferralFact,
    SpanFact,
    TrainingFact,
    looked_at,
)

History: TypeAlias = Sequence[Recorded[Any]]


def add_stream(
    facts: Facts,
    history: History,
    as_of: date,
    needs: Collection[Need] = tuple(Need),
    columns: ColumnsOf | None = None,
) -> None:
    """Add to ``facts`` what one stream says, as far as a report with these ``needs`` and ``columns`` looks at it.

    ``history`` is the whole of it, but for entries that domain/reports/counted_entries.py leaves aside for the same needs
    and columns; other columns may be wrong then. Raises UnreadableStream.
    """
    stream = fold_stream(history, None, turns=False)
    wanted = looked_at(needs, columns)
    match stream.state:
        case CaseState():
            for rows_of, taken in _OF_CASE:
                if not wanted.isdisjoint(taken):
                    rows = rows_of(stream)
                    for name in taken.keys() & wanted:
                        _growing(facts, name).extend(taken[name](rows))
            if "contacts" in wanted:
                _growing(facts, "contacts").extend(_contacts(history, as_of))
            facts.municipalities.add(stream.state.municipality)
        case OfferState():
            place = stream.state.offer.municipality
            if "offers" in wanted:
                _growing(facts, "offers").append(OfferFact(stream.stream_id, place))
            if "courses" in wanted:
                _growing(facts, "courses").append(_course(stream.stream_id, stream.state))
            facts.municipalities.add(place)
        case GrantState():
            plans = plan_rows(history)
            if "plans" in wanted:
                _growing(facts, "plans").extend(plans)
            for name in _OF_GRANT.keys() & wanted:
                _growing(facts, name).extend(_OF_GRANT[name](history))
            if "onward_grants" in wanted:
                _growing(facts, "onward_grants").extend(onward_rows(stream))
            facts.municipalities.update(plan.municipality for plan in plans)
        case SealedReport():
            # A sealed report is no fact for another one, unless it was published.
            pass
        case PublishedSeries():
            if "published" in wanted:
                _growing(facts, "published").extend(published_rows(history))
        case _:
            assert_never(stream.state)


Taken: TypeAlias = Callable[[Iterable[Any]], Iterable[Any]]
"""Facts out of rows of a projection."""


def _picked(fact: type[Any]) -> Taken:
    """The columns of a fact out of longer rows; what the class itself would do, without a call of Python for each."""
    made, columns = partial(tuple.__new__, fact), attrgetter(*fact._fields)
    return lambda rows: map(made, map(columns, rows))


def _as_they_are(rows: Iterable[Any]) -> Iterable[Any]:
    return rows


_span: Final = _picked(SpanFact)


def _spans(rows: Iterable[Any]) -> Iterable[SpanFact]:
    return _span(row for row in rows if row.stage == StageKind.COACHING)


_OF_CASE: Final[Sequence[tuple[Callable[[FoldedStream], Sequence[Any]], Mapping[str, Taken]]]] = (
    (overview_rows, {"cases": _picked(CaseFact), "referrals": _picked(ReferralFact)}),
    (participation_rows, {"participations": _picked(ParticipationFact), "measures": _picked(MeasureFact)}),
    (interval_rows, {"spans": _spans, "stages": _as_they_are}),
    (training_rows, {"trainings": _picked(TrainingFact)}),
    (characteristics_rows, {"characteristics": _as_they_are}),
    (employment_rows, {"employments": _as_they_are}),
    (open_need_rows, {"unmet_needs": _picked(NeedFact)}),
    (answer_rows, {"hint_answers": _as_they_are}),
    (seat_rows, {"seats": _as_they_are}),
    (papers_rows, {"papers": _as_they_are}),
)
"""The rows of a case, and the fields of Facts that are taken from them."""

_OF_GRANT: Final[Mapping[str, Callable[[History], Iterable[Any]]]] = {
    "movements": movement_rows,
    "rates": rate_rows,
    "flat_rates": flat_rate_rows,
}


def _contacts(history: History, as_of: date) -> Iterable[ContactFact]:
    """As case_timeline has them: by the day an entry counts for now; struck-out ones count for none."""
    contacts = [entry for entry in history if isinstance(entry.event, ContactHeld | ContactAttempted)]
    if not contacts:
        return
    corrected = {
        entry.event.version: entry.event.replacement
        for entry in history
        if isinstance(entry.event, EntryCorrected)
    }
    held: list[int] = []
    attempted: list[int] = []
    for entry in contacts:
        counts_as = corrected.get(entry.version, entry.event)
        if counts_as is not None and counts_as.occurred_on <= as_of:
            kind = held if isinstance(entry.event, ContactHeld) else attempted
            kind.append(entry.version)
    if held or attempted:
        yield ContactFact(history[0].stream_id, len(held), len(attempted), tuple(held), tuple(attempted))


def _course(offer_id: UUID, state: OfferState) -> CourseFact:
    offer = state.offer
    return CourseFact(
        offer_id,
        offer.provider,
        offer.module.value,
        offer.municipality,
        offer.starts_on,
        offer.ends_on,
        offer.teaching_units,
    )


def _growing(facts: Facts, name: str) -> list[Any]:
    """Facts that others may be added to: folded from the log, or taken back to an earlier position of it."""
    found = getattr(facts, name)
    assert isinstance(found, list)  # noqa: S101 # nothing is added to columns
    return found
