"""Hints at repeated measures are counted in the open only where a count is of nobody in particular."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.values import LanguageLevel, OfferKind
from services.gaps import RepetitionCount, small_counts_left_out

KINDS = (
    (OfferKind.LANGUAGE, LanguageLevel.A2),
    (OfferKind.LANGUAGE, LanguageLevel.B1),
    (OfferKind.LANGUAGE, None),
)
MOST = 6
Pairs = Sequence[tuple[int, int]]


def left_out(pairs: Pairs) -> list[tuple[int | None, int | None]]:
    """What is told of cases and unanswered ones of each kind."""
    counts = (
        RepetitionCount(kind=kind, level=level, cases=cases, open=open_)
        for (kind, level), (cases, open_) in zip(KINDS, pairs, strict=False)
    )
    return [(one.cases, one.open) for one in small_counts_left_out(counts)]


def possible(pairs: Pairs) -> Iterator[Pairs]:
    """All that a reader must hold possible who knows the sums over all kinds where these are not small themselves, and
    that a 0 is told unless nothing is."""
    told = left_out(pairs)
    nothing = all(one == (None, None) for one in told)
    known = [n for n in (0, 1) if sum(pair[n] for pair in pairs) >= 3]
    one = [(cases, open_) for cases in range(1, 2 * MOST + 1) for open_ in range(cases + 1)]
    for guess in product(one, repeat=len(pairs)):
        if all(
            seen == thought if seen is not None else thought > 0 or nothing
            for line, other in zip(told, guess, strict=True)
            for seen, thought in zip(line, other, strict=True)
        ) and all(sum(p[n] for p in guess) == sum(p[n] for p in pairs) for n in known):
            yield guess


pairs_of = st.lists(
    st.integers(1, MOST).flatmap(lambda cases: st.tuples(st.just(cases), st.integers(0, cases))),
    min_size=1,
    max_size=2,
)


@given(pairs_of)
def test_no_count_of_one_or_two_is_told_or_can_be_worked_out(pairs: list[tuple[int, int]]) -> None:
    """Neither of the cases, nor of those that were not answered, nor of those that were: by trying everything."""
    for told, true in zip(left_out(pairs), pairs, strict=True):
        for seen, value in zip(told, true, strict=True):
            assert seen in (value, None)
            assert seen not in (1, 2)
    if len(pairs) == 1:
        # Whoever knows the sum over all kinds knows the only one: what is told beside it is not ours to hold back.
        return
    guesses = list(possible(pairs))
    for place, (cases, open_) in enumerate(pairs):
        thought = [(guess[place][0], guess[place][1]) for guess in guesses]
        for value, held in (
            (cases, {one for one, _ in thought}),
            (open_, {other for _, other in thought}),
            (cases - open_, {one - other for one, other in thought}),
        ):
            assert value not in (1, 2) or len(held) > 1, (pairs, left_out(pairs))


@pytest.mark.parametrize(
    ("pairs", "told"),
    [
        ([(3, 3)], [(3, 3)]),
        ([(3, 0)], [(3, 0)]),
        ([(2, 2)], [(None, None)]),
        ([(2, 0)], [(None, 0)]),
        ([(1, 0), (3, 3)], [(None, None), (None, None)]),
        ([(9, 6), (8, 4)], [(9, 6), (8, 4)]),
        ([(9, 6), (2, 0)], [(None, 6), (None, 0)]),
        ([], []),
    ],
)
def test_small_counts_and_what_gives_them_away_are_left_out(
    pairs: list[tuple[int, int]], told: list[tuple[int | None, int | None]]
) -> None:
    """Three is told, two is not; a sum that is known from elsewhere takes a second one with it."""
    assert left_out(pairs) == told
