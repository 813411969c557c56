"""The rescue list: a case counts when all answers are on record, and else stands there with what is missing."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from domain.closing import CaseClosed
from domain.coaching import CoachAssigned
from domain.followup import FollowUpOutcomeRecorded
from domain.person import Residence
from domain.recorded import Recorded
from domain.replacing import replace
from domain.reports.rescue import RESCUE
from domain.reports.rescue_definitions import MANDATORY, Missing, Profile
from domain.reports.table import NotComputable, Report
from domain.values import (
    Destination,
    ExitReason,
    Gender,
    LegalRegime,
    NationalityCode,
    NotStated,
    NotStatedReason,
    ResidenceStatus,
)
from tests.domain.ground import COACH, after_intake, in_course
from tests.domain.report_evidence import facts_of
from tests.domain.test_reports import ROETGEN, TOWN
from tests.domain.varied_town import VARIED

AS_OF = date(2025, 12, 30)
COMPLETE = {
    "gender": Gender.FEMALE,
    "birth_month": date(2003, 5, 1),
    "nationalities": (NationalityCode("423"),),
    "residence": Residence(status=ResidenceStatus.TOLERATION_60A),
    "legal_regime": LegalRegime.ASYLBLG_3,
}


def case(**answers: object) -> list[Recorded[Any]]:
    """A case in a course, with these answers at its opening."""
    first, *rest = in_course().history
    return [first._replace(event=replace(first.event, **{**COMPLETE, **answers})), *rest]


def run(history: list[Recorded[Any]], as_of: date = AS_OF, profile: str = "programme") -> Report:
    """The report over one case."""
    return RESCUE.run(facts_of([history], as_of), as_of, {"profile": profile})


def missing(report: Report) -> list[str]:
    """What the one case lacks."""
    lines = report.table("rescue").lines
    return str(lines[0].cells[0]).split() if lines else []


def test_a_case_with_all_answers_counts_and_is_not_on_the_list() -> None:
    """One case, entered, complete."""
    report = run(case())
    assert report.table("counting").line("total").cells == (1, 1, 0)
    assert report.table("rescue").lines == ()


@pytest.mark.parametrize(
    ("answer", "absent", "named"),
    [
        ("gender", None, "gender"),
        ("birth_month", None, "birth_month"),
        ("nationalities", (), "nationality"),
        ("residence", Residence(status=ResidenceStatus.UNKNOWN), "residence_status"),
        ("legal_regime", LegalRegime.UNKNOWN, "legal_regime"),
    ],
)
def test_one_missing_answer_keeps_a_case_from_counting(answer: str, absent: object, named: str) -> None:
    """And is named, once in the list and once in the table of gaps."""
    report = run(case(**{answer: absent}))
    assert report.table("counting").line("total").cells == (1, 0, 1)
    assert missing(report) == [named]
    assert report.table("gaps").cell("cases", named) == 1


def test_not_stated_is_an_answer() -> None:
    """Asked and not answered counts; not asked does not."""
    assert missing(run(case(gender=NotStated(not_stated=NotStatedReason.REFUSED)))) == []


def closed(destination: Destination, *follow_up: Destination) -> list[Recorded[Any]]:
    """The case, closed on 10 June, with the outcome of a follow-up on 10 December."""
    history = case()
    last = history[-1]
    events = [
        CaseClosed(
            occurred_on=date(2025, 6, 10), exit_reason=ExitReason.WORK, destination=destination, reason=""
        ),
        *(
            FollowUpOutcomeRecorded(occurred_on=date(2025, 12, 10), destination=outcome, note="")
            for outcome in follow_up
        ),
    ]
    added = [last._replace(version=last.version + n, event=event) for n, event in enumerate(events, 1)]
    return [*history, *added]


@pytest.mark.parametrize(
    ("as_of", "lacks"),
    [(date(2025, 6, 9), False), (date(2025, 12, 9), False), (date(2025, 12, 10), True)],
)
def test_the_follow_up_is_missing_from_the_day_six_months_after_the_exit(as_of: date, lacks: bool) -> None:
    """For the ESF+ profile; the programme does not ask for it."""
    history = closed(Destination.EMPLOYMENT)
    assert ("follow_up" in missing(run(history, as_of, "esf_plus"))) == lacks
    assert missing(run(history, as_of)) == []
    assert "follow_up" not in missing(
        run(closed(Destination.EMPLOYMENT, Destination.NONE), as_of, "esf_plus")
    )


def test_an_unknown_destination_at_exit_is_missing() -> None:
    """It is no answer."""
    assert missing(run(closed(Destination.UNKNOWN))) == ["destination"]
    assert missing(run(closed(Destination.UNKNOWN), date(2025, 6, 9))) == []


def test_what_it_costs_is_told_where_the_rate_is_known_and_never_as_zero_where_it_is_not() -> None:
    """The case of the town with 18 attended units of F4: 18 × 37.50 € = 675.00 € at most."""
    first, *rest = TOWN[0]
    attending = [first._replace(event=replace(first.event, gender=None)), *rest]
    assert run(attending).table("rescue").lines[0].cells[3] == 675_00
    first, *rest = after_intake().history
    coached = [
        *[first._replace(event=replace(first.event, gender=None)), *rest],
        rest[-1]._replace(
            version=rest[-1].version + 1,
            event=CoachAssigned(occurred_on=date(2025, 4, 1), coach=COACH, provider="Träger"),
        ),
    ]
    line = run(coached).table("rescue").lines[0]
    assert line.cells[1:] == ("coach_in_charge", 1, NotComputable.RATE_NOT_KNOWN)


def test_lines_and_gaps_and_counts_agree() -> None:
    """As many on the list as do not count; each gap as often as it is named."""
    for profile in Profile:
        report = RESCUE.run(facts_of(VARIED, AS_OF), AS_OF, {"profile": profile.value})
        lines = report.table("rescue").lines
        entered, complete, incomplete = report.table("counting").line("total").cells
        assert incomplete == len(lines)
        assert entered == int(str(complete)) + len(lines)
        for answer in MANDATORY[profile]:
            named = sum(answer.value in str(line.cells[0]).split() for line in lines)
            assert report.table("gaps").cell("cases", answer.value) == named
        assert set(MANDATORY[profile]) <= set(Missing)


def test_the_list_names_cases_and_roles_and_nobody() -> None:
    """A case number, codes and figures: no name, no staff id."""
    for line in RESCUE.run(facts_of(VARIED, AS_OF), AS_OF, {}).table("rescue").lines:
        UUID(line.key[0])
        assert line.cells[1] in ("coach_in_charge", "caseworker_in_charge")
        assert set(str(line.cells[0]).split()) <= {answer.value for answer in Missing}


def test_a_list_of_one_municipality_has_its_own_cases_only() -> None:
    """Roetgen has fewer than all."""
    everywhere = RESCUE.run(facts_of(VARIED, AS_OF), AS_OF, {}).table("rescue").lines
    there = RESCUE.run(facts_of(VARIED, AS_OF), AS_OF, {"municipality": ROETGEN}).table("rescue").lines
    assert {line.key for line in there} < {line.key for line in everywhere}
