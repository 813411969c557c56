"""The tables of rules: read from TOML, checked against each other, and asked for the version in force on a day."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from typing import Any, Final, TypeVar

from domain.eligible.rule import EligibilityRule
from domain.eligible.table import check_versions, parse_eligibility
from domain.law.rule import Computation, Condition, JudgedOn, Rule, RuleGroup, Trigger
from domain.law.vocabulary import AuthoritySubject, DecisionOutcome, LawArea, RemedyNotice
from domain.path import InvalidPath, ReminderLevel, ReminderPlan, Title, check_reminders
from domain.periods import DateKind, InvalidPeriod, Period, check_date
from domain.training import AusbildungKind
from domain.values import DutyHolder, FundingModule, LegalRegime, ResidenceStatus

FORBIDDEN_WORDS: Final = (
    "hat anspruch",
    "ist zulässig",
    "ist unzulässig",
    "ist berechtigt",
    "darf abgeschoben",
    "is entitled",
    "is admissible",
    "has a right",
    "will be granted",
    "wird erteilt",
)
"""The engine never states a legal result: a text with one of these is refused."""


class InvalidLaw(ValueError):
    """A table of rules that cannot be used; the message names rule and place."""


class UnknownRule(LookupError):
    """No rule has this id."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LawTable:
    """All rules of this installation: by id their versions, newest first, and by the fact they hang on.

    ``eligibility`` are the legal rules of eligibility, which give no dates of their own.

    Equal to no other, so that what was worked out from a table can be remembered with it.
    """

    versions: Mapping[str, tuple[Rule, ...]]
    by_trigger: Mapping[Trigger, tuple[tuple[Rule, ...], ...]]
    eligibility: tuple[EligibilityRule, ...] = ()

    @staticmethod
    def of(rules: Iterable[Rule], eligibility: Iterable[EligibilityRule] = ()) -> LawTable:
        """A checked table.

        Raises InvalidLaw when versions of one rule overlap, leave a gap or disagree on what they hang on.
        """
        by_id: dict[str, list[Rule]] = {}
        for rule in rules:
            by_id.setdefault(rule.id, []).append(rule)
        versions = {
            rule_id: tuple(sorted(found, key=lambda rule: rule.valid_from, reverse=True))
            for rule_id, found in sorted(by_id.items())
        }
        by_trigger: dict[Trigger, list[tuple[Rule, ...]]] = {}
        for rule_id, found in versions.items():
            _check_versions(rule_id, found)
            by_trigger.setdefault(found[0].trigger, []).append(found)
        legal = tuple(eligibility)
        check_versions(legal)
        return LawTable(
            versions=versions,
            by_trigger={trigger: tuple(found) for trigger, found in by_trigger.items()},
            eligibility=legal,
        )

    def rule(self, rule_id: str, valid_from: date | None = None) -> Rule:
        """The version that began on ``valid_from``; without it, or when it is not listed, the newest.

        Raises UnknownRule.
        """
        found = self.versions.get(rule_id)
        if found is None:
            raise UnknownRule(f"no rule {rule_id!r}")
        return next((rule for rule in found if rule.valid_from == valid_from), found[0])

    @lru_cache(maxsize=256)  # noqa: B019 # few tables, and they live as long as the program
    def watched(self, watches: frozenset[str]) -> tuple[tuple[Trigger, tuple[tuple[Rule, ...], ...]], ...]:
        """The rules of which ``watches`` names the id or the group, by the fact they hang on; others are left out."""
        found = (
            (trigger, tuple(v for v in rules if v[0].group in watches or v[0].id in watches))
            for trigger, rules in self.by_trigger.items()
        )
        return tuple((trigger, rules) for trigger, rules in found if rules)

    def check_watched(self, path_id: str, watched: frozenset[str], overridden: Iterable[str]) -> None:
        """Raise InvalidPath when a path watches, or reminds by, a rule or group that is none."""
        groups = {group.value for group in RuleGroup}
        unknown = [name for name in sorted(watched) if name not in groups and name not in self.versions]
        unknown += [name for name in sorted(overridden) if name not in self.versions]
        if unknown:
            raise InvalidPath(f"path {path_id}: no law rule or group {', '.join(unknown)}")

    def check_calendar(self, region: str) -> None:
        """Raise InvalidLaw when a rule rolls by another calendar than the one at hand."""
        for found in self.versions.values():
            for rule in found:
                if rule.calendar != region:
                    raise InvalidLaw(f"rule {rule.id}: calendar {rule.calendar} is not the one of {region}")


def _check_versions(rule_id: str, found: tuple[Rule, ...]) -> None:
    for newer, older in pairwise(found):
        if older.valid_to is None or older.valid_to >= newer.valid_from:
            raise InvalidLaw(f"rule {rule_id}: two versions are in force on {newer.valid_from}")
        if older.valid_to + timedelta(1) != newer.valid_from:
            raise InvalidLaw(
                f"rule {rule_id}: no version is in force from {older.valid_to} to {newer.valid_from}"
            )
    if len({(rule.trigger, rule.group) for rule in found}) != 1:
        raise InvalidLaw(f"rule {rule_id}: its versions hang on different facts or stand in different tables")


# --------------------------------------------------------------------- parse

_KEYS: Final = frozenset(
    [
        "id",
        "title",
        "text",
        "citation",
        "source",
        "source_link",
        "valid_from",
        "valid_to",
        "verified_on",
        "duty_holder",
        "kind",
        "trigger",
        "computation",
        "period",
        "day_counts",
        "fixed_on",
        "judged_on",
        "calendar",
        "conditions",
        "statuses",
        "regimes",
        "training_kinds",
        "areas",
        "outcomes",
        "notices",
        "on_objection",
        "subjects",
        "modules",
        "done_by",
        "while_pending",
        "entry_from",
        "entry_to",
        "reminders",
    ]
)


