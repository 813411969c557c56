"""The rules of eligibility are complete, sourced and dated, agree with the code, and never state a legal result."""

from __future__ import annotations

import ast
import itertools
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from adapters.law_files import SHIPPED, load_law
from adapters.path_files import load_paths
from domain.eligible.judging import rules_of
from domain.eligible.rule import (
    EligibilityRule,
    EligibilitySubject,
    LookedAt,
    Verdict,
    all_of,
    any_of,
    subject_of,
)
from domain.eligible.table import InvalidEligibility, parse_eligibility, rules_for
from domain.law.table import FORBIDDEN_WORDS, InvalidLaw
from domain.path import InvalidPath, parse_path
from domain.values import FundingModule
from tests.domain.ground import LAW, PATH_FILE, durchstarten

ALL: tuple[EligibilityRule, ...] = rules_of(durchstarten(), LAW)
ROOT = Path(__file__).parents[2]
RULE_ID = re.compile(r"eligible\.[a-z0-9]+(?:_[a-z0-9]+)*")
SHARED = {"source_link": "https://example.org", "verified_on": date(2026, 4, 29)}
ITEM: dict[str, Any] = {
    "id": "eligible.sample",
    "subjects": ["F1"],
    "title": {"de": "Probe", "en": "Sample"},
    "citation": "§ 1",
    "source": "§ 1, Stand 29.04.2026",
    "valid_from": date(2020, 1, 1),
    "looks_at": "residence_status",
    "yes": ["toleration_60a"],
}


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.id)
def test_a_rule_of_eligibility_has_source_validity_and_both_languages(rule: EligibilityRule) -> None:
    """And its source names a page, a notice or the day of the text that was read."""
    assert rule.citation
    assert rule.source_link.startswith("https://")
    assert re.search(r"\d{2}\.\d{2}\.20\d{2}|Fachwissen|durchstarten|9dok|bra\.nrw", rule.source)
    assert date(1990, 1, 1) <= rule.valid_from <= date(2026, 11, 22)
    assert rule.title.de != rule.title.en
    assert rule.unverified is (rule.verified_on <= date(2026, 6, 12))


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.id)
def test_no_rule_of_eligibility_states_a_legal_result(rule: EligibilityRule) -> None:
    """It says what is looked at; what comes of it is for people to decide."""
    said = f"{rule.title.de} {rule.title.en}".lower()
    assert [w for w in (*FORBIDDEN_WORDS, "anspruch", "entitled", "wird gewährt") if w in said] == []


