"""Five lives and one grant, and every main figure of the reports made of them with a pencil.

=======  ============================================================================================================
Amina    woman, born June 2003, Eschweiler. Contact and plan 3 March 2025. Coached 10 March – 8 July, and again from
         1 September. German course (F4) 5 May – 30 September; in May she was there for 40 of 50 teaching units.
Bilal    man, born May 1997, Eschweiler, Rechtskreis not known. Contact and plan 3 March. Coached from 10 March. The
         same course from 5 May; left it on 30 June, too far. In May he was there for 30 of the 50 units.
Chiara   woman, Roetgen. Contact 3 March; declined on 1 April.
Dawit    man, Eschweiler. Contact and plan 3 March. Signed a contract on 2 June, dual Ausbildung since 1 August.
Elena    woman, Eschweiler. Contact and plan 3 March. Closed on 20 May into minor employment; asked again on
         20 November she was employed.
=======  ============================================================================================================

The grant: 50,000.01 € for coaching (F1) and 30,000.02 € for courses (F4) in 2025, own share 20 %. Drawn 8,000.00 €; paid
10,000.00 € of the first line and 33,000.03 € of the second. All figures are as of 30 December 2025.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache
from typing import Any, Final
from uuid import UUID

from domain.attendance import AttendanceProof, RecordAttendance
from domain.ausbildung import StartAusbildung
from domain.coaching import AssignCoach, CoachingEnd, EndCoaching
from domain.course import AbandonCourse, FinishCourse, StartCourse
from domain.followup import RecordFollowUpOutcome
from domain.grant import DrawdownRecorded, GrantNoticeReceived
from domain.intake import DeclineIntake, DeclineReason
from domain.participation import AbandonReason, CourseCertificate, MeasureGround
from domain.recorded import Recorded
from domain.replacing import replace
from domain.reports.definition import ParameterValue
from domain.reports.registry import REPORTS
from domain.reports.table import Cell, NotComputable, Table
from domain.seat_request import AcceptSeat, RequestSeat
from domain.values import Destination, ExitReason, Gender, LegalRegime, ParticipantId, ParticipationId
from tests.domain.ground import (
    COACH,
    OFFER,
    CaseFile,
    assessment,
    closing,
    consent,
    eligibility,
    notice,
    open_case,
    plan,
    seat_offer,
    training_contract,
)
from tests.domain.report_evidence import facts_of
from tests.domain.test_projections import grant_events
from tests.domain.test_reports import ROETGEN

AS_OF: Final = date(2025, 12, 30)
ESCHWEILER: Final = "05334012"
SEAT: Final = ParticipationId(UUID(int=0xC1))


def opened(**answers: Any) -> CaseFile:
    """A contact on 3 March 2025 with assessment, consent and the finding that the programme fits."""
    answers = {"legal_regime": LegalRegime.ASYLBLG_3, **answers}
    return CaseFile().done(open_case(**answers), notice(), consent(), assessment(), eligibility())


def coached(case: CaseFile, on: date) -> CaseFile:
    """With a coach from a day on."""
    return case.done(AssignCoach(occurred_on=on, coach=COACH))


def in_the_course(case: CaseFile, attended: int) -> CaseFile:
    """In the course from 5 May to 30 September, with what was attended of the fifty units of May."""
    return case.done(
        RequestSeat(
            occurred_on=date(2025, 4, 1),
            participation_id=SEAT,
            offer_id=OFFER,
            ground=MeasureGround.LANGUAGE_FOR_AUSBILDUNG,
            reason="B1 fehlt",
        ),
        seat_offer(participation_id=SEAT),
        AcceptSeat(occurred_on=date(2025, 4, 10), participation_id=SEAT),
        StartCourse(occurred_on=date(2025, 5, 5), participation_id=SEAT),
        RecordAttendance(
            occurred_on=date(2025, 6, 2),
            participation_id=SEAT,
            from_on=date(2025, 5, 5),
            to_on=date(2025, 5, 31),
            units_attended=attended,
            units_held=50,
            proof=AttendanceProof.SIGNATURE_LIST,
        ),
    )


def amina() -> CaseFile:
    """Coached twice, in a course to its end."""
    case = opened(gender=Gender.FEMALE, birth_date=date(2003, 6, 15)).done(plan())
    in_the_course(coached(case, date(2025, 3, 10)), attended=40).done(
        EndCoaching(occurred_on=date(2025, 7, 8), ground=CoachingEnd.GOALS_REACHED)
    )
    return coached(case, date(2025, 9, 1)).done(
        FinishCourse(
            occurred_on=date(2025, 9, 30), participation_id=SEAT, certificate=CourseCertificate.ATTENDANCE
        )
    )


def bilal() -> CaseFile:
    """Coached, and a dropout."""
    case = opened(birth_date=date(1997, 5, 20), legal_regime=LegalRegime.UNKNOWN).done(plan())
    return in_the_course(coached(case, date(2025, 3, 10)), attended=30).done(
        AbandonCourse(
            occurred_on=date(2025, 6, 30),
            participation_id=SEAT,
            ground=AbandonReason.TOO_FAR,
            reason="zwei Stunden Weg",
        )
    )


def chiara() -> CaseFile:
    """Contacted and not won."""
    return opened(gender=Gender.FEMALE, municipality=ROETGEN).done(
        DeclineIntake(occurred_on=date(2025, 4, 1), ground=DeclineReason.NO_INTEREST, reason="arbeitet schon")
    )


def dawit() -> CaseFile:
    """In Ausbildung."""
    contract = training_contract(occurred_on=date(2025, 6, 2))
    return opened().done(
        plan(),
        contract,
        StartAusbildung(occurred_on=date(2025, 8, 1), ausbildung_id=contract.ausbildung_id),
    )


def elena() -> CaseFile:
    """Closed and asked again."""
    return opened(gender=Gender.FEMALE).done(
        plan(),
        closing(date(2025, 5, 20), exit_reason=ExitReason.WORK, destination=Destination.MINOR_EMPLOYMENT),
        RecordFollowUpOutcome(occurred_on=date(2025, 11, 20), destination=Destination.EMPLOYMENT),
    )


LIVES: Final[tuple[Callable[[], CaseFile], ...]] = (amina, bilal, chiara, dawit, elena)


@cache
def town() -> tuple[tuple[Recorded[Any], ...], ...]:
    """The five cases and the grant; the notice, one drawdown and two payments."""
    streams = []
    for number, life in enumerate(LIVES, 1):
        first, *rest = life().history
        person = ParticipantId(UUID(int=0x100 + number))
        opening = first._replace(event=replace(first.event, participant_id=person))
        streams.append(tuple(entry._replace(stream_id=UUID(int=number)) for entry in (opening, *rest)))
    at = streams[0][0].recorded_at
    # Without the amendment that the grant of the other tests has.
    events = [event for event in grant_events() if type(event).__name__ != "GrantNoticeAmended"]
    assert isinstance(events[0], GrantNoticeReceived)
    assert isinstance(events[2], DrawdownRecorded)
    grant = [
        Recorded(n, UUID(int=0xF1), n, event, at, "cw", "org", None) for n, event in enumerate(events, 1)
    ]
    return (*streams, tuple(grant))


def table(report: str, table_id: str, **parameters: ParameterValue) -> Table:
    """A table of a report of the town."""
    return REPORTS[report].run(facts_of(town(), AS_OF), AS_OF, parameters).table(table_id)


def figures(found: Table, *key: str) -> dict[str, Cell]:
    """A line by the ids of its columns."""
    return dict(zip((column.id for column in found.columns), found.line(*key).cells, strict=True))


# ------------------------------------------------------------------ statistics


def test_who_was_reached() -> None:
    """Five contacted, three of them women: 3 / 5 = 60 %. All but Chiara agreed a plan: four won, one not."""
    reach = table("statistics", "reach")
    assert figures(reach, "total") == {
        "contacted": 5,
        "won": 4,
        "not_won": 1,
        "in_intake": 0,
        "women": 3,
        "women_share": 60_00,
    }
    assert (reach.cell("contacted", ESCHWEILER), reach.cell("contacted", ROETGEN)) == (4, 1)
    assert reach.cell("won", ROETGEN) == 0


def test_participations_and_persons_are_two_figures() -> None:
    """Coaching: Amina twice and Bilal once are three participations of two persons, one of them a woman (50 %). One span
    is over, two run. The course: two participations, both over, one of them a dropout (50 %). Together five participations
    of the same two persons, three over, one of these a dropout: 1 / 3 = 33.33 %."""
    modules = table("statistics", "modules")
    assert figures(modules, "F1") == {
        "participations": 3,
        "persons": 2,
        "stock": 2,
        "exits": 1,
        "dropouts": 0,
        "dropout_rate": 0,
        "women": 1,
        "women_share": 50_00,
    }
    assert figures(modules, "F4") == {
        "participations": 2,
        "persons": 2,
        "stock": 0,
        "exits": 2,
        "dropouts": 1,
        "dropout_rate": 50_00,
        "women": 1,
        "women_share": 50_00,
    }
    total = figures(modules, "total")
    assert (total["participations"], total["persons"], total["exits"], total["stock"]) == (5, 2, 3, 2)
    assert total["dropout_rate"] == 33_33


def test_entries_exits_and_stock_by_quarter() -> None:
    """Coaching: two entries in March. Then nothing until the third quarter: Amina leaves on 8 July and enters on
    1 September. The course: two entries in May; Bilal's last day is 30 June, so he is not in stock at the end of that day;
    Amina's is 30 September."""
    flow = table("statistics", "flow")
    columns = ("entries", "exits", "stock", "stock_persons", "cumulative_entries")
    expected = {
        ("2025-Q1", "F1"): (2, 0, 2, 2, 2),
        ("2025-Q2", "F1"): (0, 0, 2, 2, 2),
        ("2025-Q3", "F1"): (1, 1, 2, 2, 3),
        ("2025-Q4", "F1"): (0, 0, 2, 2, 3),
        ("2025-Q2", "F4"): (2, 1, 1, 1, 2),
        ("2025-Q3", "F4"): (0, 1, 0, 0, 2),
    }
    for (quarter, module), cells in expected.items():
        line = figures(flow, quarter, module, ESCHWEILER)
        assert tuple(line[column] for column in columns) == cells
    # All together at the end of June: two coached and Amina in the course, who is one of the two.
    june = figures(flow, "2025-Q2", "total", "total")
    assert (june["stock"], june["stock_persons"]) == (3, 2)


