"""One entry of the log as a line of JSON for other programs, personal fields left out."""

from __future__ import annotations

import msgspec

from domain.events import stored_name
from domain.personal import personal_fields
from domain.recorded import Event, Recorded


def exported(entry: Recorded[Event]) -> bool:
    """Whether an entry may leave the page of its case; a correction only if what it puts in the place may."""
    return _leaves(entry.event)


def _leaves(event: Event) -> bool:
    carried = (getattr(event, name) for name in event.__dataclass_fields__)
    return event.leaves_case_page and all(_leaves(value) for value in carried if isinstance(value, Event))


def event_line(entry: Recorded[Event]) -> bytes:
    """One entry as a JSON line without personal fields; keys sorted, so that equal logs export equally.

    An event inside an event, as a correction has it, is written the same way: without its personal fields.
    """
    line = {
        "position": entry.position,
        "stream_id": entry.stream_id,
        "version": entry.version,
        "event": stored_name(type(entry.event)),
        "recorded_at": entry.recorded_at,
        "actor": entry.actor,
        "organisation": entry.organisation,
        "command_id": entry.command_id,
        "fields": _public_fields(entry.event),
    }
    return msgspec.json.encode(line, order="sorted") + b"\n"


def _public_fields(event: Event) -> dict[str, object]:
    hidden = personal_fields(type(event))
    names = [name for name in event.__dataclass_fields__ if name not in hidden]
    fields: dict[str, object] = {name: getattr(event, name) for name in names}
    for name, value in fields.items():
        if isinstance(value, Event):
            fields[name] = {"event": stored_name(type(value))} | _public_fields(value)
    return fields
