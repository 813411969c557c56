"""Path definitions: what is shipped is sound, and what cannot be used is refused naming the place."""

from __future__ import annotations

import re

import pytest

from domain.path import InvalidPath, Programme, StageKind, parse_path
from domain.path_dates import RULES
from tests.domain.ground import PATH_FILE, durchstarten

TEXT = PATH_FILE.read_text(encoding="utf-8")


def test_the_shipped_path_has_the_five_kinds_of_stage_and_begins_with_intake() -> None:
    path = durchstarten()
    assert (path.id, path.version) == ("durchstarten", 1)
    assert set(path.stages) == set(StageKind)
    assert path.stages[StageKind.INTAKE].after == frozenset()


def test_every_text_of_the_shipped_path_is_there_in_both_languages() -> None:
    path = durchstarten()
    titles = [
        path.title,
        *(s.title for s in path.stages.values()),
        *(d.title for d in path.deadlines.values()),
    ]
    assert all(title.de.strip() and title.en.strip() for title in titles)
    assert all(deadline.citation.strip() for deadline in path.deadlines.values())


def test_every_stage_can_be_reached_from_the_intake() -> None:
    path = durchstarten()
    reached = {StageKind.INTAKE}
    for _ in StageKind:
        reached |= {kind for kind, stage in path.stages.items() if stage.after & reached}
    assert reached == set(path.stages)


@pytest.mark.parametrize(
    ("programme", "allowed", "refused"),
    [
        (Programme(age_from=18, age_to_inclusive=27, source="x"), (18, 27), (17, 28)),
        (Programme(age_from=None, age_to_inclusive=27, source="x"), (0, 27), (28,)),
        (Programme(age_from=18, age_to_inclusive=None, source="x"), (18, 120), (17,)),
        (Programme(age_from=None, age_to_inclusive=None, source="x"), (0, 120), ()),
    ],
)
def test_ages_count_inclusive_and_no_limit_is_no_limit(
    programme: Programme, allowed: tuple[int, ...], refused: tuple[int, ...]
) -> None:
    assert all(programme.age_allowed(age) for age in allowed)
    assert not any(programme.age_allowed(age) for age in refused)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[programme]", "[programme", "not valid TOML"),
        ('id = "durchstarten"', "", "id"),
        ("version = 1", 'version = "one"', "one"),
        ('kind = "coaching"', 'kind = "course"', "defined twice"),
        ('kind = "coaching"', 'kind = "dancing"', "dancing"),
        ('kind = "intake"', 'kind = "coaching"', "defined twice"),
        ('after = ["intake", "coaching"', 'after = ["intake", "dancing"', "dancing"),
        ('requires = ["information_notice"', 'requires = ["good_weather"', "good_weather"),
        ('rule = "hold.end"', 'rule = "promise.due"', "defined twice"),
        ('kind = "follow_up"\nstatutory', 'kind = "someday"\nstatutory', "someday"),
        ('duty_holder = "participant"', 'duty_holder = "weather"', "weather"),
        ("amount_cents = 3750", "amount_cents = 0", "amount above 0 cents"),
        ("amount_cents = 3750", "amount_cents = 37.50", "amount_cents"),
        ('module = "F4"', 'module = "F9"', "F9"),
        ('unit = "teaching_unit"', 'unit = "fortnight"', "fortnight"),
        ('code = "P4"', 'code = ""', "rate"),
        ("offset_days = 14", "offset_days = -5", "comes before a lower one"),
        ('level = "repeated"', 'level = "first"', "at most once"),
        (
            'level = "first", offset_days = 0 }, {',
            'level = "escalated", offset_days = 0 }, {',
            "rise from first",
        ),
    ],
)
def test_a_path_that_cannot_be_used_is_refused_naming_the_place(old: str, new: str, said: str) -> None:
    assert old in TEXT
    with pytest.raises(InvalidPath, match=re.escape(said)):
        parse_path(TEXT.replace(old, new, 1), frozenset(RULES))


def test_the_shipped_path_knows_the_one_rate_with_a_public_source() -> None:
    """P4 = 37.50 € per teaching unit of F4; no other is guessed."""
    (p4,) = durchstarten().rates
    assert (p4.code, p4.module.value, p4.unit.value, p4.amount_cents) == ("P4", "F4", "teaching_unit", 37_50)
    assert "durchstarten.nrw" in p4.source


def test_a_path_without_intake_is_refused() -> None:
    block = TEXT[TEXT.index("[[stages]]") : TEXT.index("[[stages]]", TEXT.index("[[stages]]") + 1)]
    with pytest.raises(InvalidPath, match="no intake"):
        parse_path(TEXT.replace(block, ""))


def test_a_deadline_that_no_code_computes_is_refused() -> None:
    with pytest.raises(InvalidPath, match=re.escape("contact.none")):
        parse_path(TEXT, frozenset(RULES) - {"contact.none"})
