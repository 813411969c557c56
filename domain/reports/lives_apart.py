"""How lives are told apart for a figure: only by what it asks of them. What is asked of a bundle beyond that has no answer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator
from itertools import pairwise

from domain.reports.journeys import FOUR_WEEKS, MINOR_EMPLOYMENT
from domain.reports.lives import Lives, Stage, Stretch


def by_outcome(lives: Lives) -> Iterator[Stretch]:
    """Single steps: their kind, whether they are over, and whether early."""
    for step in lives.steps:
        number, kind, _, left_on, early, _ = step
        yield number, (kind, left_on is None, early), (step,), lives.alone


def by_length(lives: Lives) -> Iterator[Stretch]:
    """Single steps: their kind, and how many days they have lasted or did."""
    as_of = lives.as_of
    for step in lives.steps:
        number, kind, entered_on, left_on, _, _ = step
        yield number, (kind, left_on is None, (left_on or as_of) - entered_on), (step,), lives.alone


def by_early_end(lives: Lives) -> Iterator[Stretch]:
    """Single steps that ended early: their kind, and their first and last day."""
    for step in lives.steps:
        number, kind, entered_on, left_on, early, _ = step
        if early:
            yield number, (kind, entered_on, left_on), (step,), lives.alone


def by_wait(lives: Lives) -> Iterator[Stretch]:
    """From the first contact to the first step, from each step to the next, from the last one on: the kind of the step before
    it, whether a step followed, and the days between."""
    nothing: list[Stage] = []
    as_of, measures = lives.as_of, lives.measures
    ends = [
        declined or closed or as_of
        for declined, closed in zip(lives.declined_on, lives.closed_on, strict=True)
    ]
    for number, (opened_on, end) in enumerate(zip(lives.opened_on, ends, strict=True)):
        steps = measures.get(number, nothing)
        if not steps:
            yield number, end - opened_on, nothing, lives.begun
            continue
        first, last = steps[0], steps[-1]
        yield number, (first.entered_on - opened_on, True), (first._replace(left_on=None),), lives.begun
        for step, following in pairwise(steps):
            gap = None if step.left_on is None else following.entered_on - step.left_on
            yield number, (step.kind, gap, True), (step, following._replace(left_on=None)), lives.going_on
        if last.left_on is not None:
            yield number, (last.kind, end - last.left_on), (last,), lives.going_on


def by_order(lives: Lives) -> Iterator[Stretch]:
    """Whole lives: the kinds of their measures in order, whether the last one is over, whether closed or declined."""
    nothing: list[Stage] = []
    measures = lives.measures
    ended = zip(lives.declined_on, lives.closed_on, strict=True)
    for number, (declined, closed) in enumerate(ended):
        steps = measures.get(number, nothing)
        over = bool(steps) and steps[-1].left_on is not None
        kinds = tuple([step.kind for step in steps])
        yield number, (kinds, over, declined is None, closed is None), steps, lives.begun


def by_placement(lives: Lives) -> Iterator[Stretch]:
    """Whole lives: contracts, jobs begun, and whether they went into a minor employment."""
    for number in sorted({*lives.contracts, *lives.jobs, *_minor_employments(lives)}):
        yield number, _placed(lives, number), (), lives.whole


def by_whereabouts(lives: Lives) -> Iterator[Stretch]:
    """Whole lives: what they ever entered, their placements, and where they went at the end; whether a woman's."""
    entered: defaultdict[int, dict[str, Stage]] = defaultdict(dict)
    for step in lives.steps:
        entered[step.number][step.kind] = step
    placements = {*lives.contracts, *lives.jobs, *_minor_employments(lives)}
    nothing: dict[str, Stage] = {}
    states = zip(lives.women, lives.closed_on, lives.destination, strict=True)
    for number, (woman, closed_on, destination) in enumerate(states):
        kinds = entered.get(number, nothing)
        placed = _placed(lives, number) if number in placements else None
        key = (woman, frozenset(kinds), placed, closed_on is None, destination)
        yield number, key, tuple(kinds.values()), lives.whole


def by_destination(lives: Lives) -> Iterator[Stretch]:
    """Lives that are closed: where they went, whether four weeks are over, and where they are later; those who entered
    something or began a job within that time stand alone."""
    as_of, measures, jobs = lives.as_of, lives.measures, lives.jobs
    columns = (lives.closed_on, lives.destination, lives.settled_on, lives.settled_destination)
    for number, (closed_on, destination, settled_on, later) in enumerate(zip(*columns, strict=True)):
        if closed_on is None:
            continue
        end = closed_on + FOUR_WEEKS
        begun = tuple([step for step in measures.get(number, ()) if closed_on < step.entered_on <= end])
        alone = number if begun or number in jobs else None
        in_time = settled_on is not None and settled_on <= end
        yield (
            number,
            (alone, destination, end > as_of, settled_on is None, in_time, later),
            begun,
            lives.whole,
        )


def _placed(lives: Lives, number: int) -> Hashable:
    begun = sum(job.starts_on <= lives.as_of for job in lives.jobs.get(number, ()))
    minor = MINOR_EMPLOYMENT in (lives.destination[number], lives.settled_destination[number])
    return lives.contracts.get(number, ()), begun, minor and lives.closed_on[number] is not None


def _minor_employments(lives: Lives) -> Iterator[int]:
    states = zip(lives.destination, lives.settled_destination, strict=True)
    return (number for number, said in enumerate(states) if MINOR_EMPLOYMENT in said)
