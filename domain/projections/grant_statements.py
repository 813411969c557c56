"""Onward grants with the proofs of their providers, and the statements delivered to the granting authority."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple
from uuid import UUID

from domain.grant import GrantState
from domain.projections import event_groups as events
from domain.projections.projection import FoldedStream, StateProjection

_OTHERS = events.CASE | events.OFFER | events.REPORT


class OnwardGrantRow(NamedTuple):
    """What was given onward out of one line, and how the provider's proof stands (the same on all its lines)."""

    grant_id: UUID
    reference: str
    place: int
    version: int
    provider: str
    given_on: date
    period_from: date
    period_to: date
    module: str
    municipality: str
    year: int
    amount_cents: int
    proof_due_on: date | None
    proof_version: int | None
    proof_delivered_on: date | None
    proof_spent_cents: int | None
    proof_checked_on: date | None
    proof_accepted_cents: int | None
    proof_checked_version: int | None


def onward_rows(stream: FoldedStream) -> tuple[OnwardGrantRow, ...]:
    """A row per onward grant and line, in the order they were given."""
    state = stream.state
    assert isinstance(state, GrantState)  # noqa: S101 # the projection names the kind of its streams
    return tuple(
        OnwardGrantRow(
            stream.stream_id,
            onward.reference,
            place,
            onward.version,
            onward.provider,
            onward.given_on,
            onward.period_from,
            onward.period_to,
            line.module.value,
            line.municipality,
            line.year,
            line.amount_cents,
            onward.proof_due_on,
            onward.proof.version if onward.proof else None,
            onward.proof.delivered_on if onward.proof else None,
            onward.proof.spent_cents if onward.proof else None,
            onward.proof.checked_on if onward.proof else None,
            onward.proof.accepted_cents if onward.proof else None,
            onward.proof.checked_version or None if onward.proof else None,
        )
        for onward in state.onward.values()
        for place, line in enumerate(onward.lines, 1)
    )


ONWARD_GRANTS = StateProjection(
    name="onward_grants",
    version=1,
    row=OnwardGrantRow,
    key=3,
    state=GrantState,
    handles=events.ONWARD_GRANT,
    ignores=(events.GRANT - events.ONWARD_GRANT) | _OTHERS,
    rows=onward_rows,
)


class GrantProofRow(NamedTuple):
    """A statement delivered to the granting authority; ``version`` is the entry that says it last."""

    grant_id: UUID
    reference: str
    version: int
    kind: str
    delivered_on: date
    covers_to: date
    accepted_on: date | None
    accepted_cents: int | None


def proof_rows(stream: FoldedStream) -> tuple[GrantProofRow, ...]:
    """A row per statement, in the order they were delivered."""
    state = stream.state
    assert isinstance(state, GrantState)  # noqa: S101 # the projection names the kind of its streams
    return tuple(
        GrantProofRow(
            stream.stream_id,
            proof.reference,
            proof.version,
            proof.kind.value,
            proof.delivered_on,
            proof.covers_to,
            proof.accepted_on,
            proof.accepted_cents,
        )
        for proof in state.proofs
    )


GRANT_PROOFS = StateProjection(
    name="grant_proofs",
    version=1,
    row=GrantProofRow,
    key=2,
    state=GrantState,
    handles=events.PROOF_OF_USE,
    ignores=(events.GRANT - events.PROOF_OF_USE) | _OTHERS,
    rows=proof_rows,
)
