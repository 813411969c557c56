"""The cases that bundles are made of, by number, with what all their facts are told apart by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import repeat
from typing import Any, TypeVar

from domain.reports.definition import Counting
from domain.reports.fact_columns import column, fact_at, ids
from domain.reports.facts import CaseFact
from domain.reports.quarters import quarter_of
from domain.reports.statistics_facts import FEMALE, by

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleScope:
    """The cases asked for. ``persons`` says whose they are; None where everybody has one case, for then the number of the
    case is that of the person. ``chosen`` says which of ``cases`` are asked for, None: all."""

    cases: Sequence[CaseFact]
    chosen: Sequence[int] | None
    ids: Sequence[bytes]
    numbers: Mapping[bytes, int]
    places: Sequence[str]
    women: Sequence[bool]
    persons: Sequence[int] | None

    def column(self, name: str) -> Sequence[Any]:
        """A column of the cases asked for."""
        return _chosen(column(self.cases, CaseFact, name), self.chosen)

    def case(self, number: int) -> CaseFact:
        """The case of a number."""
        return fact_at(self.cases, number if self.chosen is None else self.chosen[number])

    def numbers_of(self, cases: Iterable[bytes]) -> list[int]:
        """The numbers of cases; -1, the last place of a list, for one that is not asked for."""
        return list(map(self.numbers.get, cases, repeat(-1)))

    def persons_of(self, members: list[int]) -> list[int]:
        """The persons of cases, one of several cases perhaps several times."""
        return members if self.persons is None else list(map(self.persons.__getitem__, members))


def bundle_scope(counting: Counting) -> BundleScope:
    """The cases opened by the reference date, of the municipality asked for."""
    as_of, place, cases = counting.as_of, counting.municipality, counting.facts.cases
    opened, places = (column(cases, CaseFact, name) for name in ("opened_on", "municipality"))
    chosen = None
    if place is not None or max(opened, default=as_of) > as_of:
        of_cases = zip(opened, places, strict=True)
        chosen = [n for n, (day, at) in enumerate(of_cases) if day <= as_of and place in (None, at)]
    case_ids = _chosen(ids(cases, CaseFact, "case_id"), chosen)
    participants = _chosen(ids(cases, CaseFact, "participant_id"), chosen)
    return BundleScope(
        cases=cases,
        chosen=chosen,
        ids=case_ids,
        numbers=dict(zip(case_ids, range(len(case_ids)), strict=True)),
        places=_chosen(places, chosen),
        women=[gender == FEMALE for gender in _chosen(column(cases, CaseFact, "gender"), chosen)],
        persons=None if len(set(participants)) == len(case_ids) else _numbered(participants),
    )


def _chosen(values: Sequence[Any], chosen: Sequence[int] | None) -> Sequence[Any]:
    return values if chosen is None else list(map(values.__getitem__, chosen))


def _numbered(keys: Iterable[Hashable]) -> list[int]:
    """A number for each, the same for the same."""
    known: dict[Hashable, int] = {}
    return [known.setdefault(key, len(known)) for key in keys]


def members_by(keyed: Iterable[tuple[int, K]]) -> dict[K, list[int]]:
    """The numbers that have each key."""
    found: defaultdict[K, list[int]] = defaultdict(list)
    for number, key in keyed:
        found[key].append(number)
    return found


class Quarters(dict[date | None, date | None]):
    """The first day of the quarter of each day, None of none and of one that has not come. Few different days are asked
    for many times."""

    def __init__(self, as_of: date) -> None:
        self._as_of = as_of

    def __missing__(self, day: date | None) -> date | None:
        come = by(day, self._as_of)
        first = self[day] = None if come is None else quarter_of(come).first_day
        return first


class Come(dict[date | None, bool]):
    """Whether days have come."""

    def __init__(self, as_of: date) -> None:
        self._as_of = as_of

    def __missing__(self, day: date | None) -> bool:
        come = self[day] = by(day, self._as_of) is not None
        return come


class ByNow(dict[date | None, date | None]):
    """Each day, None of none and of one that has not come."""

    def __init__(self, as_of: date) -> None:
        self._as_of = as_of

    def __missing__(self, day: date | None) -> date | None:
        come = self[day] = by(day, self._as_of)
        return come


class DayNumbers(dict[date | None, int]):
    """Days as numbers, of which differences are quick; ``other`` stands for none."""

    def __init__(self, other: date = date.max) -> None:
        self[None] = other.toordinal()

    def __missing__(self, day: date | None) -> int:
        assert day is not None  # noqa: S101 # there from the beginning
        number = self[day] = day.toordinal()
        return number


class MonthNumbers(dict[date | None, int]):
    """The months of days as numbers, 0 of none."""

    def __init__(self) -> None:
        self[None] = 0

    def __missing__(self, day: date | None) -> int:
        assert day is not None  # noqa: S101 # there from the beginning
        number = self[day] = 12 * day.year + day.month
        return number


def asked_once(keys: Iterable[K], ask: Callable[[int], V]) -> list[V]:
    """What ``ask`` says of each place, asked once of those that have the same key."""
    keys = list(keys)
    said = {key: ask(place) for key, place in dict(zip(keys, range(len(keys)), strict=True)).items()}
    return list(map(said.__getitem__, keys))
