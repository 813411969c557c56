"""Everything that is read, for API, command line and demo: lists from the read tables, single cases from the log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from adapters.agenda_table import AgendaFilter, AgendaSort, AgendaTable, ListedDue, Place, place_types
from adapters.read_tables import (
    CaseFilter,
    ListedCase,
    ListedGrant,
    OfferFilter,
    Page,
    PageOf,
    ReadTables,
)
from adapters.waiting_table import WaitingFilter, WaitingPage, WaitingPlace, WaitingTable
from domain.decision import local_date
from domain.escalation import DueStatus, status_on
from domain.ports import StoreUnavailable
from domain.projections.agenda_entries import AgendaEntryRow
from domain.projections.case_timeline import CaseTimelineRow
from domain.projections.offer_occupancy import OfferOccupancyRow
from domain.projections.participations import ParticipationRow
from domain.projections.register import PROJECTIONS
from domain.projections.stage_intervals import StageIntervalRow
from domain.recorded import Recorded
from domain.waking import wakes_at
from services.bootstrap import Engine
from services.case_reading import CaseView, case_view, known_position

__all__ = [
    "AgendaFilter",
    "AgendaSort",
    "CaseFilter",
    "ListedCase",
    "ListedGrant",
    "OfferFilter",
    "Page",
    "PageOf",
    "Place",
    "ProjectionStatus",
    "Queries",
    "SleepingDate",
    "SleepingPage",
    "place_types",
]


ANY_CASE = CaseFilter()
ANY_DUE = AgendaFilter()
ANY_STEP = WaitingFilter()
ANY_OFFER = OfferFilter()
FIRST_PAGE = PageOf()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectionStatus:
    """How a projection stands to the log. ``state`` is current, behind, outdated (other code built it), failed, or
    missing (never built); ``failure`` says at which position and why."""

    name: str
    state: str
    position: int
    head: int
    lag: int
    version: int | None
    code_version: int
    failed_position: int | None
    failure: str | None
    advanced_at: datetime | None

    def __str__(self) -> str:
        line = f"{self.name:<16} {self.state:<9} position {self.position} of {self.head}, lag {self.lag}"
        if self.version != self.code_version:
            line += f", built by version {self.version}, this program has {self.code_version}"
        return f"{line}, {self.failure}" if self.failure else line


@dataclass(frozen=True, slots=True, kw_only=True)
class SleepingDate:
    """A date of some case as it stands now; ``wakes_at`` is when the case next moves by itself for it."""

    due: AgendaEntryRow
    name: str | None
    status: DueStatus
    wakes_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SleepingPage:
    """A part of the agenda of all cases; ``end`` is where the next one begins, None on the last."""

    items: tuple[SleepingDate, ...]
    total: int
    end: Place | None


def _sleeping(found: ListedDue, now: datetime) -> SleepingDate:
    due = found.due
    return SleepingDate(
        due=due,
        name=found.name,
        status=status_on(due, local_date(now)),
        wakes_at=wakes_at(
            due.case_id, due.wakes_on, asked_daily=due.asked_daily, statutory=due.statutory, now=now
        ),
    )


class Queries:
    """Reading for one process. All methods raise StoreUnavailable while the database is away."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._tables = ReadTables(engine.connections, engine.log.schema)
        self._agenda = AgendaTable(engine.connections, engine.log.schema)
        self._waiting = WaitingTable(engine.connections, engine.log.schema)

    async def close(self) -> None:
        """Stop listening for positions."""
        await self._tables.close()

    # --------------------------------------------------------------- position

    async def wait_for(self, position: int, timeout_seconds: float = 5.0) -> bool:
        """Wait until the lists show everything up to ``position`` (as a command returned it); False on timeout."""
        return await self._tables.wait_for(position, timeout_seconds)

    async def projections_status(self) -> list[ProjectionStatus]:
        """How each projection of this program stands, in the order of the register."""
        head = await self._engine.log.head()
        standing = {s.name: s for s in await self._tables.standing()}
        found = []
        for name, projection in PROJECTIONS.items():
            s = standing.get(name)
            position = s.position if s else 0
            lag = max(0, head - position)
            if s is None:
                state = "missing"
            elif s.version != projection.version:
                state = "outdated"
            elif s.failure is not None or not s.live:
                state = "failed"
            else:
                state = "behind" if lag else "current"
            found.append(
                ProjectionStatus(
                    name=name,
                    state=state,
                    position=position,
                    head=max(head, position),
                    lag=lag,
                    version=s.version if s else None,
                    code_version=projection.version,
                    failed_position=s.failed_position if s else None,
                    failure=s.failure if s else None,
                    advanced_at=s.advanced_at if s else None,
                )
            )
        return found

    # ------------------------------------------------------------------ lists

    async def cases(self, narrow: CaseFilter = ANY_CASE, page: PageOf = FIRST_PAGE) -> Page[ListedCase]:
        """Cases of the read tables, soonest next date first."""
        return await self._tables.cases(narrow, page)

    async def agenda(
        self,
        now: datetime,
        narrow: AgendaFilter = ANY_DUE,
        sort: AgendaSort = AgendaSort.DUE,
        limit: int = 50,
        after: Place | None = None,
    ) -> SleepingPage:
        """The agenda of all cases as it stands at ``now``: what sleeps, and until when.

        Raises StoreUnavailable while the read table was made by other code: an empty list would be a wrong answer.
        """
        await self._built("agenda_entries")
        page = await self._agenda.page(narrow, sort, local_date(now), limit, after)
        return SleepingPage(
            items=tuple(_sleeping(found, now) for found in page.items), total=page.total, end=page.end
        )

    async def waiting(
        self,
        on: date,
        narrow: WaitingFilter = ANY_STEP,
        limit: int = 50,
        after: WaitingPlace | None = None,
    ) -> WaitingPage:
        """The steps of all cases that are open on a day and who has to act, the longest waiting first.

        Raises StoreUnavailable as ``agenda`` does.
        """
        await self._built("waiting_intervals")
        return await self._waiting.page(narrow, on, limit, after)

    async def _built(self, name: str) -> None:
        standing = next((s for s in await self._tables.standing() if s.name == name), None)
        if standing is not None and standing.version != PROJECTIONS[name].version:
            raise StoreUnavailable(
                f"the read table {name} was made by another version; build it with: teilhabe projections rebuild {name}"
            )

    async def offers(
        self, narrow: OfferFilter = ANY_OFFER, page: PageOf = FIRST_PAGE
    ) -> Page[OfferOccupancyRow]:
        """Offers with their seats, earliest start first."""
        return await self._tables.offers(narrow, page)

    async def offer(self, offer_id: UUID) -> OfferOccupancyRow | None:
        """One offer with its seats."""
        return await self._tables.offer(offer_id)

    async def grants(self) -> tuple[ListedGrant, ...]:
        """All grants with plan and spending of each line."""
        return await self._tables.grants()

    async def cases_with_attendance(self, until: date) -> tuple[UUID, ...]:
        """Cases with a participation entered by ``until`` that has attendance on record, by id."""
        return await self._tables.cases_with_attendance(until)

    async def grant(self, grant_id: UUID) -> ListedGrant | None:
        """One grant."""
        found = await self._tables.grants(grant_id)
        return found[0] if found else None

    # ----------------------------------------------------------------- a case

    async def case(
        self, case_id: UUID, *, as_of: date | None = None, known_at: datetime | int | None = None
    ) -> CaseView | None:
        """A case folded from the log: as of a business date, as known at an instant or position."""
        return await case_view(self._engine, case_id, as_of=as_of, known_at=known_at)

    async def listed_case(self, case_id: UUID) -> ListedCase | None:
        """A case as the lists show it."""
        return await self._tables.case(case_id)

    async def history(
        self, case_id: UUID, *, known_at: datetime | int | None = None
    ) -> Sequence[Recorded[Any]]:
        """The entries of a case, oldest first, personal fields opened."""
        position = await known_position(self._engine, known_at)
        return await self._engine.store.load(case_id, known_position=position)

    async def timeline(self, case_id: UUID) -> tuple[CaseTimelineRow, ...]:
        """The entries of a case without anything personal."""
        return await self._tables.timeline(case_id)

    async def stage_intervals(self, case_id: UUID) -> tuple[StageIntervalRow, ...]:
        """The stages of a case in the order they began."""
        return await self._tables.stage_intervals(case_id)

    async def participations(
        self, case_id: UUID | None = None, offer_id: UUID | None = None
    ) -> tuple[ParticipationRow, ...]:
        """The participations of a case, or on an offer."""
        return await self._tables.participations(case_id, offer_id)
