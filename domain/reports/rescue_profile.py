"""For whom persons are counted, and which answers that wants."""

from __future__ import annotations

from typing import Final

from domain.path import Title
from domain.reports.definition import Counting, Parameter, ParameterKind
from domain.reports.rescue_vocabulary import MANDATORY, Missing, Profile

PROFILE: Final = Parameter(
    name="profile",
    title=Title(de="gezählt für", en="counted for"),
    kind=ParameterKind.CODE,
    default=Profile.PROGRAMME.value,
    choices=tuple(profile.value for profile in Profile),
)


def mandatory(counting: Counting) -> tuple[Missing, ...]:
    """The answers that the profile asked for wants."""
    return MANDATORY[Profile(str(counting.parameters[PROFILE.name]))]
