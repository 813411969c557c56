"""The API on real parts: log, Temporal, worker and read tables."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from temporalio.client import Client

from adapters.embedded.temporal_probe import register_search_attributes
from adapters.temporal import SEARCH_ATTRIBUTES, connect
from services.bootstrap import Engine, open_engine
from tests.patience import PATIENCE_SECONDS
from tests.services.api.ground import Api, running_api
from tests.services.read_table_ground import projecting
from tests.workflows.ground import KEK


@pytest.fixture(scope="session")
async def temporal_address(temporal_server: str) -> str:
    """A Temporal server that knows the search attributes of cases."""
    await register_search_attributes(temporal_server, "default", SEARCH_ATTRIBUTES)
    return temporal_server


@pytest.fixture
async def engine(database: str) -> AsyncIterator[Engine]:
    """The engine on an empty log."""
    async with open_engine(database, KEK) as opened:
        yield opened


@pytest.fixture
async def client(temporal_address: str) -> Client:
    """A client of the Temporal server."""
    return await connect(temporal_address)


@pytest.fixture(scope="module")
async def shared_api(shared_database: str, temporal_address: str) -> AsyncIterator[Api]:
    """The API for tests that only ask, or give commands to cases of their own."""
    async with (
        open_engine(shared_database, KEK) as engine,
        running_api(engine, await connect(temporal_address)) as running,
    ):
        yield running


@pytest.fixture
async def api(engine: Engine, client: Client) -> AsyncIterator[Api]:
    """The API with everything behind it."""
    async with running_api(engine, client) as running:
        yield running


@pytest.fixture
async def projected(api: Api, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Api]:
    """The API with a projector that keeps the lists current, however long it takes."""
    monkeypatch.setattr("services.api.waiting.PATIENCE_SECONDS", PATIENCE_SECONDS)
    async with projecting(api.engine):
        yield api
