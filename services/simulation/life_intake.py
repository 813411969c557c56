"""How a case begins in the town: first contact, information, consent, assessment, eligibility, plan; or not won, or declined."""

from __future__ import annotations

from datetime import date, timedelta

from domain.closing import ReopenCase
from domain.coaching import ContactKind, ContactProof, RecordContact
from domain.eligible.judging import rules_of, verdict_on
from domain.eligible.rule import EligibilitySubject, Verdict
from domain.intake import (
    ConsentPurpose,
    DecideEligibility,
    DeclineIntake,
    DeclineReason,
    EligibilityReason,
    EligibilityResult,
    FieldOfAction,
    GiveInformationNotice,
    Need,
    OpenCase,
    RecordAssessment,
    age_on,
)
from domain.values import (
    LanguageAssessment,
    LanguageLevel,
    LanguageProof,
    LanguageSkill,
    ParticipantId,
    SchoolLeaving,
    StaffId,
)
from services.simulation import life_changes, life_coaching, life_consent, life_course, life_plan
from services.simulation.chance import Weighted
from services.simulation.life import Aim, Life
from services.simulation.people import not_stated, person
from services.simulation.town import COORDINATOR, any_municipality
from services.simulation.world import World

_AIM = Weighted({Aim.AUSBILDUNG: 55.0, Aim.WORK: 18, Aim.SCHOOL: 17, Aim.LANGUAGE: 10})
_FIELDS = tuple(FieldOfAction)
_SHARING = (ConsentPurpose.SHARING_WITH_PROVIDERS, ConsentPurpose.SHARING_WITH_AUTHORITIES)
_NOT_WON = Weighted(
    {
        DeclineReason.NO_INTEREST: 38.0,
        DeclineReason.NO_CONTACT: 34,
        DeclineReason.OTHER_SERVICE_FITS: 12,
        DeclineReason.MOVED_AWAY: 10,
        DeclineReason.NO_CAPACITY: 6,
    }
)
_NOT_ELIGIBLE = (
    EligibilityReason.OTHER_BENEFITS_FIRST,
    EligibilityReason.STATE_FACILITY,
    EligibilityReason.STATUS_EXCLUDED,
)
CORRECTED = 0.04
"""Share of cases in which an entry will be corrected."""


def first_contact(world: World) -> None:
    """Somebody comes for the first time, or is visited."""
    chance = world.chance
    came = person(chance, world.today)
    place = any_municipality(chance)
    life = Life(
        case_id=world.new_id(),
        participant_id=world.new_id(),
        person=came,
        municipality=place,
        caseworker=world.staffing.caseworker(place, chance),
        organisation=place.organisation,
        aim=_AIM.draw(chance),
        diligence=(chance.share() + chance.share() + chance.share()) / 3,
        woman=came.gender == "female",
        level=came.level,
        school_leaving_missing=came.school_leaving
        in (SchoolLeaving.NONE, SchoolLeaving.FOREIGN_NOT_RECOGNISED),
        history=[] if chance.yes(CORRECTED) else None,
    )
    world.lives[life.case_id] = life
    world.give(
        life,
        OpenCase(
            occurred_on=world.today - timedelta(days=chance.between(1, 6) if chance.yes(0.1) else 0),
            participant_id=ParticipantId(life.participant_id),
            path=world.ledger.path.id,
            name=came.name,
            municipality=place.ags,
            caseworker=life.caseworker,
            birth_date=came.birth_date,
            birth_date_precision=came.birth_date_precision,
            contact_ways=came.contact_ways,
            languages=came.languages,
            gender=came.gender,
            nationalities=came.nationalities,
            referral_source=came.referral_source,
            residence=came.residence,
            legal_regime=came.legal_regime,
            synthetic=True,
        ),
    )
    life_changes.expect_changes(world, life)
    if chance.yes(0.15):
        world.later(chance.between(4, 15), not_won, life, chance.between(1, 4))
    elif chance.yes(0.6):
        inform(world, life)
    else:
        world.later(chance.between(3, 14), inform, life)


def not_won(world: World, life: Life, attempts: int) -> None:
    """Try to reach somebody who does not come back, and at last let it be."""
    if not life.open:
        return
    if attempts > 0:
        kind = world.chance.pick((ContactKind.PHONE, ContactKind.MESSAGE, ContactKind.HOME_VISIT))
        world.give(life, RecordContact(occurred_on=world.today, kind=kind, held=False))
        world.later(world.chance.between(5, 18), not_won, life, attempts - 1)
        return
    decline(world, life, _NOT_WON.draw(world.chance), "Kein Auftrag zustande gekommen")


def decline(world: World, life: Life, ground: DeclineReason, reason: str) -> None:
    """End the intake; a few come back later."""
    world.give(life, DeclineIntake(occurred_on=world.today, ground=ground, reason=reason))
    if ground is not DeclineReason.NOT_ELIGIBLE and world.chance.yes(0.06):
        world.later(world.chance.between(30, 150), come_back, life)


def come_back(world: World, life: Life) -> None:
    """Somebody whose intake was declined asks again, and the intake goes on where it ended."""
    world.give(life, ReopenCase(occurred_on=world.today, reason="Hat sich wieder gemeldet"))
    world.later(world.chance.between(1, 10), inform, life)


