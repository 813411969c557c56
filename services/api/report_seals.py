"""Sealed reports over HTTP: listed, verified, published, compared with today, counted under other values of rules.

Whatever counts is a run in the background, answered at once with its address.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from adapters.background_runs import RunKind
from domain.refusals import Refusal
from domain.reports.drill import Page
from domain.reports.evidence import CellRef
from services.api.identity import Acting
from services.api.language import language_of
from services.api.problems import documented
from services.api.report_files import FILES, FileFormat, TableOfFile, report_answer
from services.api.report_requests import NAME_PATTERN, Params, asked_report, report_problem
from services.api.report_runs import ButFor, CellKey, CellPart, First, Most, RunBody, begun, cell_body
from services.api.requests import IdempotencyKey, KnownAt
from services.bootstrap import Engine
from services.drill_process import DrillProcess
from services.report_again import report_of_seal
from services.report_contacts import Contacts, nobody_looked_up
from services.report_drill import MOST_SHARES
from services.report_formats.rendering import Format
from services.report_jobs import ReportJobs
from services.report_run_kinds import AskedOfSeal, Sealer
from services.report_seals import Seal, all_sealed, asked_again, published, sealed


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
    published_on: date | None = Field(description="when it went out; null when it did not")


def seal_router(
    engine: Engine,
    jobs: ReportJobs,
    drills: DrillProcess,
    now: Callable[[], datetime],
    contacts: Callable[[], Contacts | None] = nobody_looked_up,
) -> APIRouter:
    """Seals, and the runs on them."""
    router = APIRouter(tags=["reports"])

    @router.get(
        "/sealed-reports",
        operation_id="list_sealed_reports",
        summary="The sealed reports",
        responses=documented(404, 422, 500, 503),
    )
    async def seals(
        report: Annotated[str | None, Query(pattern=NAME_PATTERN, description="of this report alone")] = None,
        most: Annotated[int, Query(ge=1, le=1_000)] = 100,
    ) -> list[SealBody]:
        """The newest first."""
        found = await all_sealed(engine, most, report)
        if isinstance(found, Refusal):
            raise report_problem(found)
        went_out = await published(engine)
        return [_seal_body(one, went_out) for one in found]

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
        return _seal_body(found, await published(engine))

    @router.get(
        "/sealed-reports/{seal_id}/file",
        operation_id="read_sealed_file",
        summary="A sealed report as a file",
        response_class=Response,
        responses={
            200: {
                "description": "The report as it was sealed, in the format asked for; JSON is the canonical form that has "
                "the digest of the seal.",
                "content": {"application/json": {"schema": {"type": "object"}}, **FILES},
            },
            **documented(404, 409, 422, 500, 503),
        },
    )
    async def file(
        seal_id: UUID,
        request: Request,
        format_: FileFormat = Format.JSON,
        table: TableOfFile = None,
    ) -> Response:
        """Counted again by the definition of its version, and held against its digest before it is given out; but a list
        of whom to call says whom that reaches now."""
        result = await report_of_seal(engine, seal_id)
        if isinstance(result, Refusal):
            raise report_problem(result)
        return await report_answer(engine, result, format_, table, language_of(request.headers), contacts())

    @router.get(
        "/sealed-reports/{seal_id}/cells/{table}/{column}",
        operation_id="drill_down_sealed",
        summary="What makes one cell of a sealed report",
        responses=documented(404, 409, 422, 500, 503),
    )
    async def cell(
        seal_id: UUID,
        table: CellPart,
        column: CellPart,
        key: CellKey = [],  # noqa: B006 # FastAPI copies defaults
        first: First = 0,
        most: Most = MOST_SHARES,
        but_for: ButFor = False,
    ) -> dict[str, Any]:
        """As of its date, as known at its position, by the definition of its version."""
        asked = await asked_again(engine, seal_id)
        if isinstance(asked, Refusal):
            raise report_problem(asked)
        page = Page(first=first, most=most, but_for=but_for)
        return await cell_body(engine, asked, CellRef(table, column, tuple(key)), page, now(), drills)

    @router.put(
        "/sealed-reports/{seal_id}/publication",
        operation_id="publish_sealed_report",
        summary="Publish a sealed report in the background",
        status_code=202,
        responses=documented(404, 409, 422, 500, 503),
    )
    async def publication(
        response: Response, actor: Acting, seal_id: UUID, idempotency_key: IdempotencyKey = None
    ) -> RunBody:
        """Once the run is done every volume of the report is controlled against it. Doing so again changes nothing."""
        sealer = Sealer(actor=actor.staff_id, organisation=actor.organisation)
        asked = AskedOfSeal(kind=RunKind.PUBLICATION, seal_id=seal_id)
        return await begun(response, jobs, asked, now(), sealer=sealer, run_id=idempotency_key)

    @router.post(
        "/sealed-reports/{seal_id}/verifications",
        operation_id="verify_sealed_report",
        summary="Count a sealed report anew and compare, in the background",
        status_code=202,
        responses=documented(404, 409, 422, 500, 503),
    )
    async def verification(
        response: Response, seal_id: UUID, idempotency_key: IdempotencyKey = None
    ) -> RunBody:
        """From the log alone. The result of the run tells whether the bytes are the same."""
        asked = AskedOfSeal(kind=RunKind.VERIFICATION, seal_id=seal_id)
        return await begun(response, jobs, asked, now(), run_id=idempotency_key)

    @router.post(
        "/sealed-reports/{seal_id}/deltas",
        operation_id="begin_report_delta",
        summary="What has changed since the seal, in the background",
        status_code=202,
        responses=documented(404, 409, 422, 500, 503),
    )
    async def delta(
        response: Response, seal_id: UUID, known_at: KnownAt = None, idempotency_key: IdempotencyKey = None
    ) -> RunBody:
        """Up to the end of the log as it is now, or to what is asked. The result of the run tells figure by figure the
        entries recorded since, late ones and corrections; and how many cases were erased."""
        asked = AskedOfSeal(kind=RunKind.DELTA, seal_id=seal_id, known_at=known_at)
        return await begun(response, jobs, asked, now(), run_id=idempotency_key)

    @router.post(
        "/sealed-reports/{seal_id}/counterfactuals",
        operation_id="begin_counterfactual",
        summary="A sealed report under other values of rules, in the background",
        status_code=202,
        responses=documented(404, 409, 422, 500, 503),
    )
    async def counterfactual(
        response: Response,
        seal_id: UUID,
        rule: Params = [],  # noqa: B006 # FastAPI copies defaults
        idempotency_key: IdempotencyKey = None,
    ) -> RunBody:
        """The result of the run tells which figures would differ and which cases flip from which line into which;
        nothing is sealed."""
        values = asked_report("", None, None, rule).parameters
        asked = AskedOfSeal(kind=RunKind.COUNTERFACTUAL, seal_id=seal_id, values=values)
        return await begun(response, jobs, asked, now(), run_id=idempotency_key)

    return router


def _seal_body(seal: Seal, went_out: Mapping[UUID, date]) -> SealBody:
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
        published_on=went_out.get(seal.seal_id),
    )
