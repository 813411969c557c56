"""What a grant is about: the municipalities and modules of its plan and its period; so that its narrative counts nothing else."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from domain.projections.grant_use import GrantPlanRow
from domain.reports.definition import Counting
from domain.reports.evidence import FIRST_ENTRY, EntryRef
from domain.reports.grant_asked import asked, year_of
from domain.reports.grant_books import GrantBooks
from domain.reports.statistics_facts import Attended, Contacted, Contract

_WHOLE_KREIS: Final = "000"
_KREIS_DIGITS: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantScope:
    """Of one grant: the municipalities and modules of its plan, and the days that are told about.

    A line for a whole Kreis (AGS ending in 000) takes all its municipalities. Source: AGS, domain facts 6.1.
    """

    places: frozenset[str]
    modules: frozenset[str]
    first: date
    last: date

    def takes(self, one: Contacted | Attended | Contract) -> bool:
        """A case accompanied in these days, a participation entered or a contract signed in them, at one of the places."""
        place = one.place.municipality
        match one:
            case Contacted():
                case = one.case
                return self.takes_case(place, case.opened_on, case.closed_on, case.declined_on)
            case Attended():
                return self.takes_entry(place, one.module, one.entered_on)
            case Contract():
                return self.takes_contract(place, one.signed_on)

    def takes_case(
        self, place: str, opened_on: date, closed_on: date | None, declined_on: date | None
    ) -> bool:
        """Whether a case was accompanied in these days."""
        ended = self._before(closed_on) or self._before(declined_on)
        return self._covers(place) and opened_on <= self.last and not ended

    def takes_entry(self, place: str, module: str, entered_on: date) -> bool:
        """Whether a participation or a span of coaching was entered in them."""
        return self._covers(place) and module in self.modules and self.first <= entered_on <= self.last

    def takes_contract(self, place: str, signed_on: date) -> bool:
        """Whether a contract was signed in them."""
        return self._covers(place) and self.first <= signed_on <= self.last

    def shadows(self, one: Any) -> Iterator[tuple[Any, int]]:
        """A case that ended before these days would be of them but for the entry that ended it."""
        if isinstance(one, Contacted):
            case = one.case
            if self._before(case.closed_on):
                yield one._replace(case=case._replace(closed_on=None)), case.closed_version
            if self._before(case.declined_on):
                yield one._replace(case=case._replace(declined_on=None)), case.declined_version

    def _before(self, ended_on: date | None) -> bool:
        return ended_on is not None and ended_on < self.first

    def _covers(self, municipality: str) -> bool:
        kreis = municipality[:_KREIS_DIGITS] + _WHOLE_KREIS
        return municipality in self.places or kreis in self.places


class Asked(NamedTuple):
    """A grant with its scope by the plan in force, and by the one that would be without its notice (None: no grant)."""

    grant_id: UUID
    plan_version: int
    scope: GrantScope
    before: GrantScope | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scopes:
    """The scopes of several grants together: what any of them takes."""

    grants: tuple[Asked, ...]

    def __call__(self, one: Any) -> bool:
        """Whether any grant takes it."""
        return any(asked.scope.takes(one) for asked in self.grants)

    def shadows(self, one: Any) -> Iterator[tuple[Any, int]]:
        """How it would count but for an entry; nothing for what counts anyway."""
        if not self(one):
            # Two grants may ask for the same.
            found = {version: shadow for asked in self.grants for shadow, version in asked.scope.shadows(one)}
            for version, shadow in found.items():
                yield shadow, version

    def because(self, one: Any) -> tuple[EntryRef, ...]:
        """The notice of the only grant that takes it, and its amendment where the plan before would not take it.

        What an earlier plan would take and the one in force does not is not foretold.
        """
        taking = [asked for asked in self.grants if asked.scope.takes(one)]
        if len(taking) != 1:
            return ()
        [only] = taking
        versions = {FIRST_ENTRY}
        if only.before is None or not only.before.takes(one):
            versions.add(only.plan_version)
        return tuple(EntryRef(only.grant_id, version) for version in sorted(versions))

    def cases(
        self,
        places: Iterable[str],
        opened: Iterable[date],
        closed: Iterable[date | None],
        declined: Iterable[date | None],
    ) -> Iterable[bool]:
        """Of cases by column: whether any grant takes each."""
        stretch = _Stretches(self._scopes)
        days = (map(stretch.__getitem__, column) for column in (opened, closed, declined))
        taken = _Answers(lambda *case: any(scope.takes_case(*case) for scope in self._scopes))
        return map(taken.__getitem__, zip(places, *days, strict=True))

    def entries(
        self, places: Iterable[str | None], modules: Iterable[str], entered: Iterable[date | None]
    ) -> Iterable[bool]:
        """The same of participations and spans of coaching; of one without a place, or not entered, no grant takes any."""
        days = map(_Stretches(self._scopes).__getitem__, entered)
        taken = _Answers(
            lambda place, module, on: (
                place is not None
                and on is not None
                and any(scope.takes_entry(place, module, on) for scope in self._scopes)
            )
        )
        return map(taken.__getitem__, zip(places, modules, days, strict=False))

    def contracts(self, places: Iterable[str | None], signed: Iterable[date]) -> Iterable[bool]:
        """The same of contracts."""
        days = map(_Stretches(self._scopes).__getitem__, signed)
        taken = _Answers(
            lambda place, on: (
                place is not None and any(scope.takes_contract(place, on) for scope in self._scopes)
            )
        )
        return map(taken.__getitem__, zip(places, days, strict=True))

    @property
    def _scopes(self) -> list[GrantScope]:
        return [asked.scope for asked in self.grants]

    @property
    def days(self) -> tuple[date, date] | None:
        """The first and the last day of all of them; None without any grant."""
        if not self.grants:
            return None
        return min(scope.first for scope in self._scopes), max(scope.last for scope in self._scopes)


class _Stretches(dict[date | None, date | None]):
    """The first day of the stretch that a day lies in: throughout it the same scopes take the same. None of none."""

    def __init__(self, scopes: Iterable[GrantScope]) -> None:
        turns = {day for scope in scopes for day in (scope.first, scope.last + timedelta(1))}
        self._turns = [date.min, *sorted(turns)]

    def __missing__(self, day: date | None) -> date | None:
        first = self[day] = None if day is None else self._turns[bisect_right(self._turns, day) - 1]
        return first


class _Answers(dict[tuple[Any, ...], bool]):
    """What is answered to each question; few different ones are asked many times."""

    def __init__(self, answer: Callable[..., bool]) -> None:
        self._answer = answer

    def __missing__(self, question: tuple[Any, ...]) -> bool:
        found = self[question] = self._answer(*question)
        return found


def scopes_of(counting: Counting, *, in_year: bool) -> Scopes:
    """Of the grants asked for, up to the reference date; ``in_year``: the year of the interim statement alone."""
    year = year_of(counting)
    since, until = (date(year, 1, 1), date(year, 12, 31)) if in_year else (date.min, counting.as_of)

    def scope(book: GrantBooks, plan: tuple[GrantPlanRow, ...]) -> GrantScope:
        return GrantScope(
            places=frozenset(row.municipality for row in plan),
            modules=frozenset(row.module for row in plan),
            first=max(since, book.period[0]),
            last=min(until, plan[0].period_to, counting.as_of),
        )

    grants = (
        Asked(
            book.grant_id,
            book.plan_version,
            scope(book, book.plan),
            scope(book, book.plan_before) if book.plan_before else None,
        )
        for book in asked(counting)
    )
    return Scopes(grants=tuple(each for each in grants if each.scope.first <= each.scope.last))
