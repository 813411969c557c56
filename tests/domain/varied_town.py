"""The town of the report tests with everything that persons are counted by: answers that differ, change and are missing."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from domain.assessment import AssessmentRecorded
from domain.changes import LegalRegimeChanged, MunicipalityChanged, ResidenceStatusChanged
from domain.intake import CaseOpened
from domain.legal_facts import EmploymentRecorded
from domain.person import Residence
from domain.recorded import Recorded
from domain.replacing import replace
from domain.values import (
    LanguageAssessment,
    LanguageLevel,
    LanguageProof,
    LanguageSkill,
    LegalRegime,
    NationalityCode,
    ResidenceStatus,
)
from tests.domain.test_reports import ROETGEN, TOWN

_STATUSES = tuple(ResidenceStatus)
_NATIONS = ((), ("423",), ("475", "439"), ("423",), ("998",))


def _level(level: LanguageLevel, on: date) -> LanguageAssessment:
    return LanguageAssessment(level=level, proof=LanguageProof.TEST, skill=LanguageSkill.BOTH, assessed_on=on)


def _changes(number: int) -> list[Any]:
    day = date(2025, 5, 1 + number)
    changes: list[Any] = [
        AssessmentRecorded(
            occurred_on=day,
            needs=(),
            language=(_level(LanguageLevel.A2, day), _level(LanguageLevel.A1, date(2025, 1, 1))),
            school_leaving=None,
            work_experience_months=None,
            remark="",
        ),
        ResidenceStatusChanged(
            occurred_on=day, residence=Residence(status=_STATUSES[(5 * number) % len(_STATUSES)])
        ),
        LegalRegimeChanged(occurred_on=date(2025, 6, 30), regime=LegalRegime.SGB_II),
    ]
    if number % 2:
        changes += [
            AssessmentRecorded(
                occurred_on=date(2025, 9, 30),
                needs=(),
                language=(_level(LanguageLevel.B1, date(2025, 9, 1)),),
                school_leaving=None,
                work_experience_months=None,
                remark="",
            ),
            ResidenceStatusChanged(
                occurred_on=date(2025, 9, 30), residence=Residence(status=ResidenceStatus.TRAINING_PERMIT_16G)
            ),
        ]
    if number == 2:
        changes.append(MunicipalityChanged(occurred_on=date(2025, 8, 1), municipality=ROETGEN))
    if number in (3, 4):
        changes.append(
            EmploymentRecorded(
                occurred_on=date(2025, 6, 2),
                employment_id=UUID(int=0xE0 + number),
                starts_on=date(2025, 6, 1),
                weekly_hours=30,
                ended_on=None,
                end_known_on=None,
            )
        )
    return changes


def _varied(number: int, history: list[Recorded[Any]]) -> list[Recorded[Any]]:
    first, *rest = history
    if not isinstance(first.event, CaseOpened):
        return history
    opened = replace(
        first.event,
        birth_month=None if number == 4 else date(1996 + number, 9, 1),
        nationalities=tuple(NationalityCode(code) for code in _NATIONS[number % len(_NATIONS)]),
        residence=Residence(status=_STATUSES[number]),
        legal_regime=LegalRegime.ASYLBLG_3 if number % 3 else LegalRegime.UNKNOWN,
        gender=None if number == 5 else first.event.gender,
    )
    last = history[-1]
    added = [
        last._replace(version=last.version + n, event=event, command_id=None)
        for n, event in enumerate(_changes(number), 1)
    ]
    return [first._replace(event=opened), *rest, *added]


VARIED = [_varied(number, history) for number, history in enumerate(TOWN)]
"""Seven cases of six persons, an offer and a grant."""
