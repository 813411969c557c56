"""Forms that money or counting hang on until the cut-off: weeks of a course without attendance, follow-ups that fall due.

A case that has all answers is still not paid for when nobody recorded who came, and still not counted when six months are
over and nobody asked. Each line says which entry would cure it, who can make it, and how many days are left.
"""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterator
from datetime import date, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from domain.path import Title
from domain.periods import end_of
from domain.refusals import Refusal
from domain.reports.definition import Counting, Parameter, ParameterKind
from domain.reports.evidence import Kind
from domain.reports.facts import CaseFact, ParticipationFact
from domain.reports.leaving_out import ItemTally
from domain.reports.quarters import quarter_of
from domain.reports.rates_known import rates_known
from domain.reports.rescue_cases import FOLLOW_UP_AFTER, Standing, standings
from domain.reports.rescue_definitions import Call, Cure, Form, Profile
from domain.reports.statistics_facts import by
from domain.reports.table import Cell, NotComputable, Table
from domain.reports.tally import Key, Tally

CUT_OFF: Final = Parameter(
    name="cut_off",
    title=Title(de="Ende des Abrechnungszeitraums", en="end of the period accounted for"),
    kind=ParameterKind.DATE,
)
"""Without it: the last day of the quarter of the reference date."""

WEEK: Final = timedelta(days=6)


class Attendance(NamedTuple):
    """A participation that was entered, and the spans of days for which attendance is on record."""

    case_id: UUID
    place: str
    case: CaseFact
    participation: ParticipationFact
    entered_on: date | None
    left_on: date | None
    spans: tuple[tuple[date, date, int], ...]
    as_of: date

    def entries(self) -> set[int]:
        """The entries that it could be different without."""
        p = self.participation
        found = {p.requested_version, p.module_version, p.entered_version, p.left_version}
        found |= {version for _, _, version in self.spans}
        if self.case.municipality_before is not None:
            found.add(self.case.municipality_version)
        return found - {0, 1}

    def without(self, version: int) -> Attendance:
        """The participation had the entry ``version`` never been made."""
        p, one = self.participation, self
        if version in (p.requested_version, p.module_version, p.entered_version):
            one = one._replace(entered_on=None)
        if version == p.left_version:
            one = one._replace(left_on=None)
        if version == self.case.municipality_version and self.case.municipality_before is not None:
            one = one._replace(place=self.case.municipality_before)
        return one._replace(spans=tuple(span for span in self.spans if span[2] != version))

    def weeks_missing(self) -> Iterator[date]:
        """The Mondays of the weeks that were over on the reference date, with days of the course and nothing on record."""
        if self.entered_on is None:
            return
        last = min(self.left_on or self.as_of, self.as_of)
        on_record = {
            monday for from_on, to_on, _ in self.spans for monday in mondays(from_on, min(to_on, last))
        }
        for monday in mondays(self.entered_on, last):
            if monday not in on_record and monday + WEEK <= self.as_of:
                yield monday


def mondays(first: date, last: date) -> Iterator[date]:
    """The Mondays of the weeks with days from ``first`` to ``last``."""
    monday = first - timedelta(first.weekday())
    while monday <= last:
        yield monday
        monday += timedelta(7)


def attendances(counting: Counting) -> list[Attendance]:
    """The participations of a module that were entered by the reference date; for the evidence also of cases that left the
    municipality asked for."""
    known = {case.case_id: case for case in counting.facts.cases}
    found = []
    for p in counting.facts.participations:
        entered_on = by(p.entered_on, counting.as_of)
        if p.module is None or entered_on is None:
            continue
        case = known[p.case_id]
        before = case.municipality_before if counting.evidence is not None else None
        if counting.municipality not in (None, case.municipality, before):
            continue
        spans = tuple(
            (date.fromisoformat(from_on), date.fromisoformat(to_on), version)
            for from_on, to_on, _, _, version in json.loads(p.attendance)
        )
        found.append(
            Attendance(
                p.case_id,
                case.municipality,
                case,
                p,
                entered_on,
                by(p.left_on, counting.as_of),
                spans,
                counting.as_of,
            )
        )
    return found


