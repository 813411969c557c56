"""What the page of a case asks its caseworker to think about, computed from the case and shown nowhere else."""

from __future__ import annotations

from dataclasses import dataclass

from domain.case_state import CaseState
from domain.path import PathDefinition
from domain.repetition import RepetitionHint, repetition_hints


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseHints:
    """The hints of one case. ``repetitions`` is None where its path does not say when measures count as repeated."""

    repetitions: tuple[RepetitionHint, ...] | None

    @property
    def awaiting_answer(self) -> tuple[RepetitionHint, ...]:
        """The hints at repeated measures that nobody has answered yet."""
        return tuple(hint for hint in self.repetitions or () if hint.open)


def case_hints(case: CaseState, path: PathDefinition) -> CaseHints:
    """The hints of ``case`` on its ``path``."""
    rule = path.repetition
    return CaseHints(
        repetitions=None
        if rule is None
        else repetition_hints(case.course, case.ausbildung, case.repetition_answers, rule)
    )
