"""Reports over HTTP as background runs: begun, followed, cancelled, fetched; and drill-downs."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, Field

from adapters.background_runs import BackgroundRun, RunKind, RunState
from domain.code_titles import in_language
from domain.decision import local_date
from domain.refusals import Refusal
from domain.reports.drill import Page
from domain.reports.evidence import CellRef
from services.api.cell_links import DOCUMENTED, cells_of
from services.api.identity import Acting
from services.api.language import language_of
from services.api.problems import documented
from services.api.report_files import CLICKED, NOTHING_RUNS, FileFormat, TableOfFile, report_answer
from services.api.report_requests import NAME_PATTERN, Params, ReportName, asked_report, report_problem
from services.api.requests import AsOf, IdempotencyKey, KnownAt, WaitFor
from services.api.waiting import caught_up
from services.bootstrap import Engine
from services.drill_process import DrillProcess
from services.queries import Queries
from services.report_asking import AskedReport
from services.report_contacts import Contacts, nobody_looked_up
from services.report_drill import MOST_SHARES, entries_behind, plain_drill
from services.report_formats.rendering import Format
from services.report_jobs import ReportJobs, no_such_run
from services.report_run_kinds import Asked, Finding, RunResult, Sealer, no_file, no_text
from services.report_text import report_lines

CellPart = Annotated[str, Path(pattern=NAME_PATTERN)]
CellKey = Annotated[
    list[Annotated[str, Field(max_length=200)]],
    Query(max_length=10, description="the key of the line, one part for each leading column"),
]
First = Annotated[int, Query(ge=0, le=10_000_000)]
Most = Annotated[int, Query(ge=1, le=1_000)]
ButFor = Annotated[
    bool, Query(description="instead of what counts, what would but for a later entry, and adds nothing")
]


class RunBody(BaseModel):
    """A run in the background; of one that seals, ``id`` is the number of the seal."""

    id: UUID
    kind: RunKind
    report: str
    definition_version: int = Field(description="of the report, settled when it was asked for")
    as_of: date
    position: int = Field(
        description="of the log it is counted at, or a delta compares with; settled when it was asked for"
    )
    parameters: dict[str, str] = Field(description="of the report; of a counterfactual the other values")
    seal: UUID | None = Field(description="number of the sealed report that the run is about")
    asked_at: datetime
    state: RunState
    done: int = Field(description="entries of the log read so far; 0 while the read tables answer")
    total: int
    digest: str | None = Field(
        description="SHA-256 in hex, once it is done: of a report that of its canonical JSON, of a verification that of "
        "the report as counted now, of a delta or counterfactual that of its result"
    )
    refusal: str | None = Field(description="stable name of the rule, when it was refused")


async def begun(
    response: Response,
    jobs: ReportJobs,
    asked: Asked,
    now: datetime,
    *,
    sealer: Sealer | None = None,
    run_id: UUID | None = None,
) -> RunBody:
    """The run that was begun for what is asked, with its address in Location. Raises ProblemError."""
    run = await jobs.begin(asked, now, sealer=sealer, run_id=run_id)
    if isinstance(run, Refusal):
        raise report_problem(run)
    response.headers["Location"] = f"/api/v1/report-runs/{run.run_id}"
    return _run_body(run)


def run_router(
    engine: Engine,
    queries: Queries,
    jobs: ReportJobs,
    drills: DrillProcess,
    now: Callable[[], datetime],
    contacts: Callable[[], Contacts | None] = nobody_looked_up,
) -> APIRouter:
    """Runs in the background, sealing among them, and drill-downs."""
    router = APIRouter(tags=["reports"])

    @router.post(
        "/reports/{name}/runs",
        operation_id="begin_report_run",
        summary="Count a report in the background",
        status_code=202,
        responses=documented(404, 409, 422, 500, 503),
    )
    async def begin(
        response: Response,
        name: ReportName,
        as_of: AsOf = None,
        known_at: KnownAt = None,
        param: Params = [],  # noqa: B006 # FastAPI copies defaults
        wait_for: WaitFor = None,
    ) -> RunBody:
        """Answers at once; the run and its progress are at the address in Location, today and tomorrow."""
        await caught_up(engine, queries, wait_for)
        return await begun(response, jobs, asked_report(name, as_of, known_at, param), now())

    @router.post(
        "/reports/{name}/seals",
        operation_id="seal_report",
        summary="Seal a report in the background",
        status_code=202,
        responses=documented(404, 409, 422, 500, 503),
    )
    async def seal(
        response: Response,
        actor: Acting,
        name: ReportName,
        as_of: AsOf = None,
        known_at: KnownAt = None,
        param: Params = [],  # noqa: B006 # FastAPI copies defaults
        idempotency_key: IdempotencyKey = None,
    ) -> RunBody:
        """Counted from the log itself, up to its end or to what is asked for. The key is the number of the seal and of
        the run at the address in Location; once that is done the seal is under /sealed-reports."""
        sealer = Sealer(actor=actor.staff_id, organisation=actor.organisation)
        asked = asked_report(name, as_of, known_at, param)
        return await begun(response, jobs, asked, now(), sealer=sealer, run_id=idempotency_key)

    @router.get(
        "/report-runs",
        operation_id="list_report_runs",
        summary="The latest runs",
        responses=documented(422, 500, 503),
    )
    async def runs(most: Annotated[int, Query(ge=1, le=500)] = 50) -> list[RunBody]:
        """The newest first; of all processes, and of those that have ended since."""
        return [_run_body(run) for run in await jobs.latest(most)]

    @router.get(
        "/report-runs/{run_id}",
        operation_id="read_report_run",
        summary="A run with its progress",
        responses=documented(404, 422, 500, 503),
    )
    async def run(run_id: UUID) -> RunBody:
        """How far it has come."""
        return _run_body(_found(await jobs.find(run_id)))

    @router.delete(
        "/report-runs/{run_id}",
        operation_id="cancel_report_run",
        summary="Cancel a run",
        responses=documented(404, 422, 500, 503),
    )
    async def cancel(run_id: UUID) -> RunBody:
        """A run that is over stays as it is."""
        return _run_body(_found(await jobs.cancel(run_id)))

    @router.get(
        "/report-runs/{run_id}/file",
        operation_id="read_report_file",
        summary="The report of a run as a file",
        response_class=Response,
        responses={
            200: {
                "description": "The report in the format asked for; JSON is the canonical form.",
                "content": {format_.media_type.partition(";")[0]: {} for format_ in Format},
            },
            **documented(404, 409, 422, 500, 503),
        },
    )
    async def file(
        run_id: UUID,
        request: Request,
        format_: FileFormat = Format.JSON,
        table: TableOfFile = None,
    ) -> Response:
        """The same run gives the same bytes, whenever it is fetched; but a list of whom to call says whom that reaches
        now."""
        result = await _result(jobs, run_id)
        if isinstance(result, Finding):
            raise report_problem(no_file())
        if format_ in CLICKED:
            of_run = _found(await jobs.find(run_id))
            asked = AskedReport(
                name=of_run.report,
                as_of=of_run.as_of,
                known_at=of_run.position,
                parameters=dict(of_run.parameters),
            )
            drills.prepare(asked, now())
        return await report_answer(engine, result, format_, table, language_of(request.headers), contacts())

    @router.get(
        "/report-runs/{run_id}/text",
        operation_id="read_run_text",
        summary="What came out of a run, as people read it",
        response_class=Response,
        responses={
            200: {
                "description": "Of a report its tables with their definitions, of a delta the draft of a correction "
                "notice, of a counterfactual the figures that differ and the cases that flip; in the language of "
                "Accept-Language",
                "content": {"text/plain": {}},
            },
            **documented(404, 409, 422, 500, 503),
        },
    )
    async def text(run_id: UUID, request: Request) -> Response:
        """German unless Accept-Language likes English better. 409 for a run of which there is no text."""
        result = await _result(jobs, run_id)
        language = language_of(request.headers)
        if isinstance(result, Finding):
            if result.text is None:
                raise report_problem(no_text())
            body = in_language(result.text, language.value)
        else:
            body = "".join(f"{line}\n" for line in report_lines(result, language.value, contacts()))
        headers = {"Content-Language": language.value, "Vary": "Accept-Language", **NOTHING_RUNS}
        return Response(body.encode(), media_type="text/plain; charset=utf-8", headers=headers)

    @router.get(
        "/report-runs/{run_id}/result",
        operation_id="read_run_result",
        summary="What came out of a run, as JSON",
        response_class=Response,
        responses={
            200: {
                "description": "Of a report or a seal the canonical form of the report; of a verification the seal, the "
                "digest of now and whether it is the `same`; of a publication the seal; of a delta every `cell` that "
                "changed with its entries; of a counterfactual the `cells` that differ and the `flips` of cases",
                "content": {"application/json": {"schema": {"type": "object"}}},
            },
            **documented(404, 409, 422, 500, 503),
        },
    )
    async def result(run_id: UUID) -> Response:
        """The same run gives the same bytes. 503 with Retry-After while another process's result is counted again."""
        body = (await _result(jobs, run_id)).body
        etag = f'"{hashlib.sha256(body).hexdigest()}"'
        return Response(body, media_type="application/json", headers={"ETag": etag})

    @router.get(
        "/reports/{name}/cells/{table}/{column}",
        operation_id="drill_down",
        summary="What makes one cell of a report",
        responses={200: {"headers": DOCUMENTED}, **documented(404, 409, 422, 500, 503)},
    )
    async def cell(
        response: Response,
        name: ReportName,
        table: CellPart,
        column: CellPart,
        key: CellKey = [],  # noqa: B006 # FastAPI copies defaults
        as_of: AsOf = None,
        known_at: KnownAt = None,
        param: Params = [],  # noqa: B006 # FastAPI copies defaults
        first: First = 0,
        most: Most = MOST_SHARES,
        but_for: ButFor = False,
    ) -> dict[str, Any]:
        """Pseudonymous cases with the entries because of which they count; a derived cell with the cells it is made of.

        Give the position of the report as `known_at`, as its `Link-Template` does: then the figures fit, and every
        drill-down into the same report is quick once it is indexed. The answer has the template for the next one.
        """
        asked = asked_report(name, as_of, known_at, param)
        day = as_of or local_date(now())
        page = Page(first=first, most=most, but_for=but_for)
        body = await cell_body(engine, asked, CellRef(table, column, tuple(key)), page, now(), drills)
        response.headers.update(cells_of(asked, day, body["position"]))
        return body

    return router


