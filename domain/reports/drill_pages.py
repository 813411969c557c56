"""Drill-downs into one run of a report, page by page: an index says whose facts a page needs, and only these are counted.

The index is made once for each table that is asked for, in one pass over its facts that collects no contributions. A page
then counts the table again, with evidence, from the facts of its people alone. That gives the same contributions as
counting everything, for what a person brings to a cell depends on the facts of this person and on what is of no case
(grants, offers), never on other people's; where several have what is counted once (a week of a course), on theirs. What
is of no case brings what it brings whoever there is: a grant has thousands of vouchers, so that is collected once
(domain/reports/standing_evidence.py). What would count but for a later entry is in no index: there everything is counted,
and what came of it kept.
"""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final

from domain.refusals import Refusal
from domain.reports.cell_index import CellIndex, Window
from domain.reports.definition import Counting, ParameterValue, ReportDefinition
from domain.reports.drill import (
    Drill,
    Listed,
    Page,
    Share,
    ShownCells,
    cell_unknown,
    put_together,
    shares_of,
    table_unknown,
)
from domain.reports.drill_tree import Branch, cells_of, leaves, unfolded
from domain.reports.evidence import CellRef, Contribution, Evidence, Kind
from domain.reports.facts import Facts
from domain.reports.people import People
from domain.reports.standing_evidence import StandingEvidence
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
        self._standing: dict[str, StandingEvidence] = {}
        self._shared: dict[Any, Any] = {}
        self._tables: dict[str, Table] = {}
        self._shown: dict[str, ShownCells] = {}
        self._whole: OrderedDict[tuple[CellRef, bool], list[Share]] = OrderedDict()
        self.counted_whole: set[CellRef] = set()
        """The cells that were not counted page by page."""

    @property
    def size(self) -> int:
        """Bytes of the index."""
        return self._index.size

    def prepare(self, tables: Collection[str] | None = None) -> None:
        """Index these tables, or all, so that the first drill-down need not."""
        # Sorts all facts by whom they are of.
        self._people.facts_of(())
        for table in self._definition.tables:
            if tables is None or table.id in tables:
                self._table(table.id)

    def indexed(self, table: str) -> bool:
        """Whether a table is indexed."""
        return table in self._tables

    def page(self, ref: CellRef, page: Page) -> Drill | Refusal:
        """What ``domain.reports.drill.drill`` gives, and refuses."""
        if refusal := table_unknown(self._definition, ref):
            return refusal
        if refusal := cell_unknown(self._table(ref.table), ref):
            return refusal
        branch = self._branch(ref)
        listed = self._listed(list(dict.fromkeys(leaves(branch))), page)
        return put_together(self._definition, branch, self._shown, self._counted, listed)

    # --------------------------------------------------------------- private

    def _table(self, table_id: str) -> Table:
        """A table with its index."""
        if table_id not in self._tables:
            if self._counting is None:
                self._counting = self._counting_of(self._facts, self._evidence)
            self._tables[table_id] = self._definition.table(table_id).count(self._counting)
            self._shown[table_id] = ShownCells(self._tables[table_id])
            self._index.finish(table_id)
            if self._index.reaches(table_id, self._people.count):
                self._standing_of(CellRef(table_id, "", ()))
            if len(self._tables) == len(self._definition.tables):
                # With it goes what the tables were counted from.
                self._counting = None
        return self._tables[table_id]

    def _branch(self, ref: CellRef) -> Branch:
        """What a cell comes from; the tables of all of it are indexed."""
        while True:
            found = unfolded(ref, self._evidence.derivations)
            missing = {cell.table for cell in cells_of(found)} - self._tables.keys()
            if not missing:
                return found
            self.prepare(missing)

    def _listed(self, cells: list[CellRef], page: Page) -> dict[CellRef, Listed]:
        """What is listed of each of these cells."""
        if page.but_for:
            self._count_whole(cells, but_for=True)
            totals = {ref: len(self._whole[ref, True]) for ref in cells}
        else:
            totals = {ref: self._index.total(ref) for ref in cells}
        pages = page.allotted(totals)
        found = {}
        if not page.but_for:
            paged = [ref for ref in cells if self._index.lowest(ref) < self._people.count]
            windows = {ref: self._index.window(ref, page.first, pages[ref].most) for ref in paged}
            for ref, made in self._shares(windows).items():
                found[ref] = Listed(made[: pages[ref].most], totals[ref], pages[ref])
            self._keep_standing([ref for ref in cells if ref not in found])
        rest = [ref for ref in cells if ref not in found]
        self._count_whole(rest, but_for=page.but_for)
        for ref in rest:
            whole = self._whole[ref, page.but_for]
            found[ref] = Listed(pages[ref].of(whole), len(whole), pages[ref])
        self._forget()
        return found

    def _shares(self, windows: Mapping[CellRef, Window]) -> dict[CellRef, tuple[Share, ...]]:
        """The shares of each window on, as far as they can be counted from the facts of some."""
        found: dict[CellRef, tuple[Share, ...]] = {}
        needed = {ref: self._index.column(ref).needed(window.people) for ref, window in windows.items()}
        named = {number for window in windows.values() for number in window.people}
        contributions = self._contributions(needed, named)
        for ref, window in windows.items():
            kind = self._index.column(ref).kind
            theirs = frozenset(window.people)
            ordered = self._people.in_order(contributions.get(ref, ()))
            if not all(map(self._people.is_person, needed[ref])):
                ordered += self._standing_of(ref)
            made = shares_of(self._definition, kind, ordered, window.people_before)
            numbers = [self._people.numbers[one.subject] for one in ordered]
            shown = [share for share, number in zip(made, numbers, strict=True) if number in theirs]
            if len(shown) == window.theirs:
                found[ref] = tuple(shown[window.before :])
        return found

    def _contributions(
        self, needed: Mapping[CellRef, set[int]], named: Collection[int]
    ) -> dict[CellRef, list[Contribution]]:
        """The contributions to each cell of the people needed for it: each table counted once, from all of them. Of those
        who are not ``named`` without their entries."""
        of_table: defaultdict[str, list[CellRef]] = defaultdict(list)
        for ref, numbers in needed.items():
            if any(map(self._people.is_person, numbers)):
                of_table[ref.table].append(ref)
        found: dict[CellRef, list[Contribution]] = {}
        for table_id, refs in of_table.items():
            evidence = Evidence(
                wanted=frozenset(refs), named=lambda stream: self._people.numbers[stream] in named
            )
            some = self._people.facts_of(frozenset[int]().union(*(needed[ref] for ref in refs)))
            self._count(table_id, some, evidence)
            for ref in refs:
                persons = set(filter(self._people.is_person, needed[ref]))
                found[ref] = [
                    one
                    for one in evidence.contributions.get(ref, ())
                    if not one.but_for and self._people.numbers[one.subject] in persons
                ]
        return found

    def _standing_of(self, ref: CellRef) -> list[Contribution]:
        """What is of no case brings to a cell, in order."""
        if ref.table not in self._standing:
            evidence = Evidence()
            self._count(ref.table, self._people.facts_of(()), evidence)
            self._standing[ref.table] = StandingEvidence(evidence, self._people)
        return self._standing[ref.table].of(ref)

    def _keep_standing(self, refs: list[CellRef]) -> None:
        """Keep all shares of cells that are of no case alone."""
        for ref in refs:
            if self._index.lowest(ref) >= self._people.count and (ref, False) not in self._whole:
                kind = self._index.column(ref).kind
                self._whole[ref, False] = shares_of(self._definition, kind, self._standing_of(ref))

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
                    ordered = self._people.in_order(one for one in contributions if one.but_for is apart)
                    self._whole[ref, apart] = shares_of(self._definition, kind, ordered)
            self.counted_whole.update(wanted)

    def _forget(self) -> None:
        """Keep no more shares than there is room for, but those of the last cell in any case."""
        kept = sum(map(len, self._whole.values()))
        while kept > MOST_KEPT and len(self._whole) > 2:
            kept -= len(self._whole.popitem(last=False)[1])

    def _count(self, table_id: str, facts: Facts, evidence: Evidence) -> None:
        self._definition.table(table_id).count(self._counting_of(facts, evidence))

    def _counting_of(self, facts: Facts, evidence: Evidence) -> Counting:
        counting = self._definition.counting(facts, self._as_of, self._parameters, evidence)
        return replace(counting, shared=self._shared)

    def _counted(self, ref: CellRef) -> tuple[Kind, Cell]:
        column = self._index.column(ref)
        return column.kind, column.cells.get(ref.key, 0)
