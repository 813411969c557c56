"""Claims of grants as the read tables have them: vouchers as they count in the end, and the flat rates that stand decided."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import cast
from uuid import UUID

from domain.double_funding import Claimed
from domain.flat_rate import FlatRateResult, SpanKey
from domain.grant_state import CostKind
from domain.projections.grant_flat_rates import FlatRateRow
from domain.projections.grant_use import SPENDING, GrantMovementRow


def voucher_claims(rows: Iterable[GrantMovementRow]) -> list[Claimed]:
    """The vouchers as they were booked last; one that was cancelled is none."""
    last: dict[tuple[UUID, str], GrantMovementRow] = {}
    for row in sorted(rows, key=lambda row: (row.version, row.place)):
        if row.kind == SPENDING:
            last[row.grant_id, row.reference] = row
    return [
        Claimed(
            grant_id=row.grant_id,
            reference=row.reference,
            cost_kind=CostKind(row.cost_kind or CostKind.NOT_ASSIGNED),
            amount_cents=row.amount_cents,
            payee=row.payee or "",
            offer_id=row.offer_id,
            participation_id=row.participation_id,
            first=row.service_from or row.occurred_on,
            last=row.service_to or row.occurred_on,
        )
        for row in last.values()
        if row.amount_cents > 0
    ]


def standing_decisions(
    rows: Iterable[FlatRateRow],
) -> tuple[list[FlatRateRow], list[tuple[FlatRateRow, int]]]:
    """Spans that earn, of the decisions that stand; and those of decisions that were replaced, each with the entry that
    replaced it. Spans in which nobody was present are neither."""
    decided: dict[tuple[UUID, UUID], list[FlatRateRow]] = defaultdict(list)
    for row in rows:
        decided[row.grant_id, row.participation_id].append(row)
    standing: list[FlatRateRow] = []
    replaced: list[tuple[FlatRateRow, int]] = []
    for participation in sorted(decided):
        of_one = decided[participation]
        revisions = sorted({row.version for row in of_one if row.revised})
        for row in sorted(of_one, key=lambda row: (row.version, row.place)):
            if row.to_on is None or row.units_attended == 0 or row.result != FlatRateResult.EARNED:
                continue
            later = next((version for version in revisions if version > row.version), None)
            if later is None:
                standing.append(row)
            else:
                replaced.append((row, later))
    return standing, replaced


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedDays(Claimed):
    """The days that a decided flat rate is for, as a span of its course."""

    span: SpanKey


def decided_claims(rows: Iterable[FlatRateRow]) -> list[DecidedDays]:
    """The days that decided flat rates are for, of the decisions that stand."""
    return list(map(decided_days, standing_decisions(rows)[0]))


def decided_days(row: FlatRateRow) -> DecidedDays:
    """A span of a decision that stands, as a claim."""
    span = span_of(row)
    return DecidedDays(
        grant_id=row.grant_id,
        reference=str(row.participation_id),
        cost_kind=CostKind.FLAT_RATE,
        amount_cents=span_worth(span),
        payee="",
        offer_id=row.offer_id,
        participation_id=row.participation_id,
        first=span[1],
        last=span[0],
        span=span,
    )


def span_of(row: FlatRateRow) -> SpanKey:
    """The span of a row that has days, as it stands in its course."""
    days = cast("date", row.to_on), cast("date", row.from_on)
    return *days, row.units_held, row.rate_code or "", row.rate_cents or 0


def span_worth(span: SpanKey) -> int:
    """Units of a span times its rate, as far as it is known."""
    return span[2] * span[4]
