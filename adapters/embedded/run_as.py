"""Under which user a server runs that refuses to run as root, without touching users or rights of the machine."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, unique
from pathlib import Path
from typing import assert_never

from adapters.embedded.errors import EmbeddedError

UNPRIVILEGED_USERS = ("postgres", "nobody")


@unique
class Way(Enum):
    """How a command leaves root behind."""

    AS_WE_ARE = "as we are"
    """Nobody special: the command runs as the caller."""
    OTHER_USER = "other user"
    """An unprivileged user that exists on the machine and can reach the binaries and the directory."""
    USER_NAMESPACE = "user namespace"
    """A namespace in which root is called 1000; outside the files stay with root. Linux, where it is allowed."""
    OTHER_USER_THAT_MAY_PASS = "other user that may pass"  # noqa: S105 - a name, no password
    """As OTHER_USER, but file rights do not stop it. The last resort of a root without namespaces (containers)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunAs:
    """A way and the user id and group id, as seen from outside, that own what the command writes."""

    way: Way
    uid: int
    gid: int

    def run(self, command: Sequence[str | Path]) -> subprocess.CompletedProcess[str]:
        """Run ``command`` to its end and capture what it says, in English; the caller looks at the exit status."""
        arguments = [*self._prefix(), *(str(part) for part in command)]
        if self.way is Way.OTHER_USER:
            return subprocess.run(
                arguments, capture_output=True, text=True, check=False, cwd="/", env=_environment(),
                stdin=subprocess.DEVNULL, user=self.uid, group=self.gid, extra_groups=[],
            )  # fmt: skip
        return subprocess.run(
            arguments, capture_output=True, text=True, check=False, cwd="/", env=_environment(),
            stdin=subprocess.DEVNULL,
        )  # fmt: skip

    def give(self, path: Path) -> None:
        """Make this user the owner of ``path`` and all below it, where it is not already. Needs root."""
        if self.way is Way.AS_WE_ARE:
            return
        for directory, _, files in os.walk(path):
            for entry in (directory, *(os.path.join(directory, name) for name in files)):
                if os.lstat(entry).st_uid != self.uid:
                    os.chown(entry, self.uid, self.gid, follow_symlinks=False)

    def _prefix(self) -> list[str]:
        match self.way:
            case Way.AS_WE_ARE | Way.OTHER_USER:
                return []
            case Way.USER_NAMESPACE:
                return ["unshare", "--user", "--map-user=1000", "--map-group=1000", "--"]
            case Way.OTHER_USER_THAT_MAY_PASS:
                ids = [f"--reuid={self.uid}", f"--regid={self.gid}", "--clear-groups"]
                rights = ["--inh-caps=+dac_override", "--ambient-caps=+dac_override"]
                # PostgreSQL asks access(2) for its own programs, which forgets the right unless told not to.
                return ["setpriv", *ids, "--securebits=+no_setuid_fixup", *rights, "--"]
            case _:
                assert_never(self.way)


def choose_run_as(binary: Path, directory: Path) -> RunAs:
    """The first way that really works for running ``binary`` on ``directory``, which exists and is ours.

    Who is not root runs as they are. As root each way is tried with ``binary --version`` and by writing into the
    directory; the present owner of the directory comes first, so that a restart keeps the user of the first start.
    Raises EmbeddedError when no way works.
    """
    uid, gid = os.geteuid(), os.getegid()
    if uid != 0:
        return RunAs(way=Way.AS_WE_ARE, uid=uid, gid=gid)
    owner_before = directory.stat()
    for candidate in _candidates(owner_before.st_uid, owner_before.st_gid):
        if _works(candidate, binary, directory):
            return candidate
    os.chown(directory, owner_before.st_uid, owner_before.st_gid)
    raise EmbeddedError(
        f"PostgreSQL refuses to run as root, and no other user can reach {binary.parent} and {directory}: "
        "run as an ordinary user, or set DATABASE_URL to a server of your own",
        de=f"PostgreSQL läuft nicht als root, und kein anderer Benutzer erreicht {binary.parent} und {directory}: als "
        "gewöhnlicher Benutzer starten, oder mit DATABASE_URL einen eigenen Server nennen",
    )


def _candidates(owner_uid: int, owner_gid: int) -> list[RunAs]:
    users = [(owner_uid, owner_gid)] if owner_uid != 0 else []
    for name in UNPRIVILEGED_USERS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if (entry.pw_uid, entry.pw_gid) not in users:
            users.append((entry.pw_uid, entry.pw_gid))
    found = [RunAs(way=Way.OTHER_USER, uid=uid, gid=gid) for uid, gid in users]
    if shutil.which("unshare"):
        found.append(RunAs(way=Way.USER_NAMESPACE, uid=0, gid=0))
    if shutil.which("setpriv"):
        found += [RunAs(way=Way.OTHER_USER_THAT_MAY_PASS, uid=uid, gid=gid) for uid, gid in users]
    return found


def _works(candidate: RunAs, binary: Path, directory: Path) -> bool:
    try:
        os.chown(directory, candidate.uid, candidate.gid)
        runs = candidate.run([binary, "--version"]).returncode == 0
        return (
            runs and candidate.run(["/bin/sh", "-c", 'cd "$1" && test -w .', "sh", directory]).returncode == 0
        )
    except (OSError, subprocess.SubprocessError):
        return False


def _environment() -> dict[str, str]:
    """Ours without what would steer PostgreSQL from outside, and with messages in one language."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    return kept | {"LC_ALL": "C", "TZ": "UTC"}
