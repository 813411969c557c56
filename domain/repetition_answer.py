"""The answer to a hint at repeated measures: given by the caseworker, kept on record, and never exported."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.ausbildung import AusbildungState
from domain.commands import Command
from domain.course import CourseState
from domain.decision import Decision, Terms
from domain.personal import Personal
from domain.recorded import Event
from domain.refusals import Refusal
from domain.repetition import (
    RepetitionAnswer,
    RepetitionAnswerCode,
    RepetitionHint,
    repetition_hints,
    same_kind,
)
from domain.values import LanguageLevel, OfferKind, ParticipationId

# ------------------------------------------------------------------- command


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRepetitionHint(Command):
    """Answer the hint at repeated measures of a kind (and level, of language courses).

    ``participations`` are those the hint named when it was looked at. It comes back only when another one joins.
    """

    kind: OfferKind
    participations: tuple[ParticipationId, ...]
    answer: RepetitionAnswerCode
    level: LanguageLevel | None = None
    remark: str = ""


# --------------------------------------------------------------------- event


@dataclass(frozen=True, slots=True, kw_only=True)
class RepetitionHintAnswered(Event):
    """A hint at repeated measures was answered."""

    leaves_case_page: ClassVar[bool] = False

    kind: OfferKind
    level: LanguageLevel | None
    participations: tuple[ParticipationId, ...]
    answer: RepetitionAnswerCode
    remark: Personal[str]


# -------------------------------------------------------------------- decide

_NEED_WORDS = frozenset({RepetitionAnswerCode.OTHER, RepetitionAnswerCode.NO_REPETITION})


def decide(
    command: AnswerRepetitionHint,
    course: CourseState,
    ausbildung: AusbildungState,
    answers: tuple[RepetitionAnswer, ...],
    terms: Terms,
) -> Decision:
    """Decide an answer. Refused without a hint, for other participations than it names, and before its last day."""
    rule = terms.path.repetition
    if rule is None:
        return Refusal(
            "repetition.not_configured",
            "Der Weg dieses Falls legt nicht fest, wann Maßnahmen als wiederholt gelten; es gibt keinen Hinweis.",
            "The path of this case does not say when measures count as repeated; there is no hint.",
        )
    key = same_kind(command.kind, command.level)
    hint = next(
        (h for h in repetition_hints(course, ausbildung, answers, rule) if (h.kind, h.level) == key), None
    )
    if hint is None:
        return Refusal(
            "repetition.no_hint",
            "Zu Maßnahmen dieser Art gibt es keinen Hinweis.",
            "There is no hint at measures of this kind.",
        )
    if set(command.participations) != set(hint.repeated):
        return Refusal(
            "repetition.changed",
            f"Der Hinweis nennt inzwischen andere Teilnahmen ({len(hint.repeated)}); bitte erneut ansehen.",
            f"The hint names other participations by now ({len(hint.repeated)}); please look at it again.",
        )
    if command.answer in _NEED_WORDS and not command.remark.strip():
        return Refusal(
            "repetition.remark_missing",
            "Diese Antwort braucht eine Erläuterung.",
            "This answer needs an explanation.",
        )
    if command.occurred_on < hint.reached_on:
        return Refusal(
            "repetition.before_hint",
            f"Die Antwort liegt vor dem Ende der letzten dieser Maßnahmen am {hint.reached_on:%d.%m.%Y}.",
            f"The answer lies before the end of the latest of these measures on {hint.reached_on:%Y-%m-%d}.",
        )
    if _says_so_already(command, hint):
        return ()
    return (
        RepetitionHintAnswered(
            occurred_on=command.occurred_on,
            kind=hint.kind,
            level=hint.level,
            participations=hint.repeated,
            answer=command.answer,
            remark=command.remark,
        ),
    )


def _says_so_already(command: AnswerRepetitionHint, hint: RepetitionHint) -> bool:
    if not hint.answers:
        return False
    last = hint.answers[-1]
    said = (set(last.participations), last.answer, last.remark)
    return said == (set(hint.repeated), command.answer, command.remark)


# -------------------------------------------------------------------- evolve


def evolve(
    answers: tuple[RepetitionAnswer, ...], event: RepetitionHintAnswered, version: int
) -> tuple[RepetitionAnswer, ...]:
    """Fold one answer; ``version`` is its place in the stream."""
    answer = RepetitionAnswer(
        kind=event.kind,
        level=event.level,
        participations=event.participations,
        answer=event.answer,
        remark=event.remark,
        answered_on=event.occurred_on,
        version=version,
    )
    return (*answers, answer)
