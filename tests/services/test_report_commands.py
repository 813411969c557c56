"""The commands about reports as they are typed: on a running database, in the reader's language, refused in one line."""

from __future__ import annotations

import asyncio
import hashlib
import json
from base64 import b64encode
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from domain.command_handling import CommandContext
from services.bootstrap import Engine, open_engine
from services.cli.main import main
from services.clock import utc_now
from services.queries import Queries
from services.report_asking import AskedReport
from services.report_seals import Seal, seal_report, sealed
from tests.domain.test_reports import TOWN
from tests.patience import PATIENCE_SECONDS
from tests.services.projector_process import KEK
from tests.services.read_table_ground import projecting, write

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


async def test_a_report_is_run_and_sealed_in_one_step(engine: Engine, typed: Type, tmp_path: Path) -> None:
    """What is written is what was sealed; under the same number again it is the same file, whatever came since."""
    target, number = tmp_path / "funding.json", str(uuid4())
    line = ("report", "run", "funding", "--as-of", AS_OF, "--format", "json", "--seal", "--id", number)
    first = await typed(*line, "--out", str(target))
    assert first.status == 0, first.err
    digest = hashlib.sha256(target.read_bytes()).hexdigest()
    assert f"SHA-256 {digest}" in first.out
    seal = await sealed(engine, UUID(number))
    assert isinstance(seal, Seal)
    assert (seal.digest, seal.actor) == (digest, "controller-1")
    again = await typed(*line)
    assert again.status == 0, again.err
    assert again.out.encode() == target.read_bytes() + b"\n"
    assert digest in again.err
    other = await typed("report", "run", "statistics", "--as-of", AS_OF, "--seal", "--id", number)
    assert (other.status, other.out) == (2, "")
    assert "[report_seal.number_taken]" in other.err


async def test_who_seals_is_asked_for_only_by_who_seals(typed: Type) -> None:
    """A number of a seal beside a run that seals nothing would be lost."""
    said = await typed("report", "run", "funding", "--as-of", AS_OF, "--id", str(uuid4()))
    assert (said.status, said.out) == (2, "")
    assert "gehören zu --seal" in said.err


async def test_what_cannot_be_written_is_not_sealed(engine: Engine, typed: Type, tmp_path: Path) -> None:
    """Neither over a file that is there, nor with a table that the report does not have."""
    head = await engine.log.head()
    line = ("report", "run", "funding", "--as-of", AS_OF, "--format", "csv", "--seal")
    (tmp_path / "there.csv").write_text("there")
    for more in (("--out", str(tmp_path / "there.csv")), ("--table", "nonsense")):
        assert (await typed(*line, *more)).status == 2
    assert await engine.log.head() == head


async def test_a_sealed_report_is_had_in_any_format_by_its_number(engine: Engine, typed: Type) -> None:
    """The canonical form has the digest of the seal; the text is that of the report."""
    seal = await _sealed(engine, "funding")
    number = str(seal.seal_id)
    plain = await typed("report", "file", number, "--format", "json")
    assert hashlib.sha256(plain.out.encode().rstrip(b"\n")).hexdigest() == seal.digest
    text = await typed("report", "file", number, "--language", "en")
    assert f"known at position {seal.log_position}" in text.out
    assert "Use of funds" in text.out
    table = await typed("report", "file", number, "--format", "csv", "--table", "lines")
    assert table.out.startswith('\ufeff"Bescheid";"Förderbaustein"')
    assert "[report_seal.unknown]" in (await typed("report", "file", str(uuid4()))).err


async def test_nothing_is_told_of_a_time_when_nothing_was_known(typed: Type) -> None:
    """The figures would all be 0, and each of them would be wrong."""
    for known_at in ("0", "2001-01-01T00:00:00+01:00"):
        said = await typed("report", "run", "statistics", "--as-of", AS_OF, "--known-at", known_at)
        assert (said.status, said.out) == (2, "")
        assert "[report.nothing_known_yet]" in said.err