async def _result(jobs: ReportJobs, run_id: UUID) -> RunResult:
    result = await jobs.result(run_id)
    if isinstance(result, Refusal):
        raise report_problem(result)
    return result


def _found(run: BackgroundRun | None) -> BackgroundRun:
    if run is None:
        raise report_problem(no_such_run())
    return run


async def cell_body(
    engine: Engine,
    asked: AskedReport,
    cell: CellRef,
    page: Page,
    now: datetime,
    drills: DrillProcess,
) -> dict[str, Any]:
    """What makes one cell of the report that is asked for, as JSON carries it. Raises ProblemError."""
    found = await drills.drill_down(asked, cell, page, now=now)
    if isinstance(found, Refusal):
        raise report_problem(found)
    entries = await entries_behind(engine, found.drill, found.position)
    return {"position": found.position} | plain_drill(found.drill, entries)


def _run_body(run: BackgroundRun) -> RunBody:
    return RunBody(
        id=run.run_id,
        kind=run.kind,
        report=run.report,
        definition_version=run.definition_version,
        as_of=run.as_of,
        position=run.position,
        parameters=dict(run.parameters),
        seal=run.seal_id,
        asked_at=run.asked_at,
        state=run.state,
        done=run.entries_done,
        total=run.entries_total,
        digest=run.digest,
        refusal=run.refusal.rule_id if run.refusal else None,
    )
