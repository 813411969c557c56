"""Golden files: how each version of each event was first written. A file is added, and never edited.

``python -m tests.golden.files`` writes those that are missing. An event whose fields change gets a higher
``schema_version``, an upcaster in adapters/upcasters.py and a new file beside the old one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from adapters.event_codec import EventCodec
from domain.changes import NoteAdded
from domain.events import EVENTS
from domain.recorded import Event
from tests.golden.instances import example, fields_of

FOLDER = Path(__file__).parent / "events"
VARIANTS = ("full", "sparse")


T = TypeVar("T")


def instance(cls: type[T], variant: str) -> T:
    """The event that a golden file of the current version holds under ``variant``; works for commands too."""
    built = example(cls, NoteAdded, sparse=variant == "sparse")
    assert isinstance(built, cls)
    return built


def written(codec: EventCodec, event: Event) -> dict[str, Any]:
    """The two JSON objects of an event."""
    _, public, personal = codec.split(event)
    return {"public": json.loads(public), "personal": None if personal is None else json.loads(personal)}


def golden(codec: EventCodec, cls: type[Event]) -> dict[str, Any]:
    """The content of the golden file for the current version of an event."""
    events = {variant: instance(cls, variant) for variant in VARIANTS}
    return {
        "type": codec.type_of(events["full"]),
        "fields": fields_of(cls),
        **{variant: written(codec, event) for variant, event in events.items()},
    }


def write_missing(events: Mapping[str, type[Event]], folder: Path) -> list[str]:
    """Write the files that are not there yet, and return their names; those that are there stay as they are."""
    codec, new = EventCodec(events), []
    for name, cls in events.items():
        path = folder / f"{name}.v{cls.schema_version}.json"
        if not path.exists():
            path.write_text(json.dumps(golden(codec, cls), indent=1, ensure_ascii=False) + "\n", "utf-8")
            new.append(path.name)
    return new


if __name__ == "__main__":
    for name in write_missing(EVENTS, FOLDER):
        print(name)
