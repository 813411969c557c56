"""Long work on reports in the background: with progress, a bounded number at a time, found again the next day.

What was asked, how far it is and what digest came out is kept in a table that all processes share (migrations 0009 and
0036). A run is carried out by one process at a time; when that ends before the run does, the next one that looks begins
it again. What came out is not kept: it is a value, so a run that is over gives it again, and the digest proves it
(docs/decisions/0029-background-runs.md). What the kinds of runs do is told by services/report_run_kinds.py.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from contextlib import suppress
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

import structlog

from adapters.background_runs import BackgroundRun, BackgroundRuns, Claim, RunState
from domain.ports import StoreUnavailable
from domain.refusals import Refusal
from services.bootstrap import Engine
from services.log_facts import nobody_watches
from services.report_run_kinds import Asked, RunResult, Sealer, carried_out, settled, told_again
from services.report_seals import Seal

AT_A_TIME = 2
MOST_WAITING = 20
MOST_KEPT = 500
RESULTS_IN_MEMORY = 20
LOOK_SECONDS: Final = 5.0
"""How often a process looks for runs that another one has left unfinished."""
PROGRESS_SECONDS: Final = 0.5
PATIENCE_SECONDS: Final = 5.0
"""How long who asks for a result waits while it is counted again; that goes on, and who asks again finds it."""

_log = structlog.get_logger(__name__)


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
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> None:
        self._engine = engine
        self._table = BackgroundRuns(engine.connections, engine.log.schema)
        self._at_a_time = at_a_time
        self._most_waiting = waiting
        self._most_kept = kept
        self._look_seconds = look_seconds
        self._patience_seconds = patience_seconds
        self._woken = asyncio.Event()
        self._looking: asyncio.Task[None] | None = None
        self._own: dict[UUID, asyncio.Task[None]] = {}
        self._results: OrderedDict[UUID, RunResult | Refusal] = OrderedDict()
        self._again: dict[UUID, asyncio.Task[RunResult | Refusal]] = {}
        self._again_at_a_time = asyncio.Semaphore(max(at_a_time, 1))
        self._closed = False

    def start(self) -> None:
        """Carry out runs from now on, also those that another process has left unfinished."""
        if self._looking is None and not self._closed:
            self._looking = asyncio.create_task(self._look())

    async def begin(
        self,
        asked: Asked,
        now: datetime,
        *,
        sealer: Sealer | None = None,
        run_id: UUID | None = None,
    ) -> BackgroundRun | Refusal:
        """Begin a run; a report with ``sealer`` is sealed under the number ``run_id``.

        Asking again under one number gives the run that is there. Refused at once: what ``settled`` refuses, when too
        many wait already, and a number under which something else was asked.
        """
        run = await settled(self._engine, asked, now, run_id or uuid4(), sealer)
        if isinstance(run, Refusal):
            return run
        if not self._closed:
            await self._table.add(run, self._most_waiting, self._most_kept)
        there = await self._table.find(run.run_id)
        if there is None:
            return Refusal(
                "report.too_many_runs",
                "Es warten schon zu viele Berichte; bitte später noch einmal.",
                "Too many reports are waiting; try again later.",
            )
        by_number = isinstance(asked.known_at, int)
        if not there.asks_the_same(run) or (by_number and there.position != run.position):
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

    async def result(self, run_id: UUID) -> RunResult | Refusal:
        """What came out of a run that is done: kept, or counted again and held against its digest.

        Refused: a run that is unknown, was refused or is not done, one that is still being counted again, and what this
        program counts differently or cannot count any more.
        """
        run = await self._table.find(run_id)
        if run is None:
            return no_such_run()
        if run.state is not RunState.DONE or run.digest is None:
            return run.refusal or Refusal(
                "report.run_not_done",
                "Ein Ergebnis dieses Laufs liegt (noch) nicht vor.",
                "There is no result of this run (yet).",
            )
        if (kept := self._results.get(run_id)) is not None:
            self._results.move_to_end(run_id)
            return kept
        # One for all who ask, and none of them ends it by going away.
        if (again := self._again.get(run_id)) is None:
            again = self._again[run_id] = asyncio.create_task(self._count_again(run, run.digest))
            again.add_done_callback(lambda task: self._counted_again(run_id, task))
        await asyncio.wait((again,), timeout=self._patience_seconds)
        return await again if again.done() else being_counted_again()

    async def _count_again(self, run: BackgroundRun, digest: str) -> RunResult | Refusal:
        async with self._again_at_a_time:
            found = await told_again(self._engine, run, digest, nobody_watches)
            return found if isinstance(found, Refusal) or found.digest == digest else _differs(run)

    def _counted_again(self, run_id: UUID, task: asyncio.Task[RunResult | Refusal]) -> None:
        del self._again[run_id]
        if task.cancelled():
            return
        if (error := task.exception()) is not None:
            # Whoever waits for it is told; who asks again has it counted once more.
            _log.error("report_not_counted_again", run=str(run_id), failure=type(error).__name__)
            return
        self._keep(run_id, task.result())

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
        tasks = [*self._own.values(), *self._again.values(), *([self._looking] if self._looking else [])]
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
        """Do what the run asks for, keep what comes out, and return its digest."""
        found = await carried_out(self._engine, run, progress.told)
        if not isinstance(found, Refusal | Seal):
            self._keep(run.run_id, found)
        return found if isinstance(found, Refusal) else found.digest

    def _keep(self, run_id: UUID, result: RunResult | Refusal) -> None:
        self._results[run_id] = result
        self._results.move_to_end(run_id)
        while len(self._results) > RESULTS_IN_MEMORY:
            self._results.popitem(last=False)


def no_such_run() -> Refusal:
    """The refusal of a number under which there is no run."""
    return Refusal(
        "report.run_unknown",
        "Diesen Lauf gibt es nicht (mehr); der Bericht lässt sich jederzeit neu anfordern.",
        "There is no such run (any more); the report can be asked for again at any time.",
    )


def being_counted_again() -> Refusal:
    """The refusal of a result that takes a while to be counted again: it is there for who asks a little later."""
    return Refusal(
        "report.run_counted_again",
        "Das Ergebnis dieses Laufs wird noch einmal gezählt; bitte gleich noch einmal abrufen.",
        "The result of this run is being counted again; ask for it again in a moment.",
    )


def _differs(run: BackgroundRun) -> Refusal:
    return Refusal(
        "report.run_differs",
        f"Dieses Programm zählt heute anders als dieser Lauf (Fassung {run.definition_version}, SHA-256 {run.digest}); "
        "was damals herauskam, gilt weiter. Der Lauf lässt sich neu anfordern.",
        f"This program counts in another way than this run did (version {run.definition_version}, SHA-256 {run.digest}); "
        "what came out then still stands. The run can be asked for again.",
    )


class _Progress:
    def __init__(self) -> None:
        self.done = 0
        self.total = 0

    def told(self, done: int, total: int) -> None:
        self.done, self.total = done, total


async def _ended(task: asyncio.Task[str | Refusal]) -> None:
    task.cancel()
    await asyncio.wait((task,))
