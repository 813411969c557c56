"""Courses: the request and its answers, the first day, attendance, the end; what each status allows and what not."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.course import (
    AbandonCourse,
    AbandonReason,
    AcceptSeat,
    AttendanceProof,
    AttendanceRecorded,
    CourseAbandoned,
    CourseCertificate,
    CourseFinished,
    CourseStarted,
    DeclineSeat,
    FinishCourse,
    MeasureGround,
    RecordAttendance,
    RecordSeatRefused,
    RecordWaitlisted,
    RequestSeat,
    SeatAccepted,
    SeatDeclined,
    SeatLapsed,
    SeatOffered,
    SeatRefused,
    SeatRefusedReason,
    SeatRequested,
    SeatRequestWithdrawn,
    SeatStatus,
    SeatWaitlisted,
    StartCourse,
    WithdrawSeatRequest,
)
from domain.path import StageKind
from domain.reminders import Wake
from domain.values import LanguageLevel, OfferId, ParticipationId
from tests.domain.ground import (
    OFFER,
    SEAT,
    CaseFile,
    in_coaching,
    in_course,
    only,
    rule_of,
    seat_offer,
    seat_requested,
)

REQUESTED = date(2025, 4, 1)
ANSWER_BY = date(2025, 4, 16)
STARTS = date(2025, 5, 5)
ENDS = date(2025, 9, 30)
OTHER = ParticipationId(UUID(int=99))


def request(seat: ParticipationId = SEAT, offer: OfferId = OFFER, reason: str = "B1 fehlt") -> RequestSeat:
    """A request on 1 April 2025."""
    return RequestSeat(
        occurred_on=REQUESTED,
        participation_id=seat,
        offer_id=offer,
        ground=MeasureGround.ORIENTATION,
        reason=reason,
    )


def waitlisted(place: int = 3, on: date = date(2025, 4, 2)) -> RecordWaitlisted:
    """The offer is full."""
    return RecordWaitlisted(occurred_on=on, participation_id=SEAT, place=place, order_rule="by_request")


def refused(on: date = date(2025, 4, 2)) -> RecordSeatRefused:
    """The offer gives no seat."""
    return RecordSeatRefused(occurred_on=on, participation_id=SEAT, ground=SeatRefusedReason.OFFER_CLOSED)


def accept(on: date = date(2025, 4, 10)) -> AcceptSeat:
    """Yes."""
    return AcceptSeat(occurred_on=on, participation_id=SEAT)


def decline(on: date = date(2025, 4, 10)) -> DeclineSeat:
    """No."""
    return DeclineSeat(occurred_on=on, participation_id=SEAT, reason="Zu weit")


def withdraw(on: date = date(2025, 4, 10)) -> WithdrawSeatRequest:
    """Never mind."""
    return WithdrawSeatRequest(occurred_on=on, participation_id=SEAT)


def start(on: date = STARTS) -> StartCourse:
    """The first day."""
    return StartCourse(occurred_on=on, participation_id=SEAT)


def finish(on: date = ENDS) -> FinishCourse:
    """The end with a certificate."""
    return FinishCourse(
        occurred_on=on,
        participation_id=SEAT,
        certificate=CourseCertificate.LANGUAGE_CERTIFICATE,
        level_gained=LanguageLevel.B1,
    )


def abandon(on: date = date(2025, 7, 1), reason: str = "Arbeit gefunden") -> AbandonCourse:
    """The early end."""
    return AbandonCourse(
        occurred_on=on, participation_id=SEAT, ground=AbandonReason.WORK_STARTED, reason=reason
    )


def attendance(**changes: Any) -> RecordAttendance:
    """May, from the first day."""
    values: dict[str, Any] = {
        "occurred_on": date(2025, 6, 3),
        "participation_id": SEAT,
        "from_on": STARTS,
        "to_on": date(2025, 5, 31),
        "units_attended": 60,
        "units_held": 76,
        "proof": AttendanceProof.SIGNATURE_LIST,
    }
    return RecordAttendance(**(values | changes))


def status(file: CaseFile) -> SeatStatus:
    """Where the participation stands."""
    found = file.state.course.find(SEAT)
    assert found is not None
    return found.status


def in_status(wanted: SeatStatus) -> CaseFile:
    """A case whose participation has this status."""
    file = seat_requested()
    match wanted:
        case SeatStatus.REQUESTED:
            return file
        case SeatStatus.WAITLISTED:
            return file.done(waitlisted())
        case SeatStatus.REFUSED:
            return file.done(refused())
        case SeatStatus.WITHDRAWN:
            return file.done(withdraw())
        case SeatStatus.OFFERED:
            return file.done(seat_offer())
        case SeatStatus.DECLINED:
            return file.done(seat_offer(), decline())
        case SeatStatus.LAPSED:
            return file.done(seat_offer(), Wake(occurred_on=date(2025, 4, 17)))
        case SeatStatus.ACCEPTED:
            return file.done(seat_offer(), accept())
        case SeatStatus.RUNNING:
            return in_course()
        case SeatStatus.FINISHED:
            return in_course().done(finish())
        case SeatStatus.ABANDONED:
            return in_course().done(abandon())


# ----------------------------------------------------------------- requests


@pytest.mark.parametrize(
    ("command", "rule"),
    [
        (request(), ""),
        (request(reason="  "), "course.reason_missing"),
    ],
)
def test_a_request_says_why_this_very_measure(command: RequestSeat, rule: str) -> None:
    decision = in_coaching().when(command)
    assert rule_of(decision) == rule
    assert rule or isinstance(only(decision), SeatRequested)


def test_one_request_per_offer_at_a_time() -> None:
    file = seat_requested()
    assert file.when(request()) == ()
    assert rule_of(file.when(request(OTHER))) == "course.already_requested"
    assert rule_of(file.when(request(OTHER, OfferId(UUID(int=98))))) == ""


@pytest.mark.parametrize("ended", [SeatStatus.REFUSED, SeatStatus.LAPSED, SeatStatus.ABANDONED])
def test_after_the_end_of_one_participation_the_same_offer_may_be_asked_again(ended: SeatStatus) -> None:
    file = in_status(ended)
    again = request(OTHER)
    later = RequestSeat(
        occurred_on=date(2025, 12, 1),
        participation_id=OTHER,
        offer_id=again.offer_id,
        ground=again.ground,
        reason=again.reason,
    )
    assert rule_of(file.when(later)) == ""


def test_nothing_can_be_said_of_a_participation_that_was_never_requested() -> None:
    for command in (accept(), decline(), withdraw(), start(), finish(), abandon(), attendance()):
        assert rule_of(in_coaching().when(command)) == "course.participation_unknown"


def test_nothing_happens_before_the_request() -> None:
    day_before = REQUESTED - timedelta(days=1)
    for command in (seat_offer(day_before), waitlisted(on=day_before), withdraw(day_before)):
        assert rule_of(seat_requested().when(command)) == "course.before_request"


# ------------------------------------------------------- what a status allows

COMMANDS: dict[str, Any] = {
    "offer": seat_offer(),
    "waitlist": waitlisted(place=5),
    "refuse": refused(),
    "accept": accept(),
    "decline": decline(),
    "withdraw": withdraw(),
    "start": start(),
    "attend": attendance(),
    "finish": finish(),
    "abandon": abandon(),
}
ALLOWED: dict[SeatStatus, dict[str, type[Any]]] = {
    SeatStatus.REQUESTED: {
        "offer": SeatOffered,
        "waitlist": SeatWaitlisted,
        "refuse": SeatRefused,
        "withdraw": SeatRequestWithdrawn,
    },
    SeatStatus.WAITLISTED: {
        "offer": SeatOffered,
        "waitlist": SeatWaitlisted,
        "refuse": SeatRefused,
        "withdraw": SeatRequestWithdrawn,
    },
    SeatStatus.OFFERED: {"accept": SeatAccepted, "decline": SeatDeclined},
    SeatStatus.ACCEPTED: {"decline": SeatDeclined, "start": CourseStarted},
    SeatStatus.RUNNING: {
        "attend": AttendanceRecorded,
        "finish": CourseFinished,
        "abandon": CourseAbandoned,
    },
    SeatStatus.FINISHED: {"attend": AttendanceRecorded},
    SeatStatus.ABANDONED: {"attend": AttendanceRecorded},
}
HARMLESS: dict[SeatStatus, set[str]] = {
    SeatStatus.ACCEPTED: {"accept"},
    SeatStatus.RUNNING: {"accept", "start"},
    SeatStatus.DECLINED: {"decline"},
    SeatStatus.WITHDRAWN: {"withdraw"},
    SeatStatus.FINISHED: {"finish"},
    SeatStatus.ABANDONED: {"abandon"},
}


@pytest.mark.parametrize("at", SeatStatus)
@pytest.mark.parametrize("name", COMMANDS)
def test_the_status_says_what_can_happen(at: SeatStatus, name: str) -> None:
    """Each of ten commands in each of eleven statuses: done, harmless, or refused naming the status."""
    decision = in_status(at).when(COMMANDS[name])
    if event := ALLOWED.get(at, {}).get(name):
        assert isinstance(only(decision), event)
    elif name in HARMLESS.get(at, set()) or name in ("offer", "waitlist", "refuse"):
        assert decision == ()
    else:
        assert rule_of(decision) == f"course.not_possible_when_{at.value}"


def test_the_same_place_on_the_waiting_list_is_told_once() -> None:
    file = seat_requested().done(waitlisted(3))
    assert file.when(waitlisted(3)) == ()
    assert isinstance(only(file.when(waitlisted(2))), SeatWaitlisted)


# --------------------------------------------------------------- boundaries


@pytest.mark.parametrize(
    ("on", "rule"),
    [(ANSWER_BY, ""), (ANSWER_BY + timedelta(days=1), "course.answer_date_passed")],
)
def test_a_seat_is_accepted_on_the_answer_date_at_the_latest(on: date, rule: str) -> None:
    assert rule_of(in_status(SeatStatus.OFFERED).when(accept(on))) == rule


@pytest.mark.parametrize(
    ("on", "rule"),
    [
        (STARTS - timedelta(days=1), "course.entry_before_course_start"),
        (STARTS, ""),
        (ENDS, ""),
        (ENDS + timedelta(days=1), "course.entry_after_course_end"),
    ],
)
def test_the_entry_lies_within_the_course(on: date, rule: str) -> None:
    assert rule_of(in_status(SeatStatus.ACCEPTED).when(start(on))) == rule


@pytest.mark.parametrize(
    ("command", "rule"),
    [
        (finish(STARTS), ""),
        (finish(STARTS - timedelta(days=1)), "course.exit_before_entry"),
        (abandon(STARTS), ""),
        (abandon(STARTS - timedelta(days=1)), "course.exit_before_entry"),
        (abandon(reason=" "), "course.reason_missing"),
    ],
)
def test_the_exit_lies_on_or_after_the_entry(command: Any, rule: str) -> None:
    assert rule_of(in_course().when(command)) == rule


@pytest.mark.parametrize("leave", [finish, abandon])
def test_the_exit_does_not_lie_before_recorded_attendance(leave: Any) -> None:
    file = in_course().done(attendance())
    assert rule_of(file.when(leave(date(2025, 5, 30)))) == "course.exit_before_attendance"
    assert rule_of(file.when(leave(date(2025, 5, 31)))) == ""


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"units_attended": 0}, ""),
        ({"units_attended": 76}, ""),
        ({"units_attended": 77}, "attendance.more_than_held"),
        ({"units_attended": -1}, "attendance.more_than_held"),
        ({"from_on": STARTS - timedelta(days=1)}, "attendance.outside_participation"),
        ({"to_on": date(2025, 6, 3)}, ""),
        ({"to_on": date(2025, 6, 4)}, "attendance.outside_participation"),
        ({"to_on": STARTS - timedelta(days=1)}, "attendance.ends_before_start"),
        ({"to_on": STARTS, "units_held": 20, "units_attended": 20}, ""),
        ({"to_on": STARTS, "units_held": 21, "units_attended": 20}, "attendance.more_than_a_day_has"),
        ({"units_held": 10**9}, "attendance.more_than_a_day_has"),
    ],
)
def test_attendance_is_possible_and_within_the_participation(changes: dict[str, Any], rule: str) -> None:
    assert rule_of(in_course().when(attendance(**changes))) == rule


def test_a_span_is_recorded_once_and_spans_do_not_overlap() -> None:
    file = in_course().done(attendance())
    assert file.when(attendance()) == ()
    assert rule_of(file.when(attendance(units_attended=59))) == "attendance.span_recorded_already"
    june = {"occurred_on": date(2025, 7, 3), "to_on": date(2025, 6, 30)}
    may_31 = attendance(**(june | {"from_on": date(2025, 5, 31)}))
    assert rule_of(file.when(may_31)) == "attendance.span_recorded_already"
    assert rule_of(file.when(attendance(**(june | {"from_on": date(2025, 6, 1)})))) == ""
    [participation] = file.state.course.participations
    assert participation.units_attended == 60 + 60


def test_attendance_may_be_entered_after_the_exit_but_not_for_days_after_it() -> None:
    file = in_course().done(abandon(date(2025, 5, 20)))
    assert rule_of(file.when(attendance(to_on=date(2025, 5, 21)))) == "attendance.outside_participation"
    assert rule_of(file.when(attendance(to_on=date(2025, 5, 20)))) == ""


def test_a_seat_that_was_not_answered_lapses_on_the_day_after() -> None:
    file = in_status(SeatStatus.OFFERED)
    answer_day = file.when(Wake(occurred_on=ANSWER_BY), on=ANSWER_BY)
    assert not [e for e in answer_day if isinstance(e, SeatLapsed)]  # type: ignore[union-attr] # a wake is never refused
    file.done(Wake(occurred_on=date(2025, 5, 1)))
    lapsed = [e.event for e in file.history if isinstance(e.event, SeatLapsed)]
    assert [event.occurred_on for event in lapsed] == [ANSWER_BY + timedelta(days=1)]
    assert status(file) is SeatStatus.LAPSED


def test_a_dropout_goes_back_to_coaching_and_may_begin_another_course() -> None:
    file = in_course().done(abandon())
    assert [s.stage for s in file.state.running_stages] == [StageKind.COACHING]
    assert file.state.stages[-1].to_on == date(2025, 7, 1)


def test_the_level_gained_is_kept_with_the_participation() -> None:
    [participation] = in_course().done(finish()).state.course.participations
    assert (participation.level_gained, participation.left_on) == (LanguageLevel.B1, ENDS)
