"""The ESF+ report, for a profile that is used only where money of the ESF+ flows: entry, exit and six months, by gender.

Only persons whose mandatory answers are complete are counted; the others are shown with the answers that are missing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from datetime import date
from typing import Any, Final, NamedTuple
from uuid import UUID

from domain.characteristics import NOT_STATED, Spell, spell_on
from domain.participation import CourseCertificate
from domain.path import Title
from domain.periods import Period, end_of
from domain.person import age_on
from domain.projections.characteristics import CharacteristicsRow, read
from domain.repetition import GAINFUL_CERTIFICATES
from domain.reports import esf_definitions as means
from domain.reports.definition import MUNICIPALITY, Counting, ReportDefinition, TableDefinition
from domain.reports.esf_definitions import Indicator, Questionnaire
from domain.reports.facts import Need
from domain.reports.journeys import AUSBILDUNG, Journey, journeys
from domain.reports.leaving_out import ItemTally
from domain.reports.pathways import FOUR_WEEKS, within_four_weeks
from domain.reports.rescue_definitions import Missing
from domain.reports.table import NotComputable, Publication, Table
from domain.reports.tally import Key, Tally
from domain.values import Destination, Gender, LegalRegime, ResidenceStatus, SchoolLeaving

NAME: Final = "esf"
VERSION: Final = 1
SIX_MONTHS: Final = Period(months=6)

_INDICATOR = Title(de="Indikator", en="indicator")
_QUESTIONNAIRE = Title(de="Fragebogen", en="questionnaire")
_OF_NO_THIRD_COUNTRY: Final = frozenset(
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

    def missing(self, questionnaire: Questionnaire) -> list[Missing]:
        """The mandatory answers of one questionnaire that are not on record on the reference date."""
        lacking = {
            Missing.GENDER: self.gender is None,
            Missing.BIRTH_MONTH: self.birth_month is None,
            Missing.NATIONALITY: not self.nationality,
            Missing.RESIDENCE_STATUS: _unknown(self.statuses, self.as_of, ResidenceStatus.UNKNOWN),
            Missing.LEGAL_REGIME: _unknown(self.regimes, self.as_of, LegalRegime.UNKNOWN),
            Missing.SCHOOL_LEAVING: spell_on(self.schools, self.as_of) is None,
            Missing.DESTINATION: self.journey.destination in (None, Destination.UNKNOWN.value),
            Missing.FOLLOW_UP: self.journey.settled_on is None,
        }
        return [answer for answer in means.ASKED[questionnaire] if lacking[answer]]

    def countable(self, questionnaire: Questionnaire) -> bool:
        """Whether all mandatory answers of it and of the questionnaires before it are there."""
        order = list(Questionnaire)
        return not any(self.missing(one) for one in order[: order.index(questionnaire) + 1])


def _unknown(spells: Iterable[Spell], day: date, unknown: str) -> bool:
    spell = spell_on(spells, day)
    return spell is None or spell.value == unknown


def _at(spells: tuple[Spell, ...], day: date, as_of: date, unknown: str = "") -> str | None:
    """The answer of ``day``, and if there was none yet the first one after it by ``as_of``."""
    known = [spell for spell in spells if spell.value != unknown and spell.known_on <= as_of]
    spell = spell_on(known, day)
    if spell is None and known:
        spell = min(known, key=lambda one: (one.known_on, one.version))
    return spell.value if spell else None


def participants(counting: Counting) -> list[Participant]:
    """The cases asked for, with their answers."""
    answers = {row.case_id: row for row in counting.facts.characteristics}
    qualified = _qualified(counting)
    return [
        _participant(journey, answers[journey.case_id], tuple(qualified[journey.case_id]), counting.as_of)
        for journey in counting.once(journeys)
    ]


def _participant(
    journey: Journey, row: CharacteristicsRow, qualified: tuple[Qualified, ...], as_of: date
) -> Participant:
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


def _qualified(counting: Counting) -> dict[UUID, list[Qualified]]:
    found: dict[UUID, list[Qualified]] = defaultdict(list)
    as_of = counting.as_of
    for one in counting.facts.measures:
        if one.entered_on is None or one.left_on is None or one.left_on > as_of:
            continue
        certificate = CourseCertificate(one.certificate) if one.certificate else None
        school = one.school_leaving_gained not in (None, NOT_STATED, SchoolLeaving.NONE.value)
        if certificate in GAINFUL_CERTIFICATES or school:
            versions = (one.requested_version, one.entered_version, one.left_version)
            found[one.case_id].append(Qualified(one.left_on, versions))
    for training in counting.facts.trainings:
        completed = training.entered_on is not None and training.break_off_ground is None
        if completed and training.left_on is not None and training.left_on <= as_of:
            versions = (training.signed_version, training.entered_version, training.left_version)
            found[training.case_id].append(Qualified(training.left_on, versions))
    return found


# ---------------------------------------------------------------- indicators


def _entry(one: Participant) -> Iterator[Indicator]:
    entered_on = one.entered_on
    if entered_on is None or one.birth_month is None or not one.countable(Questionnaire.ENTRY):
        return
    yield Indicator.PARTICIPANTS
    age = age_on(one.birth_month, entered_on)
    if age < 18:
        yield Indicator.UNDER_18
    elif age <= 29:
        yield Indicator.FROM_18_TO_29
    elif age >= 55:
        yield Indicator.FROM_55
    school = _at(one.schools, entered_on, one.as_of)
    told = means.ISCED.get(SchoolLeaving(school)) if school is not None and school != NOT_STATED else None
    yield told or Indicator.ISCED_NOT_TOLD
    status = _at(one.statuses, entered_on, one.as_of, ResidenceStatus.UNKNOWN)
    if status is not None and ResidenceStatus(status) not in _OF_NO_THIRD_COUNTRY:
        yield Indicator.THIRD_COUNTRY


def _exit(one: Participant) -> Iterator[Indicator]:
    closed_on = one.journey.closed_on
    if closed_on is None or not one.due(Questionnaire.EXIT) or not one.countable(Questionnaire.EXIT):
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
    questionnaire = Questionnaire.SIX_MONTHS
    if not one.due(questionnaire) or not one.countable(questionnaire):
        return
    yield Indicator.SIX_MONTHS_AFTER
    if one.journey.settled_destination is None:
        yield Indicator.NOT_REACHED
    if one.journey.settled_destination in means.EMPLOYMENT:
        yield Indicator.EMPLOYED_LATER


_GENDERS: Final = {
    "women": Gender.FEMALE.value,
    "men": Gender.MALE.value,
    "nonbinary": Gender.DIVERSE.value,
    "not_stated": NOT_STATED,
    "all": None,
}

# -------------------------------------------------------------------- tables


def _tally(counting: Counting, table: str, title: Title, keys: tuple[Title, ...], **given: Any) -> Tally:
    place = counting.municipality
    return Tally(
        id=table,
        title=title,
        keys=keys,
        evidence=counting.evidence,
        within=None if place is None else lambda item: item.place == place,
        **given,
    )


def _by_gender(
    table: str, title: Title, columns: Any, shown: tuple[Indicator, ...], of: Callable[[Participant], Any]
) -> TableDefinition:
    def count(counting: Counting) -> Table:
        tally = _tally(counting, table, title, (_INDICATOR,), columns=columns)
        items = ItemTally(counting, tally, counting.once(participants))
        for column, gender in _GENDERS.items():

            def said(one: Participant, gender: str | None = gender) -> Iterator[tuple[Key, Hashable]]:
                if gender in (None, one.gender):
                    yield from (((indicator.value,), one.participant_id) for indicator in of(one))

            items.persons(column, said)
        return tally.table([(indicator.value,) for indicator in shown])

    return TableDefinition(id=table, count=count)


def _countable(counting: Counting) -> Table:
    tally = _tally(
        counting,
        "countable",
        Title(de="Zählbar und nicht zählbar", en="Countable and not countable"),
        (_QUESTIONNAIRE,),
        columns=means.COUNTABLE,
    )

    def of(which: Callable[[Participant, Questionnaire], bool]) -> Callable[[Any], Any]:
        return lambda one: [
            ((asked.value,), one.participant_id)
            for asked in Questionnaire
            if one.due(asked) and which(one, asked)
        ]

    items = ItemTally(counting, tally, counting.once(participants))
    items.persons("due", of(lambda one, asked: True))
    items.persons("countable", of(lambda one, asked: one.countable(asked)))
    items.persons("not_countable", of(lambda one, asked: not one.countable(asked)))
    return tally.table([(asked.value,) for asked in Questionnaire])


def _missing(counting: Counting) -> Table:
    tally = _tally(
        counting,
        "missing",
        Title(de="Nicht zählbar: fehlende Pflichtangaben", en="Not countable: mandatory answers missing"),
        (_QUESTIONNAIRE, Title(de="fehlende Angabe", en="missing answer")),
        columns=means.MISSING,
    )
    items = ItemTally(counting, tally, counting.once(participants))
    items.persons(
        "persons",
        lambda one: [
            ((asked.value, answer.value), one.participant_id)
            for asked in Questionnaire
            if one.due(asked)
            for answer in one.missing(asked)
        ],
    )
    return tally.table(
        [(asked.value, answer.value) for asked in Questionnaire for answer in means.ASKED[asked]]
    )


def _not_recorded(counting: Counting) -> Table:
    tally = _tally(
        counting,
        "not_recorded",
        Title(de="Indikatoren, nach denen nicht gefragt wird", en="Indicators that nobody asks for"),
        (_QUESTIONNAIRE, _INDICATOR),
        columns=means.NOT_RECORDED,
    )
    lines = [(asked.value, indicator.value) for asked, indicator in means.NOT_ASKED_FOR]
    for line in lines:
        tally.put("persons", line, NotComputable.NOT_RECORDED, "not_recorded")
    return tally.table(lines)


ESF: Final = ReportDefinition(
    name=NAME,
    version=VERSION,
    title=Title(de="ESF+: Eintritt, Austritt, sechs Monate", en="ESF+: entry, exit, six months"),
    publication=Publication.INTERNAL,
    parameters=(MUNICIPALITY,),
    needs=frozenset({Need.CHARACTERISTICS, Need.EMPLOYMENTS, Need.MEASURES}),
    tables=(
        TableDefinition(id="countable", count=_countable),
        _by_gender(
            "entry",
            Title(de="Eintritt: gemeinsame Outputindikatoren", en="Entry: common output indicators"),
            means.ENTRY,
            means.AT_ENTRY,
            _entry,
        ),
        _by_gender(
            "exit",
            Title(
                de="Austritt: unmittelbare Ergebnisse (vier Wochen)",
                en="Exit: immediate results (four weeks)",
            ),
            means.EXIT,
            means.AT_EXIT,
            _exit,
        ),
        _by_gender(
            "six_months",
            Title(de="Längerfristige Ergebnisse (sechs Monate)", en="Longer-term results (six months)"),
            means.SIX_MONTHS,
            means.AFTER_SIX_MONTHS,
            _six_months,
        ),
        TableDefinition(id="missing", count=_missing),
        TableDefinition(id="not_recorded", count=_not_recorded),
    ),
)
