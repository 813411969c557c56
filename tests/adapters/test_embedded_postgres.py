"""The embedded PostgreSQL starts, is found again, survives every kind of death, and says plainly what is wrong."""

from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.embedded.errors import EmbeddedError
from adapters.embedded.postgres import EmbeddedPostgres
from adapters.embedded.processes import gone_within, is_running
from tests.adapters.embedded_ground import Child, ask, new_directory, new_postgres, wait_for_initdb
from tests.patience import PATIENCE_SECONDS


@pytest.fixture
def server(postgres_binaries: Path | None) -> Iterator[EmbeddedPostgres]:
    """A server that has never been started."""
    with new_postgres(postgres_binaries) as server:
        yield server


async def test_a_first_start_makes_a_server_and_its_database(server: EmbeddedPostgres) -> None:
    """From nothing to a query in one call, on an event loop as well."""
    started = await server.start_async()
    assert started.started_here
    assert await ask(started.dsn, "select current_database()") == "teilhabe"
    assert await ask(started.dsn, "select lower('ÄÖÜ')") == "äöü"
    assert await ask(started.dsn, "show server_encoding") == "UTF8"
    assert server.status().pid == started.pid


async def test_it_listens_on_loopback_only_and_asks_for_the_password(server: EmbeddedPostgres) -> None:
    """Another user of the machine who finds the port gets nothing."""
    dsn = server.start().dsn
    assert await ask(dsn, "show listen_addresses") == "127.0.0.1"
    assert await ask(dsn, "show unix_socket_directories") == ""
    password = dsn.split(":")[2].partition("@")[0]
    with pytest.raises(Exception, match="password authentication failed"):
        await ask(dsn.replace(password, "guessed"), "select 1")
    password_file = server.state_dir / "postgres-password"
    assert stat.S_IMODE(password_file.stat().st_mode) == 0o600
    assert stat.S_IMODE(server.data_dir.stat().st_mode) == 0o700


def test_a_started_server_commits_durably_unless_it_is_a_throwaway(postgres_binaries: Path | None) -> None:
    """The default keeps what was acknowledged."""
    with new_directory() as directory:
        durable = EmbeddedPostgres(state_dir=directory, binaries=postgres_binaries)
        try:
            dsn = durable.start().dsn
            settings = subprocess.run(
                [*_psql(durable), dsn, "-Atc", "select current_setting('fsync') || current_setting('synchronous_commit')"],
                capture_output=True, text=True, check=True,
            ).stdout.strip()  # fmt: skip
            assert settings == "onon"
        finally:
            durable.stop()


async def test_a_second_start_finds_the_first(server: EmbeddedPostgres) -> None:
    """Nothing is started twice."""
    first = server.start()
    second = server.start()
    assert (second.dsn, second.pid, second.started_here) == (first.dsn, first.pid, False)


async def test_a_restart_keeps_data_and_port(server: EmbeddedPostgres) -> None:
    """An address written down yesterday is still right."""
    first = server.start()
    await ask(first.dsn, "create table kept as select 7 as number")
    assert server.stop()
    assert not server.status().running
    assert not server.stop()
    second = server.start()
    assert second.dsn == first.dsn
    assert await ask(second.dsn, "select number from kept") == 7


async def test_a_taken_port_is_given_up_for_a_free_one(server: EmbeddedPostgres) -> None:
    """Somebody else sits on the port of last time."""
    first = server.start()
    server.stop()
    port = int(first.dsn.rpartition(":")[2].partition("/")[0])
    with socket.socket() as intruder:
        intruder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        intruder.bind(("127.0.0.1", port))
        intruder.listen()
        second = server.start()
        assert second.dsn != first.dsn
        assert await ask(second.dsn, "select 1") == 1


async def test_a_killed_server_comes_back_with_what_it_had_committed(server: EmbeddedPostgres) -> None:
    """SIGKILL to the server itself: its own recovery does the rest."""
    server = replace(server, durable=True)
    first = server.start()
    await ask(first.dsn, "create table kept as select 7 as number")
    os.kill(first.pid, signal.SIGKILL)
    assert gone_within(first.pid, PATIENCE_SECONDS)
    second = server.start()
    assert second.started_here
    assert await ask(second.dsn, "select number from kept") == 7


async def test_a_killed_parent_leaves_a_server_that_the_next_start_finds(
    postgres_binaries: Path | None,
) -> None:
    """SIGKILL to whoever started it: the server goes on, and is used and stopped by the next one."""
    with new_postgres(postgres_binaries) as server:
        parent = Child("postgres", server.state_dir, postgres_binaries)
        said = parent.said()
        parent.kill()
        assert is_running(said["pid"])
        found = server.start()
        assert (found.pid, found.dsn, found.started_here) == (said["pid"], said["where"], False)
        assert await ask(found.dsn, "select 1") == 1


