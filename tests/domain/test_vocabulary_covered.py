"""No command without a test that gives it, no event without a test that looks for it."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

from domain.events import COMMANDS, EVENTS

TESTS = Path(__file__).parent.parent
FOLDERS = ("domain", "workflows", "services")


@cache
def used() -> tuple[frozenset[str], frozenset[str]]:
    """Names that are called, and names that are mentioned at all, in the tests of the domain and what stands on it."""
    called, mentioned = set(), set()
    for folder in FOLDERS:
        for path in (TESTS / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Name):
                    mentioned.add(node.id)
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                    called.add(node.func.id)
    return frozenset(called), frozenset(mentioned)


@pytest.mark.thorough
@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_is_given_by_a_test(name: str) -> None:
    assert COMMANDS[name].__name__ in used()[0]


@pytest.mark.parametrize("name", sorted(EVENTS))
def test_every_event_is_looked_for_by_a_test(name: str) -> None:
    assert EVENTS[name].__name__ in used()[1]
