"""Charts: the same bytes for the same rows, legible without colour, named for screen readers, and true to their figures."""

from __future__ import annotations

import re
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.path import Title
from domain.reports.table import Cell, NotComputable, Unit
from services.report_formats.charts.budget_use import BudgetUse, budget_use
from services.report_formats.charts.drawing import WIDTH, Chart, fitted, scale_ticks
from services.report_formats.charts.stage_flow import Move, stage_flow
from services.report_formats.charts.stock_over_time import Series, stock_over_time
from services.report_formats.charts.time_in_step import StepTime, time_in_step
from services.report_formats.presentation import Absent, Number, Text
from tests.services.report_formats.any_report import HOSTILE, texts

SVG = "{http://www.w3.org/2000/svg}"
STAGES = ["intake", "coaching", "course", "ausbildung", "follow_up", "end"]
PLACES = [*STAGES, "going_on", "closed", "declined"]
ENDS = ["going_on", "closed", "declined"]
NONE = NotComputable.NOTHING_TO_DIVIDE_BY
figures: st.SearchStrategy[Cell] = st.one_of(st.integers(0, 10**6), st.just(NONE))


def budget(*lines: BudgetUse) -> Chart:
    """A chart of these lines."""
    return budget_use(lines, name="b", title="Ausschöpfung", language="de")


def used(planned: int, spent: int, label: str = "F4 2026") -> BudgetUse:
    """A line."""
    return BudgetUse(label=label, planned=planned, spent=spent)


def stock(*cells: Cell, second: tuple[Cell, ...] | None = None) -> Chart:
    """A chart of one or two lines over quarters."""
    series = [Series(id="s", name=Title(de="Bestand", en="Stock"), unit=Unit.PARTICIPATIONS, cells=cells)]
    if second is not None:
        series.append(
            Series(id="p", name=Title(de="Personen", en="Persons"), unit=Unit.PERSONS, cells=second)
        )
    quarters = [f"{2024 + n // 4}-Q{n % 4 + 1}" for n in range(len(cells))]
    return stock_over_time(
        quarters, series, moment=Title(de="Quartal", en="quarter"), name="s", title="Bestand", language="de"
    )


def flow(moves: dict[tuple[str, str], int]) -> Chart:
    """A chart of these moves."""
    return stage_flow(
        [(stage, stage.title()) for stage in STAGES],
        [Move(source=source, target=target, number=number) for (source, target), number in moves.items()],
        ends=[(end, end.title()) for end in ENDS],
        unit=Unit.PERSONS,
        name="f",
        title="Fluss",
        language="de",
    )


def times(*rows: StepTime) -> Chart:
    """A chart of these steps."""
    return time_in_step(rows, unit=Unit.PARTICIPATIONS, name="t", title="Zeit", language="de")


def parsed(chart: Chart) -> ET.Element:
    """The drawing as XML."""
    return ET.fromstring(chart.svg)


def all_of(chart: Chart, tag: str) -> list[dict[str, str]]:
    """The attributes of every element of a kind."""
    return [element.attrib for element in parsed(chart).iter(f"{SVG}{tag}")]


def words(chart: Chart) -> list[str]:
    """Every text in the drawing."""
    return [element.text or "" for element in parsed(chart).iter(f"{SVG}text")]


def well_made(chart: Chart) -> None:
    """What holds for every chart."""
    root = parsed(chart)
    assert root.attrib["role"] == "img"
    by_id = {element.attrib["id"]: element for element in root.iter() if "id" in element.attrib}
    title, desc = (by_id[name] for name in root.attrib["aria-labelledby"].split())
    assert (title.tag, desc.tag) == (f"{SVG}title", f"{SVG}desc")
    assert desc.text
    assert all(name.startswith(chart.name) for name in by_id)
    assert root.attrib["viewBox"] == f"0 0 {WIDTH:.0f} {_short(chart.height)}"
    tags = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert tags <= {"svg", "title", "desc", "defs", "pattern", "rect", "line", "path", "circle", "text"}
    assert not any(
        name.startswith("on") or "href" in name for element in root.iter() for name in element.attrib
    )
    for text in root.iter(f"{SVG}text"):
        assert float(text.attrib.get("font-size", "11")) >= 10
        assert 0 <= float(text.attrib["y"]) <= chart.height
    for filled in re.findall(r"url\(#(.+?)\)", chart.svg):
        assert filled in by_id


