"""Headers and query parameters that several routes share: idempotency key, If-Match, both clocks, pages, wait_for."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Header, Query, Request
from pydantic import BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from services.api.bodies import DATE_PATTERN
from services.api.problems import ProblemError, invalid
from services.api.validation import field_problem

LAST_POSITION: Final = 2**53
_INSTANT_PATTERN: Final = (
    r"^(19[7-9][0-9]|20[0-9]{2})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
    r"T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,6})?(Z|[+-](0[0-9]|1[0-4]):[0-5][0-9])$"
)
_POSITION_PATTERN: Final = r"^[0-9]{1,15}$"


def _day(value: Any) -> date:
    try:
        if isinstance(value, str) and re.fullmatch(DATE_PATTERN, value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise PydanticCustomError("date_parsing", "not a date")


def _instant_or_position(value: Any) -> datetime | int:
    try:
        if isinstance(value, str) and re.fullmatch(_POSITION_PATTERN, value, re.ASCII):
            return int(value)
        if isinstance(value, str) and re.fullmatch(_INSTANT_PATTERN, value, re.ASCII):
            return datetime.fromisoformat(value).astimezone(UTC)
    except ValueError:
        pass
    raise PydanticCustomError("instant", "neither instant nor position")


def _whole(value: Any) -> int:
    if isinstance(value, str) and re.fullmatch(_POSITION_PATTERN, value, re.ASCII):
        return int(value)
    raise PydanticCustomError("int_parsing", "not a position")


def _flag(value: Any) -> bool:
    if value in ("true", "false"):
        return bool(value == "true")
    raise PydanticCustomError("bool_type", "neither true nor false")


_POSITION_SCHEMA: Final = {"type": "integer", "minimum": 0, "maximum": 10**15 - 1}

AsOf = Annotated[
    date | None,
    BeforeValidator(lambda value: None if value is None else _day(value)),
    WithJsonSchema({"type": "string", "format": "date", "pattern": DATE_PATTERN}),
    Query(description="Business date: only what had happened by the end of this day."),
]
KnownAt = Annotated[
    datetime | int | None,
    BeforeValidator(lambda value: None if value is None else _instant_or_position(value)),
    WithJsonSchema(
        {
            "anyOf": [
                _POSITION_SCHEMA,
                {"type": "string", "format": "date-time", "pattern": _INSTANT_PATTERN},
            ]
        }
    ),
    Query(
        description="Only what was recorded by this instant (with time zone) or up to this position of the log."
    ),
]
WaitFor = Annotated[
    int | None,
    BeforeValidator(lambda value: None if value is None else _whole(value)),
    WithJsonSchema(_POSITION_SCHEMA),
    Query(
        description="Answer only when the read tables have reached this position (as a command returned it); "
        "503 when that takes longer than a few seconds."
    ),
]
Day = Annotated[
    date | None,
    BeforeValidator(lambda value: None if value is None else _day(value)),
    WithJsonSchema({"type": "string", "format": "date", "pattern": DATE_PATTERN}),
]
Flag = Annotated[
    bool | None,
    BeforeValidator(lambda value: None if value is None else _flag(value)),
    WithJsonSchema({"type": "boolean"}),
]
FromPosition = Annotated[
    int,
    BeforeValidator(lambda value: value if value == 1 else _whole(value)),
    WithJsonSchema({**_POSITION_SCHEMA, "minimum": 0, "default": 1}),
    Query(alias="from", description="First position to export."),
]
IdempotencyKey = Annotated[
    UUID | None,
    Header(
        alias="Idempotency-Key",
        description="UUID of this act. Repeating it returns the recorded outcome and does nothing twice. "
        "Made by the server when left out, and returned.",
    ),
]
IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        description='Version of the stream the decision was made on, as ETag gave it: "12". 412 when it moved on.',
    ),
]


def etag(version: int) -> str:
    """The entity tag of a stream version."""
    return f'"{version}"'


def expected_version(if_match: str | None) -> int | None:
    """The version that ``If-Match`` asks for; None when there is none or ``*``. 412 when no version can match.

    >>> expected_version('"12"'), expected_version("*"), expected_version(None)
    (12, None, None)
    """
    if if_match is None or if_match.strip() == "*":
        return None
    match = re.fullmatch(r'"([0-9]{1,15})"', if_match.strip(), re.ASCII)
    if match is None:
        raise ProblemError(
            412,
            "stream.changed",
            'If-Match nennt keine Version dieses Stroms; erwartet wird genau eine, wie "12".',
            'If-Match names no version of this stream; exactly one is expected, such as "12".',
        )
    return int(match[1])


def refuse_unknown_parameters(request: Request) -> None:
    """422 for a query parameter that the route does not know: a misspelt filter would give a longer list."""
    known = {field.alias for field in request.scope["route"].dependant.query_params}
    if request.query_params.keys() - known:
        raise invalid(field_problem("?", "extra_forbidden"))
