"""What a figure rests on: signed contributions, each with the entries of the log that make it.

A contribution stands as long as *all* its entries stand. A cell is one function (its ``Kind``) of its contributions, so
leaving an entry out of the log changes exactly the cells that list it, and to a value known beforehand
(docs/decisions/0012-reports-as-values.md).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias, assert_never
from uuid import UUID

from domain.flat_rate import SpanKey, best_apart

if TYPE_CHECKING:
    from domain.reports.cell_index import CellIndex


class EntryRef(NamedTuple):
    """An entry of the log: the ``version`` of a stream."""

    stream_id: UUID
    version: int


UNNAMED: Final = UUID(int=0)
"""Stands for a case that a drill-down may not name."""


class CellRef(NamedTuple):
    """A cell of a report."""

    table: str
    column: str
    key: tuple[str, ...]


class Kind(StrEnum):
    """How a cell comes from its contributions."""

    SUM = "sum"
    """Their sum."""
    DISTINCT = "distinct"
    """The number of groups (persons) whose contributions add up to more than 0."""
    APART = "apart"
    """Of the spans of each thing the most that share no day, summed (``domain/flat_rate.py``)."""
    MEDIAN = "median"
    """The lower median; not computable without any."""
    SURVIVAL = "survival"
    """The day by which half have left, those still there counted as long as they were seen (``survival_median``)."""
    DERIVED = "derived"
    """A named function of other cells; it has no contributions of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """``weight`` of one subject to one cell. ``subject`` is the stream of a case, a grant or an offer, ``group`` what is
    counted once (a person). ``rule`` names another rule than the definition of the report, with its version, where one
    decided (a flat rate, an eligibility). ``entries`` in the order they were recorded. ``but_for``: it would count but for
    a later entry, as +1 and as -1 with that; such ones add nothing to the cell."""

    weight: int
    subject: UUID
    entries: tuple[EntryRef, ...]
    group: Hashable = None
    rule: str = ""
    but_for: bool = field(default=False, compare=False)


def shares(kind: Kind, contributions: Sequence[Contribution]) -> list[int]:
    """How much of the cell each contribution makes; the shares add up to the cell (for a median they are the values).

    Of a group that counts once, its first contribution that makes it count carries the whole of it. Of a survival they
    are the days.
    """
    match kind:
        case Kind.SUM | Kind.MEDIAN:
            return [c.weight for c in contributions]
        case Kind.DISTINCT:
            standing = {group for group, total in _totals(contributions).items() if total > 0}
            return [_once(standing, c.group) if c.weight > 0 else 0 for c in contributions]
        case Kind.APART:
            kept = set(apart(_apart(group) for group, total in _totals(contributions).items() if total > 0))
            return [c.weight * _once(kept, c.group) if c.weight > 0 else 0 for c in contributions]
        case Kind.SURVIVAL:
            return [c.weight * _lasted(c.group)[0] for c in contributions]
        case Kind.DERIVED:
            return []
        case _:
            assert_never(kind)


ApartSpan: TypeAlias = tuple[Hashable, SpanKey]
"""A thing that is used at one time once only (a course), and a span of it with its units."""


def apart(spans: Iterable[ApartSpan]) -> list[ApartSpan]:
    """Of the spans of each thing those that share no day and have the most units."""
    of_thing: dict[Hashable, dict[SpanKey, ApartSpan]] = {}
    for span in spans:
        of_thing.setdefault(span[0], {})[span[1]] = span
    return [span for found in of_thing.values() for span in best_apart(found)]


def _apart(group: Hashable) -> ApartSpan:
    assert isinstance(group, tuple)  # noqa: S101 # only spans are counted as apart
    return group[0], group[1]


def _once(groups: set[Any], group: Hashable) -> int:
    if group not in groups:
        return 0
    groups.discard(group)
    return 1


def _totals(contributions: Iterable[Contribution]) -> dict[Hashable, int]:
    totals: dict[Hashable, int] = {}
    for c in contributions:
        totals[c.group] = totals.get(c.group, 0) + c.weight
    return totals


