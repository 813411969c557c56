"""Grants beyond their commands: the dates of a grant, its flat rates, and deciding one of them from its case."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field

from domain.code_titles import in_language
from domain.command_handling import CommandContext
from domain.decision import local_date
from domain.flat_rate import CourseEarning, FlatRate, course_earnings
from domain.grant import GrantState
from domain.refusals import Refusal
from services.api.bodies import MOST_CHARACTERS, NO_NUL, SaneDate, StrictModel, read_body
from services.api.carrying_out import new_key
from services.api.commands import CommandAnswer
from services.api.identity import Acting, Actor
from services.api.language import language_of
from services.api.problems import ProblemError, documented, not_found, refused
from services.api.requests import IdempotencyKey, IfMatch, etag, expected_version
from services.api.schemas import AgendaEntry
from services.bootstrap import Engine
from services.flat_rates import UNTIL_IN_THE_FUTURE, flat_rate_command, grant_state
from services.gateway import CommandGateway
from services.grant_dates import GrantDates, dates_of_all_grants, grant_dates, why_of_grant

AskedAboutGrant = Annotated[
    str,
    Query(
        pattern=r"^[^\x00]{1,400}$",
        description="id of a reminder, of a date, or of a rule, as the agenda gives it",
    ),
]


class GrantAgenda(BaseModel):
    """The dates of a grant, soonest first."""

    grant_id: UUID
    reference: str = Field(description="of the first notice")
    wakes_at: datetime | None = Field(description="when its next reminder goes out; null when none is ahead")
    entries: list[AgendaEntry]


class GrantExplanation(BaseModel):
    """Why a reminder of a grant fired or did not."""

    grant_id: UUID
    of: str
    lines: list[str] = Field(description="the direct answer first, in the reader's language")


class FlatRates(BaseModel):
    """What was decided about flat rates, and what the courses have earned by it."""

    grant_id: UUID
    version: int
    decided: list[FlatRate]
    earnings: list[CourseEarning] = Field(
        description="a unit of a course counts once; amount_cents null: a rate is not known, and that is not 0"
    )


class DecideFlatRate(StrictModel):
    """Decide the flat rate of one participation from its entry and its attendance up to ``until``."""

    case_id: UUID
    participation_id: UUID
    until: SaneDate | None = None


class RedecideFlatRate(DecideFlatRate):
    """Decide it again, because the case or a rate is not what was decided on."""

    reason: Annotated[str, Field(max_length=MOST_CHARACTERS, pattern=NO_NUL)]


FLAT_RATE_BODIES: Final[list[type[BaseModel]]] = [DecideFlatRate, RedecideFlatRate]


def grant_router(engine: Engine, gateway: CommandGateway, now: Callable[[], datetime]) -> APIRouter:
    """The routes of one grant that are no plain commands."""
    router = APIRouter(responses=documented(404, 422, 500, 503))

    @router.get(
        "/grants/{grant_id}/agenda",
        operation_id="read_grant_agenda",
        summary="The dates of a grant",
        tags=["grants"],
    )
    async def dates(grant_id: UUID) -> GrantAgenda:
        """Statements, repayment, proofs of providers, drawn money to be spent: each with rule, calculation line and
        reminders, sent and planned. `status` and `wakes_at` are those of this moment."""
        found = await grant_dates(engine, grant_id, now())
        if found is None:
            raise _unknown()
        return _agenda(found)

    @router.get(
        "/grants/{grant_id}/agenda/why",
        operation_id="explain_grant_agenda",
        summary="Why a reminder of a grant fired or did not",
        tags=["grants"],
        responses=documented(409),
    )
    async def explanation(request: Request, grant_id: UUID, of: AskedAboutGrant) -> GrantExplanation:
        """The answer in sentences, the direct one first.

        `of` is the id of a reminder, of a date, or of a rule; of dates that are gone too. 409 when no rule of grants is
        called so.
        """
        found = await why_of_grant(engine, grant_id, of, now())
        if found is None:
            raise _unknown()
        if isinstance(found, Refusal):
            raise refused(found)
        language = language_of(request.headers).value
        return GrantExplanation(
            grant_id=grant_id, of=of, lines=[in_language(line, language) for line in found]
        )

    @router.get(
        "/grant-agenda", operation_id="list_grant_agenda", summary="Dates of all grants", tags=["grants"]
    )
    async def all_dates() -> list[GrantAgenda]:
        """What `/agenda` is for cases, for grants: by reference of the notice, each with the morning it wakes on."""
        return [_agenda(found) for found in await dates_of_all_grants(engine, now())]

    @router.get(
        "/grants/{grant_id}/flat-rates",
        operation_id="read_flat_rates",
        summary="Flat rates decided",
        tags=["grants"],
    )
    async def flat_rates(response: Response, grant_id: UUID) -> FlatRates:
        """Every participation that was decided on, and the earnings of the courses."""
        grant = await _known(engine, grant_id)
        response.headers["ETag"] = etag(grant.version)
        return FlatRates(
            grant_id=grant_id,
            version=grant.version,
            decided=list(grant.flat_rates.values()),
            earnings=list(course_earnings(grant.flat_rates.values())),
        )

    async def carried_out(
        grant_id: UUID, asked: DecideFlatRate, key: UUID | None, if_match: str | None, actor: Actor
    ) -> Response:
        today = local_date(now())
        command = await flat_rate_command(
            engine,
            asked.case_id,
            asked.participation_id,
            occurred_on=today,
            until=_not_after(asked.until, today),
            revise_because=asked.reason if isinstance(asked, RedecideFlatRate) else None,
        )
        if isinstance(command, Refusal):
            raise ProblemError(404, command.rule_id, command.de, command.en)
        command_id = key or new_key()
        answer = await gateway.grant(
            grant_id,
            command,
            CommandContext(
                command_id=command_id,
                actor=actor.staff_id,
                organisation=actor.organisation,
                if_version=expected_version(if_match),
            ),
        )
        if isinstance(answer, Refusal):
            raise refused(answer)
        body = CommandAnswer(
            id=grant_id,
            command_id=command_id,
            position=answer.position,
            version=answer.version,
            events=list(answer.events),
            repeated=answer.repeated,
            made={},
        )
        headers = {
            "ETag": etag(answer.version),
            "Position": str(answer.position),
            "Idempotency-Key": str(command_id),
        }
        return JSONResponse(body.model_dump(mode="json"), headers=headers)

    @router.post(
        "/grants/{grant_id}/decide-flat-rate",
        operation_id="decide_flat_rate_of_participation",
        summary="Decide the flat rate of a participation",
        tags=["grants: commands"],
        responses=_ANSWERS,
        openapi_extra=_body(DecideFlatRate),
    )
    async def decide_flat_rate(
        request: Request, acting: Acting, grant_id: UUID, key: IdempotencyKey = None, if_match: IfMatch = None
    ) -> Response:
        """Entry and attendance are read from the case; what was decided before stands, and only what is new is added.

        409 `flat_rate.differs_from_decision` when the case is not what was decided on any more.
        """
        asked = await read_body(request, DecideFlatRate)
        return await carried_out(grant_id, asked, key, if_match, acting)

    @router.post(
        "/grants/{grant_id}/revise-flat-rate",
        operation_id="revise_flat_rate_of_participation",
        summary="Decide the flat rate of a participation again",
        tags=["grants: commands"],
        responses=_ANSWERS,
        openapi_extra=_body(RedecideFlatRate),
    )
    async def revise_flat_rate(
        request: Request, acting: Acting, grant_id: UUID, key: IdempotencyKey = None, if_match: IfMatch = None
    ) -> Response:
        """The new decision stands for all that was decided before; without a difference nothing is recorded."""
        asked = await read_body(request, RedecideFlatRate)
        return await carried_out(grant_id, asked, key, if_match, acting)

    return router


_ANSWERS: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "Done (or it was so already)", "model": CommandAnswer},
    **documented(404, 409, 412, 413, 415, 422, 500, 503),
}


def _not_after(until: date | None, today: date) -> date:
    if until is not None and until > today:
        raise refused(UNTIL_IN_THE_FUTURE)
    return until or today


def _body(model: type[BaseModel]) -> dict[str, Any]:
    schema = {"$ref": f"#/components/schemas/{model.__name__}"}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


async def _known(engine: Engine, grant_id: UUID) -> GrantState:
    grant = await grant_state(engine, grant_id)
    if grant is None:
        raise _unknown()
    return grant


def _unknown() -> ProblemError:
    return not_found("grant", "Diesen Zuwendungsbescheid gibt es nicht.", "There is no such grant notice.")


def _agenda(found: GrantDates) -> GrantAgenda:
    return GrantAgenda(
        grant_id=found.grant_id,
        reference=found.reference,
        wakes_at=found.wakes_at,
        entries=[
            AgendaEntry(**{name: getattr(one, name) for name in AgendaEntry.model_fields})
            for one in found.dates
        ],
    )
