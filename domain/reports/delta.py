"""What has changed between two counts of the same report: cell by cell, with the contributions that came and went."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from domain.reports.definition import ParameterValue, ReportDefinition
from domain.reports.evidence import CellRef, Contribution, Evidence
from domain.reports.facts import Facts
from domain.reports.table import Cell, Column, Report, Table


@dataclass(frozen=True, slots=True, kw_only=True)
class CellChange:
    """A cell before and after; None where there was or is no such line. A derived cell changes with its operands, and
    names those that changed."""

    ref: CellRef
    table: Table
    column: Column
    before: Cell | None
    after: Cell | None
    gone: tuple[Contribution, ...] = ()
    come: tuple[Contribution, ...] = ()
    derived_from: tuple[CellRef, ...] = ()


def cells_of(report: Report) -> dict[CellRef, Cell]:
    """Every cell by what names it, in the order of the report."""
    return {
        CellRef(table.id, column.id, line.key): cell
        for table in report.tables
        for line in table.lines
        for column, cell in zip(table.columns, line.cells, strict=True)
    }


def changes(
    definition: ReportDefinition,
    before: Facts,
    after: Facts,
    as_of: date,
    parameters: Mapping[str, ParameterValue],
    parameters_after: Mapping[str, ParameterValue] | None = None,
) -> tuple[CellChange, ...]:
    """The cells that differ between two counts, in the order of the report. Evidence is collected for these alone, and for
    none where the report names no cases."""
    later = parameters if parameters_after is None else parameters_after
    reports = (definition.run(before, as_of, parameters), definition.run(after, as_of, later))
    old, new = (cells_of(report) for report in reports)
    differing = [ref for ref in {**old, **new} if old.get(ref) != new.get(ref)]
    if not differing:
        return ()
    tables = {table.id: table for report in reports for table in report.tables}
    columns = {(t.id, c.id): c for t in tables.values() for c in t.columns}
    evidence = []
    for facts, given in ((before, parameters), (after, later)):
        evidence.append(Evidence(wanted=frozenset(differing)))
        counting = definition.counting(facts, as_of, given, evidence[-1])
        for table_id in dict.fromkeys(ref.table for ref in differing):
            definition.table(table_id).count(counting)
    changed = set(differing)
    found = []
    for ref in differing:
        had, has = (one.contributions.get(ref, []) for one in evidence)
        derivations = [one.derivations[ref] for one in evidence if ref in one.derivations]
        operands = dict.fromkeys(operand for each in derivations for operand in each.operands)
        found.append(
            CellChange(
                ref=ref,
                table=tables[ref.table],
                column=columns[ref.table, ref.column],
                before=old.get(ref),
                after=new.get(ref),
                gone=_only_in(had, has) if definition.names_cases else (),
                come=_only_in(has, had) if definition.names_cases else (),
                derived_from=tuple(operand for operand in operands if operand in changed),
            )
        )
    return tuple(found)


def _only_in(these: Sequence[Contribution], those: Sequence[Contribution]) -> tuple[Contribution, ...]:
    left = Counter(those)
    found = []
    for one in these:
        if left[one] > 0:
            left[one] -= 1
        else:
            found.append(one)
    return tuple(found)
