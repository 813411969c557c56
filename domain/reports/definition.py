"""What a report is before it is run: its name and version, its parameters, whether it may be published, its tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Final, Protocol, TypeAlias, TypeVar, cast

from domain.path import Title
from domain.refusals import Refusal
from domain.report_publication import PublishedLine
from domain.reports.evidence import EntryRef, Evidence
from domain.reports.fact_columns import ColumnsOf
from domain.reports.facts import Facts, Need
from domain.reports.table import Note, Publication, Report, Table


class ParameterKind(StrEnum):
    """What a parameter is given as."""

    MUNICIPALITY = "municipality"
    """Eight-digit AGS; refused when nothing of it is on record."""
    CODE = "code"
    """One of ``choices``."""
    CODES = "codes"
    """Several of ``choices``, separated by commas, or none."""
    NUMBER = "number"
    """A whole number from ``least`` to ``most``."""
    DATE = "date"
    GRANT = "grant"
    """The reference of a grant notice; refused when there is none."""


ParameterValue: TypeAlias = str | int | date


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A parameter of a report. Without it given, ``default`` counts; None means: all, or none. What follows from the
    reference date instead is ``default_on`` it.

    ``rule`` marks the value of a rule (an age limit, an own share): what can be changed in a counterfactual run.
    """

    name: str
    title: Title
    kind: ParameterKind
    default: ParameterValue | None = None
    default_on: Callable[[date], date] | None = None
    choices: tuple[str, ...] = ()
    least: int = 0
    most: int = 1_000_000_000
    rule: bool = False


MUNICIPALITY: Final = Parameter(
    name="municipality",
    title=Title(de="Kommune (AGS)", en="municipality (AGS)"),
    kind=ParameterKind.MUNICIPALITY,
)

T = TypeVar("T")


class Scope(Protocol):
    """Which facts are asked for."""

    def __call__(self, one: Any) -> bool:
        """Whether a fact is."""

    def shadows(self, one: Any) -> Iterable[tuple[Any, int]]:
        """How one that is not would be but for an entry of its stream, with the version of that."""

    def because(self, one: Any) -> tuple[EntryRef, ...]:
        """The entries of other streams without which it would not be asked for."""

    def cases(
        self,
        places: Iterable[str],
        opened: Iterable[date],
        closed: Iterable[date | None],
        declined: Iterable[date | None],
    ) -> Iterable[bool]:
        """Of cases by column: whether each is."""

    def entries(
        self, places: Iterable[str | None], modules: Iterable[str], entered: Iterable[date | None]
    ) -> Iterable[bool]:
        """The same of participations and spans of coaching; one without a place is not, nor one not entered."""

    def contracts(self, places: Iterable[str | None], signed: Iterable[date]) -> Iterable[bool]:
        """The same of contracts."""


_OF_NO_CASE: Final[set[Callable[..., Any]]] = set()


def of_no_case(made: Callable[[Counting], T]) -> Callable[[Counting], T]:
    """Marks what looks at nothing but the day, the parameters and facts of no case: grants, offers, rules."""
    _OF_NO_CASE.add(made)
    return made


@dataclass(frozen=True, slots=True, kw_only=True)
class Counting:
    """One run of a report: what is counted from, as of when, with which parameters, and whether evidence is collected."""

    facts: Facts
    as_of: date
    parameters: Mapping[str, ParameterValue] = field(default_factory=dict)
    evidence: Evidence | None = None
    scope: Scope | None = None
    """Which facts are asked for beyond the municipality: those of a grant. None: all."""
    shared: dict[Any, Any] = field(default_factory=dict)
    """What was made of facts of no case, for all runs that have the same ones: the pages of a drill-down."""
    _made: dict[Any, Any] = field(default_factory=dict)
    _narrower: list[Counting] = field(default_factory=list)

    def once(self, made: Callable[[Counting], T]) -> T:
        """What ``made`` makes of this run, made once however many tables ask for it."""
        there = self.shared if made in _OF_NO_CASE else self._made
        if made not in there:
            there[made] = made(self)
        return cast("T", there[made])

    def narrowed(self, scope: Scope) -> Counting:
        """The same run about the facts that ``scope`` takes."""
        narrower = Counting(
            facts=self.facts,
            as_of=self.as_of,
            parameters=self.parameters,
            evidence=self.evidence,
            scope=scope,
            shared=self.shared,
        )
        self._narrower.append(narrower)
        return narrower

    def forget(self) -> None:
        """Let go of what was made, when nothing more is asked: some of it holds this run, which holds it, and a town would
        stay until a collector comes by."""
        for narrower in self._narrower:
            narrower.forget()
        self._narrower.clear()
        self._made.clear()

    @property
    def municipality(self) -> str | None:
        """The municipality asked for; None means all."""
        return cast("str | None", self.parameters.get(MUNICIPALITY.name))

    def within(self, one: Any) -> bool:
        """Whether a fact with a ``place`` is of the municipality and the scope asked for."""
        place = self.municipality
        return place in (None, one.place.municipality) and (self.scope is None or self.scope(one))


