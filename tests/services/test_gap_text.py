"""Gaps at a terminal: figures, an offer only thought of, and the offers of a case, in both languages."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from domain.gaps import ProposedOffer, gap_figures, what_if
from domain.matching import Match, MatchUnclear, Wanted
from domain.projections.offer_occupancy import OfferOccupancyRow
from domain.unmet_need import NoMatchReason
from domain.values import Ags, FundingModule, LanguageLevel, OfferKind
from services.gap_text import case_offer_lines, gap_lines, repetition_lines, what_if_lines
from services.gaps import GapsFound, OfferFit, OffersForNeed, RepetitionCount
from tests.domain.test_gaps import DORMAGEN, PROPOSED, TODAY, rows_of, rule_of_path, with_need


def found() -> GapsFound:
    """One need open for 56 days and one of another municipality for one."""
    rows = [*rows_of(with_need(1), 1), *rows_of(with_need(2, on=date(2026, 3, 1), municipality=DORMAGEN), 2)]
    return GapsFound(as_of=TODAY, needs=2, cases=2, figures=gap_figures(rows, TODAY))


def test_each_figure_says_kind_place_ground_and_how_long() -> None:
    lines = list(gap_lines(found(), "de", entries=False))
    assert lines == [
        "Ungedeckte Bedarfe am 02.03.2026: 2 (2 Fälle)",
        "    1  Sprachkurs, 05162004 Dormagen: gibt es nicht (1 Fall; offen: Median 1 Tag, längstens 1 Tag)",
        "    1  Sprachkurs, 05334004 Alsdorf: gibt es nicht (1 Fall; offen: Median 56 Tage, längstens 56 Tage)",
    ]
    assert next(gap_lines(found(), "en", entries=False)) == "Unmet needs on 2026-03-02: 2 (2 cases)"


def test_the_entries_behind_a_figure_are_named_by_case_and_number() -> None:
    lines = list(gap_lines(found(), "en", entries=True))
    assert lines[2].strip().startswith(f"{UUID(int=70_002)}  entry ")
    assert lines[2].endswith(", B1, 1 day")


def test_an_offer_thought_of_names_whom_it_helps_and_why_not_the_others() -> None:
    rows = [*rows_of(with_need(1), 1), *rows_of(with_need(2, municipality=DORMAGEN), 2)]
    offer = ProposedOffer(
        kind=PROPOSED.kind,
        module=PROPOSED.module,
        municipality=PROPOSED.municipality,
        starts_on=PROPOSED.starts_on,
        capacity=1,
        level=PROPOSED.level,
    )
    lines = list(what_if_lines(offer, what_if(offer, rows, (), rule_of_path, TODAY), "de"))
    assert lines == [
        "Sprachkurs B1 in 05334004 Alsdorf ab 06.04.2026, Plätze: 1; fänden einen Platz: 1 Fall, würden warten: 0",
        f"    {UUID(int=70_001)}  05334004 Alsdorf, offen seit 05.01.2026",
        "Nicht gedeckt würden von den offenen Bedarfen dieser Art: 1 (einer kann mehrere Gründe haben)",
        "    1  zu weit entfernt",
    ]


def test_every_offer_of_a_case_fits_or_says_why_not() -> None:
    wanted = Wanted(kind=OfferKind.LANGUAGE, level=None, wanted_from=TODAY, childcare=True)
    unclear = Match(reasons=(NoMatchReason.FULL,), unclear=(MatchUnclear.OWN_LEVEL_UNKNOWN,))
    fits = Match(reasons=(), unclear=())
    asked = OffersForNeed(
        need_id=None,
        wanted=wanted,
        offers=(OfferFit(offer=offer_row(3), match=fits), OfferFit(offer=offer_row(-1), match=unclear)),
    )
    head, one, _, other, _ = case_offer_lines((asked,), "de")
    assert head == "Sprachkurs, gewünscht ab 02.03.2026, mit Kinderbetreuung"
    assert one == "    06.04.2026  Sprachkurs B1, Lernhaus, 05334004 Alsdorf, 3 frei: passt"
    assert other.endswith("0 frei: ausgebucht; unklar: Sprachstand nicht erhoben")
    nothing = OffersForNeed(need_id=None, wanted=wanted, offers=())
    assert list(case_offer_lines((nothing,), "en"))[1].strip() == "There is no such offer."


def test_repetitions_are_shown_as_numbers_and_marked_internal() -> None:
    count = RepetitionCount(kind=OfferKind.LANGUAGE, level=LanguageLevel.B1, cases=4, open=3)
    assert list(repetition_lines((count,), "de")) == [
        "Hinweise auf wiederholte Maßnahmen, Zahl der Fälle (interne Zahl)",
        "    4  Sprachkurs B1 (3 unbeantwortet)",
    ]
    left_out = RepetitionCount(kind=OfferKind.LANGUAGE, level=LanguageLevel.B1, cases=4, open=None)
    assert list(repetition_lines((left_out,), "de"))[1:] == [
        "    4  Sprachkurs B1 (… unbeantwortet)",
        "    …  zurückgehalten (statistische Geheimhaltung)",
    ]


def offer_row(free: int) -> OfferOccupancyRow:
    """A row of the read table."""
    return OfferOccupancyRow(
        offer_id=UUID(int=1),
        version=1,
        last_position=1,
        title="Sprachkurs B1",
        provider="Lernhaus",
        kind="language",
        module=FundingModule.F4.value,
        municipality=Ags("05334004"),
        organisation="org",
        level="B1",
        capacity=3,
        held=0,
        taken=0,
        waiting=0,
        free=free,
        closed=False,
        starts_on=date(2026, 4, 6),
        ends_on=date(2026, 9, 1),
        answer_days=14,
        waiting_order="by_request",
        teaching_units=100,
        excluded_statuses="",
        childcare=False,
        synthetic=False,
    )
