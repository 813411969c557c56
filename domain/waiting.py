"""Who has to act: for every open step of a case one owner at any time, from its beginning to its end, without a gap."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final, NamedTuple

from domain.hold import HoldReason
from domain.values import DutyHolder


class StepKind(StrEnum):
    """What can be open in a case."""

    CASE = "case"
    """The case itself while no step is open: then nobody has to act."""
    INTAKE = "intake"
    STEP = "step"
    PROMISE = "promise"
    SEAT = "seat"
    APPLICATION = "application"
    TRAINING = "training"
    SUBMISSION = "submission"
    DECISION = "decision"
    HOLD = "hold"
    FOLLOW_UP = "follow_up"


class Owner(StrEnum):
    """Who has to act for a step to go on."""

    US = "us"
    PARTICIPANT = "participant"
    AUTHORITY = "authority"
    PROVIDER = "provider"
    EMPLOYER = "employer"
    NOBODY = "nobody"


class Turn(NamedTuple):
    """From ``on`` the step is in the hands of ``owner``, by entry ``version``; None: it is not open any more.

    A later turn of the same step counts before an earlier one from its own day on, whatever their days are. An offered
    seat names the first day of its course (``starts_on``); a turn ``until_start`` lasts until that day, then it is our
    turn to find out whether it began. A turn of applications without a reference speaks of all there are.
    """

    step: StepKind
    reference: str
    owner: Owner | None
    on: date
    version: int
    starts_on: date | None = None
    until_start: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingInterval:
    """A step is in the hands of ``owner`` from ``from_on`` up to the day before ``to_on`` (None: until something happens).

    ``version`` is the entry that made it so.
    """

    step: StepKind
    reference: str
    owner: Owner
    from_on: date
    to_on: date | None
    version: int

    def covers(self, day: date) -> bool:
        """Whether it holds on ``day``."""
        return self.from_on <= day and (self.to_on is None or day < self.to_on)


OWNER_OF: Final[dict[DutyHolder, Owner]] = {
    DutyHolder.PARTICIPANT: Owner.PARTICIPANT,
    DutyHolder.CASEWORKER: Owner.US,
    DutyHolder.PROVIDER: Owner.PROVIDER,
    DutyHolder.EDUCATIONAL_INSTITUTION: Owner.PROVIDER,
    DutyHolder.EMPLOYER: Owner.EMPLOYER,
    DutyHolder.AUTHORITY: Owner.AUTHORITY,
    DutyHolder.GRANT_OFFICER: Owner.US,
    DutyHolder.NOBODY: Owner.NOBODY,
}
HOLD_OWNER: Final[dict[HoldReason, Owner]] = {
    HoldReason.ILLNESS: Owner.PARTICIPANT,
    HoldReason.PARENTAL_LEAVE: Owner.PARTICIPANT,
    HoldReason.ABSENCE: Owner.PARTICIPANT,
    HoldReason.DETENTION: Owner.AUTHORITY,
    HoldReason.WAITING_FOR_AUTHORITY: Owner.AUTHORITY,
    HoldReason.WISH_OF_PARTICIPANT: Owner.PARTICIPANT,
}


def waiting_intervals(turns: Sequence[Turn]) -> tuple[WaitingInterval, ...]:
    """Every interval of a case, in order of day, step and reference.

    The intervals of one step touch each other without gap or overlap. From the opening to the closing of the case (and
    again from a reopening) every day is in at least one; where no step is open, that is one of the case itself, with
    nobody. Only the follow-up lies behind the closing. A day yet to come says what will be so if nothing happens.
    """
    steps = _by_step(turns)
    life = list(_of_step(steps.pop((StepKind.CASE, ""), [])))
    found: list[WaitingInterval] = []
    for (kind, _), of_step in steps.items():
        intervals = _of_step(of_step)
        found += intervals if kind is StepKind.FOLLOW_UP else _within(intervals, life)
    found += _nobody(found, life)
    return tuple(sorted(found, key=lambda i: (i.from_on, _KINDS.index(i.step), i.reference)))


_KINDS: Final = tuple(StepKind)


def _by_step(turns: Sequence[Turn]) -> dict[tuple[StepKind, str], list[Turn]]:
    steps: dict[tuple[StepKind, str], list[Turn]] = {}
    starts: dict[str, date] = {}
    for turn in turns:
        if turn.step is StepKind.APPLICATION and not turn.reference:
            for (kind, reference), of_step in steps.items():
                if kind is StepKind.APPLICATION:
                    of_step.append(turn._replace(reference=reference))
            continue
        of_step = steps.setdefault((turn.step, turn.reference), [])
        of_step.append(turn)
        if turn.starts_on is not None:
            starts[turn.reference] = turn.starts_on
        if turn.until_start and turn.reference in starts:
            of_step.append(turn._replace(owner=Owner.US, on=max(turn.on, starts[turn.reference])))
    return steps


def _of_step(turns: list[Turn]) -> Iterator[WaitingInterval]:
    """The intervals of one step, soonest first; it cannot be open before the entry that made it."""
    days = sorted({turn.on for turn in turns if turn.on >= turns[0].on})
    current: Turn | None = None
    current_from = date.min
    for day in days:
        latest = next(turn for turn in reversed(turns) if turn.on <= day)
        if current is not None and latest.owner is current.owner:
            continue
        if current is not None and current.owner is not None:
            yield _interval(current, current_from, day)
        current, current_from = latest, day
    if current is not None and current.owner is not None:
        yield _interval(current, current_from, None)


def _interval(turn: Turn, from_on: date, to_on: date | None) -> WaitingInterval:
    assert turn.owner is not None  # noqa: S101 # asked by the caller
    return WaitingInterval(
        step=turn.step,
        reference=turn.reference,
        owner=turn.owner,
        from_on=from_on,
        to_on=to_on,
        version=turn.version,
    )


def _within(intervals: Iterable[WaitingInterval], life: list[WaitingInterval]) -> Iterator[WaitingInterval]:
    for interval in intervals:
        for alive in life:
            from_on = max(interval.from_on, alive.from_on)
            ends = [day for day in (interval.to_on, alive.to_on) if day is not None]
            to_on = min(ends) if ends else None
            if to_on is None or from_on < to_on:
                yield WaitingInterval(
                    step=interval.step,
                    reference=interval.reference,
                    owner=interval.owner,
                    from_on=from_on,
                    to_on=to_on,
                    version=interval.version,
                )


def _nobody(found: list[WaitingInterval], life: list[WaitingInterval]) -> Iterator[WaitingInterval]:
    """The days of the life of the case on which no step is open; ``version`` is the entry that opened the case."""
    steps = sorted((i for i in found if i.step is not StepKind.FOLLOW_UP), key=lambda i: i.from_on)
    for alive in life:
        at: date | None = alive.from_on
        end, version = alive.to_on, alive.version
        for interval in steps:
            if at is None or (end is not None and interval.from_on >= end):
                break
            if interval.to_on is not None and interval.to_on <= at:
                continue
            if interval.from_on > at:
                yield _gap(at, interval.from_on, version)
            at = None if interval.to_on is None else max(at, interval.to_on)
        if at is not None and (end is None or at < end):
            yield _gap(at, end, version)


def _gap(from_on: date, to_on: date | None, version: int) -> WaitingInterval:
    return WaitingInterval(
        step=StepKind.CASE,
        reference="",
        owner=Owner.NOBODY,
        from_on=from_on,
        to_on=to_on,
        version=version,
    )
