"""What is asked of reports over HTTP: their names and parameters, and how a refusal of theirs is answered."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from fastapi import Path, Query
from pydantic import Field

from domain.refusals import Refusal
from services.api.problems import RETRY_AFTER_SECONDS, ProblemError, refused
from services.report_asking import AskedReport

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


def report_problem(refusal: Refusal) -> ProblemError:
    """404 for what is not there, 503 for what is there in a moment, else as every refusal."""
    if refusal.rule_id == "report.run_counted_again":
        headers = {"Retry-After": str(RETRY_AFTER_SECONDS)}
        return ProblemError(503, refusal.rule_id, refusal.de, refusal.en, headers=headers)
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
