"""Proof of use towards the granting authority: interim statements and the final one, delivered and accepted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from domain.commands import Command
from domain.decision import Decision
from domain.grant_state import GrantState, Proof, ProofKind
from domain.recorded import Event
from domain.refusals import Refusal
from domain.replacing import replace
from domain.values import Cents


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliverProofOfUse(Command):
    """Record that the proof of use or an interim statement went to the granting authority.

    ``covers_to`` is the last day it speaks of. ``report_digest`` is the SHA-256 of the report that was sent, if one was.
    """

    kind: ProofKind
    reference: str
    covers_to: date
    report_digest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptProofOfUse(Command):
    """Record that the granting authority has accepted a statement, and which sum of spending."""

    reference: str
    accepted_cents: Cents


ProofCommand: TypeAlias = DeliverProofOfUse | AcceptProofOfUse


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofOfUseDelivered(Event):
    """A statement went to the granting authority."""

    kind: ProofKind
    reference: str
    covers_to: date
    report_digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofOfUseAccepted(Event):
    """The granting authority accepted a statement."""

    reference: str
    accepted_cents: Cents


ProofEvent: TypeAlias = ProofOfUseDelivered | ProofOfUseAccepted


def decide(command: ProofCommand, grant: GrantState) -> Decision:
    """Decide the delivery or the acceptance of a statement."""
    known = next((proof for proof in grant.proofs if proof.reference == command.reference), None)
    if isinstance(command, AcceptProofOfUse):
        return _accept(command, known, grant)
    if known is not None:
        if (known.kind, known.covers_to) == (command.kind, command.covers_to):
            return ()
        return Refusal(
            "grant.proof_exists",
            "Unter diesem Zeichen ist schon ein anderer Nachweis erfasst.",
            "Another statement is on record under this reference.",
        )
    if not grant.period_from <= command.covers_to <= grant.period_to:
        return Refusal(
            "grant.proof_outside_period",
            "Der Nachweis reicht nicht bis zu einem Tag des Bewilligungszeitraums.",
            "The statement does not reach to a day of the grant period.",
        )
    if command.covers_to > command.occurred_on:
        return Refusal(
            "grant.proof_of_the_future",
            "Der Nachweis reicht über den Tag hinaus, an dem er abgegeben wurde.",
            "The statement reaches beyond the day on which it was delivered.",
        )
    return (
        ProofOfUseDelivered(
            occurred_on=command.occurred_on,
            kind=command.kind,
            reference=command.reference,
            covers_to=command.covers_to,
            report_digest=command.report_digest,
        ),
    )


def _accept(command: AcceptProofOfUse, known: Proof | None, grant: GrantState) -> Decision:
    if known is None:
        return Refusal("grant.proof_unknown", "Diesen Nachweis gibt es nicht.", "There is no such statement.")
    if known.accepted_cents is not None:
        if known.accepted_cents == command.accepted_cents:
            return ()
        return Refusal(
            "grant.proof_accepted",
            "Dieser Nachweis ist schon anerkannt.",
            "This statement has been accepted already.",
        )
    if not 0 <= command.accepted_cents <= grant.spent_cents:
        return Refusal(
            "grant.accepted_out_of_range",
            "Anerkannt wird höchstens, was ausgegeben wurde.",
            "At most what was spent is accepted.",
        )
    return (
        ProofOfUseAccepted(
            occurred_on=command.occurred_on,
            reference=command.reference,
            accepted_cents=command.accepted_cents,
        ),
    )


def evolve(proofs: tuple[Proof, ...], event: ProofEvent, version: int) -> tuple[Proof, ...]:
    """The statements after ``event``, which is entry ``version`` of the grant."""
    if isinstance(event, ProofOfUseDelivered):
        delivered = Proof(
            kind=event.kind,
            reference=event.reference,
            delivered_on=event.occurred_on,
            covers_to=event.covers_to,
            version=version,
        )
        return (*proofs, delivered)
    return tuple(
        replace(proof, accepted_on=event.occurred_on, accepted_cents=event.accepted_cents, version=version)
        if proof.reference == event.reference
        else proof
        for proof in proofs
    )
