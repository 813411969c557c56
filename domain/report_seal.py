"""Sealing a report: what it was counted from and the digest of its bytes, as a stream of its own that never changes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from domain.commands import Command
from domain.decision import Decision
from domain.recorded import Event, Recorded
from domain.refusals import Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedParameter:
    """A parameter of a sealed report, as text."""

    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SealReport(Command):
    """Seal a report that was just run. ``digest`` is the SHA-256 of its canonical bytes in hex, ``log_position`` what
    was known, ``definition_version`` the version of its definitions."""

    report: str
    definition_version: int
    log_position: int
    as_of: date
    parameters: tuple[SealedParameter, ...]
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSealed(Event):
    """A report was sealed: running it again from the same entries of the log must give the same bytes."""

    report: str
    definition_version: int
    log_position: int
    as_of: date
    parameters: tuple[SealedParameter, ...]
    digest: str


ReportSealEvent = ReportSealed


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedReport:
    """A sealed report now; ``version`` is the last entry of its stream."""

    version: int
    seal: ReportSealed


_SHA_256 = re.compile("[0-9a-f]{64}")


def decide(command: SealReport, sealed: SealedReport | None) -> Decision:
    """Decide a seal. A stream carries one seal for ever; sealing the same again records nothing."""
    if not _SHA_256.fullmatch(command.digest):
        return Refusal(
            "report_seal.digest_malformed",
            "Die Prüfsumme ist keine SHA-256 in 64 Hexadezimalziffern.",
            "The digest is no SHA-256 in 64 hexadecimal digits.",
        )
    if command.log_position < 0:
        return Refusal(
            "report_seal.position_negative",
            "Der Kenntnisstand ist keine Position des Protokolls.",
            "What was known is no position of the log.",
        )
    event = ReportSealed(
        occurred_on=command.occurred_on,
        report=command.report,
        definition_version=command.definition_version,
        log_position=command.log_position,
        as_of=command.as_of,
        parameters=command.parameters,
        digest=command.digest,
    )
    if sealed is None:
        return (event,)
    if sealed.seal == event:
        return ()
    return Refusal(
        "report_seal.exists",
        "Unter dieser Nummer ist schon ein Bericht versiegelt.",
        "A report is sealed under this number already.",
    )


def fold(history: Iterable[Recorded[Any]], sealed: SealedReport | None = None) -> SealedReport | None:
    """The sealed report after ``history``."""
    for entry in history:
        if not isinstance(entry.event, ReportSealed):
            raise TypeError(f"{type(entry.event).__name__} is no event of a sealed report")
        sealed = SealedReport(version=entry.version, seal=entry.event)
    return sealed
