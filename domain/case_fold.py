"""Folding a case: one event after the other into one state; corrections reach back to the entry they name."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import fields
from datetime import date
from operator import attrgetter
from typing import Any, Final, TypeAlias, assert_never, get_args

from domain import (
    ausbildung,
    authority,
    coaching,
    course,
    followup,
    hold,
    intake,
    legal_facts,
    reminders,
    repetition_answer,
    unmet_need,
)
from domain.attendance import AttendanceRecorded
from domain.ausbildung import (
    AusbildungBrokenOff,
    AusbildungCompleted,
    AusbildungEvent,
    AusbildungStarted,
    AusbildungState,
)
from domain.authority import AuthorityEvent, AuthorityState
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
from domain.characteristics import Spell
from domain.closing import CaseClosed, Closing, ClosingEvent, Reopening
from domain.coaching import CoachAssigned, CoachingEnded, CoachingEvent
from domain.contact import ContactAttempted, ContactHeld
from domain.corrections import EntryCorrected
from domain.course import CourseAbandoned, CourseEvent, CourseFinished, CourseStarted
from domain.eligible import recording
from domain.eligible.recording import EligibilityRecordEvent, EligibilityRecords
from domain.followup import FollowUpEvent, FollowUpState
from domain.gathered_entries import GathersEntries
from domain.hold import HoldEvent, HoldState
from domain.intake import CaseOpened, IntakeDeclined, IntakeEvent, IntakeState, PlanAgreed, Residence
from domain.legal_facts import LegalFactEvent, LegalFacts
from domain.path import StageKind
from domain.recorded import Recorded
from domain.reminders import ReminderEvent, RemindersState
from domain.repetition import RepetitionAnswer
from domain.repetition_answer import RepetitionHintAnswered
from domain.replacing import replace
from domain.residence_history import ResidenceSpell
from domain.unmet_need import NeedEvent, UnmetNeed
from domain.values import Ags, LegalRegime, ParticipantId, StaffId

CaseEvent: TypeAlias = (
    IntakeEvent
    | CoachingEvent
    | CourseEvent
    | AusbildungEvent
    | FollowUpEvent
    | HoldEvent
    | ChangeEvent
    | ClosingEvent
    | LegalFactEvent
    | AuthorityEvent
    | EligibilityRecordEvent
    | EntryCorrected
    | ReminderEvent
    | RepetitionHintAnswered
    | NeedEvent
)

CASE_EVENTS: tuple[type[Any], ...] = get_args(CaseEvent)


def evolve(case: CaseState | None, event: CaseEvent, version: int) -> CaseState:
    """The case after one more event; ``version`` is the event's place in the stream.

    EntryCorrected counts itself only: what it changes reaches back, so histories are folded with ``fold``.
    """
    draft = _Draft(case)
    draft.apply(event, version)
    return draft.finished()


def fold_further(case: CaseState, entries: Iterable[Recorded[Any]]) -> CaseState:
    """The case after further ``entries``, none of them a correction: those reach back and need ``fold``."""
    draft = _Draft(case)
    for entry in entries:
        draft.apply(entry.event, entry.version)
    return draft.finished()


class _Draft(GathersEntries):
    """A case while it is being folded: the fields of CaseState, but to be changed in place.

    Folding a history makes one CaseState at its end and not one per event, which halves the time
    (docs/decisions/0011-projections-are-functions-of-one-stream.md).
    """

    __slots__ = (
        *(field.name for field in fields(CaseState) if field.name not in ("coaching", "course")),
        "before",
        "begun",
    )

    before: CaseState | None
    begun: bool
    version: int
    participant_id: ParticipantId
    path_id: str
    path_version: int
    municipality: Ags
    caseworker: StaffId
    residence: Residence
    residence_version: int
    residence_history: tuple[ResidenceSpell, ...]
    legal: LegalFacts
    authority: AuthorityState
    legal_regime: LegalRegime
    regime_history: tuple[Spell, ...]
    eligibility: EligibilityRecords
    synthetic: bool
    intake: IntakeState
    ausbildung: AusbildungState
    follow_up: FollowUpState
    hold: HoldState
    reminders: RemindersState
    repetition_answers: tuple[RepetitionAnswer, ...]
    unmet_needs: tuple[UnmetNeed, ...]
    stages: tuple[StageInterval, ...]
    closing: Closing | None
    reopened: Reopening | None
    notes: int
    corrections: int
    municipality_version: int
    municipality_before: Ags | None
    municipality_before_version: int

    def __init__(self, case: CaseState | None) -> None:
        super().__init__()
        self.before = case
        self.begun = case is not None
        if case is not None:
            self._take(case)

    def _take(self, case: CaseState) -> None:
        for name, value in zip(_FIELDS, _ALL_FIELDS(case), strict=True):
            setattr(self, name, value)

    def finished(self) -> CaseState:
        """The case as a value."""
        now = _ALL_FIELDS(self)
        if self.before is None:
            return CaseState(**dict(zip(_FIELDS, now, strict=True)))
        then = _ALL_FIELDS(self.before)
        changes = {name: new for name, new, old in zip(_FIELDS, now, then, strict=True) if new is not old}
        return replace(self.before, **changes)

    def apply(self, event: CaseEvent, version: int) -> None:
        """Take in one more event."""
        if not self.begun:
            if not isinstance(event, CaseOpened):
                raise ValueError(f"entry {version}: the first event of a case is CaseOpened")
            self.begun = True
        _APPLY[type(event)](self, event, version)
        self.version = version


_FIELDS: Final = tuple(field.name for field in fields(CaseState))
_ALL_FIELDS: Final = attrgetter(*_FIELDS)


def _opened(draft: _Draft, event: CaseOpened, version: int) -> None:
    draft._take(
        CaseState(
            version=version,
            participant_id=event.participant_id,
            path_id=event.path,
            path_version=event.path_version,
            municipality=event.municipality,
            caseworker=event.caseworker,
            residence=event.residence,
            residence_version=version,
            residence_history=(
                ResidenceSpell(
                    residence=event.residence,
                    from_on=event.residence.valid_from,
                    version=version,
                    recorded_on=event.occurred_on,
                ),
            ),
            legal_regime=event.legal_regime,
            regime_history=(Spell(event.legal_regime.value, event.occurred_on, event.occurred_on, version),),
            synthetic=event.synthetic,
            intake=intake.opened(event),
            stages=(StageInterval(stage=StageKind.INTAKE, from_on=event.occurred_on, from_version=version),),
        )
    )


def _ended(
    stages: tuple[StageInterval, ...], kind: StageKind, on: date, version: int, reference: str = ""
) -> tuple[StageInterval, ...]:
    """``stages`` with the running interval of ``kind`` ended; never before its own start."""
    return tuple(
        replace(stage, to_on=max(on, stage.from_on), to_version=version)
        if stage.stage is kind and stage.to_on is None and stage.reference == reference
        else stage
        for stage in stages
    )


def _begun(
    stages: tuple[StageInterval, ...], kind: StageKind, on: date, version: int, reference: str = ""
) -> tuple[StageInterval, ...]:
    for place, stage in enumerate(stages):
        if stage.stage is kind and stage.to_on is None and stage.reference == reference:
            if stage.again_on is not None:
                return stages
            again = replace(stage, again_on=on, again_version=version)
            return (*stages[:place], again, *stages[place + 1 :])
    begun = StageInterval(stage=kind, from_on=on, reference=reference, from_version=version)
    return (*stages, begun)


def _intake(draft: _Draft, event: IntakeEvent, version: int) -> None:
    draft.intake = intake.evolve(draft.intake, event, version)


def _intake_ended(draft: _Draft, event: PlanAgreed | IntakeDeclined, version: int) -> None:
    draft.intake = intake.evolve(draft.intake, event, version)
    draft.stages = _ended(draft.stages, StageKind.INTAKE, event.occurred_on, version)


def _coaching(draft: _Draft, event: CoachingEvent, version: int) -> None:
    draft.coaching = coaching.evolve(draft.coaching, event, version)


def _coaching_span(draft: _Draft, event: CoachAssigned | CoachingEnded, version: int) -> None:
    draft.coaching = coaching.evolve(draft.coaching, event, version)
    move = _begun if isinstance(event, CoachAssigned) else _ended
    draft.stages = move(draft.stages, StageKind.COACHING, event.occurred_on, version)


def _course(draft: _Draft, event: CourseEvent, version: int) -> None:
    draft.course = course.evolve(draft.course, event, version)


def _course_span(
    draft: _Draft, event: CourseStarted | CourseFinished | CourseAbandoned, version: int
) -> None:
    draft.course = course.evolve(draft.course, event, version)
    reference = str(event.participation_id)
    if isinstance(event, CourseStarted):
        stages = _ended(draft.stages, StageKind.INTAKE, event.occurred_on, version)
        draft.stages = _begun(stages, StageKind.COURSE, event.occurred_on, version, reference)
    else:
        draft.stages = _ended(draft.stages, StageKind.COURSE, event.occurred_on, version, reference)


def _ausbildung(draft: _Draft, event: AusbildungEvent, version: int) -> None:
    draft.ausbildung = ausbildung.evolve(draft.ausbildung, event, version)


def _ausbildung_span(
    draft: _Draft, event: AusbildungStarted | AusbildungBrokenOff | AusbildungCompleted, version: int
) -> None:
    draft.ausbildung = ausbildung.evolve(draft.ausbildung, event, version)
    reference = str(event.ausbildung_id)
    if isinstance(event, AusbildungStarted):
        stages = _ended(draft.stages, StageKind.INTAKE, event.occurred_on, version)
        draft.stages = _begun(stages, StageKind.AUSBILDUNG, event.occurred_on, version, reference)
    else:
        draft.stages = _ended(draft.stages, StageKind.AUSBILDUNG, event.occurred_on, version, reference)


def _follow_up(draft: _Draft, event: FollowUpEvent, version: int) -> None:
    draft.follow_up = followup.evolve(draft.follow_up, event, version)
    if not isinstance(event, followup.FollowUpAttempted):
        draft.stages = _ended(draft.stages, StageKind.FOLLOW_UP, event.occurred_on, version)


def _hold(draft: _Draft, event: HoldEvent, version: int) -> None:
    draft.hold = hold.evolve(draft.hold, event, version)


def _reminded(draft: _Draft, event: ReminderEvent, version: int) -> None:
    draft.reminders = reminders.evolve(draft.reminders, event)


def _closing(draft: _Draft, event: ClosingEvent, version: int) -> None:
    if isinstance(event, CaseClosed):
        stages = _ended(draft.stages, StageKind.INTAKE, event.occurred_on, version)
        draft.stages = _begun(stages, StageKind.FOLLOW_UP, event.occurred_on, version)
        draft.follow_up = FollowUpState()
        draft.closing = Closing(
            closed_on=event.occurred_on,
            exit_reason=event.exit_reason,
            destination=event.destination,
            version=version,
        )
    else:
        draft.closing = None
        draft.reopened = Reopening(reopened_on=event.occurred_on, version=version)
        draft.intake = replace(draft.intake, declined_on=None)
        draft.stages = _ended(draft.stages, StageKind.FOLLOW_UP, event.occurred_on, version)


def _corrected(draft: _Draft, event: EntryCorrected, version: int) -> None:
    draft.corrections += 1


def _changed(draft: _Draft, event: ChangeEvent, version: int) -> None:
    match event:
        case ResidenceStatusChanged():
            draft.residence = event.residence
            draft.residence_version = version
            spell = ResidenceSpell(
                residence=event.residence,
                from_on=event.residence.valid_from or event.occurred_on,
                version=version,
                recorded_on=event.occurred_on,
            )
            draft.residence_history = (*draft.residence_history, spell)
        case LegalRegimeChanged():
            draft.legal_regime = event.regime
            changed = Spell(event.regime.value, event.occurred_on, event.occurred_on, version)
            draft.regime_history = (*draft.regime_history, changed)
        case MunicipalityChanged():
            if event.municipality != draft.municipality:
                draft.municipality_before = draft.municipality
                draft.municipality_before_version = draft.municipality_version
                draft.municipality = event.municipality
                draft.municipality_version = version
        case CaseHandedOver():
            draft.caseworker = event.caseworker
        case ContactWaysChanged():
            draft.intake = replace(draft.intake, contact_ways=event.contact_ways)
        case NoteAdded():
            draft.notes += 1
        case _:
            assert_never(event)


def _legal_fact(draft: _Draft, event: LegalFactEvent, version: int) -> None:
    draft.legal = legal_facts.evolve(draft.legal, event, version)


def _authority(draft: _Draft, event: AuthorityEvent, version: int) -> None:
    draft.authority = authority.evolve(draft.authority, event, version)


def _hint_answered(draft: _Draft, event: RepetitionHintAnswered, version: int) -> None:
    draft.repetition_answers = repetition_answer.evolve(draft.repetition_answers, event, version)


def _eligibility(draft: _Draft, event: EligibilityRecordEvent, version: int) -> None:
    draft.eligibility = recording.evolve(draft.eligibility, event, version)


def _need(draft: _Draft, event: NeedEvent, version: int) -> None:
    draft.unmet_needs = unmet_need.evolve(draft.unmet_needs, event, version)


def _by_class(groups: dict[_Apply, tuple[type[Any], ...]]) -> dict[type[Any], _Apply]:
    table = {cls: apply for apply, classes in groups.items() for cls in classes}
    if set(table) != set(CASE_EVENTS):
        raise TypeError(f"not folded, or no event of a case: {set(table) ^ set(CASE_EVENTS)}")
    return table


_Apply: TypeAlias = Callable[[_Draft, Any, int], None]

_APART: dict[_Apply, tuple[type[Any], ...]] = {
    _opened: (CaseOpened,),
    _intake_ended: (PlanAgreed, IntakeDeclined),
    _coaching_span: (CoachAssigned, CoachingEnded),
    _course_span: (CourseStarted, CourseFinished, CourseAbandoned),
    _ausbildung_span: (AusbildungStarted, AusbildungBrokenOff, AusbildungCompleted),
    _Draft.met: (ContactHeld, ContactAttempted),
    _Draft.attended: (AttendanceRecorded,),
}
_SINGLED_OUT: Final = frozenset(cls for classes in _APART.values() for cls in classes)


def _others(union: Any) -> tuple[type[Any], ...]:
    return tuple(cls for cls in get_args(union) if cls not in _SINGLED_OUT)


_APPLY: Final = _by_class(
    {
        **_APART,
        _intake: _others(IntakeEvent),
        _coaching: _others(CoachingEvent),
        _course: _others(CourseEvent),
        _ausbildung: _others(AusbildungEvent),
        _follow_up: get_args(FollowUpEvent),
        _hold: get_args(HoldEvent),
        _reminded: get_args(ReminderEvent),
        _closing: get_args(ClosingEvent),
        _changed: get_args(ChangeEvent),
        _legal_fact: get_args(LegalFactEvent),
        _authority: get_args(AuthorityEvent),
        _eligibility: get_args(EligibilityRecordEvent),
        _corrected: (EntryCorrected,),
        _hint_answered: (RepetitionHintAnswered,),
        _need: get_args(NeedEvent),
    }
)
"""Every event of a case and what takes it in; checked when this module is loaded."""


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
    draft = _Draft(None)
    for entry in effective(history):
        event = entry.event
        if as_of is not None and event.occurred_on > as_of and not isinstance(event, EntryCorrected):
            continue
        if as_of is not None and not draft.begun and not isinstance(event, CaseOpened):
            continue  # the case had not begun by that day, by what is known now of its opening
        draft.apply(event, entry.version)
    return draft.finished() if draft.begun else None
