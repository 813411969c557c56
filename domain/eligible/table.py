"""Tables of eligibility rules: read from TOML, checked, and bundled into the rules that count for one case."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from itertools import pairwise
from typing import Any, Final

from domain.eligible.rule import EligibilityRule, EligibilitySubject, LookedAt, PersonalCheck, Verdict
from domain.periods import Period, check_date
from domain.title import Title
from domain.values import LegalRegime, ResidenceStatus, SchoolLeaving


class InvalidEligibility(ValueError):
    """A rule of eligibility that cannot be used; the message names the rule and the place."""


_CODES: Final[Mapping[LookedAt, frozenset[str]]] = {
    LookedAt.RESIDENCE_STATUS: frozenset(ResidenceStatus) - {ResidenceStatus.UNKNOWN},
    LookedAt.LEGAL_REGIME: frozenset(LegalRegime) - {LegalRegime.UNKNOWN},
    LookedAt.SCHOOL_LEAVING: frozenset(SchoolLeaving),
}
_WITH_PERIOD: Final = frozenset(
    {LookedAt.STAY, LookedAt.TOLERATED, LookedAt.TITLE_HELD, LookedAt.TRAINING_AHEAD}
)
_NEEDED: Final = frozenset(
    {
        "id",
        "subjects",
        "title",
        "citation",
        "source",
        "source_link",
        "valid_from",
        "verified_on",
        "looks_at",
    }
)
_POSSIBLE: Final = _NEEDED | {
    "valid_to",
    "yes",
    "no",
    "check",
    "check_means",
    "period",
    "by_day",
    "age_from",
    "age_to_inclusive",
    "statuses",
    "entry_from",
    "entry_to",
}


def parse_eligibility(
    items: Iterable[Mapping[str, Any]], shared: Mapping[str, Any]
) -> tuple[EligibilityRule, ...]:
    """The rules of one table, each with what is ``shared`` by all of it.

    Raises InvalidEligibility naming the rule when something is missing, unknown or contradicts itself, or when versions
    of one rule overlap or leave a gap.
    """
    rules = tuple(_rule({**shared, **item}) for item in items)
    check_versions(rules)
    return rules


def check_versions(rules: Iterable[EligibilityRule]) -> None:
    """Raise InvalidEligibility unless the versions of each rule adjoin and speak of the same subjects."""
    by_id: dict[str, list[EligibilityRule]] = {}
    for rule in rules:
        by_id.setdefault(rule.id, []).append(rule)
    for rule_id, versions in by_id.items():
        for older, newer in pairwise(sorted(versions, key=lambda rule: rule.valid_from)):
            if older.valid_to is None or older.valid_to + timedelta(1) != newer.valid_from:
                raise InvalidEligibility(f"rule {rule_id}: its versions overlap or leave a gap")
        if len({(rule.subjects, rule.looks_at) for rule in versions}) != 1:
            raise InvalidEligibility(f"rule {rule_id}: its versions speak of different things")


def rules_for(rules: Sequence[EligibilityRule], subject: EligibilitySubject) -> tuple[EligibilityRule, ...]:
    """The rules that speak of ``subject``, all versions, in the order they were written."""
    return tuple(rule for rule in rules if subject in rule.subjects)


def _rule(item: Mapping[str, Any]) -> EligibilityRule:
    rule_id = item.get("id", "?")
    if unknown := item.keys() - _POSSIBLE:
        raise InvalidEligibility(f"rule {rule_id}: unknown {', '.join(sorted(unknown))}")
    if missing := _NEEDED - item.keys():
        raise InvalidEligibility(f"rule {rule_id}: missing {', '.join(sorted(missing))}")
    try:
        rule = _built(item)
    except (TypeError, ValueError) as error:
        raise InvalidEligibility(f"rule {rule_id}: {error}") from error
    if problem := _problem(rule):
        raise InvalidEligibility(f"rule {rule_id}: {problem}")
    return rule


def _built(item: Mapping[str, Any]) -> EligibilityRule:
    check = item.get("check")
    return EligibilityRule(
        id=item["id"],
        subjects=frozenset(EligibilitySubject(name) for name in item["subjects"]),
        title=Title(**item["title"]),
        citation=item["citation"],
        source=item["source"],
        source_link=item["source_link"],
        valid_from=check_date(item["valid_from"]),
        valid_to=item.get("valid_to"),
        verified_on=check_date(item["verified_on"]),
        looks_at=LookedAt(item["looks_at"]),
        yes=frozenset(item.get("yes", ())),
        no=frozenset(item.get("no", ())),
        check=None if check is None else PersonalCheck(check),
        check_means=Verdict(item.get("check_means", "unknown")),
        period=Period.parse(item.get("period", "P0D")),
        by_day=item.get("by_day"),
        age_from=item.get("age_from"),
        age_to_inclusive=item.get("age_to_inclusive"),
        statuses=frozenset(item.get("statuses", ())),
        entry_from=item.get("entry_from"),
        entry_to=item.get("entry_to"),
    )


def _problem(rule: EligibilityRule) -> str | None:
    """What in ``rule`` contradicts itself, or None."""
    bare = rule.id.removeprefix("eligible.")
    if bare == rule.id or not bare.replace("_", "").isalnum() or bare != bare.lower():
        return "the id is eligible.words_in_small_letters"
    texts = (rule.title.de, rule.title.en, rule.citation, rule.source, rule.source_link)
    if not all(text.strip() for text in texts) or not rule.subjects:
        return "a title, citation, source or the subjects are empty"
    if rule.valid_to is not None and rule.valid_to < rule.valid_from:
        return "it ends before it begins"
    known = _CODES.get(rule.looks_at, frozenset())
    if unknown := (rule.yes | rule.no) - known:
        return f"it decides on codes that are none of {rule.looks_at.value}: {', '.join(sorted(unknown))}"
    if both := rule.yes & rule.no:
        return f"yes and no at once: {', '.join(sorted(both))}"
    if unknown := rule.statuses - _CODES[LookedAt.RESIDENCE_STATUS]:
        return f"no residence status: {', '.join(sorted(unknown))}"
    if (rule.check is None) != (rule.check_means is Verdict.UNKNOWN):
        return "check and check_means (yes or no) belong together"
    if rule.looks_at is LookedAt.PERSONAL_CHECK and rule.statuses:
        return "a personal check asks for no status"
    return _problem_of_time(rule)


def _problem_of_time(rule: EligibilityRule) -> str | None:
    if (rule.looks_at is LookedAt.IDENTITY) and not rule.period.is_zero and rule.by_day:
        return "a period or a fixed day, not both"
    if rule.looks_at is not LookedAt.IDENTITY and (rule.looks_at in _WITH_PERIOD) == rule.period.is_zero:
        return f"a period belongs to {', '.join(sorted(_WITH_PERIOD))}, and to no other"
    if rule.period.backward != (rule.looks_at is LookedAt.TRAINING_AHEAD):
        return "the period of a training ahead runs backward, every other one forward"
    if rule.by_day is not None and rule.looks_at is not LookedAt.IDENTITY:
        return "by_day belongs to the identity"
    ages = (rule.age_from, rule.age_to_inclusive)
    if rule.looks_at is not LookedAt.AGE and ages != (None, None):
        return "ages belong to a rule that looks at the age"
    low, high = rule.age_from or 0, rule.age_to_inclusive if rule.age_to_inclusive is not None else 200
    if not 0 <= low <= high:
        return "the age ends before it begins"
    return None
