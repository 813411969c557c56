"""Numbered SQL files run once, in order, also when several ask at once; what ran is never edited."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import asyncpg
import pytest

from adapters.migrations import (
    SQL_FOLDER,
    MigrationRefused,
    checked_schema,
    migrate,
    migrations,
    pending,
)
from domain.ports import StoreUnavailable


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two migrations that build on each other."""
    (tmp_path / "0001_first.sql").write_text("create table first (id integer primary key);")
    (tmp_path / "0002_second.sql").write_text("insert into first values (1); create table second ();")
    return tmp_path


async def tables(dsn: str, schema: str) -> set[str]:
    connection = await asyncpg.connect(dsn)
    rows = await connection.fetch("select tablename from pg_tables where schemaname = $1", schema)
    await connection.close()
    return {row["tablename"] for row in rows}


async def test_each_file_runs_once(empty_database: str, folder: Path) -> None:
    """A second call finds nothing to do; pending says beforehand what a call would do."""
    assert await pending(empty_database, sources=[folder]) == ["0001_first.sql", "0002_second.sql"]
    assert await tables(empty_database, "teilhabe") == set()
    assert await migrate(empty_database, sources=[folder]) == ["0001_first.sql", "0002_second.sql"]
    assert await tables(empty_database, "teilhabe") == {"first", "second", "migrations"}
    assert await pending(empty_database, sources=[folder]) == []
    assert await migrate(empty_database, sources=[folder]) == []


async def test_a_later_file_is_added(empty_database: str, folder: Path) -> None:
    """Only what is new runs."""
    await migrate(empty_database, sources=[folder])
    (folder / "0003_third.sql").write_text("create table third ();")
    assert await migrate(empty_database, sources=[folder]) == ["0003_third.sql"]


async def test_several_at_once_apply_each_file_once(empty_database: str, folder: Path) -> None:
    """One works, the others wait for it."""
    applied = await asyncio.gather(*[migrate(empty_database, sources=[folder]) for _ in range(6)])
    assert sorted(applied) == [[]] * 5 + [["0001_first.sql", "0002_second.sql"]]


async def test_schemas_do_not_know_each_other(empty_database: str, folder: Path) -> None:
    """The same files make a second set of tables beside the first."""
    await migrate(empty_database, "one", [folder])
    assert await migrate(empty_database, "two", [folder]) == ["0001_first.sql", "0002_second.sql"]
    assert await tables(empty_database, "two") == {"first", "second", "migrations"}


async def test_a_changed_file_is_refused(empty_database: str, folder: Path) -> None:
    """One added blank is enough."""
    await migrate(empty_database, sources=[folder])
    with (folder / "0001_first.sql").open("a") as file:
        file.write(" ")
    with pytest.raises(MigrationRefused, match=r"0001_first.sql was changed"):
        await migrate(empty_database, sources=[folder])
    with pytest.raises(MigrationRefused, match=r"0001_first.sql was changed"):
        await pending(empty_database, sources=[folder])


async def test_a_missing_file_is_refused(empty_database: str, folder: Path) -> None:
    """Old code does not work on a newer database."""
    await migrate(empty_database, sources=[folder])
    (folder / "0002_second.sql").unlink()
    with pytest.raises(MigrationRefused, match=r"0002_second.sql was applied"):
        await migrate(empty_database, sources=[folder])


async def test_a_file_before_the_last_applied_is_refused(empty_database: str, folder: Path) -> None:
    """Two branches that took the same time to merge must be put in order by a person."""
    (folder / "0002_second.sql").rename(folder / "0005_second.sql")
    await migrate(empty_database, sources=[folder])
    (folder / "0004_late.sql").write_text("create table late ();")
    with pytest.raises(MigrationRefused, match=r"0004_late.sql comes before 0005_second.sql"):
        await migrate(empty_database, sources=[folder])


async def test_a_failing_file_leaves_nothing_of_itself(empty_database: str, folder: Path) -> None:
    """What ran before it stays, and the message names the file."""
    (folder / "0003_bad.sql").write_text("create table half (); select 1 / 0;")
    with pytest.raises(MigrationRefused, match=r"0003_bad.sql: division by zero"):
        await migrate(empty_database, sources=[folder])
    assert await tables(empty_database, "teilhabe") == {"first", "second", "migrations"}
    assert await pending(empty_database, sources=[folder]) == ["0003_bad.sql"]


async def test_a_lock_is_not_waited_for_without_end(
    empty_database: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody reads the table for a long time: the migration gives up instead of stopping everyone behind it."""
    await migrate(empty_database, sources=[folder])
    (folder / "0003_alter.sql").write_text("alter table first add column more integer;")
    monkeypatch.setattr("adapters.migrations.LOCK_TIMEOUT", "50ms")
    reader = await asyncpg.connect(empty_database)
    try:
        async with reader.transaction():
            await reader.fetch("select * from teilhabe.first")
            with pytest.raises(MigrationRefused, match=r"0003_alter.sql: .*lock timeout"):
                await migrate(empty_database, sources=[folder])
    finally:
        await reader.close()
    assert await migrate(empty_database, sources=[folder]) == ["0003_alter.sql"]


async def test_a_database_that_is_away_is_one_clear_line() -> None:
    """No stack of driver errors."""
    with pytest.raises(StoreUnavailable, match=r"^the database cannot be reached: .*$") as refused:
        await migrate("postgresql://nobody@127.0.0.1:1/nothing")
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "name", ["first.sql", "1_first.sql", "0001_First.sql", "0001-first.sql", "0001_.sql"]
)
def test_names_that_do_not_order_are_refused(tmp_path: Path, name: str) -> None:
    """Four digits, then what it makes, in small letters."""
    (tmp_path / name).write_text("")
    with pytest.raises(MigrationRefused, match="is not named"):
        migrations(tmp_path)


def test_two_files_with_one_number_are_refused(folder: Path) -> None:
    """Otherwise the alphabet would decide."""
    (folder / "0002_other.sql").write_text("")
    with pytest.raises(MigrationRefused, match="has the same number"):
        migrations(folder)


@pytest.mark.parametrize("schema", ["", "Teilhabe", "1st", "a-b", "a;drop", 'a"b', "a" * 41])
def test_schema_names_that_need_quotes_are_refused(schema: str) -> None:
    """The name is put into statements as it is."""
    with pytest.raises(ValueError, match="not a usable schema name"):
        checked_schema(schema)


def test_the_longest_schema_name_is_taken() -> None:
    """Forty characters leave room for the names of channels."""
    assert checked_schema("a" * 40) == "a" * 40


def test_our_own_files_say_what_they_make() -> None:
    """Every migration that is shipped begins with a sentence for the reader."""
    ours = migrations(SQL_FOLDER) + migrations(SQL_FOLDER / "eventsourcing")
    assert len(ours) >= 2
    for migration in ours:
        assert re.match(r"-- .+\n", migration.sql), migration.name
