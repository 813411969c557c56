"""Pages of lists: how many entries, and an opaque cursor that says where the next page begins."""

from __future__ import annotations

import re
from typing import Annotated, Any

from fastapi import Query
from pydantic import BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

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


def page_of(limit: int, cursor: str | None) -> PageOf:
    """The part of a list that is asked for."""
    return PageOf(limit=limit, offset=0 if cursor is None else int(cursor.removeprefix("p")))


def next_page(page: PageOf, total: int) -> str | None:
    """The cursor behind ``page``, None when it is the last."""
    behind = page.offset + page.limit
    return f"p{behind}" if behind < total else None
