"""Reports of a town that was written down once come out as they did then, to the byte."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from domain.replacing import replace
from domain.reports.definition import ParameterKind
from domain.reports.registry import OLD_REPORTS, REPORTS
from domain.reports.table import NotComputable, canonical_json
from tests.golden.report_files import FOLDER, GOLDEN, Golden, as_text, content, run, write


@pytest.mark.parametrize("golden", GOLDEN, ids=lambda golden: golden.file)
def test_a_report_says_of_the_town_what_it_always_said(golden: Golden) -> None:
    """Other figures need a higher version of the definition: then ``python -m tests.golden.report_files``."""
    found = json.loads((FOLDER / f"{golden.file}.json").read_text("utf-8"))
    now = content(run(golden))
    assert found["report"]["version"] == golden.definition.version, "written with another version"
    assert now["report"] == found["report"]
    assert now["sha256"] == found["sha256"]


def test_every_report_and_every_kind_of_parameter_has_a_golden_file() -> None:
    """A report that is registered without one is named here, and so is a file that nobody writes."""
    assert {golden.report for golden in GOLDEN if golden.earlier is None} == set(REPORTS)
    assert {(golden.report, golden.earlier) for golden in GOLDEN if golden.earlier} == set(OLD_REPORTS)
    kinds = {
        parameter.kind
        for golden in GOLDEN
        for parameter in REPORTS[golden.report].parameters
        if parameter.name in golden.parameters
    }
    asked = {parameter.kind for report in REPORTS.values() for parameter in report.parameters}
    assert kinds == asked <= set(ParameterKind)
    assert {path.stem for path in FOLDER.glob("*.json")} == {golden.file for golden in GOLDEN}
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 400_000


@pytest.mark.parametrize("golden", GOLDEN, ids=lambda golden: golden.file)
def test_a_golden_report_has_something_to_tell(golden: Golden) -> None:
    """Figures other than 0 in it, if only such as are left out; a file of noughts would hold nothing."""
    cells = [cell for table in run(golden).tables for line in table.lines for cell in line.cells]
    nothing = set(NotComputable) - {NotComputable.SUPPRESSED}
    assert any(cell and cell not in nothing for cell in cells) or golden.report in SILENT


SILENT = ("double_funding",)
"""The town has one grant, so no two of them pay the same."""


def test_a_golden_file_of_the_current_version_is_never_written_over(tmp_path: Path) -> None:
    """A missing one is written, one of a lower version, too."""
    assert len(write(tmp_path)) == sum(golden.earlier is None for golden in GOLDEN)
    assert write(tmp_path) == []
    path = tmp_path / "rescue_profile_cut_off.json"
    report = run(next(golden for golden in GOLDEN if golden.file == "rescue_profile_cut_off"))
    older = replace(report, version=report.version - 1)
    path.write_text(as_text(content(older)), "utf-8")
    assert write(tmp_path) == ["rescue_profile_cut_off.json"]
    assert json.loads(path.read_text("utf-8"))["report"] == json.loads(canonical_json(report))
