"""The flow between stages: bands as wide as the number that went, downwards; what goes back or round is drawn as such."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from textwrap import wrap
from typing import Final

from domain.code_titles import in_language
from domain.path import Title
from domain.reports.table import Column, Line, Table, Unit
from domain.wording import shown_number
from services.report_formats.charts.drawing import (
    BLUE,
    GREEN,
    GREY,
    INK,
    MARGIN,
    ORANGE,
    RED,
    SMALL,
    WIDTH,
    Chart,
    Drawing,
    fitted,
    steps,
)
from services.report_formats.presentation import sheet_of

_LABELS: Final = 112.0
"""Room for the names of the stages, at the left."""
_LANE: Final = 21.0
"""Room for a way back and its number, at the right."""
_NAME: Final = 70.0
"""Room for the name of an end below it."""
_LANES: Final = 105.0
"""Room for all of them."""
_BEND: Final = 14.0
_APART: Final = 14.0
"""Above and below a stage, for all ways back together."""
_BAR: Final = 12.0
_STEP: Final = 62.0
_TOP: Final = 22.0
_GAP: Final = 7.0
"""Between a stage and the bands that pass it by."""
_THINNEST: Final = 1.0
_WIDEST_WAY_BACK: Final = 3.5
_WITH_NUMBER: Final = 20.0
"""From this width on a band has its number on it."""
_BANDS: Final = (BLUE, GREEN, ORANGE, GREY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """How many went from one stage to another, or to the same one again. ``number`` ≥ 1."""

    source: str
    target: str
    number: int


@dataclass(slots=True)
class _Band:
    """A move downwards; ``lefts`` is the left edge at each row that it touches."""

    move: Move
    colour: str
    first: int
    last: int
    lefts: dict[int, float] = field(default_factory=dict)


def stage_flow(
    stages: Sequence[tuple[str, str]],
    moves: Sequence[Move],
    *,
    ends: Sequence[tuple[str, str]] = (),
    unit: Unit,
    name: str,
    title: str,
    language: str,
) -> Chart:
    """``stages`` by id and name, from top to bottom; a move that does not go down is a way back, round at the right.

    ``ends`` stand beside each other below all stages. What nobody came to or left is left out. Raises KeyError for a
    move of an unknown stage, ValueError for one that leaves an end.
    """
    names = dict((*stages, *ends))
    final = {id_ for id_, _ in ends}
    for move in moves:
        names[move.source], names[move.target]
        if move.source in final:
            raise ValueError(f"{move.source} is an end")
    used = {place for move in moves for place in (move.source, move.target)}
    order = [id_ for id_, _ in stages if id_ in used]
    last = [id_ for id_, _ in ends if id_ in used]
    rows = {id_: row for row, id_ in enumerate(order)} | dict.fromkeys(last, len(order))
    places = {id_: place for place, id_ in enumerate((*order, *last))}
    down = sorted(
        (move for move in moves if rows[move.target] > rows[move.source]),
        key=lambda move: (places[move.source], places[move.target]),
    )
    back = sorted(
        (move for move in moves if rows[move.target] <= rows[move.source]),
        key=lambda move: (rows[move.source] - rows[move.target], rows[move.source]),
    )
    description = _description(names, down, back, language)
    drawing = Drawing(name, title, description, _TOP + _STEP * max(rows.values(), default=0) + _BAR + 40)
    layout = _Layout(rows, last, down, back)
    for band in layout.bands:
        _draw_band(drawing, band, layout, language)
    for move, lane in zip(back, layout.lanes, strict=True):
        _draw_way_back(drawing, move, lane, layout, language)
    for id_ in order:
        _draw_stage(drawing, id_, names[id_], layout, language)
    for id_ in last:
        _draw_end(drawing, id_, names[id_], layout, language)
    return drawing.chart(sheet_of(_table(names, [*down, *back], unit, name, title), language))


class _Layout:
    """Where everything stands. Order is by row, then by what a band leads to: nothing depends on chance."""

    def __init__(
        self, rows: Mapping[str, int], ends: Sequence[str], down: Sequence[Move], back: Sequence[Move]
    ) -> None:
        self.rows = rows
        self._ends = frozenset(ends)
        self._name = min(_NAME, (WIDTH - 2 * MARGIN) / max(len(ends), 1) - _GAP)
        self._order = {id_: place for place, id_ in enumerate(rows)}
        self.lanes = _lanes([(rows[move.target], rows[move.source]) for move in back])
        lanes = max(self.lanes, default=-1) + 1
        self.lane = min(_LANE, _LANES / max(lanes, 1))
        self.apart = min(3.0, _APART / max(lanes, 1))
        self.right = WIDTH - MARGIN - lanes * self.lane - (_BEND if lanes else 0)
        self.came = {id_: sum(m.number for m in (*down, *back) if m.target == id_) for id_ in rows}
        self.went = {id_: sum(m.number for m in (*down, *back) if m.source == id_) for id_ in rows}
        self.bands = [
            _Band(move, _BANDS[rows[move.source] % len(_BANDS)], rows[move.source], rows[move.target])
            for move in down
        ]
        self.scale = self._scale(ends)
        self.begin = dict.fromkeys(rows, _LABELS) | self._beside(ends)
        for id_, row in rows.items():
            self._place(id_, row)

    def size(self, id_: str) -> int:
        """How many the bar of a stage stands for: who came or who went, whichever are more."""
        return max(self.came[id_], self.went[id_])

    def width(self, number: int) -> float:
        """Of a band or a bar."""
        return max(number * self.scale, _THINNEST)

    def room(self, id_: str) -> float:
        """Of an end: its bar, or its name where that is wider."""
        return max(self.width(self.size(id_)), self._name)

    def _beside(self, ends: Sequence[str]) -> dict[str, float]:
        """The left edges of the ends, over the whole width."""
        lefts, x = {}, MARGIN
        for id_ in ends:
            lefts[id_] = x
            x += self.room(id_) + _GAP
        return lefts

    def _passing(self, row: int) -> list[_Band]:
        """Bands that pass a row by, in the order of where they lead to."""
        passing = (band for band in self.bands if band.first < row < band.last)
        return sorted(passing, key=lambda band: (self._order[band.move.target], -band.first))

    def _scale(self, ends: Sequence[str]) -> float:
        """Units for one, so that the fullest row fits."""
        scales = []
        for id_, row in self.rows.items():
            if id_ not in ends:
                passing = self._passing(row)
                total = self.size(id_) + sum(band.move.number for band in passing)
                scales.append((self.right - _LABELS - _GAP - _THINNEST * len(passing)) / total)
        scale = min(scales, default=1.0)
        while scale > 0 and sum(max(self.size(id_) * scale, self._name) + _GAP for id_ in ends) > WIDTH:
            scale *= 0.97
        return scale

    def _place(self, id_: str, row: int) -> None:
        """Bands that come and go stand side by side on their stage, those that pass by to the right of it."""
        came = sorted((b for b in self.bands if b.move.target == id_), key=lambda b: -b.first)
        went = sorted(
            (b for b in self.bands if b.move.source == id_), key=lambda b: self._order[b.move.target]
        )
        for bands in (came, went):
            x = self.begin[id_]
            for band in bands:
                band.lefts[row] = x
                x += self.width(band.move.number)
        if id_ not in self._ends:
            x = _LABELS + self.width(self.size(id_)) + _GAP
            for band in self._passing(row):
                band.lefts[row] = x
                x += self.width(band.move.number)


def _lanes(spans: Sequence[tuple[int, int]]) -> list[int]:
    """A lane for each way back, from row to row; two that share no row may share a lane."""
    taken: list[list[tuple[int, int]]] = []
    lanes = []
    for top, foot in spans:
        free = (
            lane
            for lane, others in enumerate(taken)
            if all(foot < other_top or other_foot < top for other_top, other_foot in others)
        )
        lane = next(free, len(taken))
        if lane == len(taken):
            taken.append([])
        taken[lane].append((top, foot))
        lanes.append(lane)
    return lanes


def _y(row: int) -> float:
    return _TOP + row * _STEP


def _draw_band(drawing: Drawing, band: _Band, layout: _Layout, language: str) -> None:
    """One shape, down its left edge and up its right one; beside a stage that it passes by it runs straight."""
    width = layout.width(band.move.number)
    left: list[str | float] = []
    right: list[str | float] = []
    for row in range(band.first, band.last):
        x, foot, below, top = band.lefts[row], _y(row) + _BAR, band.lefts[row + 1], _y(row + 1)
        middle = (foot + top) / 2
        left += ["M" if row == band.first else "L", x, foot, "C", x, middle, below, middle, below, top]
        curve: list[str | float] = [
            "L",
            below + width,
            top,
            "C",
            below + width,
            middle,
            x + width,
            middle,
            x + width,
            foot,
        ]
        right = [*curve, *right]
    # A white edge parts wide bands of one colour; a thin one would vanish under it.
    edge: dict[str, str | float] = {"stroke": "#fff", "stroke_width": 0.4} if width >= 4 else {}
    drawing.path(steps(*left, *right, "Z"), fill=band.colour, fill_opacity=0.5, **edge)
    if width >= _WITH_NUMBER:
        x = (band.lefts[band.first] + band.lefts[band.first + 1] + width) / 2
        y = (_y(band.first) + _BAR + _y(band.first + 1)) / 2 + 4
        drawing.words(x, y, shown_number(band.move.number, language), anchor="middle", size=SMALL)


def _draw_way_back(drawing: Drawing, move: Move, lane: int, layout: _Layout, language: str) -> None:
    """A dashed way out at the foot of the source, up its lane, and in at the top of the target with an arrow."""
    source, target = layout.rows[move.source], layout.rows[move.target]
    begin = _LABELS + layout.width(layout.size(move.source)) - 3
    end = _LABELS + layout.width(layout.size(move.target)) - 3
    x = layout.right + _BEND + lane * layout.lane
    # Each lane leaves and arrives a little further off, so that two ways do not lie on each other.
    foot, top = _y(source) + _BAR + 7 + lane * layout.apart, _y(target) - 6 - lane * layout.apart
    path = steps(
        *("M", begin, _y(source) + _BAR, "L", begin, foot, "L", x - 5, foot),
        *("Q", x, foot, x, foot - 5, "L", x, top + 5),
        *("Q", x, top, x - 5, top, "L", end, top, "L", end, _y(target) - 3),
    )
    wide = min(max(move.number * layout.scale, 1.5), _WIDEST_WAY_BACK)
    drawing.path(path, fill="none", stroke=RED, stroke_width=wide, stroke_dasharray="5 2.5")
    drawing.path(
        steps("M", end - 4, _y(target) - 5, "L", end + 4, _y(target) - 5, "L", end, _y(target), "Z"), fill=RED
    )
    number = shown_number(move.number, language)
    y = (foot + top) / 2
    drawing.box(x - len(number) * 3 - 2, y - 7, len(number) * 6 + 4, 13, "#fff")
    drawing.words(x, y + 3.5, number, anchor="middle", size=SMALL, fill=RED, bold=True)


def _draw_stage(drawing: Drawing, id_: str, name: str, layout: _Layout, language: str) -> None:
    y = _y(layout.rows[id_])
    drawing.box(_LABELS, y, layout.width(layout.size(id_)), _BAR, INK)
    lines = _wrapped(name, _LABELS - MARGIN)
    for n, line in enumerate(lines):
        drawing.words(MARGIN, y + 6 + n * 12, line, size=SMALL, bold=True)
    number = shown_number(layout.size(id_), language)
    drawing.words(MARGIN, y + 6 + len(lines) * 12, number, size=SMALL, fill=GREY)


def _draw_end(drawing: Drawing, id_: str, name: str, layout: _Layout, language: str) -> None:
    x, y = layout.begin[id_], _y(layout.rows[id_])
    drawing.box(x, y, layout.width(layout.size(id_)), _BAR, INK)
    lines = _wrapped(name, layout.room(id_))
    for n, line in enumerate(lines):
        drawing.words(x, y + _BAR + 12 + n * 12, line, size=SMALL, bold=True)
    drawing.words(
        x, y + _BAR + 12 + len(lines) * 12, shown_number(layout.size(id_), language), size=SMALL, fill=GREY
    )


def _wrapped(text: str, room: float) -> list[str]:
    """On two lines at most, broken between words."""
    lines = wrap(text, max(1, int(room / (SMALL * 0.6))), break_long_words=False) or [text]
    return [fitted(line, room, SMALL * 1.2) for line in (lines[0], " ".join(lines[1:])) if line]


_DESCRIPTION = Title(
    de="Bänder von oben nach unten, so breit wie die Zahl der Übergänge; gestrichelt rechts herum, was zurück oder "
    "noch einmal in denselben Abschnitt führt.",
    en="Bands from top to bottom, as wide as the number of moves; dashed and round at the right what leads back or "
    "into the same stage again.",
)
_MOST = Title(de="Am häufigsten: {}.", en="Most frequent: {}.")
_BACK = Title(de="Zurück oder noch einmal: {}.", en="Back or again: {}.")
_FROM = Title(de="von", en="from")
_TO = Title(de="nach", en="to")
_NUMBER = Title(de="Übergänge", en="Moves")
_NOTHING = Title(de="", en="")
_NAMED: Final = 3


def _description(names: Mapping[str, str], down: Sequence[Move], back: Sequence[Move], language: str) -> str:
    def said(moves: Sequence[Move]) -> str:
        most = sorted(moves, key=lambda move: -move.number)[:_NAMED]
        return ", ".join(
            f"{names[move.source]} → {names[move.target]} {shown_number(move.number, language)}"
            for move in most
        )

    parts = [in_language(_DESCRIPTION, language)]
    if down:
        parts.append(in_language(_MOST, language).format(said(down)))
    if back:
        parts.append(in_language(_BACK, language).format(said(back)))
    return " ".join(parts)


def _table(names: Mapping[str, str], moves: Sequence[Move], unit: Unit, name: str, title: str) -> Table:
    return Table(
        id=name,
        title=Title(de=title, en=title),
        keys=(_FROM, _TO),
        columns=(Column(id="moves", title=_NUMBER, unit=unit, definition=_NOTHING),),
        lines=tuple(
            Line(key=(names[move.source], names[move.target]), cells=(move.number,)) for move in moves
        ),
    )
