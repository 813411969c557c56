"""What all lines of a plan decide together: the shares of Land and own to the cent, and what is made up for within a year."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from domain.budget_use import LineFlag, PlannedAndSpent, balance
from domain.money import land_share, largest_remainder
from domain.reports.table import Cell, NotComputable, share
from domain.reports.tally import Key, Tally

SHARED_OUT: Final = ("planned_land", "planned_own", "spent_land", "spent_own")
COMPENSATED: Final = ("used", "compensated", "gives", "flag")
"""The columns that are filled here; a table declares them, for it may have no lines."""


def share_out(tally: Tally, keys: Sequence[Key], own_share: int) -> None:
    """Land and own share of plan and actual, line by line; all lines of the grant decide, for the cents left over.

    Fills ``SHARED_OUT`` from ``planned`` and ``spent``.
    """
    for kind in ("planned", "spent"):
        cents = [int(tally.cell(kind, key)) for key in keys]
        weights = [max(0, amount) for amount in cents]
        land = largest_remainder(land_share(sum(weights), own_share), weights)
        operands = tuple(tally.ref(kind, key) for key in keys)
        for key, whole, part in zip(keys, cents, land, strict=True):
            tally.put(f"{kind}_land", key, part, "land_share_by_largest_remainder", operands)
            tally.put(f"{kind}_own", key, whole - part, "own_share", (tally.ref(kind, key), *operands))


def compensate(tally: Tally, keys: Sequence[Key], in_plan: Collection[Key]) -> None:
    """Lines above their plan against the rest of the others, year by year; all lines of the year decide.

    The year is the last part of a key. Fills ``COMPENSATED`` from ``planned`` and ``spent``; without a line in the plan
    the plan counts as 0.
    """
    cells = [(int(tally.cell("planned", key)), int(tally.cell("spent", key))) for key in keys]
    balances = balance(
        [PlannedAndSpent(int(key[-1]), *amounts) for key, amounts in zip(keys, cells, strict=True)]
    )
    operands = {
        year: tuple(tally.ref(c, key) for key in keys if key[-1] == year for c in ("planned", "spent"))
        for year in {key[-1] for key in keys}
    }
    for key, (planned, spent), found in zip(keys, cells, balances, strict=True):
        own = (tally.ref("spent", key), tally.ref("planned", key))
        used: Cell = share(spent, planned) if key in in_plan else NotComputable.NO_LINE_IN_PLAN
        tally.put("used", key, used, "share", own)
        tally.put("compensated", key, found.compensated_cents, "compensated", operands[key[-1]])
        tally.put("gives", key, found.gives_cents, "gives", operands[key[-1]])
        flag = "" if found.flag is LineFlag.WITHIN else found.flag.value
        tally.put("flag", key, flag, "flag", operands[key[-1]])
