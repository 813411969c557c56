"""Course: from the request for a seat on an offer to the certificate or the dropout; the seat itself belongs to the offer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeAlias, assert_never

from domain.commands import Command
from domain.decision import Decision
from domain.personal import Personal
from domain.recorded import Event
from domain.refusals import Refusal
from domain.replacing import replace
from domain.values import Answer, FundingModule, LanguageLevel, OfferId, ParticipationId, SchoolLeaving

# ---------------------------------------------------------------- vocabulary


class SeatStatus(StrEnum):
    """Where a participation stands, in the order it usually goes."""

    REQUESTED = "requested"
    WAITLISTED = "waitlisted"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    RUNNING = "running"
    FINISHED = "finished"
    ABANDONED = "abandoned"
    DECLINED = "declined"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"


ENDED = frozenset(
    {
        SeatStatus.FINISHED,
        SeatStatus.ABANDONED,
        SeatStatus.DECLINED,
        SeatStatus.LAPSED,
        SeatStatus.WITHDRAWN,
        SeatStatus.REFUSED,
    }
)


class MeasureGround(StrEnum):
    """Why this measure and no other: the coded half of the mandatory reason."""

    LANGUAGE_FOR_AUSBILDUNG = "language_for_ausbildung"
    SCHOOL_LEAVING_MISSING = "school_leaving_missing"
    PREPARATION_FOR_AUSBILDUNG = "preparation_for_ausbildung"
    QUALIFICATION_BESIDE_WORK = "qualification_beside_work"
    ORIENTATION = "orientation"
    BRIDGE_UNTIL_START = "bridge_until_start"


class SeatRefusedReason(StrEnum):
    """Why an offer gave no seat."""

    OFFER_UNKNOWN = "offer_unknown"
    OFFER_CLOSED = "offer_closed"
    OFFER_STARTED = "offer_started"
    WAITING_LIST_CLOSED = "waiting_list_closed"


class CourseCertificate(StrEnum):
    """With which paper a course ended."""

    NONE = "none"
    ATTENDANCE = "attendance"
    LANGUAGE_CERTIFICATE = "language_certificate"
    SCHOOL_LEAVING = "school_leaving"
    QUALIFICATION = "qualification"


class AbandonReason(StrEnum):
    """Why a course was abandoned. Illness, parental leave and cancellation never count as repeated measures."""

    ILLNESS = "illness"
    PARENTAL_LEAVE = "parental_leave"
    CHILDCARE = "childcare"
    WORK_STARTED = "work_started"
    AUSBILDUNG_STARTED = "ausbildung_started"
    MOVED_AWAY = "moved_away"
    STATUS_CHANGE = "status_change"
    LEVEL_TOO_HIGH = "level_too_high"
    LEVEL_TOO_LOW = "level_too_low"
    TOO_FAR = "too_far"
    NO_CONTACT = "no_contact"
    OWN_WISH = "own_wish"
    EXCLUDED = "excluded"
    CANCELLED_BY_PROVIDER = "cancelled_by_provider"
    DEPORTATION = "deportation"


class AttendanceProof(StrEnum):
    """What proves the attendance."""

    SIGNATURE_LIST = "signature_list"
    CLASS_REGISTER = "class_register"
    VIDEO_LOG = "video_log"


# ------------------------------------------------------------------ commands


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestSeat(Command):
    """Ask for a seat on an offer, with the reason for this measure. The id is the participation's from now on."""

    participation_id: ParticipationId
    offer_id: OfferId
    ground: MeasureGround
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordSeatOffer(Command):
    """The offer holds a seat until ``answer_by`` (last day to answer). Given by the seat saga."""

    participation_id: ParticipationId
    module: FundingModule
    provider: str
    answer_by: date
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordWaitlisted(Command):
    """The offer is full; the request stands at ``place`` (1 = next). Given by the seat saga."""

    participation_id: ParticipationId
    place: int
    order_rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordSeatRefused(Command):
    """The offer gives no seat. Given by the seat saga."""

    participation_id: ParticipationId
    ground: SeatRefusedReason


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptSeat(Command):
    """The participant takes the offered seat."""

    participation_id: ParticipationId


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclineSeat(Command):
    """The participant does not take the offered or accepted seat."""

    participation_id: ParticipationId
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawSeatRequest(Command):
    """Take back a request that has no seat yet."""

    participation_id: ParticipationId


