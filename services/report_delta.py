"""What has changed since a report was sealed, figure by figure with the entries, as the draft of a correction notice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from adapters.projection_source import ProjectionSource
from adapters.sealed_reports import keys_destroyed_since
from domain.code_titles import in_language
from domain.corrections import EntryCorrected
from domain.event_titles import EVENT_TITLES
from domain.events import stored_name
from domain.path import Title
from domain.recorded import Recorded
from domain.refusals import Refusal
from domain.reports.definition import ReportDefinition
from domain.reports.delta import CellChange, changes
from domain.reports.evidence import CellRef
from domain.reports.table import Cell, NotComputable, Unit
from domain.wording import shown_date, shown_instant
from services.bootstrap import Engine
from services.log_facts import Progress, nobody_watches
from services.report_seals import Seal, countable, facts_of_seal
from services.report_text import shown_cell
from services.report_words import column_head, shown_key
from services.reports import facts_at


class ChangeKind(StrEnum):
    """How an entry came to change a sealed figure."""

    LATE_ENTRY = "late_entry"
    """It happened by the reference date and was recorded after the seal."""
    CORRECTION = "correction"
    """It corrects an entry, or strikes it out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangingEntry:
    """An entry recorded after the seal because of which a figure changed. ``corrects`` is the entry it corrects."""

    stream_id: UUID
    version: int
    position: int
    kind: ChangeKind
    event: str
    occurred_on: date
    recorded_at: datetime
    corrects: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportDelta:
    """All that changed between the seal and ``position``; ``causes`` in the order of ``cells``.

    ``erased`` persons were erased since; that changes no figure, since none rests on anything personal.
    """

    seal: Seal
    definition: ReportDefinition
    position: int
    cells: tuple[CellChange, ...]
    causes: tuple[tuple[ChangingEntry, ...], ...]
    erased: int


async def delta_since(
    engine: Engine,
    seal_id: UUID,
    position: int | None = None,
    progress: Progress = nobody_watches,
    *,
    until: datetime | None = None,
) -> ReportDelta | Refusal:
    """The delta of a sealed report up to ``position`` (default: the end of the log), with the erasures by ``until``.

    Refused as ``countable``, and for a position before the seal or behind the log.
    """
    found = await countable(engine, seal_id)
    if isinstance(found, Refusal):
        return found
    at = await compared_with(engine, found.seal, position)
    if isinstance(at, Refusal):
        return at
    seal, definition, parameters = found.seal, found.definition, found.parameters
    before = await facts_of_seal(engine, found, progress)
    after, _ = await facts_at(engine, seal.as_of, at, progress, evidence=True, needs=definition.needs)
    cells = changes(definition, before, after, seal.as_of, parameters)
    streams = {ref.stream_id for cell in cells for c in (*cell.gone, *cell.come) for ref in c.entries}
    source = ProjectionSource(engine.log, engine.connections, engine.codec, None)
    histories = await source.histories(streams, at)
    return ReportDelta(
        seal=seal,
        definition=definition,
        position=at,
        cells=cells,
        causes=tuple(tuple(_causes(cell, histories, seal.log_position)) for cell in cells),
        erased=await keys_destroyed_since(engine.connections, engine.log.schema, seal.recorded_at, until),
    )


async def compared_with(engine: Engine, seal: Seal, position: int | None) -> int | Refusal:
    """The position a seal is compared with: ``position``, or the end of the log.

    Refused: one before the seal or behind the log.
    """
    head = await engine.log.head()
    if position is None or seal.log_position <= position <= head:
        return head if position is None else position
    return Refusal(
        "report_seal.position_outside",
        f"Verglichen wird mit einer Position von {seal.log_position} (Siegel) bis {head} (Ende des Protokolls).",
        f"It is compared with a position from {seal.log_position} (seal) to {head} (end of the log).",
    )


def _causes(
    cell: CellChange, histories: Mapping[UUID, Sequence[Recorded[Any]]], sealed_at: int
) -> Iterator[ChangingEntry]:
    """The entries recorded after the seal that its changed contributions list, or that correct one they list."""
    by_stream: dict[UUID, set[int]] = {}
    for contribution in (*cell.gone, *cell.come):
        for ref in contribution.entries:
            by_stream.setdefault(ref.stream_id, set()).add(ref.version)
    for stream_id, listed in by_stream.items():
        for entry in histories[stream_id]:
            if entry.position <= sealed_at:
                continue
            corrects = entry.event.version if isinstance(entry.event, EntryCorrected) else None
            if entry.version not in listed and corrects not in listed:
                continue
            yield ChangingEntry(
                stream_id=stream_id,
                version=entry.version,
                position=entry.position,
                kind=ChangeKind.LATE_ENTRY if corrects is None else ChangeKind.CORRECTION,
                event=stored_name(type(entry.event)),
                occurred_on=entry.event.occurred_on,
                recorded_at=entry.recorded_at,
                corrects=corrects,
            )


