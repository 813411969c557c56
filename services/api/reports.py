"""Reports over HTTP: which there are, and each run within the request."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from domain.decision import local_date
from domain.refusals import Refusal
from domain.reports.definition import MUNICIPALITY, ParameterKind
from domain.reports.registry import REPORTS
from domain.reports.table import Publication, Unit
from services.api.cell_links import DOCUMENTED, cells_of
from services.api.language import language_of
from services.api.problems import documented
from services.api.report_files import CLICKED, FILES, FileFormat, TableOfFile, report_answer
from services.api.report_requests import Params, ReportName, asked_report, report_problem
from services.api.requests import AsOf, KnownAt, WaitFor
from services.api.waiting import caught_up
from services.bootstrap import Engine
from services.drill_process import DrillProcess
from services.queries import Queries
from services.report_asking import AskedReport, asked_definition
from services.report_catalogue import plain_catalogue, plain_description
from services.report_contacts import Contacts, nobody_looked_up
from services.report_formats.rendering import Format
from services.reports import run_asked


class TitleBody(BaseModel):
    """The same words in both languages."""

    de: str
    en: str


class ParameterBody(BaseModel):
    """A parameter of a report."""

    name: str
    title: TitleBody
    kind: ParameterKind
    default: str | None = Field(description="what counts when it is left out; null: all, or as in the notice")
    choices: list[str] = Field(description="of a code, and of codes separated by commas")
    least: int | None = Field(description="of a number")
    most: int | None = Field(description="of a number")
    rule: bool = Field(description="the value of a rule, which a counterfactual can change")


class _ReportHead(BaseModel):
    name: str
    href: str = Field(description="where it is run")
    version: int
    title: TitleBody
    publication: Publication
    parameters: list[ParameterBody]


class ReportBody(_ReportHead):
    """A report that can be run."""

    tables: list[str]


class ColumnBody(BaseModel):
    """A column of figures with what exactly is counted, and why so."""

    id: str
    title: TitleBody
    unit: Unit
    definition: TitleBody
    source: str


class TableBody(BaseModel):
    """The head of a table; ``keys`` are its leading columns."""

    id: str
    title: TitleBody
    keys: list[TitleBody]
    columns: list[ColumnBody]


class DescriptionBody(_ReportHead):
    """A report that can be run, with the heads of its tables."""

    tables: list[TableBody]


def report_router(
    engine: Engine,
    queries: Queries,
    drills: DrillProcess,
    contacts: Callable[[], Contacts | None] = nobody_looked_up,
) -> APIRouter:
    """The routes of the reports."""
    router = APIRouter(tags=["reports"])

    @router.get(
        "/reports", operation_id="list_reports", summary="The reports there are", responses=documented(500)
    )
    async def reports() -> list[ReportBody]:
        """Names to be run with `/reports/{name}`, with their parameters and the ids of their tables."""
        return [
            ReportBody(href=f"/api/v1/reports/{one['name']}", **one)
            for one in plain_catalogue(REPORTS[name] for name in sorted(REPORTS))
        ]

    @router.get(
        "/reports/{name}/description",
        operation_id="describe_report",
        summary="What a report tells, before it is run",
        responses=documented(404, 422, 500),
    )
    async def description(name: ReportName) -> DescriptionBody:
        """Parameters, tables and columns by the ids that a drill-down takes, each column with its exact definition."""
        definition = asked_definition(AskedReport(name=name))
        if isinstance(definition, Refusal):
            raise report_problem(definition)
        return DescriptionBody(href=f"/api/v1/reports/{name}", **plain_description(definition))

    @router.get(
        "/reports/{name}",
        operation_id="run_report",
        summary="Run a report",
        response_class=Response,
        responses={
            200: {
                "description": "The report in its canonical form, or a file of it: the same position, day and "
                "parameters give the same bytes",
                "content": {"application/json": {"schema": {"type": "object"}}, **FILES},
                "headers": {
                    "Position": {
                        "description": "position of the log it was counted at",
                        "schema": {"type": "string"},
                    },
                    "Repr-Digest": {
                        "description": "SHA-256 of the body (RFC 9530)",
                        "schema": {"type": "string"},
                    },
                    **DOCUMENTED,
                },
            },
            **documented(404, 409, 422, 500, 503),
        },
    )
    async def report(
        request: Request,
        name: ReportName,
        as_of: AsOf = None,
        known_at: KnownAt = None,
        municipality: Annotated[
            str | None, Query(pattern=r"^[0-9]{8}$", description="AGS; all when left out")
        ] = None,
        param: Params = [],  # noqa: B006 # FastAPI copies defaults
        format_: FileFormat = Format.JSON,
        table: TableOfFile = None,
        wait_for: WaitFor = None,
    ) -> Response:
        """Figures as of a day (default today) and as known at an instant or position (default now).

        Every column says what it counts and why. A figure that cannot be computed says so and is never 0. It is counted
        within the request; `POST /reports/{name}/runs` counts in the background, with progress, and suits a large town
        or an old position better.
        """
        await caught_up(engine, queries, wait_for)
        given = param if municipality is None else [*param, f"{MUNICIPALITY.name}={municipality}"]
        asked = asked_report(name, as_of, known_at, given)
        result = await run_asked(engine, asked)
        if isinstance(result, Refusal):
            raise report_problem(result)
        if format_ in CLICKED:
            drills.prepare(replace(asked, known_at=result.position))
        answer = await report_answer(engine, result, format_, table, language_of(request.headers), contacts())
        answer.headers.update(cells_of(asked, as_of or local_date(datetime.now(UTC)), result.position))
        return answer

    return router
