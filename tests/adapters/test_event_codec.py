"""Events come back exactly as they were, and say clearly when they cannot."""

from __future__ import annotations

import dataclasses
from datetime import date
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from adapters.event_codec import EventCodec, StoredEvent, TamperedEvent
from adapters.upcasters import Fields
from domain.personal import ERASED, Personal
from domain.ports import KeyUnavailable, UnknownEvent
from domain.recorded import Event
from tests.adapters.sample_events import (
    ALL,
    AMENDED,
    AMENDED_BECAUSE,
    BEGUN,
    EVENTS,
    MEASURED,
    NOTED,
    STREAM,
    Amended,
    FullName,
    Noted,
)
from tests.golden.instances import arbitrary

KEY = AESGCM(bytes(range(32)))
CODEC = EventCodec(EVENTS)


def there_and_back(event: Event, key: AESGCM | None = KEY) -> Any:
    return CODEC.decode(CODEC.encode(event, STREAM, 7, KEY), STREAM, 7, key)


def same(one: object, other: object) -> bool:
    """Equal down to the types: a StrEnum equals its text, but is not written like it."""
    return one == other and repr(one) == repr(other)


@pytest.mark.parametrize("event", ALL, ids=lambda event: type(event).__name__)
def test_an_event_comes_back_as_it_was(event: Event) -> None:
    """Dates, instants, enums, decimals, tuples, unions, ids and carried events keep value and type."""
    assert same(there_and_back(event), event)


@given(st.sampled_from(sorted(EVENTS)).flatmap(lambda name: arbitrary(EVENTS[name], tuple(EVENTS.values()))))
def test_any_event_comes_back_as_it_was(event: Event) -> None:
    """The same for whatever the annotations allow."""
    assert same(there_and_back(event), event)


def test_the_type_string_is_name_and_version() -> None:
    """So that a reader of the bare table knows what it looks at."""
    assert CODEC.encode(MEASURED, STREAM, 1, None).type == "measured.v3"
    assert CODEC.type_of(BEGUN) == "case_begun.v1"


def test_an_event_without_personal_fields_has_no_box_and_needs_no_key() -> None:
    """Offers and grants are written without any key."""
    stored = CODEC.encode(MEASURED, STREAM, 1, None)
    assert stored.personal is None
    assert same(CODEC.decode(stored, STREAM, 1, None), MEASURED)
    assert not CODEC.needs_key(MEASURED)


@pytest.mark.parametrize(
    "event", [BEGUN, NOTED, AMENDED, AMENDED_BECAUSE], ids=lambda event: type(event).__name__
)
def test_personal_fields_are_not_written_without_a_key(event: Event) -> None:
    """Not even those of a carried event."""
    assert CODEC.needs_key(event)
    with pytest.raises(KeyUnavailable, match="no key"):
        CODEC.encode(event, STREAM, 1, None)


def test_a_carrier_without_personal_content_needs_no_key() -> None:
    """What matters is what it carries, not what it could carry."""
    empty = Amended(occurred_on=date(2026, 1, 5), replacement=None, amended_version=1)
    about_public = dataclasses.replace(empty, replacement=MEASURED)
    for event in (empty, about_public):
        assert not CODEC.needs_key(event)
        stored = CODEC.encode(event, STREAM, 1, None)
        assert stored.personal is None
        assert same(CODEC.decode(stored, STREAM, 1, None), event)


def test_a_destroyed_key_erases_the_personal_fields_and_nothing_else() -> None:
    """Every other fact stays for the reports."""
    erased = dataclasses.replace(BEGUN, name=ERASED, birth_date=ERASED, salary_cents=ERASED)
    assert same(there_and_back(BEGUN, key=None), erased)
    assert same(there_and_back(NOTED, key=None), dataclasses.replace(NOTED, text=ERASED))


def test_a_carried_event_is_erased_field_by_field() -> None:
    """That something was amended, when, and to what kind of entry, stays known."""
    noted = dataclasses.replace(NOTED, text=ERASED)
    amended = dataclasses.replace(AMENDED, replacement=noted)
    assert same(there_and_back(AMENDED, key=None), amended)
    expected = dataclasses.replace(AMENDED_BECAUSE, replacement=amended, reason=ERASED)
    assert same(there_and_back(AMENDED_BECAUSE, key=None), expected)


