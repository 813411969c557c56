"""Onward grants (Weiterleitung): money given to a provider on conditions, its own proof of use, and the check of that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from domain.commands import Command
from domain.decision import Decision
from domain.grant_state import BudgetLine, GrantState, OnwardGrant, OnwardProof
from domain.recorded import Event
from domain.refusals import Refusal
from domain.replacing import replace
from domain.values import Cents

# ------------------------------------------------------------------ commands


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveOnwardGrant(Command):
    """Give money of the grant onward to a provider (Weiterleitung), out of lines of the financing plan.

    ``consent_reference`` is the consent of the granting authority, ``conditions`` what the provider is bound by.
    Source: VV zu § 44 LHO NRW Nr. 12, ANBest-P; domain facts 1.4, as of 2026.
    """

    reference: str
    provider: str
    period_from: date
    period_to: date
    lines: tuple[BudgetLine, ...]
    conditions: str
    consent_reference: str
    proof_due_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordOnwardProof(Command):
    """The provider delivered its proof of use; ``spent_cents`` is what it says was spent."""

    reference: str
    spent_cents: Cents


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckOnwardProof(Command):
    """The provider's proof was checked; ``accepted_cents`` counts, what was paid beyond it is to be refunded."""

    reference: str
    accepted_cents: Cents
    reason: str


OnwardCommand: TypeAlias = GiveOnwardGrant | RecordOnwardProof | CheckOnwardProof

# -------------------------------------------------------------------- events


@dataclass(frozen=True, slots=True, kw_only=True)
class OnwardGrantGiven(Event):
    """Money was given onward to a provider."""

    reference: str
    provider: str
    period_from: date
    period_to: date
    lines: tuple[BudgetLine, ...]
    conditions: str
    consent_reference: str
    proof_due_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OnwardProofReceived(Event):
    """A provider delivered its proof of use."""

    reference: str
    spent_cents: Cents


@dataclass(frozen=True, slots=True, kw_only=True)
class OnwardProofChecked(Event):
    """A provider's proof of use was checked. ``refund_cents`` is what was paid out beyond what was accepted."""

    reference: str
    accepted_cents: Cents
    refund_cents: Cents
    reason: str


OnwardEvent: TypeAlias = OnwardGrantGiven | OnwardProofReceived | OnwardProofChecked

# -------------------------------------------------------------------- decide


def decide(command: OnwardCommand, grant: GrantState) -> Decision:
    """Decide an onward grant, its proof, or the check of its proof."""
    if isinstance(command, GiveOnwardGrant):
        return _give(command, grant)
    onward = grant.onward.get(command.reference)
    if onward is None:
        return Refusal(
            "onward_grant.unknown", "Diese Weiterleitung gibt es nicht.", "There is no such onward grant."
        )
    if command.occurred_on < onward.given_on:
        return Refusal(
            "onward_grant.before_it_was_given",
            "Das Datum liegt vor der Weiterleitung.",
            "The date lies before the onward grant.",
        )
    if isinstance(command, RecordOnwardProof):
        return _receive_proof(command, onward)
    return _check_proof(command, onward, grant)


def _give(command: GiveOnwardGrant, grant: GrantState) -> Decision:
    if (known := grant.onward.get(command.reference)) is not None:
        if replace(known, proof=None) == _given(command, known.version):
            return ()
        return Refusal(
            "onward_grant.exists",
            "Unter diesem Zeichen gibt es schon eine Weiterleitung.",
            "There is an onward grant of this reference already.",
        )
    if not command.provider.strip() or not command.conditions.strip():
        return Refusal(
            "onward_grant.provider_or_conditions_missing",
            "Träger oder Auflagen fehlen.",
            "Provider or conditions are missing.",
        )
    if not command.consent_reference.strip():
        return Refusal(
            "onward_grant.consent_missing",
            "Das Zeichen der Zustimmung der Bewilligungsbehörde fehlt.",
            "The reference of the granting authority's consent is missing.",
        )
    if not command.lines or any(line.amount_cents <= 0 for line in command.lines):
        return Refusal(
            "onward_grant.lines_missing",
            "Eine Weiterleitung braucht Beträge über 0 Cent aus Ansätzen.",
            "An onward grant needs amounts above 0 cents out of lines.",
        )
    if len({line.key for line in command.lines}) != len(command.lines):
        return Refusal(
            "grant.line_doubled",
            "Ein Ansatz (Baustein, Kommune, Jahr) kommt doppelt vor.",
            "A line (module, municipality, year) occurs twice.",
        )
    if not grant.period_from <= command.period_from <= command.period_to <= grant.period_to:
        return Refusal(
            "onward_grant.outside_period",
            "Die Weiterleitung liegt nicht im Bewilligungszeitraum.",
            "The onward grant does not lie within the grant period.",
        )
    planned = {line.key: line.amount_cents for line in grant.plan.lines}
    promised = grant.promised_by_line()
    for line in command.lines:
        left = planned.get(line.key, 0) - promised.get(line.key, 0)
        if line.amount_cents > left:
            return Refusal(
                "onward_grant.line_too_small",
                f"Aus diesem Ansatz lassen sich noch {left} Cent weiterleiten.",
                f"{left} cents of this line can still be given onward.",
            )
    return (
        OnwardGrantGiven(
            occurred_on=command.occurred_on,
            reference=command.reference,
            provider=command.provider,
            period_from=command.period_from,
            period_to=command.period_to,
            lines=command.lines,
            conditions=command.conditions,
            consent_reference=command.consent_reference,
            proof_due_on=command.proof_due_on,
        ),
    )


