"""A drill-down for people and programs: cases by their pseudonymous id, each with the entries that make it count."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from textwrap import wrap
from typing import Any, Final
from uuid import UUID

from adapters.projection_source import ProjectionSource
from domain.code_titles import in_language
from domain.event_titles import EVENT_TITLES
from domain.events import stored_name
from domain.path import Title
from domain.reports.drill import Drill, Share
from domain.reports.evidence import UNNAMED, EntryRef, Kind
from domain.reports.table import NotComputable, Unit
from domain.wording import shown_date
from services.bootstrap import Engine
from services.report_text import shown_cell

MOST_SHARES: Final = 50
"""How many contributions are shown at a time unless told otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryShown:
    """An entry of the log behind a figure. ``corrected_by`` is the version of the entry that corrected it."""

    version: int
    position: int
    event: str
    occurred_on: date
    recorded_at: datetime
    corrected_by: int | None = None


Entries = Mapping[EntryRef, EntryShown]


async def entries_behind(engine: Engine, drill: Drill, position: int) -> Entries:
    """The entries of the contributions that are shown; nothing personal is read."""
    listed = sorted({ref for share in _shown(drill) for ref in share.contribution.entries})
    source = ProjectionSource(engine.log, engine.connections, engine.codec, None)
    corrections = await source.corrections({ref.stream_id for ref in listed}, position)
    corrected = {EntryRef(entry.stream_id, entry.event.version): entry.version for entry in corrections}
    found: dict[EntryRef, EntryShown] = {}
    for entry in await source.entries_of(listed, position):
        ref = EntryRef(entry.stream_id, entry.version)
        found[ref] = EntryShown(
            version=entry.version,
            position=entry.position,
            event=stored_name(type(entry.event)),
            occurred_on=entry.event.occurred_on,
            recorded_at=entry.recorded_at,
            corrected_by=corrected.get(ref),
        )
    return found


def _shown(drill: Drill) -> Iterator[Share]:
    yield from drill.shares
    for operand in drill.operands:
        yield from _shown(operand)


def plain_drill(drill: Drill, entries: Entries) -> dict[str, Any]:
    """The drill-down as JSON carries it; ``total`` contributions, of which those from ``first`` on are shown."""
    cell: Any = {"not_computable": drill.cell.value} if isinstance(drill.cell, NotComputable) else drill.cell
    plain: dict[str, Any] = {
        "table": drill.ref.table,
        "column": drill.ref.column,
        "key": list(drill.ref.key),
        "cell": cell,
        "kind": drill.kind.value,
        "rule": drill.rule,
    }
    if drill.kind is Kind.DERIVED:
        if (above := drill.operands_as) is not None:
            named = {"table": above.table, "column": above.column, "key": list(above.key)}
            return plain | {"function": drill.function, "operands_as": named}
        return plain | {
            "function": drill.function,
            "operands": [plain_drill(operand, entries) for operand in drill.operands],
        }
    return plain | {
        "but_for": drill.page.but_for,
        "total": drill.total,
        "first": drill.page.first,
        "contributions": [
            {
                "amount": share.amount,
                "weight": share.contribution.weight,
                "stream": None if share.contribution.subject == UNNAMED else str(share.contribution.subject),
                "counted_once_as": _group(share.contribution.group),
                "rule": share.contribution.rule or drill.rule,
                "entries": [
                    _plain_entry(ref, share.contribution.subject, entries)
                    for ref in share.contribution.entries
                ],
            }
            for share in drill.shares
        ],
    }


def _group(group: object) -> str | None:
    if group is None:
        return None
    if isinstance(group, tuple):
        return " ".join(str(part) for part in group)
    return str(group)


def _plain_entry(ref: EntryRef, subject: UUID, entries: Entries) -> dict[str, Any]:
    shown = entries[ref]
    return {
        # An entry of another stream, such as the notice that a narrative is about, names it.
        **({} if ref.stream_id == subject else {"stream": str(ref.stream_id)}),
        "version": shown.version,
        "position": shown.position,
        "event": shown.event,
        "occurred_on": shown.occurred_on.isoformat(),
        "recorded_at": shown.recorded_at.isoformat(),
        "corrected_by": shown.corrected_by,
    }


