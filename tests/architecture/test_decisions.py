"""Decision records: one page each, always with the same five headings, and all of them in the index."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT, named

FOLDER = ROOT / "docs" / "decisions"
RECORDS = sorted(FOLDER.glob("[0-9]*.md"))
HEADINGS = ["Context", "Decision", "Consequences", "Alternatives", "References"]
MOST_LINES = 70
WIDTH = 120


@pytest.mark.parametrize("record", RECORDS, ids=named)
def test_a_record_has_its_five_headings_in_order(record: Path) -> None:
    """Whoever looks for the alternatives finds them in the same place in every record."""
    assert re.findall(r"^## (.+)$", record.read_text(encoding="utf-8"), re.MULTILINE) == HEADINGS


@pytest.mark.parametrize("record", RECORDS, ids=named)
def test_a_record_begins_with_its_number_and_its_status(record: Path) -> None:
    """The title repeats the number of the file; below it stands since when the record holds."""
    title, _, status = record.read_text(encoding="utf-8").splitlines()[:3]
    assert title.startswith(f"# {record.name[:4]} ")
    assert re.match(r"Status: (accepted|superseded by \[\d{4}\]\(.+\)), \w+ \d{4}", status)


@pytest.mark.parametrize("record", RECORDS, ids=named)
def test_a_record_is_one_page(record: Path) -> None:
    """What does not fit on a page is two decisions, or documentation."""
    lines = record.read_text(encoding="utf-8").splitlines()
    wrapped = [part for line in lines for part in textwrap.wrap(line, WIDTH)]
    assert len(wrapped) <= MOST_LINES


def test_every_record_is_in_the_index_with_one_line() -> None:
    """The index names each record once, in order, and says in one line what it decides."""
    rows = re.findall(
        r"^\| \[(\d{4}) .+?\]\((.+?)\) \| (.+) \|$", (FOLDER / "README.md").read_text(encoding="utf-8"), re.M
    )
    assert [file for _, file, _ in rows] == [record.name for record in RECORDS]
    assert all(file.startswith(number) and len(line) <= 160 for number, file, line in rows)


def test_no_number_is_used_twice() -> None:
    """A number names one record for ever."""
    numbers = [record.name[:4] for record in RECORDS]
    assert len(set(numbers)) == len(numbers)
