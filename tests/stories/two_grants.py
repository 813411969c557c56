"""Two grants and three lives, of which the statements and the double funding are worked out with a pencil.

=======  ============================================================================================================
Amina    woman, Eschweiler. Plan on 3 March 2025. In the German course (F4) from 5 May: 40 of its 50 units of May.
Bilal    man, Eschweiler. Plan on 3 March. The same course from 5 May: 30 of the 50 units of May. Left it on 30 June.
Carim    man, Eschweiler. Plan on 3 March. The same course, but only from 1 July: 20 of its 24 units of July, where the
         other two were not recorded.
=======  ============================================================================================================

The course begins on Monday 5 May. Eight weeks later is Monday 30 June: Carim is one day late and earns no flat rate.

Grant A (``KfI-A``), 2025, own share 12.50 %: the notice has 30,000.00 € for coaching (F1), 10,000.01 € for courses (F4) and
500.02 € for F6, all in Eschweiler. The amendment of 1 July shifts 2,000.00 € from coaching to courses. Grant B (``KfI-B``),
2025 and 2026, own share 20 %: 14,000.00 € for coaching in 2025, 6,000.00 € for courses in 2025 and 1,000.00 € in 2026.

======  ===============  ===========================================================================================
B-1     12,000.00 €      A, coaching, 1 March, Lernhaus, for the work of 2 January to 28 February
B-2      9,333.33 €      A, coaching, 1 August; booked as 9,333.34 €, corrected on 1 September
B-3        700.00 €      A, F6, 1 October: 40 % above its 500.02 €, made up for by the other lines
B-4         10.00 €      A, coaching, 2 May; cancelled on 5 May, booked twice
B-5      1,500.00 €      A, courses, 1 September: flat rate of the German course
C-1     12,000.00 €      B, coaching, 5 March, Lernhaus, for 1 to 31 January: the bill of B-1?
C-2        800.00 €      B, courses, 2 June, Sprachhaus, for teaching the German course in May
C-3        333.33 €      B, courses of 2026, 10 January 2026
======  ===============  ===========================================================================================

Of grant A 20,000.00 € were drawn on 10 March and 2,000.00 € on 15 September; 1,400.40 € went back on 1 December. Of grant B
nothing was drawn. All figures are as of 30 December 2025 unless said otherwise.
"""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any, Final
from uuid import UUID

from domain.attendance import AttendanceProof, RecordAttendance
from domain.course import AbandonCourse, StartCourse
from domain.flat_rate_claims import claim_of
from domain.flat_rate_decision import FlatRateClaim
from domain.grant import (
    AmendGrantNotice,
    BudgetLine,
    CancelSpending,
    CorrectSpending,
    CostKind,
    DecideFlatRates,
    RecordDrawdown,
    RecordGrantNotice,
    RecordRepayment,
    RecordSpending,
    RepaymentGround,
    booking_of,
)
from domain.offer_seats import OfferPublished
from domain.participation import AbandonReason, MeasureGround
from domain.recorded import Recorded
from domain.replacing import replace
from domain.reports.definition import ParameterValue
from domain.reports.registry import REPORTS
from domain.reports.table import Cell, Table
from domain.seat_request import AcceptSeat, RequestSeat
from domain.values import Ags, BasisPoints, Cents, FundingModule, Gender, ParticipantId, ParticipationId
from tests.domain.ground import LAW, OFFER, CaseFile, durchstarten, plan, seat_offer
from tests.domain.law_ground import CALENDAR
from tests.domain.report_evidence import facts_of
from tests.domain.test_grant import GrantFile
from tests.domain.test_offering import publish
from tests.stories.test_figures_by_hand import opened

AS_OF: Final = date(2025, 12, 30)
ESCHWEILER: Final = Ags("05334012")
F1, F4, F6 = FundingModule.F1, FundingModule.F4, FundingModule.F6
AMINA, BILAL, CARIM = (ParticipationId(UUID(int=number)) for number in (0xA, 0xB, 0xC))

# ----------------------------------------------------------------- three lives


