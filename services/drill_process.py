"""Drill-downs counted in a process of their own, so that whoever serves others is not held up by them.

That process reads a report, indexes it and keeps it: seconds of work in a large town, in which a thread beside the loop
would hold up every other request. Questions go to it through its standard input and answers come back through its
standard output, pickled. It is begun by the first question, begun again when it has died, and ends when its input does.
It opens no personal box, so it is given no key.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import pickle
import secrets
import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Final

import structlog

from adapters.key_wrapping import KEK_BYTES
from domain.refusals import Refusal
from domain.reports.drill import WHOLE, Page
from domain.reports.evidence import CellRef
from services.bootstrap import Engine, open_engine
from services.report_asking import AskedReport
from services.report_drilling import DrillMemory, DrillResult, drill_down
from services.work_processes import WorkFailed

_ROOT: Final = Path(__file__).resolve().parent.parent
_SIZE_BYTES: Final = 8
"""Before each message stands how many bytes it has."""
ENDING_SECONDS: Final = 1.0
"""How long the process may take to end by itself; it has nothing to lose."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Question:
    """A cell to be drilled into, or without one a report to be got ready."""

    number: int
    asked: AskedReport
    now: datetime | None
    cell: CellRef | None = None
    page: Page = WHOLE


class DrillProcess:
    """Where drill-downs are asked for; of one event loop."""

    def __init__(self, database_url: str) -> None:
        self._database_url = database_url
        self._process: asyncio.subprocess.Process | None = None
        self._listening: asyncio.Task[None] | None = None
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._numbers = itertools.count(1)
        self._beginning = asyncio.Lock()
        self._preparing: set[asyncio.Task[None]] = set()
        self._closed = False

    @property
    def pid(self) -> int | None:
        """The id of the process, None while there is none."""
        return None if self._process is None or self._process.returncode is not None else self._process.pid

    async def drill_down(
        self, asked: AskedReport, cell: CellRef, page: Page = WHOLE, *, now: datetime | None = None
    ) -> DrillResult | Refusal:
        """``services.report_drilling.drill_down`` there: the same answers and refusals, and what that raises.

        Raises WorkFailed when the process has died twice over this question.
        """
        question = _Question(number=next(self._numbers), asked=asked, now=now, cell=cell, page=page)
        try:
            found = await self._answer(question)
        except WorkFailed:
            found = await self._answer(question)
        assert isinstance(found, (DrillResult, Refusal))  # noqa: S101 # what is asked above
        return found

    def prepare(self, asked: AskedReport, now: datetime | None = None) -> None:
        """Have a report that was run just now read and indexed, so that the first click into it is quick, too."""
        if self._closed:
            return
        task = asyncio.create_task(self._prepared(asked, now))
        self._preparing.add(task)
        task.add_done_callback(self._preparing.discard)

    async def prepared(self) -> None:
        """Wait until what was begun is done."""
        if self._preparing:
            await asyncio.wait(set(self._preparing))

    async def close(self) -> None:
        """End the process; nothing is prepared any more."""
        self._closed = True
        for task in self._preparing:
            task.cancel()
        process = self._process
        if process is not None and process.returncode is None:
            assert process.stdin is not None  # noqa: S101 # a pipe
            process.stdin.close()
            try:
                async with asyncio.timeout(ENDING_SECONDS):
                    await process.wait()
            except TimeoutError:
                process.kill()
                await process.wait()
        if self._listening is not None:
            await self._listening

    # --------------------------------------------------------------- private

    async def _prepared(self, asked: AskedReport, now: datetime | None) -> None:
        try:
            await self._answer(_Question(number=next(self._numbers), asked=asked, now=now))
        except Exception as error:
            # Whoever drills down is told; here nobody waits for it. Never the text: it may quote what was counted.
            _log.warning("drill_not_prepared", report=asked.name, failure=type(error).__name__)

    async def _answer(self, question: _Question) -> Any:
        process = await self._running()
        assert process.stdin is not None  # noqa: S101 # a pipe
        answer = self._waiting[question.number] = asyncio.get_running_loop().create_future()
        try:
            process.stdin.write(_message(question))
            # A process that is gone is told by the end of its answers.
            with contextlib.suppress(ConnectionError):
                await process.stdin.drain()
            return await answer
        finally:
            self._waiting.pop(question.number, None)

    async def _running(self) -> asyncio.subprocess.Process:
        async with self._beginning:
            if self._closed:
                raise WorkFailed("closed")
            if self._listening is None or self._listening.done():
                self._process = await asyncio.create_subprocess_exec(
                    sys.executable,
                    "-m",
                    "services.drill_process",
                    stdin=asyncio.subprocess.PIPE,
                    stdout=asyncio.subprocess.PIPE,
                    cwd=_ROOT,
                    # What interrupts a terminal is for the parent, which closes the pipe.
                    start_new_session=True,
                )
                assert self._process.stdin is not None  # noqa: S101 # a pipe
                self._process.stdin.write(_message(self._database_url))
                self._listening = asyncio.create_task(self._listen(self._process))
            assert self._process is not None  # noqa: S101 # begun above, or before
            return self._process

    async def _listen(self, process: asyncio.subprocess.Process) -> None:
        """Hand each answer to whoever waits for it, until the process ends; then those who still wait are told so."""
        assert process.stdout is not None  # noqa: S101 # a pipe
        try:
            while True:
                size = int.from_bytes(await process.stdout.readexactly(_SIZE_BYTES))
                number, found = pickle.loads(await process.stdout.readexactly(size))  # noqa: S301 # from our own process
                waiting = self._waiting.get(number)
                if waiting is None or waiting.done():
                    continue
                if isinstance(found, Exception):
                    waiting.set_exception(found)
                else:
                    waiting.set_result(found)
        except asyncio.IncompleteReadError:
            await process.wait()
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_exception(WorkFailed(f"exit status {process.returncode}"))


