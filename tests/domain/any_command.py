"""Arbitrary commands for one case: few ids, few days and marked texts, so that many of them meet and some make sense."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from types import NoneType
from typing import Any, Final, get_args, get_origin
from uuid import UUID

from hypothesis import strategies as st

from domain.case import CASE_COMMANDS
from domain.case_fold import CASE_EVENTS
from domain.corrections import CorrectEntry
from domain.intake import CaseOpened, OpenCase
from domain.recorded import Event
from domain.replacing import replace
from tests.domain.ground import OFFER, PARTICIPANT, SEAT, TRAINING, CaseFile, in_course, open_case
from tests.golden.instances import hints_of, options_of

MARK: Final = "Zzgeheim"
"""Stands in every personal text; it must never be seen outside the event."""

_DAYS = [
    date(2025, 3, 3),
    date(2025, 4, 2),
    date(2025, 5, 5),
    date(2025, 6, 30),
    date(2025, 8, 1),
    date(2025, 12, 30),
]
_ODD_DAYS = [date(2024, 1, 1), date(2026, 1, 9), date(1, 1, 1), date(9999, 12, 31)]
_PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    bool: st.booleans(),
    int: st.sampled_from([0, 1, 2, 4, 6, 20, 60, -1, 10**9]),
    str: st.sampled_from([f"{MARK} Text", f"{MARK} Betrieb", "", "33212"]),
    Decimal: st.just(Decimal(1)),
    date: st.one_of(st.sampled_from(_DAYS), st.sampled_from(_ODD_DAYS)),
    datetime: st.just(datetime(2025, 12, 30, 6, tzinfo=UTC)),
    UUID: st.sampled_from([UUID(int=1), UUID(str(SEAT)), UUID(str(TRAINING)), UUID(str(OFFER)), UUID(int=2)]),
    NoneType: st.none(),
}


def any_of(hint: Any) -> st.SearchStrategy[Any]:
    """Any value of an annotation, from the small pools above."""
    options = options_of(hint)
    if len(options) > 1:
        return st.one_of(*(any_of(option) for option in options))
    kind = options[0]
    if kind in _PLAIN:
        return _PLAIN[kind]
    if get_origin(kind) is tuple:
        return st.lists(any_of(get_args(kind)[0]), max_size=2).map(tuple)
    if issubclass(kind, enum.Enum):
        return st.sampled_from(kind)
    if kind is Event:
        return st.one_of(*(any_of(cls) for cls in CASE_EVENTS if "replacement" not in hints_of(cls)))
    return st.builds(kind, **{name: any_of(inner) for name, inner in hints_of(kind).items()})


def _likely(cls: type[Any]) -> st.SearchStrategy[Any]:
    fields = {name: any_of(inner) for name, inner in hints_of(cls).items()}
    fields["occurred_on"] = st.sampled_from(_DAYS)
    return st.builds(cls, **fields)


ANY_COMMAND: st.SearchStrategy[Any] = st.one_of(
    *(_likely(cls) for cls in CASE_COMMANDS if cls not in (CorrectEntry, OpenCase)),
    *(any_of(cls) for cls in CASE_COMMANDS),
)
"""Any command at all, mostly on days that can be."""


@dataclass(frozen=True)
class Moved:
    """A correction that moves entry ``version`` to ``day``, or strikes it out."""

    version: int
    day: date | None

    def of(self, file: CaseFile) -> CorrectEntry:
        """The command for this case."""
        entry = file.history[(self.version - 1) % len(file.history)]
        moved = None if self.day is None else replace(entry.event, occurred_on=self.day)
        return CorrectEntry(
            occurred_on=date(2025, 12, 30), version=entry.version, replacement=moved, reason=f"{MARK} Grund"
        )


CORRECTION: st.SearchStrategy[CorrectEntry | Moved] = st.one_of(
    st.builds(Moved, st.integers(1, 40), st.one_of(st.none(), st.sampled_from(_DAYS))),
    st.builds(
        CorrectEntry,
        occurred_on=st.just(date(2025, 12, 30)),
        version=st.integers(0, 30),
        replacement=st.one_of(st.none(), any_of(Event)),
        reason=st.just(f"{MARK} Grund"),
    ),
)


def marked_case() -> CaseFile:
    """A case in a course, whose person carries the mark in every personal field."""
    from domain.intake import ContactChannel, ContactWay, PersonName

    name = PersonName(family_name=f"{MARK}i", given_name=MARK, original_script=f"{MARK}ﷺ")
    opening = open_case(
        name=name, contact_ways=(ContactWay(channel=ContactChannel.PHONE, value=f"{MARK} 0176"),)
    )
    file = in_course()
    first = file.history[0]
    assert isinstance(first.event, CaseOpened)
    [opened] = CaseFile().done(opening).history
    file.history[0] = first._replace(event=opened.event)
    assert opened.event.participant_id == PARTICIPANT
    return file
