"""One row per entry of a case: what, when it happened, when it was learnt, by whom; codes only, never personal text."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import fields
from datetime import date, datetime
from enum import Enum
from functools import lru_cache, partial
from operator import attrgetter
from typing import Any, Final, NamedTuple, get_args, get_type_hints
from uuid import UUID

from domain.case_fold import CASE_EVENTS
from domain.case_state import CaseState
from domain.corrections import EntryCorrected
from domain.events import stored_name
from domain.personal import personal_fields
from domain.projections import event_groups as events
from domain.projections.projection import EntryProjection
from domain.recorded import Recorded
from domain.values import Ags, NotStated, StaffId


class CaseTimelineRow(NamedTuple):
    """One entry. ``counts_on`` is the day it counts for now, None when it was struck out; ``codes`` a JSON object."""

    case_id: UUID
    version: int
    position: int
    event: str
    occurred_on: date
    counts_on: date | None
    corrected_by: int | None
    recorded_at: datetime
    actor: str
    organisation: str
    codes: str | None


# CaseTimelineRow._make without its length check.
_row = partial(tuple.__new__, CaseTimelineRow)


def timeline_rows(entries: Iterable[Recorded[Any]]) -> list[CaseTimelineRow]:
    """A row per entry; a corrected one keeps what it said and tells which entry corrected it."""
    rows: list[CaseTimelineRow] = []
    corrections: list[Recorded[Any]] = []
    for position, case_id, version, event, recorded_at, actor, organisation, _ in entries:
        name, coded, values_of = _SUMMARY[type(event)]
        on = event.occurred_on
        codes = _codes(coded, *values_of(event)) if coded else None
        rows.append(
            _row((case_id, version, position, name, on, on, None, recorded_at, actor, organisation, codes))
        )
        if name == _CORRECTED:
            corrections.append(
                Recorded(position, case_id, version, event, recorded_at, actor, organisation, None)
            )
    for entry in corrections:
        _correct(rows, entry)
    return rows


def _correct(rows: list[CaseTimelineRow], correction: Recorded[Any]) -> None:
    """Mark the entry that ``correction`` names; of several the last one counts."""
    place = correction.event.version - rows[0].version
    if not (0 <= place < len(rows) and rows[place].version == correction.event.version):
        place = next((n for n, row in enumerate(rows) if row.version == correction.event.version), -1)
    if place < 0:
        raise ValueError(
            f"entry {correction.version} corrects entry {correction.event.version}, which is not given"
        )
    replacement = correction.event.replacement
    rows[place] = rows[place]._replace(
        counts_on=None if replacement is None else replacement.occurred_on, corrected_by=correction.version
    )


def _coded(cls: type[Any]) -> tuple[str, ...]:
    """Fields worth a look in a list and never personal: codes, days, numbers, staff and municipalities."""
    personal, hints = personal_fields(cls), get_type_hints(cls)
    return tuple(
        field.name
        for field in fields(cls)
        if field.name != "occurred_on" and field.name not in personal and _is_coded(hints[field.name])
    )


def _is_coded(hint: Any) -> bool:
    return any(
        option in (date, int, bool, StaffId, Ags) or (isinstance(option, type) and issubclass(option, Enum))
        for option in (get_args(hint) or (hint,))
        if option is not Ellipsis
    ) and not str(hint).startswith("tuple")


@lru_cache(maxsize=65_536, typed=True)
def _codes(coded: tuple[str, ...], *values: Any) -> str | None:
    """A JSON object, put together by hand and remembered: this runs for every entry of the log, and codes recur."""
    codes = [
        f'"{name}":{_json(value)}' for name, value in zip(coded, values, strict=True) if value is not None
    ]
    return f"{{{','.join(codes)}}}" if codes else None


def _values(coded: tuple[str, ...]) -> Callable[[Any], tuple[Any, ...]]:
    """What gets these fields of an event, as a tuple."""
    if len(coded) == 1:
        [name] = coded
        return lambda event: (getattr(event, name),)
    return attrgetter(*coded) if coded else lambda event: ()


def _json(value: Any) -> str:
    if isinstance(value, Enum):
        return f'"{value._value_}"'
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, date):
        return f'"{value.isoformat()}"'
    if isinstance(value, NotStated):
        return '"not_stated"'
    return json.dumps(value)


_SUMMARY: Final = {cls: (stored_name(cls), coded := _coded(cls), _values(coded)) for cls in CASE_EVENTS}
_CORRECTED: Final = stored_name(EntryCorrected)

CASE_TIMELINE = EntryProjection(
    name="case_timeline",
    version=1,
    row=CaseTimelineRow,
    key=2,
    state=CaseState,
    handles=events.CASE,
    ignores=events.OFFER | events.GRANT | events.REPORT,
    rows=timeline_rows,
)
