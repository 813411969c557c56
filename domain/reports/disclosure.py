"""Disclosure control: which figures of a published report are left out, so that nobody can work out a small one.

A figure that counts fewer persons than the threshold is left out (primary suppression), and further figures with it
(complementary suppression) until nobody can work it out from what is printed now, what was printed before and what
follows from both.

What the reader is believed to know: every figure that is or was printed, every sum of them, that nothing is negative,
and that what was left out is not zero, because zeros are printed. **Protection**: for every figure that is left out,
and every small one that follows without being printed, whole numbers that fit all this lie at least ``threshold`` apart
(for days and contacts, at least their own size); where it can be had, the true number is neither the least of them nor
the greatest.

Each figure left out is protected by a *move*: a way to add one to some hidden figures and take one off others so that
every sum stays the same, and which can be made often enough. A move is a proof by itself, so no solver is needed here;
tests/domain/test_disclosure.py attacks the result with two.
"""

from __future__ import annotations

import heapq
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, IntEnum, auto
from itertools import count
from typing import Final, Generic, TypeVar

K = TypeVar("K", bound=Hashable)


class Threshold(IntEnum):
    """Fewer persons than this are not published. Source: usual in Land and municipal statistics; domain facts 4.6."""

    THREE = 3
    FIVE = 5
    TEN = 10


