"""Unmet need: every failed match of what a person needs with the offers, why it failed, and until when it stayed so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final, TypeAlias, assert_never
from uuid import UUID

from domain.assessment import FieldOfAction
from domain.commands import Command
from domain.decision import Decision
from domain.participation import Participation
from domain.periods import check_date
from domain.personal import Personal
from domain.recorded import Event
from domain.refusals import Refusal
from domain.replacing import replace
from domain.values import LanguageLevel, OfferId, OfferKind, ParticipationId

# ---------------------------------------------------------------- vocabulary


class NoMatchReason(StrEnum):
    """Why an offer does not fit, or why none does. Source: domain facts 5.4."""

    NONE_EXISTS = "none_exists"
    FULL = "full"
    CLOSED = "closed"
    ALREADY_STARTED = "already_started"
    STARTS_TOO_LATE = "starts_too_late"
    STATUS_EXCLUDED = "status_excluded"
    NOT_ELIGIBLE = "not_eligible"
    TOO_FAR = "too_far"
    CHILDCARE_MISSING = "childcare_missing"
    WRONG_LEVEL = "wrong_level"
    COURSE_LANGUAGE = "course_language"
    COST = "cost"
    HOURS = "hours"
    OTHER = "other"


class NeedEnd(StrEnum):
    """How an unmet need ended."""

    MATCHED = "matched"
    """A seat on a measure of this kind was accepted."""
    MATCHED_ELSEWHERE = "matched_elsewhere"
    WITHDRAWN = "withdrawn"
    NO_LONGER_NEEDED = "no_longer_needed"
    CASE_ENDED = "case_ended"


OF_THE_ENGINE: Final = frozenset({NeedEnd.MATCHED, NeedEnd.CASE_ENDED})
"""Ends that follow from another entry and that nobody records by hand."""

MOST_DAYS_AHEAD: Final = 3 * 366


@dataclass(frozen=True, slots=True, kw_only=True)
class LookedAt:
    """An offer that was looked at, and why it does not fit."""

    offer_id: OfferId
    ground: NoMatchReason


# ------------------------------------------------------------------ commands


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFailedMatch(Command):
    """Record that no offer fits a need. The first time the need becomes an unmet one; later ones say what is new.

    ``level`` is the level a language course should lead to; None: whichever comes next. ``ground`` is the decisive one:
    that of one of the ``offers`` looked at, if there were any.
    """

    need_id: UUID
    field: FieldOfAction
    kind: OfferKind
    ground: NoMatchReason
    wanted_from: date
    level: LanguageLevel | None = None
    childcare: bool = False
    offers: tuple[LookedAt, ...] = ()
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleNeed(Command):
    """An unmet need is one no more. A seat that is accepted and the end of the case settle it by themselves."""

    need_id: UUID
    ground: NeedEnd


NeedCommand: TypeAlias = RecordFailedMatch | SettleNeed

# -------------------------------------------------------------------- events


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedMatchRecorded(Event):
    """No offer fitted a need."""

    need_id: UUID
    field: FieldOfAction
    kind: OfferKind
    level: LanguageLevel | None
    wanted_from: date
    childcare: bool
    ground: NoMatchReason
    offers: tuple[LookedAt, ...]
    remark: Personal[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedSettled(Event):
    """An unmet need ended; ``participation_id`` is the one whose seat matched it."""

    need_id: UUID
    ground: NeedEnd
    participation_id: ParticipationId | None


NeedEvent: TypeAlias = FailedMatchRecorded | NeedSettled

# --------------------------------------------------------------------- state


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedMatch:
    """One failed match; ``version`` is its entry."""

    on: date
    ground: NoMatchReason
    offers: tuple[LookedAt, ...]
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UnmetNeed:
    """A need that no offer fitted, with every failed match in the order of their days; open until it is settled."""

    id: UUID
    field: FieldOfAction
    kind: OfferKind
    level: LanguageLevel | None
    wanted_from: date
    childcare: bool
    failures: tuple[FailedMatch, ...]
    ended_on: date | None = None
    end_ground: NeedEnd | None = None
    ended_version: int = 0
    participation_id: ParticipationId | None = None

    @property
    def open(self) -> bool:
        """Whether it is still unmet."""
        return self.end_ground is None

    @property
    def since(self) -> date:
        """The day of the first failed match."""
        return self.failures[0].on

    @property
    def last_failed_on(self) -> date:
        """The day of the latest failed match."""
        return self.failures[-1].on


# -------------------------------------------------------------------- decide


def decide(command: NeedCommand, needs: tuple[UnmetNeed, ...]) -> Decision:
    """Decide a command about an unmet need."""
    known = next((need for need in needs if need.id == command.need_id), None)
    match command:
        case RecordFailedMatch():
            return _record(command, known, needs)
        case SettleNeed():
            return _settle(command, known)
        case _:
            assert_never(command)


def _record(command: RecordFailedMatch, known: UnmetNeed | None, needs: tuple[UnmetNeed, ...]) -> Decision:
    if refusal := _wording_refusal(command) or _need_refusal(command, known, needs):
        return refusal
    if known is not None and _is_known(command, known):
        return ()
    return (
        FailedMatchRecorded(
            occurred_on=command.occurred_on,
            need_id=command.need_id,
            field=command.field,
            kind=command.kind,
            level=command.level,
            wanted_from=command.wanted_from,
            childcare=command.childcare,
            ground=command.ground,
            offers=command.offers,
            remark=command.remark,
        ),
    )


def _is_known(command: RecordFailedMatch, need: UnmetNeed) -> bool:
    last = need.failures[-1]
    return (last.on, last.ground, last.offers, need.wanted_from, need.childcare) == (
        command.occurred_on,
        command.ground,
        command.offers,
        command.wanted_from,
        command.childcare,
    )


def _wording_refusal(command: RecordFailedMatch) -> Refusal | None:
    """What is wrong with the command in itself."""
    check_date(command.wanted_from)
    if command.wanted_from > command.occurred_on + timedelta(days=MOST_DAYS_AHEAD):
        return Refusal(
            "need.wanted_from_out_of_range",
            "Der gewünschte Beginn liegt mehr als drei Jahre in der Zukunft.",
            "The wanted start lies more than three years ahead.",
        )
    if command.ground is NoMatchReason.OTHER and not command.remark.strip():
        return Refusal(
            "need.remark_missing",
            "Ein anderer Grund braucht eine Erläuterung.",
            "Another reason needs an explanation.",
        )
    looked_at = [offer.offer_id for offer in command.offers]
    if len(set(looked_at)) != len(looked_at):
        return Refusal(
            "need.offer_twice",
            "Ein Angebot ist zweimal genannt.",
            "An offer is named twice.",
        )
    grounds = {offer.ground for offer in command.offers}
    if NoMatchReason.NONE_EXISTS in grounds or (looked_at and command.ground is NoMatchReason.NONE_EXISTS):
        return Refusal(
            "need.offer_exists",
            "Es gibt kein solches Angebot, und doch ist eines genannt.",
            "There is no such offer, and yet one is named.",
        )
    if looked_at and command.ground not in grounds:
        return Refusal(
            "need.ground_of_no_offer",
            "Der ausschlaggebende Grund ist keiner der Gründe der angesehenen Angebote.",
            "The decisive reason is none of the reasons of the offers looked at.",
        )
    return None


def _need_refusal(
    command: RecordFailedMatch, known: UnmetNeed | None, needs: tuple[UnmetNeed, ...]
) -> Refusal | None:
    """What is wrong with it as the case stands."""
    if known is None:
        if any(need.open and _alike(need, command.kind, command.level) for need in needs):
            return Refusal(
                "need.open_already",
                "Für diese Art von Maßnahme ist schon ein ungedeckter Bedarf offen; bitte dort ergänzen.",
                "There is an open unmet need for this kind of measure already; please add to it.",
            )
        return None
    if not known.open:
        return Refusal(
            "need.settled",
            "Dieser Bedarf ist erledigt; für einen neuen bitte eine neue Kennung verwenden.",
            "This need is settled; please use a new id for a new one.",
        )
    if (known.field, known.kind, known.level) != (command.field, command.kind, command.level):
        return Refusal(
            "need.other_kind",
            "Dieser Bedarf ist von anderer Art.",
            "This need is of another kind.",
        )
    if command.occurred_on < known.last_failed_on:
        return Refusal(
            "need.before_earlier_match",
            f"Zu diesem Bedarf ist schon ein Eintrag vom {known.last_failed_on:%d.%m.%Y} da.",
            f"There is an entry of {known.last_failed_on:%Y-%m-%d} on this need already.",
        )
    return None


def _alike(need: UnmetNeed, kind: OfferKind, level: LanguageLevel | None) -> bool:
    """Whether one measure would meet both."""
    return need.kind is kind and (need.level is level or need.level is None or level is None)


def _settle(command: SettleNeed, known: UnmetNeed | None) -> Decision:
    if known is None:
        return Refusal("need.unknown", "Diesen Bedarf gibt es nicht.", "There is no such need.")
    if command.ground in OF_THE_ENGINE:
        return Refusal(
            "need.ends_by_itself",
            "Dieses Ende trägt das System ein, wenn ein Platz angenommen wird oder der Fall endet.",
            "This end is entered by the system when a seat is accepted or the case ends.",
        )
    if known.end_ground is command.ground:
        return ()
    if not known.open:
        return Refusal(
            "need.settled_already", "Dieser Bedarf ist schon erledigt.", "This need is settled already."
        )
    if command.occurred_on < known.last_failed_on:
        return Refusal(
            "need.settled_before_match",
            f"Das Ende liegt vor der letzten erfolglosen Suche am {known.last_failed_on:%d.%m.%Y}.",
            f"The end lies before the latest failed match on {known.last_failed_on:%Y-%m-%d}.",
        )
    return (
        NeedSettled(
            occurred_on=command.occurred_on,
            need_id=known.id,
            ground=command.ground,
            participation_id=None,
        ),
    )


def settled_by_seat(
    needs: tuple[UnmetNeed, ...], participation: Participation, on: date
) -> tuple[NeedSettled, ...]:
    """The ends of the needs that an accepted seat meets: of the same kind, and of the level that is wanted."""
    return tuple(
        NeedSettled(
            occurred_on=max(on, need.last_failed_on),
            need_id=need.id,
            ground=NeedEnd.MATCHED,
            participation_id=participation.id,
        )
        for need in needs
        if need.open
        and need.kind is participation.kind
        and (need.level is None or need.level is participation.level)
    )


def settled_by_end(needs: tuple[UnmetNeed, ...], on: date) -> tuple[NeedSettled, ...]:
    """The ends of all open needs of a case that ends."""
    return tuple(
        NeedSettled(
            occurred_on=max(on, need.last_failed_on),
            need_id=need.id,
            ground=NeedEnd.CASE_ENDED,
            participation_id=None,
        )
        for need in needs
        if need.open
    )


# -------------------------------------------------------------------- evolve


def evolve(needs: tuple[UnmetNeed, ...], event: NeedEvent, version: int) -> tuple[UnmetNeed, ...]:
    """Fold one event; ``version`` is its place in the stream. The end of a need that was struck out says nothing."""
    if isinstance(event, NeedSettled):
        return tuple(
            replace(
                need,
                ended_on=event.occurred_on,
                end_ground=event.ground,
                ended_version=version,
                participation_id=event.participation_id,
            )
            if need.id == event.need_id
            else need
            for need in needs
        )
    failure = FailedMatch(on=event.occurred_on, ground=event.ground, offers=event.offers, version=version)
    known = next((need for need in needs if need.id == event.need_id), None)
    if known is None:
        opened = UnmetNeed(
            id=event.need_id,
            field=event.field,
            kind=event.kind,
            level=event.level,
            wanted_from=event.wanted_from,
            childcare=event.childcare,
            failures=(failure,),
        )
        return (*needs, opened)
    more = replace(
        known,
        field=event.field,
        kind=event.kind,
        level=event.level,
        wanted_from=event.wanted_from,
        childcare=event.childcare,
        failures=tuple(sorted((*known.failures, failure), key=lambda match: (match.on, match.version))),
    )
    return tuple(more if need.id == event.need_id else need for need in needs)
