"""Bundled or alone, from columns or from facts one by one: in a town of any facts a report is the same bytes."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import date, timedelta
from random import Random
from typing import Any, get_type_hints
from uuid import UUID

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from domain.characteristics import Dimension
from domain.participation import AbandonReason
from domain.projections.characteristics import CharacteristicsRow
from domain.reports.evidence import Evidence
from domain.reports.fact_columns import Columns
from domain.reports.facts import (
    CaseFact,
    ContactFact,
    Facts,
    MeasureFact,
    NeedFact,
    ParticipationFact,
    SpanFact,
    TrainingFact,
)
from domain.reports.monitoring import MONITORING, volume_of
from domain.reports.registry import REPORTS
from domain.reports.table import canonical_json
from domain.values import Destination, FundingModule, Gender, LanguageLevel, OfferKind, ResidenceStatus

AS_OF = date(2026, 6, 29)
PLACES = ("05334012", "05334028", "05913000")


def town(dice: Random) -> Facts:
    """Some cases of fewer people with whatever may be on record of them, before and after the reference date."""
    facts: dict[str, list[Any]] = {
        field.name: [] for field in fields(Facts) if field.name != "municipalities"
    }
    people = [_id(dice) for _ in range(dice.randint(1, 6))]
    for _ in range(dice.randint(0, 9)):
        _add_case(facts, dice, people)
    made = Facts(municipalities=set(PLACES))
    for name, found in facts.items():
        setattr(made, name, found)
    return made


def _add_case(facts: dict[str, list[Any]], dice: Random, people: list[UUID]) -> None:
    case = _made(
        CaseFact,
        dice,
        participant_id=dice.choice(people),
        municipality=dice.choice(PLACES),
        gender=dice.choice([*Gender, None]),
        opened_on=_day(dice),
        municipality_before=dice.choice([None, *PLACES]),
        destination=dice.choice([*Destination, None]),
        follow_up_destination=dice.choice([*Destination, None]),
    )
    facts["cases"].append(case)
    person = {"case_id": case.case_id, "participant_id": case.participant_id}
    histories = {
        name: json.dumps(
            [[dice.choice([*choices]), str(_day(dice)), str(_day(dice)), n + 2] for n in range(2)]
        )
        for name, choices in (
            ("statuses", ResidenceStatus),
            ("regimes", ("sgb2", "sgb3")),
            ("levels", LanguageLevel),
        )
    }
    nationalities = dice.choice(["", "SYR", "AFG UKR"])
    born = dice.choice([None, date(2006, 7, 1), date(1998, 6, 1)])
    row = CharacteristicsRow(case.case_id, case.gender, born, nationalities, **histories, schools="[]")
    facts["characteristics"].append(row)
    for _ in range(dice.randint(0, 3)):
        entered_on, left_on = sorted([_day(dice), _day(dice)])
        told: dict[str, Any] = dice.choice(
            [
                {"entered_on": None, "left_on": None, "abandon_ground": None},
                {"entered_on": entered_on, "left_on": None, "abandon_ground": None},
                {"entered_on": entered_on, "left_on": left_on, "abandon_ground": None},
                {
                    "entered_on": entered_on,
                    "left_on": left_on,
                    "abandon_ground": dice.choice([*AbandonReason]),
                },
            ]
        )
        module = dice.choice([None, *FundingModule])
        facts["participations"].append(_made(ParticipationFact, dice, **person, **told, module=module))
        kind = dice.choice([None, *OfferKind])
        measure = _made(
            MeasureFact, dice, case_id=case.case_id, **told, kind=kind, level=dice.choice([None, "B1"])
        )
        facts["measures"].append(
            measure._replace(certificate=None, level_gained=None, school_leaving_gained=None)
        )
        facts["spans"].append(
            SpanFact(case.case_id, "coaching", entered_on, dice.choice([None, left_on]), 5, 6, None, 0)
        )
        facts["unmet_needs"].append(
            _made(
                NeedFact,
                dice,
                case_id=case.case_id,
                from_on=_day(dice),
                end_ground="matched",
                ended_on=_day(dice),
            )
        )
    if dice.random() < 0.5:
        training = _made(
            TrainingFact, dice, **person, kind=dice.choice(["company", "school"]), signed_on=_day(dice)
        )
        facts["trainings"].append(training)
        held = tuple(range(2, 2 + dice.randint(0, 3)))
        facts["contacts"].append(ContactFact(case.case_id, len(held), 0, held, ()))


def _made(fact: type[Any], dice: Random, /, **given: Any) -> Any:
    """A fact with something in every field that is not given: ids, days that may be missing, versions from 2 on."""
    values = dict(given)
    for name, hint in get_type_hints(fact).items():
        if name in values:
            continue
        if hint is UUID:
            values[name] = _id(dice)
        elif hint in (date, date | None):
            values[name] = dice.choice([None, _day(dice)])
        else:
            values[name] = dice.randint(2, 40) if hint in (int, int | None) else "said"
    return fact(**values)


def _id(dice: Random) -> UUID:
    return UUID(int=dice.getrandbits(128))


def _day(dice: Random) -> date:
    return AS_OF + timedelta(dice.randint(-700, 60))


def by_column(facts: Facts) -> Facts:
    """The same facts with every column packed as it is read."""
    made = Facts(municipalities=facts.municipalities)
    for name in (
        *("cases", "participations", "spans", "trainings", "contacts", "characteristics"),
        *("measures", "employments", "referrals"),
    ):
        rows = getattr(facts, name)
        if rows:
            kind = type(rows[0])
            columns = {
                column: b"".join(value.bytes for value in values) if hint is UUID else list(values)
                for (column, hint), values in zip(
                    get_type_hints(kind).items(), zip(*rows, strict=True), strict=True
                )
            }
            setattr(made, name, Columns(kind, columns, len(rows)))
    for name in ("unmet_needs", "hint_answers", "published"):
        setattr(made, name, getattr(facts, name))
    return made


ASKED = [
    *[("breakdown", {"by": dimension.value}) for dimension in Dimension if dimension is not Dimension.MODULE],
    ("breakdown", {"by": "gender", "municipality": PLACES[0]}),
    ("statistics", {}),
    ("statistics", {"municipality": PLACES[0]}),
    ("programme_rules", {}),
    ("programme_rules", {"excluded_status": "toleration_60a,unknown", "municipality": PLACES[0]}),
    ("monitoring", {"threshold": "3"}),
    ("repeated_measures", {}),
    ("gaps", {}),
    ("gaps", {"municipality": PLACES[0]}),
]


@pytest.mark.parametrize(("name", "given_to"), ASKED, ids=lambda value: str(value))
@settings(max_examples=25)
@for_all(seed=st.integers(0, 2**32))
def test_bundles_of_any_town_count_what_its_facts_count_one_by_one(
    name: str, given_to: dict[str, str], seed: int
) -> None:
    """With evidence every fact stands alone; without it they are put together, from columns or not. People have several
    cases, days have not come yet, and answers are missing."""
    facts = town(Random(seed))
    report = REPORTS[name]
    alone = canonical_json(report.run(facts, AS_OF, given_to, Evidence()))
    assert canonical_json(report.run(facts, AS_OF, given_to)) == alone
    assert canonical_json(report.run(by_column(facts), AS_OF, given_to)) == alone


@settings(max_examples=8)
@for_all(seed=st.integers(0, 2**32))
def test_the_volume_of_any_town_has_the_same_figures_and_as_many_persons_behind_them(seed: int) -> None:
    """As it is before disclosure control: the tables, and how many persons' participations each figure is made of."""
    facts = town(Random(seed))
    volumes = []
    for given, evidence in ((facts, Evidence()), (facts, None), (by_column(facts), None)):
        counting = MONITORING.counting(given, AS_OF, {}, evidence)
        tables = MONITORING.counted(counting)
        volumes.append((tables, volume_of(counting, tables)))
    assert volumes == [volumes[0]] * 3
