"""What a person is counted by, with its history: gender, month of birth, nationalities, status, Rechtskreis, language, school."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from domain.case_state import CaseState
from domain.characteristics import NOT_ASKED, Spell
from domain.projections import event_groups as events
from domain.projections.projection import FoldedStream, StateProjection, code_of


class CharacteristicsRow(NamedTuple):
    """One row per case. The histories are JSON arrays of [value, since, recorded on, version], in the order recorded;
    ``nationalities`` are separated by blanks."""

    case_id: UUID
    gender: str | None
    birth_month: date | None
    nationalities: str
    statuses: str
    regimes: str
    levels: str
    schools: str


def characteristics_rows(stream: FoldedStream) -> tuple[CharacteristicsRow]:
    """The row of a case."""
    case = stream.state
    assert isinstance(case, CaseState)  # noqa: S101 # the projection names the kind of its streams
    statuses = (
        Spell(spell.residence.status.value, spell.recorded_on, spell.recorded_on, spell.version)
        for spell in case.residence_history
    )
    return (
        CharacteristicsRow(
            stream.stream_id,
            code_of(case.intake.gender),
            case.intake.birth_month,
            " ".join(case.intake.nationalities),
            written(statuses),
            written(case.regime_history),
            written(case.intake.level_history),
            written(case.intake.school_history),
        ),
    )


def written(spells: Iterable[Spell]) -> str:
    """Spells as the read table keeps them."""
    return json.dumps(
        [
            [value, since.isoformat(), known_on.isoformat(), version]
            for value, since, known_on, version in spells
        ],
        separators=(",", ":"),
    )


def read(text: str) -> list[Spell]:
    """Spells from the read table.

    >>> from datetime import date
    >>> read(written([Spell("A2", date(2025, 3, 1), date(2025, 3, 4), 7)]))
    [Spell(value='A2', since=datetime.date(2025, 3, 1), known_on=datetime.date(2025, 3, 4), version=7)]
    """
    return [
        Spell(value, date.fromisoformat(since), date.fromisoformat(known_on), version)
        for value, since, known_on, version in json.loads(text)
    ]


def spells_known(texts: Iterable[str], day: str) -> Iterator[tuple[int, str, str, int]]:
    """Of many histories at once what was recorded by ``day`` (as in ISO 8601): the number of the history, the value, since when
    it holds and its version. Values are codes, which have no quotes: so all is cut apart at once, and nothing is read twice.

    >>> texts = ['[]', '[["A2","2025-03-01","2025-03-04",7],["B1","2025-09-01","2025-09-03",9]]', '[["A1","2025-01-02","2025-01-02",3]]']
    >>> list(spells_known(texts, "2025-09-02"))
    [(1, 'A2', '2025-03-01', 7), (2, 'A1', '2025-01-02', 3)]
    """
    first, *parts = "\n".join(texts).split('"')
    number = first.count("\n")
    for value, since, known_on, rest in zip(parts[::6], parts[2::6], parts[4::6], parts[5::6], strict=True):
        if known_on <= day:
            yield number, value, since, int(rest[1 : rest.index("]")])
        number += rest.count("\n")


def values_on(texts: Sequence[str], day: str) -> list[str]:
    """Of each history the value of ``spell_on``; days are written as in ISO 8601.

    >>> values_on(['[["A1","2025-03-01","2025-03-04",3],["A2","2025-06-01","2025-06-02",9]]', "[]"], "2025-06-01")
    ['A1', 'not_asked']
    """
    found = [NOT_ASKED] * len(texts)
    latest = [("", 0)] * len(texts)
    for number, value, since, version in spells_known(texts, day):
        if (since, version) >= latest[number]:
            found[number], latest[number] = value, (since, version)
    return found


_HANDLES = events.OPENING | events.CORRECTION | events.ASSESSMENT | events.STATUS

CHARACTERISTICS = StateProjection(
    name="characteristics",
    version=2,
    row=CharacteristicsRow,
    key=1,
    state=CaseState,
    handles=_HANDLES,
    ignores=(events.CASE - _HANDLES) | events.OFFER | events.GRANT | events.REPORT,
    rows=characteristics_rows,
)
