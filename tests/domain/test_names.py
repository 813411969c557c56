"""Names: letters of every script are welcome, control characters are not, and everything is kept in NFC."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.intake import PersonName
from domain.names import MAX_NAME_LENGTH, normalised, unusable_name
from tests.domain.ground import CaseFile, open_case, rule_of


@pytest.mark.parametrize(
    "name",
    [
        "Ng",
        "O",
        "D’Angelo",
        "Đặng Thị Hồng",
        "Şîlan",
        "Łuczak-Ğül",
        "محمد",
        "ሰላማዊት",
        "علی‌رضا",
        "van der Berg",
        "Ǹ̃a",
    ],
)
def test_letters_of_every_script_make_a_name(name: str) -> None:
    assert unusable_name(normalised(name)) is None


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("", "name.empty"),
        ("-", "name.empty"),
        ("\u200b", "name.empty"),
        ("12", "name.empty"),
        ("A" * MAX_NAME_LENGTH, ""),
        ("A" * (MAX_NAME_LENGTH + 1), "name.too_long"),
        ("A" * 100_000, "name.too_long"),
        ("A\x00b", "name.control_character"),
        ("A\x1b[31mb", "name.control_character"),
        ("A\ue000b", "name.control_character"),
    ],
)
def test_what_nobody_can_be_called_is_refused(name: str, rule: str) -> None:
    problem = unusable_name(name)
    assert (problem.rule_id if problem else "") == rule


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    once = normalised(text)
    assert normalised(once) == once
    assert unicodedata.is_normalized("NFC", once)


def test_a_person_with_one_name_has_a_family_name_only() -> None:
    state = CaseFile().done(open_case(name=PersonName(family_name="Gulwali"))).state
    assert state.intake.name == PersonName(family_name="Gulwali")


def test_an_empty_given_name_counts_as_none() -> None:
    state = CaseFile().done(open_case(name=PersonName(family_name="Gulwali", given_name=" "))).state
    assert state.intake.name == PersonName(family_name="Gulwali")


@pytest.mark.parametrize(
    "name",
    [
        PersonName(family_name=" ", given_name="Yusuf"),
        PersonName(family_name="Haidari", given_name="\x07"),
        PersonName(family_name="Haidari", original_script="…"),
    ],
)
def test_every_part_of_a_name_is_looked_at(name: PersonName) -> None:
    assert rule_of(CaseFile().when(open_case(name=name))).startswith("name.")


def test_names_are_kept_composed() -> None:
    decomposed = unicodedata.normalize("NFD", "Çiğdem")
    state = CaseFile().done(open_case(name=PersonName(family_name=decomposed))).state
    assert state.intake.name == PersonName(family_name="Çiğdem")
