"""Papers in the town: entry, toleration, identity and jobs become known, things are handed in, decided and contested."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from domain.authority import RecordAuthorityDecision, RecordRemedy, RecordSubmission
from domain.law.vocabulary import (
    AuthorityKind,
    AuthoritySubject,
    DecisionOutcome,
    ExamResult,
    IdentityStep,
    LawArea,
    RemedyNotice,
    RemedyStep,
)
from domain.legal_facts import (
    RecordEmployment,
    RecordEntryToGermany,
    RecordExam,
    RecordIdentityClarification,
    RecordTolerationSince,
)
from domain.training import AusbildungKind, TrainingStatus
from services.simulation.chance import Weighted
from services.simulation.life import Life
from services.simulation.world import World

_MATTERS = (
    (AuthorityKind.JOB_CENTRE, LawArea.SOCIAL_CODE, AuthoritySubject.LIVING_BENEFITS),
    (AuthorityKind.SOCIAL_WELFARE_OFFICE, LawArea.ASYLUM_SEEKER_BENEFITS, AuthoritySubject.LIVING_BENEFITS),
    (AuthorityKind.EMPLOYMENT_AGENCY, LawArea.SOCIAL_CODE, AuthoritySubject.BAB),
    (AuthorityKind.IMMIGRATION_OFFICE, LawArea.RESIDENCE, AuthoritySubject.WORK_PERMIT),
    (AuthorityKind.HOUSING_BENEFIT_OFFICE, LawArea.HOUSING_BENEFIT, AuthoritySubject.LIVING_BENEFITS),
)
_OUTCOME = Weighted(
    {DecisionOutcome.GRANTED: 60.0, DecisionOutcome.REFUSED: 25, DecisionOutcome.PARTLY_GRANTED: 15}
)
_NOTICE = Weighted({RemedyNotice.PRESENT: 80.0, RemedyNotice.UNKNOWN: 15, RemedyNotice.MISSING_OR_WRONG: 5})


def expect_papers(world: World, life: Life) -> None:
    """Write into the diary what will become known of papers."""
    chance = world.chance
    for probability, first, last, deed in (
        (0.85, 3, 40, tell_entry),
        (0.4, 10, 90, tell_toleration),
        (0.45, 30, 400, clarify_identity),
        (0.3, 40, 600, hand_in),
        (0.1, 60, 600, take_job),
    ):
        if chance.yes(probability):
            world.later(chance.between(first, last), deed, life)


def tell_entry(world: World, life: Life) -> None:
    """The day of entry, from months to years before the first contact."""
    if not life.open:
        return
    intake = life.state.intake
    entered_on = intake.opened_on - timedelta(days=world.chance.between(120, 2_400))
    born = intake.birth_date
    if isinstance(born, date):
        entered_on = max(entered_on, born)
    world.give(life, RecordEntryToGermany(occurred_on=world.today, entered_on=entered_on))


def tell_toleration(world: World, life: Life) -> None:
    """Since when the cards follow each other without a gap."""
    if not life.open or "toleration" not in life.state.residence.status.value:
        return
    since = life.state.intake.opened_on - timedelta(days=world.chance.between(20, 900))
    entry = life.state.legal.entry
    if entry is not None:
        since = max(since, entry.on)
    world.give(life, RecordTolerationSince(occurred_on=world.today, tolerated_since=since))


def clarify_identity(world: World, life: Life) -> None:
    """A passport comes, or everything was tried."""
    if life.open:
        step = world.chance.pick((IdentityStep.CLARIFIED, IdentityStep.REASONABLE_STEPS_TAKEN))
        world.give(
            life, RecordIdentityClarification(occurred_on=world.today, step=step, reached_on=world.today)
        )


def take_job(world: World, life: Life) -> None:
    """Work beside everything else; a third of the jobs end within the year."""
    if not life.open or life.state.ausbildung.open:
        return
    job, hours = world.new_id(), world.chance.pick((10, 20, 25, 30, 39))
    world.give(life, _job(world, job, world.today, hours))
    if world.chance.yes(0.35):
        world.later(world.chance.between(30, 300), lose_job, life, job, world.today, hours)


def lose_job(world: World, life: Life, job: UUID, since: date, hours: int) -> None:
    """The job ends; it is told some days later."""
    if life.open:
        ended_on = max(since, world.today - timedelta(days=world.chance.between(0, 9)))
        world.give(life, _job(world, job, since, hours, ended_on))


def _job(world: World, job: UUID, since: date, hours: int, ended_on: date | None = None) -> RecordEmployment:
    return RecordEmployment(
        occurred_on=world.today,
        employment_id=job,
        starts_on=since,
        weekly_hours=hours,
        ended_on=ended_on,
        end_known_on=ended_on and world.today,
    )


def hand_in(world: World, life: Life) -> None:
    """An application; most are decided within half a year."""
    if not life.open:
        return
    submission, matter = world.new_id(), world.chance.pick(_MATTERS)
    authority, area, subject = matter
    world.give(
        life,
        RecordSubmission(
            occurred_on=world.today,
            submission_id=submission,
            authority=authority,
            area=area,
            subject=subject,
            submitted_on=world.today,
        ),
    )
    if world.chance.yes(0.85):
        world.later(world.chance.between(20, 200), decide, life, submission, matter)


def decide(
    world: World,
    life: Life,
    submission: UUID,
    matter: tuple[AuthorityKind, LawArea, AuthoritySubject],
) -> None:
    """The letter comes, posted some days before it is brought along."""
    if not life.open:
        return
    chance, decision = world.chance, world.new_id()
    authority, area, subject = matter
    outcome, posted_on = _OUTCOME.draw(chance), world.today - timedelta(days=chance.between(2, 12))
    world.give(
        life,
        RecordAuthorityDecision(
            occurred_on=world.today,
            decision_id=decision,
            authority=authority,
            area=area,
            subject=subject,
            outcome=outcome,
            remedy_notice=_NOTICE.draw(chance),
            posted_on=posted_on,
            answers=submission,
        ),
    )
    if outcome is not DecisionOutcome.GRANTED and chance.yes(0.8):
        world.later(chance.between(2, 14), contest, life, decision)


def contest(world: World, life: Life, decision: UUID) -> None:
    """Something is done against it, or it is accepted."""
    if life.open:
        step = world.chance.pick((RemedyStep.OBJECTION, RemedyStep.OBJECTION, RemedyStep.NOT_PURSUED))
        world.give(
            life,
            RecordRemedy(occurred_on=world.today, decision_id=decision, step=step, filed_on=world.today),
        )


def plan_exam(world: World, life: Life, training_id: UUID) -> None:
    """The day of the final examination becomes known: some weeks before the contract ends."""
    training = life.state.ausbildung.find(training_id)
    if not life.open or training is None or training.status is not TrainingStatus.RUNNING:
        return
    if training.kind is not AusbildungKind.EQ:
        exam_on = training.ends_on - timedelta(days=world.chance.between(20, 60))
        world.give(
            life,
            RecordExam(
                occurred_on=world.today,
                ausbildung_id=training_id,
                exam_on=exam_on,
                result=ExamResult.PLANNED,
            ),
        )
