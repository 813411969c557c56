"""The whole API against its own description, over a real socket: no 5xx, no answer that is not described."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any
from uuid import uuid4

import httpx2
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig
from schemathesis.core.result import Ok
from temporalio.client import Client

from services.api.serving import run_server
from services.bootstrap import Engine
from services.projector import run_projector
from tests.services.api.ground import SETTINGS, Api, grant_body, running_api

EXAMPLES = 4
"""Requests for each operation and mode."""


@pytest.fixture
async def served(engine: Engine, client: Client) -> AsyncIterator[tuple[Api, str]]:
    """The API behind uvicorn, with worker and projector, and its address."""
    async with running_api(engine, client) as api:
        started: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        tasks = [
            asyncio.create_task(run_server(api.app, SETTINGS, started)),
            asyncio.create_task(run_projector(engine)),
        ]
        yield api, f"http://127.0.0.1:{await started}"
        for task in tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


async def test_no_request_makes_the_api_break_its_word(served: tuple[Api, str]) -> None:
    """Valid and invalid requests of every kind, on known and unknown ids, are answered as described."""
    api, address = served
    grant = await api.post("/grants", grant_body())
    known = {
        "case_id": str(await api.opened()),
        "offer_id": str(await api.published()),
        "grant_id": grant.json()["id"],
        "name": "funding",
    }

    asked = await asyncio.to_thread(_ask_everything, address, known)

    assert asked.keys() >= {"open_case", "record_contact", "publish_offer", "list_cases", "export_events"}
    assert sum(asked.values()) >= EXAMPLES * len(asked)


def _ask_everything(address: str, known: dict[str, str]) -> dict[str, int]:
    # 412 is the right answer to an If-Match that is not met, however valid the request is otherwise.
    accepted = ["2xx", "404", "409", "412"]
    config = SchemathesisConfig.from_dict(
        {"checks": {"positive_data_acceptance": {"expected-statuses": accepted}}}
    )
    schema = schemathesis.openapi.from_url(f"{address}/api/v1/openapi.json", config=config)
    asked: dict[str, int] = {}
    for found in schema.get_all_operations():
        assert isinstance(found, Ok), found
        operation = found.ok()
        mine = {name: value for name, value in known.items() if f"{{{name}}}" in operation.path}
        name = operation.definition.raw["operationId"]
        asked[name] = sum(
            _ask(operation, mode, mine) for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
        )
    return asked


def _ask(operation: Any, mode: GenerationMode, known: dict[str, str]) -> int:
    """How many requests were sent. Most valid ones go to what is there, the others to what is not."""
    count = 0

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def answered(case: Any) -> None:
        nonlocal count
        if mode is GenerationMode.POSITIVE and count % 3:
            case.path_parameters = {**(case.path_parameters or {}), **known}
        if mode is GenerationMode.POSITIVE and "Idempotency-Key" in case.headers:
            # The same key for another body is refused on purpose.
            case.headers["Idempotency-Key"] = str(uuid4())
        count += 1
        case.call_and_validate()

    try:
        answered()
    except Unsatisfiable:
        # A request without any input has no invalid form.
        assert mode is GenerationMode.NEGATIVE
    return count


async def test_the_server_ends_when_it_is_told_to(engine: Engine, client: Client) -> None:
    """A cancelled server finishes what it has begun, closes its socket and hands the cancellation on."""
    async with running_api(engine, client) as api:
        started: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        serving = asyncio.create_task(run_server(api.app, SETTINGS, started))
        address = f"http://127.0.0.1:{await started}"
        async with httpx2.AsyncClient(base_url=address) as http:
            under_way = asyncio.create_task(http.get("/api/v1/code-lists"))
            assert (await under_way).status_code == 200
            assert "server" not in (await http.get("/health/live")).headers
        serving.cancel()
        with pytest.raises(asyncio.CancelledError):
            await serving
        async with httpx2.AsyncClient(base_url=address) as http:
            with pytest.raises(httpx2.ConnectError):
                await http.get("/health/live")
