"""Pages of lists: how many entries, and an opaque cursor that says where the next page begins."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any

from fastapi import Query
from pydantic import BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from services.api.problems import ProblemError
from services.queries import PageOf

LARGEST_PAGE = 500


def _limit(value: Any) -> int:
    if isinstance(value, int):
        return value
    if (
        isinstance(value, str)
        and re.fullmatch(r"[0-9]{1,3}", value, re.ASCII)
        and 1 <= int(value) <= LARGEST_PAGE
    ):
        return int(value)
    raise PydanticCustomError("greater_than_equal", "out of range")


Limit = Annotated[
    int,
    BeforeValidator(_limit),
    WithJsonSchema({"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE, "default": 50}),
    Query(description="Entries on the page."),
]
Cursor = Annotated[
    str | None,
    Query(
        pattern=r"^p[0-9]{1,9}$",
        description="As the page before gave it in `next`; do not make one up.",
    ),
]


SortedCursor = Annotated[
    str | None,
    Query(
        pattern=r"^[A-Za-z0-9_-]{1,800}$",
        description="As the page before gave it in `next`; it belongs to the order it was given for.",
    ),
]


def cursor_of(place: Sequence[Any]) -> str:
    """The cursor for a place in a sorted list.

    >>> cursor_of(["cw-1", 7])
    'WyJjdy0xIiwiNyJd'
    """
    text = json.dumps([str(value) for value in place], separators=(",", ":"), ensure_ascii=False)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def place_of(cursor: str | None, types: Sequence[type[Any]]) -> tuple[Any, ...] | None:
    """The place that a cursor means in an order whose values have these types; 409 when it is of no such order.

    >>> place_of("WyJjdy0xIl0", [str])
    ('cw-1',)
    """
    if cursor is None:
        return None
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if isinstance(values, list) and len(values) == len(types):
            return tuple(_read(value, kind) for value, kind in zip(values, types, strict=True))
    except (ValueError, TypeError):
        pass
    raise ProblemError(
        409,
        "list.cursor_unknown",
        "Diese Marke gehört nicht zu dieser Liste; bitte mit der ersten Seite beginnen.",
        "This cursor does not belong to this list; please begin with the first page.",
    )


def _read(value: Any, kind: type[Any]) -> Any:
    if not isinstance(value, str) or "\0" in value:
        raise TypeError("a cursor holds texts")
    return date.fromisoformat(value) if kind is date else kind(value)


def page_of(limit: int, cursor: str | None) -> PageOf:
    """The part of a list that is asked for."""
    return PageOf(limit=limit, offset=0 if cursor is None else int(cursor.removeprefix("p")))


def next_page(page: PageOf, total: int) -> str | None:
    """The cursor behind ``page``, None when it is the last."""
    behind = page.offset + page.limit
    return f"p{behind}" if behind < total else None
