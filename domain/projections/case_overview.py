"""One row per case: where it stands, without anything personal; and apart from it what the case is called on a screen."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from domain.agenda import soonest
from domain.case_state import CaseState
from domain.path import StageKind
from domain.personal import Erased
from domain.projections import event_groups as events
from domain.projections.projection import FoldedStream, StateProjection, code_of, value_of
from domain.values import LanguageAssessment


class CaseOverviewRow(NamedTuple):
    """Where a case stands. ``status`` is open, held, declined or closed; ``stage`` the furthest that runs, else empty."""

    case_id: UUID
    participant_id: UUID
    version: int
    last_position: int
    last_recorded_at: datetime
    path: str
    path_version: int
    municipality: str
    caseworker: str
    organisation: str
    status: str
    stages: str
    stage: str
    opened_on: date
    referral_source: str | None
    gender: str | None
    birth_month: date | None
    nationalities: str
    languages: str
    residence_status: str
    residence_valid_until: date | None
    legal_regime: str
    assessed_on: date | None
    language_level: str | None
    school_leaving: str | None
    eligibility: str | None
    plan_agreed_on: date | None
    plan_revision: int
    coach: str | None
    coaching_provider: str
    last_contact_on: date | None
    contacts_held: int
    contacts_attempted: int
    contact_minutes: int
    broken_promises: int
    held_on: date | None
    held_until: date | None
    declined_on: date | None
    closed_on: date | None
    exit_reason: str | None
    destination: str | None
    follow_up_attempts: int
    follow_up_settled_on: date | None
    follow_up_destination: str | None
    next_due_on: date | None
    next_due_rule: str | None
    undelivered_reminders: int
    notes: int
    corrections: int
    synthetic: bool
    municipality_version: int
    municipality_before: str | None
    municipality_before_version: int
    plan_version: int
    first_plan_on: date | None
    first_plan_version: int
    declined_version: int
    closed_version: int
    follow_up_version: int
    decline_ground: str | None


_FURTHEST = tuple(StageKind)


def overview_rows(stream: FoldedStream) -> tuple[CaseOverviewRow]:
    """The row of a case."""
    case = stream.state
    assert isinstance(case, CaseState)  # noqa: S101 # the projection names the kind of its streams
    intake, coaching, closing, follow_up = case.intake, case.coaching, case.closing, case.follow_up
    running = sorted({s.stage for s in case.running_stages}, key=_FURTHEST.index)
    eligibility = intake.eligible(None)
    next_due = soonest(stream.agenda)
    return (
        CaseOverviewRow(
            case_id=stream.stream_id,
            participant_id=case.participant_id,
            version=case.version,
            last_position=stream.position,
            last_recorded_at=stream.recorded_at,
            path=case.path_id,
            path_version=case.path_version,
            municipality=case.municipality,
            caseworker=case.caseworker,
            organisation=stream.organisation,
            status=status_of(case),
            stages=" ".join(stage.value for stage in running),
            stage=running[-1].value if running else "",
            opened_on=intake.opened_on,
            referral_source=code_of(intake.referral_source),
            gender=code_of(intake.gender),
            birth_month=intake.birth_month,
            nationalities=" ".join(intake.nationalities),
            languages=" ".join(intake.languages),
            residence_status=case.residence.status.value,
            residence_valid_until=case.residence.valid_until,
            legal_regime=case.legal_regime.value,
            assessed_on=intake.assessed_on,
            language_level=_latest_level(intake.language),
            school_leaving=code_of(intake.school_leaving),
            eligibility=eligibility.result.value if eligibility else None,
            plan_agreed_on=intake.plan_agreed_on,
            plan_revision=intake.plan_revision,
            coach=coaching.coach,
            coaching_provider=coaching.provider,
            last_contact_on=coaching.last_contact_on,
            contacts_held=coaching.contacts_held,
            contacts_attempted=coaching.contacts_attempted,
            contact_minutes=coaching.minutes,
            broken_promises=coaching.broken_promises,
            held_on=case.hold.held_on,
            held_until=case.hold.until,
            declined_on=intake.declined_on,
            closed_on=closing.closed_on if closing else None,
            exit_reason=closing.exit_reason.value if closing else None,
            destination=closing.destination.value if closing else None,
            follow_up_attempts=follow_up.attempts,
            follow_up_settled_on=follow_up.settled_on,
            follow_up_destination=value_of(follow_up.destination),
            next_due_on=next_due.due_on if next_due else None,
            next_due_rule=next_due.rule if next_due else None,
            undelivered_reminders=len(case.reminders.undelivered),
            notes=case.notes,
            corrections=case.corrections,
            synthetic=case.synthetic,
            municipality_version=case.municipality_version,
            municipality_before=case.municipality_before,
            municipality_before_version=case.municipality_before_version,
            plan_version=intake.plan_version,
            first_plan_on=intake.first_plan_on,
            first_plan_version=intake.first_plan_version,
            declined_version=intake.declined_version,
            closed_version=closing.version if closing else 0,
            follow_up_version=follow_up.settled_version,
            decline_ground=value_of(intake.decline_ground),
        ),
    )


def status_of(case: CaseState) -> str:
    """open, held, declined or closed."""
    if case.closing is not None:
        return "closed"
    if case.declined:
        return "declined"
    return "held" if case.hold.held else "open"


def _latest_level(assessed: tuple[LanguageAssessment, ...]) -> str | None:
    """The level of the latest date; of the same date the one recorded last."""
    if not assessed:
        return None
    return max(enumerate(assessed), key=lambda item: (item[1].assessed_on, item[0]))[1].level.value


CASE_OVERVIEW = StateProjection(
    name="case_overview",
    version=3,
    row=CaseOverviewRow,
    key=1,
    state=CaseState,
    handles=events.CASE,
    ignores=events.OFFER | events.GRANT | events.REPORT,
    rows=overview_rows,
)


class CaseNameRow(NamedTuple):
    """What a case is called on a screen: the one personal row, and none once the person is erased."""

    case_id: UUID
    display_name: str


def name_rows(stream: FoldedStream) -> tuple[CaseNameRow, ...]:
    """The name as written in lists: family name, given name."""
    case = stream.state
    assert isinstance(case, CaseState)  # noqa: S101 # the projection names the kind of its streams
    name = case.intake.name
    if isinstance(name, Erased):
        return ()
    parts = [name.family_name] + ([name.given_name] if name.given_name else [])
    return (CaseNameRow(case_id=stream.stream_id, display_name=", ".join(parts)),)


CASE_NAMES = StateProjection(
    name="case_names",
    version=1,
    row=CaseNameRow,
    key=1,
    state=CaseState,
    handles=events.OPENING | events.CORRECTION,
    ignores=(events.CASE - events.OPENING - events.CORRECTION) | events.OFFER | events.GRANT | events.REPORT,
    rows=name_rows,
)
