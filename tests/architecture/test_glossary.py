"""The glossary: one German term a row, one code word for it, and the code really uses that word."""

from __future__ import annotations

import re
from typing import NamedTuple

from tests.architecture.tree import PACKAGES, ROOT, modules, texts

GLOSSARY = ROOT / "docs" / "glossary.md"
PLANNED = "planned"


class Row(NamedTuple):
    """One row: the German terms, the words of the code, and the note."""

    german: list[str]
    code: list[str]
    note: str


def rows() -> list[Row]:
    """All rows of all tables but their headings."""
    found = []
    for line in GLOSSARY.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if line.startswith("|") and cells[0] != "German" and set(cells[0]) != {"-"}:
            german, code, note = cells
            found.append(Row(re.split(r", ", german), re.findall(r"`([^`]+)`", code), note))
    return found


def words_of_the_code() -> str:
    """Every name used in the packages, their definitions and tables, in snake case, each between underscores."""
    sources = [*modules(*PACKAGES)]
    sources += [file for file in texts() if file.suffix in {".toml", ".sql"} and file.parent != ROOT]
    names = {
        re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
        for source in sources
        for name in re.findall(r"[A-Za-z_]\w*", source.read_text(encoding="utf-8"))
    }
    return "\n".join(f"_{name}_" for name in sorted(names))


def test_the_glossary_has_rows_that_can_be_read() -> None:
    """Every row has a German term and a code word; an empty list would make the tests below blind."""
    assert len(rows()) > 50
    assert [row for row in rows() if not row.german[0] or not row.code] == []


def test_every_code_word_occurs_in_the_code() -> None:
    """A word that no code uses is a wish: it is marked as planned."""
    used = words_of_the_code()
    unused = [
        word
        for row in rows()
        for word in row.code
        if PLANNED not in row.note and not re.search(rf"_{word}(s|es)?_", used)
    ]
    assert unused == []


def test_a_german_term_has_one_row() -> None:
    """The same thing has the same word; the second row of a term would be a second word for it."""
    terms = [term for row in rows() for term in row.german]
    assert sorted({term for term in terms if terms.count(term) > 1}) == []
