"""Lives that a figure does not tell apart, put together: one of them is asked, and counted with their number.

Seventy thousand lives are put together at the speed of columns; only one life of each bundle is made, and it is the same
``Journey`` that stands alone where evidence is collected, so that both are counted by the same definition. Each way of
putting together says below what may be asked of it. A life may be cut into stretches first: what is counted step by step,
or wait by wait, is asked of one stretch at a time, and of its days no more than their distance.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from datetime import date
from functools import cached_property
from itertools import repeat
from operator import itemgetter
from typing import Any, Final, NamedTuple, TypeAlias

from domain.projections.employments import EmploymentRow, read_statements
from domain.reports import bundles
from domain.reports.bundle_scope import bundle_scope
from domain.reports.definition import Counting
from domain.reports.fact_columns import NOT_READ, ColumnsOf, column, ids
from domain.reports.facts import ParticipationFact, SpanFact, TrainingFact
from domain.reports.journeys import AUSBILDUNG, Job, Journey, Step, journeys
from domain.reports.leaving_out import Together
from domain.reports.statistics_facts import COACHING, FEMALE, NO_MODULE

_OF_PARTICIPATION: Final = ("module", "entered_on", "left_on", "abandon_ground", "entered_version")
_OF_TRAINING: Final = ("entered_on", "left_on", "break_off_ground", "entered_version")

CASES: Final[ColumnsOf] = {
    "cases": ("case_id", "participant_id", "municipality", "gender", "opened_on", "declined_on", "closed_on")
}
DESTINATIONS: Final[ColumnsOf] = {
    "cases": (*CASES["cases"], "destination", "follow_up_settled_on", "follow_up_destination")
}
STEPS: Final[ColumnsOf] = {
    "participations": ("case_id", *_OF_PARTICIPATION),
    "spans": ("case_id", "from_on", "to_on"),
    "trainings": ("case_id", "kind", "signed_on", *_OF_TRAINING),
}
JOBS: Final[ColumnsOf] = {"employments": ("case_id", "statements")}
"""What is looked at of lives in bundles: a report that looks at nothing else need not have more read."""


class Stage(NamedTuple):
    """A step that was entered by the reference date: the number of its life, and what is asked of a ``Step``."""

    number: int
    kind: str
    entered_on: date
    left_on: date | None
    early: bool
    entered_version: int


Cut: TypeAlias = Callable[[int, Sequence[Stage]], Journey]
Stretch: TypeAlias = tuple[int, Hashable, Sequence[Stage], Cut]
"""The number of a life, what tells it apart, the steps that are asked about, and what else is: one of ``Lives.alone`` and
those after it."""
Apart: TypeAlias = "Callable[[Lives], Iterable[Stretch]]"
"""How lives are told apart."""


def together(counting: Counting, apart: Apart) -> Sequence[Any]:
    """The journeys of the cases asked for: in bundles where that may be, else each alone and whole."""
    if bundles.bundled(counting):
        return counting.once(Lives).together(apart)
    return counting.once(journeys)


class Lives:
    """The cases asked for, by number: their columns, and what became of them by the reference date."""

    def __init__(self, counting: Counting) -> None:
        self.as_of = counting.as_of
        self.asked = counting.once(bundle_scope)
        self._facts = counting.facts

    def together(
        self,
        apart: Apart,
        classes: Sequence[Hashable] | None = None,
        made: Callable[[int, Journey], Any] = lambda _, journey: journey,
    ) -> list[Together]:
        """The bundles. ``classes`` are what the lives are told apart by besides, ``made`` makes what is asked of a number and
        its journey."""
        found: dict[Hashable, tuple[list[int], Sequence[Stage], Cut]] = {}
        for number, key, steps, cut in apart(self):
            name = key if classes is None else (classes[number], key)
            bundle = found.get(name)
            if bundle is None:
                found[name] = ([number], steps, cut)
            else:
                bundle[0].append(number)
        return [
            Together(
                made(numbers[0], cut(numbers[0], steps)),
                len(numbers),
                self.asked.persons_of(numbers),
            )
            for numbers, steps, cut in found.values()
        ]

    def by_now(self, name: str) -> list[date | None]:
        """A column of days, None for those that have not come."""
        as_of = self.as_of
        return [day if day is not None and day <= as_of else None for day in self.asked.column(name)]

    @cached_property
    def places(self) -> Sequence[str]:
        """Municipalities."""
        return self.asked.column("municipality")

    @cached_property
    def women(self) -> list[bool]:
        """Whose gender is female."""
        return [gender == FEMALE for gender in self.asked.column("gender")]

    @cached_property
    def opened_on(self) -> Sequence[date]:
        """First contacts."""
        return self.asked.column("opened_on")

    @cached_property
    def declined_on(self) -> list[date | None]:
        """Intakes declined."""
        return self.by_now("declined_on")

    @cached_property
    def closed_on(self) -> list[date | None]:
        """Ends."""
        return self.by_now("closed_on")

    @cached_property
    def settled_on(self) -> list[date | None]:
        """Follow-ups settled."""
        return self.by_now("follow_up_settled_on")

    @cached_property
    def destination(self) -> list[str | None]:
        """Where those went whose case is closed."""
        return self._said_on(self.closed_on, "destination")

    @cached_property
    def settled_destination(self) -> list[str | None]:
        """Where those are whose follow-up is settled."""
        return self._said_on(self.settled_on, "follow_up_destination")

    def _said_on(self, days: list[date | None], name: str) -> list[str | None]:
        said = self.asked.column(name)
        return [None if day is None else where for day, where in zip(days, said, strict=True)]

    @cached_property
    def steps(self) -> list[Stage]:
        """All steps entered by the reference date, in no order."""
        facts = self._facts
        return [
            *self._entered(
                ids(facts.participations, ParticipationFact, "case_id"),
                *(column(facts.participations, ParticipationFact, name) for name in _OF_PARTICIPATION),
            ),
            *self._entered(
                ids(facts.spans, SpanFact, "case_id"),
                repeat(COACHING),
                *(column(facts.spans, SpanFact, name) for name in ("from_on", "to_on")),
                repeat(None),
                repeat(0),
            ),
            *self._entered(
                ids(facts.trainings, TrainingFact, "case_id"),
                repeat(AUSBILDUNG),
                # Corrected days may let one begin before its contract: until that is signed there is none.
                (
                    begun if signed <= self.as_of else None
                    for signed, begun in zip(
                        column(facts.trainings, TrainingFact, "signed_on"),
                        column(facts.trainings, TrainingFact, "entered_on"),
                        strict=True,
                    )
                ),
                *(column(facts.trainings, TrainingFact, name) for name in _OF_TRAINING[1:]),
            ),
        ]

    def _entered(self, cases: Sequence[bytes], *columns: Iterable[Any]) -> Iterator[Stage]:
        as_of = self.as_of
        numbers = self.asked.numbers_of(cases)
        for number, kind, entered_on, left_on, ground, version in zip(numbers, *columns, strict=False):
            if entered_on is None or entered_on > as_of or number < 0:
                continue
            over = left_on is not None and left_on <= as_of
            yield _stage(
                (
                    number,
                    kind or NO_MODULE,
                    entered_on,
                    left_on if over else None,
                    over and ground is not None,
                    version,
                )
            )

    @cached_property
    def measures(self) -> dict[int, list[Stage]]:
        """The steps one after the other, by life; coaching runs beside them."""
        found: dict[int, list[Stage]] = {}
        for step in self.steps:
            number, kind = step[0], step[1]
            if kind != COACHING:
                if number in found:
                    found[number].append(step)
                else:
                    found[number] = [step]
        for steps in found.values():
            if len(steps) > 1:
                steps.sort(key=_IN_ORDER)
        return found

    @cached_property
    def contracts(self) -> dict[int, tuple[str, ...]]:
        """The kinds of the contracts signed, by life."""
        trainings = self._facts.trainings
        found: dict[int, tuple[str, ...]] = {}
        for number, kind, signed_on in zip(
            self.asked.numbers_of(ids(trainings, TrainingFact, "case_id")),
            column(trainings, TrainingFact, "kind"),
            column(trainings, TrainingFact, "signed_on"),
            strict=True,
        ):
            if number >= 0 and signed_on <= self.as_of:
                found[number] = (*found.get(number, ()), kind)
        return found

    @cached_property
    def jobs(self) -> dict[int, tuple[Job, ...]]:
        """The jobs recorded by the reference date, by life."""
        rows = self._facts.employments
        found: dict[int, tuple[Job, ...]] = {}
        for number, statements in zip(
            self.asked.numbers_of(ids(rows, EmploymentRow, "case_id")),
            column(rows, EmploymentRow, "statements"),
            strict=True,
        ):
            said = tuple(one for one in read_statements(statements) if one.recorded_on <= self.as_of)
            if said and number >= 0:
                found[number] = (*found.get(number, ()), Job(said))
        return found

    # Of a bundle no more can be asked than is given here: the rest refuses.

    def alone(self, number: int, steps: Sequence[Stage]) -> Journey:
        """A journey of which steps are asked about and nothing else."""
        return UNASKED._replace(
            place=self.places[number],
            woman=self.women[number],
            steps=tuple([Step(kind, since, to, early, 0, 0, 0, 0) for _, kind, since, to, early, _ in steps]),
        )

    def going_on(self, number: int, steps: Sequence[Stage]) -> Journey:
        """A journey from some step on to its end."""
        return self.alone(number, steps)._replace(
            declined_on=self.declined_on[number], closed_on=self.closed_on[number]
        )

    def begun(self, number: int, steps: Sequence[Stage]) -> Journey:
        """A journey from its beginning on."""
        return self.going_on(number, steps)._replace(opened_on=self.opened_on[number])

    def whole(self, number: int, steps: Sequence[Stage]) -> Journey:
        """A journey with its contracts, jobs and destinations."""
        return self.begun(number, steps)._replace(
            jobs=self.jobs.get(number, ()),
            kinds=tuple([(kind, self.as_of, 0) for kind in self.contracts.get(number, ())]),
            destination=self.destination[number],
            settled_on=self.settled_on[number],
            settled_destination=self.settled_destination[number],
        )


_REFUSED: Final[Any] = NOT_READ
UNASKED: Final = Journey(
    case_id=_REFUSED,
    participant_id=_REFUSED,
    place=_REFUSED,
    woman=_REFUSED,
    opened_on=None,
    steps=_REFUSED,
    jobs=_REFUSED,
    kinds=_REFUSED,
    declined_on=_REFUSED,
    closed_on=_REFUSED,
    destination=_REFUSED,
    settled_on=_REFUSED,
    settled_destination=_REFUSED,
    place_before=_REFUSED,
    place_version=0,
    declined_version=0,
    closed_version=0,
    settled_version=0,
)
"""A journey of which nothing can be asked, to be told what its bundle is told apart by."""
_IN_ORDER: Final = itemgetter(2, 5)


def _stage(fields: tuple[Any, ...]) -> Stage:
    return tuple.__new__(Stage, fields)
