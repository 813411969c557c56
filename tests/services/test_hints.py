"""Hints of a case as they are shown, and that they are shown on its page alone."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.case_hints import CaseHints, case_hints
from domain.corrections import CorrectEntry
from domain.participation import SeatRefusedReason
from domain.personal import ERASED
from domain.repetition import RepetitionAnswerCode
from domain.repetition_answer import AnswerRepetitionHint
from domain.replacing import replace
from domain.seat_request import RecordSeatRefused, RecordWaitlisted
from domain.unmet_need import LookedAt, NoMatchReason
from domain.values import LanguageLevel, OfferKind
from services.event_lines import exported
from services.hint_text import hint_lines, need_lines
from tests.domain.ground import SEAT, CaseFile, durchstarten, seat_requested
from tests.domain.measures_ground import Lived, case_with, seat
from tests.domain.test_unmet_need import failed, settled

REMARK = "Stattdessen ein Praktikum"


def repeated() -> CaseFile:
    """The same language course twice, and an excused one."""
    days = (date(2025, 5, 5), date(2025, 9, 1))
    return case_with(Lived(number=n, entered_on=day, left_on=date(2026, 1, 9)) for n, day in enumerate(days))


def answered() -> CaseFile:
    """The same with an answer."""
    return repeated().done(
        AnswerRepetitionHint(
            occurred_on=date(2026, 1, 12),
            kind=OfferKind.LANGUAGE,
            level=LanguageLevel.B1,
            participations=(seat(0), seat(1)),
            answer=RepetitionAnswerCode.OTHER_WAY_AGREED,
            remark=REMARK,
        )
    )


def shown(file: CaseFile, language: str = "de") -> list[str]:
    """The lines of the hints."""
    return list(hint_lines(case_hints(file.state, durchstarten()), language))


def test_a_hint_says_what_repeats_and_why_each_measure_counts() -> None:
    """With the numbers of the entries, in both languages."""
    lines = shown(repeated())
    assert lines[0] == "Wiederholte Maßnahme: Sprachkurs B1, 2 Teilnahmen ohne Ergebnis – bitte beantworten"
    assert lines[1].startswith("    05.05.2025–09.01.2026  zählt (Einträge ")
    assert shown(repeated(), "en")[0].endswith("2 participations without gain – please answer")


def test_an_answered_hint_shows_its_answer() -> None:
    lines = shown(answered())
    assert lines[0].endswith("– beantwortet")
    assert lines[-1] == f"    12.01.2026  beantwortet: anderer Weg vereinbart – {REMARK}"


def test_the_remark_of_an_erased_person_reads_erased() -> None:
    file = answered()
    last = file.history[-1]
    file.history[-1] = last._replace(event=replace(last.event, remark=ERASED))
    assert shown(file)[-1].endswith("– gelöscht")


@pytest.mark.parametrize(
    ("answer", "ground"),
    [
        (RecordWaitlisted, NoMatchReason.FULL),
        (SeatRefusedReason.OFFER_CLOSED, NoMatchReason.CLOSED),
        (SeatRefusedReason.OFFER_STARTED, NoMatchReason.ALREADY_STARTED),
        (SeatRefusedReason.WAITING_LIST_CLOSED, NoMatchReason.FULL),
        (SeatRefusedReason.OFFER_UNKNOWN, None),
    ],
)
def test_an_offer_without_a_seat_suggests_recording_a_failed_match(
    answer: Any, ground: NoMatchReason | None
) -> None:
    """With the ground, until it is recorded; an unknown offer is a slip of the pen and no gap."""
    told: dict[str, Any] = {"occurred_on": date(2025, 4, 2), "participation_id": SEAT}
    told |= {"kind": OfferKind.LANGUAGE, "level": LanguageLevel.B1}
    if answer is RecordWaitlisted:
        file = seat_requested().done(RecordWaitlisted(**told, place=3, order_rule="by_request"))
    else:
        file = seat_requested().done(RecordSeatRefused(**told, ground=answer))
    suggested = case_hints(file.state, durchstarten()).failed_matches
    assert [s.ground for s in suggested] == ([] if ground is None else [ground])
    if ground is None:
        return
    assert suggested[0].entry == file.history[-1].version
    assert "bitte als erfolglose Suche erfassen" in shown(file)[-1]
    offers = (LookedAt(offer_id=suggested[0].offer_id, ground=ground),)
    file.done(failed(level=LanguageLevel.B1, ground=ground, offers=offers))
    assert case_hints(file.state, durchstarten()).failed_matches == ()
    assert "Ungedeckter Bedarf: Sprachkurs B1, seit 03.04.2025" in next(
        need_lines(file.state.unmet_needs, "de")
    )
    file.done(settled())
    assert case_hints(file.state, durchstarten()).failed_matches == ()


def test_a_path_without_numbers_says_so_in_place_of_no_hint() -> None:
    """No hint and not looked at are two things."""
    assert list(hint_lines(CaseHints(repetitions=None), "de")) == [
        "Der Weg legt nicht fest, wann Maßnahmen als wiederholt gelten."
    ]
    assert list(hint_lines(CaseHints(repetitions=()), "de")) == []


def test_the_answer_to_a_hint_is_in_no_export() -> None:
    """Neither as itself nor inside a correction; everything else of the case is."""
    file = answered()
    version = file.history[-1].version
    corrected = replace(file.history[-1].event, answer=RepetitionAnswerCode.WISH_OF_PARTICIPANT)
    file.done(
        CorrectEntry(
            occurred_on=date(2026, 1, 13), version=version, replacement=corrected, reason="falscher Grund"
        )
    )
    kept = [entry.version for entry in file.history if exported(entry)]
    assert kept == list(range(1, version))
