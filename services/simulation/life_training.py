"""Ausbildung in the town: applications and answers, the contract, the first day, probation, breaking off, seldom completion."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from domain.ausbildung import (
    ApplicationAnswer,
    AusbildungKind,
    BreakOffAusbildung,
    BreakOffReason,
    Chamber,
    CompleteAusbildung,
    PassProbation,
    RecordApplication,
    RecordApplicationAnswer,
    SignContract,
    StartAusbildung,
    TrainingStatus,
)
from domain.changes import ChangeLegalRegime, ChangeResidenceStatus
from domain.course import AbandonReason
from domain.intake import Residence
from domain.values import Destination, ExitReason, LanguageLevel, LegalRegime, ResidenceStatus
from services.simulation import life_course, life_ending, life_papers
from services.simulation.chance import Weighted
from services.simulation.life import Aim, Life
from services.simulation.world import World

_EMPLOYERS = (
    "Malerbetrieb Kesselgrund",
    "Bäckerei Halde & Töchter",
    "Pflegehaus Wiesental",
    "Autohaus Merzbrück-Süd",
    "Dachdeckerei Vennblick",
    "Gasthof Zur Inde",
    "Elektro Stolle & Funk",
    "Lagerhof Blausteinsee",
)
_OCCUPATIONS = (
    ("33212", Chamber.HWK),  # Maler und Lackierer
    ("29222", Chamber.HWK),  # Bäcker
    ("82102", Chamber.HEALTH),  # Altenpflege
    ("25212", Chamber.HWK),  # Kraftfahrzeugtechnik
    ("32142", Chamber.HWK),  # Dachdecker
    ("29302", Chamber.IHK),  # Koch
    ("26212", Chamber.HWK),  # Bauelektrik
    ("51312", Chamber.IHK),  # Lagerwirtschaft
)
_ANSWER = Weighted(
    {
        ApplicationAnswer.REJECTED: 52.0,
        ApplicationAnswer.INVITED: 15,
        ApplicationAnswer.TRIAL_WORK: 12,
        ApplicationAnswer.OFFERED: 27,
    }
)
_KIND = Weighted({AusbildungKind.DUAL: 66.0, AusbildungKind.EQ: 20, AusbildungKind.SCHULISCH: 14})
_STARTS = {
    AusbildungKind.DUAL: ((8, 1), (9, 1)),
    AusbildungKind.EQ: ((10, 1), (2, 1)),
    AusbildungKind.SCHULISCH: ((4, 1), (8, 1), (10, 1)),
}
_DAYS = {AusbildungKind.DUAL: 1094, AusbildungKind.EQ: 300, AusbildungKind.SCHULISCH: 1094}
_LEVELS = tuple(LanguageLevel)


def consider(world: World, life: Life) -> None:
    """After a talk: is it time to apply?"""
    if life.aim is not Aim.AUSBILDUNG or life.state.ausbildung.open or not life.open:
        return
    ready = _LEVELS.index(life.level) >= 2 and (life.courses > 0 or _LEVELS.index(life.level) >= 3)
    season = world.today.month in (1, 2, 3, 4, 5, 6, 7, 9)
    if ready and world.chance.yes(0.3 if season else 0.1):
        for _ in range(world.chance.between(1, 3)):
            apply(world, life)


def apply(world: World, life: Life) -> None:
    """Send an application; most are answered."""
    chance = world.chance
    application_id = world.new_id()
    occupation, chamber = chance.pick(_OCCUPATIONS)
    employer = chance.pick(_EMPLOYERS)
    sent = world.give(
        life,
        RecordApplication(
            occurred_on=world.today, application_id=application_id, employer=employer, occupation=occupation
        ),
    )
    if sent and chance.yes(0.8):
        world.later(chance.between(7, 45), answer, life, application_id, employer, occupation, chamber)


def answer(
    world: World, life: Life, application_id: UUID, employer: str, occupation: str, chamber: Chamber
) -> None:
    """The employer answers; an invitation may lead on."""
    if not life.open:
        return
    chance = world.chance
    said = _ANSWER.draw(chance)
    world.give(
        life, RecordApplicationAnswer(occurred_on=world.today, application_id=application_id, answer=said)
    )
    if said in (ApplicationAnswer.INVITED, ApplicationAnswer.TRIAL_WORK):
        if chance.yes(0.6):
            world.later(chance.between(7, 25), answer, life, application_id, employer, occupation, chamber)
    elif said is ApplicationAnswer.OFFERED and chance.yes(0.8):
        world.later(chance.between(3, 25), sign, life, employer, occupation, chamber)


def sign(world: World, life: Life, employer: str, occupation: str, chamber: Chamber) -> None:
    """The contract for the next usual day on which trainings begin."""
    if not life.open or life.state.ausbildung.open:
        return
    chance = world.chance
    kind = _KIND.draw(chance)
    starts_on = _next_start(kind, world.today + timedelta(days=7))
    if starts_on > world.today + timedelta(days=330):
        return
    training_id = world.new_id()
    world.give(
        life,
        SignContract(
            occurred_on=world.today,
            ausbildung_id=training_id,
            employer=employer,
            occupation=occupation,
            kind=kind,
            chamber=Chamber.NONE if kind is AusbildungKind.SCHULISCH else chamber,
            starts_on=starts_on,
            ends_on=starts_on + timedelta(days=_DAYS[kind]),
            probation_months={AusbildungKind.DUAL: 4, AusbildungKind.EQ: 1}.get(kind, 6),
        ),
    )
    world.on(starts_on + timedelta(days=chance.between(0, 4)), begin, life, training_id)


def _next_start(kind: AusbildungKind, after: date) -> date:
    days = [date(year, month, day) for year in (after.year, after.year + 1) for month, day in _STARTS[kind]]
    return min(day for day in days if day >= after)


def begin(world: World, life: Life, training_id: UUID) -> None:
    """The first day; whatever course still runs ends with it."""
    training = life.state.ausbildung.find(training_id)
    if not life.open or training is None or training.status is not TrainingStatus.SIGNED:
        return
    chance, today = world.chance, world.today
    if chance.yes(0.05):
        reason = "Vertrag vor Beginn gelöst"
        world.give(life, _break_off(training_id, today, today, BreakOffReason.BY_AGREEMENT, reason))
        return
    life_course.give_everything_back(world, life, AbandonReason.AUSBILDUNG_STARTED)
    first_day = training.starts_on if chance.yes(0.9) else today
    world.give(life, StartAusbildung(occurred_on=first_day, ausbildung_id=training_id))
    world.later(chance.between(10, 60), new_papers, life, training_id)
    probation_ends_on = life.state.ausbildung.trainings[-1].probation_ends_on or today
    draw = chance.share()
    if draw < 0.17:
        last = max(2, (probation_ends_on - today).days - 3)
        world.later(chance.between(1, last), break_off, life, training_id, True)
    elif draw < 0.94:
        world.on(probation_ends_on + timedelta(days=chance.between(-6, 9)), pass_probation, life, training_id)


def new_papers(world: World, life: Life, training_id: UUID) -> None:
    """The foreigners' office answers to the contract, and the living is secured otherwise."""
    training = life.state.ausbildung.find(training_id)
    if not life.open or training is None or training.status is not TrainingStatus.RUNNING:
        return
    if training.kind is not AusbildungKind.EQ and "toleration" in life.state.residence.status.value:
        permit = world.chance.yes(0.6)
        status = ResidenceStatus.TRAINING_PERMIT_16G if permit else ResidenceStatus.TRAINING_TOLERATION_60C
        residence = Residence(status=status, valid_from=world.today, valid_until=training.ends_on)
        world.give(life, ChangeResidenceStatus(occurred_on=world.today, residence=residence))
        life.renews_title = False
    world.give(life, ChangeLegalRegime(occurred_on=world.today, regime=LegalRegime.BAFOEG_BAB))