def inform(world: World, life: Life) -> None:
    """Hand over the information notice and ask for the consents."""
    if not life.open:
        return
    chance, today = world.chance, world.today
    language = life.state.intake.languages[0][:2] if life.state.intake.languages else "de"
    world.give(
        life, GiveInformationNotice(occurred_on=today, notice_version=f"{today.year}-01", language=language)
    )
    life_consent.give(world, life, ConsentPurpose.CASE_MANAGEMENT, today + timedelta(days=730))
    for purpose in _SHARING:
        if chance.yes(0.7):
            life_consent.give(world, life, purpose, today + timedelta(days=365))
    if chance.yes(0.3):
        life_consent.give(world, life, ConsentPurpose.EVALUATION, None)
    world.later(chance.between(3, 21), assess, life)


def assess(world: World, life: Life) -> None:
    """Sit down together: what is needed, what is there."""
    if not life.open:
        return
    chance, today = world.chance, world.today
    life_coaching.talk(world, life, ContactKind.IN_PERSON, ContactProof.SIGNATURE, chance.between(45, 120))
    came = life.person
    world.give(
        life,
        assessment(world, life, LanguageProof.TEST if chance.yes(0.5) else LanguageProof.SELF_ASSESSMENT),
    )
    life.person = None
    if came is not None and chance.yes(0.03):
        world.later(chance.between(1, 10), not_eligible, life)
        return
    world.later(chance.between(1, 12), decide_eligibility, life)
    if chance.yes(0.25):
        world.on(today + timedelta(days=chance.between(150, 400)), assess_again, life)


def assess_again(world: World, life: Life) -> None:
    """Look again after some months."""
    if life.open and not life.state.hold.held:
        world.give(life, assessment(world, life, LanguageProof.TEST))


def assessment(world: World, life: Life, proof: LanguageProof) -> RecordAssessment:
    """The answers of today."""
    chance = world.chance
    came = life.person
    needs = tuple(Need(field=field, priority=chance.between(1, 3)) for field in chance.some(_FIELDS, 5))
    skill = chance.pick((LanguageSkill.ORAL, LanguageSkill.WRITTEN, LanguageSkill.BOTH))
    level = LanguageAssessment(level=life.level, proof=proof, skill=skill, assessed_on=world.today)
    return RecordAssessment(
        occurred_on=world.today,
        needs=needs,
        language=(level,) if chance.yes(0.95) else (),
        school_leaving=came.school_leaving if came else None,
        work_experience_months=came.work_months
        if came
        else (not_stated(chance) if chance.yes(0.02) else None),
        remark="Gespräch mit Sprachmittlung" if chance.yes(0.2) else "",
    )


def not_eligible(world: World, life: Life) -> None:
    """The programme is not for this person."""
    if not life.open:
        return
    world.give(
        life,
        DecideEligibility(
            occurred_on=world.today,
            result=EligibilityResult.NOT_ELIGIBLE,
            ground=world.chance.pick(_NOT_ELIGIBLE),
            reason="Vorrangige Leistung oder Ausschluss geprüft",
            decided_by=life.caseworker,
        ),
    )
    decline(world, life, DeclineReason.NOT_ELIGIBLE, "Verweis an die zuständige Stelle")


def decide_eligibility(world: World, life: Life) -> None:
    """Decide; whoever is outside the ages needs an exception by the coordinating office."""
    if not life.open:
        return
    birth_date = life.state.intake.birth_date
    age = age_on(birth_date, world.today) if isinstance(birth_date, date) else None
    fits = age is None or world.ledger.path.programme.age_allowed(age)
    fitting = _eligible(world, life)
    world.give(life, fitting, refused="" if fits else "eligibility.age_outside_range")
    if not fits:
        if world.chance.yes(0.5):
            not_eligible(world, life)
            return
        world.give(life, _exception(world), actor=COORDINATOR)
    world.later(world.chance.between(2, 21), plan, life)


def _eligible(world: World, life: Life) -> DecideEligibility:
    """Whoever gets benefits that come first by the rules may still be let in, and the caseworker says so."""
    rules = rules_of(world.ledger.path, world.ledger.law)
    against = verdict_on(life.state, EligibilitySubject.PROGRAMME, world.today, rules) is Verdict.NO
    return DecideEligibility(
        occurred_on=world.today,
        result=EligibilityResult.ELIGIBLE,
        ground=EligibilityReason.AGE_AND_STATUS_FIT,
        reason="Kein tatsächlicher Zugang zur vorrangigen Leistung" if against else "Alter und Status passen",
        decided_by=life.caseworker,
        against_proposal=against,
    )


def _exception(world: World) -> DecideEligibility:
    return DecideEligibility(
        occurred_on=world.today,
        result=EligibilityResult.EXCEPTION_GRANTED,
        ground=EligibilityReason.INDIVIDUAL_NEED,
        reason="Begründeter Einzelfall: individueller Unterstützungsbedarf",
        decided_by=StaffId(COORDINATOR),
    )


def plan(world: World, life: Life) -> None:
    """Agree the plan; then the accompaniment begins."""
    if not life.open:
        return
    chance = world.chance
    life_plan.agree(world, life, "")
    if chance.yes(0.9):
        life_coaching.assign_coach(world, life)
    else:
        world.later(chance.between(7, 35), life_coaching.assign_coach, life)
    if life.level is not LanguageLevel.B2 and chance.yes(0.86):
        world.later(chance.between(5, 45), life_course.seek, life)
