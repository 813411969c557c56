"""PDF: what archives and screen readers ask for is in its structure, and the sealed bytes are in its attachment.

No validator of PDF/A or PDF/UA runs here: typst refuses what breaks the standards it claims, and these tests look at
the structure with another library.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from hypothesis import HealthCheck, given, settings

from domain.path import Title
from domain.reports.table import Column, Line, Report, Table, Unit, canonical_json
from services.report_formats.rendering import Format, render
from services.report_formats.run import ReportRun
from services.report_formats.typesetting import PdfNotMade, typeset, unprintable
from tests.services.report_formats.any_report import HOSTILE, a_report, a_run, a_table, reports

WRITTEN = datetime(2026, 6, 30, tzinfo=UTC)


def pdf_of(report: Report, language: str = "de", run: ReportRun | None = None) -> bytes:
    """The report as PDF."""
    rendered = render(report, run or a_run(report), Format.PDF, language)
    assert isinstance(rendered, bytes)
    return rendered


def opened(report: Report, language: str = "de", run: ReportRun | None = None) -> pikepdf.Pdf:
    """The PDF as another library reads it."""
    return pikepdf.open(BytesIO(pdf_of(report, language, run)))


def elements(node: Any) -> Iterator[Any]:
    """All elements of the structure tree, from the top."""
    if isinstance(node, pikepdf.Array):
        for child in node:
            yield from elements(child)
    elif isinstance(node, pikepdf.Dictionary):
        if "/S" in node:
            yield node
        if "/K" in node:
            yield from elements(node.K)


def kinds(pdf: pikepdf.Pdf) -> Counter[str]:
    """How many elements of each kind the structure has."""
    return Counter(str(element.S) for element in elements(pdf.Root.StructTreeRoot))


def many_lines(number: int, columns: int = 2) -> Table:
    """A table that does not fit on one page."""
    title = Title(de="Bestand", en="Stock")
    return Table(
        id="t",
        title=Title(de="Lange Tabelle", en="Long table"),
        keys=(Title(de="Schlüssel", en="key"),),
        columns=tuple(
            Column(id=f"c{n}", title=title, unit=Unit.CENTS, definition=title) for n in range(columns)
        ),
        lines=tuple(Line(key=(f"Zeile {n}",), cells=(n,) * columns) for n in range(number)),
    )


def test_the_file_claims_the_standards_for_archives_and_for_screen_readers() -> None:
    """PDF/A-3a and PDF/UA-1, with an output intent for colours."""
    pdf = opened(a_report(a_table(Unit.CENTS, 1)))
    with pdf.open_metadata() as metadata:
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "A")
        assert metadata["pdfuaid:part"] == "1"
    assert [str(intent.S) for intent in pdf.Root.OutputIntents] == ["/GTS_PDFA1"]


@pytest.mark.parametrize(("language", "declared"), [("de", "de-DE"), ("en", "en-GB")])
def test_the_file_has_a_language_a_title_and_an_outline(language: str, declared: str) -> None:
    """A reader hears the right language, sees the title and not the name of a file, and can jump to a table."""
    pdf = opened(a_report(a_table(Unit.CENTS, 1), title="Zahlen"), language)
    assert str(pdf.Root.Lang) == declared
    with pdf.open_metadata() as metadata:
        assert metadata["dc:title"] == "Zahlen"
    assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
    with pdf.open_outline() as outline:
        assert [entry.title for entry in outline.root] == ["Zahlen"]
        assert [entry.title for entry in outline.root[0].children] == [
            "Tabelle" if language == "de" else "Table"
        ]


def test_everything_is_tagged_and_heads_of_tables_are_heads() -> None:
    """One head cell for each column, said once though it is printed on every page; one data cell for each cell."""
    pdf = opened(a_report(many_lines(150)))
    assert bool(pdf.Root.MarkInfo.Marked)
    found = kinds(pdf)
    assert len(pdf.pages) > 2
    assert (found["/Table"], found["/TH"], found["/TD"]) == (1, 3, 450)
    assert (found["/H1"], found["/H2"]) == (1, 1)
    heads = [element for element in elements(pdf.Root.StructTreeRoot) if element.S == "/TH"]
    attributes = [head.A[0] if isinstance(head.A, pikepdf.Array) else head.A for head in heads]
    assert [str(attribute.Scope) for attribute in attributes] == ["/Column"] * 3


def test_every_font_is_embedded() -> None:
    """So that it looks the same in thirty years."""
    pdf = opened(a_report(a_table(Unit.CENTS, 1)))
    fonts = [
        font.DescendantFonts[0].FontDescriptor
        for page in pdf.pages
        for font in dict(page.resources.Font.items()).values()
    ]
    assert fonts
    assert all({"/FontFile", "/FontFile2", "/FontFile3"} & set(font.keys()) for font in fonts)


def test_the_bytes_that_were_hashed_are_attached() -> None:
    """Whoever has the paper's file can check its digest without us."""
    report = a_report(a_table(Unit.CENTS, 1))
    pdf = opened(report)
    [name] = pdf.attachments
    assert name == "report-canonical.json"
    assert pdf.attachments[name].get_file().read_bytes() == canonical_json(report)
    assert [str(file.AFRelationship) for file in pdf.Root.AF] == ["/Source"]


