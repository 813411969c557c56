"""Disclosure control against attackers with a solver: over random tables, linked tables and pairs of reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.reports.disclosure import (
    Figure,
    Protection,
    Standing,
    Sum,
    Threshold,
    is_small,
    protect,
    width_demanded,
)
from tests.domain.disclosure_attacks import Attacker

Key = Any
TOTAL = "total"


def table(counts: Mapping[tuple[str, ...], int]) -> tuple[dict[Key, Figure], list[Sum[Key]]]:
    """A table of any number of dimensions with every margin, from its inner cells."""
    dimensions = len(next(iter(counts)))
    figures: dict[Key, Figure] = {}
    sums: list[Sum[Key]] = []
    categories = [sorted({key[d] for key in counts}) for d in range(dimensions)]
    for key in product(*([*names, TOTAL] for names in categories)):
        value = sum(
            n for inner, n in counts.items() if all(k in (TOTAL, i) for k, i in zip(key, inner, strict=True))
        )
        figures[key] = Figure(value=value)
        for d, names in enumerate(categories):
            if key[d] == TOTAL:
                sums.append(Sum(plus=tuple((*key[:d], n, *key[d + 1 :]) for n in names), minus=(key,)))
    return figures, sums


def small_and_hidden(figures: Mapping[Key, Figure], protection: Protection[Key], threshold: int) -> list[Key]:
    """Everything that must stay unknown: what is left out, and what is small and not printed."""
    return [
        key
        for key, figure in figures.items()
        if key in protection.suppressed
        or figure.standing is Standing.WITHHELD
        or (figure.standing is Standing.IMPLIED and is_small(figure, threshold))
    ]


def withstands(
    figures: Mapping[Key, Figure], sums: Sequence[Sum[Key]], protection: Protection[Key], threshold: int
) -> None:
    """No small figure is printed, and the linear program leaves every hidden one as much room as is demanded."""
    assert protection.exposed == frozenset()
    for key, figure in figures.items():
        if figure.standing is Standing.NEW and is_small(figure, threshold):
            assert key in protection.primary
        if figure.value == 0 and figure.persons is None:
            assert key not in protection.suppressed
    attacker = Attacker(figures, sums, protection.suppressed)
    for key in small_and_hidden(figures, protection, threshold):
        small = is_small(figures[key], threshold)
        demanded = width_demanded(figures[key], threshold) if small else threshold
        low, high = attacker.by_linear_program(key)
        assert high - low >= demanded - 1e-6, (key, low, high)


counts_2d = st.integers(2, 6).flatmap(
    lambda rows: st.integers(2, 6).flatmap(
        lambda columns: st.lists(
            st.one_of(st.integers(0, 12), st.integers(0, 80)),
            min_size=rows * columns,
            max_size=rows * columns,
        ).map(lambda cells: {(f"r{n // columns}", f"c{n % columns}"): cell for n, cell in enumerate(cells)})
    )
)
counts_3d = st.lists(st.integers(0, 30), min_size=27, max_size=27).map(
    lambda cells: {(f"a{n // 9}", f"b{n // 3 % 3}", f"c{n % 3}"): cell for n, cell in enumerate(cells)}
)


@pytest.mark.thorough
@settings(deadline=None, max_examples=80)
@given(counts_2d, st.sampled_from(Threshold))
def test_no_small_cell_of_a_table_with_totals_can_be_worked_out(
    counts: dict[tuple[str, ...], int], threshold: int
) -> None:
    """Rows, columns and totals, any threshold; attacked by a linear program."""
    figures, sums = table(counts)
    withstands(figures, sums, protect(figures, sums, threshold), threshold)


@pytest.mark.thorough
@settings(deadline=None, max_examples=25)
@given(counts_3d)
def test_nor_of_a_table_of_three_dimensions_with_all_its_margins(
    counts: dict[tuple[str, ...], int],
) -> None:
    """27 inner cells, 37 margins."""
    figures, sums = table(counts)
    withstands(figures, sums, protect(figures, sums, 5), 5)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.integers(0, 9), min_size=9, max_size=9))
def test_whole_number_tables_that_fit_differ_as_far_as_is_demanded(cells: list[int]) -> None:
    """Every table of whole numbers that fits is counted out: integers are a sharper attack than fractions."""
    figures, sums = table({(f"r{n // 3}", f"c{n % 3}"): cell for n, cell in enumerate(cells)})
    protection = protect(figures, sums, 3)
    attacker = Attacker(figures, sums, protection.suppressed)
    open_keys = set(protection.suppressed)
    seen: dict[Key, set[int]] = {key: set() for key in open_keys}
    for fitting in attacker.every_table(room=3):
        for key, value in zip(attacker.unknown, fitting, strict=True):
            seen[key].add(value)
        open_keys = {key for key in open_keys if max(seen[key]) - min(seen[key]) < 3}
        if not open_keys:
            break
    assert open_keys == set()


def test_the_attackers_break_a_table_that_leaves_out_its_small_cells_only() -> None:
    """One cell of 2 in a table with totals: without complements both attackers have it."""
    figures, sums = table({("a", "x"): 2, ("a", "y"): 9, ("b", "x"): 8, ("b", "y"): 7})
    attacker = Attacker(figures, sums, frozenset({("a", "x")}))
    assert attacker.by_linear_program(("a", "x")) == (2, 2)
    assert list(attacker.every_table(room=5)) == [(2,)]
    protection = protect(figures, sums, 5)
    assert protection.primary == {("a", "x")}
    assert protection.complementary == {("a", "y"), ("b", "x"), ("b", "y")}


def test_two_small_cells_of_one_row_do_not_protect_each_other_when_their_sum_is_small() -> None:
    """1 + 2 of 30: both are left out, but their sum of 3 would tell both to within two persons."""
    figures, sums = table(
        {("a", "x"): 1, ("a", "y"): 2, ("a", "z"): 27, ("b", "x"): 30, ("b", "y"): 30, ("b", "z"): 30}
    )
    withstands(figures, sums, protection := protect(figures, sums, 5), 5)
    assert ("a", "z") in protection.complementary


@pytest.mark.parametrize(
    ("women", "left_out"),
    [(13, False), (14, True), (16, True), (17, True), (18, False), (1, True), (0, False)],
)
def test_the_complement_of_a_figure_is_protected_like_the_figure(women: int, left_out: bool) -> None:
    """17 women of 18 persons are one man; 18 of 18 and 0 of 18 are nobody, and said."""
    figures = {
        "persons": Figure(value=18),
        "women": Figure(value=women),
        "others": Figure(value=18 - women, standing=Standing.IMPLIED),
    }
    sums = [Sum(plus=("women", "others"), minus=("persons",))]
    protection = protect(figures, sums, 5)
    withstands(figures, sums, protection, 5)
    assert ("women" in protection.suppressed) == left_out


@pytest.mark.thorough
@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.tuples(st.sampled_from("ABCDEF"), st.sampled_from("fmd"), st.sampled_from("xyz")), max_size=150
    )
)
def test_linked_tables_that_share_a_margin_protect_each_other(persons: list[tuple[str, str, str]]) -> None:
    """Municipality by gender and municipality by status, never all three, but with the same margin."""
    figures: dict[Key, Figure] = {}
    sums: list[Sum[Key]] = []
    places = sorted({place for place, _, _ in persons})
    for dimension in (1, 2):
        names = sorted({p[dimension] for p in persons})
        counted: dict[tuple[str, ...], int] = {
            (place, name): sum(p[0] == place and p[dimension] == name for p in persons)
            for place in places
            for name in names
        }
        if counted:
            more, bound = table(counted)
            # A category is named with its dimension, the margin is not: it is the same figure in both tables.
            renamed = {k: (k[0], k[1] if k[1] == TOTAL else f"{dimension}{k[1]}") for k in more}
            figures |= {renamed[k]: f for k, f in more.items()}
            sums += [
                Sum(plus=tuple(renamed[k] for k in s.plus), minus=tuple(renamed[k] for k in s.minus))
                for s in bound
            ]
    withstands(figures, sums, protect(figures, sums, 5), 5)


def test_a_figure_whose_difference_to_one_published_before_is_small_is_left_out() -> None:
    """40 last quarter, 42 now: the two who came would be known. 40 and 46 are told, and so is 40 again."""
    for now, left_out in ((40, False), (41, True), (44, True), (45, False), (38, True), (35, False)):
        figures = {
            "then": Figure(value=40, standing=Standing.PUBLISHED),
            "now": Figure(value=now),
            "change": Figure(value=now - 40, standing=Standing.IMPLIED, floor=None),
        }
        protection = protect(figures, [Sum(plus=("then", "change"), minus=("now",))], 5)
        assert ("now" in protection.suppressed) == left_out
        assert protection.exposed == frozenset()


def test_what_was_left_out_before_is_not_given_away_by_what_is_printed_now() -> None:
    """3 of 20 were left out with 17; a later report that prints the 17 gives the 3 away, so it is left out again."""
    figures = {
        "then total": Figure(value=20, standing=Standing.PUBLISHED),
        "then a": Figure(value=3, standing=Standing.WITHHELD),
        "then b": Figure(value=17, standing=Standing.WITHHELD),
        "now b": Figure(value=17),
        "no change": Figure(value=0, standing=Standing.IMPLIED, floor=None, persons=0),
    }
    sums = [
        Sum(plus=("then a", "then b"), minus=("then total",)),
        Sum(plus=("then b", "no change"), minus=("now b",)),
    ]
    withstands(figures, sums, protect(figures, sums, 5), 5)


def test_figures_that_earlier_reports_already_gave_away_are_named_and_not_hidden() -> None:
    """Nothing can be left out any more that would protect them: then nothing is published."""
    figures = {
        "all": Figure(value=40, standing=Standing.PUBLISHED),
        "without one": Figure(value=38, standing=Standing.PUBLISHED),
        "the one": Figure(value=2),
    }
    protection = protect(figures, [Sum(plus=("without one", "the one"), minus=("all",))], 5)
    assert protection.exposed == {"the one"}


def test_days_and_contacts_of_few_persons_are_left_out_with_room_as_wide_as_they_are() -> None:
    """90 contacts of two persons: a reader must not know them to within fewer than 90."""
    figures = {
        "a": Figure(value=90, persons=2),
        "b": Figure(value=400, persons=30),
        "c": Figure(value=60, persons=30),
        TOTAL: Figure(value=550, persons=62),
    }
    sums = [Sum(plus=("a", "b", "c"), minus=(TOTAL,))]
    protection = protect(figures, sums, 5)
    withstands(figures, sums, protection, 5)
    assert protection.suppressed == {"a", "c"}


@pytest.mark.thorough
@settings(deadline=None, max_examples=30)
@given(counts_2d, st.data())
def test_two_reports_one_later_than_the_other_cannot_be_subtracted(
    counts: dict[tuple[str, ...], int], data: st.DataObject
) -> None:
    """The first is published under control; then some cells change; both together withstand the attack."""
    before, sums = table(counts)
    first = protect(before, sums, 5)
    changed = {
        key: max(0, value + data.draw(st.sampled_from([0, 0, 0, 1, -1, 2, 7])))
        for key, value in counts.items()
    }
    after, _ = table(changed)
    figures: dict[Key, Figure] = {}
    for key, figure in before.items():
        standing = Standing.WITHHELD if key in first.suppressed else Standing.PUBLISHED
        figures["then", key] = Figure(value=figure.value, standing=standing)
    both = [_renamed(s, "then") for s in sums] + [_renamed(s, "now") for s in sums]
    for key, figure in after.items():
        figures["now", key] = figure
        figures["change", key] = Figure(
            value=figure.value - before[key].value, standing=Standing.IMPLIED, floor=None
        )
        both.append(Sum(plus=(("then", key), ("change", key)), minus=(("now", key),)))
    withstands(figures, both, protect(figures, both, 5), 5)


def _renamed(total: Sum[Key], when: str) -> Sum[Key]:
    return Sum(plus=tuple((when, key) for key in total.plus), minus=tuple((when, key) for key in total.minus))


@pytest.mark.thorough
@given(counts_2d)
def test_the_same_figures_give_the_same_choice(counts: dict[tuple[str, ...], int]) -> None:
    """No chance, no order of sets."""
    figures, sums = table(counts)
    assert protect(figures, sums, 5) == protect(dict(figures), list(sums), 5)
