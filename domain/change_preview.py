"""What a change of status or Rechtskreis would mean, before it is recorded: answers, seats, offers, dates, whom to tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final, TypeAlias

from domain.agenda import Due, agenda
from domain.case import decide_on_history
from domain.case_fold import fold
from domain.case_state import CaseState
from domain.changes import ChangeLegalRegime, ChangeResidenceStatus
from domain.characteristics import NOT_ASKED, STATUS_GROUPS, Dimension, Spell, trait_on
from domain.consent import ConsentPurpose
from domain.decision import Terms
from domain.eligible.judging import Finding, Judgement, judge_all, rules_of
from domain.eligible.rule import EligibilitySubject, Verdict, subject_of
from domain.events import stored_name
from domain.offer_seats import OfferState
from domain.participation import Participation, SeatStatus
from domain.path import PathDefinition, Title
from domain.recorded import Recorded
from domain.refusals import Refusal
from domain.training import TrainingStatus
from domain.values import DutyHolder, FundingModule, OfferId, ParticipationId

PreviewedCommand: TypeAlias = ChangeResidenceStatus | ChangeLegalRegime


class SeatEffect(StrEnum):
    """What the change means to a seat the case has or has asked for. Nothing is taken away by itself."""

    STAYS = "stays"
    GOES_ON = "goes_on"
    """The rules would not have it any more, but the course was entered, and the path lets it go on."""
    IN_QUESTION = "in_question"
    """The rules would not have it any more: a person has to decide."""
    IS_FREE_AGAIN = "is_free_again"
    """The rules would not have had it, and now nothing speaks against it."""


class OfferEffect(StrEnum):
    """What the change means to an offer with time ahead, by its excluded statuses and the rules for its module."""

    OPENS = "opens"
    LAPSES = "lapses"


class DateEffect(StrEnum):
    """What the change means to a date of the agenda."""

    STARTS = "starts"
    STOPS = "stops"
    MOVES = "moves"


class ConsentStanding(StrEnum):
    """Whether somebody may be told."""

    NOT_NEEDED = "not_needed"
    IN_FORCE = "in_force"
    MISSING = "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerChange:
    """The answer of the rules on one subject becomes another; ``against`` are the findings that stand in its way."""

    subject: EligibilitySubject
    before: Verdict
    after: Verdict
    against: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatChange:
    """A participation that is not over, and what the change means to it."""

    participation_id: ParticipationId
    offer_id: OfferId
    module: FundingModule | None
    status: SeatStatus
    effect: SeatEffect


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferChange:
    """An offer that opens to the person, or lapses. ``free`` are its free seats now."""

    offer_id: OfferId
    title: str
    module: FundingModule
    starts_on: date
    free: int
    effect: OfferEffect


@dataclass(frozen=True, slots=True, kw_only=True)
class DateChange:
    """A date of the agenda that starts, stops or moves; told apart by its rule and what it refers to."""

    rule: str
    reference: str
    title: Title
    effect: DateEffect
    before: date | None
    after: date | None
    duty_holder: DutyHolder


@dataclass(frozen=True, slots=True, kw_only=True)
class ToTell:
    """Somebody whom the change concerns, because of which rules' dates or seats, and whether they may be told."""

    holder: DutyHolder
    because: tuple[str, ...]
    consent: ConsentStanding


@dataclass(frozen=True, slots=True, kw_only=True)
class LineChange:
    """A line of the statistics that the person leaves, and the one it is counted in then."""

    dimension: Dimension
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """All that would be different on ``on``. Nothing of it is stored; ``events`` is what would be recorded."""

    on: date
    events: tuple[str, ...]
    answers: tuple[AnswerChange, ...]
    seats: tuple[SeatChange, ...]
    offers: tuple[OfferChange, ...]
    dates: tuple[DateChange, ...]
    to_tell: tuple[ToTell, ...]
    lines: tuple[LineChange, ...]


