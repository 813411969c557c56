"""Every rule of the law, by fixed days: what it gives, where it begins and ends, and why it gives nothing."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.values import ResidenceStatus
from tests.domain import law_examples_benefits_and_remedies, law_examples_residence, law_examples_training
from tests.domain.ground import LAW
from tests.domain.law_example import Example
from tests.domain.law_ground import a_case, outcome, status

EXAMPLES: dict[str, list[Example]] = {
    **law_examples_residence.EXAMPLES,
    **law_examples_training.EXAMPLES,
    **law_examples_benefits_and_remedies.EXAMPLES,
}
OF_GRANTS = {"programme.proof_of_use", "programme.drawdown_spent"}
"""Tested with the dates of a grant."""


@pytest.mark.parametrize(
    ("rule_id", "example"),
    [(rule_id, example) for rule_id, examples in EXAMPLES.items() for example in examples],
    ids=[f"{rule_id}-{n}" for rule_id, examples in EXAMPLES.items() for n in range(len(examples))],
)
def test_a_rule_gives_the_day_the_law_gives(rule_id: str, example: Example) -> None:
    """Or the reason why it gives none; never a guess."""
    opening: dict[str, Any] = {"birth_date": example.birth_date}
    if example.residence is not None:
        opening["residence"] = example.residence
    case = a_case(*example.commands, **opening).state
    assert outcome(rule_id, case) == example.expected


def test_every_rule_is_tested() -> None:
    """A rule without an example of a day it gives fails here; the rules of grants have a file of their own."""
    with_days = {
        rule_id
        for rule_id, examples in EXAMPLES.items()
        if any(isinstance(example.expected, list) for example in examples)
    }
    only_by_absence = {
        "benefits.bvb_3_months"
    }  # its day lies before any case of today: see the naive comparison
    assert with_days | OF_GRANTS | only_by_absence == set(LAW.versions)


@pytest.mark.parametrize("kind", list(ResidenceStatus))
def test_every_document_that_ends_has_exactly_one_date_for_it(kind: ResidenceStatus) -> None:
    """Whatever the status; none is left out and none comes twice."""
    case = a_case(residence=status(kind, date(2027, 5, 31)))
    ends = [due.rule for due in case.agenda() if due.due_on == date(2027, 5, 31)]
    assert len(ends) == 1
    assert ends[0].startswith("residence.")
