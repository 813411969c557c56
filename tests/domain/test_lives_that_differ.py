"""Two lives that differ in one thing only are counted as they are when each stands alone, whatever that one thing is.

What a key leaves out that a figure asks for shows here at once: the two would be one bundle, and one of them would answer
for both.
"""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date, timedelta
from itertools import combinations, product
from random import Random
from typing import Any, Final

import pytest

from domain.reports.evidence import Evidence
from domain.reports.monitoring import MONITORING, volume_of
from domain.reports.registry import REPORTS
from domain.reports.table import canonical_json
from tests.domain.one_life import THERE, Course, Life, Trained, facts_of_lives
from tests.domain.test_bundles import by_column

AS_OF: Final = date(2025, 12, 31)
ENTERED: Final = date(2025, 2, 3)
LEFT: Final = date(2025, 4, 30)
CLOSED: Final = date(2025, 5, 20)
_COURSE: Final = Course(entered_on=ENTERED, left_on=LEFT)

LIVES: Final = {
    "never entered anything": Life(),
    "is on the way": Life(
        coached=((date(2025, 1, 20), None),),
        courses=(_COURSE, Course(module="F3", entered_on=date(2025, 6, 2))),
    ),
    "waits": Life(courses=(_COURSE,), coached=((date(2025, 1, 20), date(2025, 7, 1)),)),
    "left in May": Life(
        courses=(_COURSE,),
        coached=((date(2025, 1, 20), CLOSED),),
        closed_on=CLOSED,
        destination="employment",
        settled_on=date(2025, 11, 25),
        settled_to="employment",
    ),
    "left with nothing settled": Life(courses=(_COURSE,), closed_on=CLOSED, destination="measure"),
    "left in December": Life(
        courses=(replace(_COURSE, left_on=None),), closed_on=date(2025, 12, 10), destination="ausbildung"
    ),
}

WEEKS_4: Final = timedelta(28)
ONE: Final = timedelta(1)
_LATE: Final = date(2025, 3, 1)


def _course(place: int, **changes: Any) -> Any:
    """A change of one course, if there is one at that place."""

    def changed(life: Life) -> dict[str, Any]:
        courses = list(life.courses)
        if place >= len(courses):
            return {}
        courses[place] = replace(courses[place], **changes)
        return {"courses": tuple(courses)}

    return changed


def _more(name: str, *more: Any) -> Any:
    return lambda life: {name: (*getattr(life, name), *more)}


def _after_end(days: int) -> Any:
    """A course begun so many days after the end, or after the reference date where there is none."""
    return lambda life: {
        "courses": (
            *life.courses,
            Course(module="F5", entered_on=(life.closed_on or AS_OF) + timedelta(days)),
        )
    }


