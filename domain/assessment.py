"""Assessment: what the person needs, in which field of action, and what they bring along."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from domain.commands import Command
from domain.decision import Decision
from domain.personal import Personal
from domain.recorded import Event
from domain.refusals import Refusal
from domain.values import Answer, LanguageAssessment, SchoolLeaving

# ---------------------------------------------------------------- vocabulary


class FieldOfAction(StrEnum):
    """Handlungsfelder of the assessment."""

    LANGUAGE = "language"
    SCHOOL = "school"
    VOCATIONAL_ORIENTATION = "vocational_orientation"
    AUSBILDUNG = "ausbildung"
    WORK = "work"
    RESIDENCE_AND_IDENTITY = "residence_and_identity"
    HOUSING = "housing"
    HEALTH = "health"
    FAMILY_AND_CHILDCARE = "family_and_childcare"
    LIVELIHOOD_AND_DEBT = "livelihood_and_debt"
    SOCIAL_PARTICIPATION = "social_participation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """One need found in the assessment. ``priority`` 1 (first) to 3."""

    field: FieldOfAction
    priority: int


# ------------------------------------------------------------------- command


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordAssessment(Command):
    """Record what the person needs and brings. May be repeated; the latest answers count."""

    needs: tuple[Need, ...]
    language: tuple[LanguageAssessment, ...] = ()
    school_leaving: Answer[SchoolLeaving] = None
    work_experience_months: Answer[int] = None
    remark: str = ""


# --------------------------------------------------------------------- event


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentRecorded(Event):
    """Needs and starting position were recorded."""

    needs: tuple[Need, ...]
    language: tuple[LanguageAssessment, ...]
    school_leaving: Answer[SchoolLeaving]
    work_experience_months: Answer[int]
    remark: Personal[str]


# -------------------------------------------------------------------- decide


def decide(command: RecordAssessment) -> Decision:
    """Decide an assessment. Refuses answers out of range and language levels of a later day."""
    if any(need.priority not in (1, 2, 3) for need in command.needs):
        return Refusal(
            "assessment.priority_out_of_range",
            "Die Dringlichkeit eines Bedarfs ist 1, 2 oder 3.",
            "The priority of a need is 1, 2 or 3.",
        )
    if any(level.assessed_on > command.occurred_on for level in command.language):
        return Refusal(
            "assessment.level_in_the_future",
            "Ein Sprachstand ist nach dem Tag der Bedarfserhebung datiert.",
            "A language level is dated after the day of the assessment.",
        )
    months = command.work_experience_months
    if isinstance(months, int) and not 0 <= months <= 600:
        return Refusal(
            "assessment.experience_out_of_range",
            "Die Berufserfahrung liegt zwischen 0 und 600 Monaten.",
            "Work experience lies between 0 and 600 months.",
        )
    return (
        AssessmentRecorded(
            occurred_on=command.occurred_on,
            needs=command.needs,
            language=command.language,
            school_leaving=command.school_leaving,
            work_experience_months=command.work_experience_months,
            remark=command.remark,
        ),
    )
