"""Which tables of a report are drawn, and how: a table with the columns that a chart needs is charted, whatever report."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from domain.code_titles import in_language
from domain.path import Title
from domain.replacing import replace
from domain.reports.journeys import AUSBILDUNG
from domain.reports.pathways import CLOSED, DECLINED, FIRST_CONTACT, GOING_ON, WAITING
from domain.reports.table import TOTAL, Report, Table
from services.report_formats.charts.budget_use import WHOLE, BudgetUse, budget_use
from services.report_formats.charts.drawing import Chart
from services.report_formats.charts.stage_flow import Move, stage_flow
from services.report_formats.charts.stock_over_time import Series, stock_over_time
from services.report_formats.charts.time_in_step import StepTime, time_in_step
from services.report_formats.labels import OF
from services.report_words import shown_key

Charts = Mapping[str, tuple[Chart, ...]]
"""The charts of each table by its id; a table without any is not in it."""

MOST_BARS: Final = 12
MOST_LINES: Final = 36
"""Budget lines drawn one by one; more are drawn by module and year, and those above their plan by themselves."""


def charts_of(report: Report, language: str) -> Charts:
    """Everything in ``report`` that can be drawn."""
    drawn = {
        table.id: tuple(_CHARTED[table.id](table, language))
        for table in report.tables
        if table.id in _CHARTED and table.lines
    }
    return {table_id: charts for table_id, charts in drawn.items() if charts}


_STOCK = Title(de="Bestand am Ende des Quartals", en="Stock at the end of the quarter")
_USE = Title(de="Ausschöpfung der Ansätze", en="Use of the budget lines")
_USE_SUMMED = Title(
    de="Ausschöpfung nach Förderbaustein und Jahr", en="Use of funds by funding module and year"
)
_USE_OVER = Title(de="Ansätze über ihrem Soll", en="Lines above their plan")
_OVER_SHOWN: Final = 24


def _stock(table: Table, language: str) -> Iterator[Chart]:
    """Of all modules and municipalities together."""
    columns = [column for column in table.columns if column.id in ("stock", "stock_persons")]
    totals = [line for line in table.lines if all(key == TOTAL for key in line.key[1:])]
    if not columns or not totals:
        return
    series = [
        Series(
            id=column.id,
            name=column.title,
            unit=column.unit,
            cells=tuple(line.cells[table.columns.index(column)] for line in totals),
        )
        for column in columns
    ]
    yield stock_over_time(
        [line.key[0] for line in totals],
        series,
        moment=table.keys[0],
        name=f"{table.id}-stock",
        title=in_language(_STOCK, language),
        language=language,
    )


def _budget(table: Table, language: str) -> Iterator[Chart]:
    """One chart for few lines; else their sums, and those above their plan, the furthest first."""
    table = replace(table, lines=tuple(line for line in table.lines if TOTAL not in line.key))
    ids = [column.id for column in table.columns]
    if not {"planned", "spent"} <= set(ids):
        return
    lines = []
    summed: dict[tuple[str, ...], list[int]] = defaultdict(lambda: [0, 0])
    for line in table.lines:
        planned, spent = line.cells[ids.index("planned")], line.cells[ids.index("spent")]
        if not isinstance(planned, int) or not isinstance(spent, int):
            # Sums without it would be too small.
            return
        flag = str(line.cells[ids.index("flag")]) if "flag" in ids else ""
        label = _label(table, line.key, language)
        lines.append(BudgetUse(label=label, planned=planned, spent=spent, flag=flag))
        sums = summed[tuple(line.key[n] for n in _without_place(table))]
        sums[0] += planned
        sums[1] += spent
    if len(lines) <= MOST_LINES:
        yield from _bars(lines, f"{table.id}-use", _USE, language)
        return
    places = _without_place(table)
    several = {place for place in places if len({line.key[place] for line in table.lines}) > 1}
    sums_of = [
        BudgetUse(
            label=" ".join(
                shown_key(table.keys[place], key, language)
                for place, key in zip(places, keys, strict=True)
                if place in several
            ),
            planned=planned,
            spent=spent,
        )
        for keys, (planned, spent) in summed.items()
    ]
    yield from _bars(sums_of, f"{table.id}-use", _USE_SUMMED, language)
    over = [line for line in lines if line.spent > line.planned]
    over.sort(key=lambda line: -line.spent * WHOLE // max(line.planned, 1))
    yield from _bars(over[:_OVER_SHOWN], f"{table.id}-over", _USE_OVER, language)


def _bars(lines: Sequence[BudgetUse], name: str, title: Title, language: str) -> Iterator[Chart]:
    """As many charts as it takes, about equally long: one of more bars would not fit on a page."""
    charts = -(-len(lines) // MOST_BARS)
    for n in range(charts):
        part = lines[len(lines) * n // charts : len(lines) * (n + 1) // charts]
        said = in_language(title, language)
        if charts > 1:
            said += f" ({n + 1} {in_language(OF, language)} {charts})"
        yield budget_use(part, name=f"{name}-{n + 1}", title=said, language=language)


def _without_place(table: Table) -> list[int]:
    return [place for place, key in enumerate(table.keys) if not key.en.startswith("municipality")]


def _label(table: Table, keys: tuple[str, ...], language: str) -> str:
    """The keys that are not the same in every line, without the numbers of municipalities."""
    words = []
    for place, (title, key) in enumerate(zip(table.keys, keys, strict=True)):
        if len({line.key[place] for line in table.lines}) > 1:
            shown = shown_key(title, key, language)
            words.append(shown.removeprefix(f"{key} ") if key.isdigit() else shown)
    return " ".join(words) or shown_key(table.keys[0], keys[0], language)


_FLOW = Title(de="Fluss zwischen den Schritten", en="Flow between the steps")
_TIMES = Title(de="Median der Verweildauer im Schritt", en="Median time in step")
_FIRST = (FIRST_CONTACT,)
_LAST = (GOING_ON, WAITING, DECLINED, CLOSED)
"""Stations that stand before and after all steps, in this order from top to bottom."""


def _flow(table: Table, language: str) -> Iterator[Chart]:
    """From first contact down to where the cases are; the steps in the order of the modules, Ausbildung last."""
    column = next((column for column in table.columns if column.id == "transitions"), None)
    if column is None or len(table.keys) != 2:
        return
    moves = []
    for line in table.lines:
        number = line.cells[table.columns.index(column)]
        if TOTAL in line.key:
            continue
        if not isinstance(number, int):
            # Bars that leave something out would say that nobody went there.
            return
        if number > 0:
            moves.append(Move(source=line.key[0], target=line.key[1], number=number))
    stations = {
        key: shown_key(table.keys[0], key, language) for move in moves for key in (move.source, move.target)
    }
    if not moves:
        return
    between = sorted(set(stations) - {*_FIRST, *_LAST}, key=lambda key: (key == AUSBILDUNG, key))
    yield stage_flow(
        [(key, stations[key]) for key in (*_FIRST, *between) if key in stations],
        moves,
        ends=[(key, stations[key]) for key in _LAST if key in stations],
        unit=column.unit,
        name=f"{table.id}-flow",
        title=in_language(_FLOW, language),
        language=language,
    )


def _times(table: Table, language: str) -> Iterator[Chart]:
    """A bar for each step, of all classes together; the sum of all steps says nothing about any of them."""
    places = {column.id: place for place, column in enumerate(table.columns)}
    if not {"entered", "ended", "median_days"} <= set(places):
        return
    times = [
        StepTime(
            label=shown_key(table.keys[0], line.key[0], language),
            entered=line.cells[places["entered"]],
            ended=line.cells[places["ended"]],
            median=line.cells[places["median_days"]],
        )
        for line in table.lines
        if line.key[0] != TOTAL and all(key == TOTAL for key in line.key[1:])
    ]
    if times:
        yield time_in_step(
            times,
            unit=table.columns[places["entered"]].unit,
            name=f"{table.id}-median",
            title=in_language(_TIMES, language),
            language=language,
        )


_CHARTED: Final[Mapping[str, Callable[[Table, str], Iterator[Chart]]]] = {
    "flow": _stock,
    "lines": _budget,
    "time_in_step": _times,
    "transitions": _flow,
}
"""By the id of the table."""
