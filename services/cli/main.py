"""Entry of the command line: the commands by name, and how an error becomes one clear line."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence

from cyclopts import App
from cyclopts.exceptions import CycloptsError

from adapters.embedded.errors import EmbeddedError
from adapters.migrations import MigrationRefused
from adapters.staff_directory import InvalidStaffFile
from adapters.temporal import TemporalUnreachable
from domain.decision import UnknownPath
from domain.path import InvalidPath
from domain.ports import KeyUnavailable, StoreUnavailable, UnknownEvent
from services.cli.outcome import CommandFailed
from services.gateway import CommandFault, TemporalUnavailable
from services.settings import SettingsError

USAGE_ERROR = 2
INTERRUPTED = 130

_SPOKEN = (
    CommandFailed,
    SettingsError,
    EmbeddedError,
    MigrationRefused,
    StoreUnavailable,
    KeyUnavailable,
    UnknownEvent,
    InvalidPath,
    UnknownPath,
    InvalidStaffFile,
    TemporalUnreachable,
    TemporalUnavailable,
    CommandFault,
)


def build() -> App:
    """All commands. Heavy parts are imported by the command that needs them, so that --help answers at once."""
    from services.cli import cases, exports, reports, running, simulating
    from services.cli.demo import demo
    from services.period_command import period

    app = App(
        name="teilhabe",
        help="Case-management engine for municipal integration work (Fallsteuerung für die Integrationsarbeit).",
        version_flags=["--version"],
    )
    app.command(running.up)
    app.command(running.services)
    app.command(running.migrate)
    app.command(simulating.simulate)
    app.command(running.worker)
    app.command(running.projector)
    app.command(running.serve)
    app.command(running.recover)
    app.command(running.projections)
    app.command(cases.case)
    app.command(exports.events)
    app.command(reports.report)

    app.command(period)
    app.command(demo)
    return app


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and exit: 0, or 2 after one line on standard error when it cannot be done."""
    try:
        status = build()(arguments, exit_on_error=False, print_error=False, result_action="return_value")
    except CycloptsError as error:
        _say(f"{_one_line(str(error))} (teilhabe --help)")
        sys.exit(USAGE_ERROR)
    except _SPOKEN as error:
        _say(_one_line(str(error)))
        sys.exit(USAGE_ERROR)
    except (KeyboardInterrupt, asyncio.CancelledError):
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        sys.exit(0)
    sys.exit(status if isinstance(status, int) else 0)


def _say(line: str) -> None:
    print(f"teilhabe: {line}", file=sys.stderr)


def _one_line(text: str) -> str:
    return " ".join(text.split()) or "unknown error"
