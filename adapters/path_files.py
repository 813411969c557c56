"""Path definitions from their files: the ones we ship, and those of an installation."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from domain.path import InvalidPath, PathDefinition, parse_path
from domain.path_dates import RULES

SHIPPED = Path(__file__).resolve().parent.parent / "domain" / "paths"


def load_paths(folders: Iterable[Path] = (SHIPPED,)) -> tuple[PathDefinition, ...]:
    """All definitions (``*.toml``) in ``folders``.

    Raises InvalidPath naming the file when one is wrong, or when two files define the same id and version.
    """
    found: dict[tuple[str, int], PathDefinition] = {}
    for file in sorted(file for folder in folders for file in folder.glob("*.toml")):
        try:
            path = parse_path(file.read_text(encoding="utf-8"), frozenset(RULES))
        except InvalidPath as error:
            raise InvalidPath(f"{file.name}: {error}") from error
        if (path.id, path.version) in found:
            raise InvalidPath(f"{file.name}: {path.id} version {path.version} is defined twice")
        found[path.id, path.version] = path
    return tuple(found.values())
