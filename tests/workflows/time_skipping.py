"""A Temporal server whose time runs as fast as it is waited for."""

from __future__ import annotations

import sysconfig
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.service import RPCError
from temporalio.testing import WorkflowEnvironment

from adapters.temporal import DATA_CONVERTER, SEARCH_ATTRIBUTES
from tests.patience import PATIENCE_SECONDS

TEST_SERVER = Path(sysconfig.get_path("scripts")) / "temporal-test-server"


@asynccontextmanager
async def time_skipping() -> AsyncIterator[WorkflowEnvironment]:
    """The server, at noon UTC."""
    environment = await WorkflowEnvironment.start_time_skipping(
        test_server_existing_path=str(TEST_SERVER),
        test_server_startup_timeout=timedelta(seconds=PATIENCE_SECONDS),
        data_converter=DATA_CONVERTER,
    )
    async with environment:
        attributes = {
            name: IndexedValueType.ValueType(kind.value) for name, kind in SEARCH_ATTRIBUTES.items()
        }
        await environment.client.operator_service.add_search_attributes(
            AddSearchAttributesRequest(namespace="default", search_attributes=attributes)
        )
        now = await environment.get_current_time()
        noon = datetime.combine(now.date() + timedelta(days=1), time(12), UTC)
        await environment.sleep(noon - now)
        yield environment


async def pass_time(skipping: WorkflowEnvironment, span: timedelta) -> None:
    """Let ``span`` pass. The server answers late while a task of a killed worker is out; then the rest is asked for."""
    until = await skipping.get_current_time() + span
    while (left := until - await skipping.get_current_time()) > timedelta():
        with suppress(RPCError):
            await skipping.sleep(left)
