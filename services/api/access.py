"""The outermost layer: one line per request, safe headers, and an answer for what nobody foresaw.

The line carries the route's template and never a query string, a body or the text of an exception: all of them may be
personal.
"""

from __future__ import annotations

from time import perf_counter
from typing import Any

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.api.language import language_of
from services.api.problems import problem_response, unexpected

_log = structlog.get_logger("teilhabe.http")

SAFE_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "Vary": "Accept-Language",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class AccessLine:
    """ASGI middleware around everything else."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = perf_counter()
        status = 0

        async def observed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                for name, value in SAFE_HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        failure: str | None = None
        try:
            await self._app(scope, receive, observed)
        except Exception as error:
            failure = _where(error)
            if status:
                raise BrokenOff from None
            answer = problem_response(unexpected(), language_of(Headers(scope=scope)))
            await answer(scope, receive, observed)
        finally:
            _write(scope, status, perf_counter() - began, failure)


class BrokenOff(Exception):
    """An answer failed half way; the connection is closed so that nobody takes it for whole."""


def _write(scope: Scope, status: int, seconds: float, failure: str | None) -> None:
    line: dict[str, Any] = {
        "method": scope["method"],
        "route": getattr(scope.get("route"), "path_format", None) or "-",
        "status": status,
        "duration_ms": round(seconds * 1000, 1),
    }
    actor = scope.get("state", {}).get("actor")
    if actor is not None:
        line |= {"actor": actor.staff_id, "organisation": actor.organisation}
    if failure is not None:
        _log.error("request_failed", failure=failure, **line)
    else:
        _log.info("request", **line)


def _where(error: BaseException) -> str:
    """Kind and place of an exception, without its text."""
    place = ""
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        place = f"{code.co_filename.rpartition('/')[2]}:{trace.tb_lineno} {code.co_name}"
        trace = trace.tb_next
    return f"{type(error).__name__} at {place}"