EARLY_ENDS: Final = (
    *(
        _course(place, left_on=left_on, ground=ground)
        for place in (0, 1)
        for left_on, ground in (
            *(
                (day, "illness")
                for day in (date(2025, 6, 2), date(2025, 6, 3), date(2025, 7, 2), date(2025, 7, 3))
            ),
            (date(2025, 7, 2), "moved_away"),
            (AS_OF + ONE, "illness"),
        )
    ),
    _course(0, module="F6", left_on=date(2025, 7, 2), ground="illness"),
)
PLACEMENTS: Final = (
    _more("jobs", (ENTERED, ENTERED)),
    _more("jobs", (ENTERED, ENTERED), (LEFT, LEFT)),
    _more("jobs", (ENTERED, AS_OF + ONE)),
    _more("trainings", Trained(signed_on=ENTERED)),
    _more("trainings", Trained(signed_on=ENTERED, kind="school_based")),
    lambda _: {"destination": "minor_employment"},
    lambda _: {"jobs": ((ENTERED, ENTERED),), "destination": "minor_employment"},
)
CONTRACTS: Final = tuple(
    _more("trainings", one)
    for one in (
        Trained(signed_on=ENTERED),
        Trained(signed_on=ENTERED, kind="school_based"),
        Trained(signed_on=AS_OF + ONE),
        Trained(signed_on=AS_OF + ONE, begun_on=ENTERED),
        Trained(signed_on=ENTERED, begun_on=_LATE),
        Trained(signed_on=ENTERED, begun_on=CLOSED + ONE),
        Trained(signed_on=ENTERED, begun_on=AS_OF + ONE),
        Trained(signed_on=ENTERED, begun_on=_LATE, left_on=LEFT),
        Trained(signed_on=ENTERED, begun_on=_LATE, left_on=CLOSED + WEEKS_4),
        Trained(signed_on=ENTERED, begun_on=_LATE, left_on=CLOSED + WEEKS_4 + ONE),
        Trained(signed_on=ENTERED, begun_on=_LATE, left_on=LEFT, ground="illness"),
        Trained(signed_on=ENTERED, begun_on=_LATE, left_on=LEFT, ground="other"),
        Trained(signed_on=ENTERED, left_on=LEFT, ground="other"),
        Trained(signed_on=ENTERED, begun_on=_LATE, left_on=AS_OF + ONE, ground="other"),
    )
)
CHANGES: Final[tuple[Any, ...]] = (
    *EARLY_ENDS,
    *({"gender": gender} for gender in ("male", "diverse", "not_stated", None)),
    *({"born": born} for born in (date(2007, 2, 1), date(2007, 3, 1), date(1995, 2, 1), date(1995, 3, 1))),
    *({"born": born} for born in (date(1970, 2, 1), date(1970, 3, 1), date(1960, 6, 1), None)),
    *({"nationalities": codes} for codes in ("", "439", "423 439")),
    *(
        {"statuses": answers}
        for answers in (
            (),
            (("unknown", ENTERED),),
            (("eu_citizen", ENTERED),),
            (("permit_25_5", ENTERED),),
            (("toleration_60a", ENTERED), ("unknown", _LATE)),
            (("unknown", ENTERED), ("toleration_60a", _LATE)),
            (("eu_citizen", ENTERED), ("toleration_60a", _LATE)),
            (("toleration_60a", ENTERED), ("eu_citizen", _LATE)),
            (("toleration_60a", ENTERED), ("eu_citizen", AS_OF + ONE)),
        )
    ),
    *(
        {"regimes": answers}
        for answers in (
            (),
            (("unknown", ENTERED),),
            (("sgb_ii", ENTERED),),
            (("asylblg_3", ENTERED), ("unknown", _LATE)),
            (("unknown", ENTERED), ("asylblg_3", _LATE)),
            (("asylblg_3", AS_OF + ONE),),
        )
    ),
    *({"levels": answers} for answers in ((), (("B1", ENTERED),), (("A2", ENTERED), ("B2", _LATE)))),
    *(
        {"schools": answers}
        for answers in (
            (),
            (("not_stated", ENTERED),),
            (("ahr", ENTERED),),
            (("ahr", ENTERED), ("hsa_9", _LATE)),
            (("hsa_9", ENTERED), ("ahr", _LATE)),
            (("hsa_9", ENTERED), ("ahr", AS_OF + ONE)),
        )
    ),
    {"place": THERE},
    *({"referred_by": source} for source in ("self", None)),
    *({"opened_on": on} for on in (date(2025, 1, 3), date(2024, 12, 31), AS_OF, AS_OF + ONE)),
    *({name: on} for name in ("first_plan_on", "plan_on") for on in (ENTERED, AS_OF + ONE)),
    {"first_plan_on": ENTERED, "plan_on": _LATE},
    *(
        {"declined_on": on, "decline_ground": ground}
        for on in (ENTERED, date(2025, 11, 3), AS_OF + ONE)
        for ground in ("no_contact", "moved")
    ),
    *(
        {"closed_on": on}
        for on in (
            None,
            LEFT,
            CLOSED + ONE,
            date(2025, 6, 30),
            date(2025, 7, 1),
            AS_OF - WEEKS_4,
            AS_OF - WEEKS_4 + ONE,
            AS_OF,
            AS_OF + ONE,
        )
    ),
    *({"destination": where} for where in (None, "unknown", "ausbildung", "minor_employment", "measure")),
    *(
        {"settled_on": on}
        for on in (
            None,
            CLOSED,
            CLOSED + WEEKS_4,
            CLOSED + WEEKS_4 + ONE,
            AS_OF,
            AS_OF + ONE,
        )
    ),
    *(
        {"settled_on": on, "settled_to": where}
        for on in (CLOSED + WEEKS_4, CLOSED + WEEKS_4 + ONE, date(2025, 12, 30))
        for where in (None, "unknown", "ausbildung", "minor_employment")
    ),
    *(
        _course(place, **changes)
        for place in (0, 1)
        for changes in (
            {"module": "F6"},
            {"module": None},
            {"entered_on": None},
            {"entered_on": date(2025, 2, 4)},
            {"entered_on": date(2025, 4, 30)},
            {"entered_on": AS_OF},
            {"entered_on": AS_OF + ONE},
            {"left_on": None},
            {"left_on": date(2025, 6, 1)},
            {"left_on": date(2025, 6, 3)},
            {"left_on": date(2025, 7, 2)},
            {"left_on": AS_OF},
            {"left_on": AS_OF + ONE},
            {"certificate": "language_certificate"},
            {"certificate": "attendance"},
            {"school_leaving": "hsa_9"},
            {"certificate": "language_certificate", "left_on": CLOSED + WEEKS_4},
            {"certificate": "language_certificate", "left_on": CLOSED + WEEKS_4 + ONE},
            {"certificate": "language_certificate", "left_on": AS_OF + ONE},
        )
    ),
    _more(
        "courses",
        *(
            Course(entered_on=ENTERED, left_on=left_on, certificate="language_certificate")
            for left_on in (LEFT, CLOSED + WEEKS_4 + ONE)
        ),
    ),
    *(_after_end(days) for days in (0, 1, 28, 29)),
    _more("courses", Course(module="F4", entered_on=date(2025, 3, 3), left_on=date(2025, 3, 31))),
    _more("courses", Course(module="F4", entered_on=LEFT, left_on=CLOSED)),
    _more("courses", Course(module="F4", entered_on=LEFT + ONE, left_on=CLOSED)),
    _more("courses", Course(module="F4", entered_on=ENTERED - ONE, left_on=ENTERED - ONE)),
    _more("coached", (date(2025, 1, 13), date(2025, 1, 14))),
    _more("coached", (date(2025, 9, 1), None)),
    *CONTRACTS,
    *(
        _more("jobs", (told, begins))
        for told, begins in (
            (ENTERED, ENTERED),
            (ENTERED, AS_OF + ONE),
            (AS_OF + ONE, ENTERED),
            (CLOSED, CLOSED),
            (CLOSED, CLOSED + ONE),
            (CLOSED, CLOSED + WEEKS_4),
            (CLOSED, CLOSED + WEEKS_4 + ONE),
            (date(2025, 12, 12), date(2025, 12, 12)),
        )
    ),
    _more("jobs", (ENTERED, ENTERED), (LEFT, LEFT)),
    *({"held": 9}, {"attempted": 9}),
)
"""What two lives can differ in: a value, or values on both sides of a day that matters."""

