"""Reports about money counted by column are those counted one by one, for the evidence, in any town."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.projections.grant_flat_rates import FlatRateRow
from domain.projections.grant_use import SPENDING, GrantMovementRow, GrantPlanRow
from domain.rates import Rate, RateUnit
from domain.reports.double_funding import DOUBLE_FUNDING
from domain.reports.evidence import Evidence
from domain.reports.fact_columns import Columns, ColumnsOf
from domain.reports.facts import Facts, OfferFact, ParticipationFact, ProgrammeRate, SpanFact, TrainingFact
from domain.reports.funding import FUNDING
from domain.reports.proof_of_use import INTERIM_STATEMENT, PROOF_OF_USE
from domain.reports.table import canonical_json
from domain.values import Cents, FundingModule
from tests.domain.ground import ESCHWEILER, in_course
from tests.domain.report_evidence import facts_of

AS_OF = date(2025, 3, 1)
PLACES = (ESCHWEILER, "05334032")
GRANTS = [UUID(int=number) for number in (0xF1, 0xF2)]
SEATS = [UUID(int=number) for number in (0xA, 0xB, 0xC)]
COURSES = [UUID(int=number) for number in (0xC1, 0xC2)]
MODULES = ("F3", "F4")
FIRST = date(2024, 11, 1)


def day(number: int) -> date:
    """A day before or after New Year, or after the reference date."""
    return FIRST + timedelta(number)


DAYS = st.integers(0, 150).map(day)
TURNS = st.sampled_from([0, 29, 30, 50, 80, 81, 100, 120, 121]).map(day)
"""Days about the first and the last of a period, and about the reference date."""
MAYBE = st.one_of(st.none(), TURNS)


@st.composite
def spans(draw: st.DrawFn) -> tuple[date, date, int, int]:
    """First and last day, units attended and held."""
    first = draw(DAYS)
    return (
        first,
        first + timedelta(draw(st.integers(0, 30))),
        draw(st.integers(0, 2)),
        draw(st.integers(0, 9)),
    )


@st.composite
def decisions(draw: st.DrawFn) -> list[FlatRateRow]:
    """What the grants decided in some order: again and again, without a rate, about no span at all."""
    rows: list[FlatRateRow] = []
    for version in range(2, 2 + draw(st.integers(0, 8))):
        grant, seat = draw(st.sampled_from(GRANTS)), draw(st.sampled_from(SEATS))
        decided: Sequence[tuple[date, date, int, int] | None] = draw(st.lists(spans(), max_size=2)) or [None]
        of_all: Mapping[str, Any] = {
            "grant_id": grant,
            "version": version,
            "decided_on": draw(DAYS),
            "revised": draw(st.booleans()),
            "case_id": seat,
            "participation_id": seat,
            "offer_id": draw(st.sampled_from(COURSES)),
            "module": draw(st.sampled_from(MODULES)),
            "municipality": draw(st.sampled_from(PLACES)),
            "result": draw(st.sampled_from(["earned", "earned", "not_earned"])),
            "entered_on": FIRST,
            "entry_by": None,
            "rule": "",
            "rule_valid_from": None,
        }
        for place, span in enumerate(decided, 1):
            rate = draw(st.sampled_from([("P4", 37_50), ("P4", 37_50), ("X", 1), (None, None)]))
            rows.append(
                FlatRateRow(
                    **of_all,
                    place=place,
                    from_on=span and span[0],
                    to_on=span and span[1],
                    units_attended=span[2] if span else 0,
                    units_held=span[3] if span else 0,
                    case_version=9 if span else None,
                    rate_code=rate[0],
                    rate_cents=rate[1],
                    rate_source=rate[0] and "notice",
                )
            )
    return rows


@st.composite
def vouchers(draw: st.DrawFn) -> list[GrantMovementRow]:
    """Payments for teaching, flat rates and trips, of a course or a participation or neither; some are booked again, or taken
    back."""
    return [
        GrantMovementRow(
            draw(st.sampled_from(GRANTS)),
            100 + number,
            1,
            SPENDING,
            draw(DAYS),
            f"B-{draw(st.integers(0, 3))}",
            draw(st.sampled_from(MODULES)),
            draw(st.sampled_from(PLACES)),
            draw(st.sampled_from([2024, 2025])),
            draw(st.sampled_from([1_00, 2_00, -1_00])),
            draw(st.sampled_from(["Lernhaus", "Sprachhaus"])),
            None,
            draw(st.sampled_from(["teaching", "flat_rate", "travel"])),
            None,
            draw(st.sampled_from([None, *COURSES])),
            draw(st.sampled_from([None, *SEATS])),
            None,
            None,
        )
        for number in range(draw(st.integers(0, 5)))
    ]


CASE = facts_of([in_course().history], AS_OF).cases[0]
PARTICIPATION = facts_of([in_course().history], AS_OF).participations[0]
SPAN = SpanFact(SEATS[0], "coaching", FIRST, None, 3, 0, None, 0)
TRAINING = TrainingFact(
    *(SEATS[0], UUID(int=0xD), SEATS[0], ESCHWEILER, "dual", FIRST, None, None, None, 3, 0, 0)
)
PERIODS = {GRANTS[0]: (day(30), day(80)), GRANTS[1]: (FIRST, date(2025, 12, 31))}
"""The first grant begins late and ends early, so that its narrative leaves lives out."""
PLANS = [
    GrantPlanRow(
        *(grant, 1, place, FIRST, f"KfI-{grant.int}", first, last, 20_00),
        *(module, municipality, year, 100_00, FIRST, None),
    )
    for grant, (first, last) in PERIODS.items()
    for place, (module, municipality, year) in enumerate(
        [("F4", ESCHWEILER, 2024), ("F1", ESCHWEILER, 2025), ("F3", PLACES[1], 2025)][
            : 3 if first == FIRST else 2
        ],
        1,
    )
]
P4, LESS = (
    Rate(
        code="P4",
        module=FundingModule.F4,
        unit=RateUnit.TEACHING_UNIT,
        amount_cents=Cents(cents),
        valid_from=FIRST,
        valid_to=None,
        source="notice",
    )
    for cents in (37_50, 30_00)
)


@st.composite
def towns(draw: st.DrawFn) -> Facts:
    """Three cases of two programmes in two places, in two courses that may name any module, and two grants."""
    facts = Facts(
        offers=[OfferFact(course, place) for course, place in zip(COURSES, PLACES, strict=True)],
        plans=PLANS,
        flat_rates=draw(decisions()),
        movements=draw(vouchers()),
        programme_rates=[ProgrammeRate(CASE.path, 1, P4), ProgrammeRate(CASE.path, 2, LESS)],
        municipalities=set(PLACES),
    )
    facts.cases = [
        CASE._replace(
            case_id=seat,
            participant_id=seat,
            path_version=draw(st.sampled_from([1, 2])),
            municipality=draw(st.sampled_from(PLACES)),
            municipality_before=draw(st.sampled_from([None, *PLACES])),
            gender=draw(st.sampled_from(["female", "male", None])),
            opened_on=draw(st.sampled_from([FIRST, day(80), day(81)])),
            first_plan_on=draw(MAYBE),
            plan_agreed_on=draw(MAYBE),
            declined_on=draw(MAYBE),
            closed_on=draw(MAYBE),
            follow_up_settled_on=draw(MAYBE),
        )
        for seat in SEATS
    ]
    facts.spans = [
        SPAN._replace(
            case_id=draw(st.sampled_from(SEATS)),
            from_on=draw(TURNS),
            to_on=draw(MAYBE),
            from_version=number,
        )
        for number in range(draw(st.integers(1, 4)))
    ]
    facts.trainings = [
        TRAINING._replace(case_id=seat, signed_on=draw(TURNS), entered_on=draw(MAYBE), left_on=draw(MAYBE))
        for seat in draw(st.lists(st.sampled_from(SEATS), max_size=2))
    ]
    facts.participations = [
        PARTICIPATION._replace(
            case_id=draw(st.sampled_from(SEATS)),
            participation_id=UUID(int=0x100 + number),
            offer_id=draw(st.sampled_from(COURSES)),
            module=draw(st.sampled_from([None, *MODULES])),
            entered_on=draw(MAYBE),
            left_on=draw(MAYBE),
            attendance=_attendance(draw(st.lists(spans(), max_size=3))),
        )
        for number in range(draw(st.integers(0, 5)))
    ]
    return facts


def _attendance(attended: Sequence[tuple[date, date, int, int]]) -> str:
    return json.dumps(
        [[first.isoformat(), last.isoformat(), units, held, 7] for first, last, units, held in attended]
    )


def by_column(facts: Facts, wanted: ColumnsOf) -> Facts:
    """The same with these columns alone, as they are read; grants as they are."""
    kinds = {
        "cases": type(CASE),
        "participations": ParticipationFact,
        "spans": SpanFact,
        "trainings": TrainingFact,
        "offers": OfferFact,
        "flat_rates": FlatRateRow,
    }
    found = Facts(
        plans=facts.plans,
        movements=facts.movements,
        programme_rates=facts.programme_rates,
        municipalities=facts.municipalities,
    )
    for name, kind in kinds.items():
        rows = getattr(facts, name)
        columns: dict[str, Any] = {
            column: [getattr(row, column) for row in rows] for column in wanted.get(name, ())
        }
        for column, values in columns.items():
            if column.endswith("_id"):
                columns[column] = b"".join(value.bytes for value in values)
        setattr(found, name, Columns(kind, columns, len(rows)))
    return found


@settings(max_examples=60, deadline=None)
@given(towns(), st.sampled_from([None, *PLACES]))
def test_money_by_column_is_money_one_by_one(facts: Facts, municipality: str | None) -> None:
    """Overlapping spans, revised decisions, rates that nobody knows, courses of two modules, lives in and out of the
    period of a grant; of one place and of all, of each grant and of both."""
    for report, chosen in (
        (FUNDING, {}),
        (DOUBLE_FUNDING, {}),
        *(
            (statement, {"grant": grant})
            for statement in STATEMENTS
            for grant in (None, "KfI-241", "KfI-242")
        ),
    ):
        if report is not DOUBLE_FUNDING:
            chosen = {**chosen, "municipality": municipality}  # of one place
        asked = {name: value for name, value in chosen.items() if value is not None}
        one_by_one = canonical_json(report.run(facts, AS_OF, asked, Evidence()))
        assert canonical_json(report.run(facts, AS_OF, asked)) == one_by_one
        wanted = report.looked_at(asked)
        assert wanted is not None
        assert canonical_json(report.run(by_column(facts, wanted), AS_OF, asked)) == one_by_one


STATEMENTS = (PROOF_OF_USE, INTERIM_STATEMENT)
