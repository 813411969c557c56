"""A whole town gone through once for the rescue list, where no evidence is asked: only what is on the list is made.

Nearly all cases lack nothing and nearly all weeks have their list. What is looked at for each of them here is told from
columns and from texts that recur; docs/reports.md says what it saves.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from domain.periods import end_of
from domain.projections.characteristics import CharacteristicsRow, read
from domain.reports.definition import Counting
from domain.reports.facts import CaseFact, ParticipationFact
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
    """The cases that lack an answer. The same answers given on the same days are looked at once."""
    as_of, asked = counting.as_of, frozenset(mandatory(counting))
    at_exit = not asked.isdisjoint((Missing.DESTINATION, Missing.FOLLOW_UP))
    known: dict[tuple[Any, ...], bool] = {}
    for case_id in entered:
        row = answers.get(case_id)
        said = (True, True, True, "[]", "[]", "[]") if row is None else _said(row)
        lacks = known.get(said)
        if lacks is None:
            lacks = known[said] = not asked.isdisjoint(_lacking(said, as_of))
        if lacks:
            yield case_id
        elif at_exit:
            case = cases[case_id]
            closed_on = case.closed_on
            if closed_on is not None and closed_on <= as_of:
                settled_on = by(case.follow_up_settled_on, as_of)
                if not asked.isdisjoint(lacking_at_exit(case, closed_on, settled_on, as_of)):
                    yield case_id


def _said(row: CharacteristicsRow) -> tuple[Any, ...]:
    return (
        row.gender is None,
        row.birth_month is None,
        not row.nationalities,
        row.statuses,
        row.regimes,
        row.schools,
    )


def _lacking(said: tuple[Any, ...], as_of: date) -> Iterator[Missing]:
    no_gender, no_month, no_nationality, statuses, regimes, schools = said
    if no_gender:
        yield Missing.GENDER
    if no_month:
        yield Missing.BIRTH_MONTH
    if no_nationality:
        yield Missing.NATIONALITY
    yield from lacking_now(read(statuses), read(regimes), read(schools), as_of)


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