@pytest.mark.parametrize(
    "moment", ["postgres.lock", "postgres-password", "postgres", "postgres/data", "postgres-port"]
)
async def test_a_parent_killed_in_the_middle_of_its_first_start_breaks_nothing(
    postgres_binaries: Path | None, moment: str
) -> None:
    """At whatever step the start dies, the next one ends with a server that works."""
    with new_postgres(postgres_binaries) as server:
        parent = Child("postgres", server.state_dir, postgres_binaries)
        while not (server.state_dir / moment).exists():
            assert parent.process.poll() is None
        parent.kill()
        assert await ask(server.start().dsn, "select 1") == 1
        server.stop()
        wait_for_initdb(server.state_dir.resolve())
        server.start()
        assert [path.name for path in server.data_dir.parent.glob("unfinished-*")] == []


async def test_two_starts_at_the_same_time_make_one_server(postgres_binaries: Path | None) -> None:
    """One wins, the others use what it started."""
    with new_postgres(postgres_binaries) as server:
        children = [Child("postgres", server.state_dir, postgres_binaries) for _ in range(3)]
        said = [child.said() for child in children]
        for child in children:
            child.end()
        assert sorted(answer["started_here"] for answer in said) == [False, False, True]
        assert len({(answer["where"], answer["pid"]) for answer in said}) == 1


async def test_a_process_file_with_the_number_of_a_stranger_is_no_server(server: EmbeddedPostgres) -> None:
    """The machine came back and gave the number to somebody else: he is neither used nor stopped."""
    first = server.start()
    file = server.data_dir / "postmaster.pid"
    lines = file.read_text(encoding="utf-8").splitlines()
    os.kill(first.pid, signal.SIGKILL)
    assert gone_within(first.pid, PATIENCE_SECONDS)
    with subprocess.Popen(["cat"], stdin=subprocess.PIPE) as stranger:
        file.write_text("\n".join([str(stranger.pid), *lines[1:]]) + "\n", encoding="utf-8")
        assert not server.status().running
        assert not server.stop()
        second = server.start()
        assert await ask(second.dsn, "select 1") == 1
        assert stranger.poll() is None


def test_a_throwaway_server_is_gone_when_its_process_is_killed(postgres_binaries: Path | None) -> None:
    """No server and no directory stay behind after a killed test run."""
    with new_directory() as directory:
        state = directory / "state"
        parent = Child("guarded-postgres", state, postgres_binaries)
        pid = parent.said()["pid"]
        parent.kill()
        assert gone_within(pid, PATIENCE_SECONDS)
        while state.exists():
            assert directory.exists()


def test_a_directory_without_the_programs_is_named(tmp_path: Path) -> None:
    """A typing error in TEILHABE_POSTGRES_BIN."""
    with pytest.raises(EmbeddedError, match=r"^TEILHABE_POSTGRES_BIN=.* has no initdb"):
        EmbeddedPostgres(state_dir=tmp_path / "state", binaries=tmp_path).start()
    assert not (tmp_path / "state").exists()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\x7fELF rubbish", "cannot run on this machine"),
        (b"#!/bin/sh\necho 'error: libfoo.so is missing' >&2; exit 127\n", "libfoo.so is missing"),
        (b"#!/bin/sh\nexit 1\n", "no reason given"),
    ],
)
def test_programs_that_do_not_run_are_named(content: bytes, message: str) -> None:
    """The wheel of another platform, a missing library, a broken download."""
    with new_directory() as directory:
        for name in ("initdb", "pg_ctl", "postgres"):
            (directory / name).write_bytes(content)
            (directory / name).chmod(0o755)
        with pytest.raises(EmbeddedError, match=message) as caught:
            EmbeddedPostgres(state_dir=directory / "state", binaries=directory).start()
        assert "\n" not in str(caught.value)


def test_data_of_another_version_is_left_alone(server: EmbeddedPostgres) -> None:
    """Upgrading is somebody's decision, not an accident of the path."""
    server.data_dir.mkdir(parents=True)
    (server.data_dir / "PG_VERSION").write_text("9\n", encoding="utf-8")
    (server.state_dir / "postgres-password").write_text("known\n", encoding="utf-8")
    with pytest.raises(
        EmbeddedError, match=r"was made by PostgreSQL 9, but .* set TEILHABE_POSTGRES_BIN or TEILHABE_HOME"
    ):
        server.start()


def test_a_lost_password_is_said_before_anything_is_touched(server: EmbeddedPostgres) -> None:
    """The data is still there, so no new password is made over it."""
    server.start()
    server.stop()
    (server.state_dir / "postgres-password").unlink()
    with pytest.raises(EmbeddedError, match=r"password .* is gone but the data is there"):
        server.start()


def test_a_broken_configuration_is_told_in_one_line(server: EmbeddedPostgres) -> None:
    """Somebody edited postgresql.conf by hand."""
    server.start()
    server.stop()
    with (server.data_dir / "postgresql.conf").open("a", encoding="utf-8") as file:
        file.write("work_mem = very much\n")
    with pytest.raises(EmbeddedError, match=r"^PostgreSQL did not start: ") as caught:
        server.start()
    assert "\n" not in str(caught.value)


def _psql(server: EmbeddedPostgres) -> list[str]:
    from adapters.embedded.postgres_binaries import find_postgres_binaries

    return [str(find_postgres_binaries(server.binaries) / "psql")]
