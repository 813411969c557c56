"""Repeated measures: what counts, what does not, the window, and the answer that settles a hint until another joins."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from itertools import combinations
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.path_files import load_paths
from domain.agenda import agenda
from domain.ausbildung import AusbildungStarted
from domain.case import decide_on_history
from domain.case_hints import case_hints
from domain.corrections import CorrectEntry
from domain.course import CourseAbandoned, CourseFinished, CourseStarted
from domain.participation import AbandonReason, CourseCertificate
from domain.path import InvalidPath, RepetitionRule, parse_path
from domain.repetition import (
    MeasureVerdict,
    RepetitionAnswerCode,
    RepetitionHint,
    assessed_measures,
    repetition_hints,
)
from domain.repetition_answer import AnswerRepetitionHint, RepetitionHintAnswered
from domain.replacing import replace
from domain.seat_request import SeatOffered
from domain.values import LanguageLevel, NotStated, NotStatedReason, OfferKind, SchoolLeaving
from tests.domain.ground import (
    PATH_FILE,
    CaseFile,
    durchstarten,
    only,
    rule_of,
    seat_offer,
    seat_requested,
    terms,
)
from tests.domain.measures_ground import RULE, Lived, case_with, seat, training_begun

FIRST = date(2025, 5, 5)
TODAY = date(2029, 12, 28)


def hints(file: CaseFile, rule: RepetitionRule = RULE) -> tuple[RepetitionHint, ...]:
    """The hints of a case."""
    case = file.state
    return repetition_hints(case.course, case.ausbildung, case.repetition_answers, rule)


def twice(second: date, **changes: Any) -> CaseFile:
    """Two measures without gain, the second begun on ``second``."""
    return case_with(
        (
            Lived(number=1, entered_on=FIRST, left_on=FIRST + timedelta(days=60)),
            replace_lived(Lived(number=2, entered_on=second, left_on=second + timedelta(days=60)), **changes),
        )
    )


def replace_lived(lived: Lived, **changes: Any) -> Lived:
    """``lived`` with changes."""
    return Lived(**(vars(lived) | changes))


# -------------------------------------------------------------------- window


@pytest.mark.parametrize(
    ("second", "hinted"),
    [
        (date(2025, 7, 5), True),
        (date(2027, 5, 4), True),
        (date(2027, 5, 5), True),  # the last day of 24 months after 5 May 2025
        (date(2027, 5, 6), False),
        (date(2029, 5, 5), False),
    ],
)
def test_the_second_measure_begins_at_most_the_months_of_the_path_after_the_first(
    second: date, hinted: bool
) -> None:
    assert bool(hints(twice(second))) is hinted


def test_a_window_that_ends_in_a_short_month_ends_with_its_last_day() -> None:
    one_month = replace(RULE, months=1)
    first = Lived(number=1, entered_on=date(2026, 1, 31), left_on=date(2026, 2, 1))
    for day, hinted in ((date(2026, 2, 28), True), (date(2026, 3, 1), False)):
        second = Lived(number=2, entered_on=day, left_on=date(2026, 3, 31))
        assert bool(hints(case_with((first, second)), one_month)) is hinted


@pytest.mark.parametrize(("measures", "hinted"), [(2, True), (3, True), (4, False), (20, False)])
def test_as_many_measures_as_the_path_says_make_a_hint(measures: int, hinted: bool) -> None:
    three = case_with(
        Lived(
            number=n, entered_on=FIRST + timedelta(days=90 * n), left_on=FIRST + timedelta(days=90 * n + 30)
        )
        for n in range(3)
    )
    assert bool(hints(three, replace(RULE, measures=measures))) is hinted


def test_measures_far_apart_do_not_join_those_that_repeat() -> None:
    starts = (date(2020, 1, 1), date(2025, 5, 5), date(2026, 5, 5))
    lived = [
        Lived(number=n, entered_on=day, left_on=day + timedelta(days=30)) for n, day in enumerate(starts)
    ]
    [hint] = hints(case_with(lived))
    assert hint.repeated == (seat(1), seat(2))
    assert hint.reached_on == date(2026, 6, 4)


# ------------------------------------------------------------------ verdicts


@pytest.mark.parametrize("ground", AbandonReason)
def test_illness_parental_leave_and_the_providers_cancellation_never_count(ground: AbandonReason) -> None:
    """Neither does who left for Ausbildung or work; every other ground counts."""
    excused = {AbandonReason.ILLNESS, AbandonReason.PARENTAL_LEAVE, AbandonReason.CANCELLED_BY_PROVIDER}
    led_on = {AbandonReason.WORK_STARTED, AbandonReason.AUSBILDUNG_STARTED}
    file = twice(date(2025, 9, 1), abandoned=ground)
    assert bool(hints(file)) is (ground not in excused | led_on)
    verdict = assessed_measures(file.state.course, file.state.ausbildung, RULE)[1].verdict
    expected = MeasureVerdict.EXCUSED if ground in excused else MeasureVerdict.COUNTS
    assert verdict is (MeasureVerdict.LED_ON if ground in led_on else expected)


NOT_STATED = NotStated(not_stated=NotStatedReason.NOT_PROVEN)


@pytest.mark.parametrize(
    ("gained", "verdict"),
    [
        ({"certificate": CourseCertificate.NONE}, MeasureVerdict.COUNTS),
        ({"certificate": CourseCertificate.ATTENDANCE}, MeasureVerdict.COUNTS),
        ({"certificate": CourseCertificate.LANGUAGE_CERTIFICATE}, MeasureVerdict.GAINED),
        ({"certificate": CourseCertificate.SCHOOL_LEAVING}, MeasureVerdict.GAINED),
        ({"certificate": CourseCertificate.QUALIFICATION}, MeasureVerdict.GAINED),
        ({"level_gained": LanguageLevel.A1}, MeasureVerdict.GAINED),
        ({"level_gained": NOT_STATED}, MeasureVerdict.COUNTS),
        ({"school_leaving_gained": SchoolLeaving.HSA_9}, MeasureVerdict.GAINED),
        ({"school_leaving_gained": SchoolLeaving.NONE}, MeasureVerdict.COUNTS),
        ({"school_leaving_gained": NOT_STATED}, MeasureVerdict.COUNTS),
        ({"left_on": None}, MeasureVerdict.STILL_RUNNING),
        ({"entered_on": None, "left_on": None}, MeasureVerdict.NOT_STARTED),
        ({"kind": None}, MeasureVerdict.KIND_NOT_TOLD),
    ],
)
def test_a_measure_counts_when_it_ended_without_certificate_and_without_a_level(
    gained: dict[str, Any], verdict: MeasureVerdict
) -> None:
    file = twice(date(2025, 9, 1), **gained)
    assert assessed_measures(file.state.course, file.state.ausbildung, RULE)[1].verdict is verdict
    assert bool(hints(file)) is (verdict is MeasureVerdict.COUNTS)


@pytest.mark.parametrize(
    ("first", "second", "hinted"),
    [
        ((OfferKind.LANGUAGE, LanguageLevel.B1), (OfferKind.LANGUAGE, LanguageLevel.B1), True),
        ((OfferKind.LANGUAGE, LanguageLevel.A2), (OfferKind.LANGUAGE, LanguageLevel.B1), False),
        ((OfferKind.LANGUAGE, None), (OfferKind.LANGUAGE, None), True),
        ((OfferKind.PREPARATION, LanguageLevel.A2), (OfferKind.PREPARATION, LanguageLevel.B1), True),
        ((OfferKind.PREPARATION, None), (OfferKind.COACHING, None), False),
    ],
)
def test_language_courses_are_of_one_kind_only_when_they_lead_to_the_same_level(
    first: tuple[OfferKind, LanguageLevel | None],
    second: tuple[OfferKind, LanguageLevel | None],
    hinted: bool,
) -> None:
    days = (FIRST, date(2025, 9, 1))
    lived = [
        Lived(number=n, entered_on=day, left_on=day + timedelta(days=30), kind=kind, level=level)
        for n, (day, (kind, level)) in enumerate(zip(days, (first, second), strict=True))
    ]
    assert bool(hints(case_with(lived))) is hinted


@pytest.mark.parametrize(("begun_on", "hinted"), [(date(2025, 8, 31), True), (date(2025, 9, 1), False)])
def test_a_measure_that_an_ausbildung_followed_does_not_count(begun_on: date, hinted: bool) -> None:
    """From the day on which the measure itself began; an Ausbildung before it does not excuse it."""
    file = case_with(
        Lived(number=n, entered_on=day, left_on=day + timedelta(days=90))
        for n, day in enumerate((date(2025, 9, 1), date(2026, 3, 1)))
    )
    file.given(*training_begun(begun_on))
    assert bool(hints(file)) is hinted


def test_a_hint_shows_the_entries_behind_every_measure() -> None:
    file = twice(date(2025, 9, 1))
    [hint] = hints(file)
    events = {entry.version: entry.event for entry in file.history}
    for measure in hint.measures:
        entered, left = measure.entries
        assert isinstance(events[entered], CourseStarted)
        assert isinstance(events[left], CourseFinished)


# ----------------------------------------------------- naive recomputation


def naive(file: CaseFile, rule: RepetitionRule) -> dict[tuple[str, str | None], set[UUID]]:
    """Kind and level → participations, from the entries alone and over all combinations of them."""
    found: dict[UUID, dict[str, Any]] = {}
    ausbildung = []
    for entry in file.history:
        match event := entry.event:
            case SeatOffered():
                found[event.participation_id] = {"kind": event.kind, "level": event.level}
            case CourseStarted():
                found[event.participation_id]["from"] = event.occurred_on
            case CourseFinished():
                gain = (
                    event.certificate.value not in ("none", "attendance")
                    or type(event.level_gained) is LanguageLevel
                    or (event.school_leaving_gained in set(SchoolLeaving) - {SchoolLeaving.NONE})
                )
                found[event.participation_id]["done"] = not gain
            case CourseAbandoned():
                found[event.participation_id]["done"] = event.ground not in rule.excused | rule.led_on
            case AusbildungStarted():
                ausbildung.append(event.occurred_on)
            case _:
                pass
    counting = {
        key: measure
        for key, measure in found.items()
        if measure.get("done")
        and measure["kind"] is not None
        and not any(day >= measure["from"] for day in ausbildung)
    }
    repeated: dict[tuple[str, str | None], set[UUID]] = {}
    for some in combinations(counting, rule.measures):
        kinds = {
            (m["kind"].value, m["level"] if m["kind"].value == "language" else None)
            for m in (counting[key] for key in some)
        }
        days = sorted(counting[key]["from"] for key in some)
        if len(kinds) == 1 and days[-1] <= months_later(days[0], rule.months):
            repeated.setdefault(kinds.pop(), set()).update(some)
    return repeated


def months_later(day: date, months: int) -> date:
    """The same day of a later month, or its last day."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


