"""The teaching units of a whole town at once, as ``teaching_units`` counts them one span of a participation after the other."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import chain, compress, repeat
from typing import Final, NamedTuple, TypeAlias

from domain.flat_rate import SpanKey, keys_apart, span_key
from domain.rates import Rate
from domain.reports.definition import Counting
from domain.reports.fact_columns import ColumnsOf, column, ids
from domain.reports.facts import CaseFact, OfferFact, ParticipationFact
from domain.reports.rates_known import Programme, RatesKnown, rates_known
from domain.reports.table import TOTAL, Cell, NotComputable, sum_of
from domain.reports.tally import Tally
from domain.values import FundingModule

Course: TypeAlias = Mapping[SpanKey, Rate | None]
"""The spans in which somebody was present in a course, with the rate that counts for each."""


COLUMNS: Final[ColumnsOf] = {
    "cases": ("case_id", "municipality", "path", "path_version"),
    "participations": ("case_id", "offer_id", "module", "attendance"),
    "offers": OfferFact._fields,
}
"""What is looked at here, beside what the rates are known by."""


class UnitsAtOnce(NamedTuple):
    """By module the units attended, and its courses."""

    attended: Counter[str]
    courses: Mapping[str, Mapping[bytes, Course]]

    def proven(self, module: str) -> Iterator[tuple[SpanKey, Rate | None]]:
        """The spans that count of the courses of a module: those with the most units that share no day."""
        for course in self.courses.get(module, {}).values():
            for span in keys_apart(course):
                yield span, course[span]

    def held_twice(self) -> int:
        """Units that two modules both prove, where participations in one course are of different ones."""
        often = Counter(chain.from_iterable(self.courses.values()))
        twice = 0
        for course in (course for course, number in often.items() if number > 1):
            found = [courses[course] for courses in self.courses.values() if course in courses]
            whole = {span for spans in found for span in spans}
            twice += sum(map(_units, found)) - _units(whole)
        return twice


def _units(spans: Iterable[SpanKey]) -> int:
    return sum(span[2] for span in keys_apart(spans))


def units_at_once(counting: Counting) -> UnitsAtOnce:
    """Of the spans that ended by the reference date, of the municipality asked for. Nothing here is kept for evidence."""
    rates, offered_by = counting.once(rates_known), _municipality_of_courses(counting)
    attended, present = _attended(counting)
    courses: dict[str, dict[bytes, dict[SpanKey, Rate | None]]] = defaultdict(dict)
    days = _Days()
    for module, course, from_on, to_on, held, programme in present:
        first, last = days[from_on], days[to_on]
        rate = rates.for_days(module, offered_by.get(course, ""), first, last, programme)
        courses[module].setdefault(course, {})[span_key(first, last, held, rate)] = rate
    return UnitsAtOnce(attended, courses)


def put_at_once(counting: Counting, tally: Tally) -> None:
    """Fill the cells of every module and of all together."""
    units, rates = counting.once(units_at_once), counting.once(rates_known)
    amounts: list[Cell] = []
    held = 0
    for module in FundingModule:
        proven = list(units.proven(module.value))
        of_module = sum(span[2] for span, _ in proven)
        held += of_module
        if module.value in units.courses:
            amount = worth_of(proven)
            amounts.append(amount)
        else:
            amount = worth_of_none(module, rates, counting.as_of)
        for name, cell in zip(_COLUMNS, (units.attended[module.value], of_module, amount), strict=True):
            tally.put(name, (module.value,), cell, _AT_ONCE)
    whole = (units.attended.total(), held - units.held_twice(), sum_of(amounts))
    for name, cell in zip(_COLUMNS, whole, strict=True):
        tally.put(name, (TOTAL,), cell, _AT_ONCE)


_COLUMNS: Final = ("attended", "held", "flat_rate_amount")
_AT_ONCE: Final = "at_once"


def worth_of(proven: Iterable[tuple[SpanKey, Rate | None]]) -> Cell:
    """What proven spans are worth; not known as soon as the rate of one is not."""
    total = 0
    for span, rate in proven:
        if rate is None:
            return NotComputable.RATE_NOT_KNOWN
        total += span[2] * rate.amount_cents
    return total


def worth_of_none(module: FundingModule, rates: RatesKnown, as_of: date) -> Cell:
    """What a module is worth in which nobody was present: 0 where any rate is known, else not known."""
    return 0 if rates.any_for(module, as_of) else NotComputable.RATE_NOT_KNOWN


_Present: TypeAlias = tuple[str, bytes, str, str, int, Programme]
"""Module, course, first and last day as ISO writes them, units held, programme of the case; for many participations once."""


def _attended(counting: Counting) -> tuple[Counter[str], Iterable[_Present]]:
    participations, as_of = counting.facts.participations, counting.as_of.isoformat()
    modules, texts = (column(participations, ParticipationFact, name) for name in ("module", "attendance"))
    courses, cases = (ids(participations, ParticipationFact, name) for name in ("offer_id", "case_id"))
    asked = _asked(counting, modules, texts, cases)
    cases = list(compress(cases, asked))
    # All at once: one reader of JSON for a town, not one for each of its participations.
    histories = json.loads(f"[{','.join(compress(texts, asked))}]")
    attended: Counter[str] = Counter()
    # In the order they were found, so that it makes no difference how the ids of this process are hashed.
    present: dict[_Present, None] = {}
    for module, course, programme, spans in zip(
        compress(modules, asked),
        compress(courses, asked),
        _programmes(counting, cases),
        histories,
        strict=False,
    ):
        for from_on, to_on, units, held, _ in spans:
            if to_on <= as_of:
                attended[module] += units
                if units:
                    present[module, course, from_on, to_on, held, programme] = None
    return attended, present


def _asked(
    counting: Counting, modules: Iterable[str | None], texts: Iterable[str], cases: Iterable[bytes]
) -> list[bool]:
    there = [module is not None and text != "[]" for module, text in zip(modules, texts, strict=True)]
    if (place := counting.municipality) is None:
        return there
    facts = counting.facts.cases
    places = column(facts, CaseFact, "municipality")
    here = {case for case, of in zip(ids(facts, CaseFact, "case_id"), places, strict=True) if of == place}
    return [one and case in here for one, case in zip(there, cases, strict=True)]


def _programmes(counting: Counting, cases: Iterable[bytes]) -> Iterable[Programme]:
    facts = counting.facts.cases
    programmes = list(
        zip(column(facts, CaseFact, "path"), column(facts, CaseFact, "path_version"), strict=True)
    )
    different = set(programmes)
    if len(different) == 1:
        return repeat(different.pop())
    of_case = dict(zip(ids(facts, CaseFact, "case_id"), programmes, strict=True))
    return map(of_case.__getitem__, cases)


def _municipality_of_courses(counting: Counting) -> dict[bytes, str]:
    facts = counting.facts.offers
    return dict(zip(ids(facts, OfferFact, "offer_id"), column(facts, OfferFact, "municipality"), strict=True))


class _Days(dict[str, date]):
    """The days that texts say; few different ones are asked for many times."""

    def __missing__(self, text: str) -> date:
        day = self[text] = date.fromisoformat(text)
        return day
