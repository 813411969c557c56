"""Time in step: the median of the days for each step, open to the right where half have not left it yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from domain.code_titles import in_language
from domain.path import Title
from domain.reports.table import Cell, Column, Line, NotComputable, Table, Unit
from domain.wording import shown_number
from services.report_formats.charts.drawing import (
    BLUE,
    GREY,
    INK,
    MARGIN,
    PALE,
    SMALL,
    WIDTH,
    Chart,
    Drawing,
    fitted,
    scale_ticks,
)
from services.report_formats.presentation import sheet_of

_ROW: Final = 46.0
_TOP: Final = 20.0
_OPEN: Final = 26.0
"""Beyond the scale, for bars that are open to the right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepTime:
    """A step: how many entered it and ended it, and the days by which half had left it; those still in it are counted
    in by whoever made the median. A cell that is no integer says why there is no figure."""

    label: str
    entered: Cell
    ended: Cell
    median: Cell


def time_in_step(times: Sequence[StepTime], *, unit: Unit, name: str, title: str, language: str) -> Chart:
    """A bar up to the median for each of ``times``; ``unit`` is what entered and ended."""
    description = _description(times, language)
    bottom = _TOP + _ROW * len(times)
    drawing = Drawing(name, title, description, bottom + MARGIN)
    ticks = scale_ticks(max((time.median for time in times if isinstance(time.median, int)), default=0))
    for tick in ticks:
        x = _x(tick, ticks[-1])
        anchor = "middle" if tick else "start"
        drawing.words(x, _TOP - 8, shown_number(tick, language), anchor=anchor, size=SMALL)
        drawing.line(x, _TOP - 4, x, bottom, GREY if tick == 0 else PALE)
    for place, time in enumerate(times):
        _row(drawing, _TOP + place * _ROW, time, ticks[-1], language)
    return drawing.chart(sheet_of(_table(times, unit, name, title), language))


def _row(drawing: Drawing, top: float, time: StepTime, longest: int, language: str) -> None:
    drawing.box(MARGIN, top + 1, WIDTH - 2 * MARGIN, 14, "#fff")
    said = (
        _days(time.median, language) if isinstance(time.median, int) else in_language(_NOT_REACHED, language)
    )
    room = WIDTH - 3 * MARGIN - len(said) * SMALL * 0.55
    drawing.words(MARGIN, top + 12, fitted(time.label, room), bold=True)
    drawing.words(WIDTH - MARGIN, top + 12, said, anchor="end", size=SMALL)
    if isinstance(time.median, int):
        end = _x(time.median, longest)
        drawing.box(MARGIN, top + 18, end - MARGIN, 11, BLUE)
        drawing.line(end, top + 16, end, top + 31, INK, stroke_width=3)
    elif time.median is NotComputable.MEDIAN_NOT_REACHED:
        end = WIDTH - MARGIN - 12
        drawing.box(MARGIN, top + 18, end - MARGIN, 11, drawing.hatched(GREY))
        drawing.words(end + 1, top + 28, "▸")
    if isinstance(time.entered, int) and isinstance(time.ended, int):
        counts = (shown_number(time.ended, language), shown_number(time.entered - time.ended, language))
        shown = in_language(_COUNTS, language).format(*counts)
        drawing.words(MARGIN + 4, top + 41, shown, size=SMALL, fill=GREY)


def _days(days: int, language: str) -> str:
    return in_language(_DAYS, language).format(shown_number(days, language))


def _x(days: int, longest: int) -> float:
    return MARGIN + days * (WIDTH - 2 * MARGIN - _OPEN) / longest


_DESCRIPTION = Title(
    de="Je Schritt ein Balken bis zu dem Tag, bis zu dem die Hälfte ihn verlassen hatte (Median); wer noch darin ist, "
    "zählt mit der Zeit bis zum Stichtag. Ein schraffierter, nach rechts offener Balken heißt: die Hälfte hat ihn noch "
    "nicht verlassen.",
    en="For each step a bar up to the day by which half had left it (median); those still in it count with their time up "
    "to the reference date. A hatched bar open to the right means: half have not left it yet.",
)
_SAID = Title(de="{}: {}.", en="{}: {}.")
_DAYS = Title(de="{} Tage", en="{} days")
_NOT_REACHED = Title(de="kein Median", en="no median")
_COUNTS = Title(de="{} beendet, {} laufend", en="{} ended, {} running")
_STEP = Title(de="Schritt", en="Step")
_COLUMNS = (
    ("entered", Title(de="Eintritte", en="Entries"), None),
    ("ended", Title(de="Beendet", en="Ended"), None),
    ("median_days", Title(de="Median", en="Median"), Unit.DAYS),
)
_NOTHING = Title(de="", en="")


def _description(times: Sequence[StepTime], language: str) -> str:
    said = [
        in_language(_SAID, language).format(time.label, _days(time.median, language))
        for time in times
        if isinstance(time.median, int)
    ]
    return " ".join((in_language(_DESCRIPTION, language), *said))


def _table(times: Sequence[StepTime], unit: Unit, name: str, title: str) -> Table:
    return Table(
        id=name,
        title=Title(de=title, en=title),
        keys=(_STEP,),
        columns=tuple(
            Column(id=id_, title=heading, unit=own or unit, definition=_NOTHING)
            for id_, heading, own in _COLUMNS
        ),
        lines=tuple(Line(key=(time.label,), cells=(time.entered, time.ended, time.median)) for time in times),
    )
