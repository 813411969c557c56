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
    (tmp_path / "pyproject.toml").write_bytes((ROOT / "pyproject.toml").read_bytes())
    for package, name in zip(PACKAGES, ("rule", "flow", "store", "page"), strict=True):
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").touch()
        (tmp_path / package / f"{name}.py").touch()
    assert lint(tmp_path).returncode == 0
    (tmp_path / module).write_text(f"{line}\n")
    linted = lint(tmp_path)
    assert linted.returncode == 1, linted.stdout + linted.stderr
    assert "BROKEN" in linted.stdout
