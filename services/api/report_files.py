"""A report answered over HTTP: its canonical bytes, or a file of it in the reader's language, with headers that fit."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from typing import Annotated, Final

from fastapi import Query
from fastapi.responses import Response

from domain.refusals import Refusal
from services.api.language import Language
from services.api.report_requests import report_problem
from services.bootstrap import Engine
from services.report_contacts import Contacts
from services.report_formats.rendering import Format, render
from services.reports import ReportResult, report_run

FileFormat = Annotated[
    Format,
    Query(
        alias="format",
        description="json is the canonical form that is hashed and sealed; the others are files for people, in the "
        "language of Accept-Language",
    ),
]
TableOfFile = Annotated[
    str | None,
    Query(
        pattern=r"^[a-z_]{1,50}$",
        description="id of the one table to have in a file; as csv it is then heads and rows alone",
    ),
]
CLICKED: Final = (Format.JSON, Format.HTML)
"""In what form a report is read where its cells can be clicked."""
FILES: Final[dict[str, dict[str, object]]] = {
    format_.media_type.partition(";")[0]: {} for format_ in Format if format_ is not Format.JSON
}
NOTHING_RUNS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    "X-Content-Type-Options": "nosniff",
}
"""A file is shown by browsers as what it says it is, and nothing in it runs in our name."""


async def report_answer(
    engine: Engine,
    result: ReportResult,
    format_: Format,
    table: str | None,
    language: Language,
    contacts: Contacts | None,
) -> Response:
    """The report in a format, made beside the loop that answers others. Raises ProblemError."""
    canonical = format_ is Format.JSON and table is None
    body = result.body if canonical else await _file(engine, result, format_, table, language, contacts)
    digest = hashlib.sha256(body)
    headers = {
        "Position": str(result.position),
        "ETag": f'"{digest.hexdigest()}"',
        "Repr-Digest": f"sha-256=:{base64.b64encode(digest.digest()).decode()}:",
    }
    if format_ is not Format.JSON:
        report = result.report
        file = f"{report.name}_{report.as_of.isoformat()}_{result.position}.{format_.value}"
        headers |= {
            "Content-Disposition": f'{"inline" if format_ is Format.HTML else "attachment"}; filename="{file}"',
            "Content-Language": language.value,
            "Vary": "Accept-Language",
            **NOTHING_RUNS,
        }
    return Response(body, media_type=format_.media_type, headers=headers)


async def _file(
    engine: Engine,
    result: ReportResult,
    format_: Format,
    table: str | None,
    language: Language,
    contacts: Contacts | None,
) -> bytes:
    run = await report_run(engine, result, contacts)
    rendered = await asyncio.to_thread(render, result.report, run, format_, language.value, table=table)
    if isinstance(rendered, Refusal):
        raise report_problem(rendered)
    return rendered
