"""The HTTP API put together: identity, commands, reads, problems and health in one ASGI application."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from fastapi import APIRouter, Depends, FastAPI
from temporalio.client import Client

from services.api.access import AccessLine
from services.api.cases import case_router
from services.api.commands import command_bodies, command_router
from services.api.definitions import definition_router
from services.api.eligibility import eligibility_router
from services.api.events import event_router
from services.api.gaps import gap_bodies, gap_router
from services.api.grants import FLAT_RATE_BODIES, grant_router
from services.api.health import health_router
from services.api.identity import DevelopmentIdentity
from services.api.lists import list_router
from services.api.offers import offer_router
from services.api.openapi import describe
from services.api.problems import install_problem_handlers
from services.api.report_runs import run_router
from services.api.report_seals import seal_router
from services.api.reports import report_router
from services.api.requests import refuse_unknown_parameters
from services.bootstrap import Engine, contact_book
from services.clock import utc_now
from services.drill_process import DrillProcess
from services.gateway import CommandGateway
from services.queries import Queries
from services.report_jobs import ReportJobs
from services.settings import Settings

TAGS = [
    {"name": "cases: commands", "description": "What a person does to a case."},
    {"name": "cases", "description": "Cases, their history and their dates."},
    {"name": "offers: commands", "description": "Publishing and changing offers."},
    {"name": "offers", "description": "Offers and their occupancy."},
    {
        "name": "grants: commands",
        "description": "Grant notices, spending, drawdowns, onward grants, proof of use.",
    },
    {"name": "grants", "description": "Grants, their use and their dates."},
    {"name": "gaps", "description": "Needs that no offer fits, and what would help."},
    {"name": "reports", "description": "Figures as of a day and as known then."},
    {"name": "events", "description": "The event log for other programs."},
    {"name": "definitions", "description": "Paths and code lists."},
    {"name": "projections", "description": "How far the read tables have come."},
    {"name": "health", "description": "For whoever watches the service."},
]


def create_app(
    engine: Engine,
    gateway: CommandGateway,
    queries: Queries,
    settings: Settings,
    temporal: Client,
    *,
    now: Callable[[], datetime] = utc_now,
) -> FastAPI:
    """The application. It opens and closes nothing: the parts live as long as the caller wants.

    FastAPI's own telemetry writes down rejected inputs and the texts of exceptions unless told not to; both may be
    personal, and so may a query string in a span. Only its metrics are left on (docs/decisions/0017-http-api.md).
    """
    app = FastAPI(
        title="teilhabe",
        version="1",
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        openapi_tags=TAGS,
        telemetry={
            "tracing": False,
            "metrics": True,
            "logs": False,
            "operation_spans": False,
            "auto_configure": False,
        },
    )
    app.add_middleware(DevelopmentIdentity, settings=settings)
    app.add_middleware(AccessLine)
    install_problem_handlers(app)
    book = contact_book(settings)
    jobs = app.state.report_jobs = ReportJobs(engine)
    drills = app.state.drills = DrillProcess(engine.database_url)
    api = APIRouter(prefix="/api/v1", dependencies=[Depends(refuse_unknown_parameters)])
    for router in (
        list_router(engine, queries, now),
        command_router(engine, gateway, now),
        case_router(engine, now),
        eligibility_router(engine, now),
        offer_router(engine),
        grant_router(engine, gateway, now),
        gap_router(engine, queries, now),
        report_router(engine, queries, drills, lambda: book(now())),
        run_router(engine, queries, jobs, drills, now, lambda: book(now())),
        seal_router(engine, jobs, drills, now, lambda: book(now())),
        event_router(engine),
        definition_router(engine),
    ):
        api.include_router(router)
    app.include_router(api)
    app.include_router(health_router(engine, temporal, queries))
    describe(app, [*command_bodies(engine), *FLAT_RATE_BODIES, *gap_bodies()])
    return app
