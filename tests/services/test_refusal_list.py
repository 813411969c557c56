"""The list of refusals is current, complete and readable in both languages."""

from __future__ import annotations

import re

import pytest

from domain.case_moves import enter_refusal
from domain.path import Requirement, StageKind
from services.refusal_list import PAGE, Listed, listed, page
from tests.domain.ground import OPENED, CaseFile, durchstarten, open_case

ALL = listed()


def matches(entry: Listed, rule_id: str) -> bool:
    """Whether ``rule_id`` is the one listed, whatever is filled in."""
    return re.fullmatch(re.sub(r"\\\{.+?\\\}", ".+", re.escape(entry.rule_id)), rule_id) is not None


def test_the_page_says_what_the_code_says() -> None:
    """Run ``python -m services.refusal_list`` when this fails."""
    assert PAGE.read_text(encoding="utf-8") == page()


def test_every_rule_id_names_its_subject_and_its_fact() -> None:
    odd = [e.rule_id for e in ALL if not re.fullmatch(r"[a-z_]+\.[a-z0-9_{}]+", e.rule_id)]
    assert odd == []


@pytest.mark.parametrize("entry", ALL, ids=lambda entry: entry.rule_id)
def test_a_refusal_is_a_sentence_in_both_languages(entry: Listed) -> None:
    """Different texts, each with a beginning and an end."""
    assert entry.de != entry.en
    for text in (entry.de, entry.en):
        assert text[-1] in ".…"
        assert len(text.split()) >= 3


SAID_IN_TWO_WAYS = {"case.closed", "case.reason_missing", "course.reason_missing"}
"""Rules whose fact reads differently where another command meets it."""


def test_one_rule_id_says_one_thing_wherever_it_is_given() -> None:
    """Other systems act on the id, so it may not mean two things."""
    wordings: dict[str, set[tuple[str, str]]] = {}
    for entry in ALL:
        wordings.setdefault(entry.rule_id, set()).add((entry.de, entry.en))
    assert {rule_id for rule_id, texts in wordings.items() if len(texts) > 1} == SAID_IN_TWO_WAYS


@pytest.mark.parametrize("requirement", Requirement)
def test_rule_ids_that_are_put_together_are_listed_too(requirement: Requirement) -> None:
    rule_id = f"path.requires_{requirement.value}"
    assert any(entry.rule_id == rule_id for entry in ALL)


def test_what_the_engine_answers_is_on_the_list() -> None:
    state = CaseFile().done(open_case()).state
    refusal = enter_refusal(StageKind.COACHING, state, durchstarten(), OPENED)
    assert refusal is not None
    assert any(matches(entry, refusal.rule_id) for entry in ALL)
