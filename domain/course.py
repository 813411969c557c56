"""Course: the entry, the teaching units attended, and the end with a certificate or a dropout; the seat comes first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias, assert_never

from domain import attendance, seat_request
from domain.attendance import AttendanceProof, AttendanceRecorded, RecordAttendance
from domain.commands import Command
from domain.decision import Decision
from domain.participation import (
    ENDED,
    AbandonReason,
    AttendanceSpan,
    CourseCertificate,
    CourseState,
    MeasureGround,
    Participation,
    SeatRefusedReason,
    SeatStatus,
    wrong_status,
)
from domain.personal import Personal
from domain.recorded import Event
from domain.refusals import Refusal
from domain.replacing import replace
from domain.seat_request import (
    AcceptSeat,
    DeclineSeat,
    RecordSeatOffer,
    RecordSeatRefused,
    RecordWaitlisted,
    RequestSeat,
    SeatAccepted,
    SeatDeclined,
    SeatEvent,
    SeatLapsed,
    SeatOffered,
    SeatRefused,
    SeatRequested,
    SeatRequestWithdrawn,
    SeatWaitlisted,
    WithdrawSeatRequest,
)
from domain.values import Answer, LanguageLevel, ParticipationId, SchoolLeaving

__all__ = [
    "ENDED",
    "AbandonCourse",
    "AbandonReason",
    "AcceptSeat",
    "AttendanceProof",
    "AttendanceRecorded",
    "AttendanceSpan",
    "CourseAbandoned",
    "CourseCertificate",
    "CourseCommand",
    "CourseEvent",
    "CourseFinished",
    "CourseStarted",
    "CourseState",
    "DeclineSeat",
    "FinishCourse",
    "MeasureGround",
    "Participation",
    "RecordAttendance",
    "RecordSeatOffer",
    "RecordSeatRefused",
    "RecordWaitlisted",
    "RequestSeat",
    "SeatAccepted",
    "SeatDeclined",
    "SeatLapsed",
    "SeatOffered",
    "SeatRefused",
    "SeatRefusedReason",
    "SeatRequestWithdrawn",
    "SeatRequested",
    "SeatStatus",
    "SeatWaitlisted",
    "StartCourse",
    "WithdrawSeatRequest",
    "decide",
    "evolve",
]

# ------------------------------------------------------------------ commands


@dataclass(frozen=True, slots=True, kw_only=True)
class StartCourse(Command):
    """First day of actual participation: the entry that counts (Eintritt)."""

    participation_id: ParticipationId


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishCourse(Command):
    """The course ended as planned, with its result."""

    participation_id: ParticipationId
    certificate: CourseCertificate
    level_gained: Answer[LanguageLevel] = None
    school_leaving_gained: Answer[SchoolLeaving] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AbandonCourse(Command):
    """The participation ended early; ``occurred_on`` is the last day."""

    participation_id: ParticipationId
    ground: AbandonReason
    reason: str


CourseCommand: TypeAlias = (
    RequestSeat
    | RecordSeatOffer
    | RecordWaitlisted
    | RecordSeatRefused
    | AcceptSeat
    | DeclineSeat
    | WithdrawSeatRequest
    | StartCourse
    | RecordAttendance
    | FinishCourse
    | AbandonCourse
)

# -------------------------------------------------------------------- events


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseStarted(Event):
    """First day of actual participation (Eintritt)."""

    participation_id: ParticipationId


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseFinished(Event):
    """The course ended as planned (Austritt)."""

    participation_id: ParticipationId
    certificate: CourseCertificate
    level_gained: Answer[LanguageLevel]
    school_leaving_gained: Answer[SchoolLeaving]


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseAbandoned(Event):
    """The participation ended early (Abbruch)."""

    participation_id: ParticipationId
    ground: AbandonReason
    reason: Personal[str]


CourseEvent: TypeAlias = (
    SeatRequested
    | SeatOffered
    | SeatWaitlisted
    | SeatRefused
    | SeatAccepted
    | SeatDeclined
    | SeatLapsed
    | SeatRequestWithdrawn
    | CourseStarted
    | AttendanceRecorded
    | CourseFinished
    | CourseAbandoned
)

# -------------------------------------------------------------------- decide


def decide(command: CourseCommand, course: CourseState) -> Decision:
    """Decide a course command. Refuses what the status of the participation does not allow."""
    if isinstance(command, RequestSeat):
        return seat_request.request_seat(command, course)
    participation = course.find(command.participation_id)
    if participation is None:
        return Refusal(
            "course.participation_unknown",
            "Diese Teilnahme gibt es nicht.",
            "There is no such participation.",
        )
    if command.occurred_on < participation.requested_on:
        return Refusal(
            "course.before_request",
            "Das Datum liegt vor der Anfrage des Kursplatzes.",
            "The date lies before the request for the seat.",
        )
    match command:
        case (
            RecordSeatOffer()
            | RecordWaitlisted()
            | RecordSeatRefused()
            | AcceptSeat()
            | DeclineSeat()
            | WithdrawSeatRequest()
        ):
            return seat_request.decide(command, participation)
        case StartCourse():
            return _start(command, participation)
        case RecordAttendance():
            return attendance.decide(command, participation)
        case FinishCourse():
            return _finish(command, participation)
        case AbandonCourse():
            return _abandon(command, participation)
        case _:
            assert_never(command)


def _start(command: StartCourse, participation: Participation) -> Decision:
    if participation.status is SeatStatus.RUNNING and participation.entered_on == command.occurred_on:
        return ()
    if participation.status is not SeatStatus.ACCEPTED:
        return wrong_status(
            participation,
            "Beginnen kann nur, wer den Platz angenommen hat",
            "Only an accepted seat can start",
        )
    if participation.starts_on is not None and command.occurred_on < participation.starts_on:
        return Refusal(
            "course.entry_before_course_start",
            f"Der Kurs beginnt erst am {participation.starts_on:%d.%m.%Y}.",
            f"The course starts on {participation.starts_on:%Y-%m-%d} only.",
        )
    if participation.ends_on is not None and command.occurred_on > participation.ends_on:
        return Refusal(
            "course.entry_after_course_end",
            f"Der Kurs endete am {participation.ends_on:%d.%m.%Y}.",
            f"The course ended on {participation.ends_on:%Y-%m-%d}.",
        )
    return (CourseStarted(occurred_on=command.occurred_on, participation_id=participation.id),)


def _finish(command: FinishCourse, participation: Participation) -> Decision:
    if participation.status is SeatStatus.FINISHED:
        return ()
    if participation.status is not SeatStatus.RUNNING:
        return wrong_status(participation, "Es läuft keine Teilnahme", "No participation is running")
    if participation.entered_on and command.occurred_on < participation.entered_on:
        return _ends_before_entry()
    if refusal := _exit_before_attendance(command.occurred_on, participation):
        return refusal
    return (
        CourseFinished(
            occurred_on=command.occurred_on,
            participation_id=participation.id,
            certificate=command.certificate,
            level_gained=command.level_gained,
            school_leaving_gained=command.school_leaving_gained,
        ),
    )


def _abandon(command: AbandonCourse, participation: Participation) -> Decision:
    if participation.status is SeatStatus.ABANDONED:
        return ()
    if participation.status is not SeatStatus.RUNNING:
        return wrong_status(participation, "Es läuft keine Teilnahme", "No participation is running")
    if participation.entered_on and command.occurred_on < participation.entered_on:
        return _ends_before_entry()
    if refusal := _exit_before_attendance(command.occurred_on, participation):
        return refusal
    if not command.reason.strip():
        return Refusal(
            "course.reason_missing", "Der Abbruch braucht eine Begründung.", "Abandoning needs a reason."
        )
    return (
        CourseAbandoned(
            occurred_on=command.occurred_on,
            participation_id=participation.id,
            ground=command.ground,
            reason=command.reason,
        ),
    )


def _ends_before_entry() -> Refusal:
    return Refusal(
        "course.exit_before_entry",
        "Der Austritt liegt vor dem Eintritt.",
        "The exit lies before the entry.",
    )


def _exit_before_attendance(on: date, participation: Participation) -> Refusal | None:
    last = max((span.to_on for span in participation.attendance), default=on)
    if on >= last:
        return None
    return Refusal(
        "course.exit_before_attendance",
        f"Anwesenheit ist bis zum {last:%d.%m.%Y} erfasst; der Austritt liegt davor.",
        f"Attendance is recorded up to {last:%Y-%m-%d}; the exit lies before that.",
    )


# -------------------------------------------------------------------- evolve


def evolve(course: CourseState, event: CourseEvent, version: int) -> CourseState:
    """Fold one course event; ``version`` is its place in the stream."""
    if isinstance(event, SeatRequested):
        return CourseState(participations=(*course.participations, seat_request.requested(event, version)))
    if isinstance(event, AttendanceRecorded):
        return attended(course, ((event, version),))
    return CourseState(
        participations=tuple(
            _evolve_one(p, event, version) if p.id == event.participation_id else p
            for p in course.participations
        )
    )


def attended(course: CourseState, recorded: Iterable[tuple[AttendanceRecorded, int]]) -> CourseState:
    """Fold attendance in a row, each with its place in the stream, into one new state."""
    spans: dict[ParticipationId, list[tuple[AttendanceRecorded, int]]] = {}
    for event, version in recorded:
        spans.setdefault(event.participation_id, []).append((event, version))
    return CourseState(
        participations=tuple(
            attendance.evolve(p, found) if (found := spans.get(p.id)) else p for p in course.participations
        )
    )


def _evolve_one(
    participation: Participation,
    event: SeatEvent | CourseStarted | CourseFinished | CourseAbandoned,
    version: int,
) -> Participation:
    match event:
        case CourseStarted():
            return replace(
                participation,
                status=SeatStatus.RUNNING,
                steps=seat_request.stepped(participation, SeatStatus.RUNNING, event, version),
                entered_on=event.occurred_on,
                entered_version=version,
            )
        case CourseFinished():
            return replace(
                participation,
                status=SeatStatus.FINISHED,
                steps=seat_request.stepped(participation, SeatStatus.FINISHED, event, version),
                left_on=event.occurred_on,
                left_version=version,
                certificate=event.certificate,
                level_gained=event.level_gained,
                school_leaving_gained=event.school_leaving_gained,
            )
        case CourseAbandoned():
            return replace(
                participation,
                status=SeatStatus.ABANDONED,
                steps=seat_request.stepped(participation, SeatStatus.ABANDONED, event, version),
                left_on=event.occurred_on,
                left_version=version,
                abandon_ground=event.ground,
            )
        case _:
            return seat_request.evolve(participation, event, version)
