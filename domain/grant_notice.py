"""The grant notice and its amendments: financing plan, shares, rates, and the days it sets; each amendment is a version."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, TypeAlias

from domain.commands import Command
from domain.decision import Decision
from domain.grant_state import BudgetLine, FinancingPlan, GrantState
from domain.money import WHOLE, land_share
from domain.rates import Rate, rates_refusal
from domain.recorded import Event
from domain.refusals import Refusal
from domain.values import BasisPoints, Cents

# ------------------------------------------------------------------ commands


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordGrantNotice(Command):
    """Record the grant notice (Zuwendungsbescheid). ``own_share`` in basis points of the total.

    ``rates`` are those the notice sets, ``proof_due_on`` and ``interim_due_on`` the days it names for the proof of use
    and for interim statements; what it does not say stays empty and is never guessed.
    """

    reference: str
    granting_authority: str
    period_from: date
    period_to: date
    own_share: BasisPoints
    lines: tuple[BudgetLine, ...]
    rates: tuple[Rate, ...] = ()
    proof_due_on: date | None = None
    interim_due_on: tuple[date, ...] = ()
    total_cents: Cents | None = None
    synthetic: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AmendGrantNotice(Command):
    """Record an amendment (Änderungsbescheid): period, lines, rates and days as they are from ``valid_from`` on.

    Rates and days that it says nothing about stay as they are.
    ``valid_from`` left out: from the day of the amendment. ``repay_by`` is the day it sets for paying back what was
    drawn beyond the new Land share; without it such an amendment is refused.
    """

    reference: str
    period_to: date
    own_share: BasisPoints
    lines: tuple[BudgetLine, ...]
    reason: str
    valid_from: date | None = None
    rates: tuple[Rate, ...] = ()
    proof_due_on: date | None = None
    interim_due_on: tuple[date, ...] = ()
    repay_by: date | None = None
    total_cents: Cents | None = None


NoticeCommand: TypeAlias = RecordGrantNotice | AmendGrantNotice

# -------------------------------------------------------------------- events


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantNoticeReceived(Event):
    """The grant notice came."""

    schema_version: ClassVar[int] = 2

    reference: str
    granting_authority: str
    period_from: date
    period_to: date
    own_share: BasisPoints
    lines: tuple[BudgetLine, ...]
    synthetic: bool
    rates: tuple[Rate, ...] = ()
    proof_due_on: date | None = None
    interim_due_on: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantNoticeAmended(Event):
    """An amendment came; ``lines`` and ``rates`` replace those before from ``valid_from`` on (None: from its own day).

    ``repayment_due_cents`` is what was drawn beyond the new Land share, to be paid back by ``repay_by``.
    """

    schema_version: ClassVar[int] = 2

    reference: str
    period_to: date
    own_share: BasisPoints
    lines: tuple[BudgetLine, ...]
    reason: str
    valid_from: date | None = None
    rates: tuple[Rate, ...] = ()
    proof_due_on: date | None = None
    interim_due_on: tuple[date, ...] = ()
    repayment_due_cents: Cents = Cents(0)
    repay_by: date | None = None


NoticeEvent: TypeAlias = GrantNoticeReceived | GrantNoticeAmended

# -------------------------------------------------------------------- decide


def receive(command: RecordGrantNotice, grant: GrantState | None) -> Decision:
    """Decide the first notice."""
    if grant is not None:
        return Refusal(
            "grant.exists", "Dieser Zuwendungsbescheid liegt schon vor.", "This grant notice is on record."
        )
    if command.period_to < command.period_from:
        return _ends_before_start()
    if problem := _plan_refusal(command):
        return problem
    return (
        GrantNoticeReceived(
            occurred_on=command.occurred_on,
            reference=command.reference,
            granting_authority=command.granting_authority,
            period_from=command.period_from,
            period_to=command.period_to,
            own_share=command.own_share,
            lines=command.lines,
            synthetic=command.synthetic,
            rates=command.rates,
            proof_due_on=command.proof_due_on,
            interim_due_on=command.interim_due_on,
        ),
    )


def amend(command: AmendGrantNotice, grant: GrantState) -> Decision:
    """Decide an amendment. It keeps every line that money was spent on or promised from."""
    if not command.reason.strip():
        return Refusal(
            "grant.reason_missing",
            "Der Änderungsbescheid braucht eine Begründung.",
            "The amendment needs a reason.",
        )
    if problem := _plan_refusal(command):
        return problem
    if command.period_to < grant.period_from:
        return _ends_before_start()
    kept = {line.key for line in command.lines}
    if not kept >= {key for key, cents in grant.spent.items() if cents}:
        return Refusal(
            "grant.line_in_use",
            "Ein Ansatz mit Ausgaben fehlt im neuen Finanzierungsplan.",
            "A line with spending is missing in the new financing plan.",
        )
    amounts = {line.key: line.amount_cents for line in command.lines}
    for key, promised in grant.promised_by_line().items():
        if promised > amounts.get(key, 0):
            return Refusal(
                "grant.line_promised",
                "Aus einem Ansatz ist mehr weitergeleitet, als der neue Finanzierungsplan vorsieht.",
                "More of a line is given onward than the new financing plan has.",
            )
    land = land_share(sum(amounts.values()), command.own_share)
    excess = max(0, grant.drawn_cents - land)
    if excess and command.repay_by is None:
        return Refusal(
            "grant.land_share_below_drawn",
            f"Abgerufen sind {excess} Cent mehr als der neue Anteil des Landes; bitte den Tag der Rückzahlung angeben.",
            f"{excess} cents more are drawn than the new share of the Land; state the day of the repayment.",
        )
    return (
        GrantNoticeAmended(
            occurred_on=command.occurred_on,
            reference=command.reference,
            period_to=command.period_to,
            own_share=command.own_share,
            lines=command.lines,
            reason=command.reason,
            valid_from=command.valid_from,
            rates=command.rates,
            proof_due_on=command.proof_due_on,
            interim_due_on=command.interim_due_on,
            repayment_due_cents=Cents(excess),
            repay_by=command.repay_by if excess else None,
        ),
    )


def _ends_before_start() -> Refusal:
    return Refusal(
        "grant.period_ends_before_start",
        "Der Bewilligungszeitraum endet vor seinem Beginn.",
        "The grant period ends before it starts.",
    )


def _plan_refusal(command: NoticeCommand) -> Refusal | None:
    if not 0 <= command.own_share <= WHOLE:
        return Refusal(
            "grant.own_share_out_of_range",
            "Der Eigenanteil liegt zwischen 0 und 10.000 Basispunkten.",
            "The own share lies between 0 and 10,000 basis points.",
        )
    if not command.lines or any(line.amount_cents <= 0 for line in command.lines):
        return Refusal(
            "grant.lines_missing",
            "Der Finanzierungsplan braucht Ansätze über 0 Cent.",
            "The financing plan needs lines above 0 cents.",
        )
    if len({line.key for line in command.lines}) != len(command.lines):
        return Refusal(
            "grant.line_doubled",
            "Ein Ansatz (Baustein, Kommune, Jahr) kommt doppelt vor.",
            "A line (module, municipality, year) occurs twice.",
        )
    total = sum(line.amount_cents for line in command.lines)
    if command.total_cents is not None and command.total_cents != total:
        return Refusal(
            "grant.lines_do_not_add_up",
            f"Die Ansätze ergeben {total} Cent, der Bescheid nennt {command.total_cents} Cent.",
            f"The lines add up to {total} cents, the notice states {command.total_cents} cents.",
        )
    return rates_refusal(command.rates)


# ---------------------------------------------------------------------- plan


def plan_of(event: NoticeEvent, version: int, before: FinancingPlan | None) -> FinancingPlan:
    """The financing plan that a notice or an amendment (entry ``version``) brings.

    An amendment that says nothing about rates or days leaves those of the plan ``before``.
    """
    amended = event if isinstance(event, GrantNoticeAmended) else None
    return FinancingPlan(
        version=version,
        reference=event.reference,
        decided_on=event.occurred_on,
        valid_from=(amended and amended.valid_from) or event.occurred_on,
        period_to=event.period_to,
        own_share=event.own_share,
        lines=event.lines,
        rates=event.rates or (before.rates if before else ()),
        proof_due_on=event.proof_due_on or (before.proof_due_on if before else None),
        interim_due_on=event.interim_due_on or (before.interim_due_on if before else ()),
        repay_by=amended.repay_by if amended else None,
    )
