"""What a path is: its stages, the moves between them, what each demands, and the dates it watches. Data, not code."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from enum import StrEnum
from typing import Any, Final

from domain.eligible.rule import EligibilityRule
from domain.eligible.table import parse_eligibility
from domain.participation import AbandonReason
from domain.periods import DateKind
from domain.rates import Rate, parse_rates
from domain.title import Title as Title
from domain.values import Ags, DutyHolder

MOST_DAYS: Final = 366
"""Longest time that terms of escalation may move a target or an ultimate date."""


class InvalidPath(ValueError):
    """A path definition that cannot be used; the message names the place."""


class StageKind(StrEnum):
    """The kinds of stage that are code; which of them a programme has is data."""

    INTAKE = "intake"
    COACHING = "coaching"
    COURSE = "course"
    AUSBILDUNG = "ausbildung"
    FOLLOW_UP = "follow_up"


class Requirement(StrEnum):
    """What a stage may demand of the case before it can be entered."""

    INFORMATION_NOTICE = "information_notice"
    CONSENT_CASE_MANAGEMENT = "consent_case_management"
    ASSESSMENT = "assessment"
    ELIGIBILITY = "eligibility"
    PLAN = "plan"


class ReminderLevel(StrEnum):
    """First and repeated to the caseworker, escalated to the deputy, then to the coordinator (domain/routing.py)."""

    FIRST = "first"
    REPEATED = "repeated"
    ESCALATED = "escalated"
    COORDINATOR = "coordinator"


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """Limits of the programme, not of the engine. Ages in completed years at entry; None = no limit.

    ``running_courses_go_on``: whether a course that was entered goes on when the status or the Rechtskreis changes; None
    when nobody has laid it down, and then a person decides.
    """

    age_from: int | None
    age_to_inclusive: int | None
    source: str
    running_courses_go_on: bool | None = None

    def age_allowed(self, age: int) -> bool:
        """Whether a person of ``age`` completed years fits without an exception."""
        return (self.age_from is None or age >= self.age_from) and (
            self.age_to_inclusive is None or age <= self.age_to_inclusive
        )

    @property
    def age_text(self) -> str:
        """The range for messages, such as ``18–27``."""
        low = "" if self.age_from is None else str(self.age_from)
        high = "" if self.age_to_inclusive is None else str(self.age_to_inclusive)
        return f"{low}–{high}"


@dataclass(frozen=True, slots=True, kw_only=True)
class StageDefinition:
    """One stage of the path.

    It may be entered when one of ``after`` has been reached, every stage now open is in ``alongside`` and all of
    ``requires`` is fulfilled.
    """

    kind: StageKind
    title: Title
    after: frozenset[StageKind]
    alongside: frozenset[StageKind]
    requires: tuple[Requirement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderPlan:
    """A reminder ``offset_days`` before (negative) or after the date."""

    level: ReminderLevel
    offset_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalation:
    """When a date presses. Proposals of the path, never law.

    ``at_risk_percent`` of the time from the beginning to the target makes it at risk. The target lies
    ``target_days_before`` the date, the ultimate date ``ultimate_days_after`` it; a statutory date has no days after.
    """

    at_risk_percent: int = 80
    target_days_before: int = 0
    ultimate_days_after: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineDefinition:
    """A kind of date the path watches; the computation belongs to the rule id in domain/agenda.py.

    Statutory dates never stop in a hold.
    """

    rule: str
    kind: DateKind
    statutory: bool
    title: Title
    citation: str
    duty_holder: DutyHolder
    reminders: tuple[ReminderPlan, ...]
    after_days: int | None = None
    after_months: int | None = None
    escalation: Escalation | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RepetitionRule:
    """When measures of one kind count as repeated: at least ``measures`` without gain, the last of them begun at most
    ``months`` after the first. A measure abandoned for one of ``excused`` or ``led_on`` does not count."""

    months: int
    measures: int
    excused: frozenset[AbandonReason]
    led_on: frozenset[AbandonReason]
    source: str


class Reach(StrEnum):
    """How far an offer may be away."""

    MUNICIPALITY = "municipality"
    """In the same municipality only."""
    DISTRICT = "district"
    """Anywhere in the same Kreis: the first five digits of the AGS agree."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchingRule:
    """Which offers can be reached, and how late is too late: one that begins more than ``latest_start_days`` after the
    wanted day. ``also_reachable`` are pairs of municipalities beyond ``reach``, in both directions."""

    reach: Reach
    also_reachable: frozenset[frozenset[Ags]]
    latest_start_days: int
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PathDefinition:
    """A versioned path. A case records id and version and stays on them.

    ``watches`` names the law rules (domain/law) it watches, by group or by id; ``law_reminders`` are its own reminders
    for some of them, ``law_escalation`` when they press. ``escalation`` is for every date that has none of its own.
    ``eligibility`` are the programme's own rules of eligibility; those of the law stand with the law.
    Without ``repetition`` nothing is said about repeated measures, without ``matching`` no offer is said to fit:
    neither is guessed.
    """

    id: str
    version: int
    title: Title
    valid_from: date
    source: str
    programme: Programme
    stages: Mapping[StageKind, StageDefinition]
    deadlines: Mapping[str, DeadlineDefinition]
    watches: frozenset[str] = frozenset()
    law_reminders: Mapping[str, tuple[ReminderPlan, ...]] = field(default_factory=dict)
    rates: tuple[Rate, ...] = ()
    repetition: RepetitionRule | None = None
    eligibility: tuple[EligibilityRule, ...] = ()
    matching: MatchingRule | None = None
    escalation: Escalation = Escalation()
    law_escalation: Mapping[str, Escalation] = field(default_factory=dict)

    def escalation_of(self, rule: str) -> Escalation:
        """When a date of ``rule`` presses: its own terms, else those of the path."""
        definition = self.deadlines.get(rule)
        own = definition.escalation if definition is not None else self.law_escalation.get(rule)
        return own or self.escalation


