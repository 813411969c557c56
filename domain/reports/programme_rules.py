"""The entries of the programme held against its rules on the day of entry: what a counterfactual run of a year changes.

The values of the rules are parameters. With other values than those of the programme the same entries fall into other
lines; which, and why, is what ``teilhabe report whatif`` lists. The report decides about nobody.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from enum import StrEnum
from functools import cached_property
from itertools import repeat
from typing import Any, Final, NamedTuple
from uuid import UUID

from domain.characteristics import NOT_ASKED, Trait, trait_on, value_on
from domain.path import Title
from domain.person import age_on
from domain.projections.characteristics import CharacteristicsRow, read
from domain.reports import bundles
from domain.reports.definition import (
    MUNICIPALITY,
    Counting,
    Parameter,
    ParameterKind,
    ReportDefinition,
    TableDefinition,
)
from domain.reports.evidence import FIRST_ENTRY
from domain.reports.fact_columns import column, ids
from domain.reports.facts import Need
from domain.reports.statistics_facts import Attended, because_entered, shadows
from domain.reports.table import TOTAL, Column, Publication, Table, Unit
from domain.reports.tally import Key, Tally
from domain.values import ResidenceStatus

NAME: Final = "programme_rules"
VERSION: Final = 1
FAQ: Final = "durchstarten.nrw/service/faq/c-1"

AGE_FROM: Final = Parameter(
    name="age_from",
    title=Title(de="Mindestalter beim Eintritt", en="least age at entry"),
    kind=ParameterKind.NUMBER,
    default=18,
    most=120,
    rule=True,
)
AGE_TO: Final = Parameter(
    name="age_to",
    title=Title(de="Höchstalter beim Eintritt (einschließlich)", en="highest age at entry (inclusive)"),
    kind=ParameterKind.NUMBER,
    default=27,
    most=120,
    rule=True,
)
"""18 to 27 inclusive, measured at entry. Source: durchstarten.nrw/service/faq/c-1, as in domain/paths/durchstarten.toml."""
EXCLUDED: Final = Parameter(
    name="excluded_status",
    title=Title(de="ausgeschlossene Aufenthaltsstatus", en="excluded residence statuses"),
    kind=ParameterKind.CODES,
    default="",
    choices=tuple(status.value for status in ResidenceStatus),
    rule=True,
)
"""None is excluded by the published rules of the programme; a list separated by commas."""


class Outcome(StrEnum):
    """How an entry stands against the rules."""

    WITHIN = "within_rules"
    TOO_YOUNG = "too_young"
    TOO_OLD = "too_old"
    STATUS_EXCLUDED = "status_excluded"
    AGE_UNDECIDED = "age_undecided"
    """No month of birth, or the limit falls into it: the day is not counted with."""
    STATUS_UNKNOWN = "status_not_known"


OUTCOME_TITLES: Final = {
    Outcome.WITHIN: Title(de="innerhalb der Regeln", en="within the rules"),
    Outcome.TOO_YOUNG: Title(de="jünger als das Mindestalter", en="below the least age"),
    Outcome.TOO_OLD: Title(de="älter als das Höchstalter", en="above the highest age"),
    Outcome.STATUS_EXCLUDED: Title(de="Aufenthaltsstatus ausgeschlossen", en="residence status excluded"),
    Outcome.AGE_UNDECIDED: Title(
        de="Alter aus dem Geburtsmonat nicht zu entscheiden", en="age cannot be told from the month of birth"
    ),
    Outcome.STATUS_UNKNOWN: Title(de="Aufenthaltsstatus nicht bekannt", en="residence status not known"),
}


class Judged(NamedTuple):
    """An entry with its outcome, and the entry of the status it rests on."""

    case_id: UUID
    participant_id: UUID
    one: Attended
    status: Trait
    outcome: Outcome
    number: int = 1
    persons: Collection[int] | None = None


def outcome_of(
    birth_month: date | None, status: str, on: date, age_from: int, age_to: int, excluded: frozenset[str]
) -> Outcome:
    """Age first, then status. A month of birth leaves two ages open in that month.

    >>> outcome_of(date(2000, 5, 1), "toleration_60a", date(2028, 4, 30), 18, 27, frozenset())
    <Outcome.WITHIN: 'within_rules'>
    >>> outcome_of(date(2000, 5, 1), "toleration_60a", date(2028, 5, 15), 18, 27, frozenset())
    <Outcome.AGE_UNDECIDED: 'age_undecided'>
    """
    if birth_month is None:
        return Outcome.AGE_UNDECIDED
    most = age_on(birth_month, on)
    least = most - 1 if on.month == birth_month.month else most
    if most < age_from:
        return Outcome.TOO_YOUNG
    if least > age_to:
        return Outcome.TOO_OLD
    if least < age_from or most > age_to:
        return Outcome.AGE_UNDECIDED
    if excluded and status in (NOT_ASKED, ResidenceStatus.UNKNOWN.value):
        return Outcome.STATUS_UNKNOWN
    return Outcome.STATUS_EXCLUDED if status in excluded else Outcome.WITHIN


class _Judge:
    """Holds entries against the rules, by the month of birth and the status on the day of entry."""

    def __init__(self, counting: Counting) -> None:
        given = counting.parameters
        self._age_from, self._age_to = int(str(given[AGE_FROM.name])), int(str(given[AGE_TO.name]))
        self._excluded = frozenset(str(given[EXCLUDED.name]).split(",")) - {""}
        self._facts = counting.facts.characteristics

    @cached_property
    def _rows(self) -> dict[UUID, CharacteristicsRow]:
        return {row.case_id: row for row in self._facts}

    def __call__(self, one: Attended) -> Judged:
        """An entry with the status of its day."""
        return self.again(one, trait_on(read(self._rows[one.case_id].statuses), one.entered_on))

    def again(self, one: Attended, status: Trait) -> Judged:
        """An entry had the status been this one."""
        outcome = self._outcome(self._rows[one.case_id].birth_month, status.value, one.entered_on)
        return Judged(one.case_id, one.participant_id, one, status, outcome)

    def bundled(self, one: Attended, outcome: Outcome) -> Judged:
        """Entries that stand alike. Without evidence nobody asks for the status."""
        return Judged(one.case_id, one.participant_id, one, _NOT_TOLD, outcome, one.number, one.persons)

    def at_entry(self, cases: Sequence[bytes], days: Sequence[date | None]) -> Iterator[Outcome | None]:
        """How entries of these cases on these days stand against the rules: what they are told apart by."""
        months, statuses = (self._of(cases, name) for name in ("birth_month", "statuses"))
        if not self._excluded:
            statuses = repeat("[]")
        known: dict[tuple[date | None, str, date], Outcome] = {}
        histories: dict[str, Any] = {}
        for month, history, day in zip(months, statuses, days, strict=False):
            if day is None:
                yield None
                continue
            # The age changes with the month, a status on any day.
            key = (month, history, day if self._excluded else day.replace(day=1))
            if key not in known:
                if history not in histories:
                    histories[history] = json.loads(history)
                known[key] = self._outcome(month, value_on(histories[history], day.isoformat()), day)
            yield known[key]

    def _of(self, cases: Sequence[bytes], name: str) -> Iterator[Any]:
        of_cases = ids(self._facts, CharacteristicsRow, "case_id")
        told = dict(zip(of_cases, column(self._facts, CharacteristicsRow, name), strict=True))
        return map(told.__getitem__, cases)

    def _outcome(self, month: date | None, status: str, on: date) -> Outcome:
        return outcome_of(month, status, on, self._age_from, self._age_to, self._excluded)


_NOT_TOLD: Final = Trait(NOT_ASKED, 0, NOT_ASKED, 0)


def _entries(counting: Counting) -> Table:
    judge = _Judge(counting)
    if bundles.bundled(counting):
        judged = [judge.bundled(*found) for found in bundles.attended_at(counting, judge.at_entry)]
    else:
        judged = [judge(one) for one in bundles.attended(counting)]

    def otherwise(each: Judged) -> Iterator[tuple[Any, int]]:
        """But for the move, the answer that named the module, the assignment of the coach, or the status."""
        for shadow, version in shadows(each.one):
            yield judge(shadow), version
        if each.status.version > FIRST_ENTRY:
            before = Trait(each.status.before, each.status.before_version, NOT_ASKED, 0)
            yield judge.again(each.one, before), each.status.version

    def line(each: Judged) -> Key:
        return (each.one.module, each.outcome.value)

    def because(each: Judged) -> tuple[int, ...]:
        return (*because_entered(each.one), each.status.version)

    place = counting.municipality
    tally = Tally(
        id="entries",
        title=Title(
            de="Eintritte nach Baustein und Programmregeln", en="Entries by module and rules of the programme"
        ),
        keys=(Title(de="Förderbaustein", en="funding module"), Title(de="Ergebnis", en="outcome")),
        columns=COLUMNS,
        evidence=counting.evidence,
        totals=lambda key: ((TOTAL, key[1]), (key[0], TOTAL), (TOTAL, TOTAL)),
        shadows=otherwise,
        bundled=bundles.bundled(counting),
        within=None if place is None else lambda each: each.one.place.municipality == place,
    )
    tally.count("entries", judged, line, because)
    tally.persons("persons", judged, line, because)
    counted = tally.keys()
    modules = sorted({key[0] for key in counted})
    lines = [(module, outcome.value) for module in (*modules, TOTAL) for outcome in Outcome]
    lines += [(module, TOTAL) for module in (*modules, TOTAL)]
    ordered = sorted(lines, key=lambda key: (key[0] == TOTAL, key[0], _PLACE[key[1]]))
    return tally.table(ordered)


_PLACE: Final = {outcome.value: place for place, outcome in enumerate(Outcome)} | {TOTAL: len(Outcome)}

COLUMNS: Final = (
    Column(
        id="entries",
        title=Title(de="Eintritte", en="Entries"),
        unit=Unit.PARTICIPATIONS,
        definition=Title(
            de="Eintritte bis zum Stichtag nach Alter (aus dem Geburtsmonat) und Aufenthaltsstatus am Tag des "
            "Eintritts, gemessen an den Regelwerten des Berichts. Begründete Ausnahmen sind nicht abgesetzt.",
            en="Entries by the reference date by age (from the month of birth) and residence status on the day of "
            "entry, held against the values of the rules. Reasoned exceptions are not set apart.",
        ),
        source=FAQ,
    ),
    Column(
        id="persons",
        title=Title(de="Personen", en="Persons"),
        unit=Unit.PERSONS,
        definition=Title(
            de="Verschiedene Personen mit mindestens einem dieser Eintritte.",
            en="Different persons with at least one of these entries.",
        ),
        source=FAQ,
    ),
)

PROGRAMME_RULES: Final = ReportDefinition(
    name=NAME,
    version=VERSION,
    title=Title(de="Eintritte und Programmregeln", en="Entries and the rules of the programme"),
    publication=Publication.INTERNAL,
    parameters=(MUNICIPALITY, AGE_FROM, AGE_TO, EXCLUDED),
    tables=(TableDefinition(id="entries", count=_entries),),
    needs=frozenset({Need.CHARACTERISTICS}),
    columns=lambda _: bundles.ENTRIES | {"characteristics": ("case_id", "birth_month", "statuses")},
)