@dataclass(frozen=True, slots=True, kw_only=True)
class StartCourse(Command):
    """First day of actual participation: the entry that counts (Eintritt)."""

    participation_id: ParticipationId


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordAttendance(Command):
    """Attendance of a span in teaching units of 45 minutes; a span is recorded once, then corrected."""

    participation_id: ParticipationId
    from_on: date
    to_on: date
    units_attended: int
    units_held: int
    proof: AttendanceProof


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
class SeatRequested(Event):
    """A seat was asked for."""

    participation_id: ParticipationId
    offer_id: OfferId
    ground: MeasureGround
    reason: Personal[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatOffered(Event):
    """A seat is held for the participant until ``answer_by``."""

    participation_id: ParticipationId
    module: FundingModule
    provider: str
    answer_by: date
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatWaitlisted(Event):
    """The request stands on the waiting list of the offer, in the published order."""

    participation_id: ParticipationId
    place: int
    order_rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatRefused(Event):
    """The offer gave no seat."""

    participation_id: ParticipationId
    ground: SeatRefusedReason


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatAccepted(Event):
    """The participant took the seat."""

    participation_id: ParticipationId


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatDeclined(Event):
    """The participant did not take the seat."""

    participation_id: ParticipationId
    reason: Personal[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatLapsed(Event):
    """The answer date passed without an answer; the seat goes to the next."""

    participation_id: ParticipationId


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatRequestWithdrawn(Event):
    """The request was taken back."""

    participation_id: ParticipationId


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseStarted(Event):
    """First day of actual participation (Eintritt)."""

    participation_id: ParticipationId


@dataclass(frozen=True, slots=True, kw_only=True)
class AttendanceRecorded(Event):
    """Teaching units attended and held in a span of days."""

    participation_id: ParticipationId
    from_on: date
    to_on: date
    units_attended: int
    units_held: int
    proof: AttendanceProof


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

# --------------------------------------------------------------------- state


@dataclass(frozen=True, slots=True, kw_only=True)
class AttendanceSpan:
    """A recorded span of attendance."""

    from_on: date
    to_on: date
    units_attended: int
    units_held: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Participation:
    """One participation: person × measure. ``answered_version`` is the entry of the latest answer of the offer."""

    id: ParticipationId
    offer_id: OfferId
    ground: MeasureGround
    status: SeatStatus
    requested_on: date
    module: FundingModule | None = None
    provider: str = ""
    answer_by: date | None = None
    answered_version: int = 0
    waiting_place: int | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    accepted_version: int = 0
    entered_on: date | None = None
    left_on: date | None = None
    attendance: tuple[AttendanceSpan, ...] = ()
    certificate: CourseCertificate | None = None
    level_gained: Answer[LanguageLevel] = None
    abandon_ground: AbandonReason | None = None

    @property
    def ended(self) -> bool:
        """Whether nothing more can happen to this participation."""
        return self.status in ENDED

    @property
    def units_attended(self) -> int:
        """Teaching units attended so far."""
        return sum(span.units_attended for span in self.attendance)


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseState:
    """All participations of the case, in the order they were requested."""

    participations: tuple[Participation, ...] = ()

    def find(self, participation_id: ParticipationId) -> Participation | None:
        """The participation with this id."""
        return next((p for p in self.participations if p.id == participation_id), None)

    @property
    def open(self) -> tuple[Participation, ...]:
        """Participations that have not ended."""
        return tuple(p for p in self.participations if not p.ended)


# -------------------------------------------------------------------- decide


def decide(command: CourseCommand, course: CourseState) -> Decision:
    """Decide a course command. Refuses what the status of the participation does not allow."""
    if isinstance(command, RequestSeat):
        return _request_seat(command, course)
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
        case RecordSeatOffer() | RecordWaitlisted() | RecordSeatRefused():
            return _record_answer(command, participation)
        case AcceptSeat():
            return _accept(command, participation)
        case DeclineSeat():
            return _decline(command, participation)
        case WithdrawSeatRequest():
            return _withdraw(command, participation)
        case StartCourse():
            return _start(command, participation)
        case RecordAttendance():
            return _record_attendance(command, participation)
        case FinishCourse():
            return _finish(command, participation)
        case AbandonCourse():
            return _abandon(command, participation)
        case _:
            assert_never(command)


def _wrong_status(participation: Participation, de: str, en: str) -> Refusal:
    return Refusal(
        f"course.not_possible_when_{participation.status.value}",
        f"{de} (Stand der Teilnahme: {participation.status.value}).",
        f"{en} (status of the participation: {participation.status.value}).",
    )


def _request_seat(command: RequestSeat, course: CourseState) -> Decision:
    if course.find(command.participation_id):
        return ()
    if not command.reason.strip():
        return Refusal(
            "course.reason_missing",
            "Die Anfrage braucht eine Begründung für genau diese Maßnahme.",
            "The request needs a reason for this very measure.",
        )
    if any(p.offer_id == command.offer_id and not p.ended for p in course.participations):
        return Refusal(
            "course.already_requested",
            "Für dieses Angebot läuft schon eine Anfrage oder Teilnahme.",
            "There already is a request or participation on this offer.",
        )
    return (
        SeatRequested(
            occurred_on=command.occurred_on,
            participation_id=command.participation_id,
            offer_id=command.offer_id,
            ground=command.ground,
            reason=command.reason,
        ),
    )


def _record_answer(
    command: RecordSeatOffer | RecordWaitlisted | RecordSeatRefused, participation: Participation
) -> Decision:
    """What the offer says counts while the request is open; later answers find nothing to do."""
    if participation.status not in (SeatStatus.REQUESTED, SeatStatus.WAITLISTED):
        return ()
    match command:
        case RecordSeatOffer():
            return (
                SeatOffered(
                    occurred_on=command.occurred_on,
                    participation_id=command.participation_id,
                    module=command.module,
                    provider=command.provider,
                    answer_by=command.answer_by,
                    starts_on=command.starts_on,
                    ends_on=command.ends_on,
                ),
            )
        case RecordWaitlisted():
            if participation.waiting_place == command.place:
                return ()
            return (
                SeatWaitlisted(
                    occurred_on=command.occurred_on,
                    participation_id=command.participation_id,
                    place=command.place,
                    order_rule=command.order_rule,
                ),
            )
        case RecordSeatRefused():
            return (
                SeatRefused(
                    occurred_on=command.occurred_on,
                    participation_id=command.participation_id,
                    ground=command.ground,
                ),
            )
        case _:
            assert_never(command)


def _accept(command: AcceptSeat, participation: Participation) -> Decision:
    if participation.status in (SeatStatus.ACCEPTED, SeatStatus.RUNNING):
        return ()
    if participation.status is not SeatStatus.OFFERED:
        return _wrong_status(participation, "Es ist kein Platz angeboten", "No seat is offered")
    if participation.answer_by is not None and command.occurred_on > participation.answer_by:
        return Refusal(
            "course.answer_date_passed",
            f"Die Antwortfrist endete am {participation.answer_by:%d.%m.%Y}.",
            f"The answer date was {participation.answer_by:%d.%m.%Y}.",
        )
    return (SeatAccepted(occurred_on=command.occurred_on, participation_id=participation.id),)


def _decline(command: DeclineSeat, participation: Participation) -> Decision:
    if participation.status is SeatStatus.DECLINED:
        return ()
    if participation.status not in (SeatStatus.OFFERED, SeatStatus.ACCEPTED):
        return _wrong_status(
            participation, "Es ist kein Platz da, der abgelehnt werden kann", "There is no seat to decline"
        )
    return (
        SeatDeclined(
            occurred_on=command.occurred_on, participation_id=participation.id, reason=command.reason
        ),
    )


def _withdraw(command: WithdrawSeatRequest, participation: Participation) -> Decision:
    if participation.status is SeatStatus.WITHDRAWN:
        return ()
    if participation.status not in (SeatStatus.REQUESTED, SeatStatus.WAITLISTED):
        return _wrong_status(
            participation,
            "Die Anfrage kann nicht mehr zurückgenommen werden",
            "The request cannot be taken back",
        )
    return (SeatRequestWithdrawn(occurred_on=command.occurred_on, participation_id=participation.id),)


def _start(command: StartCourse, participation: Participation) -> Decision:
    if participation.status is SeatStatus.RUNNING and participation.entered_on == command.occurred_on:
        return ()
    if participation.status is not SeatStatus.ACCEPTED:
        return _wrong_status(
            participation,
            "Beginnen kann nur, wer den Platz angenommen hat",
            "Only an accepted seat can start",
        )
    if participation.starts_on is not None and command.occurred_on < participation.starts_on:
        return Refusal(
            "course.entry_before_course_start",
            f"Der Kurs beginnt erst am {participation.starts_on:%d.%m.%Y}.",
            f"The course starts on {participation.starts_on:%d.%m.%Y} only.",
        )
    if participation.ends_on is not None and command.occurred_on > participation.ends_on:
        return Refusal(
            "course.entry_after_course_end",
            f"Der Kurs endete am {participation.ends_on:%d.%m.%Y}.",
            f"The course ended on {participation.ends_on:%d.%m.%Y}.",
        )
    return (CourseStarted(occurred_on=command.occurred_on, participation_id=participation.id),)


def _record_attendance(command: RecordAttendance, participation: Participation) -> Decision:
    span = AttendanceSpan(
        from_on=command.from_on,
        to_on=command.to_on,
        units_attended=command.units_attended,
        units_held=command.units_held,
    )
    if span in participation.attendance:
        return ()
    if participation.entered_on is None:
        return _wrong_status(
            participation,
            "Vor dem Eintritt gibt es keine Anwesenheit",
            "There is no attendance before the entry",
        )
    if command.to_on < command.from_on:
        return Refusal(
            "attendance.ends_before_start",
            "Der Zeitraum endet vor seinem Beginn.",
            "The span ends before it starts.",
        )
    last_day = participation.left_on or command.occurred_on
    if command.from_on < participation.entered_on or command.to_on > last_day:
        return Refusal(
            "attendance.outside_participation",
            "Der Zeitraum liegt nicht ganz in der Teilnahme.",
            "The span does not lie wholly within the participation.",
        )
    if not 0 <= command.units_attended <= command.units_held:
        return Refusal(
            "attendance.more_than_held",
            "Es sind mehr Unterrichtsstunden besucht als gehalten.",
            "More teaching units attended than held.",
        )
    if command.units_held > 20 * ((command.to_on - command.from_on).days + 1):
        return Refusal(
            "attendance.more_than_a_day_has",
            "Mehr als 20 Unterrichtsstunden an einem Tag sind nicht möglich.",
            "More than 20 teaching units a day are not possible.",
        )
    if any(span.from_on <= old.to_on and old.from_on <= span.to_on for old in participation.attendance):
        return Refusal(
            "attendance.span_recorded_already",
            "Für einen Teil des Zeitraums ist schon Anwesenheit erfasst; bitte den Eintrag berichtigen.",
            "Attendance is already recorded for part of this span; correct that entry instead.",
        )
    return (
        AttendanceRecorded(
            occurred_on=command.occurred_on,
            participation_id=participation.id,
            from_on=command.from_on,
            to_on=command.to_on,
            units_attended=command.units_attended,
            units_held=command.units_held,
            proof=command.proof,
        ),
    )


def _finish(command: FinishCourse, participation: Participation) -> Decision:
    if participation.status is SeatStatus.FINISHED:
        return ()
    if participation.status is not SeatStatus.RUNNING:
        return _wrong_status(participation, "Es läuft keine Teilnahme", "No participation is running")
    if participation.entered_on and command.occurred_on < participation.entered_on:
        return _ends_before_entry()
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
        return _wrong_status(participation, "Es läuft keine Teilnahme", "No participation is running")
    if participation.entered_on and command.occurred_on < participation.entered_on:
        return _ends_before_entry()
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


# -------------------------------------------------------------------- evolve


def evolve(course: CourseState, event: CourseEvent, version: int) -> CourseState:
    """Fold one course event; ``version`` is its place in the stream."""
    if isinstance(event, SeatRequested):
        requested = Participation(
            id=event.participation_id,
            offer_id=event.offer_id,
            ground=event.ground,
            status=SeatStatus.REQUESTED,
            requested_on=event.occurred_on,
        )
        return CourseState(participations=(*course.participations, requested))
    return CourseState(
        participations=tuple(
            _evolve_one(p, event, version) if p.id == event.participation_id else p
            for p in course.participations
        )
    )


_AnswerToRequest: TypeAlias = SeatOffered | SeatWaitlisted | SeatRefused


def _evolve_one(
    participation: Participation,
    event: _AnswerToRequest
    | SeatAccepted
    | SeatDeclined
    | SeatLapsed
    | SeatRequestWithdrawn
    | CourseStarted
    | AttendanceRecorded
    | CourseFinished
    | CourseAbandoned,
    version: int,
) -> Participation:
    match event:
        case SeatOffered():
            return replace(
                participation,
                status=SeatStatus.OFFERED,
                module=event.module,
                provider=event.provider,
                answer_by=event.answer_by,
                starts_on=event.starts_on,
                ends_on=event.ends_on,
                answered_version=version,
                waiting_place=None,
            )
        case SeatWaitlisted():
            return replace(
                participation,
                status=SeatStatus.WAITLISTED,
                waiting_place=event.place,
                answered_version=version,
            )
        case SeatRefused():
            return replace(participation, status=SeatStatus.REFUSED, answered_version=version)
        case SeatAccepted():
            return replace(participation, status=SeatStatus.ACCEPTED, accepted_version=version)
        case SeatDeclined():
            return replace(participation, status=SeatStatus.DECLINED)
        case SeatLapsed():
            return replace(participation, status=SeatStatus.LAPSED)
        case SeatRequestWithdrawn():
            return replace(participation, status=SeatStatus.WITHDRAWN)
        case CourseStarted():
            return replace(participation, status=SeatStatus.RUNNING, entered_on=event.occurred_on)
        case AttendanceRecorded():
            span = AttendanceSpan(
                from_on=event.from_on,
                to_on=event.to_on,
                units_attended=event.units_attended,
                units_held=event.units_held,
            )
            return replace(participation, attendance=(*participation.attendance, span))
        case CourseFinished():
            return replace(
                participation,
                status=SeatStatus.FINISHED,
                left_on=event.occurred_on,
                certificate=event.certificate,
                level_gained=event.level_gained,
            )
        case CourseAbandoned():
            return replace(
                participation,
                status=SeatStatus.ABANDONED,
                left_on=event.occurred_on,
                abandon_ground=event.ground,
            )
        case _:
            assert_never(event)
