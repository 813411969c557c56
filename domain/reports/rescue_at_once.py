"""A whole town gone through once for the rescue list, where no evidence is asked: only what is on the list is made.

Nearly all cases lack nothing and nearly all weeks have their list. What is looked at for each of them here is told from
columns and from texts that recur; docs/reports.md says what it saves.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import Final, NamedTuple

from domain.periods import end_of
from domain.projections.case_papers import CasePapersRow
from domain.projections.characteristics import CharacteristicsRow, read
from domain.projections.seat_steps import SeatStepsRow
from domain.reports.definition import Counting
from domain.reports.fact_columns import ColumnsOf, column, fact_at, ids
from domain.reports.facts import CaseFact, CourseFact, Facts, OfferFact, ParticipationFact, SpanFact
from domain.reports.rates_known import RATES
from domain.reports.rescue_attendance import Attendance, attendance_of
from domain.reports.rescue_cases import (
    FOLLOW_UP_AFTER,
    Standing,
    lacking_at_exit,
    lacking_now,
    standings_of,
)
from domain.reports.rescue_cut_off import cut_off
from domain.reports.rescue_papers import Papers
from domain.reports.rescue_profile import PROFILE, mandatory
from domain.reports.rescue_vocabulary import Missing, Profile
from domain.reports.statistics_facts import FEMALE, Contacted, Placed, attended_of, by
from domain.reports.teaching_units import Taught

Spans = list[tuple[str, str, int, int, int]]
"""Attendance as the read table keeps it: [from, to, units attended, units held, version]."""


class Attending(NamedTuple):
    """A participation of a module that was entered: its case and its offer as bytes, and its ``number`` among the facts."""

    case: bytes
    offer: bytes
    module: str
    entered_on: date
    left_on: date | None
    number: int
    spans: Spans


class AtOnce(NamedTuple):
    """What there is to list. ``entered`` are all cases that were, ``coached`` those accompanied now, ``incomplete`` those
    that lack an answer."""

    entered: Collection[bytes]
    coached: frozenset[bytes]
    incomplete: frozenset[bytes]
    standings: list[Standing]
    lists: list[Attendance]
    attended: list[Attending]


LOOKED_AT: Final[ColumnsOf] = {
    **RATES,
    "cases": (
        "case_id",
        "participant_id",
        "municipality",
        "gender",
        "opened_on",
        "declined_on",
        "closed_on",
        "destination",
        "follow_up_settled_on",
        "path",
        "path_version",
    ),
    "participations": (
        "case_id",
        "participation_id",
        "offer_id",
        "module",
        "entered_on",
        "left_on",
        "attendance",
    ),
    "spans": ("case_id", "from_on", "to_on", "from_version", "again_on"),
    "offers": OfferFact._fields,
    "characteristics": (
        "case_id",
        "gender",
        "birth_month",
        "nationalities",
        "statuses",
        "regimes",
        "schools",
    ),
    "seats": SeatStepsRow._fields,
    "courses": CourseFact._fields,
    "papers": CasePapersRow._fields,
}
"""The columns that a run without evidence looks at."""


def at_once(counting: Counting) -> AtOnce:
    """A run without evidence; to be asked with ``counting.once``."""
    as_of, facts = counting.as_of, counting.facts
    here = _here(counting)
    entered_on = column(facts.participations, ParticipationFact, "entered_on")
    of_case = ids(facts.participations, ParticipationFact, "case_id")
    in_courses = [
        number
        for number, (case, on) in enumerate(zip(of_case, entered_on, strict=True))
        if on is not None and on <= as_of and case in here
    ]
    coached_case = ids(facts.spans, SpanFact, "case_id")
    coachings = [
        number
        for number, (case, on) in enumerate(
            zip(coached_case, column(facts.spans, SpanFact, "from_on"), strict=True)
        )
        if on <= as_of and case in here
    ]
    entered = {of_case[number] for number in in_courses}
    entered.update([coached_case[number] for number in coachings])
    to_on = column(facts.spans, SpanFact, "to_on")
    attended = _attended(counting, in_courses)
    incomplete = frozenset(_incomplete(counting, here, entered))
    noted = incomplete.union(_follow_ups(counting, here, entered), _residences(counting, here, entered))
    cases = {case: fact_at(facts.cases, here[case]) for case in noted}
    known = {case.case_id: _contacted(case) for case in cases.values()}
    of_noted = Facts(
        participations=[fact_at(facts.participations, n) for n in in_courses if of_case[n] in noted],
        spans=[fact_at(facts.spans, n) for n in coachings if coached_case[n] in noted],
    )
    row_of = ids(facts.characteristics, CharacteristicsRow, "case_id")
    rows = [fact_at(facts.characteristics, n) for n, case in enumerate(row_of) if case in noted]
    lacking_lists = [one for one in attended if _lacks_a_week(one, as_of)]
    return AtOnce(
        entered=entered,
        coached=frozenset(coached_case[n] for n in coachings if (to := to_on[n]) is None or to > as_of),
        incomplete=incomplete,
        standings=standings_of(
            counting,
            known.values(),
            attended_of(Counting(facts=of_noted, as_of=as_of), known),
            _taught(counting, [one for one in attended if one.case in incomplete], cases),
            {row.case_id: row for row in rows},
        ),
        lists=[
            attendance_of(
                fact_at(facts.participations, one.number),
                fact_at(facts.cases, here[one.case]),
                one.spans,
                as_of,
            )
            for one in lacking_lists
        ],
        attended=attended,
    )


def _here(counting: Counting) -> dict[bytes, int]:
    """The cases opened by the reference date in the municipality asked for, with their number among the facts."""
    facts, place, as_of = counting.facts, counting.municipality, counting.as_of
    said = zip(
        ids(facts.cases, CaseFact, "case_id"),
        column(facts.cases, CaseFact, "opened_on"),
        column(facts.cases, CaseFact, "municipality"),
        strict=True,
    )
    return {
        case: number
        for number, (case, opened_on, municipality) in enumerate(said)
        if opened_on <= as_of and place in (None, municipality)
    }


def _attended(counting: Counting, in_courses: list[int]) -> list[Attending]:
    """Of the participations entered those of a module, with what their attendance says."""
    facts = counting.facts.participations
    modules = column(facts, ParticipationFact, "module")
    numbers = [number for number in in_courses if modules[number] is not None]
    texts = column(facts, ParticipationFact, "attendance")
    parsed: list[Spans] = json.loads(f"[{','.join([texts[number] for number in numbers])}]")
    cases, offers = (ids(facts, ParticipationFact, name) for name in ("case_id", "offer_id"))
    entered_on, left_on = (column(facts, ParticipationFact, name) for name in ("entered_on", "left_on"))
    return [
        Attending(cases[n], offers[n], modules[n], entered_on[n], left_on[n], n, spans)
        for n, spans in zip(numbers, parsed, strict=True)
    ]


def _contacted(case: CaseFact) -> Contacted:
    place = Placed(case.municipality, case.municipality_version)
    return Contacted(case.case_id, case.participant_id, case.gender == FEMALE, place, case)


def _incomplete(counting: Counting, here: Mapping[bytes, int], entered: Collection[bytes]) -> Iterator[bytes]:
    """The cases that lack an answer."""
    as_of, asked, facts = counting.as_of, frozenset(mandatory(counting)), counting.facts
    gender, month = Missing.GENDER in asked, Missing.BIRTH_MONTH in asked
    nationality = Missing.NATIONALITY in asked
    status, regime, school = (_Lacking(answer, as_of) for answer in _WITH_HISTORY)
    statuses, regimes, schools = (answer in asked for answer in _WITH_HISTORY)
    closed, settled = (column(facts.cases, CaseFact, name) for name in ("closed_on", "follow_up_settled_on"))
    destination = column(facts.cases, CaseFact, "destination")
    told = set()
    said = zip(
        ids(facts.characteristics, CharacteristicsRow, "case_id"),
        *(column(facts.characteristics, CharacteristicsRow, name) for name in _ANSWERS),
        strict=True,
    )
    for case, of_gender, of_month, of_nations, of_status, of_regime, of_school in said:
        if case not in entered:
            continue
        told.add(case)
        closed_on = closed[here[case]]
        if (
            (gender and of_gender is None)
            or (month and of_month is None)
            or (nationality and not of_nations)
            or (statuses and status[of_status])
            or (regimes and regime[of_regime])
            or (schools and school[of_school])
            or (
                closed_on is not None
                and closed_on <= as_of
                and not asked.isdisjoint(
                    lacking_at_exit(destination[here[case]], closed_on, by(settled[here[case]], as_of), as_of)
                )
            )
        ):
            yield case
    yield from set(entered) - told


_ANSWERS: Final = ("gender", "birth_month", "nationalities", "statuses", "regimes", "schools")


_WITH_HISTORY: Final = (Missing.RESIDENCE_STATUS, Missing.LEGAL_REGIME, Missing.SCHOOL_LEAVING)


class _Lacking(dict[str, bool]):
    """Whether a history, as the read table has it, has no ``answer`` on a day; the same ones are looked at once."""

    def __init__(self, answer: Missing, as_of: date) -> None:
        super().__init__()
        self._answer, self._as_of = answer, as_of

    def __missing__(self, history: str) -> bool:
        spells = read(history)
        lacks = self[history] = self._answer in lacking_now(spells, spells, spells, self._as_of)
        return lacks


def _follow_ups(counting: Counting, here: Mapping[bytes, int], entered: Collection[bytes]) -> Iterator[bytes]:
    """The cases where nobody has asked yet and the six months are over by the cut-off."""
    if counting.parameters[PROFILE.name] != Profile.ESF_PLUS.value:
        return
    as_of, last, facts = counting.as_of, cut_off(counting), counting.facts.cases
    closed = column(facts, CaseFact, "closed_on")
    settled = column(facts, CaseFact, "follow_up_settled_on")
    for case in entered:
        closed_on, settled_on = closed[here[case]], settled[here[case]]
        if closed_on is None or closed_on > as_of or by(settled_on, as_of) is not None:
            continue
        if end_of(closed_on, FOLLOW_UP_AFTER) <= last:
            yield case


def _residences(counting: Counting, here: Mapping[bytes, int], entered: Collection[bytes]) -> Iterator[bytes]:
    """The cases that go on whose status ends before the cut-off."""
    as_of, last, facts = counting.as_of, cut_off(counting), counting.facts
    closed, declined = (column(facts.cases, CaseFact, name) for name in ("closed_on", "declined_on"))
    said = zip(
        ids(facts.papers, CasePapersRow, "case_id"),
        column(facts.papers, CasePapersRow, "residence_on"),
        column(facts.papers, CasePapersRow, "residence_until"),
        strict=True,
    )
    for number, (case, since, until) in enumerate(said):
        if (since <= as_of and (until is None or until >= last)) or case not in entered:
            continue
        if by(closed[here[case]], as_of) is not None or by(declined[here[case]], as_of) is not None:
            continue
        ends = Papers(fact_at(facts.papers, number)).residence_until(as_of)
        if ends is not None and ends < last:
            yield case


def _taught(
    counting: Counting, attended: list[Attending], cases: Mapping[bytes, CaseFact]
) -> Iterator[Taught]:
    """The spans that ended by the reference date."""
    offers = {offer.offer_id: offer.municipality for offer in counting.facts.offers}
    as_of, facts = counting.as_of.isoformat(), counting.facts.participations
    for one in attended:
        p, case = fact_at(facts, one.number), cases[one.case]
        for from_on, to_on, present, held, version in one.spans:
            if to_on <= as_of:
                yield Taught(
                    p.case_id,
                    case.municipality,
                    case.municipality_version,
                    one.module,
                    p.offer_id,
                    offers.get(p.offer_id, ""),
                    date.fromisoformat(from_on),
                    date.fromisoformat(to_on),
                    present,
                    held,
                    (p.requested_version, p.module_version, version),
                    case,
                )


@lru_cache(maxsize=65_536)
def _week(day: str) -> int:
    """The number of the week, Monday to Sunday, of a day as it is written; 1 January 0001 was a Monday."""
    return (date.fromisoformat(day).toordinal() - 1) // 7


def _lacks_a_week(one: Attending, as_of: date) -> bool:
    """Whether a week that is over, with days of the course, has no list."""
    last = as_of if one.left_on is None or one.left_on > as_of else one.left_on
    first_week, last_week = (one.entered_on.toordinal() - 1) // 7, (last.toordinal() - 1) // 7
    over = min(last_week, as_of.toordinal() // 7 - 1)
    if over < first_week:
        return False
    at, before = first_week, ""
    for from_on, to_on, *_ in one.spans:
        if from_on < before:
            # Not in the order of its days: looked at week by week.
            return not set(range(first_week, over + 1)) <= _weeks_with_list(one.spans, last_week)
        before = from_on
        if _week(from_on) <= at:
            at = max(at, min(_week(to_on), last_week) + 1)
    return at <= over


def _weeks_with_list(spans: Spans, last_week: int) -> set[int]:
    return {
        week
        for from_on, to_on, *_ in spans
        for week in range(_week(from_on), min(_week(to_on), last_week) + 1)
    }
