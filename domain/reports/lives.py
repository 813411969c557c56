"""Lives that a figure does not tell apart, put together: one of them is asked, and counted with their number.

Seventy thousand lives are put together at the speed of columns; only one life of each bundle is made, and it is the same
``Journey`` that stands alone where evidence is collected, so that both are counted by the same definition. Each way of
putting together says below what may be asked of it. A life may be cut into stretches first: what is counted step by step,
or wait by wait, is asked of one stretch at a time, and of its days no more than their distance.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import date
from functools import cached_property
from itertools import chain
from operator import sub
from typing import Any, Final, NamedTuple, TypeAlias

from domain.projections.employments import EmploymentRow, read_statements
from domain.reports import bundles
from domain.reports.bundle_scope import ByNow, DayNumbers, bundle_scope, members_by
from domain.reports.definition import Counting
from domain.reports.fact_columns import NOT_READ, ColumnsOf, column, ids
from domain.reports.facts import TrainingFact
from domain.reports.journeys import FOUR_WEEKS, Job, Journey, Step, journeys
from domain.reports.leaving_out import Together, TogetherByClass
from domain.reports.stages import InOrder, Stages, in_order, stages

CASES: Final[ColumnsOf] = {
    "cases": ("case_id", "participant_id", "municipality", "gender", "opened_on", "declined_on", "closed_on")
}
DESTINATIONS: Final[ColumnsOf] = {
    "cases": (*CASES["cases"], "destination", "follow_up_settled_on", "follow_up_destination")
}
JOBS: Final[ColumnsOf] = {"employments": ("case_id", "statements")}
"""What is looked at of lives in bundles: a report that looks at nothing else need not have more read."""


class Stretches(NamedTuple):
    """Stretches of lives by column: the number of the life of each, what it is told apart by, and what makes of a place among
    them that of which can be asked: one of ``Lives.steps_alone`` and those after it."""

    numbers: Sequence[int]
    keys: Iterable[Hashable]
    cut: Callable[[int], Journey]


Apart: TypeAlias = "Callable[[Lives], Sequence[Stretches]]"
"""How lives are told apart. Stretches of different kinds are never put together."""


def together(counting: Counting, apart: Apart, *, persons: bool = False) -> Sequence[Any]:
    """The journeys of the cases asked for: in bundles where that may be, else each alone and whole. Of bundles without
    ``persons`` it cannot be asked whose they are."""
    if bundles.bundled(counting):
        return counting.once(Lives).together(apart, persons=persons)
    return counting.once(journeys)


class Lives:
    """The cases asked for, by number: their columns, and what became of them by the reference date."""

    def __init__(self, counting: Counting) -> None:
        self.as_of = counting.as_of
        self.asked = counting.once(bundle_scope)
        self._counting, self._facts = counting, counting.facts

    def together(self, apart: Apart, *, persons: bool = False) -> list[Together]:
        """The bundles."""
        found: list[Together] = []
        for numbers, told_apart, cut in apart(self):
            keys = list(told_apart)
            # One of each, whichever.
            places = dict(zip(keys, range(len(keys)), strict=True))
            if persons:
                members = members_by(zip(numbers, keys, strict=True))
                found += [
                    Together(cut(places[key]), len(of_key), self.asked.persons_of(of_key))
                    for key, of_key in members.items()
                ]
            else:
                counted = Counter(keys)
                found += [Together(cut(place), counted[key], _REFUSED) for key, place in places.items()]
        return found

    def together_by(
        self, apart: Apart, classes: Sequence[str], *, persons: bool = False
    ) -> list[TogetherByClass]:
        """The bundles, and how many of each, and whose, are in which of the ``classes`` that the lives have."""
        found: list[TogetherByClass] = []
        for numbers, told_apart, cut in apart(self):
            keys = list(told_apart)
            places = dict(zip(keys, range(len(keys)), strict=True))
            in_class: defaultdict[Hashable, list[tuple[str, int, Any]]] = defaultdict(list)
            pairs = zip(keys, map(classes.__getitem__, numbers), strict=True)
            if persons:
                for (key, value), members in members_by(zip(numbers, pairs, strict=True)).items():
                    in_class[key].append((value, len(members), self.asked.persons_of(members)))
            else:
                for (key, value), number in Counter(pairs).items():
                    in_class[key].append((value, number, _REFUSED))
            found += [TogetherByClass(cut(place), in_class[key]) for key, place in places.items()]
        return found

    def by_now(self, name: str) -> list[date | None]:
        """A column of days, None for those that have not come."""
        return list(map(self._come.__getitem__, self.asked.column(name)))

    @cached_property
    def _come(self) -> ByNow:
        return ByNow(self.as_of)

    @property
    def women(self) -> Sequence[bool]:
        """Whose gender is female."""
        return self.asked.women

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

    @property
    def stages(self) -> Stages:
        """All steps entered by the reference date, in no order."""
        return self._counting.once(stages)

    @cached_property
    def measures(self) -> InOrder:
        """The steps one after the other; coaching runs beside them."""
        return in_order(self.stages)

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

    @cached_property
    def early(self) -> Stages:
        """The steps that ended early."""
        return self.stages.where(self.stages.early)

    @cached_property
    def busy_after_the_end(self) -> set[int]:
        """Lives that entered a step or began a job within four weeks after their end."""
        day, steps, weeks = DayNumbers(), self.measures, FOUR_WEEKS.days
        closed = list(map(day.__getitem__, self.closed_on))
        gaps = map(sub, map(day.__getitem__, steps.entered_on), map(closed.__getitem__, steps.numbers))
        jobs = (
            (number, day[job.starts_on] - closed[number])
            for number, jobs in self.jobs.items()
            for job in jobs
        )
        return {
            number for number, gap in chain(zip(steps.numbers, gaps, strict=True), jobs) if 0 < gap <= weeks
        }

    # Of a bundle no more can be asked than is given here: the rest refuses.

    def going_on(self, number: int, steps: Iterable[Step]) -> Journey:
        """A journey from some step on to its end."""
        return steps_alone(*steps)._replace(
            declined_on=self.declined_on[number], closed_on=self.closed_on[number]
        )

    def begun(self, number: int, steps: Iterable[Step]) -> Journey:
        """A journey from its beginning on."""
        return self.going_on(number, steps)._replace(opened_on=self.opened_on[number])

    def whole(self, number: int, steps: Iterable[Step]) -> Journey:
        """A journey with its contracts, jobs, end and destinations."""
        return self.going_on(number, steps)._replace(
            jobs=self.jobs.get(number, ()),
            kinds=tuple([(kind, self.as_of, 0) for kind in self.contracts.get(number, ())]),
            destination=self.destination[number],
            settled_on=self.settled_on[number],
            settled_destination=self.settled_destination[number],
        )


def steps_alone(*steps: Step) -> Journey:
    """A journey of which steps are asked about and nothing else."""
    return UNASKED._replace(steps=steps)


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
