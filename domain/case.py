"""The case: what may be done with it now, what that makes of it, and why not."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any, TypeAlias, assert_never, get_args

from domain import (
    ausbildung,
    authority,
    coaching,
    course,
    eligibility,
    followup,
    hold,
    intake,
    legal_facts,
    reminders,
    repetition_answer,
    unmet_need,
)
from domain.ausbildung import AusbildungCommand, SignContract, StartAusbildung
from domain.authority import AuthorityCommand
from domain.case_corrections import decide_correction
from domain.case_fold import CaseEvent, effective, evolve, fold
from domain.case_moves import enter_refusal, wake
from domain.case_state import CaseState
from domain.changes import (
    AddNote,
    CaseHandedOver,
    ChangeCommand,
    ChangeContactWays,
    ChangeLegalRegime,
    ChangeMunicipality,
    ChangeResidenceStatus,
    ContactWaysChanged,
    HandOverCase,
    LegalRegimeChanged,
    MunicipalityChanged,
    NoteAdded,
    ResidenceStatusChanged,
)
from domain.closing import CaseClosed, CaseReopened, CloseCase, ClosingCommand, ReopenCase
from domain.coaching import AssignCoach, CoachingCommand, CoachingEnd, CoachingEnded
from domain.corrections import CorrectEntry
from domain.course import CourseCommand, RequestSeat, SeatAccepted, StartCourse
from domain.decision import Decision, Terms
from domain.eligibility import DecideEligibility, Proposal
from domain.eligible import rechecks
from domain.eligible.judging import judge, rules_of, used_rules
from domain.eligible.recording import EligibilityRecordCommand
from domain.eligible.rule import subject_of
from domain.followup import FollowUpCommand
from domain.hold import HoldCommand
from domain.intake import IntakeCommand, IntakeDeclined, OpenCase
from domain.legal_facts import LegalFactCommand
from domain.path import StageKind
from domain.periods import InvalidPeriod, check_date
from domain.recorded import Event, Recorded
from domain.refusals import Refusal
from domain.reminders import ConfirmDelivery, GiveUpDelivery, ReminderCommand, Wake
from domain.repeating import already_so
from domain.repetition_answer import AnswerRepetitionHint
from domain.restating import restated
from domain.unmet_need import NeedCommand

__all__ = [
    "CASE_COMMANDS",
    "CaseCommand",
    "CaseEvent",
    "CaseState",
    "decide",
    "decide_on_history",
    "effective",
    "evolve",
    "fold",
]

CaseCommand: TypeAlias = (
    IntakeCommand
    | DecideEligibility
    | CoachingCommand
    | CourseCommand
    | AusbildungCommand
    | FollowUpCommand
    | HoldCommand
    | ChangeCommand
    | ClosingCommand
    | LegalFactCommand
    | AuthorityCommand
    | EligibilityRecordCommand
    | CorrectEntry
    | ReminderCommand
    | AnswerRepetitionHint
    | NeedCommand
)
CASE_COMMANDS: tuple[type[Any], ...] = get_args(CaseCommand)

_INTAKE_COMMANDS = get_args(IntakeCommand)
_COACHING_COMMANDS = get_args(CoachingCommand)
_COURSE_COMMANDS = get_args(CourseCommand)
_AUSBILDUNG_COMMANDS = get_args(AusbildungCommand)
_FOLLOW_UP_COMMANDS = get_args(FollowUpCommand)
_HOLD_COMMANDS = get_args(HoldCommand)
_CHANGE_COMMANDS = get_args(ChangeCommand)
_LEGAL_FACT_COMMANDS = get_args(LegalFactCommand)
_AUTHORITY_COMMANDS = get_args(AuthorityCommand)
_ELIGIBILITY_RECORD_COMMANDS = get_args(EligibilityRecordCommand)
_NEED_COMMANDS = get_args(NeedCommand)

_POSSIBLE_WHEN_CLOSED = (*_FOLLOW_UP_COMMANDS, ReopenCase, AddNote, intake.WithdrawConsent)

# -------------------------------------------------------------------- decide


def decide(command: CaseCommand, case: CaseState | None, terms: Terms) -> Decision:
    """What ``command`` makes of the case, or why not. Total: every command gets an answer.

    CorrectEntry needs the history and is decided by ``decide_on_history``.
    """
    try:
        return _decide(command, case, terms)
    except InvalidPeriod as impossible:
        return impossible.refusal


def _decide(command: CaseCommand, case: CaseState | None, terms: Terms) -> Decision:
    check_date(command.occurred_on)
    if command.occurred_on > terms.today:
        return Refusal(
            "case.in_the_future",
            "Das Datum liegt in der Zukunft; erfasst wird, was geschehen ist.",
            "The date lies in the future; only what has happened is recorded.",
        )
    if case is None:
        if isinstance(command, OpenCase):
            return intake.open_case(command, terms)
        return Refusal("case.unknown", "Diesen Fall gibt es nicht.", "There is no such case.")
    match command:
        case Wake():
            return wake(case, terms)
        case ConfirmDelivery() | GiveUpDelivery():
            return _settle_delivery(command, case)
        case CorrectEntry():
            return Refusal(
                "correction.needs_history",
                "Eine Berichtigung braucht die Vorgeschichte des Falls.",
                "A correction needs the history of the case.",
            )
        case _:
            return _decide_by_person(command, case, terms)


_ByPerson: TypeAlias = (
    IntakeCommand
    | DecideEligibility
    | CoachingCommand
    | CourseCommand
    | AusbildungCommand
    | FollowUpCommand
    | HoldCommand
    | ChangeCommand
    | ClosingCommand
    | LegalFactCommand
    | AuthorityCommand
    | AnswerRepetitionHint
    | EligibilityRecordCommand
    | NeedCommand
)


def _decide_by_person(command: _ByPerson, case: CaseState, terms: Terms) -> Decision:
    if command.occurred_on < case.intake.opened_on:
        return Refusal(
            "case.before_first_contact",
            f"Das Datum liegt vor dem Erstkontakt am {case.intake.opened_on:%d.%m.%Y}.",
            f"The date lies before the first contact on {case.intake.opened_on:%Y-%m-%d}.",
        )
    if not case.open and not isinstance(command, (*_POSSIBLE_WHEN_CLOSED, CloseCase, OpenCase)):
        return Refusal(
            "case.closed",
            "Der Fall ist abgeschlossen; zum Weiterarbeiten bitte wieder aufnehmen.",
            "The case is closed; reopen it to go on.",
        )
    if refusal := _stage_refusal(command, case, terms):
        return refusal
    match command:
        case CloseCase():
            return _needs_ended(_close(command, case), case)
        case ReopenCase():
            return _reopen(command, case)
        case _:
            return _decide_in_stage(command, case, terms)


def _decide_in_stage(
    command: IntakeCommand
    | DecideEligibility
    | CoachingCommand
    | CourseCommand
    | AusbildungCommand
    | FollowUpCommand
    | HoldCommand
    | ChangeCommand
    | LegalFactCommand
    | AuthorityCommand
    | AnswerRepetitionHint
    | EligibilityRecordCommand
    | NeedCommand,
    case: CaseState,
    terms: Terms,
) -> Decision:
    if isinstance(command, _INTAKE_COMMANDS):
        return _needs_ended(intake.decide(command, case.intake), case)
    if isinstance(command, DecideEligibility):
        return eligibility.decide(command, case.intake.birth_date, terms, _proposal(command, case, terms))
    if isinstance(command, _COACHING_COMMANDS):
        return coaching.decide(command, case.coaching)
    if isinstance(command, _COURSE_COMMANDS):
        return _needs_met(course.decide(command, case.course), case)
    if isinstance(command, _AUSBILDUNG_COMMANDS):
        return ausbildung.decide(command, case.ausbildung, terms)
    if isinstance(command, _FOLLOW_UP_COMMANDS):
        return followup.decide(command, case.follow_up, case.closing.closed_on if case.closing else None)
    if isinstance(command, _HOLD_COMMANDS):
        return hold.decide(command, case.hold)
    if isinstance(command, _LEGAL_FACT_COMMANDS):
        return legal_facts.decide(command, case.legal, case.intake.birth_date, case.ausbildung)
    if isinstance(command, _AUTHORITY_COMMANDS):
        return authority.decide(command, case.authority, terms)
    if isinstance(command, AnswerRepetitionHint):
        return repetition_answer.decide(command, case.course, case.ausbildung, case.repetition_answers, terms)
    if isinstance(command, _ELIGIBILITY_RECORD_COMMANDS):
        return rechecks.decide(command, case, terms)
    if isinstance(command, _NEED_COMMANDS):
        return unmet_need.decide(command, case.unmet_needs)
    assert isinstance(command, _CHANGE_COMMANDS)  # noqa: S101 # the union is exhausted above
    return _change(command, case)


def _proposal(command: DecideEligibility, case: CaseState, terms: Terms) -> Proposal:
    """What the rules say to the person who decides."""
    judged = judge(case, subject_of(command.module), command.occurred_on, rules_of(terms.path, terms.law))
    return Proposal(verdict=judged.verdict, rules_used=used_rules(judged))


def _stage_refusal(command: Any, case: CaseState, terms: Terms) -> Refusal | None:
    """Whether the path lets the stage be entered that ``command`` begins."""
    on = command.occurred_on
    match command:
        case AssignCoach() if case.coaching.running_since is None:
            return enter_refusal(StageKind.COACHING, case, terms.path, on)
        case RequestSeat() if case.course.find(command.participation_id) is None:
            return enter_refusal(StageKind.COURSE, case, terms.path, on)
        case StartCourse() | SignContract() | StartAusbildung():
            stage = StageKind.COURSE if isinstance(command, StartCourse) else StageKind.AUSBILDUNG
            return enter_refusal(stage, case, terms.path, on)
        case _:
            return None


def _needs_met(decision: Decision, case: CaseState) -> Decision:
    """With the ends of the unmet needs that an accepted seat meets."""
    if isinstance(decision, Refusal):
        return decision
    met = (
        unmet_need.settled_by_seat(case.unmet_needs, seat, event.occurred_on)
        for event in decision
        if isinstance(event, SeatAccepted) and (seat := case.course.find(event.participation_id))
    )
    return (*decision, *chain.from_iterable(met))


def _needs_ended(decision: Decision, case: CaseState) -> Decision:
    """With the ends of all unmet needs before the end of the case."""
    if isinstance(decision, Refusal):
        return decision
    ended = (
        unmet_need.settled_by_end(case.unmet_needs, event.occurred_on)
        for event in decision
        if isinstance(event, CaseClosed | IntakeDeclined)
    )
    return (*chain.from_iterable(ended), *decision)


def _change(command: ChangeCommand, case: CaseState) -> Decision:
    on = command.occurred_on
    match command:
        case ChangeResidenceStatus():
            if command.residence == case.residence:
                return ()
            if refusal := intake.validity_refusal(command.residence):
                return refusal
            return (ResidenceStatusChanged(occurred_on=on, residence=command.residence),)
        case ChangeLegalRegime():
            if command.regime is case.legal_regime:
                return ()
            return (LegalRegimeChanged(occurred_on=on, regime=command.regime),)
        case ChangeMunicipality():
            if refusal := intake.ags_refusal(command.municipality):
                return refusal
            if command.municipality == case.municipality:
                return ()
            return (MunicipalityChanged(occurred_on=on, municipality=command.municipality),)
        case HandOverCase():
            if command.caseworker == case.caseworker:
                return ()
            return (CaseHandedOver(occurred_on=on, caseworker=command.caseworker, reason=command.reason),)
        case ChangeContactWays():
            if command.contact_ways == case.intake.contact_ways:
                return ()
            return (ContactWaysChanged(occurred_on=on, contact_ways=command.contact_ways),)
        case AddNote():
            if not command.text.strip():
                return Refusal("note.empty", "Die Notiz ist leer.", "The note is empty.")
            return (NoteAdded(occurred_on=on, text=command.text, confidential=command.confidential),)
        case _:
            assert_never(command)


def _close(command: CloseCase, case: CaseState) -> Decision:
    if case.closing is not None:
        same = (command.exit_reason, command.destination) == (
            case.closing.exit_reason,
            case.closing.destination,
        )
        if same:
            return ()
    if not case.open:
        return Refusal("case.closed", "Der Fall ist schon abgeschlossen.", "The case is closed already.")
    if case.course.open:
        return Refusal(
            "case.participation_open",
            "Eine Teilnahme oder Anfrage ist noch offen; bitte zuerst beenden oder zurücknehmen.",
            "A participation or request is still open; end it or take it back first.",
        )
    latest = max((s.to_on or s.from_on for s in case.stages), default=case.intake.opened_on)
    if command.occurred_on < latest:
        return Refusal(
            "case.closed_before_last_step",
            f"Der Austritt liegt vor dem letzten Schritt am {latest:%d.%m.%Y}.",
            f"The exit lies before the last step on {latest:%Y-%m-%d}.",
        )
    if not command.reason.strip():
        return Refusal(
            "case.reason_missing", "Der Abschluss braucht eine Begründung.", "Closing needs a reason."
        )
    closed = CaseClosed(
        occurred_on=command.occurred_on,
        exit_reason=command.exit_reason,
        destination=command.destination,
        reason=command.reason,
    )
    before: list[Event] = []
    if case.coaching.running_since is not None:
        before.append(
            CoachingEnded(occurred_on=command.occurred_on, ground=CoachingEnd.CASE_CLOSED, reason="")
        )
    if case.hold.held_on is not None:
        before.append(hold.resumed(case.hold, max(command.occurred_on, case.hold.held_on), by_itself=False))
    return (*before, closed)


def _reopen(command: ReopenCase, case: CaseState) -> Decision:
    if case.open:
        return ()
    ended_on = case.closing.closed_on if case.closing else case.intake.declined_on
    if ended_on and command.occurred_on < ended_on:
        return Refusal(
            "case.reopened_before_closing",
            "Die Wiederaufnahme liegt vor dem Abschluss.",
            "The case is reopened before it was closed.",
        )
    if not command.reason.strip():
        return Refusal(
            "case.reason_missing", "Die Wiederaufnahme braucht eine Begründung.", "Reopening needs a reason."
        )
    return (CaseReopened(occurred_on=command.occurred_on, reason=command.reason),)


def _settle_delivery(command: ConfirmDelivery | GiveUpDelivery, case: CaseState) -> Decision:
    if command.reminder_id not in case.reminders.issued:
        return Refusal("reminder.unknown", "Diese Erinnerung gibt es nicht.", "There is no such reminder.")
    if all(issued.reminder_id != command.reminder_id for issued in case.reminders.undelivered):
        return ()
    if isinstance(command, ConfirmDelivery):
        return (
            reminders.ReminderDelivered(
                occurred_on=command.occurred_on, reminder_id=command.reminder_id, sent_to=command.sent_to
            ),
        )
    return (
        reminders.ReminderUndeliverable(
            occurred_on=command.occurred_on, reminder_id=command.reminder_id, ground=command.ground
        ),
    )


def decide_on_history(command: CaseCommand, history: Sequence[Recorded[Any]], terms: Terms) -> Decision:
    """``decide`` on the folded history; corrections are decided here too, and what is already so records nothing."""
    case = fold(history)
    if isinstance(command, CorrectEntry) and case is not None:
        try:
            decision = decide_correction(command, history, terms)
        except InvalidPeriod as impossible:
            return impossible.refusal
        if isinstance(decision, Refusal) or not decision:
            return decision
        return _restated_refusal(command, history, terms) or decision
    decision = decide(command, case, terms)
    if (
        not isinstance(decision, Refusal)
        and len(decision) == 1
        and already_so(decision[0], effective(history))
    ):
        return ()
    return decision


def _restated_refusal(
    command: CorrectEntry, history: Sequence[Recorded[Any]], terms: Terms
) -> Refusal | None:
    """Why the replacement could not have been recorded in the first place; None when it could.

    It is decided again on the case before the entry. What stood in the way of the wrong entry too is no matter here.
    """
    entry = next(e for e in history if e.version == command.version)
    right = restated(command.replacement) if command.replacement is not None else None
    wrong = restated(entry.event)
    if right is None or wrong is None:
        return None
    before = fold([e for e in effective(history) if e.version < command.version])
    refusal = decide(right, before, terms)
    if not isinstance(refusal, Refusal):
        return None
    as_recorded = decide(wrong, before, terms)
    known = isinstance(as_recorded, Refusal) and as_recorded.rule_id == refusal.rule_id
    return None if known else refusal