def plain_delta(delta: ReportDelta) -> dict[str, Any]:
    """The delta as JSON carries it."""
    return {
        "seal_id": str(delta.seal.seal_id),
        "report": delta.seal.report,
        "definition_version": delta.seal.definition_version,
        "sealed_position": delta.seal.log_position,
        "position": delta.position,
        "erased": delta.erased,
        "cells": [
            {
                "table": cell.ref.table,
                "column": cell.ref.column,
                "key": list(cell.ref.key),
                "before": _plain_cell(cell.before),
                "after": _plain_cell(cell.after),
                "derived_from": [
                    {"table": ref.table, "column": ref.column, "key": list(ref.key)}
                    for ref in cell.derived_from
                ],
                "entries": [
                    {
                        "stream": str(entry.stream_id),
                        "version": entry.version,
                        "position": entry.position,
                        "kind": entry.kind.value,
                        "event": entry.event,
                        "occurred_on": entry.occurred_on.isoformat(),
                        "recorded_at": entry.recorded_at.isoformat(),
                        "corrects": entry.corrects,
                    }
                    for entry in causes
                ],
            }
            for cell, causes in zip(delta.cells, delta.causes, strict=True)
        ],
    }


def _plain_cell(cell: Cell | None) -> Any:
    return {"not_computable": cell.value} if isinstance(cell, NotComputable) else cell


# ------------------------------------------------------------------- notice

_TITLE: Final = Title(de="Korrekturmitteilung (Entwurf)", en="Correction notice (draft)")
_NO_LINE: Final = Title(de="keine Zeile", en="no line")
_SAME: Final = Title(
    de="Seit der Versiegelung hat sich keine Zahl geändert.", en="No figure has changed since the seal."
)


def notice_lines(delta: ReportDelta, language: str = "de") -> list[str]:
    """The draft of a correction notice: each changed figure before and after, and what was recorded since."""
    seal, english = delta.seal, language.startswith("en")
    day, at = shown_date(seal.as_of, language), shown_instant(seal.recorded_at, language)
    title = in_language(delta.definition.title, language)
    lines = [in_language(_TITLE, language), ""]
    if english:
        lines += [
            f"Report: {title}, as of {day}, version {seal.definition_version}",
            f"Sealed {at} as {seal.seal_id}, SHA-256 {seal.digest}",
            f"Compared: position {seal.log_position} (seal) with position {delta.position}",
        ]
    else:
        lines += [
            f"Bericht: {title}, Stichtag {day}, Fassung {seal.definition_version}",
            f"Versiegelt {at} unter {seal.seal_id}, SHA-256 {seal.digest}",
            f"Verglichen: Position {seal.log_position} (Siegel) mit Position {delta.position}",
        ]
    lines.append("")
    if not delta.cells:
        lines.append(in_language(_SAME, language))
    elif english:
        lines.append(f"{len(delta.cells)} figures have changed since the seal:")
    else:
        lines.append(f"Seit der Versiegelung geänderte Zahlen: {len(delta.cells)}")
    named = {cell.ref: cell_words(cell, language) for cell in delta.cells}
    for cell, causes in zip(delta.cells, delta.causes, strict=True):
        lines += _cell_lines(cell, causes, named, language)
    if delta.erased:
        lines.append("")
        lines.append(
            f"Cases erased since the seal: {delta.erased}. Erasing a person changes no figure."
            if english
            else f"Seit der Versiegelung gelöschte Fälle: {delta.erased}. Eine Löschung ändert keine Zahl."
        )
    return lines


def cell_words(cell: CellChange, language: str) -> str:
    """A cell as its table names it: the table, the column with its unit, the line."""
    keys = zip(cell.table.keys, cell.ref.key, strict=True)
    line = ", ".join(shown_key(title, part, language) for title, part in keys)
    return (
        f"{in_language(cell.table.title, language)}, {' '.join(column_head(cell.column, language))} [{line}]"
    )


def _cell_lines(
    cell: CellChange, causes: Sequence[ChangingEntry], named: Mapping[CellRef, str], language: str
) -> Iterator[str]:
    before, after = (_shown(one, cell.column.unit, language) for one in (cell.before, cell.after))
    yield f"- {named[cell.ref]}: {before} → {after}"
    english = language.startswith("en")
    for ref in cell.derived_from:
        yield f"    {'follows from' if english else 'folgt aus'}: {named[ref]}"
    for entry in causes:
        said = in_language(EVENT_TITLES[entry.event], language)
        happened, recorded = (
            shown_date(entry.occurred_on, language),
            shown_instant(entry.recorded_at, language),
        )
        where = f"{entry.stream_id}, {'entry' if english else 'Eintrag'} {entry.version}, Position {entry.position}"
        if entry.corrects is not None:
            what = f"corrects entry {entry.corrects}" if english else f"berichtigt Eintrag {entry.corrects}"
        elif english:
            what = f"{said} of {happened}"
        else:
            what = f"{said} vom {happened}"
        yield f"    {'recorded' if english else 'erfasst'} {recorded}: {what} ({where})"


def _shown(cell: Cell | None, unit: Unit, language: str) -> str:
    return in_language(_NO_LINE, language) if cell is None else shown_cell(cell, unit, language)
