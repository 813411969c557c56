"""HTML: a page that stands alone, runs nothing, escapes everything, and whose tables say which cell belongs to what."""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.reports.table import NotComputable, Report, Unit
from services.report_formats.pages import page_table
from services.report_formats.presentation import presented
from services.report_formats.rendering import Format, render
from tests.services.report_formats.any_report import HOSTILE, a_report, a_run, a_table, reports

VOID = {"meta", "br", "hr", "img", "link", "input"}


class Page(HTMLParser):
    """A page taken apart: elements with their attributes, ids, and the texts of cells."""

    def __init__(self, rendered: bytes) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.cells: list[list[str]] = []
        self.texts: list[str] = []
        self.feed(rendered.decode())
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember the element; begin a row or a cell."""
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
        if tag == "tr":
            self.cells.append([])
        if tag in ("th", "td"):
            self.cells[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        """Every element ends where it began."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Text of a cell, or of the page."""
        self.texts.append(data)
        if {"th", "td"} & set(self.open):
            self.cells[-1][-1] += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """The attributes of all elements of a kind."""
        return [attributes for name, attributes in self.elements if name == tag]


def html_of(report: Report, language: str = "de") -> bytes:
    """The report as a page."""
    rendered = render(report, a_run(report), Format.HTML, language)
    assert isinstance(rendered, bytes)
    return rendered


def newlines(text: str) -> str:
    """Line ends as a parser of HTML hands them on, and no NUL, which HTML has no way to write."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "\ufffd")


@settings(deadline=None, max_examples=50)
@given(reports(), st.sampled_from(["de", "en"]))
def test_any_report_reads_back_cell_by_cell(report: Report, language: str) -> None:
    """Heads, keys, figures and words of every table, whatever is in the texts."""
    document = presented(report, a_run(report), language)
    rows = []
    for sheet in document.sheets:
        table = page_table(sheet, language)
        rows.append(
            [
                heading.title + (f" {heading.unit_below}" if heading.unit_below else "")
                for heading in table.headings
            ]
        )
        rows += [list(row.cells) for row in table.rows] or [["keine" if language == "de" else "none"]]
    read = Page(html_of(report, language)).cells
    assert [[newlines(cell) for cell in row] for row in read] == [
        [newlines(cell) for cell in row] for row in rows
    ]


@settings(deadline=None, max_examples=50)
@given(reports())
def test_nothing_in_a_page_runs_or_comes_from_elsewhere(report: Report) -> None:
    """No script, no handler, no address of another place, and a policy that would forbid them."""
    page = Page(html_of(report))
    assert {"script", "iframe", "object", "img", "link", "form"} & {tag for tag, _ in page.elements} == set()
    names = {name for _, attributes in page.elements for name in attributes}
    assert not any(name.startswith("on") or name in ("src", "style") for name in names)
    assert all((link["href"] or "").startswith("#") for link in page.all("a"))
    [policy] = [meta["content"] for meta in page.all("meta") if meta.get("http-equiv")]
    assert policy == "default-src 'none'; style-src 'unsafe-inline'"


@settings(deadline=None, max_examples=50)
@given(reports())
def test_every_reference_leads_to_one_place(report: Report) -> None:
    """Ids are used once; what is labelled or described by something has it on the page."""
    page = Page(html_of(report))
    ids = Counter(attributes["id"] for _, attributes in page.elements if "id" in attributes)
    assert set(ids.values()) <= {1}
    for _, attributes in page.elements:
        for name in ("aria-labelledby", "aria-describedby"):
            assert set((attributes.get(name) or "").split()) <= set(ids)
        if (attributes.get("href") or "").startswith("#"):
            assert (attributes["href"] or "")[1:] in ids


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_is_only_text(text: str) -> None:
    """It adds no element to the page."""
    tame = Page(html_of(a_report(a_table(Unit.TEXT, "x", key="x", text="x"))))
    page = Page(html_of(a_report(a_table(Unit.TEXT, text, key=text, text=text))))
    assert [tag for tag, _ in page.elements] == [tag for tag, _ in tame.elements]
    assert [newlines(cell) for cell in page.cells[1]] == [newlines(text)] * 2


def test_heads_say_what_they_are_the_head_of() -> None:
    """Columns and rows have heads with a scope; a figure is described by its definition."""
    page = Page(html_of(a_report(a_table(Unit.CENTS, 1, 2))))
    scopes = [head["scope"] for head in page.all("th")]
    assert scopes == ["col", "col", "row", "row"]
    assert page.all("th")[1]["aria-describedby"] == "s1-d2"
    assert len(page.all("caption")) == len(page.all("table")) == 1


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_page_has_a_language_a_title_and_says_how_it_was_counted(language: str) -> None:
    """And the whole digest."""
    report = a_report(a_table(Unit.CENTS, 1), title="Zahlen")
    page = Page(html_of(report, language))
    assert page.all("html") == [{"lang": language}]
    texts = " ".join(page.texts)
    assert a_run(report).digest in texts
    assert ("Zahlen – Stichtag 30.06.2026" if language == "de" else "Zahlen – As of 2026-06-30") in texts


def test_what_has_no_figure_is_marked_and_explained_below() -> None:
    """A dash with a mark, and each reason once."""
    cells = (NotComputable.RATE_NOT_KNOWN, 5, NotComputable.RATE_NOT_KNOWN)
    page = Page(html_of(a_report(a_table(Unit.CENTS, *cells))))
    assert [row[1] for row in page.cells[1:]] == ["– ¹", "0,05", "– ¹"]
    notes = [text for text in page.texts if re.match(r"¹ ", text)]
    assert notes == ["¹ nicht berechenbar: Pauschale nicht bekannt"]


def test_the_same_report_gives_the_same_page() -> None:
    """Twice."""
    report = a_report(a_table(Unit.CENTS, 1))
    assert html_of(report) == html_of(report)
