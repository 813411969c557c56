"""Drilling down from a cell of a report: the index of the last few reports is kept, so that every click but the first is quick."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

import structlog

from domain.refusals import Refusal
from domain.reports.drill import WHOLE, Drill, Page
from domain.reports.drill_pages import DrillPages
from domain.reports.evidence import CellRef
from services.bootstrap import Engine
from services.garbage import paused, uncollected
from services.log_facts import Progress, nobody_watches
from services.report_asking import AskedReport, SureReport, made_sure, unknown_to
from services.reports import facts_at

MOST_KEPT: Final = 2
"""Of how many reports the facts are kept that drill-downs are counted from."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillResult:
    """A drill-down with the position of the log it was made at."""

    drill: Drill
    as_of: date
    position: int


async def drill_down(
    engine: Engine,
    asked: AskedReport,
    cell: CellRef,
    page: Page = WHOLE,
    *,
    now: datetime | None = None,
    memory: DrillMemory | None = None,
    progress: Progress = nobody_watches,
) -> DrillResult | Refusal:
    """From a cell to the cases and entries that make it. Refused as ``run_asked``, and for a cell that is not there.

    With ``memory`` the next drill-down into the same report, known at the same position, counts the people of its page
    alone. ``progress`` hears of entries only where the log must be read. Raises StoreUnavailable, UnreadableStream.
    """
    sure = await made_sure(engine, asked, now)
    if isinstance(sure, Refusal):
        return sure
    memory = memory or DrillMemory()
    kept = await memory.report(engine, sure)
    async with kept.turn:
        pages = kept.pages or await _read(engine, sure, kept, progress)
        drilled = pages if isinstance(pages, Refusal) else await asyncio.to_thread(_paged, pages, cell, page)
    if isinstance(drilled, Refusal):
        return drilled
    return DrillResult(drill=drilled, as_of=sure.as_of, position=kept.position)


@dataclass(slots=True, kw_only=True)
class KeptReport:
    """A report that is drilled into: one question has its turn at a time."""

    position: int
    pages: DrillPages | None = None
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


class DrillMemory:
    """The reports drilled into last, each as of one position of the log; one memory for all of a process."""

    def __init__(self, most: int = MOST_KEPT) -> None:
        self._most = most
        self._kept: OrderedDict[Hashable, KeptReport] = OrderedDict()
        self._preparing: asyncio.Task[None] | None = None
        self._closed = False

    @property
    def kept(self) -> list[KeptReport]:
        """The reports kept, the one asked for last at the end."""
        return list(self._kept.values())

    async def report(self, engine: Engine, sure: SureReport) -> KeptReport:
        """The report asked for: kept, or to be read by whoever has the first turn."""
        position = await engine.store.head() if sure.position is None else sure.position
        name = (
            sure.definition.name,
            sure.definition.version,
            sure.as_of,
            position,
            frozenset(sure.parameters.items()),
        )
        kept = self._kept.setdefault(name, KeptReport(position=position))
        self._kept.move_to_end(name)
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)
        return kept

    def prepare(self, engine: Engine, asked: AskedReport, now: datetime | None = None) -> None:
        """Begin to read and index a report that was run just now, so that even the first click into it is quick.

        Of what was begun before nothing more is indexed. A drill-down waits for the table that is being indexed at most.
        """
        if self._closed:
            return
        if self._preparing is not None:
            self._preparing.cancel()
        self._preparing = asyncio.create_task(self._prepared(engine, asked, now))

    async def prepared(self) -> None:
        """Wait until what was begun is done."""
        if self._preparing is not None:
            await asyncio.wait((self._preparing,))

    async def close(self) -> None:
        """Prepare nothing any more."""
        self._closed = True
        if self._preparing is not None:
            self._preparing.cancel()
            await asyncio.wait((self._preparing,))

    async def _prepared(self, engine: Engine, asked: AskedReport, now: datetime | None) -> None:
        try:
            sure = await made_sure(engine, asked, now)
            if isinstance(sure, Refusal):
                return
            kept = await self.report(engine, sure)
            for table in sure.definition.tables:
                async with kept.turn:
                    pages = kept.pages or await _read(engine, sure, kept)
                    if isinstance(pages, Refusal):
                        return
                    await asyncio.to_thread(_indexed, pages, table.id)
        except Exception as error:
            # Whoever drills down is told; here nobody waits for it. Never the text: it may quote what was counted.
            _log.warning("drill_not_prepared", report=asked.name, failure=type(error).__name__)


async def _read(
    engine: Engine, sure: SureReport, kept: KeptReport, progress: Progress = nobody_watches
) -> DrillPages | Refusal:
    """Read what the report is counted from, at its position."""
    with uncollected():
        facts, kept.position = await facts_at(
            engine, sure.as_of, kept.position, progress, evidence=True, needs=sure.definition.needs
        )
        if refusal := unknown_to(facts, sure):
            return refusal
        kept.pages = DrillPages(sure.definition, facts, sure.as_of, sure.parameters)
    return kept.pages


def _paged(pages: DrillPages, cell: CellRef, page: Page) -> Drill | Refusal:
    if not pages.indexed(cell.table):
        _indexed(pages, cell.table)
    with paused():
        return pages.page(cell, page)


def _indexed(pages: DrillPages, table: str) -> None:
    """Index a table; with the facts it is kept, and need not be walked by a collector again and again."""
    with uncollected():
        pages.prepare([table])
