"""Bad input over HTTP: refused with its place and rule, never coerced, never repeated back."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from services.api.bodies import MOST_BYTES, MOST_CHARACTERS
from tests.services.api.ground import HIDDEN_NAMES, Api, grant_body, open_case_body
from tests.workflows.ground import TODAY

SECRET = "Geheimer-Name-4711"


async def _raw(api: Api, path: str, body: bytes, media_type: str = "application/json") -> Any:
    return await api.http.post(f"/api/v1{path}", content=body, headers={"Content-Type": media_type})


@pytest.mark.parametrize(
    ("changes", "pointer", "rule_id"),
    [
        ({"municipality": 5334002}, "#/municipality", "field.not_text"),
        ({"municipality": "0533400"}, "#/municipality", "field.malformed"),
        ({"municipality": "05334002\n"}, "#/municipality", "field.malformed"),
        ({"path": "unbekannt"}, "#/path", "field.unknown_code"),
        ({"birth_date": 0}, "#/birth_date", "field.not_date"),
        ({"birth_date": "17.05.2004"}, "#/birth_date", "field.not_date"),
        ({"birth_date": "2004-02-30"}, "#/birth_date", "field.not_date"),
        ({"birth_date": "2004-05-17T00:00:00"}, "#/birth_date", "field.not_date"),
        ({"birth_date": "0001-01-01"}, "#/birth_date", "field.date_out_of_range"),
        ({"birth_date": "9999-12-31"}, "#/birth_date", "field.date_out_of_range"),
        ({"gender": "FEMALE"}, "#/gender", "field.unknown_code"),
        ({"nationalities": ["DEU"]}, "#/nationalities/0", "field.malformed"),
        ({"nationalities": "423"}, "#/nationalities", "field.not_list"),
        ({"languages": ["de"] * 1_001}, "#/languages", "field.too_many"),
        ({"name": {"given_name": "Yusuf"}}, "#/name/family_name", "field.missing"),
        ({"name": "Yusuf"}, "#/name", "field.not_object"),
        ({"name": {"family_name": "A\u0000B"}}, "#/name/family_name", "field.malformed"),
        ({"name": {"family_name": SECRET, SECRET: 1}}, "#/name", "field.unknown"),
        ({SECRET: SECRET}, "#", "field.unknown"),
        ({"participant_id": SECRET}, "#/participant_id", "field.not_uuid"),
        ({"contact_ways": [{"channel": "phone", "value": 1}]}, "#/contact_ways/0/value", "field.not_text"),
    ],
)
async def test_a_malformed_field_is_named_and_not_repeated(
    shared_api: Api, changes: dict[str, Any], pointer: str, rule_id: str
) -> None:
    """Each wrong field is answered with its JSON pointer; what was sent stays out of the answer."""
    answer = await shared_api.post("/cases", open_case_body(**changes))

    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert (pointer, rule_id) in [(e["pointer"], e["rule_id"]) for e in answer.json()["errors"]]
    for text in (SECRET, *HIDDEN_NAMES):
        assert text not in answer.text


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"nonsense",
        b"[]",
        b'"text"',
        b"null",
        b'{"text": "\xff"}',
        b'{"text": "\\ud800"}',
        b'{"text": "\\udfff\\ud800"}',
        b"[" * 100_000,
        b'{"text": ' + b'{"a":' * 10_000,
        b'{"text": NaN}',
        b'{"text": 1e999}',
    ],
    ids=range(12),
)
async def test_what_is_no_json_object_is_refused(shared_api: Api, body: bytes) -> None:
    """Broken JSON, broken UTF-8, lone surrogates and endless nesting are answered 422."""
    answer = await _raw(shared_api, f"/cases/{uuid4()}/add-note", body)

    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("command", "body"),
    [
        ("record-contact", {"kind": "phone", "held": 1}),
        ("record-contact", {"kind": "phone", "held": True, "minutes": False}),
        ("record-contact", {"kind": "phone", "held": True, "minutes": "5"}),
        ("record-contact", {"kind": "phone", "held": True, "minutes": 5.5}),
        ("record-contact", {"kind": "phone", "held": True, "minutes": -1}),
        ("record-contact", {"kind": "phone", "held": True, "minutes": 10**30}),
        ("record-assessment", {"needs": [{"field": "language", "priority": True}]}),
        ("add-note", {"text": None}),
        ("add-note", {"text": "x", "occurred_on": None}),
    ],
)
async def test_nothing_is_coerced(shared_api: Api, command: str, body: dict[str, Any]) -> None:
    """False is not 0, "5" is not 5, null is not left out."""
    answer = await shared_api.post(f"/cases/{uuid4()}/{command}", body)

    assert answer.status_code == 422


async def test_a_text_has_an_end(shared_api: Api) -> None:
    """The longest text is taken, one character more is not."""
    case_id = await shared_api.opened()

    longest = await shared_api.post(f"/cases/{case_id}/add-note", {"text": "ä" * MOST_CHARACTERS})
    longer = await shared_api.post(f"/cases/{case_id}/add-note", {"text": "ä" * (MOST_CHARACTERS + 1)})

    assert (longest.status_code, longer.status_code) == (200, 422)
    assert longer.json()["errors"][0]["rule_id"] == "field.too_long"


async def test_a_body_has_an_end(shared_api: Api) -> None:
    """More than 256 KiB is answered 413, whether the length is announced or not."""
    body = json.dumps({"text": "x" * MOST_BYTES}).encode()

    async def unannounced() -> Any:
        for start in range(0, len(body), 10_000):
            yield body[start : start + 10_000]

    announced = await _raw(shared_api, f"/cases/{uuid4()}/add-note", body)
    streamed = await shared_api.http.post(
        f"/api/v1/cases/{uuid4()}/add-note",
        content=unannounced(),
        headers={"Content-Type": "application/json"},
    )

    for answer in (announced, streamed):
        assert answer.status_code == 413
        assert answer.json()["rule_id"] == "body.too_large"


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", ""])
async def test_only_json_is_taken(shared_api: Api, media_type: str) -> None:
    """A form of a foreign web page cannot give commands: its media types are refused."""
    answer = await _raw(shared_api, f"/cases/{uuid4()}/add-note", b'{"text": "x"}', media_type)

    assert (answer.status_code, answer.json()["rule_id"]) == (415, "body.not_json_type")


@pytest.mark.parametrize(
    "text",
    [
        "'; drop table events; --",
        "<script>alert(1)</script>",
        "%00%0d%0a",
        "\u202eUmkehr",
        "👩‍👩‍👧",
        "\r\nSet-Cookie: a=b",
    ],
)
async def test_hostile_text_is_kept_as_it_is(shared_api: Api, text: str) -> None:
    """What looks like an attack is just a text, and comes back unchanged."""
    case_id = await shared_api.opened()
    assert (await shared_api.post(f"/cases/{case_id}/add-note", {"text": text})).status_code == 200

    history = await shared_api.engine.store.load(case_id)
    assert history[-1].event.text == text


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("as_of=0", "as_of"),
        ("as_of=2026-02-30", "as_of"),
        ("as_of=9999-12-31", "as_of"),
        ("known_at=2026-01-01", "known_at"),
        ("known_at=2026-01-01T00:00:00", "known_at"),
        ("known_at=-1", "known_at"),
        ("known_at=99999999999999999999999", "known_at"),
    ],
)
async def test_a_clock_that_cannot_be_meant_is_refused(shared_api: Api, query: str, parameter: str) -> None:
    """Dates are dates, instants have a time zone, positions are numbers."""
    answer = await shared_api.get(f"/cases/{uuid4()}?{query}")

    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [parameter]


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=501",
        "limit=1_0",
        "limit=x",
        "cursor=b2Zmc2V0OjU",
        "cursor=%00",
        "municipality=%00",
        "caseworker=%00",
        "open=1",
        "stage=nowhere",
        "wait_for=-1",
        "wait_for=1e3",
        "nobody-knows=1",
    ],
)
async def test_a_filter_that_cannot_be_meant_is_refused(shared_api: Api, query: str) -> None:
    """A filter that would not filter is an error, not a longer list."""
    answer = await shared_api.get(f"/cases?{query}")

    assert answer.status_code == 422, answer.text


async def test_an_id_that_is_none_and_an_address_that_is_none(shared_api: Api) -> None:
    """Malformed ids are 422, unknown addresses 404, wrong methods 405; all are problems."""
    malformed = await shared_api.get("/cases/not-a-uuid")
    nowhere = await shared_api.get("/nowhere")
    wrong = await shared_api.http.delete("/api/v1/cases")

    assert [malformed.status_code, nowhere.status_code, wrong.status_code] == [422, 404, 405]
    for answer in (malformed, nowhere, wrong):
        assert answer.headers["content-type"] == "application/problem+json"
    assert "POST" in wrong.headers["allow"]


async def test_an_idempotency_key_is_a_uuid(shared_api: Api) -> None:
    """Anything else is refused before something happens."""
    answer = await shared_api.post("/cases", open_case_body(), Idempotency_Key="abc")

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "Idempotency-Key"


async def test_dates_out_of_order_are_refused(shared_api: Api) -> None:
    """The future, the time before the first contact, and periods that end before they start."""
    case_id = await shared_api.opened()
    tomorrow = (TODAY + timedelta(days=1)).isoformat()

    future = await shared_api.post(f"/cases/{case_id}/add-note", {"text": "x", "occurred_on": tomorrow})
    before = await shared_api.post(f"/cases/{case_id}/add-note", {"text": "x", "occurred_on": "2020-01-01"})
    backward = await shared_api.post("/grants", grant_body(period_from="2026-01-01", period_to="2025-01-01"))

    assert [a.json()["rule_id"] for a in (future, before, backward)] == [
        "case.in_the_future",
        "case.before_first_contact",
        "grant.period_ends_before_start",
    ]
    assert {a.status_code for a in (future, before, backward)} == {409}


async def test_nothing_of_a_body_reaches_the_log(api: Api, capfd: pytest.CaptureFixture[str]) -> None:
    """Access lines carry route templates, outcomes and durations: no body, no query string, no id in clear names."""
    await api.post("/cases", open_case_body(remark=SECRET))
    await api.get(f"/cases?caseworker={SECRET}&{SECRET}=1")
    case_id = await api.opened()
    await api.post(f"/cases/{case_id}/add-note", {"text": SECRET})

    written = "".join(capfd.readouterr())
    assert "/cases/{case_id}/add-note" in written
    for text in (SECRET, *HIDDEN_NAMES):
        assert text not in written
