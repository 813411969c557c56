"""Commands that export the event log, personal fields left out."""

from __future__ import annotations

import sys
from typing import Literal

from cyclopts import App

from services.cli.connecting import engine_here
from services.cli.outcome import CommandFailed, Json
from services.event_lines import event_line, exported
from services.garbage import paused

events = App(name="events", help="Export the event log.")


@events.command
async def export(*, from_: int = 1, format_: Literal["ndjson"] = "ndjson", json_: Json = False) -> int:
    """Write the events from a position on, one JSON object a line, to standard output.

    Personal fields are left out, so the export needs no key and stays valid when somebody is erased. So are entries
    that never leave the page of their case; their positions are missing.

    Parameters
    ----------
    from_
        First position to export; 1 is the first entry.
    format_
        Only ndjson.
    json_
        The same as --format ndjson.
    """
    if from_ < 1:
        raise CommandFailed("--from beginnt bei 1", "--from starts at 1")
    write = sys.stdout.buffer.write
    async with engine_here() as engine:
        with paused():
            async for chunk in engine.store.scan(from_ - 1, personal=False):
                write(b"".join(event_line(entry) for entry in chunk if exported(entry)))
    sys.stdout.buffer.flush()
    return 0
