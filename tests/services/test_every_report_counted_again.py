"""Money, rules, monitoring and rescue list counted again from the export; and no report without a recount."""

from __future__ import annotations

import sys
import tomllib
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from domain.flat_rate_decision import FlatRateDecided
from domain.grant import GrantNoticeReceived, SpendingRecorded
from domain.recorded import Recorded
from domain.replacing import replace
from domain.reports.breakdown import BREAKDOWN
from domain.reports.classed import BY
from domain.reports.definition import ParameterValue, Seen
from domain.reports.double_funding import DOUBLE_FUNDING
from domain.reports.funding import FUNDING
from domain.reports.monitoring import MONITORING
from domain.reports.pathways import PATHWAYS
from domain.reports.programme_rules import PROGRAMME_RULES
from domain.reports.proof_of_use import INTERIM_STATEMENT, PROOF_OF_USE
from domain.reports.registry import REPORTS
from domain.reports.rescue import RESCUE
from domain.reports.rescue_vocabulary import Profile
from domain.reports.statistics import STATISTICS
from domain.reports.table import NotComputable
from services.event_lines import event_line
from tests.domain.ground import PATH_FILE
from tests.domain.report_evidence import facts_of
from tests.services import counted_double_funding, counted_grants, counted_reports, counted_rescue
from tests.services import counted_from_export as naive
from tests.services.counted_from_export import Case, Fields
from tests.services.test_reports_counted_again import DAYS, cases, equal, facts, lines, lived_town

ESCHWEILER = "05334012"
A_SEAT_IS_OPEN = date(2024, 9, 10)
"""A day on which a seat is offered and not answered."""


@cache
def programme() -> list[Fields]:
    """The rates of the path definition, as its file has them."""
    found = tomllib.loads(PATH_FILE.read_text(encoding="utf-8"))["rates"]
    return [
        {**rate, "valid_from": rate["valid_from"].isoformat(), "valid_to": rate.get("valid_to")}
        for rate in found
    ]


@cache
def asked_before_a_course() -> list[str]:
    """What the file of the path asks for before a course is entered."""
    stages = tomllib.loads(PATH_FILE.read_text(encoding="utf-8"))["stages"]
    return list(next(stage["requires"] for stage in stages if stage["kind"] == "course"))


def there(as_of: date, place: str | None) -> list[Case]:
    """The cases of a municipality."""
    return [case for case in cases(as_of) if place in (None, case.place)]


@pytest.mark.parametrize("by", BY.choices)
@pytest.mark.parametrize("as_of", DAYS[1:])
def test_contracts_and_destinations_by_characteristic_are_those_counted_from_the_export(
    by: str, as_of: date
) -> None:
    """The two tables of the breakdown that look past participations."""
    counted = counted_reports.contracts_and_destinations(cases(as_of), as_of, by)
    equal(BREAKDOWN.run(facts(as_of), as_of, {"by": by}), counted, "placements", "destinations")


@pytest.mark.parametrize("own_share", [None, 0, 1_333])
@pytest.mark.parametrize("place", [None, ESCHWEILER])
@pytest.mark.parametrize("as_of", DAYS)
def test_the_use_of_funds_is_the_one_counted_from_the_export(
    as_of: date, place: str | None, own_share: int | None
) -> None:
    """All five tables to the cent, also under another own share."""
    parameters: dict[str, ParameterValue] = {} if place is None else {"municipality": place}
    if own_share is not None:
        parameters["own_share"] = own_share
    grants = counted_grants.grants_of(lines(), as_of, own_share)
    counted = counted_grants.funding(grants, place)
    counted |= counted_grants.teaching(lines(), grants, programme(), as_of, place)
    equal(FUNDING.run(facts(as_of), as_of, parameters), counted)


@pytest.mark.parametrize("as_of", DAYS)
def test_the_statistics_and_pathways_of_one_municipality_are_those_counted_from_the_export(
    as_of: date,
) -> None:
    """As if there were no other."""
    one: dict[str, ParameterValue] = {"municipality": ESCHWEILER}
    here = there(as_of, ESCHWEILER)
    equal(STATISTICS.run(facts(as_of), as_of, one), naive.statistics(here, as_of), most_empty=True)
    equal(PATHWAYS.run(facts(as_of), as_of, one), naive.pathways(here, as_of), most_empty=True)


@pytest.mark.parametrize("place", [None, ESCHWEILER])
@pytest.mark.parametrize("as_of", DAYS[1:])
def test_the_proof_of_use_is_the_one_counted_from_the_export(as_of: date, place: str | None) -> None:
    """Balance, income, statement, payments, onward grants, flat rates, vouchers and the five chapters."""
    parameters: dict[str, ParameterValue] = {"grant": "36.04.01-SR-1"}
    if place is not None:
        parameters["municipality"] = place
    grants = counted_grants.grants_of(lines(), as_of)
    counted = counted_grants.statement(grants, place)
    counted |= counted_reports.narrative(there(as_of, place), grants, as_of, None)
    equal(PROOF_OF_USE.run(facts(as_of), as_of, parameters), counted)


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_the_interim_statement_is_the_one_counted_from_the_export(year: int) -> None:
    """The same of one year, whatever the reference date."""
    as_of = DAYS[-1]
    grants = counted_grants.grants_of(lines(), as_of)
    counted = counted_grants.statement(grants, year=year)
    counted |= counted_reports.narrative(cases(as_of), grants, as_of, year)
    equal(INTERIM_STATEMENT.run(facts(as_of), as_of, {"year": year}), counted)


