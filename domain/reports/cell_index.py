"""Whose facts make each cell of a counted table: made in one pass, so that a page of a drill-down counts its people alone."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain
from operator import itemgetter
from typing import Any, Final, NamedTuple
from uuid import UUID

from domain.reports.evidence import CellRef, Kind
from domain.reports.table import Cell
from domain.reports.tally_column import PERSON, ColumnTally, Key

NUMBERS: Final = "I"
"""How the numbers of people are kept: four bytes each."""
_STREAM: Final = itemgetter(0)


class Together(NamedTuple):
    """Facts that count under one key (and stop counting from the period ``until`` on): how many, and the people they are of,
    each as often as there are facts."""

    key: Key
    until: str | None
    number: int
    persons: array[int]


class Several(NamedTuple):
    """What a stream brings to a line: as many contributions as there are ``whats``, the parts that it has of one thing."""

    stream: UUID
    key: Key
    thing: Hashable
    whats: Collection[Hashable]


@dataclass(slots=True, kw_only=True)
class IndexedColumn:
    """A column: in which cells what counts under a key is found, and the people each cell is made of.

    ``cells`` are all that were counted, those that the table does not show included. ``firsts`` are, of each thing that is
    counted once and that several people have (a week of a course), the first who have it, by what exactly they have and
    under which key; ``things`` are those of each person. ``alone`` says of every thing who has it, while the facts are
    taken in: None when several have.
    """

    kind: Kind
    lines: dict[Hashable, tuple[Key, ...]] = field(default_factory=dict)
    found_in: defaultdict[Key, list[array[int]]] = field(default_factory=lambda: defaultdict(list))
    cells: Mapping[Key, Cell] = field(default_factory=dict)
    firsts: dict[Hashable, dict[tuple[Hashable, Key], int]] = field(default_factory=dict)
    things: defaultdict[int, set[Hashable]] = field(default_factory=lambda: defaultdict(set))
    alone: dict[Hashable, int | None] = field(default_factory=dict)

    def needed(self, people: Iterable[int]) -> set[int]:
        """The people without whose facts it is not known what those of ``people`` bring: they, and who has first what they
        have, too."""
        found = set(people)
        for thing in {thing for number in found for thing in self.things.get(number, ())}:
            found.update(self.firsts[thing].values())
        return found

    def note(self, thing: Hashable, what: tuple[Hashable, Key], number: int) -> None:
        """Somebody has a thing."""
        if self.alone.setdefault(thing, number) != number:
            self.alone[thing] = None
        firsts = self.firsts.setdefault(thing, {})
        firsts[what] = min(firsts.get(what, number), number)
        self.things[number].add(thing)

    def note_several(self, thing: Hashable, key: Key, whats: Iterable[Hashable], number: int) -> None:
        """Somebody has several parts of a thing."""
        if self.alone.setdefault(thing, number) != number:
            self.alone[thing] = None
        firsts = self.firsts.setdefault(thing, {})
        for what in whats:
            if firsts.get((what, key), number) >= number:
                firsts[what, key] = number
        self.things[number].add(thing)

    def finish(self) -> None:
        """Forget what one person has alone."""
        self.firsts = {thing: found for thing, found in self.firsts.items() if self.alone[thing] is None}
        for number, things in list(self.things.items()):
            # Each looked up: to intersect with all that there are would take as long for everybody.
            if found := {thing for thing in things if thing in self.firsts}:
                self.things[number] = found
            else:
                del self.things[number]
        self.alone.clear()


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
        self._asked: dict[tuple[Any, ...], tuple[list[Any], list[Any]]] = {}
        self._together: dict[tuple[Any, ...], tuple[list[Any], list[Together]]] = {}

    def within(self, facts: Iterable[Any], within: Callable[[Any], bool] | None) -> list[Any]:
        """The facts that are asked for; of the same list the same one, until the table is finished."""
        if not isinstance(facts, list):
            return list(filter(within, facts)) if within is not None else list(facts)
        if within is None:
            return facts
        name = (id(facts), within)
        if name not in self._asked:
            self._asked[name] = facts, list(filter(within, facts))
        return self._asked[name][1]

    def take(
        self,
        table: str,
        column: str,
        tally: ColumnTally,
        facts: list[Any],
        line: Callable[[Any], Key],
        lines_of: Callable[[Key], Iterable[Key]],
        times: Callable[[Any], int] | None = None,
        until: Callable[[Any], str | None] | None = None,
    ) -> list[Together]:
        """Facts that count in a column, each once or as often as ``times`` says, and once more in the line of the period
        ``until`` that it is taken out in; ``lines_of`` gives the lines in which what counts under one is found. Returns
        them put together; until the table is finished, the same list under the same lines is gone through once."""
        name = (id(facts), line, times, until)
        if name not in self._together:
            # With the facts, so that no other list gets their identity.
            self._together[name] = facts, self._put_together(facts, line, times, until)
        together = self._together[name][1]
        into = self._column(table, column, tally.kind)
        if tally.kind is Kind.APART or (tally.kind is Kind.DISTINCT and tally.group is not PERSON):
            self._note_things(into, tally, facts, line)
        onwards = bool(tally.onwards)
        for one in together:
            keys = [one.key] if one.until is None else [one.key, (one.until, *one.key[1:])]
            for key in keys:
                if (onwards, key) not in into.lines:
                    into.lines[onwards, key] = tuple(lines_of(key))
                for cell in into.lines[onwards, key]:
                    into.found_in[cell].append(one.persons)
        return together

    def take_several(
        self,
        table: str,
        column: str,
        kind: Kind,
        brought: Iterable[Several],
        lines_of: Callable[[Key], Iterable[Key]],
    ) -> None:
        """The same of what was counted course by course already, without a fact for each single thing."""
        into = self._column(table, column, kind)
        people: defaultdict[Key, array[int]] = defaultdict(lambda: array(NUMBERS))
        for stream, key, thing, whats in brought:
            number = self._number_of[stream]
            people[key].extend((number,) * len(whats))
            into.note_several(thing, key, whats, number)
        for key, numbers in people.items():
            into.lines[False, key] = tuple(lines_of(key))
            for cell in into.lines[False, key]:
                into.found_in[cell].append(numbers)

    def _put_together(
        self,
        facts: list[Any],
        line: Callable[[Any], Key],
        times: Callable[[Any], int] | None,
        until: Callable[[Any], str | None] | None,
    ) -> list[Together]:
        numbers = map(self._number_of.__getitem__, map(_STREAM, facts))
        people: defaultdict[tuple[Key, str | None], array[int]] = defaultdict(lambda: array(NUMBERS))
        if times is not None:
            for fact, number in zip(facts, numbers, strict=True):
                people[line(fact), None].extend((number,) * times(fact))
        elif until is not None:
            for key, end, number in zip(map(line, facts), map(until, facts), numbers, strict=True):
                people[key, end].append(number)
        else:
            alone: defaultdict[Key, array[int]] = defaultdict(lambda: array(NUMBERS))
            for key, number in zip(map(line, facts), numbers, strict=True):
                alone[key].append(number)
            return [Together(key, None, len(numbers), numbers) for key, numbers in alone.items()]
        return [Together(key, end, len(numbers), numbers) for (key, end), numbers in people.items()]

    def note(self, table: str, column: str, kind: Kind, cells: Mapping[Key, Cell]) -> None:
        """What the cells of a column come to."""
        self._column(table, column, kind).cells = cells

    def column(self, ref: CellRef) -> IndexedColumn:
        """The column of a cell; counted as one without any facts if there is none."""
        return self.columns.get((ref.table, ref.column)) or IndexedColumn(kind=Kind.DISTINCT)

    def finish(self, table: str) -> None:
        """Put the people of a table in order, once all of it is counted."""
        self._asked.clear()
        self._together.clear()
        for (of, _), column in self.columns.items():
            if of == table:
                column.finish()
        for numbers in self._arrays(table):
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
        return any(len(numbers) > 0 and numbers[-1] >= number for numbers in self._arrays(table))

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
        return sum(len(numbers) * numbers.itemsize for numbers in self._arrays())

    def _arrays(self, table: str | None = None) -> list[array[int]]:
        """The people of a table, or of all: those who are the same in several columns and cells once."""
        there = {
            id(numbers): numbers
            for (of, _), column in self.columns.items()
            if table in (None, of)
            for found in column.found_in.values()
            for numbers in found
        }
        return list(there.values())

    def _note_things(
        self, into: IndexedColumn, tally: ColumnTally, facts: Iterable[Any], line: Callable[[Any], Key]
    ) -> None:
        for fact in facts:
            group: Any = tally.group(fact)
            thing = group[0] if tally.kind is Kind.APART else group
            into.note(thing, (group, line(fact)), self._number_of[fact[0]])

    def _column(self, table: str, column: str, kind: Kind) -> IndexedColumn:
        return self.columns.setdefault((table, column), IndexedColumn(kind=kind))
