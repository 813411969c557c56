"""From a cell back to what makes it: the contributions with their entries, or the cells it is derived from and theirs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from domain.refusals import Refusal
from domain.reports.definition import Counting, ParameterValue, ReportDefinition
from domain.reports.evidence import UNNAMED, CellRef, Contribution, Evidence, Kind, shares, value
from domain.reports.facts import Facts
from domain.reports.people import People
from domain.reports.table import Cell, Column, NotComputable, Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A contribution with the part of the cell that it makes: 0 where its person is counted by another one already."""

    amount: int
    contribution: Contribution


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Which contributions of each cell are asked for: from number ``first`` on, at most ``most`` (None: all).

    Those that make the cell; with ``but_for`` instead those that would count but for a later entry, and add nothing.
    """

    first: int = 0
    most: int | None = None
    but_for: bool = False

    def of(self, shares_made: Sequence[Share]) -> tuple[Share, ...]:
        """The part of all shares that is on the page."""
        return tuple(shares_made[self.first : None if self.most is None else self.first + self.most])


WHOLE: Final = Page()


@dataclass(frozen=True, slots=True, kw_only=True)
class Drill:
    """How a cell comes about. ``rule`` is the definition with its version, ``column`` says what is counted.

    A derived cell has ``operands`` (of both sides, for a ratio) and the name of its ``function``; every other has
    ``shares``: those of ``page``, of ``total`` in all. All of them add up to the cell.
    """

    ref: CellRef
    cell: Cell
    kind: Kind
    rule: str
    column: Column | None
    shares: tuple[Share, ...] = ()
    total: int = 0
    page: Page = WHOLE
    function: str = ""
    operands: tuple[Drill, ...] = ()


def drill(
    definition: ReportDefinition,
    facts: Facts,
    as_of: date,
    parameters: Mapping[str, ParameterValue],
    ref: CellRef,
    page: Page = WHOLE,
) -> Drill | Refusal:
    """Drill down to one cell; ``facts`` with evidence. Refused: a table, column or line that the report does not have, and
    a figure of too few persons where the report names no cases.

    Only the tables that the cell depends on are counted, these with all that is in them: whoever asks for page after page
    does so with domain/reports/drill_pages.py.
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
    drilled = _drilled(definition, evidence, tables, ref, page, People(facts))
    return sayable(definition, drilled)


def sayable(definition: ReportDefinition, drilled: Drill) -> Drill | Refusal:
    """What may be said of a drill-down: nothing of a figure of too few persons where the report names no cases."""
    if not definition.names_cases and drilled.cell is NotComputable.SUPPRESSED:
        return _too_few()
    return drilled


def _too_few() -> Refusal:
    return Refusal(
        "report.too_few_persons",
        "Diese Zahl beruht auf zu wenigen Personen; sie wird nicht aufgeschlüsselt.",
        "This figure rests on too few persons; it is not broken up.",
    )


def shares_of(
    definition: ReportDefinition,
    kind: Kind,
    contributions: Iterable[Contribution],
    people: People,
    *,
    but_for: bool,
) -> list[Share]:
    """The shares of a cell, in the order of the people; of cases that may be named, or without a word of them."""
    ordered = in_order((one for one in contributions if one.but_for is but_for), people)
    made = [
        Share(amount=amount, contribution=contribution)
        for amount, contribution in zip(shares(kind, ordered), ordered, strict=True)
    ]
    return made if definition.names_cases else _unnamed(made)


def in_order(contributions: Iterable[Contribution], people: People) -> list[Contribution]:
    """By person, and of each by case and entries: the same order however the facts were read."""
    last = len(people.numbers)

    def place(one: Contribution) -> tuple[int, int, list[tuple[int, int]], int]:
        entries = [(entry.stream_id.int, entry.version) for entry in one.entries]
        return people.numbers.get(one.subject, last), one.subject.int, entries, -one.weight

    return sorted(contributions, key=place)


def _unnamed(made: list[Share]) -> list[Share]:
    """The same without a word about which cases and entries these are; the shares still add up to the cell."""
    number: dict[object, int] = {}
    return [
        Share(
            amount=share.amount,
            contribution=Contribution(
                weight=share.contribution.weight,
                subject=UNNAMED,
                entries=(),
                group=number.setdefault(share.contribution.group, len(number) + 1),
                but_for=share.contribution.but_for,
            ),
        )
        for share in sorted(made, key=lambda share: -share.amount)
    ]


def _counted(
    definition: ReportDefinition, counting: Counting, ref: CellRef, tables: dict[str, Table]
) -> Refusal | None:
    if refusal := table_unknown(definition, ref):
        return refusal
    table = tables[ref.table] = definition.table(ref.table).count(counting)
    return cell_unknown(table, ref)


def table_unknown(definition: ReportDefinition, ref: CellRef) -> Refusal | None:
    """The refusal of a table that the report does not have."""
    ids = [table.id for table in definition.tables]
    return None if ref.table in ids else _unknown("table", "Tabelle", "table", ref.table, ids)


def cell_unknown(table: Table, ref: CellRef) -> Refusal | None:
    """The refusal of a column or line that the table does not have."""
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
    definition: ReportDefinition,
    evidence: Evidence,
    tables: Mapping[str, Table],
    ref: CellRef,
    page: Page,
    people: People,
) -> Drill:
    table = tables[ref.table]
    column = next((column for column in table.columns if column.id == ref.column), None)
    rule = f"{definition.name}/{definition.version}"
    if (derivation := evidence.derivations.get(ref)) is not None:
        return Drill(
            ref=ref,
            cell=table.cell(ref.column, *ref.key),
            kind=Kind.DERIVED,
            rule=rule,
            column=column,
            function=derivation.function,
            page=page,
            operands=tuple(
                _drilled(definition, evidence, tables, operand, page, people)
                for operand in derivation.operands
            ),
        )
    kind = evidence.kinds.get(ref, Kind.DISTINCT)
    contributions = evidence.contributions.get(ref, [])
    made = shares_of(definition, kind, contributions, people, but_for=page.but_for)
    # A hidden column has no cell in the table: it is what its contributions make.
    cell = table.cell(ref.column, *ref.key) if column is not None else value(kind, contributions) or 0
    return Drill(
        ref=ref,
        cell=cell,
        kind=kind,
        rule=rule,
        column=column,
        shares=page.of(made),
        total=len(made),
        page=page,
    )
