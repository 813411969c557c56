"""What reports are counted from: the columns of the projections that they look at, from read tables or from the log."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from enum import Enum, auto
from typing import Any, Final, NamedTuple, TypeVar, assert_never
from uuid import UUID

from domain.case_state import CaseState
from domain.contact import ContactAttempted, ContactHeld
from domain.corrections import EntryCorrected
from domain.grant import GrantState
from domain.offering import OfferState
from domain.path import PathDefinition, StageKind
from domain.projections.case_overview import overview_rows
from domain.projections.case_papers import CasePapersRow, papers_rows
from domain.projections.characteristics import CharacteristicsRow, characteristics_rows
from domain.projections.employments import EmploymentRow, employment_rows
from domain.projections.folding import fold_stream
from domain.projections.grant_flat_rates import FlatRateRow, flat_rate_rows
from domain.projections.grant_rates import GrantRateRow, rate_rows
from domain.projections.grant_statements import OnwardGrantRow, onward_rows
from domain.projections.grant_use import GrantMovementRow, GrantPlanRow, movement_rows, plan_rows
from domain.projections.open_needs import open_need_rows
from domain.projections.participations import participation_rows, training_rows
from domain.projections.published_reports import PublishedReportRow, published_rows
from domain.projections.repetition_answers import RepetitionAnswerRow, answer_rows
from domain.projections.seat_steps import SeatStepsRow, seat_rows
from domain.projections.stage_intervals import StageIntervalRow, interval_rows
from domain.rates import Rate
from domain.recorded import Recorded
from domain.report_publication import PublishedSeries
from domain.report_seal import SealedReport
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

    def add_stream(
        self, history: Sequence[Recorded[Any]], as_of: date, needs: Collection[Need] = tuple(Need)
    ) -> None:
        """Add what one stream says: the way without read tables. ``history`` is the whole of it, but for entries that
        domain/reports/counted_entries.py leaves aside. Raises UnreadableStream."""
        stream = fold_stream(history, None, turns=False)
        match stream.state:
            case CaseState():
                overview = overview_rows(stream)
                _growing(self.cases).extend(_picked(CaseFact, overview))
                if Need.REFERRALS in needs:
                    _growing(self.referrals).extend(_picked(ReferralFact, overview))
                _growing(self.spans).extend(
                    span
                    for span in _picked(SpanFact, interval_rows(stream))
                    if span.stage == StageKind.COACHING
                )
                if Need.CHARACTERISTICS in needs:
                    _growing(self.characteristics).extend(characteristics_rows(stream))
                if Need.EMPLOYMENTS in needs:
                    _growing(self.employments).extend(employment_rows(stream))
                if Need.STAGES in needs:
                    _growing(self.stages).extend(interval_rows(stream))
                if Need.UNMET_NEEDS in needs:
                    _growing(self.unmet_needs).extend(_picked(NeedFact, open_need_rows(stream)))
                if Need.HINT_ANSWERS in needs:
                    _growing(self.hint_answers).extend(answer_rows(stream))
                if Need.SEATS in needs:
                    _growing(self.seats).extend(seat_rows(stream))
                if Need.PAPERS in needs:
                    _growing(self.papers).extend(papers_rows(stream))
                participations = participation_rows(stream)
                _growing(self.participations).extend(_picked(ParticipationFact, participations))
                if Need.MEASURES in needs:
                    _growing(self.measures).extend(_picked(MeasureFact, participations))
                _growing(self.trainings).extend(_picked(TrainingFact, training_rows(stream)))
                if Need.CONTACTS in needs:
                    self._count_contacts(history, as_of)
                self.municipalities.add(stream.state.municipality)
            case OfferState():
                place = stream.state.offer.municipality
                _growing(self.offers).append(OfferFact(stream.stream_id, place))
                if Need.SEATS in needs:
                    _growing(self.courses).append(_course(stream.stream_id, stream.state))
                self.municipalities.add(place)
            case GrantState():
                plans = plan_rows(history)
                _growing(self.plans).extend(plans)
                _growing(self.movements).extend(movement_rows(history))
                _growing(self.rates).extend(rate_rows(history))
                if Need.GRANT_STATEMENTS in needs:
                    _growing(self.flat_rates).extend(flat_rate_rows(history))
                    _growing(self.onward_grants).extend(onward_rows(stream))
                self.municipalities.update(plan.municipality for plan in plans)
            case SealedReport():
                # A sealed report is no fact for another one, unless it was published.
                pass
            case PublishedSeries():
                if Need.PUBLISHED in needs:
                    _growing(self.published).extend(published_rows(history))
            case _:
                assert_never(stream.state)

    def leave_unread(self, needs: Collection[Need]) -> None:
        """Mark what only other reports than one with these ``needs`` look at as not read."""
        for name in unread(needs):
            setattr(self, name, Unread())

    def without(self, streams: Collection[UUID]) -> Facts:
        """The same facts without those of some streams: the first field of every fact is its stream, or its path."""
        left = frozenset(streams)
        facts = Facts()
        for each in fields(self):
            if each.name != "municipalities":
                found = getattr(self, each.name)
                kept = found if isinstance(found, Unread) else [fact for fact in found if fact[0] not in left]
                setattr(facts, each.name, kept)
        for places in (facts.cases, facts.offers, facts.plans):
            facts.municipalities.update(fact.municipality for fact in places)
        return facts

    def add(self, others: Facts) -> None:
        """Add the facts of other streams, folded for the same needs."""
        for each in fields(self):
            if each.name == "municipalities":
                self.municipalities |= others.municipalities
            else:
                getattr(self, each.name).extend(getattr(others, each.name))

    def _count_contacts(self, history: Sequence[Recorded[Any]], as_of: date) -> None:
        """As case_timeline has them: by the day an entry counts for now; struck-out ones count for none."""
        contacts = [entry for entry in history if isinstance(entry.event, ContactHeld | ContactAttempted)]
        if not contacts:
            return
        corrected = {
            entry.event.version: entry.event.replacement
            for entry in history
            if isinstance(entry.event, EntryCorrected)
        }
        held: list[int] = []
        attempted: list[int] = []
        for entry in contacts:
            counts_as = corrected.get(entry.version, entry.event)
            if counts_as is not None and counts_as.occurred_on <= as_of:
                kind = held if isinstance(entry.event, ContactHeld) else attempted
                kind.append(entry.version)
        if held or attempted:
            _growing(self.contacts).append(
                ContactFact(history[0].stream_id, len(held), len(attempted), tuple(held), tuple(attempted))
            )


def programme_rates(paths: Iterable[PathDefinition]) -> list[ProgrammeRate]:
    """The rates of all path definitions of an installation; whoever reads facts adds them."""
    return [
        ProgrammeRate(path.id, path.version, rate)
        for path in sorted(paths, key=lambda path: (path.id, path.version))
        for rate in path.rates
    ]


def _course(offer_id: UUID, state: OfferState) -> CourseFact:
    offer = state.offer
    return CourseFact(
        offer_id,
        offer.provider,
        offer.module.value,
        offer.municipality,
        offer.starts_on,
        offer.ends_on,
        offer.teaching_units,
    )


HELD = "contact_held"
ATTEMPTED = "contact_attempted"


T = TypeVar("T")
F = TypeVar("F", CaseFact, SpanFact, ParticipationFact, TrainingFact, NeedFact, MeasureFact, ReferralFact)


def _growing(facts: Sequence[T]) -> list[T]:
    """Facts that others may be added to: folded from the log, or taken back to an earlier position of it."""
    assert isinstance(facts, list)  # noqa: S101 # nothing is added to columns
    return facts


def _picked(fact: type[F], rows: Iterable[Any]) -> list[F]:
    return [fact(*(getattr(row, name) for name in fact._fields)) for row in rows]
