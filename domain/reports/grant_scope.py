"""What a grant is about: the municipalities and modules of its plan and its period; so that its narrative counts nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
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
        if not self._covers(one.place.municipality):
            return False
        match one:
            case Contacted():
                case = one.case
                ended = self._before(case.closed_on) or self._before(case.declined_on)
                return case.opened_on <= self.last and not ended
            case Attended():
                return one.module in self.modules and self.first <= one.entered_on <= self.last
            case Contract():
                return self.first <= one.signed_on <= self.last

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

    @property
    def days(self) -> tuple[date, date] | None:
        """The first and the last day of all of them; None without any grant."""
        if not self.grants:
            return None
        scopes = [asked.scope for asked in self.grants]
        return min(scope.first for scope in scopes), max(scope.last for scope in scopes)


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
