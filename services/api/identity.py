"""Who acts. Until there is a login: one person named in the settings, and only from this very machine.

Three things must hold at once: the server is configured to listen on loopback, the peer is on loopback, and nothing
says that the request was passed on for somebody else (proxy headers, or a Host that is not this machine: the way a
foreign web page would come in by DNS rebinding). Otherwise every address but /health answers 401.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from services.api.language import language_of
from services.api.problems import ProblemError, problem_response
from services.settings import Settings

_PASSED_ON = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")
OPEN_TO_ALL = "/health/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who gives a command and for which organisation: opaque ids."""

    staff_id: str
    organisation: str


def is_loopback(host: str) -> bool:
    """Whether ``host`` (an address or ``localhost``) is this machine.

    >>> [is_loopback(h) for h in ("127.0.0.1", "::1", "::ffff:127.0.0.1", "localhost", "192.0.2.1", "evil.example")]
    [True, True, True, True, False, False]
    """
    if host.lower() == "localhost":
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback


class DevelopmentIdentity:
    """ASGI middleware that puts the actor into the request, or answers 401."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._actor: Actor | None = None
        if settings.dev_actor and settings.dev_organisation and is_loopback(settings.http_host):
            self._actor = Actor(staff_id=settings.dev_actor, organisation=settings.dev_organisation)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(OPEN_TO_ALL):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        if self._actor is None or not _from_here(scope, headers):
            await problem_response(_unknown_person(), language_of(headers))(scope, receive, send)
            return
        scope.setdefault("state", {})["actor"] = self._actor
        await self._app(scope, receive, send)


def _from_here(scope: Scope, headers: Headers) -> bool:
    client = scope.get("client")
    if client is None or not is_loopback(client[0]):
        return False
    if any(name in headers for name in _PASSED_ON):
        return False
    return is_loopback(_host_name(headers.get("host", "")))


def _host_name(host: str) -> str:
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0]


def _unknown_person() -> ProblemError:
    return ProblemError(
        401,
        "identity.unknown",
        "Nicht angemeldet. Ohne Anmeldedienst gilt nur die Entwicklungskennung, und nur auf diesem Rechner.",
        "Not signed in. Without a login service only the development identity counts, and only on this machine.",
        {"WWW-Authenticate": 'Development realm="teilhabe"'},
    )


def acting(request: Request) -> Actor:
    """The actor of the request."""
    actor: Actor = request.state.actor
    return actor


Acting = Annotated[Actor, Depends(acting)]
