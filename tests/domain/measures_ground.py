"""Ground of the tests of hints and gaps: measures of a case written down as events, and a path with other numbers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from domain.ausbildung import AusbildungStarted
from domain.course import CourseAbandoned, CourseFinished, CourseStarted
from domain.participation import AbandonReason, CourseCertificate, MeasureGround
from domain.path import RepetitionRule
from domain.recorded import Event
from domain.seat_request import SeatAccepted, SeatOffered, SeatRequested
from domain.training import AusbildungKind, Chamber, ContractSigned
from domain.values import (
    Answer,
    FundingModule,
    LanguageLevel,
    OfferId,
    OfferKind,
    ParticipationId,
    SchoolLeaving,
)
from tests.domain.ground import TRAINING, CaseFile, after_intake

RULE = RepetitionRule(
    months=24,
    measures=2,
    excused=frozenset(
        {AbandonReason.ILLNESS, AbandonReason.PARENTAL_LEAVE, AbandonReason.CANCELLED_BY_PROVIDER}
    ),
    led_on=frozenset({AbandonReason.WORK_STARTED, AbandonReason.AUSBILDUNG_STARTED}),
    source="test",
)


@dataclass(frozen=True, kw_only=True)
class Lived:
    """A measure as somebody lived it. ``left_on`` None: it runs; ``abandoned`` None: it ended as planned."""

    number: int
    entered_on: date | None
    left_on: date | None = None
    kind: OfferKind | None = OfferKind.LANGUAGE
    level: LanguageLevel | None = LanguageLevel.B1
    certificate: CourseCertificate = CourseCertificate.ATTENDANCE
    level_gained: Answer[LanguageLevel] = None
    school_leaving_gained: Answer[SchoolLeaving] = None
    abandoned: AbandonReason | None = None

    @property
    def id(self) -> ParticipationId:
        """The participation."""
        return seat(self.number)

    def events(self) -> tuple[Event, ...]:
        """What the case has of it."""
        asked_on = self.entered_on or date(2025, 4, 1)
        begun: tuple[Event, ...] = (
            SeatRequested(
                occurred_on=asked_on,
                participation_id=self.id,
                offer_id=OfferId(UUID(int=10_000 + self.number)),
                ground=MeasureGround.ORIENTATION,
                reason="nächster Schritt",
            ),
            SeatOffered(
                occurred_on=asked_on,
                participation_id=self.id,
                module=FundingModule.F4,
                provider="Lernhaus",
                answer_by=asked_on,
                starts_on=asked_on,
                ends_on=date(2030, 1, 1),
                kind=self.kind,
                level=self.level,
            ),
            SeatAccepted(occurred_on=asked_on, participation_id=self.id),
        )
        if self.entered_on is None:
            return begun
        entered = CourseStarted(occurred_on=self.entered_on, participation_id=self.id)
        if self.left_on is None:
            return (*begun, entered)
        left: Event = CourseFinished(
            occurred_on=self.left_on,
            participation_id=self.id,
            certificate=self.certificate,
            level_gained=self.level_gained,
            school_leaving_gained=self.school_leaving_gained,
        )
        if self.abandoned is not None:
            left = CourseAbandoned(
                occurred_on=self.left_on, participation_id=self.id, ground=self.abandoned, reason="besprochen"
            )
        return (*begun, entered, left)


def seat(number: int) -> ParticipationId:
    """A participation by its number."""
    return ParticipationId(UUID(int=1_000 + number))


def case_with(measures: Iterable[Lived], today: date = date(2029, 12, 28)) -> CaseFile:
    """A case after its intake that has lived through ``measures``."""
    file = after_intake(today)
    for measure in measures:
        file.given(*measure.events())
    return file


def training_begun(on: date) -> tuple[Event, ...]:
    """A contract, and an Ausbildung that began on ``on``."""
    return (
        ContractSigned(
            occurred_on=on,
            ausbildung_id=TRAINING,
            employer="Malerbetrieb",
            occupation="33212",
            kind=AusbildungKind.DUAL,
            chamber=Chamber.HWK,
            starts_on=on,
            ends_on=date(2031, 7, 31),
            probation_months=4,
            probation_ends_on=None,
            probation_line="",
            calendar_version="",
        ),
        AusbildungStarted(
            occurred_on=on,
            ausbildung_id=TRAINING,
            probation_ends_on=None,
            probation_line="",
            calendar_version="",
        ),
    )