def _message(content: object) -> bytes:
    body = pickle.dumps(content)
    return len(body).to_bytes(_SIZE_BYTES) + body


# ---------------------------------------------------------------- in the process


async def answer_all(questions: BinaryIO, answers: BinaryIO) -> None:
    """Answer until no more is asked. One report is counted by one at a time, several reports side by side."""
    database_url = await asyncio.to_thread(_read, questions)
    try:
        # A key that opens nothing: no drill-down looks at what is personal.
        async with open_engine(database_url, secrets.token_bytes(KEK_BYTES), readers=2) as engine:
            await _answer_with(engine, questions, answers)
    except Exception as error:
        # It could not be opened: whoever asked is told, and the next question begins another process.
        if (question := await asyncio.to_thread(_read, questions)) is not None:
            _tell(answers, question, error)


async def _answer_with(engine: Engine, questions: BinaryIO, answers: BinaryIO) -> None:
    memory = DrillMemory()
    at_work: set[asyncio.Task[None]] = set()
    while (question := await asyncio.to_thread(_read, questions)) is not None:
        task = asyncio.create_task(_answered(engine, memory, question, answers))
        at_work.add(task)
        task.add_done_callback(at_work.discard)
    for task in at_work:
        task.cancel()
    await memory.close()


def _read(pipe: BinaryIO) -> Any:
    """The next message; None at the end."""
    size = pipe.read(_SIZE_BYTES)
    if len(size) < _SIZE_BYTES:
        return None
    return pickle.loads(pipe.read(int.from_bytes(size)))  # noqa: S301 # from the parent, by its own pipe


async def _answered(engine: Engine, memory: DrillMemory, question: _Question, answers: BinaryIO) -> None:
    found: object = None
    try:
        if question.cell is None:
            memory.prepare(engine, question.asked, question.now)
            await memory.prepared()
        else:
            found = await drill_down(
                engine, question.asked, question.cell, question.page, now=question.now, memory=memory
            )
    except Exception as error:
        found = error
    _tell(answers, question, found)


def _tell(answers: BinaryIO, question: _Question, found: object) -> None:
    try:
        message = _message((question.number, found))
        if isinstance(found, Exception):
            # One with a signature of its own may go in and not come out.
            pickle.loads(message[_SIZE_BYTES:])  # noqa: S301 # our own
    except Exception:
        message = _message((question.number, WorkFailed(type(found).__name__)))
    answers.write(message)
    answers.flush()


if __name__ == "__main__":
    # Pickled as what this module is called when it is imported: the parent knows it by that name only.
    from services.drill_process import answer_all as imported_answer_all
    from services.log_lines import configure_logging

    configure_logging()
    pipe = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    # Whatever is written down goes where the parent writes it down, never among the answers.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    asyncio.run(imported_answer_all(sys.stdin.buffer, pipe))
