"""What a subject brings to a column, and what it would bring but for one of its entries: asked again without each of them.

For figures that hang together too much to name the reasons of each one by one: the steps of a journey, the answers that
a case lacks. Whoever can tell what a subject would be without one entry has the evidence of all its figures.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable
from typing import Any, NamedTuple, Protocol, TypeVar
from uuid import UUID

from domain.reports.tally import Key, Tally
from domain.reports.tally_column import Amount


class Subject(Protocol):
    """A case as a report sees it on the reference date."""

    @property
    def case_id(self) -> UUID:
        """The stream."""
        ...

    @property
    def place(self) -> str:
        """The municipality it counts for."""
        ...


class Item(NamedTuple):
    """Something to count in a line: ``group`` is a person or a duration; ``versions`` the entries it needs, or, of what
    there would be but for one entry, that entry."""

    case_id: UUID
    place: str
    key: Key
    group: Hashable
    versions: tuple[int, ...] = ()


S = TypeVar("S", bound=Subject)
Items = tuple[list[Item], list[Item]]
"""What there is, and what there would be but for one entry."""


def items(
    subjects: Iterable[S],
    items_of: Callable[[S], Iterable[tuple[Key, Hashable]]],
    entries: Callable[[S], Collection[int]],
    without: Callable[[S, int], S],
    *,
    evidence: bool,
) -> Items:
    """What the subjects bring to a column; ``entries`` and ``without`` are asked for the evidence only.

    An item needs the entries without which it is not there.
    """
    there: list[Item] = []
    but_for: list[Item] = []
    for subject in subjects:
        found = _counted(subject, items_of)
        if not evidence:
            there.extend(found.elements())
            continue
        needs: dict[tuple[Item, int], set[int]] = defaultdict(set)
        for version in sorted(entries(subject)):
            other = _counted(without(subject, version), items_of)
            for item, number in found.items():
                for copy in range(other[item] + 1, number + 1):
                    needs[item, copy].add(version)
            but_for.extend(item._replace(versions=(version,)) for item in (other - found).elements())
        there.extend(
            item._replace(versions=tuple(sorted(needs[item, copy])))
            for item, number in found.items()
            for copy in range(1, number + 1)
        )
    return there, but_for


def _counted(subject: S, items_of: Callable[[S], Iterable[tuple[Key, Hashable]]]) -> Counter[Item]:
    return Counter(Item(subject.case_id, subject.place, key, group) for key, group in items_of(subject))


def count(tally: Tally, column: str, found: Items, amount: Amount = 1) -> None:
    """Count the items in a column, or add up what ``amount`` says of each."""
    there, but_for = found
    tally.count(column, there, key_of, _versions, amount)
    tally.but_for(column, but_for, key_of, _always, _versions)


def groups(tally: Tally, column: str, found: Items) -> None:
    """Count each group (a person, a case) once per line."""
    there, but_for = found
    tally.persons(column, there, key_of, _versions, person=group_of)
    tally.but_for(column, but_for, key_of, _always, _versions)


def survival(tally: Tally, column: str, found: Items) -> None:
    """The median of durations."""
    there, but_for = found
    tally.survival(column, there, key_of, _versions, group_of)
    tally.but_for(column, but_for, key_of, _always, _versions)


def key_of(item: Item) -> Key:
    """The line it counts in."""
    return item.key


def group_of(item: Item) -> Any:
    """What is counted once."""
    return item.group


def _versions(item: Item) -> tuple[int, ...]:
    return item.versions


def _always(_: Item) -> tuple[int, ...]:
    return ()
