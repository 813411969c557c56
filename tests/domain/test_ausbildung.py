"""Ausbildung: applications, the contract, the first day, probation with its calculation line, and both ends."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.ausbildung import (
    ApplicationAnswer,
    ApplicationAnswered,
    ApplicationSent,
    AusbildungBrokenOff,
    AusbildungCompleted,
    AusbildungKind,
    AusbildungStarted,
    BreakOffAusbildung,
    BreakOffReason,
    CompleteAusbildung,
    ContractSigned,
    PassProbation,
    ProbationPassed,
    RecordApplication,
    RecordApplicationAnswer,
    StartAusbildung,
    TrainingStatus,
)
from domain.path import StageKind
from tests.domain.ground import (
    LATER,
    TRAINING,
    CaseFile,
    in_ausbildung,
    in_coaching,
    in_course,
    only,
    rule_of,
    training_contract,
)

APPLICATION = UUID(int=55)
STARTS = date(2025, 8, 1)


def application(**changes: Any) -> RecordApplication:
    """An application for a training as painter."""
    values: dict[str, Any] = {
        "occurred_on": date(2025, 5, 2),
        "application_id": APPLICATION,
        "employer": "Malerbetrieb Kesselgrund",
        "occupation": "33212",
    }
    return RecordApplication(**(values | changes))


def start(on: date = STARTS) -> StartAusbildung:
    """The first day."""
    return StartAusbildung(occurred_on=on, ausbildung_id=TRAINING)


def passed(on: date = date(2025, 12, 1)) -> PassProbation:
    """Probation is passed."""
    return PassProbation(occurred_on=on, ausbildung_id=TRAINING)


def broken_off(on: date = date(2025, 10, 1), **changes: Any) -> BreakOffAusbildung:
    """The early end."""
    values: dict[str, Any] = {
        "occurred_on": on,
        "ausbildung_id": TRAINING,
        "known_on": date(2025, 10, 6),
        "ground": BreakOffReason.OWN_NOTICE,
        "reason": "Anderer Beruf",
    }
    return BreakOffAusbildung(**(values | changes))


def completed(on: date = date(2025, 12, 30)) -> CompleteAusbildung:
    """The exam is passed."""
    return CompleteAusbildung(occurred_on=on, ausbildung_id=TRAINING)


def signed() -> CaseFile:
    """A case with a contract that has not begun."""
    return in_coaching().done(training_contract())


def training_status(file: CaseFile) -> TrainingStatus:
    """Where the training stands."""
    found = file.state.ausbildung.find(TRAINING)
    assert found is not None
    return found.status


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({}, ""),
        ({"employer": " "}, "application.employer_missing"),
        ({"occupation": "3321"}, "ausbildung.occupation_malformed"),
        ({"occupation": "332120"}, "ausbildung.occupation_malformed"),
        ({"occupation": "Maler"}, "ausbildung.occupation_malformed"),
        ({"occupation": "٣٣٢١٢"}, "ausbildung.occupation_malformed"),
        ({"occupation": "33212\n"}, "ausbildung.occupation_malformed"),
    ],
)
def test_an_application_names_employer_and_occupation(changes: dict[str, Any], rule: str) -> None:
    decision = in_coaching().when(application(**changes))
    assert rule_of(decision) == rule
    assert rule or isinstance(only(decision), ApplicationSent)


def test_only_an_application_that_was_sent_is_answered() -> None:
    file = in_coaching()
    answer = RecordApplicationAnswer(
        occurred_on=date(2025, 5, 20), application_id=APPLICATION, answer=ApplicationAnswer.REJECTED
    )
    assert rule_of(file.when(answer)) == "application.unknown"
    file.done(application())
    assert file.when(application()) == ()
    assert isinstance(only(file.when(answer)), ApplicationAnswered)
    assert file.state.ausbildung.rejected == 1


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({}, ""),
        ({"employer": ""}, "ausbildung.employer_missing"),
        ({"occupation": "1"}, "ausbildung.occupation_malformed"),
        ({"ends_on": STARTS}, "ausbildung.ends_before_start"),
        ({"ends_on": STARTS + timedelta(days=1)}, ""),
        ({"probation_months": 1}, ""),
        ({"probation_months": 4}, ""),
        ({"probation_months": 0}, "ausbildung.probation_out_of_range"),
        ({"probation_months": 5}, "ausbildung.probation_out_of_range"),
        ({"probation_months": -1, "kind": AusbildungKind.EQ}, "ausbildung.probation_out_of_range"),
        ({"probation_months": 0, "kind": AusbildungKind.EQ}, ""),
        ({"probation_months": 6, "kind": AusbildungKind.SCHULISCH}, ""),
        ({"probation_months": 7, "kind": AusbildungKind.SCHULISCH}, "ausbildung.probation_out_of_range"),
        ({"probation_months": 10**6}, "ausbildung.probation_out_of_range"),
        ({"starts_on": date(2100, 12, 1), "ends_on": date(2103, 1, 1)}, "period.date_out_of_range"),
    ],
)
def test_a_contract_that_the_law_does_not_know_is_refused(changes: dict[str, Any], rule: str) -> None:
    """Probation in dual training lasts one to four months (BBiG § 20)."""
    decision = in_coaching().when(training_contract(**changes))
    assert rule_of(decision) == rule
    assert rule or isinstance(only(decision), ContractSigned)


@pytest.mark.parametrize(
    ("months", "last_day"),
    [(1, date(2025, 8, 31)), (3, date(2025, 10, 31)), (4, date(2025, 11, 30))],
)
def test_the_first_day_counts_for_the_probation(months: int, last_day: date) -> None:
    """1 August + 4 months = 30 November, which is a Sunday and stays one. Source: BGB § 187 (2), § 188 (2)."""
    event = only(in_coaching().when(training_contract(probation_months=months)))
    assert event.probation_ends_on == last_day
    assert event.probation_line.startswith("01.08. + ")
    assert event.calendar_version


def test_one_contract_at_a_time() -> None:
    file = signed()
    assert file.when(training_contract()) == ()
    second = training_contract(ausbildung_id=UUID(int=56))
    assert rule_of(file.when(second)) == "ausbildung.another_is_open"
    file.done(broken_off(date(2025, 7, 1)))
    assert rule_of(file.when(second)) == ""


def test_the_probation_runs_from_the_real_first_day() -> None:
    file = signed()
    event = only(file.when(start(date(2025, 8, 11))))
    assert isinstance(event, AusbildungStarted)
    assert event.probation_ends_on == date(2025, 12, 10)


def test_a_start_on_the_day_of_the_contract_keeps_its_computation() -> None:
    contract = only(in_coaching().when(training_contract()))
    event = only(signed().when(start()))
    assert (event.probation_ends_on, event.probation_line) == (
        contract.probation_ends_on,
        contract.probation_line,
    )


@pytest.mark.parametrize(
    ("on", "rule"),
    [(date(2025, 6, 1), "ausbildung.start_before_contract"), (date(2025, 6, 2), ""), (STARTS, "")],
)
def test_nobody_starts_before_the_contract(on: date, rule: str) -> None:
    assert rule_of(signed().when(start(on))) == rule


STATUS_FILES: dict[TrainingStatus, Callable[[], CaseFile]] = {
    TrainingStatus.SIGNED: signed,
    TrainingStatus.RUNNING: in_ausbildung,
    TrainingStatus.BROKEN_OFF: lambda: in_ausbildung().done(broken_off()),
    TrainingStatus.COMPLETED: lambda: in_ausbildung().done(completed()),
}
EXPECTED: dict[tuple[TrainingStatus, str], type[Any] | str] = {
    (TrainingStatus.SIGNED, "start"): AusbildungStarted,
    (TrainingStatus.SIGNED, "pass"): "ausbildung.not_running",
    (TrainingStatus.SIGNED, "break"): AusbildungBrokenOff,
    (TrainingStatus.SIGNED, "complete"): "ausbildung.not_running",
    (TrainingStatus.RUNNING, "start"): "",
    (TrainingStatus.RUNNING, "pass"): ProbationPassed,
    (TrainingStatus.RUNNING, "break"): AusbildungBrokenOff,
    (TrainingStatus.RUNNING, "complete"): AusbildungCompleted,
    (TrainingStatus.BROKEN_OFF, "start"): "ausbildung.already_ended",
    (TrainingStatus.BROKEN_OFF, "pass"): "ausbildung.not_running",
    (TrainingStatus.BROKEN_OFF, "break"): "",
    (TrainingStatus.BROKEN_OFF, "complete"): "ausbildung.not_running",
    (TrainingStatus.COMPLETED, "start"): "ausbildung.already_ended",
    (TrainingStatus.COMPLETED, "pass"): "ausbildung.not_running",
    (TrainingStatus.COMPLETED, "break"): "ausbildung.already_ended",
    (TrainingStatus.COMPLETED, "complete"): "",
}


@pytest.mark.parametrize(("at", "name"), EXPECTED)
def test_the_status_of_a_training_says_what_can_happen(at: TrainingStatus, name: str) -> None:
    """An event, an empty answer for what is so already, or a refusal."""
    commands = {"start": start(), "pass": passed(), "break": broken_off(), "complete": completed()}
    file = STATUS_FILES[at]()
    assert training_status(file) is at
    decision = file.when(commands[name])
    expected = EXPECTED[at, name]
    if isinstance(expected, str):
        assert rule_of(decision) == expected
        assert expected or decision == ()
    else:
        assert isinstance(only(decision), expected)


def test_nothing_can_be_said_of_a_training_without_a_contract() -> None:
    for command in (start(), passed(), broken_off(), completed()):
        assert rule_of(in_coaching().when(command)) == "ausbildung.unknown"


@pytest.mark.parametrize(
    ("command", "rule"),
    [
        (passed(STARTS), ""),
        (passed(STARTS - timedelta(days=1)), "ausbildung.end_before_start"),
        (broken_off(STARTS), ""),
        (broken_off(STARTS - timedelta(days=1)), "ausbildung.end_before_start"),
        (broken_off(reason=""), "ausbildung.reason_missing"),
        (broken_off(known_on=LATER), ""),
        (broken_off(known_on=LATER + timedelta(days=1)), "ausbildung.known_in_the_future"),
        (completed(STARTS + timedelta(days=1)), ""),
        (completed(STARTS), "ausbildung.end_before_start"),
    ],
)
def test_an_end_lies_after_the_beginning_and_is_known_by_today(command: Any, rule: str) -> None:
    assert rule_of(in_ausbildung().when(command)) == rule


def test_probation_is_passed_once() -> None:
    assert in_ausbildung().done(passed()).when(passed()) == ()


def test_who_breaks_off_goes_back_to_coaching_and_may_sign_again() -> None:
    file = in_ausbildung().done(broken_off())
    assert [s.stage for s in file.state.running_stages] == [StageKind.COACHING]
    [training] = file.state.ausbildung.trainings
    assert (training.left_on, training.break_off_known_on) == (date(2025, 10, 1), date(2025, 10, 6))


def test_ausbildung_may_begin_beside_a_course() -> None:
    file = in_course().done(training_contract(), start())
    assert {s.stage for s in file.state.running_stages} == {
        StageKind.COACHING,
        StageKind.COURSE,
        StageKind.AUSBILDUNG,
    }
