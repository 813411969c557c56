"""The rescue list told from columns of a town is the one that the evidence goes through case by case, in any town."""

from __future__ import annotations

import json
from datetime import date, timedelta
from random import Random
from typing import Any, Final, get_type_hints
from uuid import UUID

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from domain.characteristics import Spell
from domain.participation import SeatStatus
from domain.path import Requirement
from domain.projections.case_papers import CasePapersRow
from domain.projections.characteristics import CharacteristicsRow, written
from domain.projections.grant_rates import GrantRateRow
from domain.projections.grant_use import GrantPlanRow
from domain.projections.seat_steps import SETTLED, SeatStepsRow
from domain.rates import Rate, RateUnit
from domain.reports.definition import ParameterValue
from domain.reports.evidence import Evidence
from domain.reports.fact_columns import Columns, ColumnsOf
from domain.reports.facts import (
    CaseFact,
    CourseFact,
    Facts,
    OfferFact,
    ParticipationFact,
    ProgrammeRate,
    SpanFact,
)
from domain.reports.programme_facts import AskedAtEntry, entry_rules
from domain.reports.rescue import RESCUE
from domain.reports.table import canonical_json
from domain.values import Cents, FundingModule
from tests.domain.ground import LAW
from tests.domain.test_drill_pages import check_pages

AS_OF: Final = date(2025, 3, 1)
PLACES: Final = ("05334012", "05334032")
MODULES: Final = ("F1", "F3", "F4")
GRANT: Final = UUID(int=0xF1)


