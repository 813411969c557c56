"""Whom the ids in a report reach: the one in charge, the deputy while one is away, the coordination when nobody can be reached."""

from __future__ import annotations

from datetime import date
from typing import Final

import pytest

from adapters.staff_directory import FileStaffDirectory
from domain.ports import Absence
from domain.reports.rescue import RESCUE
from domain.reports.table import Report, canonical_json
from domain.routing import Routing
from services.report_contacts import Contacts, shown_contact
from services.report_formats.rendering import Format, render
from services.report_formats.run import ReportRun
from services.report_text import report_lines
from services.reports import result_of
from tests.domain.ground import ESCHWEILER
from tests.domain.report_evidence import facts_of
from tests.domain.test_rescue import case
from tests.domain.test_rescue_seats import course, offered

STAFF: Final = FileStaffDirectory(
    addresses={
        "cw-eschweiler-1": "eins@eschweiler.example",
        "cw-eschweiler-2": "zwei@eschweiler.example",
        "coach-1": "coach@traeger.example",
    },
    deputies={"ground/cw-eschweiler-1": "cw-eschweiler-2", "cw-9": "cw-9"},
    absences={"cw-eschweiler-1": (Absence(from_on=date(2026, 12, 21), to_on=date(2027, 1, 8), deputy=None),)},
    coordinators={ESCHWEILER: "ki-eschweiler"},
)


@pytest.mark.parametrize(
    ("contact", "today", "to", "ground", "address"),
    [
        (
            "ground/cw-eschweiler-1",
            date(2026, 12, 20),
            "cw-eschweiler-1",
            Routing.IN_CHARGE,
            "eins@eschweiler.example",
        ),
        (
            "ground/cw-eschweiler-1",
            date(2026, 12, 21),
            "cw-eschweiler-2",
            Routing.ABSENCE,
            "zwei@eschweiler.example",
        ),
        (
            "ground/cw-eschweiler-1",
            date(2027, 1, 8),
            "cw-eschweiler-2",
            Routing.ABSENCE,
            "zwei@eschweiler.example",
        ),
        (
            "ground/cw-eschweiler-1",
            date(2027, 1, 9),
            "cw-eschweiler-1",
            Routing.IN_CHARGE,
            "eins@eschweiler.example",
        ),
        ("other/cw-eschweiler-1", date(2026, 12, 21), "ki-eschweiler", Routing.NOBODY_REACHABLE, None),
        ("coach-1", date(2026, 12, 21), "coach-1", Routing.IN_CHARGE, "coach@traeger.example"),
        ("ground/cw-9", date(2026, 12, 21), "ki-eschweiler", Routing.NOBODY_REACHABLE, None),
    ],
)
def test_an_id_reaches_whom_a_reminder_would(
    contact: str, today: date, to: str, ground: Routing, address: str | None
) -> None:
    """A deputy who is named for an organisation stands in for its people only."""
    reached = Contacts(staff=STAFF, today=today).reached(contact, ESCHWEILER)
    assert (reached.to, reached.ground, reached.address) == (to, ground, address)


def report() -> Report:
    """A case without gender whose coach is to be called, and a seat that the provider has not answered."""
    as_of = date(2025, 4, 10)
    history = case(gender=None)
    return RESCUE.run(
        facts_of([history, offered().history, course()], as_of), as_of, {"cut_off": date(2025, 6, 30)}
    )


def test_the_bytes_of_the_report_have_the_id_and_what_is_shown_has_the_address() -> None:
    """In the text, in HTML and in CSV; the canonical form stays as it was, and without a staff file the id stands alone."""
    contacts = Contacts(staff=STAFF, today=date(2026, 12, 21))
    result = result_of(report(), 7)
    assert b"example" not in result.body
    run = ReportRun(position=7, digest=result.digest, contacts=contacts)
    assert render(result.report, run, Format.JSON) == result.body == canonical_json(result.report)
    for format_ in (Format.HTML, Format.CSV):
        shown = render(result.report, run, format_)
        assert isinstance(shown, bytes)
        assert b"coach-1, coach@traeger.example" in shown
    text = "\n".join(report_lines(result, "de", contacts))
    assert "coach-1, coach@traeger.example" in text
    assert "example" not in "\n".join(report_lines(result))


def test_who_is_away_is_named_with_the_deputy() -> None:
    """In the language of the reader."""
    contacts = Contacts(staff=STAFF, today=date(2026, 12, 21))
    shown = contacts.reached("ground/cw-eschweiler-1", ESCHWEILER)

    assert shown_contact(shown, "de") == (
        "cw-eschweiler-1 abwesend, Vertretung: cw-eschweiler-2, zwei@eschweiler.example"
    )
    assert shown_contact(shown, "en").startswith("cw-eschweiler-1 away, deputy: cw-eschweiler-2")
    nobody = contacts.reached("ground/cw-9", ESCHWEILER)
    assert shown_contact(nobody, "de") == "cw-9 nicht erreichbar, Koordination: ki-eschweiler, ohne Adresse"


def test_the_provider_goes_by_its_name() -> None:
    """It is an organisation, and no id of the staff file."""
    contacts = Contacts(staff=STAFF, today=date(2026, 12, 21))
    as_of = date(2025, 6, 10)
    counted = RESCUE.run(facts_of([case(), course()], as_of), as_of, {})
    assert counted.table("forms").lines[0].cells[3] == "VHS Nordkreis"
    assert contacts.shown(counted, "de").table("forms") == counted.table("forms")
