"""Whom a reminder reaches: the caseworker, the deputy while the caseworker is away, and in the end the coordination."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.path import ReminderLevel
from domain.ports import StaffDirectory
from domain.values import StaffId


class RecipientRole(StrEnum):
    """Whom the level of a reminder is meant for, whoever it reaches in the end."""

    CASEWORKER = "caseworker"
    DEPUTY = "deputy"
    COORDINATOR = "coordinator"
    DEPUTY_OR_COORDINATOR = "deputy_or_coordinator"
    """As it was recorded before the two were told apart."""


class Routing(StrEnum):
    """Why a reminder went to the one it went to."""

    IN_CHARGE = "in_charge"
    """To the caseworker of the case, or the one in charge of the grant."""
    ABSENCE = "absence"
    """The caseworker is away; the deputy stands in."""
    UNREACHABLE = "unreachable"
    """The caseworker has no address; the deputy stands in."""
    ESCALATED = "escalated"
    """The level says so."""
    NOBODY_REACHABLE = "nobody_reachable"
    """Nobody it was meant for can be reached; the coordination is told."""
    NOBODY_IN_CHARGE = "nobody_in_charge"
    """Nobody is named as in charge of the grant; the coordination is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """To whom, and why."""

    to: StaffId
    ground: Routing


def role_of(level: ReminderLevel) -> RecipientRole:
    """Whom a level is meant for."""
    match level:
        case ReminderLevel.FIRST | ReminderLevel.REPEATED:
            return RecipientRole.CASEWORKER
        case ReminderLevel.ESCALATED:
            return RecipientRole.DEPUTY
        case ReminderLevel.COORDINATOR:
            return RecipientRole.COORDINATOR


def route(
    level: ReminderLevel,
    caseworker: StaffId,
    organisation: str,
    municipality: str,
    staff: StaffDirectory,
    today: date,
) -> Route:
    """The one a reminder goes to on ``today``; ``organisation`` is the caseworker's.

    Who is away or has no address is passed over for his deputy, and so on; nobody is asked twice. The coordination is
    the last resort, whether it has an address or not: then the mail cannot be delivered, and the case says so.
    """
    coordination = StaffId(staff.coordinator(municipality))
    match role_of(level):
        case RecipientRole.COORDINATOR:
            return Route(to=coordination, ground=Routing.ESCALATED)
        case RecipientRole.CASEWORKER:
            away = staff.absence(caseworker, organisation, today) is not None
            if not away and staff.address(caseworker) is not None:
                return Route(to=caseworker, ground=Routing.IN_CHARGE)
            ground = Routing.ABSENCE if away else Routing.UNREACHABLE
        case _:
            ground = Routing.ESCALATED
    for deputy in _deputies(caseworker, organisation, staff, today):
        if staff.absence(deputy, organisation, today) is None and staff.address(deputy) is not None:
            return Route(to=deputy, ground=ground)
    return Route(to=coordination, ground=Routing.NOBODY_REACHABLE)


def _deputies(
    caseworker: StaffId, organisation: str, staff: StaffDirectory, today: date
) -> Iterator[StaffId]:
    """The deputy, the deputy of the deputy, and so on; the one named for an absence goes before the usual one."""
    asked = {caseworker}
    current = caseworker
    while True:
        away = staff.absence(current, organisation, today)
        named = (away.deputy if away is not None else None) or staff.deputy(current, organisation)
        if named is None or named in asked:
            return
        current = StaffId(named)
        asked.add(current)
        yield current
