"""Control of a volume against those that were really published: what the reader has before him besides.

Every published figure is taken as it went out, and what was left out then must stay unknown. The same figure of two
volumes makes a third one that nobody prints: its change. Late entries and corrections change quarters that were printed
already; of a quarter that did not change the reader is taken to know it.

Only the volume to be published can still be changed, so what the others tell becomes a demand on its figures: which of them
are known already, which tell too much, and below what none can be. tests/domain/test_published_volumes.py attacks the
volumes side by side.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from domain.replacing import replace
from domain.reports.disclosure import Figure, Protection, Standing, Threshold, protect
from domain.reports.monitoring_control import (
    FLOW,
    GROWING,
    LASTING,
    NOT_WOMEN,
    REACH,
    Name,
    Volume,
    parts_of_rest,
)


def left_out(now: Volume, published: Sequence[Volume], threshold: Threshold) -> frozenset[Name]:
    """What is left out of ``now`` when everybody knows the volumes ``published``."""
    protection = protect(beside(now, published, threshold), now.sums, threshold)
    return protection.suppressed | _all_bound_up(now, protection)


def _all_bound_up(now: Volume, protection: Protection[Name]) -> frozenset[Name]:
    """Where nothing was found that protects a figure, all tables that it is bound up with say nothing but zeros."""
    bound = {name[0] == REACH for name in protection.exposed}
    return frozenset(
        name
        for name, figure in now.figures.items()
        if figure.standing is Standing.NEW and figure.value and (name[0] == REACH) in bound
    )


def beside(now: Volume, published: Sequence[Volume], threshold: int) -> Mapping[Name, Figure]:
    """The figures of ``now`` as they stand for a reader of the volumes ``published``."""
    return {name: _beside(name, figure, now, published, threshold) for name, figure in now.figures.items()}


def _beside(name: Name, now: Figure, volume: Volume, published: Sequence[Volume], threshold: int) -> Figure:
    earlier = [(other, other.figures[name]) for other in published if name in other.figures]
    if any(
        same_period(name, volume, other) and then.value == now.value and _is_printed(name, other)
        for other, then in earlier
    ):
        # It was printed, and is so still: leaving it out would hide nothing.
        return replace(now, standing=Standing.PUBLISHED) if now.standing is Standing.NEW else now
    telling = any(_tells(name, now, volume, other, then, threshold) for other, then in earlier)
    floors = [
        then.value
        for other, then in earlier
        if now.floor is not None and grows(name, other, volume) and then.value <= now.value
    ]
    return replace(now, telling=telling, floor=max([now.floor, *floors]) if now.floor is not None else None)


def _tells(name: Name, now: Figure, volume: Volume, other: Volume, then: Figure, threshold: int) -> bool:
    """Whether printing a figure would tell a small change, or what was left out of the other volume."""
    changed = abs(now.value - then.value)
    if _is_printed(name, other):
        return 0 < changed < threshold
    if now.standing is Standing.IMPLIED:
        return False
    if same_period(name, volume, other):
        return changed < threshold
    # Next to a figure that only grows, what was left out of the other volume has little room.
    return (grows(name, volume, other) or grows(name, other, volume)) and changed < threshold


def _is_printed(name: Name, volume: Volume) -> bool:
    """Whether the volume says the figure, be it that it prints all that it follows from."""
    return volume.withheld.isdisjoint(parts_of_rest(name) if name[1] == NOT_WOMEN else (name,))


def same_period(name: Name, one: Volume, other: Volume) -> bool:
    """Whether a figure is about the same days in both volumes: it differs only by what was learnt since."""
    return name[0] == FLOW or one.as_of == other.as_of


def grows(name: Name, before: Volume, after: Volume) -> bool:
    """Whether a figure cannot have become less from one volume to another, but for a correction."""
    return before.as_of < after.as_of and name[0] in LASTING and name[1] in GROWING
