"""One column of a table while it is counted: what was taken in so far, and the cells that come of it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from operator import attrgetter
from typing import Any, Final, TypeAlias, assert_never

from domain.reports.evidence import Kind, Lasted, apart, median, survival_median
from domain.reports.table import TOTAL, Cell, NotComputable

Key: TypeAlias = tuple[str, ...]
Amount: TypeAlias = int | Callable[[Any], int]

PERSON: Final = attrgetter("participant_id")


class ColumnTally:
    """One column: how it is counted, and its cells so far."""

    __slots__ = ("amount", "cells", "group", "groups", "kind", "onwards", "rule", "sums")

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self.amount: Amount = 1
        self.group: Callable[[Any], Hashable] = PERSON
        self.rule: Callable[[Any], str] | None = None
        self.onwards: Sequence[str] = ()
        self.sums: Counter[Key] = Counter()
        self.groups: defaultdict[Key, Any] = defaultdict(_EMPTY.get(kind, set))
        self.cells: dict[Key, Cell] = {}


_EMPTY: Final[dict[Kind, Callable[[], Any]]] = {
    Kind.DISTINCT: set,
    Kind.MEDIAN: list,
    Kind.SURVIVAL: Counter,
}


def value_of(tally: ColumnTally, key: Key) -> Cell:
    """The cell of a line."""
    match tally.kind:
        case Kind.SUM:
            return tally.sums[key]
        case Kind.DERIVED:
            return tally.cells[key]
        case Kind.MEDIAN:
            found = median(tally.groups.get(key, ()))
            return NotComputable.NOTHING_TO_DIVIDE_BY if found is None else found
        case Kind.SURVIVAL:
            return _survival(tally.groups.get(key))
        case Kind.APART:
            return sum(span[1][2] for span in apart(tally.groups.get(key, ())))
        case Kind.DISTINCT:
            return len(tally.groups.get(key, ()))
        case _:
            assert_never(tally.kind)


def values_of(tally: ColumnTally, keys: Iterable[Key]) -> list[Cell]:
    """The cells of many lines, in their order."""
    match tally.kind:
        case Kind.SUM:
            return list(map(tally.sums.__getitem__, keys))
        case Kind.DERIVED:
            return list(map(tally.cells.__getitem__, keys))
        case _:
            return [value_of(tally, key) for key in keys]


def cells_of(tally: ColumnTally) -> dict[Key, Cell]:
    """All cells that anything was counted in, by line."""
    match tally.kind:
        case Kind.SUM:
            return dict(tally.sums)
        case Kind.DERIVED:
            return tally.cells
        case _:
            return {key: value_of(tally, key) for key in tally.groups}


def _survival(seen: Counter[Lasted] | None) -> Cell:
    if not seen:
        return NotComputable.NOTHING_TO_DIVIDE_BY
    found = survival_median(seen)
    return NotComputable.MEDIAN_NOT_REACHED if found is None else found


def carried_on(sums: Counter[Key], onwards: Sequence[str]) -> Counter[Key]:
    """The sums with what was counted in one period carried on into all later ones."""
    by_period: dict[str, dict[Key, int]] = {}
    for key, number in sums.items():
        by_period.setdefault(key[0], {})[key[1:]] = number
    found: Counter[Key] = Counter()
    running: Counter[Key] = Counter()
    for period in onwards:
        running.update(by_period.get(period, {}))
        for rest, number in running.items():
            found[(period, *rest)] = number
    return found


def sum_up(tally: ColumnTally, totals: Callable[[Key], Iterable[Key]]) -> None:
    """Count what is in the lines anew in the lines that sum them up; what is derived is left alone."""
    if tally.kind is Kind.SUM:
        for key, number in list(tally.sums.items()):
            for total in totals(key):
                tally.sums[total] += number
    elif tally.kind is not Kind.DERIVED:
        for key, groups in list(tally.groups.items()):
            for total in totals(key):
                unite(tally.kind, tally.groups[total], groups)


def unite(kind: Kind, together: Any, other: Any) -> None:
    """Put what was grouped in one line to what was in others."""
    if kind is Kind.MEDIAN:
        together.extend(other)
    else:
        together.update(other)


def totals_last(key: Key) -> tuple[tuple[bool, str], ...]:
    """The order of lines: totals after what they sum up."""
    return tuple((part == TOTAL, part) for part in key)


def total_of_all(key: Key) -> tuple[Key]:
    """One line that sums up all others.

    >>> total_of_all(("F4", "05334012"))
    (('total', 'total'),)
    """
    return ((TOTAL,) * len(key),)
