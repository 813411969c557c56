"""Ground of the API tests: the application on real parts, and short ways to ask it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx2
from fastapi import FastAPI
from temporalio.client import Client

from services.api.app import create_app
from services.bootstrap import Engine
from services.gateway import TASK_QUEUE, CommandGateway
from services.queries import Queries
from services.settings import Settings
from tests.patience import PATIENCE_SECONDS
from tests.workflows.ground import OPENED, TODAY, running_loop

SETTINGS = Settings(
    home=Path("/nonexistent"), dev_actor="cw-eschweiler-1", dev_organisation="org-eschweiler", http_port=0
)
BASE = "http://127.0.0.1"
AACHEN = "05334002"
ESCHWEILER = "05334012"
HIDDEN_NAMES = ("Haidari-Geheim", "Yusuf-Geheim", "یوسف-Geheim", "0170-5550123")


@dataclass(frozen=True, kw_only=True)
class Api:
    """The running application with a client on this machine."""

    app: FastAPI
    http: httpx2.AsyncClient
    engine: Engine
    temporal: Client
    task_queue: str

    def hasty(self, patience_seconds: float) -> Api:
        """The same with little patience: for commands that cannot be answered now."""
        gateway = CommandGateway(
            self.engine, self.temporal, self.task_queue, patience_seconds=patience_seconds
        )
        app = create_app(self.engine, gateway, Queries(self.engine), SETTINGS, self.temporal)
        return replace(self, app=app, http=_client(app))

    async def get(self, path: str, **options: Any) -> httpx2.Response:
        """GET below /api/v1."""
        return await self.http.get(f"/api/v1{path}", **options)

    async def post(self, path: str, body: Any = None, **headers: str) -> httpx2.Response:
        """POST JSON below /api/v1; underscores in header names stand for hyphens."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.http.post(f"/api/v1{path}", json={} if body is None else body, headers=named)

    async def opened(self, **changes: Any) -> UUID:
        """The id of a new case."""
        answer = await self.post("/cases", open_case_body(**changes))
        assert answer.status_code == 201, answer.text
        return UUID(answer.json()["id"])

    async def published(self, **changes: Any) -> UUID:
        """The id of a new offer."""
        answer = await self.post("/offers", offer_body(**changes))
        assert answer.status_code == 201, answer.text
        return UUID(answer.json()["id"])

    def elsewhere(self, peer: str = "127.0.0.1", base: str = BASE) -> httpx2.AsyncClient:
        """A client that sits somewhere else."""
        return _client(self.app, peer, base)


def open_case_body(**changes: Any) -> dict[str, Any]:
    """A case opened ten days ago of a participant whose name must never leave it."""
    return {
        "occurred_on": OPENED.isoformat(),
        "path": "durchstarten",
        "name": {
            "family_name": HIDDEN_NAMES[0],
            "given_name": HIDDEN_NAMES[1],
            "original_script": HIDDEN_NAMES[2],
        },
        "birth_date": "2004-05-17",
        "contact_ways": [{"channel": "phone", "value": HIDDEN_NAMES[3]}],
        "municipality": ESCHWEILER,
        "caseworker": "cw-eschweiler-1",
        "residence": {
            "status": "toleration_60a",
            "valid_until": (TODAY + timedelta(days=300)).isoformat(),
        },
        **changes,
    }


def offer_body(**changes: Any) -> dict[str, Any]:
    """A language course with two seats, three weeks from now."""
    return {
        "occurred_on": OPENED.isoformat(),
        "title": "Deutsch B1",
        "provider": "Träger e. V.",
        "kind": "language",
        "module": "F2",
        "municipality": AACHEN,
        "capacity": 2,
        "starts_on": (TODAY + timedelta(days=21)).isoformat(),
        "ends_on": (TODAY + timedelta(days=120)).isoformat(),
        "answer_days": 7,
        **changes,
    }


def grant_body(**changes: Any) -> dict[str, Any]:
    """A notice over 1,000 € with 20 % own share."""
    return {
        "occurred_on": OPENED.isoformat(),
        "reference": f"AZ-{uuid4()}",
        "granting_authority": "Bezirksregierung Köln",
        "period_from": f"{TODAY.year - 1}-01-01",
        "period_to": f"{TODAY.year + 1}-12-31",
        "own_share": 2000,
        "lines": [
            {"module": "F1", "municipality": AACHEN, "year": TODAY.year, "amount_cents": 100_000},
        ],
        **changes,
    }


def unserved_api(engine: Engine, client: Client, settings: Settings = SETTINGS) -> Api:
    """The application without a worker: for what happens before a command is carried out."""
    app = create_app(engine, CommandGateway(engine, client), Queries(engine), settings, client)
    return Api(app=app, http=_client(app), engine=engine, temporal=client, task_queue=TASK_QUEUE)


def _client(app: FastAPI, peer: str = "127.0.0.1", base: str = BASE) -> httpx2.AsyncClient:
    transport = httpx2.ASGITransport(app=app, client=(peer, 4711), raise_app_exceptions=False)
    return httpx2.AsyncClient(transport=transport, base_url=base, timeout=PATIENCE_SECONDS)


@asynccontextmanager
async def running_api(
    engine: Engine,
    client: Client,
    settings: Settings = SETTINGS,
) -> AsyncIterator[Api]:
    """The application with a worker behind it."""
    async with running_loop(engine, client) as loop:
        queries = Queries(engine)
        gateway = CommandGateway(engine, client, loop.task_queue, patience_seconds=PATIENCE_SECONDS)
        app = create_app(engine, gateway, queries, settings, client)
        async with _client(app) as http:
            yield Api(app=app, http=http, engine=engine, temporal=client, task_queue=loop.task_queue)
        await app.state.report_jobs.close()
        await app.state.drills.close()
        await queries.close()
