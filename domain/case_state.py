"""What is known of a case after its events are folded: one value, all stages inside."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.ausbildung import AusbildungState
from domain.authority import AuthorityState
from domain.characteristics import Spell
from domain.closing import Closing, Reopening
from domain.coaching import CoachingState
from domain.course import CourseState
from domain.eligible.recording import EligibilityRecords
from domain.followup import FollowUpState
from domain.hold import HoldState
from domain.intake import IntakeState, Residence
from domain.legal_facts import LegalFacts
from domain.path import StageKind
from domain.reminders import RemindersState
from domain.repetition import RepetitionAnswer
from domain.replacing import quickly_made
from domain.residence_history import ResidenceSpell
from domain.unmet_need import UnmetNeed
from domain.values import Ags, LegalRegime, ParticipantId, StaffId


@dataclass(frozen=True, slots=True, kw_only=True)
class StageInterval:
    """A stage from its first day to its last; ``to_on`` None while it runs. ``reference`` is the id of the
    participation or training, empty for stages that have none. The versions are the entries that began and ended it;
    ``again_on`` is the next day on which an entry would have begun it, had it not run already."""

    stage: StageKind
    from_on: date
    to_on: date | None = None
    reference: str = ""
    from_version: int = 0
    to_version: int = 0
    again_on: date | None = None
    again_version: int = 0


@quickly_made
@dataclass(frozen=True, slots=True, kw_only=True)
class CaseState:
    """A case now. ``version`` is the last folded entry of its stream.

    Derived only: nothing here is stored, and nothing is known that the events do not say.
    """

    version: int
    participant_id: ParticipantId
    path_id: str
    path_version: int
    municipality: Ags
    caseworker: StaffId
    residence: Residence
    residence_version: int
    legal_regime: LegalRegime
    synthetic: bool
    intake: IntakeState
    eligibility: EligibilityRecords = EligibilityRecords()
    residence_history: tuple[ResidenceSpell, ...] = ()
    regime_history: tuple[Spell, ...] = ()
    legal: LegalFacts = LegalFacts()
    authority: AuthorityState = AuthorityState()
    coaching: CoachingState = CoachingState()
    course: CourseState = CourseState()
    ausbildung: AusbildungState = AusbildungState()
    follow_up: FollowUpState = FollowUpState()
    hold: HoldState = HoldState()
    reminders: RemindersState = RemindersState()
    repetition_answers: tuple[RepetitionAnswer, ...] = ()
    unmet_needs: tuple[UnmetNeed, ...] = ()
    stages: tuple[StageInterval, ...] = ()
    closing: Closing | None = None
    reopened: Reopening | None = None
    notes: int = 0
    corrections: int = 0
    municipality_version: int = 1
    municipality_before: Ags | None = None
    municipality_before_version: int = 0

    @property
    def declined(self) -> bool:
        """Whether the intake was declined."""
        return self.intake.declined_on is not None

    @property
    def open(self) -> bool:
        """Whether the accompaniment runs (a held case is open)."""
        return self.closing is None and not self.declined

    @property
    def running_stages(self) -> tuple[StageInterval, ...]:
        """Stages that run now."""
        return tuple(stage for stage in self.stages if stage.to_on is None)

    @property
    def reached_stages(self) -> frozenset[StageKind]:
        """Stages that run or have run."""
        return frozenset(stage.stage for stage in self.stages)

    @property
    def finished(self) -> bool:
        """Whether nothing will happen by itself any more: declined, or closed and followed up."""
        if self.reminders.undelivered:
            return False
        return self.declined or (self.closing is not None and self.follow_up.settled_on is not None)
