"""The figures of a monitoring volume, which of them follow from which, and how they look when some are left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Final

from domain.report_publication import PublishedFigure, PublishedLine
from domain.reports.disclosure import Figure, Standing, Sum
from domain.reports.table import TOTAL, Cell, Line, NotComputable, Table, Unit

Key = tuple[str, ...]
Name = tuple[str, str, Key]
"""A figure of a volume: table, column, line; a column in brackets is one that is not printed."""

FLOW: Final = "flow"
REACH: Final = "reach"
NOT_WOMEN: Final = "(not women)"
GROWING: Final = frozenset({"contacted", "won", "women", NOT_WOMEN, "participations", "persons", "exits"})
"""Figures that can only grow from one volume to the next, in a line that nobody leaves."""
LASTING: Final = frozenset({REACH, "municipalities", "modules"})
"""Tables of such lines; a class of a characteristic is left by whoever changes."""
SHARES: Final[Mapping[str, tuple[str, str]]] = {
    "women_share": ("women", "persons"),
}
"""Ratios, and what they are made of: each is printed only where both are."""

PersonsBehind = Mapping[Name, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """The figures of a volume, printed and implied, with the sums that everybody can check. ``as_of`` is the last day of
    its quarter, ``withheld`` what was left out when it was published."""

    as_of: date
    figures: Mapping[Name, Figure]
    sums: tuple[Sum[Name], ...]
    withheld: frozenset[Name] = frozenset()


def lines_of(
    tables: Sequence[Table], behind: PersonsBehind, withheld: Set[Name] = frozenset()
) -> tuple[PublishedLine, ...]:
    """Tables as they are kept once they are published. ``behind`` says how many persons participations are made of."""
    return tuple(
        PublishedLine(
            table=table.id,
            key=line.key,
            figures=tuple(
                _kept(name, cell, behind, withheld)
                for column, cell in zip(table.columns, line.cells, strict=True)
                if column.unit is not Unit.BASIS_POINTS
                for name in [(table.id, column.id, line.key)]
            ),
        )
        for table in tables
        for line in table.lines
    )


def _kept(name: Name, cell: Cell, behind: PersonsBehind, withheld: Set[Name]) -> PublishedFigure:
    assert isinstance(cell, int)  # noqa: S101 # ratios apart, every column counts
    return PublishedFigure(column=name[1], value=cell, persons=behind.get(name), withheld=name in withheld)


def volume(as_of: date, lines: Iterable[PublishedLine]) -> Volume:
    """The volume of the quarter that ends on ``as_of``, from its lines."""
    figures: dict[Name, Figure] = {}
    sums: list[Sum[Name]] = []
    withheld = set()
    tables: dict[str, list[PublishedLine]] = {}
    for line in lines:
        tables.setdefault(line.table, []).append(line)
        columns = [figure.column for figure in line.figures]
        for figure in line.figures:
            name = (line.table, figure.column, line.key)
            # Zeros are printed: who counts participations knows that what was left out is at least one.
            floor = 1 if figure.persons else 0
            figures[name] = Figure(value=figure.value, persons=figure.persons, floor=floor)
            if figure.withheld:
                withheld.add(name)
        sums += _within_line(line.table, line.key, columns, figures)
    for table, its_lines in tables.items():
        sums += _through_time(its_lines) if table == FLOW else _down_the_columns(its_lines)
    sums += _shared(figures, tables)
    return Volume(as_of=as_of, figures=figures, sums=tuple(sums), withheld=frozenset(withheld))


def _within_line(
    table: str, key: Key, columns: Sequence[str], figures: dict[Name, Figure]
) -> Iterator[Sum[Name]]:
    def name(column: str) -> Name:
        return (table, column, key)

    def rest(whole: str, part: str, called: str) -> Sum[Name]:
        value = figures[name(whole)].value - figures[name(part)].value
        figures[name(called)] = Figure(value=value, standing=Standing.IMPLIED)
        return Sum(plus=(name(part), name(called)), minus=(name(whole),))

    if "contacted" in columns:
        yield Sum(plus=(name("won"), name("not_won"), name("in_intake")), minus=(name("contacted"),))
        yield rest("contacted", "women", NOT_WOMEN)
    if "stock" in columns and "participations" in columns:
        yield Sum(plus=(name("stock"), name("exits")), minus=(name("participations"),))
    if "persons" in columns:
        yield rest("persons", "women", NOT_WOMEN)


def parts_of_rest(name: Name) -> tuple[Name, Name]:
    """What a figure of those who are not women follows from."""
    table, _, key = name
    return (table, "contacted" if table == REACH else "persons", key), (table, "women", key)


def _through_time(lines: Sequence[PublishedLine]) -> Iterator[Sum[Name]]:
    """All entries so far are those of the quarter before and the new ones; the stock loses the exits."""
    names = [{figure.column: (FLOW, figure.column, line.key) for figure in line.figures} for line in lines]
    for now in names[:1]:
        yield Sum(plus=(now["entries"],), minus=(now["cumulative_entries"],))
        yield Sum(plus=(now["entries"],), minus=(now["exits"], now["stock"]))
    for before, now in pairwise(names):
        yield Sum(plus=(before["cumulative_entries"], now["entries"]), minus=(now["cumulative_entries"],))
        yield Sum(plus=(before["stock"], now["entries"]), minus=(now["exits"], now["stock"]))


def _down_the_columns(lines: Sequence[PublishedLine]) -> Iterator[Sum[Name]]:
    """Lines add up to the total; persons in two lines are taken to be known, which is the stronger reader."""
    parts = [line for line in lines if line.key != (TOTAL,)]
    if not parts:
        return
    table = parts[0].table
    for figure in parts[0].figures:
        names = tuple((table, figure.column, line.key) for line in parts)
        yield Sum(plus=names, minus=((table, figure.column, (TOTAL,)),))


def _shared(
    figures: Mapping[Name, Figure], tables: Mapping[str, Sequence[PublishedLine]]
) -> Iterator[Sum[Name]]:
    """The same total stands in several tables, and at the end of the flow."""
    first: dict[str, Name] = {}
    for table, lines in tables.items():
        if table in (FLOW, REACH):
            continue
        for figure in lines[0].figures:
            name = (table, figure.column, (TOTAL,))
            if name in figures:
                if figure.column in first:
                    yield Sum(plus=(name,), minus=(first[figure.column],))
                first.setdefault(figure.column, name)
    for line in tables.get(FLOW, ())[-1:]:
        for counted, same in (("cumulative_entries", "participations"), ("stock", "stock")):
            if same in first:
                yield Sum(plus=((FLOW, counted, line.key),), minus=(first[same],))


# ----------------------------------------------------------- what is left out


def printed(tables: Iterable[Table], suppressed: Set[Name]) -> tuple[Table, ...]:
    """The tables with what is left out as a value of its own, shares of it too."""
    return tuple(_table_printed(table, suppressed) for table in tables)


def _table_printed(table: Table, suppressed: Set[Name]) -> Table:
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
