"""Waiting on whom: one owner per open step at any time, no gap and no overlap, and the same as asked day by day."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.application import (
    ApplicationAnswer,
    ApplicationAnswered,
    RecordApplication,
    RecordApplicationAnswer,
)
from domain.authority import RecordRemedy
from domain.case_fold import effective, fold
from domain.case_state import CaseState
from domain.closing import ReopenCase
from domain.coaching import AgreeStep, CompleteStep, MakePromise, SettlePromise
from domain.contact import ContactKind
from domain.course import AcceptSeat, StartCourse
from domain.followup import RecordFollowUpAttempt, RecordFollowUpNotReached
from domain.hold import HoldCase, HoldReason, ResumeCase
from domain.law.vocabulary import AuthoritySubject, RemedyStep
from domain.participation import SeatStatus
from domain.path import StageKind
from domain.projections.folding import advance, fold_stream
from domain.training import TrainingStatus
from domain.values import DutyHolder
from domain.waiting import HOLD_OWNER, OWNER_OF, Owner, StepKind, WaitingInterval, waiting_intervals
from domain.waiting_turns import turns_of
from services.bootstrap import rule_book
from tests.domain.any_command import ANY_COMMAND, CORRECTION, Moved
from tests.domain.ground import (
    SEAT,
    CaseFile,
    after_intake,
    closed,
    closing,
    in_ausbildung,
    in_coaching,
    open_case,
    seat_offer,
    seat_requested,
)
from tests.domain.law_ground import DECISION, SUBMISSION, a_case, refused, submitted

COMMANDS = st.lists(st.one_of(ANY_COMMAND, CORRECTION), max_size=10)
FIRST, LAST = date(2025, 2, 20), date(2026, 2, 28)
RULES = rule_book()


def waiting(file: CaseFile) -> tuple[WaitingInterval, ...]:
    """The intervals of a case."""
    return waiting_intervals(turns_of(effective(file.history)))


def told(file: CaseFile, step: StepKind) -> list[tuple[Owner, date, date | None]]:
    """The intervals of one kind of step."""
    return [(i.owner, i.from_on, i.to_on) for i in waiting(file) if i.step is step]


def naive(file: CaseFile, day: date) -> dict[tuple[StepKind, str], Owner]:
    """Who has to act on ``day``, read off the case as it was on that day: no turn and no interval is asked."""
    case = fold(file.history, as_of=day)
    if case is None:
        return {}
    found: dict[tuple[StepKind, str], Owner] = {}
    if case.closing is not None and case.follow_up.settled_on is None:
        found[StepKind.FOLLOW_UP, ""] = Owner.US
    if not case.open:
        return found
    found |= _stages_and_talk(case)
    found |= _measures(case, day)
    for application, owner in _applications(file, case, day).items():
        found[StepKind.APPLICATION, application] = owner
    for submission in case.authority.submissions:
        if not submission.decided:
            found[StepKind.SUBMISSION, str(submission.id)] = Owner.AUTHORITY
    for decision in case.authority.decisions:
        if decision.settled or decision.step is RemedyStep.NOT_PURSUED:
            continue
        if decision.step is not None:
            found[StepKind.DECISION, str(decision.id)] = Owner.AUTHORITY
        elif decision.deadlines and day <= max(d.due_on for d in decision.deadlines):
            found[StepKind.DECISION, str(decision.id)] = Owner.PARTICIPANT
    return found or {(StepKind.CASE, ""): Owner.NOBODY}


def _stages_and_talk(case: CaseState) -> dict[tuple[StepKind, str], Owner]:
    found = {}
    if any(s.stage is StageKind.INTAKE for s in case.running_stages):
        found[StepKind.INTAKE, ""] = Owner.US
    found |= {(StepKind.STEP, str(s.id)): OWNER_OF[s.owner] for s in case.coaching.steps}
    found |= {(StepKind.PROMISE, str(p.id)): OWNER_OF[p.owner] for p in case.coaching.promises}
    if case.hold.ground is not None:
        found[StepKind.HOLD, ""] = HOLD_OWNER[case.hold.ground]
    return found


def _measures(case: CaseState, day: date) -> dict[tuple[StepKind, str], Owner]:
    found = {}
    for p in case.course.participations:
        begun = p.starts_on is not None and day >= p.starts_on
        owner = {
            SeatStatus.REQUESTED: Owner.PROVIDER,
            SeatStatus.WAITLISTED: Owner.PROVIDER,
            SeatStatus.OFFERED: Owner.PARTICIPANT,
            SeatStatus.ACCEPTED: Owner.US if begun else Owner.PROVIDER,
            SeatStatus.RUNNING: Owner.PROVIDER,
        }.get(p.status)
        if owner is not None:
            found[StepKind.SEAT, str(p.id)] = owner
    for t in case.ausbildung.trainings:
        if t.status is TrainingStatus.RUNNING:
            found[StepKind.TRAINING, str(t.id)] = Owner.EMPLOYER
        elif t.status is TrainingStatus.SIGNED:
            found[StepKind.TRAINING, str(t.id)] = Owner.US if day >= t.starts_on else Owner.EMPLOYER
    return found


def _applications(file: CaseFile, case: CaseState, day: date) -> dict[str, Owner]:
    """Without a contract signed since: with the employer until an answer, then with the participant."""
    found: dict[str, Owner] = {}
    known = {str(a) for a in case.ausbildung.applications}
    for entry in effective(file.history):
        event, name = entry.event, type(entry.event).__name__
        if event.occurred_on > day:
            continue
        if name == "ApplicationSent" and str(event.application_id) in known:
            found[str(event.application_id)] = Owner.EMPLOYER
        elif isinstance(event, ApplicationAnswered) and str(event.application_id) in found:
            if event.answer is ApplicationAnswer.REJECTED:
                del found[str(event.application_id)]
            else:
                found[str(event.application_id)] = Owner.PARTICIPANT
        elif name == "ContractSigned":
            found.clear()
    return found


def lived(commands: list[Any]) -> CaseFile:
    """A case in coaching after these commands, those that were refused left out."""
    file = in_coaching()
    for command in commands:
        file.when(command.of(file) if isinstance(command, Moved) else command)
    return file


@pytest.mark.thorough
@given(COMMANDS)
def test_the_intervals_of_a_step_partition_its_life_and_all_of_them_that_of_the_case(
    commands: list[Any],
) -> None:
    """Whatever was commanded and corrected: no gap, no overlap, one owner; every open day of the case is covered."""
    file = lived(commands)
    steps: dict[tuple[StepKind, str], list[WaitingInterval]] = defaultdict(list)
    for interval in waiting(file):
        assert interval.to_on is None or interval.from_on < interval.to_on
        steps[interval.step, interval.reference].append(interval)
    for of_step in steps.values():
        for earlier, later in pairwise(of_step):
            assert earlier.to_on is not None
            assert earlier.to_on <= later.from_on
            assert earlier.to_on < later.from_on or earlier.owner is not later.owner
    for day in _days(file):
        as_it_was = fold(file.history, as_of=day)
        here = [i for i in waiting(file) if i.covers(day)]
        if as_it_was is not None and as_it_was.open:
            assert here
            assert len(here) == 1 or StepKind.CASE not in {i.step for i in here}
        else:
            assert {i.step for i in here} <= {StepKind.FOLLOW_UP}


@given(COMMANDS)
def test_the_intervals_are_those_of_asking_day_by_day(commands: list[Any]) -> None:
    """The folded case of every day, asked for its open steps, without any interval."""
    file = lived(commands)
    intervals = waiting(file)
    for day in _days(file):
        here = {(i.step, i.reference): i.owner for i in intervals if i.covers(day)}
        assert here == naive(file, day), day


def _days(file: CaseFile) -> list[date]:
    """The days on which something can change, with the day before and after, and some in between."""
    days = {FIRST + timedelta(step) for step in range(0, (LAST - FIRST).days, 30)}
    for entry in file.history:
        values = [getattr(entry.event, name, None) for name in ("occurred_on", "starts_on")]
        values += [d.due_on for d in getattr(entry.event, "deadlines", ())]
        replacement = getattr(entry.event, "replacement", None)
        values.append(getattr(replacement, "occurred_on", None))
        for value in values:
            if isinstance(value, date) and FIRST.year - 30 < value.year < 2100:
                days |= {value + timedelta(offset) for offset in (-1, 0, 1)}
    return sorted(days)


@given(st.lists(ANY_COMMAND, max_size=10), st.integers(1, 30))
def test_following_entry_by_entry_gives_what_the_whole_history_gives(commands: list[Any], cut: int) -> None:
    """What the projector carries along is what a rebuild makes."""
    history = lived([c for c in commands if not hasattr(c, "replacement")]).history
    cut = min(cut, len(history) - 1)
    further = advance(fold_stream(history[:cut], RULES), history[cut:], RULES)
    assert further is not None
    assert further.turns == fold_stream(history, RULES).turns


def test_a_seat_goes_from_hand_to_hand() -> None:
    """Asked for on 1 April, offered on the 2nd, taken on the 10th, begins on 5 May, entered on the 7th."""
    file = seat_requested().done(
        seat_offer(), AcceptSeat(occurred_on=date(2025, 4, 10), participation_id=SEAT)
    )
    expected = [
        (Owner.PROVIDER, date(2025, 4, 1), date(2025, 4, 2)),
        (Owner.PARTICIPANT, date(2025, 4, 2), date(2025, 4, 10)),
        (Owner.PROVIDER, date(2025, 4, 10), date(2025, 5, 5)),
        (Owner.US, date(2025, 5, 5), None),
    ]
    assert told(file, StepKind.SEAT) == expected
    file.done(StartCourse(occurred_on=date(2025, 5, 7), participation_id=SEAT))
    assert told(file, StepKind.SEAT) == [
        *expected[:3],
        (Owner.US, date(2025, 5, 5), date(2025, 5, 7)),
        (Owner.PROVIDER, date(2025, 5, 7), None),
    ]


def test_a_case_without_a_next_step_is_with_nobody() -> None:
    """From the plan to the first step, and again when it is done: that is the red list."""
    step = UUID(int=7)
    file = after_intake().done(
        AgreeStep(
            occurred_on=date(2025, 4, 1),
            step_id=step,
            owner=DutyHolder.PARTICIPANT,
            due_on=date(2025, 4, 9),
            text="Zeugnis bringen",
        ),
        CompleteStep(occurred_on=date(2025, 4, 8), step_id=step),
    )
    assert told(file, StepKind.CASE) == [
        (Owner.NOBODY, date(2025, 3, 3), date(2025, 4, 1)),
        (Owner.NOBODY, date(2025, 4, 8), None),
    ]
    assert told(file, StepKind.STEP) == [(Owner.PARTICIPANT, date(2025, 4, 1), date(2025, 4, 8))]


def test_promises_of_either_side_wait_for_who_gave_them() -> None:
    """Until they are kept or broken."""
    file = in_coaching()
    for number, by in enumerate((DutyHolder.PARTICIPANT, DutyHolder.CASEWORKER), 1):
        file.done(
            MakePromise(
                occurred_on=date(2025, 4, 1),
                promise_id=UUID(int=number),
                by=by,
                due_on=date(2025, 4, 20),
                text="Anruf",
            )
        )
    file.done(SettlePromise(occurred_on=date(2025, 4, 21), promise_id=UUID(int=1), kept=False))
    assert told(file, StepKind.PROMISE) == [
        (Owner.PARTICIPANT, date(2025, 4, 1), date(2025, 4, 21)),
        (Owner.US, date(2025, 4, 1), None),
    ]


def test_a_hold_is_with_whom_it_depends_on() -> None:
    """Only while it lasts."""
    held = HoldCase(
        occurred_on=date(2025, 4, 1), ground=HoldReason.WAITING_FOR_AUTHORITY, until=date(2025, 6, 30)
    )
    file = in_coaching().done(held, ResumeCase(occurred_on=date(2025, 5, 2)))
    assert told(file, StepKind.HOLD) == [(Owner.AUTHORITY, date(2025, 4, 1), date(2025, 5, 2))]


def test_a_procedure_goes_from_the_authority_to_the_participant_and_back() -> None:
    """Handed in, refused, contested."""
    handed_in = submitted(AuthoritySubject.LIVING_BENEFITS, date(2026, 10, 1))
    file = a_case(handed_in, refused(occurred_on=date(2026, 11, 24), answers=SUBMISSION))
    assert told(file, StepKind.SUBMISSION) == [(Owner.AUTHORITY, date(2026, 10, 1), date(2026, 11, 24))]
    assert told(file, StepKind.DECISION) == [
        (Owner.PARTICIPANT, date(2026, 11, 24), date(2026, 12, 25)),
    ]
    filed = RecordRemedy(
        occurred_on=date(2026, 12, 1),
        decision_id=DECISION,
        step=RemedyStep.OBJECTION,
        filed_on=date(2026, 12, 1),
    )
    assert told(file.done(filed), StepKind.DECISION) == [
        (Owner.PARTICIPANT, date(2026, 11, 24), date(2026, 12, 1)),
        (Owner.AUTHORITY, date(2026, 12, 1), None),
    ]


def test_an_application_ends_with_a_refusal_or_a_contract() -> None:
    """An invitation hands it to the participant."""
    asked = RecordApplication(
        occurred_on=date(2025, 4, 1), application_id=UUID(int=3), employer="Betrieb", occupation="33212"
    )
    invited = RecordApplicationAnswer(
        occurred_on=date(2025, 4, 14), application_id=UUID(int=3), answer=ApplicationAnswer.INVITED
    )
    file = in_coaching().done(asked, invited)
    open_ended = (Owner.PARTICIPANT, date(2025, 4, 14), None)
    assert told(file, StepKind.APPLICATION)[-1] == open_ended
    contract = in_ausbildung().history[-2].event
    file.given(contract)
    assert told(file, StepKind.APPLICATION)[-1] == (Owner.PARTICIPANT, date(2025, 4, 14), date(2025, 6, 2))


def test_after_the_closing_only_the_follow_up_is_open_and_it_is_ours() -> None:
    """Until an answer, or "not reached"; a reopening ends it too."""
    tried = RecordFollowUpAttempt(occurred_on=date(2025, 12, 1), kind=ContactKind.PHONE)
    file = closed()
    assert told(file, StepKind.FOLLOW_UP) == [(Owner.US, date(2025, 10, 1), None)]
    assert all(i.to_on is not None for i in waiting(file) if i.step is not StepKind.FOLLOW_UP)
    file.done(tried, RecordFollowUpNotReached(occurred_on=date(2025, 12, 20)))
    assert told(file, StepKind.FOLLOW_UP) == [(Owner.US, date(2025, 10, 1), date(2025, 12, 20))]
    again = closed().done(ReopenCase(occurred_on=date(2025, 11, 3), reason="kommt wieder"))
    assert told(again, StepKind.FOLLOW_UP) == [(Owner.US, date(2025, 10, 1), date(2025, 11, 3))]
    assert told(again, StepKind.CASE)[-1] == (Owner.NOBODY, date(2025, 11, 3), None)


def test_steps_left_open_end_with_the_case() -> None:
    """Nobody is waited for in a closed case."""
    file = in_coaching().done(
        AgreeStep(
            occurred_on=date(2025, 4, 1),
            step_id=UUID(int=7),
            owner=DutyHolder.AUTHORITY,
            due_on=date(2026, 4, 9),
            text="Bescheinigung",
        ),
        closing(date(2025, 10, 1)),
    )
    assert told(file, StepKind.STEP) == [(Owner.AUTHORITY, date(2025, 4, 1), date(2025, 10, 1))]


def test_every_duty_holder_and_every_ground_has_an_owner() -> None:
    """A new one fails here."""
    assert set(OWNER_OF) == set(DutyHolder)
    assert set(HOLD_OWNER) == set(HoldReason)


def test_a_new_case_is_ours_until_the_plan() -> None:
    """The intake."""
    assert told(CaseFile().done(open_case()), StepKind.INTAKE) == [(Owner.US, date(2025, 3, 3), None)]
