"""The parts come up together, go down together, and what belongs to others is left alone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import asyncpg
import pytest

from adapters.embedded.errors import EmbeddedError
from adapters.embedded.temporal_probe import SearchAttributeType, answers
from services.embedded_services import running_services, services_status, start_services, stop_services
from services.settings import Settings
from tests.adapters.embedded_ground import ask, new_directory

ATTRIBUTES = {"TeilhabeStage": SearchAttributeType.KEYWORD}


@pytest.fixture
async def settings(postgres_binaries: Path | None) -> AsyncIterator[Settings]:
    """Everything embedded, in a directory of its own; stopped at the end."""
    with new_directory() as directory:
        settings = Settings(home=directory / "home", postgres_bin=postgres_binaries)
        yield settings
        await stop_services(settings)


async def test_started_parts_stay_until_they_are_stopped(settings: Settings) -> None:
    """``services start``, ``status``, ``stop``."""
    assert [part.running for part in await services_status(settings)] == [False, False]
    started = await start_services(settings, ATTRIBUTES)
    assert (started.postgres_started, started.temporal_started) == (True, True)
    assert await ask(started.database_url, "select 1") == 1
    assert answers(started.temporal_address, started.temporal_namespace)
    postgres, temporal = await services_status(settings)
    assert (postgres.running, postgres.address) == (True, started.database_url)
    assert (temporal.running, temporal.address, temporal.ui) == (
        True,
        started.temporal_address,
        started.temporal_ui,
    )
    assert await stop_services(settings) == ("temporal", "postgres")
    assert await stop_services(settings) == ()


async def test_a_command_stops_only_what_it_has_started(settings: Settings) -> None:
    """``up`` beside ``services start`` leaves the background parts running."""
    async with running_services(settings) as first:
        async with running_services(settings) as second:
            assert second.database_url == first.database_url
            assert not second.postgres_started
        assert [part.running for part in await services_status(settings)] == [True, True]
    assert [part.running for part in await services_status(settings)] == [False, False]


async def test_a_part_that_fails_takes_the_other_one_with_it(settings: Settings, tmp_path: Path) -> None:
    """No half-started pair stays behind."""
    wrong = replace(settings, temporal_bin=tmp_path / "none")
    with pytest.raises(EmbeddedError, match="TEILHABE_TEMPORAL_BIN"):
        await start_services(wrong)
    assert [part.running for part in await services_status(settings)] == [False, False]


async def test_outside_parts_are_looked_at_and_left_alone(postgres_server: str, temporal_server: str) -> None:
    """DATABASE_URL and TEMPORAL_ADDRESS: nothing is started, nothing is stopped, no password is shown."""
    with new_directory() as directory:
        settings = Settings(
            home=directory / "home", database_url=postgres_server, temporal_address=temporal_server
        )
        async with running_services(settings, ATTRIBUTES) as services:
            assert (services.database_url, services.temporal_address) == (postgres_server, temporal_server)
            assert (services.postgres_started, services.temporal_started) == (False, False)
        postgres, temporal = await services_status(settings)
        assert (postgres.embedded, postgres.running, temporal.embedded, temporal.running) == (
            False,
            True,
            False,
            True,
        )
        assert "teilhabe:" not in str(postgres.address)
        assert await stop_services(settings) == ()
        assert not (directory / "home").exists()
    connection = await asyncpg.connect(postgres_server)
    await connection.close()


async def test_outside_parts_that_are_down_are_shown_as_down(tmp_path: Path) -> None:
    """Status answers and does not hang."""
    settings = Settings(
        home=tmp_path / "home",
        database_url="postgresql://u:geheim@127.0.0.1:1/akte?sslmode=disable",
        temporal_address="127.0.0.1:1",
    )
    postgres, temporal = await services_status(settings)
    assert (postgres.running, postgres.address) == (False, "127.0.0.1:1/akte")
    assert (temporal.running, temporal.address) == (False, "127.0.0.1:1")
