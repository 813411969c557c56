"""What the evidence of a report must hold to, whatever the report: used by every test that looks at drill-downs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import date
from typing import Any

from domain.projections.folding import UnreadableStream
from domain.recorded import Recorded
from domain.reports.definition import ParameterValue, ReportDefinition
from domain.reports.evidence import CellRef, EntryRef, Evidence, Kind, value, without
from domain.reports.facts import Facts, programme_rates
from domain.reports.facts_folded import add_stream
from domain.reports.programme_facts import asked_at_entry, entry_rules
from domain.reports.table import Cell, NotComputable, Report, canonical_json
from tests.domain.ground import LAW, durchstarten

History = Sequence[Recorded[Any]]


def facts_of(streams: Iterable[History], as_of: date) -> Facts:
    """The facts of some streams."""
    found = Facts(
        programme_rates=programme_rates([durchstarten()]),
        asked_at_entry=asked_at_entry([durchstarten()]),
        entry_rules=entry_rules(LAW),
    )
    for history in streams:
        add_stream(found, history, as_of)
    return found


def joined(parts: Iterable[Facts]) -> Facts:
    """The facts of several parts of a town."""
    whole = Facts()
    for part in parts:
        for field in fields(Facts):
            there, more = getattr(whole, field.name), getattr(part, field.name)
            if isinstance(there, set):
                there.update(more)
            else:
                there.extend(more)
    return whole


def cells_of(report: Report) -> dict[CellRef, Cell]:
    """Every cell by what names it."""
    return {
        CellRef(table.id, column.id, line.key): cell
        for table in report.tables
        for line in table.lines
        for column, cell in zip(table.columns, line.cells, strict=True)
    }


def left_out(history: History, version: int) -> list[Recorded[Any]]:
    """The stream without one entry and without the corrections of it; the others keep their versions."""
    return [
        entry
        for entry in history
        if entry.version != version
        and not (
            type(entry.event).__name__ == "EntryCorrected"
            and getattr(entry.event, "version", None) == version
        )
    ]


def check_sums(
    definition: ReportDefinition,
    facts: Facts,
    as_of: date,
    parameters: Mapping[str, ParameterValue] | None = None,
) -> Evidence:
    """The drill-down of every cell makes the cell, every derived cell names cells there are, and no byte changes."""
    evidence = Evidence()
    report = definition.run(facts, as_of, parameters, evidence)
    assert canonical_json(report) == canonical_json(definition.run(facts, as_of, parameters))
    for ref, cell in cells_of(report).items():
        kind = evidence.kinds[ref]
        if kind is Kind.DERIVED:
            assert ref in evidence.derivations, ref
            assert ref not in evidence.contributions, ref
            continue
        if cell is NotComputable.SUPPRESSED:
            continue
        made = value(kind, evidence.contributions.get(ref, []))
        assert made == (None if isinstance(cell, NotComputable) else cell), ref
    return evidence


def check_leaving_out(
    definition: ReportDefinition,
    streams: Sequence[History],
    as_of: date,
    parameters: Mapping[str, ParameterValue] | None = None,
    most: int | None = None,
) -> int:
    """Leaving out one listed entry makes every counted cell what its drill-down without that entry makes; returns how many.

    With ``most`` about so many of the entries are left out, spread over all of them.

    So the cells that change are cells that list the entry, and each changes by what the entry carries in it. A cell that
    has no line any more counts as 0.
    """
    evidence = check_sums(definition, facts_of(streams, as_of), as_of, parameters)
    listing: dict[EntryRef, set[CellRef]] = {}
    for ref, contributions in evidence.contributions.items():
        for contribution in contributions:
            for entry in contribution.entries:
                listing.setdefault(entry, set()).add(ref)
    listed = sorted(listing)
    chosen = listed if most is None else listed[:: max(1, len(listed) // most)]
    checked = 0
    each = {history[0].stream_id: facts_of([history], as_of) for history in streams}
    by_id = {history[0].stream_id: history for history in streams}
    for entry in chosen:
        again = Evidence()
        # Without the entry that began it a stream says nothing.
        rest = [] if entry.version == 1 else [left_out(by_id[entry.stream_id], entry.version)]
        try:
            changed = facts_of(rest, as_of)
        except (UnreadableStream, KeyError):
            # A later entry names what this one brought in: without it the stream cannot be read.
            continue
        checked += 1
        others = [facts for stream_id, facts in each.items() if stream_id != entry.stream_id]
        facts = joined([*others, changed])
        # What a published report leaves out is decided afterwards; its figures are counted here.
        counting = definition.counting(facts, as_of, parameters, again)
        for table in definition.tables:
            table.count(counting)
        refs = set(evidence.contributions) | set(again.contributions)
        for ref in refs:
            kind = evidence.kinds.get(ref) or again.kinds.get(ref) or _kind(evidence, again, ref)
            before = evidence.contributions.get(ref, [])
            expected = value(kind, without(before, entry))
            assert value(kind, again.contributions.get(ref, [])) == expected, (entry, ref)
    return checked


def _kind(evidence: Evidence, again: Evidence, ref: CellRef) -> Kind:
    """Of hidden columns and of lines that are not shown: as the same column is counted elsewhere."""
    for found in (evidence, again):
        for other, kind in found.kinds.items():
            if (other.table, other.column) == (ref.table, ref.column):
                return kind
    return Kind.DISTINCT
