"""Whether a case fits the programme, by the rules; and what a change of status or Rechtskreis would mean."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from domain.change_preview import DateChange, LineChange, OfferChange, PreviewedCommand, SeatChange, ToTell
from domain.changes import ChangeLegalRegime, ChangeResidenceStatus
from domain.decision import local_date
from domain.person import Residence
from domain.refusals import Refusal
from domain.values import LegalRegime
from services.api.bodies import SaneDate, StrictModel, domain_fields, read_json, strict_model, validated
from services.api.cases import unknown_case
from services.api.problems import documented, refused
from services.api.requests import AsOf, KnownAt, etag
from services.bootstrap import Engine
from services.case_eligibility import (
    ShownAnswerChange,
    ShownJudgement,
    ShownPreview,
    case_eligibility,
    change_preview,
)

if TYPE_CHECKING:
    ResidenceInput = Any
else:
    ResidenceInput = strict_model(Residence, "Input")


class Eligibility(BaseModel):
    """The answers of the rules on a day. They propose; a person decides."""

    case_id: UUID
    version: int
    position: int
    on: date
    judgements: list[ShownJudgement]


FromDay = Annotated[
    SaneDate | None, Field(description="From this day on, which may lie ahead; today when left out.")
]


class PreviewStatus(StrictModel):
    """Another residence status."""

    residence: ResidenceInput
    occurred_on: FromDay = None


class PreviewRegime(StrictModel):
    """Another Rechtskreis."""

    legal_regime: LegalRegime
    occurred_on: FromDay = None


PREVIEW_BODIES: list[type[BaseModel]] = [PreviewStatus, PreviewRegime]


class PreviewBody(BaseModel):
    """What the change would mean. Nothing has been recorded."""

    case_id: UUID
    on: date
    events: list[str] = Field(description="names of what would be recorded; empty when it is so already")
    answers: list[ShownAnswerChange]
    seats: list[SeatChange]
    offers: list[OfferChange]
    dates: list[DateChange]
    to_tell: list[ToTell]
    lines: list[LineChange] = Field(description="lines of the statistics the person leaves and enters")


_BODY_SCHEMA = {"anyOf": [{"$ref": f"#/components/schemas/{model.__name__}"} for model in PREVIEW_BODIES]}


def eligibility_router(engine: Engine, now: Callable[[], datetime]) -> APIRouter:
    """The routes on eligibility: read from the log itself, and written nowhere."""
    router = APIRouter(tags=["cases"], responses=documented(404, 409, 413, 415, 422, 500, 503))

    @router.get(
        "/cases/{case_id}/eligibility",
        operation_id="read_case_eligibility",
        summary="What the rules say on each Förderbaustein, and why",
    )
    async def eligibility(
        response: Response, case_id: UUID, as_of: AsOf = None, known_at: KnownAt = None
    ) -> Eligibility:
        """Rule by rule: yes, no or unknown, the fact and the entry behind it, and the day or event that would turn it."""
        seen = await case_eligibility(engine, case_id, now(), as_of=as_of, known_at=known_at)
        if seen is None:
            raise unknown_case()
        response.headers["ETag"] = etag(seen.version)
        return Eligibility(
            case_id=case_id,
            version=seen.version,
            position=seen.position,
            on=seen.on,
            judgements=list(seen.judgements),
        )

    @router.post(
        "/cases/{case_id}/preview",
        operation_id="preview_case_change",
        summary="What another status or Rechtskreis would mean",
        openapi_extra={
            "requestBody": {
                "required": True,
                "content": {"application/json": {"schema": _BODY_SCHEMA}},
            }
        },
    )
    async def preview(request: Request, case_id: UUID) -> PreviewBody:
        """Answers, seats, offers, dates, whom to tell and lines of the statistics that change. Nothing is stored."""
        command = _command(await read_json(request), local_date(now()))
        seen = await change_preview(engine, case_id, command, now())
        if isinstance(seen, Refusal):
            raise unknown_case() if seen.rule_id == "case.unknown" else refused(seen)
        return _preview_body(case_id, seen)

    return router


def _command(body: bytes, today: date) -> PreviewedCommand:
    """The command of the body, which names one change. Raises ProblemError 422."""
    try:
        sent = json.loads(body)
    except ValueError:
        sent = None
    if isinstance(sent, dict) and "legal_regime" in sent:
        change = validated(body, PreviewRegime)
        return ChangeLegalRegime(occurred_on=change.occurred_on or today, regime=change.legal_regime)
    status = validated(body, PreviewStatus)
    residence = domain_fields(status)["residence"]
    return ChangeResidenceStatus(occurred_on=status.occurred_on or today, residence=residence)


def _preview_body(case_id: UUID, seen: ShownPreview) -> PreviewBody:
    return PreviewBody(
        case_id=case_id,
        on=seen.on,
        events=list(seen.events),
        answers=list(seen.answers),
        seats=list(seen.seats),
        offers=list(seen.offers),
        dates=list(seen.dates),
        to_tell=list(seen.to_tell),
        lines=list(seen.lines),
    )
