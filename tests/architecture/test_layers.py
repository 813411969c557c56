"""The dependency rule: services on adapters and workflows, both on the domain, the domain on the standard library."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.tree import PACKAGES, ROOT

LINTER = Path(sys.executable).with_name("lint-imports")


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run import-linter with the contracts of pyproject.toml on the packages in ``folder``."""
    return subprocess.run(
        [LINTER, "--no-cache", "--config", folder / "pyproject.toml"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def test_no_layer_knows_one_above_or_beside_it() -> None:
    """The contracts in pyproject.toml are kept."""
    linted = lint(ROOT)
    assert linted.returncode == 0, linted.stdout + linted.stderr


def tree_with(folder: Path, module: str, line: str) -> Path:
    """Four packages of one empty module each under our contracts; ``line`` is the only code, in ``module``."""
    (folder / "pyproject.toml").write_bytes((ROOT / "pyproject.toml").read_bytes())
    for package, name in zip(PACKAGES, ("rule", "flow", "store", "page"), strict=True):
        (folder / package).mkdir()
        (folder / package / "__init__.py").touch()
        (folder / package / f"{name}.py").touch()
    (folder / module).write_text(f"{line}\n")
    return folder


def test_imports_downwards_are_allowed(tmp_path: Path) -> None:
    """The small tree below breaks no contract by itself."""
    linted = lint(
        tree_with(tmp_path, "services/page.py", "import adapters.store, workflows.flow, domain.rule")
    )
    assert linted.returncode == 0, linted.stdout + linted.stderr


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("domain/rule.py", "import adapters.store"),
        ("domain/rule.py", "import asyncpg"),
        ("workflows/flow.py", "import adapters.store"),
        ("adapters/store.py", "import workflows.flow"),
        ("adapters/store.py", "import services.page"),
    ],
)
def test_an_import_against_the_rule_is_found(tmp_path: Path, module: str, line: str) -> None:
    """The same contracts fail on a tree with one wrong import, so they are not asleep."""
    linted = lint(tree_with(tmp_path, module, line))
    assert linted.returncode == 1, linted.stdout + linted.stderr
    assert "BROKEN" in linted.stdout
