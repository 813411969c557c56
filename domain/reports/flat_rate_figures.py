"""Flat rates for reports: the decisions that stand on a day, what they prove, and what that is worth."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import cast
from uuid import UUID

from domain.flat_rate import SpanKey, best_apart
from domain.projections.grant_flat_rates import FlatRateRow
from domain.reports.claims import span_of, standing_decisions
from domain.reports.definition import Counting
from domain.reports.table import NotComputable


def standing_rows(
    counting: Counting, grant_id: UUID
) -> tuple[list[FlatRateRow], list[tuple[FlatRateRow, int]]]:
    """Spans that earn, of the decisions that stand on the reference date; and those of decisions that were replaced, each
    with the entry that replaced it. Spans in which nobody was present are neither."""
    return standing_decisions(
        row
        for row in counting.facts.flat_rates
        if row.grant_id == grant_id and row.decided_on <= counting.as_of
    )


def proven_of(rows: Iterable[FlatRateRow]) -> dict[tuple[str, int], list[FlatRateRow]]:
    """By course and year (of the last day) the spans that prove the most units without any day counted twice."""
    courses: dict[UUID, dict[SpanKey, FlatRateRow]] = defaultdict(dict)
    for row in rows:
        courses[row.offer_id][span_of(row)] = row
    proven: dict[tuple[str, int], list[FlatRateRow]] = defaultdict(list)
    for offer_id, spans in courses.items():
        for row in best_apart(spans):
            proven[str(offer_id), cast("date", row.to_on).year].append(row)
    return proven


def earned_of(rows: Iterable[FlatRateRow]) -> int | NotComputable:
    """Units times rate; not computable as soon as one rate is not known."""
    total = 0
    for row in rows:
        if row.rate_cents is None:
            return NotComputable.RATE_NOT_KNOWN
        total += row.units_held * row.rate_cents
    return total
