"""Participation: one person on one measure, from the request for the seat to the exit; what a case knows of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from domain.refusals import Refusal
from domain.replacing import quickly_made
from domain.values import (
    Answer,
    FundingModule,
    LanguageLevel,
    OfferId,
    OfferKind,
    ParticipationId,
    SchoolLeaving,
)

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


# --------------------------------------------------------------------- state


class SeatStep(NamedTuple):
    """From ``on`` the participation stands at ``status``, by the entry ``version``."""

    status: SeatStatus
    on: date
    version: int


@quickly_made
@dataclass(frozen=True, slots=True, kw_only=True)
class AttendanceSpan:
    """A recorded span of attendance."""

    from_on: date
    to_on: date
    units_attended: int
    units_held: int
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Participation:
    """One participation: person × measure. ``answered_version`` is the entry of the latest answer of the offer, and so with
    the other versions: the entry that said it, 0 for none.

    ``kind`` and ``level`` are those of the offer as its answer told them; None where it was not told. ``kind_version`` is 0
    where more than one answer told them, so that they stand without any one of these.
    """

    id: ParticipationId
    offer_id: OfferId
    ground: MeasureGround
    status: SeatStatus
    requested_on: date
    requested_version: int = 0
    module: FundingModule | None = None
    module_version: int = 0
    provider: str = ""
    kind: OfferKind | None = None
    level: LanguageLevel | None = None
    kind_version: int = 0
    answer_by: date | None = None
    answered_on: date | None = None
    answered_version: int = 0
    waiting_place: int | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    accepted_version: int = 0
    entered_on: date | None = None
    entered_version: int = 0
    left_on: date | None = None
    left_version: int = 0
    attendance: tuple[AttendanceSpan, ...] = ()
    certificate: CourseCertificate | None = None
    level_gained: Answer[LanguageLevel] = None
    school_leaving_gained: Answer[SchoolLeaving] = None
    abandon_ground: AbandonReason | None = None
    refused_ground: SeatRefusedReason | None = None
    steps: tuple[SeatStep, ...] = ()
    """How it came to its status, in the order of the entries."""

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


def wrong_status(participation: Participation, de: str, en: str) -> Refusal:
    """The refusal of what the status of the participation does not allow; ``de`` and ``en`` without a full stop."""
    return Refusal(
        f"course.not_possible_when_{participation.status.value}",
        f"{de} (Stand der Teilnahme: {participation.status.value}).",
        f"{en} (status of the participation: {participation.status.value}).",
    )
