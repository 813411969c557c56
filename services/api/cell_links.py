"""Where the cells of one run of a report are drilled into: a template that stays with the position it was counted at."""

from __future__ import annotations

from datetime import date
from typing import Any, Final
from urllib.parse import quote, urlencode

from services.report_asking import AskedReport

HEADER: Final = "Link-Template"
DOCUMENTED: Final[dict[str, dict[str, Any]]] = {
    HEADER: {
        "description": "where its cells are drilled into, as of the same day and known at the same position (RFC 9652): "
        "so the figures fit, whatever is recorded meanwhile",
        "schema": {"type": "string"},
    }
}


def cells_of(asked: AskedReport, as_of: date, position: int) -> dict[str, str]:
    """The header of a report that was counted, to be filled in with a table, a column and the ``key`` of a line.

    >>> cells_of(AskedReport(name="funding", parameters={"own_share": "2000"}), date(2026, 6, 30), 81)[HEADER]
    '"/api/v1/reports/funding/cells/{table}/{column}?as_of=2026-06-30&known_at=81&param=own_share%3D2000{&key*,first,most,but_for}"; rel="item"'
    """
    params = [f"{name}={value}" for name, value in sorted(asked.parameters.items())]
    query = urlencode(
        [("as_of", as_of.isoformat()), ("known_at", position), *(("param", each) for each in params)],
        quote_via=quote,
        safe="",
    )
    target = f"/api/v1/reports/{asked.name}/cells/{{table}}/{{column}}?{query}{{&key*,first,most,but_for}}"
    return {HEADER: f'"{target}"; rel="item"'}
