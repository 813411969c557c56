"""Reports counted and sealed in the background: with progress, a bounded number at a time, found again the next day.

What was asked, how far it is and what digest came out is kept in a table that all processes share (migration 0009). A run
is carried out by one process at a time; when that ends before the run does, the next one that looks begins it again. The
report itself is not kept: it is a value, so a run that is over gives it again, and the digest proves it
(docs/decisions/0029-background-runs.md).
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

import structlog

from adapters.background_runs import BackgroundRun, BackgroundRuns, Claim, RunKind, RunState
from domain.command_handling import CommandContext
from domain.ports import StoreUnavailable
from domain.refusals import Refusal
from services.bootstrap import Engine
from services.report_asking import AskedReport, made_sure
from services.report_seals import seal_report
from services.reports import ReportResult, run_asked

AT_A_TIME = 2
MOST_WAITING = 20
MOST_KEPT = 500
RESULTS_IN_MEMORY = 20
LOOK_SECONDS: Final = 5.0
"""How often a process looks for runs that another one has left unfinished."""
PROGRESS_SECONDS: Final = 0.5

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealer:
    """Who seals; opaque ids."""

    actor: str
    organisation: str


class ReportJobs:
    """The runs of all processes, and the part of them that this one carries out.

    Nothing is carried out before ``start``, which ``begin`` does, too. All methods raise StoreUnavailable.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        at_a_time: int = AT_A_TIME,
        waiting: int = MOST_WAITING,
        kept: int = MOST_KEPT,
        look_seconds: float = LOOK_SECONDS,
    ) -> None:
        self._engine = engine
        self._table = BackgroundRuns(engine.connections, engine.log.schema)
        self._at_a_time = at_a_time
        self._most_waiting = waiting
        self._most_kept = kept
        self._look_seconds = look_seconds
        self._woken = asyncio.Event()
        self._looking: asyncio.Task[None] | None = None
        self._own: dict[UUID, asyncio.Task[None]] = {}
        self._results: OrderedDict[UUID, ReportResult] = OrderedDict()
        self._counting: dict[UUID, asyncio.Lock] = {}
        self._closed = False

    def start(self) -> None:
        """Carry out runs from now on, also those that another process has left unfinished."""
        if self._looking is None and not self._closed:
            self._looking = asyncio.create_task(self._look())

    async def begin(
        self,
        asked: AskedReport,
        now: datetime,
        *,
        sealer: Sealer | None = None,
        run_id: UUID | None = None,
    ) -> BackgroundRun | Refusal:
        """Begin a run; with ``sealer`` one that seals the report under the number ``run_id``.

        Asking again under one number gives the run that is there. Refused at once: what ``made_sure`` refuses, when too
        many wait already, and a number under which something else was asked.
        """
        sure = await made_sure(self._engine, asked, now)
        if isinstance(sure, Refusal):
            return sure
        run = BackgroundRun(
            run_id=run_id or uuid4(),
            kind=RunKind.REPORT if sealer is None else RunKind.SEAL,
            report=sure.definition.name,
            definition_version=sure.definition.version,
            as_of=sure.as_of,
            position=await self._engine.log.head() if sure.position is None else sure.position,
            known_at=asked.known_at if isinstance(asked.known_at, datetime) else None,
            parameters=dict(asked.parameters),
            asked_at=now,
            actor=None if sealer is None else sealer.actor,
            organisation=None if sealer is None else sealer.organisation,
        )
        if not self._closed:
            await self._table.add(run, self._most_waiting, self._most_kept)
        there = await self._table.find(run.run_id)
        if there is None:
            return Refusal(
                "report.too_many_runs",
                "Es warten schon zu viele Berichte; bitte später noch einmal.",
                "Too many reports are waiting; try again later.",
            )
        if not there.asks_the_same(run):
            return Refusal(
                "report.run_other",
                "Unter dieser Nummer wurde schon etwas anderes angefordert.",
                "Something else was asked for under this number already.",
            )
        self.start()
        self._woken.set()
        return there

    async def find(self, run_id: UUID) -> BackgroundRun | None:
        """A run that is still known."""
        return await self._table.find(run_id)

    async def latest(self, most: int) -> list[BackgroundRun]:
        """The latest runs, the newest first."""
        return await self._table.latest(most)

    async def result(self, run_id: UUID) -> ReportResult | Refusal:
        """The report of a run that is done: kept, or counted again and held against its digest.

        Refused: a run that is unknown, was refused or is not done, and a report that this program counts differently.
        """
        run = await self._table.find(run_id)
        if run is None:
            return no_such_run()
        if run.state is not RunState.DONE:
            return run.refusal or Refusal(
                "report.run_not_done",
                "Dieser Bericht liegt (noch) nicht vor.",
                "There is no report of this run (yet).",
            )
        async with self._counting.setdefault(run_id, asyncio.Lock()):
            kept = self._results.get(run_id)
            again = kept or await run_asked(self._engine, _question(run), now=run.asked_at)
            if isinstance(again, ReportResult) and again.digest == run.digest:
                self._keep(run, again)
                return self._results[run_id]
        return Refusal(
            "report.run_differs",
            f"Dieses Programm zählt den Bericht heute anders als dieser Lauf (Fassung {run.definition_version}); "
            "er lässt sich neu anfordern.",
            f"This program counts the report in another way than this run did (version {run.definition_version}); "
            "it can be asked for again.",
        )

    async def cancel(self, run_id: UUID) -> BackgroundRun | None:
        """Cancel a run, whoever carries it out; one that is over stays as it is."""
        await self._table.cancel(run_id)
        self.start()
        self._woken.set()
        if (own := self._own.get(run_id)) is not None:
            own.cancel()
            await asyncio.wait((own,))
        run = await self._table.find(run_id)
        if run is not None and not run.over and (claim := await self._table.claimed(run_id)) is not None:
            # Nobody had begun it.
            try:
                await claim.over(RunState.CANCELLED)
            finally:
                await claim.release()
            run = await self._table.find(run_id)
        return run

    async def close(self) -> None:
        """Leave what runs to another process, or to the next one; no run begins any more."""
        self._closed = True
        tasks = [*self._own.values(), *([self._looking] if self._looking else [])]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    async def _look(self) -> None:
        """Take up whatever is not over, the oldest first, as long as there is a place."""
        while not self._closed:
            self._woken.clear()
            try:
                for run_id in await self._table.open():
                    if len(self._own) >= self._at_a_time:
                        break
                    if run_id not in self._own and (claim := await self._table.claimed(run_id)) is not None:
                        self._own[run_id] = asyncio.create_task(self._carry_out(claim, run_id))
            except StoreUnavailable as error:
                _log.warning("report_runs_unavailable", failure=str(error))
            # Not wait_for: cancelled in the moment of being woken, it would go on (CPython issue 86296).
            with suppress(TimeoutError):
                async with asyncio.timeout(self._look_seconds):
                    await self._woken.wait()

    async def _carry_out(self, claim: Claim, run_id: UUID) -> None:
        try:
            run = await claim.begun()
            if run is not None:
                await self._count(claim, run)
        except Exception as error:
            # The store is away, most likely: the run stays as it is and is taken up again.
            _log.error("report_run_broken_off", run=str(run_id), failure=type(error).__name__)
        finally:
            await claim.release()
            del self._own[run_id]
            self._woken.set()

    async def _count(self, claim: Claim, run: BackgroundRun) -> None:
        counting = asyncio.create_task(self._digest(run, progress := _Progress()))
        try:
            while not counting.done():
                if not await claim.progress(progress.done, progress.total):
                    await _ended(counting)
                    await claim.over(RunState.CANCELLED)
                    return
                await asyncio.wait((counting,), timeout=PROGRESS_SECONDS)
            found = await counting
        except asyncio.CancelledError:
            await _ended(counting)
            if not self._closed:
                await claim.over(RunState.CANCELLED)
            raise
        except StoreUnavailable:
            raise
        except Exception as error:
            # Never the text: it may quote what could not be counted.
            _log.error("report_failed", report=run.report, failure=type(error).__name__)
            await claim.over(RunState.FAILED)
            return
        finally:
            await _ended(counting)
        if isinstance(found, Refusal):
            await claim.over(RunState.REFUSED, refusal=found)
        else:
            await claim.progress(progress.total, progress.total)
            await claim.over(RunState.DONE, digest=found)

    async def _digest(self, run: BackgroundRun, progress: _Progress) -> str | Refusal:
        """Do what the run asks for, and return the digest of the report."""
        if run.kind is RunKind.SEAL:
            assert run.actor is not None  # noqa: S101 # of every run that seals
            assert run.organisation is not None  # noqa: S101 # of every run that seals
            context = CommandContext(command_id=run.run_id, actor=run.actor, organisation=run.organisation)
            seal = await seal_report(
                self._engine, _question(run), run.run_id, context, run.asked_at, progress=progress.told
            )
            return seal if isinstance(seal, Refusal) else seal.digest
        result = await run_asked(self._engine, _question(run), now=run.asked_at, progress=progress.told)
        if isinstance(result, Refusal):
            return result
        self._keep(run, result)
        return result.digest

    def _keep(self, run: BackgroundRun, result: ReportResult) -> None:
        self._results[run.run_id] = replace(result, known_at=run.known_at)
        self._results.move_to_end(run.run_id)
        while len(self._results) > RESULTS_IN_MEMORY:
            self._counting.pop(self._results.popitem(last=False)[0], None)


def no_such_run() -> Refusal:
    """The refusal of a number under which there is no run."""
    return Refusal(
        "report.run_unknown",
        "Diesen Lauf gibt es nicht (mehr); der Bericht lässt sich jederzeit neu anfordern.",
        "There is no such run (any more); the report can be asked for again at any time.",
    )


class _Progress:
    def __init__(self) -> None:
        self.done = 0
        self.total = 0

    def told(self, done: int, total: int) -> None:
        self.done, self.total = done, total


def _question(run: BackgroundRun) -> AskedReport:
    """What was asked, with the position that was settled then."""
    return AskedReport(
        name=run.report, as_of=run.as_of, known_at=run.position, parameters=dict(run.parameters)
    )


async def _ended(task: asyncio.Task[str | Refusal]) -> None:
    task.cancel()
    await asyncio.wait((task,))
