"""A case engine on real parts for the workflow tests: log, Temporal, worker and gateway, each with a queue of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from adapters.embedded.temporal_probe import register_search_attributes
from adapters.temporal import SEARCH_ATTRIBUTES, connect
from services.bootstrap import Engine, open_engine
from tests.workflows.ground import KEK, Loop, running_loop
from tests.workflows.time_skipping import time_skipping


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


@pytest.fixture
async def loop(engine: Engine, client: Client) -> AsyncIterator[Loop]:
    """Gateway and worker, running."""
    async with running_loop(engine, client) as running:
        yield running


@pytest.fixture
async def skipping() -> AsyncIterator[WorkflowEnvironment]:
    """A Temporal server whose time runs as fast as it is waited for, at noon UTC."""
    async with time_skipping() as environment:
        yield environment
