"""A life as facts, said in one value: so that two lives can differ in one thing only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import Any, Final
from uuid import UUID

from domain.characteristics import Spell
from domain.projections.characteristics import CharacteristicsRow, written
from domain.projections.employments import EmploymentRow
from domain.reports.facts import (
    CaseFact,
    ContactFact,
    Facts,
    MeasureFact,
    ParticipationFact,
    ReferralFact,
    SpanFact,
    TrainingFact,
)

HERE: Final = "05334012"
THERE: Final = "05334028"

Answers = tuple[tuple[str, date], ...]
"""What was said of something, and when."""


@dataclass(frozen=True, kw_only=True)
class Course:
    """A participation, and what it ended with."""

    module: str | None = "F4"
    entered_on: date | None
    left_on: date | None = None
    ground: str | None = None
    certificate: str | None = None
    school_leaving: str | None = None


@dataclass(frozen=True, kw_only=True)
class Trained:
    """A contract of Ausbildung."""

    kind: str = "dual"
    signed_on: date
    begun_on: date | None = None
    left_on: date | None = None
    ground: str | None = None


@dataclass(frozen=True, kw_only=True)
class Life:
    """What is on record of one case."""

    place: str = HERE
    gender: str | None = "female"
    born: date | None = date(1998, 6, 1)
    nationalities: str = "423"
    statuses: Answers = (("toleration_60a", date(2025, 1, 10)),)
    regimes: Answers = (("asylblg_3", date(2025, 1, 10)),)
    levels: Answers = (("A2", date(2025, 1, 10)),)
    schools: Answers = (("hsa_9", date(2025, 1, 10)),)
    referred_by: str | None = "school"
    opened_on: date = date(2025, 1, 10)
    first_plan_on: date | None = None
    plan_on: date | None = None
    declined_on: date | None = None
    decline_ground: str | None = None
    closed_on: date | None = None
    destination: str | None = None
    settled_on: date | None = None
    settled_to: str | None = None
    courses: tuple[Course, ...] = ()
    coached: tuple[tuple[date, date | None], ...] = ()
    trainings: tuple[Trained, ...] = ()
    jobs: tuple[tuple[date, date], ...] = ()
    """When each was recorded, and when it began."""
    held: int = 2
    attempted: int = 1


def facts_of_lives(lives: Sequence[Life]) -> Facts:
    """A town of these lives, each of a person of its own."""
    facts = Facts(municipalities={HERE, THERE})
    lists: dict[str, list[Any]] = {name: [] for name in _LISTS}
    numbers = count(10_000)
    for number, life in enumerate(lives, start=1):
        _add(lists, life, UUID(int=number), UUID(int=1_000 + number), numbers)
    for name, found in lists.items():
        setattr(facts, name, found)
    return facts


_LISTS: Final = (
    *("cases", "referrals", "contacts", "characteristics", "participations", "measures", "spans"),
    *("trainings", "employments", "unmet_needs", "hint_answers", "published"),
)


def _add(lists: dict[str, list[Any]], life: Life, case: UUID, person: UUID, numbers: Any) -> None:
    lists["cases"].append(
        CaseFact(
            case_id=case,
            participant_id=person,
            municipality=life.place,
            gender=life.gender,
            opened_on=life.opened_on,
            plan_agreed_on=life.plan_on,
            first_plan_on=life.first_plan_on,
            declined_on=life.declined_on,
            closed_on=life.closed_on,
            exit_reason=None,
            destination=life.destination,
            follow_up_settled_on=life.settled_on,
            follow_up_destination=life.settled_to,
            municipality_version=1,
            municipality_before=None,
            municipality_before_version=0,
            plan_version=0,
            first_plan_version=0,
            declined_version=0,
            closed_version=0,
            follow_up_version=0,
            school_leaving=None,
            path="durchstarten",
            path_version=1,
        )
    )
    lists["referrals"].append(ReferralFact(case, life.referred_by, life.decline_ground))
    lists["contacts"].append(ContactFact(case, life.held, life.attempted))
    lists["characteristics"].append(
        CharacteristicsRow(
            *(case, life.gender, life.born, life.nationalities),
            *map(_history, (life.statuses, life.regimes, life.levels, life.schools)),
        )
    )
    place = (person, life.place, life.gender)
    for course in life.courses:
        one, version = UUID(int=next(numbers)), next(numbers)
        told = (course.ground, "[]", version, version, version, version if course.left_on else 0)
        lists["participations"].append(
            ParticipationFact(
                *(case, one, *place, UUID(int=1), course.module, course.entered_on, course.left_on), *told
            )
        )
        lists["measures"].append(
            MeasureFact(
                *(case, one, "language", "B1", course.certificate, None, course.school_leaving),
                *(course.ground, course.entered_on, course.left_on, version, version, version, version),
            )
        )
    lists["spans"] += [
        SpanFact(case, "coaching", since, until, next(numbers), next(numbers), None, 0)
        for since, until in life.coached
    ]
    lists["trainings"] += [
        TrainingFact(
            *(case, UUID(int=next(numbers)), *place[:2], one.kind, one.signed_on, one.begun_on, one.left_on),
            *(one.ground, next(numbers), next(numbers), next(numbers)),
        )
        for one in life.trainings
    ]
    for told_on, begins_on in life.jobs:
        said = f'[["{told_on}","{begins_on}",{next(numbers)}]]'
        row = (case, UUID(int=next(numbers)), begins_on, 20, None, told_on, 60, said)
        lists["employments"].append(EmploymentRow(*row))


def _history(answers: Answers) -> str:
    return written(Spell(value, on, on, 2 + place) for place, (value, on) in enumerate(answers))
