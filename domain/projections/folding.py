"""Folding a stream of any kind, from its beginning or further on, as the projections need it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, assert_never

from domain import grant, offering, report_publication, report_seal
from domain.agenda import Due, agenda, agenda_after
from domain.case_fold import effective, fold, fold_further
from domain.case_state import CaseState
from domain.corrections import EntryCorrected
from domain.decision import RuleBook
from domain.grant import GrantNoticeReceived, GrantState
from domain.intake import CaseOpened
from domain.offering import OfferPublished, OfferState
from domain.path import PathDefinition
from domain.projections.projection import FoldedStream, StreamState
from domain.recorded import Recorded
from domain.report_publication import PublishedSeries, ReportPublished
from domain.report_seal import ReportSealed, SealedReport
from domain.waiting import Turn
from domain.waiting_turns import turns_of


class UnreadableStream(Exception):
    """A stream does not begin as any kind of stream does, or cannot be folded. The message names position and stream."""


def fold_stream(
    history: Sequence[Recorded[Any]], rules: RuleBook | None, *, turns: bool = True
) -> FoldedStream:
    """The stream after its whole ``history`` (never empty); without ``rules`` its agenda is left empty, without ``turns``
    who had to act when.

    Raises UnreadableStream, UnknownPath.
    """
    first = history[0]
    try:
        state = _folded(history)
    except (ValueError, TypeError, AttributeError) as error:
        raise _unreadable(history, error) from error
    found = turns_of(effective(history)) if turns and isinstance(state, CaseState) else ()
    return _stream(first, history[-1], state, rules, found)


def advance(before: FoldedStream, entries: Sequence[Recorded[Any]], rules: RuleBook) -> FoldedStream | None:
    """The stream after further ``entries`` (never none); None when one of them reaches back and all must be folded anew."""
    if any(isinstance(entry.event, EntryCorrected) for entry in entries):
        return None
    try:
        state = _further(before.state, entries)
    except (ValueError, TypeError, AttributeError) as error:
        raise _unreadable(entries, error) from error
    last = entries[-1]
    return FoldedStream(
        stream_id=before.stream_id,
        state=state,
        organisation=before.organisation,
        position=last.position,
        recorded_at=last.recorded_at,
        agenda=_agenda_after(before, state, rules),
        path=before.path,
        turns=before.turns + turns_of(entries) if isinstance(state, CaseState) else (),
    )


def _folded(history: Sequence[Recorded[Any]]) -> StreamState:
    state: StreamState | None
    match history[0].event:
        case CaseOpened():
            state = fold(history)
        case OfferPublished():
            state = offering.fold(history)
        case GrantNoticeReceived():
            state = grant.fold(history)
        case ReportSealed():
            state = report_seal.fold(history)
        case ReportPublished():
            state = report_publication.fold(history)
        case other:
            raise ValueError(f"no stream begins with {type(other).__name__}")
    if state is None:
        raise ValueError("nothing is left of it")
    return state


def _further(state: StreamState, entries: Sequence[Recorded[Any]]) -> StreamState:
    match state:
        case CaseState():
            return fold_further(state, entries)
        case OfferState():
            return offering.fold(entries, state) or state
        case GrantState():
            return grant.fold(entries, state) or state
        case SealedReport():
            return report_seal.fold(entries, state) or state
        case PublishedSeries():
            return report_publication.fold(entries, state) or state
        case _:
            assert_never(state)


def _stream(
    first: Recorded[Any],
    last: Recorded[Any],
    state: StreamState,
    rules: RuleBook | None,
    turns: tuple[Turn, ...],
) -> FoldedStream:
    return FoldedStream(
        stream_id=first.stream_id,
        state=state,
        organisation=first.organisation,
        position=last.position,
        recorded_at=last.recorded_at,
        agenda=_agenda(state, rules),
        path=_path(state, rules),
        turns=turns,
    )


def _path(state: StreamState, rules: RuleBook | None) -> PathDefinition | None:
    if rules is None or not isinstance(state, CaseState):
        return None
    return rules.path(state.path_id, state.path_version)


def _agenda(state: StreamState, rules: RuleBook | None) -> tuple[Due, ...]:
    if rules is not None and isinstance(state, CaseState):
        return agenda(state, rules.path(state.path_id, state.path_version), rules.calendar, rules.law)
    return ()


def _agenda_after(before: FoldedStream, state: StreamState, rules: RuleBook) -> tuple[Due, ...]:
    earlier = before.state
    if isinstance(state, CaseState) and isinstance(earlier, CaseState):
        path = rules.path(state.path_id, state.path_version)
        return agenda_after(earlier, before.agenda, state, path, rules.calendar, rules.law)
    return ()


def _unreadable(entries: Sequence[Recorded[Any]], error: Exception) -> UnreadableStream:
    last = entries[-1]
    return UnreadableStream(f"position {last.position}: stream {last.stream_id} cannot be folded: {error}")
