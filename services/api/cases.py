"""Reading cases: one case with both clocks, its history, its dates, and the list of cases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from domain.code_titles import in_language
from domain.refusals import Refusal
from services.api.language import language_of
from services.api.problems import ProblemError, documented, not_found, refused
from services.api.requests import AsOf, KnownAt, etag
from services.api.schemas import (
    Agenda,
    AgendaEntry,
    CaseBody,
    CaseWaiting,
    Explanation,
    History,
    HistoryEntry,
    case_body,
)
from services.bootstrap import Engine
from services.case_agenda import case_agenda, case_waiting, case_why
from services.case_reading import case_view, history_lines, known_position, rule_titles

AskedAbout = Annotated[
    str,
    Query(
        pattern=r"^[a-z0-9_./-]{1,200}$",
        description="id of a reminder, of a date, or of a rule, as the agenda gives it",
    ),
]


def case_router(engine: Engine, now: Callable[[], datetime]) -> APIRouter:
    """The routes that read one case, always from the log itself: never behind a command."""
    router = APIRouter(tags=["cases"], responses=documented(404, 409, 422, 500, 503))
    rules = rule_titles(engine.rule_book)

    @router.get("/cases/{case_id}", operation_id="read_case", summary="A case as of a day and as known then")
    async def case(
        response: Response, case_id: UUID, as_of: AsOf = None, known_at: KnownAt = None
    ) -> CaseBody:
        """The whole case, folded from its events.

        `as_of` answers what was the case on a day, `known_at` what was known at an instant or position; together
        they show what a colleague saw on a day. Personal fields of an erased participant read `erased`.
        """
        view = await case_view(engine, case_id, as_of=as_of, known_at=known_at)
        if view is None:
            raise unknown_case()
        response.headers["ETag"] = etag(view.case.version)
        return case_body(view)

    @router.get("/cases/{case_id}/history", operation_id="read_case_history", summary="Every entry of a case")
    async def history(
        request: Request, response: Response, case_id: UUID, known_at: KnownAt = None
    ) -> History:
        """All entries with the day each happened and the instant each became known, oldest first."""
        position = await known_position(engine, known_at)
        entries = await engine.store.load(case_id, known_position=position)
        lines = history_lines(entries, language_of(request.headers).value, rules)
        if not lines or lines[0].event != "case_opened":
            raise unknown_case()
        response.headers["ETag"] = etag(lines[-1].version)
        return History(
            case_id=case_id,
            version=lines[-1].version,
            position=lines[-1].position,
            entries=[
                HistoryEntry(**{name: getattr(line, name) for name in HistoryEntry.model_fields})
                for line in lines
            ],
        )

    @router.get("/cases/{case_id}/agenda", operation_id="read_case_agenda", summary="The dates of a case")
    async def dates(case_id: UUID) -> Agenda:
        """Every date of the case now, soonest first, each with its rule, citation and calculation line.

        `status` and `wakes_at` are those of this moment.
        """
        found, view = await case_agenda(engine, case_id, now()), await case_view(engine, case_id)
        if found is None or view is None:
            raise unknown_case()
        entries = [
            AgendaEntry(**{name: getattr(one, name) for name in AgendaEntry.model_fields}) for one in found
        ]
        return Agenda(case_id=case_id, hints=view.hints, entries=entries)

    @router.get(
        "/cases/{case_id}/agenda/why",
        operation_id="explain_case_agenda",
        summary="Why a reminder fired or did not",
    )
    async def explanation(request: Request, case_id: UUID, of: AskedAbout) -> Explanation:
        """The answer in sentences, the direct one first.

        `of` is the id of a reminder, of a date, or of a rule; of dates that are gone too. 409 when no rule is called
        so.
        """
        found = await case_why(engine, case_id, of, now())
        if found is None:
            raise unknown_case()
        if isinstance(found, Refusal):
            raise refused(found)
        language = language_of(request.headers)
        return Explanation(
            case_id=case_id, of=of, lines=[in_language(line, language.value) for line in found]
        )

    @router.get(
        "/cases/{case_id}/waiting", operation_id="read_case_waiting", summary="Who has to act, step by step"
    )
    async def waiting(case_id: UUID) -> CaseWaiting:
        """For every step from its beginning to its end: who has to act. With no step open, nobody has."""
        found = await case_waiting(engine, case_id)
        if found is None:
            raise unknown_case()
        return CaseWaiting(case_id=case_id, intervals=list(found))

    return router


def unknown_case() -> ProblemError:
    """404 for a case."""
    return not_found("case", "Diesen Fall gibt es nicht.", "There is no such case.")
