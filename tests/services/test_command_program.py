"""The program says all it has to say, then is gone with the right status."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.patience import PATIENCE_SECONDS


def ran(body: str) -> subprocess.CompletedProcess[str]:
    """The program with a command line that does ``body``."""
    code = f"import sys, services.cli\ncli = sys.modules['services.cli.main']\ndef main():\n    {body}\ncli.main = main\ncli.program()"
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False
    )


@pytest.mark.parametrize(
    ("body", "status"),
    [("pass", 1), ("sys.exit()", 0), ("sys.exit(0)", 0), ("sys.exit(2)", 2), ("sys.exit('x')", 1)],
)
def test_the_status_is_that_of_the_command(body: str, status: int) -> None:
    """As Python itself has it: nothing is 0, a text is 1; a command line that does not end by itself is an error."""
    assert ran(body).returncode == status


def test_everything_said_arrives() -> None:
    """Also what still waited to be written when the command ended."""
    done = ran("print('a' * 300_000); print('b', end='', file=sys.stderr); sys.exit(0)")
    assert (len(done.stdout), done.stderr) == (300_001, "b")


def test_an_unexpected_error_is_shown_as_it_is() -> None:
    """With its traceback, for whoever mends it."""
    done = ran("raise RuntimeError('never thought of')")
    assert done.returncode == 1
    assert "Traceback" in done.stderr
    assert "RuntimeError: never thought of" in done.stderr


def test_threads_that_go_on_do_not_hold_it_up() -> None:
    """Nothing is taken down piece by piece while a thread still uses it."""
    assert (
        ran(
            "import threading; threading.Thread(target=threading.Event().wait).start(); sys.exit(0)"
        ).returncode
        == 0
    )
