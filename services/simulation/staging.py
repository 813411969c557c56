"""What a visitor finds open on the day the simulation ends: titles that run out, seats to be answered, promises due."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import islice

from domain.changes import ChangeResidenceStatus
from domain.coaching import MakePromise
from domain.intake import Residence
from domain.offering import OfferKind, PublishOffer
from domain.values import DutyHolder, FundingModule, LanguageLevel
from services.simulation import life_course
from services.simulation.life import Life
from services.simulation.town import COORDINATOR, MUNICIPALITIES, PROVIDERS, organisation_of
from services.simulation.world import World

TITLE_ENDS_IN_DAYS = 10
SEAT_ANSWER_IN_DAYS = 2
OF_EACH = 3


def short_titles(world: World) -> None:
    """Two months before the end: a few titles are extended until ten days after it only, and not again in time."""
    valid_until = world.clock.until + timedelta(days=TITLE_ENDS_IN_DAYS)
    for life in islice(_accompanied(world), OF_EACH):
        status = life.state.residence.status
        life.renews_title = False
        residence = Residence(status=status, valid_from=world.today, valid_until=valid_until)
        world.give(life, ChangeResidenceStatus(occurred_on=world.today, residence=residence))


def last_day(world: World) -> None:
    """On the last working day: promises for the day of the visit, and seats that must be answered two days later."""
    until = world.clock.until
    for life in islice(_accompanied(world), OF_EACH):
        world.give(
            life,
            MakePromise(
                occurred_on=world.today,
                promise_id=world.new_id(),
                by=DutyHolder.CASEWORKER,
                due_on=until,
                text="Rückruf wegen der Wohnung",
            ),
        )
    place = MUNICIPALITIES[2]
    provider = PROVIDERS[place.region][0]
    offer_id = world.new_id()
    answer_by = until + timedelta(days=SEAT_ANSWER_IN_DAYS)
    world.ledger.give_offer(
        offer_id,
        PublishOffer(
            occurred_on=world.today,
            title="Sprachkurs B1 kompakt (Nachrückplätze)",
            provider=provider,
            kind=OfferKind.LANGUAGE,
            module=FundingModule.F4,
            municipality=place.ags,
            capacity=OF_EACH,
            starts_on=until + timedelta(days=14),
            ends_on=until + timedelta(days=14 + 83),
            answer_days=(answer_by - world.today).days,
            teaching_units=240,
            level=LanguageLevel.B1,
            synthetic=True,
        ),
        actor=COORDINATOR,
        organisation=organisation_of(provider),
    )
    free = (
        life for life in _accompanied(world) if not life.state.course.open and not life.state.ausbildung.open
    )
    for life in islice(free, OF_EACH + 2):
        life_course.request(world, life, offer_id)


def _accompanied(world: World) -> Iterator[Life]:
    """Open cases with a coach that do not rest, in the order in which they were opened."""
    for life in list(world.lives.values()):
        if life.open and not life.state.hold.held and life.state.coaching.running_since is not None:
            yield life
