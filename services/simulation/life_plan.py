"""The plan in the town: which goals are agreed, and agreed anew."""

from __future__ import annotations

from datetime import timedelta

from domain.intake import AgreePlan, Goal, GoalKind
from services.simulation.life import Aim, Life
from services.simulation.world import World

_GOALS = {
    Aim.AUSBILDUNG: (GoalKind.LANGUAGE_LEVEL, GoalKind.VOCATIONAL_ORIENTATION, GoalKind.AUSBILDUNG),
    Aim.WORK: (GoalKind.LANGUAGE_LEVEL, GoalKind.WORK, GoalKind.STABILITY),
    Aim.SCHOOL: (GoalKind.SCHOOL_LEAVING, GoalKind.LANGUAGE_LEVEL, GoalKind.INTERNSHIP),
    Aim.LANGUAGE: (GoalKind.LANGUAGE_LEVEL, GoalKind.IDENTITY_CLARIFICATION, GoalKind.STABILITY),
}


def agree(world: World, life: Life, reason: str) -> None:
    """Write the goals down."""
    chance = world.chance
    goals = tuple(
        Goal(kind=kind, target_on=world.today + timedelta(days=chance.between(90, 700)))
        for kind in chance.some(_GOALS[life.aim], 3)
    )
    world.give(
        life,
        AgreePlan(
            occurred_on=world.today, goals=goals, agreement="Schritte gemeinsam festgelegt", reason=reason
        ),
    )
