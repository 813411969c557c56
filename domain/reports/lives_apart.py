"""How lives are told apart for a figure: only by what it asks of them. What is asked of a bundle beyond that has no answer."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from itertools import compress, count, repeat
from operator import attrgetter, le, lt, sub
from typing import Any, Final

from domain.reports.bundle_scope import DayNumbers, MonthNumbers
from domain.reports.fact_columns import NOT_READ
from domain.reports.journeys import FOUR_WEEKS, MINOR_EMPLOYMENT, Journey, Step
from domain.reports.lives import Lives, Stretches, steps_alone

_NOT_TOLD: Final[Any] = NOT_READ


def by_outcome(lives: Lives) -> Sequence[Stretches]:
    """Single steps: their kind, whether they are over, and whether early."""
    steps = lives.stages

    def cut(place: int) -> Journey:
        left_on = _NOT_TOLD if steps.over[place] else None
        return steps_alone(Step(steps.kinds[place], _NOT_TOLD, left_on, steps.early[place], 0, 0, 0, 0))

    return [Stretches(steps.numbers, zip(steps.kinds, steps.over, steps.early, strict=True), cut)]


def by_length(lives: Lives) -> Sequence[Stretches]:
    """Single steps: their kind, and how many days they have lasted or did."""
    steps, day = lives.stages, DayNumbers(lives.as_of)
    days = map(sub, map(day.__getitem__, steps.left_on), map(day.__getitem__, steps.entered_on))
    keys = zip(steps.kinds, steps.over, days, strict=True)
    return [Stretches(steps.numbers, keys, lambda place: steps_alone(steps.step(place)))]


def by_early_end(lives: Lives) -> Sequence[Stretches]:
    """Single steps that ended early: their kind, how many months lie between the months of their first and their last day, and
    whether the last is an earlier day of its month."""
    steps, month = lives.early, MonthNumbers()
    keys = zip(
        steps.kinds,
        map(sub, map(month.__getitem__, steps.left_on), map(month.__getitem__, steps.entered_on)),
        map(lt, map(_day_of_month, steps.left_on), map(_day_of_month, steps.entered_on)),
        strict=True,
    )
    return [Stretches(steps.numbers, keys, lambda place: steps_alone(steps.step(place)))]


_day_of_month: Final = attrgetter("day")


def by_wait(lives: Lives) -> Sequence[Stretches]:
    """From the first contact to the first step, from each step to the next, from the last one on: the kind of the step before
    it, whether a step followed, and the days between."""
    steps, day = lives.measures, DayNumbers(lives.as_of)
    opened = list(map(day.__getitem__, lives.opened_on))
    ended = zip(lives.declined_on, lives.closed_on, strict=True)
    ends = [day[declined or closed] for declined, closed in ended]
    entered, left = (list(map(day.__getitem__, days)) for days in (steps.entered_on, steps.left_on))

    never = [number for number in range(len(opened)) if number not in steps.spans]
    never_until = map(sub, map(ends.__getitem__, never), map(opened.__getitem__, never))

    begun = list(compress(steps.numbers, steps.first))
    firsts = list(compress(count(), steps.first))
    begun_after = map(sub, compress(entered, steps.first), map(opened.__getitem__, begun))

    befores = list(compress(count(), steps.followed))
    # Whoever entered the next one before leaving, or at once, has not waited.
    gaps = map(sub, compress(entered[1:], steps.followed), compress(left, steps.followed))
    went_on = zip(compress(steps.kinds, steps.followed), map(max, gaps, repeat(0)), strict=True)

    lasts = [
        place
        for place, (is_followed, is_over) in enumerate(zip(steps.followed, steps.over, strict=True))
        if is_over and not is_followed
    ]
    ending = [steps.numbers[place] for place in lasts]
    since = map(sub, map(ends.__getitem__, ending), map(left.__getitem__, lasts))
    waiting = zip(map(steps.kinds.__getitem__, lasts), map(max, since, repeat(0)), strict=True)

    def unending(place: int) -> Step:
        return steps.step(place)._replace(left_on=None)

    return [
        Stretches(never, never_until, lambda n: lives.begun(never[n], ())),
        Stretches(begun, begun_after, lambda n: lives.begun(begun[n], [unending(firsts[n])])),
        Stretches(
            list(compress(steps.numbers, steps.followed)),
            went_on,
            lambda n: lives.going_on(
                steps.numbers[befores[n]], [steps.step(befores[n]), unending(befores[n] + 1)]
            ),
        ),
        Stretches(ending, waiting, lambda n: lives.going_on(ending[n], [steps.step(lasts[n])])),
    ]


def by_order(lives: Lives) -> Sequence[Stretches]:
    """Whole lives: the kinds of their measures in order, whether the last one is over, whether closed or declined."""
    steps = lives.measures
    kinds, over = steps.kinds, steps.over
    nothing: tuple[tuple[str, ...], bool] = ((), False)
    found = {number: (tuple(kinds[begin:end]), over[end - 1]) for number, (begin, end) in steps.spans.items()}
    numbers = range(len(lives.asked.ids))
    keys = zip(
        map(found.get, numbers, repeat(nothing)),
        [day is None for day in lives.declined_on],
        [day is None for day in lives.closed_on],
        strict=True,
    )
    return [Stretches(numbers, keys, lambda number: lives.going_on(number, steps.steps_of(number)))]


def by_placement(lives: Lives) -> Sequence[Stretches]:
    """Whole lives: contracts, jobs begun, and whether they went into a minor employment."""
    numbers = sorted(_with_placements(lives))
    keys = (_placed(lives, number) for number in numbers)
    return [Stretches(numbers, keys, lambda place: lives.whole(numbers[place], ()))]


def by_whereabouts(lives: Lives) -> Sequence[Stretches]:
    """Single steps by their kind, and lives without them by their placements and where they went at the end; whether a
    woman's."""
    steps, women = lives.stages, lives.women

    def cut(place: int) -> Journey:
        alone = Step(steps.kinds[place], _NOT_TOLD, _NOT_TOLD, _NOT_TOLD, 0, 0, 0, 0)
        return steps_alone(alone)._replace(
            woman=women[steps.numbers[place]], kinds=(), jobs=(), closed_on=None
        )

    entered = zip(map(women.__getitem__, steps.numbers), steps.kinds, strict=True)
    placed = {number: _placed(lives, number) for number in _with_placements(lives)}
    numbers = range(len(lives.asked.ids))
    is_open = [day is None for day in lives.closed_on]
    ends = zip(women, map(placed.get, numbers), is_open, lives.destination, strict=True)
    return [
        Stretches(steps.numbers, entered, cut),
        Stretches(numbers, ends, lambda number: lives.whole(number, ())._replace(woman=women[number])),
    ]


