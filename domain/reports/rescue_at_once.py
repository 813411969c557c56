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
from uuid import UUID

from domain.periods import end_of
from domain.projections.case_papers import CasePapersRow
from domain.projections.characteristics import CharacteristicsRow, read
from domain.projections.seat_steps import SeatStepsRow
from domain.reports.definition import Counting
from domain.reports.fact_columns import ColumnsOf
from domain.reports.facts import CaseFact, CourseFact, OfferFact, ParticipationFact
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


class AtOnce(NamedTuple):
    """What there is to list. ``entered`` are all cases that were, ``coached`` those accompanied now, ``incomplete`` those
    that lack an answer; ``attended`` the participations of a module with what their attendance says."""

    entered: Collection[UUID]
    coached: frozenset[UUID]
    incomplete: frozenset[UUID]
    standings: list[Standing]
    lists: list[Attendance]
    attended: list[tuple[ParticipationFact, Spans]]


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
    as_of, place = counting.as_of, counting.municipality
    cases = {
        case.case_id: case
        for case in counting.facts.cases
        if case.opened_on <= as_of and place in (None, case.municipality)
    }
    in_courses = [
        p
        for p in counting.facts.participations
        if p.entered_on is not None and p.entered_on <= as_of and p.case_id in cases
    ]
    coachings = [span for span in counting.facts.spans if span.from_on <= as_of and span.case_id in cases]
    entered = {p.case_id for p in in_courses}
    entered.update(span.case_id for span in coachings)
    of_module = [p for p in in_courses if p.module is not None]
    parsed: list[Spans] = json.loads(f"[{','.join([p.attendance for p in of_module])}]")
    attended = list(zip(of_module, parsed, strict=True))
    answers = {row.case_id: row for row in counting.facts.characteristics if row.case_id in entered}
    incomplete = frozenset(_incomplete(counting, cases, entered, answers))
    noted = incomplete.union(_follow_ups(counting, cases, entered), _residences(counting, cases, entered))
    known = {case_id: _contacted(cases[case_id]) for case_id in noted}
    return AtOnce(
        entered=entered,
        coached=frozenset(span.case_id for span in coachings if span.to_on is None or span.to_on > as_of),
        incomplete=incomplete,
        standings=standings_of(
            counting,
            known.values(),
            attended_of(counting, known),
            _taught(counting, attended, incomplete, cases),
            answers,
        ),
        lists=[
            attendance_of(p, cases[p.case_id], spans, as_of)
            for p, spans in attended
            if _lacks_a_week(p, spans, as_of)
        ],
        attended=attended,
    )


def _contacted(case: CaseFact) -> Contacted:
    place = Placed(case.municipality, case.municipality_version)
    return Contacted(case.case_id, case.participant_id, case.gender == FEMALE, place, case)


def _incomplete(
    counting: Counting,
    cases: Mapping[UUID, CaseFact],
    entered: Collection[UUID],
    answers: Mapping[UUID, CharacteristicsRow],
) -> Iterator[UUID]:
    """The cases that lack an answer."""
    as_of, asked = counting.as_of, frozenset(mandatory(counting))
    gender, month = Missing.GENDER in asked, Missing.BIRTH_MONTH in asked
    nationality = Missing.NATIONALITY in asked
    status, regime, school = (_Lacking(answer, as_of) for answer in _WITH_HISTORY)
    statuses = Missing.RESIDENCE_STATUS in asked
    regimes, schools = Missing.LEGAL_REGIME in asked, Missing.SCHOOL_LEAVING in asked
    for case_id in entered:
        row = answers.get(case_id)
        if row is None or (
            (gender and row.gender is None)
            or (month and row.birth_month is None)
            or (nationality and not row.nationalities)
            or (statuses and status[row.statuses])
            or (regimes and regime[row.regimes])
            or (schools and school[row.schools])
        ):
            yield case_id
            continue
        case = cases[case_id]
        closed_on = case.closed_on
        if closed_on is not None and closed_on <= as_of:
            settled_on = by(case.follow_up_settled_on, as_of)
            if not asked.isdisjoint(lacking_at_exit(case, closed_on, settled_on, as_of)):
                yield case_id


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


def _follow_ups(
    counting: Counting, cases: Mapping[UUID, CaseFact], entered: Collection[UUID]
) -> Iterator[UUID]:
    """The cases where nobody has asked yet and the six months are over by the cut-off."""
    if counting.parameters[PROFILE.name] != Profile.ESF_PLUS.value:
        return
    as_of, last = counting.as_of, cut_off(counting)
    for case_id in entered:
        case = cases[case_id]
        if case.closed_on is not None and case.closed_on <= as_of:
            settled = case.follow_up_settled_on is not None and case.follow_up_settled_on <= as_of
            if not settled and end_of(case.closed_on, FOLLOW_UP_AFTER) <= last:
                yield case_id


def _residences(
    counting: Counting, cases: Mapping[UUID, CaseFact], entered: Collection[UUID]
) -> Iterator[UUID]:
    """The cases that go on whose status ends before the cut-off."""
    as_of, last = counting.as_of, cut_off(counting)
    for row in counting.facts.papers:
        until = row.residence_until
        if row.residence_on <= as_of and (until is None or until >= last):
            continue
        case = cases.get(row.case_id)
        if case is None or row.case_id not in entered:
            continue
        if by(case.closed_on, as_of) is not None or by(case.declined_on, as_of) is not None:
            continue
        ends = Papers(row).residence_until(as_of)
        if ends is not None and ends < last:
            yield row.case_id


def _taught(
    counting: Counting,
    attended: list[tuple[ParticipationFact, Spans]],
    of: Collection[UUID],
    cases: Mapping[UUID, CaseFact],
) -> Iterator[Taught]:
    """The spans of some cases that ended by the reference date."""
    offers = {offer.offer_id: offer.municipality for offer in counting.facts.offers}
    as_of = counting.as_of.isoformat()
    for p, spans in attended:
        if p.case_id not in of:
            continue
        case = cases[p.case_id]
        for from_on, to_on, present, held, version in spans:
            if to_on <= as_of:
                yield Taught(
                    p.case_id,
                    case.municipality,
                    case.municipality_version,
                    str(p.module),
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


def _lacks_a_week(p: ParticipationFact, spans: Spans, as_of: date) -> bool:
    """Whether a week that is over, with days of the course, has no list."""
    assert p.entered_on is not None  # noqa: S101 # chosen by the caller
    last = as_of if p.left_on is None or p.left_on > as_of else p.left_on
    first_week, last_week = (p.entered_on.toordinal() - 1) // 7, (last.toordinal() - 1) // 7
    over = min(last_week, as_of.toordinal() // 7 - 1)
    if over < first_week:
        return False
    at = first_week
    for from_on, to_on, *_ in sorted(spans) if len(spans) > 1 else spans:
        if _week(from_on) > at:
            break
        at = max(at, min(_week(to_on), last_week) + 1)
    return at <= over
