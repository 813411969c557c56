"""Time in step: the middle half and the median of the days, where those still running count as at least so long."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from domain.code_titles import in_language
from domain.path import Title
from domain.reports.table import Cell, Column, Line, Table, Unit
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
"""Beyond the scale, for boxes that are open to the right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepTime:
    """A step: how many ended and still run, and the days within which a quarter, half and three quarters had left.

    A cell that is no integer says that so many have not left yet, or why there is no figure.
    """

    label: str
    ended: Cell
    running: Cell
    lower: Cell
    median: Cell
    upper: Cell


def time_in_step(times: Sequence[StepTime], *, unit: Unit, name: str, title: str, language: str) -> Chart:
    """A box from the lower to the upper quarter for each of ``times``; ``unit`` is what ended and still runs."""
    description = _description(times, language)
    bottom = _TOP + _ROW * len(times)
    drawing = Drawing(name, title, description, bottom + MARGIN)
    longest = max((c for t in times for c in (t.lower, t.median, t.upper) if isinstance(c, int)), default=0)
    ticks = scale_ticks(longest)
    for tick in ticks:
        x = _x(tick, ticks[-1])
        drawing.words(
            x, _TOP - 8, shown_number(tick, language), anchor="middle" if tick else "start", size=SMALL
        )
        drawing.line(x, _TOP - 4, x, bottom, GREY if tick == 0 else PALE)
    for place, time in enumerate(times):
        _row(drawing, _TOP + place * _ROW, time, ticks[-1], language)
    return drawing.chart(sheet_of(_table(times, unit, name, title), language))


def _row(drawing: Drawing, top: float, time: StepTime, longest: int, language: str) -> None:
    drawing.box(MARGIN, top + 1, WIDTH - 2 * MARGIN, 14, "#fff")
    median = (
        in_language(_DAYS, language).format(shown_number(time.median, language))
        if isinstance(time.median, int)
        else in_language(_NOT_REACHED, language)
    )
    room = WIDTH - 3 * MARGIN - len(median) * SMALL * 0.55
    drawing.words(MARGIN, top + 12, fitted(time.label, room), bold=True)
    drawing.words(WIDTH - MARGIN, top + 12, median, anchor="end", size=SMALL)
    begin = _x(time.lower, longest) if isinstance(time.lower, int) else None
    if begin is not None:
        closed = isinstance(time.upper, int)
        end = _x(time.upper, longest) if isinstance(time.upper, int) else WIDTH - MARGIN - 10
        drawing.box(begin, top + 18, max(end - begin, 1.5), 11, PALE if closed else drawing.hatched(GREY))
        for x in (begin, end) if closed else (begin,):
            drawing.line(x, top + 17, x, top + 30, BLUE, stroke_width=2)
        if not closed:
            drawing.words(end + 1, top + 28, "▸")
    if isinstance(time.median, int):
        x = _x(time.median, longest)
        drawing.line(x, top + 16, x, top + 31, INK, stroke_width=3)
    ended, running = (
        shown_number(cell, language) if isinstance(cell, int) else "–" for cell in (time.ended, time.running)
    )
    counts = in_language(_COUNTS, language).format(ended, running)
    drawing.words(MARGIN, top + 41, counts, size=SMALL, fill=GREY)


def _x(days: int, longest: int) -> float:
    return MARGIN + days * (WIDTH - 2 * MARGIN - _OPEN) / longest


_DESCRIPTION = Title(
    de="Je Schritt ein Kasten vom Tag, bis zu dem ein Viertel ihn verlassen hatte, bis zu dem von drei Vierteln; der "
    "dicke Strich ist der Median. Wer noch darin ist, zählt mit der Zeit bis zum Stichtag; ein schraffierter, nach "
    "rechts offener Kasten heißt: drei Viertel sind noch nicht erreicht.",
    en="For each step a box from the day by which a quarter had left it to that of three quarters; the thick stroke is "
    "the median. Those still in it count with their time up to the reference date; a hatched box open to the right "
    "means: three quarters are not reached yet.",
)
_SAID = Title(de="{}: Median {}.", en="{}: median {}.")
_DAYS = Title(de="{} Tage", en="{} days")
_NOT_REACHED = Title(de="Median nicht bekannt", en="median not known")
_COUNTS = Title(de="{} beendet, {} laufend", en="{} ended, {} running")
_STEP = Title(de="Schritt", en="Step")
_COLUMNS = (
    ("ended", Title(de="Beendet", en="Ended"), None),
    ("running", Title(de="Laufend", en="Running"), None),
    ("lower", Title(de="Unteres Viertel", en="Lower quarter"), Unit.DAYS),
    ("median", Title(de="Median", en="Median"), Unit.DAYS),
    ("upper", Title(de="Oberes Viertel", en="Upper quarter"), Unit.DAYS),
)
_NOTHING = Title(de="", en="")


def _description(times: Sequence[StepTime], language: str) -> str:
    said = [
        in_language(_SAID, language).format(
            time.label, in_language(_DAYS, language).format(shown_number(time.median, language))
        )
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
        lines=tuple(
            Line(key=(time.label,), cells=(time.ended, time.running, time.lower, time.median, time.upper))
            for time in times
        ),
    )
