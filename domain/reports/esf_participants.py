"""Participants as the ESF+ asks about them at entry, exit and after six months: who is due, what is missing, what is counted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Final, NamedTuple
from uuid import UUID

from domain.characteristics import NOT_STATED, Spell, spell_on
from domain.participation import CourseCertificate
from domain.periods import Period, end_of
from domain.person import age_on
from domain.projections.characteristics import CharacteristicsRow, read
from domain.repetition import GAINFUL_CERTIFICATES
from domain.reports import esf_definitions as means
from domain.reports.definition import Counting
from domain.reports.esf_definitions import Indicator, Questionnaire
from domain.reports.journeys import AUSBILDUNG, FOUR_WEEKS, Journey, journeys
from domain.reports.pathways import within_four_weeks
from domain.reports.rescue_vocabulary import Missing
from domain.values import Destination, LegalRegime, ResidenceStatus, SchoolLeaving

SIX_MONTHS: Final = Period(months=6)

OF_NO_THIRD_COUNTRY: Final = frozenset(
    {ResidenceStatus.EU_CITIZEN, ResidenceStatus.GERMAN, ResidenceStatus.UNKNOWN}
)


class Qualified(NamedTuple):
    """Something gained on a day; it is not there without any of its entries."""

    on: date
    versions: tuple[int, ...]


class Participant(NamedTuple):
    """A case as the questionnaires ask of it."""

    case_id: UUID
    participant_id: UUID
    place: str
    as_of: date
    journey: Journey
    gender: str | None
    birth_month: date | None
    nationality: bool
    statuses: tuple[Spell, ...]
    regimes: tuple[Spell, ...]
    schools: tuple[Spell, ...]
    qualified: tuple[Qualified, ...]

    def entries(self) -> set[int]:
        """As ``Counted``."""
        found = self.journey.entries()
        for spells in (self.statuses, self.regimes, self.schools):
            found.update(spell.version for spell in spells)
        for one in self.qualified:
            found.update(one.versions)
        return found - {0, 1}

    def without(self, version: int) -> Participant:
        """As ``Counted``."""
        journey = self.journey.without(version)

        def left(spells: Iterable[Spell]) -> tuple[Spell, ...]:
            return tuple(spell for spell in spells if spell.version != version)

        return self._replace(
            place=journey.place,
            journey=journey,
            statuses=left(self.statuses),
            regimes=left(self.regimes),
            schools=left(self.schools),
            qualified=tuple(one for one in self.qualified if version not in one.versions),
        )

    @property
    def entered_on(self) -> date | None:
        """First day in a module; coaching is one, an Ausbildung is not."""
        return min((s.entered_on for s in self.journey.steps if s.kind != AUSBILDUNG), default=None)

    def due(self, questionnaire: Questionnaire) -> bool:
        """Whether the person is to be counted in it, if the answers are there."""
        closed_on = self.journey.closed_on
        if self.entered_on is None:
            return False
        match questionnaire:
            case Questionnaire.ENTRY:
                return True
            case Questionnaire.EXIT:
                return closed_on is not None and closed_on + FOUR_WEEKS <= self.as_of
            case Questionnaire.SIX_MONTHS:
                return closed_on is not None and end_of(closed_on, SIX_MONTHS) <= self.as_of

    def missing(self) -> set[Missing]:
        """The mandatory answers that are not on record on the reference date, whatever the questionnaire."""
        lacking = {
            Missing.GENDER: self.gender is None,
            Missing.BIRTH_MONTH: self.birth_month is None,
            Missing.NATIONALITY: not self.nationality,
            Missing.RESIDENCE_STATUS: lacks(self.statuses, self.as_of, ResidenceStatus.UNKNOWN),
            Missing.LEGAL_REGIME: lacks(self.regimes, self.as_of, LegalRegime.UNKNOWN),
            Missing.SCHOOL_LEAVING: lacks(self.schools, self.as_of),
            Missing.DESTINATION: self.journey.destination in (None, Destination.UNKNOWN.value),
            Missing.FOLLOW_UP: self.journey.settled_on is None,
        }
        return {answer for answer, is_lacking in lacking.items() if is_lacking}


def lacks(spells: Iterable[Spell], day: date, unknown: str = "") -> bool:
    """Whether there is no answer on a day, or ``unknown`` is the one."""
    spell = spell_on(spells, day)
    return spell is None or spell.value == unknown


def _at(spells: Iterable[Spell], day: date, as_of: date, unknown: str = "") -> str | None:
    """The answer of ``day``, and if there was none yet the first one after it by ``as_of``."""
    known = [spell for spell in spells if spell.value != unknown and spell.known_on <= as_of]
    spell = spell_on(known, day)
    if spell is None and known:
        spell = min(known, key=lambda one: (one.known_on, one.version))
    return spell.value if spell else None


def participants(counting: Counting) -> list[Asked]:
    """The cases asked for, with what each questionnaire gets."""
    answers = {row.case_id: row for row in counting.facts.characteristics}
    qualified = _qualified(counting)
    return [
        asked(
            participant_of(
                journey, answers[journey.case_id], tuple(qualified[journey.case_id]), counting.as_of
            )
        )
        for journey in counting.once(journeys)
    ]


def participant_of(
    journey: Journey, row: CharacteristicsRow, qualified: tuple[Qualified, ...], as_of: date
) -> Participant:
    """What its answers, with those recorded by the reference date, make of a journey."""

    def by_now(text: str) -> tuple[Spell, ...]:
        return tuple(spell for spell in read(text) if spell.known_on <= as_of)

    return Participant(
        journey.case_id,
        journey.participant_id,
        journey.place,
        as_of,
        journey,
        row.gender,
        row.birth_month,
        bool(row.nationalities),
        by_now(row.statuses),
        by_now(row.regimes),
        by_now(row.schools),
        qualified,
    )


def qualifies(certificate: str | None, school_leaving: str | None) -> bool:
    """Whether what a course ended with is a qualification."""
    if school_leaving not in (None, NOT_STATED, SchoolLeaving.NONE.value):
        return True
    return certificate is not None and CourseCertificate(certificate) in GAINFUL_CERTIFICATES


def _qualified(counting: Counting) -> dict[UUID, list[Qualified]]:
    found: dict[UUID, list[Qualified]] = defaultdict(list)
    as_of = counting.as_of
    for one in counting.facts.measures:
        if one.entered_on is None or one.left_on is None or one.left_on > as_of:
            continue
        if qualifies(one.certificate, one.school_leaving_gained):
            versions = (one.requested_version, one.entered_version, one.left_version)
            found[one.case_id].append(Qualified(one.left_on, versions))
    for training in counting.facts.trainings:
        completed = training.entered_on is not None and training.break_off_ground is None
        if completed and training.left_on is not None and training.left_on <= as_of:
            versions = (training.signed_version, training.entered_version, training.left_version)
            found[training.case_id].append(Qualified(training.left_on, versions))
    return found


class Asked(NamedTuple):
    """What the questionnaires get from a participant: those due, the answers they lack, and the indicators of the countable."""

    case_id: UUID
    participant_id: UUID
    place: str
    participant: Participant
    gender: str | None
    due: tuple[Questionnaire, ...]
    countable: frozenset[Questionnaire]
    missing: tuple[tuple[Questionnaire, Missing], ...]
    indicators: tuple[tuple[Questionnaire, Indicator], ...]

    def entries(self) -> set[int]:
        """As ``Counted``."""
        return self.participant.entries()

    def without(self, version: int) -> Asked:
        """As ``Counted``."""
        return asked(self.participant.without(version))


def asked(one: Participant) -> Asked:
    """Ask a participant. A questionnaire counts who answered it and those before it."""
    due = tuple(questionnaire for questionnaire in Questionnaire if one.due(questionnaire))
    lacking = one.missing() if due else set()
    countable: set[Questionnaire] = set()
    for questionnaire in due:
        if lacking.intersection(means.ASKED[questionnaire]):
            break
        countable.add(questionnaire)
    return Asked(
        one.case_id,
        one.participant_id,
        one.place,
        one,
        one.gender,
        due,
        frozenset(countable),
        tuple((each, answer) for each in due for answer in means.ASKED[each] if answer in lacking),
        tuple((each, indicator) for each in due if each in countable for indicator in _INDICATORS[each](one)),
    )


# ---------------------------------------------------------------- indicators


def _entry(one: Participant) -> Iterator[Indicator]:
    entered_on = one.entered_on
    if entered_on is None or one.birth_month is None:
        return
    yield Indicator.PARTICIPANTS
    if (aged := of_age(one.birth_month, entered_on)) is not None:
        yield aged
    yield educated(one.schools, entered_on, one.as_of)
    if from_third_country(one.statuses, entered_on, one.as_of):
        yield Indicator.THIRD_COUNTRY


def of_age(birth_month: date, entered_on: date) -> Indicator | None:
    """The indicator of an age at entry; there is none from 30 to 54."""
    age = age_on(birth_month, entered_on)
    if age < 18:
        return Indicator.UNDER_18
    if age <= 29:
        return Indicator.FROM_18_TO_29
    return Indicator.FROM_55 if age >= 55 else None


def educated(schools: Iterable[Spell], entered_on: date, as_of: date) -> Indicator:
    """The indicator of the school leaving qualification that counts for an entry."""
    school = _at(schools, entered_on, as_of)
    return Indicator.ISCED_NOT_TOLD if school is None else level_of(school)


def level_of(school: str) -> Indicator:
    """The indicator of one school leaving qualification."""
    told = means.ISCED.get(SchoolLeaving(school)) if school != NOT_STATED else None
    return told or Indicator.ISCED_NOT_TOLD


def from_third_country(statuses: Iterable[Spell], entered_on: date, as_of: date) -> bool:
    """Whether the residence status that counts for an entry is one of third country nationals."""
    status = _at(statuses, entered_on, as_of, ResidenceStatus.UNKNOWN)
    return status is not None and ResidenceStatus(status) not in OF_NO_THIRD_COUNTRY


def _exit(one: Participant) -> Iterator[Indicator]:
    closed_on = one.journey.closed_on
    if closed_on is None:
        return
    yield Indicator.LEFT
    where = within_four_weeks(one.journey, one.as_of)
    if where in means.EDUCATION:
        yield Indicator.IN_EDUCATION
    if any(gained.on <= closed_on + FOUR_WEEKS for gained in one.qualified):
        yield Indicator.QUALIFICATION
    if where in means.EMPLOYMENT:
        yield Indicator.IN_EMPLOYMENT


def _six_months(one: Participant) -> Iterator[Indicator]:
    yield Indicator.SIX_MONTHS_AFTER
    if one.journey.settled_destination is None:
        yield Indicator.NOT_REACHED
    if one.journey.settled_destination in means.EMPLOYMENT:
        yield Indicator.EMPLOYED_LATER


_INDICATORS: Final[Mapping[Questionnaire, Callable[[Participant], Iterable[Indicator]]]] = {
    Questionnaire.ENTRY: _entry,
    Questionnaire.EXIT: _exit,
    Questionnaire.SIX_MONTHS: _six_months,
}
