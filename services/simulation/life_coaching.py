"""Coaching in the town: regular contacts, some in vain, steps that are agreed, promises that are kept or not."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from domain.changes import AddNote
from domain.closing import ReopenCase
from domain.coaching import (
    AgreeStep,
    AssignCoach,
    CoachingEnd,
    CompleteStep,
    ContactKind,
    ContactProof,
    EndCoaching,
    MakePromise,
    RecordContact,
    SettlePromise,
)
from domain.values import Destination, DutyHolder, ExitReason
from services.simulation import life_ending, life_training
from services.simulation.chance import Weighted
from services.simulation.life import Life
from services.simulation.world import World

_KIND = Weighted(
    {
        ContactKind.IN_PERSON: 46.0,
        ContactKind.PHONE: 24,
        ContactKind.MESSAGE: 14,
        ContactKind.HOME_VISIT: 8,
        ContactKind.VIDEO: 4,
        ContactKind.EMAIL: 3,
        ContactKind.LETTER: 1,
    }
)
_PROOF = {
    ContactKind.IN_PERSON: ContactProof.SIGNATURE,
    ContactKind.HOME_VISIT: ContactProof.SIGNATURE,
    ContactKind.PHONE: ContactProof.PHONE_NOTE,
    ContactKind.VIDEO: ContactProof.VIDEO_LOG,
    ContactKind.EMAIL: ContactProof.EMAIL,
}
_STEPS = (
    "Termin bei der Ausländerbehörde vereinbaren",
    "Lebenslauf überarbeiten",
    "Zeugnisse zur Anerkennung einreichen",
    "Praktikumsplatz anfragen",
    "Unterlagen zur Identitätsklärung beschaffen",
    "Einstufungstest machen",
)
_PROMISES = (
    "Passunterlagen mitbringen",
    "Bescheinigung des Kurses schicken",
    "Rückmeldung zum Praktikum geben",
    "Antrag mit ausfüllen",
    "Beim Betrieb nachfragen",
)
_NOTES = (
    "Fährt mit dem Bus, braucht 40 Minuten.",
    "Kinderbetreuung bis 13 Uhr gesichert.",
    "Wünscht Gespräche am Nachmittag.",
    "Unterkunft hat kein stabiles WLAN.",
)


def talk(world: World, life: Life, kind: ContactKind, proof: ContactProof, minutes: int) -> None:
    """A contact takes place; now and then it is entered some days later."""
    world.give(
        life,
        RecordContact(
            occurred_on=world.business_day(life),
            kind=kind,
            held=True,
            minutes=minutes,
            proof=proof,
            note="Stand besprochen" if world.chance.yes(0.15) else "",
        ),
        actor=life.state.coaching.coach or "",
    )


def assign_coach(world: World, life: Life) -> None:
    """A coach takes over, of a provider of the region."""
    if not life.open or life.state.intake.plan_agreed_on is None:
        return
    coach, provider = world.staffing.coach(life.municipality, world.chance)
    world.give(life, AssignCoach(occurred_on=world.today, coach=coach, provider=provider))
    stay_in_contact(world, life)


def stay_in_contact(world: World, life: Life) -> None:
    """Begin the round of contacts, unless it runs already."""
    if not life.in_contact:
        life.in_contact = True
        world.later(world.chance.between(5, 20), meet, life)


def meet(world: World, life: Life) -> None:
    """One round: try to meet, agree what comes next, and plan the next time."""
    if not life.open:
        life.in_contact = False
        return
    chance, case = world.chance, life.state
    if case.hold.until is not None:
        world.on(case.hold.until + timedelta(days=chance.between(1, 9)), meet, life)
        return
    if not chance.yes(0.6 + 0.38 * life.diligence):
        kind = chance.pick((ContactKind.PHONE, ContactKind.MESSAGE, ContactKind.HOME_VISIT))
        world.give(
            life,
            RecordContact(occurred_on=world.today, kind=kind, held=False),
            actor=case.coaching.coach or "",
        )
        if life.state.coaching.attempts_since_contact >= 4 and chance.yes(0.6):
            end(world, life, ExitReason.NO_CONTACT, Destination.UNKNOWN)
            return
        world.later(chance.between(3, 9), meet, life)
        return
    kind = _KIND.draw(chance)
    minutes = chance.between(20, 90) if kind in _PROOF else chance.between(0, 10)
    talk(world, life, kind, _PROOF.get(kind, ContactProof.NONE), minutes)
    _agree(world, life)
    if chance.yes(0.015) and case.coaching.running_since and not case.course.open:
        _pause(world, life)
    life_training.consider(world, life)
    if chance.yes(0.042):
        leave(world, life)
        return
    slower = 25 if case.ausbildung.running else 0
    world.later(chance.between(14 + slower, 31 + slower - round(8 * life.diligence)), meet, life)


def _agree(world: World, life: Life) -> None:
    chance, today = world.chance, world.today
    if chance.yes(0.11):
        step, due_on = world.new_id(), today + timedelta(days=chance.between(5, 35))
        world.give(
            life,
            AgreeStep(
                occurred_on=today,
                step_id=step,
                owner=DutyHolder.PARTICIPANT if chance.yes(0.6) else DutyHolder.CASEWORKER,
                due_on=due_on,
                text=chance.pick(_STEPS),
            ),
        )
        if chance.yes(0.75):
            world.on(due_on - timedelta(days=chance.between(0, 4)), complete, life, step)
    if chance.yes(0.13):
        promise(world, life, chance.between(5, 24))
    if chance.yes(0.06):
        world.give(
            life,
            AddNote(occurred_on=today, text=chance.pick(_NOTES), confidential=chance.yes(0.2)),
        )


def promise(world: World, life: Life, days: int) -> None:
    """Somebody promises something for ``days`` from now."""
    chance = world.chance
    promise_id, due_on = world.new_id(), world.today + timedelta(days=days)
    world.give(
        life,
        MakePromise(
            occurred_on=world.today,
            promise_id=promise_id,
            by=DutyHolder.CASEWORKER if chance.yes(0.35) else DutyHolder.PARTICIPANT,
            due_on=due_on,
            text=chance.pick(_PROMISES),
        ),
    )
    late = chance.between(-4, -1) if chance.yes(0.72) else chance.between(0, 14)
    world.on(
        due_on + timedelta(days=late),
        settle_promise,
        life,
        promise_id,
        chance.yes(0.45 + 0.5 * life.diligence),
    )


def settle_promise(world: World, life: Life, promise_id: UUID, kept: bool) -> None:
    """It turns out whether a promise was kept."""
    if life.open:
        world.give(life, SettlePromise(occurred_on=world.today, promise_id=promise_id, kept=kept))


def complete(world: World, life: Life, step_id: UUID) -> None:
    """A step is done."""
    if life.open:
        world.give(life, CompleteStep(occurred_on=world.today, step_id=step_id))


def _pause(world: World, life: Life) -> None:
    """The coaching ends for now; the office keeps in touch and a coach takes over later again."""
    ground = world.chance.pick((CoachingEnd.WISH_OF_PARTICIPANT, CoachingEnd.COACH_CHANGED_PROVIDER))
    world.give(life, EndCoaching(occurred_on=world.today, ground=ground, reason="Coaching vorerst beendet"))
    world.later(world.chance.between(15, 60), assign_coach, life)


def leave(world: World, life: Life) -> None:
    """The accompaniment ends for a reason of its own; some come back."""
    reason, destination = life_ending.some_exit(world, life)
    end(world, life, reason, destination)


def end(world: World, life: Life, reason: ExitReason, destination: Destination) -> None:
    """Close the case, perhaps not for ever."""
    life_ending.close(world, life, reason, destination)
    if world.chance.yes(0.07):
        world.later(world.chance.between(25, 200), come_back, life)


def come_back(world: World, life: Life) -> None:
    """Somebody whose case was closed asks for help again."""
    if life.open or life.state.finished:
        return
    world.give(life, ReopenCase(occurred_on=world.today, reason="Hat sich wieder gemeldet"))
    assign_coach(world, life)
