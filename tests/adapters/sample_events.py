"""A small register with everything an event can hold, so that the codec is tested apart from the real vocabulary."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from domain.commands import Command
from domain.personal import Personal
from domain.recorded import Event
from domain.values import Answer, Cents, Gender, NotStated, NotStatedReason


class Colour(StrEnum):
    """Something to choose."""

    RED = "red"
    GREEN = "green"


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A value inside a value."""

    text: str
    colour: Colour | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FullName:
    """A personal value."""

    family_name: str
    given_name: str | None = None
    labels: tuple[Label, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseBegun(Event):
    """The first event of a case: it makes the key."""

    participant_id: UUID
    gender: Answer[Gender]
    name: Personal[FullName]
    birth_date: Personal[date | None]
    salary_cents: Personal[Cents]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured(Event):
    """Nothing personal, one field of every kind."""

    schema_version: ClassVar[int] = 3

    at: datetime
    colour: Colour
    share: Decimal
    cost_cents: Cents
    done: bool
    ids: tuple[UUID, ...]
    pair: tuple[int, str]
    label: Label | None
    gender: Answer[Gender]
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted(Event):
    """One personal field only."""

    text: Personal[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Amended(Event):
    """Carries another event."""

    replacement: Event | None
    amended_version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AmendedBecause(Event):
    """Carries another event and has a personal field itself."""

    replacement: Event
    reason: Personal[str]


EVENTS: dict[str, type[Event]] = {
    "case_begun": CaseBegun,
    "measured": Measured,
    "noted": Noted,
    "amended": Amended,
    "amended_because": AmendedBecause,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginCase(Command):
    """Opens a case."""

    participant_id: UUID
    name: FullName


@dataclass(frozen=True, slots=True, kw_only=True)
class Amend(Command):
    """Carries an event."""

    replacement: Event | None
    reason: str


COMMANDS: dict[str, type[Command]] = {"begin_case": BeginCase, "amend": Amend}

STREAM = UUID("00000000-0000-4000-8000-000000000001")
OTHER_STREAM = UUID("00000000-0000-4000-8000-000000000002")
PARTICIPANT = UUID("00000000-0000-4000-8000-00000000000a")

SECRETS = ("Zyxwvu", "Qponmlk", "1999-12-24", "7654321")
"""Marked values in the personal fields of the events below."""

BEGUN = CaseBegun(
    occurred_on=date(2026, 1, 2),
    participant_id=PARTICIPANT,
    gender=NotStated(not_stated=NotStatedReason.REFUSED),
    name=FullName(family_name="Zyxwvu", given_name="Qponmlk", labels=(Label(text="é", colour=Colour.RED),)),
    birth_date=date(1999, 12, 24),
    salary_cents=Cents(7654321),
)
MEASURED = Measured(
    occurred_on=date(2026, 1, 3),
    at=datetime(2026, 1, 3, 23, 59, 59, 999_999, tzinfo=UTC),
    colour=Colour.GREEN,
    share=Decimal("0.10"),
    cost_cents=Cents(-5),
    done=False,
    ids=(STREAM,),
    pair=(1, "ß"),
    label=Label(text="x"),
    gender=Gender.DIVERSE,
)
NOTED = Noted(occurred_on=date(2026, 1, 4), text="Zyxwvu called")
AMENDED = Amended(occurred_on=date(2026, 1, 5), replacement=NOTED, amended_version=3)
AMENDED_BECAUSE = AmendedBecause(occurred_on=date(2026, 1, 6), replacement=AMENDED, reason="Qponmlk said so")
ALL = (BEGUN, MEASURED, NOTED, AMENDED, AMENDED_BECAUSE)
