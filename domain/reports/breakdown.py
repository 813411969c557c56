"""The statistics by one characteristic on the reference date: persons, participations, their flow, contracts, destinations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from domain.characteristics import Dimension
from domain.path import Title
from domain.reports import bundles
from domain.reports import statistics_definitions as means
from domain.reports.classed import BY, DIMENSION_TITLES, Classed, Classes, because, class_of, columns_of
from domain.reports.definition import MUNICIPALITY, Counting, ReportDefinition, TableDefinition
from domain.reports.facts import Need
from domain.reports.quarters import quarters
from domain.reports.statistics import NOT_ASKED_YET, NOT_REACHED, difference, totalled
from domain.reports.statistics_facts import (
    Attended,
    Contacted,
    because_broken_off,
    because_entered,
    because_exit,
    because_left,
    because_own_end,
    because_signed,
    because_started,
    because_there,
    by,
    joined_spans,
    quarter_name,
)
from domain.reports.table import TOTAL, Publication, Table, share
from domain.reports.tally import Key, Tally, total_of_all
from domain.values import Destination

NAME: Final = "breakdown"
VERSION: Final = 1

_QUARTER = Title(de="Quartal", en="quarter")
_DESTINATION = Title(de="Verbleib", en="destination")


def classes(counting: Counting) -> Classes:
    """The classes that the run is broken down by."""
    return Classes(counting, Dimension(str(counting.parameters[BY.name])))


def classed_tally(
    counting: Counting, dimension: Classes, table: str, title: Title, keys: tuple[Title, ...], **given: Any
) -> Tally:
    """A tally of classed facts."""
    place = counting.municipality
    return Tally(
        id=table,
        title=title,
        keys=keys,
        evidence=counting.evidence,
        totals=given.pop("totals", total_of_all),
        shadows=dimension.shadows,
        bundled=bundles.bundled(counting),
        within=None if place is None else lambda classed: classed.one.place.municipality == place,
        **given,
    )


def own_end(joined: Classed) -> tuple[int, ...]:
    """The own end of a span of coaching that was joined with the next one."""
    return because_own_end(joined.one)


def persons(counting: Counting, dimension: Classes, table: str = "persons") -> Table:
    """Persons contacted, won and not won by class."""
    as_of = counting.as_of
    contacted = dimension.contacted()
    entered = dimension.undated()
    planned = [c for c in contacted if by(c.one.case.first_plan_on, as_of)]
    again = [c for c in planned if by(c.one.case.plan_agreed_on, as_of)]
    declined = [c for c in contacted if by(c.one.case.declined_on, as_of)]
    title = DIMENSION_TITLES[dimension.dimension]
    tally = classed_tally(
        counting,
        dimension,
        table,
        Title(de=f"Erreichte Personen nach {title.de}", en=f"Persons reached by {title.en}"),
        (title,),
        columns=means.REACH,
        hidden=("decided",),
    )

    def first_plan(one: Contacted) -> tuple[int, ...]:
        return (one.place.version, one.case.first_plan_version)

    def latest_plan(one: Contacted) -> tuple[int, ...]:
        return (one.place.version, one.case.plan_version)

    def decline(one: Contacted) -> tuple[int, ...]:
        return (one.place.version, one.case.declined_version)

    tally.persons("contacted", contacted, class_of, because(because_there))
    tally.persons("women", (c for c in contacted if c.one.woman), class_of, because(because_there))
    for column in ("won", "decided"):
        tally.persons(column, entered, class_of, because(because_entered))
        tally.persons(column, planned, class_of, because(first_plan))
        tally.persons(column, again, class_of, because(latest_plan))
    tally.persons("decided", declined, class_of, because(decline))
    tally.derive("not_won", difference, "decided", "won")
    tally.derive("in_intake", difference, "contacted", "decided")
    tally.derive("women_share", share, "women", "contacted")
    return tally.table(totalled(tally.keys()))


def participations(counting: Counting, dimension: Classes, table: str = "participations") -> Table:
    """Participations, stock, exits and dropouts by class."""
    entered = dimension.undated()
    left = [c for c in entered if c.one.left_on is not None]
    joined = dimension.of(joined_spans(c.one for c in left))
    title = DIMENSION_TITLES[dimension.dimension]
    tally = classed_tally(
        counting,
        dimension,
        table,
        Title(de=f"Teilnahmen nach {title.de}", en=f"Participations by {title.en}"),
        (title,),
        columns=means.MODULES,
    )
    tally.count("participations", entered, class_of, because(because_entered))
    tally.persons("persons", entered, class_of, because(because_entered))
    tally.count("stock", entered, class_of, because(because_entered))
    tally.count("stock", left, class_of, because(because_left), -1)
    tally.but_for("stock", joined, class_of, because(because_left), own_end)
    tally.count("exits", left, class_of, because(because_left))
    tally.but_for("exits", joined, class_of, because(because_left), own_end)
    dropped = (c for c in left if c.one.abandon_ground is not None)
    tally.count("dropouts", dropped, class_of, because(because_left))
    tally.persons("women", (c for c in entered if c.one.woman), class_of, because(because_entered))
    tally.derive("dropout_rate", share, "dropouts", "exits")
    tally.derive("women_share", share, "women", "persons")
    return tally.table(totalled(tally.keys()))


def flow(counting: Counting, dimension: Classes, table: str = "flow") -> Table:
    """Entries, exits and stock by quarter and class."""
    entered = dimension.attended()
    left = [c for c in entered if c.one.left_on is not None]
    joined = dimension.of(joined_spans(c.one for c in left))
    first = min((c.one.entered_on for c in entered), default=counting.as_of)
    names = [str(quarter) for quarter in quarters(first, counting.as_of)]
    title = DIMENSION_TITLES[dimension.dimension]
    tally = classed_tally(
        counting,
        dimension,
        table,
        Title(
            de=f"Eintritte, Austritte und Bestand nach Quartal und {title.de}",
            en=f"Entries, exits and stock by quarter and {title.en}",
        ),
        (_QUARTER, title),
        columns=means.FLOW,
        totals=lambda key: ((key[0], TOTAL),),
    )

    def entry(c: Classed) -> Key:
        one: Attended = c.one
        return (quarter_name(one.entered_on), c.trait.value)

    def leaving(c: Classed) -> Key:
        one: Attended = c.one
        return (quarter_name(one.left_on), c.trait.value)

    tally.count("entries", entered, entry, because(because_entered))
    tally.count("exits", left, leaving, because(because_left))
    tally.but_for("exits", joined, leaving, because(because_left), own_end)
    tally.count("cumulative_entries", entered, entry, because(because_entered), onwards=names)
    tally.count("stock", entered, entry, because(because_entered), onwards=names)
    tally.count("stock", left, leaving, because(because_left), -1, onwards=names)
    tally.but_for("stock", joined, leaving, because(because_left), own_end)
    tally.persons_between(
        "stock_persons",
        entered,
        entry,
        because(because_entered),
        periods=names,
        until=lambda c: None if c.one.left_on is None else quarter_name(c.one.left_on),
        ended_by=lambda c: because_exit(c.one),
    )
    tally.but_for("stock_persons", joined, leaving, because(because_left), own_end, amount=-1)
    return tally.table()


def _placements(counting: Counting, dimension: Classes) -> Table:
    signed = dimension.contracts()
    started = [c for c in signed if c.one.entered_on is not None]
    given_up = [c for c in signed if c.one.left_on is not None and c.one.break_off_ground is not None]
    title = DIMENSION_TITLES[dimension.dimension]
    tally = classed_tally(
        counting,
        dimension,
        "placements",
        Title(de=f"Vermittlung in Ausbildung nach {title.de}", en=f"Placements in Ausbildung by {title.en}"),
        (title,),
        columns=means.PLACEMENTS,
    )
    tally.count("contracts", signed, class_of, because(because_signed))
    tally.count("started", started, class_of, because(because_started))
    tally.persons("persons_started", started, class_of, because(because_started))
    tally.count("broken_off", given_up, class_of, because(because_broken_off))
    return tally.table(totalled(tally.keys()))


def _destinations(counting: Counting, dimension: Classes) -> Table:
    """Every combination that occurs, and the total of each class."""
    as_of = counting.as_of
    closed = [c for c in dimension.contacted() if by(c.one.case.closed_on, as_of)]
    settled = [c for c in closed if by(c.one.case.follow_up_settled_on, as_of)]
    open_ = [c for c in closed if not by(c.one.case.follow_up_settled_on, as_of)]
    title = DIMENSION_TITLES[dimension.dimension]
    tally = classed_tally(
        counting,
        dimension,
        "destinations",
        Title(de=f"Verbleib nach {title.de}", en=f"Destination by {title.en}"),
        (title, _DESTINATION),
        columns=means.DESTINATIONS,
        totals=lambda key: ((key[0], TOTAL), (TOTAL, key[1]), (TOTAL, TOTAL)),
    )

    def is_closed(one: Contacted) -> tuple[int, ...]:
        return (one.place.version, one.case.closed_version)

    def is_settled(one: Contacted) -> tuple[int, ...]:
        return (one.place.version, one.case.closed_version, one.case.follow_up_version)

    def not_asked(c: Classed) -> Key:
        return (c.trait.value, NOT_ASKED_YET)

    tally.persons(
        "at_exit",
        closed,
        lambda c: (c.trait.value, c.one.case.destination or Destination.UNKNOWN.value),
        because(is_closed),
    )
    column = "after_six_months"
    tally.persons(
        column,
        settled,
        lambda c: (c.trait.value, c.one.case.follow_up_destination or NOT_REACHED),
        because(is_settled),
    )
    tally.persons(column, open_, not_asked, because(is_closed))
    tally.but_for(column, settled, not_asked, because(is_closed), lambda c: (c.one.case.follow_up_version,))
    return tally.table()


def _table(table: str, counted: Callable[[Counting, Classes], Table]) -> TableDefinition:
    return TableDefinition(id=table, count=lambda counting: counted(counting, counting.once(classes)))


BREAKDOWN: Final = ReportDefinition(
    name=NAME,
    version=VERSION,
    title=Title(de="Statistik nach Merkmal", en="Statistics by characteristic"),
    publication=Publication.INTERNAL,
    parameters=(MUNICIPALITY, BY),
    needs=frozenset({Need.CHARACTERISTICS}),
    columns=lambda given: bundles.ENTRIES | bundles.CONTRACTS | columns_of([Dimension(str(given[BY.name]))]),
    tables=(
        _table("persons", persons),
        _table("participations", participations),
        _table("flow", flow),
        _table("placements", _placements),
        _table("destinations", _destinations),
    ),
)
