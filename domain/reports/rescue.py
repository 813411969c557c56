"""The rescue list: who will not count at the cut-off because an answer is missing, whom to call, and what it costs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Final, NamedTuple
from uuid import UUID

from domain.characteristics import spell_on
from domain.path import Title
from domain.periods import Period, end_of
from domain.projections.characteristics import CharacteristicsRow, read
from domain.reports import rescue_definitions as means
from domain.reports.definition import (
    MUNICIPALITY,
    Counting,
    Parameter,
    ParameterKind,
    ReportDefinition,
    TableDefinition,
)
from domain.reports.facts import Need
from domain.reports.rates_known import rates_known
from domain.reports.rescue_definitions import MANDATORY, Call, Missing, Profile
from domain.reports.statistics_facts import (
    COACHING,
    Attended,
    Contacted,
    attended,
    because_entered,
    by,
    cases,
    shadows,
)
from domain.reports.table import TOTAL, Cell, NotComputable, Publication, Table
from domain.reports.tally import Tally
from domain.reports.teaching_units import rate_of, taught
from domain.values import Destination, FundingModule, LegalRegime, ResidenceStatus

NAME: Final = "rescue"
VERSION: Final = 2
FOLLOW_UP_AFTER: Final = Period(months=6)

PROFILE: Final = Parameter(
    name="profile",
    title=Title(de="gezählt für", en="counted for"),
    kind=ParameterKind.CODE,
    default=Profile.PROGRAMME.value,
    choices=tuple(profile.value for profile in Profile),
)


class Rescue(NamedTuple):
    """A case that was entered and lacks an answer."""

    case_id: UUID
    missing: tuple[Missing, ...]
    call: Call
    participations: int
    at_risk: Cell


def rescues(counting: Counting) -> list[Rescue]:
    """The cases to be rescued, those with most at stake first, then by their number."""
    entered = _entered(counting)
    answers = {row.case_id: row for row in counting.facts.characteristics}
    at_risk = _at_risk(counting)
    mandatory = MANDATORY[Profile(str(counting.parameters[PROFILE.name]))]
    found = []
    for one in counting.once(cases):
        steps = entered.get(one.case_id)
        if not steps:
            continue
        lacking = set(_lacking(one, answers.get(one.case_id), counting.as_of))
        missing = tuple(answer for answer in mandatory if answer in lacking)
        if missing:
            coached = any(step.module == COACHING and step.left_on is None for step in steps)
            call = Call.COACH if coached else Call.CASEWORKER
            cost = at_risk[one.case_id] if one.case_id in at_risk else _of_nothing(counting, steps)
            found.append(Rescue(one.case_id, missing, call, len(steps), cost))
    return sorted(found, key=lambda rescue: (-rescue.participations, rescue.case_id.int))


def _entered(counting: Counting) -> dict[UUID, list[Attended]]:
    place = counting.municipality
    entered: dict[UUID, list[Attended]] = defaultdict(list)
    for step in counting.once(attended):
        if place in (None, step.place.municipality):
            entered[step.case_id].append(step)
    return entered


def _lacking(one: Contacted, answers: CharacteristicsRow | None, as_of: date) -> Iterator[Missing]:
    if answers is None or answers.gender is None:
        yield Missing.GENDER
    if answers is None or answers.birth_month is None:
        yield Missing.BIRTH_MONTH
    if answers is None or not answers.nationalities:
        yield Missing.NATIONALITY
    status = spell_on(read(answers.statuses), as_of) if answers else None
    if status is None or status.value == ResidenceStatus.UNKNOWN:
        yield Missing.RESIDENCE_STATUS
    regime = spell_on(read(answers.regimes), as_of) if answers else None
    if regime is None or regime.value == LegalRegime.UNKNOWN:
        yield Missing.LEGAL_REGIME
    if one.case.school_leaving is None:
        yield Missing.SCHOOL_LEAVING
    closed_on = by(one.case.closed_on, as_of)
    if closed_on is None:
        return
    if one.case.destination in (None, Destination.UNKNOWN.value):
        yield Missing.DESTINATION
    if end_of(closed_on, FOLLOW_UP_AFTER) <= as_of and not by(one.case.follow_up_settled_on, as_of):
        yield Missing.FOLLOW_UP


def _at_risk(counting: Counting) -> dict[UUID, int]:
    """What the teaching units that a case attended by the reference date are worth, as far as their rate is known."""
    rates = counting.once(rates_known)
    worth: dict[UUID, int] = defaultdict(int)
    for one in counting.once(taught):
        if (rate := rate_of(one, rates)) is not None:
            worth[one.case_id] += one.attended * rate.amount_cents
    return dict(worth)


def _of_nothing(counting: Counting, steps: list[Attended]) -> Cell:
    """Nobody attended a unit whose rate is known: 0 where there is a rate for a module that was entered."""
    rates = counting.once(rates_known)
    entered = {step.module for step in steps}
    known = any(rates.any_for(module, counting.as_of) for module in FundingModule if module in entered)
    return 0 if known else NotComputable.RATE_NOT_KNOWN


# -------------------------------------------------------------------- tables


def _counting(counting: Counting) -> Table:
    place = counting.municipality
    tally = Tally(
        id="counting",
        title=Title(de="Wer am Stichtag zählt", en="Who counts on the reference date"),
        keys=(Title(de="alle", en="all"),),
        columns=means.COUNTING,
        evidence=counting.evidence,
        shadows=shadows,
        within=None if place is None else lambda one: one.place.municipality == place,
    )
    lacking = len(counting.once(rescues))
    tally.persons(
        "entered",
        counting.once(attended),
        lambda _: (TOTAL,),
        because_entered,
        person=lambda one: one.case_id,
    )
    entered = tally.cell("entered", (TOTAL,))
    assert isinstance(entered, int)  # noqa: S101 # cases are counted
    tally.put("incomplete", (TOTAL,), lacking, "cases_on_the_list")
    tally.put("complete", (TOTAL,), entered - lacking, "difference", (tally.ref("entered", (TOTAL,)),))
    return tally.table([(TOTAL,)])


def _gaps(counting: Counting) -> Table:
    tally = Tally(
        id="gaps",
        title=Title(de="Fehlende Angaben", en="Missing answers"),
        keys=(Title(de="fehlende Angabe", en="missing answer"),),
        columns=means.GAPS,
        evidence=counting.evidence,
    )
    found = counting.once(rescues)
    mandatory = MANDATORY[Profile(str(counting.parameters[PROFILE.name]))]
    for answer in mandatory:
        number = sum(answer in rescue.missing for rescue in found)
        tally.put("cases", (answer.value,), number, "cases_on_the_list")
    return tally.table([(answer.value,) for answer in mandatory])


def _rescue(counting: Counting) -> Table:
    tally = Tally(
        id="rescue",
        title=Title(de="Rettungsliste", en="Rescue list"),
        keys=(Title(de="Fall", en="case"),),
        columns=means.RESCUE,
        evidence=counting.evidence,
    )
    found = counting.once(rescues)
    for column in means.RESCUE:
        for rescue in found:
            tally.put(column.id, (str(rescue.case_id),), _cell(rescue, column.id), "answers_on_record")
    if not found:
        for column in means.RESCUE:
            tally.put(column.id, (TOTAL,), "" if column.id in ("missing", "call") else 0, "answers_on_record")
    return tally.table([(str(rescue.case_id),) for rescue in found])


def _cell(rescue: Rescue, column: str) -> Cell:
    match column:
        case "missing":
            return " ".join(answer.value for answer in rescue.missing)
        case "call":
            return rescue.call.value
        case "participations":
            return rescue.participations
        case _:
            return rescue.at_risk


RESCUE: Final = ReportDefinition(
    name=NAME,
    version=VERSION,
    title=Title(de="Rettungsliste: wer nicht zählen wird", en="Rescue list: who will not count"),
    publication=Publication.INTERNAL,
    parameters=(MUNICIPALITY, PROFILE),
    needs=frozenset({Need.CHARACTERISTICS}),
    tables=(
        TableDefinition(id="counting", count=_counting),
        TableDefinition(id="gaps", count=_gaps),
        TableDefinition(id="rescue", count=_rescue),
    ),
)
