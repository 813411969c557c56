"""Reading the read tables: lists with filters and pages, and waiting until they have come as far as a position."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar
from uuid import UUID

from adapters.connections import Connections
from adapters.log_listener import HeadListener
from adapters.projection_tables import Standing
from domain.projections.case_overview import CaseOverviewRow
from domain.projections.case_timeline import CaseTimelineRow
from domain.projections.grant_use import GrantRow, GrantUseRow
from domain.projections.offer_occupancy import OfferOccupancyRow
from domain.projections.participations import ParticipationRow, TrainingRow
from domain.projections.stage_intervals import StageIntervalRow

LARGEST_PAGE = 500

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[T]):
    """A part of a list in a fixed total order: ``total`` counts the whole list, ``offset`` what came before."""

    items: tuple[T, ...]
    total: int
    limit: int
    offset: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PageOf:
    """Which part of a list is wanted; ``limit`` from 1 to LARGEST_PAGE. Raises ValueError outside of that."""

    limit: int = 50
    offset: int = 0

    def __post_init__(self) -> None:
        if not 1 <= self.limit <= LARGEST_PAGE or not 0 <= self.offset < 2**31:
            raise ValueError(f"a page has 1 to {LARGEST_PAGE} rows and an offset from 0")


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFilter:
    """What a list of cases is narrowed to; None leaves a field open. ``open`` means neither declined nor closed."""

    municipality: str | None = None
    caseworker: str | None = None
    stage: str | None = None
    status: str | None = None
    open: bool | None = None
    participant_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferFilter:
    """What a list of offers is narrowed to; ``with_free_seats`` leaves out full and closed ones."""

    municipality: str | None = None
    module: str | None = None
    with_free_seats: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedCase:
    """A case in a list. ``name`` is None once the person is erased."""

    case: CaseOverviewRow
    name: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedGrant:
    """A grant with the lines of its financing plan, in their order."""

    grant: GrantRow
    lines: tuple[GrantUseRow, ...]


class ReadTables:
    """Queries on the read tables of one schema. All raise StoreUnavailable."""

    def __init__(self, connections: Connections, schema: str) -> None:
        self._connections = connections
        self.schema = schema
        self._listener: _PositionListener | None = None

    # ------------------------------------------------------------------ lists

    async def cases(self, narrow: CaseFilter, page: PageOf) -> Page[ListedCase]:
        """Cases, soonest next date first, then by id."""
        where = Where()
        where.equal("c.municipality", narrow.municipality)
        where.equal("c.caseworker", narrow.caseworker)
        where.equal("c.stage", narrow.stage)
        where.equal("c.status", narrow.status)
        where.equal("c.participant_id", narrow.participant_id)
        if narrow.open is not None:
            where.add(f"(c.status in ('open', 'held')) = {str(narrow.open).lower()}")
        total, rows = await self._page(
            f"{listed(CaseOverviewRow, 'c')}, n.display_name",
            f"{self.schema}.case_overview c left join {self.schema}.case_names n using (case_id)",
            where,
            "c.next_due_on nulls last, c.case_id",
            page,
        )
        items = tuple(ListedCase(case=CaseOverviewRow(*row[:-1]), name=row[-1]) for row in rows)
        return Page(items=items, total=total, limit=page.limit, offset=page.offset)

    async def case(self, case_id: UUID) -> ListedCase | None:
        """One case as the lists show it."""
        rows = await self._connections.fetch(
            f"select {listed(CaseOverviewRow, 'c')}, n.display_name from {self.schema}.case_overview c "
            f"left join {self.schema}.case_names n using (case_id) where c.case_id = $1",
            case_id,
        )
        return ListedCase(case=CaseOverviewRow(*tuple(rows[0])[:-1]), name=rows[0][-1]) if rows else None

    async def offers(self, narrow: OfferFilter, page: PageOf) -> Page[OfferOccupancyRow]:
        """Offers, earliest start first, then by id."""
        where = Where()
        where.equal("o.municipality", narrow.municipality)
        where.equal("o.module", narrow.module)
        if narrow.with_free_seats:
            where.add("o.free > 0 and not o.closed")
        total, rows = await self._page(
            listed(OfferOccupancyRow, "o"),
            f"{self.schema}.offer_occupancy o",
            where,
            "o.starts_on, o.offer_id",
            page,
        )
        items = tuple(OfferOccupancyRow(*row) for row in rows)
        return Page(items=items, total=total, limit=page.limit, offset=page.offset)

    async def offer(self, offer_id: UUID) -> OfferOccupancyRow | None:
        """One offer."""
        rows = await self._rows(OfferOccupancyRow, "offer_occupancy", "where offer_id = $1", offer_id)
        return rows[0] if rows else None

    async def grants(self, grant_id: UUID | None = None) -> tuple[ListedGrant, ...]:
        """Grants with their lines, by reference and id."""
        chosen = "where $1::uuid is null or grant_id = $1"
        grants = await self._rows(GrantRow, "grants", f"{chosen} order by reference, grant_id", grant_id)
        lines = await self._rows(GrantUseRow, "grant_use", f"{chosen} order by grant_id, place", grant_id)
        return tuple(
            ListedGrant(grant=grant, lines=tuple(line for line in lines if line.grant_id == grant.grant_id))
            for grant in grants
        )

    async def cases_with_attendance(self, until: date) -> tuple[UUID, ...]:
        """Cases with a participation entered by ``until`` that has attendance on record, by id."""
        async with self._connections.lend() as connection:
            rows = await connection.fetch(
                f"select distinct case_id from {self.schema}.participations "
                "where entered_on <= $1 and units_held > 0 order by case_id",
                until,
            )
        return tuple(row[0] for row in rows)

    # ----------------------------------------------------------------- a case

    async def timeline(self, case_id: UUID) -> tuple[CaseTimelineRow, ...]:
        """The entries of a case, oldest first."""
        return await self._rows(
            CaseTimelineRow, "case_timeline", "where case_id = $1 order by version", case_id
        )

    async def stage_intervals(self, case_id: UUID) -> tuple[StageIntervalRow, ...]:
        """The stages of a case in the order they began."""
        return await self._rows(
            StageIntervalRow, "stage_intervals", "where case_id = $1 order by place", case_id
        )

    async def participations(
        self, case_id: UUID | None = None, offer_id: UUID | None = None
    ) -> tuple[ParticipationRow, ...]:
        """The participations of a case, or on an offer."""
        return await self._rows(
            ParticipationRow,
            "participations",
            "where ($1::uuid is null or case_id = $1) and ($2::uuid is null or offer_id = $2) "
            "order by requested_on, case_id, participation_id",
            case_id,
            offer_id,
        )

    async def trainings(self, case_id: UUID) -> tuple[TrainingRow, ...]:
        """The contracts of a case."""
        return await self._rows(
            TrainingRow, "trainings", "where case_id = $1 order by signed_on, training_id", case_id
        )

    # --------------------------------------------------------------- position

    async def standing(self) -> tuple[Standing, ...]:
        """Where every projection stands, by name."""
        rows = await self._connections.fetch(
            "select name, version, position, live, failed_position, failure, built_at, advanced_at "
            f"from {self.schema}.projections order by name"
        )
        return tuple(Standing(**dict(row)) for row in rows)

    async def position(self) -> int:
        """Everything up to here is in the read tables; 0 before the first projector ran."""
        [row] = await self._connections.fetch(
            f"select coalesce(min(position), 0) from {self.schema}.projections where live"
        )
        return int(row[0])

    async def wait_for(self, position: int, timeout_seconds: float) -> bool:
        """Wait until the read tables have reached ``position``; False when they had not after ``timeout_seconds``."""
        if self._listener is None:
            self._listener = _PositionListener(self._connections, self.schema, self.position)
        return await self._listener.wait_for_more(position - 1, timeout_seconds, 1.0) >= position

    async def close(self) -> None:
        """Stop listening."""
        if self._listener is not None:
            await self._listener.close()
            self._listener = None

    # ---------------------------------------------------------------- helpers

    async def _rows(self, row: type[Any], table: str, rest: str, *arguments: Any) -> tuple[Any, ...]:
        found = await self._connections.fetch(
            f"select {', '.join(row._fields)} from {self.schema}.{table} {rest}",
            *arguments,
        )
        return tuple(row(*record) for record in found)

    async def _page(
        self, columns: str, tables: str, where: Where, order: str, page: PageOf
    ) -> tuple[int, list[tuple[Any, ...]]]:
        """The whole count and the rows of the page, of one moment. Every value is a parameter."""
        records = await self._connections.fetch(
            f"with counted as (select count(*) as total from {tables} {where.text}) "
            f"select counted.total, p.* from counted left join lateral (select true as here, {columns} from {tables} "
            f"{where.text} order by {order} limit {page.limit:d} offset {page.offset:d}) p on true",
            *where.arguments,
        )
        return records[0][0], [tuple(record)[2:] for record in records if record[1]]


class Where:
    """Conditions with their values as parameters."""

    def __init__(self) -> None:
        self._conditions: list[str] = []
        self.arguments: list[Any] = []

    def equal(self, column: str, value: Any) -> None:
        """``column`` must be ``value``; None leaves it open."""
        if value is not None:
            self.add(f"{column} = {{}}", value)

    def add(self, condition: str, *values: Any) -> None:
        """A condition with ``{}`` in the place of each value."""
        self.arguments.extend(values)
        first = len(self.arguments) - len(values) + 1
        self._conditions.append(condition.format(*(f"${first + n}" for n in range(len(values)))))

    def fill(self, expression: str, value: Any) -> str:
        """``expression`` with ``{0}`` replaced by the place of ``value``, for other parts of the query."""
        self.arguments.append(value)
        return expression.format(f"${len(self.arguments)}")

    @property
    def text(self) -> str:
        """The where clause, empty without conditions."""
        return f"where {' and '.join(self._conditions)}" if self._conditions else ""


class _PositionListener(HeadListener):
    """Hears of positions that the read tables have reached."""

    def __init__(self, connections: Connections, schema: str, ask: Any) -> None:
        super().__init__(connections, schema, ask)
        self._channel = f"{schema}.projections"


def listed(row: type[Any], alias: str) -> str:
    """The columns of a row type, for a select."""
    columns: Iterable[str] = row._fields
    return ", ".join(f"{alias}.{column}" for column in columns)
