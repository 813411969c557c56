"""Folding a case: one event after the other into one state; corrections reach back to the entry they name."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, TypeAlias, assert_never, get_args

from domain import ausbildung, coaching, course, followup, hold, intake, reminders
from domain.ausbildung import AusbildungBrokenOff, AusbildungCompleted, AusbildungEvent, AusbildungStarted
from domain.case_state import CaseState, StageInterval
from domain.changes import (
    CaseHandedOver,
    ChangeEvent,
    ContactWaysChanged,
    LegalRegimeChanged,
    MunicipalityChanged,
    NoteAdded,
    ResidenceStatusChanged,
)
from domain.closing import CaseClosed, CaseReopened, Closing, ClosingEvent
from domain.coaching import CoachAssigned, CoachingEnded, CoachingEvent
from domain.corrections import EntryCorrected
from domain.course import CourseAbandoned, CourseEvent, CourseFinished, CourseStarted, SeatLapsed
from domain.followup import FollowUpEvent, FollowUpState
from domain.hold import HoldEvent
from domain.intake import CaseOpened, IntakeDeclined, IntakeEvent, PlanAgreed
from domain.path import StageKind
from domain.recorded import Recorded
from domain.reminders import ReminderEvent
from domain.replacing import replace

CaseEvent: TypeAlias = (
    IntakeEvent
    | CoachingEvent
    | CourseEvent
    | AusbildungEvent
    | FollowUpEvent
    | HoldEvent
    | ChangeEvent
    | ClosingEvent
    | EntryCorrected
    | ReminderEvent
)

CASE_EVENTS: tuple[type[Any], ...] = get_args(CaseEvent)


def evolve(case: CaseState | None, event: CaseEvent, version: int) -> CaseState:
    """The case after one more event; ``version`` is the event's place in the stream.

    EntryCorrected counts itself only: what it changes reaches back, so histories are folded with ``fold``.
    """
    if case is None:
        if not isinstance(event, CaseOpened):
            raise ValueError(f"entry {version}: the first event of a case is CaseOpened")
        return _opened(event, version)
    match event:
        case (
            intake.InformationNoticeGiven()
            | intake.ConsentGiven()
            | intake.ConsentWithdrawn()
            | intake.AssessmentRecorded()
            | intake.EligibilityDecided()
            | PlanAgreed()
            | IntakeDeclined()
        ):
            return _after_intake(case, event, version)
        case CaseOpened():
            return replace(_opened(event, version), version=version)
        case (
            CoachAssigned()
            | coaching.ContactHeld()
            | coaching.ContactAttempted()
            | coaching.StepAgreed()
            | coaching.StepCompleted()
            | coaching.PromiseMade()
            | coaching.PromiseKept()
            | coaching.PromiseBroken()
            | CoachingEnded()
        ):
            return replace(
                case,
                version=version,
                coaching=coaching.evolve(case.coaching, event, version),
                stages=_stages_after_coaching(case, event),
            )
        case (
            course.SeatRequested()
            | course.SeatOffered()
            | course.SeatWaitlisted()
            | course.SeatRefused()
            | course.SeatAccepted()
            | course.SeatDeclined()
            | SeatLapsed()
            | course.SeatRequestWithdrawn()
            | course.AttendanceRecorded()
        ):
            return replace(case, version=version, course=course.evolve(case.course, event, version))
        case CourseStarted() | CourseFinished() | CourseAbandoned():
            return replace(
                case,
                version=version,
                course=course.evolve(case.course, event, version),
                stages=_stages_after_course(case, event),
            )
        case (
            ausbildung.ApplicationSent()
            | ausbildung.ApplicationAnswered()
            | ausbildung.ContractSigned()
            | ausbildung.ProbationPassed()
        ):
            return replace(
                case, version=version, ausbildung=ausbildung.evolve(case.ausbildung, event, version)
            )
        case AusbildungStarted() | AusbildungBrokenOff() | AusbildungCompleted():
            return replace(
                case,
                version=version,
                ausbildung=ausbildung.evolve(case.ausbildung, event, version),
                stages=_stages_after_ausbildung(case, event),
            )
        case (
            followup.FollowUpAttempted() | followup.FollowUpOutcomeRecorded() | followup.FollowUpNotReached()
        ):
            return _after_follow_up(case, event, version)
        case hold.CaseHeld() | hold.CaseResumed():
            return replace(case, version=version, hold=hold.evolve(case.hold, event, version))
        case reminders.ReminderIssued() | reminders.ReminderDelivered() | reminders.ReminderUndeliverable():
            return replace(case, version=version, reminders=reminders.evolve(case.reminders, event))
        case CaseClosed() | CaseReopened():
            return _after_closing(case, event, version)
        case EntryCorrected():
            return replace(case, version=version, corrections=case.corrections + 1)
        case (
            ResidenceStatusChanged()
            | LegalRegimeChanged()
            | MunicipalityChanged()
            | CaseHandedOver()
            | ContactWaysChanged()
            | NoteAdded()
        ):
            return _after_change(case, event, version)
        case _:
            assert_never(event)


def _opened(event: CaseOpened, version: int) -> CaseState:
    return CaseState(
        version=version,
        participant_id=event.participant_id,
        path_id=event.path,
        path_version=event.path_version,
        municipality=event.municipality,
        caseworker=event.caseworker,
        residence=event.residence,
        residence_version=version,
        legal_regime=event.legal_regime,
        synthetic=event.synthetic,
        intake=intake.opened(event),
        stages=(StageInterval(stage=StageKind.INTAKE, from_on=event.occurred_on),),
    )


def _ended(
    stages: tuple[StageInterval, ...], kind: StageKind, on: date, reference: str = ""
) -> tuple[StageInterval, ...]:
    """``stages`` with the running interval of ``kind`` ended; never before its own start."""
    return tuple(
        replace(stage, to_on=max(on, stage.from_on))
        if stage.stage is kind and stage.to_on is None and stage.reference == reference
        else stage
        for stage in stages
    )


def _begun(
    stages: tuple[StageInterval, ...], kind: StageKind, on: date, reference: str = ""
) -> tuple[StageInterval, ...]:
    if any(s.stage is kind and s.to_on is None and s.reference == reference for s in stages):
        return stages
    return (*stages, StageInterval(stage=kind, from_on=on, reference=reference))


def _after_intake(case: CaseState, event: IntakeEvent, version: int) -> CaseState:
    stages = case.stages
    if isinstance(event, PlanAgreed | IntakeDeclined):
        stages = _ended(stages, StageKind.INTAKE, event.occurred_on)
    return replace(case, version=version, intake=intake.evolve(case.intake, event, version), stages=stages)


def _stages_after_coaching(case: CaseState, event: CoachingEvent) -> tuple[StageInterval, ...]:
    match event:
        case CoachAssigned():
            return _begun(case.stages, StageKind.COACHING, event.occurred_on)
        case CoachingEnded():
            return _ended(case.stages, StageKind.COACHING, event.occurred_on)
        case _:
            return case.stages


def _stages_after_course(
    case: CaseState, event: CourseStarted | CourseFinished | CourseAbandoned
) -> tuple[StageInterval, ...]:
    reference = str(event.participation_id)
    if isinstance(event, CourseStarted):
        stages = _ended(case.stages, StageKind.INTAKE, event.occurred_on)
        return _begun(stages, StageKind.COURSE, event.occurred_on, reference)
    return _ended(case.stages, StageKind.COURSE, event.occurred_on, reference)


def _stages_after_ausbildung(
    case: CaseState, event: AusbildungStarted | AusbildungBrokenOff | AusbildungCompleted
) -> tuple[StageInterval, ...]:
    reference = str(event.ausbildung_id)
    if isinstance(event, AusbildungStarted):
        stages = _ended(case.stages, StageKind.INTAKE, event.occurred_on)
        return _begun(stages, StageKind.AUSBILDUNG, event.occurred_on, reference)
    return _ended(case.stages, StageKind.AUSBILDUNG, event.occurred_on, reference)


def _after_follow_up(case: CaseState, event: FollowUpEvent, version: int) -> CaseState:
    stages = case.stages
    if not isinstance(event, followup.FollowUpAttempted):
        stages = _ended(stages, StageKind.FOLLOW_UP, event.occurred_on)
    return replace(case, version=version, follow_up=followup.evolve(case.follow_up, event), stages=stages)


def _after_closing(case: CaseState, event: ClosingEvent, version: int) -> CaseState:
    if isinstance(event, CaseClosed):
        stages = _ended(case.stages, StageKind.INTAKE, event.occurred_on)
        return replace(
            case,
            version=version,
            closing=Closing(
                closed_on=event.occurred_on,
                exit_reason=event.exit_reason,
                destination=event.destination,
                version=version,
            ),
            follow_up=FollowUpState(),
            stages=_begun(stages, StageKind.FOLLOW_UP, event.occurred_on),
        )
    return replace(
        case,
        version=version,
        closing=None,
        intake=replace(case.intake, declined_on=None),
        stages=_ended(case.stages, StageKind.FOLLOW_UP, event.occurred_on),
    )


def _after_change(case: CaseState, event: ChangeEvent, version: int) -> CaseState:
    match event:
        case ResidenceStatusChanged():
            return replace(case, version=version, residence=event.residence, residence_version=version)
        case LegalRegimeChanged():
            return replace(case, version=version, legal_regime=event.regime)
        case MunicipalityChanged():
            return replace(case, version=version, municipality=event.municipality)
        case CaseHandedOver():
            return replace(case, version=version, caseworker=event.caseworker)
        case ContactWaysChanged():
            return replace(
                case, version=version, intake=replace(case.intake, contact_ways=event.contact_ways)
            )
        case NoteAdded():
            return replace(case, version=version, notes=case.notes + 1)
        case _:
            assert_never(event)


# ---------------------------------------------------------------------- fold


def effective(history: Iterable[Recorded[Any]]) -> Iterable[Recorded[Any]]:
    """``history`` as it counts now: corrected entries replaced, struck-out entries left out."""
    entries = list(history)
    corrections = {e.event.version: e.event for e in entries if isinstance(e.event, EntryCorrected)}
    if not corrections:
        return entries
    return [
        entry if correction is None else entry._replace(event=correction.replacement)
        for entry in entries
        if (correction := corrections.get(entry.version)) is None or correction.replacement is not None
    ]


def fold(history: Iterable[Recorded[Any]], *, as_of: date | None = None) -> CaseState | None:
    """The case after ``history``, corrections applied; with ``as_of`` only what had occurred by that day.

    What was *known* at an instant is a question of which history is handed in.
    """
    case: CaseState | None = None
    for entry in effective(history):
        event = entry.event
        if as_of is not None and event.occurred_on > as_of and not isinstance(event, EntryCorrected):
            continue
        case = evolve(case, event, entry.version)
    return case