LIVED = st.builds(
    lambda start, days, **rest: {
        "entered_on": date(2024, 1, 1) + timedelta(days=start),
        "left_on": None if days is None else date(2024, 1, 1) + timedelta(days=start + days),
        **rest,
    },
    start=st.integers(0, 1_600),
    days=st.one_of(st.none(), st.integers(0, 200)),
    kind=st.sampled_from([None, OfferKind.LANGUAGE, OfferKind.LANGUAGE, OfferKind.PREPARATION]),
    level=st.sampled_from([None, LanguageLevel.A2, LanguageLevel.B1]),
    certificate=st.sampled_from([CourseCertificate.NONE, CourseCertificate.ATTENDANCE, *CourseCertificate]),
    level_gained=st.sampled_from([None, None, NOT_STATED, LanguageLevel.B1]),
    school_leaving_gained=st.sampled_from([None, None, NOT_STATED, *SchoolLeaving]),
    abandoned=st.sampled_from([None, None, *AbandonReason]),
)


@given(
    st.lists(LIVED, max_size=7),
    st.integers(2, 4),
    st.sampled_from([1, 6, 12, 24]),
    st.one_of(st.none(), st.dates(date(2024, 1, 1), date(2028, 1, 1))),
)
def test_the_hints_are_those_of_a_naive_recomputation_from_the_entries(
    lived: list[dict[str, Any]], measures: int, months: int, ausbildung: date | None
) -> None:
    file = case_with(Lived(number=n, **one) for n, one in enumerate(lived))
    if ausbildung is not None:
        file.given(*training_begun(ausbildung))
    rule = replace(RULE, measures=measures, months=months)
    found = {
        (hint.kind.value, hint.level.value if hint.level else None): set(hint.repeated)
        for hint in hints(file, rule)
    }
    assert found == naive(file, rule)


