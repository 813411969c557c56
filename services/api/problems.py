"""What is answered when something cannot be answered: one JSON form for every error (RFC 9457), in the reader's language.

A problem never repeats what was sent: neither values nor the names of unknown fields, for both may be personal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.routing import compile_path

from adapters.event_codec import TamperedEvent
from domain.command_handling import TooManyConflicts
from domain.ports import KeyUnavailable, StoreUnavailable, UnknownEvent
from domain.refusals import Refusal
from services.api.language import Language, language_of
from services.api.validation import FieldProblem, field_problems
from services.gateway import CommandFault, TemporalUnavailable

PROBLEM_JSON: Final = "application/problem+json"
TYPE_PREFIX: Final = "urn:teilhabe:rule:"
RETRY_AFTER_SECONDS: Final = 2

_UNKNOWN_STREAM = frozenset({"case.unknown", "offer.unknown", "grant.unknown"})

_TITLES: Final[Mapping[int, tuple[str, str]]] = {
    400: ("Anfrage nicht lesbar", "Request cannot be read"),
    401: ("Nicht angemeldet", "Not signed in"),
    404: ("Nicht gefunden", "Not found"),
    405: ("Methode nicht möglich", "Method not possible"),
    409: ("Abgelehnt", "Refused"),
    412: ("Inzwischen geändert", "Changed in the meantime"),
    413: ("Zu groß", "Too large"),
    415: ("Falsches Format", "Wrong format"),
    422: ("Eingabe nicht gültig", "Input not valid"),
    500: ("Unerwarteter Fehler", "Unexpected error"),
    503: ("Zurzeit nicht möglich", "Not possible now"),
}


class FieldError(BaseModel):
    """One field that is not valid."""

    pointer: str = Field(description="JSON pointer into the body (RFC 6901), or the name of a parameter")
    rule_id: str = Field(description="stable name of what is wrong")
    detail: str = Field(description="what is wrong, in the reader's language")


class Problem(BaseModel):
    """An error after RFC 9457."""

    type: str = Field(description="URI of the rule", examples=["urn:teilhabe:rule:case.closed"])
    title: str = Field(description="kind of error, in the reader's language")
    status: int = Field(description="HTTP status", examples=[409])
    detail: str = Field(description="what is the matter and what to do, in the reader's language")
    rule_id: str = Field(description="stable name of the rule", examples=["case.closed"])
    errors: list[FieldError] | None = Field(
        default=None, description="the single fields, when the input is not valid"
    )


@dataclass(eq=False)
class ProblemError(Exception):
    """Raised anywhere below a route; answered as a problem."""

    status: int
    rule_id: str
    de: str
    en: str
    headers: Mapping[str, str] | None = None
    errors: Sequence[FieldProblem] = ()

    def __str__(self) -> str:
        return f"{self.status} {self.rule_id}"


def refused(refusal: Refusal) -> ProblemError:
    """The problem for a refusal: 404 for a stream that is not there, 412 for a stale If-Match, else 409."""
    if refusal.rule_id in _UNKNOWN_STREAM:
        status = HTTPStatus.NOT_FOUND
    elif refusal.rule_id == "stream.changed":
        status = HTTPStatus.PRECONDITION_FAILED
    else:
        status = HTTPStatus.CONFLICT
    return ProblemError(int(status), refusal.rule_id, refusal.de, refusal.en)


def not_found(kind: str, de: str, en: str) -> ProblemError:
    """404 for something that is not there."""
    return ProblemError(404, f"{kind}.unknown", de, en)


def invalid(*errors: FieldProblem) -> ProblemError:
    """422 for input that is malformed."""
    return ProblemError(
        422,
        "input.invalid",
        "Die Eingabe ist nicht gültig; die einzelnen Felder stehen unter errors.",
        "The input is not valid; the single fields are listed under errors.",
        errors=errors,
    )


def problem_response(error: ProblemError, language: Language) -> Response:
    """``error`` as an HTTP answer."""
    english = language is Language.EN
    title = _TITLES.get(error.status, (HTTPStatus(error.status).phrase,) * 2)
    problem = Problem(
        type=TYPE_PREFIX + error.rule_id,
        title=title[english],
        status=error.status,
        detail=error.en if english else error.de,
        rule_id=error.rule_id,
        errors=[
            FieldError(pointer=e.pointer, rule_id=e.rule_id, detail=e.en if english else e.de)
            for e in error.errors
        ]
        or None,
    )
    return JSONResponse(
        problem.model_dump(exclude_none=True),
        status_code=error.status,
        headers={"Content-Language": language.value, **(error.headers or {})},
        media_type=PROBLEM_JSON,
    )


def unexpected() -> ProblemError:
    """500: a defect of ours. What happened is in the log, without texts."""
    return ProblemError(
        500,
        "server.unexpected",
        "Unerwarteter Fehler; es wurde nichts halb erledigt. Bitte später noch einmal versuchen.",
        "Unexpected error; nothing was left half done. Please try again later.",
    )


def translated(error: Exception) -> ProblemError | None:
    """The problem for what the parts below raise, None for what nobody foresaw."""
    retry = {"Retry-After": str(RETRY_AFTER_SECONDS)}
    match error:
        case ProblemError():
            return error
        case StoreUnavailable():
            return ProblemError(
                503,
                "store.unavailable",
                "Die Datenbank ist zurzeit nicht erreichbar. Bitte mit demselben Idempotency-Key wiederholen.",
                "The database cannot be reached now. Please repeat with the same Idempotency-Key.",
                retry,
            )
        case TemporalUnavailable():
            return ProblemError(
                503,
                "workflows.unavailable",
                "Der Ablaufdienst ist zurzeit nicht erreichbar. Bitte mit demselben Idempotency-Key wiederholen.",
                "The workflow service cannot be reached now. Please repeat with the same Idempotency-Key.",
                retry,
            )
        case KeyUnavailable() | CommandFault(kind="KeyUnavailable"):
            return ProblemError(
                503,
                "keys.unavailable",
                "Der Schlüssel dieser Person fehlt oder ist gelöscht; es wurde nichts gelesen und nichts geschrieben.",
                "The key of this person is missing or destroyed; nothing was read and nothing was written.",
                retry,
            )
        case TooManyConflicts():
            return ProblemError(
                409,
                "stream.busy",
                "Andere schreiben gerade; es wurde nichts erfasst. Bitte wiederholen.",
                "Others are writing right now; nothing was recorded. Please repeat.",
                {"Retry-After": "1"},
            )
        case UnknownEvent() | TamperedEvent() | CommandFault(kind="UnknownEvent" | "TamperedEvent"):
            return ProblemError(
                500,
                "log.unreadable",
                "Das Protokoll enthält einen Eintrag, den dieses Programm nicht lesen kann. Bitte die Betreuung rufen.",
                "The log holds an entry that this program cannot read. Please call the operator.",
            )
        case CommandFault():
            return ProblemError(
                500,
                "command.undecidable",
                "Der Vorgang konnte nicht entschieden werden; es wurde nichts erfasst. Bitte die Betreuung rufen.",
                "The act could not be decided; nothing was recorded. Please call the operator.",
            )
        case _:
            return None


_HTTP: Final[Mapping[int, tuple[str, str, str]]] = {
    400: ("request.unreadable", "Die Anfrage ist nicht lesbar.", "The request cannot be read."),
    404: ("route.unknown", "Diese Adresse gibt es nicht.", "There is no such address."),
    405: ("method.unknown", "Diese Methode gibt es hier nicht.", "There is no such method here."),
}


def install_problem_handlers(app: FastAPI) -> None:
    """Answer every foreseen exception as a problem. The unforeseen ones are answered by AccessLine."""

    async def foreseen(request: Request, error: Exception) -> Response:
        problem = translated(error)
        return problem_response(problem or unexpected(), language_of(request.headers))

    async def http(request: Request, error: Exception) -> Response:
        if not isinstance(error, HTTPException):
            return await foreseen(request, error)
        rule_id, de, en = _HTTP.get(error.status_code, ("request.failed", "Nicht möglich.", "Not possible."))
        headers = {"Allow": _allowed(request)} if error.status_code == 405 else error.headers
        problem = ProblemError(error.status_code, rule_id, de, en, headers)
        return problem_response(problem, language_of(request.headers))

    async def malformed(request: Request, error: Exception) -> Response:
        errors = error.errors() if isinstance(error, RequestValidationError) else []
        return problem_response(invalid(*field_problems(errors, None)), language_of(request.headers))

    for kind in (
        ProblemError,
        StoreUnavailable,
        TemporalUnavailable,
        KeyUnavailable,
        TooManyConflicts,
        UnknownEvent,
        TamperedEvent,
        CommandFault,
    ):
        app.add_exception_handler(kind, foreseen)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(RequestValidationError, malformed)


def _allowed(request: Request) -> str:
    """All methods of the address; the router itself only knows those of the first route that fits."""
    app: FastAPI = request.app
    methods = {
        method.upper()
        for template, operations in app.openapi()["paths"].items()
        if compile_path(template)[0].match(request.url.path)
        for method in operations
    }
    return ", ".join(sorted(methods))


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The problems a route may answer, for OpenAPI."""
    return {
        status: {
            "description": HTTPStatus(status).phrase,
            "content": {PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status in sorted({401, *statuses})
    }