def test_where_people_went() -> None:
    """One is closed: Elena, in minor employment at exit and on 17 June (28 days later), employed after six months."""
    destinations = table("pathways", "destinations")
    assert figures(destinations, "minor_employment") == {
        "at_exit": 1,
        "within_four_weeks": 1,
        "after_six_months": 0,
    }
    assert destinations.cell("after_six_months", "employment") == 1
    placements = table("pathways", "placements")
    # Dawit's contract, and Elena's minor employment apart from it; her job of November nobody recorded as a job.
    assert [line.key[0] for line in placements.lines] == ["dual", "minor_employment", "total"]
    assert figures(placements, "total") == {"placements": 2, "persons": 2}


# -------------------------------------------------------------------- pathways


def test_how_long_a_step_lasts() -> None:
    """The course: Bilal 5 May – 30 June, 27 + 30 = 57 days; Amina 5 May – 30 September, 27 + 30 + 31 + 31 + 30 = 149. After
    57 days half are gone: 57.

    Coaching: Amina's first span, 10 March – 8 July, is over after 22 + 30 + 31 + 30 + 8 = 121 days; two run on, her second
    one seen for 121 days, Bilal's for 296. On day 121 one of three is gone, two thirds are left, and no other has left
    until today: more than half are there, so there is no median yet.
    """
    steps = table("pathways", "time_in_step")
    assert figures(steps, "F4") == {"entered": 2, "persons": 2, "ended": 2, "median_days": 57}
    assert figures(steps, "F1") == {
        "entered": 3,
        "persons": 2,
        "ended": 1,
        "median_days": NotComputable.MEDIAN_NOT_REACHED,
    }
    assert figures(steps, "ausbildung")["ended"] == 0