@pytest.mark.parametrize("event", ALL, ids=lambda event: type(event).__name__)
def test_leaving_personal_fields_out_equals_a_destroyed_key(event: Event) -> None:
    """A projection that needs no names reads the same before and after an erasure."""
    stored = CODEC.encode(event, STREAM, 7, KEY)
    left_out = CODEC.withhold(stored.type, stored.payload)
    assert same(left_out, CODEC.decode(stored, STREAM, 7, None))


def test_an_erased_field_is_not_written_again() -> None:
    """Reading with erased fields and writing back would destroy what is still sealed elsewhere."""
    for event in (there_and_back(NOTED, key=None), there_and_back(AMENDED, key=None)):
        with pytest.raises(ValueError, match="erased"):
            CODEC.encode(event, STREAM, 8, KEY)


@pytest.mark.parametrize(
    "type_string",
    [
        "dreamt.v1",
        "measured.v4",
        "measured.v0",
        "measured.v",
        "measured",
        "measured.v03",
        "measured.v3.v3",
        "",
        ".v1",
    ],
)
def test_an_unknown_name_or_version_is_named_with_its_position(type_string: str) -> None:
    """The reader stops there; nothing is skipped."""
    with pytest.raises(UnknownEvent, match="position 17"):
        CODEC.decode(StoredEvent(type_string, b"{}", None), STREAM, 1, KEY, position=17)
    with pytest.raises(UnknownEvent, match="position 17"):
        CODEC.withhold(type_string, b"{}", position=17)


def test_an_unknown_carried_event_is_named_too() -> None:
    """The message says what is unknown and where it lies."""
    payload = (
        b'{"occurred_on":"2026-01-05","replacement":{"type":"dreamt.v9","fields":{}},"amended_version":1}'
    )
    with pytest.raises(UnknownEvent, match=r"position 3: event dreamt\.v9 inside amended\.v1"):
        CODEC.decode(StoredEvent("amended.v1", payload, None), STREAM, 1, KEY, position=3)


@pytest.mark.parametrize(
    ("payload", "where"),
    [
        (b"", ""),
        (b"{", ""),
        (b"[]", ""),
        (b"{}", ""),
        (MEASURED.colour.encode(), ""),
        (b'{"occurred_on":"2026-13-01"}', r"\$.occurred_on"),
    ],
)
def test_fields_that_do_not_fit_the_type_are_refused(payload: bytes, where: str) -> None:
    """With the place, and without the value that was found there."""
    with pytest.raises(
        TamperedEvent, match=f"position 5: the stored fields do not fit measured.v3.*{where}"
    ) as caught:
        CODEC.decode(StoredEvent("measured.v3", payload, None), STREAM, 1, KEY, position=5)
    assert "2026-13" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_an_event_that_is_not_registered_is_refused() -> None:
    """A forgotten line in the register shows at the first append."""
    with pytest.raises(TypeError, match="Noted is not in the register"):
        EventCodec({}).encode(NOTED, STREAM, 1, KEY)


OLD = StoredEvent(
    "measured.v1",
    b'{"occurred_on":"2026-01-03","at":"2026-01-03T23:59:59.999999Z","color":"green","share":"0.10","cost":-5,'
    b'"done":false,"ids":["00000000-0000-4000-8000-000000000001"],"pair":[1,"\xc3\x9f"],"label":{"text":"x"}}',
    None,
)


def english(fields: Fields) -> Fields:
    """v1 → v2: two fields renamed."""
    return {("colour" if name == "color" else name): value for name, value in fields.items()} | {
        "cost_cents": fields["cost"]
    }


def with_gender(fields: Fields) -> Fields:
    """v2 → v3: a field added."""
    return fields | {"gender": "diverse"}


UPCASTING = EventCodec(EVENTS, {("measured", 1): english, ("measured", 2): with_gender})


