"""The commands about reports as they are typed: on a running database, in the reader's language, refused in one line."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from uuid import uuid4

import pytest

from domain.command_handling import CommandContext
from services.bootstrap import Engine, open_engine
from services.cli.main import main
from services.gateway import utc_now
from services.report_asking import AskedReport
from services.report_seals import Seal, seal_report
from tests.domain.test_reports import TOWN
from tests.services.projector_process import KEK
from tests.services.read_table_ground import write

AS_OF = "2025-12-30"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a command said, and its exit status."""

    status: int
    out: str
    err: str


Type = Callable[..., Awaitable[Said]]


@pytest.fixture
async def engine(database: str) -> AsyncIterator[Engine]:
    """An engine whose log holds the town of the report tests; no read table is filled."""
    async with open_engine(database, KEK) as opened:
        for history in TOWN:
            await write(opened, history[0].stream_id, tuple(entry.event for entry in history))
        yield opened


@pytest.fixture
def typed(engine: Engine, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Type:
    """Type a command line at this database, as somebody who may act."""
    monkeypatch.setenv("DATABASE_URL", engine.database_url)
    monkeypatch.setenv("TEILHABE_KEK", b64encode(KEK).decode())
    monkeypatch.setenv("TEILHABE_DEV_ACTOR", "controller-1")
    monkeypatch.setenv("TEILHABE_DEV_ORGANISATION", "staedteregion")

    async def at_the_keyboard(*words: str) -> Said:
        with pytest.raises(SystemExit) as end:
            await asyncio.to_thread(main, words)
        captured = capfdbinary.readouterr()
        status = end.value.code
        assert isinstance(status, int)
        return Said(status=status, out=captured.out.decode(), err=captured.err.decode())

    return at_the_keyboard


async def _sealed(engine: Engine, name: str = "statistics") -> Seal:
    context = CommandContext(command_id=uuid4(), actor="controller-1", organisation="staedteregion")
    asked = AskedReport(name=name, as_of=date.fromisoformat(AS_OF))
    seal = await seal_report(engine, asked, uuid4(), context, utc_now())
    assert isinstance(seal, Seal)
    return seal


async def test_a_delta_to_what_nobody_can_know_yet_is_refused(engine: Engine, typed: Type) -> None:
    """An instant in the future and a position behind the log alike; never the delta of today under another name."""
    seal = await _sealed(engine)
    for known_at in ("2099-01-01T00:00:00+01:00", "99999"):
        said = await typed("report", "delta", str(seal.seal_id), "--known-at", known_at)
        assert (said.status, said.out) == (2, "")
        assert "[report.known_at_beyond_log]" in said.err


async def test_a_seal_under_a_number_that_is_taken_is_refused(engine: Engine, typed: Type) -> None:
    """It would be told that something is sealed that is not; the same again is told as it is."""
    seal = await _sealed(engine)
    number = str(seal.seal_id)
    again = await typed("report", "seal", "statistics", "--as-of", AS_OF, "--id", number)
    assert (again.status, seal.digest in again.out) == (0, True)
    said = await typed("report", "seal", "funding", "--as-of", AS_OF, "--id", number, "--language", "en")
    assert (said.status, said.out) == (2, "")
    assert "Something else is sealed under this number already: statistics, as of 2025-12-30" in said.err
