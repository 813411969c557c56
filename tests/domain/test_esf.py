"""The ESF+ report: four lives by hand, each answer and each day on both sides of its edge, every figure led back."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from domain.assessment import RecordAssessment
from domain.changes import ChangeMunicipality, ChangeResidenceStatus
from domain.closing import CloseCase
from domain.coaching import AssignCoach
from domain.course import CourseFinished
from domain.followup import RecordFollowUpOutcome
from domain.participation import CourseCertificate
from domain.person import Residence
from domain.recorded import Recorded
from domain.replacing import replace
from domain.reports.esf import ESF
from domain.reports.esf_definitions import ASKED, ISCED, NOT_ASKED_FOR, Indicator, Questionnaire
from domain.reports.rescue import RESCUE
from domain.reports.rescue_vocabulary import MANDATORY, Profile
from domain.reports.table import NotComputable, Report
from domain.values import (
    Destination,
    ExitReason,
    Gender,
    LegalRegime,
    NotStated,
    NotStatedReason,
    ParticipantId,
    ResidenceStatus,
    SchoolLeaving,
)
from tests.domain.ground import COACH, SEAT, CaseFile, after_intake, in_course
from tests.domain.report_evidence import check_leaving_out, check_sums, facts_of
from tests.domain.test_reports import ROETGEN

AS_OF = date(2025, 12, 30)
ENTERED = date(2025, 3, 10)


def school(answer: Any, on: date = date(2025, 3, 5)) -> RecordAssessment:
    """An assessment that asks for the school leaving qualification."""
    return RecordAssessment(occurred_on=on, needs=(), school_leaving=answer)


def coached(answer: Any = SchoolLeaving.HSA_9) -> CaseFile:
    """A case with a coach since 10 March."""
    return after_intake().done(school(answer), AssignCoach(occurred_on=ENTERED, coach=COACH))


def left(on: date = date(2025, 5, 20), destination: Destination = Destination.EMPLOYMENT) -> CloseCase:
    """The end of the accompaniment."""
    return CloseCase(occurred_on=on, exit_reason=ExitReason.WORK, destination=destination, reason="Arbeit")


def files() -> list[tuple[CaseFile, dict[str, Any]]]:
    """Five lives with what their first entry says."""
    return [
        # 1: a woman, in work four weeks after, and still in November.
        (
            coached().done(
                left(),
                RecordFollowUpOutcome(occurred_on=date(2025, 11, 20), destination=Destination.EMPLOYMENT),
            ),
            {"gender": Gender.FEMALE, "birth_month": date(2003, 6, 1)},
        ),
        # 2: a man with a language certificate who goes on to an Ausbildung; not asked again yet.
        (
            in_course()
            .done(school(SchoolLeaving.AHR, date(2025, 6, 2)))
            .given(
                CourseFinished(
                    occurred_on=date(2025, 8, 1),
                    participation_id=SEAT,
                    certificate=CourseCertificate.LANGUAGE_CERTIFICATE,
                    level_gained=None,
                    school_leaving_gained=None,
                )
            )
            .done(left(date(2025, 9, 1), Destination.AUSBILDUNG)),
            {"gender": Gender.MALE, "birth_month": date(2007, 3, 1)},
        ),
        # 3: nobody asked for the school; left without a destination, and moved.
        (
            after_intake().done(
                AssignCoach(occurred_on=ENTERED, coach=COACH),
                ChangeMunicipality(occurred_on=date(2025, 4, 1), municipality=ROETGEN),
                left(destination=Destination.UNKNOWN),
            ),
            {"gender": Gender.DIVERSE, "birth_month": date(1990, 1, 1)},
        ),
        # 4: asked and not stated; the status becomes known only after the entry, and is that of an EU citizen.
        (
            coached(NotStated(not_stated=NotStatedReason.REFUSED)).done(
                ChangeResidenceStatus(
                    occurred_on=date(2025, 7, 1), residence=Residence(status=ResidenceStatus.EU_CITIZEN)
                )
            ),
            {
                "gender": NotStated(not_stated=NotStatedReason.REFUSED),
                "birth_month": date(1970, 3, 1),
                "residence": Residence(status=ResidenceStatus.UNKNOWN),
            },
        ),
        # 5: never entered.
        (after_intake().done(school(SchoolLeaving.FOR)), {}),
    ]


def town() -> list[list[Recorded[Any]]]:
    """The five, each of a person of their own, with a legal regime that is known."""
    streams = []
    for number, (file, said) in enumerate(files(), 1):
        first, *rest = [entry._replace(stream_id=UUID(int=number)) for entry in file.history]
        opened = replace(
            first.event,
            participant_id=ParticipantId(UUID(int=100 + number)),
            legal_regime=LegalRegime.ASYLBLG_3,
            **said,
        )
        streams.append([first._replace(event=opened), *rest])
    return streams


TOWN = town()


def run(as_of: date = AS_OF, **parameters: Any) -> Report:
    """The report over the five."""
    return ESF.run(facts_of(TOWN, as_of), as_of, parameters)


def test_entry_by_hand() -> None:
    """Counted: 1 (21 years, HSA 9), 2 (18, AHR) and 4 (55 in this month, not stated, EU); 3 lacks an answer, 5 never came."""
    table = run().table("entry")
    # women, men, non-binary, not stated, in all
    assert table.line("participants").cells == (1, 1, 0, 1, 3)
    assert table.line("under_18").cells == (0, 0, 0, 0, 0)
    assert table.line("18_to_29").cells == (1, 1, 0, 0, 2)
    assert table.line("55_and_older").cells == (0, 0, 0, 1, 1)
    assert table.line("isced_0_to_2").cells == (1, 0, 0, 0, 1)
    assert table.line("isced_3_to_4").cells == (0, 1, 0, 0, 1)
    assert table.line("isced_not_told").cells == (0, 0, 0, 1, 1)
    assert table.line("third_country_nationals").cells == (1, 1, 0, 0, 2)


def test_exit_and_six_months_by_hand() -> None:
    """1 is in work, then and in November. 2 is in Ausbildung with a certificate of a month before. 3 is not countable."""
    report = run()
    assert report.table("exit").line("left").cells == (1, 1, 0, 0, 2)
    assert report.table("exit").line("in_education_or_training").cells == (0, 1, 0, 0, 1)
    assert report.table("exit").line("gained_qualification").cells == (0, 1, 0, 0, 1)
    assert report.table("exit").line("in_employment").cells == (1, 0, 0, 0, 1)
    assert report.table("six_months").line("asked_after_six_months").cells == (1, 0, 0, 0, 1)
    assert report.table("six_months").line("in_employment_after_six_months").cells == (1, 0, 0, 0, 1)


def test_who_cannot_be_counted_is_shown_with_what_is_missing() -> None:
    """3 lacks the school at entry, and so cannot be counted later either; at exit the destination, then the follow-up."""
    report = run()
    assert report.table("countable").line("entry").cells == (4, 3, 1)
    assert report.table("countable").line("exit").cells == (3, 2, 1)
    assert report.table("countable").line("six_months").cells == (2, 1, 1)
    missing = {line.key: line.cells[0] for line in report.table("missing").lines if line.cells[0]}
    assert missing == {
        ("entry", "school_leaving"): 1,
        ("exit", "destination"): 1,
        ("six_months", "follow_up"): 1,
    }


@pytest.mark.parametrize(
    ("as_of", "entry", "exits", "six_months"),
    [
        (date(2025, 3, 9), 0, 0, 0),
        (date(2025, 3, 10), 1, 0, 0),
        (date(2025, 6, 16), 2, 0, 0),
        (date(2025, 6, 17), 2, 1, 0),
        (date(2025, 9, 28), 3, 1, 0),
        (date(2025, 9, 29), 3, 2, 0),
        (date(2025, 11, 19), 3, 2, 0),
        (date(2025, 11, 20), 3, 2, 1),
    ],
)
def test_the_days_on_which_somebody_is_first_counted(
    as_of: date, entry: int, exits: int, six_months: int
) -> None:
    """1 enters on 10 March and 2 on 5 May (its school is told on 2 June), 4 counts from the day its status is known; 28 days
    after 20 May are 17 June, after 1 September 29 September; six months after 20 May is 20 November."""
    report = run(as_of)
    assert report.table("entry").cell("all", "participants") == entry
    assert report.table("exit").cell("all", "left") == exits
    assert report.table("six_months").cell("all", "asked_after_six_months") == six_months


def test_what_nobody_asks_for_is_named_and_never_nought() -> None:
    """Twelve indicators of the regulation have no source in a case."""
    table = run().table("not_recorded")
    assert [line.key for line in table.lines] == [(asked.value, one.value) for asked, one in NOT_ASKED_FOR]
    assert {line.cells for line in table.lines} == {(NotComputable.NOT_RECORDED,)}


def test_not_countable_are_those_whom_the_rescue_list_of_the_profile_would_save() -> None:
    """One gate: the answers of the three questionnaires are those of the profile, and the same number lacks one."""
    assert sorted(answer for answers in ASKED.values() for answer in answers) == sorted(
        MANDATORY[Profile.ESF_PLUS]
    )
    rescue = RESCUE.run(facts_of(TOWN, AS_OF), AS_OF, {"profile": "esf_plus"}).table("gaps")
    missing = run().table("missing")
    for questionnaire, answers in ASKED.items():
        for answer in answers:
            on_the_list = rescue.cell("cases", answer.value)
            assert missing.cell("persons", questionnaire.value, answer.value) == on_the_list


def test_every_school_leaving_qualification_is_classed_or_said_not_to_be() -> None:
    """Foreign ones are not guessed."""
    foreign = {SchoolLeaving.FOREIGN_RECOGNISED, SchoolLeaving.FOREIGN_NOT_RECOGNISED}
    assert set(SchoolLeaving) - set(ISCED) == foreign
    assert set(ISCED.values()) == {Indicator.ISCED_0_TO_2, Indicator.ISCED_3_TO_4}
    assert len(Questionnaire) == len(ASKED)


@pytest.mark.parametrize("place", [None, ROETGEN])
@pytest.mark.parametrize("as_of", [date(2025, 6, 17), AS_OF])
def test_leaving_out_an_entry_changes_exactly_the_cells_that_list_it(as_of: date, place: str | None) -> None:
    """An answer, an entry, an exit, a certificate, a move: without it the person counts elsewhere or not at all."""
    parameters = {"municipality": place} if place else {}
    check_sums(ESF, facts_of(TOWN, as_of), as_of, parameters)
    assert check_leaving_out(ESF, TOWN, as_of, parameters) > 3
