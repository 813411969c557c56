"""Every field of every event and of the values inside has a title in both languages."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterator
from typing import Any, get_args, get_type_hints

from domain.code_titles import in_language
from domain.contact import ContactHeld
from domain.events import EVENTS
from domain.field_titles import FIELD_TITLES, OWN_TITLES, field_title
from domain.person import Residence
from domain.support_plan import Goal


def parts(hint: Any) -> Iterator[type[Any]]:
    """The dataclasses that a type hint speaks of, and those inside them."""
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        yield hint
        for inner in get_type_hints(hint).values():
            yield from parts(inner)
    else:
        for argument in get_args(hint):
            yield from parts(argument)


def owners() -> set[type[Any]]:
    """All events and all values inside them."""
    return {part for event in EVENTS.values() for part in parts(event)}


def fields_of(owner: type[Any]) -> list[str]:
    """The names of the fields of an event or value."""
    return [field.name for field in dataclasses.fields(owner)]


def test_the_values_inside_events_are_found() -> None:
    """A search that did not look inside would make the tests below blind."""
    assert {ContactHeld, Residence, Goal} <= owners()


def test_every_field_has_a_title_and_no_title_is_left_over() -> None:
    """A new field without a title fails here, and so does a title of a field that is gone."""
    names = {name for owner in owners() for name in fields_of(owner)}
    assert set(FIELD_TITLES) == names
    assert set(OWN_TITLES) <= {(owner.__name__, name) for owner in owners() for name in fields_of(owner)}


def test_fields_of_one_event_are_told_apart_in_both_languages() -> None:
    """Two fields of one event with the same title could not be told apart in a history."""
    alike = [
        (owner.__name__, title)
        for owner in owners()
        for language in ("de", "en")
        for title, times in Counter(
            in_language(field_title(owner, name), language) for name in fields_of(owner)
        ).items()
        if times > 1
    ]
    assert alike == []


def test_a_class_that_says_it_more_exactly_goes_before_the_name_alone() -> None:
    """``kind`` is the kind of contact in a contact and the goal in a goal."""
    assert field_title(ContactHeld, "kind").de == "Kontaktart"
    assert field_title(Goal, "kind").de == "Ziel"
    assert field_title(ContactHeld, "occurred_on").de == "geschehen am"
