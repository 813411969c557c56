"""Commands that export the event log, personal fields left out."""

from __future__ import annotations

import sys
from typing import Literal

import msgspec
from cyclopts import App

from domain.events import stored_name
from domain.personal import personal_fields
from domain.recorded import Recorded
from services.cli.connecting import engine_here
from services.cli.outcome import CommandFailed, Json

events = App(name="events", help="Export the event log.")


@events.command
async def export(*, from_: int = 1, format_: Literal["ndjson"] = "ndjson", json_: Json = False) -> int:
    """Write the events from a position on, one JSON object a line, to standard output.

    Personal fields are left out, so the export needs no key and stays valid when somebody is erased.

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
        raise CommandFailed("--from starts at 1")
    write = sys.stdout.buffer.write
    async with engine_here() as engine:
        async for chunk in engine.store.scan(from_ - 1, personal=False):
            write(b"".join(export_line(entry) for entry in chunk))
    sys.stdout.buffer.flush()
    return 0


def export_line(entry: Recorded[object]) -> bytes:
    """One entry as a JSON line without personal fields; keys sorted, so that equal logs export equally."""
    event = entry.event
    hidden = personal_fields(type(event))
    fields = {
        name: getattr(event, name)
        for name in event.__dataclass_fields__  # type: ignore[attr-defined] # every event is a dataclass
        if name not in hidden
    }
    replaced = fields.get("replacement")
    if replaced is not None and hasattr(replaced, "occurred_on"):
        inner = personal_fields(type(replaced))
        fields["replacement"] = {"event": stored_name(type(replaced))} | {
            name: getattr(replaced, name) for name in replaced.__dataclass_fields__ if name not in inner
        }
    line = {
        "position": entry.position,
        "stream_id": entry.stream_id,
        "version": entry.version,
        "event": stored_name(type(event)),
        "recorded_at": entry.recorded_at,
        "actor": entry.actor,
        "organisation": entry.organisation,
        "command_id": entry.command_id,
        "fields": fields,
    }
    return msgspec.json.encode(line, order="sorted") + b"\n"
