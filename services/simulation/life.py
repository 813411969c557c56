"""One simulated life: what the log knows of the case, and the leanings that the log does not know."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import Any
from uuid import UUID

from domain.case_state import CaseState
from domain.recorded import Recorded
from domain.values import LanguageLevel, OfferKind, StaffId
from services.simulation.people import Person
from services.simulation.town import Municipality


class Aim(Enum):
    """Where somebody wants to go."""

    AUSBILDUNG = "ausbildung"
    WORK = "work"
    SCHOOL = "school"
    LANGUAGE = "language"


@dataclass(slots=True, eq=False, kw_only=True)
class Life:
    """A participant with a case. ``case`` is folded from the log alone; the rest is character and luck.

    ``history`` is kept only for the few whose caseworker will correct an entry. ``wake_on`` is the day on which the
    case moves by itself. ``again`` is what they want to try once more after it came to nothing.
    """

    case_id: UUID
    participant_id: UUID
    person: Person | None
    municipality: Municipality
    caseworker: StaffId
    organisation: str
    aim: Aim
    diligence: float
    woman: bool
    level: LanguageLevel
    school_leaving_missing: bool
    case: CaseState | None = None
    history: list[Recorded[Any]] | None = None
    wake_on: date | None = None
    in_contact: bool = False
    courses: int = 0
    search: int = 0
    again: tuple[OfferKind, LanguageLevel | None] | None = None
    renews_title: bool = True
    told: dict[UUID, int] = field(default_factory=dict)

    @property
    def state(self) -> CaseState:
        """The case, which is open or was."""
        if self.case is None:
            raise LookupError("the case is not opened yet")
        return self.case

    @property
    def open(self) -> bool:
        """Whether the accompaniment runs."""
        return self.case is not None and self.case.open