@pytest.mark.parametrize("place", [None, ESCHWEILER])
@pytest.mark.parametrize(
    ("rules", "given"),
    [
        ((18, 27, ""), {}),
        ((20, 24, ""), {"age_from": 20, "age_to": 24}),
        (
            (18, 27, "toleration_60a,asylum_permission"),
            {"excluded_status": "toleration_60a,asylum_permission"},
        ),
    ],
)
@pytest.mark.parametrize("as_of", DAYS)
def test_the_entries_held_against_the_rules_are_those_counted_from_the_export(
    as_of: date, rules: tuple[int, int, str], given: dict[str, ParameterValue], place: str | None
) -> None:
    """By the rules as they are, and by others."""
    parameters = given if place is None else {**given, "municipality": place}
    counted = counted_reports.programme_rules(there(as_of, place), *rules)
    equal(PROGRAMME_RULES.run(facts(as_of), as_of, parameters), counted, most_empty=True)


@pytest.mark.parametrize("as_of", [date(2025, 3, 31), date(2025, 6, 30), date(2025, 12, 31)])
def test_the_monitoring_is_the_one_counted_from_the_export_wherever_it_is_published(as_of: date) -> None:
    """Every figure before small ones are left out; what is published is the same figure or none."""
    counted = counted_reports.monitoring(cases(as_of), as_of)
    counting = MONITORING.counting(facts(as_of), as_of)
    tables = tuple(table.count(counting) for table in MONITORING.tables)
    equal(MONITORING.report(as_of, {}, Seen(tables=tables)), counted)
    for table in MONITORING.run(facts(as_of), as_of).tables:
        for line in table.lines:
            for column, cell in zip(table.columns, line.cells, strict=True):
                figure = counted.get((table.id, column.id, line.key))
                nothing = None if isinstance(cell, NotComputable) else 0
                assert cell is NotComputable.SUPPRESSED or (nothing if cell == 0 else cell) in (
                    figure,
                    figure or 0,
                )


@pytest.mark.parametrize("profile", Profile)
@pytest.mark.parametrize("place", [None, ESCHWEILER])
@pytest.mark.parametrize("as_of", [*DAYS, A_SEAT_IS_OPEN])
def test_the_rescue_list_is_the_one_counted_from_the_export(
    as_of: date, place: str | None, profile: Profile
) -> None:
    """Who is on it, with what is missing, whom to call and what it costs."""
    parameters: dict[str, ParameterValue] = {"profile": profile.value}
    if place is not None:
        parameters["municipality"] = place
    grants = counted_grants.grants_of(lines(), as_of)
    around = counted_rescue.Around(lines(), grants, programme(), as_of, asked_before_a_course())
    counted = counted_rescue.rescue(there(as_of, place), around, profile.value)
    equal(RESCUE.run(facts(as_of), as_of, parameters), counted, most_empty=True)


def twice_paid() -> list[list[Recorded[Any]]]:
    """The grant of the town, and a second one that claims its flat rates and every fortieth voucher again."""
    [grant] = [history for history in lived_town() if isinstance(history[0].event, GrantNoticeReceived)]
    notice, *rest = grant
    vouchers = [entry for entry in rest if isinstance(entry.event, SpendingRecorded)]
    decided = [entry for entry in rest if isinstance(entry.event, FlatRateDecided)]
    other = notice._replace(event=replace(notice.event, reference="ZW-2"))
    again = [other, *vouchers[::40], *decided]
    return [grant, [entry._replace(stream_id=UUID(int=2)) for entry in again]]


@pytest.mark.parametrize("as_of", DAYS[1:])
def test_what_looks_paid_twice_is_what_a_count_of_all_pairs_finds(as_of: date) -> None:
    """Bills, participations, courses and attendance; the town itself has one grant and nothing to find."""
    streams = twice_paid()
    export = [event_line(entry) for history in streams for entry in history]
    counted = counted_double_funding.double_funding(counted_grants.grants_of(export, as_of))
    equal(DOUBLE_FUNDING.run(facts_of(streams, as_of), as_of), counted)
    assert not DOUBLE_FUNDING.run(facts(as_of), as_of).table("pairs").lines


def test_no_report_is_registered_without_being_counted_again() -> None:
    """Whoever adds a report adds a count of the export; each is run in one of the tests that count again."""
    texts = [
        path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*counted_again.py")
    ]
    for name, definition in REPORTS.items():
        constants = [
            constant
            for module_name, module in list(sys.modules.items())
            if module_name.startswith("domain.reports.")
            for constant, value in vars(module).items()
            if value is definition
        ]
        ways = [f"{constant}.{how}(facts" for constant in constants for how in ("run", "counting")]
        assert any(way in text for way in ways for text in texts), f"{name} is not counted again"
