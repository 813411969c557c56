"""Reading the eligibility of a case with both clocks, and previewing a change of it, for command line and API."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from domain.case import CaseState, fold
from domain.change_preview import (
    DateChange,
    LineChange,
    OfferChange,
    Preview,
    PreviewedCommand,
    SeatChange,
    ToTell,
    preview,
)
from domain.decision import local_date
from domain.eligibility import EligibilityResult, deviates
from domain.eligible.judging import Finding, Judgement, judge_all, rules_of
from domain.eligible.rule import EligibilitySubject, TurningEvent, Verdict
from domain.eligible.wording import answer_title, finding_sentence, turn_sentence, turning_sentence
from domain.intake import CaseOpened
from domain.offer_seats import OfferState
from domain.offering import fold as fold_offer
from domain.path import Title
from domain.refusals import Refusal
from domain.values import OfferId
from domain.waking import morning_of
from services.bootstrap import Engine
from services.case_reading import case_view
from services.queries import OfferFilter, PageOf, Queries

_PAGE: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownFinding:
    """What one rule says, with everything a reader or a program needs to check it.

    ``entry`` is the version of the entry that says the fact, ``turning`` what would turn the answer in words.
    """

    rule: str
    rule_valid_from: date
    title: Title
    citation: str
    source: str
    source_link: str
    unverified: bool
    verdict: Verdict
    fact: Title
    entry: int | None
    turns_on: date | None
    turns_to: Verdict | None
    turned_by: TurningEvent | None
    sentence: Title
    turning: Title | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownDecision:
    """The decision of a person that counts, and whether the rules say otherwise now."""

    result: EligibilityResult
    decided_on: date
    decided_by: str
    rules_say_otherwise: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownJudgement:
    """The answer of the rules on one subject, rule by rule, and the decision of a person if there is one."""

    subject: EligibilitySubject
    verdict: Verdict
    answer: Title
    turns_on: date | None
    turns_to: Verdict | None
    turning: Title | None
    decision: ShownDecision | None
    recheck_asked: bool
    findings: tuple[ShownFinding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownEligibility:
    """The eligibility of a case on a day, as known at a position."""

    case_id: UUID
    version: int
    position: int
    on: date
    judgements: tuple[ShownJudgement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownAnswerChange:
    """The answer on one subject becomes another; ``against`` is what stands in its way then."""

    subject: EligibilitySubject
    before: Verdict
    after: Verdict
    against: tuple[ShownFinding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPreview:
    """What a change would mean on ``on``; ``events`` is what would be recorded, nothing of it is."""

    on: date
    events: tuple[str, ...]
    answers: tuple[ShownAnswerChange, ...]
    seats: tuple[SeatChange, ...]
    offers: tuple[OfferChange, ...]
    dates: tuple[DateChange, ...]
    to_tell: tuple[ToTell, ...]
    lines: tuple[LineChange, ...]


async def case_eligibility(
    engine: Engine,
    case_id: UUID,
    now: datetime,
    *,
    as_of: date | None = None,
    known_at: datetime | int | None = None,
) -> ShownEligibility | None:
    """The answers of the rules on ``as_of`` (today when left out); None when no such case was known or had begun."""
    view = await case_view(engine, case_id, as_of=as_of, known_at=known_at)
    if view is None:
        return None
    path = engine.rule_book.path(view.case.path_id, view.case.path_version)
    on = as_of or local_date(now)
    judged = judge_all(view.case, on, rules_of(path, engine.rule_book.law))
    return ShownEligibility(
        case_id=case_id,
        version=view.case.version,
        position=view.position,
        on=on,
        judgements=tuple(shown(judgement, view.case) for judgement in judged),
    )


def shown(judgement: Judgement, case: CaseState) -> ShownJudgement:
    """A judgement for readers, beside the decision of a person."""
    subject, turn = judgement.subject, judgement.turn
    return ShownJudgement(
        subject=subject,
        verdict=judgement.verdict,
        answer=answer_title(subject, judgement.verdict),
        turns_on=turn.on if turn else None,
        turns_to=turn.to if turn else None,
        turning=turn_sentence(judgement),
        decision=_decision(judgement, case),
        recheck_asked=case.eligibility.recheck(subject) is not None,
        findings=tuple(_shown_finding(finding) for finding in judgement.findings),
    )


def _decision(judgement: Judgement, case: CaseState) -> ShownDecision | None:
    subject = judgement.subject
    decided = case.intake.eligible(subject.module) if subject.of_programme else None
    if decided is None:
        return None
    return ShownDecision(
        result=decided.result,
        decided_on=decided.decided_on,
        decided_by=decided.decided_by,
        rules_say_otherwise=deviates(decided.result, judgement.verdict),
    )


def _shown_finding(finding: Finding) -> ShownFinding:
    rule = finding.rule
    return ShownFinding(
        rule=rule.id,
        rule_valid_from=rule.valid_from,
        title=rule.title,
        citation=rule.citation,
        source=rule.source,
        source_link=rule.source_link,
        unverified=rule.unverified,
        verdict=finding.verdict,
        fact=finding.fact,
        entry=finding.version,
        turns_on=finding.turns_on,
        turns_to=finding.turns_to,
        turned_by=finding.turned_by,
        sentence=finding_sentence(finding),
        turning=turning_sentence(finding),
    )


async def change_preview(
    engine: Engine, case_id: UUID, command: PreviewedCommand, now: datetime
) -> ShownPreview | Refusal:
    """What ``command`` would change; nothing is recorded. A day to come is looked at as if it had come.

    Offers are those of the case's municipality, as the read tables list them, and those the case has to do with.
    """
    history = await engine.store.load(case_id)
    if not history or not isinstance(history[0].event, CaseOpened):
        return Refusal("case.unknown", "Diesen Fall gibt es nicht.", "There is no such case.")
    at = max(now, morning_of(command.occurred_on)) if command.occurred_on > local_date(now) else now
    terms = engine.rule_book.terms(history, command, at)
    offers = await _offers(engine, history)
    found = preview(history, command, terms, offers)
    return found if isinstance(found, Refusal) else shown_preview(found)


def shown_preview(found: Preview) -> ShownPreview:
    """A preview for readers."""
    answers = tuple(
        ShownAnswerChange(
            subject=change.subject,
            before=change.before,
            after=change.after,
            against=tuple(_shown_finding(finding) for finding in change.against),
        )
        for change in found.answers
    )
    return ShownPreview(
        on=found.on,
        events=found.events,
        answers=answers,
        seats=found.seats,
        offers=found.offers,
        dates=found.dates,
        to_tell=found.to_tell,
        lines=found.lines,
    )


async def _offers(engine: Engine, history: Sequence[Any]) -> dict[OfferId, OfferState]:
    case = fold(history)
    if case is None:
        return {}
    ids = {participation.offer_id for participation in case.course.open}
    queries = Queries(engine)
    try:
        offset = 0
        while True:
            narrow = OfferFilter(municipality=case.municipality)
            page = await queries.offers(narrow, PageOf(limit=_PAGE, offset=offset))
            ids |= {OfferId(row.offer_id) for row in page.items if not row.closed}
            offset += _PAGE
            if offset >= page.total:
                break
    finally:
        await queries.close()
    found = {}
    for offer_id in sorted(ids, key=str):
        state = fold_offer(await engine.store.load(offer_id, personal=False))
        if state is not None:
            found[offer_id] = state
    return found