def test_which_way_people_took() -> None:
    """Amina and Bilal went from first contact into the course and wait since; Dawit into Ausbildung, where he is; Chiara
    declined; Elena was closed: 2 + 2 + 2 + 1 + 1 = 8 moves. Coaching runs beside the steps and is none of them."""
    transitions = table("pathways", "transitions")
    assert {line.key: line.cells[0] for line in transitions.lines} == {
        ("first_contact", "F4"): 2,
        ("F4", "waiting"): 2,
        ("first_contact", "ausbildung"): 1,
        ("ausbildung", "going_on"): 1,
        ("first_contact", "declined"): 1,
        ("first_contact", "closed"): 1,
        ("total", "total"): 8,
    }


# ------------------------------------------------------- characteristics, rules


def test_who_they_are_on_the_reference_date() -> None:
    """On 30 December 2025 Amina (June 2003) is 22 and Bilal (May 1997) 28: three participations of hers, two of his."""
    bands = table("breakdown", "participations", by="age_band")
    assert figures(bands, "21_to_24")["participations"] == 3
    assert figures(bands, "over_27")["participations"] == 2
    # Of the five contacted Amina, Chiara, Dawit and Elena are 22: the same birthday in the example.
    assert table("breakdown", "persons", by="age_band").cell("contacted", "21_to_24") == 4


