"""Eligibility: whether the programme, or one of its modules, may support this person; a person decides, rules propose."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import ClassVar

from domain.commands import Command
from domain.decision import Decision, Terms
from domain.eligible.recording import UsedRule
from domain.eligible.rule import Verdict
from domain.person import age_on
from domain.personal import Erased, Personal
from domain.recorded import Event
from domain.refusals import Refusal
from domain.values import FundingModule, StaffId

# ---------------------------------------------------------------- vocabulary


class EligibilityResult(StrEnum):
    """Eligibility is three-valued; an exception always has a reason and a decider."""

    ELIGIBLE = "eligible"
    NOT_ELIGIBLE = "not_eligible"
    EXCEPTION_GRANTED = "exception_granted"


class EligibilityReason(StrEnum):
    """On which ground the eligibility was decided. Source: durchstarten.nrw/service/faq/c-1."""

    AGE_AND_STATUS_FIT = "age_and_status_fit"
    INDIVIDUAL_NEED = "individual_need"
    AGE_OUTSIDE_RANGE = "age_outside_range"
    STATUS_EXCLUDED = "status_excluded"
    OTHER_BENEFITS_FIRST = "other_benefits_first"
    STATE_FACILITY = "state_facility"
    EMPLOYMENT_BAN = "employment_ban"
    EXCLUDED_PERSON = "excluded_person"


# ------------------------------------------------------------------- command


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideEligibility(Command):
    """Decide whether the programme may support this person (``module`` None) or one Förderbaustein.

    Whoever decides against what the rules propose says so (``against_proposal``), and the reason says why.
    """

    result: EligibilityResult
    ground: EligibilityReason
    reason: str
    decided_by: StaffId
    module: FundingModule | None = None
    against_proposal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What the rules said when the decision was taken, and which versions of which rules said it."""

    verdict: Verdict
    rules_used: tuple[UsedRule, ...]


# --------------------------------------------------------------------- event


@dataclass(frozen=True, slots=True, kw_only=True)
class EligibilityDecided(Event):
    """Eligibility was decided by a person, on the path version and the age of that day.

    ``proposed`` is what the rules said (None where they were not asked), ``rules_used`` the versions that said it, and
    ``against_proposal`` whether the person decided otherwise.
    """

    schema_version: ClassVar[int] = 2

    result: EligibilityResult
    ground: EligibilityReason
    reason: Personal[str]
    decided_by: StaffId
    module: FundingModule | None
    age_years: int | None
    proposed: Verdict | None
    against_proposal: bool
    rules_used: tuple[UsedRule, ...]


# --------------------------------------------------------------------- state


@dataclass(frozen=True, slots=True, kw_only=True)
class Eligibility:
    """The latest decision for the programme (``module`` None) or one module."""

    module: FundingModule | None
    result: EligibilityResult
    decided_on: date
    decided_by: StaffId


def eligibility_for(decided: tuple[Eligibility, ...], module: FundingModule | None) -> Eligibility | None:
    """The decision that counts for ``module``: its own, else the one for the programme."""
    own = next((e for e in reversed(decided) if e.module is module), None)
    return own or next((e for e in reversed(decided) if e.module is None), None)


# -------------------------------------------------------------------- decide


def deviates(result: EligibilityResult, proposed: Verdict | None) -> bool:
    """Whether ``result`` is against what the rules propose. Where they cannot decide, no result is."""
    match proposed:
        case Verdict.YES:
            return result is EligibilityResult.NOT_ELIGIBLE
        case Verdict.NO:
            return result is not EligibilityResult.NOT_ELIGIBLE
        case _:
            return False


def decide(
    command: DecideEligibility, birth_date: date | Erased | None, terms: Terms, proposal: Proposal
) -> Decision:
    """Decide on eligibility at the age of that day, as far as the birth date is known.

    An exception needs no further word: it says by itself that the rules would not have it.
    """
    if not command.reason.strip():
        return Refusal(
            "eligibility.reason_missing",
            "Die Entscheidung über die Förderfähigkeit braucht eine Begründung.",
            "The decision on eligibility needs a reason.",
        )
    age = age_on(birth_date, command.occurred_on) if isinstance(birth_date, date) else None
    programme = terms.path.programme
    if command.result is EligibilityResult.ELIGIBLE and age is not None and not programme.age_allowed(age):
        return Refusal(
            "eligibility.age_outside_range",
            f"Mit {age} Jahren liegt die Person außerhalb von {programme.age_text}; möglich ist eine "
            "begründete Ausnahme.",
            f"At {age} the person is outside {programme.age_text}; a reasoned exception is possible.",
        )
    against = deviates(command.result, proposal.verdict)
    if against and not command.against_proposal and command.result is not EligibilityResult.EXCEPTION_GRANTED:
        return _deviation_not_said(proposal)
    return (
        EligibilityDecided(
            occurred_on=command.occurred_on,
            result=command.result,
            ground=command.ground,
            reason=command.reason,
            decided_by=command.decided_by,
            module=command.module,
            age_years=age,
            proposed=proposal.verdict,
            against_proposal=against,
            rules_used=proposal.rules_used,
        ),
    )


def _deviation_not_said(proposal: Proposal) -> Refusal:
    no = ", ".join(used.rule for used in proposal.rules_used if used.verdict is Verdict.NO)
    de, en = (f"nein ({no})", f"no ({no})") if no else ("ja", "yes")
    return Refusal(
        "eligibility.deviates_from_proposal",
        f"Die Regeln sagen {de}; wer anders entscheidet, gibt das an (against_proposal) und begründet es.",
        f"The rules say {en}; whoever decides otherwise says so (against_proposal) and gives the reason.",
    )


# -------------------------------------------------------------------- evolve


def evolve(decided: tuple[Eligibility, ...], event: EligibilityDecided) -> tuple[Eligibility, ...]:
    """Fold one decision on eligibility."""
    latest = Eligibility(
        module=event.module,
        result=event.result,
        decided_on=event.occurred_on,
        decided_by=event.decided_by,
    )
    return (*decided, latest)
