"""Ground of the domain tests: fixed ids and days, and a case that is given commands one after the other."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from adapters.holiday_calendar import holiday_calendar
from adapters.law_files import load_law
from domain.agenda import Due, agenda
from domain.ausbildung import AusbildungKind, Chamber, SignContract, StartAusbildung
from domain.case import CaseState, decide_on_history, fold
from domain.closing import CloseCase
from domain.coaching import AssignCoach
from domain.course import AcceptSeat, MeasureGround, RecordSeatOffer, RequestSeat, StartCourse
from domain.decision import Terms
from domain.intake import (
    AgreePlan,
    ConsentForm,
    ConsentPurpose,
    DecideEligibility,
    EligibilityReason,
    EligibilityResult,
    FieldOfAction,
    GiveConsent,
    GiveInformationNotice,
    Goal,
    GoalKind,
    Need,
    OpenCase,
    PersonName,
    RecordAssessment,
    Residence,
)
from domain.path import PathDefinition, parse_path
from domain.recorded import Event, Recorded
from domain.refusals import Refusal
from domain.values import (
    Ags,
    Destination,
    ExitReason,
    FundingModule,
    Gender,
    OfferId,
    ParticipantId,
    ParticipationId,
    ResidenceStatus,
    StaffId,
)

PATH_FILE = Path(__file__).parents[2] / "domain" / "paths" / "durchstarten.toml"
LAW = load_law()
CASE_ID = UUID("00000000-0000-7000-8000-000000000001")
PARTICIPANT = ParticipantId(UUID("00000000-0000-7000-8000-00000000000a"))
OFFER = OfferId(UUID("00000000-0000-7000-8000-0000000000f1"))
SEAT = ParticipationId(UUID("00000000-0000-7000-8000-0000000000c1"))
TRAINING = UUID("00000000-0000-7000-8000-0000000000a1")
CASEWORKER = StaffId("cw-eschweiler-1")
COACH = StaffId("coach-1")
ESCHWEILER = Ags("05334012")
OPENED = date(2025, 3, 3)
LATER = date(2025, 12, 30)


@cache
def durchstarten() -> PathDefinition:
    """The path the tests run on."""
    return parse_path(PATH_FILE.read_text(encoding="utf-8"))


def terms(today: date = LATER, hour: int = 10) -> Terms:
    """Terms of a decision on ``today`` at ``hour`` UTC."""
    return Terms(
        path=durchstarten(),
        calendar=holiday_calendar("NW"),
        law=LAW,
        now=datetime(today.year, today.month, today.day, hour, tzinfo=UTC),
        today=today,
    )


@dataclass
class CaseFile:
    """A case under test: every accepted command adds to its history, a refused one leaves it alone."""

    today: date = LATER
    history: list[Recorded[Any]] = field(default_factory=list)

    def when(self, command: Any, *, on: date | None = None, hour: int = 10) -> tuple[Event, ...] | Refusal:
        """Decide ``command`` on ``on`` (default: the day of the file) and record what came of it."""
        day = on or self.today
        decision = decide_on_history(command, self.history, terms(day, hour))
        if not isinstance(decision, Refusal):
            self.given(*decision, at=datetime(day.year, day.month, day.day, hour, tzinfo=UTC))
        return decision

    def done(self, *commands: Any) -> CaseFile:
        """Give commands that must be accepted."""
        for command in commands:
            decision = self.when(command)
            assert not isinstance(decision, Refusal), decision
        return self

    def given(self, *events: Event, at: datetime | None = None) -> CaseFile:
        """Record events without asking whether they may be."""
        instant = at or datetime(2025, 1, 1, tzinfo=UTC) + timedelta(seconds=len(self.history))
        for event in events:
            version = len(self.history) + 1
            self.history.append(
                Recorded(version, CASE_ID, version, event, instant, "cw", "org", UUID(int=version))
            )
        return self

    @property
    def state(self) -> CaseState:
        """The folded case."""
        state = fold(self.history)
        assert state is not None
        return state

    def agenda(self, today: date | None = None) -> tuple[Due, ...]:
        """The agenda on ``today``."""
        t = terms(today or self.today)
        return agenda(self.state, t.path, t.calendar, t.law)


def open_case(**changes: Any) -> OpenCase:
    """A complete OpenCase with ``changes``."""
    values: dict[str, Any] = {
        "occurred_on": OPENED,
        "participant_id": PARTICIPANT,
        "path": "durchstarten",
        "name": PersonName(family_name="Haidari", given_name="Yusuf"),
        "birth_date": date(2003, 6, 15),
        "municipality": ESCHWEILER,
        "caseworker": CASEWORKER,
        "gender": Gender.MALE,
        "nationalities": ("423",),
        "residence": Residence(
            status=ResidenceStatus.TOLERATION_60A, valid_from=date(2025, 1, 10), valid_until=date(2026, 1, 9)
        ),
    }
    return OpenCase(**(values | changes))


def notice(on: date = OPENED) -> GiveInformationNotice:
    """The information notice handed over."""
    return GiveInformationNotice(occurred_on=on, notice_version="2025-01", language="fa")


def consent(on: date = OPENED, **changes: Any) -> GiveConsent:
    """Consent to case management."""
    values: dict[str, Any] = {
        "occurred_on": on,
        "purpose": ConsentPurpose.CASE_MANAGEMENT,
        "form": ConsentForm.WRITTEN,
        "text_version": "2025-01",
        "language": "fa",
    }
    return GiveConsent(**(values | changes))


def assessment(on: date = OPENED) -> RecordAssessment:
    """A first assessment."""
    return RecordAssessment(occurred_on=on, needs=(Need(field=FieldOfAction.LANGUAGE, priority=1),))


def eligibility(on: date = OPENED, **changes: Any) -> DecideEligibility:
    """Eligible for the programme."""
    values: dict[str, Any] = {
        "occurred_on": on,
        "result": EligibilityResult.ELIGIBLE,
        "ground": EligibilityReason.AGE_AND_STATUS_FIT,
        "reason": "Duldung, 21 Jahre",
        "decided_by": CASEWORKER,
    }
    return DecideEligibility(**(values | changes))


def plan(on: date = OPENED, target_on: date = date(2027, 8, 1)) -> AgreePlan:
    """A plan with one goal."""
    return AgreePlan(
        occurred_on=on,
        goals=(Goal(kind=GoalKind.AUSBILDUNG, target_on=target_on),),
        agreement="Deutsch B1, dann Ausbildung",
    )


def after_intake(today: date = LATER) -> CaseFile:
    """A case whose intake is complete."""
    return CaseFile(today=today).done(open_case(), notice(), consent(), assessment(), eligibility(), plan())


def in_coaching(today: date = LATER) -> CaseFile:
    """A case with a coach."""
    return after_intake(today).done(AssignCoach(occurred_on=date(2025, 3, 10), coach=COACH))


def seat_requested(today: date = LATER) -> CaseFile:
    """A case that asked for a seat."""
    request = RequestSeat(
        occurred_on=date(2025, 4, 1),
        participation_id=SEAT,
        offer_id=OFFER,
        ground=MeasureGround.LANGUAGE_FOR_AUSBILDUNG,
        reason="B1 fehlt für die Ausbildung",
    )
    return in_coaching(today).done(request)


def seat_offer(on: date = date(2025, 4, 2), **changes: Any) -> RecordSeatOffer:
    """The offer holds a seat until 16 April for a course from 5 May to 30 September 2025."""
    values: dict[str, Any] = {
        "occurred_on": on,
        "participation_id": SEAT,
        "module": FundingModule.F4,
        "provider": "VHS Nordkreis",
        "answer_by": date(2025, 4, 16),
        "starts_on": date(2025, 5, 5),
        "ends_on": date(2025, 9, 30),
    }
    return RecordSeatOffer(**(values | changes))


def in_course(today: date = LATER) -> CaseFile:
    """A case in a running course."""
    return seat_requested(today).done(
        seat_offer(),
        AcceptSeat(occurred_on=date(2025, 4, 10), participation_id=SEAT),
        StartCourse(occurred_on=date(2025, 5, 5), participation_id=SEAT),
    )


def rule_of(decision: tuple[Event, ...] | Refusal) -> str:
    """The rule id of a refusal, or an empty text when the command was accepted."""
    return decision.rule_id if isinstance(decision, Refusal) else ""


def only(decision: tuple[Event, ...] | Refusal) -> Any:
    """The one event that a command was answered with."""
    assert not isinstance(decision, Refusal), decision
    [event] = decision
    return event


def in_ausbildung(today: date = LATER, **changes: Any) -> CaseFile:
    """A case in a dual Ausbildung since 1 August 2025 whose probation ends on 30 November 2025."""
    contract = training_contract(**changes)
    return in_coaching(today).done(
        contract, StartAusbildung(occurred_on=contract.starts_on, ausbildung_id=TRAINING)
    )


def training_contract(**changes: Any) -> SignContract:
    """A dual contract from 1 August 2025 for three years."""
    values: dict[str, Any] = {
        "occurred_on": date(2025, 6, 2),
        "ausbildung_id": TRAINING,
        "employer": "Malerbetrieb Kesselgrund",
        "occupation": "33212",
        "kind": AusbildungKind.DUAL,
        "chamber": Chamber.HWK,
        "starts_on": date(2025, 8, 1),
        "ends_on": date(2028, 7, 31),
        "probation_months": 4,
    }
    return SignContract(**(values | changes))


def closing(on: date = date(2025, 10, 1), **changes: Any) -> CloseCase:
    """The end of the accompaniment on 1 October 2025."""
    values: dict[str, Any] = {
        "occurred_on": on,
        "exit_reason": ExitReason.WORK,
        "destination": Destination.EMPLOYMENT,
        "reason": "Arbeitsvertrag unterschrieben",
    }
    return CloseCase(**(values | changes))


def closed(today: date = LATER) -> CaseFile:
    """A case that was closed on 1 October 2025."""
    return in_coaching(today).done(closing())
