"""Disclosure control of the monitoring volume: which of its figures follow from which, in one volume and from one to the next."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from domain.replacing import replace
from domain.reports.disclosure import Figure, Protection, Standing, Sum, Threshold, protect
from domain.reports.table import TOTAL, Line, NotComputable, Table, Unit

Key = tuple[str, ...]
Name = tuple[str, str, Key]
"""A figure of a volume: table, column, line; a column in brackets is one that is not printed."""

FLOW: Final = "flow"
REACH: Final = "reach"
NOT_WOMEN: Final = "(not women)"
GROWING: Final = frozenset({"contacted", "won", "women", "participations", "persons", "exits"})
"""Figures that can only grow from one volume to the next, in a line that nobody leaves."""
LASTING: Final = frozenset({REACH, "municipalities", "modules"})
"""Tables of such lines; a class of a characteristic is left by whoever changes."""
SHARES: Final[Mapping[str, tuple[str, str]]] = {
    "women_share": ("women", "persons"),
}
"""Ratios, and what they are made of: each is printed only where both are."""

PersonsBehind = Mapping[Name, set[Hashable]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """The tables of a volume before control, with its figures and the sums that everybody can check."""

    quarter: str
    tables: tuple[Table, ...]
    figures: Mapping[Name, Figure]
    sums: tuple[Sum[Name], ...]


def volume(quarter: str, tables: tuple[Table, ...], behind: PersonsBehind) -> Volume:
    """The volume of a quarter. ``behind`` are the persons that figures of participations are made of."""
    figures: dict[Name, Figure] = {}
    sums: list[Sum[Name]] = []
    for table in tables:
        places = {
            column.id: n for n, column in enumerate(table.columns) if column.unit is not Unit.BASIS_POINTS
        }
        for line in table.lines:
            for column, place in places.items():
                name = (table.id, column, line.key)
                cell = line.cells[place]
                assert isinstance(cell, int)  # noqa: S101 # ratios apart, every column counts
                figures[name] = Figure(value=cell, persons=len(behind[name]) if name in behind else None)
            sums += _within_line(table.id, line, places, figures)
        if table.id == FLOW:
            sums += _through_time(table)
        else:
            sums += _down_the_columns(table, places)
    sums += _shared(figures, tables)
    return Volume(quarter=quarter, tables=tables, figures=figures, sums=tuple(sums))


def _within_line(
    table: str, line: Line, places: Mapping[str, int], figures: dict[Name, Figure]
) -> Iterator[Sum[Name]]:
    def name(column: str) -> Name:
        return (table, column, line.key)

    def rest(whole: str, part: str, called: str) -> Sum[Name]:
        value = figures[name(whole)].value - figures[name(part)].value
        figures[name(called)] = Figure(value=value, standing=Standing.IMPLIED)
        return Sum(plus=(name(part), name(called)), minus=(name(whole),))

    if "contacted" in places:
        yield Sum(plus=(name("won"), name("not_won"), name("in_intake")), minus=(name("contacted"),))
        yield rest("contacted", "women", NOT_WOMEN)
    if "stock" in places and "participations" in places:
        yield Sum(plus=(name("stock"), name("exits")), minus=(name("participations"),))
    if "persons" in places:
        yield rest("persons", "women", NOT_WOMEN)


def _through_time(table: Table) -> Iterator[Sum[Name]]:
    """All entries so far are those of the quarter before and the new ones; the stock loses the exits."""
    names = [{column.id: (table.id, column.id, line.key) for column in table.columns} for line in table.lines]
    for now in names[:1]:
        yield Sum(plus=(now["entries"],), minus=(now["cumulative_entries"],))
        yield Sum(plus=(now["entries"],), minus=(now["exits"], now["stock"]))
    for before, now in pairwise(names):
        yield Sum(plus=(before["cumulative_entries"], now["entries"]), minus=(now["cumulative_entries"],))
        yield Sum(plus=(before["stock"], now["entries"]), minus=(now["exits"], now["stock"]))


def _down_the_columns(table: Table, places: Mapping[str, int]) -> Iterator[Sum[Name]]:
    """Lines add up to the total; persons in two lines are taken to be known, which is the stronger reader."""
    for column in places:
        lines = [(table.id, column, line.key) for line in table.lines if line.key != (TOTAL,)]
        if lines:
            yield Sum(plus=tuple(lines), minus=((table.id, column, (TOTAL,)),))


def _shared(figures: Mapping[Name, Figure], tables: Sequence[Table]) -> Iterator[Sum[Name]]:
    """The same total stands in several tables, and at the end of the flow."""
    first: dict[str, Name] = {}
    for table in tables:
        if table.id in (FLOW, REACH):
            continue
        for column in table.columns:
            name = (table.id, column.id, (TOTAL,))
            if name in figures:
                if column.id in first:
                    yield Sum(plus=(name,), minus=(first[column.id],))
                first.setdefault(column.id, name)
    for table in tables:
        if table.id == FLOW and table.lines:
            end = table.lines[-1].key
            for counted, same in (("cumulative_entries", "participations"), ("stock", "stock")):
                if same in first:
                    yield Sum(plus=((FLOW, counted, end),), minus=(first[same],))


# ----------------------------------------------------------- what is left out


def controlled(volumes: Sequence[Volume], threshold: Threshold) -> tuple[tuple[Table, ...], Left]:
    """The tables of the last volume as they are published when all before it were, and what is left out of each.

    Volumes are in order of time, all of one series with one threshold.
    """
    left: Left = {}
    before: Volume | None = None
    for now in volumes:
        hidden_before = left[before.quarter] if before is not None else frozenset()
        figures = after(now, before, hidden_before, threshold)
        left[now.quarter] = _left_out(figures, protect(figures, now.sums, threshold))
        before = now
    if before is None:
        return (), left
    return _printed(before.tables, left[before.quarter]), left


Left = dict[str, frozenset[Name]]
"""What is left out, by quarter."""


def _left_out(figures: Mapping[Name, Figure], protection: Protection[Name]) -> frozenset[Name]:
    """Where nothing was found that protects a figure, all tables that it is bound up with say nothing but zeros."""
    if not protection.exposed:
        return protection.suppressed
    bound = {table == REACH for table, _, _ in protection.exposed}
    return protection.suppressed | {
        name
        for name, figure in figures.items()
        if figure.standing is Standing.NEW and figure.value and (name[0] == REACH) in bound
    }


def after(
    now: Volume, before: Volume | None, hidden_before: frozenset[Name], threshold: Threshold
) -> dict[Name, Figure]:
    """The figures of a volume, seen by somebody who knows the whole volume ``before``.

    Telling is whatever changed by fewer than the threshold, for the difference would be a small figure; and of the
    quarters that are over, which are printed again, what was left out before. What can only grow is not below what it
    was.
    """
    if before is None:
        return dict(now.figures)
    return {
        name: _after(name, figure, earlier, name in hidden_before, threshold)
        if (earlier := before.figures.get(name)) is not None
        else figure
        for name, figure in now.figures.items()
    }


def _after(name: Name, now: Figure, before: Figure, hidden_before: bool, threshold: Threshold) -> Figure:
    table, column, _ = name
    if table == FLOW:
        return replace(now, telling=hidden_before)
    growing = column in GROWING and table in LASTING
    return replace(
        now,
        telling=0 < abs(now.value - before.value) < threshold,
        floor=before.value if growing else now.floor,
    )


def _printed(tables: Iterable[Table], suppressed: frozenset[Name]) -> tuple[Table, ...]:
    return tuple(_table_printed(table, suppressed) for table in tables)


def _table_printed(table: Table, suppressed: frozenset[Name]) -> Table:
    lines = []
    for line in table.lines:
        hidden = {column.id for column in table.columns if (table.id, column.id, line.key) in suppressed}
        for column in table.columns:
            parts = SHARES.get(column.id, ())
            if column.id == "women_share" and table.id == REACH:
                parts = ("women", "contacted")
            if hidden & set(parts):
                hidden.add(column.id)
        cells = tuple(
            NotComputable.SUPPRESSED if column.id in hidden else cell
            for column, cell in zip(table.columns, line.cells, strict=True)
        )
        lines.append(Line(key=line.key, cells=cells))
    return Table(id=table.id, title=table.title, keys=table.keys, columns=table.columns, lines=tuple(lines))


def persons_behind(found: Iterable[tuple[Name, Collection[Hashable]]]) -> dict[Name, set[Hashable]]:
    """Persons by figure."""
    behind: dict[Name, set[Hashable]] = defaultdict(set)
    for name, persons in found:
        behind[name].update(persons)
    return behind
