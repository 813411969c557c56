"""Grants: what the plan allows, what was spent on each line, what was drawn, and each payment with its voucher."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from domain.grant import (
    DrawdownRecorded,
    GrantNoticeAmended,
    GrantNoticeReceived,
    GrantState,
    SpendingRecorded,
)
from domain.projections import event_groups as events
from domain.projections.projection import EntryProjection, FoldedStream, StateProjection
from domain.recorded import Recorded

_OTHERS = events.CASE | events.OFFER


class GrantRow(NamedTuple):
    """A grant as its latest notice has it. Money in cents, ``own_share`` in basis points."""

    grant_id: UUID
    version: int
    last_position: int
    reference: str
    organisation: str
    period_from: date
    period_to: date
    own_share: int
    planned_cents: int
    land_cents: int
    spent_cents: int
    drawn_cents: int


def grant_rows(stream: FoldedStream) -> tuple[GrantRow]:
    """The row of a grant."""
    state = stream.state
    assert isinstance(state, GrantState)  # noqa: S101 # the projection names the kind of its streams
    return (
        GrantRow(
            stream.stream_id,
            state.version,
            stream.position,
            state.reference,
            stream.organisation,
            state.period_from,
            state.period_to,
            state.own_share,
            state.total_cents,
            state.land_cents,
            sum(use.spent_cents for use in state.uses),
            state.drawn_cents,
        ),
    )


GRANTS = StateProjection(
    name="grants",
    version=1,
    row=GrantRow,
    key=1,
    state=GrantState,
    handles=events.GRANT,
    ignores=_OTHERS,
    rows=grant_rows,
)


class GrantUseRow(NamedTuple):
    """One line of the financing plan with what was spent on it."""

    grant_id: UUID
    place: int
    module: str
    municipality: str
    year: int
    organisation: str
    planned_cents: int
    spent_cents: int


def use_rows(stream: FoldedStream) -> tuple[GrantUseRow, ...]:
    """A row per line, in the order of the plan."""
    state = stream.state
    assert isinstance(state, GrantState)  # noqa: S101 # the projection names the kind of its streams
    return tuple(
        GrantUseRow(
            stream.stream_id,
            place,
            use.line.module.value,
            use.line.municipality,
            use.line.year,
            stream.organisation,
            use.line.amount_cents,
            use.spent_cents,
        )
        for place, use in enumerate(state.uses, 1)
    )


GRANT_USE = StateProjection(
    name="grant_use",
    version=1,
    row=GrantUseRow,
    key=2,
    state=GrantState,
    handles=events.GRANT,
    ignores=_OTHERS,
    rows=use_rows,
)


class GrantPlanRow(NamedTuple):
    """One line of one financing plan: of the notice (the only one with ``period_from``) or of an amendment."""

    grant_id: UUID
    version: int
    place: int
    decided_on: date
    reference: str
    period_from: date | None
    period_to: date
    own_share: int
    module: str
    municipality: str
    year: int
    amount_cents: int


def plan_rows(entries: Iterable[Recorded[Any]]) -> list[GrantPlanRow]:
    """The lines of every notice and amendment among ``entries``."""
    return [
        GrantPlanRow(
            entry.stream_id,
            entry.version,
            place,
            event.occurred_on,
            event.reference,
            event.period_from if isinstance(event, GrantNoticeReceived) else None,
            event.period_to,
            event.own_share,
            line.module.value,
            line.municipality,
            line.year,
            line.amount_cents,
        )
        for entry in entries
        if isinstance(event := entry.event, GrantNoticeReceived | GrantNoticeAmended)
        for place, line in enumerate(event.lines, 1)
    ]


GRANT_PLANS = EntryProjection(
    name="grant_plans",
    version=1,
    row=GrantPlanRow,
    key=3,
    state=GrantState,
    handles=events.GRANT_NOTICE,
    ignores=events.GRANT_MOVEMENT | _OTHERS,
    rows=plan_rows,
)

SPENDING = "spending"
DRAWDOWN = "drawdown"


class GrantMovementRow(NamedTuple):
    """A payment on a line, or a drawdown of the Land share (which has no line)."""

    grant_id: UUID
    version: int
    kind: str
    occurred_on: date
    reference: str
    module: str | None
    municipality: str | None
    year: int | None
    amount_cents: int
    payee: str | None
    purpose: str | None


def movement_rows(entries: Iterable[Recorded[Any]]) -> list[GrantMovementRow]:
    """A row per payment and drawdown among ``entries``."""
    rows = []
    for entry in entries:
        match entry.event:
            case SpendingRecorded() as spent:
                rows.append(
                    GrantMovementRow(
                        entry.stream_id,
                        entry.version,
                        SPENDING,
                        spent.occurred_on,
                        spent.voucher,
                        spent.module.value,
                        spent.municipality,
                        spent.year,
                        spent.amount_cents,
                        spent.payee,
                        spent.purpose,
                    )
                )
            case DrawdownRecorded() as drawn:
                rows.append(
                    GrantMovementRow(
                        entry.stream_id,
                        entry.version,
                        DRAWDOWN,
                        drawn.occurred_on,
                        drawn.reference,
                        None,
                        None,
                        None,
                        drawn.amount_cents,
                        None,
                        None,
                    )
                )
            case _:
                pass
    return rows


GRANT_MOVEMENTS = EntryProjection(
    name="grant_movements",
    version=1,
    row=GrantMovementRow,
    key=2,
    state=GrantState,
    handles=events.GRANT_MOVEMENT,
    ignores=events.GRANT_NOTICE | _OTHERS,
    rows=movement_rows,
)
