"""A grant: the notice and its amendments, budget lines, onward grants, drawdowns and spending. Money is integer cents."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias, assert_never

from domain.commands import Command
from domain.decision import Decision
from domain.recorded import Event, Recorded
from domain.refusals import Refusal
from domain.replacing import replace
from domain.values import Ags, BasisPoints, Cents, FundingModule

# ---------------------------------------------------------------- vocabulary

WHOLE = 10_000
"""Basis points of the whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetLine:
    """One line of the financing plan: module × municipality × year, the total of Land and own share in cents."""

    module: FundingModule
    municipality: Ags
    year: int
    amount_cents: Cents

    @property
    def key(self) -> tuple[FundingModule, Ags, int]:
        """What names the line."""
        return self.module, self.municipality, self.year


# ------------------------------------------------------------------ commands


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordGrantNotice(Command):
    """Record the grant notice (Zuwendungsbescheid). ``own_share`` in basis points of the total."""

    reference: str
    granting_authority: str
    period_from: date
    period_to: date
    own_share: BasisPoints
    lines: tuple[BudgetLine, ...]
    synthetic: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AmendGrantNotice(Command):
    """Record an amendment (Änderungsbescheid): new period and lines, with its reference and reason."""

    reference: str
    period_to: date
    own_share: BasisPoints
    lines: tuple[BudgetLine, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordSpending(Command):
    """Record a payment with its voucher on one line. ``payee`` is an organisation, never a participant."""

    voucher: str
    module: FundingModule
    municipality: Ags
    year: int
    amount_cents: Cents
    payee: str
    purpose: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordDrawdown(Command):
    """Record a drawdown (Mittelabruf) of the Land share."""

    reference: str
    amount_cents: Cents


GrantCommand: TypeAlias = RecordGrantNotice | AmendGrantNotice | RecordSpending | RecordDrawdown

# -------------------------------------------------------------------- events


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantNoticeReceived(Event):
    """The grant notice came."""

    reference: str
    granting_authority: str
    period_from: date
    period_to: date
    own_share: BasisPoints
    lines: tuple[BudgetLine, ...]
    synthetic: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantNoticeAmended(Event):
    """An amendment came; ``lines`` replace the financing plan."""

    reference: str
    period_to: date
    own_share: BasisPoints
    lines: tuple[BudgetLine, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SpendingRecorded(Event):
    """A payment was made on a line."""

    voucher: str
    module: FundingModule
    municipality: Ags
    year: int
    amount_cents: Cents
    payee: str
    purpose: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawdownRecorded(Event):
    """Money of the Land was drawn."""

    reference: str
    amount_cents: Cents


GrantEvent: TypeAlias = GrantNoticeReceived | GrantNoticeAmended | SpendingRecorded | DrawdownRecorded

# --------------------------------------------------------------------- state


@dataclass(frozen=True, slots=True, kw_only=True)
class LineUse:
    """A budget line with what was spent on it."""

    line: BudgetLine
    spent_cents: Cents


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawdown:
    """One drawdown, with the entry that says it."""

    reference: str
    on: date
    amount_cents: Cents
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantState:
    """A grant now. ``uses`` in the order of the financing plan."""

    version: int
    reference: str
    period_from: date
    period_to: date
    own_share: BasisPoints
    uses: tuple[LineUse, ...]
    vouchers: frozenset[str] = frozenset()
    drawn_cents: Cents = Cents(0)
    drawdowns: frozenset[str] = frozenset()
    draws: tuple[Drawdown, ...] = ()
    period_version: int = 1

    @property
    def total_cents(self) -> Cents:
        """Total of the financing plan."""
        return Cents(sum(use.line.amount_cents for use in self.uses))

    @property
    def land_cents(self) -> Cents:
        """Share of the Land; the own share carries the rounding."""
        return Cents(self.total_cents * (WHOLE - self.own_share) // WHOLE)


# -------------------------------------------------------------------- decide


def decide(command: GrantCommand, grant: GrantState | None) -> Decision:
    """Decide a grant command."""
    if isinstance(command, RecordGrantNotice):
        return _notice(command, grant)
    if grant is None:
        return Refusal(
            "grant.unknown", "Diesen Zuwendungsbescheid gibt es nicht.", "There is no such grant notice."
        )
    match command:
        case AmendGrantNotice():
            return _amend(command, grant)
        case RecordSpending():
            return _spend(command, grant)
        case RecordDrawdown():
            return _draw(command, grant)
        case _:
            assert_never(command)


def _plan_refusal(own_share: int, lines: tuple[BudgetLine, ...]) -> Refusal | None:
    if not 0 <= own_share <= WHOLE:
        return Refusal(
            "grant.own_share_out_of_range",
            "Der Eigenanteil liegt zwischen 0 und 10.000 Basispunkten.",
            "The own share lies between 0 and 10,000 basis points.",
        )
    if not lines or any(line.amount_cents <= 0 for line in lines):
        return Refusal(
            "grant.lines_missing",
            "Der Finanzierungsplan braucht Ansätze über 0 Cent.",
            "The financing plan needs lines above 0 cents.",
        )
    if len({line.key for line in lines}) != len(lines):
        return Refusal(
            "grant.line_doubled",
            "Ein Ansatz (Baustein, Kommune, Jahr) kommt doppelt vor.",
            "A line (module, municipality, year) occurs twice.",
        )
    return None


def _notice(command: RecordGrantNotice, grant: GrantState | None) -> Decision:
    if grant is not None:
        return Refusal(
            "grant.exists", "Dieser Zuwendungsbescheid liegt schon vor.", "This grant notice is on record."
        )
    if command.period_to < command.period_from:
        return Refusal(
            "grant.period_ends_before_start",
            "Der Bewilligungszeitraum endet vor seinem Beginn.",
            "The grant period ends before it starts.",
        )
    if problem := _plan_refusal(command.own_share, command.lines):
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
        ),
    )


def _amend(command: AmendGrantNotice, grant: GrantState) -> Decision:
    if not command.reason.strip():
        return Refusal(
            "grant.reason_missing",
            "Der Änderungsbescheid braucht eine Begründung.",
            "The amendment needs a reason.",
        )
    if problem := _plan_refusal(command.own_share, command.lines):
        return problem
    if command.period_to < grant.period_from:
        return Refusal(
            "grant.period_ends_before_start",
            "Der Bewilligungszeitraum endet vor seinem Beginn.",
            "The grant period ends before it starts.",
        )
    kept = {line.key for line in command.lines}
    if any(use.spent_cents and use.line.key not in kept for use in grant.uses):
        return Refusal(
            "grant.line_in_use",
            "Ein Ansatz mit Ausgaben fehlt im neuen Finanzierungsplan.",
            "A line with spending is missing in the new financing plan.",
        )
    return (
        GrantNoticeAmended(
            occurred_on=command.occurred_on,
            reference=command.reference,
            period_to=command.period_to,
            own_share=command.own_share,
            lines=command.lines,
            reason=command.reason,
        ),
    )


def _spend(command: RecordSpending, grant: GrantState) -> Decision:
    if command.voucher in grant.vouchers:
        return Refusal(
            "grant.voucher_repeated", "Dieser Beleg ist schon erfasst.", "This voucher is on record already."
        )
    if command.amount_cents <= 0:
        return Refusal(
            "grant.amount_not_positive", "Der Betrag ist nicht positiv.", "The amount is not positive."
        )
    key = (command.module, command.municipality, command.year)
    if key not in {use.line.key for use in grant.uses}:
        return Refusal(
            "grant.line_unknown",
            "Diesen Ansatz (Baustein, Kommune, Jahr) hat der Finanzierungsplan nicht.",
            "The financing plan has no such line (module, municipality, year).",
        )
    if not grant.period_from <= command.occurred_on <= grant.period_to:
        return Refusal(
            "grant.spending_outside_period",
            "Die Ausgabe liegt außerhalb des Bewilligungszeitraums.",
            "The spending lies outside the grant period.",
        )
    return (
        SpendingRecorded(
            occurred_on=command.occurred_on,
            voucher=command.voucher,
            module=command.module,
            municipality=command.municipality,
            year=command.year,
            amount_cents=command.amount_cents,
            payee=command.payee,
            purpose=command.purpose,
        ),
    )


def _draw(command: RecordDrawdown, grant: GrantState) -> Decision:
    if command.reference in grant.drawdowns:
        return ()
    if command.amount_cents <= 0:
        return Refusal(
            "grant.amount_not_positive", "Der Betrag ist nicht positiv.", "The amount is not positive."
        )
    if grant.drawn_cents + command.amount_cents > grant.land_cents:
        return Refusal(
            "grant.drawn_beyond_share",
            "Der Abruf übersteigt den Anteil des Landes.",
            "The drawdown exceeds the share of the Land.",
        )
    return (
        DrawdownRecorded(
            occurred_on=command.occurred_on, reference=command.reference, amount_cents=command.amount_cents
        ),
    )


# -------------------------------------------------------------------- evolve


def evolve(grant: GrantState | None, event: GrantEvent) -> GrantState:
    """Fold one grant event."""
    if isinstance(event, GrantNoticeReceived):
        return GrantState(
            version=1,
            reference=event.reference,
            period_from=event.period_from,
            period_to=event.period_to,
            own_share=event.own_share,
            uses=tuple(LineUse(line=line, spent_cents=Cents(0)) for line in event.lines),
        )
    if grant is None:
        raise ValueError("the first event of a grant is GrantNoticeReceived")
    version = grant.version + 1
    match event:
        case GrantNoticeAmended():
            spent = {use.line.key: use.spent_cents for use in grant.uses}
            return replace(
                grant,
                version=version,
                period_version=version if event.period_to != grant.period_to else grant.period_version,
                period_to=event.period_to,
                own_share=event.own_share,
                uses=tuple(
                    LineUse(line=line, spent_cents=spent.get(line.key, Cents(0))) for line in event.lines
                ),
            )
        case SpendingRecorded():
            key = (event.module, event.municipality, event.year)
            return replace(
                grant,
                version=version,
                vouchers=grant.vouchers | {event.voucher},
                uses=tuple(
                    replace(use, spent_cents=Cents(use.spent_cents + event.amount_cents))
                    if use.line.key == key
                    else use
                    for use in grant.uses
                ),
            )
        case DrawdownRecorded():
            return replace(
                grant,
                version=version,
                drawn_cents=Cents(grant.drawn_cents + event.amount_cents),
                drawdowns=grant.drawdowns | {event.reference},
                draws=(
                    *grant.draws,
                    Drawdown(
                        reference=event.reference,
                        on=event.occurred_on,
                        amount_cents=event.amount_cents,
                        version=version,
                    ),
                ),
            )
        case _:
            assert_never(event)


def fold(history: Iterable[Recorded[Any]], grant: GrantState | None = None) -> GrantState | None:
    """The grant after ``history``."""
    for entry in history:
        grant = evolve(grant, entry.event)
    return grant
