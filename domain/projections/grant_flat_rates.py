"""Flat rates of courses as they were decided: a row for each span of attendance of each decision, with the rate then."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from domain.grant import FlatRateDecided, FlatRateRevised, GrantState
from domain.projections import event_groups as events
from domain.projections.projection import EntryProjection
from domain.recorded import Recorded


class FlatRateRow(NamedTuple):
    """One span of one decision. A ``revised`` decision stands for all earlier ones about its participation.

    A decision about no span at all is one row without days. ``case_version`` is the entry of the case that recorded the
    attendance; ``rate_cents`` is empty when no rate was known.
    """

    grant_id: UUID
    version: int
    place: int
    decided_on: date
    revised: bool
    case_id: UUID
    participation_id: UUID
    offer_id: UUID
    module: str
    municipality: str
    result: str
    entered_on: date
    entry_by: date | None
    rule: str
    rule_valid_from: date | None
    from_on: date | None
    to_on: date | None
    units_attended: int
    units_held: int
    case_version: int | None
    rate_code: str | None
    rate_cents: int | None
    rate_source: str | None


def flat_rate_rows(entries: Iterable[Recorded[Any]]) -> list[FlatRateRow]:
    """The rows of every decision about a flat rate among ``entries``."""
    return [
        FlatRateRow(
            entry.stream_id,
            entry.version,
            place,
            event.occurred_on,
            isinstance(event, FlatRateRevised),
            event.case_id,
            event.participation_id,
            event.offer_id,
            event.module.value,
            event.municipality,
            event.result.value,
            event.entered_on,
            event.entry_by,
            event.rule,
            event.rule_valid_from,
            span.from_on if span else None,
            span.to_on if span else None,
            span.units_attended if span else 0,
            span.units_held if span else 0,
            span.version if span else None,
            span.rate.code if span and span.rate else None,
            span.rate.amount_cents if span and span.rate else None,
            span.rate.source if span and span.rate else None,
        )
        for entry in entries
        if isinstance(event := entry.event, FlatRateDecided | FlatRateRevised)
        for place, span in enumerate(event.spans or (None,), 1)
    ]


GRANT_FLAT_RATES = EntryProjection(
    name="grant_flat_rates",
    version=1,
    row=FlatRateRow,
    key=3,
    state=GrantState,
    handles=events.FLAT_RATE,
    ignores=(events.GRANT - events.FLAT_RATE) | events.CASE | events.OFFER | events.REPORT,
    rows=flat_rate_rows,
)
