"""The tables of the law are complete, agree with the code, and never say how a matter will end."""

from __future__ import annotations

import ast
import re
from datetime import date
from pathlib import Path

import pytest

from adapters.law_files import SHIPPED, load_law
from adapters.path_files import load_paths
from domain.law.facts import OBSTACLE_TEXTS, Obstacle, facts_of
from domain.law.rule import REFORM_IN_FORCE, TRIGGER_NAMES, Rule, RuleGroup, Trigger
from domain.law.table import FORBIDDEN_WORDS, InvalidLaw, LawTable, UnknownRule, parse_rules
from domain.path import InvalidPath, parse_path
from domain.path_dates import RULES
from tests.domain.ground import LAW, PATH_FILE
from tests.domain.law_ground import a_case

ALL: list[Rule] = [rule for versions in LAW.versions.values() for rule in versions]
ROOT = Path(__file__).parents[2]
RULE_ID = re.compile(
    rf"(?:{'|'.join(group.value for group in RuleGroup)}|ausbildung)\.[a-z0-9]+(?:_[a-z0-9]+)+"
)

HEAD = """
group = "training"
source_link = "https://example.org"
verified_on = 2026-04-29
calendar = "NW"
"""
BODY = """
[[rules]]
id = "training.sample"
title.de = "Prüfung"
title.en = "Sample"
text.de = "Bitte prüfen."
text.en = "Please check."
citation = "§ 1"
source = "§ 1, Stand 29.04.2026"
valid_from = 2020-01-01
duty_holder = "participant"
kind = "deadline"
trigger = "training_broken_off"
period = "P2W"
reminders = []
"""


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.id)
def test_a_rule_has_source_validity_and_both_languages(rule: Rule) -> None:
    """And says what to check, with a citation that names a paragraph, a number or the notice."""
    assert rule.citation
    assert rule.source
    assert rule.source_link.startswith("https://")
    assert re.search(r"\d{2}\.\d{2}\.20\d{2}|Fachwissen|ANBest|durchstarten|vd_id", rule.source)
    assert rule.valid_from >= date(1990, 1, 1)
    assert "prüfen" in rule.title.de
    assert "check" in rule.title.en.lower()
    assert rule.title.de != rule.title.en
    assert rule.text.de != rule.text.en


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.id)
def test_no_rule_states_a_legal_result(rule: Rule) -> None:
    """The engine says what to check; what comes of it is for people to decide."""
    said = f"{rule.title.de} {rule.title.en} {rule.text.de} {rule.text.en}".lower()
    for word in (*FORBIDDEN_WORDS, "anspruch", "entitled", "rechtmäßig", "wird gewährt"):
        assert word not in said


def test_no_sentence_of_the_explanations_states_a_legal_result() -> None:
    """The texts in the code are held to the same."""
    texts = [text for title in OBSTACLE_TEXTS.values() for text in (title.de, title.en)]
    for module in ("domain/explaining.py", "domain/agenda.py", "domain/law/facts.py", "domain/law/rule.py"):
        tree = ast.parse((ROOT / module).read_text("utf-8"))
        texts += [
            node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        ]
    assert [text for text in texts if any(word in text.lower() for word in FORBIDDEN_WORDS)] == []


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.id)
def test_what_was_not_read_since_the_reform_carries_the_mark(rule: Rule) -> None:
    """Verified on 12 June 2026 is before the law was in force in its new words."""
    assert rule.unverified is (rule.verified_on <= date(2026, 6, 12))
    assert date(2026, 6, 12) == REFORM_IN_FORCE


def test_the_mark_goes_when_somebody_has_read_the_law_again() -> None:
    """One day decides."""
    for day, marked in (("2026-06-12", True), ("2026-06-13", False)):
        (rule,) = parse_rules(HEAD.replace("2026-04-29", day) + BODY)
        assert rule.unverified is marked