def by_destination(lives: Lives) -> Sequence[Stretches]:
    """Lives that are closed: where they went, whether four weeks are over, and where they are later; those who entered
    something or began a job within that time stand alone."""
    day, weeks = DayNumbers(), FOUR_WEEKS.days
    closed = [number for number, on in enumerate(lives.closed_on) if on is not None]
    ends = [day[lives.closed_on[number]] + weeks for number in closed]
    settled_on = list(map(lives.settled_on.__getitem__, closed))
    keys = zip(
        [number if number in lives.busy_after_the_end else None for number in closed],
        map(lives.destination.__getitem__, closed),
        map(lives.as_of.toordinal().__lt__, ends),
        [on is None for on in settled_on],
        map(le, map(day.__getitem__, settled_on), ends),
        map(lives.settled_destination.__getitem__, closed),
        strict=True,
    )
    return [
        Stretches(
            closed, keys, lambda place: lives.whole(closed[place], begun_after_the_end(lives, closed[place]))
        )
    ]


def begun_after_the_end(lives: Lives, number: int) -> list[Step]:
    """The measures that a life began within four weeks after its end."""
    closed_on = lives.closed_on[number]
    if closed_on is None or number not in lives.busy_after_the_end:
        return []
    end = closed_on + FOUR_WEEKS
    return [step for step in lives.measures.steps_of(number) if closed_on < step.entered_on <= end]


def _with_placements(lives: Lives) -> set[int]:
    states = zip(lives.destination, lives.settled_destination, strict=True)
    minor = (number for number, said in enumerate(states) if MINOR_EMPLOYMENT in said)
    return {*lives.contracts, *lives.jobs, *minor}


def _placed(lives: Lives, number: int) -> Hashable:
    begun = sum(job.starts_on <= lives.as_of for job in lives.jobs.get(number, ()))
    minor = MINOR_EMPLOYMENT in (lives.destination[number], lives.settled_destination[number])
    return lives.contracts.get(number, ()), begun, minor and lives.closed_on[number] is not None
