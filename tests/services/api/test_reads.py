"""Reading over HTTP: both clocks, corrections, lists that wait, pages, the export without persons."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.services.api.ground import AACHEN, ESCHWEILER, HIDDEN_NAMES, Api, offer_body
from tests.workflows.ground import OPENED, TODAY


async def _contact(api: Api, case_id: UUID, **changes: Any) -> dict[str, Any]:
    body = {"kind": "phone", "held": True, "minutes": 54, "occurred_on": OPENED.isoformat(), **changes}
    answer = await api.post(f"/cases/{case_id}/record-contact", body)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def test_a_correction_names_what_changes(api: Api) -> None:
    """The server makes the new entry from the old one; the old value is still there for who asks what was known."""
    case_id = await api.opened()
    held = await _contact(api, case_id, note="Termin vereinbart")

    answer = await api.post(
        f"/cases/{case_id}/corrections",
        {"version": held["version"], "changes": {"minutes": 45}, "reason": "Zahlendreher"},
    )

    assert answer.status_code == 200, answer.text
    assert answer.json()["events"] == ["entry_corrected"]
    now = (await api.get(f"/cases/{case_id}")).json()
    then = (await api.get(f"/cases/{case_id}?known_at={held['position']}")).json()
    assert (now["coaching"]["minutes"], then["coaching"]["minutes"]) == (45, 54)
    entries = (await api.get(f"/cases/{case_id}/history")).json()["entries"]
    assert [entry["corrected_by"] for entry in entries] == [None, 3, None]


async def test_two_corrections_of_one_entry_build_on_each_other(api: Api) -> None:
    """The second correction starts from what the first one made of the entry."""
    case_id = await api.opened()
    held = await _contact(api, case_id)
    for changes in ({"minutes": 45}, {"proof": "phone_note"}):
        answer = await api.post(
            f"/cases/{case_id}/corrections", {"version": held["version"], "changes": changes, "reason": "x"}
        )
        assert answer.status_code == 200, answer.text

    last = (await api.engine.store.load(case_id))[-1].event
    assert (last.replacement.minutes, last.replacement.proof.value) == (45, "phone_note")


async def test_a_correction_repeated_is_one(api: Api) -> None:
    """The same key corrects once, also when the entry was corrected again in between."""
    case_id, key = await api.opened(), str(uuid4())
    held = await _contact(api, case_id)
    first = {"version": held["version"], "changes": {"minutes": 45}, "reason": "x"}
    second = {"version": held["version"], "changes": {"minutes": 30, "proof": "email"}, "reason": "y"}
    await api.post(f"/cases/{case_id}/corrections", first, Idempotency_Key=key)
    await api.post(f"/cases/{case_id}/corrections", second)

    again = await api.post(f"/cases/{case_id}/corrections", first, Idempotency_Key=key)

    assert (again.status_code, again.json()["repeated"]) == (200, True)
    assert (await api.get(f"/cases/{case_id}")).json()["coaching"]["minutes"] == 30


async def test_an_entry_is_struck_out(api: Api) -> None:
    """A contact that never was counts no more."""
    case_id = await api.opened()
    held = await _contact(api, case_id)

    answer = await api.post(
        f"/cases/{case_id}/corrections",
        {"version": held["version"], "strike": True, "reason": "falscher Fall"},
    )

    assert answer.status_code == 200, answer.text
    assert (await api.get(f"/cases/{case_id}")).json()["coaching"]["contacts_held"] == 0


@pytest.mark.parametrize(
    ("correction", "status", "rule_id"),
    [
        ({"version": 99, "changes": {"minutes": 1}, "reason": "x"}, 409, "correction.entry_unknown"),
        ({"version": 1, "strike": True, "reason": "x"}, 409, "correction.not_strikable"),
        (
            {"version": 1, "changes": {"municipality": "05334004"}, "reason": " "},
            409,
            "correction.reason_missing",
        ),
        ({"version": 1, "changes": {"birth_date": "1850-01-01"}, "reason": "x"}, 422, "input.invalid"),
        (
            {"version": 1, "changes": {"birth_date": "2040-01-01"}, "reason": "x"},
            409,
            "intake.birth_date_impossible",
        ),
        ({"version": 1, "changes": {"name": {"family_name": " "}}, "reason": "x"}, 409, "name.empty"),
        ({"version": 1, "changes": {"path_version": 7}, "reason": "x"}, 422, "input.invalid"),
        ({"version": 1, "changes": {"participant_id": str(uuid4())}, "reason": "x"}, 422, "input.invalid"),
        ({"version": 1, "changes": {"minutes": 5}, "reason": "x"}, 409, "correction.other_fields"),
        ({"version": 1, "changes": {}, "reason": "x"}, 422, "input.invalid"),
        ({"version": 1, "reason": "x"}, 422, "input.invalid"),
        ({"version": 1, "strike": False, "reason": "x"}, 422, "input.invalid"),
        ({"version": 1, "strike": True, "changes": {"a": 1}, "reason": "x"}, 422, "input.invalid"),
    ],
)
async def test_what_cannot_be_corrected_is_refused(
    api: Api, correction: dict[str, Any], status: int, rule_id: str
) -> None:
    """Ids, computed fields and impossible values are not corrected into a case."""
    case_id = await api.opened()

    answer = await api.post(f"/cases/{case_id}/corrections", correction)

    assert (answer.status_code, answer.json()["rule_id"]) == (status, rule_id), answer.text
    assert len(await api.engine.store.load(case_id)) == 1


async def test_a_pointer_into_the_changes_is_right(api: Api) -> None:
    """A wrong field inside ``changes`` is named where the client wrote it."""
    case_id = await api.opened()
    answer = await api.post(
        f"/cases/{case_id}/corrections",
        {"version": 1, "changes": {"name": {"family_name": 7}}, "reason": "x"},
    )

    assert [e["pointer"] for e in answer.json()["errors"]] == ["#/changes/name/family_name"]


async def test_a_case_reads_as_of_a_day(api: Api) -> None:
    """What happened later is not there yet; before the first contact there is no case."""
    case_id = await api.opened()
    await _contact(api, case_id, occurred_on=(OPENED + timedelta(days=3)).isoformat())

    before = await api.get(f"/cases/{case_id}?as_of={OPENED + timedelta(days=2)}")
    after = await api.get(f"/cases/{case_id}?as_of={OPENED + timedelta(days=3)}")
    too_early = await api.get(f"/cases/{case_id}?as_of={OPENED - timedelta(days=1)}")
    not_known = await api.get(f"/cases/{case_id}?known_at=2020-01-01T00:00:00Z")

    assert [before.json()["coaching"]["contacts_held"], after.json()["coaching"]["contacts_held"]] == [0, 1]
    assert [too_early.status_code, not_known.status_code] == [404, 404]


async def test_the_agenda_of_a_case_explains_itself(api: Api) -> None:
    """Every date has its rule, its day and its calculation line."""
    case_id = await api.opened()

    entries = (await api.get(f"/cases/{case_id}/agenda")).json()["entries"]

    assert {"residence.expiry", "contact.none"} <= {entry["due"]["rule"] for entry in entries}
    assert all(entry["due"]["line_de"] and entry["due"]["line_en"] for entry in entries)
    assert [e["due"]["due_on"] for e in entries] == sorted(e["due"]["due_on"] for e in entries)
    assert {e["trigger_title"]["en"] for e in entries} == {"Case opened"}
    contact = next(e for e in entries if e["due"]["rule"] == "contact.none")
    assert contact["status"] in ("sleeping", "at_risk")
    assert contact["wakes_at"][:10] == contact["due"]["reminders"][0]["on"]


async def test_the_agenda_tells_why_a_reminder_did_not_fire(api: Api) -> None:
    """In the language of the reader; a rule that is none is refused, an unknown case is not found."""
    case_id = await api.opened()
    entries = (await api.get(f"/cases/{case_id}/agenda")).json()["entries"]
    planned = next(e["due"] for e in entries if e["due"]["rule"] == "contact.none")["reminders"][0]["id"]

    german = await api.get(f"/cases/{case_id}/agenda/why", params={"of": planned})
    english = await api.get(
        f"/cases/{case_id}/agenda/why", params={"of": planned}, headers={"Accept-Language": "en"}
    )
    nothing = await api.get(f"/cases/{case_id}/agenda/why", params={"of": "contact.nothing"})
    odd = await api.get(f"/cases/{case_id}/agenda/why", params={"of": "<b>"})
    nobody = await api.get(f"/cases/{uuid4()}/agenda/why", params={"of": planned})

    assert german.json()["lines"][0].startswith("Noch nicht: Sie ist für den")
    assert english.json()["lines"][0].startswith("Not yet: it is planned for")
    assert (nothing.status_code, nothing.json()["rule_id"]) == (409, "agenda.rule_unknown")
    assert [odd.status_code, nobody.status_code] == [422, 404]


async def test_the_reader_chooses_the_language(api: Api) -> None:
    """German unless English is liked better; the answer says which it is."""
    for accepted, language, title in (
        ("", "de", "Nicht gefunden"),
        ("en-GB,en;q=0.9,de;q=0.1", "en", "Not found"),
        ("fr", "de", "Nicht gefunden"),
        ("de-AT, en;q=0.9", "de", "Nicht gefunden"),
        (";;;=,q=2,en;q=x", "de", "Nicht gefunden"),
    ):
        answer = await api.get(f"/cases/{uuid4()}", headers={"Accept-Language": accepted})
        assert (answer.headers["content-language"], answer.json()["title"]) == (language, title)
    case_id = await api.opened()
    history = await api.get(f"/cases/{case_id}/history", headers={"Accept-Language": "en"})
    assert history.json()["entries"][0]["title"] == "Case opened"


async def test_lists_show_what_a_command_did_when_they_wait_for_it(projected: Api) -> None:
    """Read your writes: the position of the answer makes the list wait for the projector."""
    for _ in range(3):
        case = await projected.post("/cases", json_of_case(AACHEN))
        listed = await projected.get(f"/cases?municipality={AACHEN}&wait_for={case.json()['position']}")
        assert listed.status_code == 200, listed.text
        assert case.json()["id"] in [item["case_id"] for item in listed.json()["items"]]
    assert (await projected.get(f"/cases?municipality={ESCHWEILER}")).json()["items"] == []


def json_of_case(municipality: str) -> dict[str, Any]:
    """A case in a municipality."""
    from tests.services.api.ground import open_case_body

    return open_case_body(municipality=municipality)


async def test_a_list_does_not_wait_for_ever(api: Api) -> None:
    """Without a projector the lists say that they are behind, in bounded time."""
    case = await api.post("/cases", json_of_case(AACHEN))

    answer = await api.get(f"/cases?wait_for={case.json()['position']}")

    assert (answer.status_code, answer.json()["rule_id"]) == (503, "projections.behind")
    assert int(answer.headers["retry-after"]) > 0
    beyond = await api.get("/cases?wait_for=1000000")
    assert (beyond.status_code, beyond.json()["rule_id"]) == (409, "position.beyond_log")


async def test_pages_cover_a_list_once(projected: Api) -> None:
    """Following the links gives every entry once and in order, whatever the size of the page."""
    position = 0
    for number in range(7):
        answer = await projected.post(
            "/offers", offer_body(title=f"Kurs {number}", starts_on=(TODAY + timedelta(days=20)).isoformat())
        )
        position = answer.json()["position"]
    whole = (await projected.get(f"/offers?limit=500&wait_for={position}")).json()
    assert (len(whole["items"]), whole["total"], whole["next"]) == (7, 7, None)

    for limit in (1, 3, 7):
        found, address = [], f"/api/v1/offers?limit={limit}&municipality={AACHEN}"
        while address:
            page = await projected.http.get(address)
            assert len(page.json()["items"]) <= limit
            found += [item["offer_id"] for item in page.json()["items"]]
            assert ("Link" in page.headers) == (page.json()["next"] is not None)
            address = page.links["next"]["url"] if "next" in page.links else ""
        assert found == [item["offer_id"] for item in whole["items"]]


async def test_the_agenda_of_all_and_the_grants_are_listed(projected: Api) -> None:
    """Work lists and money come from the read tables."""
    from tests.services.api.ground import grant_body

    await projected.opened()
    grant = await projected.post("/grants", grant_body())
    position = grant.json()["position"]

    agenda = (await projected.get(f"/agenda?rule=residence.expiry&wait_for={position}")).json()
    grants = (await projected.get("/grants")).json()
    projections = (await projected.get("/projections")).json()

    assert [item["rule"] for item in agenda["items"]] == ["residence.expiry"]
    assert [line["grant_id"] for line in grants[0]["lines"]] == [grant.json()["id"]]
    assert {item["lag"] for item in projections} == {0}


async def test_the_agenda_of_all_is_turned_page_by_page_in_any_order(projected: Api) -> None:
    """Each page says where the next begins; a cursor of another order or a made-up one is refused."""
    for _ in range(2):
        await projected.opened()
    position = (await projected.get("/projections")).json()[0]["head"]
    for sort in ("due", "wakes", "caseworker", "municipality", "rule"):
        whole = (await projected.get(f"/agenda?sort={sort}&limit=500&wait_for={position}")).json()
        found, address = [], f"/api/v1/agenda?sort={sort}&limit=3"
        while address:
            page = await projected.http.get(address)
            found += page.json()["items"]
            address = page.links["next"]["url"] if "next" in page.links else ""
        assert [(e["case_id"], e["due_id"]) for e in found] == [
            (e["case_id"], e["due_id"]) for e in whole["items"]
        ]
        assert whole["total"] == len(found) > 3
        assert all(e["wakes_at"] is not None or sort != "wakes" for e in found)
    cursor = (await projected.get("/agenda?sort=due&limit=1")).json()["next"]
    for foreign in (f"sort=rule&cursor={cursor}", "cursor=e30", "cursor=W10", "cursor=p5"):
        answer = await projected.get(f"/agenda?{foreign}")
        assert (answer.status_code, answer.json()["rule_id"]) == (409, "list.cursor_unknown")
    for odd in ("sort=name", "status=x"):
        assert (await projected.get(f"/agenda?{odd}")).status_code == 422


async def test_who_has_to_act_is_told_for_one_case_and_for_all(projected: Api) -> None:
    """A new case is ours; the red list is empty until nobody has a next step."""
    case_id = await projected.opened()
    position = (await projected.get("/projections")).json()[0]["head"]

    one = (await projected.get(f"/cases/{case_id}/waiting")).json()["intervals"]
    ours = (await projected.get(f"/waiting?owner=us&wait_for={position}")).json()
    red = (await projected.get("/waiting?owner=nobody")).json()
    odd = [await projected.get(f"/waiting?{query}") for query in ("owner=me", "step=x", "cursor=%00", "on=x")]
    unknown = await projected.get(f"/cases/{uuid4()}/waiting")

    assert [(i["step"], i["owner"], i["to_on"]) for i in one] == [("intake", "us", None)]
    assert [(item["case_id"], item["step"]) for item in ours["items"]] == [(str(case_id), "intake")]
    assert (red["total"], red["items"]) == (0, [])
    assert {answer.status_code for answer in odd} == {422}
    assert unknown.status_code == 404


async def test_the_export_is_whole_and_tells_nobodys_name(api: Api) -> None:
    """Every event in order, from any position on, and none of the marked personal texts."""
    case_id = await api.opened()
    held = await _contact(api, case_id, note=HIDDEN_NAMES[0])
    await api.post(
        f"/cases/{case_id}/corrections",
        {"version": held["version"], "changes": {"note": HIDDEN_NAMES[1]}, "reason": HIDDEN_NAMES[2]},
    )
    await api.published()

    export = await api.get("/events")
    lines = [json.loads(line) for line in export.text.splitlines()]
    rest = await api.get(f"/events?from={lines[2]['position']}")
    behind = await api.get(f"/events?from={lines[-1]['position'] + 1}")

    assert export.headers["content-type"] == "application/x-ndjson"
    assert [line["position"] for line in lines] == list(range(1, len(lines) + 1))
    assert [line["event"] for line in lines] == [
        "case_opened",
        "contact_held",
        "entry_corrected",
        "offer_published",
    ]
    assert rest.text.splitlines() == export.text.splitlines()[2:]
    assert behind.text == ""
    for name in HIDDEN_NAMES:
        assert name not in export.text
        assert name.encode("unicode_escape").decode() not in export.text


async def test_paths_and_code_lists_are_told(api: Api) -> None:
    """A client finds the path and every coded answer without reading our code."""
    paths = (await api.get("/paths")).json()
    found = (await api.get("/code-lists")).json()
    lists = {one["name"]: one["codes"] for one in found}
    titles = {one["name"]: one["titles"] for one in found}

    assert [path["id"] for path in paths] == ["durchstarten"]
    assert paths[0]["stages"][0]["kind"] == "intake"
    assert lists["FundingModule"] == ["F1", "F2", "F3", "F4", "F5", "F6"]
    assert {"ExitReason", "Destination", "ResidenceStatus", "SeatStatus"} - lists.keys() <= {"SeatStatus"}
    assert titles["ResidenceStatus"]["toleration_60a"] == {
        "de": "Duldung (§ 60a AufenthG)",
        "en": "toleration (§ 60a AufenthG)",
    }
    assert all(list(titles[name]) == codes for name, codes in lists.items())
