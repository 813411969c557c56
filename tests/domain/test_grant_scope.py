"""The narrative of a statement counts the places, modules and period of its grant, and nothing else of the installation."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.closing import CloseCase
from domain.recorded import Recorded
from domain.reports.definition import ParameterValue
from domain.reports.proof_of_use import INTERIM_STATEMENT, PROOF_OF_USE
from domain.reports.statistics import STATISTICS
from domain.reports.table import Table
from domain.values import Ags, Destination, ExitReason, FundingModule
from tests.domain.ground import ESCHWEILER, after_intake, in_course
from tests.domain.report_evidence import check_leaving_out, check_sums, facts_of
from tests.domain.test_grant import GrantFile, amendment, notice
from tests.domain.test_grant import line as grant_line
from tests.domain.test_reports import ROETGEN, TOWN
from tests.domain.varied_town import VARIED

AS_OF = date(2025, 12, 30)
CASES = [history for history in VARIED if history[0].stream_id.int < 100]
CHAPTERS = ("reach", "modules", "placements", "dropouts", "destinations")


def stream(*commands: Any, number: int = 0x6A7) -> list[Recorded[Any]]:
    """The stream of a grant."""
    at = datetime(2025, 1, 1, tzinfo=UTC)
    events = GrantFile().done(*commands).events
    return [
        Recorded(n, UUID(int=number), n, event, at, "ki", "org", None) for n, event in enumerate(events, 1)
    ]


def at(place: Ags, *modules: FundingModule) -> tuple[Any, ...]:
    """Lines of 2025 for one place."""
    return tuple(
        type(line)(module=line.module, municipality=place, year=line.year, amount_cents=line.amount_cents)
        for line in (grant_line(module) for module in modules)
    )


def narrative(
    *grants: list[Recorded[Any]], definition: Any = PROOF_OF_USE, as_of: date = AS_OF, **asked: ParameterValue
) -> dict[str, Table]:
    """The chapters of a statement over the cases of the town."""
    report = definition.run(facts_of([*CASES, *grants], as_of), as_of, asked)
    return {table: report.table(table) for table in CHAPTERS}


F1, F4 = FundingModule.F1, FundingModule.F4
ROETGEN_F4 = stream(notice(lines=at(ROETGEN, F4)))
BOTH = stream(notice(lines=(*at(ROETGEN, F1, F4), *at(ESCHWEILER, F1, F4))))
KREIS = stream(notice(lines=at(Ags("05334000"), F1, F4)))


def test_a_grant_of_all_places_and_modules_counts_what_the_statistics_count() -> None:
    """Also where its plan names the Kreis alone."""
    whole = STATISTICS.run(facts_of(CASES, AS_OF), AS_OF)
    for grant in (BOTH, KREIS):
        for name, table in narrative(grant).items():
            assert table.lines == whole.table(name).lines


def test_a_grant_of_one_place_counts_that_place_alone() -> None:
    """As the statistics narrowed to it, without the coaching that the grant does not pay."""
    of_place = STATISTICS.run(facts_of(CASES, AS_OF), AS_OF, {"municipality": ROETGEN})
    found = narrative(ROETGEN_F4)
    assert found["reach"].cell("contacted", "total") == of_place.table("reach").cell("contacted", "total")
    assert {line.key[0] for line in found["modules"].lines} == {"F4", "total"}
    assert found["modules"].line("F4") == of_place.table("modules").line("F4")
    assert found["destinations"] != narrative(BOTH)["destinations"]


def test_the_grants_asked_for_decide_and_without_one_all_of_them() -> None:
    """A second grant of Eschweiler, alone and together with that of Roetgen."""
    second = stream(notice(reference="36.04-2", lines=at(ESCHWEILER, F1, F4)), number=0x6A8)
    alone = narrative(ROETGEN_F4, second, grant="36.04-1")
    assert {name: table.lines for name, table in alone.items()} == {
        name: table.lines for name, table in narrative(ROETGEN_F4).items()
    }
    together = narrative(ROETGEN_F4, second)["reach"]
    assert together.lines == narrative(BOTH)["reach"].lines


@pytest.mark.parametrize(
    ("period_from", "contacted"), [(date(2025, 1, 1), 1), (date(2025, 6, 1), 1), (date(2025, 6, 2), 0)]
)
def test_a_case_counts_for_a_grant_in_whose_period_it_was_accompanied(
    period_from: date, contacted: int
) -> None:
    """Closed on 1 June, the last day it counts on."""
    history = (
        after_intake()
        .done(
            CloseCase(
                occurred_on=date(2025, 6, 1),
                exit_reason=ExitReason.WORK,
                destination=Destination.EMPLOYMENT,
                reason="Arbeit",
            )
        )
        .history
    )
    grant = stream(
        notice(lines=at(ESCHWEILER, F1, F4), period_from=period_from, occurred_on=date(2025, 1, 1))
    )
    facts = facts_of([history, grant], AS_OF)
    report = PROOF_OF_USE.run(facts, AS_OF)
    assert report.table("reach").cell("contacted", "total") == contacted
    assert report.table("destinations").cell("at_exit", "total") == contacted


def test_a_participation_counts_for_a_grant_in_whose_period_it_began() -> None:
    """On the day of its entry; a day later the case is still there, and the course began before the grant."""
    history = in_course().history
    [course] = [fact for fact in facts_of([history], AS_OF).participations if fact.entered_on is not None]
    assert course.entered_on is not None
    for begins, entered in ((course.entered_on, 1), (course.entered_on + timedelta(1), 0)):
        grant = stream(notice(lines=at(ESCHWEILER, F1, F4), period_from=begins, occurred_on=date(2025, 1, 1)))
        report = PROOF_OF_USE.run(facts_of([history, grant], AS_OF), AS_OF)
        assert report.table("modules").cell("participations", "total") == entered
        assert report.table("reach").cell("contacted", "total") == 1


def test_the_title_of_a_chapter_says_of_which_days_it_tells() -> None:
    """Up to the reference date, in an interim statement of its year; a year without a day of the grant has none."""
    assert narrative(BOTH)["reach"].title.de == (
        "Sachbericht 1: Zielgruppe und erreichte Personen (01.01.2025 – 30.12.2025)"
    )
    year = narrative(BOTH, definition=INTERIM_STATEMENT, as_of=date(2026, 3, 31), year=2025)["reach"]
    assert year.title.en.endswith("(2025-01-01 – 2025-12-31)")
    assert "Nur für die Zuwendung" in year.columns[0].definition.de


def test_each_figure_names_the_notice_that_makes_it_count() -> None:
    """Leaving out the notice leaves nothing; leaving out the amendment leaves what the plan before counts."""
    grown = stream(
        notice(lines=at(ROETGEN, F4)),
        amendment(occurred_on=date(2025, 6, 1), lines=(*at(ROETGEN, F4), *at(ESCHWEILER, F1, F4))),
    )
    second = stream(notice(reference="36.04-2", lines=at(ROETGEN, F4)), number=0x6A8)
    for grants in ([grown], [grown, second]):
        check_sums(PROOF_OF_USE, facts_of([*CASES, *grants], AS_OF), AS_OF)
        assert check_leaving_out(PROOF_OF_USE, [*CASES, *grants], AS_OF) > 1
    late = stream(notice(lines=at(ESCHWEILER, F1, F4), period_from=date(2025, 7, 1)))
    assert check_leaving_out(INTERIM_STATEMENT, [*TOWN[:5], late], AS_OF) > 1
