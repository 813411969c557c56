"""Moves of a case: whether the path lets a stage be entered, and what happens by itself when time passes."""

from __future__ import annotations

from datetime import date, timedelta

from domain import hold
from domain.agenda import agenda
from domain.case_fold import evolve
from domain.case_state import CaseState
from domain.course import SeatLapsed, SeatStatus
from domain.decision import Decision, Terms
from domain.eligible.rechecks import rechecks_due
from domain.intake import ConsentPurpose, EligibilityResult
from domain.path import PathDefinition, Requirement, StageKind
from domain.recorded import Event
from domain.refusals import Refusal
from domain.reminders import ReminderIssued
from domain.routing import role_of, route
from domain.waking import reminder_day, reminder_reached


def enter_refusal(stage: StageKind, case: CaseState, path: PathDefinition, on: date) -> Refusal | None:
    """Why the path does not let ``stage`` be entered on ``on``, or None."""
    definition = path.stages.get(stage)
    if definition is None:
        return Refusal(
            f"path.{stage.value}_not_in_path",
            "Diesen Abschnitt hat der Weg des Falls nicht.",
            "The path of this case has no such stage.",
        )
    if not definition.after & case.reached_stages:
        return Refusal(
            f"path.{stage.value}_too_early",
            f"Für „{definition.title.de}“ ist noch kein vorheriger Abschnitt erreicht.",
            f'No earlier stage has been reached for "{definition.title.en}".',
        )
    blocking = [
        running.stage
        for running in case.running_stages
        if running.stage not in definition.alongside and running.stage is not stage
    ]
    if blocking:
        other = path.stages[blocking[0]].title
        return Refusal(
            f"path.{stage.value}_not_alongside_{blocking[0].value}",
            f"„{definition.title.de}“ geht nicht neben „{other.de}“.",
            f'"{definition.title.en}" cannot run alongside "{other.en}".',
        )
    missing = next((r for r in definition.requires if not _fulfilled(r, case, on)), None)
    return _missing(missing) if missing else None


def _fulfilled(requirement: Requirement, case: CaseState, on: date) -> bool:
    intake = case.intake
    match requirement:
        case Requirement.INFORMATION_NOTICE:
            return intake.notice_given_on is not None
        case Requirement.CONSENT_CASE_MANAGEMENT:
            consent = intake.consent(ConsentPurpose.CASE_MANAGEMENT)
            return consent is not None and consent.in_force(on)
        case Requirement.ASSESSMENT:
            return intake.assessed_on is not None
        case Requirement.ELIGIBILITY:
            decided = intake.eligible(None)
            return decided is not None and decided.result is not EligibilityResult.NOT_ELIGIBLE
        case Requirement.PLAN:
            return intake.plan_agreed_on is not None


def _missing(requirement: Requirement) -> Refusal:
    texts = {
        Requirement.INFORMATION_NOTICE: (
            "Vorher muss die Datenschutz-Information ausgehändigt sein.",
            "The information notice must be handed over first.",
        ),
        Requirement.CONSENT_CASE_MANAGEMENT: (
            "Dafür fehlt eine gültige Einwilligung in die Fallführung.",
            "A valid consent to case management is missing.",
        ),
        Requirement.ASSESSMENT: (
            "Vorher muss der Bedarf erhoben sein.",
            "The needs must be assessed first.",
        ),
        Requirement.ELIGIBILITY: (
            "Vorher muss die Förderfähigkeit entschieden sein, und nicht ablehnend.",
            "Eligibility must be decided first, and not against the person.",
        ),
        Requirement.PLAN: (
            "Vorher muss ein Plan vereinbart sein.",
            "A plan must be agreed first.",
        ),
    }
    de, en = texts[requirement]
    return Refusal(f"path.requires_{requirement.value}", de, en)


def wake(case: CaseState, terms: Terms) -> Decision:
    """Everything that is due by now: a hold that ended, seats that lapsed, reminders that were reached, re-checks.

    A re-check follows its reminder, for it is no date of the agenda any more once it has happened.
    """
    events: list[Event] = []
    now = case
    if case.open and case.hold.until is not None and case.hold.until < terms.today:
        ended = hold.resumed(case.hold, case.hold.until + timedelta(days=1), by_itself=True)
        events.append(ended)
        now = evolve(now, ended, now.version + 1)
    for participation in case.course.participations if case.open else ():
        if (
            participation.status is SeatStatus.OFFERED
            and participation.answer_by is not None
            and participation.answer_by < terms.today
        ):
            lapsed = SeatLapsed(
                occurred_on=participation.answer_by + timedelta(days=1), participation_id=participation.id
            )
            events.append(lapsed)
            now = evolve(now, lapsed, now.version + 1)
    events.extend(_reminders(now, terms))
    events.extend(rechecks_due(now, terms, reminder_day(terms.now)))
    return tuple(events)


def _reminders(case: CaseState, terms: Terms) -> list[ReminderIssued]:
    issued, day = [], reminder_day(terms.now)
    for due in agenda(case, terms.path, terms.calendar, terms.law):
        reminder = reminder_reached(case, due, day)
        if reminder is None:
            continue
        to = terms.staff and route(
            reminder.level,
            case.caseworker,
            terms.caseworker_organisation,
            case.municipality,
            terms.staff,
            terms.today,
        )
        issued.append(
            ReminderIssued(
                occurred_on=terms.today,
                reminder_id=reminder.id,
                due_id=due.id,
                rule=due.rule,
                level=reminder.level,
                due_on=due.due_on,
                role=role_of(reminder.level),
                caseworker=case.caseworker,
                issued_at=terms.now,
                to=to.to if to else None,
                ground=to.ground if to else None,
            )
        )
    return issued
