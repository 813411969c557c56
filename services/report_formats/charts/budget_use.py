"""Budget use: what was spent of each line in per cent of its plan, with the marks at 100 and 120 per cent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from domain.budget_use import LineFlag
from domain.code_titles import in_language
from domain.path import Title
from domain.reports.table import Column, Line, NotComputable, Table, Unit, share
from domain.wording import shown_hundredths
from services.report_formats.charts.drawing import (
    BLUE,
    GREY,
    INK,
    MARGIN,
    ORANGE,
    PALE,
    RED,
    SMALL,
    WIDTH,
    Chart,
    Drawing,
    fitted,
)
from services.report_formats.presentation import sheet_of
from services.report_words import shown_flag

WHOLE: Final = 10_000
TOLERATED: Final = 12_000
"""Source: ANBest-P: single lines may be exceeded by up to 20 % if compensated elsewhere."""
_SHOWN: Final = 15_000
"""The scale ends at 150 %; a longer bar is cut with an arrow, its figure stands beside it."""
_ROW: Final = 34.0
_TOP: Final = 20.0
_LEFT: Final = MARGIN


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetUse:
    """A line, or several lines together: planned and spent cents. ``flag`` is that of the line in the table, empty for
    several: whether they are made up for is a matter of single lines."""

    label: str
    planned: int
    spent: int
    flag: str = ""

    @property
    def used(self) -> int | NotComputable:
        """Spent in basis points of the plan."""
        return NotComputable.NO_LINE_IN_PLAN if self.planned == 0 else share(self.spent, self.planned)


def budget_use(lines: Sequence[BudgetUse], *, name: str, title: str, language: str) -> Chart:
    """A bar for each of ``lines``, in their order."""
    over = [line for line in lines if _over(line, WHOLE)]
    far_over = [line for line in lines if _over(line, TOLERATED)]
    description = in_language(_DESCRIPTION, language).format(len(lines), len(over), len(far_over))
    if far_over:
        description += " " + in_language(_NAMED, language).format(", ".join(line.label for line in far_over))
    bottom = _TOP + _ROW * len(lines)
    drawing = Drawing(name, title, description, bottom + MARGIN)
    for mark in (0, WHOLE, TOLERATED):
        drawing.words(
            _x(mark), _TOP - 8, f"{mark // 100} %", anchor="middle" if mark else "start", size=SMALL
        )
        drawing.line(
            _x(mark),
            _TOP - 4,
            _x(mark),
            bottom,
            GREY,
            **({"stroke_dasharray": "4 3"} if mark > WHOLE else {}),
        )
    for place, line in enumerate(lines):
        _bar(drawing, _TOP + place * _ROW, line, language)
    return drawing.chart(sheet_of(_table(lines, name, title), language))


def _bar(drawing: Drawing, top: float, line: BudgetUse, language: str) -> None:
    used = line.used
    shown = (
        in_language(_NO_PLAN, language)
        if isinstance(used, NotComputable)
        else f"{shown_hundredths(used, language)} %"
    )
    if not isinstance(used, NotComputable) and (flag := _flag(line, language)):
        shown += f" – {flag}"
    room = WIDTH - 3 * MARGIN - len(shown) * SMALL * 0.58
    # White behind the words, so that the marks do not run through them.
    drawing.box(_LEFT, top + 1, WIDTH - 2 * MARGIN, 14, "#fff")
    drawing.words(_LEFT, top + 12, fitted(line.label, room))
    drawing.words(WIDTH - MARGIN, top + 12, shown, anchor="end", size=SMALL, bold=_over(line, WHOLE))
    if isinstance(used, NotComputable):
        drawing.box(_LEFT, top + 17, _x(WHOLE) - _LEFT, 11, "none", stroke=GREY, stroke_dasharray="2 3")
        return
    drawing.box(_LEFT, top + 17, _x(WHOLE) - _LEFT, 11, PALE)
    within = min(used, _SHOWN)
    fill = BLUE
    if _over(line, TOLERATED) and line.flag != LineFlag.OVER_120_COMPENSATED:
        fill = drawing.hatched(RED, crossed=True)
    elif _over(line, WHOLE):
        fill = drawing.hatched(ORANGE)
    drawing.box(_LEFT, top + 17, _x(within) - _LEFT, 11, fill)
    for mark in (WHOLE, TOLERATED):
        if used > mark:
            drawing.line(_x(mark), top + 15, _x(mark), top + 30, INK, stroke_width=1.5)
    if used > _SHOWN:
        drawing.words(_x(_SHOWN) + 1, top + 27, "▸", fill=RED)


def _flag(line: BudgetUse, language: str) -> str:
    if line.flag:
        return shown_flag(line.flag, language)
    mark = next((mark for mark in (TOLERATED, WHOLE) if _over(line, mark)), None)
    return "" if mark is None else in_language(_OVER, language).format(mark // 100)


def _x(basis_points: int) -> float:
    return _LEFT + max(basis_points, 0) * (WIDTH - 2 * MARGIN - 8) / _SHOWN


def _over(line: BudgetUse, mark: int) -> bool:
    """In exact cents: a line over by less than a hundredth of a per cent is over."""
    return line.spent * WHOLE > line.planned * mark


_DESCRIPTION = Title(
    de="Balken je Ansatz: Ist in Prozent des Solls, Marken bei 100 und 120 Prozent. Ansätze: {}, davon über 100 "
    "Prozent: {}, über 120 Prozent: {}.",
    en="A bar for each line: actual in per cent of the plan, marks at 100 and 120 per cent. Lines: {}, of these above "
    "100 per cent: {}, above 120 per cent: {}.",
)
_NAMED = Title(de="Über 120 Prozent: {}.", en="Above 120 per cent: {}.")
_OVER = Title(de="über {} %", en="over {} %")
_NO_PLAN = Title(de="kein Ansatz", en="no plan")
_LINE = Title(de="Ansatz", en="budget line")
_COLUMNS = (
    ("planned", Title(de="Soll", en="Plan"), Unit.CENTS),
    ("spent", Title(de="Ist", en="Actual"), Unit.CENTS),
    ("used", Title(de="Ausgeschöpft", en="Used"), Unit.BASIS_POINTS),
)
_NOTHING = Title(de="", en="")


def _table(lines: Sequence[BudgetUse], name: str, title: str) -> Table:
    return Table(
        id=name,
        title=Title(de=title, en=title),
        keys=(_LINE,),
        columns=tuple(
            Column(id=id_, title=heading, unit=unit, definition=_NOTHING) for id_, heading, unit in _COLUMNS
        ),
        lines=tuple(Line(key=(line.label,), cells=(line.planned, line.spent, line.used)) for line in lines),
    )
