"""Steps of many lives by column, so that what is counted of them is told apart at the speed of columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import chain, compress, repeat
from operator import and_, eq, not_
from typing import Any, Final

from domain.reports.bundle_scope import ByNow, Come, DayNumbers, bundle_scope
from domain.reports.definition import Counting
from domain.reports.fact_columns import ColumnsOf, column, ids
from domain.reports.facts import ParticipationFact, SpanFact, TrainingFact
from domain.reports.journeys import AUSBILDUNG, Step
from domain.reports.statistics_facts import COACHING, NO_MODULE

_OF_PARTICIPATION: Final = ("module", "entered_on", "left_on", "abandon_ground", "entered_version")
_OF_TRAINING: Final = ("entered_on", "left_on", "break_off_ground", "entered_version")

STEPS: Final[ColumnsOf] = {
    "participations": ("case_id", *_OF_PARTICIPATION),
    "spans": ("case_id", "from_on", "to_on"),
    "trainings": ("case_id", "kind", "signed_on", *_OF_TRAINING),
}
"""What is looked at of steps."""


@dataclass(frozen=True, kw_only=True)
class Stages:
    """Steps by column: the number of the life of each, what it was, its first day and its last, None of both grounds and days
    that have not come, and the version that it was entered with."""

    numbers: Sequence[int]
    kinds: Sequence[str]
    entered_on: Sequence[date]
    left_on: Sequence[date | None]
    grounds: Sequence[str | None]
    """Why it ended early; None: it did not."""
    versions: Sequence[int]

    def where(self, chosen: Iterable[bool]) -> Stages:
        """Of these steps the chosen ones."""
        which = list(chosen)
        return Stages(
            **{name: list(compress(getattr(self, name), which)) for name in self.__dataclass_fields__}
        )

    def step(self, place: int) -> Step:
        """One of them."""
        return Step(
            self.kinds[place],
            self.entered_on[place],
            self.left_on[place],
            self.grounds[place] is not None,
            *(0, 0, 0, 0),
        )

    @cached_property
    def over(self) -> list[bool]:
        """Which of them have ended."""
        return [day is not None for day in self.left_on]

    @cached_property
    def early(self) -> list[bool]:
        """Which of them have ended early."""
        return [ground is not None for ground in self.grounds]


@dataclass(frozen=True, kw_only=True)
class InOrder(Stages):
    """Steps of one life after the other, and those of one life in the order they were entered."""

    @cached_property
    def followed(self) -> list[bool]:
        """Which of them are followed by another one of the same life."""
        return [*map(eq, self.numbers, self.numbers[1:]), *([False] if self.numbers else [])]

    @cached_property
    def first(self) -> list[bool]:
        """Which of them are the first of their life."""
        return [True, *map(not_, self.followed[:-1])] if self.numbers else []

    @cached_property
    def spans(self) -> dict[int, tuple[int, int]]:
        """Where the steps of each life begin and end."""
        begins = [place for place, is_first in enumerate(self.first) if is_first]
        ends = [*begins[1:], len(self.numbers)]
        return dict(zip(compress(self.numbers, self.first), zip(begins, ends, strict=False), strict=False))

    def steps_of(self, number: int) -> tuple[Step, ...]:
        """The steps of one life."""
        return tuple([self.step(place) for place in range(*self.spans.get(number, (0, 0)))])


def stages(counting: Counting) -> Stages:
    """The steps that the cases asked for entered by the reference date, in no order."""
    facts, scope, by_now = counting.facts, counting.once(bundle_scope), ByNow(counting.as_of)
    participations, spans, trainings = facts.participations, facts.spans, facts.trainings
    modules, *of_participations = (
        column(participations, ParticipationFact, name) for name in _OF_PARTICIPATION
    )
    begun, *of_trainings = (column(trainings, TrainingFact, name) for name in _OF_TRAINING)
    signed = column(trainings, TrainingFact, "signed_on")
    come = Come(counting.as_of)
    numbers = scope.numbers_of(
        chain(
            ids(participations, ParticipationFact, "case_id"),
            ids(spans, SpanFact, "case_id"),
            ids(trainings, TrainingFact, "case_id"),
        )
    )
    columns: list[list[Any]] = [
        [*found]
        for found in map(
            chain,
            of_participations,
            (
                column(spans, SpanFact, "from_on"),
                column(spans, SpanFact, "to_on"),
                repeat(None, len(spans)),
                repeat(0, len(spans)),
            ),
            (
                # Corrected days may let one begin before its contract: until that is signed there is none.
                [day if come[on] else None for on, day in zip(signed, begun, strict=True)],
                *of_trainings,
            ),
        )
    ]
    entered, left, grounds, versions = columns
    left = list(map(by_now.__getitem__, left))
    everything = Stages(
        numbers=numbers,
        kinds=[
            *(module or NO_MODULE for module in modules),
            *repeat(COACHING, len(spans)),
            *repeat(AUSBILDUNG, len(trainings)),
        ],
        entered_on=entered,
        left_on=left,
        grounds=[None if day is None else ground for day, ground in zip(left, grounds, strict=True)],
        versions=versions,
    )
    return everything.where(map(and_, map((-1).__lt__, numbers), map(come.__getitem__, entered)))


def in_order(steps: Stages) -> InOrder:
    """The steps that follow one another; coaching runs beside them."""
    chosen = steps.where(map(COACHING.__ne__, steps.kinds))
    day = DayNumbers()
    of_one = date.max.toordinal() * (versions := 1 + max(chosen.versions, default=0))
    keys = [
        number * of_one + day[entered_on] * versions + version
        for number, entered_on, version in zip(
            chosen.numbers, chosen.entered_on, chosen.versions, strict=True
        )
    ]
    order = sorted(range(len(keys)), key=keys.__getitem__)
    return InOrder(
        **{name: list(map(getattr(chosen, name).__getitem__, order)) for name in chosen.__dataclass_fields__}
    )
