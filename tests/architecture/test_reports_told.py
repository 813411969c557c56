"""The page docs/reports.md tells of every report there is, and of none that there is not."""

from __future__ import annotations

import re

from domain.reports.registry import REPORTS
from tests.architecture.tree import ROOT


def test_every_report_is_told_of() -> None:
    """By its name, in the first column."""
    text = (ROOT / "docs" / "reports.md").read_text(encoding="utf-8")
    firsts = (line.split("|")[1] for line in text.splitlines() if line.startswith("| `"))
    assert {name for first in firsts for name in re.findall(r"`([a-z_]+)`", first)} == set(REPORTS)
