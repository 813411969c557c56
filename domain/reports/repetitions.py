"""The report on repeated measures: how many persons, never which; with gain and without, hints answered and not.

Hints stay on the page of the case (docs/decisions/0022). Here they are counted, over all municipalities; figures of one or
two persons are left out, and a drill-down names no case (docs/decisions/0027).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence, Set
from datetime import date
from typing import Any, Final, NamedTuple, TypeVar
from uuid import UUID

from domain.characteristics import NOT_STATED
from domain.participation import AbandonReason, CourseCertificate
from domain.path import RepetitionRule, Title
from domain.projections.repetition_answers import RepetitionAnswerRow
from domain.repetition import (
    AssessedMeasure,
    MeasureVerdict,
    brought_gain,
    close_together,
    same_kind,
    verdict_of_measure,
)
from domain.reports import repetitions_definitions as means
from domain.reports.bundle_scope import Come
from domain.reports.definition import Counting, Parameter, ParameterKind, ReportDefinition, TableDefinition
from domain.reports.disclosure import Figure, Sum, Threshold, protect
from domain.reports.fact_columns import column, fact_at, ids
from domain.reports.facts import CaseFact, MeasureFact, Need, TrainingFact
from domain.reports.leaving_out import ItemTally
from domain.reports.statistics_facts import by
from domain.reports.table import TOTAL, Line, NotComputable, Publication, Table
from domain.reports.tally import Key, Tally, total_of_all
from domain.values import LanguageLevel, OfferKind, ParticipationId, SchoolLeaving

F = TypeVar("F", bound=tuple[Any, ...])

NAME: Final = "repeated_measures"
VERSION: Final = 1
MONTHS: Final = Parameter(
    name="months",
    title=Title(de="Zeitraum in Monaten", en="window in months"),
    kind=ParameterKind.NUMBER,
    default=24,
    least=1,
    most=240,
    rule=True,
)
MEASURES: Final = Parameter(
    name="measures",
    title=Title(de="Kurse derselben Art darin", en="courses of the same kind within it"),
    kind=ParameterKind.NUMBER,
    default=2,
    least=2,
    most=20,
    rule=True,
)
EXCUSED: Final = Parameter(
    name="excused",
    title=Title(de="Gründe, die entschuldigen", en="reasons that excuse"),
    kind=ParameterKind.CODES,
    default="cancelled_by_provider,illness,parental_leave",
    choices=tuple(reason.value for reason in AbandonReason),
    rule=True,
)
LED_ON: Final = Parameter(
    name="led_on",
    title=Title(de="Gründe, die weiterführten", en="reasons that led on"),
    kind=ParameterKind.CODES,
    default="ausbildung_started,work_started",
    choices=tuple(reason.value for reason in AbandonReason),
    rule=True,
)
"""The defaults are those of domain/paths/durchstarten.toml, and a test holds them equal: a report depends on the log and on
its parameters alone, so it cannot ask the path of each case."""


class Begun(NamedTuple):
    """The start of an Ausbildung, and the two entries it needs."""

    on: date
    signed_version: int
    version: int


class Settled(NamedTuple):
    """An answer to hints: the participations it names, by its entry."""

    participations: frozenset[UUID]
    version: int


class Career(NamedTuple):
    """The measures of a case at the reference date, with what decides whether they count as repeated."""

    case_id: UUID
    participant_id: UUID
    place: str
    rule: RepetitionRule
    measures: tuple[MeasureFact, ...]
    trainings: tuple[Begun, ...]
    answers: tuple[Settled, ...]

    def entries(self) -> set[int]:
        """As ``Counted``. Where a case is says nothing here: all municipalities are counted together."""
        found = {answer.version for answer in self.answers}
        for training in self.trainings:
            found |= {training.signed_version, training.version}
        for one in self.measures:
            found |= {one.requested_version, one.kind_version, one.entered_version, one.left_version}
        return found - {0, 1}

    def without(self, version: int) -> Career:
        """As ``Counted``."""
        return self._replace(
            measures=tuple(
                _measure_without(one, version) for one in self.measures if one.requested_version != version
            ),
            trainings=tuple(one for one in self.trainings if version not in one[1:]),
            answers=tuple(one for one in self.answers if one.version != version),
        )


def _measure_without(one: MeasureFact, version: int) -> MeasureFact:
    if version == one.kind_version:
        one = one._replace(kind=None, level=None)
    if version == one.entered_version:
        one = one._replace(entered_on=None)
    if version == one.left_version:
        one = _unfinished(one)
    return one


def _unfinished(one: MeasureFact) -> MeasureFact:
    return one._replace(
        left_on=None,
        certificate=None,
        level_gained=None,
        school_leaving_gained=None,
        abandon_ground=None,
        left_version=0,
    )


def careers(counting: Counting) -> list[Career]:
    """The careers of the cases that had ended enough measures of one kind by the reference date; of the others there is
    nothing to count, whichever of their entries is left out."""
    as_of, rule, facts = counting.as_of, _rule(counting), counting.facts
    enough = _ended_enough(counting, rule)
    measures: dict[UUID, list[MeasureFact]] = defaultdict(list)
    for one in _of(enough, facts.measures, MeasureFact):
        if by(one.entered_on, as_of):
            measures[one.case_id].append(one if by(one.left_on, as_of) else _unfinished(one))
    trainings: dict[UUID, list[Begun]] = defaultdict(list)
    for training in _of(enough, facts.trainings, TrainingFact):
        if (on := by(training.entered_on, as_of)) is not None:
            begun = Begun(on, training.signed_version, training.entered_version)
            trainings[training.case_id].append(begun)
    answers: dict[UUID, list[Settled]] = defaultdict(list)
    for answer in _of(enough, facts.hint_answers, RepetitionAnswerRow):
        if answer.answered_on <= as_of:
            named = frozenset(UUID(text) for text in answer.participations.split())
            answers[answer.case_id].append(Settled(named, answer.version))
    return [
        Career(
            case.case_id,
            case.participant_id,
            case.municipality,
            rule,
            tuple(measures[case.case_id]),
            tuple(trainings[case.case_id]),
            tuple(answers[case.case_id]),
        )
        for case in _of(enough, facts.cases, CaseFact)
        if case.opened_on <= as_of
    ]


def _ended_enough(counting: Counting, rule: RepetitionRule) -> set[bytes]:
    """The cases with as many ended measures of one kind (and level, of language courses) as the rule asks for."""
    measures, come = counting.facts.measures, Come(counting.as_of)
    kinds, levels, entered, left = (
        column(measures, MeasureFact, name) for name in ("kind", "level", "entered_on", "left_on")
    )
    of_cases = ids(measures, MeasureFact, "case_id")
    ended = Counter(
        (case, kind, level if kind == _LANGUAGE else None)
        for case, kind, level, since, until in zip(of_cases, kinds, levels, entered, left, strict=True)
        if kind is not None and come[since] and come[until]
    )
    return {case for (case, _, _), number in ended.items() if number >= rule.measures}


_LANGUAGE: Final = OfferKind.LANGUAGE.value


def _of(chosen: Set[bytes], facts: Sequence[F], kind: type[F]) -> Iterator[F]:
    """The facts of these cases."""
    of_cases = ids(facts, kind, "case_id")
    return (fact_at(facts, number) for number, case in enumerate(of_cases) if case in chosen)


def _rule(counting: Counting) -> RepetitionRule:
    given = {name: str(value) for name, value in counting.parameters.items()}
    excused, led_on = (
        frozenset(AbandonReason(code) for code in given.get(parameter.name, "").split(",") if code)
        for parameter in (EXCUSED, LED_ON)
    )
    return RepetitionRule(
        months=int(given[MONTHS.name]),
        measures=int(given[MEASURES.name]),
        excused=excused,
        led_on=led_on,
        source="",
    )


class Series(NamedTuple):
    """Courses of one kind (and level) close together: whether they are a hint, brought something, and are answered."""

    kind: str
    hint: bool
    gained: bool
    answered: bool


def series_of(career: Career) -> Iterator[Series]:
    """The series of a case, one for each kind; for language courses one for each level, too."""
    ended: dict[tuple[OfferKind, LanguageLevel | None], list[AssessedMeasure]] = defaultdict(list)
    for one in career.measures:
        measure = _assessed(one, career)
        if measure.kind is not None and measure.verdict not in _NOT_ENDED:
            ended[same_kind(measure.kind, measure.level)].append(measure)
    for (kind, _), measures in ended.items():
        together = close_together(measures, career.rule)
        if not together:
            continue
        repeated = close_together((m for m in measures if m.verdict is MeasureVerdict.COUNTS), career.rule)
        named = {participation for answer in career.answers for participation in answer.participations}
        yield Series(
            kind.value,
            bool(repeated),
            any(measure.verdict is MeasureVerdict.GAINED for measure in together),
            named.issuperset(measure.participation_id for measure in repeated),
        )


_NOT_ENDED: Final = frozenset(
    {MeasureVerdict.NOT_STARTED, MeasureVerdict.STILL_RUNNING, MeasureVerdict.KIND_NOT_TOLD}
)


def _assessed(one: MeasureFact, career: Career) -> AssessedMeasure:
    verdict = verdict_of_measure(
        career.rule,
        entered_on=one.entered_on,
        left_on=one.left_on,
        kind_told=one.kind is not None,
        gained=brought_gain(
            CourseCertificate(one.certificate) if one.certificate else None,
            LanguageLevel(one.level_gained) if one.level_gained not in (None, NOT_STATED) else None,
            SchoolLeaving(one.school_leaving_gained)
            if one.school_leaving_gained not in (None, NOT_STATED)
            else None,
        ),
        ground=AbandonReason(one.abandon_ground) if one.abandon_ground else None,
    )
    since = one.entered_on
    if (
        verdict is MeasureVerdict.COUNTS
        and since is not None
        and any(begun.on >= since for begun in career.trainings)
    ):
        verdict = MeasureVerdict.AUSBILDUNG_SINCE
    return AssessedMeasure(
        participation_id=ParticipationId(one.participation_id),
        kind=OfferKind(one.kind) if one.kind else None,
        level=LanguageLevel(one.level) if one.level else None,
        verdict=verdict,
        entered_on=one.entered_on,
        left_on=one.left_on,
        entries=(),
    )


# --------------------------------------------------------------------- table


def counted(counting: Counting) -> Table:
    """The table with all its figures, small ones too: for the control and for tests, never for a reader."""
    tally = Tally(
        id="repeated_measures",
        title=Title(
            de="Personen mit wiederholten Kursen derselben Art",
            en="Persons with repeated courses of the same kind",
        ),
        keys=(Title(de="Art der Maßnahme", en="kind of measure"),),
        columns=means.REPETITIONS,
        evidence=counting.evidence,
        totals=total_of_all,
    )

    known: dict[UUID, tuple[Series, ...]] = {}

    def series(career: Career) -> Iterable[Series]:
        if counting.evidence is not None:
            # The career may be without one of its entries.
            return series_of(career)
        if career.case_id not in known:
            known[career.case_id] = tuple(series_of(career))
        return known[career.case_id]

    def persons(which: Callable[[Series], bool]) -> Callable[[Career], Iterator[tuple[Key, Hashable]]]:
        return lambda career: (((one.kind,), career.participant_id) for one in series(career) if which(one))

    def hints(which: Callable[[Series], bool]) -> Callable[[Career], Iterator[tuple[Key, Hashable]]]:
        return lambda career: (((one.kind,), None) for one in series(career) if one.hint and which(one))

    columns = ItemTally(counting, tally, counting.once(careers))
    columns.persons("persons", persons(lambda one: True))
    columns.persons("without_gain", persons(lambda one: one.hint))
    columns.persons("with_gain", persons(lambda one: one.gained and not one.hint))
    columns.persons("explained", persons(lambda one: not one.gained and not one.hint))
    columns.count("hints", hints(lambda one: True))
    columns.count("answered", hints(lambda one: one.answered))
    columns.count("unanswered", hints(lambda one: not one.answered))
    kinds = {key[0] for key in tally.keys()}  # noqa: SIM118 # not a mapping
    return tally.table([*((kind.value,) for kind in OfferKind if kind.value in kinds), (TOTAL,)])


def small_left_out(table: Table) -> Table:
    """The table without figures of one or two persons, and without what would give these away.

    The reader is taken to know that the lines add up to the total, the three columns of persons to the first and the last
    two to the hints, and that a hint is about a person, all but how often a person counts twice.
    """
    names = [column.id for column in table.columns]
    figures = {
        (name, line.key): Figure(value=int(str(cell)))
        for line in table.lines
        for name, cell in zip(names, line.cells, strict=True)
    }
    protection = protect(figures, list(_sums(table, names)), Threshold.THREE)
    hidden = frozenset(figures) if protection.exposed else protection.suppressed
    lines = tuple(
        Line(
            key=line.key,
            cells=tuple(
                NotComputable.SUPPRESSED if (name, line.key) in hidden and cell != 0 else cell
                for name, cell in zip(names, line.cells, strict=True)
            ),
        )
        for line in table.lines
    )
    return Table(id=table.id, title=table.title, keys=table.keys, columns=table.columns, lines=lines)


def _sums(table: Table, names: Sequence[str]) -> Iterator[Sum[tuple[str, Key]]]:
    parts = ("without_gain", "with_gain", "explained")
    for line in table.lines:
        key = line.key
        yield Sum(plus=tuple((part, key) for part in parts), minus=(("persons", key),))
        yield Sum(plus=(("answered", key), ("unanswered", key)), minus=(("hints", key),))
        yield Sum(plus=(("hints", key),), minus=(("without_gain", key),))
    lines = [line.key for line in table.lines if line.key != (TOTAL,)]
    for name in names if lines else ():
        yield Sum(plus=tuple((name, key) for key in lines), minus=((name, (TOTAL,)),))


def _repeated_measures(counting: Counting) -> Table:
    return small_left_out(counted(counting))


_FIRST_VERSION: Final = MeasureFact._fields.index("requested_version")
"""The versions of the entries behind it: the evidence looks at those."""

PARAMETERS: Final[Mapping[str, Parameter]] = {p.name: p for p in (MONTHS, MEASURES, EXCUSED, LED_ON)}

REPEATED_MEASURES: Final = ReportDefinition(
    name=NAME,
    version=VERSION,
    title=Title(de="Wiederholte Maßnahmen", en="Repeated measures"),
    publication=Publication.INTERNAL,
    parameters=tuple(PARAMETERS.values()),
    needs=frozenset({Need.MEASURES, Need.HINT_ANSWERS}),
    columns=lambda _: {
        "cases": ("case_id", "participant_id", "municipality", "opened_on"),
        "measures": MeasureFact._fields[:_FIRST_VERSION],
        "trainings": ("case_id", "entered_on"),
        "hint_answers": RepetitionAnswerRow._fields,
    },
    tables=(TableDefinition(id="repeated_measures", count=_repeated_measures),),
    names_cases=False,
)
