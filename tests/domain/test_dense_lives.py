"""Lives drawn close to each other, so that bundles differ in one thing only: what they count is what lives alone count."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any, Final
from uuid import UUID

import pytest

from domain.characteristics import Spell
from domain.projections.characteristics import CharacteristicsRow, written
from domain.projections.employments import EmploymentRow
from domain.reports.definition import ParameterValue
from domain.reports.evidence import Evidence
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
from domain.reports.registry import REPORTS
from domain.reports.table import canonical_json

FIRST: Final = date(2025, 1, 1)
PLACES: Final = ("05334012", "05334028")


def dense_town(seed: int, cases: int = 60) -> Facts:
    """Cases with few different days and answers; the first half of the persons have two."""
    chance = Random(seed)  # a town for a test, no secret

    def day(least: int = 0, most: int = 40) -> date:
        return FIRST + timedelta(chance.randint(least, most) * 7)

    def maybe(made: Any, often: float = 0.5) -> Any:
        return made if chance.random() < often else None

    def history(*values: str) -> str:
        days = sorted(day() for _ in range(chance.randint(0, 3)))
        spells = (Spell(chance.choice(values), on, on, 2 + n) for n, on in enumerate(days))
        return written(spells)

    facts = Facts(municipalities=set(PLACES))
    lists: dict[str, list[Any]] = {name: [] for name in _LISTS}
    for number in range(1, cases + 1):
        case_id = UUID(int=number)
        person = UUID(int=1_000 + (number if number > cases // 2 else number // 2))
        opened, gender = day(0, 10), maybe(chance.choice(("female", "male", "not_stated")), 0.9)
        place = chance.choice(PLACES)
        closed, settled = maybe(day(10)), maybe(day(12))
        lists["cases"].append(
            CaseFact(
                case_id=case_id,
                participant_id=person,
                municipality=place,
                gender=gender,
                opened_on=opened,
                plan_agreed_on=maybe(day(), 0.3),
                first_plan_on=maybe(day(), 0.3),
                declined_on=maybe(day(), 0.2),
                closed_on=closed,
                exit_reason=None,
                destination=maybe(chance.choice(_DESTINATIONS)) if closed else None,
                follow_up_settled_on=settled if closed else None,
                follow_up_destination=maybe(chance.choice(_DESTINATIONS)) if closed and settled else None,
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
        lists["referrals"].append(
            ReferralFact(case_id, maybe(chance.choice(("self", "school"))), maybe("moved"))
        )
        lists["contacts"].append(ContactFact(case_id, 0, 0))
        lists["characteristics"].append(
            CharacteristicsRow(
                case_id,
                gender,
                maybe(date(chance.choice((1968, 1995, 2007)), chance.randint(1, 12), 1), 0.9),
                chance.choice(("423", "423", "")),
                history("unknown", "toleration_60a", "eu_citizen"),
                history("unknown", "asylblg_3"),
                history("A1", "A2"),
                history("hsa_9", "ahr", "not_stated"),
            )
        )
        for step in range(chance.randint(0, 4)):
            entered = day(0, 30)
            left = maybe(max(entered, day(0, 30)), 0.7)
            one = UUID(int=10_000 + number * 10 + step)
            ground = maybe("illness", 0.3) if left else None
            version = 10 + step * 3
            module = chance.choice(("F3", "F4", "F1", None))
            lists["participations"].append(
                ParticipationFact(
                    *(case_id, one, person, place, gender, UUID(int=1), module, maybe(entered, 0.9)),
                    *(left, ground, "[]", version, 0, version + 1, version + 2 if left else 0),
                )
            )
            participation = lists["participations"][-1]
            lists["measures"].append(
                MeasureFact(
                    *(case_id, one, "language", "B1", maybe("language_certificate", 0.3), None, None, ground),
                    *(participation.entered_on, left, version, 0, version + 1, version + 2 if left else 0),
                )
            )
        if chance.random() < 0.6:
            since = day(0, 30)
            lists["spans"].append(
                SpanFact(case_id, "coaching", since, maybe(since + timedelta(14)), 40, 41, None, 0)
            )
        if chance.random() < 0.3:
            begun = maybe(day(0, 35))
            lists["trainings"].append(
                TrainingFact(
                    *(case_id, UUID(int=90_000 + number), person, place, "dual", day(0, 20), begun),
                    *(maybe(max(begun, day())) if begun else None, maybe("other"), 50, 51, 52),
                )
            )
        if chance.random() < 0.3:
            begins, told = day(5), day(5)
            said = f'[["{told}","{begins}",60]]'
            job = (case_id, UUID(int=80_000 + number), begins, 20, None, told, 60, said)
            lists["employments"].append(EmploymentRow(*job))
    for name, found in lists.items():
        setattr(facts, name, found)
    return facts


_DESTINATIONS: Final = ("employment", "minor_employment", "ausbildung", "unknown")
_LISTS: Final = (
    *("cases", "referrals", "contacts", "characteristics", "participations", "measures", "spans"),
    *("trainings", "employments"),
)


@pytest.mark.parametrize("name", ["pathways", "pathways_breakdown", "not_won", "esf"])
@pytest.mark.parametrize("seed", range(8))
def test_dense_lives_count_in_bundles_as_they_do_alone(name: str, seed: int) -> None:
    """Many lives within forty weeks, on four days, everywhere and in one municipality."""
    # The ESF+ tells lives apart by so much that few of sixty would meet.
    facts = dense_town(seed, cases=600 if name == "esf" else 60)
    for weeks in (8, 20, 33, 70):
        as_of = FIRST + timedelta(weeks * 7)
        for parameters in ({}, {"municipality": PLACES[0]}):
            given: dict[str, ParameterValue] = dict(parameters)
            if name == "pathways_breakdown":
                given["by"] = ("gender", "residence_status", "municipality", "language_level")[seed % 4]
            alone = REPORTS[name].run(facts, as_of, given, Evidence(wanted=frozenset()))
            assert canonical_json(alone) == canonical_json(REPORTS[name].run(facts, as_of, given))
