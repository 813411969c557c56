"""The rescue list: a case counts when all answers are on record, and else stands there with what is missing."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.attendance import AttendanceProof, AttendanceRecorded
from domain.closing import CaseClosed
from domain.coaching import CoachAssigned
from domain.course import CourseStarted
from domain.followup import FollowUpOutcomeRecorded
from domain.person import Residence
from domain.recorded import Recorded
from domain.replacing import replace
from domain.reports.rescue import RESCUE
from domain.reports.rescue_cut_off import cut_off_refusal
from domain.reports.rescue_vocabulary import MANDATORY, Missing, Profile
from domain.reports.table import Cell, NotComputable, Report, Table
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
from tests.domain.ground import COACH, ESCHWEILER, after_intake, in_course
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


def figures(table: Table, number: int = 0) -> dict[str, Cell]:
    """The cells of a line by their columns."""
    cells = table.lines[number].cells
    return {column.id: cell for column, cell in zip(table.columns, cells, strict=True)}


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
    assert figures(run(attending).table("rescue"))["at_risk"] == 675_00
    first, *rest = after_intake().history
    coached = [
        *[first._replace(event=replace(first.event, gender=None)), *rest],
        rest[-1]._replace(
            version=rest[-1].version + 1,
            event=CoachAssigned(occurred_on=date(2025, 4, 1), coach=COACH, provider="Träger"),
        ),
    ]
    assert figures(run(coached).table("rescue")) == {
        "missing": "gender legal_regime",
        "call": "coach_in_charge",
        "contact": COACH,
        "place": ESCHWEILER,
        "participations": 1,
        "days_left": 1,
        "at_risk": NotComputable.RATE_NOT_KNOWN,
    }


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


def forms(report: Report) -> list[tuple[tuple[str, ...], tuple[object, ...]]]:
    """The lines of the missing forms, without the number of the participation."""
    return [(line.key[1:2], line.cells) for line in report.table("forms").lines]


def attended(*spans: tuple[date, date]) -> list[Recorded[Any]]:
    """The case in the course that it entered on 3 March 2025, with attendance of these spans on record."""
    history = case()
    last = history[-1]
    participation = next(
        entry.event.participation_id for entry in history if isinstance(entry.event, CourseStarted)
    )
    added = [
        last._replace(
            version=last.version + n,
            event=AttendanceRecorded(
                occurred_on=to_on,
                participation_id=participation,
                from_on=from_on,
                to_on=to_on,
                units_attended=8,
                units_held=10,
                proof=AttendanceProof.SIGNATURE_LIST,
            ),
        )
        for n, (from_on, to_on) in enumerate(spans, 1)
    ]
    return [*history, *added]


def entered(history: list[Recorded[Any]]) -> date:
    """When the course was entered."""
    return next(entry.event.occurred_on for entry in history if isinstance(entry.event, CourseStarted))


def test_every_past_week_of_a_course_without_attendance_is_a_missing_form() -> None:
    """The week that still runs is not yet; a span covers every week it touches."""
    first = entered(case())
    monday = first - timedelta(first.weekday())
    for as_of, weeks in (
        (monday + timedelta(5), 0),
        (monday + timedelta(6), 1),
        (monday + timedelta(12), 1),
        (monday + timedelta(13), 2),
        (monday + timedelta(27), 4),
    ):
        lines = forms(run(case(), as_of))
        assert [cells[0] for _, cells in lines] == ([weeks] if weeks else []), as_of
    as_of = monday + timedelta(27)
    history = attended((first, first), (monday + timedelta(8), monday + timedelta(15)))
    assert [cells[0] for _, cells in forms(run(history, as_of))] == [1]
    history = attended((monday, monday + timedelta(27)))
    assert forms(run(history, as_of)) == []


def test_a_missing_list_says_whom_to_call_what_cures_it_and_how_long_there_is() -> None:
    """The provider; recording the attendance; until the end of the quarter unless a cut-off is given."""
    as_of = date(2025, 6, 10)
    facts = facts_of([case()], as_of)
    [line] = RESCUE.run(facts, as_of, {}).table("forms").lines
    assert line.key[1] == "attendance_list"
    said = figures(RESCUE.run(facts, as_of, {}).table("forms"))
    assert (said["days_left"], said["call"], said["cure"]) == (20, "provider_of_offer", "attendance_recorded")
    assert said["rate"] == 3750 or said["rate"] is NotComputable.RATE_NOT_KNOWN
    [line] = RESCUE.run(facts, as_of, {"cut_off": date(2025, 12, 31)}).table("forms").lines
    assert line.cells[1] == 204


@pytest.mark.parametrize(
    ("as_of", "until", "left"),
    [
        (date(2025, 9, 30), None, None),
        (date(2025, 10, 1), None, 70),
        (date(2025, 12, 9), None, 1),
        (date(2025, 12, 31), None, -21),
        (date(2025, 9, 30), date(2025, 12, 9), None),
        (date(2025, 9, 30), date(2025, 12, 10), 71),
    ],
)
def test_a_follow_up_that_falls_due_by_the_cut_off_is_foreseen(
    as_of: date, until: date | None, left: int | None
) -> None:
    """The case that left on 10 June: six months are over on 10 December; the programme does not ask."""
    given = {"profile": "esf_plus"} | ({"cut_off": until} if until else {})
    facts = facts_of([closed(Destination.EMPLOYMENT)], as_of)
    for profile, expected in ((given, left), (given | {"profile": "programme"}, None)):
        lines = [
            line
            for line in RESCUE.run(facts, as_of, profile).table("forms").lines
            if line.key[1] == "follow_up_form"
        ]
        assert [line.cells[1] for line in lines] == ([] if expected is None else [expected])
    answered = facts_of([closed(Destination.EMPLOYMENT, Destination.EMPLOYMENT)], date(2025, 12, 31))
    keys = [line.key[1] for line in RESCUE.run(answered, date(2025, 12, 31), given).table("forms").lines]
    assert "follow_up_form" not in keys


def test_a_cut_off_before_the_reference_date_is_refused() -> None:
    """On the day itself there is still something to do."""
    facts = facts_of([case()], AS_OF)
    refused = [
        cut_off_refusal(RESCUE.counting(facts, AS_OF, {"cut_off": day}))
        for day in (AS_OF - timedelta(1), AS_OF)
    ]
    assert refused[0] is not None
    assert refused[0].rule_id == "report.cut_off_before_as_of"
    assert refused[1] is None
