"""Every rule of eligibility, by fixed days: where it says yes, no, unknown, and where it does not apply."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from domain.eligible.facts import find
from domain.eligible.recording import PersonalCheckRecorded
from domain.eligible.rule import PersonalCheck, TurningEvent, Verdict
from domain.law.vocabulary import IdentityStep
from domain.legal_facts import RecordIdentityClarification, RecordTolerationSince
from domain.person import Residence
from domain.values import BirthDatePrecision, LegalRegime, NotStated, NotStatedReason, ResidenceStatus
from domain.values import SchoolLeaving as School
from tests.domain.eligible_ground import (
    ALL_CHECKED,
    DAY,
    RULES,
    S,
    case_of,
    check,
    judged,
    regime,
    says,
    school,
)
from tests.domain.ground import after_intake, consent, notice, plan
from tests.domain.law_example import changed, clarified
from tests.domain.law_ground import a_case, contract, entered, status

YES, NO, UNKNOWN = Verdict.YES, Verdict.NO, Verdict.UNKNOWN
R, P = ResidenceStatus, PersonalCheck


@dataclass(frozen=True)
class Example:
    """A case by its commands and its opening, a day, and what the rule says."""

    commands: tuple[Any, ...]
    day: date
    expected: Verdict | None
    opening: dict[str, Any]


def e(*commands: Any, on: date = DAY, then: Verdict | None, **opening: Any) -> Example:
    """An example; ``then`` is what the rule says on ``on``."""
    return Example(commands, on, then, opening)


def of(kind: ResidenceStatus, since: date | None = date(2025, 1, 10)) -> dict[str, Any]:
    """Opened with this status, valid until 2030."""
    return {"residence": status(kind, since=since)}


def stay(
    start: date, last_no: date, first_yes: date, kind: ResidenceStatus, other: ResidenceStatus
) -> list[Example]:
    """Examples of a rule that counts from the entry."""
    return [
        e(entered(start), on=last_no, then=NO, **of(kind)),
        e(entered(start), on=first_yes, then=YES, **of(kind)),
        e(entered(start), on=first_yes, then=None, **of(other)),
        e(on=first_yes, then=UNKNOWN, **of(kind)),
        e(entered(start), on=date(2030, 1, 10), then=YES, **of(kind)),
    ]


def personal(which: PersonalCheck, holds: Verdict) -> list[Example]:
    """Examples of a rule that only a person's check decides."""
    other = NO if holds is YES else YES
    return [
        e(then=UNKNOWN),
        e(check(which, True), then=holds),
        e(check(which, False), then=other),
        e(check(which, True), check(which, False), then=other),
    ]


def identity(year_of_entry: date, in_time: date, late: date | None) -> list[Example]:
    """Examples of a rule on the identity."""

    def done(on: date) -> RecordIdentityClarification:
        return RecordIdentityClarification(occurred_on=DAY, step=IdentityStep.CLARIFIED, reached_on=on)

    found = [
        e(entered(year_of_entry), done(in_time), then=YES),
        e(entered(year_of_entry), then=UNKNOWN),
        e(
            entered(date(2012, 5, 1) if year_of_entry.year > 2016 else date(2018, 5, 1)),
            done(in_time),
            then=None,
        ),
        e(then=UNKNOWN),
    ]
    return [*found, e(entered(year_of_entry), done(late), then=UNKNOWN)] if late else found


TITLES = (R.PERMIT_25_1, R.PERMIT_25_2, R.FAMILY_PERMIT)
START = date(2025, 8, 1)
WINDOW = [
    e(notice(), consent(), plan(), contract(START), on=date(2024, 12, 31), then=NO),
    e(notice(), consent(), plan(), contract(START), on=date(2025, 1, 1), then=YES),
    e(then=UNKNOWN),
]

