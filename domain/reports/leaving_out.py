"""What something brings to a column, and what it would bring but for one of its entries, found by asking it again without.

A figure that hangs on several entries in ways of its own (a need with its searches, the answers of a person) need not say
which: whatever is counted can be asked for its items with one of its entries left out, and the difference is the reason.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Sequence
from itertools import chain
from operator import attrgetter, itemgetter
from typing import Any, Final, NamedTuple, Protocol, TypeAlias, TypeVar
from uuid import UUID

from domain.reports.definition import Counting
from domain.reports.tally import Key, Tally


class Counted(Protocol):
    """Something of one case that is counted at one place, and can be had without one of its entries."""

    @property
    def case_id(self) -> UUID:
        """The stream it is of."""

    @property
    def place(self) -> str:
        """The municipality it counts for."""

    def entries(self) -> set[int]:
        """The entries that it could be different without, the first of the case apart."""

    def without(self, version: int) -> Counted:
        """The same had the entry ``version`` never been made."""


class Item(NamedTuple):
    """One thing to count in a line. ``group`` is a person, a duration or an amount; ``mark`` tells it from others that
    count alike, so that each is led back to the entry that makes it; ``versions`` are the entries it needs, or, of what
    there would be but for one entry, that entry."""

    case_id: UUID
    place: str
    key: Key
    group: Hashable
    mark: Hashable = None
    versions: tuple[int, ...] = ()


C = TypeVar("C", bound=Counted)
Said: TypeAlias = tuple[Key, Hashable] | tuple[Key, Hashable, Hashable]
ItemsOf: TypeAlias = Callable[[Any], Iterable[Said]]
"""What is counted → the lines it counts in, each with its person, duration or amount (None: it counts 1), and its mark."""


class Together(NamedTuple):
    """A bundle of what is counted: one of it, how many it stands for, and whose (domain/reports/lives.py)."""

    one: Any
    number: int
    persons: Collection[int]


class TogetherByClass(NamedTuple):
    """A bundle, and of each class how many it stands for, and whose."""

    one: Any
    classes: Sequence[tuple[str, int, Collection[int]]]


class Several(NamedTuple):
    """The same thing of persons of a bundle."""

    key: Key
    persons: Collection[int]


class ItemTally:
    """The counting of columns of one table from what can be left out entry by entry, or from bundles of it."""

    def __init__(
        self, counting: Counting, tally: Tally, counted: Iterable[Counted] | Iterable[Together]
    ) -> None:
        self._evidence = counting.evidence
        self._tally = tally
        self._counted: list[Any] = list(counted)

    def count(self, column: str, items_of: ItemsOf) -> None:
        """The number of items."""
        if self._tally.bundled:
            sums: Counter[Key] = Counter()
            for key, _, number, _ in self._bundles(items_of):
                sums[key] += number
            self._tally.count(column, sums.items(), _PLAIN_KEY, _nothing, _PLAIN_GROUP)
            return
        if self._evidence is None:
            self._tally.count(column, self._plain(items_of), _PLAIN_KEY, _nothing)
            return
        there, but_for = self._items(column, items_of)
        self._tally.count(column, there, _key, _versions)
        self._tally.but_for(column, but_for, _key, _nothing, _versions)

    def amount(self, column: str, items_of: ItemsOf) -> None:
        """The sum of the amounts of the items."""
        if self._evidence is None:
            self._tally.count(column, self._plain(items_of), _PLAIN_KEY, _nothing, _PLAIN_GROUP)
            return
        there, but_for = self._items(column, items_of)
        self._tally.count(column, there, _key, _versions, _group)
        self._tally.but_for(column, but_for, _key, _nothing, _versions, _group)

    def persons(self, column: str, items_of: ItemsOf) -> None:
        """The number of different persons."""
        if self._tally.bundled:
            several = (Several(key, persons) for key, _, _, persons in self._bundles(items_of))
            self._tally.persons(column, several, _key, _nothing)
            return
        if self._evidence is None:
            once = set(self._plain(items_of))
            self._tally.persons(column, once, _PLAIN_KEY, _nothing, person=_PLAIN_GROUP)
            return
        there, but_for = self._items(column, items_of)
        self._tally.persons(column, there, _key, _versions, person=_group)
        self._tally.but_for(column, but_for, _key, _nothing, _versions)

    def apart(self, column: str, items_of: ItemsOf) -> None:
        """Of the spans of each thing the units of those that share no day; the group of an item is its span."""
        if self._evidence is None:
            self._tally.apart(column, self._plain(items_of), _PLAIN_KEY, _nothing, _PLAIN_GROUP)
            return
        there, but_for = self._items(column, items_of)
        self._tally.apart(column, there, _key, _versions, _group)
        self._tally.but_for(column, but_for, _key, _nothing, _versions)

    def survival(self, column: str, items_of: ItemsOf) -> None:
        """The median of the durations, each (days, whether it is over)."""
        if self._tally.bundled:
            lasted: defaultdict[Key, Counter[Hashable]] = defaultdict(Counter)
            for key, group, number, _ in self._bundles(items_of):
                lasted[key][group] += number
            self._tally.survival(column, lasted.items(), _PLAIN_KEY, _nothing, _PLAIN_GROUP)
            return
        if self._evidence is None:
            self._tally.survival(column, self._plain(items_of), _PLAIN_KEY, _nothing, _PLAIN_GROUP)
            return
        there, but_for = self._items(column, items_of)
        self._tally.survival(column, there, _key, _versions, _group)
        self._tally.but_for(column, but_for, _key, _nothing, _versions)

    def _plain(self, items_of: ItemsOf) -> Iterable[Said]:
        """What there is to count, with nothing that only the evidence asks for."""
        return chain.from_iterable(map(items_of, self._counted))

    def _bundles(self, items_of: ItemsOf) -> Iterator[tuple[Key, Hashable, int, Collection[int]]]:
        """The same of bundles, with how many of each there are and whose."""
        for one, number, persons in self._counted:
            for key, group, *_ in items_of(one):
                yield key, group, number, persons

    def _items(self, column: str, items_of: ItemsOf) -> tuple[list[Item], list[Item]]:
        """The items there are, and where evidence of the column is wanted those there would be but for one entry."""
        table = self._tally.ref(column, ()).table
        if self._evidence is not None and self._evidence.passes_over(table, column):
            return [], []
        if self._evidence is not None and not self._evidence.wants_column(table, column):
            return [
                Item(one.case_id, one.place, *said) for one in self._counted for said in items_of(one)
            ], []
        there: list[Item] = []
        but_for: list[Item] = []
        named = self._evidence.named if self._evidence is not None else None
        for one in self._counted:
            if named is not None and not named(one.case_id):
                there.extend(Item(one.case_id, one.place, *said) for said in items_of(one))
                continue
            found = _found(one, items_of)
            needs: dict[tuple[Item, int], list[int]] = defaultdict(list)
            for version in sorted(one.entries()):
                other = _found(one.without(version), items_of)
                for item, number in found.items():
                    for copy in range(other[item] + 1, number + 1):
                        needs[item, copy].append(version)
                but_for.extend(item._replace(versions=(version,)) for item in (other - found).elements())
            there.extend(
                item._replace(versions=tuple(needs[item, copy]))
                for item, number in found.items()
                for copy in range(1, number + 1)
            )
        return there, but_for


_PLAIN_KEY: Final = itemgetter(0)
_PLAIN_GROUP: Final = itemgetter(1)


def _found(one: Counted, items_of: ItemsOf) -> Counter[Item]:
    return Counter(Item(one.case_id, one.place, *said) for said in items_of(one))


_key: Final = attrgetter("key")


def _versions(item: Item) -> tuple[int, ...]:
    return item.versions


def _nothing(_: Item) -> tuple[int, ...]:
    return ()


_group: Final = attrgetter("group")