def parse_path(text: str, known_rules: frozenset[str] | None = None) -> PathDefinition:
    """Read a definition from TOML.

    Raises InvalidPath naming the place when something is missing, unknown, doubled or contradicts itself; with
    ``known_rules`` also when a deadline names a rule that no code computes.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidPath(f"not valid TOML: {error}") from error
    try:
        path = _path(data)
    except (KeyError, TypeError, ValueError) as error:
        if isinstance(error, InvalidPath):
            raise
        missing = f"missing {error}" if isinstance(error, KeyError) else str(error)
        raise InvalidPath(f"path {data.get('id', '?')}: {missing}") from error
    if known_rules is not None and (unknown := set(path.deadlines) - known_rules):
        raise InvalidPath(f"path {path.id}: no code computes the rule(s) {', '.join(sorted(unknown))}")
    return path


def _path(data: dict[str, Any]) -> PathDefinition:
    stages = [_stage(item) for item in data["stages"]]
    deadlines = [_deadline(item) for item in data["deadlines"]]
    programme = data["programme"]
    law = data.get("law", {})
    law_reminders = {rule: _reminders(items) for rule, items in law.get("reminders", {}).items()}
    for rule, reminders in law_reminders.items():
        check_reminders(rule, reminders)
    law_escalation = {
        rule: _escalation(rule, terms, statutory=True) for rule, terms in law.get("escalation", {}).items()
    }
    if len({stage.kind for stage in stages}) != len(stages):
        raise InvalidPath(f"path {data['id']}: a stage is defined twice")
    if len({deadline.rule for deadline in deadlines}) != len(deadlines):
        raise InvalidPath(f"path {data['id']}: a deadline is defined twice")
    if StageKind.INTAKE not in {stage.kind for stage in stages}:
        raise InvalidPath(f"path {data['id']}: it has no intake")
    return PathDefinition(
        id=str(data["id"]),
        version=int(data["version"]),
        title=Title(**data["title"]),
        valid_from=data["valid_from"],
        source=data["source"],
        programme=Programme(
            age_from=programme.get("age_from"),
            age_to_inclusive=programme.get("age_to_inclusive"),
            source=programme["source"],
            running_courses_go_on=programme.get("running_courses_go_on"),
        ),
        stages={stage.kind: stage for stage in stages},
        deadlines={deadline.rule: deadline for deadline in deadlines},
        watches=frozenset(law.get("watches", ())),
        law_reminders=law_reminders,
        rates=parse_rates(data.get("rates", ())),
        repetition=_repetition(data["repeated_measures"]) if "repeated_measures" in data else None,
        matching=_matching(data["matching"]) if "matching" in data else None,
        escalation=_escalation("[escalation]", data.get("escalation", {}), statutory=False),
        law_escalation=law_escalation,
        eligibility=_eligibility(data.get("eligibility", {}), programme),
    )


def _matching(item: dict[str, Any]) -> MatchingRule:
    pairs = frozenset(frozenset(Ags(ags) for ags in pair) for pair in item.get("also_reachable", ()))
    if any(len(pair) != 2 or not all(re.fullmatch("[0-9]{8}", ags) for ags in pair) for pair in pairs):
        raise InvalidPath("matching: also_reachable has pairs of two different municipalities (AGS)")
    return MatchingRule(
        reach=Reach(item["reach"]),
        also_reachable=pairs,
        latest_start_days=_whole(item, "latest_start_days", 0, 730),
        source=item["source"],
    )


def _repetition(item: dict[str, Any]) -> RepetitionRule:
    rule = RepetitionRule(
        months=_whole(item, "months", 1, 120),
        measures=_whole(item, "measures", 2, 20),
        excused=frozenset(AbandonReason(ground) for ground in item["excused"]),
        led_on=frozenset(AbandonReason(ground) for ground in item["led_on"]),
        source=item["source"],
    )
    if doubled := rule.excused & rule.led_on:
        raise InvalidPath(f"repeated_measures: {', '.join(sorted(doubled))} is both excused and led_on")
    return rule


def _whole(item: dict[str, Any], name: str, lowest: int, highest: int) -> int:
    value = item[name]
    if type(value) is not int or not lowest <= value <= highest:
        raise InvalidPath(f"{name} is {value!r}, not a whole number from {lowest} to {highest}")
    return value


def _eligibility(table: dict[str, Any], programme: dict[str, Any]) -> tuple[EligibilityRule, ...]:
    """The programme's own rules; the one on the age takes its limits from the programme."""
    ages = {name: programme[name] for name in ("age_from", "age_to_inclusive") if name in programme}
    shared = {name: value for name, value in table.items() if name != "rules"}
    items = [item | (ages if item.get("looks_at") == "age" else {}) for item in table.get("rules", ())]
    return parse_eligibility(items, shared)


