"""The rates that grant notices set: a row for each rate of each notice and amendment that says anything about rates."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from domain.grant import GrantNoticeAmended, GrantNoticeReceived, GrantState
from domain.projections import event_groups as events
from domain.projections.projection import EntryProjection
from domain.rates import Rate, RateUnit
from domain.recorded import Recorded
from domain.values import Cents, FundingModule


class GrantRateRow(NamedTuple):
    """One rate of one notice or amendment. An amendment with rates replaces all before, one without leaves them."""

    grant_id: UUID
    version: int
    place: int
    decided_on: date
    code: str
    module: str
    unit: str
    amount_cents: int
    valid_from: date
    valid_to: date | None
    source: str

    @property
    def rate(self) -> Rate:
        """The rate as decisions have it."""
        return Rate(
            code=self.code,
            module=FundingModule(self.module),
            unit=RateUnit(self.unit),
            amount_cents=Cents(self.amount_cents),
            valid_from=self.valid_from,
            valid_to=self.valid_to,
            source=self.source,
        )


def rate_rows(entries: Iterable[Recorded[Any]]) -> list[GrantRateRow]:
    """The rates of every notice and amendment among ``entries``."""
    return [
        GrantRateRow(
            entry.stream_id,
            entry.version,
            place,
            event.occurred_on,
            rate.code,
            rate.module.value,
            rate.unit.value,
            rate.amount_cents,
            rate.valid_from,
            rate.valid_to,
            rate.source,
        )
        for entry in entries
        if isinstance(event := entry.event, GrantNoticeReceived | GrantNoticeAmended)
        for place, rate in enumerate(event.rates, 1)
    ]


GRANT_RATES = EntryProjection(
    name="grant_rates",
    version=1,
    row=GrantRateRow,
    key=3,
    state=GrantState,
    handles=events.GRANT_NOTICE,
    ignores=(events.GRANT - events.GRANT_NOTICE) | events.CASE | events.OFFER | events.REPORT,
    rows=rate_rows,
)