def test_an_old_version_is_read_through_all_its_upcasters() -> None:
    """v1 → v2 → v3, and the same again when it is met a second time."""
    for _ in range(2):
        assert same(UPCASTING.decode(OLD, STREAM, 1, None), MEASURED)
        assert same(UPCASTING.withhold(OLD.type, OLD.payload), MEASURED)


def test_a_missing_upcaster_makes_a_version_unknown() -> None:
    """A gap in the chain is not guessed over."""
    with pytest.raises(UnknownEvent, match=r"measured\.v1"):
        EventCodec(EVENTS, {("measured", 2): with_gender}).decode(OLD, STREAM, 1, None, position=1)


def test_a_carried_event_of_an_old_version_is_upcast_too() -> None:
    """Corrections live as long as what they correct."""
    payload = (
        b'{"occurred_on":"2026-01-05","replacement":{"type":"measured.v1","fields":%b},"amended_version":1}'
    )
    stored = StoredEvent("amended.v1", payload % OLD.payload, None)
    event = UPCASTING.decode(stored, STREAM, 1, None)
    assert same(event, Amended(occurred_on=date(2026, 1, 5), replacement=MEASURED, amended_version=1))


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class NotedTwice(Event):
    """``noted`` in its second version: the text was split."""

    schema_version = 2

    first: Personal[str]
    rest: Personal[str | None]


def split_text(fields: Fields) -> Fields:
    """v1 → v2, also where the text is left out."""
    if "text" not in fields:
        return fields
    first, _, rest = fields["text"].partition(" ")
    return {name: value for name, value in fields.items() if name != "text"} | {
        "first": first,
        "rest": rest or None,
    }


def test_personal_fields_of_an_old_version_are_upcast_in_the_open_and_stay_erased() -> None:
    """The upcaster sees public and personal fields together; without key it sees the public ones only."""
    newer = EventCodec({"noted": NotedTwice}, {("noted", 1): split_text})
    stored = CODEC.encode(NOTED, STREAM, 2, KEY)
    opened = newer.decode(stored, STREAM, 2, KEY)
    assert same(opened, NotedTwice(occurred_on=NOTED.occurred_on, first="Zyxwvu", rest="called"))
    erased = NotedTwice(occurred_on=NOTED.occurred_on, first=ERASED, rest=ERASED)
    assert same(newer.decode(stored, STREAM, 2, None), erased)
    assert same(newer.withhold(stored.type, stored.payload), erased)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class PersonalBelow(Event):
    """A personal field inside a value."""

    inner: tuple[Noted, ...]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Inner:
    """A value with a personal field, which cannot be sealed by itself."""

    name: Personal[str]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class PersonalInside(Event):
    """The same one level deeper."""

    inner: Inner | None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Ambiguous(Event):
    """JSON cannot tell the two apart."""

    value: FullName | Inner | None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class TwoTexts(Event):
    """A date and a text look alike."""

    value: date | str


@dataclasses.dataclass(frozen=True, kw_only=True)
class WithoutSlots(Event):
    """Forgot slots=True."""

    value: int


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Judging(Event):
    """Judges facts when they are read."""

    minutes: int

    def __post_init__(self) -> None:
        if self.minutes > 480:
            raise ValueError("too long a day")


@pytest.mark.parametrize(
    ("cls", "reason"),
    [
        (PersonalBelow, r"PersonalBelow\.inner cannot be stored: an event is carried by"),
        (PersonalInside, r"PersonalInside\.inner\.name cannot be stored: only fields of the class itself"),
        (Ambiguous, r"Ambiguous\.value\.name cannot be stored"),
        (TwoTexts, "TwoTexts cannot be stored: Type unions may not contain more than one str-like type"),
        (WithoutSlots, "WithoutSlots cannot be stored: it is not a frozen slotted dataclass"),
        (Judging, "Judging cannot be stored: __post_init__ would judge"),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else "",
)
def test_a_class_that_could_not_come_back_is_refused_at_once(cls: type[Event], reason: str) -> None:
    """When the register is built, not when the first such event is read a year later."""
    with pytest.raises(TypeError, match=reason):
        EventCodec({"sample": cls})
