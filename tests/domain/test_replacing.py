"""The quick replace is the one of the standard library, and what comes out of it is as frozen."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from typing import Any

import pytest

from domain.events import EVENTS
from domain.replacing import quickly_made, replace, thawed
from tests.golden.files import instance


@pytest.mark.parametrize("cls", EVENTS.values(), ids=EVENTS.keys())
def test_replacing_any_field_is_what_the_standard_library_does(cls: type[Any]) -> None:
    """For every event with all its fields given; the copy is an instance of the very class, and the old one is as before."""
    event = instance(cls, "full")
    before = copy.deepcopy(event)
    for field in dataclasses.fields(event):
        change = {field.name: getattr(event, field.name)}
        assert replace(event, **change) == dataclasses.replace(event, **change)
    made = replace(event, occurred_on=event.occurred_on.replace(year=1999))
    assert made == dataclasses.replace(event, occurred_on=event.occurred_on.replace(year=1999))
    assert type(made) is cls
    assert hash(made) == hash(dataclasses.replace(made))
    assert event == before


@pytest.mark.parametrize("cls", EVENTS.values(), ids=EVENTS.keys())
def test_a_copy_is_as_frozen_as_one_made_in_the_ordinary_way(cls: type[Any]) -> None:
    """No field can be set or deleted, no attribute added; it pickles and copies."""
    event = instance(cls, "full")
    made = replace(event)
    with pytest.raises(dataclasses.FrozenInstanceError):
        made.occurred_on = event.occurred_on
    with pytest.raises(dataclasses.FrozenInstanceError):
        del made.occurred_on
    with pytest.raises((AttributeError, TypeError)):
        made.other = 1
    assert pickle.loads(pickle.dumps(made)) == copy.deepcopy(made) == event


def test_an_unknown_field_and_a_class_that_computes_are_refused() -> None:
    """Neither is passed over in silence."""

    @dataclasses.dataclass(frozen=True, slots=True)
    class Doubled:
        single: int
        double: int = dataclasses.field(init=False)

        def __post_init__(self) -> None:
            object.__setattr__(self, "double", 2 * self.single)

    with pytest.raises(TypeError, match="computes fields"):
        replace(Doubled(1), single=2)
    unknown: dict[str, Any] = {"nothing_of_the_kind": 1}
    with pytest.raises(TypeError, match="nothing_of_the_kind"):
        replace(instance(EVENTS["note_added"], "full"), **unknown)


def test_what_is_thawed_can_be_changed_until_it_gets_its_class() -> None:
    """The one place where a value changes: while its maker alone knows it."""
    event = instance(EVENTS["note_added"], "full")
    made = object.__new__(thawed(type(event)))
    for field in dataclasses.fields(event):
        setattr(made, field.name, getattr(event, field.name))
    made.__class__ = type(event)
    assert made == event
    with pytest.raises(dataclasses.FrozenInstanceError):
        made.occurred_on = event.occurred_on


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class _Ordinary:
    one: int
    two: str = "zwei"
    three: tuple[int, ...] = ()


@quickly_made
@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class _Quick:
    one: int
    two: str = "zwei"
    three: tuple[int, ...] = ()


def test_what_is_quickly_made_is_what_the_ordinary_constructor_makes() -> None:
    """Fields, defaults, representation, comparison and hash; and it is frozen."""
    for given in ({"one": 1}, {"one": 2, "three": (1, 2)}, {"one": 3, "two": "x", "three": ()}):
        arguments: dict[str, Any] = given
        quick, ordinary = _Quick(**arguments), _Ordinary(**arguments)
        assert type(quick) is _Quick
        assert dataclasses.asdict(quick) == dataclasses.asdict(ordinary)
        assert repr(quick) == repr(ordinary).replace("_Ordinary", "_Quick")
        assert quick == _Quick(**arguments)
        assert hash(quick) == hash(ordinary)
        assert replace(quick, one=9) == dataclasses.replace(quick, one=9) == _Quick(**arguments | {"one": 9})
        assert pickle.loads(pickle.dumps(quick)) == quick
        with pytest.raises(dataclasses.FrozenInstanceError):
            quick.one = 7  # type: ignore[misc]  # that it is refused is the point


@pytest.mark.parametrize("arguments", [{}, {"two": "x"}, {"one": 1, "four": 4}])
def test_a_quick_constructor_refuses_what_the_ordinary_one_refuses(arguments: dict[str, Any]) -> None:
    """A missing field, an unknown one."""
    for cls in (_Quick, _Ordinary):
        with pytest.raises(TypeError, match="__init__"):
            cls(**arguments)


def test_only_a_class_that_stores_what_it_is_given_can_be_quickly_made() -> None:
    """Nothing that is computed or made anew would be left out in silence."""

    @dataclasses.dataclass(frozen=True, slots=True)
    class Anew:
        items: list[int] = dataclasses.field(default_factory=list)

    with pytest.raises(TypeError, match="made anew"):
        quickly_made(Anew)
