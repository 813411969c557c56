"""What a batch of entries changes in the read tables: a pure function of the streams before and the entries.

The order and the size of the batches leave no trace: folding at once gives the same rows (a property test says so).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from domain.corrections import EntryCorrected
from domain.decision import RuleBook
from domain.projections.folding import advance, fold_stream
from domain.projections.projection import EntryProjection, FoldedStream, Projection, Row
from domain.projections.register import BY_STREAM_KIND
from domain.recorded import Recorded


class ProjectionFailed(Exception):
    """The code of one projection cannot make rows of a stream; the others can go on without it."""

    def __init__(self, name: str, position: int, reason: str) -> None:
        super().__init__(f"position {position}: projection {name} failed: {reason}")
        self.name = name
        self.position = position


@dataclass(slots=True)
class Difference:
    """Rows new or changed, and keys of rows that are gone, by projection."""

    changed: dict[str, list[Row]] = field(default_factory=dict)
    removed: dict[str, list[Row]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """A stream with the rows that the read tables hold of it (of the state projections, by name)."""

    stream: FoldedStream
    rows: Mapping[str, Sequence[Row]]


def needs_history(carried: Carried | None, entries: Sequence[Recorded[Any]]) -> bool:
    """Whether the new entries of a stream are not enough, because it is not carried, or one of them reaches back."""
    if carried is None:
        return entries[0].version > 1 or _reaches_back(entries)
    return _reaches_back(entries)


def _reaches_back(entries: Sequence[Recorded[Any]]) -> bool:
    return any(isinstance(entry.event, EntryCorrected) for entry in entries)


def by_stream(entries: Sequence[Recorded[Any]]) -> dict[UUID, list[Recorded[Any]]]:
    """The entries of a batch by stream, in order."""
    streams: dict[UUID, list[Recorded[Any]]] = {}
    for entry in entries:
        streams.setdefault(entry.stream_id, []).append(entry)
    return streams


def project(
    entries: Sequence[Recorded[Any]],
    carried: Carried | None,
    history: Sequence[Recorded[Any]] | None,
    rules: RuleBook,
    active: Collection[str],
    difference: Difference,
) -> Carried:
    """Add to ``difference`` what the new ``entries`` of one stream change, and return the stream to be carried on.

    ``history`` is the whole stream up to the last of ``entries``, given when ``needs_history`` says so.
    Raises UnreadableStream, ProjectionFailed, UnknownPath.
    """
    before = carried
    if before is None and history is not None and len(history) > len(entries):
        earlier = history[: -len(entries)]
        stream = fold_stream(earlier, rules)
        before = Carried(stream=stream, rows=_rows(stream, active))
    after = None
    if before is not None and history is None:
        after = advance(before.stream, entries, rules)
    if after is None:
        after = fold_stream(history if history is not None else entries, rules)
    kinds = {type(entry.event) for entry in entries}
    rows: dict[str, Sequence[Row]] = {}
    for projection in BY_STREAM_KIND[type(after.state)]:
        if projection.name not in active:
            continue
        try:
            if isinstance(projection, EntryProjection):
                given = history if history is not None and _reaches_back(entries) else entries
                difference.changed.setdefault(projection.name, []).extend(projection.rows(given))
                continue
            known = before.rows.get(projection.name, ()) if before is not None else ()
            if before is not None and projection.handles.isdisjoint(kinds):
                rows[projection.name] = known
                continue
            rows[projection.name] = projection.rows(after)
        except Exception as error:
            raise _failed(projection, after, error) from error
        _compare(projection, known, rows[projection.name], difference)
    return Carried(stream=after, rows=rows)


def _rows(stream: FoldedStream, active: Collection[str]) -> dict[str, Sequence[Row]]:
    rows: dict[str, Sequence[Row]] = {}
    for projection in BY_STREAM_KIND[type(stream.state)]:
        if projection.name in active and not isinstance(projection, EntryProjection):
            try:
                rows[projection.name] = projection.rows(stream)
            except Exception as error:
                raise _failed(projection, stream, error) from error
    return rows


def _failed(projection: Projection, stream: FoldedStream, error: Exception) -> ProjectionFailed:
    # Never the text of the error: it may quote what it could not handle.
    return ProjectionFailed(projection.name, stream.position, type(error).__name__)


def _compare(projection: Projection, old: Sequence[Row], new: Sequence[Row], difference: Difference) -> None:
    if old == new:
        return
    known = {row[: projection.key]: row for row in old}
    changed = [row for row in new if known.pop(row[: projection.key], None) != row]
    if changed:
        difference.changed.setdefault(projection.name, []).extend(changed)
    if known:
        difference.removed.setdefault(projection.name, []).extend(known)
