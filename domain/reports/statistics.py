"""The statistics report: who came, who is there, who left and where to; persons and participations never mixed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from operator import attrgetter
from typing import Any, Final

from domain.path import Title
from domain.reports import bundles
from domain.reports import statistics_definitions as means
from domain.reports.definition import MUNICIPALITY, Counting, ReportDefinition, TableDefinition
from domain.reports.facts import Need
from domain.reports.flow_counting import count_flow
from domain.reports.quarters import quarters
from domain.reports.statistics_facts import (
    Accompanied,
    Attended,
    Contacted,
    Contract,
    because_broken_off,
    because_entered,
    because_left,
    because_own_end,
    because_signed,
    because_started,
    because_there,
    by,
    joined_spans,
    shadows,
)
from domain.reports.table import TOTAL, Cell, Publication, Table, ratio, share
from domain.reports.tally import Key, Tally, total_of_all
from domain.values import Destination

NAME: Final = "statistics"
VERSION: Final = 2

_MODULE = Title(de="Förderbaustein", en="funding module")
_MUNICIPALITY = Title(de="Kommune (AGS)", en="municipality (AGS)")
_QUARTER = Title(de="Quartal", en="quarter")
_REASON = Title(de="Grund", en="reason")
_KIND = Title(de="Art", en="kind")
_DESTINATION = Title(de="Verbleib", en="destination")

AUSBILDUNG: Final = "ausbildung"
NOT_REACHED: Final = "not_reached"
NOT_ASKED_YET: Final = "not_asked_yet"


# -------------------------------------------------------------------- tables


def _tally(counting: Counting, table: str, title: Title, keys: tuple[Title, ...], **given: Any) -> Tally:
    scope = counting.scope

    def otherwise(one: Any) -> Iterator[tuple[Any, int]]:
        yield from shadows(one)
        if scope is not None:
            yield from scope.shadows(one)

    return Tally(
        id=table,
        title=title,
        keys=keys,
        evidence=counting.evidence,
        totals=given.pop("totals", total_of_all),
        shadows=otherwise,
        within=None if counting.municipality is None and scope is None else counting.within,
        also_because=None if scope is None else scope.because,
        **given,
    )


def _reach(counting: Counting) -> Table:
    contacted, entered = counting.once(bundles.contacted), counting.once(bundles.entered)
    as_of = counting.as_of
    planned = [one for one in contacted if by(one.case.first_plan_on, as_of)]
    again = [one for one in planned if by(one.case.plan_agreed_on, as_of)]
    declined = [one for one in contacted if by(one.case.declined_on, as_of)]
    tally = _tally(
        counting,
        "reach",
        Title(de="Erreichte Personen nach Kommune", en="Persons reached by municipality"),
        (_MUNICIPALITY,),
        columns=means.REACH,
        bundled=bundles.bundled(counting),
        hidden=("decided",),
    )

    def place(one: Contacted | Attended) -> Key:
        return (one.place.municipality,)

    tally.persons("contacted", contacted, place, because_there)
    tally.persons("women", (one for one in contacted if one.woman), place, because_there)
    for column in ("won", "decided"):
        tally.persons(column, entered, place, because_entered)
        tally.persons(column, planned, place, lambda one: (one.place.version, one.case.first_plan_version))
        tally.persons(column, again, place, lambda one: (one.place.version, one.case.plan_version))
    tally.persons("decided", declined, place, lambda one: (one.place.version, one.case.declined_version))
    tally.derive("not_won", difference, "decided", "won")
    tally.derive("in_intake", difference, "contacted", "decided")
    tally.derive("women_share", share, "women", "contacted")
    return tally.table(totalled(tally.keys()))


def difference(whole: int, part: int) -> int:
    """``whole`` without ``part``, which lies within it."""
    return whole - part


def _flow(counting: Counting) -> Table:
    """Lines with nothing in them are left out; every line with an entry so far is there."""
    entered = counting.once(bundles.attended)
    first = min((one.entered_on for one in entered), default=counting.as_of)
    names = [str(quarter) for quarter in quarters(first, counting.as_of)]
    tally = _tally(
        counting,
        "flow",
        Title(
            de="Eintritte, Austritte und Bestand nach Quartal, Baustein und Kommune",
            en="Entries, exits and stock by quarter, module and municipality",
        ),
        (_QUARTER, _MODULE, _MUNICIPALITY),
        columns=means.FLOW,
        bundled=bundles.bundled(counting),
        totals=lambda key: ((key[0], TOTAL, TOTAL),),
    )
    count_flow(tally, entered, names, lambda one: (one.module, one.place.municipality))
    return tally.table()


def _modules(counting: Counting) -> Table:
    entered = counting.once(bundles.attended)
    left = [one for one in entered if one.left_on is not None]
    joined = joined_spans(left)
    tally = _tally(
        counting,
        "modules",
        Title(de="Teilnahmen nach Förderbaustein", en="Participations by funding module"),
        (_MODULE,),
        columns=means.MODULES,
        bundled=bundles.bundled(counting),
    )

    def module(one: Attended) -> Key:
        return (one.module,)

    tally.count("participations", entered, module, because_entered)
    tally.persons("persons", entered, module, because_entered)
    tally.count("stock", entered, module, because_entered)
    tally.count("stock", left, module, because_left, -1)
    tally.but_for("stock", joined, module, because_left, because_own_end)
    tally.count("exits", left, module, because_left)
    tally.but_for("exits", joined, module, because_left, because_own_end)
    tally.count("dropouts", (one for one in left if one.abandon_ground is not None), module, because_left)
    tally.persons("women", (one for one in entered if one.woman), module, because_entered)
    tally.derive("dropout_rate", share, "dropouts", "exits")
    tally.derive("women_share", share, "women", "persons")
    return tally.table(totalled(tally.keys()))


def _placements(counting: Counting) -> Table:
    signed = counting.once(bundles.contracts)
    started = [one for one in signed if one.entered_on is not None]
    tally = _tally(
        counting,
        "placements",
        Title(de="Vermittlung in Ausbildung", en="Placements in Ausbildung"),
        (_KIND,),
        columns=means.PLACEMENTS,
        bundled=bundles.bundled(counting),
    )

    def kind(one: Contract) -> Key:
        return (one.kind,)

    tally.count("contracts", signed, kind, because_signed)
    tally.count("started", started, kind, because_started)
    tally.persons("persons_started", started, kind, because_started)
    tally.count("broken_off", _given_up(signed), kind, because_broken_off)
    return tally.table(totalled(tally.keys()))


def _given_up(signed: Iterable[Contract]) -> list[Contract]:
    return [one for one in signed if one.left_on is not None and one.break_off_ground is not None]


def _dropouts(counting: Counting) -> Table:
    tally = _tally(
        counting,
        "dropouts",
        Title(de="Abbrüche nach Schritt und Grund", en="Dropouts by step and reason"),
        (Title(de="Schritt", en="step"), _REASON),
        columns=means.DROPOUTS,
        bundled=bundles.bundled(counting),
    )
    dropped = (one for one in counting.once(bundles.attended) if one.abandon_ground is not None)
    tally.count("dropouts", dropped, lambda one: (one.module, one.abandon_ground), because_left)
    given_up = _given_up(counting.once(bundles.contracts))
    tally.count("dropouts", given_up, lambda one: (AUSBILDUNG, one.break_off_ground), because_broken_off)
    return tally.table([*sorted(tally.keys()), (TOTAL, TOTAL)])


def _destinations(counting: Counting) -> Table:
    as_of = counting.as_of
    closed = [one for one in counting.once(bundles.contacted) if by(one.case.closed_on, as_of)]
    settled = [one for one in closed if by(one.case.follow_up_settled_on, as_of)]
    tally = _tally(
        counting,
        "destinations",
        Title(
            de="Verbleib beim Austritt und nach sechs Monaten", en="Destination at exit and after six months"
        ),
        (_DESTINATION,),
        columns=means.DESTINATIONS,
        bundled=bundles.bundled(counting),
    )

    def is_closed(one: Contacted) -> tuple[int, ...]:
        return (one.place.version, one.case.closed_version)

    def is_settled(one: Contacted) -> tuple[int, ...]:
        return (one.place.version, one.case.closed_version, one.case.follow_up_version)

    tally.persons(
        "at_exit", closed, lambda one: (one.case.destination or Destination.UNKNOWN.value,), is_closed
    )
    tally.persons(
        "after_six_months", settled, lambda one: (one.case.follow_up_destination or NOT_REACHED,), is_settled
    )
    tally.persons(
        "after_six_months",
        (one for one in closed if not by(one.case.follow_up_settled_on, as_of)),
        lambda one: (NOT_ASKED_YET,),
        is_closed,
    )
    tally.but_for(
        "after_six_months", settled, lambda one: (NOT_ASKED_YET,), is_closed, lambda one: is_settled(one)[-1:]
    )
    rows = [*(destination.value for destination in Destination), NOT_REACHED, NOT_ASKED_YET, TOTAL]
    return tally.table([(row,) for row in rows])


def _density(counting: Counting) -> Table:
    everybody = counting.once(bundles.accompanied)
    going = [one for one in everybody if not one.declined]
    declined = [one for one in everybody if one.declined]
    tally = _tally(
        counting,
        "contact_density",
        Title(de="Kontaktdichte", en="Contact density"),
        (_MUNICIPALITY,),
        columns=means.DENSITY,
        bundled=bundles.bundled(counting),
    )

    def place(one: Accompanied) -> Key:
        return (one.place.municipality,)

    def because_case(one: Accompanied) -> tuple[int, ...]:
        return (one.place.version,)

    def days(one: Accompanied) -> int:
        return one.days

    for column, versions, number in (
        ("held", attrgetter("contact.held_versions"), attrgetter("contact.held")),
        ("attempted", attrgetter("contact.attempted_versions"), attrgetter("contact.attempted")),
    ):

        def each(
            one: Accompanied, versions: Callable[[Any], tuple[int, ...]] = versions
        ) -> Iterator[tuple[int, int]]:
            return ((one.place.version, version) for version in versions(one))

        tally.count_each(column, going, place, each, number)
        tally.but_for_each(column, declined, place, each, lambda one: (one.case.declined_version,))
    tally.count("days", going, place, because_case, days)
    tally.count(
        "days",
        (one for one in going if one.days_closed),
        place,
        lambda one: (one.place.version, one.case.closed_version),
        lambda one: -one.days_closed,
    )
    tally.but_for(
        "days", declined, place, because_case, lambda one: (one.case.declined_version,), amount=days
    )
    tally.derive("density", per_month, "held", "days")
    return tally.table(totalled(tally.keys()))


def per_month(number: int, days: int) -> Cell:
    """``number`` / months times 100; a month is 365.25 / 12 = 487 / 16 days."""
    return ratio(number * 487, days * 16, 100)


def totalled(keys: Iterable[Key]) -> list[Key]:
    """The keys of one part in order, the total last; it is there even when there is nothing else."""
    return [*sorted(set(keys) - {(TOTAL,)}), (TOTAL,)]


STATISTICS: Final = ReportDefinition(
    name=NAME,
    version=VERSION,
    title=Title(de="Statistik der Begleitung", en="Statistics of the accompaniment"),
    publication=Publication.INTERNAL,
    parameters=(MUNICIPALITY,),
    needs=frozenset({Need.CONTACTS}),
    columns=lambda _: bundles.ENTRIES | bundles.CONTRACTS | bundles.CONTACTS,
    tables=(
        TableDefinition(id="reach", count=_reach),
        TableDefinition(id="flow", count=_flow),
        TableDefinition(id="modules", count=_modules),
        TableDefinition(id="placements", count=_placements),
        TableDefinition(id="dropouts", count=_dropouts),
        TableDefinition(id="destinations", count=_destinations),
        TableDefinition(id="contact_density", count=_density),
    ),
)
