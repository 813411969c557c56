"""Facts kept by column are the facts they were made of, and what was not read cannot be taken for nothing."""

from __future__ import annotations

import operator
from collections.abc import Callable
from datetime import date
from uuid import UUID

import pytest

from domain.reports import fact_columns
from domain.reports.fact_columns import NOT_READ, Columns, column, fact_at, ids
from domain.reports.facts import OfferFact, SpanFact

A, B = UUID(int=1), UUID(int=2**127)
SPANS = [
    SpanFact(A, "coaching", date(2025, 1, 1), None, 3, 0, None, 0),
    SpanFact(B, "coaching", date(2025, 2, 1), date(2025, 3, 1), 4, 7, None, 0),
]


def by_column(*names: str) -> Columns[SpanFact]:
    """The spans with these columns read; ids are packed."""
    columns = {name: [getattr(span, name) for span in SPANS] for name in names}
    if "case_id" in columns:
        columns["case_id"] = b"".join(span.case_id.bytes for span in SPANS)  # type: ignore[assignment] # as it is read
    return Columns(SpanFact, columns, len(SPANS))


def test_all_columns_make_the_facts_again_in_their_order() -> None:
    """One by one, as a whole, and counted."""
    facts = by_column(*SpanFact._fields)
    assert list(facts) == SPANS
    assert [facts[0], facts[-1]] == SPANS
    assert facts[:1] == SPANS[:1]
    assert [facts.one(0), fact_at(facts, 1)] == SPANS
    assert len(facts) == len(SPANS)


def test_a_column_is_the_same_however_the_facts_are_kept() -> None:
    """Ids as bytes, or as what they are."""
    facts = by_column(*SpanFact._fields)
    for name in SpanFact._fields:
        assert list(column(facts, SpanFact, name)) == list(column(SPANS, SpanFact, name))
    assert list(ids(facts, SpanFact, "case_id")) == ids(SPANS, SpanFact, "case_id") == [A.bytes, B.bytes]
    assert fact_at(SPANS, 1) == SPANS[1]


def test_facts_by_column_are_taken_apart_and_put_together_as_single_ones_are() -> None:
    """Whichever cases are left out, and whatever is added to the others."""
    whole = by_column(*SpanFact._fields)
    for left in ([], [A], [B], [A, B], [UUID(int=2)]):
        kept = whole.without("case_id", {case.bytes for case in left})
        assert list(kept) == [span for span in SPANS if span.case_id not in left]
        assert list(kept.and_(whole)) == [*kept, *SPANS]
        assert list(whole.and_(kept)) == [*SPANS, *kept]
    some = fact_columns.by_column(SPANS, SpanFact, ("case_id", "to_on"))
    assert some.columns() == by_column("case_id", "to_on").columns()
    with pytest.raises(LookupError):
        some.column("from_on")


def test_of_no_facts_every_column_that_was_read_is_empty() -> None:
    """A town without offers."""
    none = Columns(OfferFact, {"offer_id": b"", "municipality": []}, 0)
    assert not list(none)
    assert not ids(none, OfferFact, "offer_id")
    assert not column(none, OfferFact, "municipality")


@pytest.mark.parametrize(
    "look",
    [
        bool,
        str,
        int,
        hash,
        len,
        list,
        lambda value: value == 0,
        lambda value: value <= date(2025, 1, 1),
        lambda value: date(2025, 1, 1) <= value,
        lambda value: sum([value]),
        operator.attrgetter("year"),
    ],
)
def test_a_value_that_was_not_read_can_be_handed_on_but_not_looked_at(
    look: Callable[[object], object],
) -> None:
    """It would else be counted as none."""
    [first, _] = by_column("case_id", "from_on")
    assert (first.case_id, first.from_on) == (A, date(2025, 1, 1))
    assert {id(first.to_on)} == {id(NOT_READ)}
    with pytest.raises(LookupError):
        look(first.to_on)
    with pytest.raises(LookupError):
        look(by_column("case_id").one(0).to_on)


def test_a_column_that_was_not_read_is_refused_by_its_name() -> None:
    """As a column and as ids."""
    facts = by_column("from_on")
    with pytest.raises(LookupError, match="column to_on of SpanFact"):
        column(facts, SpanFact, "to_on")
    with pytest.raises(LookupError, match="column case_id of SpanFact"):
        ids(facts, SpanFact, "case_id")
