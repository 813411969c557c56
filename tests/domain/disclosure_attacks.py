"""Two attackers on a published table: a linear program over everything known, and a count of all whole-number tables."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from scipy.optimize import linprog

from domain.reports.disclosure import Figure, Standing, Sum, known_floor

Key = Any


class Attacker:
    """What a reader has: the figures that are printed, the sums, and the floors of all the others."""

    def __init__(
        self, figures: Mapping[Key, Figure], sums: Sequence[Sum[Key]], suppressed: frozenset[Hashable]
    ) -> None:
        self.unknown = [
            key
            for key, figure in figures.items()
            if key in suppressed or figure.standing in (Standing.IMPLIED, Standing.WITHHELD)
        ]
        place = {key: n for n, key in enumerate(self.unknown)}
        self.floors = [known_floor(figures[key]) for key in self.unknown]
        self.true = [figures[key].value for key in self.unknown]
        self.rows: list[tuple[dict[int, int], int]] = []
        for total in sums:
            row: dict[int, int] = {}
            constant = 0
            for keys, sign in ((total.plus, 1), (total.minus, -1)):
                for key in keys:
                    # The constant of the sum is known; so the printed members leave one for the hidden ones.
                    if key in place:
                        row[place[key]] = row.get(place[key], 0) + sign
                        constant += sign * figures[key].value
            if row:
                self.rows.append((row, constant))

    def by_linear_program(self, key: Key) -> tuple[float, float]:
        """The least and the greatest value of a hidden figure, fractions allowed."""
        matrix = np.zeros((len(self.rows), len(self.unknown)))
        for n, (row, _) in enumerate(self.rows):
            for column, sign in row.items():
                matrix[n, column] = sign
        known = [constant for _, constant in self.rows]
        ends = []
        for sign in (1, -1):
            objective = np.zeros(len(self.unknown))
            objective[self.unknown.index(key)] = sign
            found = linprog(
                objective,
                A_eq=matrix if self.rows else None,
                b_eq=known if self.rows else None,
                bounds=[(floor, None) for floor in self.floors],
                method="highs",
            )
            if found.status == 3:
                ends.append(float("inf"))
            else:
                assert found.status == 0, found.message
                assert found.fun is not None
                ends.append(float(found.fun))
        low = -float("inf") if ends[0] == float("inf") else ends[0]
        return low, (float("inf") if ends[1] == float("inf") else -ends[1])

    def every_table(self, room: int) -> Iterator[tuple[int, ...]]:
        """Every table of whole numbers that fits, no figure more than ``room`` away from its true value."""
        low = [
            max(true - room, floor if floor is not None else true - room)
            for floor, true in zip(self.floors, self.true, strict=True)
        ]
        high = [true + room for true in self.true]
        yield from self._complete([], low, high)

    def _complete(self, begun: list[int], low: list[int], high: list[int]) -> Iterator[tuple[int, ...]]:
        number = len(begun)
        if any(self._impossible(row, constant, begun, low, high) for row, constant in self.rows):
            return
        if number == len(self.unknown):
            yield tuple(begun)
            return
        for value in range(low[number], high[number] + 1):
            yield from self._complete([*begun, value], low, high)

    @staticmethod
    def _impossible(
        row: Mapping[int, int], constant: int, begun: list[int], low: list[int], high: list[int]
    ) -> bool:
        least = greatest = 0
        for column, sign in row.items():
            ends = [begun[column]] * 2 if column < len(begun) else [low[column], high[column]]
            least += min(sign * end for end in ends)
            greatest += max(sign * end for end in ends)
        return not least <= constant <= greatest
