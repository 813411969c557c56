"""Who may ask: until there is a login, one configured person on this very machine, and nobody else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from temporalio.client import Client

from adapters.temporal import connect
from services.bootstrap import Engine, open_engine
from services.settings import Settings
from tests.services.api.ground import SETTINGS, Api, open_case_body, unserved_api
from tests.workflows.ground import KEK


@pytest.fixture(scope="module")
async def unserved(shared_database: str, temporal_address: str) -> AsyncIterator[Api]:
    """The application without a worker; nothing is commanded here."""
    async with open_engine(shared_database, KEK) as engine:
        yield unserved_api(engine, await connect(temporal_address))


@pytest.mark.parametrize(
    ("peer", "base", "headers"),
    [
        ("192.0.2.1", "http://127.0.0.1", {}),
        ("2001:db8::1", "http://127.0.0.1", {}),
        ("127.0.0.1", "http://evil.example", {}),
        ("127.0.0.1", "http://127.0.0.1.evil.example", {}),
        ("127.0.0.1", "http://127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}),
        ("127.0.0.1", "http://127.0.0.1", {"Forwarded": "for=192.0.2.1"}),
    ],
)
async def test_nobody_from_elsewhere_is_let_in(
    unserved: Api, peer: str, base: str, headers: dict[str, str]
) -> None:
    """Another machine, another name for this one, or a request passed on: 401 for everything but health."""
    async with unserved.elsewhere(peer, base) as http:
        for path in ("/api/v1/paths", "/api/v1/events", "/api/v1/openapi.json", "/", "/nowhere"):
            answer = await http.get(path, headers=headers)
            assert (answer.status_code, answer.json()["rule_id"]) == (401, "identity.unknown")
        commanded = await http.post("/api/v1/cases", json=open_case_body(), headers=headers)
        assert commanded.status_code == 401
        assert (await http.get("/health/live", headers=headers)).status_code == 200
    assert await unserved.engine.store.head() == 0


@pytest.mark.parametrize("base", ["http://127.0.0.1", "http://localhost:8080", "http://[::1]:8080"])
async def test_this_machine_is_let_in_by_each_of_its_names(unserved: Api, base: str) -> None:
    """Loopback by number or name, with or without a port."""
    async with unserved.elsewhere("::1", base) as http:
        assert (await http.get("/api/v1/paths")).status_code == 200


@pytest.mark.parametrize(
    "settings",
    [
        replace(SETTINGS, http_host="0.0.0.0"),
        replace(SETTINGS, http_host="192.0.2.7"),
        replace(SETTINGS, http_host="teilhabe.example"),
        replace(SETTINGS, dev_actor=None),
        replace(SETTINGS, dev_organisation=None),
    ],
    ids=["all-addresses", "other-address", "name", "no-actor", "no-organisation"],
)
async def test_the_development_identity_counts_on_loopback_only(
    engine: Engine, client: Client, settings: Settings
) -> None:
    """A server that others could reach, or without a whole identity, lets nobody in."""
    api = unserved_api(engine, client, settings)

    assert (await api.http.get("/api/v1/paths")).status_code == 401
    assert (await api.http.get("/health/live")).status_code == 200


async def test_every_entry_says_who_and_for_whom(api: Api) -> None:
    """Actor and organisation of the settings stand in the log."""
    case_id = await api.opened()

    entry = (await api.engine.store.load(case_id))[0]
    assert (entry.actor, entry.organisation) == ("cw-eschweiler-1", "org-eschweiler")


async def test_answers_carry_safe_headers(unserved: Api) -> None:
    """No answer is kept, framed, sniffed or run as a page; no documentation page loads from elsewhere."""
    for path in ("/api/v1/paths", "/nowhere", "/health/live"):
        headers = (await unserved.http.get(path)).headers
        assert headers["cache-control"] == "no-store"
        assert headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in headers["content-security-policy"]
    for page in ("/docs", "/redoc"):
        assert (await unserved.http.get(page)).status_code == 404
