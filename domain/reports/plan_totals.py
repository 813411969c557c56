"""Sums over the lines of a plan: by module, by year and of the grant, so that a table of lines adds up before the reader's eyes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from domain.reports.definition import Counting
from domain.reports.table import TOTAL, share, sum_of
from domain.reports.tally import Key, Tally

_ADDED: Final = ("planned_land", "planned_own", "spent_land", "spent_own", "compensated", "gives")


def totals_of_line(key: Key) -> tuple[Key, ...]:
    """The sums that a line (grant, module, municipality, year) is part of.

    >>> totals_of_line(("KfI-1", "F4", "05334012", "2025"))[0]
    ('KfI-1', 'F4', 'total', 'total')
    """
    grant, module, _, year = key
    return (grant, module, TOTAL, TOTAL), (grant, TOTAL, TOTAL, year), (grant, TOTAL, TOTAL, TOTAL)


def totals_shown(counting: Counting) -> Callable[[Key], Iterable[Key]]:
    """The same for the lines of the municipality asked for; the others are counted, but neither shown nor summed up."""

    def totals(key: Key) -> Iterable[Key]:
        return totals_of_line(key) if counting.municipality in (None, key[2]) else ()

    return totals


def total_up(tally: Tally, keys: Sequence[Key]) -> list[Key]:
    """Fill the derived cells of the sums over the lines ``keys`` of one grant; returns the keys of the sums in order."""
    parts: dict[Key, list[Key]] = {}
    for place in range(3):
        for key in keys:
            parts.setdefault(totals_of_line(key)[place], []).append(key)
    for total, lines in parts.items():
        for column in _ADDED:
            put_sum(tally, column, total, lines)
        planned, spent = (
            sum(int(tally.cell(column, key)) for key in lines) for column in ("planned", "spent")
        )
        tally.put(
            "used",
            total,
            share(spent, planned),
            "share",
            (tally.ref("spent", total), tally.ref("planned", total)),
        )
        tally.put("flag", total, "", "no_flag_for_sums")
    return list(parts)


def put_sum(tally: Tally, column: str, total: Key, lines: Sequence[Key]) -> None:
    """Fill one derived cell with the sum of others; where one of them is not known, neither is the sum."""
    whole = sum_of([tally.cell(column, key) for key in lines])
    tally.put(column, total, whole, "sum", tuple(tally.ref(column, key) for key in lines))
