"""Teaching units attended and held, by module, what the held ones are worth, and the rates that say so."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any, Final, NamedTuple
from uuid import UUID

from domain.flat_rate import span_key
from domain.path import Title
from domain.projections.grant_rates import GrantRateRow
from domain.rates import Rate
from domain.reports import funding_definitions as means
from domain.reports.definition import Counting
from domain.reports.evidence import ApartSpan, CellRef, Kind, apart
from domain.reports.facts import CaseFact
from domain.reports.grant_books import GrantBooks, books, entry
from domain.reports.rates_known import RatesKnown, rates_known
from domain.reports.table import TOTAL, Cell, Table, sum_of
from domain.reports.tally import Key, Tally, total_of_all
from domain.reports.units_at_once import put_at_once, worth_of, worth_of_none
from domain.values import FundingModule

MODULE: Final = Title(de="Förderbaustein", en="funding module")
OPEN_END: Final = "open"
"""Last day of a rate that counts until further notice."""


# ------------------------------------------------------------------ attendance


class Taught(NamedTuple):
    """A span of attendance of one participation, in a course of the municipality ``offered_by`` ("": not known)."""

    case_id: UUID
    municipality: str
    municipality_version: int
    module: str
    offer_id: UUID
    offered_by: str
    from_on: date
    to_on: date
    attended: int
    held: int
    because: tuple[int, ...]
    case: CaseFact


def taught(counting: Counting) -> list[Taught]:
    """The spans that ended by the reference date, of the municipality asked for or of cases that left it; for evidence, which
    asks for each of them."""
    return list(_taught(counting))


def _taught(counting: Counting) -> Iterator[Taught]:
    known = {case.case_id: case for case in counting.facts.cases}
    offers = {offer.offer_id: offer.municipality for offer in counting.facts.offers}
    as_of = counting.as_of.isoformat()
    for p in counting.facts.participations:
        if p.module is None or p.attendance == "[]":
            continue
        case = known[p.case_id]
        if counting.municipality not in (None, case.municipality, case.municipality_before):
            continue
        for from_on, to_on, attended, held, version in json.loads(p.attendance):
            if to_on <= as_of:
                yield Taught(
                    p.case_id,
                    case.municipality,
                    case.municipality_version,
                    p.module,
                    p.offer_id,
                    offers.get(p.offer_id, ""),
                    date.fromisoformat(from_on),
                    date.fromisoformat(to_on),
                    attended,
                    held,
                    (p.requested_version, p.module_version, version),
                    case,
                )


def rate_of(one: Taught, rates: RatesKnown) -> Rate | None:
    """What a unit of a span is worth; None: not known."""
    return rates.for_span(one.module, one.offered_by, one.from_on, one.to_on, one.case)


def _before_moving(one: Taught) -> Iterator[tuple[Any, int]]:
    case = one.case
    if case.municipality_before is not None:
        before = one._replace(
            municipality=case.municipality_before, municipality_version=case.municipality_before_version
        )
        yield before, case.municipality_version


def teaching_units(counting: Counting) -> Table:
    """Attended units are summed over participations; of the held ones no day of a course counts twice."""
    place = counting.municipality
    tally = Tally(
        id="teaching_units",
        title=Title(de="Unterrichtsstunden und Pauschalen", en="Teaching units and flat rates"),
        keys=(MODULE,),
        columns=means.TEACHING,
        evidence=counting.evidence,
        totals=total_of_all,
        shadows=_before_moving,
        within=None if place is None else lambda one: one.municipality == place,
    )
    lines = [*((each.value,) for each in FundingModule), (TOTAL,)]
    if counting.evidence is None:
        put_at_once(counting, tally)
        return tally.table(lines)
    there = counting.once(taught)
    rates = counting.once(rates_known)

    def module(one: Taught) -> Key:
        return (one.module,)

    def because(one: Taught) -> tuple[int, ...]:
        return (one.municipality_version, *one.because)

    def span(one: Taught) -> ApartSpan:
        return one.offer_id, span_key(one.from_on, one.to_on, one.held, rate_of(one, rates))

    tally.count("attended", there, module, because, lambda one: one.attended)
    present = [one for one in there if one.attended]
    tally.apart("held", present, module, because, span)
    worth = _Worth(counting, tally, rates)
    for one in present:
        if place in (None, one.municipality):
            worth.add(one.module, span(one), rate_of(one, rates))
    worth.put()
    return tally.table(lines)


class _Worth:
    """What the held units of each module are worth: units times rate of the spans that count."""

    def __init__(self, counting: Counting, tally: Tally, rates: RatesKnown) -> None:
        self._counting, self._tally, self._rates = counting, tally, rates
        self._spans: dict[str, dict[ApartSpan, Rate | None]] = defaultdict(dict)
        self._keys = _rate_keys(counting)

    def add(self, module: str, span: ApartSpan, rate: Rate | None) -> None:
        """A span with the rate that counts for it."""
        self._spans[module][span] = rate

    def put(self) -> None:
        """The cell of each module and of all together; one that nothing is known about is not 0."""
        amounts: list[Cell] = []
        total_of: list[CellRef] = []
        for module in FundingModule:
            spans = self._spans.get(module.value, {})
            used = [(span[1], spans[span]) for span in apart(spans)]
            as_of = self._counting.as_of
            amount = worth_of(used) if spans else worth_of_none(module, self._rates, as_of)
            key = (module.value,)
            operands = (self._tally.ref("held", key), *self._refs([rate for _, rate in used]))
            self._tally.put("flat_rate_amount", key, amount, "units_by_rate", operands)
            if spans:
                amounts.append(amount)
                total_of.append(self._tally.ref("flat_rate_amount", key))
        self._tally.put("flat_rate_amount", (TOTAL,), sum_of(amounts), "sum", total_of)

    def _refs(self, used: list[Rate | None]) -> Iterator[CellRef]:
        for rate in dict.fromkeys(rate for rate in used if rate is not None):
            for key in self._keys.get(rate, ()):
                yield CellRef("rates", "amount", key)


# ----------------------------------------------------------------------- rates


def _rate_keys(counting: Counting) -> dict[Rate, list[Key]]:
    """Every rate known with the lines of the table of rates that say it."""
    known = counting.once(rates_known)
    found: dict[Rate, list[Key]] = defaultdict(list)
    for book in counting.once(books):
        for row in known.of_notices.get(book.grant_id, ()):
            found[row.rate].append(_rate_line(book.reference, row.rate))
    for (path, version), rates in known.of_programme.items():
        for rate in rates:
            found[rate].append(_rate_line(f"{path}/{version}", rate))
    return found


def _rate_line(said_by: str, rate: Rate) -> Key:
    until = rate.valid_to.isoformat() if rate.valid_to else OPEN_END
    return said_by, rate.module.value, rate.unit.value, rate.code, rate.valid_from.isoformat(), until


def rates(counting: Counting) -> Table:
    """The rates of the notices known by the reference date and of the programme, with validity and source."""
    known = counting.once(rates_known)
    tally = Tally(
        id="rates",
        title=Title(de="Sätze der Pauschalen", en="Rates of the flat rates"),
        keys=(
            Title(de="Bescheid oder Programm", en="notice or programme"),
            MODULE,
            Title(de="Einheit", en="unit"),
            Title(de="Satz", en="rate"),
            Title(de="gültig ab", en="valid from"),
            Title(de="gültig bis", en="valid until"),
        ),
        columns=means.RATES,
        evidence=counting.evidence,
        hidden=("set",),
    )
    tally.declare(Kind.SUM, "set")
    tally.declare(Kind.DERIVED, "amount", "source")
    shown: list[Key] = []
    for book in counting.once(books):
        rows = known.of_notices.get(book.grant_id, ())

        def line(row: GrantRateRow, reference: str = book.reference) -> Key:
            return _rate_line(reference, row.rate)

        tally.count("set", rows, line, entry, lambda row: row.amount_cents)
        if rows:
            before = _said_before(counting, book, rows[0].version)
            tally.but_for("set", before, line, entry, lambda _, last=rows[0].version: (last,))
        for row in rows:
            key = line(row)
            tally.put("amount", key, row.amount_cents, "as_set", (tally.ref("set", key),))
            tally.put("source", key, row.source, "as_set", (tally.ref("set", key),))
            shown.append(key)
    for (path, version), of_path in sorted(known.of_programme.items()):
        for rate in of_path:
            key = _rate_line(f"{path}/{version}", rate)
            tally.put("amount", key, rate.amount_cents, "path_definition")
            tally.put("source", key, rate.source, "path_definition")
            shown.append(key)
    return tally.table(shown)


def _said_before(counting: Counting, book: GrantBooks, version: int) -> list[GrantRateRow]:
    """What would count without the notice ``version``: the rates said last before it."""
    earlier = [row for row in counting.facts.rates if row.grant_id == book.grant_id and row.version < version]
    last = max((row.version for row in earlier), default=0)
    return [row for row in earlier if row.version == last]
