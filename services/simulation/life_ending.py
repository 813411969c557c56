"""How cases end in the town: what is open is given back, reason and destination are told apart, and half a year later somebody asks."""

from __future__ import annotations

from datetime import date, timedelta

from domain.agenda import agenda
from domain.ausbildung import BreakOffAusbildung, BreakOffReason
from domain.closing import CloseCase
from domain.coaching import ContactKind
from domain.course import AbandonReason
from domain.followup import RecordFollowUpAttempt, RecordFollowUpNotReached, RecordFollowUpOutcome
from domain.values import Destination, ExitReason
from services.simulation import life_course
from services.simulation.chance import Weighted
from services.simulation.life import Aim, Life
from services.simulation.world import World

_DESTINATION = Weighted(
    {
        Destination.EMPLOYMENT: 27.0,
        Destination.AUSBILDUNG: 20,
        Destination.SCHOOL_OR_STUDIES: 11,
        Destination.MEASURE: 12,
        Destination.MINOR_EMPLOYMENT: 9,
        Destination.NONE: 13,
        Destination.INTERNSHIP: 3,
        Destination.AUSBILDUNG_SUBSIDISED: 2,
        Destination.VOLUNTARY_SERVICE: 1,
        Destination.UNKNOWN: 2,
    }
)
_EXITS = Weighted(
    {
        (ExitReason.WORK, Destination.EMPLOYMENT): 24.0,
        (ExitReason.WORK, Destination.MINOR_EMPLOYMENT): 6,
        (ExitReason.SCHOOL, Destination.SCHOOL_OR_STUDIES): 11,
        (ExitReason.REGIME_CHANGE, Destination.MEASURE): 12,
        (ExitReason.MOVED_AWAY, Destination.UNKNOWN): 9,
        (ExitReason.DROPPED_OUT, Destination.NONE): 14,
        (ExitReason.PLANNED_END, Destination.MEASURE): 9,
        (ExitReason.PLANNED_END, Destination.INTERNSHIP): 4,
        (ExitReason.VOLUNTARY_DEPARTURE, Destination.UNKNOWN): 2,
        (ExitReason.DEPORTATION, Destination.UNKNOWN): 3,
        (ExitReason.PARENTAL_LEAVE, Destination.NONE): 3,
        (ExitReason.ILLNESS, Destination.NONE): 2,
        (ExitReason.AGE_LIMIT, Destination.NONE): 1,
    }
)
_ABANDONED = {
    ExitReason.WORK: AbandonReason.WORK_STARTED,
    ExitReason.AUSBILDUNG: AbandonReason.AUSBILDUNG_STARTED,
    ExitReason.MOVED_AWAY: AbandonReason.MOVED_AWAY,
    ExitReason.DEPORTATION: AbandonReason.DEPORTATION,
    ExitReason.NO_CONTACT: AbandonReason.NO_CONTACT,
    ExitReason.PARENTAL_LEAVE: AbandonReason.PARENTAL_LEAVE,
    ExitReason.ILLNESS: AbandonReason.ILLNESS,
}


def some_exit(world: World, life: Life) -> tuple[ExitReason, Destination]:
    """Why somebody leaves, and where to."""
    if life.state.ausbildung.running:
        return ExitReason.AUSBILDUNG, Destination.AUSBILDUNG
    if life.aim is Aim.WORK and world.chance.yes(0.4):
        return ExitReason.WORK, Destination.EMPLOYMENT
    return _EXITS.draw(world.chance)


def close(world: World, life: Life, reason: ExitReason, destination: Destination) -> None:
    """Close the case. Who forgets that a seat is still open is reminded of it by the refusal."""
    if not life.open:
        return
    closing = CloseCase(
        occurred_on=world.today,
        exit_reason=reason,
        destination=destination,
        reason="Abschluss im Team besprochen",
    )
    if life.state.course.open:
        if world.chance.yes(0.3):
            world.give(life, closing, refused="case.participation_open")
        life_course.give_everything_back(world, life, _ABANDONED.get(reason, AbandonReason.OWN_WISH))
    training = life.state.ausbildung.running
    if training is not None and reason is not ExitReason.AUSBILDUNG:
        world.give(
            life,
            BreakOffAusbildung(
                occurred_on=world.today,
                ausbildung_id=training.id,
                known_on=world.today,
                ground=BreakOffReason.MOVED_AWAY
                if reason is ExitReason.MOVED_AWAY
                else BreakOffReason.BY_AGREEMENT,
                reason="Mit dem Betrieb besprochen",
            ),
        )
    world.give(life, closing)
    if world.chance.yes(0.93):
        due_on = _follow_up_due(world, life)
        world.on(due_on + timedelta(days=world.chance.between(-3, 24)), follow_up, life, 0)


def _follow_up_due(world: World, life: Life) -> date:
    dues = agenda(life.state, world.ledger.path, world.ledger.calendar, world.ledger.law)
    return next((due.due_on for due in dues if due.rule == "follow_up.six_months"), world.today)


def follow_up(world: World, life: Life, attempts: int) -> None:
    """Ask how it went; at the third failure in a row it stays unknown."""
    if life.open or life.state.follow_up.settled_on is not None:
        return
    chance, today = world.chance, world.today
    if chance.yes(0.55):
        destination = _DESTINATION.draw(chance)
        note = "Telefonisch erreicht" if chance.yes(0.3) else ""
        world.give(life, RecordFollowUpOutcome(occurred_on=today, destination=destination, note=note))
        return
    kind = ContactKind.PHONE if chance.yes(0.7) else ContactKind.MESSAGE
    world.give(life, RecordFollowUpAttempt(occurred_on=today, kind=kind))
    if attempts >= 2:
        world.give(life, RecordFollowUpNotReached(occurred_on=today))
    else:
        world.later(chance.between(3, 14), follow_up, life, attempts + 1)
