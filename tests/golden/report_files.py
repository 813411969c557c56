"""Golden reports: what every report says of the town that was written down, as one readable file per run.

``python -m tests.golden.report_files`` writes the files that are missing, and anew those whose definition has a higher
version than the file. A file whose version is the current one is never written over: whoever changes a figure raises the
version of its report, so that nothing that was sealed with the old one is counted otherwise in silence.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from domain.reports.definition import ParameterValue, ReportDefinition
from domain.reports.facts import Facts
from domain.reports.registry import OLD_REPORTS, REPORTS
from domain.reports.table import Report, canonical_json
from tests.domain.report_evidence import facts_of
from tests.golden.report_town import town

FOLDER: Final = Path(__file__).parent / "reports"
AS_OF: Final = date(2026, 3, 31)
PLACE: Final = "05334012"


@dataclass(frozen=True, slots=True, kw_only=True)
class Golden:
    """One run: a report with its parameters, as of ``AS_OF``; ``file`` is the name without its ending.

    One of an earlier version was written by the program that had it.
    """

    file: str
    report: str
    parameters: Mapping[str, ParameterValue]
    earlier: int | None = None

    @property
    def definition(self) -> ReportDefinition:
        """The definition it is counted by."""
        current = REPORTS[self.report]
        return current if self.earlier is None else OLD_REPORTS[self.report, self.earlier]


def _golden(report: str, earlier: int | None = None, **parameters: ParameterValue) -> Golden:
    words = [report, *([] if earlier is None else [str(earlier)]), *parameters]
    return Golden(file="_".join(words), report=report, parameters=parameters, earlier=earlier)


_CHOSEN: Final = (
    _golden("breakdown", by="status_group"),
    _golden("breakdown", by="age_band", municipality=PLACE),
    _golden("gaps", longer_than=30),
    _golden("programme_rules", age_from=20, age_to=25, excluded_status="asylum_permission,toleration_60a"),
    _golden("funding", municipality=PLACE, own_share=1_500),
    _golden("funding", 4, municipality=PLACE, own_share=1_500),
    _golden("proof_of_use", municipality=PLACE, grant="36.04.01-SR-1"),
    _golden("interim_statement", municipality=PLACE, year=2025),
    _golden("monitoring", threshold="3"),
    _golden("rescue", profile="esf_plus", cut_off=date(2026, 6, 30)),
)
GOLDEN: Final = (
    *_CHOSEN,
    *(_golden(name) for name in REPORTS if name not in {one.report for one in _CHOSEN}),
)
"""Every report, and every kind of parameter: municipality, code, codes, number, day, grant; a report that none was chosen for,
without any."""


@cache
def _facts() -> Facts:
    return facts_of(town(), AS_OF)


def run(golden: Golden) -> Report:
    """The report counted now."""
    return golden.definition.run(_facts(), AS_OF, golden.parameters)


def content(report: Report) -> dict[str, Any]:
    """What a file holds: the digest of the canonical bytes, and the report for people to read."""
    canonical = canonical_json(report)
    return {"sha256": sha256(canonical).hexdigest(), "report": json.loads(canonical)}


def as_text(found: dict[str, Any]) -> str:
    """Indented, with every title, column and line of a table on one line."""
    rows: list[str] = []

    def marked(value: Any) -> str:
        rows.append(json.dumps(value, ensure_ascii=False, sort_keys=True))
        return f"@{len(rows) - 1}@"

    tables = [
        {
            **table,
            "title": marked(table["title"]),
            **{part: [marked(row) for row in table[part]] for part in ("keys", "columns", "lines")},
        }
        for table in found["report"]["tables"]
    ]
    whole = {**found, "report": {**found["report"], "tables": tables}}
    text = json.dumps(whole, ensure_ascii=False, sort_keys=True, indent=1)
    return re.sub(r'"@(\d+)@"', lambda mark: rows[int(mark[1])], text) + "\n"


def write(folder: Path = FOLDER) -> list[str]:
    """Write what is missing or of a lower version than its definition, and return the names; the others stay.

    An earlier version that is missing is taken from the history of the repository, never written by a later program.
    """
    new = []
    for golden in GOLDEN:
        path = folder / f"{golden.file}.json"
        if golden.earlier is not None:
            continue
        if path.exists():
            there = json.loads(path.read_text("utf-8"))["report"]["version"]
            if there >= golden.definition.version:
                continue
        path.write_text(as_text(content(run(golden))), "utf-8")
        new.append(path.name)
    return new


if __name__ == "__main__":
    for name in write():
        print(name)
