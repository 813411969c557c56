"""What reports there are, as people and programs read it: name, version, for whom, parameters, tables."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from textwrap import wrap
from typing import Any, Final

from domain.code_titles import in_language
from domain.path import Title
from domain.reports.definition import Parameter, ParameterKind, ReportDefinition
from domain.reports.facts import Facts
from domain.reports.table import Publication, Table
from services.report_words import column_head, shown_definition

PUBLICATION_TITLES: Final = {
    Publication.INTERNAL: Title(de="intern", en="internal"),
    Publication.PUBLISHED: Title(de="zur Veröffentlichung", en="for publication"),
}
_KIND_TITLES: Final = {
    ParameterKind.MUNICIPALITY: Title(de="achtstelliger AGS", en="eight-digit AGS"),
    ParameterKind.CODE: Title(de="Schlüssel", en="code"),
    ParameterKind.CODES: Title(de="Schlüssel, mit Komma getrennt", en="codes separated by commas"),
    ParameterKind.NUMBER: Title(de="ganze Zahl", en="whole number"),
    ParameterKind.DATE: Title(de="Datum (JJJJ-MM-TT)", en="date (YYYY-MM-DD)"),
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
        "least": parameter.least if parameter.kind is ParameterKind.NUMBER else None,
        "most": parameter.most if parameter.kind is ParameterKind.NUMBER else None,
        "rule": parameter.rule,
    }


def found_by(words: Collection[str], definitions: Iterable[ReportDefinition]) -> list[ReportDefinition]:
    """The reports in which all of ``words`` occur, in either language; all reports when there are none."""
    sought = [word.casefold() for word in words]
    return [
        definition
        for definition in definitions
        if not sought or all(word in _text_of(definition) for word in sought)
    ]


def _text_of(definition: ReportDefinition) -> str:
    titles = [definition.title, *(parameter.title for parameter in definition.parameters)]
    said = [definition.name, *(parameter.name for parameter in definition.parameters)]
    for table in empty_tables(definition):
        titles += [table.title, *table.keys, *(column.title for column in table.columns)]
        said += [table.id, *(column.id for column in table.columns)]
    return "\n".join([*said, *(title.de for title in titles), *(title.en for title in titles)]).casefold()


def empty_tables(definition: ReportDefinition) -> tuple[Table, ...]:
    """The tables of a report as they are when nothing is counted: heads and definitions, and lines of nothing."""
    return definition.counted(definition.counting(Facts(), SOME_DAY))


SOME_DAY: Final = date(2022, 12, 31)
"""Heads and definitions are the same on every day; a title may name it."""


def plain_description(definition: ReportDefinition) -> dict[str, Any]:
    """A report with the heads of its tables, as JSON carries it."""
    [plain] = plain_catalogue([definition])
    return plain | {
        "tables": [
            {
                "id": table.id,
                "title": _plain_title(table.title),
                "keys": [_plain_title(key) for key in table.keys],
                "columns": [
                    {
                        "id": column.id,
                        "title": _plain_title(column.title),
                        "unit": column.unit.value,
                        "definition": _plain_title(column.definition),
                        "source": column.source,
                    }
                    for column in table.columns
                ],
            }
            for table in empty_tables(definition)
        ]
    }


def _plain_title(title: Title) -> dict[str, str]:
    return {"de": title.de, "en": title.en}


def described_lines(definition: ReportDefinition, language: str = "de") -> list[str]:
    """A report with its parameters and tables as text: ids as a drill-down takes them, with titles and definitions."""
    lines = catalogue_lines([definition], language)
    for table in empty_tables(definition):
        keys = ", ".join(in_language(key, language) for key in table.keys)
        lines += ["", f"{table.id}: {in_language(table.title, language)}  [{keys}]"]
        for column in table.columns:
            said = shown_definition(in_language(column.definition, language), language)
            source = f" [{column.source}]" if column.source else ""
            head = f"{column.id}: {' '.join(column_head(column, language))}. "
            lines += wrap(head + said + source, WIDTH, initial_indent="  ", subsequent_indent="      ")
    return lines


WIDTH: Final = 120
_DEFAULT: Final = Title(de="Vorgabe", en="default")


def catalogue_lines(definitions: Iterable[ReportDefinition], language: str = "de") -> list[str]:
    """The reports as text."""
    lines = []
    for definition in definitions:
        title = in_language(definition.title, language)
        whom = in_language(PUBLICATION_TITLES[definition.publication], language)
        version = "version" if language.startswith("en") else "Fassung"
        lines.append(f"{definition.name:<20} {title} ({version} {definition.version}, {whom})")
        for parameter in definition.parameters:
            said = f"--param {parameter.name}=…  {in_language(parameter.title, language)}: {_values(parameter, language)}"
            lines += wrap(
                said, WIDTH, initial_indent=" " * 23, subsequent_indent=" " * 27, break_on_hyphens=False
            )
    return lines


def _values(parameter: Parameter, language: str) -> str:
    """What may be given, and what counts when nothing is."""
    if parameter.kind is ParameterKind.NUMBER:
        to = "to" if language.startswith("en") else "bis"
        what = (
            f"{in_language(_KIND_TITLES[parameter.kind], language)} {parameter.least} {to} {parameter.most}"
        )
    else:
        what = in_language(_KIND_TITLES[parameter.kind], language)
        if parameter.choices:
            what = (
                " | ".join(parameter.choices)
                if parameter.kind is ParameterKind.CODE
                else (f"{what}: {' | '.join(parameter.choices)}")
            )
    if parameter.default in (None, ""):
        return what
    return f"{what}; {in_language(_DEFAULT, language)}: {parameter.default}"