EXAMPLES: dict[str, list[Example]] = {
    "eligible.age": [
        e(on=date(2025, 6, 14), then=NO, birth_date=date(2007, 6, 15)),
        e(on=date(2025, 6, 15), then=YES, birth_date=date(2007, 6, 15)),
        e(on=date(2025, 6, 14), then=YES, birth_date=date(1997, 6, 15)),
        e(on=date(2025, 6, 15), then=NO, birth_date=date(1997, 6, 15)),
        e(on=date(2028, 2, 29), then=YES, birth_date=date(2000, 3, 1)),
        e(on=date(2028, 2, 28), then=YES, birth_date=date(2000, 2, 29)),
        e(on=date(2028, 2, 29), then=NO, birth_date=date(2000, 2, 29)),
        e(on=date(2025, 2, 28), then=NO, birth_date=date(2007, 3, 1)),
        e(then=UNKNOWN, birth_date=None),
        e(
            on=date(2025, 6, 15),
            then=UNKNOWN,
            birth_date=date(2007, 6, 1),
            birth_date_precision=BirthDatePrecision.MONTH,
        ),
        e(
            on=date(2025, 7, 1),
            then=YES,
            birth_date=date(2007, 6, 1),
            birth_date_precision=BirthDatePrecision.MONTH,
        ),
        e(
            on=date(2025, 12, 30),
            then=UNKNOWN,
            birth_date=date(2007, 1, 1),
            birth_date_precision=BirthDatePrecision.YEAR,
        ),
        e(
            on=date(2025, 12, 31),
            then=YES,
            birth_date=date(2007, 1, 1),
            birth_date_precision=BirthDatePrecision.YEAR,
        ),
        e(on=date(2019, 12, 17), then=None),
    ],
    "eligible.target_group": [
        *(
            e(then=YES, **of(kind))
            for kind in (
                R.TOLERATION_60A,
                R.TOLERATION_60B,
                R.TRAINING_TOLERATION_60C,
                R.EMPLOYMENT_TOLERATION_60D,
                R.ASYLUM_PERMISSION,
            )
        ),
        *(
            e(then=UNKNOWN, **of(kind))
            for kind in (R.PERMIT_25_1, R.TRAINING_PERMIT_16G, R.GERMAN, R.EU_CITIZEN)
        ),
        e(check(P.INDIVIDUAL_NEED, True), then=YES, **of(R.PERMIT_25_2)),
        e(check(P.INDIVIDUAL_NEED, False), then=NO, **of(R.PERMIT_25_2)),
        e(check(P.INDIVIDUAL_NEED, False), then=YES, **of(R.TOLERATION_60A)),
        e(then=UNKNOWN, residence=Residence(status=R.UNKNOWN)),
        e(on=date(2030, 1, 9), then=YES, **of(R.TOLERATION_60A)),
        e(on=date(2030, 1, 10), then=UNKNOWN, **of(R.TOLERATION_60A)),
        e(
            changed(date(2025, 5, 5), R.PERMIT_25_2),
            check(P.INDIVIDUAL_NEED, False),
            on=date(2025, 5, 4),
            then=YES,
        ),
        e(
            changed(date(2025, 5, 5), R.PERMIT_25_2),
            check(P.INDIVIDUAL_NEED, False),
            on=date(2025, 5, 5),
            then=NO,
        ),
    ],
    "eligible.other_benefits_second": [
        e(then=UNKNOWN),
        e(regime(LegalRegime.ASYLBLG_3), then=YES),
        e(regime(LegalRegime.ASYLBLG_2), then=YES),
        e(regime(LegalRegime.SGB_II), then=NO),
        e(regime(LegalRegime.SGB_XII), then=NO),
        e(regime(LegalRegime.SGB_VIII), then=UNKNOWN),
        e(regime(LegalRegime.SELF_SUPPORTING), then=UNKNOWN),
        e(regime(LegalRegime.SELF_SUPPORTING), check(P.OTHER_BENEFITS_FIRST, False), then=YES),
        e(regime(LegalRegime.SELF_SUPPORTING), check(P.OTHER_BENEFITS_FIRST, True), then=NO),
        e(regime(LegalRegime.SGB_II), check(P.OTHER_BENEFITS_FIRST, False), then=NO),
        e(check(P.OTHER_BENEFITS_FIRST, False), then=YES),
    ],
    "eligible.no_state_facility": personal(P.STATE_FACILITY, NO),
    "eligible.not_excluded": personal(P.EXCLUDED_FROM_FUNDING, NO),
    "eligible.no_double_funding": personal(P.OTHER_FUNDING, NO),
    "eligible.f2_employment_ban": [
        *personal(P.EMPLOYMENT_BAN, NO),
        e(then=NO, **of(R.TOLERATION_60B)),
        e(check(P.EMPLOYMENT_BAN, False), then=NO, **of(R.TOLERATION_60B)),
    ],
    "eligible.f3_school_leaving": [
        e(then=UNKNOWN),
        e(school(School.NONE), then=YES),
        e(school(School.HSA_9), then=UNKNOWN),
        e(school(School.FOREIGN_NOT_RECOGNISED), then=UNKNOWN),
        e(school(NotStated(not_stated=NotStatedReason.DOES_NOT_KNOW)), then=UNKNOWN),
    ],
    "eligible.f5_concept": [e(then=UNKNOWN), e(*ALL_CHECKED, then=UNKNOWN)],
    "eligible.bvb_group": [
        e(then=YES),
        e(then=YES, **of(R.ASYLUM_PERMISSION)),
        e(then=UNKNOWN, **of(R.TOLERATION_60B)),
        e(then=UNKNOWN, **of(R.PERMIT_25_2)),
    ],
    "eligible.bvb_stay_9_months": [
        *stay(
            date(2024, 11, 30), date(2025, 8, 29), date(2025, 8, 30), R.TOLERATION_60A, R.ASYLUM_PERMISSION
        ),
        e(entered(date(2019, 7, 31)), then=None),
        e(entered(date(2019, 8, 1)), then=YES),
    ],
    "eligible.bvb_stay_3_months": [
        e(entered(date(2019, 7, 31)), on=date(2020, 1, 1), then=YES, **of(R.TOLERATION_60A, None)),
        e(entered(date(2019, 8, 1)), then=None),
        e(then=UNKNOWN),
    ],
    "eligible.bvb_stay_15_months": stay(
        date(2024, 5, 31), date(2025, 8, 30), date(2025, 8, 31), R.ASYLUM_PERMISSION, R.TOLERATION_60A
    ),
    "eligible.bvb_knowledge": [e(then=UNKNOWN)],
    "eligible.bab_group": [
        e(then=YES),
        e(then=NO, **of(R.ASYLUM_PERMISSION)),
        e(then=UNKNOWN, **of(R.PERMIT_25_2)),
    ],
    "eligible.bab_stay_15_months": stay(
        date(2024, 5, 31), date(2025, 8, 30), date(2025, 8, 31), R.TOLERATION_60A, R.ASYLUM_PERMISSION
    ),
    "eligible.bafoeg_group": [e(then=YES), e(then=UNKNOWN, **of(R.ASYLUM_PERMISSION))],
    "eligible.bafoeg_stay_15_months": stay(
        date(2024, 5, 31), date(2025, 8, 30), date(2025, 8, 31), R.TOLERATION_60A, R.PERMIT_25_2
    ),
    "eligible.course_group": [
        *(e(then=YES, **of(kind)) for kind in TITLES),
        e(then=UNKNOWN),
        e(then=UNKNOWN, **of(R.ASYLUM_PERMISSION)),
    ],
    "eligible.course_first_year": [
        *(e(on=date(2026, 1, 10), then=YES, **of(kind)) for kind in TITLES),
        *(e(on=date(2026, 1, 11), then=NO, **of(kind)) for kind in TITLES),
        e(then=UNKNOWN, **of(R.PERMIT_25_2, None)),
        e(then=None, **of(R.PERMIT_25_3)),
    ],
    **{
        f"eligible.{way}_tolerated_3_months": [
            e(on=date(2025, 4, 9), then=NO),
            e(on=date(2025, 4, 10), then=YES),
            e(then=None, **of(R.PERMIT_25_2)),
            e(then=UNKNOWN, **of(R.TOLERATION_60A, None)),
            e(
                RecordTolerationSince(occurred_on=DAY, tolerated_since=date(2025, 3, 2)),
                then=YES,
                **of(R.TOLERATION_60A, None),
            ),
            e(on=date(2030, 1, 10), then=UNKNOWN),
            e(changed(date(2025, 9, 1), R.TOLERATION_60B), then=YES),
        ]
        for way in ("60c", "16g")
    },
    "eligible.60c_group": [
        e(then=YES),
        e(then=YES, **of(R.TOLERATION_60B)),
        e(then=UNKNOWN, **of(R.ASYLUM_PERMISSION)),
    ],
    "eligible.16g_group": [
        e(then=YES),
        e(then=YES, **of(R.TRAINING_TOLERATION_60C)),
        e(then=UNKNOWN, **of(R.TOLERATION_60B)),
        e(on=date(2024, 2, 29), then=None),
    ],
    "eligible.60c_window": WINDOW,
    "eligible.16g_window": WINDOW,
    **{
        f"eligible.{way}_identity_{rule}": identity(*days)
        for way in ("60c", "16g")
        for rule, days in {
            "until_application": (date(2016, 12, 31), date(2025, 5, 1), None),
            "until_mid_2020": (date(2017, 1, 1), date(2020, 6, 30), date(2020, 7, 1)),
            "within_6_months": (date(2024, 8, 31), date(2025, 2, 28), date(2025, 3, 1)),
        }.items()
    },
    "eligible.work_group": [
        e(then=YES),
        e(then=NO, **of(R.TOLERATION_60B)),
        e(then=UNKNOWN, **of(R.ASYLUM_PERMISSION)),
    ],
    "eligible.work_stay_3_months": stay(
        date(2024, 11, 30), date(2025, 2, 27), date(2025, 2, 28), R.TOLERATION_60A, R.TOLERATION_60B
    ),
    "eligible.work_no_ban": personal(P.EMPLOYMENT_BAN, NO),
}