# -------------------------------------------------------------------- answer


def answer(*participations: int, **changes: Any) -> AnswerRepetitionHint:
    """An answer for language courses to B1."""
    values: dict[str, Any] = {
        "occurred_on": date(2026, 1, 5),
        "kind": OfferKind.LANGUAGE,
        "level": LanguageLevel.B1,
        "participations": tuple(seat(number) for number in participations),
        "answer": RepetitionAnswerCode.OTHER_WAY_AGREED,
    }
    return AnswerRepetitionHint(**(values | changes))


def test_an_answered_hint_stays_on_record_and_is_open_no_more() -> None:
    file = twice(date(2025, 9, 1))
    assert [hint.open for hint in hints(file)] == [True]
    answered = only(file.when(answer(1, 2, remark="Jetzt Praktikum")))
    assert isinstance(answered, RepetitionHintAnswered)
    assert answered.participations == (seat(1), seat(2))
    [hint] = hints(file)
    assert not hint.open
    assert [(a.answer, a.remark) for a in hint.answers] == [
        (RepetitionAnswerCode.OTHER_WAY_AGREED, "Jetzt Praktikum")
    ]
    assert case_hints(file.state, durchstarten()).awaiting_answer == ()


def test_an_answered_hint_comes_back_when_another_repetition_joins() -> None:
    file = twice(date(2025, 9, 1)).done(answer(1, 2))
    file.given(*Lived(number=3, entered_on=date(2026, 2, 1), left_on=date(2026, 3, 1)).events())
    assert [hint.open for hint in hints(file)] == [True]
    assert rule_of(file.when(answer(1, 2, occurred_on=date(2026, 4, 1)))) == "repetition.changed"
    file.done(answer(1, 2, 3, occurred_on=date(2026, 4, 1)))
    assert [hint.open for hint in hints(file)] == [False]


