"""Counting one table: facts go in with the reason why they count, lines of cells come out; on demand with the evidence.

One definition drives the figure and its drill-down: ``count``, ``persons`` and the others are told which facts count
under which key and *because* of which entries. Without ``Evidence`` they only count, and never look at the reasons.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import starmap
from operator import attrgetter
from typing import Any, Final, TypeAlias

from domain.path import Title
from domain.reports.evidence import (
    FIRST_ENTRY,
    ApartSpan,
    Because,
    CellRef,
    Contribution,
    Derivation,
    EntryRef,
    Evidence,
    Kind,
)
from domain.reports.table import Cell, Column, Line, Table
from domain.reports.tally_column import (
    PERSON,
    Amount,
    ColumnTally,
    Key,
    carried_on,
    cells_of,
    sum_up,
    total_of_all,
    totals_last,
    value_of,
    values_of,
)

__all__ = ["Key", "Tally", "total_of_all"]

Fact: TypeAlias = Any
"""A tuple whose first field is the stream it is of."""
LineOf: TypeAlias = Callable[[Any], Key]
"""Fact → key of the line it counts in."""
Shadows: TypeAlias = Callable[[Any], Iterable[tuple[Any, int]]]
"""Fact → how it would count but for a later entry of its stream (where a case was before it moved), with its version."""

_ANY: Final = CellRef("", "", ())
_KEY, _UNTIL = attrgetter("key"), attrgetter("until")
_GROUPED: Final = (Kind.DISTINCT, Kind.APART, Kind.SURVIVAL)


class Tally:
    """The counting of one table of a report.

    ``totals`` maps the key of a line to the keys of the lines that sum it up; what is summed up is counted anew (persons
    in two lines count once in the total). Call the counting methods, then ``derive`` what follows from cells, then
    ``table``.

    ``hidden`` columns are counted and derived from, but not shown.

    ``bundled`` facts stand for ``number`` of their kind, of ``persons``; an ``amount`` that is asked of such a fact is that
    of all of them. They have no evidence.

    ``shadows`` and ``within`` matter to the evidence only. ``within`` says which facts are asked for; give the tally more
    than these when a shadow of the others may be within, and it leaves them out. ``also_because`` are entries of other
    streams without which a fact would not be asked for.
    """

    def __init__(
        self,
        *,
        id: str,  # noqa: A002 # as Table names it
        title: Title,
        keys: tuple[Title, ...],
        columns: tuple[Column, ...],
        evidence: Evidence | None = None,
        totals: Callable[[Key], Iterable[Key]] | None = None,
        shadows: Shadows | None = None,
        within: Callable[[Any], bool] | None = None,
        hidden: tuple[str, ...] = (),
        also_because: Callable[[Any], tuple[EntryRef, ...]] | None = None,
        bundled: bool = False,
    ) -> None:
        if bundled and evidence is not None:
            raise ValueError(f"table {id}: bundles have no evidence")
        self.bundled = bundled
        self._id, self._title, self._key_titles, self._columns = id, title, keys, columns
        self._evidence, self._totals, self._shadows = evidence, totals, shadows
        self._within = within if evidence is not None else None
        self._also_because = also_because
        self._tallies: dict[str, ColumnTally] = {}
        self._refs: dict[tuple[str, int, Key], list[CellRef]] = {}
        self._derivings: list[tuple[str, Callable[..., Cell], tuple[str, ...]]] = []
        self._ids = {*(column.id for column in columns), *hidden}

    # ------------------------------------------------------------- counting

    def count(
        self,
        column: str,
        facts: Iterable[Fact],
        line: LineOf,
        because: Because,
        amount: Amount = 1,
        *,
        onwards: Sequence[str] = (),
        rule: Callable[[Any], str] | None = None,
    ) -> None:
        """Add ``amount`` (or what it says of the fact; may be negative) to the cell that each fact counts in.

        With ``onwards`` it counts in the lines of later periods, too: ``onwards`` are the periods in order, the first
        part of every key.
        """
        tally = self._column(column, Kind.SUM)
        tally.amount, tally.rule, tally.onwards = amount, rule, onwards
        facts, line, bundled = self._taken_in(column, tally, facts, line, because, single=callable(amount))
        sums = tally.sums
        if callable(amount):
            for fact in facts:
                sums[line(fact)] += amount(fact)
        elif bundled:
            for fact in facts:
                sums[line(fact)] += amount * fact.number
        elif amount == 1:
            sums.update(map(line, facts))
        else:
            for key, number in Counter(map(line, facts)).items():
                sums[key] += amount * number

    def count_each(
        self,
        column: str,
        facts: Iterable[Fact],
        line: LineOf,
        each: Callable[[Any], Iterable[tuple[int, ...]]],
        amount: Callable[[Any], int],
    ) -> None:
        """Add the number (``amount``) of things that a fact sums up; ``each`` gives for every one of them the versions
        because of which it counts, and is asked for the evidence only."""
        tally = self._column(column, Kind.SUM)
        tally.amount = 1
        facts, line, _ = self._taken_in(column, tally, facts, line, each, several=amount)
        for fact in facts:
            tally.sums[line(fact)] += amount(fact)

    def persons(
        self,
        column: str,
        facts: Iterable[Fact],
        line: LineOf,
        because: Because,
        *,
        person: Callable[[Any], Hashable] = PERSON,
    ) -> None:
        """Count each person (or whatever ``person`` says of the fact) once per cell."""
        tally = self._column(column, Kind.DISTINCT)
        tally.group = person
        single = person is not PERSON
        facts, line, bundled = self._taken_in(column, tally, facts, line, because, single=single)
        groups = tally.groups
        if bundled:
            assert not single  # noqa: S101 # a bundle knows its persons only
            for fact in facts:
                groups[line(fact)].update(fact.persons)
            return
        for fact in facts:
            groups[line(fact)].add(person(fact))

    def persons_between(
        self,
        column: str,
        facts: Iterable[Fact],
        line: LineOf,
        because: Because,
        *,
        periods: Sequence[str],
        until: Callable[[Any], str | None],
        ended_by: Because,
    ) -> None:
        """Count each person once per cell, from the period of ``line`` (the first part of its key) on, and no more from the
        period ``until`` on, because of the entries ``ended_by``: a stock."""
        tally = self._column(column, Kind.DISTINCT)
        tally.group, tally.onwards = PERSON, periods
        facts, line, bundled = self._taken_in(
            column, tally, facts, line, because, single=False, until=until, ended_by=ended_by
        )
        if bundled and not self.bundled:
            until = _UNTIL
        place = {period: n for n, period in enumerate(periods)}
        groups = tally.groups
        for fact in facts:
            begin, *rest = line(fact)
            end = until(fact)
            persons = fact.persons if bundled else (PERSON(fact),)
            for period in periods[place[begin] : None if end is None else place[end]]:
                groups[(period, *rest)].update(persons)

    def apart(
        self,
        column: str,
        facts: Iterable[Fact],
        line: LineOf,
        because: Because,
        span: Callable[[Any], ApartSpan],
    ) -> None:
        """Of the spans of each thing the units of those that share no day, as many as can be proven."""
        tally = self._column(column, Kind.APART)
        tally.group = span
        tally.amount = lambda fact: span(fact)[1][2]
        groups = tally.groups
        for fact in self._taken_in(column, tally, facts, line, because)[0]:
            groups[line(fact)].add(span(fact))

    def median(
        self, column: str, facts: Iterable[Fact], line: LineOf, because: Because, amount: Callable[[Any], int]
    ) -> None:
        """The lower median of what ``amount`` says of the facts of each cell."""
        tally = self._column(column, Kind.MEDIAN)
        tally.amount = amount
        for fact in self._taken_in(column, tally, facts, line, because)[0]:
            tally.groups[line(fact)].append(amount(fact))

    def survival(
        self,
        column: str,
        facts: Iterable[Fact],
        line: LineOf,
        because: Because,
        lasted: Callable[[Any], Any],
    ) -> None:
        """The median of how long the facts of each cell lasted, over or not; of a bundled one ``lasted`` counts how many did."""
        tally = self._column(column, Kind.SURVIVAL)
        tally.group = lasted
        for fact in self._taken_in(column, tally, facts, line, because)[0]:
            seen, found = tally.groups[line(fact)], lasted(fact)
            for each, number in found.items() if self.bundled else ((found, 1),):
                seen[each] += number

    def but_for(
        self,
        column: str,
        facts: Iterable[Fact],
        line: LineOf,
        because: Because,
        ended_by: Because,
        amount: Amount | None = None,
    ) -> None:
        """Facts that would count in ``column`` (counted before) but for a later entry: an exit, an answer, an amendment.

        They add nothing to the figure: in the evidence they stand as +1 because of their entries and as -1 because of
        these and the one that ended it. Without evidence ``facts`` is not even looked at.
        """
        if not self._collects(column):
            return
        tally = self._tallies[column]
        if amount is not None:
            tally.amount = amount
        for fact in facts:
            if self._within is not None and not self._within(fact):
                continue
            refs = self._wanted(column, tally, line(fact))
            self._collect(tally, fact, refs, because(fact), but_for=True)
            self._collect(tally, fact, refs, (*because(fact), *ended_by(fact)), sign=-1, but_for=True)

    def but_for_each(
        self,
        column: str,
        facts: Iterable[Fact],
        line: LineOf,
        each: Callable[[Any], Iterable[tuple[int, ...]]],
        ended_by: Because,
    ) -> None:
        """The same for facts that sum up several things, counted with ``count_each``."""
        if self._collects(column):
            for fact in facts:
                for versions in each(fact):
                    self.but_for(column, [fact], line, lambda _, given=versions: given, ended_by)

    def declare(self, kind: Kind, *columns: str) -> None:
        """Say how columns are counted that may turn out to have nothing counted in them."""
        for column in columns:
            self._column(column, kind)

    # -------------------------------------------------------------- deriving

    def derive(self, column: str, function: Callable[..., Cell], *operands: str) -> None:
        """A cell from other cells of its line, once all is counted: a share, a difference."""
        self._column(column, Kind.DERIVED)
        self._derivings.append((column, function, operands))

    def put(
        self,
        column: str,
        key: Key,
        cell: Cell,
        function: str,
        operands: Sequence[CellRef] = (),
    ) -> None:
        """A derived cell with its ``operands``, where a whole table or another one decides (rounding, a flag)."""
        tally = self._column(column, Kind.DERIVED)
        tally.cells[key] = cell
        if self._evidence is not None:
            self._derived(column, key, function, tuple(operands))

    def fill(self, **columns: Mapping[Key, Cell]) -> None:
        """Derived cells of many lines, for a table that is counted at once. Raises ValueError where evidence is collected,
        for which each cell needs its operands."""
        if self._evidence is not None:
            raise ValueError(f"table {self._id}: cells without operands")
        for column, cells in columns.items():
            self._column(column, Kind.DERIVED).cells.update(cells)

    def ref(self, column: str, key: Key) -> CellRef:
        """A cell of this table as an operand; without evidence nobody looks which."""
        return _ANY if self._evidence is None else CellRef(self._id, column, key)

    # --------------------------------------------------------------- results

    def keys(self) -> set[Key]:
        """The keys counted so far, totals not included."""
        found: set[Key] = set()
        for tally in self._tallies.values():
            found.update(tally.sums, tally.groups, tally.cells)
        return found

    def cell(self, column: str, key: Key) -> Cell:
        """The cell as counted so far (a line of ``keys``, not a total); nothing counted is 0."""
        return value_of(self._tallies[column], key)

    def table(self, lines: Iterable[Key] | None = None) -> Table:
        """The table: ``lines`` in this order, or all that were counted, sorted, totals after what they sum up."""
        self._sum_up()
        ordered = list(lines) if lines is not None else sorted(self.keys(), key=totals_last)
        for column, function, operands in self._derivings:
            found = zip(*(values_of(self._tallies[operand], ordered) for operand in operands), strict=True)
            self._tallies[column].cells.update(zip(ordered, starmap(function, found), strict=True))
            for key in ordered if self._evidence is not None else ():
                refs = tuple(self.ref(operand, key) for operand in operands)
                self._derived(column, key, function.__name__, refs)
        missing = self._ids - set(self._tallies)
        if missing:
            raise ValueError(f"table {self._id}: columns never counted: {sorted(missing)}")
        cells = zip(*(values_of(self._tallies[column.id], ordered) for column in self._columns), strict=True)
        made = tuple(Line(key=key, cells=of_line) for key, of_line in zip(ordered, cells, strict=True))
        if self._evidence is not None:
            self._name_kinds(made)
            if self._evidence.index is not None:
                for column, tally in self._tallies.items():
                    self._evidence.index.note(self._id, column, tally.kind, cells_of(tally))
        return Table(id=self._id, title=self._title, keys=self._key_titles, columns=self._columns, lines=made)

    # --------------------------------------------------------------- private

    def _column(self, column: str, kind: Kind) -> ColumnTally:
        if column not in self._ids:
            raise ValueError(f"table {self._id} has no column {column}")
        tally = self._tallies.get(column)
        if tally is None:
            tally = self._tallies[column] = ColumnTally(kind)
        if tally.kind is not kind:
            raise ValueError(f"column {column} is counted as {tally.kind} and as {kind}")
        return tally

    def _collects(self, column: str) -> bool:
        return self._evidence is not None and self._evidence.wants_column(self._id, column)

    def _taken_in(
        self,
        column: str,
        tally: ColumnTally,
        facts: Iterable[Fact],
        line: LineOf,
        because: Callable[[Any], Any],
        *,
        single: bool = True,
        several: Callable[[Any], int] | None = None,
        until: Callable[[Any], str | None] | None = None,
        ended_by: Because = lambda _: (),
    ) -> tuple[Iterable[Fact], LineOf, bool]:
        """The facts to be counted with their line, and whether these are bundles, as they may be unless ``single``; their
        evidence and that of their shadows is collected if it is wanted."""
        within = self._within
        if self._evidence is not None and (index := self._evidence.index) is not None:
            there = index.within(facts, within)
            lines_of = partial(self._lines_of, tally)
            together = index.take(self._id, column, tally, there, line, lines_of, several, until)
            return (there, line, False) if single else (together, _KEY, True)
        if self._evidence is not None and self._evidence.passes_over(self._id, column):
            return (), line, False
        if self._collects(column):
            facts = list(facts)
            for fact in facts:
                told: list[tuple[Fact, tuple[int, ...]]] = [(fact, ())]
                if self._shadows:
                    told += [(shadow, (version,)) for shadow, version in self._shadows(fact)]
                for one, instead in told:
                    if within is not None and not within(one):
                        continue
                    key = line(one)
                    if refs := self._wanted(column, tally, key):
                        for versions in because(one) if several is not None else (because(one),):
                            self._collect_instead(tally, one, refs, versions, instead)
                    if until is not None and (end := until(one)) is not None:
                        ended = self._wanted(column, tally, (end, *key[1:]))
                        versions = (*because(one), *ended_by(one))
                        self._collect_instead(tally, one, ended, versions, instead, sign=-1)
        return facts if within is None else filter(within, facts), line, self.bundled

    def _wanted(self, column: str, tally: ColumnTally, line: Key) -> list[CellRef]:
        """The cells that are wanted among those in which what counts under ``line`` is found; lines recur, so it is kept."""
        name = (column, len(tally.onwards), line)
        known = self._refs.get(name)
        if known is None:
            evidence = self._evidence
            assert evidence is not None  # noqa: S101 # asked by the caller
            lines = self._lines_of(tally, line)
            known = [ref for key in lines if evidence.wants(ref := self.ref(column, key))]
            self._refs[name] = known
        return known

    def _collect_instead(
        self,
        tally: ColumnTally,
        fact: Fact,
        refs: list[CellRef],
        because: tuple[int, ...],
        instead: tuple[int, ...],
        sign: int = 1,
    ) -> None:
        """Collect ``fact``, and take it back when the entry ``instead`` made it count otherwise."""
        self._collect(tally, fact, refs, because, sign, but_for=bool(instead))
        if instead:
            self._collect(tally, fact, refs, (*because, *instead), -sign, but_for=True)

    def _collect(
        self,
        tally: ColumnTally,
        fact: Fact,
        refs: list[CellRef],
        because: Iterable[int],
        sign: int = 1,
        *,
        but_for: bool,
    ) -> None:
        evidence = self._evidence
        assert evidence is not None  # noqa: S101 # asked by the caller
        if not refs:
            return
        stream: Any = fact[0]
        amount = tally.amount
        contribution = Contribution(
            weight=sign * (amount(fact) if callable(amount) else amount),
            subject=stream,
            entries=(
                *(EntryRef(stream, version) for version in sorted({FIRST_ENTRY, *because} - {0})),
                *(self._also_because(fact) if self._also_because else ()),
            ),
            group=tally.group(fact) if tally.kind in _GROUPED else None,
            rule=tally.rule(fact) if tally.rule else "",
            but_for=but_for,
        )
        for ref in refs:
            evidence.contributions.setdefault(ref, []).append(contribution)
            # Also of lines that are not shown, for what is derived from them.
            evidence.kinds[ref] = tally.kind

    def _lines_of(self, tally: ColumnTally, key: Key) -> Iterator[Key]:
        """The lines in which what counts under ``key`` is found: its own, later ones, totals."""
        periods = tally.onwards[tally.onwards.index(key[0]) :] if tally.onwards else key[:1]
        for period in periods:
            line = (period, *key[1:])
            yield line
            if self._totals is not None:
                yield from self._totals(line)

    def _derived(self, column: str, key: Key, function: str, operands: tuple[CellRef, ...]) -> None:
        evidence = self._evidence
        ref = self.ref(column, key)
        if evidence is not None and (evidence.index is not None or evidence.wants(ref)):
            evidence.derivations[ref] = Derivation(function=function, operands=operands)

    def _sum_up(self) -> None:
        for tally in self._tallies.values():
            if tally.onwards and tally.kind is Kind.SUM:
                tally.sums = carried_on(tally.sums, tally.onwards)
            if self._totals is not None:
                sum_up(tally, self._totals)

    def _name_kinds(self, lines: Sequence[Line]) -> None:
        evidence = self._evidence
        assert evidence is not None  # noqa: S101 # asked by the caller
        for line in lines:
            for column in self._ids:
                if evidence.wants(ref := self.ref(column, line.key)):
                    evidence.kinds[ref] = self._tallies[column].kind
