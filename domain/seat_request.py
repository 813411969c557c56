"""Seat request: what a case asks of an offer, what it is answered, and whether the participant takes the seat."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, TypeAlias, assert_never

from domain.commands import Command
from domain.decision import Decision
from domain.participation import (
    CourseState,
    MeasureGround,
    Participation,
    SeatRefusedReason,
    SeatStatus,
    SeatStep,
    wrong_status,
)
from domain.personal import Personal
from domain.recorded import Event
from domain.refusals import Refusal
from domain.replacing import replace
from domain.values import FundingModule, LanguageLevel, OfferId, OfferKind, ParticipationId

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
    kind: OfferKind | None = None
    level: LanguageLevel | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordWaitlisted(Command):
    """The offer is full; the request stands at ``place`` (1 = next). Given by the seat saga."""

    participation_id: ParticipationId
    place: int
    order_rule: str
    kind: OfferKind | None = None
    level: LanguageLevel | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordSeatRefused(Command):
    """The offer gives no seat. Given by the seat saga."""

    participation_id: ParticipationId
    ground: SeatRefusedReason
    kind: OfferKind | None = None
    level: LanguageLevel | None = None


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


SeatCommand: TypeAlias = (
    RecordSeatOffer | RecordWaitlisted | RecordSeatRefused | AcceptSeat | DeclineSeat | WithdrawSeatRequest
)
"""Commands about a request that was made."""

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
    """A seat is held for the participant until ``answer_by``. ``kind`` and ``level`` are those of the offer."""

    schema_version: ClassVar[int] = 2

    participation_id: ParticipationId
    module: FundingModule
    provider: str
    answer_by: date
    starts_on: date
    ends_on: date
    kind: OfferKind | None
    level: LanguageLevel | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatWaitlisted(Event):
    """The request stands on the waiting list of the offer, in the published order."""

    schema_version: ClassVar[int] = 2

    participation_id: ParticipationId
    place: int
    order_rule: str
    kind: OfferKind | None
    level: LanguageLevel | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatRefused(Event):
    """The offer gave no seat."""

    schema_version: ClassVar[int] = 2

    participation_id: ParticipationId
    ground: SeatRefusedReason
    kind: OfferKind | None
    level: LanguageLevel | None


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


SeatEvent: TypeAlias = (
    SeatOffered
    | SeatWaitlisted
    | SeatRefused
    | SeatAccepted
    | SeatDeclined
    | SeatLapsed
    | SeatRequestWithdrawn
)
"""What happened to a request that was made."""

# -------------------------------------------------------------------- decide


def request_seat(command: RequestSeat, course: CourseState) -> Decision:
    """Decide the request. Refused without a reason, and while another one on the same offer is open."""
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


def decide(command: SeatCommand, participation: Participation) -> Decision:
    """Decide what becomes of a request that was made."""
    match command:
        case RecordSeatOffer() | RecordWaitlisted() | RecordSeatRefused():
            return _record_answer(command, participation)
        case AcceptSeat():
            return _accept(command, participation)
        case DeclineSeat():
            return _decline(command, participation)
        case WithdrawSeatRequest():
            return _withdraw(command, participation)
        case _:
            assert_never(command)


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
                    kind=command.kind,
                    level=command.level,
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
                    kind=command.kind,
                    level=command.level,
                ),
            )
        case RecordSeatRefused():
            return (
                SeatRefused(
                    occurred_on=command.occurred_on,
                    participation_id=command.participation_id,
                    ground=command.ground,
                    kind=command.kind,
                    level=command.level,
                ),
            )
        case _:
            assert_never(command)


def _accept(command: AcceptSeat, participation: Participation) -> Decision:
    if participation.status in (SeatStatus.ACCEPTED, SeatStatus.RUNNING):
        return ()
    if participation.status is not SeatStatus.OFFERED:
        return wrong_status(participation, "Es ist kein Platz angeboten", "No seat is offered")
    if participation.answer_by is not None and command.occurred_on > participation.answer_by:
        return Refusal(
            "course.answer_date_passed",
            f"Die Antwortfrist endete am {participation.answer_by:%d.%m.%Y}.",
            f"The answer date was {participation.answer_by:%Y-%m-%d}.",
        )
    return (SeatAccepted(occurred_on=command.occurred_on, participation_id=participation.id),)


def _decline(command: DeclineSeat, participation: Participation) -> Decision:
    if participation.status is SeatStatus.DECLINED:
        return ()
    if participation.status not in (SeatStatus.OFFERED, SeatStatus.ACCEPTED):
        return wrong_status(
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
        return wrong_status(
            participation,
            "Die Anfrage kann nicht mehr zurückgenommen werden",
            "The request cannot be taken back",
        )
    return (SeatRequestWithdrawn(occurred_on=command.occurred_on, participation_id=participation.id),)


# -------------------------------------------------------------------- evolve


def requested(event: SeatRequested, version: int) -> Participation:
    """The participation right after the request; ``version`` is the place of the event in the stream."""
    return Participation(
        id=event.participation_id,
        offer_id=event.offer_id,
        ground=event.ground,
        status=SeatStatus.REQUESTED,
        requested_on=event.occurred_on,
        requested_version=version,
        steps=(SeatStep(SeatStatus.REQUESTED, event.occurred_on, version),),
    )


def evolve(participation: Participation, event: SeatEvent, version: int) -> Participation:
    """Fold one event of a request that was made; ``version`` is its place in the stream."""
    match event:
        case SeatOffered():
            return replace(
                participation,
                status=SeatStatus.OFFERED,
                steps=stepped(participation, SeatStatus.OFFERED, event, version),
                module=event.module,
                module_version=version,
                provider=event.provider,
                answer_by=event.answer_by,
                starts_on=event.starts_on,
                ends_on=event.ends_on,
                answered_on=event.occurred_on,
                answered_version=version,
                waiting_place=None,
                kind=event.kind,
                level=event.level,
                kind_version=_told_by(participation, event, version),
            )
        case SeatWaitlisted():
            return replace(
                participation,
                status=SeatStatus.WAITLISTED,
                steps=stepped(participation, SeatStatus.WAITLISTED, event, version),
                waiting_place=event.place,
                answered_on=event.occurred_on,
                answered_version=version,
                kind=event.kind,
                level=event.level,
                kind_version=_told_by(participation, event, version),
            )
        case SeatRefused():
            return replace(
                participation,
                status=SeatStatus.REFUSED,
                steps=stepped(participation, SeatStatus.REFUSED, event, version),
                refused_ground=event.ground,
                answered_version=version,
                kind=event.kind or participation.kind,
                level=event.level or participation.level,
                kind_version=_told_by(participation, event, version),
            )
        case SeatAccepted():
            return replace(
                participation,
                status=SeatStatus.ACCEPTED,
                accepted_version=version,
                steps=stepped(participation, SeatStatus.ACCEPTED, event, version),
            )
        case SeatDeclined():
            return _ended(participation, SeatStatus.DECLINED, event, version)
        case SeatLapsed():
            return _ended(participation, SeatStatus.LAPSED, event, version)
        case SeatRequestWithdrawn():
            return _ended(participation, SeatStatus.WITHDRAWN, event, version)
        case _:
            assert_never(event)


def stepped(
    participation: Participation, status: SeatStatus, event: Event, version: int
) -> tuple[SeatStep, ...]:
    """The steps of the participation with one more."""
    return (*participation.steps, SeatStep(status, event.occurred_on, version))


def _ended(participation: Participation, status: SeatStatus, event: Event, version: int) -> Participation:
    return replace(participation, status=status, steps=stepped(participation, status, event, version))


def _told_by(
    participation: Participation, event: SeatOffered | SeatWaitlisted | SeatRefused, version: int
) -> int:
    """The one entry that tells the kind of the offer: this one, an earlier one, or 0 when several do."""
    if event.kind is None:
        return participation.kind_version
    return version if participation.kind is None else 0
