"""How lines of a financing plan are used: what is over, what other lines of the year make up for, and what to flag."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from domain.money import largest_remainder


class LineFlag(StrEnum):
    """What the use of a line asks for.

    Source: ANBest-P Nr. 1.2: single lines may be exceeded by up to 20 % as far as savings in other lines make up for it,
    as of 2022. That savings are looked for in lines of the same year is our reading (docs/decisions/0023).
    """

    WITHIN = "within"
    OVER_100 = "over_100"
    OVER_120_COMPENSATED = "over_120_compensated"
    OVER_120 = "over_120"


class PlannedAndSpent(NamedTuple):
    """A line by its year, what the plan has and what was spent on it, in cents."""

    year: int
    planned: int
    spent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LineBalance:
    """A line balanced against the others of its year: ``over`` = ``compensated`` + what nobody makes up for.

    ``gives`` is what it makes up for others out of its rest. Over all lines of a year compensated and given are equal.
    """

    over_cents: int
    compensated_cents: int
    gives_cents: int
    flag: LineFlag

    @property
    def uncompensated_cents(self) -> int:
        """What no other line makes up for."""
        return self.over_cents - self.compensated_cents


def balance(lines: Sequence[PlannedAndSpent]) -> list[LineBalance]:
    """The balance of each line, in their order; what is made up for is shared by largest remainder.

    >>> [b.flag.value for b in balance([PlannedAndSpent(2025, 100, 121), PlannedAndSpent(2025, 100, 79)])]
    ['over_120_compensated', 'within']
    """
    by_year: dict[int, list[int]] = defaultdict(list)
    for place, line in enumerate(lines):
        by_year[line.year].append(place)
    found: dict[int, LineBalance] = {}
    for places in by_year.values():
        over = [max(0, lines[place].spent - lines[place].planned) for place in places]
        rest = [max(0, lines[place].planned - lines[place].spent) for place in places]
        made_up = min(sum(over), sum(rest))
        compensated, given = largest_remainder(made_up, over), largest_remainder(made_up, rest)
        for n, place in enumerate(places):
            found[place] = LineBalance(
                over_cents=over[n],
                compensated_cents=compensated[n],
                gives_cents=given[n],
                flag=_flag(lines[place], compensated[n] == over[n]),
            )
    return [found[place] for place in range(len(lines))]


def _flag(line: PlannedAndSpent, compensated: bool) -> LineFlag:
    if 100 * line.spent > 120 * line.planned:
        return LineFlag.OVER_120_COMPENSATED if compensated else LineFlag.OVER_120
    return LineFlag.OVER_100 if line.spent > line.planned else LineFlag.WITHIN
