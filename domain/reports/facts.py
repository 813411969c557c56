"""What reports are counted from: the columns of the projections that they look at, from read tables or from the log."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from enum import Enum, auto
from functools import cache
from typing import Any, Final, NamedTuple, get_args, get_type_hints
from uuid import UUID

from domain.path import PathDefinition
from domain.projections.case_papers import CasePapersRow
from domain.projections.characteristics import CharacteristicsRow
from domain.projections.employments import EmploymentRow
from domain.projections.grant_flat_rates import FlatRateRow
from domain.projections.grant_rates import GrantRateRow
from domain.projections.grant_statements import OnwardGrantRow
from domain.projections.grant_use import GrantMovementRow, GrantPlanRow
from domain.projections.published_reports import PublishedReportRow
from domain.projections.repetition_answers import RepetitionAnswerRow
from domain.projections.seat_steps import SeatStepsRow
from domain.projections.stage_intervals import StageIntervalRow
from domain.rates import Rate
from domain.reports.fact_columns import Columns, ColumnsOf, by_column, column
from domain.reports.programme_facts import AskedAtEntry, EntryRule


class CaseFact(NamedTuple):
    """Columns of case_overview."""

    case_id: UUID
    participant_id: UUID
    municipality: str
    gender: str | None
    opened_on: date
    plan_agreed_on: date | None
    first_plan_on: date | None
    declined_on: date | None
    closed_on: date | None
    exit_reason: str | None
    destination: str | None
    follow_up_settled_on: date | None
    follow_up_destination: str | None
    municipality_version: int
    municipality_before: str | None
    municipality_before_version: int
    plan_version: int
    first_plan_version: int
    declined_version: int
    closed_version: int
    follow_up_version: int
    school_leaving: str | None
    path: str
    path_version: int


class SpanFact(NamedTuple):
    """Columns of stage_intervals."""

    case_id: UUID
    stage: str
    from_on: date
    to_on: date | None
    from_version: int
    to_version: int
    again_on: date | None
    again_version: int


class ParticipationFact(NamedTuple):
    """Columns of participations; ``attendance`` is JSON: [[from, to, units attended, units held, version], …]."""

    case_id: UUID
    participation_id: UUID
    participant_id: UUID
    municipality: str
    gender: str | None
    offer_id: UUID
    module: str | None
    entered_on: date | None
    left_on: date | None
    abandon_ground: str | None
    attendance: str
    requested_version: int
    module_version: int
    entered_version: int
    left_version: int


class TrainingFact(NamedTuple):
    """Columns of trainings."""

    case_id: UUID
    training_id: UUID
    participant_id: UUID
    municipality: str
    kind: str
    signed_on: date
    entered_on: date | None
    left_on: date | None
    break_off_ground: str | None
    signed_version: int
    entered_version: int
    left_version: int


class OfferFact(NamedTuple):
    """Columns of offer_occupancy."""

    offer_id: UUID
    municipality: str


class CourseFact(NamedTuple):
    """Columns of offer_occupancy that say what was published about a course."""

    offer_id: UUID
    provider: str
    module: str
    municipality: str
    starts_on: date
    ends_on: date
    teaching_units: int


class NeedFact(NamedTuple):
    """Columns of open_needs: one failed match, and how its need ended."""

    case_id: UUID
    need_id: UUID
    version: int
    field: str
    kind: str
    ground: str
    from_on: date
    ended_on: date | None
    end_ground: str | None
    ended_version: int | None


class MeasureFact(NamedTuple):
    """Columns of participations that say what a measure was and brought."""

    case_id: UUID
    participation_id: UUID
    kind: str | None
    level: str | None
    certificate: str | None
    level_gained: str | None
    school_leaving_gained: str | None
    abandon_ground: str | None
    entered_on: date | None
    left_on: date | None
    requested_version: int
    kind_version: int
    entered_version: int
    left_version: int


class ReferralFact(NamedTuple):
    """Columns of case_overview: who sent the person, and why the intake was declined if it ever was."""

    case_id: UUID
    referral_source: str | None
    decline_ground: str | None


class ContactFact(NamedTuple):
    """Contacts of a case that count by the reference date, from case_timeline; the versions only where evidence is
    wanted."""

    case_id: UUID
    held: int
    attempted: int
    held_versions: tuple[int, ...] = ()
    attempted_versions: tuple[int, ...] = ()


class ProgrammeRate(NamedTuple):
    """A rate that a path definition sets: configuration of the installation, no entry of the log."""

    path: str
    path_version: int
    rate: Rate


class Need(Enum):
    """Facts that only some reports look at; the others do without reading them."""

    CHARACTERISTICS = auto()
    EMPLOYMENTS = auto()
    STAGES = auto()
    GRANT_STATEMENTS = auto()
    PUBLISHED = auto()
    UNMET_NEEDS = auto()
    CONTACTS = auto()
    MEASURES = auto()
    HINT_ANSWERS = auto()
    REFERRALS = auto()
    SEATS = auto()
    PAPERS = auto()


_FIELDS_OF: Final[Mapping[Need, tuple[str, ...]]] = {
    Need.CHARACTERISTICS: ("characteristics",),
    Need.EMPLOYMENTS: ("employments",),
    Need.STAGES: ("stages",),
    Need.GRANT_STATEMENTS: ("flat_rates", "onward_grants"),
    Need.PUBLISHED: ("published",),
    Need.UNMET_NEEDS: ("unmet_needs",),
    Need.CONTACTS: ("contacts",),
    Need.MEASURES: ("measures",),
    Need.HINT_ANSWERS: ("hint_answers",),
    Need.REFERRALS: ("referrals",),
    Need.SEATS: ("seats", "courses"),
    Need.PAPERS: ("papers",),
}


def unread(needs: Collection[Need]) -> frozenset[str]:
    """The fields of Facts that no report with these ``needs`` looks at."""
    return frozenset(name for need, names in _FIELDS_OF.items() if need not in needs for name in names)


class Unread(list[Any]):
    """Facts that were not read: a report that looks at them without having said that it needs them must not count none."""

    def __iter__(self) -> Iterator[Any]:
        raise LookupError("facts that were not read: the report does not say that it needs them")


@dataclass(slots=True, kw_only=True)
class Facts:
    """All facts at one position of the log, in no particular order. ``contacts`` are those up to the reference date,
    ``municipalities`` all that occur anywhere. Those after them are read only for reports that need them."""

    cases: Sequence[CaseFact] = field(default_factory=list)
    spans: Sequence[SpanFact] = field(default_factory=list)
    participations: Sequence[ParticipationFact] = field(default_factory=list)
    trainings: Sequence[TrainingFact] = field(default_factory=list)
    contacts: Sequence[ContactFact] = field(default_factory=list)
    plans: Sequence[GrantPlanRow] = field(default_factory=list)
    movements: Sequence[GrantMovementRow] = field(default_factory=list)
    rates: Sequence[GrantRateRow] = field(default_factory=list)
    programme_rates: Sequence[ProgrammeRate] = field(default_factory=list)
    municipalities: set[str] = field(default_factory=set)
    offers: Sequence[OfferFact] = field(default_factory=list)
    characteristics: Sequence[CharacteristicsRow] = field(default_factory=list)
    employments: Sequence[EmploymentRow] = field(default_factory=list)
    stages: Sequence[StageIntervalRow] = field(default_factory=list)
    flat_rates: Sequence[FlatRateRow] = field(default_factory=list)
    onward_grants: Sequence[OnwardGrantRow] = field(default_factory=list)
    published: Sequence[PublishedReportRow] = field(default_factory=list)
    unmet_needs: Sequence[NeedFact] = field(default_factory=list)
    measures: Sequence[MeasureFact] = field(default_factory=list)
    hint_answers: Sequence[RepetitionAnswerRow] = field(default_factory=list)
    referrals: Sequence[ReferralFact] = field(default_factory=list)
    seats: Sequence[SeatStepsRow] = field(default_factory=list)
    courses: Sequence[CourseFact] = field(default_factory=list)
    papers: Sequence[CasePapersRow] = field(default_factory=list)
    asked_at_entry: Sequence[AskedAtEntry] = field(default_factory=list)
    entry_rules: Sequence[EntryRule] = field(default_factory=list)

    def leave_unread(self, needs: Collection[Need], columns: ColumnsOf | None = None) -> None:
        """Mark what only other reports than one with these ``needs`` and ``columns`` look at as not read."""
        for name in KINDS.keys() - looked_at(needs, columns):
            setattr(self, name, Unread())

    def by_column(self, needs: Collection[Need], columns: ColumnsOf) -> None:
        """Keep these ``columns`` alone, as far as ``needs`` ask for them."""
        self.leave_unread(needs, columns)
        for name in looked_at(needs, columns):
            setattr(self, name, by_column(getattr(self, name), KINDS[name], columns[name]))

    def without(self, streams: Collection[UUID]) -> Facts:
        """The same facts without those of some streams: the first field of every fact is its stream, or its path. By column
        that one must have been read, and the municipalities of cases, offers and plans."""
        left, packed = frozenset(streams), frozenset(stream.bytes for stream in streams)
        facts = Facts()
        for each in fields(self):
            if each.name != "municipalities":
                found = getattr(self, each.name)
                if isinstance(found, Columns):
                    kept: Sequence[Any] = found.without(KINDS[each.name]._fields[0], packed)
                elif isinstance(found, Unread):
                    kept = found
                else:
                    kept = [fact for fact in found if fact[0] not in left]
                setattr(facts, each.name, kept)
        for name in PLACES:
            facts.municipalities.update(column(getattr(facts, name), KINDS[name], "municipality"))
        return facts

    def add(self, others: Facts) -> None:
        """Add the facts of other streams, folded for the same needs and columns; what was not read of them adds nothing."""
        for each in fields(self):
            found, more = getattr(self, each.name), getattr(others, each.name)
            if each.name == "municipalities":
                self.municipalities |= others.municipalities
            elif isinstance(found, Columns) and not isinstance(more, Unread):
                setattr(self, each.name, found.and_(more))
            elif not isinstance(more, Unread):
                found.extend(more)


KINDS: Final[Mapping[str, type[Any]]] = {
    name: get_args(hint)[0]
    for name, hint in get_type_hints(Facts).items()
    if name not in ("municipalities", "programme_rates", "asked_at_entry", "entry_rules")
}
"""Field of Facts → what a fact of it is, of those that the log tells."""

PLACES: Final[ColumnsOf] = {
    "cases": ("case_id", "municipality"),
    "offers": ("offer_id", "municipality"),
    "plans": ("grant_id", "municipality"),
}
"""Where the municipalities that occur are found."""


def looked_at(needs: Collection[Need], columns: ColumnsOf | None) -> frozenset[str]:
    """The fields that are looked at by a report with these ``needs``; of those with ``columns`` where it says so."""
    return _looked_at(frozenset(needs), None if columns is None else frozenset(columns))


@cache
def _looked_at(needs: frozenset[Need], named: frozenset[str] | None) -> frozenset[str]:
    return frozenset(KINDS if named is None else named) - unread(needs)


def programme_rates(paths: Iterable[PathDefinition]) -> list[ProgrammeRate]:
    """The rates of all path definitions of an installation; whoever reads facts adds them."""
    return [
        ProgrammeRate(path.id, path.version, rate)
        for path in sorted(paths, key=lambda path: (path.id, path.version))
        for rate in path.rates
    ]


HELD = "contact_held"
ATTEMPTED = "contact_attempted"