class Town:
    """Cases with few different days and answers, in few courses, so that they prove the same units and miss the same lists."""

    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)  # a town for a test, no secret
        self.facts = Facts(municipalities=set(PLACES))
        self.lists: dict[str, list[Any]] = {name: [] for name in _KINDS}
        self.offers = [UUID(int=0xC0 + number) for number in range(4)]
        for offer in self.offers:
            self.offer(offer)
        for number in range(1, self.chance.randint(2, 12)):
            self.case(UUID(int=(number * 7919) << 64 | number))
        self.rates()
        for name, rows in self.lists.items():
            setattr(self.facts, name, rows)

    def day(self, least: int = -120, most: int = 40) -> date:
        """A day before or after the reference date."""
        return AS_OF + timedelta(self.chance.randint(least, most))

    def maybe(self, made: Any, often: float = 0.5) -> Any:
        """That or nothing."""
        return made if self.chance.random() < often else None

    def offer(self, offer: UUID) -> None:
        """A course; of some nothing was published, of some not even the place is known."""
        start, place = self.day(-200, 60), self.chance.choice(PLACES)
        if self.chance.random() < 0.9:
            self.lists["offers"].append(OfferFact(offer, place))
        if self.chance.random() < 0.8:
            end = start + timedelta(self.chance.randint(5, 200))
            module = self.chance.choice(MODULES)
            self.lists["courses"].append(CourseFact(offer, "Lernhaus", module, place, start, end, 300))

    def case(self, case: UUID) -> None:
        """A case with its answers, entries, seats and papers, each of which may be missing."""
        chance, place = self.chance, self.chance.choice(PLACES)
        opened, closed = self.day(-200, 20), self.maybe(self.day(-250, 30), 0.4)
        self.lists["cases"].append(
            CaseFact(
                case_id=case,
                participant_id=case,
                municipality=place,
                gender=None,
                opened_on=opened,
                plan_agreed_on=None,
                first_plan_on=None,
                declined_on=self.maybe(self.day(), 0.2),
                closed_on=closed,
                exit_reason=None,
                destination=chance.choice((None, "unknown", "employment")),
                follow_up_settled_on=self.maybe(self.day(-30), 0.3),
                follow_up_destination=None,
                municipality_version=3,
                municipality_before=self.maybe(chance.choice(PLACES), 0.3),
                municipality_before_version=1,
                plan_version=0,
                first_plan_version=0,
                declined_version=4,
                closed_version=5,
                follow_up_version=6,
                school_leaving=None,
                path="durchstarten",
                path_version=chance.choice((1, 2)),
            )
        )
        if chance.random() < 0.9:
            self.answers(case)
        if chance.random() < 0.9:
            self.papers(case, place)
        for step in range(chance.randint(0, 3)):
            self.participation(case, place, UUID(int=case.int + ((step + 1) << 100)), 20 + 10 * step)
        for span in range(chance.randint(0, 2)):
            begun = self.day(-100)
            ended = self.maybe(begun + timedelta(chance.randint(0, 90)))
            self.lists["spans"].append(
                SpanFact(case, "coaching", begun, ended, 60 + span, 70 + span, None, 0)
            )

    def answers(self, case: UUID) -> None:
        """What is known of the person."""
        chance = self.chance
        self.lists["characteristics"].append(
            CharacteristicsRow(
                case,
                chance.choice(("female", "male", "male", None)),
                self.maybe(date(2004, 5, 1), 0.8),
                chance.choice(("423", "423 439", "")),
                self.history("unknown", "toleration_60a", "toleration_60a"),
                self.history("unknown", "asylblg_3", "asylblg_3"),
                self.history("A1"),
                self.history("hsa_9", "not_stated"),
            )
        )

    def history(self, *values: str) -> str:
        """Answers of some days, in any order, known on these or others."""
        chance = self.chance
        return written(
            Spell(chance.choice(values), self.day(), self.day(-200), 2 + number)
            for number in range(chance.randint(0, 3))
        )

    def papers(self, case: UUID, place: str) -> None:
        """Notices, consents and statuses, and who is in charge."""
        chance = self.chance
        statuses = [[str(self.day()), self.maybe(str(self.day(-30, 90))), 2 + n] for n in range(1, 3)]
        consents = [
            [
                str(self.day()),
                self.maybe(str(self.day(0, 90))),
                *chance.choice(([None, 40 + n, 0], [str(self.day()), 40 + n, 45 + n])),
            ]
            for n in range(chance.randint(0, 2))
        ]
        self.lists["papers"].append(
            CasePapersRow(
                case,
                place,
                "cw-1",
                chance.choice(("staedteregion", "")),
                self.maybe("coach-1"),
                json.dumps([[str(self.day()), 30]] if chance.random() < 0.5 else []),
                json.dumps(consents),
                json.dumps(statuses),
                date.fromisoformat(str(statuses[-1][0])),
                None if statuses[-1][1] is None else date.fromisoformat(str(statuses[-1][1])),
            )
        )

    def participation(self, case: UUID, place: str, participation: UUID, version: int) -> None:
        """A seat asked for, and what became of it; attendance is in order or not."""
        chance, offer = self.chance, self.chance.choice(self.offers)
        module = chance.choice((None, *MODULES))
        entered = self.maybe(self.day(-100, 10), 0.8)
        left = self.maybe(self.day(-60, 30), 0.4) if entered else None
        spans = []
        begin = entered or self.day()
        for number in range(chance.randint(0, 4)):
            end = begin + timedelta(chance.choice((5, 6, 13, 20)))
            held = chance.choice((10, 10, 20))
            spans.append([str(begin), str(end), chance.choice((0, 5, 5)), held, version + 3 + number])
            begin = end + timedelta(chance.choice((1, 1, 3, 9)))
        if chance.random() < 0.3:
            chance.shuffle(spans)
        self.lists["participations"].append(
            ParticipationFact(
                *(case, participation, case, place, None, offer, module, entered, left, None),
                json.dumps(spans, separators=chance.choice(((",", ":"), (", ", ": ")))),
                *(version, self.maybe(version + 1, 0.5) or 0, version + 2, version + 9 if left else 0),
            )
        )
        steps = [
            (SeatStatus.REQUESTED, self.day(-60, 5)),
            *((status, self.day(-60, 5)) for status in chance.sample([*SeatStatus], chance.randint(0, 2))),
        ]
        self.lists["seats"].append(
            SeatStepsRow(
                *(case, participation, place, offer, module, "Sprachhaus"),
                *(self.maybe(self.day()), self.maybe(self.day()), self.maybe(self.day()), version + 1),
                steps[0][1],
                min((on for status, on in steps if status in SETTLED), default=None),
                json.dumps([[status.value, str(on), version + n] for n, (status, on) in enumerate(steps)]),
            )
        )

    def rates(self) -> None:
        """Rates of the programme, and a grant that may have one of its own for some months."""
        for version in (1, 2):
            if self.chance.random() < 0.8:
                rate = Rate(
                    code=f"P{version}",
                    module=FundingModule.F4,
                    unit=RateUnit.TEACHING_UNIT,
                    amount_cents=Cents(30_00 + version),
                    valid_from=date(2024, 1, 1),
                    valid_to=None,
                    source="programme",
                )
                self.lists["programme_rates"].append(ProgrammeRate("durchstarten", version, rate))
            for requirement in (Requirement.INFORMATION_NOTICE, Requirement.CONSENT_CASE_MANAGEMENT):
                self.lists["asked_at_entry"].append(AskedAtEntry("durchstarten", version, requirement))
        self.lists["entry_rules"] = entry_rules(LAW)
        if self.chance.random() < 0.5:
            period = date(2024, 12, 1), date(2025, 12, 31)
            self.lists["plans"].append(
                GrantPlanRow(
                    *(GRANT, 1, 1, period[0], "KfI-1", *period, 20_00),
                    *("F4", PLACES[0], 2025, 100_00, period[0], None),
                )
            )


