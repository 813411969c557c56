"""One day in the town: what is due by itself at six, then the offices, then the diary is put in order."""

from __future__ import annotations

from collections import deque
from datetime import date, timedelta
from uuid import UUID, uuid5

from domain.hold import CaseResumed
from domain.reminders import ConfirmDelivery, GiveUpDelivery, ReminderIssued, UndeliverableReason, Wake
from domain.seat_request import SeatLapsed
from domain.values import StaffId
from services.simulation import life_coaching, life_course, life_intake, money, seats, staging
from services.simulation.clock import OFFICE_SECONDS
from services.simulation.life import Life
from services.simulation.town import PlannedOffer, organisation_of, planned_offers
from services.simulation.world import World

CLOSES_AFTER_START_DAYS = 12
"""An offer takes no more requests some days after its start."""


class Days:
    """The days of the town, one after the other, from ``first_day`` up to the day before ``until``."""

    def __init__(self, world: World, participants: int) -> None:
        self._world = world
        self._offers = deque(planned_offers(participants, world.first_day, world.clock.until, world.chance))
        self._arrivals = _arrivals(world, participants)
        self._last_working_day = _last_working_day(world)
        self.arrived = 0
        self._begun = False

    def live(self, day: date) -> None:
        """Let ``day`` happen."""
        world = self._world
        world.clock.begin_day(day)
        for life in world.waking():
            _wake(world, life)
        if world.clock.is_working_day(day):
            world.clock.open_office()
            self._office_day()
        world.plan_wakes()

    def _office_day(self) -> None:
        world = self._world
        if not self._begun:
            self._begun = True
            money.receive(world)
            world.on(world.clock.until - timedelta(days=65), staging.short_titles)
        deeds = world.deeds()
        deeds += [(life_intake.first_contact, ())] * self._arriving()
        world.chance.shuffle(deeds)
        while self._offers and self._offers[0].publish_on <= world.today:
            _publish(world, self._offers.popleft())
        pause = OFFICE_SECONDS * 1000 / (len(deeds) + 1)
        opened = world.clock.now
        for number, (deed, of) in enumerate(deeds):
            world.clock.reach(opened + timedelta(milliseconds=pause * (number + world.chance.share())))
            deed(world, *of)
        if world.today == self._last_working_day:
            staging.last_day(world)
        if world.today.day <= 3:
            seats.forget_past_offers(world)

    def _arriving(self) -> int:
        arriving = self._arrivals.pop(self._world.today, 0)
        self.arrived += arriving
        return arriving


def _arrivals(world: World, participants: int) -> dict[date, int]:
    """How many come on which working day: most in the first year, a few until the end."""
    chance, clock = world.chance, world.clock
    span = (clock.until - world.first_day).days
    last_day = _last_working_day(world)
    arrivals: dict[date, int] = {}
    for _ in range(participants):
        draw = chance.share()
        place = draw if chance.yes(0.12) else 1 - (1 - draw) ** 0.5
        day = min(clock.working_day(world.first_day + timedelta(days=int(place * span))), last_day)
        arrivals[day] = arrivals.get(day, 0) + 1
    return arrivals


def _last_working_day(world: World) -> date:
    day = world.clock.until - timedelta(days=1)
    while not world.clock.is_working_day(day):
        day -= timedelta(days=1)
    return day


# ---------------------------------------------------------- what happens by itself


def _wake(world: World, life: Life) -> None:
    """The case moves by itself, as its workflow would: reminders go out, seats lapse, holds end."""
    wake = Wake(occurred_on=world.today)
    events = world.ledger.give(life, wake, deed=uuid5(life.case_id, f"wake/{world.clock.now.isoformat()}"))
    world.touch(life)
    for event in events:
        match event:
            case ReminderIssued():
                _deliver(world, life, event)
            case SeatLapsed():
                life_course.lapsed(world, life, event.participation_id)
            case CaseResumed():
                life_coaching.stay_in_contact(world, life)
            case _:
                pass


def _deliver(world: World, life: Life, reminder: ReminderIssued) -> None:
    """The mail server takes the reminder, or hardly ever does not."""
    deed = uuid5(life.case_id, f"mail/{reminder.reminder_id}")
    if world.chance.yes(0.004):
        ground = UndeliverableReason.REFUSED_BY_SERVER
        give_up = GiveUpDelivery(occurred_on=world.today, reminder_id=reminder.reminder_id, ground=ground)
        world.give(life, give_up, deed=deed)
        return
    sent_to = reminder.to or StaffId(reminder.caseworker)
    world.give(
        life,
        ConfirmDelivery(occurred_on=world.today, reminder_id=reminder.reminder_id, sent_to=sent_to),
        deed=deed,
    )


# ------------------------------------------------------------------------- offers


def _publish(world: World, planned: PlannedOffer) -> None:
    offer_id = world.new_id()
    provider = organisation_of(planned.command.provider)
    world.ledger.give_offer(offer_id, planned.command, actor=provider, organisation=provider)
    world.bookable.setdefault(planned.region, {})[offer_id] = planned.measure
    starts_on = planned.command.starts_on
    world.on(starts_on, stop_booking, planned.region, offer_id)
    world.on(
        starts_on + timedelta(days=CLOSES_AFTER_START_DAYS), seats.close_offer, offer_id, life_course.answered
    )
    if world.chance.yes(0.1):
        world.on(starts_on - timedelta(days=10), one_seat_more, offer_id)


def stop_booking(world: World, region: str, offer_id: UUID) -> None:
    """The course has begun; nobody asks any more."""
    world.bookable[region].pop(offer_id, None)


def one_seat_more(world: World, offer_id: UUID) -> None:
    """The provider finds a bigger room."""
    capacity = world.ledger.offers[offer_id].capacity + 1
    seats.change_capacity(world, offer_id, capacity, life_course.answered)
