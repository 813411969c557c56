"""For whom persons are counted, and what a case lacks for it."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from domain.path import Title
from domain.reports.definition import Counting, Parameter, ParameterKind
from domain.reports.rescue_cases import Standing, lacking, standings
from domain.reports.rescue_vocabulary import MANDATORY, Missing, Profile

PROFILE: Final = Parameter(
    name="profile",
    title=Title(de="gezählt für", en="counted for"),
    kind=ParameterKind.CODE,
    default=Profile.PROGRAMME.value,
    choices=tuple(profile.value for profile in Profile),
)


def missing_of(counting: Counting, one: Standing) -> tuple[Missing, ...]:
    """The mandatory answers that a case lacks, in their order; of one that was never entered none is asked."""
    return _lacks(counting, one) if one.left_out else counting.once(_as_they_are)[one.case_id]


def _as_they_are(counting: Counting) -> dict[UUID, tuple[Missing, ...]]:
    return {one.case_id: _lacks(counting, one) for one in counting.once(standings)}


def _lacks(counting: Counting, one: Standing) -> tuple[Missing, ...]:
    lacks = set(lacking(one, counting.as_of)) if one.steps else ()
    return tuple(answer for answer in mandatory(counting) if answer in lacks)


def mandatory(counting: Counting) -> tuple[Missing, ...]:
    """The answers that the profile asked for wants."""
    return MANDATORY[Profile(str(counting.parameters[PROFILE.name]))]