def _short(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


# -------------------------------------------------------------------- budget

budget_lines = st.lists(
    st.builds(BudgetUse, label=texts, planned=st.integers(0, 10**9), spent=st.integers(0, 10**9)),
    min_size=1,
    max_size=12,
)


@given(budget_lines)
def test_any_budget_is_drawn_and_its_figures_stand_in_the_table(lines: list[BudgetUse]) -> None:
    """Twice the same; each line with plan, actual and per cent."""
    chart = budget(*lines)
    well_made(chart)
    assert chart == budget(*lines)
    for line, row in zip(lines, chart.table.rows, strict=True):
        planned, spent = row.cells[1:3]
        assert (planned, spent) == (Number(line.planned, Unit.CENTS), Number(line.spent, Unit.CENTS))
        assert isinstance(row.cells[3], Absent) == (line.planned == 0)


@pytest.mark.parametrize(
    ("spent", "fill", "said"),
    [
        (0, None, "0,00 %"),
        (50_000, "#0072b2", "50,00 %"),
        (100_000, "#0072b2", "100,00 %"),
        (100_001, "hatched", "100,00 % – über 100 %"),
        (120_000, "hatched", "120,00 % – über 100 %"),
        (120_001, "crossed", "120,00 % – über 120 %"),
        (900_000, "crossed", "900,00 % – über 120 %"),
    ],
)
def test_more_than_the_plan_is_told_by_hatching_and_by_words(spent: int, fill: str | None, said: str) -> None:
    """To the cent, and not by colour alone."""
    chart = budget(used(100_000, spent))
    assert said in words(chart)
    fills = [box["fill"] for box in all_of(chart, "rect") if box["fill"] not in ("#fff", "#dfe4ea")]
    fills = [one for one in fills if one.startswith("url") or one == "#0072b2"]
    assert [one for one in fills if fill is None or fill in one] == fills
    assert bool(fills) is (fill is not None)


def test_a_bar_is_as_long_as_what_was_spent() -> None:
    """In proportion to the mark at 100 per cent; a bar beyond the scale ends at it."""
    chart = budget(used(100, 25), used(100, 50), used(100, 100), used(100, 150), used(100, 5000))
    bars = [
        float(box["width"])
        for box in all_of(chart, "rect")
        if box["fill"] == "#0072b2" or (box["fill"].startswith("url") and "x" in box)
    ]
    assert bars[1] == pytest.approx(2 * bars[0], abs=0.02)
    assert bars[2] == pytest.approx(4 * bars[0], abs=0.03)
    assert bars[3] == pytest.approx(6 * bars[0], abs=0.04)
    assert bars[4] == bars[3]


def test_a_line_without_a_plan_has_no_bar() -> None:
    """Its words say so."""
    assert "kein Ansatz" in words(budget(used(0, 500)))


# --------------------------------------------------------------------- stock


@given(st.lists(st.tuples(figures, figures), min_size=0, max_size=20))
def test_any_stock_is_drawn_and_its_figures_stand_in_the_table(cells: list[tuple[Cell, Cell]]) -> None:
    """Twice the same; a cell without a figure is a gap and never a zero."""
    first, second = tuple(one for one, _ in cells), tuple(two for _, two in cells)
    chart = stock(*first, second=second)
    well_made(chart)
    assert chart == stock(*first, second=second)
    known = sum(isinstance(cell, int) for cell in first)
    assert len(all_of(chart, "circle")) == known + 1
    shown = [row.cells[1] for row in chart.table.rows]
    assert [isinstance(cell, Number) for cell in shown] == [isinstance(cell, int) for cell in first]


def test_a_gap_breaks_the_line() -> None:
    """Nothing is drawn across it."""
    [path] = [line["d"] for line in all_of(stock(1, 2, NONE, 4, 5), "path")]
    assert [path.count(letter) for letter in "ML"] == [2, 2]


def test_the_description_says_where_it_begins_ends_and_is_highest() -> None:
    """For whoever does not see it."""
    assert stock(3, 9, 4).description == "Bestand: 3 (2024-Q1) bis 4 (2024-Q3), höchstens 9 (2024-Q2)."


def test_a_series_has_a_cell_for_each_moment() -> None:
    """And there are at most two of them."""
    with pytest.raises(ValueError, match="a cell for each moment"):
        stock(1, 2, second=(1,))


# ---------------------------------------------------------------------- flow

moves = st.dictionaries(
    st.tuples(st.sampled_from(STAGES), st.sampled_from([*STAGES, *ENDS])), st.integers(1, 5000), max_size=54
)


@given(moves)
def test_any_moves_are_drawn_with_their_loops(numbers: dict[tuple[str, str], int]) -> None:
    """A band for each move down, a dashed way with an arrow for each one back or round; all in the table."""
    chart = flow(numbers)
    well_made(chart)
    assert chart == flow(dict(reversed(numbers.items())))
    down = [pair for pair in numbers if PLACES.index(pair[1]) > PLACES.index(pair[0])]
    paths = all_of(chart, "path")
    assert sum("fill-opacity" in path for path in paths) == len(down)
    assert sum("stroke-dasharray" in path for path in paths) == len(numbers) - len(down)
    read = {
        (cells[0].text.lower(), cells[1].text.lower()): cells[2].value
        for cells in (row.cells for row in chart.table.rows)
        if isinstance(cells[0], Text) and isinstance(cells[1], Text) and isinstance(cells[2], Number)
    }
    assert read == numbers


@given(moves)
def test_nothing_of_a_flow_leaves_its_room(numbers: dict[tuple[str, str], int]) -> None:
    """Every bar, and every point of every band and way, lies on the drawing."""
    chart = flow(numbers)
    for box in all_of(chart, "rect"):
        assert float(box["x"]) >= 0
        assert float(box["x"]) + float(box["width"]) <= WIDTH + 10
    for path in all_of(chart, "path"):
        points = [float(point) for point in re.findall(r"-?\d+(?:\.\d+)?", path["d"])]
        assert all(-1 <= x <= WIDTH + 1 for x in points[::2])
        assert all(0 <= y <= chart.height for y in points[1::2])


@given(moves)
def test_bands_that_begin_or_end_at_a_stage_lie_side_by_side_on_it(
    numbers: dict[tuple[str, str], int],
) -> None:
    """None lies on another where they touch the bar, and the widths are in proportion to the numbers."""
    chart = flow(numbers)
    tops: dict[float, list[tuple[float, float]]] = {}
    for path in all_of(chart, "path"):
        if "fill-opacity" not in path:
            continue
        points = [float(point) for point in re.findall(r"-?\d+(?:\.\d+)?", path["d"])]
        # The path begins at the upper left and ends at the upper right.
        tops.setdefault(points[1], []).append((points[0], points[-2]))
    for bands in tops.values():
        for (_, end), (begin, _) in pairwise(sorted(bands)):
            assert end <= begin + 0.02


def test_a_band_is_as_wide_as_its_number() -> None:
    """Three times as many, three times as wide."""
    chart = flow({("intake", "coaching"): 30, ("intake", "course"): 10})
    widths = []
    for path in all_of(chart, "path"):
        points = [float(point) for point in re.findall(r"-?\d+(?:\.\d+)?", path["d"])]
        widths.append(points[-2] - points[0])
    assert widths[0] == pytest.approx(3 * widths[1], abs=0.05)


def test_an_unknown_stage_is_an_error() -> None:
    """It would be left out in silence otherwise."""
    with pytest.raises(KeyError):
        flow({("intake", "nowhere"): 1})


def test_nothing_leaves_an_end() -> None:
    """A move out of it would have to go up without being seen as a way back."""
    with pytest.raises(ValueError, match="closed is an end"):
        flow({("closed", "intake"): 1})


# ---------------------------------------------------------------------- time

step_times = st.builds(
    StepTime,
    label=texts,
    entered=figures,
    ended=figures,
    median=st.one_of(figures, st.just(NotComputable.MEDIAN_NOT_REACHED)),
)


@given(st.lists(step_times, min_size=1, max_size=8))
def test_any_times_are_drawn_and_their_figures_stand_in_the_table(rows: list[StepTime]) -> None:
    """Twice the same; what is not known is said to be so, and only what half have not left is open."""
    chart = times(*rows)
    well_made(chart)
    assert chart == times(*rows)
    for row, shown in zip(rows, chart.table.rows, strict=True):
        assert isinstance(shown.cells[3], Number) == isinstance(row.median, int)
    assert words(chart).count("kein Median") >= sum(not isinstance(row.median, int) for row in rows)
    still = [row for row in rows if row.median is NotComputable.MEDIAN_NOT_REACHED]
    assert sum(box["fill"].startswith("url") for box in all_of(chart, "rect")) == len(still)


def test_a_bar_of_days_is_as_long_as_the_median() -> None:
    """Twice the days, twice as long; those still running are counted below."""
    chart = times(
        StepTime(label="Kurs", entered=12, ended=9, median=40),
        StepTime(label="Coaching", entered=30, ended=10, median=80),
    )
    short, long = (float(box["width"]) for box in all_of(chart, "rect") if box["fill"] == "#0072b2")
    assert long == pytest.approx(2 * short, abs=0.02)
    assert {"9 beendet, 3 laufend", "10 beendet, 20 laufend"} <= set(words(chart))


# ------------------------------------------------------------------- drawing


@pytest.mark.parametrize("text", [*HOSTILE, "\x00", "]]>", "\ufffe"])
def test_a_hostile_label_is_only_text(text: str) -> None:
    """It adds no element to the drawing."""
    tame = [element.tag for element in parsed(budget(used(1, 1))).iter()]
    assert [element.tag for element in parsed(budget(used(1, 1, text))).iter()] == tame


@given(st.floats(0, 1e12), st.integers(2, 10))
def test_a_scale_reaches_the_highest_figure_in_few_round_steps(highest: float, most: int) -> None:
    """From zero, evenly, with nothing to spare but less than a step."""
    ticks = list(scale_ticks(highest, most))
    step = ticks[1]
    assert ticks[0] == 0
    assert all(after - before == step for before, after in pairwise(ticks))
    assert highest <= ticks[-1] < highest + step or ticks == [0, 1]
    assert len(ticks) <= most + 1
    assert str(step).strip("0") in ("1", "2", "5")


def test_a_label_that_is_too_long_is_shortened_with_an_ellipsis() -> None:
    """Whole in the table below."""
    assert fitted("F4 Vorbereitungskurse", 400) == "F4 Vorbereitungskurse"
    short = fitted("F4 Vorbereitungskurse", 60)
    assert short.endswith("…")
    assert "F4 Vorbereitungskurse".startswith(short[:-1])