@pytest.mark.thorough
def test_every_rule_id_in_code_and_paths_exists() -> None:
    """Wherever a text looks like a rule id, it is one: of the law, or of a path."""
    known = LAW.versions.keys() | RULES.keys()
    named = {
        (module.relative_to(ROOT).as_posix(), match)
        for folder in ("domain", "workflows", "adapters", "services")
        for module in (ROOT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(module.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        for match in [node.value]
        if RULE_ID.fullmatch(match)
    }
    refusals = {"residence.ends_before_start"} | {
        rule for _, rule in named if rule.startswith("ausbildung.") and rule != "ausbildung.probation_end"
    }
    assert {(where, rule) for where, rule in named if rule not in known | refusals} == set()
    assert "ausbildung.probation_end" in {rule for _, rule in named}


def test_every_shipped_path_watches_rules_there_are() -> None:
    """By group or by id, with or without reminders of its own."""
    for path in load_paths():
        LAW.check_watched(path.id, path.watches, path.law_reminders)
        assert path.watches


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ('watches = ["taxes"]', "taxes"),
        ('watches = ["residence.expire"]', r"residence\.expire"),
        ('watches = ["residence"]\n[law.reminders]\n"residence.expire" = []', r"residence\.expire"),
    ],
)
def test_a_path_that_watches_what_is_no_rule_is_refused(line: str, named: str) -> None:
    """By its name, when the rule book is put together."""
    text = PATH_FILE.read_text("utf-8")
    path = parse_path(re.sub(r"watches = .*", line.replace("\\", "\\\\"), text, count=1))
    with pytest.raises(InvalidPath, match=named):
        LAW.check_watched(path.id, path.watches, path.law_reminders)


@pytest.mark.parametrize("trigger", list(Trigger))
def test_every_trigger_has_words_and_a_finder(trigger: Trigger) -> None:
    """A trigger that nobody finds would never give a date."""
    assert TRIGGER_NAMES[trigger].de
    assert TRIGGER_NAMES[trigger].en
    facts = facts_of(trigger, a_case().state)
    assert isinstance(facts, Obstacle) or facts
    assert set(OBSTACLE_TEXTS) == set(Obstacle)


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ('citation = "§ 1"\n', "", "missing 'citation'"),
        ('citation = "§ 1"', 'citation = " "', "empty"),
        ('title.en = "Sample"\n', "", "title|en"),
        ('text.de = "Bitte prüfen."', 'text.de = "Bitte lesen."', "what to check"),
        ('text.en = "Please check."', 'text.en = "Please read."', "what to check"),
        ("Bitte prüfen.", "Bitte prüfen: die Person hat Anspruch.", "legal result"),
        ("Please check.", "Please check; it is admissible.", "legal result"),
        ("valid_from = 2020-01-01\n", "", "missing 'valid_from'"),
        ("valid_from = 2020-01-01", "valid_from = 0003-01-01", "1990"),
        ("valid_from = 2020-01-01", "valid_from = 2020-01-01\nvalid_to = 2019-12-31", "ends before"),
        ('kind = "deadline"', 'kind = "soon"', "soon"),
        ('trigger = "training_broken_off"', 'trigger = "full_moon"', "full_moon"),
        ('duty_holder = "participant"', 'duty_holder = "somebody"', "somebody"),
        ('period = "P2W"', 'period = "2 weeks"', "duration"),
        ('period = "P2W"', 'period = "P2W"\ncomputation = "end_of_month"', "needs none"),
        ('period = "P2W"', 'computation = "fixed_day"', "fixed_on"),
        ('period = "P2W"', 'period = "P2W"\nfixed_on = 2020-06-30', "fixed_on"),
        ('period = "P2W"', 'period = "-P2W"\nday_counts = true', "forward"),
        ('period = "P2W"', 'period = "P2W"\nperoid = 3', "unknown peroid"),
        ('trigger = "training_broken_off"', 'trigger = "born"', "age limit"),
        ('id = "training.sample"', 'id = "Training Sample"', "words_in_small_letters"),
        (
            "reminders = []",
            'reminders = [{ level = "escalated", offset_days = -3 }, { level = "first", offset_days = 0 }]',
            "rise",
        ),
        (
            "reminders = []",
            'reminders = [{ level = "first", offset_days = 3 }, { level = "repeated", offset_days = 0 }]',
            "higher reminder",
        ),
    ],
)
def test_a_table_with_a_fault_is_refused(old: str, new: str, what: str) -> None:
    """With the rule and the place."""
    assert old in BODY
    with pytest.raises(InvalidLaw, match=what):
        parse_rules(HEAD + BODY.replace(old, new))


