"""Entry of the command line: the commands by name, and how an error becomes one clear line."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Final, NoReturn

from cyclopts import App
from cyclopts.exceptions import CycloptsError

from adapters.spoken_error import SpokenError
from services.cli.outcome import CommandFailed

USAGE_ERROR = 2
INTERRUPTED = 130


SPOKEN: Final = {
    "adapters.embedded.errors": ("EmbeddedError",),
    "adapters.migrations": ("MigrationRefused",),
    "adapters.staff_directory": ("InvalidStaffFile",),
    "adapters.temporal": ("TemporalUnreachable",),
    "domain.command_handling": ("TooManyConflicts",),
    "domain.decision": ("UnknownPath",),
    "domain.path": ("InvalidPath",),
    "domain.ports": ("KeyUnavailable", "StoreUnavailable", "UnknownEvent"),
    "services.cli.outcome": ("CommandFailed",),
    "services.gateway": ("CommandFault", "TemporalUnavailable"),
    "services.settings": ("SettingsError",),
}
"""The errors that are meant for the person at the keyboard, by module; every other one is a fault of the program."""


def spoken_errors() -> tuple[type[Exception], ...]:
    """The errors of SPOKEN whose module is loaded: nobody can have raised another one."""
    return tuple(
        getattr(sys.modules[module], name)
        for module, names in SPOKEN.items()
        if module in sys.modules
        for name in names
    )


COMMANDS: Final = {
    "up": ("running:up", "Run everything in the foreground until Ctrl-C."),
    "demo": ("demo:demo", "Show the whole loop on real parts with one fresh participant."),
    "services": ("running:services", "Start, stop and look at the embedded PostgreSQL and Temporal."),
    "migrate": ("running:migrate", "Bring the database up to this version of the code."),
    "simulate": ("simulating:simulate", "Fill an empty store with a synthetic town."),
    "worker": ("running:worker", "Run the worker that moves cases, until Ctrl-C."),
    "projector": ("running:projector", "Run the projector that keeps the read tables current, until Ctrl-C."),
    "serve": ("running:serve", "Serve the HTTP API on loopback, until Ctrl-C."),
    "recover": (
        "running:recover",
        "Start a workflow for every open case that has none, and the one for grants.",
    ),
    "projections": ("running:projections", "Look at the projections and rebuild them."),
    "case": ("eligibilities:case", "Show one case: state, history, agenda, eligibility; preview a change."),
    "agenda": ("agendas:agenda", "Show the dates of all cases: what sleeps, how it stands, when it wakes."),
    "grant": ("grants:grant", "Show one grant: its lines and money, and its dates."),
    "funding": ("funding:funding", "Decide flat rates from recorded participation."),
    "gaps": ("gaps:gaps", "Show the gaps in the offer, and what an offer would change if it existed."),
    "waiting": ("waiting:waiting", "Show who has to act in all cases; nobody is the red list."),
    "events": ("exports:events", "Export the event log, personal fields left out."),
    "report": ("report_commands:report", "Count what the events say; every figure with its definition."),
}
"""Each command with where it lives in this folder; loaded when it is asked for, so that --help answers at once."""


def build() -> App:
    """The command line with all its commands."""
    app = App(
        name="teilhabe",
        help="Case-management engine for municipal integration work (Fallsteuerung für die Integrationsarbeit).",
        version_flags=["--version"],
    )
    for place, (name, (path, text)) in enumerate(COMMANDS.items()):
        app.command(f"services.cli.{path}", name=name, help=text, sort_key=place)
    app.command(
        "services.period_command:period", name="period", help="Compute a legal date and show every step."
    )
    return app


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and exit: 0, or 2 after one line on standard error when it cannot be done."""
    if not _spoken_here(given := _language(arguments)):
        _say(f'--language: „{given}“ ist nicht eines von: de, en. / "{given}" is not one of: de, en.')
        sys.exit(USAGE_ERROR)
    try:
        status = build()(arguments, exit_on_error=False, print_error=False, result_action="return_value")
    except CycloptsError as error:
        _say(_one_line(_spoken_usage(error, _language(arguments))))
        sys.exit(USAGE_ERROR)
    except (KeyboardInterrupt, asyncio.CancelledError):
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        sys.exit(0)
    except Exception as error:
        if (spoken := _spoken(error)) is None:
            raise
        if isinstance(spoken, CommandFailed | SpokenError):
            said = spoken.text(_language(arguments))
        else:
            said = str(spoken)
        _say(_one_line(said))
        sys.exit(USAGE_ERROR)
    sys.exit(status if isinstance(status, int) else 0)


def program() -> NoReturn:
    """The program ``teilhabe``: ``main``, and then out at once with all that was said.

    The interpreter is not taken down piece by piece: a thread of the Temporal client that gives up an object meanwhile
    would abort a command that has done its work (PyGILState_Release: thread state must be current when releasing).
    """
    status: object = 1
    try:
        main()
    except SystemExit as end:
        status = end.code
    except BaseException:
        sys.excepthook(*sys.exc_info())
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(status if isinstance(status, int) else int(status is not None))


def _spoken_usage(error: CycloptsError, language: str) -> str:
    """What is wrong with the command line; loads what it takes to say so."""
    from domain.code_titles import in_language
    from services.cli.usage_text import usage_text

    return in_language(usage_text(error), language)


def _spoken(error: Exception) -> Exception | None:
    """``error``, or the first of a group, when it is one for the person at the keyboard."""
    if isinstance(error, ExceptionGroup):
        return next((found for inner in error.exceptions if (found := _spoken(inner))), None)
    return error if isinstance(error, spoken_errors()) else None


def _spoken_here(language: str) -> bool:
    """Whether there are texts in a language; a regional form has those of its language. A missing one is told later."""
    return not language or language.lower().replace("_", "-").partition("-")[0] in {"de", "en"}


def _language(arguments: Sequence[str] | None) -> str:
    """The language asked for on a command line, whatever else is wrong with it; German when none is."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    for word, following in zip(words, [*words[1:], ""], strict=True):
        if word == "--language":
            return following
        if word.startswith("--language="):
            return word.partition("=")[2]
    return "de"


def _say(line: str) -> None:
    print(f"teilhabe: {line}", file=sys.stderr)


def _one_line(text: str) -> str:
    return " ".join(text.split()) or "unknown error"