@pytest.mark.parametrize(
    ("rule_id", "example"),
    [(rule_id, example) for rule_id, examples in EXAMPLES.items() for example in examples],
    ids=[f"{rule_id}-{n}" for rule_id, examples in EXAMPLES.items() for n in range(len(examples))],
)
def test_a_rule_says_what_its_source_says(rule_id: str, example: Example) -> None:
    """And where the source is silent or a fact is missing, that it cannot be decided; never a guess."""
    a_year_of_status = {"residence": status(), **example.opening}
    case = case_of(*example.commands, **a_year_of_status).state
    assert says(rule_id, case, example.day) is example.expected


def test_every_rule_of_eligibility_is_tested_for_every_answer_it_can_give() -> None:
    """A rule without an example fails here, and so does one whose yes or no nobody has seen."""
    assert EXAMPLES.keys() == {rule.id for rule in RULES}
    for rule in RULES:
        seen = {example.expected for example in EXAMPLES[rule.id]}
        possible = {UNKNOWN}
        if rule.yes or rule.check or not rule.period.is_zero or rule.looks_at.value in ("age", "identity"):
            possible.add(YES)
        if rule.no or rule.check or (rule.looks_at.value in ("age", "stay", "tolerated", "title_held")):
            possible.add(NO)
        if rule.id == "eligible.bvb_stay_3_months":
            possible.discard(
                NO
            )  # whoever entered before August 2019 has stayed for longer than the rule is dated
        if rule.id in ("eligible.f3_school_leaving",):
            possible.discard(NO)
        assert possible <= seen, rule.id