def in_the_course(seat: ParticipationId, entered_on: date, first: date, last: date, *units: int) -> CaseFile:
    """A life with a plan that enters the course and attends ``units`` (attended, held) of one span."""
    attended, held = units
    gender = Gender.FEMALE if seat == AMINA else Gender.MALE
    return opened(gender=gender).done(
        plan(),
        RequestSeat(
            occurred_on=date(2025, 4, 1),
            participation_id=seat,
            offer_id=OFFER,
            ground=MeasureGround.LANGUAGE_FOR_AUSBILDUNG,
            reason="B1 fehlt",
        ),
        seat_offer(participation_id=seat),
        AcceptSeat(occurred_on=date(2025, 4, 10), participation_id=seat),
        StartCourse(occurred_on=entered_on, participation_id=seat),
        RecordAttendance(
            occurred_on=last + timedelta(days=2),
            participation_id=seat,
            from_on=first,
            to_on=last,
            units_attended=attended,
            units_held=held,
            proof=AttendanceProof.SIGNATURE_LIST,
        ),
    )


@cache
def lives() -> dict[ParticipationId, CaseFile]:
    """By their seat in the course."""
    may = (date(2025, 5, 5), date(2025, 5, 31))
    amina = in_the_course(AMINA, may[0], *may, 40, 50)
    bilal = in_the_course(BILAL, may[0], *may, 30, 50).done(
        AbandonCourse(
            occurred_on=date(2025, 6, 30),
            participation_id=BILAL,
            ground=AbandonReason.TOO_FAR,
            reason="zwei Stunden Weg",
        )
    )
    carim = in_the_course(CARIM, date(2025, 7, 1), date(2025, 7, 1), date(2025, 7, 31), 20, 24)
    return {AMINA: amina, BILAL: bilal, CARIM: carim}


def case_id(seat: ParticipationId) -> UUID:
    """The case of a life."""
    return UUID(int=0x100 + seat.int)


def claims() -> tuple[FlatRateClaim, ...]:
    """What the three cases say about the flat rate, by the table of the law."""
    course = publish(module=F4, starts_on=date(2025, 5, 5), ends_on=date(2025, 12, 30))
    offer = OfferPublished(**{each.name: getattr(course, each.name) for each in fields(OfferPublished)})
    found = []
    for seat, life in lives().items():
        claim = claim_of(case_id(seat), life.state, life.history, seat, offer, LAW, CALENDAR, AS_OF)
        assert claim is not None
        found.append(claim)
    return tuple(found)


# ------------------------------------------------------------------ two grants


def line(module: FundingModule, cents: int, year: int = 2025) -> BudgetLine:
    """A line of Eschweiler."""
    return BudgetLine(module=module, municipality=ESCHWEILER, year=year, amount_cents=Cents(cents))


def spent(voucher: str, on: date, module: FundingModule, cents: int, **more: Any) -> RecordSpending:
    """A payment to the Lernhaus."""
    values: dict[str, Any] = {"payee": "Lernhaus", "purpose": "Personalkosten", "year": 2025, **more}
    return RecordSpending(
        occurred_on=on,
        voucher=voucher,
        module=module,
        municipality=ESCHWEILER,
        amount_cents=Cents(cents),
        **values,
    )


def notice(reference: str, period_to: date, own_share: int, *lines: BudgetLine) -> RecordGrantNotice:
    """A notice of 1 January 2025."""
    return RecordGrantNotice(
        occurred_on=date(2025, 1, 1),
        reference=reference,
        granting_authority="Bezirksregierung Arnsberg",
        period_from=date(2025, 1, 1),
        period_to=period_to,
        own_share=BasisPoints(own_share),
        lines=lines,
    )


