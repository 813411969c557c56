"""The rescue list: who will not count at the cut-off because an answer is missing, whom to call, and what it costs."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Any, Final, NamedTuple
from uuid import UUID

from domain.path import Title
from domain.reports import rescue_definitions as means
from domain.reports.definition import (
    MUNICIPALITY,
    Counting,
    ReportDefinition,
    TableDefinition,
)
from domain.reports.evidence import Kind
from domain.reports.facts import Need
from domain.reports.leaving_out import ItemTally
from domain.reports.rates_known import rates_known
from domain.reports.rescue_at_once import LOOKED_AT
from domain.reports.rescue_budget import budget
from domain.reports.rescue_cases import Standing, coached, running_coachings
from domain.reports.rescue_cut_off import CUT_OFF, cut_off, cut_off_refusal
from domain.reports.rescue_forms import forms, lost
from domain.reports.rescue_papers import in_charge
from domain.reports.rescue_profile import PROFILE, mandatory
from domain.reports.rescue_standings import entered_cases, missing_of, standings
from domain.reports.rescue_vocabulary import Call, Missing
from domain.reports.statistics import difference
from domain.reports.table import TOTAL, Cell, NotComputable, Publication, Table
from domain.reports.tally import Key, Tally
from domain.reports.teaching_units import Taught, rate_of
from domain.values import FundingModule

NAME: Final = "rescue"
VERSION: Final = 5


class Rescue(NamedTuple):
    """A case that was entered and lacks an answer."""

    case_id: UUID
    place: str
    missing: tuple[Missing, ...]
    call: Call
    contact: str
    participations: int
    at_risk: Cell


def rescues(counting: Counting) -> list[Rescue]:
    """The cases to be rescued: those with the most money at risk first, then with most participations, then by number."""
    place = counting.municipality
    found = []
    for one in counting.once(standings):
        if one.steps and place in (None, one.place) and (missing := missing_of(counting, one)):
            call, contact = in_charge(one.papers, coached(one))
            at_risk = _at_risk(counting, one)
            found.append(Rescue(one.case_id, one.place, missing, call, contact, len(one.steps), at_risk))
    return sorted(found, key=lambda r: (-lost(r.at_risk), -r.participations, r.case_id.int))


def _worth(counting: Counting, span: Taught) -> int | None:
    """What the units of a span are worth; None when their rate is not known."""
    rate = rate_of(span, counting.once(rates_known))
    return None if rate is None else span.attended * rate.amount_cents


def _at_risk(counting: Counting, one: Standing) -> Cell:
    """What the teaching units that a case attended by the reference date are worth, as far as their rate is known."""
    priced = [cents for span in one.taught if (cents := _worth(counting, span)) is not None]
    if priced:
        return sum(priced)
    # Nobody attended a unit whose rate is known: 0 where there is a rate for a module that was entered.
    rates = counting.once(rates_known)
    entered = {step.module for step in one.steps}
    known = any(rates.any_for(module, counting.as_of) for module in FundingModule if module in entered)
    return 0 if known else NotComputable.RATE_NOT_KNOWN


# -------------------------------------------------------------------- tables


def _tally(counting: Counting, table: str, title: Title, key: Title, **given: Any) -> Tally:
    place = counting.municipality
    return Tally(
        id=table,
        title=title,
        keys=(key,),
        evidence=counting.evidence,
        within=None if place is None else lambda item: item.place == place,
        **given,
    )


def _counting(counting: Counting) -> Table:
    tally = _tally(
        counting,
        "counting",
        Title(de="Wer am Stichtag zählt", en="Who counts on the reference date"),
        Title(de="alle", en="all"),
        columns=means.COUNTING,
    )

    def entered(one: Standing) -> Iterator[tuple[Key, Hashable]]:
        if one.steps:
            yield (TOTAL,), one.case_id

    def incomplete(one: Standing) -> Iterator[tuple[Key, Hashable]]:
        if missing_of(counting, one):
            yield (TOTAL,), one.case_id

    columns = ItemTally(counting, tally, counting.once(standings))
    if counting.evidence is None:
        everybody = counting.once(entered_cases)
        tally.persons("entered", everybody, lambda _: (TOTAL,), lambda _: (), person=lambda case_id: case_id)
    else:
        columns.persons("entered", entered)
    columns.persons("incomplete", incomplete)
    tally.derive("complete", difference, "entered", "incomplete")
    return tally.table([(TOTAL,)])


def _gaps(counting: Counting) -> Table:
    tally = _tally(
        counting,
        "gaps",
        Title(de="Fehlende Angaben", en="Missing answers"),
        Title(de="fehlende Angabe", en="missing answer"),
        columns=means.GAPS,
    )

    def gaps(one: Standing) -> Iterator[tuple[Key, Hashable]]:
        return (((answer.value,), one.case_id) for answer in missing_of(counting, one))

    columns = ItemTally(counting, tally, counting.once(standings))
    columns.persons("cases", gaps)
    return tally.table([(answer.value,) for answer in mandatory(counting)])


def _rescue(counting: Counting) -> Table:
    """A text lists what it is read from: the answers missing, the spans of coaching that run. What it costs lists the
    units attended; the rate is that of the notice or the programme."""
    tally = _tally(
        counting,
        "rescue",
        Title(de="Rettungsliste", en="Rescue list"),
        Title(de="Fall", en="case"),
        columns=means.RESCUE,
        hidden=("answers", "coachings", "units"),
    )

    def answers(one: Standing) -> Iterator[tuple[Key, Hashable]]:
        return (((str(one.case_id),), answer) for answer in missing_of(counting, one))

    def coachings(one: Standing) -> Iterator[tuple[Key, Hashable]]:
        if missing_of(counting, one):
            yield from (((str(one.case_id),), None) for _ in range(running_coachings(one)))

    def participations(one: Standing) -> Iterator[tuple[Key, Hashable]]:
        if missing_of(counting, one):
            yield from (((str(one.case_id),), None) for _ in one.steps)

    def units(one: Standing) -> Iterator[tuple[Key, Hashable]]:
        if missing_of(counting, one):
            priced = (span for span in one.taught if _worth(counting, span) is not None)
            yield from (((str(one.case_id),), span.attended) for span in priced)

    columns = ItemTally(counting, tally, counting.once(standings))
    columns.count("participations", participations)
    tally.declare(Kind.DISTINCT, "answers")
    tally.declare(Kind.SUM, "coachings", "units")
    if counting.evidence is not None:
        columns.persons("answers", answers)
        columns.count("coachings", coachings)
        columns.amount("units", units)
    tally.declare(Kind.DERIVED, "missing", "call", "contact", "place", "days_left", "at_risk")
    days_left = (cut_off(counting) - counting.as_of).days
    found = counting.once(rescues)
    for rescue in found:
        key = (str(rescue.case_id),)
        named = " ".join(answer.value for answer in rescue.missing)
        tally.put("missing", key, named, "answers_missing", (tally.ref("answers", key),))
        tally.put("call", key, rescue.call.value, "coach_while_coached", (tally.ref("coachings", key),))
        tally.put("contact", key, rescue.contact, "in_charge_as_known", (tally.ref("coachings", key),))
        tally.put("place", key, rescue.place, "municipality_of_case", (tally.ref("participations", key),))
        tally.put("days_left", key, days_left, "days_to_last_day", (tally.ref("answers", key),))
        worth = (tally.ref("units", key), tally.ref("participations", key))
        tally.put("at_risk", key, rescue.at_risk, "units_by_rate", worth)
    return tally.table([(str(rescue.case_id),) for rescue in found])


RESCUE: Final = ReportDefinition(
    name=NAME,
    version=VERSION,
    title=Title(de="Rettungsliste: wer nicht zählen wird", en="Rescue list: who will not count"),
    publication=Publication.INTERNAL,
    parameters=(MUNICIPALITY, PROFILE, CUT_OFF),
    needs=frozenset({Need.CHARACTERISTICS, Need.SEATS, Need.PAPERS}),
    columns=lambda _: LOOKED_AT,
    refusal=cut_off_refusal,
    tables=(
        TableDefinition(id="counting", count=_counting),
        TableDefinition(id="gaps", count=_gaps),
        TableDefinition(id="rescue", count=_rescue),
        TableDefinition(id="forms", count=forms),
        TableDefinition(id="budget", count=budget),
    ),
)
