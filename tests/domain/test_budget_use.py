"""Lines of a plan against each other: 100 %, 120 %, what other lines of the year make up for; every cent adds up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.budget_use import LineFlag, PlannedAndSpent, balance
from domain.money import land_share, largest_remainder


@pytest.mark.parametrize(
    ("spent", "rest_of_other", "flag"),
    [
        (0, 0, LineFlag.WITHIN),
        (99_999, 0, LineFlag.WITHIN),
        (100_000, 0, LineFlag.WITHIN),
        (100_001, 0, LineFlag.OVER_100),
        (120_000, 0, LineFlag.OVER_100),
        (120_000, 20_000, LineFlag.OVER_100),
        (120_001, 0, LineFlag.OVER_120),
        (120_001, 20_000, LineFlag.OVER_120),
        (120_001, 20_001, LineFlag.OVER_120_COMPENSATED),
        (120_001, 50_000, LineFlag.OVER_120_COMPENSATED),
        (10**12, 50_000, LineFlag.OVER_120),
    ],
)
def test_a_line_is_flagged_above_120_per_cent_unless_the_others_make_up_for_it(
    spent: int, rest_of_other: int, flag: LineFlag
) -> None:
    """A plan of 1,000 € for the line, and another line of 500 € with the given rest."""
    lines = [PlannedAndSpent(2025, 100_000, spent), PlannedAndSpent(2025, 50_000, 50_000 - rest_of_other)]
    assert balance(lines)[0].flag is flag


def test_savings_of_another_year_make_up_for_nothing() -> None:
    """300 € over in 2025, 300 € left in 2026: the 300 € stay uncompensated."""
    over, other = balance([PlannedAndSpent(2025, 100, 400), PlannedAndSpent(2026, 300, 0)])
    assert (over.uncompensated_cents, other.gives_cents, over.flag) == (300, 0, LineFlag.OVER_120)


def test_two_lines_share_what_a_third_has_left_by_largest_remainder() -> None:
    """100 and 50 over, 101 left: 101 × 100/150 = 67.33 → 67, 101 × 50/150 = 33.67 → 34."""
    balances = balance(
        [PlannedAndSpent(2025, 10, 110), PlannedAndSpent(2025, 10, 60), PlannedAndSpent(2025, 200, 99)]
    )
    assert [b.compensated_cents for b in balances] == [67, 34, 0]
    assert [b.gives_cents for b in balances] == [0, 0, 101]
    assert [b.uncompensated_cents for b in balances] == [33, 16, 0]


LINES = st.lists(
    st.builds(PlannedAndSpent, st.integers(2024, 2026), st.integers(1, 10**9), st.integers(0, 2 * 10**9)),
    max_size=12,
)


@given(LINES)
def test_what_is_made_up_for_is_given_by_others_to_the_cent(lines: list[PlannedAndSpent]) -> None:
    """In each year given = compensated = the smaller of what is over and what is left; nobody gives more than a rest."""
    balances = balance(lines)
    for year in {line.year for line in lines}:
        of_year = [(line, found) for line, found in zip(lines, balances, strict=True) if line.year == year]
        over = sum(max(0, line.spent - line.planned) for line, _ in of_year)
        rest = sum(max(0, line.planned - line.spent) for line, _ in of_year)
        assert sum(found.compensated_cents for _, found in of_year) == min(over, rest)
        assert sum(found.gives_cents for _, found in of_year) == min(over, rest)
        for line, found in of_year:
            assert 0 <= found.gives_cents <= max(0, line.planned - line.spent)
            assert 0 <= found.compensated_cents <= found.over_cents == max(0, line.spent - line.planned)


@given(st.integers(0, 10**13), st.lists(st.integers(0, 10**12), min_size=1, max_size=30))
def test_parts_add_up_to_the_total_and_stray_less_than_a_cent(total: int, weights: list[int]) -> None:
    """Each part is its exact share rounded down or up."""
    whole = sum(weights)
    if whole == 0:
        if total:
            with pytest.raises(ValueError, match="nothing to share by"):
                largest_remainder(total, weights)
        return
    parts = largest_remainder(total, weights)
    assert sum(parts) == total
    assert all(part - total * weight // whole in (0, 1) for part, weight in zip(parts, weights, strict=True))


@given(st.integers(0, 10**13), st.integers(0, 10_000))
def test_land_and_own_share_are_the_whole(total: int, own: int) -> None:
    """The Land never pays a started cent; the own share is what is left."""
    land = land_share(total, own)
    assert land * 10_000 <= total * (10_000 - own) < (land + 1) * 10_000