@pytest.mark.parametrize("text", ["group = ", 'group = "taxes"', HEAD, "rules = []"])
def test_a_table_without_a_head_is_refused(text: str) -> None:
    """Nothing is taken for granted."""
    with pytest.raises(InvalidLaw):
        parse_rules(text)


def two(first_to: str, second_from: str, **changes: str) -> LawTable:
    """Two versions of one rule."""
    older = BODY.replace("reminders", f"valid_to = {first_to}\nreminders")
    newer = BODY.replace("2020-01-01", second_from).replace("P2W", "P3W")
    for old, new in changes.items():
        newer = newer.replace(old, new)
    return LawTable.of(parse_rules(HEAD + older + newer))


def test_the_version_in_force_on_the_day_counts() -> None:
    """Adjoining versions of one rule: on the last day the old one, on the next the new one."""
    law = two("2026-12-31", "2027-01-01")
    newest, oldest = law.versions["training.sample"]
    assert (newest.in_force(date(2026, 12, 31)), oldest.in_force(date(2026, 12, 31))) == (False, True)
    assert (newest.in_force(date(2027, 1, 1)), oldest.in_force(date(2027, 1, 1))) == (True, False)
    assert law.rule("training.sample").period.weeks == 3
    assert law.rule("training.sample", date(2020, 1, 1)).period.weeks == 2
    with pytest.raises(UnknownRule):
        law.rule("training.simple")


@pytest.mark.parametrize(
    ("first_to", "second_from", "what"),
    [
        ("2026-12-31", "2026-12-31", "two versions"),
        ("2026-12-31", "2026-06-01", "two versions"),
        ("2026-12-31", "2027-01-02", "no version is in force"),
    ],
)
def test_a_gap_and_an_overlap_of_versions_are_refused(first_to: str, second_from: str, what: str) -> None:
    """By one day either way."""
    with pytest.raises(InvalidLaw, match=what):
        two(first_to, second_from)


def test_versions_of_one_rule_hang_on_the_same_fact() -> None:
    """Else a case could lose a date by a new version without anybody noticing."""
    with pytest.raises(InvalidLaw, match="different facts"):
        two("2026-12-31", "2027-01-01", training_broken_off="training_completed")


def test_a_rule_twice_is_refused() -> None:
    """Two files with the same rule and no end to the first."""
    with pytest.raises(InvalidLaw, match="two versions"):
        LawTable.of(parse_rules(HEAD + BODY + BODY))


def test_another_calendar_than_the_one_at_hand_is_refused() -> None:
    """A rule of another Land would roll by the wrong holidays."""
    law = LawTable.of(parse_rules(HEAD.replace('"NW"', '"BY"') + BODY))
    law.check_calendar("BY")
    with pytest.raises(InvalidLaw, match="BY"):
        law.check_calendar("NW")


def test_the_fault_in_a_file_is_named_with_the_file(tmp_path: Path) -> None:
    """So that whoever keeps the tables finds it."""
    (tmp_path / "own.toml").write_text(HEAD + BODY.replace('"deadline"', '"soon"'), "utf-8")
    with pytest.raises(InvalidLaw, match=r"own\.toml: rule training\.sample"):
        load_law([SHIPPED, tmp_path])
    (tmp_path / "own.toml").write_text(HEAD + BODY, "utf-8")
    assert "training.sample" in load_law([SHIPPED, tmp_path]).versions
