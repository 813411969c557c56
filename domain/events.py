"""The register of all events and commands by their stored names; a name is never changed or reused."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, get_args

from domain.case import CASE_COMMANDS
from domain.case_fold import CASE_EVENTS
from domain.commands import Command
from domain.grant import GrantCommand, GrantEvent
from domain.offering import OfferCommand, OfferEvent
from domain.recorded import Event
from domain.report_publication import ReportPublished
from domain.report_seal import ReportSealed


def stored_name(cls: type[Any]) -> str:
    """The name under which events and commands of ``cls`` are stored and addressed.

    >>> from domain.course import CourseStarted
    >>> stored_name(CourseStarted)
    'course_started'
    """
    return re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()


def _register(classes: tuple[type[Any], ...]) -> dict[str, type[Any]]:
    named = {stored_name(cls): cls for cls in classes}
    if len(named) != len(classes):
        raise ValueError("two classes share one stored name")
    return named


OFFER_EVENTS: Final[tuple[type[Any], ...]] = get_args(OfferEvent)
GRANT_EVENTS: Final[tuple[type[Any], ...]] = get_args(GrantEvent)
REPORT_EVENTS: Final[tuple[type[Any], ...]] = (ReportSealed, ReportPublished)
OFFER_COMMANDS: Final[tuple[type[Any], ...]] = get_args(OfferCommand)
GRANT_COMMANDS: Final[tuple[type[Any], ...]] = get_args(GrantCommand)

EVENTS: Final[Mapping[str, type[Event]]] = _register(
    (*CASE_EVENTS, *OFFER_EVENTS, *GRANT_EVENTS, *REPORT_EVENTS)
)
"""Every event of every kind of stream."""

COMMANDS: Final[Mapping[str, type[Command]]] = _register((*CASE_COMMANDS, *OFFER_COMMANDS, *GRANT_COMMANDS))
"""Every command of every kind of stream."""
