"""Deciding the flat rate of a participation once, from its entry and attendance; a later change is decided again or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeAlias

from domain.commands import Command
from domain.decision import Decision
from domain.flat_rate import FlatRate, FlatRateResult, FlatRateSpan
from domain.grant_state import GrantState
from domain.rates import Rate, RateUnit, rate_for
from domain.recorded import Event
from domain.refusals import Refusal
from domain.replacing import replace
from domain.values import Ags, CaseId, FundingModule, OfferId, ParticipationId


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimSpan:
    """One span of attendance as the case has it now; ``version`` is the entry that recorded it."""

    from_on: date
    to_on: date
    units_attended: int
    units_held: int
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FlatRateClaim:
    """What a case says about one participation, with the rule on its entry; read from the case, never typed in.

    ``entry_by`` is the last day to enter by ``rule``; None when the rule does not ask this module. ``entries`` are the
    entries of the case it all stands on.
    """

    case_id: CaseId
    participation_id: ParticipationId
    offer_id: OfferId
    module: FundingModule
    municipality: Ags
    entered_on: date
    course_starts_on: date
    entry_by: date | None
    rule: str
    rule_valid_from: date | None
    line_de: str
    line_en: str
    spans: tuple[ClaimSpan, ...]
    entries: tuple[int, ...]

    @property
    def result(self) -> FlatRateResult:
        """What the entry decides."""
        in_time = self.entry_by is None or self.entered_on <= self.entry_by
        return FlatRateResult.EARNED if in_time else FlatRateResult.NOT_EARNED


# ------------------------------------------------------------------ commands


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideFlatRates(Command):
    """Decide the flat rates of participations from their claims; what was decided stays. ``rates``: of the programme."""

    claims: tuple[FlatRateClaim, ...]
    rates: tuple[Rate, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviseFlatRate(Command):
    """Decide a participation again, after its case was corrected or a rate became known."""

    claim: FlatRateClaim
    rates: tuple[Rate, ...]
    reason: str


FlatRateCommand: TypeAlias = DecideFlatRates | ReviseFlatRate

# -------------------------------------------------------------------- events


@dataclass(frozen=True, slots=True, kw_only=True)
class FlatRateDecided(Event):
    """The flat rate of a participation was decided for these spans; earlier ones stand as they are."""

    case_id: CaseId
    participation_id: ParticipationId
    offer_id: OfferId
    module: FundingModule
    municipality: Ags
    result: FlatRateResult
    entered_on: date
    course_starts_on: date
    entry_by: date | None
    rule: str
    rule_valid_from: date | None
    line_de: str
    line_en: str
    spans: tuple[FlatRateSpan, ...]
    entries: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FlatRateRevised(Event):
    """The flat rate of a participation was decided again; this stands for all that was decided about it before."""

    case_id: CaseId
    participation_id: ParticipationId
    offer_id: OfferId
    module: FundingModule
    municipality: Ags
    result: FlatRateResult
    entered_on: date
    course_starts_on: date
    entry_by: date | None
    rule: str
    rule_valid_from: date | None
    line_de: str
    line_en: str
    spans: tuple[FlatRateSpan, ...]
    entries: tuple[int, ...]
    reason: str


FlatRateEvent: TypeAlias = FlatRateDecided | FlatRateRevised

# ------------------------------------------------------------------ standing


class Standing(StrEnum):
    """How a claim stands to what was decided."""

    NEW = "new"
    FURTHER = "further"
    """Decided before; there is attendance since."""
    SETTLED = "settled"
    DIFFERENT = "different"
    """The case, or a rate, is not what was decided on; to be decided again by a person."""
    NO_ATTENDANCE = "no_attendance"
    REAL_COST_PAID = "real_cost_paid"
    NO_RATE = "no_rate"
    """No rate is known for any of its days; it waits until one is."""
    NO_LINE = "no_line"
    OUTSIDE_PERIOD = "outside_period"


def standing(grant: GrantState, claim: FlatRateClaim, rates: tuple[Rate, ...]) -> Standing:
    """How ``claim`` stands to ``grant``; ``rates`` are those of the programme."""
    decided = grant.flat_rates.get(claim.participation_id)
    spans = _in_period(grant, claim)
    if decided is not None:
        if differs(grant, decided, claim, rates):
            return Standing.DIFFERENT
        if len(spans) == len(decided.spans):
            return Standing.SETTLED
    elif not spans:
        return Standing.OUTSIDE_PERIOD if claim.spans else Standing.NO_ATTENDANCE
    if claim.offer_id in grant.real_cost_offers:
        return Standing.REAL_COST_PAID
    lines = {line.key for line in grant.plan.lines}
    if any((claim.module, claim.municipality, span.to_on.year) not in lines for span in spans):
        return Standing.NO_LINE
    known = {span.version for span in decided.spans} if decided is not None else set()
    if not any(_priced(grant, claim, s, rates).rate for s in spans if s.version not in known):
        return Standing.NO_RATE
    return Standing.FURTHER if decided is not None else Standing.NEW


def differs(
    grant: GrantState, decided: FlatRate, claim: FlatRateClaim, rates: tuple[Rate, ...]
) -> tuple[str, ...]:
    """Names of what is not as it was decided on: fields of the claim, ``spans`` changed or gone, or the ``rate``."""
    changed = [
        name
        for name in (
            "offer_id",
            "module",
            "municipality",
            "entered_on",
            "course_starts_on",
            "entry_by",
            "result",
        )
        if getattr(decided, name) != getattr(claim, name)
    ]
    now = {span.version: _priced(grant, claim, span, rates) for span in _in_period(grant, claim)}
    for span in decided.spans:
        other = now.get(span.version)
        if other is None or replace(other, rate=span.rate) != span:
            changed.append("spans")
            break
    if any(span.version in now and now[span.version].rate != span.rate for span in decided.spans):
        changed.append("rate")
    return tuple(changed)


def _in_period(grant: GrantState, claim: FlatRateClaim) -> tuple[ClaimSpan, ...]:
    return tuple(
        span
        for span in sorted(claim.spans, key=lambda span: (span.from_on, span.version))
        if grant.period_from <= span.from_on and span.to_on <= grant.period_to
    )


def _priced(
    grant: GrantState, claim: FlatRateClaim, span: ClaimSpan, rates: tuple[Rate, ...]
) -> FlatRateSpan:
    return FlatRateSpan(
        from_on=span.from_on,
        to_on=span.to_on,
        units_attended=span.units_attended,
        units_held=span.units_held,
        version=span.version,
        rate=rate_for(
            claim.module, RateUnit.TEACHING_UNIT, span.from_on, span.to_on, grant.plan.rates, rates
        ),
    )


# -------------------------------------------------------------------- decide


def decide(command: FlatRateCommand, grant: GrantState) -> Decision:
    """Decide flat rates. A claim that differs from what was decided is refused, and never changes it in silence."""
    if isinstance(command, ReviseFlatRate):
        return _revise(command, grant)
    events = []
    for claim in command.claims:
        match standing(grant, claim, command.rates):
            case Standing.NEW | Standing.FURTHER:
                events.append(_decided(claim, command, grant))
            case Standing.SETTLED:
                pass
            case Standing.DIFFERENT:
                return Refusal(
                    "flat_rate.differs_from_decision",
                    "Der Fall ist nicht mehr so, wie entschieden wurde; bitte neu entscheiden und begründen.",
                    "The case is not what was decided on any more; decide again and say why.",
                )
            case standing_now:
                return _refusal(standing_now)
    return tuple(events)


def _refusal(found: Standing) -> Refusal:
    match found:
        case Standing.NO_ATTENDANCE:
            return Refusal(
                "flat_rate.no_attendance",
                "Es ist noch keine Anwesenheit erfasst.",
                "No attendance is recorded yet.",
            )
        case Standing.OUTSIDE_PERIOD:
            return Refusal(
                "flat_rate.outside_period",
                "Die Anwesenheit liegt nicht im Bewilligungszeitraum.",
                "The attendance does not lie within the grant period.",
            )
        case Standing.NO_RATE:
            return Refusal(
                "flat_rate.rate_not_known",
                "Für diese Zeit ist kein Satz bekannt; die Pauschale ist nicht berechenbar.",
                "No rate is known for this time; the flat rate cannot be computed.",
            )
        case Standing.NO_LINE:
            return Refusal(
                "grant.line_unknown",
                "Diesen Ansatz (Baustein, Kommune, Jahr) hat der Finanzierungsplan nicht.",
                "The financing plan has no such line (module, municipality, year).",
            )
        case _:
            return Refusal(
                "flat_rate.real_cost_paid",
                "Für diesen Kurs sind Kosten nach Beleg erfasst; mit der Pauschale wäre er doppelt gefördert.",
                "Real costs of this course are on record; with the flat rate it would be funded twice.",
            )


def _decided(claim: FlatRateClaim, command: DecideFlatRates, grant: GrantState) -> FlatRateDecided:
    decided = grant.flat_rates.get(claim.participation_id)
    known = {span.version for span in decided.spans} if decided else set()
    return FlatRateDecided(
        occurred_on=command.occurred_on,
        case_id=claim.case_id,
        participation_id=claim.participation_id,
        offer_id=claim.offer_id,
        module=claim.module,
        municipality=claim.municipality,
        result=claim.result,
        entered_on=claim.entered_on,
        course_starts_on=claim.course_starts_on,
        entry_by=claim.entry_by,
        rule=claim.rule,
        rule_valid_from=claim.rule_valid_from,
        line_de=claim.line_de,
        line_en=claim.line_en,
        spans=tuple(
            _priced(grant, claim, span, command.rates)
            for span in _in_period(grant, claim)
            if span.version not in known
        ),
        entries=claim.entries,
    )


def _revise(command: ReviseFlatRate, grant: GrantState) -> Decision:
    claim = command.claim
    found = standing(grant, claim, command.rates)
    if claim.participation_id not in grant.flat_rates:
        return Refusal(
            "flat_rate.not_decided",
            "Über die Pauschale dieser Teilnahme ist noch nicht entschieden.",
            "The flat rate of this participation has not been decided yet.",
        )
    if found is not Standing.DIFFERENT:
        return ()
    if not command.reason.strip():
        return Refusal(
            "flat_rate.reason_missing",
            "Eine neue Entscheidung braucht eine Begründung.",
            "A new decision needs a reason.",
        )
    return (
        FlatRateRevised(
            occurred_on=command.occurred_on,
            case_id=claim.case_id,
            participation_id=claim.participation_id,
            offer_id=claim.offer_id,
            module=claim.module,
            municipality=claim.municipality,
            result=claim.result,
            entered_on=claim.entered_on,
            course_starts_on=claim.course_starts_on,
            entry_by=claim.entry_by,
            rule=claim.rule,
            rule_valid_from=claim.rule_valid_from,
            line_de=claim.line_de,
            line_en=claim.line_en,
            spans=tuple(_priced(grant, claim, span, command.rates) for span in _in_period(grant, claim)),
            entries=claim.entries,
            reason=command.reason,
        ),
    )


# -------------------------------------------------------------------- evolve


def evolve(decided: FlatRate | None, event: FlatRateEvent, version: int) -> FlatRate:
    """What stands about a participation after ``event``, which is entry ``version`` of the grant."""
    earlier = decided if decided is not None and isinstance(event, FlatRateDecided) else None
    return FlatRate(
        case_id=event.case_id,
        participation_id=event.participation_id,
        offer_id=event.offer_id,
        module=event.module,
        municipality=event.municipality,
        result=event.result,
        entered_on=event.entered_on,
        course_starts_on=event.course_starts_on,
        entry_by=event.entry_by,
        spans=(*earlier.spans, *event.spans) if earlier else event.spans,
        versions=(*earlier.versions, version) if earlier else (version,),
    )
