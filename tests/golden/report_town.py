"""The town of the golden reports: forty-five people and two years, lived once and written down, so that it never lives otherwise.

The file has the public part of every entry as the log keeps it, personal fields withheld, as in a log whose people were
all erased. It is read through the upcasters: the golden reports also hold that old entries count as they always did.
"""

from __future__ import annotations

import json
import lzma
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from adapters.event_codec import EventCodec
from domain.events import EVENTS
from domain.recorded import Recorded

FILE = Path(__file__).parent / "reports" / "town.jsonl.xz"
_CODEC = EventCodec(EVENTS)
_EPOCH = datetime(2026, 7, 1, tzinfo=UTC)
"""No report looks at when an entry was recorded."""


def written(streams: Iterable[Iterable[Recorded[Any]]]) -> bytes:
    """The streams as the file has them: one line per entry with stream, version, type and public fields."""
    lines = []
    for entry in (entry for history in streams for entry in history):
        type_string, public, personal = _CODEC.split(entry.event)
        line = [str(entry.stream_id), entry.version, type_string, personal is not None, json.loads(public)]
        lines.append(json.dumps(line, ensure_ascii=False, separators=(",", ":")))
    return lzma.compress("\n".join(lines).encode(), preset=9)


@cache
def town() -> tuple[tuple[Recorded[Any], ...], ...]:
    """The streams of the file."""
    streams: dict[UUID, list[Recorded[Any]]] = defaultdict(list)
    for position, line in enumerate(lzma.decompress(FILE.read_bytes()).decode().splitlines(), 1):
        stream, version, type_string, sealed, public = json.loads(line)
        inner = b"{}" if sealed else None
        event = _CODEC.join_carried(type_string, json.dumps(public).encode(), inner, True)
        stream_id = UUID(stream)
        streams[stream_id].append(
            Recorded(position, stream_id, version, event, _EPOCH, "golden", "golden", UUID(int=position))
        )
    return tuple(tuple(history) for history in streams.values())
