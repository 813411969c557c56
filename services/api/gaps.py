"""Gaps in the offer over HTTP: the figures, what an offer would change, and which offers fit one case."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field

from domain.decision import local_date
from domain.gaps import GapFigure, ProposedOffer, StillBlocked, WouldFit
from domain.matching import Match, Wanted
from domain.refusals import Refusal
from domain.unmet_need import NoMatchReason
from domain.values import LanguageLevel, OfferKind
from services.api.bodies import domain_fields, read_body, strict_model
from services.api.cases import unknown_case
from services.api.problems import ProblemError, documented, refused
from services.api.requests import AsOf, Day, Flag, WaitFor
from services.api.rows import OfferItem, as_item
from services.api.waiting import caught_up
from services.bootstrap import Engine
from services.gaps import (
    GapQuestion,
    RepetitionCount,
    asked_for,
    count_repetitions,
    find_gaps,
    offers_for_case,
    propose,
)
from services.queries import Queries


class Gaps(BaseModel):
    """The gaps in the offer at the end of a day."""

    as_of: str = Field(description="business date")
    needs: int = Field(description="open unmet needs in all figures")
    cases: int = Field(description="cases they belong to")
    figures: list[GapFigure]


class WhatIfAnswer(BaseModel):
    """What an offer that does not exist would change."""

    unblocked: list[WouldFit] = Field(description="would get its seats, in the published order")
    waiting: list[WouldFit] = Field(description="would fit, but come after the last seat")
    blocked: list[StillBlocked] = Field(description="open needs of the kind that it would not fit, and why")


class FittingOffer(BaseModel):
    """An offer and how it fits: neither reasons nor anything unclear means yes."""

    offer: OfferItem
    fits: bool
    match: Match


class OffersForWanted(BaseModel):
    """The offers for one thing that is wanted."""

    need_id: UUID | None = Field(description="the unmet need; null when it was only asked for")
    wanted: Wanted
    offers: list[FittingOffer]


class CaseOffers(BaseModel):
    """Offers for a case, by what is wanted."""

    case_id: UUID
    wanted: list[OffersForWanted]


_NOT_THERE = frozenset({"gaps.municipality_unknown"})
_PROPOSED = strict_model(ProposedOffer)
_EXAMPLE = {
    "kind": "language",
    "module": "F4",
    "municipality": "05334004",
    "starts_on": "2026-12-01",
    "capacity": 12,
    "level": "B1",
    "childcare": True,
}


def gap_bodies() -> list[type[BaseModel]]:
    """The models of the bodies, for the description of the API."""
    return [_PROPOSED]


def _problem(refusal: Refusal) -> ProblemError:
    if refusal.rule_id in _NOT_THERE:
        return ProblemError(404, refusal.rule_id, refusal.de, refusal.en)
    return refused(refusal)


def gap_router(engine: Engine, queries: Queries, now: Callable[[], datetime]) -> APIRouter:
    """The routes of gaps and matching."""
    router = APIRouter(responses=documented(404, 409, 422, 500, 503))

    @router.get("/gaps", operation_id="list_gaps", summary="Gaps in the offer", tags=["gaps"])
    async def gaps(
        kind: OfferKind | None = None,
        municipality: Annotated[
            str | None, Query(pattern=r"^[0-9]{8}$", description="AGS, eight digits")
        ] = None,
        reason: NoMatchReason | None = None,
        as_of: AsOf = None,
        open_for_days: Annotated[int, Query(ge=0, le=3660, description="open for at least so long")] = 0,
        wait_for: WaitFor = None,
    ) -> Gaps:
        """Open unmet needs by kind, municipality and reason, with the cases and entries behind each figure."""
        await caught_up(engine, queries, wait_for)
        question = GapQuestion(
            kind=kind, municipality=municipality, ground=reason, as_of=as_of, open_for_days=open_for_days
        )
        found = await find_gaps(engine, question, local_date(now()))
        if isinstance(found, Refusal):
            raise _problem(found)
        return Gaps(
            as_of=found.as_of.isoformat(), needs=found.needs, cases=found.cases, figures=list(found.figures)
        )

    @router.get(
        "/gaps/repetitions",
        operation_id="count_repetitions",
        summary="Hints at repeated measures, counted",
        tags=["gaps"],
    )
    async def repetitions(wait_for: WaitFor = None) -> list[RepetitionCount]:
        """How many cases have a hint, by kind and level, over all municipalities. An internal figure, never by case."""
        await caught_up(engine, queries, wait_for)
        return list(await count_repetitions(engine))

    @router.post(
        "/gaps/what-if",
        operation_id="propose_offer",
        summary="What an offer would change if it existed",
        tags=["gaps"],
        responses=documented(413, 415),
        openapi_extra={
            "requestBody": {
                "required": True,
                "content": {
                    "application/json": {
                        "schema": {"$ref": f"#/components/schemas/{_PROPOSED.__name__}"},
                        "example": _EXAMPLE,
                    }
                },
            }
        },
    )
    async def proposal(request: Request, wait_for: WaitFor = None) -> WhatIfAnswer:
        """Which open needs the offer would meet, within its seats and in its published order. Records nothing."""
        await caught_up(engine, queries, wait_for)
        body: Any = await read_body(request, _PROPOSED)
        found = await propose(engine, ProposedOffer(**domain_fields(body)), local_date(now()))
        if isinstance(found, Refusal):
            raise _problem(found)
        return WhatIfAnswer(
            unblocked=list(found.unblocked), waiting=list(found.waiting), blocked=list(found.blocked)
        )

    @router.get(
        "/cases/{case_id}/offers",
        operation_id="read_case_offers",
        summary="Offers for a case, with the reason for every no",
        tags=["cases"],
    )
    async def case_offers(
        case_id: UUID,
        kind: OfferKind | None = None,
        level: LanguageLevel | None = None,
        wanted_from: Annotated[Day, Query(description="today when left out")] = None,
        childcare: Flag = None,
        wait_for: WaitFor = None,
    ) -> CaseOffers:
        """Offers of the kind that is asked for, else for every open unmet need of the case; fitting ones first."""
        await caught_up(engine, queries, wait_for)
        today = local_date(now())
        asked = asked_for(kind, level, wanted_from, bool(childcare), today)
        if isinstance(asked, Refusal):
            raise _problem(asked)
        found = await offers_for_case(engine, case_id, asked, today)
        if found is None:
            raise unknown_case()
        if isinstance(found, Refusal):
            raise _problem(found)
        wanted = [
            OffersForWanted(
                need_id=one.need_id,
                wanted=one.wanted,
                offers=[
                    FittingOffer(offer=as_item(OfferItem, fit.offer), fits=fit.match.fits, match=fit.match)
                    for fit in one.offers
                ],
            )
            for one in found
        ]
        return CaseOffers(case_id=case_id, wanted=wanted)

    return router