def test_a_time_under_60b_does_not_count_and_says_so() -> None:
    """§ 60b (5): the count is no at once, and another status is what would turn it."""
    case = case_of(changed(date(2025, 4, 20), R.TOLERATION_60B), residence=status()).state
    (rule,) = [rule for rule in RULES if rule.id == "eligible.60c_tolerated_3_months"]
    before, found = find(rule, case, date(2025, 4, 19)), find(rule, case, date(2025, 4, 20))
    assert before is not None
    assert found is not None
    assert (before.verdict, found.verdict, found.turned_by) == (YES, NO, TurningEvent.STATUS_CHANGE)


def test_three_months_of_toleration_are_reached_on_the_day_the_issue_is_all_about() -> None:
    """Tolerated since 14 December: no until 13 March, yes from 14 March, and the line says so."""
    case = case_of(residence=status(since=date(2024, 12, 14)))
    judgement = judged(case, S.TRAINING_TOLERATION, date(2025, 3, 13))
    (finding,) = [f for f in judgement.findings if f.rule.id == "eligible.60c_tolerated_3_months"]
    assert (finding.verdict, finding.turns_on, finding.version) == (NO, date(2025, 3, 14), 1)
    assert finding.fact.de == "Duldung ohne Lücke seit 14.12.2024 + 3 Monate = 14.03.2025"


def test_everything_known_and_nothing_against_it_is_a_yes_with_its_entries() -> None:
    """Each finding names the entry that says its fact."""
    file = case_of(*ALL_CHECKED, residence=status())
    judgement = judged(file, S.F3)
    assert judgement.verdict is YES
    assert judgement.against == ()
    assert {finding.rule.id: finding.version for finding in judgement.findings} == {
        "eligible.age": 1,
        "eligible.target_group": 1,
        "eligible.other_benefits_second": 6,
        "eligible.no_state_facility": 2,
        "eligible.not_excluded": 3,
        "eligible.f3_school_leaving": 7,
        "eligible.no_double_funding": 5,
    }


def test_one_no_is_enough_and_unknown_never_hides_it() -> None:
    """SGB II says no whatever else is not known; without it the unknown decides."""
    file = case_of(regime(LegalRegime.SGB_II), residence=status())
    assert judged(file, S.PROGRAMME).verdict is NO
    assert judged(case_of(residence=status()), S.PROGRAMME).verdict is UNKNOWN


def test_a_fact_found_through_an_intake_is_the_same() -> None:
    """The ground of these tests opens cases only; a whole intake gives the same answer."""
    assert judged(after_intake(), S.PROGRAMME).verdict is judged(case_of(), S.PROGRAMME).verdict
    assert judged(a_case(clarified()), S.TRAINING_PERMIT).verdict is UNKNOWN


def test_a_check_is_recorded_once_and_a_new_word_counts() -> None:
    """What is so already records nothing; the latest word is the one that counts, with its entry."""
    file = case_of(check(P.STATE_FACILITY, True))
    assert file.when(check(P.STATE_FACILITY, True)) == ()
    assert file.when(check(P.STATE_FACILITY, False)) == (
        PersonalCheckRecorded(occurred_on=DAY, check=P.STATE_FACILITY, holds=False),
    )
    recorded = file.state.eligibility.checked(P.STATE_FACILITY)
    assert recorded is not None
    assert (recorded.holds, recorded.version) == (False, 3)
