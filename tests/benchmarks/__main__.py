"""``make bench``: every benchmark on servers of its own, and the figures written to docs/benchmarks.md.

A figure is a ratio of two things measured in the same run, side by side; absolute times are shown for orientation
only. ``ARGS=--only append`` runs one part; the page then keeps the others as they were.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from adapters.embedded.throwaway import ephemeral_postgres, ephemeral_temporal
from adapters.migrations import migrate
from adapters.temporal import SEARCH_ATTRIBUTES

PAGE = Path(__file__).resolve().parents[2] / "docs" / "benchmarks.md"
FIGURES = PAGE.with_suffix(".json")

Figures = list[dict[str, Any]]


async def _agenda(dsn: str, temporal: str) -> Figures:
    from tests.benchmarks.agenda_bench import run

    return await run(dsn)


async def _append(dsn: str, temporal: str) -> Figures:
    from tests.benchmarks.append_bench import run

    return await run(dsn)


async def _case(dsn: str, temporal: str) -> Figures:
    from tests.benchmarks.case_bench import run

    await migrate(dsn)
    return await run(dsn)


async def _projection(dsn: str, temporal: str) -> Figures:
    from tests.benchmarks.projection_bench import run

    return await run(dsn)


async def _reports(dsn: str, temporal: str) -> Figures:
    from tests.benchmarks.report_bench import run

    return await run(dsn)


async def _reports_of_70000(dsn: str, temporal: str) -> Figures:
    from tests.benchmarks.report_bench import run_whole

    return await run_whole(dsn)


async def _workflow(dsn: str, temporal: str) -> Figures:
    from tests.benchmarks.workflow_bench import run

    await migrate(dsn)
    return await run(dsn, temporal)


PARTS: dict[str, tuple[str, Callable[[str, str], Awaitable[Figures]]]] = {
    "agenda": ("The agenda of every case computed anew", _agenda),
    "append": ("Appending to the log", _append),
    "case": ("One case: sealing, loading, folding", _case),
    "projection": ("Reading, projecting, rebuilding", _projection),
    "reports": ("Reports over simulated towns", _reports),
    "reports_of_70000": ("Reports over a town of 70,000 participants", _reports_of_70000),
    "workflow": ("A case command through Temporal", _workflow),
}

ON_REQUEST = frozenset({"reports_of_70000"})
"""Parts that take many minutes: run when they are asked for, with ``--only``."""


@contextmanager
def servers() -> Iterator[tuple[str, str]]:
    """A PostgreSQL that really syncs to disk and a Temporal server, both gone afterwards."""
    with (
        ephemeral_postgres(durable=True) as dsn,
        ephemeral_temporal(SEARCH_ATTRIBUTES, durable=True) as temporal,
    ):
        yield dsn, temporal


def page(figures: dict[str, Any]) -> str:
    """The benchmark page as Markdown."""
    lines = [
        "# Benchmarks",
        "",
        "Made by `make bench`. Each figure is the median of at least five interleaved repetitions of the things it",
        "compares, with the lowest and highest in brackets; the machine is shared, so ratios count and times do not.",
        "`kept` says whether the bound of the architecture is kept.",
        "",
    ]
    for name, (title, _) in PARTS.items():
        part = figures.get(name)
        if part is None:
            continue
        lines += [f"## {title}", "", f"Measured {part['when']} on {part['machine']}.", ""]
        lines += ["| figure | median | low | high | bound | kept |", "|---|---|---|---|---|---|"]
        for row in part["figures"]:
            kept = {True: "yes", False: "**no**", None: ""}[row.get("kept")]
            numbers = " | ".join(_number(row.get(key)) for key in ("median", "low", "high"))
            lines.append(f"| {row['name']} | {numbers} | {row.get('bound') or ''} | {kept} |")
        lines.append("")
    return "\n".join(lines)


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def main() -> None:
    """Run the parts asked for and write the page."""
    parser = argparse.ArgumentParser(prog="make bench ARGS=…", description=__doc__)
    parser.add_argument("--only", choices=sorted(PARTS), action="append", help="one part; may be repeated")
    chosen = parser.parse_args().only or [name for name in PARTS if name not in ON_REQUEST]
    figures = json.loads(FIGURES.read_text(encoding="utf-8")) if FIGURES.exists() else {}
    for name in chosen:
        title, run = PARTS[name]
        print(f"{title} …", file=sys.stderr)
        with servers() as (dsn, temporal):
            measured = asyncio.run(_collected(run, dsn, temporal))
        figures[name] = {
            "when": datetime.now(UTC).date().isoformat(),
            "machine": f"{platform.machine()}, {platform.system()}, Python {platform.python_version()}, {os.cpu_count()} cores",
            "figures": measured,
        }
        FIGURES.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
        PAGE.write_text(page(figures), encoding="utf-8")
    print(page(figures))


async def _collected(run: Callable[[str, str], Awaitable[Figures]], dsn: str, temporal: str) -> Figures:
    return await run(dsn, temporal)


if __name__ == "__main__":
    main()
