"""Progress on standard error, at a terminal as a bar; else one line once it is over, where anything was counted."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)

from domain.code_titles import in_language
from domain.path import Title

Report = Callable[[int, int], None]
"""Called with (done, total); total 0 while it is not known."""


_DONE: Final = Title(de="fertig", en="done")


@contextmanager
def progress(title: Title, language: str = "de") -> Iterator[Report]:
    """A progress bar titled ``title``, fed through the yielded function."""
    said = in_language(title, language)
    watched = sys.stderr.isatty()
    bar = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        disable=not watched,
    )
    told = False
    with bar:
        task = bar.add_task(said, total=None)

        def report(done: int, total: int) -> None:
            nonlocal told
            told = True
            bar.update(task, completed=done, total=total or None)

        yield report
    if told and not watched:
        print(f"{said}: {in_language(_DONE, language)}", file=sys.stderr)
