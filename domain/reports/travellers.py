"""Journeys in the class of their case, each alone or in bundles, and the counting of columns by class."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Iterator, Sequence
from itertools import repeat
from typing import Any, Final, NamedTuple
from uuid import UUID

from domain.characteristics import NOT_ASKED, Dimension, Trait
from domain.reports.breakdown import classes
from domain.reports.bundles import bundled
from domain.reports.classed import Classed
from domain.reports.definition import Counting
from domain.reports.fact_columns import NOT_READ
from domain.reports.journeys import AUSBILDUNG, Journey, journeys
from domain.reports.leaving_out import Item, ItemsOf, ItemTally, Said, TogetherByClass
from domain.reports.lives import Apart, Lives
from domain.reports.statistics_facts import Attended
from domain.reports.tally import Key


class Traveller(NamedTuple):
    """A journey in its class: that of its answer on the reference date, or its municipality where there is no trait."""

    case_id: UUID
    participant_id: UUID
    place: str
    journey: Journey
    trait: Trait | None

    @property
    def kind(self) -> str:
        """The class."""
        return self.place if self.trait is None else self.trait.value

    def entries(self) -> set[int]:
        """As ``Counted``."""
        found = self.journey.entries()
        if self.trait is not None:
            found.add(self.trait.version)
        return found - {0, 1}

    def without(self, version: int) -> Traveller:
        """As ``Counted``."""
        journey = self.journey.without(version)
        trait = self.trait
        if trait is not None and trait.version == version:
            trait = Trait(trait.before, trait.before_version, NOT_ASKED, 0)
        return self._replace(place=journey.place, journey=journey, trait=trait)


def travellers(counting: Counting) -> list[Traveller]:
    """The journeys of the cases asked for, each in its class."""
    dimension = counting.once(classes)
    by_place = dimension.dimension is Dimension.MUNICIPALITY
    return [
        Traveller(
            one.case_id, one.participant_id, one.place, one, None if by_place else dimension.trait_of(one)
        )
        for one in counting.once(journeys)
    ]


def together_by_class(counting: Counting, apart: Apart, *, persons: bool = False) -> Sequence[Any]:
    """The same for ``ClassTally``, in bundles where that may be; of those without ``persons`` it cannot be asked whose they
    are."""
    if not bundled(counting):
        return counting.once(travellers)
    return counting.once(Lives).together_by(apart, counting.once(classes).values, persons=persons)


class ClassTally(ItemTally):
    """Columns by class: the lines that a journey counts in are those said of it, each with its class at the end."""

    def _items(self, column: str, items_of: ItemsOf) -> tuple[list[Item], list[Item]]:
        return super()._items(column, _in_class(items_of))

    def _plain(self, items_of: ItemsOf) -> Iterable[Said]:
        return super()._plain(_in_class(items_of))

    def _bundles(self, items_of: ItemsOf) -> Iterator[tuple[Key, Hashable, int, Collection[int]]]:
        one: TogetherByClass
        for one in self._counted:
            for key, group, *_ in items_of(one.one):
                for value, number, persons in one.classes:
                    yield (*key, value), group, number, persons


def _in_class(items_of: ItemsOf) -> ItemsOf:
    def said(one: Traveller) -> Iterator[Any]:
        for key, *rest in items_of(one.journey):
            yield ((*key, one.kind), *rest)

    return said


def dropped(counting: Counting) -> list[Classed]:
    """The participations that ended early, each in its class; in bundles it cannot be asked when, where and whose."""
    dimension = counting.once(classes)
    if not bundled(counting):
        return [c for c in dimension.attended() if c.one.abandon_ground is not None]
    early = counting.once(Lives).early
    values = map(dimension.values.__getitem__, early.numbers)
    found = Counter(zip(early.kinds, early.grounds, values, strict=True))
    return [
        Classed(
            _NOT_TOLD, _NOT_TOLD, _dropout(kind, ground), Trait(value, 0, NOT_ASKED, 0), number, _NOT_TOLD
        )
        for (kind, ground, value), number in found.items()
        if kind != AUSBILDUNG
    ]


def _dropout(kind: str, ground: str | None) -> Attended:
    return _UNASKED._replace(module=kind, abandon_ground=ground)


_NOT_TOLD: Final[Any] = NOT_READ
_UNASKED: Final = Attended(*repeat(_NOT_TOLD, len(Attended._fields)))
