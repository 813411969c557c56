"""The quick replace is the one of the standard library, and what comes out of it is as frozen."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from typing import Any

import pytest

from domain.events import EVENTS
from domain.replacing import replace, thawed
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
