"""Reports over HTTP as background runs, drill-downs, and seals."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID, uuid4

from fastapi import APIRouter, Header, Path, Query, Response
from pydantic import BaseModel, Field

from adapters.background_runs import BackgroundRun, RunKind, RunState
from domain.command_handling import CommandContext
from domain.refusals import Refusal
from domain.reports.evidence import CellRef
from services.api.identity import Acting
from services.api.language import preferred
from services.api.problems import ProblemError, documented, refused
from services.api.requests import AsOf, IdempotencyKey, KnownAt, WaitFor
from services.api.waiting import caught_up
from services.bootstrap import Engine
from services.queries import Queries
from services.report_asking import AskedReport
from services.report_delta import delta_since, plain_delta
from services.report_drill import MOST_SHARES, entries_behind, plain_drill
from services.report_formats.rendering import Format, render
from services.report_jobs import ReportJobs, Sealer, no_such_run
from services.report_publishing import publish_seal
from services.report_seals import Seal, all_sealed, sealed, verify_seal
from services.report_whatif import counterfactual, plain_counterfactual
from services.reports import FactsMemory, drill_down, report_run

NAME_PATTERN = r"^[a-z_]{1,50}$"
ReportName = Annotated[str, Path(pattern=NAME_PATTERN, description="one of GET /reports")]
Params = Annotated[
    list[Annotated[str, Field(pattern=r"^[a-z_]{1,40}=[^\x00]{0,100}$")]],
    Query(max_length=20, description="A parameter of the report as name=value; may be given several times."),
]
_NOT_THERE = frozenset(
    {
        "report.unknown",
        "report.municipality_unknown",
        "report.grant_unknown",
        "report.table_unknown",
        "report.column_unknown",
        "report.line_unknown",
        "report.run_unknown",
        "report_seal.unknown",
    }
)


class RunBody(BaseModel):
    """A run in the background; of one that seals, ``id`` is the number of the seal."""

    id: UUID
    kind: RunKind
    report: str
    as_of: date
    position: int = Field(description="of the log it is counted at, settled when it was asked for")
    parameters: dict[str, str]
    asked_at: datetime
    state: RunState
    done: int = Field(description="entries of the log read so far; 0 while the read tables answer")
    total: int
    digest: str | None = Field(description="SHA-256 of its canonical JSON in hex, once it is done")
    refusal: str | None = Field(description="stable name of the rule, when it was refused")


class SealBody(BaseModel):
    """A sealed report."""

    id: UUID
    report: str
    definition_version: int
    log_position: int
    as_of: date
    parameters: dict[str, str]
    digest: str
    recorded_at: datetime
    actor: str
    organisation: str


class VerificationBody(BaseModel):
    """Whether a sealed report comes out again."""

    seal: SealBody
    digest: str = Field(description="SHA-256 of the bytes counted now")
    same: bool


def report_problem(refusal: Refusal) -> ProblemError:
    """404 for what is not there, else as every refusal."""
    if refusal.rule_id in _NOT_THERE:
        return ProblemError(404, refusal.rule_id, refusal.de, refusal.en)
    return refused(refusal)


def asked_report(
    name: str, as_of: date | None, known_at: datetime | int | None, params: list[str]
) -> AskedReport:
    """What is asked for in the query. Refuses a parameter that is given twice."""
    given: dict[str, str] = {}
    for text in params:
        key, _, value = text.partition("=")
        if key in given:
            raise ProblemError(
                409,
                "report.parameter_doubled",
                "Ein Parameter ist doppelt angegeben.",
                "A parameter is given twice.",
            )
        given[key] = value
    return AskedReport(name=name, as_of=as_of, known_at=known_at, parameters=given)


def run_router(engine: Engine, queries: Queries, jobs: ReportJobs, now: Callable[[], datetime]) -> APIRouter:
    """Runs in the background, sealing among them, and drill-downs."""
    router = APIRouter(tags=["reports"])
    memory = FactsMemory()

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
        run = await jobs.begin(asked_report(name, as_of, known_at, param), now())
        return _begun(response, run)

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
        run = await jobs.begin(asked, now(), sealer=sealer, run_id=idempotency_key)
        return _begun(response, run)

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
        format: Format = Format.JSON,  # noqa: A002 # the name in the query
        accept_language: Annotated[str, Header()] = "",
    ) -> Response:
        """The same run gives the same bytes, whenever and in whatever language it is fetched."""
        result = await jobs.result(run_id)
        if isinstance(result, Refusal):
            raise report_problem(result)
        body = await asyncio.to_thread(
            render, result.report, await report_run(engine, result), format, preferred(accept_language).value
        )
        if isinstance(body, Refusal):
            raise report_problem(body)
        name = f"{result.report.name}-{result.report.as_of}.{format.value}"
        return Response(
            body,
            media_type=format.media_type,
            headers={
                "Content-Disposition": f'attachment; filename="{name}"',
                "ETag": f'"{result.digest}"',
                "Position": str(result.position),
            },
        )

    @router.get(
        "/reports/{name}/cells/{table}/{column}",
        operation_id="drill_down",
        summary="What makes one cell of a report",
        responses=documented(404, 409, 422, 500, 503),
    )
    async def cell(
        name: ReportName,
        table: Annotated[str, Path(pattern=NAME_PATTERN)],
        column: Annotated[str, Path(pattern=NAME_PATTERN)],
        key: Annotated[
            list[Annotated[str, Field(max_length=200)]],
            Query(max_length=10, description="the key of the line, one part for each leading column"),
        ] = [],  # noqa: B006 # FastAPI copies defaults
        as_of: AsOf = None,
        known_at: KnownAt = None,
        param: Params = [],  # noqa: B006 # FastAPI copies defaults
        first: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
        most: Annotated[int, Query(ge=1, le=1_000)] = MOST_SHARES,
    ) -> dict[str, Any]:
        """Pseudonymous cases with the entries because of which they count; a derived cell with the cells it is made of."""
        asked = asked_report(name, as_of, known_at, param)
        found = await drill_down(engine, asked, CellRef(table, column, tuple(key)), now=now(), memory=memory)
        if isinstance(found, Refusal):
            raise report_problem(found)
        entries = await entries_behind(engine, found.drill, found.position, first, most)
        return {"position": found.position} | plain_drill(found.drill, entries, first, most)

    return router


def seal_router(engine: Engine, now: Callable[[], datetime]) -> APIRouter:
    """Seals, verifying, and what changed since."""
    router = APIRouter(tags=["reports"])

    @router.put(
        "/sealed-reports/{seal_id}/publication",
        operation_id="publish_sealed_report",
        summary="Publish a sealed report",
        responses=documented(404, 409, 422, 500, 503),
    )
    async def publication(actor: Acting, seal_id: UUID) -> SealBody:
        """From then on every volume of the report is controlled against it. Doing so again changes nothing."""
        context = CommandContext(command_id=uuid4(), actor=actor.staff_id, organisation=actor.organisation)
        found = await publish_seal(engine, seal_id, context, now())
        if isinstance(found, Refusal):
            raise report_problem(found)
        return _seal_body(found)

    @router.get(
        "/sealed-reports",
        operation_id="list_sealed_reports",
        summary="The sealed reports",
        responses=documented(422, 500, 503),
    )
    async def seals(most: Annotated[int, Query(ge=1, le=1_000)] = 100) -> list[SealBody]:
        """The newest first."""
        return [_seal_body(one) for one in await all_sealed(engine, most)]

    @router.get(
        "/sealed-reports/{seal_id}",
        operation_id="read_sealed_report",
        summary="A seal",
        responses=documented(404, 422, 500, 503),
    )
    async def one(seal_id: UUID) -> SealBody:
        """What was sealed, when and by whom."""
        found = await sealed(engine, seal_id)
        if isinstance(found, Refusal):
            raise report_problem(found)
        return _seal_body(found)

    @router.get(
        "/sealed-reports/{seal_id}/verification",
        operation_id="verify_sealed_report",
        summary="Count a sealed report anew and compare",
        responses=documented(404, 409, 422, 500, 503),
    )
    async def verification(seal_id: UUID) -> VerificationBody:
        """From the log alone; the same bytes or not."""
        found = await verify_seal(engine, seal_id)
        if isinstance(found, Refusal):
            raise report_problem(found)
        return VerificationBody(seal=_seal_body(found.seal), digest=found.digest, same=found.same)

    @router.get(
        "/sealed-reports/{seal_id}/delta",
        operation_id="read_report_delta",
        summary="What has changed since the seal",
        responses=documented(404, 409, 422, 500, 503),
    )
    async def delta(seal_id: UUID) -> dict[str, Any]:
        """Figure by figure, with the entries recorded since: late ones and corrections; and how many cases were erased."""
        found = await delta_since(engine, seal_id)
        if isinstance(found, Refusal):
            raise report_problem(found)
        return plain_delta(found)

    @router.get(
        "/sealed-reports/{seal_id}/counterfactual",
        operation_id="read_counterfactual",
        summary="A sealed report under other values of rules",
        responses=documented(404, 409, 422, 500, 503),
    )
    async def whatif(seal_id: UUID, rule: Params = []) -> dict[str, Any]:  # noqa: B006 # FastAPI copies defaults
        """Which figures would differ and which cases flip from which line into which; nothing is stored."""
        asked = asked_report("", None, None, rule)
        found = await counterfactual(engine, seal_id, asked.parameters)
        if isinstance(found, Refusal):
            raise report_problem(found)
        return plain_counterfactual(found)

    return router


def _begun(response: Response, run: BackgroundRun | Refusal) -> RunBody:
    if isinstance(run, Refusal):
        raise report_problem(run)
    response.headers["Location"] = f"/api/v1/report-runs/{run.run_id}"
    return _run_body(run)


def _found(run: BackgroundRun | None) -> BackgroundRun:
    if run is None:
        raise report_problem(no_such_run())
    return run


def _run_body(run: BackgroundRun) -> RunBody:
    return RunBody(
        id=run.run_id,
        kind=run.kind,
        report=run.report,
        as_of=run.as_of,
        position=run.position,
        parameters=dict(run.parameters),
        asked_at=run.asked_at,
        state=run.state,
        done=run.entries_done,
        total=run.entries_total,
        digest=run.digest,
        refusal=run.refusal.rule_id if run.refusal else None,
    )


def _seal_body(seal: Seal) -> SealBody:
    return SealBody(
        id=seal.seal_id,
        report=seal.report,
        definition_version=seal.definition_version,
        log_position=seal.log_position,
        as_of=seal.as_of,
        parameters=dict(seal.parameters),
        digest=seal.digest,
        recorded_at=seal.recorded_at,
        actor=seal.actor,
        organisation=seal.organisation,
    )
