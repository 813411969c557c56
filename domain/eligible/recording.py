"""What is recorded about eligibility beside the decision: checks by a person, the wish to be woken, and the re-check."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TypeAlias, assert_never

from domain.commands import Command
from domain.eligible.rule import EligibilitySubject, PersonalCheck, Verdict
from domain.recorded import Event
from domain.replacing import replace

# ------------------------------------------------------------------ commands


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPersonalCheck(Command):
    """Record that a person has checked whether ``check`` holds; yes or no, and no details."""

    check: PersonalCheck
    holds: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AskForRecheck(Command):
    """Wake me when the answer of the rules on ``subject`` changes; it is then checked anew by itself, once."""

    subject: EligibilitySubject


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeBackRecheck(Command):
    """Do not wake me for ``subject`` any more."""

    subject: EligibilitySubject


EligibilityRecordCommand: TypeAlias = RecordPersonalCheck | AskForRecheck | TakeBackRecheck

# -------------------------------------------------------------------- events


@dataclass(frozen=True, slots=True, kw_only=True)
class UsedRule:
    """A version of a rule that was looked at, and what it said."""

    rule: str
    valid_from: date
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalCheckRecorded(Event):
    """A person has checked whether something holds."""

    check: PersonalCheck
    holds: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RecheckAsked(Event):
    """Somebody wants to be woken when ``answer`` on ``subject`` changes."""

    subject: EligibilitySubject
    answer: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class RecheckTakenBack(Event):
    """Nobody wants to be woken for ``subject`` any more."""

    subject: EligibilitySubject


@dataclass(frozen=True, slots=True, kw_only=True)
class EligibilityRechecked(Event):
    """The rules were asked again by themselves, on the day somebody wanted to be woken. It decides nothing."""

    subject: EligibilitySubject
    before: Verdict
    after: Verdict
    rules_used: tuple[UsedRule, ...]


EligibilityRecordEvent: TypeAlias = (
    PersonalCheckRecorded | RecheckAsked | RecheckTakenBack | EligibilityRechecked
)

# --------------------------------------------------------------------- state


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedCheck:
    """The latest word on one check, and the entry that says it."""

    check: PersonalCheck
    holds: bool
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Recheck:
    """A wish to be woken. ``asked_on`` is its business day, ``answer`` what the rules said then."""

    subject: EligibilitySubject
    asked_on: date
    answer: Verdict
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EligibilityRecords:
    """Checks by persons, and rechecks that are asked for and have not happened."""

    checks: tuple[RecordedCheck, ...] = ()
    rechecks: tuple[Recheck, ...] = ()

    def checked(self, check: PersonalCheck) -> RecordedCheck | None:
        """The latest word on ``check``; None while nobody has checked it."""
        return next((recorded for recorded in self.checks if recorded.check is check), None)

    def recheck(self, subject: EligibilitySubject) -> Recheck | None:
        """The recheck asked for on ``subject``."""
        return next((asked for asked in self.rechecks if asked.subject is subject), None)


# -------------------------------------------------------------------- evolve


def evolve(records: EligibilityRecords, event: EligibilityRecordEvent, version: int) -> EligibilityRecords:
    """Fold one entry; ``version`` is its place in the stream."""
    match event:
        case PersonalCheckRecorded():
            latest = RecordedCheck(check=event.check, holds=event.holds, version=version)
            others = tuple(known for known in records.checks if known.check is not event.check)
            return replace(records, checks=(*others, latest))
        case RecheckAsked():
            asked = Recheck(
                subject=event.subject, asked_on=event.occurred_on, answer=event.answer, version=version
            )
            return replace(records, rechecks=(*_without(records, event.subject), asked))
        case RecheckTakenBack() | EligibilityRechecked():
            return replace(records, rechecks=_without(records, event.subject))
        case _:
            assert_never(event)


def _without(records: EligibilityRecords, subject: EligibilitySubject) -> tuple[Recheck, ...]:
    return tuple(asked for asked in records.rechecks if asked.subject is not subject)
