"""The report on people contacted but not won: by municipality, by who sent them, and why their intake was declined."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from datetime import date
from itertools import compress
from operator import or_
from typing import Any, Final, NamedTuple
from uuid import UUID

from domain.characteristics import NOT_ASKED
from domain.path import Title
from domain.reports import not_won_definitions as means
from domain.reports.bundle_scope import Come, bundle_scope, members_by
from domain.reports.bundles import bundled
from domain.reports.definition import MUNICIPALITY, Counting, ReportDefinition, TableDefinition
from domain.reports.fact_columns import ColumnsOf, column, ids
from domain.reports.facts import Need, ParticipationFact, ReferralFact, SpanFact
from domain.reports.journeys import AUSBILDUNG, Journey, Step, journeys
from domain.reports.leaving_out import ItemTally, Said, Together
from domain.reports.lives import UNASKED
from domain.reports.statistics import difference
from domain.reports.statistics_facts import COACHING, by, cases
from domain.reports.table import TOTAL, Cell, Publication, Table, share
from domain.reports.tally import Key, Tally

NAME: Final = "not_won"
VERSION: Final = 1

_MUNICIPALITY = Title(de="Kommune (AGS)", en="municipality (AGS)")
_SOURCE = Title(de="Zugangsweg", en="referral source")
_GROUND = Title(de="Grund der Ablehnung", en="reason of decline")


class Reached(NamedTuple):
    """A person reached by a case: who sent them, the plans agreed by the reference date, and their way since."""

    case_id: UUID
    participant_id: UUID
    place: str
    journey: Journey
    plans: frozenset[tuple[date, int]]
    source: str
    ground: str | None

    def entries(self) -> set[int]:
        """As ``Counted``."""
        return (self.journey.entries() | {version for _, version in self.plans}) - {0, 1}

    def without(self, version: int) -> Reached:
        """As ``Counted``."""
        journey = self.journey.without(version)
        plans = frozenset(plan for plan in self.plans if plan[1] != version)
        return self._replace(place=journey.place, journey=journey, plans=plans)

    @property
    def won_by(self) -> list[int]:
        """The entries each of which wins a person: a plan agreed, a module entered."""
        entered = (step.entered_version for step in self.journey.steps if step.kind != AUSBILDUNG)
        return [*(version for _, version in self.plans), *entered]

    @property
    def declined(self) -> bool:
        """Whether the intake was declined."""
        return self.journey.declined_on is not None


def reached(counting: Counting) -> list[Reached]:
    """The cases asked for."""
    as_of = counting.as_of
    referrals = {one.case_id: one for one in counting.facts.referrals}
    contacted = {one.case_id: one.case for one in counting.once(cases)}
    found = []
    for journey in counting.once(journeys):
        case, referral = contacted[journey.case_id], referrals[journey.case_id]
        dated = ((case.first_plan_on, case.first_plan_version), (case.plan_agreed_on, case.plan_version))
        plans = frozenset((on, version) for on, version in dated if on is not None and by(on, as_of))
        found.append(
            Reached(
                journey.case_id,
                journey.participant_id,
                journey.place,
                journey,
                plans,
                referral.referral_source or NOT_ASKED,
                referral.decline_ground,
            )
        )
    return found


_OF_PLANS: Final = ("first_plan_on", "plan_agreed_on")
_LOOKED_AT: Final[ColumnsOf] = {
    "cases": (
        *("case_id", "participant_id", "municipality", "gender", "opened_on", "declined_on"),
        *_OF_PLANS,
    ),
    "participations": ("case_id", "entered_on"),
    "spans": ("case_id", "from_on"),
    "referrals": ReferralFact._fields,
}
_ENTERED: Final = Step(COACHING, date.min, None, False, 0, 0, 0, 0)
"""A module was entered; of which and when nothing is asked."""


def _together(counting: Counting) -> Sequence[Any]:
    """The same in bundles where that may be: by what is counted, who sent them, and whether anything won them."""
    if not bundled(counting):
        return counting.once(reached)
    facts, scope, come = counting.facts, counting.once(bundle_scope), Come(counting.as_of)
    entered: set[int] = set()
    for of_case, days in (
        (
            ids(facts.participations, ParticipationFact, "case_id"),
            column(facts.participations, ParticipationFact, "entered_on"),
        ),
        (ids(facts.spans, SpanFact, "case_id"), column(facts.spans, SpanFact, "from_on")),
    ):
        entered.update(compress(scope.numbers_of(of_case), map(come.__getitem__, days)))
    referrals = dict(
        zip(
            ids(facts.referrals, ReferralFact, "case_id"),
            zip(
                column(facts.referrals, ReferralFact, "referral_source"),
                column(facts.referrals, ReferralFact, "decline_ground"),
                strict=True,
            ),
            strict=True,
        )
    )
    declined, first_plan, last_plan = (
        map(come.__getitem__, scope.column(name)) for name in ("declined_on", *_OF_PLANS)
    )
    keys = zip(
        scope.places,
        map(referrals.__getitem__, scope.ids),
        declined,
        map(or_, first_plan, last_plan),
        map(entered.__contains__, range(len(scope.ids))),
        strict=True,
    )
    return [
        Together(
            Reached(
                UNASKED.case_id,
                UNASKED.participant_id,
                place,
                UNASKED._replace(
                    declined_on=counting.as_of if was_declined else None,
                    steps=(_ENTERED,) if in_module else (),
                ),
                frozenset({(counting.as_of, 0)} if planned else ()),
                source or NOT_ASKED,
                ground,
            ),
            len(members),
            scope.persons_of(members),
        )
        for (place, (source, ground), was_declined, planned, in_module), members in members_by(
            enumerate(keys)
        ).items()
    ]


def _tally(counting: Counting, table: str, title: Title, keys: tuple[Title, ...], **given: Any) -> Tally:
    place = counting.municipality
    return Tally(
        id=table,
        title=title,
        keys=keys,
        evidence=counting.evidence,
        totals=lambda key: ((key[0], TOTAL), (TOTAL, key[1]), (TOTAL, TOTAL)),
        within=None if place is None else lambda item: item.place == place,
        bundled=bundled(counting),
        **given,
    )


# -------------------------------------------------------------------- tables


def _by_source(counting: Counting) -> Table:
    tally = _tally(
        counting,
        "by_source",
        Title(
            de="Erreichte Personen nach Kommune und Zugangsweg",
            en="Persons reached by municipality and referral source",
        ),
        (_MUNICIPALITY, _SOURCE),
        columns=means.REACH,
        hidden=("decided",),
    )

    def contacted(one: Reached) -> Iterator[Said]:
        yield (one.place, one.source), one.participant_id

    def won(one: Reached) -> Iterator[Said]:
        for version in one.won_by:
            yield (one.place, one.source), one.participant_id, version

    def decided(one: Reached) -> Iterator[Said]:
        yield from won(one)
        if one.declined:
            yield from contacted(one)

    columns = ItemTally(counting, tally, counting.once(_together))
    columns.persons("contacted", contacted)
    columns.persons("won", won)
    columns.persons("decided", decided)
    tally.derive("not_won", difference, "decided", "won")
    tally.derive("in_intake", difference, "contacted", "decided")
    tally.derive("not_won_share", not_won_share, "decided", "won")
    return tally.table(_lines(tally))


def not_won_share(decided: int, won: int) -> Cell:
    """Those not won of those about whom it is decided, in basis points."""
    return share(decided - won, decided)


def _declined(counting: Counting, table: str, title: Title, first: Title, by_place: bool) -> Table:
    tally = _tally(counting, table, title, (first, _GROUND), columns=means.DECLINED)

    def items(one: Reached) -> Iterator[tuple[Key, Hashable]]:
        if one.declined and one.ground is not None:
            yield (one.place if by_place else one.source, one.ground), one.participant_id

    columns = ItemTally(counting, tally, counting.once(_together))
    columns.count("declined", items)
    columns.persons("persons", items)
    return tally.table(_lines(tally))


def _reasons(counting: Counting) -> Table:
    title = Title(
        de="Abgelehnte Aufnahmen nach Kommune und Grund", en="Intakes declined by municipality and reason"
    )
    return _declined(counting, "reasons", title, _MUNICIPALITY, True)


def _reasons_by_source(counting: Counting) -> Table:
    title = Title(
        de="Abgelehnte Aufnahmen nach Zugangsweg und Grund",
        en="Intakes declined by referral source and reason",
    )
    return _declined(counting, "reasons_by_source", title, _SOURCE, False)


def _lines(tally: Tally) -> list[Key]:
    """Each first part with its seconds and its total, then the totals of the seconds and of all."""
    keys = tally.keys()
    lines: list[Key] = []
    for first in sorted({key[0] for key in keys}):
        lines += [*sorted(key for key in keys if key[0] == first), (first, TOTAL)]
    return [*lines, *((TOTAL, second) for second in sorted({key[1] for key in keys})), (TOTAL, TOTAL)]


NOT_WON: Final = ReportDefinition(
    name=NAME,
    version=VERSION,
    title=Title(de="Erreicht und nicht gewonnen", en="Contacted and not won"),
    publication=Publication.INTERNAL,
    parameters=(MUNICIPALITY,),
    needs=frozenset({Need.EMPLOYMENTS, Need.REFERRALS}),
    columns=lambda _: _LOOKED_AT,
    tables=(
        TableDefinition(id="by_source", count=_by_source),
        TableDefinition(id="reasons", count=_reasons),
        TableDefinition(id="reasons_by_source", count=_reasons_by_source),
    ),
)
