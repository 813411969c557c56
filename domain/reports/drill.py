"""From a cell back to what makes it: the contributions with their entries, or the cells it is derived from and theirs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, NamedTuple

from domain.refusals import Refusal
from domain.reports.definition import Counting, ParameterValue, ReportDefinition
from domain.reports.drill_tree import Branch, leaves, unfolded
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

    Those that make the cell; with ``but_for`` instead those that would count but for a later entry, and add nothing. Of a
    derived cell all its operands together list no more than ``OF_AN_ANSWER`` times ``most``: the first ones first.
    """

    first: int = 0
    most: int | None = None
    but_for: bool = False

    def of(self, shares_made: Sequence[Share]) -> tuple[Share, ...]:
        """The part of all shares that is on the page."""
        return tuple(shares_made[self.first : None if self.most is None else self.first + self.most])

    def allotted(self, totals: Mapping[CellRef, int]) -> dict[CellRef, Page]:
        """What is listed of each of several cells with so many contributions in all."""
        if self.most is None:
            return dict.fromkeys(totals, self)
        left = OF_AN_ANSWER * self.most
        found = {}
        for ref, total in totals.items():
            found[ref] = page = self if self.most <= left else replace(self, most=left)
            left -= len(range(total)[self.first : self.first + (page.most or 0)])
        return found


OF_AN_ANSWER: Final = 4
WHOLE: Final = Page()


@dataclass(frozen=True, slots=True, kw_only=True)
class Drill:
    """How a cell comes about. ``rule`` is the definition with its version, ``column`` says what is counted.

    A derived cell has ``operands`` (of both sides, for a ratio) and the name of its ``function``, or the cell at which
    they are told (``operands_as``): one above that has the very same, or itself, to be drilled into. Every other has
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
    operands_as: CellRef | None = None


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
    people = People(facts)
    made: dict[CellRef, list[Share]] = {}
    branch = unfolded(ref, evidence.derivations)
    for leaf in leaves(branch):
        kind, contributions = evidence.kinds.get(leaf, Kind.DISTINCT), evidence.contributions.get(leaf, ())
        ordered = people.in_order(one for one in contributions if one.but_for is page.but_for)
        made[leaf] = shares_of(definition, kind, ordered)
    pages = page.allotted({leaf: len(found) for leaf, found in made.items()})
    listed = {leaf: Listed(pages[leaf].of(found), len(found), pages[leaf]) for leaf, found in made.items()}

    def counted(leaf: CellRef) -> tuple[Kind, Cell]:
        kind = evidence.kinds.get(leaf, Kind.DISTINCT)
        return kind, value(kind, evidence.contributions.get(leaf, [])) or 0

    shown = {table_id: ShownCells(table) for table_id, table in tables.items()}
    return put_together(definition, branch, shown, counted, listed)


class Listed(NamedTuple):
    """Of a cell the shares that are listed, of how many, and as which page."""

    shares: tuple[Share, ...]
    total: int
    page: Page


class ShownCells:
    """The columns and cells of a table, found at once."""

    def __init__(self, table: Table) -> None:
        self.columns = {column.id: column for column in table.columns}
        self._places = {column.id: place for place, column in enumerate(table.columns)}
        self._lines = {line.key: line.cells for line in table.lines}

    def cell(self, ref: CellRef) -> Cell | None:
        """A cell; None for one that is not shown."""
        line, place = self._lines.get(ref.key), self._places.get(ref.column)
        return None if line is None or place is None else line[place]


def put_together(
    definition: ReportDefinition,
    branch: Branch,
    tables: Mapping[str, ShownCells],
    counted: Callable[[CellRef], tuple[Kind, Cell]],
    listed: Mapping[CellRef, Listed],
) -> Drill | Refusal:
    """The drill-down of a cell from what is ``listed`` of those that it comes from; ``counted`` says how a cell came about
    and, of one that the table does not show, what it is.

    Refused: a figure of too few persons where the report names no cases.
    """
    rule = f"{definition.name}/{definition.version}"
    drilled = _drilled(rule, branch, tables, counted, listed)
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
    definition: ReportDefinition, kind: Kind, contributions: Sequence[Contribution], people_before: int = 0
) -> list[Share]:
    """The shares of contributions in order; of cases that may be named, or without a word of them: then persons have the
    number at which they stand in the cell, ``people_before`` of them before these."""
    made = [
        Share(amount=amount, contribution=contribution)
        for amount, contribution in zip(shares(kind, contributions), contributions, strict=True)
    ]
    return made if definition.names_cases else _unnamed(made, people_before)


def _unnamed(made: list[Share], people_before: int) -> list[Share]:
    """The same without a word about which cases and entries these are; the shares still add up to the cell."""
    number: dict[object, int] = {}
    for share in made:
        if (group := share.contribution.group) is not None:
            number.setdefault(group, people_before + len(number) + 1)
    return [
        Share(
            amount=share.amount,
            contribution=Contribution(
                weight=share.contribution.weight,
                subject=UNNAMED,
                entries=(),
                group=number.get(share.contribution.group),
                but_for=share.contribution.but_for,
            ),
        )
        for share in made
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
    rule: str,
    branch: Branch,
    tables: Mapping[str, ShownCells],
    counted: Callable[[CellRef], tuple[Kind, Cell]],
    listed: Mapping[CellRef, Listed],
) -> Drill:
    ref, derivation = branch.ref, branch.derivation
    cell = tables[ref.table].cell(ref)
    kind = Kind.DERIVED
    if cell is None or derivation is None:
        kind, hidden = counted(ref)
        cell = hidden if cell is None else cell
    column = tables[ref.table].columns.get(ref.column)
    if derivation is None:
        return Drill(ref=ref, cell=cell, kind=kind, rule=rule, column=column, **listed[ref]._asdict())
    return Drill(
        ref=ref,
        cell=cell,
        kind=Kind.DERIVED,
        rule=rule,
        column=column,
        function=derivation.function,
        operands=tuple(_drilled(rule, operand, tables, counted, listed) for operand in branch.operands),
        operands_as=branch.told_at,
    )
