"""Stock over time: one or two lines over the ends of the quarters, each with its own mark, dash and name."""

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
    LETTER,
    MARGIN,
    PALE,
    RED,
    SMALL,
    WIDTH,
    Chart,
    Drawing,
    fitted,
    scale_ticks,
    steps,
)
from services.report_formats.presentation import sheet_of

_HEIGHT: Final = 190.0
_TOP: Final = 40.0
_BOTTOM: Final = 152.0
_LEFT: Final = 38.0
_RIGHT: Final = 40.0
_MOST_LABELS: Final = 9
_STYLES: Final = ((BLUE, ""), (RED, "5 3"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """A line: its name, what it counts, and a cell for each moment; one without a figure is a gap."""

    id: str
    name: Title
    unit: Unit
    cells: tuple[Cell, ...]


def stock_over_time(
    moments: Sequence[str], series: Sequence[Series], *, moment: Title, name: str, title: str, language: str
) -> Chart:
    """Up to two ``series`` over ``moments``, which are evenly spaced; ``moment`` is the title of their column.

    Raises ValueError when a series has not as many cells as there are moments.
    """
    if len(series) > len(_STYLES) or any(len(one.cells) != len(moments) for one in series):
        raise ValueError("at most two series, with a cell for each moment")
    description = _description(moments, series, language)
    drawing = Drawing(name, title, description, _HEIGHT)
    highest = max((cell for one in series for cell in one.cells if isinstance(cell, int)), default=0)
    ticks = scale_ticks(highest)
    for tick in ticks:
        y = _y(tick, ticks[-1])
        drawing.line(_LEFT, y, WIDTH - _RIGHT, y, GREY if tick == 0 else PALE)
        drawing.words(_LEFT - 4, y + 3.5, shown_number(tick, language), anchor="end", size=SMALL)
    every = -(-len(moments) // _MOST_LABELS) if moments else 1
    for place, label in enumerate(moments):
        x = _x(place, len(moments))
        if (len(moments) - 1 - place) % every == 0:
            drawing.line(x, _BOTTOM, x, _BOTTOM + 4, GREY)
            year, _, rest = label.partition("-")
            drawing.words(x, _BOTTOM + 15, rest or year, anchor="middle", size=SMALL)
            if rest:
                drawing.words(x, _BOTTOM + 26, year, anchor="middle", size=SMALL, fill=GREY)
    for place, one in enumerate(series):
        _drawn(drawing, one, place, ticks[-1], language)
    _last_figures(drawing, series, ticks[-1], language)
    return drawing.chart(sheet_of(_table(moments, series, moment, name, title), language))


def _drawn(drawing: Drawing, series: Series, place: int, top: int, language: str) -> None:
    colour, dashes = _STYLES[place]
    more: dict[str, str | float] = {"stroke_dasharray": dashes} if dashes else {}
    # The key above the drawing shows line and mark as they are below.
    drawing.line(MARGIN, 12.0 + place * 14, MARGIN + 24, 12.0 + place * 14, colour, stroke_width=2, **more)
    _mark(drawing, MARGIN + 12, 12.0 + place * 14, place)
    drawing.words(
        MARGIN + 30, 16.0 + place * 14, fitted(in_language(series.name, language), WIDTH - 50), size=SMALL
    )
    points = [
        (_x(n, len(series.cells)), _y(cell, top), cell) if isinstance(cell, int) else None
        for n, cell in enumerate(series.cells)
    ]
    path: list[str | float] = []
    for before, point in zip([None, *points], points, strict=False):
        if point is not None:
            path += ["L" if before is not None else "M", point[0], point[1]]
    if path:
        drawing.path(steps(*path), fill="none", stroke=colour, stroke_width=2, **more)
    for point in points:
        if point is not None:
            _mark(drawing, point[0], point[1], place)


def _last_figures(drawing: Drawing, series: Sequence[Series], top: int, language: str) -> None:
    """The last figure of each line at its end, moved apart where they would lie on each other."""
    ends: list[list[float]] = []
    for one in series:
        known = [(n, cell) for n, cell in enumerate(one.cells) if isinstance(cell, int)]
        if known:
            place, value = known[-1]
            ends.append([_y(value, top) + 4, _x(place, len(one.cells)) + 7, float(value)])
    ends.sort()
    if len(ends) == 2 and ends[1][0] - ends[0][0] < LETTER:
        apart = (LETTER - (ends[1][0] - ends[0][0])) / 2
        ends[0][0] -= apart
        ends[1][0] += apart
    for y, x, figure in ends:
        drawing.words(x, y, shown_number(int(figure), language), bold=True)


def _mark(drawing: Drawing, x: float, y: float, place: int) -> None:
    if place == 0:
        drawing.circle(x, y, 3, BLUE)
    else:
        drawing.box(x - 3, y - 3, 6, 6, "#fff", stroke=RED, stroke_width=1.5)


def _x(place: int, moments: int) -> float:
    room = WIDTH - _LEFT - _RIGHT
    return _LEFT + room / 2 if moments == 1 else _LEFT + 8 + place * (room - 8) / (moments - 1)


def _y(value: int, top: int) -> float:
    return _BOTTOM - value * (_BOTTOM - _TOP) / top


_FROM_TO = Title(
    de="{}: {} ({}) bis {} ({}), höchstens {} ({}).", en="{}: {} ({}) to {} ({}), at most {} ({})."
)
_NOTHING_KNOWN = Title(de="{}: keine Zahlen.", en="{}: no figures.")
_GAPS = Title(de="Lücken: {}.", en="Gaps: {}.")
_NOTHING = Title(de="", en="")


def _description(moments: Sequence[str], series: Sequence[Series], language: str) -> str:
    said = []
    for one in series:
        name = in_language(one.name, language)
        known = [(n, cell) for n, cell in enumerate(one.cells) if isinstance(cell, int)]
        if not known:
            said.append(in_language(_NOTHING_KNOWN, language).format(name))
            continue
        first, last, peak = known[0], known[-1], max(known, key=lambda point: point[1])
        figures = [
            part for n, cell in (first, last, peak) for part in (shown_number(cell, language), moments[n])
        ]
        said.append(in_language(_FROM_TO, language).format(name, *figures))
        if len(known) < len(one.cells):
            said.append(in_language(_GAPS, language).format(len(one.cells) - len(known)))
    return " ".join(said)


def _table(moments: Sequence[str], series: Sequence[Series], moment: Title, name: str, title: str) -> Table:
    return Table(
        id=name,
        title=Title(de=title, en=title),
        keys=(moment,),
        columns=tuple(
            Column(id=one.id, title=one.name, unit=one.unit, definition=_NOTHING) for one in series
        ),
        lines=tuple(
            Line(key=(label,), cells=tuple(one.cells[n] for one in series)) for n, label in enumerate(moments)
        ),
    )
