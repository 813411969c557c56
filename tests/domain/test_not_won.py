"""People contacted but not won: by hand with the day, the source and the reason on both sides; every figure led back."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from domain.changes import ChangeMunicipality
from domain.closing import ReopenCase
from domain.intake import DeclineIntake, DeclineReason
from domain.recorded import Recorded
from domain.replacing import replace
from domain.reports.not_won import NOT_WON
from domain.reports.table import NotComputable, Report
from domain.values import Gender, NotStated, NotStatedReason, ParticipantId, ReferralSource
from tests.domain.ground import ESCHWEILER, CaseFile, after_intake, open_case
from tests.domain.report_evidence import check_leaving_out, check_sums, facts_of
from tests.domain.test_reports import ROETGEN

AS_OF = date(2025, 12, 30)


def declined(
    ground: DeclineReason, on: date = date(2025, 4, 1), moved: tuple[ChangeMunicipality, ...] = ()
) -> CaseFile:
    """An intake that ended without a plan."""
    return CaseFile().done(
        open_case(gender=Gender.FEMALE),
        *moved,
        DeclineIntake(occurred_on=on, ground=ground, reason="besprochen"),
    )


def town() -> list[list[Recorded[Any]]]:
    """Seven cases of six persons: three declined for good, one won, one in intake, one declined and taken up again, and a
    second case of the first person, who was won in it."""
    lives: list[tuple[CaseFile, Any, int]] = [
        (declined(DeclineReason.NO_INTEREST), ReferralSource.SELF, 1),
        (
            declined(
                DeclineReason.NO_CONTACT,
                moved=(ChangeMunicipality(occurred_on=date(2025, 3, 15), municipality=ROETGEN),),
            ),
            ReferralSource.SELF,
            2,
        ),
        (
            declined(DeclineReason.NO_CONTACT, date(2025, 7, 1)),
            NotStated(not_stated=NotStatedReason.REFUSED),
            3,
        ),
        (after_intake(), ReferralSource.SELF, 4),
        (CaseFile().done(open_case()), None, 5),
        (
            declined(DeclineReason.NO_CAPACITY).done(
                ReopenCase(occurred_on=date(2025, 8, 1), reason="wieder Platz")
            ),
            ReferralSource.SCHOOL,
            6,
        ),
        (after_intake(), ReferralSource.SELF, 1),
    ]
    streams = []
    for number, (file, source, person) in enumerate(lives, 1):
        first, *rest = [entry._replace(stream_id=UUID(int=number)) for entry in file.history]
        opened = replace(
            first.event, participant_id=ParticipantId(UUID(int=100 + person)), referral_source=source
        )
        streams.append([first._replace(event=opened), *rest])
    return streams


TOWN = town()


def run(as_of: date = AS_OF, **parameters: Any) -> Report:
    """The report over the seven."""
    return NOT_WON.run(facts_of(TOWN, as_of), as_of, parameters)


def test_by_source_by_hand() -> None:
    """Self: persons 1 and 4 won (1 in the other case), 2 not, in Roetgen. Of nobody decided there is no share."""
    table = run().table("by_source")
    # contacted, won, not won, in intake, share not won
    assert table.line(ESCHWEILER, "self").cells == (2, 2, 0, 0, 0)
    assert table.line(ROETGEN, "self").cells == (1, 0, 1, 0, 10_000)
    assert table.line("total", "self").cells == (3, 2, 1, 0, 3_333)
    assert table.line(ESCHWEILER, "not_stated").cells == (1, 0, 1, 0, 10_000)
    assert table.line(ESCHWEILER, "not_asked").cells == (1, 0, 0, 1, NotComputable.NOTHING_TO_DIVIDE_BY)
    assert table.line(ESCHWEILER, "school").cells == (1, 0, 0, 1, NotComputable.NOTHING_TO_DIVIDE_BY)
    assert table.line("total", "total").cells == (6, 2, 2, 2, 5_000)


def test_reasons_by_hand() -> None:
    """Three intakes are declined; who was taken up again is not, and person 1 still counts with the first case."""
    report = run()
    assert {line.key: line.cells for line in report.table("reasons").lines if "total" not in line.key} == {
        (ESCHWEILER, "no_interest"): (1, 1),
        (ESCHWEILER, "no_contact"): (1, 1),
        (ROETGEN, "no_contact"): (1, 1),
    }
    by_source = report.table("reasons_by_source")
    assert by_source.line("total", "no_contact").cells == (2, 2)
    assert by_source.line("self", "total").cells == (2, 2)
    assert by_source.line("total", "total").cells == (3, 3)


@pytest.mark.parametrize(
    ("as_of", "number"),
    [
        (date(2025, 3, 31), 0),
        (date(2025, 4, 1), 2),
        (date(2025, 6, 30), 2),
        (date(2025, 7, 1), 3),
        (AS_OF, 3),
    ],
)
def test_an_intake_is_declined_from_the_day_of_the_decision(as_of: date, number: int) -> None:
    """Two on 1 April, one on 1 July; the one taken up again is known now not to be declined on any day."""
    assert run(as_of).table("reasons").cell("declined", "total", "total") == number


@pytest.mark.parametrize("place", [None, ESCHWEILER, ROETGEN])
@pytest.mark.parametrize("as_of", [date(2025, 3, 10), AS_OF])
def test_leaving_out_an_entry_changes_exactly_the_cells_that_list_it(as_of: date, place: str | None) -> None:
    """A plan, a refusal, a move: without it the person counts in another line or column."""
    parameters = {"municipality": place} if place else {}
    check_sums(NOT_WON, facts_of(TOWN, as_of), as_of, parameters)
    assert check_leaving_out(NOT_WON, TOWN, as_of, parameters) > 1
