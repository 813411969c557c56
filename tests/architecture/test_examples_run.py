"""Examples in docstrings are run: what they promise holds."""

from __future__ import annotations

import doctest
from importlib import import_module
from pathlib import Path

import pytest

from tests.architecture.tree import PACKAGES, modules, named

PROMPT = ">" * 3
SHOWING = [
    module for module in modules(*PACKAGES, "tests") if f"    {PROMPT} " in module.read_text(encoding="utf-8")
]


@pytest.mark.parametrize("module", SHOWING, ids=named)
def test_the_examples_of_a_module_hold(module: Path) -> None:
    """Each example gives what its docstring shows; a module that shows some is not passed over."""
    outcome = doctest.testmod(import_module(named(module).removesuffix(".py").replace("/", ".")))
    assert outcome.attempted > 0
    assert outcome.failed == 0
