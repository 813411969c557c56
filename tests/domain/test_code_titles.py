"""Every code has a title in both languages, and within one list no two are alike."""

from __future__ import annotations

import importlib
import pkgutil
from collections import Counter
from enum import StrEnum

import domain
from domain.attendance import AttendanceProof
from domain.code_titles import CODE_TITLES, code_title, in_language
from domain.contact import ContactKind, ContactProof
from domain.path import Title
from domain.titles import (
    authorities,
    casework,
    characteristics,
    eligibility,
    measures,
    money,
    person,
    preview,
    rules,
)


def code_lists() -> set[type[StrEnum]]:
    """Every StrEnum that a module of the domain defines."""
    found: set[type[StrEnum]] = set()
    for module in pkgutil.walk_packages(domain.__path__, "domain."):
        for value in vars(importlib.import_module(module.name)).values():
            if isinstance(value, type) and issubclass(value, StrEnum) and value.__module__ == module.name:
                found.add(value)
    return found


def test_every_code_has_a_title_and_no_title_is_left_over() -> None:
    """A new code without a title fails here, and so does a title of a code that is gone."""
    lists = code_lists()
    assert {ContactKind, AttendanceProof} <= lists
    assert set(CODE_TITLES) == {(codes, code.value) for codes in lists for code in codes}


def test_no_title_is_written_twice() -> None:
    """The second of two titles for one code would win without anybody seeing it."""
    written = Counter(
        (type(code), code.value)
        for code, _, _ in (
            *person.PERSON_TITLES,
            *casework.CASEWORK_TITLES,
            *measures.MEASURE_TITLES,
            *authorities.AUTHORITY_TITLES,
            *money.MONEY_TITLES,
            *rules.RULE_TITLES,
            *characteristics.CHARACTERISTIC_TITLES,
            *eligibility.ELIGIBILITY_TITLES,
            *preview.PREVIEW_TITLES,
        )
    )
    assert [key for key, times in written.items() if times > 1] == []


def test_codes_of_one_list_are_told_apart_in_both_languages() -> None:
    """Two codes of one list with the same title could not be told apart in a form."""
    alike = [
        (codes.__name__, language, title)
        for codes in code_lists()
        for language in ("de", "en")
        for title, times in Counter(in_language(code_title(code), language) for code in codes).items()
        if times > 1
    ]
    assert alike == []


def test_a_title_is_a_word_for_people_and_not_the_code() -> None:
    """No title is empty, has blanks around it or an underscore in it."""
    texts = [text for title in CODE_TITLES.values() for text in (title.de, title.en)]
    assert [text for text in texts if not text.strip() or text != text.strip() or "_" in text] == []


def test_equal_codes_of_two_lists_have_titles_of_their_own() -> None:
    """``none`` is one string in many lists, and no list takes the title of another."""
    from domain.participation import CourseCertificate
    from domain.training import Chamber
    from domain.values import SchoolLeaving

    titles = {code_title(code).de for code in (ContactProof.NONE, Chamber.NONE, SchoolLeaving.NONE)}
    assert titles == {"kein Nachweis", "keine Kammer", "kein Schulabschluss"}
    assert code_title(CourseCertificate.NONE).en == "no certificate"


def test_english_is_asked_for_and_german_is_the_rest() -> None:
    """A language that we do not speak reads German."""
    title = Title(de="Frist", en="deadline")
    assert [in_language(title, language) for language in ("de", "en", "en-GB", "fr")] == [
        "Frist",
        "deadline",
        "deadline",
        "Frist",
    ]