def preview(
    history: Sequence[Recorded[Any]],
    command: PreviewedCommand,
    terms: Terms,
    offers: Mapping[OfferId, OfferState],
) -> Preview | Refusal:
    """What ``command`` would change, or why it would be refused. Pure: the case is decided on and folded, not stored."""
    before = fold(history)
    decision = decide_on_history(command, history, terms)
    if isinstance(decision, Refusal):
        return decision
    last = history[-1]
    then = [
        last._replace(version=last.version + place, position=last.position + place, event=event)
        for place, event in enumerate(decision, start=1)
    ]
    after = fold([*history, *then])
    if before is None or after is None:
        return Refusal("case.unknown", "Diesen Fall gibt es nicht.", "There is no such case.")
    names = tuple(stored_name(type(event)) for event in decision)
    return compared(before, after, names, terms, offers)


def compared(
    before: CaseState,
    after: CaseState,
    events: tuple[str, ...],
    terms: Terms,
    offers: Mapping[OfferId, OfferState],
) -> Preview:
    """What is different between two states of one case on ``terms.today``."""
    rules, today = rules_of(terms.path, terms.law), terms.today
    was = {j.subject: j for j in judge_all(before, today, rules)}
    now = {j.subject: j for j in judge_all(after, today, rules)}
    dates = tuple(
        _dates(
            agenda(before, terms.path, terms.calendar, terms.law),
            agenda(after, terms.path, terms.calendar, terms.law),
        )
    )
    seats = tuple(_seats(after, was, now, terms.path, offers))
    return Preview(
        on=today,
        events=events,
        answers=tuple(_answers(was, now)),
        seats=seats,
        offers=tuple(_offers(before, after, was, now, offers, today)),
        dates=dates,
        to_tell=tuple(_to_tell(after, dates, seats, today)) if events else (),
        lines=tuple(_lines(before, after, today)),
    )


_Judged: TypeAlias = Mapping[EligibilitySubject, Judgement]


def _answers(was: _Judged, now: _Judged) -> Iterator[AnswerChange]:
    for subject in EligibilitySubject:
        if was[subject].verdict is not now[subject].verdict:
            yield AnswerChange(
                subject=subject,
                before=was[subject].verdict,
                after=now[subject].verdict,
                against=now[subject].against,
            )


def _seats(
    case: CaseState,
    was: _Judged,
    now: _Judged,
    path: PathDefinition,
    offers: Mapping[OfferId, OfferState],
) -> Iterator[SeatChange]:
    """Before an offer has answered the case does not know the module yet; the offer does."""
    for participation in case.course.open:
        offer = offers.get(participation.offer_id)
        module = participation.module or (offer.offer.module if offer else None)
        yield SeatChange(
            participation_id=participation.id,
            offer_id=participation.offer_id,
            module=module,
            status=participation.status,
            effect=_seat_effect(participation, subject_of(module), was, now, path),
        )


def _seat_effect(
    participation: Participation,
    subject: EligibilitySubject,
    was: _Judged,
    now: _Judged,
    path: PathDefinition,
) -> SeatEffect:
    before, after = was[subject].verdict, now[subject].verdict
    if before is after or Verdict.NO not in (before, after):
        return SeatEffect.STAYS
    if after is not Verdict.NO:
        return SeatEffect.IS_FREE_AGAIN
    running = participation.status is SeatStatus.RUNNING
    return SeatEffect.GOES_ON if running and path.programme.running_courses_go_on else SeatEffect.IN_QUESTION


def _offers(
    before: CaseState,
    after: CaseState,
    was: _Judged,
    now: _Judged,
    offers: Mapping[OfferId, OfferState],
    today: date,
) -> Iterator[OfferChange]:
    ahead = [(o.offer.starts_on, str(k), k, o) for k, o in offers.items() if _ahead(o, today)]
    for _, _, offer_id, offer in sorted(ahead, key=lambda found: found[:2]):
        opened, opens = _open_to(before, was, offer), _open_to(after, now, offer)
        if opened is not opens:
            yield OfferChange(
                offer_id=offer_id,
                title=offer.offer.title,
                module=offer.offer.module,
                starts_on=offer.offer.starts_on,
                free=max(0, offer.free),
                effect=OfferEffect.OPENS if opens else OfferEffect.LAPSES,
            )


def _ahead(offer: OfferState, today: date) -> bool:
    return not offer.closed and offer.offer.starts_on >= today


