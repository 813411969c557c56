"""Whom a reminder reaches: every level, with everybody there, away or without an address."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.staff_directory import FileStaffDirectory
from domain.case_moves import wake
from domain.path import ReminderLevel
from domain.ports import Absence
from domain.reminders import ReminderIssued
from domain.replacing import replace
from domain.routing import RecipientRole, Routing, role_of, route
from domain.values import StaffId
from tests.domain.ground import ESCHWEILER, in_coaching, terms

DAY = date(2027, 3, 3)
STAFF = ("cw-1", "cw-2", "cw-3", "cw-4")
DIRECTORY = FileStaffDirectory(
    deputies={"cw-1": "cw-2", "cw-2": "cw-3", "cw-3": "cw-1"},
    coordinators={ESCHWEILER: "ki-eschweiler"},
    mail_domain="staff.example",
)


def away(*staff: str, deputy: str | None = None) -> FileStaffDirectory:
    """The directory while these are away on the day."""
    absence = Absence(from_on=DAY, to_on=DAY, deputy=deputy)
    return replace(DIRECTORY, absences=dict.fromkeys(staff, (absence,)))


def to(level: ReminderLevel, staff: FileStaffDirectory, day: date = DAY) -> tuple[str, Routing]:
    """Where a reminder for cw-1 in Eschweiler goes."""
    found = route(level, StaffId("cw-1"), "org", ESCHWEILER, staff, day)
    return found.to, found.ground


@pytest.mark.parametrize("level", [ReminderLevel.FIRST, ReminderLevel.REPEATED])
def test_a_reminder_goes_to_the_caseworker_and_while_away_to_the_deputy(level: ReminderLevel) -> None:
    """On the first and the last day of the absence too; the day before and after, to the caseworker."""
    holiday = Absence(from_on=DAY, to_on=DAY + timedelta(10))
    staff = replace(DIRECTORY, absences={"cw-1": (holiday,)})
    assert to(level, staff, DAY - timedelta(1)) == ("cw-1", Routing.IN_CHARGE)
    assert to(level, staff, DAY) == ("cw-2", Routing.ABSENCE)
    assert to(level, staff, DAY + timedelta(10)) == ("cw-2", Routing.ABSENCE)
    assert to(level, staff, DAY + timedelta(11)) == ("cw-1", Routing.IN_CHARGE)


def test_the_deputy_named_for_the_absence_goes_before_the_usual_one() -> None:
    """And the deputy of a deputy stands in when both are away."""
    assert to(ReminderLevel.FIRST, away("cw-1", deputy="cw-4")) == ("cw-4", Routing.ABSENCE)
    assert to(ReminderLevel.FIRST, away("cw-1", "cw-2")) == ("cw-3", Routing.ABSENCE)


def test_with_everybody_away_the_coordination_is_told() -> None:
    """Also where the deputies stand in for each other in a ring."""
    assert to(ReminderLevel.FIRST, away("cw-1", "cw-2", "cw-3")) == (
        "ki-eschweiler",
        Routing.NOBODY_REACHABLE,
    )


def test_who_has_no_address_is_passed_over() -> None:
    """A caseworker nobody has written down reaches nobody."""
    known = FileStaffDirectory(addresses={"cw-2": "a@b.example"}, deputies={"cw-1": "cw-2"})
    assert to(ReminderLevel.FIRST, known) == ("cw-2", Routing.UNREACHABLE)
    nobody = FileStaffDirectory(deputies={"cw-1": "cw-2"}, default_coordinator="ki")
    assert to(ReminderLevel.FIRST, nobody) == ("ki", Routing.NOBODY_REACHABLE)


def test_levels_rise_from_the_caseworker_to_the_deputy_to_the_coordination() -> None:
    """Whoever is there."""
    assert [to(level, DIRECTORY) for level in ReminderLevel] == [
        ("cw-1", Routing.IN_CHARGE),
        ("cw-1", Routing.IN_CHARGE),
        ("cw-2", Routing.ESCALATED),
        ("ki-eschweiler", Routing.ESCALATED),
    ]
    alone = replace(DIRECTORY, deputies={})
    assert to(ReminderLevel.ESCALATED, alone) == ("ki-eschweiler", Routing.NOBODY_REACHABLE)


@given(st.sets(st.sampled_from(STAFF)), st.sets(st.sampled_from(STAFF)), st.sampled_from(ReminderLevel))
def test_nobody_who_is_away_or_without_address_is_written_to(
    gone: set[str], unknown: set[str], level: ReminderLevel
) -> None:
    """Except the coordination, which is the last resort; and the ground tells the truth."""
    listed = {name: f"{name}@staff.example" for name in STAFF if name not in unknown}
    staff = replace(away(*gone), mail_domain=None, addresses=listed)
    person, ground = to(level, staff)
    reachable = [name for name in STAFF[:3] if name not in gone | unknown]
    if person == "ki-eschweiler":
        meant = {
            RecipientRole.CASEWORKER: not reachable,
            RecipientRole.DEPUTY: not set(reachable) - {"cw-1"},
        }
        assert meant.get(role_of(level), True)
    else:
        assert person in reachable
        assert (person == "cw-1") == (ground is Routing.IN_CHARGE)


def test_the_event_says_to_whom_and_why() -> None:
    """Decided once, when the reminder is issued; without a directory nobody is named."""
    file = in_coaching()
    t = replace(
        terms(date(2025, 4, 2)), staff=replace(DIRECTORY, mail_domain=None), caseworker_organisation="org"
    )
    for staff, expected in (
        (FileStaffDirectory(mail_domain="staff.example"), ("cw-eschweiler-1", Routing.IN_CHARGE)),
        (FileStaffDirectory(default_coordinator="ki"), ("ki", Routing.NOBODY_REACHABLE)),
        (None, (None, None)),
    ):
        decided = wake(file.state, replace(t, staff=staff))
        assert isinstance(decided, tuple)
        issued = [event for event in decided if isinstance(event, ReminderIssued)]
        assert issued
        assert {(event.to, event.ground) for event in issued} == {expected}
