"""Reading who has to act: the steps that are open on a day in all cases, longest waiting first, page by page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from adapters.connections import Connections
from adapters.read_tables import Where, listed
from domain.projections.waiting import WaitingIntervalRow

WaitingPlace = tuple[date, UUID, int]
"""Where a page ends: since when, which case, and the place of the interval in it."""
WAITING_PLACE = (date, UUID, int)


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingFilter:
    """What the list is narrowed to; None leaves a field open. ``since_by``: waiting since that day or longer."""

    owner: str | None = None
    step: str | None = None
    municipality: str | None = None
    caseworker: str | None = None
    since_by: date | None = None
    case_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedWaiting:
    """An open step with the name of its case (None once the person is erased)."""

    interval: WaitingIntervalRow
    name: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingPage:
    """A part of the list: ``total`` counts all of it, ``end`` is where the next page begins; None on the last."""

    items: tuple[ListedWaiting, ...]
    total: int
    end: WaitingPlace | None


class WaitingTable:
    """Queries on the intervals of one schema. All raise StoreUnavailable."""

    def __init__(self, connections: Connections, schema: str) -> None:
        self._connections = connections
        self._schema = schema

    async def page(
        self, narrow: WaitingFilter, on: date, limit: int, after: WaitingPlace | None
    ) -> WaitingPage:
        """At most ``limit`` steps that are open on ``on``, behind ``after``."""
        where = Where()
        where.equal("w.owner", narrow.owner)
        where.equal("w.step", narrow.step)
        where.equal("w.municipality", narrow.municipality)
        where.equal("w.caseworker", narrow.caseworker)
        where.equal("w.case_id", narrow.case_id)
        where.add("w.from_on <= {} and (w.to_on is null or w.to_on > {})", on, on)
        if narrow.since_by is not None:
            where.add("w.from_on <= {}", narrow.since_by)
        table = f"{self._schema}.waiting_intervals w"
        [(total,)] = await self._connections.fetch(
            f"select count(*) from {table} {where.text}", *where.arguments
        )
        if after is not None:
            where.add("(w.from_on, w.case_id, w.place) > ({}, {}, {})", *after)
        records = await self._connections.fetch(
            f"select {listed(WaitingIntervalRow, 'w')}, n.display_name from {table} "
            f"left join {self._schema}.case_names n using (case_id) {where.text} "
            f"order by w.from_on, w.case_id, w.place limit {limit + 1:d}",
            *where.arguments,
        )
        items = tuple(
            ListedWaiting(interval=WaitingIntervalRow(*row[:-1]), name=row[-1])
            for row in (tuple(record) for record in records[:limit])
        )
        last = items[-1].interval if len(records) > limit else None
        return WaitingPage(
            items=items, total=total, end=None if last is None else (last.from_on, last.case_id, last.place)
        )
