"""Lists from the read tables: cases, dates, offers, grants, and how far the read tables have come themselves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel

from adapters.waiting_table import WAITING_PLACE, WaitingFilter
from domain.decision import local_date
from domain.escalation import DueStatus
from domain.path import StageKind
from domain.values import FundingModule
from domain.waiting import Owner, StepKind
from services.api.pages import Cursor, Limit, SortedCursor, cursor_of, next_page, page_of, place_of
from services.api.problems import documented
from services.api.requests import Day, Flag, WaitFor
from services.api.rows import (
    AgendaItem,
    CaseItem,
    GrantItem,
    OfferItem,
    Page,
    ProjectionItem,
    WaitingItem,
    as_item,
)
from services.api.waiting import caught_up
from services.bootstrap import Engine
from services.queries import (
    AgendaFilter,
    AgendaSort,
    CaseFilter,
    OfferFilter,
    PageOf,
    Queries,
    place_types,
)

P = TypeVar("P", bound=BaseModel)

Municipality = Annotated[str | None, Query(pattern=r"^[0-9]{8}$", description="AGS, eight digits")]
StaffMember = Annotated[str | None, Query(min_length=1, max_length=200, pattern=r"^[^\x00]*$")]
Rule = Annotated[str | None, Query(pattern=r"^[a-z_.]{1,100}$", description="rule id of the date")]
StatusName = Annotated[
    str | None, Query(pattern=r"^(open|held|declined|closed)$", description="open, held, declined or closed")
]


def list_router(engine: Engine, queries: Queries, now: Callable[[], datetime]) -> APIRouter:
    """The routes of the lists. Each may wait for a position, so that a client sees its own command."""
    router = APIRouter(responses=documented(409, 422, 500, 503))

    @router.get("/cases", operation_id="list_cases", summary="Cases", tags=["cases"])
    async def cases(
        request: Request,
        response: Response,
        municipality: Municipality = None,
        caseworker: StaffMember = None,
        stage: StageKind | None = None,
        status: StatusName = None,
        open_: Annotated[Flag, Query(alias="open", description="neither declined nor closed")] = None,
        limit: Limit = 50,
        cursor: Cursor = None,
        wait_for: WaitFor = None,
    ) -> Page[CaseItem]:
        """Cases, the soonest next date first."""
        page = page_of(limit, cursor)
        await caught_up(engine, queries, wait_for)
        narrow = CaseFilter(
            municipality=municipality,
            caseworker=caseworker,
            stage=stage.value if stage else None,
            status=status,
            open=open_,
        )
        found = await queries.cases(narrow, page)
        items = [as_item(CaseItem, item.case, name=item.name) for item in found.items]
        return _page(Page[CaseItem], request, response, page, found.total, items)

    @router.get("/agenda", operation_id="list_agenda", summary="Dates of all cases", tags=["cases"])
    async def agenda(
        request: Request,
        response: Response,
        municipality: Municipality = None,
        caseworker: StaffMember = None,
        rule: Rule = None,
        due_by: Annotated[Day, Query(description="last day")] = None,
        status: DueStatus | None = None,
        sort: Annotated[
            AgendaSort, Query(description="`wakes`: only what wakes by itself, the soonest first")
        ] = AgendaSort.DUE,
        limit: Limit = 50,
        cursor: SortedCursor = None,
        wait_for: WaitFor = None,
    ) -> Page[AgendaItem]:
        """The dates that no case must miss: what sleeps, how it stands, and when it wakes. Those of grants: `/grant-agenda`."""
        after = place_of(cursor, place_types(sort))
        await caught_up(engine, queries, wait_for)
        narrow = AgendaFilter(
            municipality=municipality, caseworker=caseworker, rule=rule, due_by=due_by, status=status
        )
        found = await queries.agenda(now(), narrow, sort, limit, after)
        items = [
            as_item(AgendaItem, item.due, name=item.name, status=item.status, wakes_at=item.wakes_at)
            for item in found.items
        ]
        following = None if found.end is None else cursor_of(found.end)
        return _linked(Page[AgendaItem], request, response, following, found.total, items)

    @router.get(
        "/waiting", operation_id="list_waiting", summary="Who has to act in all cases", tags=["cases"]
    )
    async def waiting(
        request: Request,
        response: Response,
        owner: Owner | None = None,
        step: StepKind | None = None,
        municipality: Municipality = None,
        caseworker: StaffMember = None,
        on: Annotated[Day, Query(description="the day asked about; today when left out")] = None,
        limit: Limit = 50,
        cursor: SortedCursor = None,
        wait_for: WaitFor = None,
    ) -> Page[WaitingItem]:
        """The open steps of all cases, the longest waiting first; `owner=nobody` is the red list."""
        after = place_of(cursor, WAITING_PLACE)
        await caught_up(engine, queries, wait_for)
        narrow = WaitingFilter(
            owner=owner.value if owner else None,
            step=step.value if step else None,
            municipality=municipality,
            caseworker=caseworker,
        )
        found = await queries.waiting(on or local_date(now()), narrow, limit, after)
        items = [as_item(WaitingItem, item.interval, name=item.name) for item in found.items]
        following = None if found.end is None else cursor_of(found.end)
        return _linked(Page[WaitingItem], request, response, following, found.total, items)

    @router.get("/offers", operation_id="list_offers", summary="Offers with their seats", tags=["offers"])
    async def offers(
        request: Request,
        response: Response,
        municipality: Municipality = None,
        module: FundingModule | None = None,
        with_free_seats: Annotated[Flag, Query(description="leave out full and closed ones")] = None,
        limit: Limit = 50,
        cursor: Cursor = None,
        wait_for: WaitFor = None,
    ) -> Page[OfferItem]:
        """Offers, the earliest start first; held + taken + free = capacity."""
        page = page_of(limit, cursor)
        await caught_up(engine, queries, wait_for)
        narrow = OfferFilter(
            municipality=municipality,
            module=module.value if module else None,
            with_free_seats=bool(with_free_seats),
        )
        found = await queries.offers(narrow, page)
        return _page(
            Page[OfferItem],
            request,
            response,
            page,
            found.total,
            [as_item(OfferItem, o) for o in found.items],
        )

    @router.get("/grants", operation_id="list_grants", summary="Grants and their use", tags=["grants"])
    async def grants(wait_for: WaitFor = None) -> list[GrantItem]:
        """All grants with plan and spending of each line, in cents."""
        await caught_up(engine, queries, wait_for)
        return [
            as_item(GrantItem, found.grant, lines=[line._asdict() for line in found.lines])
            for found in await queries.grants()
        ]

    @router.get(
        "/projections", operation_id="projections_status", summary="Read tables", tags=["projections"]
    )
    async def projections() -> list[ProjectionItem]:
        """How far each projection has read, and why it stands still if it does."""
        return [
            ProjectionItem(**{name: getattr(status, name) for name in ProjectionItem.model_fields})
            for status in await queries.projections_status()
        ]

    return router


def _page(
    model: type[P], request: Request, response: Response, page: PageOf, total: int, items: list[Any]
) -> P:
    return _linked(model, request, response, next_page(page, total), total, items)


def _linked(
    model: type[P], request: Request, response: Response, cursor: str | None, total: int, items: list[Any]
) -> P:
    if cursor is not None:
        response.headers["Link"] = f'<{request.url.include_query_params(cursor=cursor)}>; rel="next"'
    return model(items=items, total=total, next=cursor)