def grant_a() -> GrantFile:
    """Everything that can happen to its money."""
    second = spent("B-2", date(2025, 8, 1), F1, 9_333_34)
    plan_of = (line(F1, 30_000_00), line(F4, 10_000_01), line(F6, 500_02))
    return GrantFile().done(
        notice("KfI-A", date(2025, 12, 31), 12_50, *plan_of),
        spent(
            "B-1",
            date(2025, 3, 1),
            F1,
            12_000_00,
            service_from=date(2025, 1, 2),
            service_to=date(2025, 2, 28),
        ),
        RecordDrawdown(occurred_on=date(2025, 3, 10), reference="MA-1", amount_cents=Cents(20_000_00)),
        spent("B-4", date(2025, 5, 2), F1, 10_00),
        CancelSpending(occurred_on=date(2025, 5, 5), voucher="B-4", reason="doppelt gebucht"),
        AmendGrantNotice(
            occurred_on=date(2025, 7, 1),
            reference="KfI-A-Ä1",
            period_to=date(2025, 12, 31),
            own_share=BasisPoints(12_50),
            lines=(line(F1, 28_000_00), line(F4, 12_000_01), line(F6, 500_02)),
            reason="mehr Kurse, weniger Coaching",
        ),
        second,
        CorrectSpending(
            occurred_on=date(2025, 9, 1),
            voucher="B-2",
            booking=replace(booking_of(second), amount_cents=Cents(9_333_33)),
            reason="Zahlendreher",
        ),
        DecideFlatRates(occurred_on=date(2025, 9, 1), claims=claims(), rates=durchstarten().rates),
        spent(
            "B-5",
            date(2025, 9, 1),
            F4,
            1_500_00,
            cost_kind=CostKind.FLAT_RATE,
            offer_id=OFFER,
        ),
        RecordDrawdown(occurred_on=date(2025, 9, 15), reference="MA-2", amount_cents=Cents(2_000_00)),
        spent("B-3", date(2025, 10, 1), F6, 700_00),
        RecordRepayment(
            occurred_on=date(2025, 12, 1),
            reference="RZ-1",
            amount_cents=Cents(1_400_40),
            ground=RepaymentGround.NOT_SPENT_IN_TIME,
        ),
    )


def grant_b() -> GrantFile:
    """Pays what the other seems to pay."""
    return GrantFile().done(
        notice(
            "KfI-B",
            date(2026, 12, 31),
            20_00,
            line(F1, 14_000_00),
            line(F4, 6_000_00),
            line(F4, 1_000_00, 2026),
        ),
        spent(
            "C-1",
            date(2025, 3, 5),
            F1,
            12_000_00,
            service_from=date(2025, 1, 1),
            service_to=date(2025, 1, 31),
        ),
        spent(
            "C-2",
            date(2025, 6, 2),
            F4,
            800_00,
            payee="Sprachhaus",
            cost_kind=CostKind.TEACHING,
            offer_id=OFFER,
            service_from=date(2025, 5, 1),
            service_to=date(2025, 5, 31),
        ),
        spent("C-3", date(2026, 1, 10), F4, 333_33, year=2026),
    )


@cache
def town() -> tuple[tuple[Recorded[Any], ...], ...]:
    """The three cases and the two grants."""
    at = datetime(2025, 1, 1, tzinfo=UTC)
    streams = []
    for seat, life in lives().items():
        first, *rest = life.history
        opening = first._replace(
            event=replace(first.event, participant_id=ParticipantId(UUID(int=0x200 + seat.int)))
        )
        streams.append(tuple(entry._replace(stream_id=case_id(seat)) for entry in (opening, *rest)))
    for number, grant in enumerate((grant_a(), grant_b())):
        stream = UUID(int=0xF0 + number)
        streams.append(
            tuple(
                Recorded(n, stream, n, event, at, "cw", "org", None)
                for n, event in enumerate(grant.events, 1)
            )
        )
    return tuple(streams)


def table(report: str, table_id: str, as_of: date = AS_OF, **parameters: ParameterValue) -> Table:
    """A table of a report of the town."""
    return REPORTS[report].run(facts_of(town(), as_of), as_of, parameters).table(table_id)


def proof(table_id: str, as_of: date = AS_OF) -> Table:
    """A table of the proof of use of grant A."""
    return table("proof_of_use", table_id, as_of, grant="KfI-A")


def figures(found: Table, *key: str) -> dict[str, Cell]:
    """A line by the ids of its columns."""
    return dict(zip((column.id for column in found.columns), found.line(*key).cells, strict=True))
