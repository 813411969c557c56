"""The words of eligibility and of the person, without those of reports and agendas, which stand on eligibility."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from domain.title import Title
from domain.titles.eligibility import ELIGIBILITY_TITLES
from domain.titles.person import PERSON_TITLES

_TITLES: Final[dict[tuple[type[StrEnum], str], Title]] = {
    (type(code), code.value): Title(de=de, en=en) for code, de, en in (*PERSON_TITLES, *ELIGIBILITY_TITLES)
}


def words_of(code: StrEnum) -> Title:
    """What ``code`` is called; the same as ``domain.code_titles.code_title`` for the codes that rules look at."""
    return _TITLES[type(code), code.value]


def shown_code(code: StrEnum, language: str) -> str:
    """What ``code`` is called in English for ``en`` and its regions, else in German."""
    title = words_of(code)
    return title.en if language.startswith("en") else title.de
