"""From a cell back to what makes it: the contributions with their entries, or the cells it is derived from and theirs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from domain.refusals import Refusal
from domain.reports.definition import Counting, ParameterValue, ReportDefinition
from domain.reports.evidence import UNNAMED, CellRef, Contribution, Evidence, Kind, shares
from domain.reports.facts import Facts
from domain.reports.table import Cell, Column, NotComputable, Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A contribution with the part of the cell that it makes: 0 where its person is counted by another one already."""

    amount: int
    contribution: Contribution


@dataclass(frozen=True, slots=True, kw_only=True)
class Drill:
    """How a cell comes about. ``rule`` is the definition with its version, ``column`` says what is counted.

    A derived cell has ``operands`` (of both sides, for a ratio) and the name of its ``function``; every other has
    ``shares``, which add up to the cell.
    """

    ref: CellRef
    cell: Cell
    kind: Kind
    rule: str
    column: Column | None
    shares: tuple[Share, ...] = ()
    function: str = ""
    operands: tuple[Drill, ...] = ()


def drill(
    definition: ReportDefinition,
    facts: Facts,
    as_of: date,
    parameters: Mapping[str, ParameterValue],
    ref: CellRef,
) -> Drill | Refusal:
    """Drill down to one cell; ``facts`` with evidence. Refused: a table, column or line that the report does not have, and
    a figure of too few persons where the report names no cases.

    Only the tables that the cell depends on are counted.
    """
    evidence = Evidence(wanted=frozenset((ref,)))
    counting = definition.counting(facts, as_of, parameters, evidence)
    tables: dict[str, Table] = {}
    if refusal := _counted(definition, counting, ref, tables):
        return refusal
    wanted = frozenset(operand for d in evidence.derivations.values() for operand in d.operands)
    while wanted:
        # What is wanted is asked when the tally starts, so the operands of a derived cell need another round.
        evidence.wanted = wanted
        before = set(evidence.derivations)
        for table_id in sorted({operand.table for operand in wanted}):
            tables[table_id] = definition.table(table_id).count(counting)
        wanted = frozenset(
            operand
            for derived in set(evidence.derivations) - before
            for operand in evidence.derivations[derived].operands
        )
    drilled = _drilled(definition, evidence, tables, ref)
    if definition.names_cases:
        return drilled
    return _too_few() if drilled.cell is NotComputable.SUPPRESSED else _unnamed(drilled)


def _too_few() -> Refusal:
    return Refusal(
        "report.too_few_persons",
        "Diese Zahl beruht auf zu wenigen Personen; sie wird nicht aufgeschlüsselt.",
        "This figure rests on too few persons; it is not broken up.",
    )


def _unnamed(drill: Drill) -> Drill:
    """The same without a word about which cases and entries these are; the shares still add up to the cell."""
    number: dict[object, int] = {}
    shares_made = sorted(drill.shares, key=lambda share: -share.amount)
    return replace(
        drill,
        shares=tuple(
            Share(
                amount=share.amount,
                contribution=Contribution(
                    weight=share.contribution.weight,
                    subject=UNNAMED,
                    entries=(),
                    group=number.setdefault(share.contribution.group, len(number) + 1),
                ),
            )
            for share in shares_made
        ),
    )


def _counted(
    definition: ReportDefinition, counting: Counting, ref: CellRef, tables: dict[str, Table]
) -> Refusal | None:
    ids = [table.id for table in definition.tables]
    if ref.table not in ids:
        return _unknown("table", "Tabelle", "table", ref.table, ids)
    table = tables[ref.table] = definition.table(ref.table).count(counting)
    columns = [column.id for column in table.columns]
    if ref.column not in columns:
        return _unknown("column", "Spalte", "column", ref.column, columns)
    if ref.key not in {line.key for line in table.lines}:
        return _unknown(
            "line", "Zeile", "line", " ".join(ref.key), [" ".join(line.key) for line in table.lines]
        )
    return None


_MOST_NAMED = 12


def _unknown(what: str, de: str, en: str, asked: str, known: list[str]) -> Refusal:
    there = ", ".join(known[:_MOST_NAMED]) + (" …" if len(known) > _MOST_NAMED else "")
    return Refusal(
        f"report.{what}_unknown",
        f"Diese {de} hat der Bericht nicht: {asked}. Es gibt: {there or 'keine'}.",
        f"The report has no such {en}: {asked}. There are: {there or 'none'}.",
    )


def _drilled(
    definition: ReportDefinition, evidence: Evidence, tables: Mapping[str, Table], ref: CellRef
) -> Drill:
    table = tables[ref.table]
    column = next((column for column in table.columns if column.id == ref.column), None)
    kind = evidence.kinds.get(ref, Kind.DISTINCT)
    rule = f"{definition.name}/{definition.version}"
    if (derivation := evidence.derivations.get(ref)) is not None:
        return Drill(
            ref=ref,
            cell=table.cell(ref.column, *ref.key),
            kind=Kind.DERIVED,
            rule=rule,
            column=column,
            function=derivation.function,
            operands=tuple(
                _drilled(definition, evidence, tables, operand) for operand in derivation.operands
            ),
        )
    contributions = evidence.contributions.get(ref, [])
    made = tuple(
        Share(amount=amount, contribution=contribution)
        for amount, contribution in zip(shares(kind, contributions), contributions, strict=True)
    )
    # A hidden column has no cell in the table: it is what its contributions make.
    cell = table.cell(ref.column, *ref.key) if column is not None else sum(share.amount for share in made)
    return Drill(ref=ref, cell=cell, kind=kind, rule=rule, column=column, shares=made)