@pytest.mark.thorough
def test_every_rule_of_eligibility_named_in_code_exists() -> None:
    """Wherever a text in the code looks like the id of such a rule, there is one."""
    known = {rule.id for rule in ALL}
    named = {
        node.value
        for folder in ("domain", "workflows", "adapters", "services", "tests")
        for module in (ROOT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(module.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and RULE_ID.fullmatch(node.value)
    }
    assert named - known - {"eligible.sample"} == set()
    assert named & known


def test_every_subject_has_rules_and_every_fact_is_looked_at() -> None:
    """A subject without rules could never be decided, a fact without a rule would be dead code."""
    assert [subject for subject in EligibilitySubject if not rules_for(ALL, subject)] == []
    assert {rule.looks_at for rule in ALL} == set(LookedAt)


def test_ids_of_path_and_law_do_not_meet() -> None:
    """A path cannot shadow a rule of the law."""
    for path in load_paths():
        assert {r.id for r in path.eligibility} & {r.id for r in LAW.eligibility} == set()


def test_a_module_and_its_subject_are_told_apart_from_the_rest() -> None:
    """Six modules and the programme are decided by the programme; of the rest the engine says what to check."""
    assert [s for s in EligibilitySubject if s.of_programme] == [
        subject_of(None),
        *(subject_of(module) for module in FundingModule),
    ]
    assert [subject_of(module).module for module in FundingModule] == list(FundingModule)
    assert subject_of(None).module is None


@pytest.mark.parametrize("verdicts", list(itertools.product(Verdict, repeat=3)))
def test_three_values_are_combined_as_kleene_does(verdicts: tuple[Verdict, ...]) -> None:
    """Against the definition by minimum and maximum over no < unknown < yes."""
    order = [Verdict.NO, Verdict.UNKNOWN, Verdict.YES]
    places = [order.index(verdict) for verdict in verdicts]
    assert all_of(*verdicts) is order[min(places)]
    assert any_of(*verdicts) is order[max(places)]


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"citation": " "}, "empty"),
        ({"subjects": []}, "empty"),
        ({"subjects": ["F7"]}, "F7"),
        ({"id": "sample"}, "the id is"),
        ({"looks_at": "stars"}, "stars"),
        ({"yes": ["toleration_99"]}, "toleration_99"),
        ({"yes": ["unknown"]}, "unknown"),
        ({"no": ["toleration_60a"]}, "yes and no at once"),
        ({"check": "individual_need"}, "belong together"),
        ({"period": "P3M"}, "a period belongs"),
        ({"looks_at": "stay", "yes": []}, "a period belongs"),
        ({"looks_at": "stay", "yes": [], "period": "-P3M"}, "runs backward"),
        ({"age_from": 18}, "ages belong"),
        ({"looks_at": "age", "yes": [], "age_from": 28, "age_to_inclusive": 27}, "ends before it begins"),
        ({"valid_to": date(2019, 12, 31)}, "ends before it begins"),
        ({"by_day": date(2020, 6, 30)}, "by_day"),
        ({"statuses": ["sun"]}, "sun"),
        ({"colour": "red"}, "unknown colour"),
    ],
)
def test_a_rule_that_contradicts_itself_is_refused_by_name(changes: dict[str, Any], what: str) -> None:
    """The message names the rule and what is wrong with it."""
    with pytest.raises(InvalidEligibility, match=rf"rule (eligible\.)?sample: .*{what}"):
        parse_eligibility([ITEM | changes], SHARED)


def test_a_rule_that_lacks_something_is_refused_by_name() -> None:
    """Each of the fields that a rule must have."""
    for name in ITEM.keys() - {"yes", "id"}:
        with pytest.raises(InvalidEligibility, match=f"missing {name}"):
            parse_eligibility([{k: v for k, v in ITEM.items() if k != name}], SHARED)


def test_versions_of_a_rule_adjoin() -> None:
    """Neither overlap nor gap; the day after the last day of one is the first of the next."""
    first = ITEM | {"valid_to": date(2023, 12, 31)}
    for begins, fine in ((date(2024, 1, 1), True), (date(2023, 12, 31), False), (date(2024, 1, 2), False)):
        versions = [first, ITEM | {"valid_from": begins}]
        if fine:
            assert len(parse_eligibility(versions, SHARED)) == 2
        else:
            with pytest.raises(InvalidEligibility, match="overlap or leave a gap"):
                parse_eligibility(versions, SHARED)


def test_a_wrong_rule_in_a_file_is_named_with_its_file(tmp_path: Path) -> None:
    """For the paths and for the tables of the law."""
    text = PATH_FILE.read_text("utf-8").replace('looks_at = "legal_regime"', 'looks_at = "moon"')
    with pytest.raises(InvalidPath, match=r"eligible\.other_benefits_second.*moon"):
        parse_path(text)
    (tmp_path / "eligibility_of_a_town.toml").write_text("x = 1\n", "utf-8")
    with pytest.raises(InvalidLaw, match=r"eligibility_of_a_town\.toml"):
        load_law([SHIPPED, tmp_path])


def test_the_age_of_the_rule_is_the_age_of_the_programme() -> None:
    """Written once, at the head of the path."""
    (rule,) = [rule for rule in durchstarten().eligibility if rule.looks_at is LookedAt.AGE]
    programme = durchstarten().programme
    assert (rule.age_from, rule.age_to_inclusive) == (programme.age_from, programme.age_to_inclusive)
    without = PATH_FILE.read_text("utf-8").replace("age_to_inclusive = 27", "")
    (open_ended,) = [rule for rule in parse_path(without).eligibility if rule.looks_at is LookedAt.AGE]
    assert (open_ended.age_from, open_ended.age_to_inclusive) == (18, None)
