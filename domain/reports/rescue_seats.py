"""Seats asked for whose entry would count before the cut-off, and what keeps it from being made: an answer, the entry, a paper."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Final, NamedTuple
from uuid import UUID

from domain.participation import SeatStatus
from domain.path import Requirement
from domain.projections.seat_steps import SETTLED, SeatStepsRow
from domain.reports.definition import Counting
from domain.reports.facts import CaseFact
from domain.reports.rescue_courses import case_of, courses
from domain.reports.rescue_cut_off import cut_off
from domain.reports.rescue_papers import Papers, papers_of, versions
from domain.reports.rescue_vocabulary import Call, Cure, Form
from domain.reports.statistics_facts import by

_SETTLED: Final = frozenset(status.value for status in SETTLED)
_PAPERS: Final = {
    Requirement.INFORMATION_NOTICE: (Form.INFORMATION_NOTICE, Cure.INFORMATION_NOTICE_GIVEN),
    Requirement.CONSENT_CASE_MANAGEMENT: (Form.CONSENT, Cure.CONSENT_GIVEN),
}
"""The papers among what a path may ask for; an assessment, a decision and a plan are no forms to be brought."""


class Wanting(NamedTuple):
    """A form that keeps a seat from being entered: what cures it, who can, and by when."""

    form: Form
    cure: Cure
    call: Call
    by_on: date


class AskedSeat(NamedTuple):
    """A seat on the reference date, with what its course and its path say. ``starts_on`` is the first day of the course,
    as published or as the offer answered; ``module`` likewise."""

    case_id: UUID
    place: str
    case: CaseFact
    seat: SeatStepsRow
    steps: tuple[tuple[str, date, int], ...]
    module: str | None
    starts_on: date | None
    ends_on: date | None
    answer_by: date | None
    published: bool
    """Whether the course is on record itself: then its days rest on no entry of the case."""
    entry_by: date | None
    papers: Papers | None
    required: tuple[Requirement, ...]
    closed_on: date | None
    declined_on: date | None
    as_of: date
    cut_off: date

    def entries(self) -> set[int]:
        """The entries that it could stand differently without, the first of the case apart."""
        found = {version for _, _, version in self.steps}
        found |= {self.seat.offered_version, *versions(self.papers)}
        found.add(self.case.closed_version if self.closed_on else 0)
        found.add(self.case.declined_version if self.declined_on else 0)
        if self.case.municipality_before is not None:
            found.add(self.case.municipality_version)
        return found - {0, 1}

    def without(self, version: int) -> AskedSeat:
        """The seat had the entry ``version`` never been made."""
        one = self._replace(steps=tuple(step for step in self.steps if step[2] != version))
        if self.steps and version == self.steps[0][2]:
            one = one._replace(steps=())
        if version == self.seat.offered_version:
            one = one._replace(answer_by=None)
            if not self.published:
                one = one._replace(module=None, starts_on=None, ends_on=None, entry_by=None)
        if version == self.case.municipality_version and self.case.municipality_before is not None:
            one = one._replace(place=self.case.municipality_before)
        if version == self.case.closed_version:
            one = one._replace(closed_on=None)
        if version == self.case.declined_version:
            one = one._replace(declined_on=None)
        return one._replace(papers=None if one.papers is None else one.papers.without(version))

    @property
    def goes_on(self) -> bool:
        """Whether the case does; else nothing is asked about its seats."""
        return self.closed_on is None and self.declined_on is None

    @property
    def status(self) -> str | None:
        """What the seat waits for on the reference date; None when it was not asked for yet, or nothing is open."""
        come = [status for status, on, _ in self.steps if on <= self.as_of]
        return None if not come or _SETTLED.intersection(come) else come[-1]

    def wanting(self) -> Iterator[Wanting]:
        """What keeps the seat from being entered before the cut-off."""
        start = self.starts_on
        if start is None or not _begins_by(start, self.cut_off) or not self.goes_on:
            return
        match self.status:
            case SeatStatus.REQUESTED if self.as_of <= start:
                yield Wanting(Form.SEAT_REQUEST, Cure.SEAT_OFFERED, Call.PROVIDER, start)
            case SeatStatus.OFFERED if self.answer_by is None or self.as_of <= self.answer_by:
                answer_by = self.answer_by or start
                yield Wanting(Form.SEAT_ANSWER, Cure.SEAT_ACCEPTED, Call.CASEWORKER, answer_by)
            case SeatStatus.ACCEPTED:
                if start <= self.as_of:
                    last = min(self.cut_off, self.entry_by or self.cut_off)
                    yield Wanting(Form.COURSE_START, Cure.COURSE_STARTED, Call.CASEWORKER, last)
            case _:
                return
        yield from self._papers(start)

    def _papers(self, start: date) -> Iterator[Wanting]:
        if self.papers is None:
            return
        entry = max(start, self.as_of)
        for requirement in self.required:
            there = (
                self.papers.told_by(self.as_of)
                if requirement is Requirement.INFORMATION_NOTICE
                else self.papers.consented_on(entry, self.as_of)
            )
            if not there:
                yield Wanting(*_PAPERS[requirement], Call.CASEWORKER, start)


def _begins_by(start: date | None, last: date) -> bool:
    """Whether a course begins by the ``last`` day: else nothing keeps its seats from being entered by then."""
    return start is not None and start <= last


def asked_seats(counting: Counting) -> list[AskedSeat]:
    """The seats asked for by the reference date for courses that begin by the cut-off; for the evidence all of them,
    with those that were settled since, and those of cases that left the municipality asked for."""
    as_of, evidence, place = counting.as_of, counting.evidence is not None, counting.municipality
    told, last = counting.once(courses), cut_off(counting)
    required = _required(counting)
    found = []
    for seat in counting.facts.seats:
        settled = seat.settled_on is not None and seat.settled_on <= as_of and not evidence
        if settled or seat.requested_on > as_of:
            continue
        course = told.of(seat.offer_id.bytes)
        said = seat if course is None else course
        if not evidence and not _begins_by(said.starts_on, last):
            continue
        case = case_of(counting, seat.case_id.bytes)
        before = case.municipality_before if evidence else None
        if case.opened_on > as_of or place not in (None, case.municipality, before):
            continue
        entry_by = None
        if said.module is not None and said.starts_on is not None:
            entry_by = told.entry_by(said.module, said.starts_on)
        found.append(
            AskedSeat(
                seat.case_id,
                case.municipality,
                case,
                seat,
                tuple(
                    (status, date.fromisoformat(on), version)
                    for status, on, version in json.loads(seat.steps)
                ),
                said.module,
                said.starts_on,
                said.ends_on,
                seat.answer_by,
                course is not None,
                entry_by,
                papers_of(counting, seat.case_id),
                required.get((case.path, case.path_version), ()),
                by(case.closed_on, as_of),
                by(case.declined_on, as_of),
                as_of,
                last,
            )
        )
    return found


def _required(counting: Counting) -> dict[tuple[str, int], tuple[Requirement, ...]]:
    """The papers that each path asks for before a course is entered."""
    found: dict[tuple[str, int], tuple[Requirement, ...]] = {}
    for path, version, requirement in counting.facts.asked_at_entry:
        of_path = found.get((path, version), ())
        if requirement in _PAPERS and requirement not in of_path:
            found[path, version] = (*of_path, requirement)
    return found
