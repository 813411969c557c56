"""A change of status or Rechtskreis is previewed: what is applied equals what was previewed, and nothing is stored."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain import offering
from domain.case_state import CaseState
from domain.change_preview import (
    ConsentStanding,
    DateEffect,
    OfferEffect,
    Preview,
    PreviewedCommand,
    SeatEffect,
    preview,
)
from domain.changes import ChangeLegalRegime, ChangeResidenceStatus
from domain.characteristics import STATUS_GROUPS, Dimension
from domain.consent import ConsentPurpose, WithdrawConsent
from domain.eligible.judging import verdict_on
from domain.eligible.recording import RecordPersonalCheck
from domain.eligible.rule import EligibilitySubject, Verdict, subject_of
from domain.legal_facts import RecordEntryToGermany, RecordTolerationSince
from domain.offer_seats import OfferPublished, OfferState
from domain.offering import PublishOffer
from domain.participation import SeatStatus
from domain.path import parse_path
from domain.person import Residence
from domain.projections.case_overview import overview_rows
from domain.projections.characteristics import characteristics_rows, read
from domain.projections.folding import fold_stream
from domain.recorded import Recorded
from domain.refusals import Refusal
from domain.replacing import replace
from domain.values import Ags, DutyHolder, FundingModule, LegalRegime, OfferId, ResidenceStatus
from tests.domain.eligible_ground import ALL_CHECKED, RULES, S
from tests.domain.ground import (
    LATER,
    PATH_FILE,
    SEAT,
    CaseFile,
    after_intake,
    consent,
    in_ausbildung,
    in_course,
    only,
    open_case,
    rule_of,
    seat_requested,
    terms,
)
from tests.domain.law_ground import status

TODAY = date(2025, 7, 1)
ACROSS = OfferId(UUID(int=5001))


def offer_of(
    module: FundingModule,
    starts_on: date = date(2025, 9, 1),
    excluded: tuple[ResidenceStatus, ...] = (),
    closed: bool = False,
) -> OfferState:
    """An offer with ten seats, published in January 2025."""
    publish = PublishOffer(
        occurred_on=date(2025, 1, 15),
        title=f"Kurs {module.value}",
        provider="VHS Nordkreis",
        kind=offering.OfferKind.PREPARATION,
        module=module,
        municipality=Ags("05334012"),
        capacity=10,
        starts_on=starts_on,
        ends_on=starts_on + timedelta(days=120),
        answer_days=7,
        excluded_statuses=excluded,
    )
    published = only(offering.decide(publish, None))
    assert isinstance(published, OfferPublished)
    state = offering.evolve(None, published)
    return replace(state, closed=closed)


OFFERS: Mapping[OfferId, OfferState] = {
    OfferId(UUID(int=5000 + n)): offer
    for n, offer in enumerate(
        [
            offer_of(FundingModule.F4),
            offer_of(FundingModule.F2, excluded=(ResidenceStatus.TOLERATION_60B,)),
            offer_of(FundingModule.F3, starts_on=date(2025, 6, 30)),
            offer_of(FundingModule.F4, starts_on=TODAY),
            offer_of(FundingModule.F4, closed=True),
            offer_of(FundingModule.F1, excluded=(ResidenceStatus.PERMIT_25_2, ResidenceStatus.GERMAN)),
        ]
    )
}


def seen(file: CaseFile, command: PreviewedCommand, today: date = TODAY) -> Preview:
    """The preview of a change that is possible."""
    found = preview(file.history, command, terms(today), OFFERS)
    assert isinstance(found, Preview), found
    return found


def to_regime(regime: LegalRegime, on: date = TODAY) -> ChangeLegalRegime:
    """A Rechtskreiswechsel."""
    return ChangeLegalRegime(occurred_on=on, regime=regime)


def to_status(
    kind: ResidenceStatus, on: date = TODAY, until: date | None = date(2028, 6, 30)
) -> ChangeResidenceStatus:
    """Another status."""
    return ChangeResidenceStatus(occurred_on=on, residence=status(kind, until, on))


# ---------------------------------------------- applied equals previewed

DAYS = st.dates(date(2025, 5, 6), date(2025, 12, 30))
SOME_DAY = st.dates(date(2020, 1, 1), date(2028, 12, 31))


@st.composite
def any_file(draw: st.DrawFn) -> CaseFile:
    """A case somewhere on its path, with facts known or not."""
    start = draw(st.sampled_from([after_intake, seat_requested, in_course, in_ausbildung]))
    file = start()
    recorded = st.one_of(
        st.builds(RecordEntryToGermany, occurred_on=DAYS, entered_on=SOME_DAY),
        st.builds(RecordTolerationSince, occurred_on=DAYS, tolerated_since=SOME_DAY),
        st.builds(RecordPersonalCheck, occurred_on=DAYS),
        st.builds(ChangeLegalRegime, occurred_on=DAYS),
        st.builds(consent, on=DAYS, purpose=st.sampled_from(ConsentPurpose)),
    )
    for command in draw(st.lists(recorded, max_size=6)):
        file.when(command)
    return file


@st.composite
def any_change(draw: st.DrawFn) -> PreviewedCommand:
    """A change of either kind, also one that changes nothing or cannot be."""
    on = draw(DAYS)
    if draw(st.booleans()):
        return ChangeLegalRegime(occurred_on=on, regime=draw(st.sampled_from(LegalRegime)))
    residence = Residence(
        status=draw(st.sampled_from(ResidenceStatus)),
        valid_from=draw(st.none() | SOME_DAY),
        valid_until=draw(st.none() | SOME_DAY),
    )
    return ChangeResidenceStatus(occurred_on=on, residence=residence)


def by_key(dues: Any) -> dict[tuple[str, str], date]:
    """The dates of an agenda by rule and reference."""
    return {(due.rule, due.reference): due.due_on for due in dues}


def lines_in_statistics(history: list[Recorded[Any]], day: date) -> dict[Dimension, str]:
    """Where the read tables count the case on ``day``: from the projections themselves."""
    stream = fold_stream(history, None)
    (row,), (overview,) = characteristics_rows(stream), overview_rows(stream)
    found = {}
    for dimension, text in (
        (Dimension.RESIDENCE_STATUS, row.statuses),
        (Dimension.LEGAL_REGIME, row.regimes),
    ):
        counting = [spell for spell in read(text) if spell.known_on <= day]
        latest = max((spell.since for spell in counting), default=None)
        found[dimension] = [s for s in counting if s.since == latest][-1].value if counting else "not_asked"
    assert overview.residence_status
    found[Dimension.STATUS_GROUP] = STATUS_GROUPS[found[Dimension.RESIDENCE_STATUS]]
    return found


def open_offers(case: CaseState) -> set[OfferId]:
    """Offers ahead that nothing recorded closes to the person."""
    return {
        offer_id
        for offer_id, offer in OFFERS.items()
        if not offer.closed
        and offer.offer.starts_on >= TODAY
        and case.residence.status not in offer.offer.excluded_statuses
        and verdict_on(case, subject_of(offer.offer.module), TODAY, RULES) is not Verdict.NO
    }


@pytest.mark.thorough
@settings(max_examples=120, deadline=None)
@given(any_file(), any_change())
def test_what_is_applied_equals_what_was_previewed(file: CaseFile, command: PreviewedCommand) -> None:
    """Answers, offers, dates and lines of the statistics, each computed anew from the case after the real command."""
    t = terms(TODAY)
    shown = preview(file.history, command, t, OFFERS)
    kept, before, old_dues = list(file.history), file.state, by_key(file.agenda())
    old_lines = lines_in_statistics(file.history, TODAY)
    decision = file.when(command, on=TODAY)
    if isinstance(decision, Refusal):
        assert shown == decision
        assert file.history == kept
        return
    assert isinstance(shown, Preview)
    assert len(shown.events) == len(decision)
    after, new_dues = file.state, by_key(file.agenda())
    assert {(c.subject, c.before, c.after) for c in shown.answers} == {
        (subject, was, now)
        for subject in EligibilitySubject
        if (was := verdict_on(before, subject, TODAY, RULES))
        is not (now := verdict_on(after, subject, TODAY, RULES))
    }
    assert {(c.rule, c.reference): (c.before, c.after) for c in shown.dates} == {
        key: (old_dues.get(key), new_dues.get(key))
        for key in old_dues.keys() | new_dues.keys()
        if old_dues.get(key) != new_dues.get(key)
    }
    assert {c.offer_id for c in shown.offers if c.effect is OfferEffect.OPENS} == open_offers(
        after
    ) - open_offers(before)
    assert {c.offer_id for c in shown.offers if c.effect is OfferEffect.LAPSES} == open_offers(
        before
    ) - open_offers(after)
    new_lines = lines_in_statistics(file.history, TODAY)
    assert {c.dimension: (c.before, c.after) for c in shown.lines} == {
        d: (old_lines[d], new_lines[d]) for d in old_lines if old_lines[d] != new_lines[d]
    }
    assert {seat.participation_id: seat.status for seat in shown.seats} == {
        p.id: p.status for p in after.course.participations if not p.ended
    }
    assert {told.holder for told in shown.to_tell} >= {change.duty_holder for change in shown.dates}
    again = preview(file.history, command, t, OFFERS)
    assert isinstance(again, Preview)
    assert again == replace(again, events=(), answers=(), offers=(), dates=(), to_tell=(), lines=())


def test_a_preview_stores_nothing() -> None:
    """The history is as it was, and the same question has the same answer."""
    file = in_course()
    before = list(file.history)
    first, second = (seen(file, to_regime(LegalRegime.SGB_II)) for _ in range(2))
    assert file.history == before
    assert [c.subject for c in first.answers] == [c.subject for c in second.answers]
    assert (first.dates, first.to_tell, first.lines) == (second.dates, second.to_tell, second.lines)


# ------------------------------------------------------------ what it says


def test_a_change_to_sgb_ii_ends_new_eligibility_and_lets_the_running_course_go_on() -> None:
    """The path says that running courses go on; where a path says nothing a person decides."""
    file = in_course(TODAY)
    shown = seen(file, to_regime(LegalRegime.SGB_II))
    assert {c.subject: (c.before, c.after) for c in shown.answers} == dict.fromkeys(
        (S.PROGRAMME, S.F1, S.F2, S.F3, S.F4, S.F5, S.F6), (Verdict.UNKNOWN, Verdict.NO)
    )
    assert [f.rule.id for f in shown.answers[0].against if f.verdict is Verdict.NO] == [
        "eligible.other_benefits_second"
    ]
    (seat,) = shown.seats
    assert (seat.participation_id, seat.status, seat.effect) == (SEAT, SeatStatus.RUNNING, SeatEffect.GOES_ON)
    text = PATH_FILE.read_text("utf-8").replace("running_courses_go_on = true", "")
    silent = preview(
        file.history,
        to_regime(LegalRegime.SGB_II),
        replace(terms(TODAY), path=parse_path(text)),
        OFFERS,
    )
    assert isinstance(silent, Preview)
    assert silent.seats[0].effect is SeatEffect.IN_QUESTION
    assert [(c.dimension, c.before, c.after) for c in shown.lines] == [
        (Dimension.LEGAL_REGIME, "unknown", "sgb_ii")
    ]


def test_a_seat_that_was_only_asked_for_is_in_question_and_free_again_on_the_way_back() -> None:
    """Until the entry nothing has begun that could go on."""
    file = seat_requested(TODAY).done(
        *(replace(command, occurred_on=date(2025, 6, 2)) for command in ALL_CHECKED)
    )
    (seat,) = seen(file, to_regime(LegalRegime.SGB_II)).seats
    assert seat.effect is SeatEffect.IN_QUESTION
    file.done(to_regime(LegalRegime.SGB_II, on=date(2025, 6, 30)))
    (seat,) = seen(file, to_regime(LegalRegime.ASYLBLG_3)).seats
    assert seat.effect is SeatEffect.IS_FREE_AGAIN
    (seat,) = seen(file, to_regime(LegalRegime.SGB_XII)).seats
    assert seat.effect is SeatEffect.STAYS


def test_a_seat_without_an_answer_yet_is_judged_by_the_module_of_its_offer() -> None:
    """§ 60b closes F2 only: whoever waits for an F2 course is in question, though the programme stays as it was."""
    offer_id = seat_requested(TODAY).state.course.participations[0].offer_id
    change = to_status(ResidenceStatus.TOLERATION_60B)
    for module, effect in ((FundingModule.F2, SeatEffect.IN_QUESTION), (FundingModule.F4, SeatEffect.STAYS)):
        shown = preview(seat_requested(TODAY).history, change, terms(TODAY), {offer_id: offer_of(module)})
        assert isinstance(shown, Preview)
        assert [(seat.module, seat.effect) for seat in shown.seats] == [(module, effect)]


def test_offers_lapse_and_open_by_their_excluded_statuses_and_by_the_rules() -> None:
    """Only offers with time ahead that are not closed are told, soonest first."""
    file = after_intake(TODAY)
    lapsing = seen(file, to_regime(LegalRegime.SGB_II)).offers
    assert [(c.module, c.starts_on, c.effect) for c in lapsing] == [
        (FundingModule.F4, TODAY, OfferEffect.LAPSES),
        (FundingModule.F4, date(2025, 9, 1), OfferEffect.LAPSES),
        (FundingModule.F2, date(2025, 9, 1), OfferEffect.LAPSES),
        (FundingModule.F1, date(2025, 9, 1), OfferEffect.LAPSES),
    ]
    assert {c.free for c in lapsing} == {10}
    titled = seen(file, to_status(ResidenceStatus.PERMIT_25_2)).offers
    assert [(c.module, c.effect) for c in titled] == [(FundingModule.F1, OfferEffect.LAPSES)]
    file.done(to_status(ResidenceStatus.TOLERATION_60B, on=date(2025, 6, 30)))
    healed = seen(file, to_status(ResidenceStatus.TOLERATION_60A)).offers
    assert [(c.module, c.effect) for c in healed] == [(FundingModule.F2, OfferEffect.OPENS)]


def test_a_title_moves_the_person_in_the_statistics_and_starts_and_stops_dates() -> None:
    """From toleration to a title: other dates for the document, another line, and the person is told."""
    shown = seen(after_intake(TODAY), to_status(ResidenceStatus.PERMIT_25_2))
    by_rule = {c.rule: c for c in shown.dates}
    assert by_rule["residence.expiry"].effect is DateEffect.STOPS
    assert (by_rule["residence.expiry"].before, by_rule["residence.expiry"].after) == (date(2026, 1, 9), None)
    started = by_rule["residence.extension_before_expiry"]
    assert (started.effect, started.after) == (DateEffect.STARTS, date(2028, 6, 30))
    moved = seen(after_intake(TODAY), to_status(ResidenceStatus.TOLERATION_60A)).dates
    assert [(c.rule, c.effect) for c in moved] == [("residence.expiry", DateEffect.MOVES)]
    assert [(c.dimension.value, c.before, c.after) for c in shown.lines] == [
        ("status_group", "toleration_group", "permit_group"),
        ("residence_status", "toleration_60a", "permit_25_2"),
    ]
    told = {t.holder: t for t in shown.to_tell}
    assert told[DutyHolder.PARTICIPANT].consent is ConsentStanding.NOT_NEEDED
    assert "residence.extension_before_expiry" in told[DutyHolder.PARTICIPANT].because
    assert DutyHolder.CASEWORKER in told


@pytest.mark.parametrize(
    ("consents", "standing"),
    [
        ((), ConsentStanding.MISSING),
        ((consent(purpose=ConsentPurpose.SHARING_WITH_PROVIDERS),), ConsentStanding.IN_FORCE),
        (
            (
                consent(purpose=ConsentPurpose.SHARING_WITH_PROVIDERS),
                WithdrawConsent(occurred_on=date(2025, 6, 30), purpose=ConsentPurpose.SHARING_WITH_PROVIDERS),
            ),
            ConsentStanding.MISSING,
        ),
    ],
)
def test_a_provider_is_told_only_with_consent_in_force(
    consents: tuple[Any, ...], standing: ConsentStanding
) -> None:
    """Whoever has a seat to give is concerned; without consent the preview says that it is missing."""
    shown = seen(in_course(TODAY).done(*consents), to_regime(LegalRegime.SGB_II))
    (provider,) = [told for told in shown.to_tell if told.holder is DutyHolder.PROVIDER]
    assert (provider.because, provider.consent) == (("seat",), standing)


def test_an_employer_is_concerned_by_a_change_during_the_training() -> None:
    """With consent only."""
    (employer,) = [
        told
        for told in seen(in_ausbildung(), to_status(ResidenceStatus.TRAINING_PERMIT_16G), LATER).to_tell
        if told.holder is DutyHolder.EMPLOYER
    ]
    assert employer.consent is ConsentStanding.MISSING


def test_what_would_be_refused_is_refused_in_the_preview_and_no_change_is_no_change() -> None:
    """In the words of the domain; and what is so already changes nothing and concerns nobody."""
    file = after_intake(TODAY)
    future = preview(file.history, to_regime(LegalRegime.SGB_II, on=date(2025, 7, 2)), terms(TODAY), OFFERS)
    assert isinstance(future, Refusal)
    assert rule_of(future) == "case.in_the_future"
    same = seen(file, to_regime(LegalRegime.UNKNOWN))
    assert (same.events, same.answers, same.dates, same.to_tell, same.lines) == ((), (), (), (), ())
    unknown = preview([], to_regime(LegalRegime.SGB_II), terms(TODAY), OFFERS)
    assert isinstance(unknown, Refusal)
    assert open_case().legal_regime is LegalRegime.UNKNOWN
