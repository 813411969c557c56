"""Gaps in the offer: figures that lead back to entries, and an offer only thought of that unblocks what a real one does."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain import offering
from domain.assessment import FieldOfAction
from domain.case import fold
from domain.changes import ChangeMunicipality
from domain.course import AcceptSeat, MeasureGround, RequestSeat
from domain.course_seat import ask_of_offer, tell_case
from domain.gaps import ProposedOffer, WhatIf, gap_figures, what_if
from domain.matching import OfferTerms, match_facts, matches, offer_terms, wanted_of
from domain.offer_seats import OfferPublished, SeatHeld, WaitingOrder
from domain.offering import OfferState, PublishOffer, seat_answer
from domain.path import MatchingRule, Reach
from domain.projections.folding import fold_stream
from domain.projections.open_needs import OpenNeedRow, open_need_rows
from domain.refusals import Refusal
from domain.replacing import replace
from domain.unmet_need import (
    FailedMatchRecorded,
    NeedEnd,
    NeedSettled,
    NoMatchReason,
    RecordFailedMatch,
    SettleNeed,
)
from domain.values import (
    Ags,
    CaseId,
    FundingModule,
    Gender,
    LanguageLevel,
    OfferId,
    OfferKind,
    ParticipationId,
    ResidenceStatus,
)
from services.bootstrap import rule_book
from tests.domain.ground import (
    CaseFile,
    assessment,
    consent,
    eligibility,
    notice,
    open_case,
    plan,
    rule_of,
)

RULES = rule_book()
TODAY = date(2026, 3, 2)
ALSDORF, MONSCHAU, DORMAGEN = Ags("05334004"), Ags("05334020"), Ags("05162004")
RULE = MatchingRule(reach=Reach.DISTRICT, also_reachable=frozenset(), latest_start_days=90, source="")


def rule_of_path(path: str, version: int) -> MatchingRule | None:
    """The same for every path."""
    return RULE


def with_need(
    number: int = 1,
    *,
    on: date = date(2026, 1, 5),
    municipality: Ags = ALSDORF,
    woman: bool = False,
    **changes: Any,
) -> CaseFile:
    """A case with an unmet need for a course to B1."""
    file = CaseFile(today=TODAY)
    file.done(
        open_case(municipality=municipality, gender=Gender.FEMALE if woman else Gender.MALE),
        notice(),
        consent(valid_until=None),
        assessment(),
        eligibility(),
        plan(),
    )
    values: dict[str, Any] = {
        "occurred_on": on,
        "need_id": UUID(int=9_000 + number),
        "field": FieldOfAction.LANGUAGE,
        "kind": OfferKind.LANGUAGE,
        "level": LanguageLevel.B1,
        "wanted_from": on,
        "ground": NoMatchReason.NONE_EXISTS,
    }
    return file.done(RecordFailedMatch(**(values | changes)))


def rows_of(file: CaseFile, number: int = 1) -> tuple[OpenNeedRow, ...]:
    """The rows that the projection makes of a case."""
    stream = fold_stream(
        [entry._replace(stream_id=UUID(int=70_000 + number)) for entry in file.history], RULES
    )
    return open_need_rows(stream)


# -------------------------------------------------------------------- figures


def test_a_need_counts_where_it_stood_on_the_day_asked_for() -> None:
    """5 Jan none exists, 2 Feb full, 16 Feb withdrawn: 28 days of the one, 14 of the other, then nothing."""
    file = with_need().done(
        RecordFailedMatch(
            occurred_on=date(2026, 2, 2),
            need_id=UUID(int=9_001),
            field=FieldOfAction.LANGUAGE,
            kind=OfferKind.LANGUAGE,
            level=LanguageLevel.B1,
            wanted_from=date(2026, 2, 2),
            ground=NoMatchReason.FULL,
        ),
        SettleNeed(occurred_on=date(2026, 2, 16), need_id=UUID(int=9_001), ground=NeedEnd.WITHDRAWN),
    )
    rows = rows_of(file)
    seen = {}
    for day in (date(2026, 1, 4), date(2026, 1, 5), date(2026, 2, 1), date(2026, 2, 2), date(2026, 2, 15)):
        seen[day] = [(f.ground, f.longest_days) for f in gap_figures(rows, day)]
    assert seen == {
        date(2026, 1, 4): [],
        date(2026, 1, 5): [(NoMatchReason.NONE_EXISTS, 0)],
        date(2026, 2, 1): [(NoMatchReason.NONE_EXISTS, 27)],
        date(2026, 2, 2): [(NoMatchReason.FULL, 28)],
        date(2026, 2, 15): [(NoMatchReason.FULL, 41)],
    }
    assert gap_figures(rows, date(2026, 2, 16)) == ()


@pytest.mark.parametrize(("days", "counted"), [(0, True), (56, True), (57, False), (10**4, False)])
def test_only_needs_open_for_long_enough_are_counted(days: int, counted: bool) -> None:
    """From 5 January to 2 March are 56 days."""
    assert bool(gap_figures(rows_of(with_need()), TODAY, open_for_days=days)) is counted


def test_a_figure_leads_to_the_entries_behind_it() -> None:
    files = {n: with_need(n, on=date(2026, 1, 4) + timedelta(days=n)) for n in (1, 2, 3)}
    [figure] = gap_figures([row for n, file in files.items() for row in rows_of(file, n)], TODAY)
    assert (figure.needs, figure.cases) == (3, 3)
    assert (figure.longest_days, figure.median_days) == (56, 55)
    for number, entry in zip((1, 2, 3), figure.entries, strict=True):
        event = files[number].history[entry.version - 1].event
        assert isinstance(event, FailedMatchRecorded)
        assert (entry.case_id, entry.need_id) == (UUID(int=70_000 + number), event.need_id)


def test_a_move_takes_the_need_along() -> None:
    file = with_need().done(ChangeMunicipality(occurred_on=date(2026, 2, 2), municipality=MONSCHAU))
    assert [figure.municipality for figure in gap_figures(rows_of(file), TODAY)] == [MONSCHAU]


DAYS = st.dates(date(2026, 1, 1), TODAY)
STEP = st.one_of(
    st.tuples(st.just("fail"), DAYS, st.sampled_from([NoMatchReason.FULL, NoMatchReason.TOO_FAR])),
    st.tuples(st.just("end"), DAYS, st.sampled_from([NeedEnd.WITHDRAWN, NeedEnd.MATCHED_ELSEWHERE])),
)


@settings(max_examples=40)
@given(
    st.lists(st.tuples(st.sampled_from([ALSDORF, MONSCHAU]), DAYS, st.lists(STEP, max_size=4)), max_size=4),
    DAYS,
)
def test_the_figures_are_those_of_a_naive_count_over_the_entries(
    lives: list[tuple[Ags, date, list[tuple[str, date, Any]]]], as_of: date
) -> None:
    """Day by day through the entries, without projection and without intervals."""
    files = {}
    for number, (place, on, steps) in enumerate(lives, 1):
        file = with_need(number, on=on, municipality=place)
        first = file.history[-1].event
        for what, day, ground in steps:
            if what == "end":
                file.when(SettleNeed(occurred_on=day, need_id=first.need_id, ground=ground))
            else:
                failed = RecordFailedMatch(
                    occurred_on=day,
                    need_id=first.need_id,
                    field=first.field,
                    kind=first.kind,
                    level=first.level,
                    wanted_from=day,
                    ground=ground,
                )
                file.when(failed)
        files[number] = file
    counted: dict[tuple[str, str], list[int]] = defaultdict(list)
    for number, file in files.items():
        stands, since = None, None
        for entry in file.history:
            event = entry.event
            if event.occurred_on > as_of:
                continue
            if isinstance(event, FailedMatchRecorded):
                stands, since = event.ground.value, since or event.occurred_on
            if isinstance(event, NeedSettled):
                stands = None
        if stands and since:
            counted[lives[number - 1][0], stands].append((as_of - since).days)
    figures = gap_figures([row for n, file in files.items() for row in rows_of(file, n)], as_of)
    assert {(f.municipality, f.ground.value): (f.needs, f.longest_days) for f in figures} == {
        key: (len(days), max(days)) for key, days in counted.items()
    }


# ------------------------------------------------------------------- what if

PROPOSED = ProposedOffer(
    kind=OfferKind.LANGUAGE,
    module=FundingModule.F4,
    municipality=ALSDORF,
    starts_on=date(2026, 4, 6),
    capacity=2,
    level=LanguageLevel.B1,
)


def asked(offer: ProposedOffer, rows: list[OpenNeedRow], existing: tuple[OfferTerms, ...] = ()) -> WhatIf:
    """What the offer would change today."""
    return what_if(offer, rows, existing, rule_of_path, TODAY)


def test_the_seats_go_to_those_who_have_been_waiting_longest_and_the_rest_would_wait() -> None:
    rows = [
        row for n, day in ((1, 7), (2, 5), (3, 6)) for row in rows_of(with_need(n, on=date(2026, 1, day)), n)
    ]
    found = asked(PROPOSED, rows)
    assert [fits.need_id.int - 9_000 for fits in found.unblocked] == [2, 3]
    assert [fits.need_id.int - 9_000 for fits in found.waiting] == [1]


def test_women_come_first_where_that_is_the_published_order() -> None:
    rows = [*rows_of(with_need(1), 1), *rows_of(with_need(2, on=date(2026, 2, 2), woman=True), 2)]
    women_first = replace(PROPOSED, capacity=1, waiting_order=WaitingOrder.WOMEN_FIRST)
    assert [fits.need_id.int - 9_000 for fits in asked(women_first, rows).unblocked] == [2]
    assert [fits.need_id.int - 9_000 for fits in asked(replace(PROPOSED, capacity=1), rows).unblocked] == [1]


def test_who_would_not_be_helped_is_named_with_every_reason() -> None:
    rows = list(rows_of(with_need(municipality=DORMAGEN, childcare=True)))
    [still] = asked(PROPOSED, rows).blocked
    assert still.match.reasons == (NoMatchReason.TOO_FAR, NoMatchReason.CHILDCARE_MISSING)
    assert asked(PROPOSED, rows).unblocked == ()


def test_a_need_that_an_existing_offer_fits_too_is_said_to_be_so() -> None:
    rows = list(rows_of(with_need()))
    existing = replace(PROPOSED.terms, municipality=MONSCHAU)
    assert [fits.fits_already for fits in asked(PROPOSED, rows).unblocked] == [False]
    assert [fits.fits_already for fits in asked(PROPOSED, rows, (existing,)).unblocked] == [True]
    full = replace(existing, free=0)
    assert [fits.fits_already for fits in asked(PROPOSED, rows, (full,)).unblocked] == [False]


def test_a_case_takes_one_seat_though_it_has_two_needs() -> None:
    file = with_need(kind=OfferKind.LANGUAGE).done(
        RecordFailedMatch(
            occurred_on=date(2026, 1, 6),
            need_id=UUID(int=9_500),
            field=FieldOfAction.LANGUAGE,
            kind=OfferKind.LANGUAGE,
            level=LanguageLevel.B2,
            wanted_from=date(2026, 1, 6),
            ground=NoMatchReason.FULL,
        )
    )
    b1, b2 = rows_of(file)
    both = [b1, b2._replace(level="B1")]
    assert len(asked(PROPOSED, both).unblocked) == 1


def test_without_a_rule_of_matching_nobody_is_said_to_be_helped() -> None:
    found = what_if(PROPOSED, rows_of(with_need()), (), lambda path, version: None, TODAY)
    assert found.unblocked == ()
    assert [bool(still.match.unclear) for still in found.blocked] == [True]


LIFE = st.fixed_dictionaries(
    {
        "on": st.dates(date(2026, 1, 1), TODAY),
        "municipality": st.sampled_from([ALSDORF, MONSCHAU, DORMAGEN]),
        "woman": st.booleans(),
        "childcare": st.booleans(),
        "level": st.sampled_from([LanguageLevel.B1, LanguageLevel.B2]),
    }
)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(LIFE, max_size=6),
    st.integers(1, 4),
    st.sampled_from(WaitingOrder),
    st.booleans(),
    st.sampled_from([(), (ResidenceStatus.TOLERATION_60A,)]),
)
def test_an_identical_offer_published_afterwards_unblocks_exactly_those(
    lives: list[dict[str, Any]],
    capacity: int,
    order: WaitingOrder,
    childcare: bool,
    excluded: tuple[ResidenceStatus, ...],
) -> None:
    """Published for real, asked for by every case it fits in its published order, seats accepted, needs settled."""
    proposed = replace(
        PROPOSED,
        capacity=capacity,
        waiting_order=order,
        childcare=childcare,
        excluded_statuses=excluded,
    )
    files = {UUID(int=70_000 + n): with_need(n, **life) for n, life in enumerate(lives, 1)}
    rows = [row for case_id, file in files.items() for row in rows_of(file, case_id.int - 70_000)]
    predicted = asked(proposed, rows)

    offer = published(proposed)
    fitting = []
    for case_id, file in files.items():
        [need] = file.state.unmet_needs
        if matches(wanted_of(need), offer_terms(offer), match_facts(file.state), RULE, TODAY).fits:
            woman = file.state.intake.gender is Gender.FEMALE
            first = order is WaitingOrder.WOMEN_FIRST and not woman
            fitting.append((first, need.since, need.id.int, case_id))
    for *_, case_id in sorted(fitting):
        offer = seat_for(case_id, files[case_id], offer)
    unblocked = {case_id for case_id, file in files.items() if not file.state.unmet_needs[0].open}
    assert unblocked == {fits.case_id for fits in predicted.unblocked}
    assert {entry.case_id for entry in offer.waiting} == {fits.case_id for fits in predicted.waiting}
    after = [row for case_id, file in files.items() for row in rows_of(file, case_id.int - 70_000)]
    still_open = {entry.case_id for figure in gap_figures(after, TODAY) for entry in figure.entries}
    assert still_open == set(files) - unblocked


def published(proposed: ProposedOffer) -> OfferState:
    """The same offer for real."""
    decision = offering.decide(
        PublishOffer(
            occurred_on=TODAY,
            title="Sprachkurs B1",
            provider="Lernhaus",
            kind=proposed.kind,
            module=proposed.module,
            municipality=proposed.municipality,
            capacity=proposed.capacity,
            starts_on=proposed.starts_on,
            ends_on=proposed.starts_on + timedelta(days=100),
            answer_days=14,
            waiting_order=proposed.waiting_order,
            level=proposed.level,
            excluded_statuses=proposed.excluded_statuses,
            childcare=proposed.childcare,
        ),
        None,
    )
    assert not isinstance(decision, Refusal)
    assert isinstance(decision[0], OfferPublished)
    return offering.evolve(None, decision[0])


def seat_for(case_id: UUID, file: CaseFile, offer: OfferState) -> OfferState:
    """The case asks for a seat, learns the answer as the saga tells it, and accepts what is offered."""
    seat = ParticipationId(UUID(int=case_id.int + 10_000))
    file.done(
        RequestSeat(
            occurred_on=TODAY,
            participation_id=seat,
            offer_id=OfferId(UUID(int=1)),
            ground=MeasureGround.LANGUAGE_FOR_AUSBILDUNG,
            reason="B1 fehlt",
        )
    )
    [participation] = file.state.course.participations
    ask = ask_of_offer(CaseId(case_id), file.state, participation, TODAY)
    assert ask is not None
    decision = offering.decide(ask, offer)
    assert not isinstance(decision, Refusal)
    for event in decision:
        offer = offering.evolve(offer, event)  # type: ignore[arg-type] # an offer decides offer events
    file.done(tell_case(seat_answer(offer, seat, TODAY), offer, participation, TODAY))
    if any(isinstance(event, SeatHeld) for event in decision):
        accepted = file.when(AcceptSeat(occurred_on=TODAY, participation_id=seat))
        assert rule_of(accepted) == ""
    return offer


def test_the_rows_of_a_case_are_those_of_its_state() -> None:
    """One row for each failed match, the facts of the case beside it, nothing personal."""
    file = with_need(woman=True, childcare=True)
    [row] = rows_of(file)
    state = fold(file.history)
    assert state is not None
    facts = match_facts(state)
    assert (row.woman, row.childcare, row.level) == (True, True, "B1")
    assert row.residence_status == facts.residence_status.value
    assert row.language_level == (facts.language_level.value if facts.language_level else None)
    assert "Haidari" not in str(row)
