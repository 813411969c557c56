"""The report on gaps in the offer: needs that no offer met, by what was looked for, where, why in vain, and for how long."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator
from datetime import date
from typing import Any, Final, NamedTuple
from uuid import UUID

from domain.path import Title
from domain.reports import offer_gaps_definitions as means
from domain.reports.definition import (
    MUNICIPALITY,
    Counting,
    Parameter,
    ParameterKind,
    ReportDefinition,
    TableDefinition,
)
from domain.reports.fact_columns import ids
from domain.reports.facts import Need, NeedFact
from domain.reports.leaving_out import ItemsOf, ItemTally
from domain.reports.statistics_facts import Contacted, by, cases_of
from domain.reports.table import TOTAL, Publication, Table
from domain.reports.tally import Key, Tally
from domain.unmet_need import NeedEnd

NAME: Final = "gaps"
VERSION: Final = 1

LONGER_THAN: Final = Parameter(
    name="longer_than",
    title=Title(de="lange offen: mehr als so viele Tage", en="open for long: more than so many days"),
    kind=ParameterKind.NUMBER,
    default=90,
    most=3_650,
)
"""No source says from when on a need has been open for long; a quarter of a year is a proposal."""

MET: Final = frozenset({NeedEnd.MATCHED.value, NeedEnd.MATCHED_ELSEWHERE.value})

_KIND = Title(de="Art der Maßnahme", en="kind of measure")
_FIELD = Title(de="Handlungsfeld", en="field of action")
_MUNICIPALITY = Title(de="Kommune (AGS)", en="municipality (AGS)")
_GROUND = Title(de="Grund der erfolglosen Suche", en="reason of the failed match")


class Search(NamedTuple):
    """A failed match."""

    on: date
    ground: str
    version: int


class SoughtNeed(NamedTuple):
    """A need at the reference date: what was looked for, every search in vain in the order of their days, and its end."""

    case_id: UUID
    participant_id: UUID
    place: str
    place_before: str | None
    place_version: int
    field: str
    kind: str
    searches: tuple[Search, ...]
    ended_on: date | None
    end_ground: str | None
    ended_version: int

    def entries(self) -> set[int]:
        """As ``Counted``."""
        found = {search.version for search in self.searches} | {self.ended_version}
        if self.place_before is not None:
            found.add(self.place_version)
        return found - {0, 1}

    def without(self, version: int) -> SoughtNeed:
        """As ``Counted``. A need without any search is none; its end then says nothing."""
        left = self._replace(searches=tuple(one for one in self.searches if one.version != version))
        if version == self.ended_version:
            left = left._replace(ended_on=None, end_ground=None, ended_version=0)
        if version == self.place_version and self.place_before is not None:
            left = left._replace(place=self.place_before)
        return left


def needs(counting: Counting) -> list[SoughtNeed]:
    """The needs that had come up by the reference date, of the cases asked for."""
    unmet = counting.facts.unmet_needs
    known = {one.case_id: one for one in cases_of(counting, set(ids(unmet, NeedFact, "case_id")))}
    rows: dict[tuple[UUID, UUID], list[NeedFact]] = defaultdict(list)
    for row in unmet:
        if row.from_on <= counting.as_of and row.case_id in known:
            rows[row.case_id, row.need_id].append(row)
    return [_need(known[case_id], found, counting.as_of) for (case_id, _), found in rows.items()]


def _need(one: Contacted, rows: list[NeedFact], as_of: date) -> SoughtNeed:
    last = rows[-1]
    ended_on = by(last.ended_on, as_of)
    return SoughtNeed(
        one.case_id,
        one.participant_id,
        one.place.municipality,
        one.case.municipality_before,
        one.place.version,
        last.field,
        last.kind,
        tuple(sorted((Search(row.from_on, row.ground, row.version) for row in rows), key=_in_time)),
        ended_on,
        last.end_ground if ended_on else None,
        last.ended_version or 0 if ended_on else 0,
    )


def _in_time(search: Search) -> tuple[date, int]:
    return search.on, search.version


def _tally(counting: Counting, table: str, title: Title, keys: tuple[Title, ...], **given: Any) -> Tally:
    place = counting.municipality
    return Tally(
        id=table,
        title=title,
        keys=keys,
        evidence=counting.evidence,
        within=None if place is None else lambda item: item.place == place,
        **given,
    )


# -------------------------------------------------------------------- tables


def _open(need: SoughtNeed) -> Search | None:
    """The latest search in vain of a need that is still open."""
    return need.searches[-1] if need.searches and need.ended_on is None else None


def _open_needs(counting: Counting) -> Table:
    as_of, longer_than = counting.as_of, int(str(counting.parameters[LONGER_THAN.name]))
    tally = _tally(
        counting,
        "open_needs",
        Title(
            de="Ungedeckte Bedarfe nach Art der Maßnahme, Kommune und Grund",
            en="Unmet needs by kind of measure, municipality and reason",
        ),
        (_KIND, _MUNICIPALITY, _GROUND),
        columns=means.OPEN_NEEDS,
        totals=lambda key: ((key[0], TOTAL, TOTAL), (TOTAL, TOTAL, TOTAL)),
    )

    def of(said: Any) -> ItemsOf:
        def items(need: SoughtNeed) -> Iterator[tuple[Key, Hashable, Hashable]]:
            if (search := _open(need)) is not None:
                key = (need.kind, need.place, search.ground)
                yield from ((key, group, search.version) for group in said(need))

        return items

    def days(need: SoughtNeed) -> int:
        return (as_of - need.searches[0].on).days

    columns = ItemTally(counting, tally, counting.once(needs))
    columns.count("needs", of(lambda _: (None,)))
    columns.persons("persons", of(lambda need: (need.participant_id,)))
    columns.count("long_open", of(lambda need: (None,) if days(need) > longer_than else ()))
    columns.survival("median_days", of(lambda need: ((days(need), True),)))
    return tally.table(_with_total(tally, 3))


def _by_field(counting: Counting) -> Table:
    tally = _tally(
        counting,
        "by_field",
        Title(
            de="Ungedeckte Bedarfe nach Handlungsfeld und Grund",
            en="Unmet needs by field of action and reason",
        ),
        (_FIELD, _GROUND),
        columns=means.BY_FIELD,
        totals=lambda key: ((key[0], TOTAL), (TOTAL, TOTAL)),
    )

    def items(need: SoughtNeed) -> Iterator[tuple[Key, Hashable, Hashable]]:
        if (search := _open(need)) is not None:
            yield (need.field, search.ground), need.participant_id, search.version

    columns = ItemTally(counting, tally, counting.once(needs))
    columns.count("needs", items)
    columns.persons("persons", items)
    return tally.table(_with_total(tally, 2))


def _course(counting: Counting) -> Table:
    as_of = counting.as_of
    tally = _tally(
        counting,
        "course_of_needs",
        Title(
            de="Was aus ungedeckten Bedarfen wurde, nach Art der Maßnahme",
            en="What became of unmet needs, by kind of measure",
        ),
        (_KIND,),
        columns=means.COURSE_OF_NEEDS,
        totals=lambda _: ((TOTAL,),),
    )

    def of(said: Any) -> ItemsOf:
        return lambda need: (
            [((need.kind,), None, need.searches[0].version)] if need.searches and said(need) else []
        )

    def lasted(need: SoughtNeed) -> Iterator[tuple[Key, Hashable]]:
        if need.searches:
            days = ((need.ended_on or as_of) - need.searches[0].on).days
            yield (need.kind,), (days, need.end_ground in MET)

    columns = ItemTally(counting, tally, counting.once(needs))
    columns.count("arisen", of(lambda _: True))
    columns.count("met", of(lambda need: need.end_ground in MET))
    columns.count("given_up", of(lambda need: need.end_ground is not None and need.end_ground not in MET))
    columns.count("open", of(lambda need: need.end_ground is None))
    columns.survival("median_days", lasted)
    return tally.table(_with_total(tally, 1))


def _with_total(tally: Tally, parts: int) -> list[Key]:
    """The lines counted with the total of each first part after them, and the total of all."""
    total = (TOTAL,) * parts
    lines: list[Key] = []
    for key in sorted(tally.keys()):
        if parts > 1 and lines and lines[-1][0] != key[0]:
            lines.append((lines[-1][0], *total[1:]))
        lines.append(key)
    if parts > 1 and lines:
        lines.append((lines[-1][0], *total[1:]))
    return [*lines, total]


OFFER_GAPS: Final = ReportDefinition(
    name=NAME,
    version=VERSION,
    title=Title(de="Angebotslücken", en="Gaps in the offer"),
    publication=Publication.INTERNAL,
    parameters=(MUNICIPALITY, LONGER_THAN),
    needs=frozenset({Need.UNMET_NEEDS}),
    columns=lambda _: {
        "cases": ("case_id", "participant_id", "municipality", "gender", "opened_on"),
        "unmet_needs": NeedFact._fields,
    },
    tables=(
        TableDefinition(id="open_needs", count=_open_needs),
        TableDefinition(id="by_field", count=_by_field),
        TableDefinition(id="course_of_needs", count=_course),
    ),
)
