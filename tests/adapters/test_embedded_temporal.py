"""The embedded Temporal starts, is found again, keeps its workflows, and says plainly what is wrong."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest
from temporalio.client import Client

from adapters.embedded.errors import EmbeddedError
from adapters.embedded.processes import gone_within, is_running
from adapters.embedded.temporal import EmbeddedTemporal
from adapters.embedded.temporal_probe import SearchAttributeType, answers, register_search_attributes
from tests.adapters.embedded_ground import Child
from tests.patience import PATIENCE_SECONDS

ATTRIBUTES = {"TeilhabeStage": SearchAttributeType.KEYWORD, "TeilhabeRule": SearchAttributeType.KEYWORD_LIST}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedTemporal]:
    """A server that has never been started; stopped at the end."""
    server = EmbeddedTemporal(state_dir=tmp_path / "state", search_attributes=ATTRIBUTES)
    try:
        yield server
    finally:
        server.stop()


@pytest.mark.parametrize("kind", SearchAttributeType)
def test_a_kind_of_search_attribute_has_the_number_that_temporal_gives_it(kind: SearchAttributeType) -> None:
    """They are written down, so that asking for no server loads no client."""
    assert kind.value == IndexedValueType.Value(f"INDEXED_VALUE_TYPE_{kind.name}")


async def test_a_first_start_answers_and_knows_our_search_attributes(server: EmbeddedTemporal) -> None:
    """From nothing to a namespace that takes workflows, with its page for people."""
    started = await server.start_async()
    assert started.started_here
    assert started.ui_url is not None
    client = await Client.connect(started.address)
    known = await client.operator_service.list_search_attributes(
        ListSearchAttributesRequest(namespace="default")
    )
    assert {name: known.custom_attributes[name] for name in ATTRIBUTES} == {
        name: kind.value for name, kind in ATTRIBUTES.items()
    }
    assert server.status().address == started.address


async def test_a_namespace_of_ones_own_is_made(tmp_path: Path) -> None:
    """TEMPORAL_NAMESPACE works with the embedded server too."""
    server = EmbeddedTemporal(
        state_dir=tmp_path / "state", namespace="teilhabe", search_attributes=ATTRIBUTES, ui=False
    )
    try:
        started = server.start()
        assert started.ui_url is None
        assert answers(started.address, "teilhabe")
        assert not answers(started.address, "somebody-elses")
    finally:
        server.stop()


def test_it_listens_on_loopback_only(server: EmbeddedTemporal) -> None:
    """No port of the server is open to the network."""
    pid = server.start().pid
    table = Path(f"/proc/{pid}/net/tcp")
    if not table.exists():
        pytest.skip("needs /proc to see the ports of another process")
    ours = {os.readlink(link) for link in Path(f"/proc/{pid}/fd").iterdir() if link.is_symlink()}
    rows = [row.split() for name in ("tcp", "tcp6") for row in _rows(Path(f"/proc/{pid}/net/{name}"))]
    listening = [row[1].partition(":")[0] for row in rows if row[3] == "0A" and f"socket:[{row[9]}]" in ours]
    assert len(listening) >= 2
    assert set(listening) == {"0100007F"}


async def test_a_killed_server_keeps_its_workflows_and_its_address(server: EmbeddedTemporal) -> None:
    """SIGKILL to the server itself: what it had acknowledged is there at the next start."""
    first = server.start()
    client = await Client.connect(first.address)
    await client.start_workflow(
        "Sleeping", id="case/1", task_queue="nobody-listens", memo={"stage": "intake"}
    )
    os.kill(first.pid, signal.SIGKILL)
    assert gone_within(first.pid, PATIENCE_SECONDS)
    second = server.start()
    assert second.started_here
    assert second.address == first.address
    description = await (await Client.connect(second.address)).get_workflow_handle("case/1").describe()
    assert description.workflow_type == "Sleeping"
    assert await description.memo() == {"stage": "intake"}


async def test_a_stopped_server_keeps_its_workflows(server: EmbeddedTemporal) -> None:
    """An orderly restart."""
    client = await Client.connect(server.start().address)
    await client.start_workflow("Sleeping", id="case/1", task_queue="nobody-listens")
    assert server.stop()
    assert not server.status().running
    assert not server.stop()
    client = await Client.connect(server.start().address)
    assert (await client.get_workflow_handle("case/1").describe()).workflow_type == "Sleeping"


def test_a_killed_parent_leaves_a_server_that_the_next_start_finds(tmp_path: Path) -> None:
    """SIGKILL to whoever started it: the server goes on, and is used and stopped by the next one."""
    server = EmbeddedTemporal(state_dir=tmp_path / "state", ui=False)
    parent = Child("temporal", server.state_dir, None)
    said = parent.said()
    parent.kill()
    try:
        assert is_running(said["pid"])
        found = server.start()
        assert (found.pid, found.address, found.started_here) == (said["pid"], said["where"], False)
    finally:
        server.stop()
    assert not is_running(said["pid"])


@pytest.mark.parametrize(
    "moment", ["temporal.lock", "temporal/ports", "temporal/server.pid", "temporal/temporal.db"]
)
def test_a_parent_killed_in_the_middle_of_its_first_start_breaks_nothing(tmp_path: Path, moment: str) -> None:
    """At whatever step the start dies, the next one ends with a server that answers."""
    server = EmbeddedTemporal(state_dir=tmp_path / "state", ui=False)
    parent = Child("temporal", server.state_dir, None)
    while not (server.state_dir / moment).exists():
        assert parent.process.poll() is None
    parent.kill()
    try:
        assert answers(server.start().address, "default")
    finally:
        server.stop()


@pytest.mark.parametrize("made", ["", "create table namespaces (name text)", "create table shards (id int)"])
def test_a_database_that_a_killed_start_left_half_made_is_made_anew(
    server: EmbeddedTemporal, made: str
) -> None:
    """No table yet, some of them, or all of them and no namespace: nothing was ever in it."""
    server.db_file.parent.mkdir(parents=True)
    with closing(sqlite3.connect(server.db_file)) as connection:
        connection.executescript(made)
    server.db_file.touch()
    assert answers(server.start().address, "default")


def test_a_server_whose_number_was_never_written_down_is_found(server: EmbeddedTemporal) -> None:
    """A start that was killed between the spawning and the note leaves a server that holds the database."""
    started = server.start()
    notes = [f for f in server.db_file.parent.iterdir() if f.read_bytes()[:20].strip() == b"%d" % started.pid]
    assert len(notes) == 1
    notes[0].unlink()
    again = server.start()
    assert (again.pid, again.address, again.started_here) == (started.pid, started.address, False)
    assert server.stop()


def test_a_server_that_a_start_could_not_see_yet_is_ended(
    server: EmbeddedTemporal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Forked by a start that was killed, and not yet the program it shall be when the next one looks: one file has one
    server."""
    unseen = server.start()
    with monkeypatch.context() as moment:
        moment.setattr(EmbeddedTemporal, "_found_running", lambda _: None)
        moment.setattr(EmbeddedTemporal, "_stray", lambda _: None)
        started = server.start()
    assert started.started_here
    assert answers(started.address, "default")
    assert not is_running(unseen.pid)
    assert server.status().pid == started.pid