@dataclass(frozen=True, slots=True, kw_only=True)
class TableDefinition:
    """One table: counted by itself, so that a drill-down counts no other."""

    id: str
    count: Callable[[Counting], Table]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What is seen of counted tables, and what the head of the report says of them."""

    tables: tuple[Table, ...]
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """What makes a report fit for publication. ``seen`` gives its counted tables as they are published, ``kept`` what is
    recorded of them when they are, ``refusal`` why they cannot be published like this at all."""

    seen: Callable[[Counting, tuple[Table, ...]], Seen]
    kept: Callable[[Counting, tuple[Table, ...]], tuple[PublishedLine, ...]]
    threshold: Callable[[Counting], int]
    refusal: Callable[[Counting], Refusal | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """Reports of fixed periods. ``day`` is the day that the figures are of when they are asked for as of another one,
    ``titled`` what the title says of it."""

    day: Callable[[date], date]
    titled: Callable[[date], Title]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportDefinition:
    """A report that can be run. ``version`` is raised when any figure is defined differently."""

    name: str
    version: int
    title: Title
    publication: Publication
    parameters: tuple[Parameter, ...]
    tables: tuple[TableDefinition, ...]
    needs: frozenset[Need] = frozenset()
    control: Control | None = None
    refusal: Callable[[Counting], Refusal | None] | None = None
    """Why parameters that are sound one by one make no report together."""
    edition: Edition | None = None
    columns: Callable[[Mapping[str, ParameterValue]], ColumnsOf] | None = None
    """What is looked at with these parameters where no evidence is collected; None: all columns of what it ``needs``."""
    names_cases: bool = True
    """Whether a drill-down and a delta may name cases, if only by pseudonym: docs/decisions/0027."""

    def run(
        self,
        facts: Facts,
        as_of: date,
        parameters: Mapping[str, ParameterValue] | None = None,
        evidence: Evidence | None = None,
    ) -> Report:
        """The report as of ``as_of``. With ``evidence`` that is filled; it changes no byte of the report."""
        counting = self.counting(facts, as_of, parameters, evidence)
        report = self.report(counting.as_of, counting.parameters, self.seen(counting))
        if evidence is None:
            counting.forget()
        return report

    def seen(self, counting: Counting) -> Seen:
        """All tables counted, and what is published controlled. Raises ValueError for a published report without control."""
        tables = self.counted(counting)
        if self.publication is Publication.INTERNAL:
            return Seen(tables=tables)
        if self.control is None:
            raise ValueError(f"report {self.name} is published without disclosure control")
        return self.control.seen(counting, tables)

    def counted(self, counting: Counting) -> tuple[Table, ...]:
        """All tables before any control."""
        return tuple(table.count(counting) for table in self.tables)

    def counting(
        self,
        facts: Facts,
        as_of: date,
        parameters: Mapping[str, ParameterValue] | None = None,
        evidence: Evidence | None = None,
    ) -> Counting:
        """A run with the defaults filled in, as of the day that its figures are of.

        Raises ValueError for a parameter that the report does not have.
        """
        day = as_of if self.edition is None else self.edition.day(as_of)
        return Counting(facts=facts, as_of=day, parameters=self._filled(parameters), evidence=evidence)

    def looked_at(self, parameters: Mapping[str, ParameterValue]) -> ColumnsOf | None:
        """The columns that a run with these parameters looks at when no evidence is collected; None: all. Raises as
        ``counting``."""
        return None if self.columns is None else self.columns(self._filled(parameters))

    def _filled(self, parameters: Mapping[str, ParameterValue] | None) -> dict[str, ParameterValue]:
        given = dict(parameters or {})
        unknown = set(given) - {parameter.name for parameter in self.parameters}
        if unknown:
            raise ValueError(f"report {self.name} has no parameter {', '.join(sorted(unknown))}")
        return {
            parameter.name: value
            for parameter in self.parameters
            if (value := given.get(parameter.name, parameter.default)) is not None
        }

    def report(self, as_of: date, parameters: Mapping[str, ParameterValue], seen: Seen) -> Report:
        """The value made of what is ``seen`` as of the day the figures are of."""
        return Report(
            name=self.name,
            version=self.version,
            title=self.title if self.edition is None else self.edition.titled(as_of),
            publication=self.publication,
            as_of=as_of,
            parameters=tuple((name, str(value)) for name, value in parameters.items()),
            tables=seen.tables,
            notes=seen.notes,
        )

    def table(self, table_id: str) -> TableDefinition:
        """A table by its id. Raises KeyError."""
        for table in self.tables:
            if table.id == table_id:
                return table
        raise KeyError(table_id)