def test_entries_are_held_against_the_age_on_the_day_of_entry() -> None:
    """18 to 27. Bilal was 27 when his coaching began on 10 March. On 5 May he was 27 or 28: the log knows the month of
    birth, not the day, so that entry is not decided. Amina's three entries are within the rules."""
    entries = table("programme_rules", "entries")
    assert figures(entries, "F1", "within_rules") == {"entries": 3, "persons": 2}
    assert figures(entries, "F4", "within_rules") == {"entries": 1, "persons": 1}
    assert figures(entries, "F4", "age_undecided") == {"entries": 1, "persons": 1}
    assert figures(entries, "total", "total") == {"entries": 5, "persons": 2}


def test_who_will_not_count() -> None:
    """Amina and Bilal entered something. Bilal's Rechtskreis is not known: he does not count. His coach is to be called, for
    the coaching runs. Two participations are at stake, and 30 attended units × 37.50 € = 1,125.00 € at most."""
    assert figures(table("rescue", "counting"), "total") == {"entered": 2, "complete": 1, "incomplete": 1}
    assert table("rescue", "gaps").cell("cases", "legal_regime") == 1
    bilals = str(UUID(int=1 + LIVES.index(bilal)))
    assert figures(table("rescue", "rescue"), bilals) == {
        "missing": "legal_regime",
        "call": "coach_in_charge",
        "contact": COACH,
        "place": "05334012",
        "participations": 2,
        "days_left": 1,
        "at_risk": 1_125_00,
    }


