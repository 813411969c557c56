"""The report on pathways: time in step, waiting, transitions, placements, destinations, and when people drop out."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from datetime import date
from itertools import pairwise
from typing import Any, Final

from domain.path import Title
from domain.reports import lives, lives_apart, stages
from domain.reports import pathways_definitions as means
from domain.reports.bundles import bundled
from domain.reports.definition import MUNICIPALITY, Counting, ReportDefinition, TableDefinition
from domain.reports.facts import Need
from domain.reports.journeys import AUSBILDUNG, FOUR_WEEKS, MINOR_EMPLOYMENT, Journey, Step
from domain.reports.leaving_out import ItemTally
from domain.reports.lives import together
from domain.reports.statistics import NOT_ASKED_YET, NOT_REACHED, totalled
from domain.reports.table import TOTAL, Publication, Table
from domain.reports.tally import Key, Tally, total_of_all
from domain.values import Destination

NAME: Final = "pathways"
VERSION: Final = 2

FIRST_CONTACT: Final = "first_contact"
GOING_ON: Final = "going_on"
WAITING: Final = "waiting"
CLOSED: Final = "closed"
DECLINED: Final = "declined"
EMPLOYMENT: Final = Destination.EMPLOYMENT.value

_STEP = Title(de="Schritt", en="step")


def _tally(counting: Counting, table: str, title: Title, keys: tuple[Title, ...], **given: Any) -> Tally:
    place = counting.municipality
    return Tally(
        id=table,
        title=title,
        keys=keys,
        evidence=counting.evidence,
        totals=given.pop("totals", total_of_all),
        shadows=None,
        within=None if place is None else lambda item: item.place == place,
        bundled=bundled(counting),
        **given,
    )


# -------------------------------------------------------------------- tables


def lasted(journey: Journey, as_of: date) -> Iterator[tuple[Key, Hashable]]:
    """The days of each step, and whether it is over."""
    for step in journey.steps:
        until = step.left_on or as_of
        yield (step.kind,), ((until - step.entered_on).days + 1, step.left_on is not None)


def _time_in_step(counting: Counting) -> Table:
    as_of = counting.as_of
    tally = _tally(
        counting,
        "time_in_step",
        Title(de="Verweildauer im Schritt", en="Time in step"),
        (_STEP,),
        columns=means.TIME_IN_STEP,
    )
    columns = ItemTally(counting, tally, together(counting, lives_apart.by_outcome, persons=True))
    columns.count("entered", lambda j: (((step.kind,), None) for step in j.steps))
    columns.persons("persons", lambda j: (((step.kind,), j.participant_id) for step in j.steps))
    columns.count(
        "ended",
        lambda j: (((step.kind,), None) for step in j.steps if step.left_on is not None),
    )
    lengths = ItemTally(counting, tally, together(counting, lives_apart.by_length))
    lengths.survival("median_days", lambda j: lasted(j, as_of))
    return tally.table(totalled(tally.keys()))


def waits(journey: Journey, as_of: date) -> Iterator[tuple[str, int, bool]]:
    """After what, how many days, and whether a step followed."""
    steps = journey.measures
    ended = journey.declined_on or journey.closed_on
    if journey.opened_on is not None:
        until = steps[0].entered_on if steps else ended or as_of
        yield FIRST_CONTACT, (until - journey.opened_on).days, bool(steps)
    for step, following in pairwise(steps):
        since = min(step.left_on or following.entered_on, following.entered_on)
        yield step.kind, (following.entered_on - since).days, True
    if steps and (left_on := steps[-1].left_on) is not None:
        yield steps[-1].kind, max(0, ((ended or as_of) - left_on).days), False


def _waiting(counting: Counting) -> Table:
    as_of = counting.as_of
    tally = _tally(
        counting,
        "waiting",
        Title(de="Wartezeit zwischen den Schritten", en="Waiting time between steps"),
        (Title(de="nach Schritt", en="after step"),),
        columns=means.WAITING,
    )
    columns = ItemTally(counting, tally, together(counting, lives_apart.by_wait))
    columns.count("waits", lambda j: (((after,), None) for after, _, _ in waits(j, as_of)))
    columns.count(
        "went_on",
        lambda j: (((after,), None) for after, _, went_on in waits(j, as_of) if went_on),
    )
    columns.survival(
        "median_days",
        lambda j: (((after,), (days, went_on)) for after, days, went_on in waits(j, as_of)),
    )
    return tally.table(totalled(tally.keys()))


def _end_of(journey: Journey, last: Step | None) -> str:
    if journey.closed_on is not None:
        return CLOSED
    if journey.declined_on is not None:
        return DECLINED
    return GOING_ON if last is not None and last.left_on is None else WAITING


def _moves(journey: Journey) -> Iterator[tuple[Key, Hashable]]:
    steps = journey.measures
    kinds = [FIRST_CONTACT, *(step.kind for step in steps), _end_of(journey, steps[-1] if steps else None)]
    for pair in pairwise(kinds):
        yield pair, None


def _transitions(counting: Counting) -> Table:
    tally = _tally(
        counting,
        "transitions",
        Title(de="Übergänge zwischen den Schritten", en="Transitions between steps"),
        (Title(de="von", en="from"), Title(de="nach", en="to")),
        columns=means.TRANSITIONS,
    )
    columns = ItemTally(counting, tally, together(counting, lives_apart.by_order))
    columns.count("transitions", _moves)
    return tally.table([*sorted(tally.keys()), (TOTAL, TOTAL)])


def placed(journey: Journey, as_of: date) -> Iterator[tuple[Key, Hashable]]:
    """The placements of a journey by kind, each with its person."""
    for kind, _, _ in journey.kinds:
        yield (kind,), journey.participant_id
    for job in journey.jobs:
        if job.starts_on <= as_of:
            yield (EMPLOYMENT,), journey.participant_id
    if journey.closed_on is not None and MINOR_EMPLOYMENT in (
        journey.destination,
        journey.settled_destination,
    ):
        yield (MINOR_EMPLOYMENT,), journey.participant_id


def _placements(counting: Counting) -> Table:
    as_of = counting.as_of
    tally = _tally(
        counting,
        "placements",
        Title(de="Vermittlung in Ausbildung und Arbeit", en="Placements in Ausbildung and work"),
        (Title(de="Art der Vermittlung", en="kind of placement"),),
        columns=means.PLACEMENTS,
    )
    columns = ItemTally(counting, tally, together(counting, lives_apart.by_placement, persons=True))
    columns.count("placements", lambda j: placed(j, as_of))
    columns.persons("persons", lambda j: placed(j, as_of))
    return tally.table(totalled(tally.keys()))


def within_four_weeks(journey: Journey, as_of: date) -> str:
    """Where the person is 28 days after the exit; the exit must be on record."""
    closed_on = journey.closed_on
    assert closed_on is not None  # noqa: S101 # asked of closed cases
    end = closed_on + FOUR_WEEKS
    if end > as_of:
        return NOT_ASKED_YET
    if journey.settled_on is not None and journey.settled_on <= end:
        return journey.settled_destination or NOT_REACHED
    begun = [step for step in journey.measures if closed_on < step.entered_on <= end]
    if any(step.kind == AUSBILDUNG for step in begun):
        return Destination.AUSBILDUNG.value
    if any(closed_on < job.starts_on <= end for job in journey.jobs):
        return EMPLOYMENT
    return Destination.MEASURE.value if begun else journey.destination or Destination.UNKNOWN.value


def _destinations(counting: Counting) -> Table:
    as_of = counting.as_of
    tally = _tally(
        counting,
        "destinations",
        Title(
            de="Verbleib beim Austritt, binnen vier Wochen und nach sechs Monaten",
            en="Destination at exit, within four weeks and after six months",
        ),
        (Title(de="Verbleib", en="destination"),),
        columns=means.DESTINATIONS,
    )
    columns = ItemTally(counting, tally, together(counting, lives_apart.by_destination, persons=True))

    def later(journey: Journey) -> str:
        if journey.settled_on is None:
            return NOT_ASKED_YET
        return journey.settled_destination or NOT_REACHED

    for column, where in (
        ("at_exit", lambda j: j.destination or Destination.UNKNOWN.value),
        ("within_four_weeks", lambda j: within_four_weeks(j, as_of)),
        ("after_six_months", later),
    ):

        def closed(journey: Journey, where: Any = where) -> Iterator[tuple[Key, Hashable]]:
            if journey.closed_on is not None:
                yield (where(journey),), journey.participant_id

        columns.persons(column, closed)
    rows = [*(destination.value for destination in Destination), NOT_REACHED, NOT_ASKED_YET, TOTAL]
    return tally.table([(row,) for row in rows])


def month_in_step(step: Step) -> int:
    """The month begun since the entry, on the last day: 1 is the first."""
    left_on, since = step.left_on, step.entered_on
    assert left_on is not None  # noqa: S101 # asked of steps that were left
    return 12 * (left_on.year - since.year) + left_on.month - since.month - (left_on.day < since.day) + 1


def _dropout_months(counting: Counting) -> Table:
    tally = _tally(
        counting,
        "dropout_months",
        Title(de="Abbrüche nach Schritt und Monat im Schritt", en="Dropouts by step and month in step"),
        (_STEP, Title(de="Monat im Schritt", en="month in step")),
        columns=means.DROPOUT_MONTHS,
    )
    columns = ItemTally(counting, tally, together(counting, lives_apart.by_early_end))
    columns.count(
        "dropouts",
        lambda j: (((step.kind, f"{month_in_step(step):03}"), None) for step in j.steps if step.early),
    )
    return tally.table([*sorted(tally.keys()), (TOTAL, TOTAL)])


PATHWAYS: Final = ReportDefinition(
    name=NAME,
    version=VERSION,
    title=Title(de="Wege durch die Förderkette", en="Pathways"),
    publication=Publication.INTERNAL,
    parameters=(MUNICIPALITY,),
    needs=frozenset({Need.EMPLOYMENTS}),
    columns=lambda _: lives.DESTINATIONS | stages.STEPS | lives.JOBS,
    tables=(
        TableDefinition(id="time_in_step", count=_time_in_step),
        TableDefinition(id="waiting", count=_waiting),
        TableDefinition(id="transitions", count=_transitions),
        TableDefinition(id="placements", count=_placements),
        TableDefinition(id="destinations", count=_destinations),
        TableDefinition(id="dropout_months", count=_dropout_months),
    ),
)
