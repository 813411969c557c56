"""The files of this project, as the architecture tests look at them."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGES = ("domain", "workflows", "adapters", "services")
FOLDERS = (*PACKAGES, "tests", "infra", "docs", ".ci")
VENDORED = ("services/web/static/vendor",)
"""Files of others that we ship unchanged; our habits do not bind them."""
TEXT = frozenset(
    {".py", ".md", ".toml", ".sql", ".sh", ".yml", ".yaml", ".json", ".txt", ".html", ".css", ".js"}
)
NAMED_TEXT = frozenset({"Makefile", "LICENSE", "Dockerfile", ".gitignore", "run"})


def named(path: Path) -> str:
    """The path as tests print it: from the root, with slashes."""
    return path.relative_to(ROOT).as_posix()


def modules(*folders: str) -> list[Path]:
    """All Python files below ``folders``, in reading order."""
    return [file for folder in folders for file in sorted((ROOT / folder).rglob("*.py")) if _ours(file)]


def documents() -> list[Path]:
    """All Markdown files."""
    return [file for file in texts() if file.suffix == ".md"]


def texts() -> list[Path]:
    """Every text file of the project but the lock file, which names the registry it was resolved from."""
    files = [file for file in ROOT.iterdir() if file.is_file()]
    for folder in FOLDERS:
        files += [file for file in (ROOT / folder).rglob("*") if file.is_file() and _ours(file)]
    return sorted(
        file for file in files if file.name != "uv.lock" and (file.suffix in TEXT or file.name in NAMED_TEXT)
    )


@cache
def parsed(module: Path) -> ast.Module:
    """The syntax tree of ``module``."""
    return ast.parse(module.read_text(encoding="utf-8"), filename=str(module))


def _ours(file: Path) -> bool:
    name = named(file)
    return "__pycache__" not in file.parts and not name.startswith(VENDORED)