def test_which_lists_are_missing() -> None:
    """The course ran from Monday 5 May to 30 September: 22 weeks. The lists of May cover four of them, so 18 are missing of
    Amina. Bilal left on Monday 30 June, in the ninth week: five are missing. They are among hers, so 18 weeks of the course
    have no list of anybody. The offer is not on record: nobody knows how many units it planned."""
    bilals, aminas = (str(UUID(int=1 + LIVES.index(life))) for life in (bilal, amina))
    for case_id, weeks in ((aminas, 18), (bilals, 5)):
        line = figures(table("rescue", "forms"), case_id, "attendance_list", str(SEAT))
        assert (line["missing_forms"], line["days_left"]) == (weeks, 1)
        assert (line["rate"], line["at_stake"]) == (37_50, NotComputable.NOT_RECORDED)
    total = figures(table("rescue", "budget"), "total", "total", "total")
    assert (total["units_at_stake"], total["weeks_without_list"], total["seats"]) == (0, 18, 0)
    assert total["at_stake"] is NotComputable.NOT_RECORDED


# ----------------------------------------------------------------------- money


def test_what_the_grant_has_left() -> None:
    """Plan 50,000.01 + 30,000.02 = 80,000.03 €. The Land bears 80 %: 64,000.024 €, in whole cents 64,000.02 €; the own share
    carries the rounding, 16,000.01 €. Paid 10,000.00 + 33,000.03 = 43,000.03 €: 37,000.00 € remain, 53.75 % are used. Of
    the share of the Land 8,000.00 € are drawn, so 56,000.02 € may be."""
    line = figures(table("funding", "grants"), "KfI-1")
    assert (line["planned"], line["planned_land"], line["planned_own"]) == (80_000_03, 64_000_02, 16_000_01)
    assert (line["spent"], line["remaining"], line["used"]) == (43_000_03, 37_000_00, 53_75)
    assert (line["drawn"], line["drawable"]) == (8_000_00, 56_000_02)


def test_cents_of_the_lines_add_up_to_those_of_the_grant() -> None:
    """The 6,400,002 cents of the Land are shared by plan: 6,400,002 × 5,000,001 / 8,000,003 = 4,000,000.55 and
    6,400,002 × 3,000,002 / 8,000,003 = 2,400,001.45. Whole cents give 6,400,001; the one left goes to the larger rest."""
    lines = table("funding", "lines")
    coaching, courses = (figures(lines, "KfI-1", module, ESCHWEILER, "2025") for module in ("F1", "F4"))
    assert (coaching["planned_land"], courses["planned_land"]) == (40_000_01, 24_000_01)
    # 33,000.03 of 30,000.02 € is 110 %: more than the plan, less than 120 %. The 3,000.01 € are made up for by coaching.
    assert (courses["used"], courses["flag"], courses["compensated"]) == (110_00, "over_100", 3_000_01)
    assert (coaching["gives"], coaching["flag"]) == (3_000_01, "")


def test_a_unit_that_was_held_is_paid_once_however_many_attended_it() -> None:
    """Attended 40 + 30 = 70 units; held were 50, for both sat in the same course: 50 × 37.50 € = 1,875.00 €."""
    assert figures(table("funding", "teaching_units"), "F4") == {
        "attended": 70,
        "held": 50,
        "flat_rate_amount": 1_875_00,
    }
    # For coaching no rate is known: that is not 0.
    assert (
        figures(table("funding", "teaching_units"), "F1")["flat_rate_amount"] is NotComputable.RATE_NOT_KNOWN
    )


# ------------------------------------------------------------------ publication


def test_what_is_published_does_not_tell_of_chiara() -> None:
    """By 30 September five were contacted, four in Eschweiler and one in Roetgen; four were won and one was not. Chiara is
    fewer than three, so her figures are left out: and so are those she could be told from, for 5 - 4 = 1 either way."""
    reach = table("monitoring", "reach", threshold="3")
    for column in ("contacted", "not_won"):
        assert reach.cell(column, ROETGEN) is NotComputable.SUPPRESSED
    by_place = [reach.cell("contacted", key) for key in (ESCHWEILER, "total")]
    by_outcome = [reach.cell(column, "total") for column in ("contacted", "won")]
    for told in (by_place, by_outcome):
        assert NotComputable.SUPPRESSED in told