def _stage(item: dict[str, Any]) -> StageDefinition:
    return StageDefinition(
        kind=StageKind(item["kind"]),
        title=Title(**item["title"]),
        after=frozenset(StageKind(kind) for kind in item["after"]),
        alongside=frozenset(StageKind(kind) for kind in item["alongside"]),
        requires=tuple(Requirement(name) for name in item["requires"]),
    )


def _deadline(item: dict[str, Any]) -> DeadlineDefinition:
    reminders = _reminders(item["reminders"])
    check_reminders(item["rule"], reminders)
    return DeadlineDefinition(
        rule=item["rule"],
        kind=DateKind(item["kind"]),
        statutory=bool(item["statutory"]),
        title=Title(**item["title"]),
        citation=item["citation"],
        duty_holder=DutyHolder(item["duty_holder"]),
        reminders=reminders,
        after_days=item.get("after_days"),
        after_months=item.get("after_months"),
        escalation=_escalation(item["rule"], item["escalation"], statutory=bool(item["statutory"]))
        if "escalation" in item
        else None,
    )


def _reminders(items: list[dict[str, Any]]) -> tuple[ReminderPlan, ...]:
    return tuple(
        ReminderPlan(level=ReminderLevel(r["level"]), offset_days=int(r["offset_days"])) for r in items
    )


def check_reminders(rule: str, reminders: tuple[ReminderPlan, ...]) -> None:
    """Raise InvalidPath unless the reminders of ``rule`` rise from first to coordinator, each at most once."""
    levels = [reminder.level for reminder in reminders]
    offsets = [reminder.offset_days for reminder in reminders]
    if len(set(levels)) != len(levels) or levels != sorted(levels, key=list(ReminderLevel).index):
        raise InvalidPath(f"deadline {rule}: reminders rise from first to coordinator, each at most once")
    if offsets != sorted(offsets):
        raise InvalidPath(f"deadline {rule}: a higher reminder comes before a lower one")


def _escalation(place: str, item: dict[str, Any], *, statutory: bool) -> Escalation:
    """Terms of escalation. Raises InvalidPath for what is unknown, out of range, or grace for a statutory date."""
    known = {field.name for field in fields(Escalation)}
    if unknown := item.keys() - known:
        raise InvalidPath(f"escalation of {place}: unknown {min(unknown)}")
    if any(type(value) is not int for value in item.values()):
        raise InvalidPath(f"escalation of {place}: percent and days are whole numbers")
    terms = Escalation(**item)
    if not 1 <= terms.at_risk_percent <= 100:
        raise InvalidPath(f"escalation of {place}: at_risk_percent is 1 to 100")
    if not (0 <= terms.target_days_before <= MOST_DAYS and 0 <= terms.ultimate_days_after <= MOST_DAYS):
        raise InvalidPath(f"escalation of {place}: days are 0 to {MOST_DAYS}")
    if statutory and terms.ultimate_days_after:
        raise InvalidPath(f"escalation of {place}: a statutory date has no days of grace")
    return terms
