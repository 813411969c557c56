"""What is on the rescue list, however it is counted: one by one for the evidence, else from the town by column."""

from __future__ import annotations

from domain.reports import rescue_at_once, rescue_one_by_one
from domain.reports.definition import Counting
from domain.reports.rescue_rows import LateList, MissingForm, Rescue
from domain.reports.rescue_town import Town
from domain.reports.tally import Key


def collects(counting: Counting) -> bool:
    """Whether contributions are: then each case is gone through, else only what is on the list is made."""
    return counting.evidence is not None and counting.evidence.index is None


def rescues(counting: Counting) -> list[Rescue]:
    """The cases to be rescued, in their order."""
    return counting.once((rescue_one_by_one if collects(counting) else rescue_at_once).rescues)


def late_lists(counting: Counting) -> list[LateList]:
    """The participations with weeks that have no list."""
    return counting.once((rescue_one_by_one if collects(counting) else rescue_at_once).late_lists)


def forms_of_cases(counting: Counting) -> dict[Key, MissingForm]:
    """The forms of the cases themselves, by their lines."""
    return counting.once((rescue_one_by_one if collects(counting) else rescue_at_once).forms_of_cases)


def is_coached(counting: Counting, case: bytes) -> bool:
    """Whether a coach accompanies a case on the reference date."""
    if collects(counting):
        return case in counting.once(rescue_one_by_one.coached_cases)
    return counting.once(Town).is_coached(case)
