"""Unmet needs: a failed match with its ground, what contradicts itself, and how a need ends by itself or by hand."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.assessment import FieldOfAction
from domain.closing import CaseClosed
from domain.corrections import CorrectEntry
from domain.intake import DeclineIntake, DeclineReason, IntakeDeclined
from domain.refusals import Refusal
from domain.replacing import replace
from domain.seat_request import AcceptSeat, SeatAccepted
from domain.unmet_need import (
    FailedMatchRecorded,
    LookedAt,
    NeedEnd,
    NeedSettled,
    NoMatchReason,
    RecordFailedMatch,
    SettleNeed,
)
from domain.values import LanguageLevel, OfferId, OfferKind
from tests.domain.ground import (
    LATER,
    SEAT,
    CaseFile,
    after_intake,
    closing,
    in_coaching,
    notice,
    only,
    open_case,
    rule_of,
    seat_offer,
    seat_requested,
)

NEED, OTHER_NEED = UUID(int=501), UUID(int=502)
DAY = date(2025, 4, 3)


def looked_at(number: int, ground: NoMatchReason) -> LookedAt:
    """An offer by its number."""
    return LookedAt(offer_id=OfferId(UUID(int=number)), ground=ground)


def failed(**changes: Any) -> RecordFailedMatch:
    """No course to B1 on 3 April 2025."""
    values: dict[str, Any] = {
        "occurred_on": DAY,
        "need_id": NEED,
        "field": FieldOfAction.LANGUAGE,
        "kind": OfferKind.LANGUAGE,
        "level": LanguageLevel.B1,
        "wanted_from": date(2025, 5, 1),
        "ground": NoMatchReason.NONE_EXISTS,
    }
    return RecordFailedMatch(**(values | changes))


def settled(ground: NeedEnd = NeedEnd.WITHDRAWN, on: date = date(2025, 5, 2)) -> SettleNeed:
    """The need ended."""
    return SettleNeed(occurred_on=on, need_id=NEED, ground=ground)


# ------------------------------------------------------------- failed matches


def test_a_failed_match_opens_an_unmet_need_and_later_ones_add_to_it() -> None:
    file = after_intake().done(failed())
    assert isinstance(file.history[-1].event, FailedMatchRecorded)
    full = failed(
        occurred_on=date(2025, 6, 2),
        ground=NoMatchReason.FULL,
        offers=(looked_at(1, NoMatchReason.FULL), looked_at(2, NoMatchReason.TOO_FAR)),
        wanted_from=date(2025, 7, 1),
    )
    file.done(full)
    [need] = file.state.unmet_needs
    assert need.open
    assert (need.since, need.last_failed_on) == (DAY, date(2025, 6, 2))
    assert need.wanted_from == date(2025, 7, 1)
    assert [match.ground for match in need.failures] == [NoMatchReason.NONE_EXISTS, NoMatchReason.FULL]
    versions = [e.version for e in file.history if isinstance(e.event, FailedMatchRecorded)]
    assert [match.version for match in need.failures] == versions


def test_the_same_failed_match_on_the_same_day_records_nothing_and_on_another_day_counts_again() -> None:
    file = after_intake().done(failed())
    assert file.when(failed()) == ()
    assert isinstance(only(file.when(failed(occurred_on=date(2025, 4, 4)))), FailedMatchRecorded)


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({}, ""),
        ({"wanted_from": date(2025, 1, 1)}, ""),
        ({"wanted_from": date(2028, 4, 5)}, ""),
        ({"wanted_from": date(2028, 4, 6)}, "need.wanted_from_out_of_range"),
        ({"wanted_from": date(3, 1, 1)}, "period.date_out_of_range"),
        ({"wanted_from": date(9999, 12, 31)}, "period.date_out_of_range"),
        ({"occurred_on": date(2025, 3, 2)}, "case.before_first_contact"),
        ({"occurred_on": date(2025, 12, 31)}, "case.in_the_future"),
        ({"ground": NoMatchReason.OTHER}, "need.remark_missing"),
        ({"ground": NoMatchReason.OTHER, "remark": " "}, "need.remark_missing"),
        ({"ground": NoMatchReason.OTHER, "remark": "Nachtkurs gesucht"}, ""),
        ({"ground": NoMatchReason.COST}, ""),
        ({"offers": (looked_at(1, NoMatchReason.FULL),)}, "need.offer_exists"),
        (
            {"ground": NoMatchReason.FULL, "offers": (looked_at(1, NoMatchReason.NONE_EXISTS),)},
            "need.offer_exists",
        ),
        (
            {"ground": NoMatchReason.FULL, "offers": (looked_at(1, NoMatchReason.TOO_FAR),)},
            "need.ground_of_no_offer",
        ),
        (
            {"ground": NoMatchReason.FULL, "offers": (looked_at(1, NoMatchReason.FULL),) * 2},
            "need.offer_twice",
        ),
        (
            {
                "ground": NoMatchReason.FULL,
                "offers": (looked_at(1, NoMatchReason.TOO_FAR), looked_at(2, NoMatchReason.FULL)),
            },
            "",
        ),
    ],
)
def test_a_failed_match_does_not_contradict_itself(changes: dict[str, Any], rule: str) -> None:
    assert rule_of(after_intake().when(failed(**changes))) == rule


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"kind": OfferKind.COACHING, "level": None}, "need.other_kind"),
        ({"level": LanguageLevel.B2}, "need.other_kind"),
        ({"field": FieldOfAction.WORK}, "need.other_kind"),
        ({"occurred_on": date(2025, 4, 2)}, "need.before_earlier_match"),
        ({"need_id": OTHER_NEED}, "need.open_already"),
        ({"need_id": OTHER_NEED, "level": None}, "need.open_already"),
        ({"need_id": OTHER_NEED, "level": LanguageLevel.B2}, ""),
        ({"need_id": OTHER_NEED, "kind": OfferKind.PREPARATION}, ""),
    ],
)
def test_there_is_one_open_need_for_what_one_measure_would_meet(changes: dict[str, Any], rule: str) -> None:
    """Else the gap would be counted twice."""
    assert rule_of(after_intake().done(failed()).when(failed(**changes))) == rule


def test_a_settled_need_takes_no_further_match_and_leaves_room_for_a_new_one() -> None:
    file = after_intake().done(failed(), settled())
    assert rule_of(file.when(failed(occurred_on=date(2025, 5, 3)))) == "need.settled"
    file.done(failed(occurred_on=date(2025, 5, 3), need_id=OTHER_NEED))
    assert [need.open for need in file.state.unmet_needs] == [False, True]


# ----------------------------------------------------------------------- end


@pytest.mark.parametrize(
    ("command", "rule"),
    [
        (settled(), ""),
        (settled(NeedEnd.NO_LONGER_NEEDED), ""),
        (settled(NeedEnd.MATCHED_ELSEWHERE), ""),
        (settled(NeedEnd.MATCHED), "need.ends_by_itself"),
        (settled(NeedEnd.CASE_ENDED), "need.ends_by_itself"),
        (settled(on=DAY), ""),
        (settled(on=date(2025, 4, 2)), "need.settled_before_match"),
        (SettleNeed(occurred_on=DAY, need_id=OTHER_NEED, ground=NeedEnd.WITHDRAWN), "need.unknown"),
    ],
)
def test_a_need_is_settled_by_hand_after_its_last_failed_match(command: SettleNeed, rule: str) -> None:
    file = after_intake().done(failed())
    decision = file.when(command)
    assert rule_of(decision) == rule
    if not rule:
        assert isinstance(only(decision), NeedSettled)
        [need] = file.state.unmet_needs
        assert (need.open, need.end_ground, need.ended_on) == (False, command.ground, command.occurred_on)
        assert need.ended_version == file.history[-1].version


def test_a_need_is_settled_once() -> None:
    file = after_intake().done(failed(), settled())
    assert file.when(settled()) == ()
    assert rule_of(file.when(settled(NeedEnd.NO_LONGER_NEEDED))) == "need.settled_already"


@pytest.mark.parametrize(
    ("wanted", "offered", "met"),
    [
        ((OfferKind.LANGUAGE, LanguageLevel.B1), (OfferKind.LANGUAGE, LanguageLevel.B1), True),
        ((OfferKind.LANGUAGE, None), (OfferKind.LANGUAGE, LanguageLevel.B1), True),
        ((OfferKind.LANGUAGE, LanguageLevel.B1), (OfferKind.LANGUAGE, LanguageLevel.B2), False),
        ((OfferKind.LANGUAGE, LanguageLevel.B1), (OfferKind.LANGUAGE, None), False),
        ((OfferKind.PREPARATION, None), (OfferKind.LANGUAGE, LanguageLevel.B1), False),
        ((OfferKind.LANGUAGE, None), (None, None), False),
    ],
)
def test_an_accepted_seat_settles_the_need_for_its_kind_and_level(
    wanted: tuple[OfferKind, LanguageLevel | None],
    offered: tuple[OfferKind | None, LanguageLevel | None],
    met: bool,
) -> None:
    file = seat_requested().done(
        failed(kind=wanted[0], level=wanted[1]),
        seat_offer(date(2025, 4, 4), kind=offered[0], level=offered[1]),
    )
    decision = file.when(AcceptSeat(occurred_on=date(2025, 4, 10), participation_id=SEAT))
    assert not isinstance(decision, Refusal)
    assert [type(event) for event in decision] == [SeatAccepted, NeedSettled] if met else [SeatAccepted]
    [need] = file.state.unmet_needs
    assert need.open is not met
    if met:
        assert (need.end_ground, need.participation_id) == (NeedEnd.MATCHED, SEAT)
        assert need.ended_on == date(2025, 4, 10)


def test_a_seat_accepted_before_the_failed_match_was_noted_ends_the_need_on_its_last_day() -> None:
    """No need ends before it began."""
    file = seat_requested().done(
        seat_offer(kind=OfferKind.LANGUAGE, level=LanguageLevel.B1), failed(occurred_on=date(2025, 4, 14))
    )
    file.done(AcceptSeat(occurred_on=date(2025, 4, 10), participation_id=SEAT))
    [need] = file.state.unmet_needs
    assert need.ended_on == date(2025, 4, 14)


def test_the_end_of_the_case_settles_what_is_open_before_it() -> None:
    file = in_coaching().done(failed(), failed(need_id=OTHER_NEED, kind=OfferKind.PREPARATION, level=None))
    file.done(SettleNeed(occurred_on=DAY, need_id=OTHER_NEED, ground=NeedEnd.WITHDRAWN))
    decision = file.when(closing())
    assert not isinstance(decision, Refusal)
    settling = [event for event in decision if isinstance(event, NeedSettled)]
    assert [(event.need_id, event.ground) for event in settling] == [(NEED, NeedEnd.CASE_ENDED)]
    assert isinstance(decision[-1], CaseClosed)
    assert not any(need.open for need in file.state.unmet_needs)


def test_a_declined_intake_settles_it_too() -> None:
    file = CaseFile().done(open_case(), notice(), failed())
    declining = DeclineIntake(
        occurred_on=date(2025, 4, 4),
        ground=DeclineReason.OTHER_SERVICE_FITS,
        reason="anderes Angebot",
    )
    decision = file.when(declining)
    assert not isinstance(decision, Refusal)
    assert [type(event) for event in decision] == [NeedSettled, IntakeDeclined]


# --------------------------------------------------------------- corrections


def test_a_struck_out_end_opens_the_need_again_and_a_struck_out_match_takes_it_away() -> None:
    file = after_intake().done(failed(), settled())
    match, end = file.history[-2].version, file.history[-1].version
    file.done(CorrectEntry(occurred_on=LATER, version=end, replacement=None, reason="verklickt"))
    assert [need.open for need in file.state.unmet_needs] == [True]
    file.done(CorrectEntry(occurred_on=LATER, version=match, replacement=None, reason="falscher Fall"))
    assert file.state.unmet_needs == ()


def test_a_corrected_ground_is_held_to_the_same_rules() -> None:
    file = after_intake().done(failed())
    entry = file.history[-1]
    wrong = replace(entry.event, ground=NoMatchReason.OTHER)
    correct = CorrectEntry(occurred_on=LATER, version=entry.version, replacement=wrong, reason="Tippfehler")
    assert rule_of(file.when(correct)) == "need.remark_missing"
    file.done(replace(correct, replacement=replace(entry.event, ground=NoMatchReason.COST)))
    [need] = file.state.unmet_needs
    assert [match.ground for match in need.failures] == [NoMatchReason.COST]


# ---------------------------------------------------------------- properties

SOME = st.one_of(
    st.builds(
        failed,
        occurred_on=st.dates(date(2025, 3, 3), date(2025, 12, 30)),
        need_id=st.sampled_from([NEED, OTHER_NEED, UUID(int=503)]),
        kind=st.sampled_from([OfferKind.LANGUAGE, OfferKind.COACHING]),
        level=st.sampled_from([None, LanguageLevel.B1, LanguageLevel.B2]),
        ground=st.sampled_from([NoMatchReason.FULL, NoMatchReason.NONE_EXISTS]),
    ),
    st.builds(
        SettleNeed,
        occurred_on=st.dates(date(2025, 3, 3), date(2025, 12, 30)),
        need_id=st.sampled_from([NEED, OTHER_NEED, UUID(int=503)]),
        ground=st.sampled_from(NeedEnd),
    ),
)


@given(st.lists(SOME, max_size=25))
def test_needs_never_overlap_and_their_days_never_run_backwards(commands: list[Any]) -> None:
    file = after_intake()
    for command in commands:
        file.when(command)
        needs = file.state.unmet_needs
        for need in needs:
            days = [match.on for match in need.failures] + ([need.ended_on] if need.ended_on else [])
            assert days == sorted(days)
        open_ones = [(need.kind, need.level) for need in needs if need.open]
        assert len(set(open_ones)) == len(open_ones)
        for kind in OfferKind:
            levels = [level for other, level in open_ones if other is kind]
            assert None not in levels or len(levels) == 1
