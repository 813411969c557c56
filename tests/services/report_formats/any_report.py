"""Reports of any shape with any text in them, for the tests that read a file back and compare it cell by cell."""

from __future__ import annotations

import hashlib
from datetime import date

from hypothesis import strategies as st

from domain.path import Title
from domain.reports.table import (
    TOTAL,
    WORDS,
    Cell,
    Column,
    Line,
    NotComputable,
    Publication,
    Report,
    Table,
    Unit,
    canonical_json,
)
from services.report_formats.run import ReportRun

AS_OF = date(2026, 6, 30)
HOSTILE = (
    '=HYPERLINK("http://example.org";"hier")',
    "+49 241 1",
    "-2+3",
    "@SUM(A1)",
    "\t=1+1",
    "\r\n=1+1",
    " =1+1",
    "＝1+1",
    "<script>alert(1)</script>",
    '"; DROP TABLE',
    "a;b",
    "a\nb",
    "#let x = 1",
    "_x0041_",
    "&L&P",
    "05334012",
    "2026-06-30",
)
"""What somebody might type as the number of a voucher."""
texts = st.one_of(st.sampled_from(HOSTILE), st.text(st.characters(exclude_categories=["Cs"]), max_size=20))
titles = st.builds(lambda text: Title(de=text, en=text), texts)
named = st.builds(lambda text: Title(de=f"N {text}", en=f"N {text}"), texts)
"""Titles of reports and tables, which are never blank."""
numbers = st.integers(-(10**13), 10**13)


def cells(unit: Unit) -> st.SearchStrategy[Cell]:
    """Cells that a column of this unit may hold."""
    return texts if unit in WORDS else st.one_of(numbers, st.sampled_from(NotComputable))


@st.composite
def tables(draw: st.DrawFn, number: int) -> Table:
    """A table with up to three keys, four columns and six lines."""
    keys = draw(st.lists(titles, min_size=1, max_size=3))
    units = draw(st.lists(st.sampled_from(Unit), min_size=1, max_size=4))
    columns = tuple(
        Column(id=f"c{n}", title=draw(titles), unit=unit, definition=draw(titles), source=draw(texts))
        for n, unit in enumerate(units)
    )
    lines = draw(
        st.lists(
            st.builds(
                lambda key, line: Line(key=key, cells=line),
                st.tuples(*[st.one_of(texts, st.just(TOTAL)) for _ in keys]),
                st.tuples(*[cells(unit) for unit in units]),
            ),
            max_size=6,
        )
    )
    return Table(id=f"t{number}", title=draw(named), keys=tuple(keys), columns=columns, lines=tuple(lines))


@st.composite
def reports(draw: st.DrawFn) -> Report:
    """A report of up to three tables."""
    return Report(
        name="any",
        version=1,
        title=draw(named),
        publication=Publication.INTERNAL,
        as_of=AS_OF,
        parameters=(),
        tables=tuple(draw(tables(n)) for n in range(draw(st.integers(0, 3)))),
    )


def a_report(*tables: Table, title: str = "Probe") -> Report:
    """A report of exactly these tables."""
    return Report(
        name="test",
        version=1,
        title=Title(de=title, en=title),
        publication=Publication.INTERNAL,
        as_of=AS_OF,
        parameters=(("municipality", "05334012"),),
        tables=tables,
    )


def a_table(unit: Unit, *values: Cell, key: str = "k", text: str = "Wert") -> Table:
    """A table of one column with these cells."""
    title = Title(de=text, en=text)
    return Table(
        id="t",
        title=Title(de="Tabelle", en="Table"),
        keys=(Title(de="Schlüssel", en="key"),),
        columns=(Column(id="c", title=title, unit=unit, definition=title),),
        lines=tuple(Line(key=(key,), cells=(value,)) for value in values),
    )


def a_run(report: Report) -> ReportRun:
    """A run that gave this report."""
    return ReportRun(position=7, digest=hashlib.sha256(canonical_json(report)).hexdigest())
