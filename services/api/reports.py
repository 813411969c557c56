"""Reports over HTTP: the canonical bytes of a report, with the position they were counted at and their digest."""

from __future__ import annotations

import base64
from typing import Annotated

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response
from pydantic import BaseModel, Field

from domain.refusals import Refusal
from domain.reports.registry import REPORTS
from services.api.problems import ProblemError, documented, refused
from services.api.requests import AsOf, KnownAt, WaitFor
from services.api.waiting import caught_up
from services.bootstrap import Engine
from services.queries import Queries
from services.reports import run_report


class ReportName(BaseModel):
    """A report that can be run."""

    name: str
    href: str = Field(description="where it is run")


_NOT_THERE = frozenset({"report.unknown", "report.municipality_unknown"})


def report_router(engine: Engine, queries: Queries) -> APIRouter:
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
                "description": "The report in its canonical form: the same position, day and municipality give the "
                "same bytes",
                "content": {"application/json": {"schema": {"type": "object"}}},
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
        name: Annotated[str, Path(pattern=r"^[a-z_]{1,50}$", description="funding or statistics")],
        as_of: AsOf = None,
        known_at: KnownAt = None,
        municipality: Annotated[
            str | None, Query(pattern=r"^[0-9]{8}$", description="AGS; all when left out")
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
        digest = base64.b64encode(bytes.fromhex(result.digest)).decode()
        headers = {
            "Position": str(result.position),
            "ETag": f'"{result.digest}"',
            "Repr-Digest": f"sha-256=:{digest}:",
        }
        return Response(result.body, media_type="application/json", headers=headers)

    return router
