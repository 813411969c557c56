"""Sharing out money so that every cent stays: whole cents, shares in basis points, largest remainder."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from domain.values import Cents

WHOLE: Final = 10_000
"""Basis points of the whole."""


def land_share(total_cents: int, own_share: int) -> Cents:
    """The Land's part of ``total_cents`` (≥ 0) for an own share in basis points; the own share carries the rounding.

    >>> land_share(101, 2_000)
    80
    """
    return Cents(total_cents * (WHOLE - own_share) // WHOLE)


def largest_remainder(total: int, weights: Sequence[int]) -> list[int]:
    """``total`` (≥ 0) shared out by ``weights`` (≥ 0) in whole numbers that add up to it exactly.

    Everybody gets the whole part; what is left goes one by one to the largest remainders, ties to the earlier one.
    Raises ValueError when there is something to share and nobody to share it with.

    >>> largest_remainder(100, [1, 1, 1])
    [34, 33, 33]
    """
    whole = sum(weights)
    if whole == 0:
        if total:
            raise ValueError("nothing to share by")
        return [0] * len(weights)
    shares = [total * weight // whole for weight in weights]
    order = sorted(range(len(weights)), key=lambda n: (-(total * weights[n] % whole), n))
    for n in order[: total - sum(shares)]:
        shares[n] += 1
    return shares
