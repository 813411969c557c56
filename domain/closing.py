"""The end of an accompaniment and its reopening. Exit reason and destination are two different answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from domain.commands import Command
from domain.personal import Personal
from domain.recorded import Event
from domain.values import Destination, ExitReason


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseCase(Command):
    """Close the case; ``occurred_on`` is the last day of accompaniment (Austritt)."""

    exit_reason: ExitReason
    destination: Destination
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReopenCase(Command):
    """Take a closed or declined case up again."""

    reason: str


ClosingCommand: TypeAlias = CloseCase | ReopenCase


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseClosed(Event):
    """The accompaniment ended; the follow-up begins."""

    exit_reason: ExitReason
    destination: Destination
    reason: Personal[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReopened(Event):
    """The accompaniment goes on."""

    reason: Personal[str]


ClosingEvent: TypeAlias = CaseClosed | CaseReopened


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """How and when the case was closed; ``version`` is the entry."""

    closed_on: date
    exit_reason: ExitReason
    destination: Destination
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopening:
    """When the case was last taken up again; ``version`` is the entry."""

    reopened_on: date
    version: int
