"""Asking for reports by name and parameter, and drilling down from their cells to cases and entries."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from domain.path import Title
from domain.refusals import Refusal
from domain.reports.definition import Parameter, ParameterKind, ReportDefinition
from domain.reports.drill import Drill, Page
from domain.reports.evidence import CellRef, Kind, value
from domain.reports.registry import REPORTS
from domain.reports.table import NotComputable, Publication
from services.bootstrap import Engine, open_engine
from services.cli.outcome import CommandFailed
from services.cli.report_files import check_target, write_file
from services.cli.reports import read_parameters as read_words
from services.queries import Queries
from services.report_asking import AskedReport, read_parameters
from services.report_catalogue import catalogue_lines, plain_catalogue
from services.report_drill import drill_lines, entries_behind, plain_drill
from services.report_drilling import DrillMemory, DrillResult, drill_down
from services.reports import ReportResult, run_asked
from tests.domain.test_reports import ROETGEN, TOWN
from tests.patience import PATIENCE_SECONDS
from tests.services.projector_process import KEK
from tests.services.read_table_ground import projecting, write

NOW = datetime(2026, 1, 2, 12, tzinfo=UTC)
AS_OF = date(2025, 12, 30)


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


async def test_every_cell_drills_down_alike_from_tables_and_log_and_adds_up(engine: Engine) -> None:
    """Each contribution with its entries, whose positions are those of the log; a ratio by both of its sides."""
    head = await engine.log.head()
    for name in REPORTS:
        asked = AskedReport(name=name, as_of=AS_OF)
        result = await run_asked(engine, asked, now=NOW)
        assert isinstance(result, ReportResult)
        for table in result.report.tables:
            for line in table.lines[-2:]:
                for column, cell in zip(table.columns, line.cells, strict=True):
                    ref = CellRef(table.id, column.id, line.key)
                    drilled = await drill_down(engine, asked, ref, now=NOW)
                    assert isinstance(drilled, DrillResult)
                    assert drilled.position == head
                    assert cell in (drilled.drill.cell, NotComputable.SUPPRESSED)
                    _check(drilled.drill)
                    entries = await entries_behind(engine, drilled.drill, head)
                    plain = plain_drill(drilled.drill, entries)
                    assert plain["column"] == column.id
                    assert drill_lines(drilled.drill, entries)[0].count("] = ") == 1


def _check(drilled: Drill) -> None:
    if drilled.kind is Kind.DERIVED:
        assert not drilled.shares
        for operand in drilled.operands:
            _check(operand)
        return
    if not isinstance(drilled.cell, NotComputable):
        assert value(drilled.kind, [share.contribution for share in drilled.shares]) == drilled.cell
    if drilled.kind in (Kind.SUM, Kind.DISTINCT, Kind.APART):
        assert sum(share.amount for share in drilled.shares) == drilled.cell


async def test_a_drill_down_names_the_entries_of_the_log(engine: Engine) -> None:
    """The one dropout of Roetgen: opening, request, offer, start and abandoning, with their places in the log."""
    asked = AskedReport(name="statistics", as_of=AS_OF, parameters={"municipality": ROETGEN})
    result = await drill_down(engine, asked, CellRef("dropouts", "dropouts", ("F4", "too_far")), now=NOW)
    assert isinstance(result, DrillResult)
    entries = await entries_behind(engine, result.drill, result.position)
    plain: Any = plain_drill(result.drill, entries)
    assert plain["cell"] == 1
    assert plain["rule"] == f"statistics/{REPORTS['statistics'].version}"
    [contribution] = plain["contributions"]
    assert [entry["event"] for entry in contribution["entries"]] == [
        "case_opened",
        "seat_requested",
        "seat_offered",
        "course_started",
        "course_abandoned",
    ]
    stored = await engine.store.load(result.drill.shares[0].contribution.subject, personal=False)
    by_version = {entry.version: entry.position for entry in stored}
    for entry in contribution["entries"]:
        assert by_version[entry["version"]] == entry["position"]
    text = "\n".join(drill_lines(result.drill, entries))
    assert "Kurs abgebrochen" in text
    assert "30.06.2025" in text
    assert "1 Beitrag, Summe 1 (" in text


async def test_the_values_of_a_median_are_not_summed_up(engine: Engine) -> None:
    """Days of different people added up say nothing about how long it takes."""
    asked = AskedReport(name="pathways", as_of=AS_OF)
    cell = CellRef("time_in_step", "median_days", ("total",))
    result = await drill_down(engine, asked, cell, Page(most=0), now=NOW)
    assert isinstance(result, DrillResult)
    number = result.drill.total
    assert number > 1
    text = "\n".join(drill_lines(result.drill, {}))
    assert f"{number} Werte, aus denen der Median folgt (pathways/" in text
    assert "Summe" not in text
    assert f"{number} values that the median is of" in "\n".join(drill_lines(result.drill, {}, "en"))


async def test_a_prepared_report_is_drilled_into_without_reading_it(engine: Engine) -> None:
    """What was recorded since is not seen by whoever names the position of the report, and is by whoever names none."""
    memory = DrillMemory()
    head = await engine.log.head()
    asked = AskedReport(name="statistics", as_of=AS_OF, known_at=head)
    memory.prepare(engine, asked, NOW)
    await memory.prepared()
    [kept] = memory.kept
    assert kept.pages is not None
    assert all(kept.pages.indexed(table.id) for table in REPORTS["statistics"].tables)
    cell, page = CellRef("reach", "contacted", ("total",)), Page(first=1, most=1)
    found = await drill_down(engine, asked, cell, page, now=NOW, memory=memory)
    assert memory.kept == [kept]
    assert found == await drill_down(engine, asked, cell, page, now=NOW)
    assert isinstance(found, DrillResult)
    assert (found.position, len(found.drill.shares)) == (head, 1)
    assert found.drill.total > 1
    await memory.close()
    memory.prepare(engine, AskedReport(name="funding", as_of=AS_OF), NOW)
    await memory.prepared()
    assert memory.kept == [kept], "a closed memory begins nothing"


async def test_what_would_count_but_for_a_later_entry_is_listed_apart(engine: Engine) -> None:
    """Both lists together are all contributions; the second adds nothing."""
    asked = AskedReport(name="statistics", as_of=AS_OF)
    seen = 0
    for column in ("stock", "exits", "entries"):
        cell = CellRef("flow", column, ("2025-Q3", "total", "total"))
        counts, would = [
            await drill_down(engine, asked, cell, Page(but_for=but_for), now=NOW) for but_for in (False, True)
        ]
        assert isinstance(counts, DrillResult)
        assert isinstance(would, DrillResult)
        assert sum(share.amount for share in counts.drill.shares) == counts.drill.cell == would.drill.cell
        assert sum(share.amount for share in would.drill.shares) == 0
        seen += would.drill.total
        text = drill_lines(would.drill, await entries_behind(engine, would.drill, would.position))
        assert any("ohne einen späteren Eintrag" in line for line in text)
    assert seen > 0


@pytest.mark.parametrize(
    ("cell", "rule"),
    [
        (CellRef("nonsense", "won", ("total",)), "report.table_unknown"),
        (CellRef("reach", "nonsense", ("total",)), "report.column_unknown"),
        (CellRef("reach", "won", ("05334099",)), "report.line_unknown"),
        (CellRef("reach", "decided", ("total",)), "report.column_unknown"),
        (CellRef("reach", "won", ()), "report.line_unknown"),
    ],
)
async def test_a_cell_that_is_not_there_is_refused(engine: Engine, cell: CellRef, rule: str) -> None:
    """And it is said which there are."""
    refusal = await drill_down(engine, AskedReport(name="statistics", as_of=AS_OF), cell, now=NOW)
    assert isinstance(refusal, Refusal)
    assert refusal.rule_id == rule


def _definition() -> ReportDefinition:
    title = Title(de="Probe", en="trial")
    return ReportDefinition(
        name="probe",
        version=1,
        title=title,
        publication=Publication.PUBLISHED,
        parameters=(
            Parameter(name="by", title=title, kind=ParameterKind.CODE, choices=("gender", "module")),
            Parameter(name="age", title=title, kind=ParameterKind.NUMBER, least=14, most=99, default=27),
            Parameter(name="from", title=title, kind=ParameterKind.DATE),
        ),
        tables=(),
    )


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ({"by": "module"}, {"by": "module"}),
        ({"age": "14"}, {"age": 14}),
        ({"age": "99"}, {"age": 99}),
        ({"from": "2025-02-28"}, {"from": date(2025, 2, 28)}),
        ({}, {}),
    ],
)
def test_parameters_are_read_by_their_kind(given: dict[str, str], read: dict[str, object]) -> None:
    """Last allowed values included."""
    assert read_parameters(_definition(), given) == read


@pytest.mark.parametrize(
    ("given", "rule"),
    [
        ({"nonsense": "1"}, "report.parameter_unknown"),
        ({"by": "shoe_size"}, "report.parameter_malformed"),
        ({"age": "13"}, "report.parameter_malformed"),
        ({"age": "100"}, "report.parameter_malformed"),
        ({"age": "-20"}, "report.parameter_malformed"),
        ({"age": "٢٧"}, "report.parameter_malformed"),
        ({"age": ""}, "report.parameter_malformed"),
        ({"age": "9" * 5_000}, "report.parameter_malformed"),
        ({"from": "30.02.2025"}, "report.parameter_malformed"),
    ],
)
def test_a_parameter_that_is_none_is_refused(given: dict[str, str], rule: str) -> None:
    """First refused and absurd values; never a guess."""
    refusal = read_parameters(_definition(), given)
    assert isinstance(refusal, Refusal)
    assert refusal.rule_id == rule


def test_the_catalogue_names_every_report_with_its_parameters() -> None:
    """In text and in JSON."""
    text = "\n".join(catalogue_lines([*REPORTS.values(), _definition()]))
    for name in REPORTS:
        assert name in text
    assert "gender | module" in text
    assert [report["name"] for report in plain_catalogue(REPORTS.values())] == list(REPORTS)


@pytest.mark.parametrize("words", [("by",), ("=x",), ("by=a", "by=b")])
def test_a_parameter_is_given_as_name_and_value_and_once(words: tuple[str, ...]) -> None:
    with pytest.raises(CommandFailed):
        read_words(words)


def test_a_file_is_never_written_over_unless_told_to(tmp_path: Path) -> None:
    """Nor is there ever half a file, nor one where nobody can write."""
    target = tmp_path / "report.csv"
    check_target(target, binary=True, force=False)
    write_file(target, b"one", force=False)
    with pytest.raises(CommandFailed):
        check_target(target, binary=False, force=False)
    with pytest.raises(CommandFailed):
        write_file(target, b"two", force=False)
    assert target.read_bytes() == b"one"
    write_file(target, b"three", force=True)
    assert target.read_bytes() == b"three"
    assert list(tmp_path.iterdir()) == [target]
    with pytest.raises(CommandFailed):
        check_target(tmp_path, binary=False, force=True)
    with pytest.raises(CommandFailed):
        check_target(tmp_path / "nowhere" / "x.csv", binary=False, force=True)
