"""The seat saga at work: a case asks its offers, the answers go back into the case, and those who move up are named."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from domain.case import fold as fold_case
from domain.case_state import CaseState
from domain.command_handling import Accepted, CommandContext, Outcome, decide_case, decide_offer, handle
from domain.course import Participation
from domain.course_seat import AWAITING_ANSWER, ask_of_offer, tell_case
from domain.decision import RuleBook, local_date
from domain.offering import OfferClosed, OfferState, SeatHeld, seat_answer
from domain.offering import fold as fold_offer
from domain.ports import EventStore
from domain.recorded import Recorded
from domain.values import SYSTEM, CaseId


class SeatSaga:
    """Settles the participations of one case with their offers.

    Nothing is remembered between calls: every step may be done again, after a crash or for no reason at all.
    ``simulated`` lets the log record the instants that are passed in.
    """

    def __init__(self, store: EventStore, rule_book: RuleBook, *, simulated: bool = False) -> None:
        self._store = store
        self._rule_book = rule_book
        self._simulated = simulated

    async def pursue(self, case_id: UUID, now: datetime) -> tuple[UUID, ...]:
        """Tell every offer what it has to know of this case and the case what the offers answered.

        Gives the other cases that moved up, in the order they did. Raises what the store raises, and
        TooManyConflicts.
        """
        history = await self._store.load(case_id)
        case = fold_case(history)
        if case is None:
            return ()
        organisation = history[0].organisation
        moved_up: dict[UUID, None] = {}
        for participation in case.course.participations:
            for other in await self._settle(CaseId(case_id), case, participation, organisation, now):
                moved_up.setdefault(other)
        moved_up.pop(case_id, None)
        return tuple(moved_up)

    async def _settle(
        self, case_id: CaseId, case: CaseState, participation: Participation, organisation: str, now: datetime
    ) -> tuple[UUID, ...]:
        today = local_date(now)
        command = ask_of_offer(case_id, case, participation, today)
        if command is None:
            return ()
        # One deed per participation and kind of telling: given again it finds itself in the log.
        deed = uuid5(participation.id, type(command).__name__)
        outcome = await handle(
            self._store,
            decide_offer,
            participation.offer_id,
            command,
            self._context(deed, organisation, now),
            lambda history: None,
        )
        if participation.status in AWAITING_ANSWER:
            offer = fold_offer(await self._store.load(participation.offer_id))
            await self._tell(case_id, offer, participation, organisation, now)
        return held_for(outcome)

    async def _tell(
        self,
        case_id: CaseId,
        offer: OfferState | None,
        participation: Participation,
        organisation: str,
        now: datetime,
    ) -> None:
        today = local_date(now)
        answer = seat_answer(offer, participation.id, today)
        told = tell_case(answer, offer, participation, today)
        # The answer belongs to a version of the offer: a place that was told before may be told again later.
        deed = uuid5(participation.id, f"{type(told).__name__}/{offer.version if offer else 0}")
        await handle(
            self._store,
            decide_case,
            case_id,
            told,
            self._context(deed, organisation, now),
            lambda history: self._rule_book.terms(history, told, now),
        )

    def _context(self, command_id: UUID, organisation: str, now: datetime) -> CommandContext:
        return CommandContext(
            command_id=command_id,
            actor=SYSTEM,
            organisation=organisation,
            recorded_at=now if self._simulated else None,
        )


def held_for(outcome: Outcome) -> tuple[UUID, ...]:
    """The cases that a seat is now held for by an offer command."""
    if not isinstance(outcome, Accepted):
        return ()
    return tuple(event.case_id for event in outcome.events if isinstance(event, SeatHeld))


def concerned_by(outcome: Outcome, history: Sequence[Recorded[Any]]) -> tuple[UUID, ...]:
    """The cases that an offer command has news for: seats held, or a waiting list dissolved.

    ``history`` is the offer's before the command or later.
    """
    concerned = dict.fromkeys(held_for(outcome))
    if isinstance(outcome, Accepted) and any(isinstance(event, OfferClosed) for event in outcome.events):
        before = fold_offer([entry for entry in history if not isinstance(entry.event, OfferClosed)])
        concerned |= dict.fromkeys(entry.case_id for entry in (before.waiting if before else ()))
    return tuple(concerned)
