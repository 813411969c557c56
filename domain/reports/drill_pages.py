"""Drill-downs into one run of a report, page by page: an index says whose facts a page needs, and only these are counted.

The index is made once for each table that is asked for, in one pass over its facts that collects no contributions. A page
then counts the table again, with evidence, from the facts of its people alone. That gives the same contributions as
counting everything, for what a person brings to a cell depends on the facts of this person and on what is of no case
(grants, offers), never on other people's. Where it does depend on them (spans of a course that share a day), where it is
of no person, and where no case may be named, everything is counted, and what came of it kept.
"""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Final

from domain.refusals import Refusal
from domain.reports.cell_index import CellIndex, Window
from domain.reports.definition import Counting, ParameterValue, ReportDefinition
from domain.reports.drill import Drill, Page, Share, cell_unknown, sayable, shares_of, table_unknown
from domain.reports.evidence import CellRef, Contribution, Evidence, Kind
from domain.reports.facts import Facts
from domain.reports.people import People
from domain.reports.table import Cell, Table

MOST_KEPT: Final = 100_000
"""How many shares of cells that were counted whole are kept."""


class DrillPages:
    """Drill-downs into a report of ``facts`` (with evidence)."""

    def __init__(
        self,
        definition: ReportDefinition,
        facts: Facts,
        as_of: date,
        parameters: Mapping[str, ParameterValue],
    ) -> None:
        self._definition, self._facts = definition, facts
        self._as_of, self._parameters = as_of, parameters
        self._people = People(facts)
        self._index = CellIndex(self._people.numbers)
        self._evidence = Evidence(index=self._index)
        self._counting: Counting | None = None
        self._tables: dict[str, Table] = {}
        self._whole: OrderedDict[tuple[CellRef, bool], list[Share]] = OrderedDict()
        self.counted_whole: set[CellRef] = set()
        """The cells that were not counted page by page."""

    @property
    def size(self) -> int:
        """Bytes of the index."""
        return self._index.size

    def prepare(self, tables: Collection[str] | None = None) -> None:
        """Index these tables, or all, so that the first drill-down need not."""
        for table in self._definition.tables:
            if tables is None or table.id in tables:
                self._table(table.id)

    def page(self, ref: CellRef, page: Page) -> Drill | Refusal:
        """What ``domain.reports.drill.drill`` gives, and refuses."""
        if refusal := table_unknown(self._definition, ref):
            return refusal
        if refusal := cell_unknown(self._table(ref.table), ref):
            return refusal
        leaves = list(dict.fromkeys(self._leaves(ref)))
        return sayable(self._definition, self._drilled(ref, page, self._shares(leaves, page)))

    # --------------------------------------------------------------- private

    def _table(self, table_id: str) -> Table:
        """A table with its index."""
        if table_id not in self._tables:
            if self._counting is None:
                self._counting = self._definition.counting(
                    self._facts, self._as_of, self._parameters, self._evidence
                )
            self._tables[table_id] = self._definition.table(table_id).count(self._counting)
            self._index.finish(table_id)
            if len(self._tables) == len(self._definition.tables):
                # With it goes what the tables were counted from.
                self._counting = None
        return self._tables[table_id]

    def _leaves(self, ref: CellRef) -> Iterator[CellRef]:
        """The cells with contributions of their own that a cell comes from."""
        self._table(ref.table)
        derivation = self._evidence.derivations.get(ref)
        if derivation is None:
            yield ref
            return
        for operand in derivation.operands:
            yield from self._leaves(operand)

    def _shares(self, leaves: list[CellRef], page: Page) -> dict[CellRef, tuple[tuple[Share, ...], int]]:
        """Of each cell the shares on the page, and how many there are in all."""
        found: dict[CellRef, tuple[tuple[Share, ...], int]] = {}
        windows: dict[CellRef, Window] = {}
        for ref in leaves:
            if page.but_for or self._index.column(ref).kind is Kind.APART or not self._definition.names_cases:
                continue
            window = self._index.window(ref, page.first, page.most)
            if all(map(self._people.is_person, window.people)):
                windows[ref] = window
        contributions = self._contributions(windows)
        for ref, window in windows.items():
            kind = self._index.column(ref).kind
            made = shares_of(self._definition, kind, contributions.get(ref, ()), self._people, but_for=False)
            if len(made) == window.theirs:
                shown = made[window.before :]
                found[ref] = tuple(shown if page.most is None else shown[: page.most]), window.total
        rest = [ref for ref in leaves if ref not in found]
        self._count_whole(rest, but_for=page.but_for)
        for ref in rest:
            whole = self._whole[ref, page.but_for]
            found[ref] = page.of(whole), len(whole)
        self._forget()
        return found

    def _contributions(self, windows: Mapping[CellRef, Window]) -> dict[CellRef, list[Contribution]]:
        """The contributions of the people of each window to its cell: each table counted once, from all of them."""
        of_table: defaultdict[str, list[CellRef]] = defaultdict(list)
        for ref, window in windows.items():
            if window.people:
                of_table[ref.table].append(ref)
        found: dict[CellRef, list[Contribution]] = {}
        for table_id, refs in of_table.items():
            people = frozenset(number for ref in refs for number in windows[ref].people)
            evidence = Evidence(wanted=frozenset(refs))
            self._count(table_id, self._people.facts_of(people), evidence)
            for ref in refs:
                theirs = frozenset(windows[ref].people)
                found[ref] = [
                    one
                    for one in evidence.contributions.get(ref, ())
                    if self._people.numbers[one.subject] in theirs
                ]
        return found

    def _count_whole(self, refs: list[CellRef], *, but_for: bool) -> None:
        """Keep all shares of cells, counted from everything unless they are kept already: each table once."""
        of_table: defaultdict[str, list[CellRef]] = defaultdict(list)
        for ref in refs:
            if (ref, but_for) in self._whole:
                self._whole.move_to_end((ref, but_for))
            else:
                of_table[ref.table].append(ref)
        for table_id, wanted in of_table.items():
            evidence = Evidence(wanted=frozenset(wanted))
            self._count(table_id, self._facts, evidence)
            for ref in wanted:
                kind, contributions = self._index.column(ref).kind, evidence.contributions.get(ref, [])
                for apart in (not but_for, but_for):
                    made = shares_of(self._definition, kind, contributions, self._people, but_for=apart)
                    self._whole[ref, apart] = made
            self.counted_whole.update(wanted)

    def _forget(self) -> None:
        """Keep no more shares than there is room for, but those of the last cell in any case."""
        kept = sum(map(len, self._whole.values()))
        while kept > MOST_KEPT and len(self._whole) > 2:
            kept -= len(self._whole.popitem(last=False)[1])

    def _count(self, table_id: str, facts: Facts, evidence: Evidence) -> None:
        counting = self._definition.counting(facts, self._as_of, self._parameters, evidence)
        self._definition.table(table_id).count(counting)

    def _drilled(
        self, ref: CellRef, page: Page, found: Mapping[CellRef, tuple[tuple[Share, ...], int]]
    ) -> Drill:
        table = self._table(ref.table)
        column = next((column for column in table.columns if column.id == ref.column), None)
        rule = f"{self._definition.name}/{self._definition.version}"
        if (derivation := self._evidence.derivations.get(ref)) is not None:
            return Drill(
                ref=ref,
                cell=table.cell(ref.column, *ref.key),
                kind=Kind.DERIVED,
                rule=rule,
                column=column,
                function=derivation.function,
                page=page,
                operands=tuple(self._drilled(operand, page, found) for operand in derivation.operands),
            )
        indexed = self._index.column(ref)
        cell: Cell = table.cell(ref.column, *ref.key) if column is not None else indexed.cells.get(ref.key, 0)
        made, total = found[ref]
        return Drill(
            ref=ref,
            cell=cell,
            kind=indexed.kind,
            rule=rule,
            column=column,
            shares=made,
            total=total,
            page=page,
        )
