"""The rescue list: seats that nobody answered or entered, papers that keep them from it, and statuses that run out."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.attendance import AttendanceProof, AttendanceRecorded
from domain.changes import ChangeResidenceStatus
from domain.closing import CaseClosed
from domain.consent import ConsentForm, ConsentGiven, ConsentPurpose, ConsentWithdrawn, WithdrawConsent
from domain.course import StartCourse
from domain.offering import OfferPublished, WaitingOrder
from domain.person import Residence
from domain.recorded import Recorded
from domain.replacing import replace
from domain.reports.rescue import RESCUE
from domain.reports.table import Cell, NotComputable
from domain.seat_request import AcceptSeat, DeclineSeat, RecordWaitlisted
from domain.values import (
    Ags,
    Destination,
    ExitReason,
    FundingModule,
    LegalRegime,
    OfferKind,
    ResidenceStatus,
)
from tests.domain.ground import (
    COACH,
    ESCHWEILER,
    OFFER,
    SEAT,
    CaseFile,
    consent,
    in_course,
    seat_offer,
    seat_requested,
)
from tests.domain.report_evidence import check_leaving_out, facts_of

CUT_OFF = date(2025, 6, 30)
Lines = dict[str, dict[str, Cell]]


def course(**changes: Any) -> list[Recorded[Any]]:
    """The course as published: 5 May to 30 September 2025 (22 weeks), 440 teaching units, 20 a week."""
    values: dict[str, Any] = {
        "occurred_on": date(2025, 3, 1),
        "title": "Deutsch für den Beruf",
        "provider": "VHS Nordkreis",
        "kind": OfferKind.LANGUAGE,
        "module": FundingModule.F4,
        "municipality": Ags("05334032"),
        "capacity": 12,
        "starts_on": date(2025, 5, 5),
        "ends_on": date(2025, 9, 30),
        "answer_days": 14,
        "waiting_order": WaitingOrder.BY_REQUEST,
        "teaching_units": 440,
        "level": None,
        "excluded_statuses": (),
        "childcare": False,
        "synthetic": True,
    }
    first = in_course().history[0]
    return [first._replace(stream_id=OFFER, event=OfferPublished(**(values | changes)))]


def lines(
    history: list[Recorded[Any]],
    as_of: date,
    cut_off: date = CUT_OFF,
    offer: list[Recorded[Any]] | None = None,
) -> Lines:
    """The lines of the missing forms by their form."""
    streams = [history, course() if offer is None else offer]
    table = RESCUE.run(facts_of([s for s in streams if s], as_of), as_of, {"cut_off": cut_off}).table("forms")
    return {
        line.key[1]: dict(zip([column.id for column in table.columns], line.cells, strict=True))
        for line in table.lines
    }


def offered() -> CaseFile:
    """A seat is offered since 2 April, to be answered by the 16th."""
    return seat_requested().done(seat_offer())


def accepted() -> CaseFile:
    """It was taken on 10 April."""
    return offered().done(AcceptSeat(occurred_on=date(2025, 4, 10), participation_id=SEAT))


@pytest.mark.parametrize(
    ("as_of", "left"),
    [(date(2025, 3, 31), None), (date(2025, 4, 1), 34), (date(2025, 5, 5), 0), (date(2025, 5, 6), None)],
)
def test_a_request_without_answer_is_missing_until_the_course_begins(as_of: date, left: int | None) -> None:
    """From the day of the request; after the first day an offer takes nobody. The provider is to be called."""
    line = lines(seat_requested().history, as_of).get("seat_request")
    assert (line and line["days_left"]) == left
    if line:
        assert (line["call"], line["contact"], line["cure"]) == (
            "provider_of_offer",
            "VHS Nordkreis",
            "seat_offered",
        )


@pytest.mark.parametrize(
    ("as_of", "left"),
    [(date(2025, 4, 1), None), (date(2025, 4, 2), 14), (date(2025, 4, 16), 0), (date(2025, 4, 17), None)],
)
def test_an_offered_seat_is_missing_its_answer_until_the_last_day_to_give_it(
    as_of: date, left: int | None
) -> None:
    """The coach is to be called, for one accompanies the case; before it was offered the request was open."""
    found = lines(offered().history, as_of)
    line = found.get("seat_answer")
    assert (line and line["days_left"]) == left
    assert ("seat_request" in found) == (as_of == date(2025, 4, 1))
    if line:
        assert (line["call"], line["contact"], line["cure"]) == ("coach_in_charge", COACH, "seat_accepted")


def test_a_seat_that_was_answered_or_ended_is_not_missing() -> None:
    """Accepted, declined, on the waiting list, in a case that was closed: nothing is asked about the seat."""
    day = date(2025, 4, 15)
    declined = offered().done(
        DeclineSeat(occurred_on=date(2025, 4, 10), participation_id=SEAT, reason="Arbeit gefunden")
    )
    waiting = seat_requested().done(
        RecordWaitlisted(
            occurred_on=date(2025, 4, 2),
            participation_id=SEAT,
            place=1,
            order_rule=WaitingOrder.BY_REQUEST.value,
        )
    )
    last = offered().history[-1]
    closing = CaseClosed(
        occurred_on=date(2025, 4, 14),
        exit_reason=ExitReason.WORK,
        destination=Destination.EMPLOYMENT,
        reason="fort",
    )
    closed = [*offered().history, last._replace(version=last.version + 1, event=closing)]
    for history in (accepted().history, declined.history, waiting.history, closed):
        assert lines(history, day) == {}


def test_a_seat_counts_only_when_its_course_begins_by_the_cut_off() -> None:
    """It begins on 5 May: by that day yes, by the day before no."""
    day = date(2025, 4, 10)
    assert "seat_answer" in lines(offered().history, day, date(2025, 5, 5))
    assert "seat_answer" not in lines(offered().history, day, date(2025, 5, 4))


@pytest.mark.parametrize(
    ("as_of", "cut_off", "left"),
    [
        (date(2025, 5, 4), CUT_OFF, None),
        (date(2025, 5, 5), CUT_OFF, 56),
        (date(2025, 5, 5), date(2025, 5, 31), 26),
        (date(2025, 5, 5), date(2025, 12, 31), 56),
        (date(2025, 7, 2), date(2025, 9, 30), -2),
    ],
)
def test_an_entry_that_nobody_recorded_is_to_be_cured_by_the_cut_off_and_within_eight_weeks(
    as_of: date, cut_off: date, left: int | None
) -> None:
    """From the first day of the course; eight weeks after 5 May are over on 30 June, and the flat rate with them."""
    line = lines(accepted().history, as_of, cut_off).get("course_start")
    assert (line and line["days_left"]) == left
    if line:
        assert (line["cure"], line["rate"]) == ("course_started", 37_50)
        assert line["at_stake"] == 440 * 37_50
    started = accepted().done(StartCourse(occurred_on=date(2025, 5, 5), participation_id=SEAT))
    assert "course_start" not in lines(started.history, as_of, cut_off)


def test_where_no_rule_asks_the_module_the_entry_has_time_until_the_cut_off() -> None:
    """The eight weeks are asked of F3 and F4; the units of F2 have no rate in the programme."""
    offer = course(module=FundingModule.F2)
    line = lines(accepted().history, date(2025, 5, 5), date(2025, 12, 31), offer)["course_start"]
    assert line["days_left"] == 240
    assert line["rate"] is line["at_stake"] is NotComputable.RATE_NOT_KNOWN


def test_what_hangs_on_a_course_that_is_not_on_record_is_not_computable() -> None:
    """Its days are those of the answer; what it would bring is not known, and the provider is the one who answered."""
    line = lines(offered().history, date(2025, 4, 10), offer=[])["seat_answer"]
    assert (line["days_left"], line["rate"], line["at_stake"]) == (6, 37_50, NotComputable.NOT_RECORDED)
    assert lines(seat_requested().history, date(2025, 4, 1), offer=[]) == {}


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ((), True),
        ((consent(date(2025, 4, 4)),), False),
        ((consent(date(2025, 4, 4), valid_until=date(2025, 5, 5)),), False),
        ((consent(date(2025, 4, 4), valid_until=date(2025, 5, 4)),), True),
        ((consent(date(2025, 4, 4), purpose=ConsentPurpose.EVALUATION),), True),
    ],
)
def test_a_seat_lacks_the_consent_that_is_not_in_force_on_the_day_of_the_entry(
    given: tuple[Any, ...], missing: bool
) -> None:
    """Withdrawn on 3 April: given again it must cover 5 May, and be the one to case management, for that is asked for."""
    withdrawn = offered().done(
        WithdrawConsent(occurred_on=date(2025, 4, 3), purpose=ConsentPurpose.CASE_MANAGEMENT), *given
    )
    line = lines(withdrawn.history, date(2025, 4, 10)).get("consent_form")
    assert (line is not None) == missing
    if line:
        assert (line["days_left"], line["cure"], line["call"]) == (25, "consent_given", "coach_in_charge")
        assert line["at_stake"] == 440 * 37_50
    assert "consent_form" not in lines(withdrawn.history, date(2025, 4, 2)), "it was in force then"


def test_after_the_entry_no_figure_asks_for_the_consent() -> None:
    """A withdrawal works for the future only: what was entered counts."""
    withdrawn = in_course().done(
        WithdrawConsent(occurred_on=date(2025, 5, 20), purpose=ConsentPurpose.CASE_MANAGEMENT)
    )
    assert "consent_form" not in lines(withdrawn.history, date(2025, 5, 25))


def test_a_seat_lacks_the_information_notice_that_was_never_given() -> None:
    """Only by a history that the engine would not write: it asks for the notice before the seat."""
    history = [entry for entry in offered().history if type(entry.event).__name__ != "InformationNoticeGiven"]
    line = lines(history, date(2025, 4, 10))["information_notice_form"]
    assert (line["days_left"], line["cure"]) == (25, "information_notice_given")
    assert "information_notice_form" not in lines(offered().history, date(2025, 4, 10))


@pytest.mark.parametrize(
    ("until", "left"),
    [(None, None), (CUT_OFF, None), (CUT_OFF - timedelta(1), 19), (date(2025, 6, 9), -1)],
)
def test_a_status_that_ends_before_the_cut_off_lacks_its_proof(until: date | None, left: int | None) -> None:
    """Recorded on 20 May for a case in a course, seen on 10 June: valid on the cut-off itself is enough."""
    residence = Residence(
        status=ResidenceStatus.TOLERATION_60A, valid_from=date(2025, 5, 1), valid_until=until
    )
    file = in_course().done(ChangeResidenceStatus(occurred_on=date(2025, 5, 20), residence=residence))
    line = lines(file.history, date(2025, 6, 10)).get("residence_proof")
    assert (line and line["days_left"]) == left
    if line:
        assert (line["cure"], line["contact"], line["place"]) == (
            "residence_status_changed",
            COACH,
            ESCHWEILER,
        )
        assert line["at_stake"] is NotComputable.NOT_RECORDED
    before = lines(file.history, date(2025, 5, 19)).get("residence_proof")
    assert before == lines(in_course().history, date(2025, 5, 19)).get("residence_proof")


def test_a_case_that_was_never_entered_or_is_closed_needs_no_proof_of_status() -> None:
    """Nothing of it counts, or all of it does."""
    residence = Residence(status=ResidenceStatus.TOLERATION_60A, valid_until=date(2025, 6, 1))
    changed = ChangeResidenceStatus(occurred_on=date(2025, 5, 20), residence=residence)
    file = in_course().done(changed)
    last = file.history[-1]
    closing = CaseClosed(
        occurred_on=date(2025, 6, 5),
        exit_reason=ExitReason.WORK,
        destination=Destination.EMPLOYMENT,
        reason="fort",
    )
    closed = [*file.history, last._replace(version=last.version + 1, event=closing)]
    assert "residence_proof" in lines(closed, date(2025, 6, 4))
    assert "residence_proof" not in lines(closed, date(2025, 6, 5))


def attending(file: CaseFile, *spans: tuple[date, date, int, int]) -> list[Recorded[Any]]:
    """The case with attendance: first and last day, units attended and held."""
    last = file.history[-1]
    added = [
        last._replace(
            version=last.version + n,
            event=AttendanceRecorded(
                occurred_on=to_on,
                participation_id=SEAT,
                from_on=from_on,
                to_on=to_on,
                units_attended=present,
                units_held=held,
                proof=AttendanceProof.SIGNATURE_LIST,
            ),
        )
        for n, (from_on, to_on, present, held) in enumerate(spans, 1)
    ]
    return [*file.history, *added]


def entered_on(day: date) -> CaseFile:
    """The case in the course since ``day``."""
    return accepted().done(StartCourse(occurred_on=day, participation_id=SEAT))


def test_a_missing_list_costs_the_units_planned_for_its_weeks_unless_the_entry_was_too_late() -> None:
    """By 1 June four weeks are over: 4 × 20 × 37.50 €. Entered on 1 July, a day after the eight weeks, it earns nothing."""
    assert (
        lines(entered_on(date(2025, 5, 5)).history, date(2025, 6, 1))["attendance_list"]["at_stake"]
        == 4 * 20 * 37_50
    )
    in_time = lines(entered_on(date(2025, 6, 30)).history, date(2025, 7, 13), date(2025, 9, 30))
    assert in_time["attendance_list"]["at_stake"] == 2 * 20 * 37_50
    late = lines(entered_on(date(2025, 7, 1)).history, date(2025, 7, 13), date(2025, 9, 30))
    assert (late["attendance_list"]["missing_forms"], late["attendance_list"]["at_stake"]) == (2, 0)


def other(history: list[Recorded[Any]], **opening: Any) -> list[Recorded[Any]]:
    """The same life of another person, with other answers at the opening."""
    case_id = UUID(int=history[0].stream_id.int + 1)
    first, *rest = [entry._replace(stream_id=case_id) for entry in history]
    return [first._replace(event=replace(first.event, **opening)), *rest]


def budget(streams: list[list[Recorded[Any]]], as_of: date) -> dict[tuple[str, ...], tuple[Cell, ...]]:
    """The lines of the budget: units that nobody else proves, weeks without list, seats, what can be saved."""
    table = RESCUE.run(facts_of([*streams, course()], as_of), as_of, {"cut_off": CUT_OFF}).table("budget")
    return {line.key: line.cells for line in table.lines}


F4 = ("F4", "05334032", "2025")
TOTAL = ("total", "total", "total")


def test_what_others_prove_is_not_to_be_saved() -> None:
    """Both attended the first week of 20 units, one of them the second of 16: alone it lacks an answer, and 16 × 37.50 € hang
    on it; the third week has no list of anybody, 20 × 37.50 € by the plan."""
    first, second = (
        (date(2025, 5, 5), date(2025, 5, 9), 18, 20),
        (date(2025, 5, 12), date(2025, 5, 16), 10, 16),
    )
    complete = attending(in_course(), first)
    lacking = other(attending(in_course(), first, second), gender=None)
    complete = other(complete, **COMPLETE)
    lacking = other(lacking, **(COMPLETE | {"gender": None}))
    as_of = date(2025, 5, 25)
    assert budget([complete, lacking], as_of)[F4] == (16, 1, 0, (16 + 20) * 37_50)
    assert budget([complete, lacking], as_of)[TOTAL] == (16, 1, 0, (16 + 20) * 37_50)
    alone = other(attending(in_course(), first, second), **COMPLETE)
    assert budget([complete, alone], as_of)[F4] == (0, 1, 0, 20 * 37_50)


COMPLETE: dict[str, Any] = {
    "birth_month": date(2003, 5, 1),
    "nationalities": ("423",),
    "residence": Residence(status=ResidenceStatus.TOLERATION_60A),
    "legal_regime": LegalRegime.ASYLBLG_3,
}


def test_a_seat_is_counted_on_the_line_of_its_course_and_not_in_the_sum() -> None:
    """Whether the course is paid for does not hang on one seat."""
    assert budget([offered().history], date(2025, 4, 10)) == {F4: (0, 0, 1, 0), TOTAL: (0, 0, 1, 0)}


@pytest.mark.parametrize("as_of", [date(2025, 4, 10), date(2025, 5, 6), date(2025, 5, 25), date(2025, 6, 20)])
def test_each_entry_left_out_changes_what_was_foretold(as_of: date) -> None:
    """Of the answers to the seat, of notice and consent, of status and attendance."""
    first = (date(2025, 5, 5), date(2025, 5, 9), 18, 20)
    again = attending(in_course(), first)
    last = again[-1]
    more = [
        ConsentWithdrawn(occurred_on=date(2025, 4, 3), purpose=ConsentPurpose.CASE_MANAGEMENT),
        ConsentGiven(
            occurred_on=date(2025, 4, 5),
            purpose=ConsentPurpose.CASE_MANAGEMENT,
            form=ConsentForm.WRITTEN,
            text_version="2",
            language="de",
            valid_until=date(2025, 5, 4),
        ),
    ]
    begun = offered().history
    tail = begun[-1]
    wanting = [
        *begun,
        *(tail._replace(version=tail.version + n, event=event) for n, event in enumerate(more, 1)),
    ]
    streams = [
        other([*again[:-1], last], gender=None),
        wanting,
        other(other(accepted().history)),
        other(other(other(again))),
    ]
    assert check_leaving_out(RESCUE, [*streams, course()], as_of, {"cut_off": CUT_OFF}) > 10
