"""Commands over HTTP: each once, only on the version that was meant, answered with what a reader needs next."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from domain.events import COMMANDS
from domain.personal import Erased
from services.api.commands import NOT_FOR_PEOPLE
from tests.patience import PATIENCE_SECONDS
from tests.services.api.ground import Api, grant_body, offer_body, open_case_body
from tests.workflows.ground import TODAY


async def test_a_case_is_opened_and_read_back(api: Api) -> None:
    """The answer names the place of the case, its version and the position from which reads show it."""
    answer = await api.post("/cases", open_case_body())

    assert answer.status_code == 201
    body = answer.json()
    assert body["events"] == ["case_opened"]
    assert not body["repeated"]
    assert answer.headers["etag"] == '"1"'
    assert answer.headers["position"] == str(body["position"])
    read = await api.http.get(answer.headers["location"])
    assert read.status_code == 200
    assert read.headers["etag"] == '"1"'
    assert read.json()["participant_id"] == body["made"]["participant_id"]
    assert read.json()["intake"]["name"]["family_name"] == "Haidari-Geheim"


async def test_the_same_key_opens_one_case(api: Api) -> None:
    """A client that heard no answer asks again and gets the case that it made."""
    key = str(uuid4())
    first = await api.post("/cases", open_case_body(), Idempotency_Key=key)
    second = await api.post("/cases", open_case_body(), Idempotency_Key=key)

    assert (first.status_code, second.status_code) == (201, 200)
    assert second.json() == first.json() | {"repeated": True}
    assert len(await api.engine.store.load(UUID(first.json()["id"]))) == 1


async def test_the_same_key_at_the_same_time_opens_one_case(api: Api) -> None:
    """Two equal requests at once make one case, and both are told of it."""
    key = str(uuid4())
    answers = await asyncio.gather(
        *(api.post("/cases", open_case_body(), Idempotency_Key=key) for _ in range(2))
    )

    assert {answer.status_code for answer in answers} <= {200, 201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert len({answer.json()["made"]["participant_id"] for answer in answers}) == 1


async def test_a_key_belongs_to_one_command(api: Api) -> None:
    """The key of a recorded note does not carry another note, another day or another kind of command."""
    case_id, key = await api.opened(), str(uuid4())
    said = {"text": "Erste Notiz", "occurred_on": TODAY.isoformat()}
    first = await api.post(f"/cases/{case_id}/add-note", said, Idempotency_Key=key)
    assert first.status_code == 200, first.text

    other_text = await api.post(
        f"/cases/{case_id}/add-note", said | {"text": "Andere Notiz"}, Idempotency_Key=key
    )
    other_day = await api.post(
        f"/cases/{case_id}/add-note",
        said | {"occurred_on": (TODAY - timedelta(days=1)).isoformat()},
        Idempotency_Key=key,
    )
    other_kind = await api.post(
        f"/cases/{case_id}/give-information-notice",
        {"notice_version": "1", "language": "de"},
        Idempotency_Key=key,
    )
    same = await api.post(f"/cases/{case_id}/add-note", said, Idempotency_Key=key)

    for answer in (other_text, other_day, other_kind):
        assert answer.status_code == 422
        assert answer.json()["rule_id"] == "idempotency.other_command"
    assert same.status_code == 200
    assert same.json()["repeated"]
    assert len(await api.engine.store.load(UUID(str(case_id)))) == 2


async def test_a_refused_opening_keeps_its_key_for_its_participant(api: Api) -> None:
    """Whoever sends another participant under the key of a refused opening is told so."""
    key, nobody = str(uuid4()), {"name": {"family_name": " "}}
    first = await api.post(
        "/cases", open_case_body(participant_id=str(uuid4()), **nobody), Idempotency_Key=key
    )
    other = await api.post("/cases", open_case_body(participant_id=str(uuid4())), Idempotency_Key=key)

    assert (first.status_code, first.json()["rule_id"]) == (409, "name.empty")
    assert (other.status_code, other.json()["rule_id"]) == (422, "idempotency.other_command")


async def test_a_key_with_two_commands_at_once_records_one_and_says_so(api: Api) -> None:
    """The slower of two different commands under one key is told that the key is taken."""
    case_id, key = await api.opened(), str(uuid4())
    answers = await asyncio.gather(
        *(
            api.post(f"/cases/{case_id}/add-note", {"text": text}, Idempotency_Key=key)
            for text in ("Die eine", "Die andere")
        )
    )

    assert sorted(answer.status_code for answer in answers) == [200, 422]
    assert len(await api.engine.store.load(UUID(str(case_id)))) == 2


async def test_a_command_repeated_on_a_later_day_is_still_the_same(api: Api) -> None:
    """Leaving the day out means the day of the first time, also for the repetition."""
    case_id, key = await api.opened(), str(uuid4())
    first = await api.post(f"/cases/{case_id}/add-note", {"text": "Notiz"}, Idempotency_Key=key)
    second = await api.post(f"/cases/{case_id}/add-note", {"text": "Notiz"}, Idempotency_Key=key)

    assert first.status_code == second.status_code == 200
    assert second.json()["repeated"]


async def test_if_match_lets_one_of_two_win(api: Api) -> None:
    """Two people who read version 1 cannot both write on it; the other is told, and nothing of theirs is recorded."""
    case_id = await api.opened()
    answers = await asyncio.gather(
        *(
            api.post(f"/cases/{case_id}/add-note", {"text": text}, If_Match='"1"')
            for text in ("Die eine", "Die andere")
        )
    )

    assert sorted(answer.status_code for answer in answers) == [200, 412]
    lost = next(answer for answer in answers if answer.status_code == 412)
    assert lost.json()["rule_id"] == "stream.changed"
    assert len(await api.engine.store.load(UUID(str(case_id)))) == 2


@pytest.mark.parametrize("if_match", ['"99"', 'W/"1"', '"one"', "1", '"1", "2"', '"99999999999999999999"'])
async def test_an_if_match_that_is_not_the_version_is_not_met(api: Api, if_match: str) -> None:
    """A stale, weak or meaningless tag changes nothing."""
    case_id = await api.opened()

    answer = await api.post(f"/cases/{case_id}/add-note", {"text": "Notiz"}, If_Match=if_match)

    assert answer.status_code == 412
    assert len(await api.engine.store.load(UUID(str(case_id)))) == 1


async def test_a_refusal_says_what_the_matter_is(api: Api) -> None:
    """What makes no sense now is answered 409 with the rule, and records nothing."""
    case_id = await api.opened()

    answer = await api.post(f"/cases/{case_id}/add-note", {"text": "   "})

    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["rule_id"] == "note.empty"
    assert answer.json()["type"] == "urn:teilhabe:rule:note.empty"


@pytest.mark.parametrize(
    ("path", "body", "rule_id"),
    [
        ("/cases/{}/add-note", {"text": "Notiz"}, "case.unknown"),
        ("/cases/{}/corrections", {"version": 1, "strike": True, "reason": "x"}, "case.unknown"),
        ("/cases/{}/corrections", {"version": 1, "changes": {"text": "x"}, "reason": "x"}, "case.unknown"),
        ("/offers/{}/change-capacity", {"capacity": 3}, "offer.unknown"),
        ("/grants/{}/record-drawdown", {"reference": "1", "amount_cents": 1}, "grant.unknown"),
    ],
)
async def test_what_does_not_exist_is_not_found(
    api: Api, path: str, body: dict[str, object], rule_id: str
) -> None:
    """A command for an unknown case, offer or grant is answered 404."""
    answer = await api.post(path.format(uuid4()), body)

    assert (answer.status_code, answer.json()["rule_id"]) == (404, rule_id)


async def test_an_offer_is_not_a_case(api: Api) -> None:
    """The id of an offer finds no case, and no command for a case reaches it."""
    offer_id = await api.published()

    assert (await api.get(f"/cases/{offer_id}")).status_code == 404
    assert (await api.get(f"/cases/{offer_id}/history")).status_code == 404
    assert (await api.post(f"/cases/{offer_id}/add-note", {"text": "x"})).status_code == 404
    assert (await api.get(f"/grants/{offer_id}")).status_code == 404


async def test_commands_of_the_system_cannot_be_given(api: Api) -> None:
    """Clock, mail and seat saga speak for themselves; no route and no body exists for them."""
    described = (await api.get("/openapi.json")).json()
    operations = {
        operation["operationId"] for path in described["paths"].values() for operation in path.values()
    }
    of_people = {name for name, cls in COMMANDS.items() if cls not in NOT_FOR_PEOPLE}

    assert of_people <= operations
    assert not operations & {name for name, cls in COMMANDS.items() if cls in NOT_FOR_PEOPLE}
    case_id = await api.opened()
    for name in ("wake", "confirm-delivery", "record-seat-offer"):
        assert (await api.post(f"/cases/{case_id}/{name}")).status_code == 404


async def test_nobody_can_pass_a_real_case_off_as_synthetic(api: Api) -> None:
    """The mark of the simulated town is not for clients."""
    assert (await api.post("/cases", open_case_body(synthetic=True))).status_code == 422
    assert (await api.post("/offers", offer_body(synthetic=True))).status_code == 422


async def test_a_seat_is_asked_for_and_offered(api: Api) -> None:
    """The whole way over HTTP: intake, coach, seat, and the offer shows who has it."""
    offer_id = await api.published()
    case_id = await api.opened()
    steps: list[tuple[str, dict[str, object]]] = [
        ("give-information-notice", {"notice_version": "1", "language": "de"}),
        (
            "give-consent",
            {"purpose": "case_management", "form": "written", "text_version": "1", "language": "de"},
        ),
        ("record-assessment", {"needs": [{"field": "language", "priority": 1}]}),
        (
            "decide-eligibility",
            {
                "result": "eligible",
                "ground": "age_and_status_fit",
                "reason": "passt",
                "decided_by": "cw-eschweiler-1",
            },
        ),
        (
            "agree-plan",
            {
                "goals": [{"kind": "language_level", "target_on": (TODAY + timedelta(days=200)).isoformat()}],
                "agreement": "B1 bis Sommer",
            },
        ),
        ("assign-coach", {"coach": "coach-1"}),
    ]
    for name, body in steps:
        answer = await api.post(f"/cases/{case_id}/{name}", body)
        assert answer.status_code == 200, (name, answer.text)
    asked = await api.post(
        f"/cases/{case_id}/request-seat",
        {"offer_id": str(offer_id), "ground": "language_for_ausbildung", "reason": "B1 fehlt"},
    )

    assert asked.status_code == 200, asked.text
    participation_id = asked.json()["made"]["participation_id"]
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not (offer := (await api.get(f"/offers/{offer_id}")).json())["seats"]:
            await asyncio.sleep(0.05)
    assert [seat["participation_id"] for seat in offer["seats"]] == [participation_id]
    assert offer["free"] == 1


async def test_a_grant_is_recorded_and_its_use_read(api: Api) -> None:
    """Spending shows on its line, in cents."""
    noticed = await api.post("/grants", grant_body())
    assert noticed.status_code == 201, noticed.text
    grant_id = noticed.json()["id"]
    spent = await api.post(
        f"/grants/{grant_id}/record-spending",
        {
            "voucher": "B-1",
            "module": "F1",
            "municipality": "05334002",
            "year": TODAY.year,
            "amount_cents": 12_345,
            "payee": "Träger e. V.",
            "purpose": "Coaching",
        },
    )
    assert spent.status_code == 200, spent.text

    grant = (await api.get(f"/grants/{grant_id}")).json()
    assert grant["lines"][0]["left_cents"] == 100_000 - 12_345
    assert (grant["total_cents"], grant["land_cents"]) == (100_000, 80_000)


def test_the_marker_of_erased_fields_is_no_input() -> None:
    """No body model takes the marker that stands for erased fields."""
    from services.api.bodies import strict_model

    for cls in COMMANDS.values():
        if cls in NOT_FOR_PEOPLE or cls.__name__ == "CorrectEntry":
            continue
        assert Erased.__name__ not in str(strict_model(cls).model_json_schema().get("$defs", {}).keys())
