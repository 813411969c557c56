"""Deciding flat rates: claims are read from the cases, decided by the grant that has the line, and told where they differ."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final
from uuid import UUID, uuid4

from domain import case as cases
from domain import grant as grants
from domain.case_state import CaseState
from domain.command_handling import CommandContext, decide_grant, handle
from domain.flat_rate_claims import claim_of
from domain.flat_rate_decision import FlatRateClaim, Standing, differs, standing
from domain.grant import DecideFlatRates, GrantNoticeReceived, GrantState, ReviseFlatRate
from domain.intake import CaseOpened
from domain.offer_seats import OfferPublished
from domain.rates import Rate
from domain.recorded import Recorded
from domain.refusals import Refusal
from domain.values import SYSTEM, OfferId, ParticipationId
from services.bootstrap import Engine
from services.queries import Queries

UNTIL_IN_THE_FUTURE: Final = Refusal(
    "flat_rate.until_in_the_future",
    "Der letzte Tag der Anwesenheit liegt in der Zukunft.",
    "The last day of attendance lies in the future.",
)
"""Nobody has attended yet; whoever asks for it has mistyped the day."""

BATCH: Final = 200
"""Claims that are decided in one command."""

Progress = Callable[[int, int], None]
"""Told (cases looked at, cases to look at), from time to time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A participation whose case is not what was decided on; a person decides it again, or not."""

    grant_id: UUID
    case_id: UUID
    participation_id: UUID
    what: tuple[str, ...]


@dataclass(slots=True, kw_only=True)
class FlatRateRun:
    """What a run found: claims by how they stood, those that two grants could pay, and what differs."""

    cases: int = 0
    decided: int = 0
    standings: Counter[Standing] = field(default_factory=Counter)
    several_grants: int = 0
    no_grant: int = 0
    differences: list[Difference] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A claim with the rates of the programme that its case runs on."""

    claim: FlatRateClaim
    rates: tuple[Rate, ...]


