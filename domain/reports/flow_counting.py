"""Entries, exits and stock by quarter: counted in one way, whatever else the lines are told apart by."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from domain.reports.statistics_facts import (
    Attended,
    because_entered,
    because_exit,
    because_left,
    because_own_end,
    joined_spans,
    quarter_name,
)
from domain.reports.tally import Key, Tally


def count_flow(
    tally: Tally, entered: Sequence[Attended], names: Sequence[str], told_apart: Callable[[Attended], Key]
) -> None:
    """Count all columns of a flow. A line is a quarter (``names``: all of them in order) and what ``told_apart`` adds."""
    left = [one for one in entered if one.left_on is not None]
    joined = joined_spans(left)

    def entry(one: Attended) -> Key:
        return (quarter_name(one.entered_on), *told_apart(one))

    def leaving(one: Attended) -> Key:
        return (quarter_name(one.left_on), *told_apart(one))

    tally.count("entries", entered, entry, because_entered)
    tally.count("exits", left, leaving, because_left)
    tally.but_for("exits", joined, leaving, because_left, because_own_end)
    tally.count("cumulative_entries", entered, entry, because_entered, onwards=names)
    tally.count("stock", entered, entry, because_entered, onwards=names)
    tally.count("stock", left, leaving, because_left, -1, onwards=names)
    tally.but_for("stock", joined, leaving, because_left, because_own_end)
    tally.persons_between(
        "stock_persons",
        entered,
        entry,
        because_entered,
        periods=names,
        until=lambda one: None if one.left_on is None else quarter_name(one.left_on),
        ended_by=because_exit,
    )
    tally.but_for("stock_persons", joined, leaving, because_left, because_own_end, amount=-1)
