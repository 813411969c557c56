"""Figures by characteristic: against a count of plain events, and every figure led back to its entries."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from domain.assessment import AssessmentRecorded
from domain.changes import LegalRegimeChanged, MunicipalityChanged, ResidenceStatusChanged
from domain.characteristics import Dimension
from domain.corrections import EntryCorrected
from domain.intake import CaseOpened
from domain.reports.breakdown import BREAKDOWN
from domain.reports.classed import BY
from domain.reports.table import Report
from tests.domain.report_evidence import check_leaving_out, check_sums, facts_of
from tests.domain.test_reports import DAYS, ROETGEN
from tests.domain.varied_town import VARIED

BANDS = {
    (0, 17): "under_18",
    (18, 20): "18_to_20",
    (21, 24): "21_to_24",
    (25, 27): "25_to_27",
    (28, 99): "over_27",
}
TOLERATED = ("toleration_60a", "toleration_60b", "training_toleration_60c", "employment_toleration_60d")


def run(as_of: date, by: str, **parameters: str) -> Report:
    """The report over the town."""
    return BREAKDOWN.run(facts_of(VARIED, as_of), as_of, {"by": by, **parameters})


def plain_class(events: list[Any], by: str, as_of: date) -> str:
    """The class of a case by going through its events, each in its own words."""
    opened = events[0]
    status, regime, place, levels = opened.residence.status, opened.legal_regime, opened.municipality, []
    for event in sorted(events, key=lambda e: e.occurred_on):
        if event.occurred_on > as_of:
            break
        match event:
            case ResidenceStatusChanged():
                status = event.residence.status
            case LegalRegimeChanged():
                regime = event.regime
            case AssessmentRecorded():
                levels += [(level.assessed_on, level.level.value) for level in event.language]
            case _:
                pass
    for event in events:
        if isinstance(event, MunicipalityChanged):
            place = event.municipality
    match by:
        case "residence_status":
            return str(status.value)
        case "legal_regime":
            return str(regime.value)
        case "municipality":
            return str(place)
        case "gender":
            return "not_asked" if opened.gender is None else str(opened.gender.value)
        case "language_level":
            return max(levels)[1] if levels else "not_asked"
        case "nationality":
            codes = sorted(set(opened.nationalities))
            return "several" if len(codes) > 1 else str(codes[0]) if codes else "not_asked"
        case "age_band":
            born = opened.birth_month
            if born is None:
                return "not_asked"
            age = as_of.year - born.year - (as_of.month < born.month)
            return next(name for (least, most), name in BANDS.items() if least <= age <= most)
        case "status_group":
            code = status.value
            if code in TOLERATED:
                return "toleration_group"
            if code in ("settlement_permit", "eu_citizen", "german"):
                return "lasting_group"
            return {"asylum_permission": "permission_group", "unknown": "unknown_group"}.get(
                code, "permit_group"
            )
    raise AssertionError(by)


def plain_events() -> list[list[Any]]:
    """The events of every case with corrections carried out."""
    found = []
    for history in VARIED:
        if isinstance(history[0].event, CaseOpened):
            events = {entry.version: entry.event for entry in history}
            for entry in history:
                if isinstance(entry.event, EntryCorrected):
                    if entry.event.replacement is None:
                        del events[entry.event.version]
                    else:
                        events[entry.event.version] = entry.event.replacement
            found.append(list(events.values()))
    return found


@pytest.mark.parametrize("by", BY.choices)
@pytest.mark.parametrize("as_of", DAYS)
def test_persons_of_every_class_are_those_of_a_count_of_plain_events(by: str, as_of: date) -> None:
    """On every day and by every characteristic; a person of two cases may be in two classes and once in the total."""
    counted: dict[str, set[UUID]] = defaultdict(set)
    for events in plain_events():
        if events[0].occurred_on <= as_of:
            counted[plain_class(events, by, as_of)].add(events[0].participant_id)
    table = run(as_of, by).table("persons")
    assert {line.key[0]: line.cells[0] for line in table.lines if line.key[0] != "total"} == {
        value: len(persons) for value, persons in counted.items()
    }
    assert table.cell("contacted", "total") == len(set().union(*counted.values()))


@pytest.mark.parametrize("by", BY.choices)
def test_figures_of_classes_that_count_participations_add_up_to_the_total(by: str) -> None:
    """Participations, contracts, entries, exits and stock are additive, whatever the class."""
    report = run(date(2025, 12, 30), by)
    for table_id, columns in (
        ("participations", ("participations", "stock", "exits", "dropouts")),
        ("placements", ("contracts", "started", "broken_off")),
    ):
        table = report.table(table_id)
        for column in columns:
            parts = [table.cell(column, *line.key) for line in table.lines if line.key != ("total",)]
            assert sum(int(str(part)) for part in parts) == table.cell(column, "total")
    flow = report.table("flow")
    for column in ("entries", "exits", "stock", "cumulative_entries"):
        for line in flow.lines:
            if line.key[1] == "total":
                parts = [
                    flow.cell(column, *other.key)
                    for other in flow.lines
                    if other.key[0] == line.key[0] and other.key[1] != "total"
                ]
                assert sum(int(str(part)) for part in parts) == flow.cell(column, *line.key)


@pytest.mark.thorough
@pytest.mark.parametrize("by", BY.choices)
def test_leaving_out_an_entry_changes_exactly_the_cells_that_list_it_by_every_characteristic(by: str) -> None:
    """A change of status moves a person from one line to another, and both lines list it."""
    as_of = date(2025, 9, 30)
    assert check_leaving_out(BREAKDOWN, VARIED, as_of, {"by": by}) > 30
    check_leaving_out(BREAKDOWN, VARIED, as_of, {"by": by, "municipality": ROETGEN})
    for day in DAYS:
        check_sums(BREAKDOWN, facts_of(VARIED, day), day, {"by": by})


def test_who_changes_class_counts_in_the_class_of_the_reference_date() -> None:
    """Case 2: Gestattung on 3 March, another permit from 3 May, and only one of both on any day."""
    before, after = run(date(2025, 5, 2), "residence_status"), run(date(2025, 5, 3), "residence_status")
    assert before.table("persons").cell("contacted", "toleration_60b") == 1
    assert all(line.key != ("toleration_60b",) for line in after.table("persons").lines)


def test_every_characteristic_can_be_asked_for_but_the_module() -> None:
    """Persons have no module; by module there is a table of its own."""
    assert set(BY.choices) == {d.value for d in Dimension} - {"module"}
