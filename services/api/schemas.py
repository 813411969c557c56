"""What reads answer: the domain's own values, with what a client needs around them. Lists are always sorted."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, Field

from domain.agenda import Due
from domain.ausbildung import AusbildungState
from domain.budget_use import LineFlag, PlannedAndSpent, balance
from domain.case_hints import CaseHints
from domain.case_state import StageInterval
from domain.closing import Closing
from domain.coaching import CoachingState
from domain.course import CourseState
from domain.escalation import DueStatus
from domain.followup import FollowUpState
from domain.grant import FinancingPlan, GrantState, OnwardGrant, Proof
from domain.hold import HoldState
from domain.intake import IntakeState, Residence
from domain.offering import OfferPublished, OfferState, Seat, Waiting
from domain.path import DeadlineDefinition, PathDefinition, Programme, Requirement, StageKind, Title
from domain.unmet_need import UnmetNeed
from domain.values import LegalRegime
from domain.waiting import WaitingInterval
from services.case_reading import CaseView


class CaseBody(BaseModel):
    """A case as of a day and as known at a position."""

    case_id: UUID
    version: int = Field(description="version of the stream: for If-Match")
    position: int = Field(description="position in the log of the last entry that was looked at")
    as_of: date | None = Field(description="business date asked for; null = everything recorded")
    open: bool
    declined: bool
    participant_id: UUID
    path_id: str
    path_version: int
    municipality: str
    caseworker: str
    residence: Residence
    legal_regime: LegalRegime
    synthetic: bool
    intake: IntakeState
    coaching: CoachingState
    course: CourseState
    ausbildung: AusbildungState
    follow_up: FollowUpState
    hold: HoldState
    stages: tuple[StageInterval, ...]
    closing: Closing | None
    notes: int
    corrections: int
    unmet_needs: tuple[UnmetNeed, ...] = Field(description="needs that no offer fitted, settled ones too")
    hints: CaseHints = Field(
        description="what the caseworker is asked to think about; shown on this page alone"
    )


def case_body(view: CaseView) -> CaseBody:
    """The answer for a case."""
    case = view.case
    return CaseBody(
        case_id=view.case_id,
        position=view.position,
        as_of=view.as_of,
        hints=view.hints,
        **{
            name: getattr(case, name)
            for name in CaseBody.model_fields
            if name not in ("case_id", "position", "as_of", "hints")
        },
    )


class HistoryEntry(BaseModel):
    """One entry of a case for a reader."""

    position: int
    version: int = Field(description="what a correction names")
    event: str
    title: str = Field(description="in the reader's language")
    details: str
    occurred_on: date = Field(description="the day it happened")
    recorded_at: datetime = Field(description="the instant it became known")
    actor: str
    organisation: str
    corrected_by: int | None = Field(description="version of the entry that corrected this one")


class History(BaseModel):
    """All entries of a case, oldest first."""

    case_id: UUID
    version: int
    position: int
    entries: list[HistoryEntry]


class AgendaEntry(BaseModel):
    """One date of a case or a grant with everything that explains it."""

    due: Due
    status: DueStatus = Field(description="on the day of the answer")
    wakes_at: datetime | None = Field(
        description="when the case or grant next moves by itself for this date; null when it never will without a person"
    )
    reminders_issued: list[str] = Field(description="ids of the reminders of this date that were issued")
    trigger: str = Field(description="stored name of the entry `due.trigger_version`")
    trigger_title: Title
    trigger_on: date = Field(description="business day of that entry")


class Agenda(BaseModel):
    """The dates of a case, soonest first."""

    case_id: UUID
    hints: CaseHints = Field(description="what needs an answer by the caseworker, but has no date")
    entries: list[AgendaEntry]


class CaseWaiting(BaseModel):
    """Who has to act for the steps of a case."""

    case_id: UUID
    intervals: list[WaitingInterval] = Field(
        description="by day, step and reference; `to_on` is the first day after, null while it lasts"
    )


class Explanation(BaseModel):
    """Why a reminder fired, or did not."""

    case_id: UUID
    of: str
    lines: list[str] = Field(description="sentences in the reader's language, the direct answer first")


class OfferBody(BaseModel):
    """An offer now, with its seats and its waiting list in the published order."""

    offer_id: UUID
    version: int
    offer: OfferPublished
    capacity: int
    free: int
    closed: bool
    seats: tuple[Seat, ...]
    waiting: tuple[Waiting, ...]


def offer_body(offer_id: UUID, offer: OfferState) -> OfferBody:
    """The answer for an offer."""
    return OfferBody(
        offer_id=offer_id,
        version=offer.version,
        offer=offer.offer,
        capacity=offer.capacity,
        free=max(0, offer.free),
        closed=offer.closed,
        seats=offer.seats,
        waiting=offer.waiting,
    )


class GrantLine(BaseModel):
    """One line of the financing plan with its use, in cents."""

    module: str
    municipality: str
    year: int
    amount_cents: int
    spent_cents: int
    left_cents: int
    over_cents: int = Field(description="spent beyond the line")
    compensated_cents: int = Field(description="what other lines of the year make up for of that")
    flag: LineFlag


class GrantBody(BaseModel):
    """A grant now and what became of its money; all amounts in cents."""

    grant_id: UUID
    version: int
    reference: str
    period_from: date
    period_to: date
    own_share: int = Field(description="basis points of the total")
    total_cents: int
    land_cents: int = Field(description="share of the Land; the own share carries the rounding")
    spent_cents: int
    drawn_cents: int = Field(description="less what was repaid")
    repaid_cents: int
    lines: list[GrantLine]
    plans: tuple[FinancingPlan, ...] = Field(description="of the notice and of each amendment")
    onward_grants: tuple[OnwardGrant, ...]
    proofs: tuple[Proof, ...] = Field(description="statements delivered to the granting authority")


def grant_body(grant_id: UUID, grant: GrantState) -> GrantBody:
    """The answer for a grant."""
    uses = grant.uses
    balances = balance(
        [PlannedAndSpent(use.line.year, use.line.amount_cents, use.spent_cents) for use in uses]
    )
    return GrantBody(
        grant_id=grant_id,
        version=grant.version,
        reference=grant.reference,
        period_from=grant.period_from,
        period_to=grant.period_to,
        own_share=grant.own_share,
        total_cents=grant.total_cents,
        land_cents=grant.land_cents,
        spent_cents=grant.spent_cents,
        drawn_cents=grant.drawn_cents,
        repaid_cents=grant.repaid_cents,
        plans=grant.plans,
        onward_grants=tuple(grant.onward.values()),
        proofs=grant.proofs,
        lines=[
            GrantLine(
                module=use.line.module.value,
                municipality=use.line.municipality,
                year=use.line.year,
                amount_cents=use.line.amount_cents,
                spent_cents=use.spent_cents,
                left_cents=use.line.amount_cents - use.spent_cents,
                over_cents=found.over_cents,
                compensated_cents=found.compensated_cents,
                flag=found.flag,
            )
            for use, found in zip(uses, balances, strict=True)
        ],
    )


class StageBody(BaseModel):
    """One stage of a path: when it may be entered."""

    kind: StageKind
    title: Title
    after: list[StageKind] = Field(description="one of these must have been reached")
    alongside: list[StageKind] = Field(description="only these may be open at the same time")
    requires: tuple[Requirement, ...]


class PathBody(BaseModel):
    """A path definition: data, not code."""

    id: str
    version: int
    title: Title
    valid_from: date
    source: str
    programme: Programme
    stages: list[StageBody]
    deadlines: list[DeadlineDefinition]


def path_body(path: PathDefinition) -> PathBody:
    """The answer for a path definition."""
    return PathBody(
        id=path.id,
        version=path.version,
        title=path.title,
        valid_from=path.valid_from,
        source=path.source,
        programme=path.programme,
        stages=[
            StageBody(
                kind=stage.kind,
                title=stage.title,
                after=sorted(stage.after),
                alongside=sorted(stage.alongside),
                requires=stage.requires,
            )
            for stage in path.stages.values()
        ],
        deadlines=list(path.deadlines.values()),
    )


class CodeList(BaseModel):
    """A code list of the vocabulary."""

    name: str
    description: str
    codes: list[str]
    titles: dict[str, Title] = Field(description="what people read, by code, in German and English")