_TEXT_WIDTH: Final = 120
_DERIVED_FROM = Title(de="abgeleitet ({}) aus:", en="derived ({}) from:")
_DERIVED_ITSELF = Title(
    de="abgeleitet ({}), hier nicht aufgeschlüsselt: {}", en="derived ({}), not broken up here: {}"
)
_DERIVED_AS = Title(
    de="abgeleitet ({}) aus denselben Zellen wie {}", en="derived ({}) from the same cells as {}"
)
_CONTRIBUTIONS = Title(de="{} Beiträge, Summe {} ({})", en="{} contributions, sum {} ({})")
_CONTRIBUTION = Title(de="{} Beitrag, Summe {} ({})", en="{} contribution, sum {} ({})")
_VALUES = Title(de="{} Werte, aus denen der Median folgt ({})", en="{} values that the median is of ({})")
_VALUE = Title(de="{} Wert, aus dem der Median folgt ({})", en="{} value that the median is of ({})")
_BUT_FOR_ONE = Title(
    de="{} Beitrag, der ohne einen späteren Eintrag zählte ({})",
    en="{} contribution that would count but for a later entry ({})",
)
_BUT_FOR = Title(
    de="{} Beiträge, die ohne einen späteren Eintrag zählten ({})",
    en="{} contributions that would count but for a later entry ({})",
)
_MORE = Title(de="… {} weitere (--first, --most)", en="… {} more (--first, --most)")
_NOT_NAMED = Title(de="ein Fall, nicht genannt", en="a case, not named")
_COUNTED = Title(de="schon gezählt", en="counted already")
_CORRECTED = Title(de="berichtigt durch Eintrag {}", en="corrected by entry {}")


def drill_lines(drill: Drill, entries: Entries, language: str = "de", depth: int = 0) -> list[str]:
    """The drill-down as text: each contribution with its stream and entries."""
    indent = "  " * depth
    unit = drill.column.unit if drill.column else Unit.PERSONS
    title = in_language(drill.column.title, language) if drill.column else drill.ref.column
    key = ", ".join(drill.ref.key)
    lines = [f"{indent}{title} [{drill.ref.table}: {key}] = {shown_cell(drill.cell, unit, language)}"]
    if drill.column:
        lines += wrap(
            in_language(drill.column.definition, language),
            _TEXT_WIDTH,
            initial_indent=indent + "  ",
            subsequent_indent=indent + "  ",
        )
    if drill.kind is Kind.DERIVED:
        if (above := drill.operands_as) is not None:
            named = f"{above.column} [{above.table}: {', '.join(above.key)}]"
            derived = _DERIVED_ITSELF if above == drill.ref else _DERIVED_AS
            lines.append(f"{indent}  {in_language(derived, language).format(drill.function, named)}")
            return lines
        lines.append(f"{indent}  {in_language(_DERIVED_FROM, language).format(drill.function)}")
        for operand in drill.operands:
            lines += drill_lines(operand, entries, language, depth + 2)
        return lines
    only_one = drill.total == 1
    if drill.page.but_for:
        but_for = _BUT_FOR_ONE if only_one else _BUT_FOR
        told = in_language(but_for, language).format(drill.total, drill.rule)
    elif drill.kind in (Kind.MEDIAN, Kind.SURVIVAL):
        values = _VALUE if only_one else _VALUES
        told = in_language(values, language).format(drill.total, drill.rule)
    else:
        total = shown_cell(drill.cell, unit, language)
        contributions = _CONTRIBUTION if only_one else _CONTRIBUTIONS
        told = in_language(contributions, language).format(drill.total, total, drill.rule)
    lines.append(f"{indent}  {told}")
    for share in drill.shares:
        lines += _share_lines(share, entries, unit, language, indent + "  ")
    rest = drill.total - drill.page.first - len(drill.shares)
    if rest > 0:
        lines.append(f"{indent}  {in_language(_MORE, language).format(rest)}")
    return lines


def _share_lines(share: Share, entries: Entries, unit: Unit, language: str, indent: str) -> Iterator[str]:
    made = shown_cell(share.amount, unit, language)
    note = f" ({in_language(_COUNTED, language)})" if share.amount == 0 != share.contribution.weight else ""
    subject = share.contribution.subject
    named = in_language(_NOT_NAMED, language) if subject == UNNAMED else str(subject)
    yield f"{indent}{made:>8}  {named}{note}"
    for ref in share.contribution.entries:
        shown = entries[ref]
        title = in_language(EVENT_TITLES[shown.event], language)
        line = (
            f"{indent}          {shown.version:>4}  {shown_date(shown.occurred_on, language)}  {title}"
            f"  (Position {shown.position})"
        )
        if ref.stream_id != subject:
            line += f", {ref.stream_id}"
        if shown.corrected_by is not None:
            line += f", {in_language(_CORRECTED, language).format(shown.corrected_by)}"
        yield line
