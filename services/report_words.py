"""The words for the keys and flags of reports: titles for codes, names for municipalities, dates as people write them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from typing import Final

from domain.assessment import FieldOfAction
from domain.budget_use import LineFlag
from domain.characteristics import NOT_ASKED, NOT_STATED, SEVERAL, AgeBand, Dimension, StatusGroup
from domain.code_titles import code_title, in_language
from domain.double_funding import Overlap
from domain.intake import DeclineReason
from domain.nationalities import nationality_name
from domain.participation import AbandonReason
from domain.path import StageKind, Title
from domain.plain_text import shown_harmlessly
from domain.rates import RateUnit
from domain.reports.classed import DIMENSION_TITLES
from domain.reports.esf_definitions import Indicator, Questionnaire
from domain.reports.pathways import CLOSED, DECLINED, FIRST_CONTACT, GOING_ON, WAITING
from domain.reports.pathways_breakdown_definitions import Area
from domain.reports.programme_rules import OUTCOME_TITLES, Outcome
from domain.reports.proof_definitions import SOURCES
from domain.reports.rescue_vocabulary import Call, Cure, Form, Missing
from domain.reports.statistics import NOT_ASKED_YET, NOT_REACHED
from domain.reports.statistics_facts import NO_MODULE
from domain.reports.table import TOTAL, UNIT_TITLES, Column, Unit
from domain.reports.teaching_units import OPEN_END
from domain.training import AusbildungKind, BreakOffReason
from domain.unmet_need import NoMatchReason
from domain.values import (
    Destination,
    FundingModule,
    Gender,
    LanguageLevel,
    LegalRegime,
    OfferKind,
    ReferralSource,
    ResidenceStatus,
)
from domain.wording import shown_code, shown_date, shown_municipality

_TOTAL = Title(de="Summe", en="total")
_FLAGS: Final = {flag.value: code_title(flag) for flag in LineFlag if flag is not LineFlag.WITHIN}
"""A line within its plan has no flag; and "within" is a word of definitions."""
_CODES: Final = {code.value: code_title(code) for codes in (Missing, Call, Cure, Overlap) for code in codes}
_SHORT_UNITS: Final = {
    Unit.TEACHING_UNITS: Title(de="je 45 min", en="45 min each"),
    Unit.TEXT: Title(de="", en=""),
    Unit.CONTACT: Title(de="", en=""),
    Unit.PLACE: Title(de="", en=""),
}
_NO_MODULE = Title(de="ohne Baustein", en="no module")
_OUTCOMES: Final = {
    NOT_REACHED: Title(de="nicht erreicht", en="not reached"),
    NOT_ASKED_YET: Title(de="noch nicht befragt", en="not asked yet"),
}


_STATIONS: Final = {
    NO_MODULE: _NO_MODULE,
    FIRST_CONTACT: Title(de="Erstkontakt", en="first contact"),
    GOING_ON: Title(de="läuft noch", en="going on"),
    WAITING: Title(de="wartet", en="waiting"),
    CLOSED: Title(de="abgeschlossen", en="closed"),
    DECLINED: Title(de="Aufnahme abgelehnt", en="intake declined"),
}


def shown_key(column: Title, key: str, language: str) -> str:
    """A key of a line under the key column ``column``; as it stands when the column holds no codes."""
    if key == TOTAL:
        return in_language(_TOTAL, language)
    shown = _KEYS.get(column.en)
    return shown_harmlessly(shown(key, language) if shown else key)


def column_head(column: Column, language: str) -> tuple[str, ...]:
    """The title of a column, then its unit in brackets unless the title says it already."""
    title = in_language(column.title, language)
    unit = in_language(_SHORT_UNITS.get(column.unit, UNIT_TITLES[column.unit]), language)
    return (title,) if not unit or title.lower() == unit.lower() else (title, f"({unit})")


def shown_flag(flag: str, language: str) -> str:
    """A flag of a budget line, whom to call, what is missing or looks paid twice; any other text as it stands."""
    if flag in _FLAGS:
        return in_language(_FLAGS[flag], language)
    codes = flag.split()
    if codes and all(code in _CODES for code in codes):
        return ", ".join(in_language(_CODES[code], language) for code in codes)
    return flag


def shown_words(words: str, unit: Unit, language: str) -> str:
    """A cell of words: a municipality by its name, codes by their titles, anything else as it stands."""
    if unit is Unit.PLACE:
        return shown_municipality(words)
    return shown_harmlessly(words if unit is Unit.CONTACT else shown_flag(words, language))


def shown_definition(text: str, language: str) -> str:
    """A definition with the flags as they stand in the table."""
    for flag, title in _FLAGS.items():
        text = text.replace(flag, f"„{title.de}“" if not language.startswith("en") else f'"{title.en}"')
    return text


def _of(*lists: type[StrEnum], other: Mapping[str, Title] | None = None) -> Callable[[str, str], str]:
    """How a key of one of these code lists is shown; the bare key when none has it."""

    def shown(key: str, language: str) -> str:
        if other and key in other:
            return in_language(other[key], language)
        found = next((codes(key) for codes in lists if key in {code.value for code in codes}), None)
        return shown_code(found, language) if found is not None else key

    return shown


_ANSWERS: Final = {
    NOT_ASKED: Title(de="nicht erfasst", en="not recorded"),
    NOT_STATED: Title(de="keine Angabe", en="not stated"),
    SEVERAL: Title(de="mehrere", en="several"),
}


def _nationality(key: str, language: str) -> str:
    name = nationality_name(key) or _ANSWERS.get(key)
    return in_language(name, language) if name else key


_OPEN: Final = Title(de="unbefristet", en="until further notice")


def _until(key: str, language: str) -> str:
    return in_language(_OPEN, language) if key == OPEN_END else shown_date(date.fromisoformat(key), language)


_CHARACTERISTICS: Final[Mapping[Dimension, Callable[[str, str], str]]] = {
    Dimension.GENDER: _of(Gender, other=_ANSWERS),
    Dimension.AGE_BAND: _of(AgeBand, other=_ANSWERS),
    Dimension.STATUS_GROUP: _of(StatusGroup, other=_ANSWERS),
    Dimension.RESIDENCE_STATUS: _of(ResidenceStatus, other=_ANSWERS),
    Dimension.LEGAL_REGIME: _of(LegalRegime, other=_ANSWERS),
    Dimension.LANGUAGE_LEVEL: _of(LanguageLevel, other=_ANSWERS),
    Dimension.NATIONALITY: _nationality,
}

_KEYS: Final[Mapping[str, Callable[[str, str], str]]] = {
    "funding module": _of(FundingModule, other={NO_MODULE: _NO_MODULE}),
    "municipality (AGS)": lambda key, _: shown_municipality(key),
    "date": lambda key, language: shown_date(date.fromisoformat(key), language),
    "income": lambda key, language: in_language(SOURCES[key], language) if key in SOURCES else key,
    "unit": _of(RateUnit),
    "valid from": lambda key, language: shown_date(date.fromisoformat(key), language),
    "valid until": _until,
    "step": _of(FundingModule, StageKind, other={NO_MODULE: _NO_MODULE}),
    "reason": _of(AbandonReason, BreakOffReason),
    "kind": _of(AusbildungKind),
    "destination": _of(Destination, other=_OUTCOMES),
    "after step": _of(FundingModule, StageKind, other=_STATIONS),
    "from": _of(FundingModule, StageKind, other=_STATIONS),
    "to": _of(FundingModule, StageKind, other=_STATIONS),
    "kind of placement": _of(AusbildungKind, Destination),
    "outcome": lambda key, language: in_language(OUTCOME_TITLES[Outcome(key)], language),
    "missing answer": _of(Missing),
    "area": _of(Area),
    "step, placement or destination": _of(FundingModule, StageKind, AusbildungKind, Destination),
    "referral source": _of(ReferralSource, other=_ANSWERS),
    "reason of decline": _of(DeclineReason),
    "form": _of(Form),
    "questionnaire": _of(Questionnaire),
    "indicator": _of(Indicator),
    "kind of measure": _of(OfferKind),
    "field of action": _of(FieldOfAction),
    "reason of the failed match": _of(NoMatchReason),
    "month in step": lambda key, _: key.lstrip("0"),
    **{DIMENSION_TITLES[dimension].en: shown for dimension, shown in _CHARACTERISTICS.items()},
}
"""How keys are shown, by the English title of their column."""