def test_two_starts_at_the_same_time_make_one_server(tmp_path: Path) -> None:
    """One wins, the other uses what it started."""
    server = EmbeddedTemporal(state_dir=tmp_path / "state", ui=False)
    children = [Child("temporal", server.state_dir, None) for _ in range(2)]
    said = [child.said() for child in children]
    for child in children:
        child.end()
    try:
        assert sorted(answer["started_here"] for answer in said) == [False, True]
        assert len({(answer["where"], answer["pid"]) for answer in said}) == 1
    finally:
        server.stop()


def test_a_taken_port_is_given_up_for_a_free_one(server: EmbeddedTemporal) -> None:
    """Somebody else sits on the port of last time."""
    first = server.start()
    server.stop()
    with socket.socket() as intruder:
        intruder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        intruder.bind(("127.0.0.1", int(first.address.rpartition(":")[2])))
        intruder.listen()
        second = server.start()
        assert second.address != first.address
        assert answers(second.address, "default")


def test_a_process_file_with_the_number_of_a_stranger_is_no_server(server: EmbeddedTemporal) -> None:
    """The machine came back and gave the number to somebody else: he is neither used nor stopped."""
    server.start()
    server.stop()
    with subprocess.Popen(["cat"], stdin=subprocess.PIPE) as stranger:
        (server.db_file.with_name("server.pid")).write_text(f"{stranger.pid}\n", encoding="utf-8")
        assert not server.status().running
        assert not server.stop()
        assert server.start().started_here
        assert stranger.poll() is None


def test_a_file_that_is_no_database_is_told_in_one_line(server: EmbeddedTemporal) -> None:
    """Something overwrote the file."""
    server.db_file.parent.mkdir(parents=True)
    server.db_file.write_bytes(b"this is no database, and longer than a header of one would be" * 40)
    with pytest.raises(EmbeddedError, match=r"^Temporal did not start: .*not a database") as caught:
        server.start()
    assert "\n" not in str(caught.value)


def test_a_missing_program_is_named(tmp_path: Path) -> None:
    """A typing error in TEILHABE_TEMPORAL_BIN."""
    with pytest.raises(EmbeddedError, match=r"^TEILHABE_TEMPORAL_BIN=.* is no program"):
        EmbeddedTemporal(state_dir=tmp_path / "state", binary=tmp_path / "temporal").start()


async def test_a_search_attribute_of_another_type_is_refused(server: EmbeddedTemporal) -> None:
    """Nothing is silently searched as what it is not."""
    address = server.start().address
    with pytest.raises(EmbeddedError, match="TeilhabeStage with another type"):
        await register_search_attributes(address, "default", {"TeilhabeStage": SearchAttributeType.INT})


async def test_an_address_where_nobody_answers_is_named() -> None:
    """TEMPORAL_ADDRESS points into the void."""
    with pytest.raises(EmbeddedError, match=r"^Temporal at 127\.0\.0\.1:1 does not answer"):
        await register_search_attributes("127.0.0.1:1", "default", ATTRIBUTES)
    assert not answers("127.0.0.1:1", "default")


def _rows(table: Path) -> list[str]:
    return table.read_text(encoding="utf-8").splitlines()[1:]
