"""Facts by what their person is counted by on the reference date: municipality, module, gender, age band, status and more."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from itertools import repeat
from typing import Any, Final, NamedTuple
from uuid import UUID

from domain.characteristics import (
    NOT_ASKED,
    STATUS_GROUPS,
    Dimension,
    Trait,
    age_band,
    nationality_group,
    trait_on,
)
from domain.path import Title
from domain.projections.characteristics import CharacteristicsRow, read, values_on
from domain.reports import bundles, statistics_facts
from domain.reports.bundle_scope import bundle_scope
from domain.reports.definition import Counting, Parameter, ParameterKind
from domain.reports.evidence import FIRST_ENTRY, Because
from domain.reports.fact_columns import ColumnsOf, column, ids
from domain.reports.statistics_facts import shadows

DIMENSION_TITLES: Final[Mapping[Dimension, Title]] = {
    Dimension.MODULE: Title(de="Förderbaustein", en="funding module"),
    Dimension.MUNICIPALITY: Title(de="Kommune (AGS)", en="municipality (AGS)"),
    Dimension.GENDER: Title(de="Geschlecht", en="gender"),
    Dimension.AGE_BAND: Title(de="Altersgruppe am Stichtag", en="age band on the reference date"),
    Dimension.STATUS_GROUP: Title(
        de="Aufenthaltsstatus am Stichtag (Gruppe)", en="residence status on the reference date (group)"
    ),
    Dimension.RESIDENCE_STATUS: Title(
        de="Aufenthaltsstatus am Stichtag", en="residence status on the reference date"
    ),
    Dimension.LEGAL_REGIME: Title(de="Rechtskreis am Stichtag", en="legal regime on the reference date"),
    Dimension.LANGUAGE_LEVEL: Title(de="Sprachniveau am Stichtag", en="language level on the reference date"),
    Dimension.NATIONALITY: Title(de="Staatsangehörigkeit", en="nationality"),
}
"""Titles of the key columns: a title says on which day the answer counts."""

BY: Final = Parameter(
    name="by",
    title=Title(de="Gliederung nach", en="broken down by"),
    kind=ParameterKind.CODE,
    default=Dimension.GENDER.value,
    choices=tuple(dimension.value for dimension in Dimension if dimension is not Dimension.MODULE),
)


class Classed(NamedTuple):
    """A fact with the class it counts in, the entry that says so, and the class but for that entry."""

    case_id: UUID
    participant_id: UUID
    one: Any
    trait: Trait
    number: int = 1
    persons: Collection[int] | None = None


class Classes:
    """The classes of all cases by one dimension. A module is said by the fact itself, as is the municipality."""

    def __init__(self, counting: Counting, dimension: Dimension) -> None:
        self.dimension = dimension
        self._counting = counting

    def contacted(self) -> list[Classed]:
        """The cases asked for, in bundles where that may be."""
        return self._counting.once(self._contacted)

    def _contacted(self, counting: Counting) -> list[Classed]:
        return self._classed(bundles.contacted, bundles.contacted_apart)

    def attended(self) -> list[Classed]:
        """The participations and spans of coaching asked for, in bundles where that may be; of their days the quarters."""
        return self._counting.once(self._attended)

    def _attended(self, counting: Counting) -> list[Classed]:
        return self._classed(bundles.attended, bundles.attended_apart)

    def undated(self) -> list[Classed]:
        """The same; of their days, in bundles, only whether there is one."""
        return self._counting.once(self._undated)

    def _undated(self, counting: Counting) -> list[Classed]:
        if self.dimension is Dimension.MODULE or not bundles.bundled(counting):
            return self.attended()
        return self._classed(bundles.undated, bundles.undated_apart)

    def contracts(self) -> list[Classed]:
        """The contracts asked for, in bundles where that may be."""
        return self._classed(bundles.contracts, bundles.contracts_apart)

    def accompanied(self) -> list[Classed]:
        """The cases asked for with their days and contacts, summed where that may be."""
        if not bundles.bundled(self._counting):
            return self.alone(self._counting.once(statistics_facts.accompanied))
        found = bundles.accompanied_apart(self._counting, self.values)
        return [Classed(one.case_id, one.participant_id, one, _said(value)) for one, value in found]

    def _classed(
        self,
        plain: Callable[[Counting], list[Any]],
        told_apart: Callable[[Counting, bundles.ToldApart], list[tuple[Any, str]]],
    ) -> list[Classed]:
        if self.dimension is Dimension.MODULE or not bundles.bundled(self._counting):
            return self.of(self._counting.once(plain))
        return [
            Classed(one.case_id, one.participant_id, one, _said(value), one.number, one.persons)
            for one, value in told_apart(self._counting, self.values)
        ]

    @cached_property
    def values(self) -> Sequence[str]:
        """The classes of the cases asked for, where facts are in bundles: what tells them apart."""
        if self.dimension is Dimension.MUNICIPALITY:
            return self._counting.once(bundle_scope).places
        values = [*_values(self.dimension, self._counting), NOT_ASKED]
        return list(map(values.__getitem__, self._counting.once(_rows_asked)))

    @cached_property
    def _traits(self) -> dict[bytes, Trait]:
        if bundles.bundled(self._counting):
            # Without evidence nobody asks for the entry that says so, nor for the class but for it.
            values = _values(self.dimension, self._counting)
            said = {value: _said(value) for value in set(values)}
            return {case: said[values[row]] for case, row in self._counting.once(_rows).items()}
        trait, rows = _TRAITS[self.dimension], self._counting.facts.characteristics
        return {row.case_id.bytes: trait(row, self._counting) for row in rows}

    def of(self, facts: Iterable[Any]) -> list[Classed]:
        """The facts with their classes."""
        return [self.one(fact) for fact in facts]

    def one(self, fact: Any) -> Classed:
        """One fact with its class."""
        return Classed(fact.case_id, fact.participant_id, fact, self._trait(fact), fact.number, fact.persons)

    def alone(self, facts: Iterable[Any]) -> list[Classed]:
        """Facts that are in no bundle, with their classes."""
        return [Classed(one.case_id, one.participant_id, one, self._trait(one)) for one in facts]

    def trait_of(self, fact: Any) -> Trait:
        """The class of a fact, with the entry that says so where evidence is collected."""
        return self._trait(fact)

    def _trait(self, fact: Any) -> Trait:
        if self.dimension not in (Dimension.MODULE, Dimension.MUNICIPALITY):
            return self._traits.get(fact.case_id.bytes, _UNKNOWN)
        if self.dimension is Dimension.MUNICIPALITY:
            return _said(fact.place.municipality)
        return _said(fact.module)

    def shadows(self, classed: Classed) -> Iterator[tuple[Classed, int]]:
        """How it would count but for one later entry: those of the fact, and without the answer its class comes from."""
        for shadow, version in shadows(classed.one):
            yield classed._replace(one=shadow, trait=self._trait(shadow)), version
        if (trait := classed.trait).version > FIRST_ENTRY:
            before = Trait(trait.before, trait.before_version, NOT_ASKED, 0)
            yield classed._replace(trait=before), trait.version


def because(reasons: Because) -> Because:
    """The reasons of a fact, and the entry its class comes from."""
    return lambda classed: (*reasons(classed.one), classed.trait.version)


def class_of(classed: Classed) -> tuple[str]:
    """The key of a line by class alone."""
    return (classed.trait.value,)


def _said(value: str) -> Trait:
    return Trait(value, 0, NOT_ASKED, 0)


_UNKNOWN: Final = _said(NOT_ASKED)


def _status_group(row: CharacteristicsRow, counting: Counting) -> Trait:
    trait = trait_on(read(row.statuses), counting.as_of)
    return trait._replace(
        value=STATUS_GROUPS.get(trait.value, NOT_ASKED), before=STATUS_GROUPS.get(trait.before, NOT_ASKED)
    )


_TRAITS: Final[Mapping[Dimension, Callable[[CharacteristicsRow, Counting], Trait]]] = {
    Dimension.GENDER: lambda row, _: _said(row.gender or NOT_ASKED),
    Dimension.AGE_BAND: lambda row, counting: _said(age_band(row.birth_month, counting.as_of)),
    Dimension.NATIONALITY: lambda row, _: _said(nationality_group(row.nationalities.split())),
    Dimension.STATUS_GROUP: _status_group,
    Dimension.RESIDENCE_STATUS: lambda row, counting: trait_on(read(row.statuses), counting.as_of),
    Dimension.LEGAL_REGIME: lambda row, counting: trait_on(read(row.regimes), counting.as_of),
    Dimension.LANGUAGE_LEVEL: lambda row, counting: trait_on(read(row.levels), counting.as_of),
}


def _rows(counting: Counting) -> dict[bytes, int]:
    """Case → where its characteristics stand."""
    of_cases = ids(counting.facts.characteristics, CharacteristicsRow, "case_id")
    return dict(zip(of_cases, range(len(of_cases)), strict=True))


def _rows_asked(counting: Counting) -> list[int]:
    """Where the characteristics of each case asked for stand, -1: nowhere."""
    return list(map(counting.once(_rows).get, counting.once(bundle_scope).ids, repeat(-1)))


def _values(dimension: Dimension, counting: Counting) -> list[str]:
    """The values of the traits above, for all cases at once; what is the same is looked at once."""
    name, read_as = _VALUES[dimension]
    told = column(counting.facts.characteristics, CharacteristicsRow, name)
    different = list(set(told))
    found = dict(zip(different, read_as(different, counting.as_of), strict=True))
    return list(map(found.__getitem__, told))


def _by_history(histories: Sequence[str], as_of: date) -> Iterable[str]:
    return values_on(histories, as_of.isoformat())


def _status_groups(histories: Sequence[str], as_of: date) -> Iterable[str]:
    return (STATUS_GROUPS.get(value, NOT_ASKED) for value in _by_history(histories, as_of))


_VALUES: Final[Mapping[Dimension, tuple[str, Callable[[Sequence[Any], date], Iterable[str]]]]] = {
    Dimension.GENDER: ("gender", lambda told, _: (gender or NOT_ASKED for gender in told)),
    Dimension.AGE_BAND: ("birth_month", lambda told, as_of: (age_band(month, as_of) for month in told)),
    Dimension.NATIONALITY: (
        "nationalities",
        lambda told, _: (nationality_group(codes.split()) for codes in told),
    ),
    Dimension.STATUS_GROUP: ("statuses", _status_groups),
    Dimension.RESIDENCE_STATUS: ("statuses", _by_history),
    Dimension.LEGAL_REGIME: ("regimes", _by_history),
    Dimension.LANGUAGE_LEVEL: ("levels", _by_history),
}
"""The column that says a characteristic, and what its different values say."""


def columns_of(dimensions: Iterable[Dimension]) -> ColumnsOf:
    """What is looked at to tell these classes."""
    names = {_VALUES[dimension][0] for dimension in dimensions if dimension in _VALUES}
    return {"characteristics": ("case_id", *sorted(names))} if names else {}