def test_an_answered_hint_stays_away_when_a_measure_with_gain_joins() -> None:
    file = twice(date(2025, 9, 1)).done(answer(1, 2))
    gained = Lived(
        number=3,
        entered_on=date(2026, 2, 1),
        left_on=date(2026, 3, 1),
        certificate=CourseCertificate.LANGUAGE_CERTIFICATE,
    )
    file.given(*gained.events())
    assert [hint.open for hint in hints(file)] == [False]


def test_the_same_answer_again_records_nothing_and_another_answer_is_kept_beside_it() -> None:
    file = twice(date(2025, 9, 1)).done(answer(1, 2))
    assert file.when(answer(2, 1)) == ()
    other = answer(1, 2, answer=RepetitionAnswerCode.NOTHING_ELSE_ON_OFFER)
    assert isinstance(only(file.when(other)), RepetitionHintAnswered)
    assert [len(hint.answers) for hint in hints(file)] == [2]


@pytest.mark.parametrize(
    ("given_answer", "rule"),
    [
        (answer(1), "repetition.changed"),
        (answer(1, 2, 3), "repetition.changed"),
        (answer(), "repetition.changed"),
        (answer(1, 2, level=LanguageLevel.A2), "repetition.no_hint"),
        (answer(1, 2, kind=OfferKind.COACHING), "repetition.no_hint"),
        (answer(1, 2, answer=RepetitionAnswerCode.OTHER), "repetition.remark_missing"),
        (answer(1, 2, answer=RepetitionAnswerCode.NO_REPETITION, remark="  "), "repetition.remark_missing"),
        (answer(1, 2, occurred_on=date(2025, 10, 30)), "repetition.before_hint"),
        (answer(1, 2, occurred_on=date(2025, 10, 31)), ""),
        (answer(1, 2, answer=RepetitionAnswerCode.OTHER, remark="Umzug des Kurses"), ""),
    ],
)
def test_an_answer_names_what_the_hint_names_and_comes_after_it(
    given_answer: AnswerRepetitionHint, rule: str
) -> None:
    assert rule_of(twice(date(2025, 9, 1)).when(given_answer)) == rule