def value(kind: Kind, contributions: Sequence[Contribution]) -> int | None:
    """The figure that ``contributions`` make; None for the median of nothing. Not for derived cells."""
    if kind is Kind.MEDIAN:
        return median([c.weight for c in contributions])
    if kind is Kind.SURVIVAL:
        seen: Counter[Lasted] = Counter()
        for c in contributions:
            seen[_lasted(c.group)] += c.weight
        return survival_median(seen)
    return sum(shares(kind, contributions))


def median(values: Iterable[int]) -> int | None:
    """The lower median, a value that occurs; None of nothing.

    >>> median([4, 1, 3, 2]), median([])
    (2, None)
    """
    ordered = sorted(values)
    return ordered[(len(ordered) - 1) // 2] if ordered else None


Lasted: TypeAlias = tuple[int, bool]
"""Days, and whether it ended on the last of them; else it was still going on, and more is not known."""


def survival_median(seen: Mapping[Lasted, int]) -> int | None:
    """The median of durations of which some are not over (Kaplan and Meier, 1958), from how often each was seen.

    The first day by which no more than half are left: at each day the rest is multiplied by the share of those still
    seen that did not end on it. None when more than half are left at the end.

    >>> survival_median({(10, True): 1, (20, True): 1, (30, False): 1})
    20
    >>> survival_median({(10, True): 1, (20, False): 2}) is None
    True
    """
    at_risk = sum(seen.values())
    # Exact, as a fraction that is not reduced: that would be most of the work.
    left, of_all = 1, 1
    days = sorted({lasted for (lasted, _), number in seen.items() if number})
    for day in days:
        ended = seen.get((day, True), 0)
        if ended:
            left, of_all = left * (at_risk - ended), of_all * at_risk
            if 2 * left <= of_all:
                return day
        at_risk -= ended + seen.get((day, False), 0)
    return None


def _lasted(group: Hashable) -> Lasted:
    assert isinstance(group, tuple)  # noqa: S101 # only durations are counted as survival
    return group[0], group[1]


def without(contributions: Iterable[Contribution], entry: EntryRef) -> list[Contribution]:
    """The contributions that stand when ``entry`` is left out of the log. The first entry of a stream carries all of it."""
    return [c for c in contributions if entry not in c.entries]


Because: TypeAlias = Callable[..., tuple[int, ...]]
"""Fact → the versions, in the stream that the fact is of, without which it would not count (0 is none)."""

FIRST_ENTRY: Final = 1
"""Without the entry that began it a stream says nothing: every contribution lists it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Derivation:
    """How a derived cell comes about: by the function named, from these cells in this order."""

    function: str
    operands: tuple[CellRef, ...]


@dataclass(slots=True, kw_only=True)
class Evidence:
    """Collects contributions while a report is counted: of the cells in ``wanted``, or of all when that is None.

    With ``index`` none is made: it takes in whose facts make each cell (domain/reports/cell_index.py). ``named`` says of
    whom the entries are asked for, None: of all. Then the contributions of others need not name them, and no figure is
    asked for: a page is made of contributions alone.
    """

    wanted: frozenset[CellRef] | None = None
    index: CellIndex | None = None
    named: Callable[[UUID], bool] | None = None
    contributions: dict[CellRef, list[Contribution]] = field(default_factory=dict)
    kinds: dict[CellRef, Kind] = field(default_factory=dict)
    derivations: dict[CellRef, Derivation] = field(default_factory=dict)

    def wants_column(self, table: str, column: str) -> bool:
        """Whether any cell of the column is wanted."""
        if self.index is not None:
            return False
        return self.wanted is None or any(ref.table == table and ref.column == column for ref in self.wanted)

    def passes_over(self, table: str, column: str) -> bool:
        """Whether nothing of the column is asked for, not even its figures."""
        return self.named is not None and not self.wants_column(table, column)

    def wants(self, ref: CellRef) -> bool:
        """Whether this cell is wanted."""
        return self.wanted is None or ref in self.wanted
