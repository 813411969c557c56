"""Teaching units attended and held, by module, and what the held ones are worth at the flat rate."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final, NamedTuple
from uuid import UUID

from domain.path import Title
from domain.reports import funding_definitions as means
from domain.reports.definition import Counting
from domain.reports.facts import CaseFact
from domain.reports.table import TOTAL, NotComputable, Table
from domain.reports.tally import Key, Tally, total_of_all
from domain.values import FundingModule

P4_CENTS_PER_UNIT: Final = 3_750
"""Flat rate P4 per teaching unit of a course of F4: 37.50 €. Source: durchstarten.nrw, page on F4, as of 2022."""

MODULE: Final = Title(de="Förderbaustein", en="funding module")


class Taught(NamedTuple):
    """A span of attendance of one participation."""

    case_id: UUID
    municipality: str
    municipality_version: int
    module: str
    offer_id: UUID
    from_on: str
    to_on: str
    attended: int
    held: int
    because: tuple[int, ...]
    case: CaseFact


def _taught(counting: Counting) -> Iterator[Taught]:
    known = {case.case_id: case for case in counting.facts.cases}
    as_of = counting.as_of.isoformat()
    gone = counting.evidence is not None
    for p in counting.facts.participations:
        if p.module is None or p.attendance == "[]":
            continue
        case = known[p.case_id]
        if counting.municipality not in (None, case.municipality, case.municipality_before if gone else None):
            continue
        for from_on, to_on, attended, held, version in json.loads(p.attendance):
            if to_on <= as_of:
                yield Taught(
                    p.case_id,
                    case.municipality,
                    case.municipality_version,
                    p.module,
                    p.offer_id,
                    from_on,
                    to_on,
                    attended,
                    held,
                    (p.requested_version, p.module_version, version),
                    case,
                )


def _before_moving(one: Taught) -> Iterator[tuple[Any, int]]:
    case = one.case
    if case.municipality_before is not None:
        before = one._replace(
            municipality=case.municipality_before, municipality_version=case.municipality_before_version
        )
        yield before, case.municipality_version


def teaching_units(counting: Counting) -> Table:
    """Attended units are summed over participations; held ones are counted once per offer and span."""
    taught = list(_taught(counting))
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

    def module(one: Taught) -> Key:
        return (one.module,)

    def because(one: Taught) -> tuple[int, ...]:
        return (one.municipality_version, *one.because)

    tally.count("attended", taught, module, because, lambda one: one.attended)
    tally.largest(
        "held",
        (one for one in taught if one.attended),
        module,
        because,
        lambda one: one.held,
        lambda one: (one.module, one.offer_id, one.from_on, one.to_on),
    )
    lines = [*((each.value,) for each in FundingModule), (TOTAL,)]
    for key in lines:
        known = key == (FundingModule.F4.value,)
        amount = int(tally.cell("held", key)) * P4_CENTS_PER_UNIT if known else NotComputable.RATE_NOT_KNOWN
        tally.put("flat_rate_amount", key, amount, "flat_rate_p4", (tally.ref("held", key),) if known else ())
    return tally.table(lines)
