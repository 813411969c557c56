"""What changes around a person at any time: residence, Rechtskreis, place, caseworker, ways of contact; and notes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from domain.commands import Command
from domain.person import ContactWay, Residence
from domain.personal import Personal
from domain.recorded import Event
from domain.values import Ags, LegalRegime, StaffId


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeResidenceStatus(Command):
    """Record a new or extended residence status; ``occurred_on`` is the day it began to count."""

    residence: Residence


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeLegalRegime(Command):
    """Record a Rechtskreiswechsel."""

    regime: LegalRegime


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeMunicipality(Command):
    """The participant moved to another municipality of the programme."""

    municipality: Ags


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOverCase(Command):
    """Another caseworker takes the case over."""

    caseworker: StaffId
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeContactWays(Command):
    """Replace the ways to reach the participant."""

    contact_ways: tuple[ContactWay, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AddNote(Command):
    """Add a note. Confidential notes are shown apart and never leave the case."""

    text: str
    confidential: bool = False


ChangeCommand: TypeAlias = (
    ChangeResidenceStatus
    | ChangeLegalRegime
    | ChangeMunicipality
    | HandOverCase
    | ChangeContactWays
    | AddNote
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResidenceStatusChanged(Event):
    """The residence status or its validity changed."""

    residence: Residence


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalRegimeChanged(Event):
    """The Rechtskreis changed."""

    regime: LegalRegime


@dataclass(frozen=True, slots=True, kw_only=True)
class MunicipalityChanged(Event):
    """The participant lives in another municipality."""

    municipality: Ags


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseHandedOver(Event):
    """Another caseworker is in charge."""

    caseworker: StaffId
    reason: Personal[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactWaysChanged(Event):
    """The ways to reach the participant changed."""

    contact_ways: Personal[tuple[ContactWay, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteAdded(Event):
    """Somebody wrote a note."""

    text: Personal[str]
    confidential: bool


ChangeEvent: TypeAlias = (
    ResidenceStatusChanged
    | LegalRegimeChanged
    | MunicipalityChanged
    | CaseHandedOver
    | ContactWaysChanged
    | NoteAdded
)