def test_the_date_of_the_file_is_that_of_the_run() -> None:
    """The known instant when there is one, else the reference date; never the clock."""
    report = a_report(a_table(Unit.CENTS, 1))
    assert str(opened(report).docinfo.CreationDate).startswith("D:20260630000000")
    known = ReportRun(position=7, digest="", known_at=datetime(2026, 7, 3, 8, 30, tzinfo=UTC))
    assert str(opened(report, run=known).docinfo.CreationDate).startswith("D:20260703083000")


def test_a_wide_table_lies_on_its_side_and_a_narrow_one_does_not() -> None:
    """Twelve amounts do not stand beside each other on an upright page."""
    for columns, wide in ((2, False), (12, True)):
        pdf = opened(a_report(many_lines(3, columns)))
        left, bottom, right, top = pdf.pages[0].mediabox
        assert (right - left > top - bottom) is wide


@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(reports())
def test_any_report_becomes_the_same_file_twice(report: Report) -> None:
    """Whatever is in its texts: nothing is executed, nothing missing, every cell has its place in the structure."""
    first = pdf_of(report)
    assert first == pdf_of(report)
    assert kinds(pikepdf.open(BytesIO(first)))["/Table"] >= len(report.tables)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_is_only_text(text: str) -> None:
    """It is data for the template and never part of it."""
    found = kinds(opened(a_report(a_table(Unit.TEXT, text, key=text, text=text))))
    assert (found["/Table"], found["/TH"], found["/TD"]) == (1, 2, 2)


LATIN = [*range(0x20, 0x7F), *range(0xA0, 0x250)]
DIN_91379 = "ʰʳʹʺʾʿˈˌẀẁẂẃẄẅḂḃḆḇḊḋḌḍḎḏḐḑḔḕḖḗḜḝḞḟḠḡḢḣḤḥḦḧḨḩḪḫḰḱḲḳḴḵḶḷḺḻṀṁṂṃṄṅṆṇṈṉṒṓṔṕṖṗṘṙṚṛṞṟṠṡṢṣṪṫṬṭṮṯẆẇẊẋẌẍẎẏẐẑẒẓẔẕẖẗẞẠạẢảẤấẦầẨẩẪẫẬậẮắẰằẲẳẴẵẶặẸẹẺẻẼẽẾếỀềỂểỄễỆệỈỉỊịỌọỎỏỐốỒồỔổỖỗỘộỚớỜờỞởỠỡỢợỤụỦủỨứỪừỬửỮữỰựỲỳỴỵỶỷỸỹ€"
SEQUENCES = (
    *("A̋", "C̀", "C̄", "C̆", "C̈", "C̕", "C̣", "C̦", "C̨̆", "D̂", "F̀", "F̄", "G̀", "H̄", "H̦", "H̱", "J́", "J̌"),
    *("K̀", "K̂", "K̄", "K̇", "K̕", "K̛", "K̦", "K͟H", "L̂", "L̥", "L̥̄", "L̦", "M̀", "M̂", "M̆", "M̐", "N̂", "N̄"),
    *("N̆", "N̦", "P̀", "P̄", "P̕", "P̣", "R̆", "R̥", "R̥̄", "S̀", "S̄", "S̛̄", "S̱", "T̀", "T̄", "T̈", "T̕", "T̛"),
    *("U̇", "Z̀", "Z̄", "Z̆", "Z̈", "Z̧", "a̋", "c̀", "k͟h", "l̥", "m̐", "r̥̄", "s̛̄", "t̛", "z̧"),
)


@pytest.mark.parametrize(
    "letters",
    [" ".join(map(chr, LATIN)), " ".join(DIN_91379), " ".join(SEQUENCES)],
    ids=["Latin", "DIN 91379", "sequences"],
)
def test_the_letters_of_names_are_set_as_letters(letters: str) -> None:
    """None of them is spelled out as a code, alone or in a table."""
    assert unprintable(frozenset(letters)) == frozenset()
    text = b'#set document(title: "-")\n#set text(font: json("values.json").fonts)\n#json("values.json").text'
    assert typeset(text, {"text": letters}, {}, WRITTEN)


def test_a_character_that_no_font_has_is_shown_as_its_code() -> None:
    """A hole in the paper would be a lost fact."""
    assert unprintable(frozenset("aß漢😀\x00\ue000")) == frozenset("漢😀\x00\ue000")
    assert pdf_of(a_report(a_table(Unit.TEXT, "Beleg 😀漢\x00", key="த")))


@pytest.mark.parametrize("joining", ["\U0001f3fb", "\u108f", "\u0f39"])
def test_a_character_that_joins_the_one_before_it_is_named_itself(joining: str) -> None:
    """Not the space or the letter that it would join."""
    assert joining in unprintable(frozenset(f"\u2013{joining}"))
    assert opened(a_report(a_table(Unit.TEXT, f" {joining}", key=joining, text=f"a{joining} {joining}")))


def test_a_broken_template_is_not_taken_for_a_missing_character() -> None:
    """It fails with the words of typst."""
    with pytest.raises(PdfNotMade, match="unknown variable"):
        typeset(b"#nothing", {}, {}, WRITTEN)
    with pytest.raises(PdfNotMade, match="missing document title"):
        typeset(b"text", {}, {}, WRITTEN)