def pass_probation(world: World, life: Life, training_id: UUID) -> None:
    """Probation is passed; the accompaniment goes on for a while, or ends well."""
    training = life.state.ausbildung.find(training_id)
    if not life.open or training is None or training.status is not TrainingStatus.RUNNING:
        return
    chance = world.chance
    world.give(life, PassProbation(occurred_on=world.today, ausbildung_id=training_id))
    if chance.yes(0.5):
        world.later(chance.between(10, 120), life_papers.plan_exam, life, training_id)
    if training.kind is AusbildungKind.EQ:
        world.on(training.ends_on + timedelta(days=chance.between(0, 10)), complete, life, training_id)
    elif chance.yes(0.16):
        world.later(chance.between(30, 400), break_off, life, training_id, False)
    elif chance.yes(0.5):
        world.later(chance.between(10, 150), leave, life)


def leave(world: World, life: Life) -> None:
    """In Ausbildung and no longer in need of accompaniment."""
    if life.open and life.state.ausbildung.running:
        life_ending.close(world, life, ExitReason.AUSBILDUNG, Destination.AUSBILDUNG)


def complete(world: World, life: Life, training_id: UUID) -> None:
    """The year of the Einstiegsqualifizierung is over; often the same employer takes the person on."""
    training = life.state.ausbildung.find(training_id)
    if not life.open or training is None or training.status is not TrainingStatus.RUNNING:
        return
    world.give(
        life,
        CompleteAusbildung(occurred_on=min(training.ends_on, world.today), ausbildung_id=training_id),
    )
    if world.chance.yes(0.7):
        employer = world.chance.pick(_EMPLOYERS)
        world.later(world.chance.between(3, 20), sign, life, employer, training.occupation, training.chamber)


def break_off(world: World, life: Life, training_id: UUID, in_probation: bool) -> None:
    """It does not work out; the office learns of it some days later, and coaching starts over."""
    training = life.state.ausbildung.find(training_id)
    if not life.open or training is None or training.status is not TrainingStatus.RUNNING:
        return
    chance, today = world.chance, world.today
    entered_on = training.entered_on or today
    last_day = max(entered_on, today - timedelta(days=chance.between(0, 12)))
    ground = (
        chance.pick((BreakOffReason.DISMISSED_IN_PROBATION, BreakOffReason.OWN_NOTICE))
        if in_probation
        else chance.pick((BreakOffReason.BY_AGREEMENT, BreakOffReason.OWN_NOTICE, BreakOffReason.ILLNESS))
    )
    world.give(life, _break_off(training_id, last_day, today, ground, "Gespräch mit Betrieb und Kammer"))
    life.renews_title = True
    world.later(chance.between(10, 50), life_course.seek, life)


def _break_off(
    training_id: UUID, last_day: date, known_on: date, ground: BreakOffReason, reason: str
) -> BreakOffAusbildung:
    return BreakOffAusbildung(
        occurred_on=last_day, ausbildung_id=training_id, known_on=known_on, ground=ground, reason=reason
    )
