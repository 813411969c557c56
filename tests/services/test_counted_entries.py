"""What reports leave aside of the log: facts are the same with and without it, for every kind of entry there is."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import fields
from datetime import date
from functools import cache
from typing import Any

import pytest

from adapters.facts_packed import packed, packed_columns, unpacked, unpacked_columns
from adapters.report_facts import _TABLES
from domain.eligibility import EligibilityDecided
from domain.flat_rate_decision import FlatRateRevised
from domain.intake import CaseOpened
from domain.offering import OfferPublished
from domain.projections.event_groups import CASE, OFFER
from domain.projections.register import PROJECTIONS
from domain.recorded import Recorded
from domain.report_publication import ReportPublished
from domain.report_seal import ReportSealed
from domain.reports.counted_entries import ANY_COLUMN, ONLY_FOR, ONLY_FOR_COLUMNS, left_aside
from domain.reports.fact_columns import ColumnsOf, by_column, column
from domain.reports.facts import KINDS, Facts, Need, Unread, looked_at
from domain.reports.facts_folded import add_stream
from domain.reports.registry import REPORTS
from domain.seat_request import SeatAccepted, SeatDeclined, SeatLapsed, SeatRequestWithdrawn
from services.earlier_facts import to_take_back
from tests.golden.files import instance
from tests.services.test_simulation import lived

AS_OF = date(2025, 9, 30)


@cache
def town() -> list[Sequence[Recorded[Any]]]:
    """Sixty people and two years."""
    return list(lived(60, seed=3).streams.values())


def _facts(
    streams: Iterable[Sequence[Recorded[Any]]], needs: Collection[Need], columns: ColumnsOf | None = None
) -> Facts:
    facts = Facts()
    for history in streams:
        add_stream(facts, history, AS_OF, needs, columns)
    return facts


def _choices() -> Iterator[tuple[str, frozenset[Need], ColumnsOf]]:
    """The columns of every report that says any, with each choice of each parameter."""
    for name, report in REPORTS.items():
        chosen = ({p.name: choice} for p in report.parameters for choice in p.choices)
        for given in ({}, *chosen):
            columns = report.looked_at(given)
            if columns is not None:
                yield name, report.needs, to_take_back(columns)


@pytest.mark.parametrize("needs", [(), *((need,) for need in Need), tuple(Need)])
def test_facts_are_the_same_without_the_entries_that_are_left_aside(needs: tuple[Need, ...]) -> None:
    """At the end of the town and as every stream was half way."""
    aside = left_aside(needs)
    for streams in (town(), [history[: (len(history) + 1) // 2] for history in town()]):
        kept = [[entry for entry in history if type(entry.event) not in aside] for history in streams]
        assert _facts(filter(None, kept), needs) == _facts(streams, needs)


def test_columns_are_the_same_without_the_entries_that_are_left_aside_for_them() -> None:
    """Of every report and every choice; some leave aside what others count."""
    halves = (town(), [history[: (len(history) + 1) // 2] for history in town()])
    whole = [(streams, _facts(streams, tuple(Need))) for streams in halves]
    seen: dict[str, frozenset[type[Any]]] = {}
    for name, needs, columns in _choices():
        aside = left_aside(needs, columns)
        assert aside >= left_aside(needs)
        seen[name] = aside
        for streams, facts in whole:
            kept = [[entry for entry in history if type(entry.event) not in aside] for history in streams]
            some = _facts(filter(None, kept), needs, columns)
            some.by_column(needs, columns)
            for field in looked_at(needs, columns):
                read = by_column(getattr(facts, field), KINDS[field], columns[field])
                assert getattr(some, field).columns() == read.columns(), (name, field)
            assert some.municipalities == facts.municipalities
            again = unpacked_columns(packed_columns(some, needs, columns), needs, columns)
            for field, kind in KINDS.items():
                if field not in looked_at(needs, columns):
                    assert isinstance(getattr(again, field), Unread)
                    continue
                for of in columns[field]:
                    assert column(getattr(again, field), kind, of) == column(getattr(some, field), kind, of)
            assert again.municipalities == some.municipalities
    for group, _ in ONLY_FOR_COLUMNS:
        assert {True, False} == {group <= aside for aside in seen.values()}, group


def test_what_a_column_rests_on_is_named_as_facts_have_it() -> None:
    """A name that no fact has would leave its entries aside for ever."""
    for _, resting in ONLY_FOR_COLUMNS:
        for field, names in resting.items():
            assert names is ANY_COLUMN or names <= set(KINDS[field]._fields)


def test_every_kind_of_entry_that_is_left_aside_occurs_in_the_town_or_changes_nothing() -> None:
    """What never occurs there could be left aside by mistake, so it is put into cases of the town: no fact changes."""
    occurring = {type(entry.event) for history in town() for entry in history}
    seldom = left_aside(()) - occurring
    kinds = {CaseOpened: seldom & CASE, OfferPublished: seldom & OFFER}
    assert seldom == kinds[CaseOpened] | kinds[OfferPublished] | {
        FlatRateRevised,
        ReportSealed,
        ReportPublished,
    }
    for first, classes in kinds.items():
        streams = [history for history in town() if isinstance(history[0].event, first)][:20]
        for cls in sorted(classes, key=lambda cls: cls.__name__):
            for history in streams:
                last = history[-1]
                added = last._replace(version=last.version + 1, event=instance(cls, "full"))
                assert _facts([[*history, added]], ()) == _facts([history], ()), cls


def test_every_need_says_which_entries_only_it_counts() -> None:
    """A need that says nothing would be counted from what all reports read."""
    assert set(ONLY_FOR) == set(Need)


def test_what_fills_the_read_tables_of_a_report_is_never_left_aside() -> None:
    """But for tables of which facts have a few columns only, and for entries that change none of those columns."""
    no_column = {EligibilityDecided, SeatAccepted, SeatDeclined, SeatLapsed, SeatRequestWithdrawn}
    for name in set(_TABLES) - {"case_overview", "case_timeline", "offer_occupancy", "open_needs"}:
        assert not PROJECTIONS[name].handles & left_aside(tuple(Need)) - no_column, name


def test_facts_come_out_of_their_bytes_as_they_were() -> None:
    """All fields of all kinds of facts."""
    facts = _facts(town(), tuple(Need))
    assert unpacked(packed(facts)) == facts
    none = {each.name for each in fields(facts) if not getattr(facts, each.name)}
    assert none <= {
        "programme_rates",
        "asked_at_entry",
        "entry_rules",
        "rates",
        "hint_answers",
        "published",
    }, "kinds of facts that the town does not have"
