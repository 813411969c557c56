"""What a report was asked with stands in its head in words, with the code beside; the bytes that are hashed keep the code."""

from __future__ import annotations

import json
import re
from datetime import date
from io import BytesIO
from typing import Any, Final

import pytest
from openpyxl import load_workbook

from domain.reports.definition import Parameter, ParameterKind, ReportDefinition
from domain.reports.quarters import quarter_of
from domain.reports.registry import OLD_REPORTS, REPORTS
from domain.reports.table import Report, canonical_json
from services.report_formats.rendering import Format, render
from services.report_formats.run import ReportRun
from services.report_parameters import shown_parameters
from services.report_text import report_lines
from services.reports import result_of
from tests.domain.test_reports import facts
from tests.services.report_formats.any_report import AS_OF

FACTS = facts(AS_OF)
CHOOSING: Final = [
    pytest.param(definition, parameter, id=f"{definition.name}-{definition.version}-{parameter.name}")
    for definition in (*REPORTS.values(), *OLD_REPORTS.values())
    for parameter in definition.parameters
    if parameter.kind in {ParameterKind.CODE, ParameterKind.CODES}
]
WORDS: Final[tuple[tuple[str, dict[str, Any], str, str], ...]] = (
    (
        "programme_rules",
        {"excluded_status": "asylum_permission,toleration_60a"},
        "ausgeschlossene Aufenthaltsstatus",
        "Aufenthaltsgestattung (§ 55 AsylG) [asylum_permission], Duldung (§ 60a AufenthG) [toleration_60a]",
    ),
    ("programme_rules", {}, "ausgeschlossene Aufenthaltsstatus", "keine"),
    ("rescue", {"profile": "esf_plus"}, "gezählt für", "den ESF+ [esf_plus]"),
    ("rescue", {"cut_off": date(2027, 3, 31)}, "Ende des Abrechnungszeitraums", "31.03.2027"),
    ("rescue", {}, "Ende des Abrechnungszeitraums", f"{quarter_of(AS_OF).last_day:%d.%m.%Y}"),
    ("breakdown", {"by": "age_band"}, "Gliederung nach", "Altersgruppe am Stichtag [age_band]"),
    ("monitoring", {"threshold": "5"}, "Mindestzahl von Personen", "5"),
)


def _ran(name: str, given: dict[str, Any]) -> Report:
    return REPORTS[name].run(FACTS, AS_OF, given)


@pytest.mark.parametrize(("definition", "parameter"), CHOOSING)
@pytest.mark.parametrize("language", ["de", "en"])
def test_every_code_that_can_be_chosen_is_said_in_words(
    definition: ReportDefinition, parameter: Parameter, language: str
) -> None:
    """A new parameter without words is named here; a number is a word of its own."""
    for choice in parameter.choices:
        report = definition.run(FACTS, AS_OF, {parameter.name: choice})
        title = parameter.title.en if language == "en" else parameter.title.de
        said = dict(shown_parameters(report, language))[title]
        assert said == choice if choice.isdigit() else re.fullmatch(rf".*\S.* \[{choice}\]", said)


@pytest.mark.parametrize(("name", "given", "title", "said"), WORDS)
@pytest.mark.parametrize("format_", [Format.HTML, Format.CSV, Format.XLSX])
def test_the_head_of_a_file_says_it_in_words(
    name: str, given: dict[str, Any], title: str, said: str, format_: Format
) -> None:
    """With the code in brackets, so that it can be asked for again."""
    report = _ran(name, given)
    result = result_of(report, 7)
    body = render(report, ReportRun(position=7, digest=result.digest), format_, "de")
    assert isinstance(body, bytes)
    if format_ is Format.XLSX:
        rows = [row for sheet in load_workbook(BytesIO(body)) for row in sheet.iter_rows(values_only=True)]
        assert any(row[:2] == (title, said) for row in rows)
    elif format_ is Format.CSV:
        assert f'"{title}";"{said}"' in body.decode("utf-8-sig")
    else:
        text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body.decode()))
        assert f"{title} {said}" in text


@pytest.mark.parametrize(("name", "given", "title", "said"), WORDS)
def test_the_head_on_the_screen_says_it_too_and_the_canonical_form_keeps_the_code(
    name: str, given: dict[str, Any], title: str, said: str
) -> None:
    """What is hashed is what was asked."""
    report = _ran(name, given)
    text = " ".join(" ".join(report_lines(result_of(report, 7))).split())
    assert f"{title}: {said}" in text
    asked = dict(json.loads(canonical_json(report))["parameters"])
    assert asked.items() >= {name: str(value) for name, value in given.items()}.items()
    assert all("[" not in value for value in asked.values())