def _open_to(case: CaseState, judged: _Judged, offer: OfferState) -> bool:
    """Whether nothing recorded keeps the person out; what cannot be decided does not."""
    excluded = case.residence.status in offer.offer.excluded_statuses
    return not excluded and judged[subject_of(offer.offer.module)].verdict is not Verdict.NO


def _dates(was: tuple[Due, ...], now: tuple[Due, ...]) -> Iterator[DateChange]:
    before = {(due.rule, due.reference): due for due in was}
    after = {(due.rule, due.reference): due for due in now}
    for key in sorted(before.keys() | after.keys()):
        old, new = before.get(key), after.get(key)
        if old is not None and new is not None:
            if old.due_on == new.due_on:
                continue
            effect = DateEffect.MOVES
        else:
            effect = DateEffect.STOPS if new is None else DateEffect.STARTS
        shown = new or old
        assert shown is not None  # noqa: S101 # the key is in one of both
        yield DateChange(
            rule=shown.rule,
            reference=shown.reference,
            title=shown.title,
            effect=effect,
            before=old.due_on if old else None,
            after=new.due_on if new else None,
            duty_holder=shown.duty_holder,
        )


_PURPOSES: Final[Mapping[DutyHolder, ConsentPurpose]] = {
    DutyHolder.PROVIDER: ConsentPurpose.SHARING_WITH_PROVIDERS,
    DutyHolder.EDUCATIONAL_INSTITUTION: ConsentPurpose.SHARING_WITH_PROVIDERS,
    DutyHolder.EMPLOYER: ConsentPurpose.SHARING_WITH_EMPLOYERS,
    DutyHolder.AUTHORITY: ConsentPurpose.SHARING_WITH_AUTHORITIES,
}
"""Whom one may tell only with consent, and with which."""
SEAT: Final = "seat"
TRAINING: Final = "training"


def _to_tell(
    case: CaseState, dates: tuple[DateChange, ...], seats: tuple[SeatChange, ...], today: date
) -> Iterator[ToTell]:
    """The caseworker and the person always; whoever has to keep a date; providers of seats and an employer."""
    because: dict[DutyHolder, list[str]] = {DutyHolder.CASEWORKER: [], DutyHolder.PARTICIPANT: []}
    for change in dates:
        because.setdefault(change.duty_holder, []).append(change.rule)
    if any(seat.effect is not SeatEffect.STAYS for seat in seats):
        because.setdefault(DutyHolder.PROVIDER, []).append(SEAT)
    if any(t.status in (TrainingStatus.SIGNED, TrainingStatus.RUNNING) for t in case.ausbildung.trainings):
        because.setdefault(DutyHolder.EMPLOYER, []).append(TRAINING)
    for holder in DutyHolder:
        if holder in because and holder is not DutyHolder.NOBODY:
            grounds = tuple(dict.fromkeys(because[holder]))
            yield ToTell(holder=holder, because=grounds, consent=_consent(case, holder, today))


def _consent(case: CaseState, holder: DutyHolder, today: date) -> ConsentStanding:
    purpose = _PURPOSES.get(holder)
    if purpose is None:
        return ConsentStanding.NOT_NEEDED
    given = case.intake.consent(purpose)
    return ConsentStanding.IN_FORCE if given and given.in_force(today) else ConsentStanding.MISSING


def counted_as(case: CaseState, day: date) -> dict[Dimension, str]:
    """Where statistics count the person on ``day``, by what a change of status or Rechtskreis can move."""
    statuses = [
        Spell(spell.residence.status.value, spell.recorded_on, spell.recorded_on, spell.version)
        for spell in case.residence_history
    ]
    status = trait_on(statuses, day).value
    return {
        Dimension.STATUS_GROUP: STATUS_GROUPS.get(status, NOT_ASKED),
        Dimension.RESIDENCE_STATUS: status,
        Dimension.LEGAL_REGIME: trait_on(case.regime_history, day).value,
    }


def _lines(before: CaseState, after: CaseState, today: date) -> Iterator[LineChange]:
    was, now = counted_as(before, today), counted_as(after, today)
    for dimension in was:
        if was[dimension] != now[dimension]:
            yield LineChange(dimension=dimension, before=was[dimension], after=now[dimension])
