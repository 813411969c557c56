"""A command loads what it needs: whoever asks for help or for a case does not wait for what workers and documents take."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module

import pytest

from services.cli.main import COMMANDS, SPOKEN
from tests.patience import PATIENCE_SECONDS

OTHERS = (
    "temporalio",
    "holidays",
    "fastapi",
    "pydantic",
    "uvicorn",
    "aiosmtpd",
    "typst",
    "xlsxwriter",
    "jinja2",
)
"""Packages that take a tenth of a second or more, each for something that reading a case does without."""
READING = ("case", "agenda", "gaps", "waiting", "grant", "funding", "events", "report")


def loaded(module: str) -> set[str]:
    """Which packages and modules a fresh process has loaded after ``module``."""
    done = subprocess.run(
        [sys.executable, "-c", f"import sys, {module}; print(*sys.modules)"],
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=True,
    )
    return set(done.stdout.split())


def test_the_list_of_commands_is_there_without_any_rule_of_the_work() -> None:
    """``teilhabe --help`` knows the commands by name and loads none of them."""
    modules = loaded("services.cli.main")
    assert modules.isdisjoint((*OTHERS, "asyncpg", "domain.events", "services.bootstrap"))


def test_a_command_that_reads_loads_neither_worker_nor_documents() -> None:
    """All of them together, with the engine that they open."""
    modules = {"services.cli." + COMMANDS[name][0].partition(":")[0] for name in READING}
    assert loaded(", ".join([*sorted(modules), "services.bootstrap"])).isdisjoint(OTHERS)


@pytest.mark.parametrize("module", SPOKEN)
def test_what_is_spoken_plainly_is_an_error_of_the_module_that_is_named(module: str) -> None:
    """They are looked up by name only after something went wrong, so a wrong name would show too late."""
    for name in SPOKEN[module]:
        assert issubclass(getattr(import_module(module), name), Exception)
