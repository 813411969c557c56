"""Saying again what is already so is accepted and records nothing; saying something else is recorded."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.application import ApplicationAnswer, RecordApplicationAnswer
from domain.commands import Command
from domain.intake import ConsentGiven, ConsentPurpose, EligibilityResult, WithdrawConsent
from tests.domain.ground import (
    OPENED,
    CaseFile,
    after_intake,
    consent,
    eligibility,
    in_coaching,
    notice,
    open_case,
)
from tests.domain.test_ausbildung import application


@pytest.mark.parametrize("command", [notice(), consent(), eligibility()])
def test_what_stands_is_not_recorded_again(command: Command) -> None:
    """A repeated click, or a second form with the same answers."""
    file = CaseFile().done(open_case(), notice(), consent(), eligibility())
    assert file.when(command) == ()


@pytest.mark.parametrize(
    "command",
    [
        replace(notice(), language="ar"),
        replace(consent(), text_version="2025-02"),
        replace(consent(), purpose=ConsentPurpose.EVALUATION),
        replace(eligibility(), result=EligibilityResult.NOT_ELIGIBLE),
        replace(eligibility(), occurred_on=eligibility().occurred_on + timedelta(days=1)),
    ],
)
def test_what_differs_in_anything_is_recorded(command: Command) -> None:
    """Another day counts as news: it was decided again."""
    file = CaseFile().done(open_case(), notice(), consent(), eligibility())
    decision = file.when(command)
    assert isinstance(decision, tuple)
    assert len(decision) == 1


def test_a_consent_that_was_withdrawn_is_given_anew_by_the_same_words() -> None:
    """Between the two it was not so."""
    file = after_intake().done(WithdrawConsent(occurred_on=OPENED, purpose=ConsentPurpose.CASE_MANAGEMENT))
    decision = file.when(consent())
    assert isinstance(decision, tuple)
    assert [type(event) for event in decision] == [ConsentGiven]


def test_the_answer_to_an_application_is_recorded_until_it_changes() -> None:
    """Invited, invited again on paper, then rejected."""
    file = in_coaching().done(application())
    sent = application()
    invited = RecordApplicationAnswer(
        occurred_on=sent.occurred_on, application_id=sent.application_id, answer=ApplicationAnswer.INVITED
    )
    file.done(invited)
    assert file.when(invited) == ()
    assert file.when(replace(invited, answer=ApplicationAnswer.REJECTED)) != ()
