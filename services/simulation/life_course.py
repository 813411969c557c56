"""Courses in the town: a seat is sought, offered, taken or lost; attendance month by month; the end, or the dropout."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from domain.course import (
    AbandonCourse,
    AbandonReason,
    AcceptSeat,
    AttendanceProof,
    CourseCertificate,
    DeclineSeat,
    FinishCourse,
    MeasureGround,
    Participation,
    RecordAttendance,
    RequestSeat,
    SeatStatus,
    StartCourse,
    WithdrawSeatRequest,
)
from domain.offering import OfferKind
from domain.unmet_need import NeedEnd
from domain.values import LanguageLevel, OfferId, ParticipationId, SchoolLeaving
from services.simulation import life_hints, life_needs, life_plan, seats
from services.simulation.chance import Weighted
from services.simulation.life import Aim, Life
from services.simulation.seats import seat_of
from services.simulation.town import Measure
from services.simulation.world import World

_LEVELS = tuple(LanguageLevel)
_GROUNDS = {
    OfferKind.LANGUAGE: MeasureGround.LANGUAGE_FOR_AUSBILDUNG,
    OfferKind.SCHOOL_LEAVING: MeasureGround.SCHOOL_LEAVING_MISSING,
    OfferKind.PREPARATION: MeasureGround.PREPARATION_FOR_AUSBILDUNG,
    OfferKind.QUALIFICATION: MeasureGround.QUALIFICATION_BESIDE_WORK,
    OfferKind.COACHING: MeasureGround.ORIENTATION,
    OfferKind.INNOVATION: MeasureGround.BRIDGE_UNTIL_START,
}
_DROPOUT = Weighted(
    {
        AbandonReason.OWN_WISH: 22.0,
        AbandonReason.NO_CONTACT: 17,
        AbandonReason.WORK_STARTED: 14,
        AbandonReason.LEVEL_TOO_HIGH: 10,
        AbandonReason.ILLNESS: 9,
        AbandonReason.CHILDCARE: 8,
        AbandonReason.TOO_FAR: 6,
        AbandonReason.STATUS_CHANGE: 5,
        AbandonReason.PARENTAL_LEAVE: 4,
        AbandonReason.LEVEL_TOO_LOW: 3,
        AbandonReason.MOVED_AWAY: 2,
    }
)


# ----------------------------------------------------------------- the seat


def seek(world: World, life: Life) -> None:
    """Look for a course that fits and ask for a seat; look again later when there is none."""
    if not life.open or life.state.course.open:
        return
    if life.state.ausbildung.open:
        life_needs.stop_looking(world, life, NeedEnd.NO_LONGER_NEEDED)
        return
    hold = life.state.hold
    if hold.until is not None:
        world.on(hold.until + timedelta(days=7), seek, life)
        return
    offer_id = _fitting(world, life)
    if offer_id is None:
        life_needs.search_failed(world, life)
        life.search += 1
        if life.search < 8:
            world.later(world.chance.between(14, 35), seek, life)
        elif world.chance.yes(0.5):
            life_needs.stop_looking(world, life, NeedEnd.WITHDRAWN)
        return
    life.search = 0
    request(world, life, offer_id)


def request(world: World, life: Life, offer_id: UUID) -> ParticipationId | None:
    """Ask for a seat on an offer."""
    offer = world.ledger.offers[offer_id].offer
    participation_id = ParticipationId(world.new_id())
    asked = world.give(
        life,
        RequestSeat(
            occurred_on=world.today,
            participation_id=participation_id,
            offer_id=OfferId(offer_id),
            ground=_GROUNDS[offer.kind],
            reason=f"{offer.title}: nächster Schritt des Plans",
        ),
    )
    if not asked:
        return None
    seats.settle(world, life, participation_id, answered)
    return participation_id


def _fitting(world: World, life: Life) -> UUID | None:
    offers = world.bookable.get(life.municipality.region, {})
    found = [offer_id for offer_id, measure in offers.items() if _fits(measure, life)]
    same = [offer_id for offer_id in found if (offers[offer_id].kind, offers[offer_id].level) == life.again]
    found = same or found
    if not found or (life.again and not same and world.chance.yes(0.7)):
        return None
    offer_id = world.chance.pick(found)
    return offer_id if world.ledger.offers[offer_id].offer.starts_on > world.today else None


def _fits(measure: Measure, life: Life) -> bool:
    level = _LEVELS.index(life.level)
    match measure.kind:
        case OfferKind.LANGUAGE:
            return measure.level is not None and _LEVELS.index(measure.level) == level + 1
        case OfferKind.SCHOOL_LEAVING:
            return life.school_leaving_missing and level >= 2 and life.aim in (Aim.SCHOOL, Aim.AUSBILDUNG)
        case OfferKind.PREPARATION:
            return level >= 2 and life.aim is Aim.AUSBILDUNG
        case OfferKind.QUALIFICATION:
            return level >= 2 and life.aim is Aim.WORK
        case OfferKind.COACHING:
            return life.courses > 0
        case OfferKind.INNOVATION:
            return level >= 1


def answered(world: World, life: Life, participation: Participation) -> None:
    """The case has learnt what the offer says; the participant makes up their mind."""
    chance, today = world.chance, world.today
    if participation.status is SeatStatus.WAITLISTED:
        if participation.waiting_place is not None:
            world.later(chance.between(45, 110), give_up_waiting, life, participation.id)
    elif participation.status is SeatStatus.REFUSED:
        world.later(chance.between(8, 30), seek, life)
    elif participation.status is SeatStatus.OFFERED and participation.answer_by is not None:
        days = max(1, (participation.answer_by - today).days)
        draw = chance.share()
        if draw < 0.8:
            world.later(chance.between(1, days), accept, life, participation.id)
        elif draw < 0.9:
            world.later(
                chance.between(1, max(1, days - 3)), refuse, life, participation.id, "Passt zeitlich nicht"
            )
        elif draw < 0.93:
            world.later(days + chance.between(3, 9), too_late, life, participation.id)


def accept(world: World, life: Life, participation_id: UUID) -> None:
    """The participant says yes; over a weekend it can be too late."""
    if not life.open:
        return
    seat = seat_of(life, participation_id)
    if seat.status is SeatStatus.LAPSED:
        too_late(world, life, participation_id)
    if seat.status is not SeatStatus.OFFERED:
        return
    world.give(life, AcceptSeat(occurred_on=world.today, participation_id=seat.id))
    seats.settle(world, life, seat.id, answered)
    starts_on = seat.starts_on or world.today
    late = world.chance.between(4, 14) if world.chance.yes(0.1) else 0
    world.on(starts_on + timedelta(days=late), begin, life, seat.id)


def too_late(world: World, life: Life, participation_id: UUID) -> None:
    """The participant says yes after the answer date; the seat is gone."""
    if life.open and seat_of(life, participation_id).status is SeatStatus.LAPSED:
        world.give(
            life,
            AcceptSeat(occurred_on=world.today, participation_id=ParticipationId(participation_id)),
            refused="course.not_possible_when_lapsed",
        )


def refuse(world: World, life: Life, participation_id: UUID, reason: str) -> None:
    """The participant does not take the seat, or does not come."""
    if not life.open:
        return
    seat = seat_of(life, participation_id)
    if seat.status in (SeatStatus.OFFERED, SeatStatus.ACCEPTED):
        world.give(life, DeclineSeat(occurred_on=world.today, participation_id=seat.id, reason=reason))
        seats.settle(world, life, seat.id, answered)
        world.later(world.chance.between(15, 60), seek, life)


def lapsed(world: World, life: Life, participation_id: UUID) -> None:
    """The answer date passed: the seat goes to the next, and the search to its beginning."""
    seats.settle(world, life, participation_id, answered)
    if world.chance.yes(0.6):
        world.later(world.chance.between(15, 60), seek, life)


def give_up_waiting(world: World, life: Life, participation_id: UUID) -> None:
    """Waiting has taken too long."""
    if not life.open or seat_of(life, participation_id).status is not SeatStatus.WAITLISTED:
        return
    seat = ParticipationId(participation_id)
    world.give(life, WithdrawSeatRequest(occurred_on=world.today, participation_id=seat))
    seats.settle(world, life, seat, answered)
    life_needs.waited_in_vain(world, life, seat_of(life, participation_id).offer_id)
    world.later(world.chance.between(3, 20), seek, life)


# --------------------------------------------------------------- the course


def begin(world: World, life: Life, participation_id: UUID) -> None:
    """The first day; a few never come."""
    if not life.open:
        return
    chance = world.chance
    seat = seat_of(life, participation_id)
    if seat.status is not SeatStatus.ACCEPTED or seat.starts_on is None or seat.ends_on is None:
        return
    if life.state.ausbildung.running or chance.yes(0.04):
        world.later(chance.between(3, 15), refuse, life, participation_id, "Nicht erschienen")
        return
    entered_on = max(seat.starts_on, world.today - timedelta(days=chance.between(0, 3)))
    if entered_on > seat.ends_on - timedelta(days=14):
        refuse(world, life, participation_id, "Zu spät für einen Einstieg")
        return
    world.give(life, StartCourse(occurred_on=entered_on, participation_id=seat.id))
    life.courses += 1
    next_month = (world.today.replace(day=1) + timedelta(days=32)).replace(day=chance.between(2, 6))
    world.on(next_month, attend, life, participation_id)
    length = (seat.ends_on - entered_on).days
    if chance.yes(0.38 - 0.24 * life.diligence):
        world.on(
            entered_on + timedelta(days=chance.between(7, max(8, length - 10))),
            drop_out,
            life,
            participation_id,
        )
    world.on(seat.ends_on + timedelta(days=chance.between(0, 6)), finish, life, participation_id)


def attend(world: World, life: Life, participation_id: UUID) -> None:
    """At the beginning of a month the attendance of the month before is entered."""
    if not life.open:
        return
    seat = seat_of(life, participation_id)
    if seat.status is not SeatStatus.RUNNING:
        return
    month_ended_on = world.today.replace(day=1) - timedelta(days=1)
    record_attendance(world, life, participation_id, min(month_ended_on, seat.ends_on or month_ended_on))
    next_month = (world.today.replace(day=1) + timedelta(days=32)).replace(day=world.chance.between(2, 6))
    world.on(next_month, attend, life, participation_id)


def record_attendance(world: World, life: Life, participation_id: UUID, to_on: date) -> None:
    """Enter the attendance from the last entry up to ``to_on``."""
    seat = seat_of(life, participation_id)
    offer = world.ledger.offers.get(seat.offer_id)
    if offer is None or seat.entered_on is None:
        return
    from_on = (
        max(seat.entered_on, seat.attendance[-1].to_on + timedelta(days=1))
        if seat.attendance
        else seat.entered_on
    )
    days = (to_on - from_on).days + 1
    if days < 1:
        return
    course_days = (offer.offer.ends_on - offer.offer.starts_on).days + 1
    held = round(offer.offer.teaching_units * min(days, course_days) / course_days)
    share = min(1.0, 0.55 + 0.5 * life.diligence + (world.chance.share() - 0.5) * 0.3)
    given = world.give(
        life,
        RecordAttendance(
            occurred_on=world.today,
            participation_id=seat.id,
            from_on=from_on,
            to_on=to_on,
            units_attended=round(held * max(0.0, share)),
            units_held=held,
            proof=AttendanceProof.SIGNATURE_LIST if world.chance.yes(0.7) else AttendanceProof.CLASS_REGISTER,
        ),
        actor="admin-" + offer.offer.provider.split()[-1].lower().replace("ü", "ue"),
    )
    if given:
        world.attended.append((life, seat.id))
        world.taught[seat.offer_id] = offer.offer


def finish(world: World, life: Life, participation_id: UUID) -> None:
    """The course ends as planned, with what it gave."""
    if not life.open:
        return
    chance = world.chance
    seat = seat_of(life, participation_id)
    if seat.status is not SeatStatus.RUNNING or seat.ends_on is None:
        return
    record_attendance(world, life, participation_id, min(seat.ends_on, world.today))
    offer = world.ledger.offers[seat.offer_id].offer
    passed = chance.yes(0.45 + 0.5 * life.diligence)
    certificate, level, school = CourseCertificate.ATTENDANCE, None, None
    if passed and offer.kind is OfferKind.LANGUAGE and offer.level is not None:
        certificate, level = CourseCertificate.LANGUAGE_CERTIFICATE, offer.level
        life.level = offer.level
    elif passed and offer.kind is OfferKind.SCHOOL_LEAVING:
        certificate, school = CourseCertificate.SCHOOL_LEAVING, SchoolLeaving.HSA_9
        life.school_leaving_missing = False
    elif passed and offer.kind is OfferKind.QUALIFICATION:
        certificate = CourseCertificate.QUALIFICATION
    elif not passed and chance.yes(0.3):
        certificate = CourseCertificate.NONE
    world.give(
        life,
        FinishCourse(
            occurred_on=min(seat.ends_on, world.today),
            participation_id=seat.id,
            certificate=certificate,
            level_gained=level,
            school_leaving_gained=school,
        ),
    )
    life.again = (offer.kind, offer.level) if not passed and chance.yes(0.7) else None
    life_hints.look_for_repetition(world, life)
    if chance.yes(0.3):
        life_plan.agree(world, life, "Nach dem Kurs angepasst")
    if chance.yes(0.8):
        world.later(chance.between(5, 40), seek, life)


def drop_out(world: World, life: Life, participation_id: UUID) -> None:
    """The participation ends early and the person goes back to coaching."""
    if not life.open or seat_of(life, participation_id).status is not SeatStatus.RUNNING:
        return
    offer = world.ledger.offers[seat_of(life, participation_id).offer_id].offer
    abandon(world, life, participation_id, _DROPOUT.draw(world.chance))
    life.again = (offer.kind, offer.level) if world.chance.yes(0.6) else None
    world.later(world.chance.between(20, 90), seek, life)


def abandon(world: World, life: Life, participation_id: UUID, ground: AbandonReason) -> None:
    """Leave a running course; often it is learnt some days later."""
    seat = seat_of(life, participation_id)
    known_days = world.chance.between(0, 9)
    last_day = max(seat.entered_on or world.today, world.today - timedelta(days=known_days))
    if seat.attendance:
        last_day = max(last_day, seat.attendance[-1].to_on)
    record_attendance(world, life, participation_id, last_day)
    world.give(
        life,
        AbandonCourse(
            occurred_on=last_day, participation_id=seat.id, ground=ground, reason="Mit dem Träger besprochen"
        ),
    )
    life_hints.look_for_repetition(world, life)
    seats.settle(world, life, seat.id, answered)


def give_everything_back(world: World, life: Life, ground: AbandonReason) -> None:
    """End whatever is open with courses: requests, seats, participations."""
    for seat in life.state.course.open:
        match seat.status:
            case SeatStatus.REQUESTED | SeatStatus.WAITLISTED:
                world.give(life, WithdrawSeatRequest(occurred_on=world.today, participation_id=seat.id))
                seats.settle(world, life, seat.id, answered)
            case SeatStatus.RUNNING:
                abandon(world, life, seat.id, ground)
            case _:
                decline = DeclineSeat(
                    occurred_on=world.today, participation_id=seat.id, reason="Begleitung endet"
                )
                world.give(life, decline)
                seats.settle(world, life, seat.id, answered)