class FlatRateDesk:
    """Reads claims from cases and offers; remembers the offers it has seen."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._offers: dict[OfferId, OfferPublished | None] = {}

    async def claims(self, case_id: UUID, until: date) -> list[Claim]:
        """The claims of all participations of a case that have been entered. Raises StoreUnavailable."""
        history = await self._engine.store.load(case_id, personal=False)
        if not history or not isinstance(history[0].event, CaseOpened):
            return []
        case = cases.fold(history)
        if case is None:
            return []
        found = []
        for participation in case.course.participations:
            claim = await self._claim(case_id, case, history, participation.id, until)
            if claim is not None:
                found.append(claim)
        return found

    async def claim(self, case_id: UUID, participation_id: UUID, until: date) -> Claim | None:
        """The claim of one participation; None when there is none, or nobody has entered."""
        return next(
            (
                found
                for found in await self.claims(case_id, until)
                if found.claim.participation_id == participation_id
            ),
            None,
        )

    async def _claim(
        self,
        case_id: UUID,
        case: CaseState,
        history: Sequence[Recorded[Any]],
        participation_id: ParticipationId,
        until: date,
    ) -> Claim | None:
        participation = case.course.find(participation_id)
        if participation is None or participation.entered_on is None:
            return None
        offer = await self._offer(participation.offer_id)
        if offer is None:
            return None
        rules = self._engine.rule_book
        claim = claim_of(case_id, case, history, participation_id, offer, rules.law, rules.calendar, until)
        if claim is None:
            return None
        return Claim(claim=claim, rates=rules.path(case.path_id, case.path_version).rates)

    async def _offer(self, offer_id: OfferId) -> OfferPublished | None:
        if offer_id not in self._offers:
            first = await self._engine.store.load(offer_id, personal=False)
            event = first[0].event if first else None
            self._offers[offer_id] = event if isinstance(event, OfferPublished) else None
        return self._offers[offer_id]


async def grant_state(engine: Engine, grant_id: UUID) -> GrantState | None:
    """A grant from its own stream; None when there is none. Raises StoreUnavailable."""
    history = await engine.store.load(grant_id, personal=False)
    known = bool(history) and isinstance(history[0].event, GrantNoticeReceived)
    return grants.fold(history) if known else None


async def flat_rate_command(
    engine: Engine,
    case_id: UUID,
    participation_id: UUID,
    *,
    occurred_on: date,
    until: date,
    revise_because: str | None = None,
) -> DecideFlatRates | ReviseFlatRate | Refusal:
    """The command that decides one participation, or with a reason decides it again, as its case is now.

    Raises StoreUnavailable.
    """
    found = await FlatRateDesk(engine).claim(case_id, participation_id, until)
    if found is None:
        return Refusal(
            "flat_rate.participation_unknown",
            "Diese Teilnahme gibt es nicht, oder sie ist noch nicht angetreten.",
            "There is no such participation, or nobody has entered it yet.",
        )
    if revise_because is None:
        return DecideFlatRates(occurred_on=occurred_on, claims=(found.claim,), rates=found.rates)
    return ReviseFlatRate(
        occurred_on=occurred_on, claim=found.claim, rates=found.rates, reason=revise_because
    )


async def decide_flat_rates(
    engine: Engine,
    *,
    until: date,
    occurred_on: date,
    actor: str = SYSTEM,
    organisation: str = SYSTEM,
    progress: Progress | None = None,
) -> FlatRateRun:
    """Decide every flat rate that can be decided from attendance up to ``until``; running it again adds nothing.

    Looks at the cases that the read tables show with attendance; what is decided is read from the log. A claim that two
    grants could pay for the same days is left to a person. Raises StoreUnavailable and TooManyConflicts.
    """
    run = FlatRateRun()
    desk = FlatRateDesk(engine)
    queries = Queries(engine)
    try:
        listed = await queries.grants()
        attending = await queries.cases_with_attendance(until)
    finally:
        await queries.close()
    waiting: dict[UUID, list[Claim]] = defaultdict(list)
    books = {
        found.grant.grant_id: state
        for found in listed
        if (state := await grant_state(engine, found.grant.grant_id)) is not None
    }
    decided = {flat.case_id for grant in books.values() for flat in grant.flat_rates.values()}
    case_ids = sorted({*attending, *decided})
    for number, case_id in enumerate(case_ids, 1):
        run.cases += 1
        for claim in await desk.claims(case_id, until):
            for grant_id in _payers(claim, books, run):
                waiting[grant_id].append(claim)
                if len(waiting[grant_id]) >= BATCH:
                    await _decide(
                        engine, grant_id, waiting.pop(grant_id), occurred_on, actor, organisation, run
                    )
        if progress is not None:
            progress(number, len(case_ids))
    for grant_id, claims in waiting.items():
        await _decide(engine, grant_id, claims, occurred_on, actor, organisation, run)
    return run


def _payers(claim: Claim, books: dict[UUID, GrantState], run: FlatRateRun) -> list[UUID]:
    """The grants that are to decide the claim: those with a line and a period for it, each for its own days."""
    paying: list[UUID] = []
    found: dict[UUID, Standing] = {}
    for grant_id, grant in books.items():
        found[grant_id] = here = standing(grant, claim.claim, claim.rates)
        if here is Standing.DIFFERENT:
            decided = grant.flat_rates[claim.claim.participation_id]
            run.differences.append(
                Difference(
                    grant_id=grant_id,
                    case_id=claim.claim.case_id,
                    participation_id=claim.claim.participation_id,
                    what=differs(grant, decided, claim.claim, claim.rates),
                )
            )
        if here in (Standing.NEW, Standing.FURTHER):
            paying.append(grant_id)
    able = set(found.values()) - {Standing.NO_LINE, Standing.OUTSIDE_PERIOD}
    if not able:
        run.no_grant += 1
    days = [
        {span.version for span in claim.claim.spans if _within(books[grant_id], span.from_on, span.to_on)}
        for grant_id, here in found.items()
        if here not in (Standing.NO_LINE, Standing.OUTSIDE_PERIOD, Standing.NO_ATTENDANCE)
    ]
    if sum(map(len, days)) > len(set().union(*days)):
        run.several_grants += 1
        return []
    run.standings.update(able)
    return paying


def _within(grant: GrantState, first: date, last: date) -> bool:
    return grant.period_from <= first and last <= grant.period_to


async def _decide(
    engine: Engine,
    grant_id: UUID,
    claims: list[Claim],
    occurred_on: date,
    actor: str,
    organisation: str,
    run: FlatRateRun,
) -> None:
    by_rates: dict[tuple[Rate, ...], list[FlatRateClaim]] = defaultdict(list)
    for claim in claims:
        by_rates[claim.rates].append(claim.claim)
    for rates, of_programme in by_rates.items():
        outcome = await handle(
            engine.store,
            decide_grant,
            grant_id,
            DecideFlatRates(occurred_on=occurred_on, claims=tuple(of_programme), rates=rates),
            CommandContext(command_id=uuid4(), actor=actor, organisation=organisation),
            lambda history: None,
        )
        if isinstance(outcome, Refusal):
            # Something was recorded in between; the next run finds these claims as they are then.
            run.refused[outcome.rule_id] += len(of_programme)
        else:
            run.decided += len(outcome.events)