async def test_a_municipality_or_notice_that_is_not_there_is_refused_with_those_that_are(typed: Type) -> None:
    """By key and name, for a name is what people type."""
    place = await typed("report", "run", "funding", "--as-of", AS_OF, "--param", "municipality=Eschweiler")
    assert "05334012 Eschweiler" in place.err
    grant = await typed("report", "run", "proof_of_use", "--as-of", AS_OF, "--param", "grant=x")
    assert "Es gibt: KfI-1" in grant.err


async def test_the_sealed_reports_are_listed_by_report_and_tell_which_went_out(
    engine: Engine, typed: Type
) -> None:
    """An unknown report is refused; one that nobody sealed has no seal."""
    statistics, funding = await _sealed(engine), await _sealed(engine, "funding")
    queries = Queries(engine)
    async with projecting(engine):
        assert await queries.wait_for(funding.position, PATIENCE_SECONDS)
    await queries.close()
    everything = await typed("report", "sealed")
    assert everything.out.index(str(funding.seal_id)) < everything.out.index(str(statistics.seal_id))
    one = json.loads((await typed("report", "sealed", "funding", "--json")).out)
    assert [(seal["seal_id"], seal["published_on"]) for seal in one] == [(str(funding.seal_id), None)]
    assert "Kein Bericht ist versiegelt." in (await typed("report", "sealed", "gaps")).out
    assert "[report.unknown]" in (await typed("report", "sealed", "nonsense")).err


async def test_a_list_that_lacks_entries_says_so_beside_it(engine: Engine, typed: Type) -> None:
    """An empty list does not pass for nothing to do while nobody keeps the read tables current; a whole one says nothing."""
    seal = await _sealed(engine)
    for asked in (["report", "sealed"], ["waiting"], ["agenda"]):
        listed = await typed(*asked)
        assert f"ihr fehlen {seal.position} Einträge des Protokolls" in listed.err
        assert f"it lacks {seal.position} entries" in (await typed(*asked, "--language", "en")).err
    queries = Queries(engine)
    async with projecting(engine):
        assert await queries.wait_for(seal.position, PATIENCE_SECONDS)
    await queries.close()
    for asked in (["report", "sealed"], ["waiting"], ["agenda"]):
        assert "fehlen" not in (await typed(*asked)).err


async def test_reports_are_found_by_words_and_described_by_their_definitions(typed: Type) -> None:
    """In either language, whatever the case; what occurs nowhere is said."""
    found = json.loads((await typed("report", "list", "FRAUEN", "dropout", "--json")).out)
    names = [report["name"] for report in found]
    assert "statistics" in names
    assert "funding" not in names
    assert "„nirgends“" in (await typed("report", "list", "nirgends")).err
    described = await typed("report", "describe", "funding")
    assert "lines: Ansätze: Soll und Ist  [Bescheid, Förderbaustein, Kommune (AGS), Jahr]" in described.out
    assert "own_share=…  Eigenanteil in Basispunkten: ganze Zahl 0 bis 10000" in described.out
    plain = json.loads((await typed("report", "describe", "funding", "--json")).out)
    assert all(column["definition"]["de"] for table in plain["tables"] for column in table["columns"])


@pytest.mark.parametrize(
    ("language", "spoken"), [("fr", False), ("english", False), ("en-GB", True), ("de", True)]
)
async def test_a_language_that_nobody_speaks_here_is_refused(
    typed: Type, language: str, spoken: bool
) -> None:
    """Rather than answered in German as if it had been asked for."""
    said = await typed("report", "list", "--language", language)
    assert said.status == (0 if spoken else 2)
    assert ("ist nicht eines von: de, en" in said.err) is not spoken


async def test_a_statement_before_any_notice_was_in_force_is_refused(typed: Type) -> None:
    """It would be a proof of the use of nothing; the day from which there is something is told."""
    for name in ("proof_of_use", "interim_statement"):
        for more in ((), ("--param", "grant=KfI-1")):
            said = await typed("report", "run", name, "--as-of", "2020-02-01", *more)
            assert (said.status, said.out) == (2, "")
            assert "der erste gilt ab " in said.err
            assert "[report.no_grant_yet]" in said.err
        assert (await typed("report", "run", name, "--as-of", AS_OF)).status == 0
