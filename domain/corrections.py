"""Correcting an earlier entry: a new event names the old one; the wrong value stays in the log for ever."""

from __future__ import annotations

from dataclasses import dataclass

from domain.commands import Command
from domain.personal import Personal
from domain.recorded import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectEntry(Command):
    """Put ``replacement`` in the place of entry ``version``, or strike the entry out with None."""

    version: int
    replacement: Event | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryCorrected(Event):
    """Entry ``version`` counts as ``replacement`` from now on, or not at all.

    Who reads the case as known before this entry still sees the old value.
    """

    version: int
    replacement: Event | None
    reason: Personal[str]
