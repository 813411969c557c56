"""Parts that go away: a clear 503 each, nothing lost, and work goes on when the part is back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest
from temporalio.client import Client

from adapters.embedded.postgres import EmbeddedPostgres
from adapters.embedded.temporal import EmbeddedTemporal
from adapters.migrations import migrate
from adapters.temporal import SEARCH_ATTRIBUTES, connect
from services.bootstrap import Engine, open_engine
from tests.services.api.ground import HIDDEN_NAMES, Api, open_case_body, running_api, unserved_api
from tests.workflows.ground import KEK, eventually


@pytest.fixture
async def own_postgres(tmp_path: Path, postgres_binaries: Path | None) -> AsyncIterator[EmbeddedPostgres]:
    """A database server that the test may stop."""
    server = EmbeddedPostgres(state_dir=tmp_path / "p", binaries=postgres_binaries, durable=False)
    yield server
    await server.stop_async()


@pytest.fixture
async def own_temporal(tmp_path: Path) -> AsyncIterator[EmbeddedTemporal]:
    """A Temporal server that the test may stop."""
    server = EmbeddedTemporal(state_dir=tmp_path / "t", search_attributes=SEARCH_ATTRIBUTES, durable=False)
    yield server
    await server.stop_async()


async def test_the_database_goes_away_and_comes_back(own_postgres: EmbeddedPostgres, client: Client) -> None:
    """While it is away everything but liveness says 503; a repeated command is carried out once afterwards."""
    started = await own_postgres.start_async()
    await migrate(started.dsn)
    async with open_engine(started.dsn, KEK) as engine, running_api(engine, client) as api:
        case_id = await api.opened()
        note, key = {"text": "Notiz"}, str(uuid4())
        await own_postgres.stop_async()

        away = [
            await api.get(f"/cases/{case_id}"),
            await api.get("/cases"),
            await api.get("/events"),
            await api.get("/reports/funding"),
            await api.post("/cases", open_case_body()),
            await api.post(f"/cases/{case_id}/add-note", note, Idempotency_Key=key),
        ]
        for answer in away:
            assert (answer.status_code, answer.json()["rule_id"]) == (503, "store.unavailable"), answer.text
            assert int(answer.headers["retry-after"]) > 0
        ready = await api.http.get("/health/ready")
        assert ready.status_code == 503
        assert "database_unavailable" in ready.json()["reasons"]
        assert (await api.http.get("/health/live")).status_code == 200

        await own_postgres.start_async()
        for repeated in (False, True):
            answer = await api.post(f"/cases/{case_id}/add-note", note, Idempotency_Key=key)
            assert (answer.status_code, answer.json()["repeated"]) == (200, repeated), answer.text
        assert len(await engine.store.load(case_id)) == 2
        assert (await api.http.get("/health/ready")).json()["database"]


async def test_temporal_goes_away_and_comes_back(engine: Engine, own_temporal: EmbeddedTemporal) -> None:
    """While it is away cases are read, recorded commands answered and offers changed; new case commands are 503."""
    started = await own_temporal.start_async()
    client = await connect(started.address)
    async with running_api(engine, client) as api:
        case_id, key = await api.opened(), str(uuid4())
        recorded = await api.post(f"/cases/{case_id}/add-note", {"text": "davor"}, Idempotency_Key=key)
        await own_temporal.stop_async()

        new_key, hasty = str(uuid4()), api.hasty(patience_seconds=2.0)
        refused = await hasty.post(f"/cases/{case_id}/add-note", {"text": "neu"}, Idempotency_Key=new_key)
        repeated = await api.post(f"/cases/{case_id}/add-note", {"text": "davor"}, Idempotency_Key=key)
        ready = await api.http.get("/health/ready")
        assert (refused.status_code, refused.json()["rule_id"]) == (503, "workflows.unavailable")
        assert (repeated.status_code, repeated.json()["position"]) == (200, recorded.json()["position"])
        assert (await api.get(f"/cases/{case_id}")).status_code == 200
        assert await api.published()
        assert (ready.status_code, ready.json()["reasons"]) == (503, ["temporal_unavailable"])

        await own_temporal.start_async()

        async def taken() -> bool:
            answer = await api.post(f"/cases/{case_id}/add-note", {"text": "neu"}, Idempotency_Key=new_key)
            return answer.status_code == 200

        await eventually(taken)
        names = [type(entry.event).__name__ for entry in await engine.store.load(case_id)]
        assert names == ["CaseOpened", "NoteAdded", "NoteAdded"]


async def test_a_log_without_tables_is_not_ready(empty_database: str, client: Client) -> None:
    """A forgotten migration shows in readiness, and every answer is a problem."""
    async with open_engine(empty_database, KEK) as engine:
        api = unserved_api(engine, client)
        ready = await api.http.get("/health/ready")
        answer = await api.get("/cases")

        assert ready.status_code == 503
        assert {"database_unavailable", "migrations_pending"} <= set(ready.json()["reasons"])
        assert ready.json()["migrations_pending"] > 0
        assert (answer.status_code, answer.json()["rule_id"]) == (503, "store.unavailable")


async def test_an_entry_of_the_future_is_a_clear_message(api: Api) -> None:
    """An event that this program does not know stops the reader of that case, and of no other."""
    broken, whole = await api.opened(), await api.opened()
    async with api.engine.connections.lend() as connection:
        await connection.execute(
            f"alter table {api.engine.log.schema}.events disable trigger user;"
            f"update {api.engine.log.schema}.events set type = 'case_opened.v99' where stream_id = '{broken}'"
        )

    answers = [
        await api.get(f"/cases/{broken}"),
        await api.get(f"/cases/{broken}/history"),
        await api.post(f"/cases/{broken}/add-note", {"text": "x"}),
    ]

    for answer in answers:
        assert (answer.status_code, answer.json()["rule_id"]) == (500, "log.unreadable"), answer.text
    assert (await api.get(f"/cases/{whole}")).status_code == 200


async def test_a_defect_of_ours_tells_nothing(
    api: Api, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """An unforeseen exception is answered as a problem; its text goes nowhere, its place goes to the log."""

    async def broken(*_: object, **__: object) -> None:
        raise ValueError(f"could not read {HIDDEN_NAMES[0]}")

    monkeypatch.setattr("services.api.cases.case_view", broken)
    answer = await api.get(f"/cases/{uuid4()}")

    written = "".join(capfd.readouterr())
    assert (answer.status_code, answer.json()["rule_id"]) == (500, "server.unexpected")
    assert "ValueError at test_outages.py" in written
    assert HIDDEN_NAMES[0] not in written + answer.text
