"""The statistics report: who came, who is there, who left and where to; persons and participations never mixed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from domain.path import Title
from domain.reports import statistics_definitions as means
from domain.reports.facts import CaseFact, Facts, TrainingFact
from domain.reports.quarters import Quarter, quarter_of, quarters
from domain.reports.table import TOTAL, Cell, Line, NotComputable, Report, Table, ratio, share
from domain.values import Destination, FundingModule, Gender

NAME: Final = "statistics"
VERSION: Final = 1

_MODULE = Title(de="Förderbaustein", en="funding module")
_MUNICIPALITY = Title(de="Kommune (AGS)", en="municipality (AGS)")
_QUARTER = Title(de="Quartal", en="quarter")
_REASON = Title(de="Grund", en="reason")
_KIND = Title(de="Art", en="kind")
_DESTINATION = Title(de="Verbleib", en="destination")

NO_MODULE: Final = "unknown"
COACHING: Final = FundingModule.F1.value


@dataclass(frozen=True, slots=True)
class _Attended:
    """A participation that was entered by the reference date, whatever its module."""

    person: UUID
    woman: bool
    municipality: str
    module: str
    entered_on: date
    left_on: date | None
    abandon_ground: str | None

    def in_stock(self, on: date) -> bool:
        """Entry by that day and no exit, or an exit after it."""
        return self.entered_on <= on and (self.left_on is None or self.left_on > on)


def statistics(facts: Facts, as_of: date, municipality: str | None = None) -> Report:
    """The statistics as of ``as_of``, of one municipality or all."""
    cases = [
        case for case in facts.cases if case.opened_on <= as_of and municipality in (None, case.municipality)
    ]
    ids = {case.case_id for case in cases}
    attended = _attended(facts, cases, as_of, municipality)
    trainings = [t for t in facts.trainings if t.case_id in ids and t.signed_on <= as_of]
    return Report(
        name=NAME,
        version=VERSION,
        title=Title(de="Statistik der Begleitung", en="Statistics of the accompaniment"),
        as_of=as_of,
        municipality=municipality,
        tables=(
            _reach(cases, attended, as_of),
            _flow(attended, as_of),
            _modules(attended, as_of),
            _placements(trainings, as_of),
            _dropouts(attended, trainings, as_of),
            _destinations(cases, as_of),
            _density(cases, facts, as_of),
        ),
    )


def _attended(
    facts: Facts, cases: Iterable[CaseFact], as_of: date, municipality: str | None
) -> list[_Attended]:
    known = {case.case_id: case for case in cases}
    found = [
        _Attended(
            p.participant_id,
            p.gender == Gender.FEMALE,
            p.municipality,
            p.module or NO_MODULE,
            p.entered_on,
            _by(p.left_on, as_of),
            p.abandon_ground if _by(p.left_on, as_of) else None,
        )
        for p in facts.participations
        if p.entered_on is not None and p.entered_on <= as_of and municipality in (None, p.municipality)
    ]
    for span in facts.spans:
        case = known.get(span.case_id)
        if case is not None and span.from_on <= as_of:
            found.append(
                _Attended(
                    case.participant_id,
                    case.gender == Gender.FEMALE,
                    case.municipality,
                    COACHING,
                    span.from_on,
                    _by(span.to_on, as_of),
                    None,
                )
            )
    return found


def _by(day: date | None, as_of: date) -> date | None:
    """``day`` if it had come by the reference date."""
    return day if day is not None and day <= as_of else None


# -------------------------------------------------------------------- tables


def _reach(cases: list[CaseFact], attended: list[_Attended], as_of: date) -> Table:
    by_place: dict[str, list[CaseFact]] = defaultdict(list)
    entered: dict[str, set[UUID]] = defaultdict(set)
    for case in cases:
        by_place[case.municipality].append(case)
        by_place[TOTAL].append(case)
    for one in attended:
        entered[one.municipality].add(one.person)
        entered[TOTAL].add(one.person)

    def cells(place: str) -> tuple[Cell, ...]:
        here = by_place[place]
        persons = {case.participant_id for case in here}
        women = {case.participant_id for case in here if case.gender == Gender.FEMALE}
        won = {c.participant_id for c in here if _by(c.plan_agreed_on, as_of)} | entered[place]
        declined = {c.participant_id for c in here if _by(c.declined_on, as_of)} - won
        return (
            len(persons),
            len(won),
            len(declined),
            len(persons - won - declined),
            len(women),
            share(len(women), len(persons)),
        )

    return Table(
        id="reach",
        title=Title(de="Erreichte Personen nach Kommune", en="Persons reached by municipality"),
        keys=(_MUNICIPALITY,),
        columns=means.REACH,
        lines=tuple(Line(key=(place,), cells=cells(place)) for place in _totalled(by_place)),
    )


def _flow(attended: list[_Attended], as_of: date) -> Table:
    """Lines with nothing in them are left out; every line with an entry so far is there."""
    groups: dict[tuple[str, str], list[_Attended]] = defaultdict(list)
    for one in attended:
        groups[one.module, one.municipality].append(one)
        groups[TOTAL, TOTAL].append(one)
    first = min((one.entered_on for one in attended), default=as_of)
    lines = [
        Line(key=(str(quarter), *key), cells=cells)
        for quarter in quarters(first, as_of)
        for key in sorted(groups, key=lambda key: (key[0] == TOTAL, key))
        if (cells := _flow_cells(groups[key], quarter, min(quarter.last_day, as_of)))
    ]
    return Table(
        id="flow",
        title=Title(
            de="Eintritte, Austritte und Bestand nach Quartal, Baustein und Kommune",
            en="Entries, exits and stock by quarter, module and municipality",
        ),
        keys=(_QUARTER, _MODULE, _MUNICIPALITY),
        columns=means.FLOW,
        lines=tuple(lines),
    )


def _flow_cells(group: list[_Attended], quarter: Quarter, end: date) -> tuple[Cell, ...] | None:
    cumulative = sum(one.entered_on <= end for one in group)
    if cumulative == 0:
        return None
    stock = [one for one in group if one.in_stock(end)]
    return (
        sum(quarter_of(one.entered_on) == quarter for one in group),
        sum(one.left_on is not None and quarter_of(one.left_on) == quarter for one in group),
        len(stock),
        len({one.person for one in stock}),
        cumulative,
    )


def _modules(attended: list[_Attended], as_of: date) -> Table:
    groups: dict[str, list[_Attended]] = defaultdict(list)
    for one in attended:
        groups[one.module].append(one)
        groups[TOTAL].append(one)

    def cells(group: list[_Attended]) -> tuple[Cell, ...]:
        persons = {one.person for one in group}
        women = {one.person for one in group if one.woman}
        left = sum(one.left_on is not None for one in group)
        early = sum(one.abandon_ground is not None for one in group)
        return (
            len(group),
            len(persons),
            sum(one.in_stock(as_of) for one in group),
            left,
            early,
            share(early, left),
            len(women),
            share(len(women), len(persons)),
        )

    return Table(
        id="modules",
        title=Title(de="Teilnahmen nach Förderbaustein", en="Participations by funding module"),
        keys=(_MODULE,),
        columns=means.MODULES,
        lines=tuple(Line(key=(module,), cells=cells(groups[module])) for module in _totalled(groups)),
    )


def _placements(trainings: list[TrainingFact], as_of: date) -> Table:
    groups: dict[str, list[TrainingFact]] = defaultdict(list)
    for training in trainings:
        groups[training.kind].append(training)
        groups[TOTAL].append(training)

    def cells(group: list[TrainingFact]) -> tuple[Cell, ...]:
        started = [t for t in group if _by(t.entered_on, as_of)]
        return (
            len(group),
            len(started),
            len({t.participant_id for t in started}),
            sum(_by(t.left_on, as_of) is not None and t.break_off_ground is not None for t in group),
        )

    return Table(
        id="placements",
        title=Title(de="Vermittlung in Ausbildung", en="Placements in Ausbildung"),
        keys=(_KIND,),
        columns=means.PLACEMENTS,
        lines=tuple(Line(key=(kind,), cells=cells(groups[kind])) for kind in _totalled(groups)),
    )


def _dropouts(attended: list[_Attended], trainings: list[TrainingFact], as_of: date) -> Table:
    counted: Counter[tuple[str, str]] = Counter()
    for one in attended:
        if one.abandon_ground is not None:
            counted[one.module, one.abandon_ground] += 1
    for training in trainings:
        if _by(training.left_on, as_of) and training.break_off_ground is not None:
            counted["ausbildung", training.break_off_ground] += 1
    lines = [Line(key=key, cells=(number,)) for key, number in sorted(counted.items())]
    return Table(
        id="dropouts",
        title=Title(de="Abbrüche nach Schritt und Grund", en="Dropouts by step and reason"),
        keys=(Title(de="Schritt", en="step"), _REASON),
        columns=means.DROPOUTS,
        lines=(*lines, Line(key=(TOTAL, TOTAL), cells=(counted.total(),))),
    )


NOT_REACHED: Final = "not_reached"
NOT_ASKED_YET: Final = "not_asked_yet"


def _destinations(cases: list[CaseFact], as_of: date) -> Table:
    closed = [case for case in cases if _by(case.closed_on, as_of)]
    at_exit: dict[str, set[UUID]] = defaultdict(set)
    later: dict[str, set[UUID]] = defaultdict(set)
    for case in closed:
        at_exit[case.destination or Destination.UNKNOWN.value].add(case.participant_id)
        if _by(case.follow_up_settled_on, as_of) is None:
            later[NOT_ASKED_YET].add(case.participant_id)
        else:
            later[case.follow_up_destination or NOT_REACHED].add(case.participant_id)
    everybody = {case.participant_id for case in closed}
    rows = [*(destination.value for destination in Destination), NOT_REACHED, NOT_ASKED_YET]
    lines = [Line(key=(row,), cells=(len(at_exit[row]), len(later[row]))) for row in rows]
    return Table(
        id="destinations",
        title=Title(
            de="Verbleib beim Austritt und nach sechs Monaten", en="Destination at exit and after six months"
        ),
        keys=(_DESTINATION,),
        columns=means.DESTINATIONS,
        lines=(*lines, Line(key=(TOTAL,), cells=(len(everybody), len(everybody)))),
    )


def _density(cases: list[CaseFact], facts: Facts, as_of: date) -> Table:
    contacts = {contact.case_id: contact for contact in facts.contacts}
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for case in cases:
        if _by(case.declined_on, as_of):
            continue
        end = _by(case.closed_on, as_of) or as_of
        contact = contacts.get(case.case_id)
        for place in (case.municipality, TOTAL):
            sums[place][0] += contact.held if contact else 0
            sums[place][1] += contact.attempted if contact else 0
            sums[place][2] += (end - case.opened_on).days + 1

    def cells(place: str) -> tuple[Cell, ...]:
        held, attempted, days = sums[place]
        # A month is 365.25 / 12 = 487 / 16 days.
        density: int | NotComputable = ratio(held * 487, days * 16, 100)
        return (held, attempted, days, density)

    return Table(
        id="contact_density",
        title=Title(de="Kontaktdichte", en="Contact density"),
        keys=(_MUNICIPALITY,),
        columns=means.DENSITY,
        lines=tuple(Line(key=(place,), cells=cells(place)) for place in _totalled(sums)),
    )


def _totalled(groups: Iterable[str]) -> list[str]:
    """The keys in order, the total last; the total is there even when there is nothing else."""
    return [*sorted(set(groups) - {TOTAL}), TOTAL]
