"""Running reports: from read tables and from the log they are the same bytes, and what cannot be asked is refused."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta

import pytest

from adapters.log_rows import AppendRequest, NewRow
from adapters.projection_source import ProjectionSource
from domain.characteristics import Dimension
from domain.ports import UnknownEvent
from domain.refusals import Refusal
from domain.reports import fact_columns
from domain.reports.fact_columns import ColumnsOf
from domain.reports.facts import KINDS, CaseFact, Facts, Need, Unread, looked_at
from domain.reports.registry import REPORTS
from domain.reports.table import canonical_json
from services import log_facts
from services.bootstrap import Engine, open_engine
from services.earlier_facts import to_take_back
from services.log_facts import facts_from_log, facts_of_streams
from services.queries import Queries
from services.report_asking import AskedReport
from services.report_text import report_lines
from services.report_words import shown_definition
from services.reports import (
    ReportResult,
    facts_at,
    run_asked,
    run_report,
)
from services.work_processes import WorkFailed
from tests.domain.test_reports import ROETGEN, TOWN
from tests.patience import PATIENCE_SECONDS
from tests.services.projector_process import KEK
from tests.services.read_table_ground import projecting, write

NOW = datetime(2026, 1, 2, 12, tzinfo=UTC)
AS_OF = date(2025, 12, 30)
FIRST_NOTICE = date(2025, 1, 1)


@pytest.fixture
async def engine(database: str) -> AsyncIterator[Engine]:
    """An engine whose log and read tables hold the town of the report tests."""
    async with open_engine(database, KEK) as opened:
        queries = Queries(opened)
        async with projecting(opened):
            for history in TOWN:
                last = await write(opened, history[0].stream_id, tuple(entry.event for entry in history))
            assert await queries.wait_for(last.last_position, PATIENCE_SECONDS)
        await queries.close()
        yield opened


async def _run(engine: Engine, name: str, **asked: object) -> ReportResult:
    result = await run_report(engine, name, now=NOW, **asked)  # type: ignore[arg-type] # keywords of one type each
    assert isinstance(result, ReportResult)
    return result


async def test_the_read_tables_and_the_log_give_the_same_bytes_on_every_day(engine: Engine) -> None:
    """Of the log all facts, or those alone that the report looks at, as it is sealed; all municipalities and one, on days
    before, between and after what happened."""
    head = await engine.log.head()
    for name, report in REPORTS.items():
        for as_of in (date(2024, 12, 31), date(2025, 6, 29), date(2025, 6, 30), AS_OF):
            asked = {parameter.name for parameter in report.parameters}
            if "grant" in asked and as_of < FIRST_NOTICE:
                refusal = await run_asked(engine, AskedReport(name=name, as_of=as_of), now=NOW)
                assert isinstance(refusal, Refusal)
                assert refusal.rule_id == "report.no_grant_yet"
                continue
            for municipality in (None, ROETGEN) if "municipality" in asked else (None,):
                result = await _run(engine, name, as_of=as_of, municipality=municipality)
                assert result.position == head
                facts = await facts_from_log(engine, head, as_of)
                given = {} if municipality is None else {"municipality": municipality}
                assert canonical_json(report.run(facts, as_of, given)) == result.body
                columns = report.looked_at(given)
                some = await facts_from_log(engine, head, as_of, needs=report.needs, columns=columns)
                assert canonical_json(report.run(some, as_of, given)) == result.body


async def test_reports_read_by_column_are_the_same_bytes_with_every_choice(engine: Engine) -> None:
    """Whatever a report is broken down by, and with a status excluded on the day of entry: no column is missing."""
    head = await engine.log.head()
    facts = await facts_from_log(engine, head, AS_OF)
    told_apart = 0
    for name, report in REPORTS.items():
        for parameter in report.parameters:
            for choice in parameter.choices:
                given = {parameter.name: choice}
                asked = AskedReport(name=name, as_of=AS_OF, parameters=given)
                result = await run_asked(engine, asked, now=NOW)
                assert isinstance(result, ReportResult)
                assert canonical_json(report.run(facts, AS_OF, given)) == result.body
                told_apart += report.columns is not None
    assert told_apart > len(Dimension)


async def test_a_report_that_says_its_columns_has_no_others_read(engine: Engine) -> None:
    """To look at another one is refused, and so is another table."""
    facts, _ = await facts_at(engine, AS_OF, None, columns={"cases": ("case_id", "gender")})
    whole = await facts_from_log(engine, await engine.log.head(), AS_OF)
    assert {(case.case_id, case.gender) for case in facts.cases} == {
        (case.case_id, case.gender) for case in whole.cases
    }
    assert facts.municipalities == whole.municipalities
    for case in facts.cases:
        with pytest.raises(LookupError, match="does not say that it looks at it"):
            bool(case.closed_on)
    for look in (
        lambda: list(facts.participations),
        lambda: list(facts.contacts),
        lambda: fact_columns.column(facts.cases, CaseFact, "closed_on"),
    ):
        with pytest.raises(LookupError):
            look()


async def test_a_report_as_known_before_does_not_know_what_came_later(engine: Engine) -> None:
    """Known at each position it equals the report over the streams up to there."""
    whole = TOWN[0]
    position = len(whole)
    result = await _run(engine, "statistics", as_of=AS_OF, known_at=position)
    assert result.position == position
    assert result.report.table("reach").cell("contacted", "total") == 1
    again = await _run(engine, "statistics", as_of=AS_OF, known_at=position)
    assert (again.body, again.digest) == (result.body, result.digest)
    for nothing in (0, datetime(2000, 1, 1, tzinfo=UTC)):
        refused = await run_report(engine, "statistics", as_of=AS_OF, known_at=nothing, now=NOW)
        assert isinstance(refused, Refusal)
        assert refused.rule_id == "report.nothing_known_yet"


async def test_a_report_at_any_old_position_is_that_of_the_log_alone(engine: Engine) -> None:
    """Whether most streams, some or none have moved on since, or had not even begun."""
    head = await engine.log.head()
    source = ProjectionSource(engine.log, engine.connections, engine.codec, None)
    moved, not_begun = set(), 0
    for position in (*range(1, head - 12, 9), *range(head - 12, head)):
        moved_on = await source.moved_on(position, head)
        moved.add(len(moved_on))
        not_begun += sum(stream.entries_before == 0 for stream in moved_on)
        whole = await facts_from_log(engine, position, AS_OF)
        for name, report in REPORTS.items():
            result = await _run(engine, name, as_of=AS_OF, known_at=position)
            assert result.body == canonical_json(report.run(whole, AS_OF))
    assert {1, len(TOWN)} <= moved
    assert not_begun


async def test_contacts_as_known_before_are_those_of_the_log_alone_on_every_day(engine: Engine) -> None:
    """Counted from either end of the time there is, by number and one by one; some were dated back or struck out since."""
    head, first, changed = await engine.log.head(), date(2025, 1, 1), 0
    columns: ColumnsOf = {"contacts": ("case_id", "held", "attempted")}
    for as_of in (date(2024, 12, 31), *(first + timedelta(days) for days in range(30, 330, 60)), AS_OF):
        counted = []
        for position in (*range(4, head, 11), head - 1):
            log = await facts_from_log(engine, position, as_of, needs={Need.CONTACTS})
            some, _ = await facts_at(engine, as_of, position, needs={Need.CONTACTS}, columns=columns)
            whole, _ = await facts_at(engine, as_of, position, evidence=True, needs={Need.CONTACTS})
            by_number = {one[:3] for one in log.contacts}
            assert {one[:3] for one in some.contacts} == by_number
            assert set(whole.contacts) == set(log.contacts)
            counted.append(len(by_number))
        changed += len(set(counted)) > 1
    assert changed > 2


async def test_processes_that_share_the_log_give_the_facts_of_one(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the whole log and of some streams; with every need and with none; and progress ends at the end."""
    head = await engine.log.head()
    source = ProjectionSource(engine.log, engine.connections, engine.codec, None)
    for needs in (tuple(Need), ()):
        moved_on = await source.moved_on(head // 2, head)
        streams = {stream.stream_id: stream.entries_before for stream in moved_on}
        alone = [await facts_from_log(engine, head, AS_OF, needs=needs)]
        alone.append(await facts_of_streams(engine, streams, head // 2, AS_OF, needs=needs))
        told: list[tuple[int, int]] = []

        def watch(done: int, total: int, told: list[tuple[int, int]] = told) -> None:
            told.append((done, total))

        with monkeypatch.context() as patch:
            patch.setattr(log_facts, "SEVERAL_PROCESSES_FROM", 1)
            patch.setattr(log_facts, "processes", lambda: 3)
            together = [await facts_from_log(engine, head, AS_OF, watch, needs=needs)]
            together.append(await facts_of_streams(engine, streams, head // 2, AS_OF, needs=needs))
        assert [_sorted(facts) for facts in together] == [_sorted(facts) for facts in alone]
        assert told[-1] == (head, head)
        assert [done for done, _ in told] == sorted(done for done, _ in told)


async def test_processes_hand_back_the_columns_that_a_report_looks_at(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As one process folds them: the columns of the whole facts."""
    head = await engine.log.head()
    source = ProjectionSource(engine.log, engine.connections, engine.codec, None)
    moved_on = await source.moved_on(head // 2, head)
    streams = {stream.stream_id: stream.entries_before for stream in moved_on}
    whole = await facts_of_streams(engine, streams, head // 2, AS_OF)
    for name in ("statistics", "rescue"):
        report, found = REPORTS[name], []
        said = report.looked_at({})
        assert said is not None
        columns = to_take_back(said)
        for several in (1, 10**9):
            with monkeypatch.context() as patch:
                patch.setattr(log_facts, "SEVERAL_PROCESSES_FROM", several)
                patch.setattr(log_facts, "processes", lambda: 2)
                found.append(
                    await facts_of_streams(
                        engine, streams, head // 2, AS_OF, needs=report.needs, columns=columns
                    )
                )
        for facts in found:
            assert facts.municipalities == whole.municipalities
            for field in looked_at(report.needs, columns):
                assert _by_column(facts, field, columns[field]) == _by_column(whole, field, columns[field])


def _by_column(facts: Facts, name: str, names: Sequence[str]) -> list[str]:
    found = (fact_columns.column(getattr(facts, name), KINDS[name], of) for of in names)
    return sorted(map(repr, zip(*found, strict=True)))


def _sorted(facts: Facts) -> dict[str, list[str]]:
    """What was left unread is told apart."""
    kinds = {each.name: getattr(facts, each.name) for each in fields(Facts)}
    return {
        name: ["unread"] if isinstance(kind, Unread) else sorted(map(repr, kind))
        for name, kind in kinds.items()
    }


async def test_a_process_that_cannot_read_its_part_says_why(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An entry of a newer program stops the count, whatever is left aside."""
    stream = TOWN[0][0].stream_id
    newer = NewRow(type="something_new.v1", payload=b'{"occurred_on":"2025-12-01"}')
    head = await engine.log.head()
    await engine.log.append(
        AppendRequest(
            stream_id=stream,
            expected_version=len(TOWN[0]),
            rows=(newer,),
            command_id=None,
            actor="cw-1",
            organisation="org-1",
        )
    )
    with pytest.raises(UnknownEvent, match=f"position {head + 1}.*something_new"):
        await facts_from_log(engine, head + 1, AS_OF, needs=())
    monkeypatch.setattr(log_facts, "SEVERAL_PROCESSES_FROM", 1)
    monkeypatch.setattr(log_facts, "processes", lambda: 2)
    with pytest.raises(WorkFailed, match=f"position {head + 1}.*something_new"):
        await facts_from_log(engine, head + 1, AS_OF, needs=())


@pytest.mark.parametrize(
    "trouble",
    [
        "update {schema}.projections set position = 0",
        "update {schema}.projections set live = false, failure = 'broken' where name = 'participations'",
        "update {schema}.projections set version = version - 1 where name = 'participations'",
        "delete from {schema}.projections",
    ],
)
async def test_read_tables_that_cannot_be_trusted_are_not_counted(engine: Engine, trouble: str) -> None:
    """Far behind, failed, built by other code or never built: the log is counted, and nothing is a silent zero."""
    good = await _run(engine, "statistics", as_of=AS_OF)
    async with engine.connections.lend() as connection:
        await connection.execute(f"truncate {engine.log.schema}.participations")
        await connection.execute(trouble.format(schema=engine.log.schema))
    assert await _run(engine, "statistics", as_of=AS_OF) == good


@pytest.mark.parametrize(
    ("name", "asked", "rule"),
    [
        ("nonsense", {}, "report.unknown"),
        ("funding", {"as_of": date(2026, 1, 3)}, "report.as_of_in_the_future"),
        ("funding", {"as_of": date(2019, 12, 31)}, "report.as_of_before_programme"),
        ("monitoring", {"as_of": date(2020, 3, 30)}, "report.no_edition_yet"),
        ("funding", {"as_of": AS_OF, "municipality": "05334099"}, "report.municipality_unknown"),
        ("proof_of_use", {"as_of": AS_OF, "parameters": {"grant": "KfI-2"}}, "report.grant_unknown"),
        ("interim_statement", {"as_of": AS_OF, "parameters": {"year": "2023"}}, "report.year_outside_grants"),
        (
            "interim_statement",
            {"as_of": AS_OF, "parameters": {"grant": "KfI-1", "year": "2099"}},
            "report.year_outside_grants",
        ),
        ("interim_statement", {"as_of": AS_OF, "parameters": {"year": "2o25"}}, "report.parameter_malformed"),
        ("funding", {"as_of": AS_OF, "known_at": 10_000}, "report.known_at_beyond_log"),
        ("funding", {"as_of": AS_OF, "known_at": -1}, "report.known_at_beyond_log"),
        (
            "funding",
            {"as_of": AS_OF, "known_at": datetime(2026, 1, 3, tzinfo=UTC)},
            "report.known_at_beyond_log",
        ),
    ],
)
async def test_what_cannot_be_reported_is_refused(
    engine: Engine, name: str, asked: dict[str, object], rule: str
) -> None:
    """Never an empty report, never a zero."""
    if "parameters" in asked:
        refusal = await run_asked(engine, AskedReport(name=name, **asked), now=NOW)  # type: ignore[arg-type] # as above
    else:
        refusal = await run_report(engine, name, now=NOW, **asked)  # type: ignore[arg-type] # keywords of one type each
    assert isinstance(refusal, Refusal)
    assert refusal.rule_id == rule
    assert refusal.de != refusal.en


async def test_the_text_shows_every_figure_in_its_unit_with_its_definition(engine: Engine) -> None:
    """German first, English on request; what is not computable is said."""
    result = await _run(engine, "funding", as_of=AS_OF)
    german, english = "\n".join(report_lines(result)), "\n".join(report_lines(result, "en"))
    assert "72.000,01" in german
    assert "72,000.01" in english
    assert "nicht berechenbar: Pauschale nicht bekannt" in german
    assert "not computable: rate not known" in english
    for table in result.report.tables:
        for column in table.columns:
            assert shown_definition(column.definition.de, "de").split()[0] in german
            assert shown_definition(column.definition.en, "en").split()[0] in english
