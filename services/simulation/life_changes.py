"""What happens around a case in the town: papers run out and are extended, people move, fall ill, are handed over; entries are corrected."""

from __future__ import annotations

from datetime import date, timedelta

from domain.changes import (
    ChangeContactWays,
    ChangeLegalRegime,
    ChangeMunicipality,
    ChangeResidenceStatus,
    HandOverCase,
)
from domain.coaching import ContactHeld
from domain.corrections import CorrectEntry
from domain.course import AttendanceRecorded
from domain.hold import HoldCase, HoldReason, ResumeCase
from domain.intake import ConsentPurpose, Residence
from domain.replacing import replace
from domain.values import LegalRegime, ResidenceStatus, StaffId
from services.simulation import life_consent, life_papers
from services.simulation.chance import Weighted
from services.simulation.life import Life
from services.simulation.people import contact_ways
from services.simulation.town import any_municipality
from services.simulation.world import World

_HOLD = Weighted(
    {
        HoldReason.ILLNESS: 30.0,
        HoldReason.ABSENCE: 22,
        HoldReason.WAITING_FOR_AUTHORITY: 18,
        HoldReason.PARENTAL_LEAVE: 16,
        HoldReason.WISH_OF_PARTICIPANT: 12,
        HoldReason.DETENTION: 2,
    }
)
_NEXT_STATUS = {
    ResidenceStatus.ASYLUM_PERMISSION: (ResidenceStatus.TOLERATION_60A, ResidenceStatus.PERMIT_25_3),
    ResidenceStatus.TOLERATION_60A: (ResidenceStatus.PERMIT_104C, ResidenceStatus.PERMIT_25A),
    ResidenceStatus.TOLERATION_60B: (ResidenceStatus.TOLERATION_60A,),
}
_REGIMES = (LegalRegime.ASYLBLG_2, LegalRegime.SGB_II, LegalRegime.SELF_SUPPORTING)
_PURPOSES = Weighted(
    {
        ConsentPurpose.SHARING_WITH_AUTHORITIES: 50.0,
        ConsentPurpose.SHARING_WITH_PROVIDERS: 25,
        ConsentPurpose.EVALUATION: 20,
        ConsentPurpose.CASE_MANAGEMENT: 5,
    }
)


def expect_changes(world: World, life: Life) -> None:
    """Write into the diary what will come anyway or by luck in the next two years."""
    chance = world.chance
    plan_renewal(world, life)
    for probability, deed in (
        (0.1, change_regime),
        (0.07, move),
        (0.16, hand_over),
        (0.13, hold),
        (0.15, new_number),
    ):
        if chance.yes(probability):
            world.later(chance.between(40, 700), deed, life)
    if chance.yes(0.06):
        world.later(chance.between(40, 600), life_consent.withdraw, life, _PURPOSES.draw(chance))
    if life.history is not None:
        world.later(chance.between(60, 240), correct, life)
    life_papers.expect_papers(world, life)


def plan_renewal(world: World, life: Life) -> None:
    """The title is extended in time, mostly; sometimes days after it ran out."""
    until = life.state.residence.valid_until
    if until is not None:
        early = world.chance.between(5, 75) if world.chance.yes(0.92) else -world.chance.between(2, 20)
        world.on(until - timedelta(days=early), renew_title, life, until)


def renew_title(world: World, life: Life, running_out: date) -> None:
    """The foreigners' office extends the title, or gives another one."""
    case = life.state
    if not life.open or not life.renews_title or case.residence.valid_until != running_out:
        return
    chance, today = world.chance, world.today
    status = case.residence.status
    if status in _NEXT_STATUS and chance.yes(0.12):
        status = chance.pick(_NEXT_STATUS[status])
    months = chance.pick((6, 6, 12, 12)) if "toleration" in status.value else chance.pick((6, 12, 24))
    residence = Residence(status=status, valid_from=today, valid_until=today + timedelta(days=months * 30))
    world.give(life, ChangeResidenceStatus(occurred_on=today, residence=residence))
    plan_renewal(world, life)


def change_regime(world: World, life: Life) -> None:
    """Rechtskreiswechsel."""
    if life.open:
        regime = world.chance.pick(_REGIMES)
        world.give(life, ChangeLegalRegime(occurred_on=world.business_day(life), regime=regime))


def move(world: World, life: Life) -> None:
    """A move within the StädteRegion; the office of the new place takes over."""
    place = any_municipality(world.chance)
    if not life.open or place is life.municipality:
        return
    world.give(life, ChangeMunicipality(occurred_on=world.today, municipality=place.ags))
    life.municipality, life.organisation = place, place.organisation
    _hand_over(
        world, life, world.staffing.caseworker(place, world.chance), "Umzug innerhalb der StädteRegion"
    )


def hand_over(world: World, life: Life) -> None:
    """Another caseworker of the same office takes over, if there is one."""
    if life.open:
        _hand_over(world, life, world.staffing.caseworker(life.municipality, world.chance), "Wechsel im Team")


def _hand_over(world: World, life: Life, caseworker: StaffId, reason: str) -> None:
    if caseworker != life.caseworker:
        world.give(life, HandOverCase(occurred_on=world.today, caseworker=caseworker, reason=reason))
        life.caseworker = caseworker


def new_number(world: World, life: Life) -> None:
    """A new telephone number."""
    if life.open:
        ways = contact_ways(world.chance)
        world.give(life, ChangeContactWays(occurred_on=world.today, contact_ways=ways))


def hold(world: World, life: Life) -> None:
    """The case rests; often it is taken up before the end."""
    if not life.open or life.state.hold.held:
        return
    chance = world.chance
    days = chance.between(14, 120)
    world.give(
        life,
        HoldCase(
            occurred_on=world.today, ground=_HOLD.draw(chance), until=world.today + timedelta(days=days)
        ),
    )
    if chance.yes(0.4):
        world.later(chance.between(7, days), resume, life)


def resume(world: World, life: Life) -> None:
    """The case is taken up again."""
    if life.open and life.state.hold.held:
        world.give(life, ResumeCase(occurred_on=world.today))


def correct(world: World, life: Life) -> None:
    """Somebody finds a wrong entry: minutes, hours attended, or the day of birth."""
    history = life.history
    if history is None or not life.open:
        life.history = None
        return
    chance = world.chance
    wrong = [e for e in history if isinstance(e.event, ContactHeld | AttendanceRecorded)]
    if not wrong:
        world.later(30, correct, life)
        return
    entry = chance.pick(wrong)
    event = entry.event
    replacement: ContactHeld | AttendanceRecorded | None
    if isinstance(event, AttendanceRecorded):
        replacement = replace(event, units_attended=max(0, event.units_attended - chance.between(1, 8)))
    elif chance.yes(0.25):
        replacement = None
    else:
        replacement = replace(event, minutes=event.minutes + chance.between(5, 30))
    world.give(
        life,
        CorrectEntry(
            occurred_on=world.today,
            version=entry.version,
            replacement=replacement,
            reason="Doppelt erfasst" if replacement is None else "Zahlendreher",
        ),
    )
    if isinstance(event, AttendanceRecorded):
        world.attended.append((life, event.participation_id))
        world.attendance_corrected[life.case_id] = life.state.version
    # Who has corrected once does not do it again in this town; the memory is given back.
    life.history = None
