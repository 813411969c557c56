"""What a value of an event says in the reader's words, whichever field it stands in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from domain.code_titles import in_language
from domain.field_titles import field_title
from domain.flat_rate import FlatRateSpan
from domain.grant import BudgetLine
from domain.law.vocabulary import StoredDeadline
from domain.offer_seats import WaitingOrder
from domain.path import Title
from domain.person import ContactWay, PersonName, Residence
from domain.personal import Erased
from domain.rates import Rate
from domain.values import LanguageAssessment, NotStated
from domain.wording import (
    shown_code,
    shown_date,
    shown_euros,
    shown_hundredths,
    shown_instant,
    shown_language,
    shown_municipality,
    shown_nationality,
)

ERASED_TITLE: Final = Title(de="gelöscht", en="erased")
NOT_STATED_TITLE: Final = Title(de="keine Angabe", en="not stated")
YES_TITLE: Final = Title(de="ja", en="yes")


def shown_value(name: str, value: Any, language: str, rules: Mapping[str, Title]) -> str:
    """The value of a field called ``name``; empty for what says nothing: None, no items, no text, a plain no.

    ``name`` decides for text and numbers that are a key of another list (``municipality``), or money.
    """
    if value is None or value is False or value == () or value == "":
        return ""
    if isinstance(value, Erased):
        return in_language(ERASED_TITLE, language)
    if value is True:
        return in_language(YES_TITLE, language)
    if isinstance(value, StrEnum):
        return shown_code(value, language)
    if isinstance(value, datetime):
        return shown_instant(value, language)
    if isinstance(value, date):
        return shown_date(value, language)
    if isinstance(value, tuple):
        return "; ".join(shown_value(name, item, language, rules) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        return _shown_parts(value, language, rules)
    keyed = _KEYED.get(name)
    return keyed(value, language) if keyed else str(value)


def person_label(name: PersonName | Erased, language: str = "de") -> str:
    """A name as it is said, or that it was erased."""
    if isinstance(name, Erased):
        return in_language(ERASED_TITLE, language)
    return " ".join(part for part in (name.given_name, name.family_name) if part)


def _shown_parts(value: Any, language: str, rules: Mapping[str, Title]) -> str:
    """A value that is made of several, shortly."""

    def part(name: str) -> str:
        return shown_value(name, getattr(value, name), language, rules)

    match value:
        case PersonName():
            return person_label(value) + (f" ({value.original_script})" if value.original_script else "")
        case ContactWay():
            return f"{part('channel')} {value.value}"
        case NotStated():
            return f"{in_language(NOT_STATED_TITLE, language)} ({part('not_stated')})"
        case LanguageAssessment():
            return f"{part('level')} {part('skill')} ({part('proof')}, {part('assessed_on')})"
        case BudgetLine():
            return f"{part('module')}, {part('municipality')}, {value.year}: {part('amount_cents')}"
        case Rate():
            return f"{value.code}: {part('amount_cents')} / {part('unit')}"
        case FlatRateSpan():
            rate = value.rate.code if value.rate else "–"
            return f"{part('from_on')}–{part('to_on')}: {value.units_attended}/{value.units_held} × {rate}"  # a times sign
        case StoredDeadline():
            rule = rules.get(value.rule)
            return f"{in_language(rule, language) if rule else value.rule}: {part('due_on')}"
        case Residence():
            return ", ".join([part("status"), *_named(value, ("valid_from", "valid_until"), language, rules)])
        case _:
            first, *others = (field.name for field in fields(value))
            further = ", ".join(_named(value, others, language, rules))
            return f"{part(first)} ({further})" if further else part(first)


def _named(
    value: Any, names: list[str] | tuple[str, ...], language: str, rules: Mapping[str, Title]
) -> list[str]:
    """Parts with their titles, empty ones left out."""
    return [
        f"{in_language(field_title(type(value), name), language)} {text}"
        for name in names
        if (text := shown_value(name, getattr(value, name), language, rules))
    ]


def _shown_order(rule: str, language: str) -> str:
    return shown_code(WaitingOrder(rule), language) if rule in set(WaitingOrder) else rule


_KEYED: Final[Mapping[str, Callable[[Any, str], str]]] = {
    "accepted_cents": shown_euros,
    "amount_cents": shown_euros,
    "language": shown_language,
    "languages": shown_language,
    "municipality": lambda ags, _: shown_municipality(ags),
    "nationalities": shown_nationality,
    "order_rule": _shown_order,
    "refund_cents": shown_euros,
    "repayment_due_cents": shown_euros,
    "spent_cents": shown_euros,
    "own_share": lambda share, language: f"{shown_hundredths(share, language)} %",
}
"""How text and numbers are shown that are keys of another list, or money, by the name of their field."""
