"""Time in step, waiting, dropouts and contacts by one characteristic on the reference date; and the share of women everywhere."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from functools import partial
from operator import attrgetter
from typing import Any, Final

from domain.characteristics import Dimension
from domain.path import Title
from domain.reports import bundles, lives, lives_apart, stages
from domain.reports import pathways_breakdown_definitions as means
from domain.reports import pathways_definitions as pathways
from domain.reports import statistics_definitions as statistics
from domain.reports.breakdown import classed_tally, classes
from domain.reports.bundles import bundled
from domain.reports.classed import BY, DIMENSION_TITLES, Classed, because, class_of, columns_of
from domain.reports.definition import MUNICIPALITY, Counting, ReportDefinition, TableDefinition
from domain.reports.fact_columns import united
from domain.reports.facts import Need
from domain.reports.journeys import AUSBILDUNG, Journey
from domain.reports.leaving_out import ItemTally, Said
from domain.reports.lives import together
from domain.reports.pathways import lasted, placed, waits
from domain.reports.pathways_breakdown_definitions import Area
from domain.reports.statistics import per_month, totalled
from domain.reports.statistics_facts import (
    Accompanied,
    because_broken_off,
    because_left,
)
from domain.reports.table import TOTAL, Publication, Table, share
from domain.reports.tally import Key, Tally, total_of_all
from domain.reports.travellers import ClassTally, dropped, together_by_class
from domain.values import Destination, FundingModule

NAME: Final = "pathways_breakdown"
VERSION: Final = 1

_STEP = Title(de="Schritt", en="step")
_AFTER = Title(de="nach Schritt", en="after step")


def _tally(counting: Counting, table: str, title: Title, keys: tuple[Title, ...], **given: Any) -> Tally:
    place = counting.municipality
    return Tally(
        id=table,
        title=title,
        keys=keys,
        evidence=counting.evidence,
        within=None if place is None else lambda item: item.place == place,
        bundled=bundled(counting),
        **given,
    )


def _by(counting: Counting, table: str, de: str, en: str, step: Title, columns: Any) -> Tally:
    """A tally by step and class, each step summed up, and all of them."""
    kind = DIMENSION_TITLES[counting.once(classes).dimension]
    return _tally(
        counting,
        table,
        Title(de=f"{de} nach {kind.de}", en=f"{en} by {kind.en}"),
        (step, kind),
        columns=columns,
        totals=lambda key: ((key[0], TOTAL), (TOTAL, TOTAL)),
    )


def _lines(tally: Tally) -> list[Key]:
    """Every step with its classes and then its total; the total of all last."""
    keys = tally.keys()
    lines: list[Key] = []
    for step in sorted({key[0] for key in keys}):
        lines += [*sorted(key for key in keys if key[0] == step), (step, TOTAL)]
    return [*lines, (TOTAL, TOTAL)]


# -------------------------------------------------------------------- tables


def _time_in_step(counting: Counting) -> Table:
    as_of = counting.as_of
    tally = _by(
        counting, "time_in_step", "Verweildauer im Schritt", "Time in step", _STEP, pathways.TIME_IN_STEP
    )
    columns = ClassTally(counting, tally, counting.once(_single_steps))
    columns.count("entered", lambda j: (((step.kind,), None) for step in j.steps))
    columns.persons("persons", lambda j: (((step.kind,), j.participant_id) for step in j.steps))
    columns.count("ended", _ended)
    lengths = ClassTally(counting, tally, together_by_class(counting, lives_apart.by_length))
    lengths.survival("median_days", partial(lasted, as_of=as_of))
    return tally.table(_lines(tally))


def _single_steps(counting: Counting) -> Sequence[Any]:
    return together_by_class(counting, lives_apart.by_outcome, persons=True)


def _ended(journey: Journey) -> Iterator[Said]:
    return (((step.kind,), None) for step in journey.steps if step.left_on is not None)


def _waiting(counting: Counting) -> Table:
    as_of = counting.as_of
    tally = _by(
        counting,
        "waiting",
        "Wartezeit zwischen den Schritten",
        "Waiting time between steps",
        _AFTER,
        pathways.WAITING,
    )
    columns = ClassTally(counting, tally, together_by_class(counting, lives_apart.by_wait))
    columns.count("waits", lambda j: (((after,), None) for after, _, _ in waits(j, as_of)))
    columns.count("went_on", lambda j: (((after,), None) for after, _, went_on in waits(j, as_of) if went_on))
    columns.survival(
        "median_days", lambda j: (((after,), (days, went_on)) for after, days, went_on in waits(j, as_of))
    )
    return tally.table(_lines(tally))


def _dropout_rates(counting: Counting) -> Table:
    tally = _by(counting, "dropout_rates", "Abbruchquote", "Dropout rate", _STEP, means.DROPOUT_RATES)
    columns = ClassTally(counting, tally, counting.once(_single_steps))
    columns.count("exits", _ended)
    columns.count("dropouts", lambda j: (((step.kind,), None) for step in j.steps if step.early))
    tally.derive("dropout_rate", share, "dropouts", "exits")
    return tally.table(_lines(tally))


def _dropouts(counting: Counting) -> Table:
    dimension = counting.once(classes)
    kind = DIMENSION_TITLES[dimension.dimension]
    tally = classed_tally(
        counting,
        dimension,
        "dropouts",
        Title(de=f"Abbrüche nach Schritt, Grund und {kind.de}", en=f"Dropouts by step, reason and {kind.en}"),
        (_STEP, Title(de="Grund", en="reason"), kind),
        columns=statistics.DROPOUTS,
        totals=lambda key: ((*key[:2], TOTAL), (TOTAL, TOTAL, TOTAL)),
    )
    tally.count(
        "dropouts",
        dropped(counting),
        lambda c: (c.one.module, c.one.abandon_ground, c.trait.value),
        because(because_left),
    )
    given_up = [
        c for c in dimension.contracts() if c.one.left_on is not None and c.one.break_off_ground is not None
    ]
    tally.count(
        "dropouts",
        given_up,
        lambda c: (AUSBILDUNG, c.one.break_off_ground, c.trait.value),
        because(because_broken_off),
    )
    lines: list[Key] = []
    for key in sorted(tally.keys()):
        if lines and lines[-1][:2] != key[:2]:
            lines.append((*lines[-1][:2], TOTAL))
        lines.append(key)
    if lines:
        lines.append((*lines[-1][:2], TOTAL))
    return tally.table([*lines, (TOTAL, TOTAL, TOTAL)])


def _density(counting: Counting) -> Table:
    dimension = counting.once(classes)
    kind = DIMENSION_TITLES[dimension.dimension]
    everybody = dimension.accompanied()
    going = [c for c in everybody if not c.one.declined]
    declined = [c for c in everybody if c.one.declined]
    place = counting.municipality
    tally = Tally(
        id="contact_density",
        title=Title(de=f"Kontaktdichte nach {kind.de}", en=f"Contact density by {kind.en}"),
        keys=(kind,),
        evidence=counting.evidence,
        totals=total_of_all,
        shadows=dimension.shadows,
        within=None if place is None else lambda c: c.one.place.municipality == place,
        columns=statistics.DENSITY,
    )

    def there(one: Accompanied) -> tuple[int, ...]:
        return (one.place.version,)

    def decline(c: Classed) -> tuple[int, ...]:
        return (c.one.case.declined_version,)

    for column in ("held", "attempted"):
        versions: Callable[[Any], tuple[int, ...]] = attrgetter(f"one.contact.{column}_versions")

        def each(
            c: Classed, versions: Callable[[Any], tuple[int, ...]] = versions
        ) -> Iterator[tuple[int, ...]]:
            return ((c.one.place.version, c.trait.version, version) for version in versions(c))

        tally.count_each(column, going, class_of, each, attrgetter(f"one.contact.{column}"))
        tally.but_for_each(column, declined, class_of, each, decline)
    tally.count("days", going, class_of, because(there), lambda c: c.one.days)
    tally.count(
        "days",
        (c for c in going if c.one.days_closed),
        class_of,
        because(lambda one: (one.place.version, one.case.closed_version)),
        lambda c: -c.one.days_closed,
    )
    tally.but_for("days", declined, class_of, because(there), decline, amount=lambda c: c.one.days)
    tally.derive("density", per_month, "held", "days")
    return tally.table(totalled(tally.keys()))


# --------------------------------------------------------------------- women


def _women(counting: Counting) -> Table:
    as_of = counting.as_of
    tally = _tally(
        counting,
        "women",
        Title(
            de="Frauenanteil in Schritten, Vermittlungen und Verbleib",
            en="Share of women in steps, placements and destinations",
        ),
        (
            Title(de="Bereich", en="area"),
            Title(de="Schritt, Vermittlung oder Verbleib", en="step, placement or destination"),
        ),
        columns=means.WOMEN,
    )

    def everywhere(one: Journey) -> Iterator[tuple[Key, Hashable]]:
        for step in one.steps:
            yield (Area.STEP.value, step.kind), one.participant_id
        for (kind,), person in placed(one, as_of):
            yield (Area.PLACEMENT.value, kind), person
        if one.closed_on is not None:
            left_to = one.destination or Destination.UNKNOWN.value
            yield (Area.DESTINATION.value, left_to), one.participant_id

    columns = ItemTally(counting, tally, together(counting, lives_apart.by_whereabouts, persons=True))
    columns.persons("persons", everywhere)
    columns.persons("women", lambda one: everywhere(one) if one.woman else ())
    tally.derive("women_share", share, "women", "persons")
    steps = [(Area.STEP.value, kind) for kind in (*(module.value for module in FundingModule), AUSBILDUNG)]
    others = sorted(tally.keys() - set(steps), key=lambda key: (list(Area).index(Area(key[0])), key[1]))
    return tally.table([*steps, *others])


PATHWAYS_BREAKDOWN: Final = ReportDefinition(
    name=NAME,
    version=VERSION,
    title=Title(de="Wege und Kontakte nach Merkmal", en="Pathways and contacts by characteristic"),
    publication=Publication.INTERNAL,
    parameters=(MUNICIPALITY, BY),
    needs=frozenset({Need.CHARACTERISTICS, Need.EMPLOYMENTS, Need.CONTACTS}),
    columns=lambda given: united(
        *(lives.DESTINATIONS, stages.STEPS, lives.JOBS, bundles.CONTACTS),
        columns_of([Dimension(str(given[BY.name]))]),
    ),
    tables=(
        TableDefinition(id="time_in_step", count=_time_in_step),
        TableDefinition(id="waiting", count=_waiting),
        TableDefinition(id="dropout_rates", count=_dropout_rates),
        TableDefinition(id="dropouts", count=_dropouts),
        TableDefinition(id="contact_density", count=_density),
        TableDefinition(id="women", count=_women),
    ),
)
