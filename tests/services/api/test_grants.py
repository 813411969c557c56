"""A grant over HTTP: amended, spent, corrected, given onward, repaid and proven; its dates, and flat rates from a case."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from services.bootstrap import Engine
from tests.services.api.ground import ESCHWEILER, Api, grant_body
from tests.workflows.ground import TODAY

LINES = [
    {"module": "F1", "municipality": ESCHWEILER, "year": year, "amount_cents": 100_000}
    for year in (TODAY.year, TODAY.year - 1)
]


def spending_body(**changes: Any) -> dict[str, Any]:
    """100 € on F1."""
    return {
        "voucher": "B-1",
        "module": "F1",
        "municipality": ESCHWEILER,
        "year": TODAY.year,
        "amount_cents": 10_000,
        "payee": "Lernhaus",
        "purpose": "Coaching",
        **changes,
    }


async def test_the_life_of_a_grant_over_http(api: Api) -> None:
    """Each command answers with its event, and the grant shows what came of them."""
    noticed = await api.post("/grants", grant_body(lines=LINES, total_cents=200_000))
    assert noticed.status_code == 201, noticed.text
    grant_id = noticed.json()["id"]

    async def done(name: str, body: dict[str, Any], **headers: str) -> dict[str, Any]:
        answer = await api.post(f"/grants/{grant_id}/{name}", body, **headers)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    await done("record-drawdown", {"reference": "MA-1", "amount_cents": 20_000})
    await done(
        "record-repayment", {"reference": "RZ-1", "amount_cents": 5_000, "ground": "not_spent_in_time"}
    )
    await done(
        "give-onward-grant",
        {
            "reference": "WL-1",
            "provider": "Lernhaus",
            "period_from": f"{TODAY.year}-01-01",
            "period_to": f"{TODAY.year}-12-31",
            "lines": [{**LINES[0], "amount_cents": 50_000}],
            "conditions": "ANBest-P",
            "consent_reference": "Z-1",
            "proof_due_on": f"{TODAY.year + 1}-03-31",
        },
    )
    await done("record-spending", spending_body(onward_reference="WL-1"))
    booking = {
        **{
            k: v
            for k, v in spending_body(onward_reference="WL-1", amount_cents=12_000).items()
            if k != "voucher"
        },
        "paid_on": TODAY.isoformat(),
    }
    corrected = await done(
        "correct-spending", {"voucher": "B-1", "booking": booking, "reason": "Zahlendreher"}
    )
    assert corrected["events"] == ["spending_corrected"]
    await done("record-spending", spending_body(voucher="B-2", purpose="doppelt", amount_cents=1))
    await done("cancel-spending", {"voucher": "B-2", "reason": "doppelt erfasst"})
    await done(
        "deliver-proof-of-use",
        {"kind": "interim", "reference": "ZN-1", "covers_to": f"{TODAY.year - 1}-12-31"},
    )
    version = (await done("accept-proof-of-use", {"reference": "ZN-1", "accepted_cents": 0}))["version"]

    grant = (await api.get(f"/grants/{grant_id}")).json()
    assert (grant["spent_cents"], grant["drawn_cents"], grant["repaid_cents"]) == (12_000, 15_000, 5_000)
    assert grant["lines"][0] == {
        **LINES[0],
        "spent_cents": 12_000,
        "left_cents": 88_000,
        "over_cents": 0,
        "compensated_cents": 0,
        "flag": "within",
    }
    assert [onward["reference"] for onward in grant["onward_grants"]] == ["WL-1"]
    assert grant["proofs"][0]["accepted_cents"] == 0

    stale = await api.post(
        f"/grants/{grant_id}/record-spending", spending_body(voucher="B-3"), If_Match=f'"{version - 1}"'
    )
    assert stale.status_code == 412


async def test_bad_money_is_refused_with_the_rule_that_says_so(api: Api) -> None:
    """Cents that do not add up, a line overspent, a person named, a rate doubled: 409 each, in both languages."""
    wrong = await api.post("/grants", grant_body(lines=LINES, total_cents=200_001))
    assert (wrong.status_code, wrong.json()["rule_id"]) == (409, "grant.lines_do_not_add_up")
    rate = {
        "code": "P1",
        "module": "F1",
        "unit": "teaching_unit",
        "amount_cents": 100,
        "valid_from": "2020-01-01",
        "valid_to": None,
        "source": "Bescheid",
    }
    doubled = await api.post("/grants", grant_body(lines=LINES, rates=[rate, {**rate, "code": "P2"}]))
    assert (doubled.status_code, doubled.json()["rule_id"]) == (409, "grant.rate_doubled")
    grant_id = (await api.post("/grants", grant_body(lines=LINES))).json()["id"]
    for changes, rule in (
        ({"amount_cents": 120_001}, "grant.line_overspent"),
        ({"amount_cents": 200_001}, "grant.plan_exceeded"),
        ({"payee": "Amina Haidari", "payee_kind": "person"}, "grant.person_named"),
        ({"onward_reference": "WL-9"}, "onward_grant.unknown"),
    ):
        answer = await api.post(f"/grants/{grant_id}/record-spending", spending_body(**changes))
        assert (answer.status_code, answer.json()["rule_id"]) == (409, rule)
        assert "Haidari" not in answer.text


async def test_the_dates_of_a_grant_are_read(api: Api) -> None:
    """The day in the notice and drawn money; an unknown grant is 404."""
    body = grant_body(lines=LINES, proof_due_on=f"{TODAY.year + 2}-06-30")
    grant_id = (await api.post("/grants", body)).json()["id"]
    await api.post(f"/grants/{grant_id}/record-drawdown", {"reference": "MA-1", "amount_cents": 20_000})
    agenda = (await api.get(f"/grants/{grant_id}/agenda")).json()
    entries = agenda["entries"]
    assert [entry["due"]["rule"] for entry in entries] == [
        "programme.drawdown_spent",
        "programme.proof_of_use",
    ]
    assert entries[1]["due"]["due_on"] == f"{TODAY.year + 2}-06-30"
    assert [entry["trigger"] for entry in entries] == ["drawdown_recorded", "grant_notice_received"]
    assert [entry["reminders_issued"] for entry in entries] == [[], []]
    assert agenda["wakes_at"] == min(entry["wakes_at"] for entry in entries) > TODAY.isoformat()
    assert [each for each in (await api.get("/grant-agenda")).json() if each["grant_id"] == grant_id] == [
        agenda
    ]
    assert (await api.get(f"/grants/{uuid4()}/agenda")).status_code == 404

    reminder = entries[0]["due"]["reminders"][0]["id"]
    assert reminder.startswith("programme.drawdown_spent/2/MA-1/")
    why = await api.get(f"/grants/{grant_id}/agenda/why", params={"of": reminder})
    assert why.json()["lines"][0].startswith("Noch nicht: Sie ist für den ")
    unknown = await api.get(f"/grants/{grant_id}/agenda/why", params={"of": "contact.none"})
    assert (unknown.status_code, unknown.json()["rule_id"]) == (409, "agenda.rule_unknown")
    missing = await api.get(f"/grants/{uuid4()}/agenda/why", params={"of": reminder})
    assert missing.status_code == 404
    assert (await api.get(f"/grants/{uuid4()}/flat-rates")).status_code == 404


async def test_nothing_is_booked_that_has_not_happened(api: Api) -> None:
    """Today is the last day; the grant goes on for longer."""
    grant_id = (await api.post("/grants", grant_body(lines=LINES, total_cents=200_000))).json()["id"]
    for days, status in ((1, 409), (0, 200)):
        day = TODAY + timedelta(days=days)
        body = spending_body(occurred_on=day.isoformat(), voucher=f"B-{days}", year=TODAY.year)
        answer = await api.post(f"/grants/{grant_id}/record-spending", body)
        assert answer.status_code == status, answer.text
        assert status == 200 or answer.json()["rule_id"] == "grant.in_the_future"
    drawn = {"reference": "MA-9", "amount_cents": 1, "occurred_on": (TODAY + timedelta(days=1)).isoformat()}
    refused = await api.post(f"/grants/{grant_id}/record-drawdown", drawn)
    assert (refused.status_code, refused.json()["rule_id"]) == (409, "grant.in_the_future")


async def test_a_flat_rate_is_decided_from_the_case_and_once(api: Api, engine: Engine) -> None:
    """20 units × 37.50 €; the same key answers the same, a new key records nothing more."""
    from tests.domain.ground import OFFER, SEAT, in_course
    from tests.domain.test_flat_rate_claims import attending, published
    from tests.services.read_table_ground import case_id, events_for, write

    case = case_id(1)
    await write(engine, OFFER, (published(municipality=ESCHWEILER),))
    history = attending(in_course(), date(2025, 5, 5), date(2025, 5, 30)).history
    await write(engine, case, events_for(1, history))
    body = grant_body(
        lines=[{"module": "F4", "municipality": ESCHWEILER, "year": 2025, "amount_cents": 100_000}],
        period_from="2025-01-01",
        period_to="2025-12-31",
    )
    grant_id = UUID((await api.post("/grants", body)).json()["id"])
    asked = {"case_id": str(case), "participation_id": str(SEAT)}
    key = str(uuid4())
    answers = [
        await api.post(f"/grants/{grant_id}/decide-flat-rate", asked, Idempotency_Key=k)
        for k in (key, key, str(uuid4()))
    ]
    assert [a.status_code for a in answers] == [200, 200, 200], answers[0].text
    assert [(a.json()["events"], a.json()["repeated"]) for a in answers] == [
        (["flat_rate_decided"], False),
        (["flat_rate_decided"], True),
        ([], False),
    ]
    rates = (await api.get(f"/grants/{grant_id}/flat-rates")).json()
    assert [(e["units"], e["amount_cents"]) for e in rates["earnings"]] == [(20, 75_000)]
    assert rates["decided"][0]["participation_id"] == str(SEAT)

    again = await api.post(f"/grants/{grant_id}/revise-flat-rate", {**asked, "reason": "nichts geändert"})
    assert (again.status_code, again.json()["events"]) == (200, [])
    unknown = await api.post(
        f"/grants/{grant_id}/decide-flat-rate", {**asked, "participation_id": str(uuid4())}
    )
    assert (unknown.status_code, unknown.json()["rule_id"]) == (404, "flat_rate.participation_unknown")
    missing = await api.post(f"/grants/{grant_id}/revise-flat-rate", asked)
    assert missing.status_code == 422
