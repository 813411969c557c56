"""A statement on paper and as a page: room for the text of the narrative report, and lines to sign on."""

from __future__ import annotations

from collections import Counter
from datetime import date
from io import BytesIO

import pikepdf
import pytest

from domain.reports.funding import FUNDING
from domain.reports.proof_of_use import INTERIM_STATEMENT, PROOF_OF_USE
from domain.reports.table import Report
from services.report_formats.rendering import Format, render
from tests.domain.report_evidence import facts_of
from tests.domain.test_proof_of_use import STREAM
from tests.services.report_formats.any_report import a_run
from tests.services.report_formats.test_pdf_file import elements

AS_OF = date(2026, 12, 31)
CHAPTERS = {
    "de": [
        "Verwendung der Zuwendung",
        "Vergleich mit den vorgegebenen Zielen",
        "Rechtsverbindliche Unterschrift",
    ],
    "en": ["Use of the grant", "Comparison with the goals set", "Legally binding signature"],
}


def made(report: Report, format_: Format, language: str = "de") -> bytes:
    """The file."""
    rendered = render(report, a_run(report), format_, language)
    assert isinstance(rendered, bytes)
    return rendered


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("definition", [PROOF_OF_USE, INTERIM_STATEMENT], ids=lambda found: found.name)
def test_a_statement_has_room_for_its_text_and_lines_to_sign_on(definition: object, language: str) -> None:
    """After all tables, in the language of the reader; any other report has none."""
    assert isinstance(definition, type(PROOF_OF_USE))
    report = definition.run(facts_of([STREAM], AS_OF), AS_OF)
    page = made(report, Format.HTML, language).decode()
    places = [page.index(words) for words in CHAPTERS[language]]
    assert places == sorted(places)
    assert places[0] > page.rindex("</table>")
    plain = made(FUNDING.run(facts_of([STREAM], AS_OF), AS_OF), Format.HTML, language).decode()
    assert not any(words in plain for words in CHAPTERS[language])


def test_on_paper_its_chapters_are_headings() -> None:
    """Title, tables with their definitions, the text with five chapters, the signature: a screen reader finds each."""
    report = PROOF_OF_USE.run(facts_of([STREAM], AS_OF), AS_OF)
    pdf = pikepdf.open(BytesIO(made(report, Format.PDF)))
    levels = Counter(str(element.S) for element in elements(pdf.Root.StructTreeRoot))
    assert levels["/H2"] == len(report.tables) + 2
    assert levels["/H3"] == len(report.tables) + 5
