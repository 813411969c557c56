"""What becomes of a handful of lives, with a pencil: the ESF+ questionnaires, gaps in the offer, repeated courses."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Final
from uuid import UUID

import pytest

from domain.assessment import FieldOfAction
from domain.coaching import AssignCoach
from domain.course import CourseFinished
from domain.followup import RecordFollowUpOutcome
from domain.participation import AbandonReason, CourseCertificate
from domain.person import Residence
from domain.recorded import Recorded
from domain.replacing import replace
from domain.reports.registry import REPORTS
from domain.reports.table import Cell, NotComputable, Table
from domain.unmet_need import NeedEnd, NoMatchReason, SettleNeed
from domain.values import (
    Destination,
    Gender,
    LanguageLevel,
    LegalRegime,
    OfferKind,
    ParticipantId,
    ResidenceStatus,
    SchoolLeaving,
)
from tests.domain.ground import COACH, SEAT, CaseFile, after_intake, in_course
from tests.domain.measures_ground import case_with
from tests.domain.report_evidence import facts_of
from tests.domain.test_esf import left, school
from tests.domain.test_gaps import ALSDORF, MONSCHAU, with_need
from tests.domain.test_offer_gaps import search
from tests.domain.test_repetitions import LIVES, answered, course

Stream = list[Recorded[Any]]


def lived(file: CaseFile, number: int, **said: Any) -> Stream:
    """A case of a person of its own, with what its first entry says."""
    first, *rest = [entry._replace(stream_id=UUID(int=number)) for entry in file.history]
    opened = replace(first.event, participant_id=ParticipantId(UUID(int=100 + number)), **said)
    return [first._replace(event=opened), *rest]


def tables(report: str, town: Iterable[Stream], as_of: date, **parameters: Any) -> dict[str, Table]:
    """The tables of a report of a town."""
    run = REPORTS[report].run(facts_of(town, as_of), as_of, parameters)
    return {table.id: table for table in run.tables}


def lines(table: Table) -> dict[tuple[str, ...], tuple[Cell, ...]]:
    """The cells of every line."""
    return {line.key: line.cells for line in table.lines}


# ------------------------------------------------------------------------ ESF+

DAY_BEFORE_NEW_YEARS_EVE: Final = date(2025, 12, 30)


def coached(answer: SchoolLeaving) -> CaseFile:
    """With a coach since 10 March 2025, asked for the school leaving qualification."""
    return after_intake().done(school(answer), AssignCoach(occurred_on=date(2025, 3, 10), coach=COACH))


def esf_town() -> list[Stream]:
    """
    =======  ===========================================================================================================
    Farah    woman, born September 2007, Hauptschule, tolerated. Coached from 10 March 2025, a course from 5 May, ended on
             30 May with a language certificate. Left on 31 May into employment; asked on 1 December she still was.
    Goran    man, born April 1995, Fachhochschulreife, tolerated. Coached from 10 March. Left on 3 December into school.
    Hana     woman, born March 1970, a recognised qualification from abroad, citizen of the EU. Coached from 10 March. Left
             on 2 June into an Ausbildung; nobody asked again.
    Ivo      man, born January 1994, Realschule, tolerated, Rechtskreis not known. Coached from 10 March. Left on 30 June,
             nobody knows where to; nobody asked again.
    Jana     woman; nothing entered.
    =======  ===========================================================================================================
    """
    farah = in_course().given(
        CourseFinished(
            occurred_on=date(2025, 5, 30),
            participation_id=SEAT,
            certificate=CourseCertificate.LANGUAGE_CERTIFICATE,
            level_gained=None,
            school_leaving_gained=None,
        )
    )
    farah.done(
        school(SchoolLeaving.HSA_9, date(2025, 5, 30)),
        left(date(2025, 5, 31)),
        RecordFollowUpOutcome(occurred_on=date(2025, 12, 1), destination=Destination.EMPLOYMENT),
    )
    goran = coached(SchoolLeaving.FHR).done(left(date(2025, 12, 3), Destination.SCHOOL_OR_STUDIES))
    hana = coached(SchoolLeaving.FOREIGN_RECOGNISED).done(left(date(2025, 6, 2), Destination.AUSBILDUNG))
    ivo = coached(SchoolLeaving.FOR).done(left(date(2025, 6, 30), Destination.UNKNOWN))
    known: dict[str, Any] = {"legal_regime": LegalRegime.ASYLBLG_3}
    woman, man = {"gender": Gender.FEMALE, **known}, {"gender": Gender.MALE, **known}
    eu = Residence(status=ResidenceStatus.EU_CITIZEN)
    return [
        lived(farah, 1, **woman, birth_month=date(2007, 9, 1)),
        lived(goran, 2, **man, birth_month=date(1995, 4, 1)),
        lived(hana, 3, **woman, birth_month=date(1970, 3, 1), residence=eu),
        lived(ivo, 4, **{**man, "legal_regime": LegalRegime.UNKNOWN}, birth_month=date(1994, 1, 1)),
        lived(after_intake(), 5, **woman),
    ]


@pytest.fixture(scope="module")
def esf() -> dict[str, Table]:
    """The report as of 30 December 2025."""
    return tables("esf", esf_town(), DAY_BEFORE_NEW_YEARS_EVE)


def test_who_is_due_and_who_is_countable(esf: dict[str, Table]) -> None:
    """Entry: all but Jana, and Ivo lacks his Rechtskreis: 4 = 3 + 1.

    Exit: 3 December + 28 days is 31 December, a day too late for Goran. Farah, Hana and Ivo are due; who is not countable
    at entry is not at the exit: 3 = 2 + 1.

    Six months: 31 May + 6 months is 30 November (there is no 31st), 2 June makes 2 December, 30 June makes 30 December,
    today: the same three. Hana was not asked again: 3 = 1 + 2.
    """
    assert lines(esf["countable"]) == {
        ("entry",): (4, 3, 1),
        ("exit",): (3, 2, 1),
        ("six_months",): (3, 1, 2),
    }


def test_what_is_missing(esf: dict[str, Table]) -> None:
    """Ivo lacks one answer of each questionnaire, Hana the last: 1 + 1 + 2 answers, and no other."""
    missing = {key: cells for key, cells in lines(esf["missing"]).items() if cells != (0,)}
    assert missing == {
        ("entry", "legal_regime"): (1,),
        ("exit", "destination"): (1,),
        ("six_months", "follow_up"): (2,),
    }


def test_who_entered(esf: dict[str, Table]) -> None:
    """On 10 March 2025 Farah is 17 (18 in September), Goran 29 (30 in April), Hana 55 in this month. Farah's
    Hauptschule was on record only later, and counts: nothing else was known at entry. ISCED: 1 + 1 + 1 not to be classed = 3.
    Third country nationals: Farah and Goran, who are tolerated."""
    # women, men, non-binary, not stated, in all
    assert lines(esf["entry"]) == {
        ("participants",): (2, 1, 0, 0, 3),
        ("under_18",): (1, 0, 0, 0, 1),
        ("18_to_29",): (0, 1, 0, 0, 1),
        ("55_and_older",): (1, 0, 0, 0, 1),
        ("isced_0_to_2",): (1, 0, 0, 0, 1),
        ("isced_3_to_4",): (0, 1, 0, 0, 1),
        ("isced_not_told",): (1, 0, 0, 0, 1),
        ("third_country_nationals",): (1, 1, 0, 0, 2),
    }


def test_who_left_and_where_they_are_later(esf: dict[str, Table]) -> None:
    """Of the two countable Hana is in an Ausbildung, which is education and not employment; Farah works, and her
    certificate of 30 May is from before the exit. After six months only Farah counts: reached, and in employment."""
    assert lines(esf["exit"]) == {
        ("left",): (2, 0, 0, 0, 2),
        ("in_education_or_training",): (1, 0, 0, 0, 1),
        ("gained_qualification",): (1, 0, 0, 0, 1),
        ("in_employment",): (1, 0, 0, 0, 1),
    }
    assert lines(esf["six_months"]) == {
        ("asked_after_six_months",): (1, 0, 0, 0, 1),
        ("not_reached_after_six_months",): (0, 0, 0, 0, 0),
        ("in_employment_after_six_months",): (1, 0, 0, 0, 1),
    }
    assert set(lines(esf["not_recorded"]).values()) == {(NotComputable.NOT_RECORDED,)}


def test_a_day_later_goran_counts_too() -> None:
    """31 December: the fourth exit is due and countable, and school is education."""
    later = tables("esf", esf_town(), date(2025, 12, 31))
    assert lines(later["countable"])["exit",] == (4, 3, 1)
    assert lines(later["exit"])["left",] == (2, 1, 0, 0, 3)
    assert lines(later["exit"])["in_education_or_training",] == (1, 1, 0, 0, 2)


# ------------------------------------------------------------------------ gaps

END_OF_MARCH: Final = date(2026, 3, 31)
LANGUAGE: Final = OfferKind.LANGUAGE.value
PREPARATION: Final = OfferKind.PREPARATION.value


def gaps_town() -> list[Stream]:
    """
    =======  ===========================================================================================================
    Karim    Alsdorf. No course to B1 on 5 January 2026; on 2 March there is one, and it is full.
    Lena     Monschau. No course to B1 on 29 December 2025.
    Mina     Alsdorf. No course to B1 on 20 January; on 14 February she found one elsewhere. On 26 January a preparation of
             Ausbildung was too far away.
    Omar     Alsdorf. No course to B1 on 2 February; on 16 February he did not want it any more.
    =======  ===========================================================================================================
    """
    far: dict[str, Any] = {
        "field": FieldOfAction.AUSBILDUNG,
        "kind": OfferKind.PREPARATION,
        "level": None,
    }

    def end(need: int, on: date, ground: NeedEnd) -> SettleNeed:
        return SettleNeed(occurred_on=on, need_id=UUID(int=9_000 + need), ground=ground)

    mina = with_need(3, on=date(2026, 1, 20)).done(
        search(date(2026, 1, 26), NoMatchReason.TOO_FAR, 5, **far),
        end(3, date(2026, 2, 14), NeedEnd.MATCHED_ELSEWHERE),
    )
    files = (
        with_need(1).done(search(date(2026, 3, 2), NoMatchReason.FULL, 1)),
        with_need(2, on=date(2025, 12, 29), municipality=MONSCHAU),
        mina,
        with_need(4, on=date(2026, 2, 2)).done(end(4, date(2026, 2, 16), NeedEnd.WITHDRAWN)),
    )
    return [lived(file, number) for number, file in enumerate(files, 1)]


def test_needs_that_are_open() -> None:
    """Days until 31 March: Karim 26 + 28 + 31 = 85, since his first search, and the last reason counts; Lena
    2 + 31 + 28 + 31 = 92, the only one of more than 90; Mina's preparation 5 + 28 + 31 = 64.

    Median of 85 and 92: the lower, 85. Of 64, 85 and 92: the middle, 85.
    """
    found = tables("gaps", gaps_town(), END_OF_MARCH)
    # needs, persons, of these open for long, median of days
    assert lines(found["open_needs"]) == {
        (LANGUAGE, ALSDORF, "full"): (1, 1, 0, 85),
        (LANGUAGE, MONSCHAU, "none_exists"): (1, 1, 1, 92),
        (LANGUAGE, "total", "total"): (2, 2, 1, 85),
        (PREPARATION, ALSDORF, "too_far"): (1, 1, 0, 64),
        (PREPARATION, "total", "total"): (1, 1, 0, 64),
        ("total", "total", "total"): (3, 3, 1, 85),
    }
    assert lines(found["by_field"]) == {
        ("ausbildung", "too_far"): (1, 1),
        ("ausbildung", "total"): (1, 1),
        ("language", "full"): (1, 1),
        ("language", "none_exists"): (1, 1),
        ("language", "total"): (2, 2),
        ("total", "total"): (3, 3),
    }


def test_what_became_of_needs() -> None:
    """Of five needs Mina's course was met after 11 + 14 = 25 days, Omar's given up after 14, three are open: 5 = 1 + 1 + 3.

    The day by which half are met. Language: Omar is seen for 14 days; on day 25 Karim, Lena and Mina are left, one of three
    is met, two thirds are not, and nobody else is met: not reached. In Alsdorf alone Karim and Mina are left on day 25, one
    of two is met: 25.
    """
    # arisen, met, given up, open, median until met
    assert lines(tables("gaps", gaps_town(), END_OF_MARCH)["course_of_needs"]) == {
        (LANGUAGE,): (4, 1, 1, 2, NotComputable.MEDIAN_NOT_REACHED),
        (PREPARATION,): (1, 0, 0, 1, NotComputable.MEDIAN_NOT_REACHED),
        ("total",): (5, 1, 1, 3, NotComputable.MEDIAN_NOT_REACHED),
    }
    alsdorf = tables("gaps", gaps_town(), END_OF_MARCH, municipality=ALSDORF)["course_of_needs"]
    assert lines(alsdorf)[LANGUAGE,] == (3, 1, 1, 1, 25)


# ------------------------------------------------------------ repeated measures


def repetitions_town(*, preparing: int) -> list[Stream]:
    """Three times four lives, each with a course to B1 in May and one in August 2025; and some who prepared twice.

    ===========  =======================================================================================================
    one to three     both without gain, and nobody answered the hint
    four to six      both without gain; answered on 5 January 2026
    seven to nine    the second brought the level B1
    ten to twelve    the second was left for an illness
    ===========  =======================================================================================================
    """
    twice = [course(1, 5), course(2, 8)]
    kinds = (
        case_with(twice),
        case_with(twice).given(answered(date(2026, 1, 5), 1, 2)),
        case_with([course(1, 5), course(2, 8, level_gained=LanguageLevel.B1)]),
        case_with([course(1, 5), course(2, 8, abandoned=AbandonReason.ILLNESS)]),
    )
    files = [file for file in kinds for _ in range(3)] + [case_with(LIVES[-1][0])] * preparing
    return [lived(file, number) for number, file in enumerate(files, 1)]


def test_who_repeated_courses() -> None:
    """Twelve persons: six without gain (one to six), three with (seven to nine), three explained (ten to twelve): 6 + 3 + 3.
    A hint for each of the six, three answered and three not. On 4 January 2026 none was answered yet."""
    town = repetitions_town(preparing=0)
    columns = ("persons", "without_gain", "with_gain", "explained", "hints", "answered", "unanswered")
    found = tables("repeated_measures", town, date(2026, 1, 5))["repeated_measures"]
    assert tuple(column.id for column in found.columns) == columns
    assert lines(found) == {(LANGUAGE,): (12, 6, 3, 3, 6, 3, 3), ("total",): (12, 6, 3, 3, 6, 3, 3)}
    before = tables("repeated_measures", town, date(2026, 1, 4))["repeated_measures"]
    assert lines(before)[LANGUAGE,] == (12, 6, 3, 3, 6, 0, 6)


def test_one_who_prepared_twice_cannot_be_found_out() -> None:
    """12 language + 1 preparation = 13: the one is left out, and of 12 and 13 at least one, for 13 - 12 = 1. Three who
    prepared twice are shown: 12 + 3 = 15."""
    one = lines(
        tables("repeated_measures", repetitions_town(preparing=1), date(2026, 1, 5))["repeated_measures"]
    )
    hidden = NotComputable.SUPPRESSED
    assert one[PREPARATION,][0] is hidden
    assert hidden in (one[LANGUAGE,][0], one["total",][0])
    three = lines(
        tables("repeated_measures", repetitions_town(preparing=3), date(2026, 1, 5))["repeated_measures"]
    )
    assert three[PREPARATION,] == (3, 3, 0, 0, 3, 0, 3)
    assert three["total",] == (15, 9, 3, 3, 9, 3, 6)
