"""The weeks of a course for which nobody wrote down who came: only units on record are paid."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple
from uuid import UUID

from domain.reports.definition import Counting
from domain.reports.facts import CaseFact, ParticipationFact
from domain.reports.rescue_courses import case_of
from domain.reports.rescue_weeks import last_over, week_of, weeks_missing, weeks_on_record
from domain.reports.statistics_facts import by


class Attendance(NamedTuple):
    """A participation that was entered, and the spans of days for which attendance is on record."""

    case_id: UUID
    place: str
    case: CaseFact
    participation: ParticipationFact
    entered_on: date | None
    left_on: date | None
    spans: tuple[tuple[date, date, int], ...]
    as_of: date

    def entries(self) -> set[int]:
        """The entries that it could be different without."""
        p = self.participation
        found = {p.requested_version, p.module_version, p.entered_version, p.left_version}
        found |= {version for _, _, version in self.spans}
        if self.case.municipality_before is not None:
            found.add(self.case.municipality_version)
        return found - {0, 1}

    def without(self, version: int) -> Attendance:
        """The participation had the entry ``version`` never been made."""
        p, one = self.participation, self
        if version in (p.requested_version, p.module_version, p.entered_version):
            one = one._replace(entered_on=None)
        if version == p.left_version:
            one = one._replace(left_on=None)
        if version == self.case.municipality_version and self.case.municipality_before is not None:
            one = one._replace(place=self.case.municipality_before)
        return one._replace(spans=tuple(span for span in self.spans if span[2] != version))

    def weeks_on_record(self) -> set[int]:
        """The weeks that attendance is on record for, up to the exit or the reference date."""
        if self.entered_on is None:
            return set()
        spans = ((week_of(from_on), week_of(to_on)) for from_on, to_on, _ in self.spans)
        return weeks_on_record(spans, self._last_week)

    def weeks_missing(self) -> list[int]:
        """The weeks that were over on the reference date, with days of the course and nothing on record."""
        if self.entered_on is None:
            return []
        on_record = self.weeks_on_record()
        return weeks_missing(week_of(self.entered_on), self._last_week, last_over(self.as_of), on_record)

    @property
    def _last_week(self) -> int:
        return week_of(min(self.left_on or self.as_of, self.as_of))


def every_attendance(counting: Counting) -> list[Attendance]:
    """The participations of a module that were entered by the reference date; for the evidence also of cases that left the
    municipality asked for."""
    found = []
    for p in counting.facts.participations:
        entered_on = by(p.entered_on, counting.as_of)
        if p.module is None or entered_on is None:
            continue
        case = case_of(counting, p.case_id.bytes)
        before = case.municipality_before if counting.evidence is not None else None
        if case.opened_on > counting.as_of or counting.municipality not in (None, case.municipality, before):
            continue
        found.append(attendance_of(p, case, json.loads(p.attendance), counting.as_of))
    return found


def attendance_of(
    p: ParticipationFact, case: CaseFact, spans: Iterable[tuple[str, str, int, int, int]], as_of: date
) -> Attendance:
    """A participation with the ``spans`` that its attendance says."""
    return Attendance(
        p.case_id,
        case.municipality,
        case,
        p,
        by(p.entered_on, as_of),
        by(p.left_on, as_of),
        tuple(
            (date.fromisoformat(from_on), date.fromisoformat(to_on), version)
            for from_on, to_on, _, _, version in spans
        ),
        as_of,
    )
