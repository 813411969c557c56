"""Consent: what the person was told about their data, and what they allow, purpose by purpose."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeAlias, assert_never

from domain.commands import Command
from domain.decision import Decision
from domain.periods import check_date
from domain.recorded import Event
from domain.refusals import Refusal
from domain.replacing import replace

# ---------------------------------------------------------------- vocabulary


class ConsentPurpose(StrEnum):
    """What a consent is for; each is given and withdrawn on its own."""

    CASE_MANAGEMENT = "case_management"
    SHARING_WITH_PROVIDERS = "sharing_with_providers"
    SHARING_WITH_AUTHORITIES = "sharing_with_authorities"
    SHARING_WITH_EMPLOYERS = "sharing_with_employers"
    EVALUATION = "evaluation"


class ConsentForm(StrEnum):
    """How a consent was given. Source: SGB X § 67b (2): written or electronic."""

    WRITTEN = "written"
    ELECTRONIC = "electronic"


# ------------------------------------------------------------------ commands


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveInformationNotice(Command):
    """Record that the notice after Art. 13 GDPR was handed over, in which version and language (ISO 639-1)."""

    notice_version: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveConsent(Command):
    """Record a consent for one purpose; ``valid_until`` is its last day, None when it runs until withdrawn."""

    purpose: ConsentPurpose
    form: ConsentForm
    text_version: str
    language: str
    valid_until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawConsent(Command):
    """Record that a consent was withdrawn; it works for the future only."""

    purpose: ConsentPurpose


ConsentCommand: TypeAlias = GiveInformationNotice | GiveConsent | WithdrawConsent

# -------------------------------------------------------------------- events


@dataclass(frozen=True, slots=True, kw_only=True)
class InformationNoticeGiven(Event):
    """The notice after Art. 13 GDPR was handed over."""

    notice_version: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentGiven(Event):
    """The participant consented to one purpose."""

    purpose: ConsentPurpose
    form: ConsentForm
    text_version: str
    language: str
    valid_until: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentWithdrawn(Event):
    """The participant withdrew a consent."""

    purpose: ConsentPurpose


# --------------------------------------------------------------------- state


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """A consent in force or withdrawn; ``version`` is the entry that gave it, ``withdrawn_version`` the one that took it
    back, 0 for none."""

    purpose: ConsentPurpose
    given_on: date
    valid_until: date | None
    version: int
    withdrawn_on: date | None = None
    withdrawn_version: int = 0

    def in_force(self, on: date) -> bool:
        """Whether the consent covers ``on``."""
        return (
            self.given_on <= on
            and (self.valid_until is None or on <= self.valid_until)
            and (self.withdrawn_on is None or on < self.withdrawn_on)
        )


def latest_consent(consents: tuple[Consent, ...], purpose: ConsentPurpose) -> Consent | None:
    """The latest of ``consents`` for ``purpose``, withdrawn or not."""
    return next((c for c in reversed(consents) if c.purpose is purpose), None)


# -------------------------------------------------------------------- decide


def decide(command: ConsentCommand, consents: tuple[Consent, ...]) -> Decision:
    """Decide a command about notice or consent, given the ``consents`` so far."""
    match command:
        case GiveInformationNotice():
            return (
                InformationNoticeGiven(
                    occurred_on=command.occurred_on,
                    notice_version=command.notice_version,
                    language=command.language,
                ),
            )
        case GiveConsent():
            return _give(command)
        case WithdrawConsent():
            return _withdraw(command, consents)
        case _:
            assert_never(command)


def _give(command: GiveConsent) -> Decision:
    if command.valid_until is not None and command.valid_until < command.occurred_on:
        return Refusal(
            "consent.ends_before_start",
            "Die Einwilligung endet vor dem Tag, an dem sie gegeben wurde.",
            "The consent ends before the day it was given.",
        )
    if command.valid_until is not None:
        check_date(command.valid_until)
    return (
        ConsentGiven(
            occurred_on=command.occurred_on,
            purpose=command.purpose,
            form=command.form,
            text_version=command.text_version,
            language=command.language,
            valid_until=command.valid_until,
        ),
    )


def _withdraw(command: WithdrawConsent, consents: tuple[Consent, ...]) -> Decision:
    consent = latest_consent(consents, command.purpose)
    if consent is None:
        return Refusal(
            "consent.not_given",
            "Für diesen Zweck liegt keine Einwilligung vor.",
            "There is no consent for this purpose.",
        )
    if consent.withdrawn_on is not None:
        return ()
    if command.occurred_on < consent.given_on:
        return Refusal(
            "consent.withdrawn_before_given",
            "Der Widerruf liegt vor der Einwilligung.",
            "The withdrawal lies before the consent.",
        )
    return (ConsentWithdrawn(occurred_on=command.occurred_on, purpose=command.purpose),)


# -------------------------------------------------------------------- evolve


def evolve(
    consents: tuple[Consent, ...], event: ConsentGiven | ConsentWithdrawn, version: int
) -> tuple[Consent, ...]:
    """Fold one consent event; ``version`` is its place in the stream."""
    match event:
        case ConsentGiven():
            given = Consent(
                purpose=event.purpose,
                given_on=event.occurred_on,
                valid_until=event.valid_until,
                version=version,
            )
            return (*consents, given)
        case ConsentWithdrawn():
            latest = latest_consent(consents, event.purpose)
            return tuple(
                replace(c, withdrawn_on=event.occurred_on, withdrawn_version=version) if c is latest else c
                for c in consents
            )
        case _:
            assert_never(event)
