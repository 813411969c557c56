"""Control of a volume against those that were really published: what the reader has before him besides.

Every published figure is taken as it went out, and what was left out then must stay unknown. The same figure of two
volumes makes a third one that nobody prints: its change. Late entries and corrections change quarters that were printed
already; of a quarter that did not change the reader is taken to know it.

Only the volume to be published can still be changed. So what the others tell becomes a demand on its figures: which of them
are known already, which tell too much, and below what none can be. The flow by quarter is one and the same table in all
volumes as far as it did not change; it is controlled in all of them at once. tests/domain/test_published_volumes.py attacks
the volumes side by side.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from typing import Final, NamedTuple

from domain.replacing import replace
from domain.reports.disclosure import Figure, Standing, Sum, Threshold, protect
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
from domain.reports.table import TOTAL


class Told(NamedTuple):
    """A figure as the reader has it. In the flow, the same value of the same quarter is the same figure in every volume
    (``value``); any other belongs to one volume (``volume``, None for the one to be published)."""

    name: Name
    volume: int | None = None
    value: int | None = None


def left_out(now: Volume, published: Sequence[Volume], threshold: Threshold) -> frozenset[Name]:
    """What is left out of ``now`` when everybody knows the volumes ``published``."""
    standing = dict(beside(now, published, threshold))
    while True:
        hidden = _protected(now, standing, published, threshold)
        more = {
            name
            for other in published
            for name in _hiding_small_sums(now, standing, hidden, other, threshold)
            if name not in hidden
        }
        if not more:
            return hidden
        standing |= {name: replace(standing[name], telling=True) for name in more}


def _protected(
    now: Volume, standing: Mapping[Name, Figure], published: Sequence[Volume], threshold: Threshold
) -> frozenset[Name]:
    figures = {_told(name, figure, None): figure for name, figure in standing.items()}
    sums = [_renamed(total, now, None) for total in now.sums]
    for number, other in enumerate(published):
        for total in other.sums:
            if any(name[0] == FLOW for name in (*total.plus, *total.minus)):
                sums.append(_renamed(total, other, number))
                for name in (*total.plus, *total.minus):
                    figures.setdefault(
                        _told(name, other.figures[name], number), _as_it_went_out(name, other, published)
                    )
    protection = protect(figures, sums, threshold)
    names = {key.name for key in protection.suppressed}
    return frozenset(names) | _all_bound_up(standing, protection.exposed)


def _hiding_small_sums(
    now: Volume, standing: Mapping[Name, Figure], hidden: Set[Name], other: Volume, threshold: int
) -> Iterator[Name]:
    """Where the changes that nobody sees add up to a small one that follows from what is printed: one figure more to be
    left out. In lines that only grow none of them is negative, so a small sum tells them all."""
    changes: dict[tuple[str, str], dict[Name, int]] = {}
    for name, figure in now.figures.items():
        if name[0] in LASTING and name[1] in GROWING and figure.standing is Standing.NEW:
            was = other.figures.get(name)
            changes.setdefault(name[:2], {})[name] = figure.value - (was.value if was else 0)
    for (table, column), of_lines in changes.items():
        total = (table, column, (TOTAL,))
        shown = {name for name in of_lines if name not in hidden and name not in other.withheld}
        if total not in shown:
            continue
        unseen = sum(change for name, change in of_lines.items() if name not in shown)
        if not 0 < abs(unseen) < ROOM * threshold:
            continue
        lines = [
            (of_lines[name], name)
            for name in shown - {total}
            if standing[name].standing is Standing.NEW and now.figures[name].value
        ]
        enough = [line for line in lines if unseen + line[0] >= ROOM * threshold]
        yield min(enough)[1] if enough else total


def _told(name: Name, figure: Figure, volume: int | None) -> Told:
    return Told(name, value=figure.value) if name[0] == FLOW else Told(name, volume)


def _renamed(total: Sum[Name], volume: Volume, number: int | None) -> Sum[Told]:
    return Sum(
        plus=tuple(_told(name, volume.figures[name], number) for name in total.plus),
        minus=tuple(_told(name, volume.figures[name], number) for name in total.minus),
    )


def _as_it_went_out(name: Name, volume: Volume, published: Sequence[Volume]) -> Figure:
    figure = volume.figures[name]
    known = name not in volume.withheld or any(
        name[0] == FLOW
        and name in other.figures
        and other.figures[name].value == figure.value
        and name not in other.withheld
        for other in published
    )
    return replace(figure, standing=Standing.PUBLISHED if known else Standing.WITHHELD)


def _all_bound_up(standing: Mapping[Name, Figure], exposed: Iterable[Told]) -> frozenset[Name]:
    """Where nothing was found that protects a figure, all tables that it is bound up with say nothing but zeros, and what
    was printed before."""
    bound = {key.name[0] == REACH for key in exposed}
    return frozenset(
        name
        for name, figure in standing.items()
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
        if grows(name, other, volume) and _is_printed(name, other) and then.value <= now.value
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
    # Between figures that only grow, what was left out of the other volume has little room.
    return name[0] in LASTING and changed < ROOM * threshold


ROOM: Final = 2
"""How many times the threshold a figure must have changed by, in lines that only grow, to be printed after it was left out."""


def _is_printed(name: Name, volume: Volume) -> bool:
    """Whether the volume says the figure, be it that it prints all that it follows from."""
    return volume.withheld.isdisjoint(parts_of_rest(name) if name[1] == NOT_WOMEN else (name,))


def same_period(name: Name, one: Volume, other: Volume) -> bool:
    """Whether a figure is about the same days in both volumes: it differs only by what was learnt since."""
    return name[0] == FLOW or one.as_of == other.as_of


def grows(name: Name, before: Volume, after: Volume) -> bool:
    """Whether a figure cannot have become less from one volume to another, but for a correction."""
    return before.as_of < after.as_of and name[0] in LASTING and name[1] in GROWING