def test_a_struck_out_answer_opens_the_hint_again() -> None:
    file = twice(date(2025, 9, 1)).done(answer(1, 2))
    version = file.history[-1].version
    file.done(CorrectEntry(occurred_on=TODAY, version=version, replacement=None, reason="verklickt"))
    assert [hint.open for hint in hints(file)] == [True]


def test_a_corrected_ground_takes_the_hint_away() -> None:
    """The hint is computed from what counts now, not from what was believed when it first appeared."""
    file = twice(date(2025, 9, 1), abandoned=AbandonReason.OWN_WISH)
    entry = file.history[-1]
    assert [hint.open for hint in hints(file)] == [True]
    right = replace(entry.event, ground=AbandonReason.ILLNESS)
    file.done(CorrectEntry(occurred_on=TODAY, version=entry.version, replacement=right, reason="Attest"))
    assert hints(file) == ()


# --------------------------------------------------------------------- path


def test_a_path_that_does_not_say_when_measures_are_repeated_gives_no_hint_and_takes_no_answer() -> None:
    """The engine has no window of its own."""
    text = PATH_FILE.read_text(encoding="utf-8")
    silent = parse_path(text[: text.index("[repeated_measures]")])
    file = twice(date(2025, 9, 1))
    assert case_hints(file.state, silent).repetitions is None
    assert case_hints(file.state, silent).awaiting_answer == ()
    decision = decide_on_history(answer(1, 2), file.history, replace(terms(TODAY), path=silent))
    assert rule_of(decision) == "repetition.not_configured"


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ("months = 24", "missing 'months'"),
        ("measures = 2", "missing 'measures'"),
        ("months = 24 -> months = 0", "months is 0"),
        ("months = 24 -> months = 121", "months is 121"),
        ("measures = 2 -> measures = 1", "measures is 1"),
        ('measures = 2 -> measures = "2"', "measures is '2'"),
        ("measures = 2 -> measures = true", "measures is True"),
        ('"illness" -> "laziness"', "laziness"),
        ('"illness" -> "work_started"', "both excused and led_on"),
    ],
)
def test_a_path_with_half_a_rule_on_repetition_is_refused(wrong: str, message: str) -> None:
    old, _, new = wrong.partition(" -> ")
    text = PATH_FILE.read_text(encoding="utf-8")
    start = text.index("[repeated_measures]")
    assert old in text[start:]
    with pytest.raises(InvalidPath, match=message):
        parse_path(text[:start] + text[start:].replace(old, new, 1))


def test_the_shipped_path_says_when_measures_are_repeated_and_by_which_source() -> None:
    [path] = [path for path in load_paths() if path.id == "durchstarten"]
    assert path.repetition == replace(RULE, source=path.repetition.source if path.repetition else "")
    assert path.repetition is not None
    assert "Vorschlag" in path.repetition.source


def test_a_hint_is_no_date_and_so_in_no_reminder_and_no_list() -> None:
    """It would leave the page of the case with the first mail."""
    file, plain = twice(date(2025, 9, 1)), seat_requested().done(seat_offer())
    t = terms(TODAY)
    rules = {due.rule for due in agenda(file.state, t.path, t.calendar, t.law)}
    assert hints(file)
    assert not any("repetition" in rule or "repeated" in rule for rule in rules)
    assert case_hints(plain.state, durchstarten()).repetitions == ()
