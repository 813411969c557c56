"""Pages of lists: how many entries, and an opaque cursor that says where the next page begins."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Annotated, Any

from fastapi import Query
from pydantic import BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from services.api.problems import invalid
from services.api.validation import field_problem
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
    Query(max_length=100, description="As the page before gave it in `next`; do not make one up."),
]


def page_of(limit: int, cursor: str | None) -> PageOf:
    """The part of a list that is asked for. 422 for a cursor that is none of ours."""
    return PageOf(limit=limit, offset=0 if cursor is None else _offset(cursor))


def next_page(page: PageOf, total: int) -> str | None:
    """The cursor behind ``page``, None when it is the last."""
    behind = page.offset + page.limit
    return base64.urlsafe_b64encode(f"offset:{behind}".encode()).decode() if behind < total else None


def _offset(cursor: str) -> int:
    try:
        text = base64.b64decode(cursor, altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        text = b""
    match = re.fullmatch(rb"offset:([0-9]{1,9})", text)
    if match is None:
        raise invalid(field_problem("cursor", "cursor"))
    return int(match[1])