REPORTS_ASKED: Final[tuple[tuple[str, dict[str, str]], ...]] = (
    ("esf", {}),
    ("pathways", {}),
    ("pathways_breakdown", {"by": "residence_status"}),
    ("not_won", {}),
    ("statistics", {}),
    ("breakdown", {"by": "language_level"}),
    ("monitoring", {}),
)


def changed(life: Life, number: int) -> Life:
    """The life with a change of it."""
    change = CHANGES[number]
    return replace(life, **(change(life) if callable(change) else change))


def figures(name: str, given: dict[str, str], lives: list[Life], how: str) -> bytes:
    """The bytes of a report: of lives ``alone``, in bundles of ``facts``, or of ``columns``."""
    facts = facts_of_lives(lives)
    if how == "columns":
        facts = by_column(facts)
    evidence = Evidence(wanted=frozenset()) if how == "alone" else None
    if name != MONITORING.name:
        return canonical_json(REPORTS[name].run(facts, AS_OF, given, evidence))
    # Before disclosure control, which of a town so small shows nothing.
    counting = MONITORING.counting(facts, AS_OF, given, evidence)
    tables = MONITORING.counted(counting)
    return repr((tables, volume_of(counting, tables))).encode()


@pytest.mark.parametrize(
    ("name", "given", "who"),
    [
        (name, given, who)
        for (name, given), who in product(REPORTS_ASKED, LIVES)
        if name in ("esf", "pathways") or who not in ("waits", "left with nothing settled")
    ],
    ids=lambda value: str(value),
)
def test_two_lives_that_differ_in_one_thing_are_counted_as_each_alone(
    name: str, given: dict[str, str], who: str
) -> None:
    """In one bundle either of them would answer for both."""
    life = LIVES[who]
    for number, change in enumerate(CHANGES):
        if (other := changed(life, number)) != life:
            check_apart(name, given, life, other, change)