def parse_rules(text: str) -> tuple[Rule, ...]:
    """Read one table from TOML: ``group``, ``source_link`` and ``verified_on`` for all, then its ``rules``.

    Raises InvalidLaw naming the rule when something is missing, unknown or contradicts itself.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidLaw(f"not valid TOML: {error}") from error
    try:
        group = RuleGroup(table["group"])
        shared = {
            "source_link": table["source_link"],
            "verified_on": table["verified_on"],
            "calendar": table["calendar"],
        }
        items = table["rules"]
    except (KeyError, ValueError) as error:
        raise InvalidLaw(f"the head of the table: {error}") from error
    return tuple(_rule(group, shared | item) for item in items)


def parse_legal_eligibility(text: str) -> tuple[EligibilityRule, ...]:
    """One table of legal rules of eligibility from TOML. Raises InvalidEligibility."""
    table = tomllib.loads(text)
    return parse_eligibility(
        table["rules"], {name: value for name, value in table.items() if name != "rules"}
    )


def _rule(group: RuleGroup, item: dict[str, Any]) -> Rule:
    rule_id = item.get("id", "?")
    if unknown := item.keys() - _KEYS:
        raise InvalidLaw(f"rule {rule_id}: unknown {', '.join(sorted(unknown))}")
    try:
        rule = _built(group, item)
    except InvalidPeriod as error:
        raise InvalidLaw(f"rule {rule_id}: {error}") from error
    except (KeyError, TypeError, ValueError) as error:
        missing = f"missing {error}" if isinstance(error, KeyError) else str(error)
        raise InvalidLaw(f"rule {rule_id}: {missing}") from error
    if problem := _problem(rule):
        raise InvalidLaw(f"rule {rule_id}: {problem}")
    return rule


E = TypeVar("E", bound=StrEnum)


def _set(kind: type[E], item: dict[str, Any], name: str) -> frozenset[E]:
    return frozenset(kind(value) for value in item.get(name, ()))


def _built(group: RuleGroup, item: dict[str, Any]) -> Rule:
    reminders = tuple(
        ReminderPlan(level=ReminderLevel(r["level"]), offset_days=int(r["offset_days"]))
        for r in item["reminders"]
    )
    check_reminders(item["id"], reminders)
    return Rule(
        id=item["id"],
        group=group,
        title=Title(**item["title"]),
        text=Title(**item["text"]),
        citation=item["citation"],
        source=item["source"],
        source_link=item["source_link"],
        valid_from=check_date(item["valid_from"]),
        valid_to=item.get("valid_to"),
        verified_on=check_date(item["verified_on"]),
        duty_holder=DutyHolder(item["duty_holder"]),
        kind=DateKind(item["kind"]),
        trigger=Trigger(item["trigger"]),
        computation=Computation(item.get("computation", "period")),
        period=Period.parse(item.get("period", "P0D")),
        day_counts=bool(item.get("day_counts", False)),
        fixed_on=item.get("fixed_on"),
        judged_on=JudgedOn(item.get("judged_on", "trigger")),
        calendar=item["calendar"],
        conditions=tuple(Condition(name) for name in item.get("conditions", ())),
        statuses=_set(ResidenceStatus, item, "statuses"),
        regimes=_set(LegalRegime, item, "regimes"),
        training_kinds=_set(AusbildungKind, item, "training_kinds"),
        areas=_set(LawArea, item, "areas"),
        outcomes=_set(DecisionOutcome, item, "outcomes"),
        notices=_set(RemedyNotice, item, "notices"),
        on_objection=item.get("on_objection"),
        subjects=_set(AuthoritySubject, item, "subjects"),
        modules=_set(FundingModule, item, "modules"),
        done_by=_set(AuthoritySubject, item, "done_by"),
        while_pending=_set(AuthoritySubject, item, "while_pending"),
        entry_from=item.get("entry_from"),
        entry_to=item.get("entry_to"),
        reminders=reminders,
    )


def _problem(rule: Rule) -> str | None:
    """What in ``rule`` contradicts itself, or None."""
    if (
        not rule.id.replace(".", "").replace("_", "").isalnum()
        or rule.id != rule.id.lower()
        or "." not in rule.id
    ):
        return "the id is subject.words_in_small_letters"
    texts = (
        rule.title.de,
        rule.title.en,
        rule.text.de,
        rule.text.en,
        rule.citation,
        rule.source,
        rule.source_link,
    )
    if not all(text.strip() for text in texts):
        return "a title, text, citation or source is empty"
    if "prüfen" not in rule.text.de or "check" not in rule.text.en.lower():
        return "its texts say what to check (prüfen), never a legal result"
    said = " ".join(texts[:4]).lower()
    if word := next((word for word in FORBIDDEN_WORDS if word in said), None):
        return f"it states a legal result: {word!r}"
    if rule.valid_to is not None and rule.valid_to < rule.valid_from:
        return "it ends before it begins"
    if (rule.computation is Computation.FIXED_DAY) != (rule.fixed_on is not None):
        return "fixed_on belongs to the computation fixed_day, and to no other"
    if rule.computation is not Computation.PERIOD and not rule.period.is_zero:
        return f"a period is given, but {rule.computation.value} needs none"
    if rule.day_counts and (rule.period.is_zero or rule.period.backward):
        return "the first day can count only in a forward period"
    if rule.trigger is Trigger.BORN and rule.kind is not DateKind.AGE_LIMIT:
        return "what hangs on the birth is an age limit"
    return None