def _receive_proof(command: RecordOnwardProof, onward: OnwardGrant) -> Decision:
    if onward.proof is not None:
        if onward.proof.spent_cents == command.spent_cents:
            return ()
        return Refusal(
            "onward_grant.proof_exists",
            "Der Nachweis dieses Trägers liegt schon vor.",
            "The proof of this provider is on record.",
        )
    if command.spent_cents < 0:
        return Refusal("onward_grant.amount_negative", "Der Betrag ist negativ.", "The amount is negative.")
    return (
        OnwardProofReceived(
            occurred_on=command.occurred_on, reference=command.reference, spent_cents=command.spent_cents
        ),
    )


def _check_proof(command: CheckOnwardProof, onward: OnwardGrant, grant: GrantState) -> Decision:
    proof = onward.proof
    if proof is None:
        return Refusal(
            "onward_grant.proof_missing",
            "Der Träger hat noch keinen Nachweis vorgelegt.",
            "The provider has not delivered a proof yet.",
        )
    if proof.accepted_cents is not None:
        if proof.accepted_cents == command.accepted_cents:
            return ()
        return Refusal(
            "onward_grant.proof_checked",
            "Dieser Nachweis ist schon geprüft.",
            "This proof has been checked already.",
        )
    if not 0 <= command.accepted_cents <= min(proof.spent_cents, onward.amount_cents):
        return Refusal(
            "onward_grant.accepted_out_of_range",
            "Anerkannt wird höchstens, was nachgewiesen und weitergeleitet ist.",
            "At most what is proven and given onward is accepted.",
        )
    if command.accepted_cents < proof.spent_cents and not command.reason.strip():
        return Refusal(
            "onward_grant.reason_missing",
            "Wird weniger anerkannt als nachgewiesen, braucht es eine Begründung.",
            "Accepting less than was proven needs a reason.",
        )
    paid = grant.paid_onward().get(command.reference, 0)
    return (
        OnwardProofChecked(
            occurred_on=command.occurred_on,
            reference=command.reference,
            accepted_cents=command.accepted_cents,
            refund_cents=Cents(max(0, paid - command.accepted_cents)),
            reason=command.reason,
        ),
    )


# -------------------------------------------------------------------- evolve


def _given(event: GiveOnwardGrant | OnwardGrantGiven, version: int) -> OnwardGrant:
    return OnwardGrant(
        reference=event.reference,
        provider=event.provider,
        given_on=event.occurred_on,
        period_from=event.period_from,
        period_to=event.period_to,
        lines=event.lines,
        conditions=event.conditions,
        consent_reference=event.consent_reference,
        proof_due_on=event.proof_due_on,
        version=version,
    )


def evolve(onward: OnwardGrant | None, event: OnwardEvent, version: int) -> OnwardGrant | None:
    """The onward grant after ``event``, which is entry ``version`` of the grant; None for a proof of nothing."""
    if isinstance(event, OnwardGrantGiven):
        return _given(event, version)
    if onward is None:
        return None
    if isinstance(event, OnwardProofReceived):
        return replace(
            onward,
            proof=OnwardProof(delivered_on=event.occurred_on, spent_cents=event.spent_cents, version=version),
        )
    if onward.proof is None:
        return onward
    checked = replace(
        onward.proof,
        checked_on=event.occurred_on,
        accepted_cents=event.accepted_cents,
        checked_version=version,
    )
    return replace(onward, proof=checked)
