"""Reading offers and grants: each from its own stream."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Response

from domain import grant as grants
from domain import offering as offers
from domain.grant import GrantNoticeReceived
from domain.offering import OfferPublished
from services.api.problems import documented, not_found
from services.api.requests import etag
from services.api.schemas import GrantBody, OfferBody, grant_body, offer_body
from services.bootstrap import Engine


def offer_router(engine: Engine) -> APIRouter:
    """The routes that read one offer or one grant."""
    router = APIRouter(responses=documented(404, 422, 500, 503))

    @router.get(
        "/offers/{offer_id}", operation_id="read_offer", summary="An offer with its seats", tags=["offers"]
    )
    async def offer(response: Response, offer_id: UUID) -> OfferBody:
        """The offer now: seats held and taken, and the waiting list in its published order."""
        history = await engine.store.load(offer_id, personal=False)
        state = offers.fold(history) if history and isinstance(history[0].event, OfferPublished) else None
        if state is None:
            raise not_found("offer", "Dieses Angebot gibt es nicht.", "There is no such offer.")
        response.headers["ETag"] = etag(history[-1].version)
        return offer_body(offer_id, state)

    @router.get(
        "/grants/{grant_id}", operation_id="read_grant", summary="A grant and its use", tags=["grants"]
    )
    async def grant(response: Response, grant_id: UUID) -> GrantBody:
        """The financing plan now, what was spent on each line and what was drawn, in cents."""
        history = await engine.store.load(grant_id, personal=False)
        known = bool(history) and isinstance(history[0].event, GrantNoticeReceived)
        state = grants.fold(history) if known else None
        if state is None:
            raise not_found(
                "grant", "Diesen Zuwendungsbescheid gibt es nicht.", "There is no such grant notice."
            )
        response.headers["ETag"] = etag(history[-1].version)
        return grant_body(grant_id, state)

    return router
