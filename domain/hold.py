"""Hold: a case rests with a reason and an end; internal dates stop, statutory ones never do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TypeAlias, assert_never

from domain.commands import Command
from domain.decision import Decision
from domain.personal import Personal
from domain.recorded import Event
from domain.refusals import Refusal
from domain.replacing import replace

LONGEST_HOLD_DAYS = 366


class HoldReason(StrEnum):
    """Why a case rests."""

    ILLNESS = "illness"
    PARENTAL_LEAVE = "parental_leave"
    ABSENCE = "absence"
    DETENTION = "detention"
    WAITING_FOR_AUTHORITY = "waiting_for_authority"
    WISH_OF_PARTICIPANT = "wish_of_participant"


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldCase(Command):
    """Let the case rest from ``occurred_on`` up to and including ``until``."""

    ground: HoldReason
    until: date
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeCase(Command):
    """Take the case up again before the hold ends by itself."""


HoldCommand: TypeAlias = HoldCase | ResumeCase


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseHeld(Event):
    """The case rests until ``until`` (last day)."""

    ground: HoldReason
    until: date
    note: Personal[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResumed(Event):
    """The case goes on from ``occurred_on``; ``held_days`` are the days it really rested."""

    held_days: int
    by_itself: bool


HoldEvent: TypeAlias = CaseHeld | CaseResumed


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldSpan:
    """A finished hold: first day, and the day on which work went on."""

    from_on: date
    resumed_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldState:
    """The running hold, if any, and the finished ones."""

    held_on: date | None = None
    until: date | None = None
    ground: HoldReason | None = None
    version: int = 0
    past: tuple[HeldSpan, ...] = ()

    @property
    def held(self) -> bool:
        """Whether the case rests now."""
        return self.held_on is not None

    def held_days_since(self, day: date) -> int:
        """Days of finished holds that lie on or after ``day``; by these internal dates move."""
        return sum(max(0, (span.resumed_on - max(span.from_on, day)).days) for span in self.past)


def decide(command: HoldCommand, hold: HoldState) -> Decision:
    """Decide a hold command."""
    match command:
        case HoldCase():
            if hold.held:
                if (hold.ground, hold.until) == (command.ground, command.until):
                    return ()
                return Refusal("hold.already_held", "Der Fall ruht schon.", "The case is on hold already.")
            if not command.occurred_on <= command.until <= command.occurred_on + timedelta(LONGEST_HOLD_DAYS):
                return Refusal(
                    "hold.end_out_of_range",
                    f"Das Ruhen endet frühestens am Tag des Beginns und spätestens {LONGEST_HOLD_DAYS} Tage danach.",
                    f"A hold ends on its first day at the earliest and {LONGEST_HOLD_DAYS} days later at the latest.",
                )
            if any(command.occurred_on < span.resumed_on for span in hold.past):
                return Refusal(
                    "hold.overlaps",
                    "An diesem Tag ruhte der Fall schon einmal; das Ruhen beginnt frühestens nach der Wiederaufnahme.",
                    "The case was on hold on that day already; a hold begins after the last one ended at the earliest.",
                )
            return (
                CaseHeld(
                    occurred_on=command.occurred_on,
                    ground=command.ground,
                    until=command.until,
                    note=command.note,
                ),
            )
        case ResumeCase():
            if hold.held_on is None:
                return ()
            if command.occurred_on < hold.held_on:
                return Refusal(
                    "hold.resumed_before_start",
                    "Die Wiederaufnahme liegt vor dem Beginn des Ruhens.",
                    "The case is resumed before the hold began.",
                )
            return (resumed(hold, command.occurred_on, by_itself=False),)
        case _:
            assert_never(command)


def resumed(hold: HoldState, on: date, *, by_itself: bool) -> CaseResumed:
    """The event that ends the running hold on ``on``."""
    held_on = hold.held_on or on
    return CaseResumed(occurred_on=on, held_days=(on - held_on).days, by_itself=by_itself)


def evolve(hold: HoldState, event: HoldEvent, version: int) -> HoldState:
    """Fold one hold event; ``version`` is its place in the stream."""
    match event:
        case CaseHeld():
            return replace(
                hold, held_on=event.occurred_on, until=event.until, ground=event.ground, version=version
            )
        case CaseResumed():
            if hold.held_on is None:
                return hold
            span = HeldSpan(from_on=hold.held_on, resumed_on=event.occurred_on)
            return HoldState(past=(*hold.past, span))
        case _:
            assert_never(event)