_KINDS: Final = {
    "cases": CaseFact,
    "participations": ParticipationFact,
    "spans": SpanFact,
    "characteristics": CharacteristicsRow,
    "papers": CasePapersRow,
    "offers": OfferFact,
    "courses": CourseFact,
    "seats": SeatStepsRow,
    "plans": GrantPlanRow,
    "rates": GrantRateRow,
    "programme_rates": ProgrammeRate,
    "asked_at_entry": AskedAtEntry,
    "entry_rules": object,
}
_BY_COLUMN: Final = (
    "cases",
    "participations",
    "spans",
    "characteristics",
    "papers",
    "offers",
    "courses",
    "seats",
)


def by_column(facts: Facts, wanted: ColumnsOf) -> Facts:
    """The same with these columns alone, packed as they are read."""
    made = Facts(municipalities=facts.municipalities)
    for name, kind in _KINDS.items():
        rows = getattr(facts, name)
        if name in _BY_COLUMN:
            hints = get_type_hints(kind)
            columns: dict[str, Any] = {}
            for column in wanted[name]:
                values = [getattr(row, column) for row in rows]
                is_id = hints[column] is UUID
                columns[column] = b"".join(value.bytes for value in values) if is_id else values
            rows = Columns[Any](kind, columns, len(rows))
        setattr(made, name, rows)
    return made


ASKED: Final[list[dict[str, ParameterValue]]] = [
    {},
    {"profile": "esf_plus"},
    {"municipality": PLACES[0], "cut_off": AS_OF + timedelta(60)},
    {"municipality": PLACES[1], "profile": "esf_plus", "cut_off": AS_OF},
]


@pytest.mark.parametrize("asked", ASKED, ids=str)
@settings(max_examples=50, deadline=None)
@for_all(seed=st.integers(0, 2**32))
def test_the_list_told_from_columns_is_the_one_that_goes_through_the_cases(
    asked: dict[str, ParameterValue], seed: int
) -> None:
    """Answers given late or not known yet, lists out of order, courses of two modules and of nowhere, rates that nobody
    knows, moves, and statuses that were corrected."""
    facts = Town(seed).facts
    one_by_one = canonical_json(RESCUE.run(facts, AS_OF, asked, Evidence(wanted=frozenset())))
    assert canonical_json(RESCUE.run(facts, AS_OF, asked)) == one_by_one
    wanted = RESCUE.looked_at(asked)
    assert wanted is not None
    assert canonical_json(RESCUE.run(by_column(facts, wanted), AS_OF, asked)) == one_by_one


@pytest.mark.parametrize("asked", ASKED[1::2], ids=str)
@settings(max_examples=10, deadline=None)
@for_all(seed=st.integers(0, 2**32))
def test_the_pages_of_every_cell_of_such_a_town_are_its_drill_down(
    asked: dict[str, ParameterValue], seed: int
) -> None:
    """The index says of which course somebody brings how much, the drill-down lists every week and span."""
    assert not check_pages(RESCUE, Town(seed).facts, AS_OF, asked, most_cells=20)


def test_these_towns_have_something_on_every_list_and_line() -> None:
    """What the property says of empty tables would be nothing."""
    lines = 0
    forms: set[str] = set()
    causes: set[str] = set()
    for seed in range(60):
        report = RESCUE.run(Town(seed).facts, AS_OF, ASKED[1])
        forms.update(line.key[1] for line in report.table("forms").lines)
        lines += len(report.table("rescue").lines)
        causes.update(
            column.id
            for line in report.table("budget").lines
            for column, cell in zip(report.table("budget").columns, line.cells, strict=True)
            if isinstance(cell, int) and cell > 0
        )
    assert len(forms) == 8
    assert lines > 100
    assert causes == {"units_at_stake", "weeks_without_list", "seats", "at_stake"}
