"""What reports there are, as people and programs read it: name, version, for whom, parameters, tables."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from domain.code_titles import in_language
from domain.path import Title
from domain.reports.definition import Parameter, ParameterKind, ReportDefinition
from domain.reports.table import Publication

PUBLICATION_TITLES: Final = {
    Publication.INTERNAL: Title(de="intern", en="internal"),
    Publication.PUBLISHED: Title(de="zur Veröffentlichung", en="for publication"),
}
_KIND_TITLES: Final = {
    ParameterKind.MUNICIPALITY: Title(de="achtstelliger AGS", en="eight-digit AGS"),
    ParameterKind.CODE: Title(de="Schlüssel", en="code"),
    ParameterKind.CODES: Title(de="Schlüssel, mit Komma getrennt", en="codes separated by commas"),
    ParameterKind.NUMBER: Title(de="ganze Zahl", en="whole number"),
    ParameterKind.DATE: Title(de="Datum", en="date"),
    ParameterKind.GRANT: Title(de="Zeichen des Bescheids", en="reference of the notice"),
}


def plain_catalogue(definitions: Iterable[ReportDefinition]) -> list[dict[str, Any]]:
    """The reports as JSON carries them."""
    return [
        {
            "name": definition.name,
            "version": definition.version,
            "title": {"de": definition.title.de, "en": definition.title.en},
            "publication": definition.publication.value,
            "parameters": [_plain_parameter(parameter) for parameter in definition.parameters],
            "tables": [table.id for table in definition.tables],
        }
        for definition in definitions
    ]


def _plain_parameter(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "title": {"de": parameter.title.de, "en": parameter.title.en},
        "kind": parameter.kind.value,
        "default": None if parameter.default is None else str(parameter.default),
        "choices": list(parameter.choices),
        "rule": parameter.rule,
    }


def catalogue_lines(definitions: Iterable[ReportDefinition], language: str = "de") -> list[str]:
    """The reports as text."""
    lines = []
    for definition in definitions:
        title = in_language(definition.title, language)
        whom = in_language(PUBLICATION_TITLES[definition.publication], language)
        lines.append(f"{definition.name:<20} {title} (Version {definition.version}, {whom})")
        for parameter in definition.parameters:
            what = " | ".join(parameter.choices) or in_language(_KIND_TITLES[parameter.kind], language)
            default = "" if parameter.default is None else f", {parameter.default}"
            lines.append(
                f"{'':<20}   --param {parameter.name}=…  {in_language(parameter.title, language)}: {what}{default}"
            )
    return lines
