"""What each code is called where a person reads it; German first, English second."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from domain.path import Title
from domain.titles.authorities import AUTHORITY_TITLES
from domain.titles.casework import CASEWORK_TITLES
from domain.titles.characteristics import CHARACTERISTIC_TITLES
from domain.titles.eligibility import ELIGIBILITY_TITLES
from domain.titles.measures import MEASURE_TITLES
from domain.titles.money import MONEY_TITLES
from domain.titles.person import PERSON_TITLES
from domain.titles.preview import PREVIEW_TITLES
from domain.titles.reporting import REPORTING_TITLES
from domain.titles.rules import RULE_TITLES

CODE_TITLES: Final[dict[tuple[type[StrEnum], str], Title]] = {
    (type(code), code.value): Title(de=de, en=en)
    for code, de, en in (
        *PERSON_TITLES,
        *CASEWORK_TITLES,
        *MEASURE_TITLES,
        *AUTHORITY_TITLES,
        *MONEY_TITLES,
        *RULE_TITLES,
        *CHARACTERISTIC_TITLES,
        *REPORTING_TITLES,
        *ELIGIBILITY_TITLES,
        *PREVIEW_TITLES,
    )
}
"""By code list and code, for equal codes of two lists are equal as keys; a test holds it equal to the code lists."""


def code_title(code: StrEnum) -> Title:
    """The title of a code of the vocabulary. Raises KeyError for a code list of no module of the domain.

    >>> from domain.values import ResidenceStatus
    >>> code_title(ResidenceStatus.TOLERATION_60A)
    Title(de='Duldung (§ 60a AufenthG)', en='toleration (§ 60a AufenthG)')
    """
    return CODE_TITLES[type(code), code.value]


def in_language(title: Title, language: str) -> str:
    """``title`` in English for ``en`` and its regions, else in German."""
    return title.en if language.startswith("en") else title.de