def check_apart(name: str, given: dict[str, str], one: Life, other: Life, changes: Any) -> None:
    """Both are counted as each alone; where medians are counted whichever of them a bundle would be asked by, and beside
    somebody who went on, or no wait would have a median."""
    beside = [LIVES["is on the way"]] if name.startswith("pathways") else []
    alone = figures(name, given, [one, other, *beside], "alone")
    assert figures(name, given, [one, other, *beside], "facts") == alone, changes
    if beside:
        assert figures(name, given, [*beside, other, one], "facts") == alone, changes


@pytest.mark.parametrize(
    ("name", "given"),
    [one for one in REPORTS_ASKED if one[0] in ("esf", "pathways", "pathways_breakdown", "statistics")],
    ids=lambda value: str(value),
)
def test_two_lives_of_which_the_same_thing_was_changed_are_counted_as_each_alone(
    name: str, given: dict[str, str]
) -> None:
    """Each value beside each other one: what is missing beside what is odd, several answers beside several others."""
    life = LIVES["left in May"]
    for one, other in combinations((change for change in CHANGES if isinstance(change, dict)), 2):
        if one.keys() == other.keys():
            check_apart(name, given, replace(life, **one), replace(life, **other), (one, other))
    for who, alike in (
        *(("is on the way", EARLY_ENDS), ("left in May", PLACEMENTS), ("left in May", CONTRACTS)),
    ):
        found = [replace(LIVES[who], **change(LIVES[who])) for change in alike]
        for first, second in combinations(range(len(alike)), 2):
            check_apart(name, given, found[first], found[second], (who, first, second))


@pytest.mark.parametrize(("name", "given"), REPORTS_ASKED, ids=lambda value: str(value))
def test_lives_that_differ_in_two_things_are_counted_as_each_alone(name: str, given: dict[str, str]) -> None:
    """A life, with each of two changes, and with both: what matters only beside something else."""
    dice = Random(7)  # a choice for a test, no secret
    for _ in range(60):
        life = dice.choice([*LIVES.values()])
        first, second = dice.sample(range(len(CHANGES)), 2)
        lives = [life, changed(life, first), changed(life, second), changed(changed(life, first), second)]
        dice.shuffle(lives)
        alone = figures(name, given, lives, "alone")
        assert figures(name, given, lives, "columns") == alone, (first, second)


def test_everything_that_lives_can_differ_in_is_seen_by_a_report() -> None:
    """Or nothing could go wrong with it: of every field of a life there is a change that makes other figures."""
    seen: set[str] = set()
    for (name, given), life in product(REPORTS_ASKED, LIVES.values()):
        plain = figures(name, given, [life], "facts")
        for number in range(len(CHANGES)):
            other = changed(life, number)
            differs = {
                field.name
                for field in fields(Life)
                if getattr(life, field.name) != getattr(other, field.name)
            }
            if not differs <= seen and figures(name, given, [other], "facts") != plain:
                seen |= differs
    assert seen == {field.name for field in fields(Life)}
