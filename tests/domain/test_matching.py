"""Matching: one table row for every reason why an offer does not fit, what is unclear, and an independent second opinion."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.course import FinishCourse
from domain.eligibility import EligibilityReason, EligibilityResult
from domain.matching import (
    Match,
    MatchFacts,
    MatchUnclear,
    OfferTerms,
    Wanted,
    language_level,
    match_facts,
    matches,
    offer_terms,
)
from domain.participation import CourseCertificate
from domain.path import InvalidPath, MatchingRule, Reach, parse_path
from domain.replacing import replace
from domain.unmet_need import NoMatchReason
from domain.values import (
    Ags,
    FundingModule,
    Gender,
    LanguageLevel,
    OfferKind,
    ResidenceStatus,
)
from tests.domain.ground import (
    PATH_FILE,
    SEAT,
    CaseFile,
    after_intake,
    durchstarten,
    eligibility,
    in_course,
    open_case,
)
from tests.domain.test_offering import OfferFile, ask, publish

ESCHWEILER, STOLBERG, DORMAGEN = Ags("05334012"), Ags("05334032"), Ags("05162004")
TODAY = date(2026, 3, 2)
RULE = MatchingRule(reach=Reach.DISTRICT, also_reachable=frozenset(), latest_start_days=90, source="test")
WANTED = Wanted(kind=OfferKind.LANGUAGE, level=LanguageLevel.B1, wanted_from=date(2026, 4, 1))
OFFER = OfferTerms(
    kind=OfferKind.LANGUAGE,
    module=FundingModule.F4,
    municipality=STOLBERG,
    level=LanguageLevel.B1,
    starts_on=date(2026, 5, 4),
)
FACTS = MatchFacts(
    municipality=ESCHWEILER,
    residence_status=ResidenceStatus.TOLERATION_60A,
    language_level=LanguageLevel.A2,
    woman=False,
    not_eligible=frozenset(),
)


def match(**changes: Any) -> Match:
    """The match with ``changes``: ``offer_free`` is the field ``free`` of the offer, ``rule`` the whole rule."""

    def part(name: str) -> dict[str, Any]:
        return {key.removeprefix(name): value for key, value in changes.items() if key.startswith(name)}

    rule = changes["rule"] if "rule" in changes else replace(RULE, **part("rule_"))
    return matches(
        replace(WANTED, **part("wanted_")),
        replace(OFFER, **part("offer_")),
        replace(FACTS, **part("facts_")),
        rule,
        changes.get("today", TODAY),
    )


@pytest.mark.parametrize(
    ("changes", "reasons"),
    [
        ({}, []),
        ({"offer_free": 0}, [NoMatchReason.FULL]),
        ({"offer_free": 1, "offer_waiting": 1}, [NoMatchReason.FULL]),
        ({"offer_closed": True}, [NoMatchReason.CLOSED]),
        ({"offer_closed": True, "offer_free": 0}, [NoMatchReason.CLOSED]),
        ({"today": date(2026, 5, 4)}, []),
        ({"today": date(2026, 5, 5)}, [NoMatchReason.ALREADY_STARTED]),
        ({"offer_starts_on": date(2026, 6, 30)}, []),  # 90 days after 1 April
        ({"offer_starts_on": date(2026, 7, 1)}, [NoMatchReason.STARTS_TOO_LATE]),
        ({"offer_starts_on": date(2026, 7, 1), "today": date(2026, 4, 2)}, []),  # wanted since yesterday
        ({"rule_latest_start_days": 33}, []),
        ({"rule_latest_start_days": 32}, [NoMatchReason.STARTS_TOO_LATE]),
        (
            {"offer_excluded_statuses": frozenset({ResidenceStatus.TOLERATION_60A})},
            [NoMatchReason.STATUS_EXCLUDED],
        ),
        ({"offer_excluded_statuses": frozenset({ResidenceStatus.TOLERATION_60B})}, []),
        ({"facts_not_eligible": frozenset({FundingModule.F4})}, [NoMatchReason.NOT_ELIGIBLE]),
        ({"facts_not_eligible": frozenset({FundingModule.F2})}, []),
        ({"wanted_childcare": True}, [NoMatchReason.CHILDCARE_MISSING]),
        ({"wanted_childcare": True, "offer_childcare": True}, []),
        ({"offer_childcare": True}, []),
        ({"offer_municipality": DORMAGEN}, [NoMatchReason.TOO_FAR]),
        ({"offer_municipality": DORMAGEN, "facts_municipality": DORMAGEN}, []),
        ({"rule_reach": Reach.MUNICIPALITY}, [NoMatchReason.TOO_FAR]),
        ({"rule_reach": Reach.MUNICIPALITY, "offer_municipality": ESCHWEILER}, []),
        (
            {
                "rule_reach": Reach.MUNICIPALITY,
                "rule_also_reachable": frozenset({frozenset({STOLBERG, ESCHWEILER})}),
            },
            [],
        ),
        (
            {
                "offer_municipality": DORMAGEN,
                "rule_also_reachable": frozenset({frozenset({DORMAGEN, STOLBERG})}),
            },
            [NoMatchReason.TOO_FAR],
        ),
        ({"offer_level": LanguageLevel.B2}, [NoMatchReason.WRONG_LEVEL]),
        ({"wanted_level": None}, []),  # A2 is known, so B1 is next
        ({"wanted_level": None, "facts_language_level": LanguageLevel.A1}, [NoMatchReason.WRONG_LEVEL]),
        ({"wanted_level": None, "facts_language_level": LanguageLevel.B1}, [NoMatchReason.WRONG_LEVEL]),
        (
            {"offer_free": 0, "offer_municipality": DORMAGEN, "offer_level": LanguageLevel.A1},
            [NoMatchReason.FULL, NoMatchReason.TOO_FAR, NoMatchReason.WRONG_LEVEL],
        ),
    ],
)
def test_every_reason_why_an_offer_does_not_fit_is_given(
    changes: dict[str, Any], reasons: list[NoMatchReason]
) -> None:
    found = match(**changes)
    assert list(found.reasons) == reasons
    assert found.unclear == ()
    assert found.fits is (not reasons)


@pytest.mark.parametrize(
    ("changes", "unclear"),
    [
        ({"rule": None}, MatchUnclear.NOT_CONFIGURED),
        ({"wanted_level": None, "facts_language_level": None}, MatchUnclear.OWN_LEVEL_UNKNOWN),
        ({"offer_level": None}, MatchUnclear.OFFERED_LEVEL_UNKNOWN),
    ],
)
def test_what_cannot_be_said_is_neither_yes_nor_no(changes: dict[str, Any], unclear: MatchUnclear) -> None:
    found = match(**changes)
    assert (found.reasons, found.unclear) == ((), (unclear,))
    assert not found.fits


def test_the_level_of_other_measures_is_looked_at_only_when_one_is_wanted() -> None:
    wanted = replace(WANTED, kind=OfferKind.PREPARATION, level=None)
    offer = replace(OFFER, kind=OfferKind.PREPARATION, level=LanguageLevel.B2)
    assert matches(wanted, offer, FACTS, RULE, TODAY).fits
    a2 = replace(wanted, level=LanguageLevel.A2)
    assert matches(a2, offer, FACTS, RULE, TODAY).reasons == (NoMatchReason.WRONG_LEVEL,)


def test_offers_of_another_kind_are_not_looked_at() -> None:
    with pytest.raises(ValueError, match="not looked at"):
        match(offer_kind=OfferKind.COACHING)


# ------------------------------------------------------------ second opinion

AGS = st.sampled_from([ESCHWEILER, STOLBERG, DORMAGEN])
LEVEL = st.sampled_from([None, LanguageLevel.A2, LanguageLevel.B1, LanguageLevel.B2])
DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))
STATUS = st.sampled_from([ResidenceStatus.TOLERATION_60A, ResidenceStatus.TOLERATION_60B])
MODULES = st.frozensets(st.sampled_from([FundingModule.F2, FundingModule.F4]))
KIND = st.sampled_from([OfferKind.LANGUAGE, OfferKind.PREPARATION])


@given(
    kind=KIND,
    wanted=st.fixed_dictionaries({"level": LEVEL, "wanted_from": DAYS, "childcare": st.booleans()}),
    offer=st.fixed_dictionaries(
        {
            "module": st.sampled_from([FundingModule.F2, FundingModule.F4]),
            "municipality": AGS,
            "level": LEVEL,
            "starts_on": DAYS,
            "excluded_statuses": st.frozensets(STATUS),
            "childcare": st.booleans(),
            "free": st.integers(0, 2),
            "waiting": st.integers(0, 1),
            "closed": st.booleans(),
        }
    ),
    facts=st.fixed_dictionaries(
        {
            "municipality": AGS,
            "residence_status": STATUS,
            "language_level": LEVEL,
            "woman": st.booleans(),
            "not_eligible": MODULES,
        }
    ),
    reach=st.sampled_from(Reach),
    pair=st.booleans(),
    latest=st.sampled_from([0, 30, 90]),
    today=DAYS,
)
def test_an_independent_second_opinion_agrees_whether_an_offer_fits(
    kind: OfferKind,
    wanted: dict[str, Any],
    offer: dict[str, Any],
    facts: dict[str, Any],
    reach: Reach,
    pair: bool,
    latest: int,
    today: date,
) -> None:
    """Written as one condition over plain values, in another order, with positions on a scale in place of levels."""
    also = frozenset({frozenset({ESCHWEILER, DORMAGEN})}) if pair else frozenset()
    rule = MatchingRule(reach=reach, also_reachable=also, latest_start_days=latest, source="")
    scale = {level: place for place, level in enumerate(["A0", "A1", "A2", "B1", "B2", "C1", "C2"])}
    home, place = facts["municipality"], offer["municipality"]
    near = (
        home == place
        or (reach.value == "district" and home.startswith("05334") == place.startswith("05334"))
        or (pair and {home, place} == {"05334012", "05162004"})
    )
    if wanted["level"] is None and kind.value != "language":
        level_right: bool | None = True
    elif offer["level"] is None:
        level_right = None
    elif wanted["level"] is not None:
        level_right = wanted["level"].value == offer["level"].value
    elif facts["language_level"] is None:
        level_right = None
    else:
        level_right = scale[offer["level"].value] - scale[facts["language_level"].value] == 1
    begins_in = (offer["starts_on"] - today).days
    fits = (
        near
        and level_right is True
        and offer["free"] - offer["waiting"] * 9 > 0
        and not offer["closed"]
        and begins_in >= 0
        and offer["starts_on"].toordinal()
        <= max(today.toordinal(), wanted["wanted_from"].toordinal()) + latest
        and facts["residence_status"].value not in [status.value for status in offer["excluded_statuses"]]
        and offer["module"].value not in [module.value for module in facts["not_eligible"]]
        and (offer["childcare"] or not wanted["childcare"])
    )
    found = matches(
        Wanted(kind=kind, **wanted), OfferTerms(kind=kind, **offer), MatchFacts(**facts), rule, today
    )
    assert found.fits is fits
    assert bool(found.unclear) is (level_right is None)


# ------------------------------------------------------------------ the facts


def test_the_facts_of_a_case_are_its_place_status_level_and_decisions() -> None:
    file = after_intake()
    facts = match_facts(file.state)
    assert facts.municipality == ESCHWEILER
    assert facts.residence_status is ResidenceStatus.TOLERATION_60A
    assert (facts.woman, facts.not_eligible) == (False, frozenset())
    file.done(
        eligibility(
            date(2025, 3, 4),
            module=FundingModule.F2,
            result=EligibilityResult.NOT_ELIGIBLE,
            ground=EligibilityReason.EMPLOYMENT_BAN,
        )
    )
    assert match_facts(file.state).not_eligible == {FundingModule.F2}
    woman = CaseFile().done(open_case(gender=Gender.FEMALE)).state
    assert match_facts(woman).woman


def test_a_level_gained_in_a_course_counts_when_it_is_the_later_one() -> None:
    file = in_course()
    before = language_level(file.state)
    file.done(
        FinishCourse(
            occurred_on=date(2025, 9, 30),
            participation_id=SEAT,
            certificate=CourseCertificate.LANGUAGE_CERTIFICATE,
            level_gained=LanguageLevel.B2,
        )
    )
    assert before is not LanguageLevel.B2
    assert language_level(file.state) is LanguageLevel.B2


def test_the_terms_of_a_published_offer_are_those_of_its_state() -> None:
    """Free seats and those who wait are counted, the rest is as published."""
    file = OfferFile()
    for number in range(1, 4):
        file.when(ask(number))
    terms = offer_terms(file.now)
    assert (terms.free, terms.waiting, terms.closed) == (0, 1, False)
    published = publish()
    same = {field.name for field in fields(OfferTerms)} - {"free", "waiting", "closed", "excluded_statuses"}
    assert all(getattr(terms, name) == getattr(published, name) for name in same)
    assert terms.excluded_statuses == frozenset()


# ----------------------------------------------------------------------- path


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ('reach = "district"', "missing 'reach'"),
        ("latest_start_days = 90", "missing 'latest_start_days'"),
        ('reach = "district" -> reach = "walking"', "walking"),
        ("latest_start_days = 90 -> latest_start_days = -1", "latest_start_days is -1"),
        ("latest_start_days = 90 -> latest_start_days = 731", "latest_start_days is 731"),
        ('reach = "district" -> reach = "district"\nalso_reachable = [["05334012"]]', "pairs"),
        ('reach = "district" -> reach = "district"\nalso_reachable = [["05334012", "5162004"]]', "pairs"),
        ('reach = "district" -> reach = "district"\nalso_reachable = [["05334012", "05334012"]]', "pairs"),
    ],
)
def test_a_path_with_half_a_rule_on_matching_is_refused(wrong: str, message: str) -> None:
    old, _, new = wrong.partition(" -> ")
    text = PATH_FILE.read_text(encoding="utf-8")
    start = text.index("[matching]")
    assert old in text[start:]
    with pytest.raises(InvalidPath, match=message):
        parse_path(text[:start] + text[start:].replace(old, new, 1))


def test_the_shipped_path_has_a_rule_and_a_path_without_one_has_none() -> None:
    text = PATH_FILE.read_text(encoding="utf-8")
    assert durchstarten().matching is not None
    assert parse_path(text[: text.index("[matching]")]).matching is None
    latest = timedelta(days=durchstarten().matching.latest_start_days)  # type: ignore[union-attr] # looked at above
    assert latest == timedelta(days=90)
