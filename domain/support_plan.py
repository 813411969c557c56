"""Support plan: the goals agreed with the participant, revised only with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.commands import Command
from domain.decision import Decision
from domain.personal import Personal
from domain.recorded import Event
from domain.refusals import Refusal

# ---------------------------------------------------------------- vocabulary


class GoalKind(StrEnum):
    """What a goal of the plan aims at."""

    LANGUAGE_LEVEL = "language_level"
    SCHOOL_LEAVING = "school_leaving"
    VOCATIONAL_ORIENTATION = "vocational_orientation"
    INTERNSHIP = "internship"
    AUSBILDUNG = "ausbildung"
    WORK = "work"
    IDENTITY_CLARIFICATION = "identity_clarification"
    STABILITY = "stability"


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """One goal of the plan, to be reached by ``target_on``."""

    kind: GoalKind
    target_on: date


# ------------------------------------------------------------------- command


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreePlan(Command):
    """Agree the goals with the participant; repeating it revises the plan and needs a reason."""

    goals: tuple[Goal, ...]
    agreement: str
    reason: str = ""


# --------------------------------------------------------------------- event


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanAgreed(Event):
    """A plan was agreed or revised (``revision`` counts from 1)."""

    goals: tuple[Goal, ...]
    agreement: Personal[str]
    reason: Personal[str]
    revision: int


# -------------------------------------------------------------------- decide


def decide(command: AgreePlan, revision: int) -> Decision:
    """Decide a plan; ``revision`` counts the plans agreed so far, 0 when this is the first."""
    if not command.goals:
        return Refusal(
            "plan.goals_missing",
            "Ein Plan braucht mindestens ein Ziel.",
            "A plan needs at least one goal.",
        )
    if revision and not command.reason.strip():
        return Refusal(
            "plan.reason_missing",
            "Die Änderung eines Plans braucht eine Begründung.",
            "Revising a plan needs a reason.",
        )
    if any(goal.target_on < command.occurred_on for goal in command.goals):
        return Refusal(
            "plan.target_in_the_past",
            "Ein Ziel ist vor dem Tag der Vereinbarung datiert.",
            "A goal is dated before the day of the agreement.",
        )
    return (
        PlanAgreed(
            occurred_on=command.occurred_on,
            goals=command.goals,
            agreement=command.agreement,
            reason=command.reason,
            revision=revision + 1,
        ),
    )
