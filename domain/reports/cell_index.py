"""Whose facts make each cell of a counted table: made in one pass, so that a page of a drill-down counts its people alone."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Final, NamedTuple
from uuid import UUID

from domain.reports.evidence import CellRef, Kind
from domain.reports.table import Cell
from domain.reports.tally_column import PERSON, ColumnTally, Key

NUMBERS: Final = "I"
"""How the numbers of people are kept: four bytes each."""


@dataclass(slots=True, kw_only=True)
class IndexedColumn:
    """A column: under what its facts were counted, each with the people they are of, and the cells these are found in.

    ``cells`` are all that were counted, those that the table does not show included. ``sharing`` are the people of whom
    several have what is counted once (a week of a course), ``shared`` what each of them has of it, and ``first_with`` who
    had something first, while the facts are taken in.
    """

    kind: Kind
    people: dict[Hashable, array[int]] = field(default_factory=dict)
    found_in: defaultdict[Key, list[array[int]]] = field(default_factory=lambda: defaultdict(list))
    cells: Mapping[Key, Cell] = field(default_factory=dict)
    sharing: defaultdict[Hashable, set[int]] = field(default_factory=lambda: defaultdict(set))
    shared: defaultdict[int, set[Hashable]] = field(default_factory=lambda: defaultdict(set))
    first_with: dict[Hashable, int] = field(default_factory=dict)

    def needed(self, people: Iterable[int]) -> set[int]:
        """The people without whose facts it is not known what those of ``people`` bring: they, and who shares with them."""
        found = set(people)
        for thing in {thing for number in found for thing in self.shared.get(number, ())}:
            found |= self.sharing[thing]
        return found


class Window(NamedTuple):
    """Some of the contributions to a cell: of which people (in order), how many contributions these have in the cell, how
    many of them come before the first one looked for, and how many people before all of them."""

    people: tuple[int, ...] = ()
    theirs: int = 0
    before: int = 0
    people_before: int = 0


class CellIndex:
    """Takes in the facts of a table as they are counted. ``number_of`` gives the number of the person whose stream it is."""

    def __init__(self, number_of: Mapping[UUID, int]) -> None:
        self._number_of = number_of
        self.columns: dict[tuple[str, str], IndexedColumn] = {}

    def take(
        self,
        table: str,
        column: str,
        tally: ColumnTally,
        facts: Iterable[Any],
        line: Callable[[Any], Key],
        lines_of: Callable[[Key], Iterable[Key]],
        times: Callable[[Any], int] | None = None,
        until: Callable[[Any], str | None] | None = None,
    ) -> None:
        """Facts that count in a column, each once or as often as ``times`` says, and once more in the line of the period
        ``until`` that it is taken out in; ``lines_of`` gives the lines in which what counts under one is found."""
        into = self._column(table, column, tally.kind)
        number_of = self._number_of
        people: defaultdict[Key, array[int]] = defaultdict(lambda: array(NUMBERS))
        for fact in facts:
            key = line(fact)
            if times is None:
                people[key].append(number_of[fact[0]])
            else:
                people[key].extend((number_of[fact[0]],) * times(fact))
            if until is not None and (end := until(fact)) is not None:
                people[(end, *key[1:])].append(number_of[fact[0]])
        if tally.kind is Kind.APART or (tally.kind is Kind.DISTINCT and tally.group is not PERSON):
            self._note_shared(into, tally, facts)
        for key, numbers in people.items():
            name = (bool(tally.onwards), key)
            if name in into.people:
                into.people[name].extend(numbers)
                continue
            into.people[name] = numbers
            for cell in lines_of(key):
                into.found_in[cell].append(numbers)

    def note(self, table: str, column: str, kind: Kind, cells: Mapping[Key, Cell]) -> None:
        """What the cells of a column come to."""
        self._column(table, column, kind).cells = cells

    def column(self, ref: CellRef) -> IndexedColumn:
        """The column of a cell; counted as one without any facts if there is none."""
        return self.columns.get((ref.table, ref.column)) or IndexedColumn(kind=Kind.DISTINCT)

    def finish(self, table: str) -> None:
        """Put the people of a table in order, once all of it is counted."""
        for (of, _), column in self.columns.items():
            if of == table:
                column.first_with.clear()
                for numbers in column.people.values():
                    numbers[:] = array(NUMBERS, sorted(numbers))

    def total(self, ref: CellRef) -> int:
        """How many contributions a cell has."""
        return sum(map(len, self.column(ref).found_in.get(ref.key, ())))

    def lowest(self, ref: CellRef) -> int:
        """The lowest number of those who make a cell, 0 where nobody does."""
        there = filter(None, self.column(ref).found_in.get(ref.key, ()))
        return min((numbers[0] for numbers in there), default=0)

    def reaches(self, table: str, number: int) -> bool:
        """Whether anybody of this number or a higher one makes any cell of a table."""
        return any(
            len(numbers) > 0 and numbers[-1] >= number
            for (of, _), column in self.columns.items()
            if of == table
            for numbers in column.people.values()
        )

    def window(self, ref: CellRef, first: int, most: int | None) -> Window:
        """The contributions to a cell from number ``first`` on, at most ``most``, in order of the people."""
        if most == 0:
            return Window()
        # Of parts in order: sorting them is merging them.
        numbers = sorted(chain.from_iterable(self.column(ref).found_in.get(ref.key, ())))
        shown = numbers[first : None if most is None else first + most]
        if not shown:
            return Window()
        begin, end = bisect_left(numbers, shown[0]), bisect_right(numbers, shown[-1])
        return Window(tuple(dict.fromkeys(shown)), end - begin, first - begin, len(set(numbers[:begin])))

    @property
    def size(self) -> int:
        """Bytes of the numbers kept."""
        return sum(
            len(numbers) * numbers.itemsize
            for column in self.columns.values()
            for numbers in column.people.values()
        )

    def _note_shared(self, into: IndexedColumn, tally: ColumnTally, facts: Iterable[Any]) -> None:
        for fact in facts:
            group: Any = tally.group(fact)
            thing = group[0] if tally.kind is Kind.APART else group
            number = self._number_of[fact[0]]
            first = into.first_with.setdefault(thing, number)
            if first != number:
                for one in (first, number):
                    into.sharing[thing].add(one)
                    into.shared[one].add(thing)

    def _column(self, table: str, column: str, kind: Kind) -> IndexedColumn:
        return self.columns.setdefault((table, column), IndexedColumn(kind=kind))
