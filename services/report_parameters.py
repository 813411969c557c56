"""What a report was asked with, as people read it: titles for codes, names for municipalities, days as people write them.

The canonical form keeps the bare codes; nothing here changes a byte of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Final

from domain.code_titles import in_language
from domain.participation import AbandonReason
from domain.path import Title
from domain.reports.classed import BY, DIMENSION_TITLES
from domain.reports.definition import MUNICIPALITY, Parameter, ParameterKind
from domain.reports.programme_rules import EXCLUDED
from domain.reports.registry import REPORTS, definition_of
from domain.reports.repetitions import EXCUSED, LED_ON
from domain.reports.rescue_profile import PROFILE
from domain.reports.rescue_vocabulary import Profile
from domain.reports.table import Report
from domain.values import ResidenceStatus
from domain.wording import shown_code, shown_date, shown_municipality

_EVERYWHERE: Final = Title(de="alle Kommunen", en="all municipalities")
_NONE: Final = Title(de="keine", en="none")
_PROFILES: Final[Mapping[Profile, Title]] = {
    Profile.PROGRAMME: Title(de="das Programm", en="the programme"),
    Profile.ESF_PLUS: Title(de="den ESF+", en="the ESF+"),
}
_DIMENSIONS: Final = {dimension.value: title for dimension, title in DIMENSION_TITLES.items()}

CHOICES: Final[Mapping[str, Callable[[str, str], str]]] = {
    BY.name: lambda code, language: in_language(_DIMENSIONS[code], language),
    EXCLUDED.name: lambda code, language: shown_code(ResidenceStatus(code), language),
    EXCUSED.name: lambda code, language: shown_code(AbandonReason(code), language),
    LED_ON.name: lambda code, language: shown_code(AbandonReason(code), language),
    PROFILE.name: lambda code, language: in_language(_PROFILES[Profile(code)], language),
}
"""How the codes of a parameter are said, by its name; a number that is chosen from a few speaks for itself."""


def shown_parameters(report: Report, language: str = "de") -> Iterator[tuple[str, str]]:
    """Each parameter by its title with its value; the municipality first, also when it is left to mean all, and what
    follows from the reference date where nothing was given."""
    definition = definition_of(report.name, report.version) or REPORTS.get(report.name)
    known = {parameter.name: parameter for parameter in definition.parameters} if definition else {}
    known.setdefault(MUNICIPALITY.name, MUNICIPALITY)
    derived = {
        name: parameter.default_on(report.as_of).isoformat()
        for name, parameter in known.items()
        if parameter.default_on is not None
    }
    values = {MUNICIPALITY.name: None, **derived, **dict(report.parameters)}
    for name, value in values.items():
        parameter = known.get(name)
        title = in_language(parameter.title, language) if parameter else name
        everywhere = in_language(_EVERYWHERE, language)
        yield title, everywhere if value is None else shown_value(parameter, value, language)


def shown_value(parameter: Parameter | None, value: str, language: str) -> str:
    """The value of a parameter as people read it; a code with its title."""
    match parameter.kind if parameter else None:
        case ParameterKind.MUNICIPALITY:
            return shown_municipality(value)
        case ParameterKind.DATE:
            return shown_date(date.fromisoformat(value), language)
        case ParameterKind.CODE | ParameterKind.CODES if parameter and parameter.name in CHOICES:
            said = CHOICES[parameter.name]
            codes = [code for code in value.split(",") if code]
            return ", ".join(f"{said(code, language)} [{code}]" for code in codes) or in_language(
                _NONE, language
            )
        case _:
            return value
