"""Reading the agenda of all cases: narrowed, sorted one way or another, page by page without ever counting off rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final, TypeAlias
from uuid import UUID

from adapters.connections import Connections
from adapters.read_tables import Where, listed
from domain.escalation import DueStatus
from domain.projections.agenda_entries import AgendaEntryRow

Place: TypeAlias = tuple[Any, ...]
"""Where a page ends: the values its last row is sorted by."""


class AgendaSort(StrEnum):
    """What comes first; ties by day, case and date, so that the order is total."""

    DUE = "due"
    WAKES = "wakes"
    """Only what wakes by itself, the soonest first."""
    CASEWORKER = "caseworker"
    MUNICIPALITY = "municipality"
    RULE = "rule"


_BY_DAY: Final = (("a.due_on", date), ("a.case_id", UUID), ("a.due_id", str))


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaFilter:
    """What the agenda of all cases is narrowed to; None leaves a field open. ``due_by`` is the last day."""

    municipality: str | None = None
    caseworker: str | None = None
    rule: str | None = None
    due_by: date | None = None
    case_id: UUID | None = None
    status: DueStatus | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedDue:
    """A date in the agenda of all cases, with the name of its case (None once the person is erased)."""

    due: AgendaEntryRow
    name: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaPage:
    """A part of the agenda: ``total`` counts all of it, ``end`` is where the next page begins; None on the last."""

    items: tuple[ListedDue, ...]
    total: int
    end: Place | None


class AgendaTable:
    """Queries on the agenda of one schema. All raise StoreUnavailable."""

    def __init__(self, connections: Connections, schema: str) -> None:
        self._connections = connections
        self._tables = f"{schema}.agenda_entries a left join {schema}.case_names n using (case_id)"
        self._counted = f"{schema}.agenda_entries a"

    async def page(
        self, narrow: AgendaFilter, sort: AgendaSort, today: date, limit: int, after: Place | None
    ) -> AgendaPage:
        """At most ``limit`` dates behind ``after``, as they stand on ``today``."""
        where = _narrowed(narrow, today)
        keys = [column for column, _ in _keys(sort)]
        if sort is AgendaSort.WAKES:
            where.add("(a.wakes_on is not null or a.asked_daily)")
        counting, counted = where.text, len(where.arguments)
        if sort is AgendaSort.WAKES:
            keys[0] = where.fill(_WAKES, today + timedelta(days=1))
        if after is not None:
            where.add(f"({', '.join(keys)}) > ({', '.join(['{}'] * len(after))})", *after)
        records = await self._connections.fetch(
            f"select {listed(AgendaEntryRow, 'a')}, n.display_name, {keys[0]} from {self._tables} {where.text} "
            f"order by {', '.join(keys)} limit {limit + 1:d}",
            *where.arguments,
        )
        [(total,)] = await self._connections.fetch(
            f"select count(*) from {self._counted} {counting}", *where.arguments[:counted]
        )
        rows = [tuple(record) for record in records]
        end = None
        if len(rows) > limit:
            last = AgendaEntryRow(*rows[limit - 1][:-2])
            end = (rows[limit - 1][-1], *_rest(last, sort))
        items = tuple(ListedDue(due=AgendaEntryRow(*row[:-2]), name=row[-2]) for row in rows[:limit])
        return AgendaPage(items=items, total=total, end=end)


_WAKES: Final = "case when a.asked_daily then least(coalesce(a.wakes_on, {0}), {0}) else a.wakes_on end"


def _keys(sort: AgendaSort) -> tuple[tuple[str, type[Any]], ...]:
    match sort:
        case AgendaSort.DUE:
            return _BY_DAY
        case AgendaSort.WAKES:
            return (("", date), *_BY_DAY[1:])
        case _:
            return ((f"a.{sort.value}", str), *_BY_DAY)


def place_types(sort: AgendaSort) -> tuple[type[Any], ...]:
    """The types of a ``Place`` in this order, for whoever has to write one down and read it again."""
    return tuple(kind for _, kind in _keys(sort))


def _rest(row: AgendaEntryRow, sort: AgendaSort) -> Sequence[Any]:
    """The values behind the first one that ``row`` is sorted by."""
    behind = (row.case_id, row.due_id)
    return behind if sort in (AgendaSort.DUE, AgendaSort.WAKES) else (row.due_on, *behind)


def _narrowed(narrow: AgendaFilter, today: date) -> Where:
    where = Where()
    where.equal("a.municipality", narrow.municipality)
    where.equal("a.caseworker", narrow.caseworker)
    where.equal("a.rule", narrow.rule)
    where.equal("a.case_id", narrow.case_id)
    if narrow.due_by is not None:
        where.add("a.due_on <= {}", narrow.due_by)
    if narrow.status is not None:
        where.add(f"{_STATUS} = {{}}", today, today, today, narrow.status.value)
    return where


_STATUS: Final = (
    "case when a.suspended then 'suspended' when a.ultimate_on < {} then 'overdue' when a.target_on <= {} then 'due' "
    "when a.at_risk_on <= {} then 'at_risk' else 'sleeping' end"
)
"""As domain.escalation.status_on."""
