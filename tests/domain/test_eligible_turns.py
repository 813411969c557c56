"""What would turn an answer: the day computed is the day a day-by-day search finds, for any case; and wake me then."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.agenda import agenda
from domain.assessment import AssessmentRecorded
from domain.case import decide
from domain.case_state import CaseState
from domain.changes import ChangeLegalRegime, ChangeResidenceStatus
from domain.closing import ReopenCase
from domain.eligible.judging import judge, turn_after, verdict_on
from domain.eligible.rechecks import recheck_date
from domain.eligible.recording import (
    AskForRecheck,
    EligibilityRechecked,
    Recheck,
    RecheckAsked,
    RecheckTakenBack,
    RecordPersonalCheck,
    TakeBackRecheck,
)
from domain.eligible.rule import EligibilitySubject, PersonalCheck, TurningEvent, Verdict
from domain.hold import HoldCase, HoldReason
from domain.legal_facts import RecordEntryToGermany, RecordIdentityClarification, RecordTolerationSince
from domain.path import parse_path
from domain.person import Residence
from domain.projections.agenda_entries import AGENDA_ENTRIES
from domain.reminders import ReminderIssued, Wake
from domain.replacing import replace
from domain.values import BirthDatePrecision, LegalRegime, ResidenceStatus, SchoolLeaving
from domain.waking import morning_of, next_wake
from tests.domain.eligible_ground import ALL_CHECKED, DAY, RULES, S, case_of, judged, regime, school
from tests.domain.ground import LAW, PATH_FILE, CaseFile, closing, durchstarten, open_case, rule_of, terms
from tests.domain.law_ground import entered, status

DAYS = st.dates(date(2024, 1, 1), date(2026, 12, 31))
HORIZON = 2 * 366
ONE_DAY = timedelta(1)
ASKED = date(2025, 3, 10)


@st.composite
def any_residence(draw: st.DrawFn) -> Residence:
    """A status, with or without a begin and an end, in this order."""
    since, until = draw(st.none() | DAYS), draw(st.none() | DAYS)
    if since is not None and until is not None and until < since:
        since, until = until, since
    return Residence(status=draw(st.sampled_from(ResidenceStatus)), valid_from=since, valid_until=until)


@st.composite
def any_case(draw: st.DrawFn) -> CaseState:
    """A case with facts of all kinds, known or not; what contradicts itself is refused and left out."""
    file = CaseFile(today=date(2029, 6, 29)).done(
        open_case(
            birth_date=draw(st.none() | st.dates(date(1994, 1, 1), date(2010, 12, 31))),
            birth_date_precision=draw(st.sampled_from(BirthDatePrecision)),
            residence=draw(any_residence()),
            legal_regime=draw(st.sampled_from(LegalRegime)),
        )
    )
    on = date(2028, 1, 3)
    recorded = st.one_of(
        st.builds(RecordEntryToGermany, occurred_on=st.just(on), entered_on=DAYS),
        st.builds(RecordTolerationSince, occurred_on=st.just(on), tolerated_since=DAYS),
        st.builds(RecordIdentityClarification, occurred_on=st.just(on), reached_on=DAYS),
        st.builds(RecordPersonalCheck, occurred_on=st.just(on)),
        st.builds(ChangeLegalRegime, occurred_on=st.just(on)),
        st.builds(ChangeResidenceStatus, occurred_on=st.just(on), residence=any_residence()),
    )
    for command in draw(st.lists(recorded, max_size=8)):
        file.when(command)
    return file.state


@pytest.mark.thorough
@settings(max_examples=60, deadline=None)
@given(any_case(), st.sampled_from(EligibilitySubject), DAYS, st.booleans())
def test_the_day_computed_is_the_first_day_on_which_the_answer_is_another(
    case: CaseState, subject: EligibilitySubject, day: date, by_month: bool
) -> None:
    """Against asking day by day for two years; nothing but time passes."""
    now = verdict_on(case, subject, day, RULES, by_month=by_month)
    naive = None
    for ahead in range(1, HORIZON):
        later = day + ahead * ONE_DAY
        if verdict_on(case, subject, later, RULES, by_month=by_month) is not now:
            naive = later
            break
    turn = turn_after(case, subject, day, RULES, by_month=by_month)
    if turn is None or turn.on >= day + HORIZON * ONE_DAY:
        assert naive is None
    else:
        assert naive == turn.on
        assert turn.to is verdict_on(case, subject, turn.on, RULES, by_month=by_month)


@pytest.mark.thorough
@settings(max_examples=60, deadline=None)
@given(any_case(), st.sampled_from(EligibilitySubject), DAYS)
def test_every_finding_turns_on_the_day_its_own_rule_does(
    case: CaseState, subject: EligibilitySubject, day: date
) -> None:
    """Rule by rule, against asking day by day; and what is no yes says a day or an event that would turn it."""
    judgement = judge(case, subject, day, RULES)
    for finding in judgement.findings:
        if finding.verdict is not Verdict.YES:
            assert finding.turns_on is not None or finding.turned_by is not None
        if finding.turns_on is None or finding.turns_on > day + 1_000 * ONE_DAY:
            continue
        said = [
            next(
                (f.verdict for f in judge(case, subject, on, RULES).findings if f.rule is finding.rule), None
            )
            for on in (finding.turns_on - ONE_DAY, finding.turns_on)
        ]
        assert said[0] is finding.verdict
        assert said[1] is not finding.verdict
        assert said[1] is finding.turns_to


@pytest.mark.parametrize(
    ("commands", "opening", "rule_id", "event"),
    [
        ((), {}, "eligible.other_benefits_second", TurningEvent.REGIME_RECORDED),
        ((regime(LegalRegime.SGB_II),), {}, "eligible.other_benefits_second", TurningEvent.REGIME_CHANGE),
        ((), {"birth_date": None}, "eligible.age", TurningEvent.BIRTH_DATE_RECORDED),
        ((), {"birth_date": date(1990, 1, 1)}, "eligible.age", TurningEvent.EXCEPTION),
        ((), {"birth_date": date(2010, 1, 1)}, "eligible.age", None),
        ((), {}, "eligible.no_state_facility", TurningEvent.CHECK_RECORDED),
        (
            (RecordPersonalCheck(occurred_on=ASKED, check=PersonalCheck.STATE_FACILITY, holds=True),),
            {},
            "eligible.no_state_facility",
            TurningEvent.CHECK_CHANGES,
        ),
        (
            (),
            {"residence": status(ResidenceStatus.UNKNOWN)},
            "eligible.target_group",
            TurningEvent.STATUS_RECORDED,
        ),
        (
            (),
            {"residence": status(ResidenceStatus.GERMAN)},
            "eligible.target_group",
            TurningEvent.CHECK_RECORDED,
        ),
    ],
)
def test_what_is_no_yes_names_the_event_that_would_turn_it(
    commands: tuple[Any, ...], opening: dict[str, Any], rule_id: str, event: TurningEvent | None
) -> None:
    """A missing fact to record, a change, or nothing but an exception; who is too young needs time only."""
    judgement = judged(case_of(*commands, **opening), S.PROGRAMME, ASKED)
    (finding,) = [f for f in judgement.findings if f.rule.id == rule_id]
    assert finding.verdict is not Verdict.YES
    assert finding.turned_by is event


# ------------------------------------------------------------- wake me then


def waiting(**opening: Any) -> CaseFile:
    """Tolerated since 14 December 2024; woken for § 60c, where the identity and a contract stay unknown."""
    values = {"residence": status(since=date(2024, 12, 14)), **opening}
    return case_of(entered(date(2016, 5, 1)), today=date(2025, 6, 2), **values).done(
        AskForRecheck(occurred_on=ASKED, subject=S.TRAINING_TOLERATION)
    )


def recheck_dues(file: CaseFile) -> list[tuple[date, str]]:
    """The re-checks in the agenda."""
    return [(due.due_on, due.reference) for due in file.agenda() if due.rule == "eligibility.recheck"]


def test_who_asks_to_be_woken_has_a_date_in_the_agenda_that_explains_itself() -> None:
    """No until 13 March 2025; from 14 March on it is not known, for the identity is not recorded."""
    file = waiting()
    (due,) = [due for due in file.agenda() if due.rule == "eligibility.recheck"]
    assert (due.due_on, due.suspended, due.statutory) == (date(2025, 3, 14), False, True)
    assert due.line_de == (
        "Ausbildungsduldung (§ 60c AufenthG): bisher nein, ab 14.03.2025 nicht entscheidbar "
        "(§ 60c: drei Monate Duldung (Zeiten nach § 60b zählen nicht))"
    )
    assert [reminder.on for reminder in due.reminders] == [date(2025, 3, 14)]
    t = terms(date(2025, 3, 11))
    assert next_wake(file.state, file.agenda(), t.now) == morning_of(date(2025, 3, 14))


def test_on_that_morning_the_case_checks_again_reminds_and_is_done() -> None:
    """Once: the next wake finds nothing to do. The evening before it does nothing either."""
    file = waiting()
    assert file.when(Wake(occurred_on=date(2025, 3, 13)), on=date(2025, 3, 13)) == ()
    issued, rechecked = [
        event
        for event in file.when(Wake(occurred_on=date(2025, 3, 14)), on=date(2025, 3, 14))  # type: ignore[union-attr] # accepted
        if "recheck" in str(getattr(event, "rule", "recheck"))
    ]
    assert isinstance(issued, ReminderIssued)
    assert isinstance(rechecked, EligibilityRechecked)
    assert (rechecked.subject, rechecked.before, rechecked.after) == (
        S.TRAINING_TOLERATION,
        Verdict.NO,
        Verdict.UNKNOWN,
    )
    assert {(used.rule, used.verdict) for used in rechecked.rules_used} == {
        ("eligible.60c_group", Verdict.YES),
        ("eligible.60c_tolerated_3_months", Verdict.YES),
        ("eligible.60c_window", Verdict.UNKNOWN),
        ("eligible.60c_identity_until_application", Verdict.UNKNOWN),
    }
    assert recheck_dues(file) == []
    assert file.when(Wake(occurred_on=date(2025, 3, 14)), on=date(2025, 3, 14)) == ()


def test_a_wake_on_a_holiday_waits_for_the_next_working_day() -> None:
    """8 June 2025 is Whit Sunday: reminder and re-check come on Tuesday, both on the same day."""
    file = waiting(residence=status(since=date(2025, 3, 8)))
    assert recheck_dues(file) == [(date(2025, 6, 10), "training_toleration")]
    for day, count in ((date(2025, 6, 8), 0), (date(2025, 6, 9), 0), (date(2025, 6, 10), 1)):
        events = file.when(Wake(occurred_on=day), on=day)
        assert sum(isinstance(event, EligibilityRechecked) for event in events) == count  # type: ignore[union-attr] # accepted


def test_the_day_moves_with_the_facts_and_vanishes_with_them() -> None:
    """An earlier toleration moves it, another status that never turns by time takes it away."""
    file = waiting(residence=status(since=date(2025, 2, 3)))
    assert recheck_dues(file) == [(date(2025, 5, 5), "training_toleration")]
    file.done(RecordTolerationSince(occurred_on=ASKED, tolerated_since=date(2025, 1, 22)))
    assert recheck_dues(file) == [(date(2025, 4, 22), "training_toleration")]
    file.done(
        ChangeResidenceStatus(
            occurred_on=date(2025, 3, 12),
            residence=status(ResidenceStatus.TOLERATION_60B, since=date(2025, 3, 12), until=None),
        )
    )
    assert recheck_dues(file) == []


def test_facts_that_turn_the_answer_before_its_day_wake_at_once() -> None:
    """The toleration was longer than was known: the answer has turned already."""
    file = waiting(residence=status(since=date(2025, 2, 1)))
    file.done(RecordTolerationSince(occurred_on=date(2025, 3, 20), tolerated_since=date(2024, 11, 2)))
    ((due_on, _),) = recheck_dues(file)
    assert due_on <= date(2025, 3, 20)
    events = file.when(Wake(occurred_on=date(2025, 3, 20)), on=date(2025, 3, 20))
    assert any(isinstance(event, EligibilityRechecked) for event in events)  # type: ignore[union-attr] # accepted


def test_a_hold_does_not_stop_it_and_a_closed_case_has_none() -> None:
    """Time that makes somebody fit runs on while a case rests; reopened, the wish stands again."""
    file = waiting().done(
        HoldCase(
            occurred_on=date(2025, 3, 11),
            ground=HoldReason.ILLNESS,
            until=date(2025, 5, 30),
        )
    )
    assert recheck_dues(file) == [(date(2025, 3, 14), "training_toleration")]
    closed = waiting().done(closing(date(2025, 3, 12)))
    assert recheck_dues(closed) == []
    closed.done(ReopenCase(occurred_on=date(2025, 3, 13), reason="Kommt wieder"))
    assert recheck_dues(closed) == [(date(2025, 3, 14), "training_toleration")]


def test_asking_twice_records_one_wish_and_taking_it_back_ends_it() -> None:
    """What is so already records nothing."""
    file = waiting()
    again = AskForRecheck(occurred_on=date(2025, 3, 11), subject=S.TRAINING_TOLERATION)
    assert file.when(again) == ()
    assert [type(entry.event) for entry in file.history[-1:]] == [RecheckAsked]
    back = TakeBackRecheck(occurred_on=date(2025, 3, 12), subject=S.TRAINING_TOLERATION)
    assert file.when(back) == (
        RecheckTakenBack(occurred_on=date(2025, 3, 12), subject=S.TRAINING_TOLERATION),
    )
    assert file.when(back) == ()
    assert recheck_dues(file) == []


def test_what_time_does_not_turn_cannot_be_waited_for() -> None:
    """Under SGB II nothing but an event turns the answer; the refusal says so. A path may know no re-check at all."""
    file = case_of(regime(LegalRegime.SGB_II), residence=status(until=None))
    ask = AskForRecheck(occurred_on=date(2025, 6, 2), subject=S.F4)
    assert rule_of(file.when(ask)) == "eligibility.nothing_turns_it"
    text = PATH_FILE.read_text("utf-8")
    start = text.index('[[deadlines]]\nrule = "eligibility.recheck"')
    without = parse_path(text[:start] + text[text.index("[[deadlines]]", start + 5) :])
    decision = decide(ask, case_of().state, replace(terms(), path=without))
    assert rule_of(decision) == "eligibility.no_recheck_in_path"
    state = waiting().state
    t = terms(ASKED)
    assert all(due.rule != "eligibility.recheck" for due in agenda(state, without, t.calendar, t.law))


def test_who_comes_of_age_is_woken_in_the_next_month_so_that_no_date_tells_the_birthday() -> None:
    """Born on any day of June 2007: woken on 1 July 2025, whichever day it was; the page shows the exact day."""
    for day in (1, 15, 30):
        born = date(2007, 6, day)
        file = case_of(*ALL_CHECKED, today=date(2025, 12, 30), birth_date=born, residence=status())
        assert judged(file, S.F1, date(2025, 5, 30)).findings[0].turns_on == date(2025, 6, day)
        file.done(AskForRecheck(occurred_on=date(2025, 6, 2), subject=S.F1))
        expected = [(date(2025, 7, 1), "F1")] if day > 2 else [(date(2030, 1, 10), "F1")]
        assert recheck_dues(file) == expected


@pytest.mark.thorough
@settings(max_examples=60, deadline=None)
@given(any_case(), st.sampled_from(EligibilitySubject), DAYS)
def test_whoever_is_woken_finds_another_answer(
    case: CaseState, subject: EligibilitySubject, day: date
) -> None:
    """On unchanged facts, the exact answer of the day one is woken differs from the one asked on; and none was missed.

    Only an age may have turned since the birthday, at most until the first of the next month.
    """
    answer = verdict_on(case, subject, day, RULES)
    found = recheck_date(case, Recheck(subject=subject, asked_on=day, answer=answer, version=1), RULES)
    exact = turn_after(case, subject, day, RULES)
    if found is None:
        assert (
            exact is None
            or exact.on - day > HORIZON * ONE_DAY
            or _turns_back(case, subject, exact.on, answer)
        )
        return
    assert exact is not None
    assert exact.on <= found.due_on
    assert found.due_on <= exact.on + 31 * ONE_DAY or _turns_back(case, subject, exact.on, answer)
    assert verdict_on(case, subject, found.due_on, RULES) is not answer


def _turns_back(case: CaseState, subject: EligibilitySubject, turned_on: date, answer: Verdict) -> bool:
    """Whether the answer was the old one again by the first of the next month."""
    return any(
        verdict_on(case, subject, turned_on + ahead * ONE_DAY, RULES) is answer for ahead in range(1, 32)
    )


def test_the_rules_of_the_tests_are_those_of_the_house() -> None:
    """The ground bundles path and law as the engine does."""
    assert (*durchstarten().eligibility, *LAW.eligibility) == RULES


def test_an_assessment_moves_a_recheck_so_the_list_of_dates_takes_it_in() -> None:
    """With the school leaving known the answer on F3 has turned: at once, and not when the status ends."""
    file = case_of(*ALL_CHECKED[:-1], residence=status()).done(AskForRecheck(occurred_on=DAY, subject=S.F3))
    assert recheck_dues(file)[0][0].year == 2031
    file.done(school(SchoolLeaving.NONE, on=date(2025, 6, 3)))
    assert recheck_dues(file) == [(date(2025, 6, 3), "F3")]
    assert {
        AssessmentRecorded,
        RecheckAsked,
        RecheckTakenBack,
        EligibilityRechecked,
    } <= AGENDA_ENTRIES.handles
