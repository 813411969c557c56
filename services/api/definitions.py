"""What a client must know to speak with us: path definitions and code lists."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from enum import StrEnum
from inspect import cleandoc
from typing import Any, get_args, get_type_hints

from fastapi import APIRouter

from domain.code_titles import code_title
from domain.events import COMMANDS, EVENTS
from services.api.problems import documented
from services.api.schemas import CodeList, PathBody, path_body
from services.bootstrap import Engine


def definition_router(engine: Engine) -> APIRouter:
    """The routes of what changes with a new release only."""
    router = APIRouter(tags=["definitions"], responses=documented(500))
    paths = [path_body(path) for _, path in sorted(engine.rule_book.paths.items())]
    lists = code_lists()

    @router.get("/paths", operation_id="read_paths", summary="The path definitions in use")
    async def read_paths() -> list[PathBody]:
        """All definitions with their stages, moves, dates and limits. A case stays on the version it began with."""
        return paths

    @router.get("/code-lists", operation_id="read_code_lists", summary="The code lists")
    async def read_code_lists() -> list[CodeList]:
        """Every coded answer that commands take and events hold, with its source and its titles."""
        return lists

    return router


def code_lists() -> list[CodeList]:
    """The enumerations in commands and events, by name."""
    found: dict[str, type[StrEnum]] = {}
    seen: set[Any] = set()
    for cls in (*COMMANDS.values(), *EVENTS.values()):
        for enum in _enums(cls, seen):
            found[enum.__name__] = enum
    return [
        CodeList(
            name=name,
            description=cleandoc(enum.__doc__ or ""),
            codes=[code.value for code in enum],
            titles={code.value: code_title(code) for code in enum},
        )
        for name, enum in sorted(found.items())
    ]


def _enums(hint: Any, seen: set[Any]) -> Iterator[type[StrEnum]]:
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        yield hint
    elif isinstance(hint, type) and dataclasses.is_dataclass(hint):
        if hint not in seen:
            seen.add(hint)
            for inner in get_type_hints(hint).values():
                yield from _enums(inner, seen)
    else:
        for argument in get_args(hint):
            yield from _enums(argument, seen)
