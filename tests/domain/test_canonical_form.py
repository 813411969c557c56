"""The bytes of a report: written column by column, they are those that the JSON encoder of the library makes of its parts."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from domain.path import Title
from domain.reports.table import (
    Cell,
    Column,
    Line,
    NotComputable,
    Note,
    Publication,
    Report,
    Table,
    Unit,
    canonical_json,
)

_TITLE = Title(de="Größe „50 %“", en='size "50 %"')
_TEXTS = st.one_of(
    st.text(st.characters(codec="utf-8"), max_size=5),
    st.sampled_from(["%s", "rate_not_known", "0", '"', "\\", "F4", "\u2028"]),
)
_CELLS: st.SearchStrategy[Cell] = st.one_of(
    st.integers(-(10**15), 10**15), _TEXTS, st.sampled_from(NotComputable)
)


@st.composite
def _tables(draw: st.DrawFn) -> Table:
    keys, columns = draw(st.integers(0, 3)), draw(st.integers(1, 3))
    one_kind = draw(st.booleans())
    kinds = [draw(st.sampled_from([st.integers(), _TEXTS])) if one_kind else _CELLS for _ in range(columns)]
    lines = st.builds(
        lambda key, cells: Line(key=tuple(key), cells=tuple(cells)),
        st.lists(_TEXTS, min_size=keys, max_size=keys),
        st.tuples(*kinds),
    )
    return Table(
        id="table",
        title=_TITLE,
        keys=(_TITLE,) * keys,
        columns=tuple(
            Column(id=f"c{number}", title=_TITLE, unit=Unit.TEXT, definition=_TITLE)
            for number in range(columns)
        ),
        lines=tuple(draw(st.lists(lines, max_size=4))),
    )


_REPORTS = st.builds(
    Report,
    name=st.just("funding"),
    version=st.integers(1, 9),
    title=st.just(_TITLE),
    publication=st.sampled_from(Publication),
    as_of=st.dates(date(2015, 1, 1), date(2099, 12, 31)),
    parameters=st.lists(st.tuples(_TEXTS, _TEXTS), max_size=2).map(tuple),
    tables=st.lists(_tables(), max_size=2).map(tuple),
    notes=st.sampled_from([(), (Note(title=_TITLE, text=_TITLE),)]),
)


def _plain(value: Any) -> Any:
    if isinstance(value, NotComputable):
        return {"not_computable": str(value)}
    if is_dataclass(value):
        return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return value.isoformat() if isinstance(value, date) else value


@given(_REPORTS)
def test_the_bytes_of_a_report_are_its_parts_as_sorted_json_without_blanks(report: Report) -> None:
    plain = _plain(report)
    if not report.notes:
        del plain["notes"]
    written = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert canonical_json(report) == written.encode()
