"""The reader of several volumes: all they print, every sum, what was left out of each, and every change between two."""

from __future__ import annotations

from collections.abc import Sequence, Set
from itertools import combinations
from typing import Any

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_matrix

from domain.replacing import replace
from domain.reports.disclosure import Figure, Standing, Sum, is_small, known_floor
from domain.reports.monitoring_control import Name, Volume
from domain.reports.published import grows, same_period


class Reader:
    """All volumes as they went out. He knows which figures of a quarter that was over stayed as they were, and that what
    only grows has not become less."""

    def __init__(self, volumes: Sequence[Volume], threshold: int) -> None:
        self.threshold = threshold
        self.figures: dict[Any, Figure] = {}
        self.sums: list[Sum[Any]] = []
        for number, volume in enumerate(volumes):
            for name, figure in volume.figures.items():
                self.figures[number, name] = _went_out(volume, name, figure)
            self.sums += [
                Sum(
                    plus=tuple((number, name) for name in total.plus),
                    minus=tuple((number, name) for name in total.minus),
                )
                for total in volume.sums
            ]
        for one, other in combinations(range(len(volumes)), 2):
            self._compare(volumes, one, other)
        self.unknown = [
            key
            for key, figure in self.figures.items()
            if figure.standing in (Standing.IMPLIED, Standing.WITHHELD)
        ]

    def _compare(self, volumes: Sequence[Volume], one: int, other: int) -> None:
        for name, now in volumes[other].figures.items():
            then = volumes[one].figures.get(name)
            if then is None:
                continue
            changed = now.value - then.value
            if same_period(name, volumes[one], volumes[other]) and not changed:
                self.sums.append(Sum(plus=((one, name),), minus=((other, name),)))
                continue
            known_to_grow = grows(name, volumes[one], volumes[other]) and changed >= 0
            self.figures[one, other, name] = Figure(
                value=changed, standing=Standing.IMPLIED, floor=0 if known_to_grow else None
            )
            self.sums.append(Sum(plus=((one, name), (one, other, name)), minus=((other, name),)))

    def secrets(self) -> list[Any]:
        """What must stay unknown: all that was left out, whatever is small and not printed, and what a figure changed by
        from or to a volume that printed it."""
        unknown = set(self.unknown)
        return [
            key
            for key in self.unknown
            if self.figures[key].standing is Standing.WITHHELD
            or (is_small(self.figures[key], self.threshold) and not self._between_unknown(key, unknown))
        ]

    @staticmethod
    def _between_unknown(key: Any, unknown: Set[Any]) -> bool:
        """A change between two volumes that both left the figure out: docs/decisions/0028-published-is-a-fact.md."""
        return len(key) == 3 and (key[0], key[2]) in unknown and (key[1], key[2]) in unknown

    def narrow(self, keys: Sequence[Any]) -> list[tuple[Any, int, float, float]]:
        """Those of ``keys`` that a linear program over everything tells to within fewer than the threshold."""
        place = {key: n for n, key in enumerate(self.unknown)}
        rows: list[int] = []
        columns: list[int] = []
        signs: list[int] = []
        constants: list[int] = []
        for total in self.sums:
            hidden = [(key, 1) for key in total.plus if key in place]
            hidden += [(key, -1) for key in total.minus if key in place]
            if hidden:
                for key, sign in hidden:
                    rows.append(len(constants))
                    columns.append(place[key])
                    signs.append(sign)
                constants.append(sum(sign * self.figures[key].value for key, sign in hidden))
        matrix: Any = csr_matrix((signs, (rows, columns)), shape=(len(constants), len(self.unknown)))
        bounds: Any = [(known_floor(self.figures[key]), None) for key in self.unknown]
        found = []
        for key in keys:
            ends = []
            for sign in (1, -1):
                objective = np.zeros(len(self.unknown))
                objective[place[key]] = sign
                solved = linprog(objective, A_eq=matrix, b_eq=constants, bounds=bounds, method="highs")
                # 3: without end; 4: without end as well, and the solver could not say in which direction.
                assert solved.status in (0, 3, 4), solved.message
                ends.append(-float("inf") if solved.fun is None else float(solved.fun))
            if -ends[1] - ends[0] < self.threshold - 1e-6:
                found.append((key, self.figures[key].value, ends[0], -ends[1]))
        return found


def _went_out(volume: Volume, name: Name, figure: Figure) -> Figure:
    if figure.standing is Standing.IMPLIED:
        return figure
    return replace(
        figure, standing=Standing.WITHHELD if name in volume.withheld else Standing.PUBLISHED, telling=False
    )
