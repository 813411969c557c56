"""The way of each case through its steps, and what of it would be different without one of its entries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from domain.legal_facts import JobStatement
from domain.projections.employments import read_statements
from domain.reports.definition import Counting
from domain.reports.statistics_facts import (
    COACHING,
    NO_MODULE,
    Attended,
    Contract,
    attended,
    by,
    cases,
    contracts,
)
from domain.values import Destination

AUSBILDUNG: Final = "ausbildung"
FOUR_WEEKS: Final = timedelta(28)
"""After that many days it is asked where somebody is."""
MINOR_EMPLOYMENT: Final = Destination.MINOR_EMPLOYMENT.value


class Step(NamedTuple):
    """A participation, a span of coaching or a started Ausbildung, and the entries it hangs on: it is not there without
    ``asked_version`` (0: nothing), and began later without ``entered_version`` when there is an ``again_on``. A span of
    coaching is one with the span before it without the end of that, ``after_version``."""

    kind: str
    entered_on: date
    left_on: date | None
    early: bool
    asked_version: int
    named_version: int
    entered_version: int
    left_version: int
    again_on: date | None = None
    again_version: int = 0
    after_version: int = 0
    next_left_on: date | None = None
    next_left_version: int = 0


class Job(NamedTuple):
    """A job subject to social insurance: what was recorded of it by the reference date; the last of that counts."""

    statements: tuple[JobStatement, ...]

    @property
    def starts_on(self) -> date:
        """Its first day."""
        return self.statements[-1].starts_on


class Journey(NamedTuple):
    """A case at the reference date: where it counts, its steps in the order they were entered, and its end."""

    case_id: UUID
    participant_id: UUID
    place: str
    woman: bool
    opened_on: date | None
    """None of a stretch of a journey that does not begin with the first contact (domain/reports/lives.py)."""
    steps: tuple[Step, ...]
    jobs: tuple[Job, ...]
    """Those recorded by the reference date, also if they begin later."""
    kinds: tuple[tuple[str, date, int], ...]
    """Contracts signed: kind, day, entry."""
    declined_on: date | None
    closed_on: date | None
    destination: str | None
    settled_on: date | None
    settled_destination: str | None
    place_before: str | None
    place_version: int
    declined_version: int
    closed_version: int
    settled_version: int

    @property
    def measures(self) -> tuple[Step, ...]:
        """The steps one after the other; coaching runs beside them."""
        return tuple([step for step in self.steps if step.kind != COACHING])

    def entries(self) -> set[int]:
        """The entries that the journey could be different without, the first of the case apart."""
        found = {self.declined_version, self.closed_version, self.settled_version}
        if self.place_before is not None:
            found.add(self.place_version)
        found.update(said.version for job in self.jobs for said in job.statements)
        found.update(version for _, _, version in self.kinds)
        for step in self.steps:
            found |= {step.asked_version, step.named_version, step.entered_version, step.left_version}
            found.add(step.after_version)
        return found - {0, 1}

    def without(self, version: int) -> Journey:
        """The journey had the entry ``version`` never been made."""
        steps = (_step_without(step, version) for step in self.steps)
        jobs = (tuple(said for said in job.statements if said.version != version) for job in self.jobs)
        journey = self._replace(
            steps=_in_order(step for step in steps if step is not None),
            jobs=tuple(Job(said) for said in jobs if said),
            kinds=tuple(kind for kind in self.kinds if kind[2] != version),
        )
        if version == self.place_version and self.place_before is not None:
            journey = journey._replace(place=self.place_before)
        if version == self.declined_version:
            journey = journey._replace(declined_on=None)
        if version == self.closed_version:
            journey = journey._replace(closed_on=None, destination=None)
        if version == self.settled_version:
            journey = journey._replace(settled_on=None, settled_destination=None)
        return journey


def journeys(counting: Counting) -> list[Journey]:
    """The journeys of the cases asked for."""
    as_of = counting.as_of
    steps: dict[UUID, list[Step]] = defaultdict(list)
    for one in counting.once(attended):
        steps[one.case_id].append(_measure(one))
    kinds: dict[UUID, list[tuple[str, date, int]]] = defaultdict(list)
    for contract in counting.once(contracts):
        kinds[contract.case_id].append((contract.kind, contract.signed_on, contract.signed_version))
        if contract.entered_on is not None:
            steps[contract.case_id].append(_training(contract, contract.entered_on))
    jobs: dict[UUID, list[Job]] = defaultdict(list)
    for row in counting.facts.employments:
        said = tuple(one for one in read_statements(row.statements) if one.recorded_on <= as_of)
        if said:
            jobs[row.case_id].append(Job(said))
    return [
        Journey(
            one.case_id,
            one.participant_id,
            one.place.municipality,
            one.woman,
            one.case.opened_on,
            _in_order(steps[one.case_id]),
            tuple(jobs[one.case_id]),
            tuple(kinds[one.case_id]),
            by(one.case.declined_on, as_of),
            closed_on := by(one.case.closed_on, as_of),
            one.case.destination if closed_on else None,
            settled_on := by(one.case.follow_up_settled_on, as_of),
            one.case.follow_up_destination if settled_on else None,
            one.case.municipality_before,
            one.place.version,
            one.case.declined_version,
            one.case.closed_version,
            one.case.follow_up_version,
        )
        for one in counting.once(cases)
    ]


def _measure(one: Attended) -> Step:
    return Step(
        one.module,
        one.entered_on,
        one.left_on,
        one.abandon_ground is not None,
        one.asked_version,
        one.module_version,
        one.entered_version,
        one.left_version,
        one.again_on,
        one.again_version,
        one.after_version,
        one.next_left_on,
        one.next_left_version,
    )


def _training(one: Contract, entered_on: date) -> Step:
    early = one.left_on is not None and one.break_off_ground is not None
    return Step(
        AUSBILDUNG,
        entered_on,
        one.left_on,
        early,
        one.signed_version,
        0,
        one.entered_version,
        one.left_version,
    )


def _in_order(steps: Iterable[Step]) -> tuple[Step, ...]:
    return tuple(sorted(steps, key=lambda step: (step.entered_on, step.entered_version)))


def _step_without(step: Step, version: int) -> Step | None:
    if version in (step.asked_version, step.after_version):
        return None
    if version == step.entered_version:
        if step.again_on is None:
            return None
        return step._replace(
            entered_on=step.again_on, entered_version=step.again_version, again_on=None, again_version=0
        )
    if version == step.named_version:
        return step._replace(kind=NO_MODULE, named_version=0)
    if version == step.left_version:
        return step._replace(
            left_on=step.next_left_on,
            early=False,
            left_version=step.next_left_version,
            next_left_on=None,
            next_left_version=0,
        )
    return step
