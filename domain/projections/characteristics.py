"""What a person is counted by, with its history: gender, month of birth, nationalities, status, Rechtskreis, language, school."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple
from uuid import UUID

from domain.case_state import CaseState
from domain.characteristics import Spell
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


def values_known(text: str, day: str) -> list[str]:
    """The values recorded by ``day`` (as in ISO 8601), without reading the rest: they are codes, which have no quotes.

    >>> values_known('[["A2","2025-03-01","2025-03-04",7],["B1","2025-09-01","2025-09-03",9]]', "2025-09-02")
    ['A2']
    """
    quoted = text.split('"')
    return [value for value, known_on in zip(quoted[1::6], quoted[5::6], strict=True) if known_on <= day]


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
