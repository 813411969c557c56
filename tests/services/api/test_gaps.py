"""Gaps over HTTP: a failed match becomes a figure, an offer only thought of names whom it would help, a real one helps them."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.repetition import RepetitionAnswerCode
from domain.repetition_answer import RepetitionHintAnswered
from domain.values import LanguageLevel, OfferKind, ParticipationId
from tests.domain.measures_ground import Lived, case_with
from tests.services.api.ground import ESCHWEILER, Api, offer_body
from tests.services.read_table_ground import events_for, write
from tests.workflows.ground import OPENED, TODAY

STOLBERG = "05334032"


def failed(**changes: Any) -> dict[str, Any]:
    """No course to B1, on the day the case was opened."""
    return {
        "occurred_on": OPENED.isoformat(),
        "field": "language",
        "kind": "language",
        "level": "B1",
        "wanted_from": TODAY.isoformat(),
        "ground": "none_exists",
        **changes,
    }


def proposed(**changes: Any) -> dict[str, Any]:
    """A course to B1 in Stolberg, three weeks from now."""
    return {
        "kind": "language",
        "module": "F4",
        "municipality": STOLBERG,
        "starts_on": (TODAY + timedelta(days=21)).isoformat(),
        "capacity": 1,
        "level": "B1",
        **changes,
    }


async def unmet(api: Api, **changes: Any) -> tuple[UUID, dict[str, Any]]:
    """A case with an unmet need, and what the command answered."""
    case_id = await api.opened()
    answer = await api.post(f"/cases/{case_id}/record-failed-match", failed(**changes))
    assert answer.status_code == 200, answer.text
    return case_id, dict(answer.json())


async def test_a_failed_match_becomes_a_figure_that_leads_back_to_its_entry(projected: Api) -> None:
    """Kind, municipality and reason; the entry is the one in the history of the case."""
    case_id, recorded = await unmet(projected)
    answer = await projected.get(
        f"/gaps?kind=language&reason=none_exists&as_of={TODAY}&wait_for={recorded['position']}"
    )
    assert answer.status_code == 200, answer.text
    figures = [f for f in answer.json()["figures"] if f["municipality"] == ESCHWEILER]
    [entry] = [e for f in figures for e in f["entries"] if e["case_id"] == str(case_id)]
    assert entry["days_open"] == (TODAY - OPENED).days
    assert entry["need_id"] == recorded["made"]["need_id"]
    history = (await projected.get(f"/cases/{case_id}/history")).json()["entries"]
    assert [e["event"] for e in history if e["version"] == entry["version"]] == ["failed_match_recorded"]
    before = await projected.get(f"/gaps?as_of={(OPENED - timedelta(days=1)).isoformat()}")
    assert str(case_id) not in before.text


async def test_an_offer_thought_of_helps_whom_the_same_offer_helps_once_it_is_published(
    projected: Api,
) -> None:
    """The proposal records nothing; afterwards the real offer fits and says so, with the reason for every other no."""
    case_id, recorded = await unmet(projected)
    head = await projected.engine.log.head()
    answer = await projected.post(f"/gaps/what-if?wait_for={recorded['position']}", proposed(capacity=500))
    assert answer.status_code == 200, answer.text
    mine = [f for f in answer.json()["unblocked"] if f["case_id"] == str(case_id)]
    assert [f["version"] for f in mine] == [recorded["version"]]
    assert await projected.engine.log.head() == head

    fits = await projected.published(**offer_body(level="B1", municipality=STOLBERG, module="F4"))
    wrong = await projected.published(**offer_body(level="B2", excluded_statuses=["toleration_60a"]))
    position = await projected.engine.log.head()
    found = (await projected.get(f"/cases/{case_id}/offers?wait_for={position}")).json()["wanted"]
    assert [one["need_id"] for one in found] == [recorded["made"]["need_id"]]
    by_id = {offer["offer"]["offer_id"]: offer for offer in found[0]["offers"]}
    assert by_id[str(fits)]["fits"]
    assert by_id[str(wrong)]["match"]["reasons"] == ["status_excluded", "wrong_level"]
    places = [offer["fits"] for offer in found[0]["offers"]]
    assert places == sorted(places, reverse=True)


async def test_offers_can_be_looked_for_without_a_recorded_need(projected: Api) -> None:
    case_id = await projected.opened()
    offer_id = await projected.published(**offer_body(kind="preparation", municipality=STOLBERG))
    position = await projected.engine.log.head()
    answer = await projected.get(f"/cases/{case_id}/offers?kind=preparation&wait_for={position}")
    [one] = answer.json()["wanted"]
    assert one["need_id"] is None
    assert str(offer_id) in {offer["offer"]["offer_id"] for offer in one["offers"] if offer["fits"]}


async def test_a_settled_need_is_no_gap_any_more(projected: Api) -> None:
    case_id, recorded = await unmet(projected)
    settling = {"need_id": recorded["made"]["need_id"], "ground": "no_longer_needed"}
    answer = await projected.post(f"/cases/{case_id}/settle-need", settling)
    assert answer.json()["events"] == ["need_settled"]
    gaps = await projected.get(f"/gaps?wait_for={answer.json()['position']}")
    assert str(case_id) not in gaps.text
    case = (await projected.get(f"/cases/{case_id}")).json()
    assert [need["end_ground"] for need in case["unmet_needs"]] == ["no_longer_needed"]


@pytest.mark.parametrize(
    ("query", "status", "rule"),
    [
        ("municipality=05999999", 404, "gaps.municipality_unknown"),
        ("municipality=5", 422, ""),
        ("kind=swimming", 422, ""),
        ("reason=weather", 422, ""),
        ("as_of=2099-01-01", 409, "gaps.as_of_in_the_future"),
        ("as_of=1999-01-01", 409, "gaps.as_of_before_programme"),
        ("as_of=2019-12-31", 409, "gaps.as_of_before_programme"),
        ("as_of=2026-02-30", 422, ""),
        ("open_for_days=-1", 422, ""),
        ("grund=full", 422, ""),
    ],
)
async def test_a_question_that_makes_no_sense_is_refused(
    projected: Api, query: str, status: int, rule: str
) -> None:
    """Never an empty answer."""
    answer = await projected.get(f"/gaps?{query}")
    assert answer.status_code == status, answer.text
    if rule:
        assert answer.json()["rule_id"] == rule


@pytest.mark.parametrize(
    ("changes", "status", "rule"),
    [
        ({"capacity": 0}, 409, "offer.capacity_out_of_range"),
        ({"capacity": 10_001}, 409, "offer.capacity_out_of_range"),
        ({"capacity": "many"}, 422, ""),
        ({"municipality": "0533400"}, 422, ""),
        ({"level": None}, 409, "gaps.level_missing"),
        ({"starts_on": (TODAY - timedelta(days=1)).isoformat()}, 409, "gaps.offer_in_the_past"),
        ({"starts_on": "2026-02-30"}, 422, ""),
        ({"price": 1}, 422, ""),
        ({"excluded_statuses": ["martian"]}, 422, ""),
    ],
)
async def test_an_offer_that_could_not_be_published_is_not_thought_of(
    projected: Api, changes: dict[str, Any], status: int, rule: str
) -> None:
    answer = await projected.post("/gaps/what-if", proposed(**changes))
    assert answer.status_code == status, answer.text
    if rule:
        assert answer.json()["rule_id"] == rule


async def test_offers_for_nobody_or_for_nothing_are_refused(projected: Api) -> None:
    case_id = await projected.opened()
    nothing = await projected.get(f"/cases/{case_id}/offers")
    assert (nothing.status_code, nothing.json()["rule_id"]) == (409, "offers.nothing_wanted")
    half = await projected.get(f"/cases/{case_id}/offers?level=B1")
    assert (half.status_code, half.json()["rule_id"]) == (409, "offers.kind_missing")
    far = await projected.get(f"/cases/{case_id}/offers?kind=language&wanted_from=2001-01-01")
    assert (far.status_code, far.json()["rule_id"]) == (409, "offers.wanted_from_out_of_range")
    assert (await projected.get(f"/cases/{uuid4()}/offers?kind=language")).status_code == 404


async def repeated_twice(api: Api) -> UUID:
    """A case after its intake with two language courses to B1 without gain behind it."""
    case_id = uuid4()
    days = (date(2025, 5, 5), date(2025, 9, 1))
    lived = [Lived(number=n, entered_on=day, left_on=day + timedelta(days=60)) for n, day in enumerate(days)]
    events = events_for(case_id.int, case_with(lived).history)
    await write(api.engine, case_id, events)
    return case_id


async def test_a_seat_asked_for_despite_an_open_hint_is_asked_for_and_says_so(projected: Api) -> None:
    """In the reader's language; another kind of measure says nothing, and neither does the same once answered."""
    case_id = await repeated_twice(projected)
    german = await projected.published(**offer_body(level="B1"))
    other = await projected.published(**offer_body(kind="preparation"))
    request = {"ground": "language_for_ausbildung", "reason": "noch ein Versuch"}

    asked = await projected.post(f"/cases/{case_id}/request-seat", {"offer_id": str(german), **request})
    assert asked.status_code == 200, asked.text
    assert asked.json()["events"] == ["seat_requested"]
    [notice] = asked.json()["notices"]
    assert notice.startswith("Hinweis: 2 Maßnahmen dieser Art (Sprachkurs) blieben ohne Ergebnis")

    elsewhere = await projected.post(f"/cases/{case_id}/request-seat", {"offer_id": str(other), **request})
    assert (elsewhere.status_code, elsewhere.json()["notices"]) == (200, [])

    case = (await projected.get(f"/cases/{case_id}")).json()
    [hint] = case["hints"]["repetitions"]
    assert (await projected.get(f"/cases/{case_id}/agenda")).json()["hints"] == case["hints"]
    counted = await projected.get(f"/gaps/repetitions?wait_for={asked.json()['position']}")
    [language] = [c for c in counted.json() if (c["kind"], c["level"]) == ("language", "B1")]
    assert (language["cases"], language["open"]) == (None, None), "of one case nothing is told"
    assert str(case_id) not in counted.text

    answer = {
        "kind": hint["kind"],
        "level": hint["level"],
        "participations": hint["repeated"],
        "answer": "repetition_makes_sense",
    }
    answered = await projected.post(f"/cases/{case_id}/answer-repetition-hint", answer)
    assert answered.json()["events"] == ["repetition_hint_answered"]
    third = await projected.published(**offer_body(level="B1"))
    again = await projected.post(
        f"/cases/{case_id}/request-seat", {"offer_id": str(third), **request}, Accept_Language="en"
    )
    assert again.json()["notices"] == []
    after = (await projected.get(f"/gaps/repetitions?wait_for={answered.json()['position']}")).json()
    [now] = [c for c in after if (c["kind"], c["level"]) == ("language", "B1")]
    assert (now["cases"], now["open"]) == (None, 0), "nobody has to answer any more"


async def test_the_answer_to_a_hint_is_in_the_history_of_its_case_and_in_no_export(api: Api) -> None:
    """Every other entry is exported; the position of the answer is missing."""
    case_id = await api.opened()
    answered = RepetitionHintAnswered(
        occurred_on=OPENED,
        kind=OfferKind.LANGUAGE,
        level=LanguageLevel.B1,
        participations=(ParticipationId(uuid4()),),
        answer=RepetitionAnswerCode.OTHER_WAY_AGREED,
        remark="Praktikum",
    )
    before = (await api.get(f"/cases/{case_id}")).json()
    await write(api.engine, case_id, (answered,), before["version"])
    history = (await api.get(f"/cases/{case_id}/history")).json()["entries"]
    assert history[-1]["event"] == "repetition_hint_answered"
    lines = [json.loads(line) for line in (await api.get("/events")).text.splitlines()]
    mine = [line["version"] for line in lines if line["stream_id"] == str(case_id)]
    assert mine == list(range(1, before["version"] + 1))
