"""What a case claims: the eight weeks by the table of the law, attendance up to a day, and the entries it stands on."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, timedelta
from typing import Any

import pytest

from domain.corrections import CorrectEntry
from domain.course import AttendanceProof, AttendanceRecorded, RecordAttendance, StartCourse
from domain.flat_rate import FlatRateResult
from domain.flat_rate_claims import ENTRY_RULE, claim_of
from domain.flat_rate_decision import FlatRateClaim
from domain.offer_seats import OfferPublished
from domain.replacing import replace
from domain.seat_request import AcceptSeat
from domain.values import FundingModule, ParticipationId
from tests.domain.ground import CASE_ID, LAW, SEAT, CaseFile, in_course, seat_offer, seat_requested
from tests.domain.law_ground import CALENDAR
from tests.domain.test_offering import publish

START = date(2025, 5, 5)


def published(**changes: Any) -> OfferPublished:
    """A course of F4 from 5 May 2025."""
    command = publish(module=FundingModule.F4, starts_on=START, ends_on=date(2025, 12, 30), **changes)
    return OfferPublished(**{field.name: getattr(command, field.name) for field in fields(OfferPublished)})


def claim(file: CaseFile, until: date = date(2025, 12, 30), **changes: Any) -> FlatRateClaim | None:
    """The claim of the one participation of ``file``."""
    return claim_of(CASE_ID, file.state, file.history, SEAT, published(**changes), LAW, CALENDAR, until)


def entering(on: date) -> CaseFile:
    """A case that enters the course on a day."""
    return seat_requested().done(
        seat_offer(),
        AcceptSeat(occurred_on=date(2025, 4, 10), participation_id=SEAT),
        StartCourse(occurred_on=on, participation_id=SEAT),
    )


def attending(file: CaseFile, first: date, last: date, held: int = 20) -> CaseFile:
    """Attendance of a span, half of it."""
    return file.done(
        RecordAttendance(
            occurred_on=last,
            participation_id=SEAT,
            from_on=first,
            to_on=last,
            units_attended=held // 2,
            units_held=held,
            proof=AttendanceProof.SIGNATURE_LIST,
        )
    )


@pytest.mark.parametrize(
    ("entered_on", "result"),
    [
        (START, FlatRateResult.EARNED),
        (date(2025, 6, 29), FlatRateResult.EARNED),
        (date(2025, 6, 30), FlatRateResult.EARNED),
        (date(2025, 7, 1), FlatRateResult.NOT_EARNED),
        (date(2025, 9, 29), FlatRateResult.NOT_EARNED),
    ],
)
def test_the_entry_counts_up_to_eight_weeks_after_the_start(entered_on: date, result: FlatRateResult) -> None:
    """Monday 05.05. + 8 weeks = Monday 30.06.; the day itself still counts, and nothing rolls."""
    found = claim(entering(entered_on))
    assert found is not None
    assert (found.entry_by, found.result) == (START + timedelta(weeks=8), result)
    assert (found.rule, found.rule_valid_from) == (ENTRY_RULE, date(2020, 1, 1))
    assert found.line_de == "Kursbeginn 05.05. + 8 Wochen = 30.06."


def test_where_the_rule_does_not_ask_the_module_every_entry_counts() -> None:
    """It asks F3 and F4; a course of F2 that somebody entered in September has no last day."""
    found = claim_of(
        CASE_ID,
        (file := entering(date(2025, 9, 29))).state,
        file.history,
        SEAT,
        replace(published(), module=FundingModule.F2),
        LAW,
        CALENDAR,
        date(2025, 12, 30),
    )
    assert found is not None
    assert (found.entry_by, found.rule, found.result) == (None, "", FlatRateResult.EARNED)


def test_a_course_before_the_rule_was_in_force_has_no_last_day() -> None:
    """The rule counts for courses from 2020 on."""
    file = entering(START)
    early = replace(published(), starts_on=date(2019, 12, 31))
    found = claim_of(CASE_ID, file.state, file.history, SEAT, early, LAW, CALENDAR, date(2025, 12, 30))
    assert found is not None
    assert found.entry_by is None


def test_attendance_counts_up_to_the_day_asked_for() -> None:
    file = attending(in_course(), date(2025, 5, 5), date(2025, 5, 30))
    file = attending(file, date(2025, 6, 2), date(2025, 6, 27), 30)
    for until, units in (
        (date(2025, 5, 29), []),
        (date(2025, 5, 30), [20]),
        (date(2025, 6, 26), [20]),
        (date(2025, 6, 27), [20, 30]),
    ):
        found = claim(file, until)
        assert found is not None
        assert [span.units_held for span in found.spans] == units


def test_a_corrected_attendance_is_claimed_as_it_counts_now_with_both_entries() -> None:
    """The wrong entry and the one that corrected it are named."""
    file = attending(in_course(), date(2025, 5, 5), date(2025, 5, 30))
    wrong = file.history[-1]
    assert isinstance(wrong.event, AttendanceRecorded)
    before = claim(file)
    file.done(
        CorrectEntry(
            occurred_on=date(2025, 6, 2),
            version=wrong.version,
            replacement=replace(wrong.event, units_held=24),
            reason="Zahlendreher",
        )
    )
    after = claim(file)
    assert before is not None
    assert after is not None
    assert [(s.version, s.units_held) for s in before.spans] == [(wrong.version, 20)]
    assert [(s.version, s.units_held) for s in after.spans] == [(wrong.version, 24)]
    assert set(after.entries) - set(before.entries) == {file.history[-1].version}
    assert wrong.version in before.entries


def test_who_has_not_entered_claims_nothing() -> None:
    assert claim(seat_requested()) is None
    file = in_course()
    unknown = ParticipationId(CASE_ID)
    assert claim_of(CASE_ID, file.state, file.history, unknown, published(), LAW, CALENDAR, START) is None
