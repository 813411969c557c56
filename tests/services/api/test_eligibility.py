"""Eligibility over HTTP: rule by rule with both clocks, and the preview of a change that is then applied for real."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.services.api.ground import Api
from tests.workflows.ground import OPENED, TODAY


async def by_subject(api: Api, case_id: UUID, query: str = "") -> dict[str, Any]:
    """The judgements by subject."""
    answer = await api.get(f"/cases/{case_id}/eligibility{query}")
    assert answer.status_code == 200, answer.text
    return {judgement["subject"]: judgement for judgement in answer.json()["judgements"]}


async def test_eligibility_is_told_rule_by_rule_with_fact_entry_and_what_would_turn_it(api: Api) -> None:
    """In both languages, with citation and source; and what was known then is asked by position."""
    case_id = await api.opened()
    changed = await api.post(f"/cases/{case_id}/change-legal-regime", {"regime": "sgb_ii"})
    assert changed.status_code == 200, changed.text

    programme = (await by_subject(api, case_id))["programme"]

    assert programme["verdict"] == "no"
    assert programme["answer"]["de"] == "nach den Regeln nicht förderfähig"
    (finding,) = [f for f in programme["findings"] if f["verdict"] == "no"]
    assert (finding["rule"], finding["entry"], finding["turned_by"]) == (
        "eligible.other_benefits_second",
        2,
        "regime_change",
    )
    assert finding["sentence"]["de"].endswith("nein – SGB II (Eintrag 2).")
    assert finding["turning"]["de"] == "Ändern würde das: ein Wechsel des Rechtskreises."
    assert finding["source_link"].startswith("https://")
    then = (await by_subject(api, case_id, f"?known_at={changed.json()['position'] - 1}"))["programme"]
    assert then["verdict"] == "unknown"
    before = await api.get(f"/cases/{case_id}/eligibility?as_of={OPENED - timedelta(1)}")
    assert before.status_code == 404
    assert (await api.get(f"/cases/{uuid4()}/eligibility")).status_code == 404


async def test_the_decision_of_a_person_stands_beside_what_the_rules_say_now(api: Api) -> None:
    """Decided when nothing spoke against it; since the change of the Rechtskreis the rules say otherwise."""
    case_id = await api.opened()
    decision = {
        "result": "eligible",
        "ground": "age_and_status_fit",
        "reason": "Duldung",
        "decided_by": "cw-eschweiler-1",
        "occurred_on": OPENED.isoformat(),
    }
    assert (await api.post(f"/cases/{case_id}/decide-eligibility", decision)).status_code == 200
    beside = (await by_subject(api, case_id))["F4"]["decision"]
    assert (beside["result"], beside["rules_say_otherwise"]) == ("eligible", False)
    await api.post(f"/cases/{case_id}/change-legal-regime", {"regime": "sgb_ii"})
    assert (await by_subject(api, case_id))["F4"]["decision"]["rules_say_otherwise"]
    again = await api.post(f"/cases/{case_id}/decide-eligibility", decision)
    assert (again.status_code, again.json()["rule_id"]) == (409, "eligibility.deviates_from_proposal")
    said = await api.post(f"/cases/{case_id}/decide-eligibility", decision | {"against_proposal": True})
    assert said.status_code == 200


async def test_what_is_applied_over_http_equals_what_was_previewed(projected: Api) -> None:
    """Answers, offers and dates of the preview are those that are read after the real command."""
    api = projected
    case_id = await api.opened()
    starts = TODAY + timedelta(60)
    offer_id = await api.published(
        title="Deutsch B1",
        module="F4",
        starts_on=starts.isoformat(),
        ends_on=(starts + timedelta(90)).isoformat(),
        municipality="05334012",
    )
    position = await api.engine.store.head()
    listed = await api.get(f"/offers?wait_for={position}")
    assert listed.status_code == 200, listed.text
    old = {s: j["verdict"] for s, j in (await by_subject(api, case_id)).items()}
    old_dates = {(e["due"]["rule"], e["due"]["due_on"]) for e in (await _agenda(api, case_id))}

    answer = await api.post(f"/cases/{case_id}/preview", {"legal_regime": "sgb_ii"})

    assert answer.status_code == 200, answer.text
    shown = answer.json()
    assert await api.engine.store.head() == position
    assert shown["events"] == ["legal_regime_changed"]
    assert [(o["offer_id"], o["effect"]) for o in shown["offers"]] == [(str(offer_id), "lapses")]
    assert {line["dimension"]: line["after"] for line in shown["lines"]} == {"legal_regime": "sgb_ii"}
    applied = await api.post(f"/cases/{case_id}/change-legal-regime", {"regime": "sgb_ii"})
    assert applied.json()["events"] == shown["events"]
    new = {s: j["verdict"] for s, j in (await by_subject(api, case_id)).items()}
    assert {a["subject"]: (a["before"], a["after"]) for a in shown["answers"]} == {
        subject: (old[subject], new[subject]) for subject in old if old[subject] != new[subject]
    }
    new_dates = {(e["due"]["rule"], e["due"]["due_on"]) for e in (await _agenda(api, case_id))}
    assert {(d["rule"], d["after"]) for d in shown["dates"] if d["after"]} == new_dates - old_dates
    assert {(d["rule"], d["before"]) for d in shown["dates"] if d["before"]} == old_dates - new_dates


async def _agenda(api: Api, case_id: UUID) -> list[dict[str, Any]]:
    answer = await api.get(f"/cases/{case_id}/agenda")
    return list(answer.json()["entries"])


async def test_a_status_is_previewed_for_a_day_to_come(api: Api) -> None:
    """A title that begins in a month: as if the day had come. Nothing is recorded."""
    case_id = await api.opened()
    on = TODAY + timedelta(30)
    body = {
        "residence": {"status": "permit_25_2", "valid_from": on.isoformat(), "valid_until": None},
        "occurred_on": on.isoformat(),
    }
    answer = await api.post(f"/cases/{case_id}/preview", body)
    assert answer.status_code == 200, answer.text
    shown = answer.json()
    assert shown["on"] == on.isoformat()
    assert {line["dimension"]: line["after"] for line in shown["lines"]} == {
        "status_group": "permit_group",
        "residence_status": "permit_25_2",
    }
    assert {(a["subject"], a["after"]) for a in shown["answers"]} >= {("integration_course", "yes")}
    assert (await api.get(f"/cases/{case_id}")).json()["residence"]["status"] == "toleration_60a"


@pytest.mark.parametrize(
    ("body", "status", "rule_id"),
    [
        ({}, 422, "input.invalid"),
        ({"legal_regime": "sgb_99"}, 422, "input.invalid"),
        ({"legal_regime": "sgb_ii", "residence": {"status": "german"}}, 422, "input.invalid"),
        ({"residence": {"status": "unheard"}}, 422, "input.invalid"),
        (
            {"residence": {"status": "german", "valid_from": "2025-02-01", "valid_until": "2025-01-01"}},
            409,
            "residence.ends_before_start",
        ),
        ({"legal_regime": "sgb_ii", "occurred_on": "2025-02-30"}, 422, "input.invalid"),
    ],
)
async def test_what_cannot_be_previewed_is_refused(
    api: Api, body: dict[str, Any], status: int, rule_id: str
) -> None:
    """Malformed bodies by their fields, impossible changes in the words of the domain."""
    case_id = await api.opened()
    answer = await api.post(f"/cases/{case_id}/preview", body)
    assert (answer.status_code, answer.json()["rule_id"]) == (status, rule_id)


async def test_a_case_that_is_none_has_no_preview(api: Api) -> None:
    """Neither an unknown id nor an offer."""
    offer_id = await api.published()
    for stream_id in (uuid4(), offer_id):
        answer = await api.post(f"/cases/{stream_id}/preview", {"legal_regime": "sgb_ii"})
        assert answer.status_code == 404
