"""Seeded chance: everything that happens by luck in the town comes from one generator, so a seed tells the whole story."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Mapping, Sequence
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar
from uuid import UUID

T = TypeVar("T")


class Weighted(Generic[T]):
    """A choice among values with weights, prepared once and drawn many times."""

    __slots__ = ("_bounds", "_values")

    def __init__(self, weights: Mapping[T, float]) -> None:
        self._values = tuple(weights)
        self._bounds = tuple(accumulate(weights.values()))

    def draw(self, chance: Chance) -> T:
        """One of the values."""
        return self._values[bisect(self._bounds, chance.share() * self._bounds[-1])]


class Chance:
    """The luck of one town. The same seed and the same questions in the same order give the same answers."""

    __slots__ = ("_bits", "between", "pick", "share", "shuffle")

    def __init__(self, seed: int) -> None:
        random = Random(f"teilhabe/{seed}")  # a text is hashed by SHA-512, the same in every process
        self.share = random.random
        """A number from 0 up to but not including 1."""
        self.between = random.randint
        """A whole number between two bounds, both included."""
        self.pick = random.choice
        self.shuffle = random.shuffle
        self._bits = random.getrandbits

    def yes(self, probability: float) -> bool:
        """True with ``probability``."""
        return self.share() < probability

    def some(self, values: Sequence[T], most: int) -> list[T]:
        """One to ``most`` different values, in the order in which ``values`` has them."""
        count = self.between(1, min(most, len(values)))
        places = list(range(len(values)))
        self.shuffle(places)
        return [values[place] for place in sorted(places[:count])]

    def new_id(self, milliseconds: int) -> UUID:
        """An id of the form of a UUID version 7: it begins with the simulated instant, the rest is chance."""
        bits = self._bits(74)
        return UUID(
            int=(milliseconds & (1 << 48) - 1) << 80
            | 0x7 << 76
            | bits >> 62 << 64
            | 0b10 << 62
            | bits & (1 << 62) - 1
        )