class Standing(Enum):
    """What the reader sees of a figure."""

    NEW = auto()
    """Is to be printed, unless it has to be left out."""
    IMPLIED = auto()
    """Is never printed, but follows from what is: men from persons and women, the change from two reports."""
    PUBLISHED = auto()
    """Was printed before: everybody knows it."""
    WITHHELD = auto()
    """Was left out before, and must stay unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One number and who stands behind it.

    ``persons`` is how many persons it is made of, None when the number itself counts them. ``floor`` is what
    everybody knows it cannot be below: 0, or None for a change in either direction. ``telling`` figures are protected
    like small ones, whatever their value: what changed too little since the last report, or was left out there.
    """

    value: int
    standing: Standing = Standing.NEW
    persons: int | None = None
    floor: int | None = 0
    telling: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum(Generic[K]):
    """All of ``plus`` less all of ``minus`` is a number that everybody knows, mostly 0."""

    plus: tuple[K, ...]
    minus: tuple[K, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Protection(Generic[K]):
    """What to leave out. ``exposed`` are figures that nothing protects; while there are any, nothing is published."""

    primary: frozenset[K]
    complementary: frozenset[K]
    exposed: frozenset[K]

    @property
    def suppressed(self) -> frozenset[K]:
        """Every new figure that is left out."""
        return self.primary | self.complementary


def is_small(figure: Figure, threshold: int) -> bool:
    """Whether a figure stands for some persons, but too few."""
    persons = abs(figure.value) if figure.persons is None else figure.persons
    return 0 < persons < threshold or (figure.telling and figure.value != 0)


def width_demanded(figure: Figure, threshold: int) -> int:
    """How far apart the numbers that a reader must hold possible have to lie."""
    few = figure.persons is not None and figure.persons < threshold
    return max(threshold, abs(figure.value)) if few else threshold


def known_floor(figure: Figure) -> int | None:
    """What everybody knows a hidden figure cannot be below: a count that could have been printed is not zero."""
    if figure.standing is Standing.IMPLIED or figure.floor is None or figure.persons is not None:
        return figure.floor
    return max(1, figure.floor)


def protect(figures: Mapping[K, Figure], sums: Iterable[Sum[K]], threshold: int) -> Protection[K]:
    """Choose what to leave out of ``figures``. The same figures in the same order give the same choice.

    Raises KeyError for a sum of figures that are not given.
    """
    return _Control(figures, sums, threshold).protected()


MOST_STEPS: Final = 300
"""Partial moves looked at for one figure before all figures it is bound up with are left out."""
MOST_STEPS_AT_LAST: Final = 10 * MOST_STEPS
"""And after that, before it is given up: then whole tables say nothing, so it is worth looking longer."""

_HIDDEN_COST: Final = 1
_STEP_COST: Final = 512
"""What a sum that is still open is believed to cost: much, so that a move is finished before others are begun."""


class _Control(Generic[K]):
    """The figures by number, with the sums they are in, and what is hidden so far."""

    def __init__(self, figures: Mapping[K, Figure], sums: Iterable[Sum[K]], threshold: int) -> None:
        self.keys: list[K] = list(figures)
        self.figures: list[Figure] = list(figures.values())
        self.threshold = threshold
        place = {key: n for n, key in enumerate(self.keys)}
        self.members: list[list[tuple[int, int]]] = []
        self.sums_of: list[list[tuple[int, int]]] = [[] for _ in self.keys]
        for number, total in enumerate(sums):
            members = [(place[key], 1) for key in total.plus] + [(place[key], -1) for key in total.minus]
            self.members.append(members)
            for figure, sign in members:
                self.sums_of[figure].append((number, sign))
        self.primary = {
            n for n, f in enumerate(self.figures) if f.standing is Standing.NEW and is_small(f, threshold)
        }
        self.hidden = self.primary | {
            n for n, f in enumerate(self.figures) if f.standing in (Standing.IMPLIED, Standing.WITHHELD)
        }
        self.slack = [self._slack(f) for f in self.figures]
        in_order = sorted(range(len(self.members)), key=lambda number: (len(self.members[number]), number))
        self.rank = {number: rank for rank, number in enumerate(in_order)}
        """The sums by how many ways there are to settle each."""
        self.safe: dict[int, tuple[int, dict[int, int]]] = {}
        """Of each figure the widest move it is in."""

    def _slack(self, figure: Figure) -> int | None:
        """How often one can be taken off; None without end."""
        floor = known_floor(figure)
        return None if floor is None else max(0, figure.value - floor)

    def protected(self) -> Protection[K]:
        danger = self._in_danger()
        exposed = {n for n in danger if not self._protect(n) and not self._protect_with_all(n)}
        moves = {id(move): move for n in danger if n not in exposed for _, move in [self.safe[n]]}
        # What was hidden while looking for a move, but is in none, can be printed after all.
        moved = {n for move in moves.values() for n in move if self.figures[n].standing is Standing.NEW}
        return Protection(
            primary=self._keys(self.primary),
            complementary=self._keys(moved - self.primary),
            exposed=self._keys(exposed),
        )

    def _keys(self, numbers: Iterable[int]) -> frozenset[K]:
        return frozenset(self.keys[n] for n in numbers)

    def _in_danger(self) -> Sequence[int]:
        """What needs a move: small figures, printed or implied, and all that was withheld; in the order given."""
        return [
            n
            for n, f in enumerate(self.figures)
            if f.standing is Standing.WITHHELD
            or (f.standing is not Standing.PUBLISHED and is_small(f, self.threshold))
        ]

    def _protect(self, number: int, most: int = MOST_STEPS) -> bool:
        """Hide what the cheapest move for the figure needs. Whatever is in a move is protected by it."""
        demanded = width_demanded(self.figures[number], self.threshold)
        if number in self.safe and self.safe[number][0] >= demanded:
            return True
        move = self._cheapest_move(number, demanded, most, inside=True) or self._cheapest_move(
            number, demanded, most, inside=False
        )
        if move is None:
            return False
        self.hidden |= move.keys()
        width = self._width(move)
        for member in move:
            if member not in self.safe or self.safe[member][0] < width:
                self.safe[member] = (width, move)
        return True

    def _protect_with_all(self, number: int) -> bool:
        """When no move is found: hide everything in the sums of the figure and look again, then in the sums of those."""
        reached = frontier = {number}
        while frontier:
            totals = {total for member in frontier for total, _ in self.sums_of[member]}
            frontier = {member for total in totals for member, _ in self.members[total]} - reached
            reached = reached | frontier
            self.hidden |= {member for member in frontier if self._may_be_hidden(member)}
            if self._protect(number, MOST_STEPS_AT_LAST):
                return True
        return False

    def _may_be_hidden(self, number: int) -> bool:
        figure = self.figures[number]
        return figure.standing is not Standing.PUBLISHED and (
            number in self.hidden or figure.value != 0 or figure.persons not in (None, 0)
        )

    def _width(self, move: Mapping[int, int]) -> int:
        """How far the figures of a move can be moved, both ways together."""
        ends = [self._times(move, -1), self._times(move, 1)]
        return _ENDLESS if None in ends else sum(end or 0 for end in ends)

    def _times(self, move: Mapping[int, int], sign: int) -> int | None:
        slacks = [self.slack[n] for n, step in move.items() if step == sign]
        return min((slack for slack in slacks if slack is not None), default=None)

    # ------------------------------------------------------------- the search

    def _cheapest_move(self, start: int, demanded: int, most: int, *, inside: bool) -> dict[int, int] | None:
        """Best first: of all sums that do not add up yet, settle the one with the fewest ways to settle it.

        With ``inside`` the move can be made in both directions, so that the true number is no end of the interval.
        """
        own = self.slack[start]
        back = inside and own != 0
        least_down = max(int(inside), 0 if own is None else demanded - own)
        order = count()
        first = ({start: 1}, dict(self.sums_of[start]))
        heap: list[tuple[int, int, int, dict[int, int], dict[int, int]]] = [(0, 0, next(order), *first)]
        seen: set[frozenset[tuple[int, int]]] = set()
        usable: dict[tuple[int, int], bool] = {}
        rank = self.rank.__getitem__
        for _ in range(most):
            if not heap:
                return None
            _, cost, _, move, open_sums = heapq.heappop(heap)
            if not open_sums:
                if self._width(move) >= demanded:
                    return move
                continue
            total = min(open_sums, key=rank)
            rest = open_sums[total]
            steps = frozenset(move.items())
            for member, sign in self.members[total]:
                if member in move:
                    continue
                step = -1 if rest * sign > 0 else 1
                found = usable.get((member, step))
                if found is None:
                    found = usable[member, step] = self._usable(member, step, least_down, back)
                if not found:
                    continue
                name = steps | {(member, step)}
                if name in seen:
                    continue
                seen.add(name)
                longer = {**move, member: step}
                still_open = self._still_open(open_sums, member, step)
                dearer = cost + self._cost(member)
                estimate = dearer + _STEP_COST * len(still_open)
                heapq.heappush(heap, (estimate, dearer, next(order), longer, still_open))
        return None

    def _usable(self, member: int, step: int, least_down: int, back: bool) -> bool:
        """Whether the figure may be hidden, and moved far enough in its direction."""
        if not self._may_be_hidden(member):
            return False
        slack = self.slack[member]
        if slack is None:
            return True
        return slack >= least_down if step < 0 else (slack >= 1 or not back)

    def _still_open(self, open_sums: Mapping[int, int], member: int, step: int) -> dict[int, int]:
        after = dict(open_sums)
        for total, sign in self.sums_of[member]:
            rest = after.pop(total, 0) + step * sign
            if rest:
                after[total] = rest
        return after

    def _cost(self, member: int) -> int:
        """What it costs to hide a figure: every one costs, a large one (a total) more."""
        if member in self.hidden:
            return _HIDDEN_COST
        return 16 * (4 + abs(self.figures[member].value).bit_length())


_ENDLESS: Final = 1 << 60
