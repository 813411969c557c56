"""The domain decides on what it is given: standard library only, no clock, no chance, no input or output."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.tree import modules, named, parsed

BANNED_MODULES = frozenset(
    {
        "asyncio",
        "concurrent",
        "ftplib",
        "glob",
        "http",
        "io",
        "locale",
        "logging",
        "multiprocessing",
        "os",
        "pathlib",
        "platform",
        "queue",
        "random",
        "secrets",
        "select",
        "selectors",
        "shelve",
        "shutil",
        "signal",
        "smtplib",
        "socket",
        "sqlite3",
        "ssl",
        "subprocess",
        "sys",
        "tempfile",
        "threading",
        "time",
        "urllib",
    }
)
"""Modules of the standard library through which clock, chance or the outside would come in."""
BANNED_CALLS = frozenset({"open", "print", "input", "breakpoint", "__import__"})
CLOCKS = frozenset({"now", "today", "utcnow"})
CHANCE = frozenset({"uuid1", "uuid4"})


def impurities(tree: ast.AST) -> Iterator[str]:
    """What in ``tree`` is not allowed in the domain, as ``line: what``."""
    for node in ast.walk(tree):
        for what in _impurity(node):
            yield f"{getattr(node, 'lineno', 0)}: {what}"


def _impurity(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Import(names=names):
            for alias in names:
                yield from _import(alias.name)
        case ast.ImportFrom(module=module, level=level, names=names):
            if level:
                yield "a relative import"
            yield from _import(module or "")
            for alias in names:
                if alias.name in CHANCE:
                    yield f"chance: {alias.name}"
        case ast.Attribute(value=ast.Name(id="date" | "datetime") | ast.Attribute(attr="date" | "datetime")):
            if node.attr in CLOCKS:
                yield f"the clock: {node.attr}"
        case ast.Attribute(value=ast.Name(id="uuid")) if node.attr in CHANCE:
            yield f"chance: {node.attr}"
        case ast.Call(func=ast.Name(id=name)) if name in BANNED_CALLS:
            yield f"the outside: {name}()"


def _import(name: str) -> Iterator[str]:
    top = name.partition(".")[0]
    if top != "domain" and top not in sys.stdlib_module_names:
        yield f"not of the standard library: {name}"
    elif top in BANNED_MODULES:
        yield f"banned module: {name}"


@pytest.mark.parametrize("module", modules("domain"), ids=named)
def test_the_domain_is_pure(module: Path) -> None:
    """No module of the domain reaches for clock, chance or the outside."""
    assert list(impurities(parsed(module))) == []


@pytest.mark.parametrize(
    "line",
    [
        "from datetime import datetime; datetime.now()",
        "import datetime; made = datetime.datetime.utcnow",
        "from datetime import date; date.today()",
        "import time",
        "from time import monotonic",
        "import random",
        "import secrets",
        "import uuid; uuid.uuid4()",
        "from uuid import uuid1",
        "import os; os.environ",
        "from os import environ",
        "open('notes.txt')",
        "print('here')",
        "import msgspec",
        "from adapters.event_log import EventLog",
        "from . import case",
    ],
)
def test_whatever_is_impure_is_found(line: str) -> None:
    """The test above would fail on each of these."""
    assert list(impurities(ast.parse(line)))


@pytest.mark.parametrize(
    "line",
    [
        "from datetime import date, time; time(6, 0)",
        "from uuid import UUID; UUID(int=1)",
        "today = terms.today",
        "from domain.case import decide",
        "case.open",
    ],
)
def test_what_the_domain_needs_is_allowed(line: str) -> None:
    """Dates given from outside, ids given from outside and words such as an open case are no offence."""
    assert not list(impurities(ast.parse(line)))
