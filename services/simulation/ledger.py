"""The ledger of the simulation: every command goes to the decider of its stream, what it decides becomes an append."""

from __future__ import annotations

from collections import Counter
from typing import Any
from uuid import UUID

from adapters.staff_directory import FileStaffDirectory
from domain import grant, offering
from domain.case import decide, decide_on_history, evolve, fold
from domain.commands import Command
from domain.corrections import EntryCorrected
from domain.decision import Decision, RuleBook, Terms
from domain.events import stored_name
from domain.grant import GrantState
from domain.offering import OfferState
from domain.path import PathDefinition
from domain.ports import Append
from domain.recorded import Event, Recorded
from domain.refusals import Refusal
from domain.values import SYSTEM
from services.simulation.chance import Chance
from services.simulation.clock import Clock
from services.simulation.life import Life
from services.simulation.town import COORDINATOR

PATH = "durchstarten"
STAFF = FileStaffDirectory(mail_domain="staedteregion.example", default_coordinator=COORDINATOR)


class Ledger:
    """Decides as the engine does and keeps what it decided, until somebody takes it away to be stored.

    ``refusals`` are those that were meant to happen, by rule id; ``surprises`` are those that were not.
    """

    def __init__(self, rules: RuleBook, clock: Clock, chance: Chance) -> None:
        self.path: PathDefinition = rules.path(PATH)
        self.calendar = rules.calendar
        self.law = rules.law
        self.offers: dict[UUID, OfferState] = {}
        self.grant: GrantState | None = None
        self.kinds: Counter[type[Any]] = Counter()
        self.refusals: Counter[str] = Counter()
        self.surprises: Counter[str] = Counter()
        self.streams = 0
        self.position = 0
        self._clock = clock
        self._chance = chance
        self._pending: list[Append] = []

    def terms(self) -> Terms:
        """The rules at this instant."""
        clock = self._clock
        return Terms(
            path=self.path,
            calendar=self.calendar,
            law=self.law,
            now=clock.now,
            today=clock.today,
            staff=STAFF,
        )

    def take(self) -> list[Append]:
        """What has been decided since the last time, in order."""
        pending, self._pending = self._pending, []
        return pending

    def give(
        self, life: Life, command: Any, *, actor: str = "", refused: str = "", deed: UUID | None = None
    ) -> tuple[Event, ...]:
        """Give a case command and return what it did.

        ``refused`` is the rule id by which it is meant to be refused. ``deed`` is the command id of what the system does
        by itself: the same as the engine would use.
        """
        if life.history is not None:
            decision = decide_on_history(command, life.history, self.terms())
        else:
            decision = decide(command, life.case, self.terms())
        events = self._judged(command, decision, refused)
        if events:
            version = life.case.version if life.case else 0
            actor = SYSTEM if deed else actor or life.caseworker
            self._evolve(life, events, actor)
            self._append(
                life.case_id,
                version,
                events,
                deed,
                actor,
                SYSTEM if deed else life.organisation,
            )
        return events

    def give_offer(
        self, offer_id: UUID, command: Command, *, actor: str, organisation: str, deed: UUID | None = None
    ) -> tuple[Event, ...]:
        """Give a command to an offer and return what it did."""
        offer = self.offers.get(offer_id)
        events = self._judged(command, offering.decide(command, offer))  # type: ignore[arg-type] # offer commands only
        if events:
            version = offer.version if offer else 0
            for event in events:
                offer = offering.evolve(offer, event)  # type: ignore[arg-type] # an offer decides offer events
            assert offer is not None  # noqa: S101 # there was an event
            self.offers[offer_id] = offer
            self._append(offer_id, version, events, deed, actor, organisation)
        return events

    def give_grant(
        self,
        grant_id: UUID,
        command: Command,
        *,
        actor: str,
        organisation: str,
        command_id: UUID | None = None,
    ) -> tuple[Event, ...]:
        """Give a command to the grant and return what it did; ``command_id`` left out: one by chance."""
        events = self._judged(command, grant.decide(command, self.grant))  # type: ignore[arg-type] # grant commands only
        if events:
            version = self.grant.version if self.grant else 0
            self.grant = grant.evolve_all(self.grant, events)  # type: ignore[arg-type] # a grant decides grant events
            self._append(grant_id, version, events, command_id, actor, organisation)
        return events

    def _judged(self, command: Any, decision: Decision, refused: str = "") -> tuple[Event, ...]:
        if not isinstance(decision, Refusal):
            if refused:
                self.surprises[f"not refused by {refused}"] += 1
            return decision
        if decision.rule_id == refused:
            self.refusals[refused] += 1
        else:
            self.surprises[f"{stored_name(type(command))}: {decision.rule_id}"] += 1
        return ()

    def _evolve(self, life: Life, events: tuple[Event, ...], actor: str) -> None:
        case = life.case
        version = case.version if case else 0
        for event in events:
            version += 1
            if life.history is not None:
                life.history.append(
                    Recorded(0, life.case_id, version, event, self._clock.now, actor, life.organisation, None)
                )
            if isinstance(event, EntryCorrected):
                case = fold(life.history or ())
            else:
                case = evolve(case, event, version)  # type: ignore[arg-type] # a case decides case events
        life.case = case

    def _append(
        self,
        stream_id: UUID,
        version: int,
        events: tuple[Event, ...],
        command_id: UUID | None,
        actor: str,
        organisation: str,
    ) -> None:
        clock = self._clock
        clock.tick()
        if version == 0:
            self.streams += 1
        self.kinds.update(map(type, events))
        self.position += len(events)
        self._pending.append(
            Append(
                stream_id=stream_id,
                expected_version=version,
                events=events,
                command_id=command_id or self._chance.new_id(clock.milliseconds),
                actor=actor,
                organisation=organisation,
                recorded_at=clock.now,
            )
        )
