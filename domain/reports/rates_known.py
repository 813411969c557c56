"""The rates that reports count with: those of the notices known by the reference date, else of the programme, never a guess."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Final, TypeAlias
from uuid import UUID

from domain.projections.grant_rates import GrantRateRow
from domain.rates import Rate, RateUnit, rate_for
from domain.reports.definition import Counting, of_no_case
from domain.reports.fact_columns import ColumnsOf
from domain.reports.facts import CaseFact
from domain.reports.grant_books import BOOKS, books, line_of_plan
from domain.values import FundingModule

Programme: TypeAlias = tuple[str, int]
"""A path and its version."""
_Span: TypeAlias = tuple[str, str, date, date, Programme]


RATES: Final[ColumnsOf] = {**BOOKS, "rates": GrantRateRow._fields}
"""What is looked at for the rates."""


class RatesKnown:
    """What a teaching unit is worth, as ``domain/flat_rate_decision.py`` decides it."""

    def __init__(self, counting: Counting) -> None:
        self.of_notices: dict[UUID, tuple[GrantRateRow, ...]] = {}
        for said in sorted(counting.facts.rates, key=lambda said: (said.version, said.place)):
            if said.decided_on <= counting.as_of:
                kept = self.of_notices.get(said.grant_id, ())
                same = kept and kept[0].version == said.version
                self.of_notices[said.grant_id] = (*kept, said) if same else (said,)
        self.of_programme: dict[Programme, tuple[Rate, ...]] = defaultdict(tuple)
        for path, version, rate in counting.facts.programme_rates:
            if rate not in self.of_programme[path, version]:
                self.of_programme[path, version] += (rate,)
        self._notice_rates = {
            grant_id: tuple(row.rate for row in rows) for grant_id, rows in self.of_notices.items()
        }
        self._payers: dict[tuple[str, ...], list[tuple[UUID, date, date]]] = defaultdict(list)
        for book in counting.once(books):
            for row in book.plan:
                self._payers[line_of_plan(row)].append((book.grant_id, *book.period))
        self._found: dict[_Span, Rate | None] = {}

    def for_span(
        self, module: str, municipality: str, from_on: date, to_on: date, case: CaseFact
    ) -> Rate | None:
        """The rate of a span of attendance in a course of ``municipality``; None: not known, which is not 0.

        The grants that have a line for it and whose period it lies in say the rate, each its own before that of the
        programme of the case; where they do not agree, nobody knows which one counts.
        """
        return self.for_days(module, municipality, from_on, to_on, (case.path, case.path_version))

    def for_days(
        self, module: str, municipality: str, from_on: date, to_on: date, programme: Programme
    ) -> Rate | None:
        """The same for a case of which the programme is known."""
        span = (module, municipality, from_on, to_on, programme)
        if span not in self._found:
            self._found[span] = self._rate_of(*span)
        return self._found[span]

    def _rate_of(
        self, module: str, municipality: str, from_on: date, to_on: date, programme: Programme
    ) -> Rate | None:
        paying: Iterable[UUID | None] = [
            grant_id
            for grant_id, first, last in self._payers.get((module, municipality, str(to_on.year)), ())
            if first <= from_on and to_on <= last
        ] or (None,)
        said = {self._notice_rates.get(grant_id, ()) if grant_id else () for grant_id in paying}
        found = {
            rate_for(
                FundingModule(module),
                RateUnit.TEACHING_UNIT,
                from_on,
                to_on,
                of_notice,
                self.of_programme.get(programme, ()),
            )
            for of_notice in said
        }
        return found.pop() if len(found) == 1 else None

    def any_for(self, module: FundingModule, on: date) -> bool:
        """Whether any rate for the module is known on ``on``, whoever says it."""
        rates = (*self._notice_rates.values(), *self.of_programme.values())
        return any(rate.module is module and rate.in_force(on) for known in rates for rate in known)


@of_no_case
def rates_known(counting: Counting) -> RatesKnown:
    """The rates of a run; to be asked with ``counting.once``."""
    return RatesKnown(counting)
