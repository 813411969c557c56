"""The cases and the attendance that the rescue list is counted from: one by one for the evidence, else only what is in it."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from domain.reports.definition import Counting
from domain.reports.rescue_at_once import at_once
from domain.reports.rescue_attendance import Attendance, every_attendance
from domain.reports.rescue_cases import Standing, coached, every_standing, lacking
from domain.reports.rescue_profile import mandatory
from domain.reports.rescue_vocabulary import Missing


def entered_cases(counting: Counting) -> Collection[bytes]:
    """The cases entered by the reference date, where no evidence is asked."""
    return counting.once(at_once).entered


def standings(counting: Counting) -> list[Standing]:
    """The cases entered by the reference date; without evidence only those that lack an answer or a form."""
    return counting.once(at_once).standings if counting.evidence is None else counting.once(every_standing)


def attendances(counting: Counting) -> list[Attendance]:
    """The participations entered by the reference date; without evidence only those with a week that is missing."""
    return counting.once(at_once).lists if counting.evidence is None else counting.once(every_attendance)


def missing_of(counting: Counting, one: Standing) -> tuple[Missing, ...]:
    """The mandatory answers that a case lacks, in their order; of one that was never entered none is asked."""
    return _lacks(counting, one) if one.left_out else counting.once(_as_they_are)[one.case_id]


def _as_they_are(counting: Counting) -> dict[UUID, tuple[Missing, ...]]:
    return {one.case_id: _lacks(counting, one) for one in counting.once(standings)}


def _lacks(counting: Counting, one: Standing) -> tuple[Missing, ...]:
    lacks = set(lacking(one, counting.as_of)) if one.steps else ()
    return tuple(answer for answer in mandatory(counting) if answer in lacks)


def coached_cases(counting: Counting) -> frozenset[bytes]:
    """The cases that a coach accompanies on the reference date; to be asked with ``counting.once``."""
    if counting.evidence is None:
        return counting.once(at_once).coached
    return frozenset(one.case_id.bytes for one in counting.once(every_standing) if coached(one))
