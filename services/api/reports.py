"""Reports over HTTP: the canonical bytes of a report or a file of it, with the position they were counted at."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from collections.abc import Callable
from typing import Annotated, Final

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from domain.refusals import Refusal
from domain.reports.definition import MUNICIPALITY
from domain.reports.registry import REPORTS
from services.api.language import Language, language_of
from services.api.problems import ProblemError, documented, refused
from services.api.requests import AsOf, KnownAt, WaitFor
from services.api.waiting import caught_up
from services.bootstrap import Engine
from services.queries import Queries
from services.report_asking import AskedReport
from services.report_contacts import Contacts, nobody_looked_up
from services.report_drilling import DrillMemory
from services.report_formats.rendering import Format, render
from services.report_formats.run import ReportRun
from services.reports import ReportResult, report_run, run_report


class ReportName(BaseModel):
    """A report that can be run."""

    name: str
    href: str = Field(description="where it is run")


_NOT_THERE = frozenset({"report.unknown", "report.municipality_unknown"})
_FILES: dict[str, dict[str, object]] = {
    format_.media_type.partition(";")[0]: {} for format_ in Format if format_ is not Format.JSON
}
CLICKED: Final = (Format.JSON, Format.HTML)
"""In what form a report is read where its cells can be clicked."""
_NOTHING_RUNS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    "X-Content-Type-Options": "nosniff",
}
"""A file is shown by browsers as what it says it is, and nothing in it runs in our name."""


def report_router(
    engine: Engine,
    queries: Queries,
    drills: DrillMemory,
    contacts: Callable[[], Contacts | None] = nobody_looked_up,
) -> APIRouter:
    """The routes of the reports."""
    router = APIRouter(tags=["reports"])

    @router.get(
        "/reports", operation_id="list_reports", summary="The reports there are", responses=documented(500)
    )
    async def reports() -> list[ReportName]:
        """Names to be run with `/reports/{name}`."""
        return [ReportName(name=name, href=f"/api/v1/reports/{name}") for name in sorted(REPORTS)]

    @router.get(
        "/reports/{name}",
        operation_id="run_report",
        summary="Run a report",
        response_class=Response,
        responses={
            200: {
                "description": "The report in its canonical form, or a file of it: the same position, day and "
                "municipality give the same bytes",
                "content": {"application/json": {"schema": {"type": "object"}}, **_FILES},
                "headers": {
                    "Position": {
                        "description": "position of the log it was counted at",
                        "schema": {"type": "string"},
                    },
                    "Repr-Digest": {
                        "description": "SHA-256 of the body (RFC 9530)",
                        "schema": {"type": "string"},
                    },
                },
            },
            **documented(404, 409, 422, 500, 503),
        },
    )
    async def report(
        request: Request,
        name: Annotated[str, Path(pattern=r"^[a-z_]{1,50}$", description="funding or statistics")],
        as_of: AsOf = None,
        known_at: KnownAt = None,
        municipality: Annotated[
            str | None, Query(pattern=r"^[0-9]{8}$", description="AGS; all when left out")
        ] = None,
        format_: Annotated[
            Format,
            Query(
                alias="format",
                description="json is the canonical form that is hashed; the others are files for people, in the "
                "language of Accept-Language",
            ),
        ] = Format.JSON,
        table: Annotated[
            str | None,
            Query(
                pattern=r"^[a-z_]{1,50}$",
                description="id of the one table to have in a file; as csv it is then heads and rows alone",
            ),
        ] = None,
        wait_for: WaitFor = None,
    ) -> Response:
        """Figures as of a day (default today) and as known at an instant or position (default now).

        Every column says what it counts and why. A figure that cannot be computed says so and is never 0.
        """
        await caught_up(engine, queries, wait_for)
        result = await run_report(engine, name, as_of=as_of, known_at=known_at, municipality=municipality)
        if isinstance(result, Refusal):
            if result.rule_id in _NOT_THERE:
                raise ProblemError(404, result.rule_id, result.de, result.en)
            raise refused(result)
        if format_ in CLICKED:
            parameters = {} if municipality is None else {MUNICIPALITY.name: municipality}
            asked = AskedReport(name=name, as_of=as_of, known_at=result.position, parameters=parameters)
            drills.prepare(engine, asked)
        language = language_of(request.headers)
        canonical = format_ is Format.JSON and table is None
        run = None if canonical else await report_run(engine, result, contacts())
        body = result.body if run is None else await _file(result, run, format_, language, table)
        digest = hashlib.sha256(body)
        headers = {
            "Position": str(result.position),
            "ETag": f'"{digest.hexdigest()}"',
            "Repr-Digest": f"sha-256=:{base64.b64encode(digest.digest()).decode()}:",
        }
        if format_ is not Format.JSON:
            file = f"{name}_{result.report.as_of.isoformat()}_{result.position}.{format_.value}"
            headers |= {
                "Content-Disposition": f'{"inline" if format_ is Format.HTML else "attachment"}; filename="{file}"',
                "Content-Language": language.value,
                "Vary": "Accept-Language",
                **_NOTHING_RUNS,
            }
        return Response(body, media_type=format_.media_type, headers=headers)

    return router


async def _file(
    result: ReportResult, run: ReportRun, format_: Format, language: Language, table: str | None
) -> bytes:
    """The report as a file, made beside the loop that answers others. Raises ProblemError."""
    rendered = await asyncio.to_thread(render, result.report, run, format_, language.value, table=table)
    if isinstance(rendered, Refusal):
        status = 404 if rendered.rule_id == "report.table_unknown" else 409
        raise ProblemError(status, rendered.rule_id, rendered.de, rendered.en)
    return rendered
