"""Hints in the town: who sees that the same kind of measure came again without gain thinks about it, and answers."""

from __future__ import annotations

from domain.case_hints import case_hints
from domain.repetition import RepetitionAnswerCode
from domain.repetition_answer import AnswerRepetitionHint
from services.simulation.chance import Weighted
from services.simulation.life import Life
from services.simulation.world import World

_ANSWERS = Weighted(
    {
        RepetitionAnswerCode.OTHER_WAY_AGREED: 34.0,
        RepetitionAnswerCode.REPETITION_MAKES_SENSE: 24,
        RepetitionAnswerCode.NOTHING_ELSE_ON_OFFER: 20,
        RepetitionAnswerCode.WISH_OF_PARTICIPANT: 14,
        RepetitionAnswerCode.NO_REPETITION: 4,
        RepetitionAnswerCode.OTHER: 4,
    }
)
_REMARKS = {
    RepetitionAnswerCode.NO_REPETITION: "Der zweite Kurs hatte andere Inhalte",
    RepetitionAnswerCode.OTHER: "Der Kurs wurde verlegt, die Fahrt war nicht zu schaffen",
}


def look_for_repetition(world: World, life: Life) -> None:
    """After a course has ended: an open hint is mostly answered within some weeks; some stay open."""
    if case_hints(life.state, world.ledger.path).awaiting_answer and world.chance.yes(0.85):
        world.later(world.chance.between(3, 25), answer, life)


def answer(world: World, life: Life) -> None:
    """Answer every hint that is open now."""
    if not life.open:
        return
    for hint in case_hints(life.state, world.ledger.path).awaiting_answer:
        code = _ANSWERS.draw(world.chance)
        world.give(
            life,
            AnswerRepetitionHint(
                occurred_on=world.today,
                kind=hint.kind,
                level=hint.level,
                participations=hint.repeated,
                answer=code,
                remark=_REMARKS.get(code, ""),
            ),
        )