def cut_off(counting: Counting) -> date:
    """The last day that counts."""
    given = counting.parameters.get(CUT_OFF.name)
    return given if isinstance(given, date) else quarter_of(counting.as_of).last_day


def cut_off_refusal(counting: Counting) -> Refusal | None:
    """Refuses a cut-off before the reference date: there is nothing left to save."""
    if cut_off(counting) >= counting.as_of:
        return None
    return Refusal(
        "report.cut_off_before_as_of",
        "Das Ende des Abrechnungszeitraums liegt vor dem Stichtag; es wäre nichts mehr zu retten.",
        "The end of the period accounted for lies before the reference date; nothing could be saved any more.",
    )


def falls_due(counting: Counting, one: Standing) -> date | None:
    """The day by which a follow-up is due by the cut-off, of a case where nobody has asked yet."""
    if one.closed_on is None or one.settled_on is not None:
        return None
    due = end_of(one.closed_on, FOLLOW_UP_AFTER)
    return due if due <= cut_off(counting) else None


def forms(counting: Counting, tally: Tally) -> Table:
    """The lines, those with the fewest days left first. ``tally`` is made for this table."""
    asked = counting.parameters["profile"] == Profile.ESF_PLUS.value

    def lists(one: Attendance) -> Iterator[tuple[Key, Hashable]]:
        key = (str(one.case_id), Form.ATTENDANCE_LIST.value, str(one.participation.participation_id))
        return ((key, monday) for monday in one.weeks_missing())

    def follow_ups(one: Standing) -> Iterator[tuple[Key, Hashable]]:
        if asked and one.steps and falls_due(counting, one) is not None:
            yield (str(one.case_id), Form.FOLLOW_UP.value, ""), None

    place = counting.municipality
    found: dict[Key, tuple[int, Call, Cure, Cell]] = {}
    days = (cut_off(counting) - counting.as_of).days
    for p in counting.once(attendances):
        if place in (None, p.place):
            for key, _ in lists(p):
                found[key] = (days, Call.PROVIDER, Cure.ATTENDANCE_RECORDED, _rate(counting, p))
    for one in counting.once(standings):
        due = falls_due(counting, one)
        if place in (None, one.place) and due is not None:
            for key, _ in follow_ups(one):
                left = (due - counting.as_of).days
                nothing_paid = NotComputable.RATE_NOT_KNOWN
                found[key] = (left, Call.CASEWORKER, Cure.FOLLOW_UP_OUTCOME_RECORDED, nothing_paid)
    ItemTally(counting, tally, counting.once(attendances)).count("missing_forms", lists)
    ItemTally(counting, tally, counting.once(standings)).count("missing_forms", follow_ups)
    tally.declare(Kind.DERIVED, "call", "cure", "days_left", "rate")
    for key, (left, call, cure, rate) in found.items():
        rests = (tally.ref("missing_forms", key),)
        tally.put("days_left", key, left, "days_to_cut_off", rests)
        tally.put("call", key, call.value, "who_can_cure", rests)
        tally.put("cure", key, cure.value, "entry_that_cures", rests)
        tally.put("rate", key, rate, "rate_in_force", rests)
    return tally.table(sorted(found, key=lambda key: (found[key][0], key)))


def _rate(counting: Counting, one: Attendance) -> Cell:
    """What one teaching unit of the participation is paid with."""
    p = one.participation
    offered_by = next((o.municipality for o in counting.facts.offers if o.offer_id == p.offer_id), "")
    weeks = list(one.weeks_missing())
    rate = counting.once(rates_known).for_span(str(p.module), offered_by, weeks[0], weeks[-1], one.case)
    return NotComputable.RATE_NOT_KNOWN if rate is None else rate.amount_cents
