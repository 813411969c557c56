"""One route for each command a person may give, made from the register of commands; bodies are the commands' fields."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Path, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field

from domain.case import CASE_COMMANDS
from domain.code_titles import in_language
from domain.commands import Command
from domain.corrections import CorrectEntry
from domain.course import RecordSeatOffer, RecordSeatRefused, RecordWaitlisted, RequestSeat
from domain.events import COMMANDS, GRANT_COMMANDS, OFFER_COMMANDS, stored_name
from domain.grant import DecideFlatRates, RecordGrantNotice, ReviseFlatRate
from domain.grant_reminders import ConfirmGrantReminder, GiveUpGrantReminder, WakeGrant
from domain.intake import OpenCase
from domain.offering import AskForSeat, ConfirmSeat, PublishOffer, ReleaseSeat
from domain.ports import KeyUnavailable
from domain.recorded import Recorded
from domain.reminders import ConfirmDelivery, GiveUpDelivery, Wake
from services.api.bodies import MADE_BY_SERVER, domain_fields, example_of, read_body, read_json, strict_model
from services.api.carrying_out import (
    Act,
    Done,
    Draft,
    StreamKind,
    carry_out,
    made_id,
    new_key,
    other_command,
)
from services.api.corrections import ChangeEntry, StrikeEntry, correction_draft, parse_correction
from services.api.identity import Acting
from services.api.language import language_of
from services.api.problems import documented
from services.api.requests import IdempotencyKey, IfMatch, etag, expected_version
from services.bootstrap import Engine
from services.gateway import CommandGateway
from services.seat_notices import seat_notices

NOT_FOR_PEOPLE: Final = frozenset(
    {
        Wake,
        ConfirmDelivery,
        GiveUpDelivery,
        RecordSeatOffer,
        RecordWaitlisted,
        RecordSeatRefused,
        AskForSeat,
        ConfirmSeat,
        ReleaseSeat,
        DecideFlatRates,
        ReviseFlatRate,
        WakeGrant,
        ConfirmGrantReminder,
        GiveUpGrantReminder,
    }
)
"""Commands of the system itself: of the clock, the mail, the seat saga, and what is read from cases."""

_OPENERS: Final = {
    OpenCase: StreamKind.CASE,
    PublishOffer: StreamKind.OFFER,
    RecordGrantNotice: StreamKind.GRANT,
}
_PROBLEMS: Final = documented(404, 409, 412, 413, 415, 422, 500, 503)


class CommandAnswer(BaseModel):
    """What came of a command."""

    id: UUID = Field(description="id of the case, offer or grant")
    command_id: UUID = Field(description="the Idempotency-Key under which the command is recorded")
    position: int = Field(description="position in the log from which reads show the effect (wait_for)")
    version: int = Field(description="version of the stream afterwards (If-Match)")
    events: list[str] = Field(description="names of the events; empty when everything was so already")
    repeated: bool = Field(description="whether the command had been carried out before")
    notices: list[str] = Field(
        default=[], description="what to think about, in the reader's language; nothing was refused for it"
    )
    made: dict[str, UUID] = Field(description="ids that came into being with the command, by field name")


def command_bodies(engine: Engine) -> list[type[BaseModel]]:
    """The models of all command bodies, for the description of the API."""
    return [_body(cls, _paths(engine)) for cls in COMMANDS.values() if _for_people(cls)]


def _body(cls: type[Command], paths: tuple[str, ...]) -> type[BaseModel]:
    return strict_model(cls, paths=paths if cls is OpenCase else ())


def _for_people(cls: type[Command]) -> bool:
    return cls not in NOT_FOR_PEOPLE and cls is not CorrectEntry


def _paths(engine: Engine) -> tuple[str, ...]:
    return tuple(sorted({path_id for path_id, _ in engine.rule_book.paths}))


def command_router(engine: Engine, gateway: CommandGateway, now: Callable[[], datetime]) -> APIRouter:
    """The routes of all commands."""
    router = APIRouter()
    routes = _Routes(router, engine, gateway, now, _paths(engine))
    for cls in filter(_for_people, COMMANDS.values()):
        if cls in _OPENERS:
            routes.add_opener(cls, _OPENERS[cls])
        else:
            routes.add(cls, _kind(cls))
    routes.add_corrections()
    return router


def _kind(cls: type[Command]) -> StreamKind:
    if cls in CASE_COMMANDS:
        return StreamKind.CASE
    if cls in OFFER_COMMANDS:
        return StreamKind.OFFER
    assert cls in GRANT_COMMANDS  # noqa: S101 # there are three kinds of stream
    return StreamKind.GRANT


@dataclasses.dataclass(frozen=True)
class _Routes:
    router: APIRouter
    engine: Engine
    gateway: CommandGateway
    now: Callable[[], datetime]
    paths: tuple[str, ...]

    def add_opener(self, cls: type[Command], kind: StreamKind) -> None:
        """POST /cases, /offers, /grants: the server makes the id, the same for the same key."""
        model = _body(cls, self.paths)

        async def endpoint(request: Request, acting: Acting, key: IdempotencyKey = None) -> Response:
            body = await read_body(request, model)
            command_id = key or new_key()
            stream_id = made_id(command_id, f"{acting.organisation}/{kind.value}")
            act = Act(
                kind=kind,
                stream_id=stream_id,
                draft=_draft(cls, body),
                key=command_id if key else None,
                command_id=command_id,
                if_version=None,
                actor=acting,
            )
            try:
                done = await carry_out(act, self.engine, self.gateway, self.now)
            except KeyUnavailable:
                # The case has a key already, of another participant: this idempotency key was used before.
                if key is not None and (await self.engine.keys.get_many((stream_id,))).get(stream_id):
                    raise other_command() from None
                raise
            status = 200 if done.outcome.repeated else 201
            return _answer(stream_id, done, status, location=f"/api/v1/{kind.value}s/{stream_id}")

        self._register(f"/{kind.value}s", endpoint, cls, model, kind, created=True)

    def add(self, cls: type[Command], kind: StreamKind) -> None:
        """POST /cases/{case_id}/record-contact and the like."""
        model = _body(cls, self.paths)

        async def endpoint(
            request: Request,
            acting: Acting,
            stream_id: UUID,
            key: IdempotencyKey = None,
            if_match: IfMatch = None,
        ) -> Response:
            body = await read_body(request, model)
            act = Act(
                kind=kind,
                stream_id=stream_id,
                draft=_draft(cls, body),
                key=key,
                command_id=key or new_key(),
                if_version=expected_version(if_match),
                actor=acting,
            )
            done = await carry_out(act, self.engine, self.gateway, self.now)
            return _answer(stream_id, done, 200, notices=await self._notices(request, stream_id, done))

        # Here and not in the signature: annotations are read as text, where ``kind`` is not known.
        endpoint.__annotations__["stream_id"] = Annotated[UUID, Path(alias=f"{kind.value}_id")]
        name = stored_name(cls).replace("_", "-")
        self._register(f"/{kind.value}s/{{{kind.value}_id}}/{name}", endpoint, cls, model, kind)

    async def _notices(self, request: Request, case_id: UUID, done: Done) -> list[str]:
        if not isinstance(done.command, RequestSeat):
            return []
        language = language_of(request.headers).value
        notices = await seat_notices(self.engine, case_id, done.command.offer_id)
        return [in_language(notice, language) for notice in notices]

    def add_corrections(self) -> None:
        """POST /cases/{case_id}/corrections."""

        async def correct_entry(
            request: Request,
            acting: Acting,
            case_id: UUID,
            key: IdempotencyKey = None,
            if_match: IfMatch = None,
        ) -> Response:
            correction = parse_correction(await read_json(request))
            act = Act(
                kind=StreamKind.CASE,
                stream_id=case_id,
                draft=correction_draft(correction, self.engine, self.now),
                needs_history=True,
                key=key,
                command_id=key or new_key(),
                if_version=expected_version(if_match),
                actor=acting,
            )
            return _answer(case_id, await carry_out(act, self.engine, self.gateway, self.now), 200)

        self.router.add_api_route(
            "/cases/{case_id}/corrections",
            correct_entry,
            methods=["POST"],
            operation_id="correct_entry",
            summary="Correct an earlier entry, or strike it out",
            description="Name the entry by its version and either `changes` (new values of some of its fields) or "
            "`strike: true`. The old value stays in the log: a reader who asks what was known before still sees it. "
            "Ids and what the system computes are not changed by hand.",
            tags=["cases: commands"],
            responses={200: _answered("The entry counts as corrected"), **_PROBLEMS},
            openapi_extra=_body_schema(
                [ChangeEntry.__name__, StrikeEntry.__name__],
                {"version": 3, "changes": {"minutes": 45}, "reason": "Zahlendreher"},
            ),
        )

    def _register(
        self,
        path: str,
        endpoint: Any,
        cls: type[Command],
        model: type[BaseModel],
        kind: StreamKind,
        *,
        created: bool = False,
    ) -> None:
        text = cls.__doc__ or stored_name(cls)
        answers: dict[int | str, dict[str, Any]] = {200: _answered("Done (or it was so already)")}
        if created:
            answers = {
                200: _answered("The same request had been carried out before"),
                201: _answered("Recorded"),
            }
        self.router.add_api_route(
            path,
            endpoint,
            methods=["POST"],
            operation_id=stored_name(cls),
            summary=text.strip().splitlines()[0].split(". ")[0].rstrip("."),
            description=text.replace("``", "`"),
            tags=[f"{kind.value}s: commands"],
            status_code=201 if created else 200,
            responses={**answers, **_PROBLEMS},
            openapi_extra=_body_schema([model.__name__], example_of(model)),
        )


def _draft(cls: type[Command], body: BaseModel) -> Draft:
    given = domain_fields(body)
    makes = MADE_BY_SERVER.get(cls.__name__)

    def draft(_: Sequence[Recorded[Any]], today: date, command_id: UUID) -> Any:
        values = {"occurred_on": today, **given}
        if makes is not None and makes not in given:
            values[makes] = made_id(command_id, makes)
        return cls(**values)

    return draft


def _answer(
    stream_id: UUID, done: Done, status: int, location: str | None = None, notices: Sequence[str] = ()
) -> Response:
    outcome, command = done.outcome, done.command
    makes = MADE_BY_SERVER.get(type(command).__name__)
    answer = CommandAnswer(
        id=stream_id,
        command_id=done.command_id,
        position=outcome.position,
        version=outcome.version,
        events=list(outcome.events),
        repeated=outcome.repeated,
        notices=list(notices),
        made={} if makes is None else {makes: getattr(command, makes)},
    )
    headers = {
        "ETag": etag(outcome.version),
        "Position": str(outcome.position),
        "Idempotency-Key": str(done.command_id),
    }
    if location is not None:
        headers["Location"] = location
    return JSONResponse(answer.model_dump(mode="json"), status_code=status, headers=headers)


def _answered(description: str) -> dict[str, Any]:
    headers = {
        "ETag": "version of the stream",
        "Position": "position in the log from which reads show the effect",
        "Idempotency-Key": "under which the command is recorded",
    }
    return {
        "description": description,
        "model": CommandAnswer,
        "headers": {
            name: {"description": text, "schema": {"type": "string"}} for name, text in headers.items()
        },
    }


def _body_schema(models: list[str], example: dict[str, Any]) -> dict[str, Any]:
    refs = [{"$ref": f"#/components/schemas/{name}"} for name in models]
    schema = refs[0] if len(refs) == 1 else {"oneOf": refs}
    return {
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": schema, "example": example}},
        }
    }
