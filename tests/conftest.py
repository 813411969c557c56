"""Real servers for every test that asks for one: started on first use, once per test process, gone afterwards."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from adapters.embedded.postgres_databases import create_database, drop_database
from adapters.embedded.throwaway import ephemeral_postgres, ephemeral_temporal
from tests.room import in_memory

settings.register_profile(
    "ci", derandomize=True, deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("explore", deadline=None, max_examples=2_000)
settings.load_profile(os.environ.get("TEILHABE_HYPOTHESIS_PROFILE", "ci"))

_numbers = count(1)
_LONGEST = ("stories", "workflows")


@pytest.fixture(scope="session")
def postgres_binaries() -> Path | None:
    """The binaries that the tests run on; None means those that the launcher finds by itself."""
    named = os.environ.get("TEILHABE_TEST_POSTGRES_BIN")
    return Path(named) if named else None


@pytest.fixture(scope="session")
def postgres_server(postgres_binaries: Path | None) -> Iterator[str]:
    """The DSN of a server that the tests may make databases on.

    ``TEILHABE_TEST_DATABASE_URL`` names a server that runs already; ``TEILHABE_TEST_POSTGRES_BIN`` names the
    binaries of a fresh one; otherwise the embedded ones are taken.
    """
    if external := os.environ.get("TEILHABE_TEST_DATABASE_URL"):
        yield external
        return
    with ephemeral_postgres(postgres_binaries, inside=in_memory()) as dsn:
        yield dsn


@pytest.fixture(scope="session")
async def migrated_template(postgres_server: str) -> AsyncIterator[str]:
    """The name of a database with the whole schema and no row, to be copied."""
    from adapters.migrations import migrate

    name = f"template_{os.getpid()}"
    await migrate(await create_database(postgres_server, name))
    yield name
    await drop_database(postgres_server, name)


@pytest.fixture
async def empty_database(postgres_server: str) -> AsyncIterator[str]:
    """The DSN of a database of its own without any schema."""
    name = f"empty_{os.getpid()}_{next(_numbers)}"
    yield await create_database(postgres_server, name)
    await drop_database(postgres_server, name)


@pytest.fixture
async def database(postgres_server: str, migrated_template: str) -> AsyncIterator[str]:
    """The DSN of a database of its own with the whole schema and no row."""
    name = f"test_{os.getpid()}_{next(_numbers)}"
    yield await create_database(postgres_server, name, template=migrated_template)
    await drop_database(postgres_server, name)


@pytest.fixture(scope="module")
async def shared_database(postgres_server: str, migrated_template: str) -> AsyncIterator[str]:
    """The DSN of a database with the whole schema that the tests of a module share."""
    name = f"shared_{os.getpid()}_{next(_numbers)}"
    yield await create_database(postgres_server, name, template=migrated_template)
    await drop_database(postgres_server, name)


@pytest.fixture(scope="session")
def temporal_server() -> Iterator[str]:
    """The address of a Temporal server that knows our search attributes.

    ``TEILHABE_TEST_TEMPORAL_ADDRESS`` names one that runs already.
    """
    if external := os.environ.get("TEILHABE_TEST_TEMPORAL_ADDRESS"):
        yield external
        return
    from adapters.temporal import SEARCH_ATTRIBUTES

    with ephemeral_temporal(SEARCH_ATTRIBUTES, inside=in_memory()) as address:
        yield address


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--only-postgres``: for running the suite once more on another PostgreSQL."""
    parser.addoption(
        "--only-postgres", action="store_true", help="only the tests that tell of the PostgreSQL server"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put what takes longest first, and leave out what does not tell of the server when asked for ``--only-postgres``.

    A long test that comes last keeps one process busy while the others have nothing left to do.
    """
    items.sort(key=lambda item: item.path.parent.name not in _LONGEST)
    if not config.getoption("--only-postgres"):
        return
    telling = [item for item in items if _tells_of_postgres(item)]
    config.hook.pytest_deselected(items=[item for item in items if not _tells_of_postgres(item)])
    items[:] = telling


def _tells_of_postgres(item: pytest.Item) -> bool:
    uses = "postgres_binaries" in getattr(item, "fixturenames", ())
    return uses and item.get_closest_marker("any_postgres") is None
