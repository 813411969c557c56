"""Every event that was ever written can be read for ever."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.dataclass_json import Shape
from adapters.event_codec import EventCodec
from domain.changes import NoteAdded
from domain.coaching import StepAgreed
from domain.commands import Command
from domain.events import COMMANDS, EVENTS
from domain.recorded import Event
from tests.adapters.sample_events import STREAM
from tests.golden.files import FOLDER, VARIANTS, golden, instance, write_missing
from tests.golden.instances import arbitrary, still_reads

CODEC = EventCodec(EVENTS)
KEY = AESGCM(bytes(range(32)))
FILES = sorted(FOLDER.glob("*.json"))


def read_golden(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return content


def decoded(content: dict[str, Any], variant: str, *, withheld: bool = False) -> Event:
    public, personal = (content[variant][part] for part in ("public", "personal"))
    inner = None if personal is None else json.dumps(personal).encode()
    return CODEC.join_carried(content["type"], json.dumps(public).encode(), inner, withheld)


@pytest.mark.parametrize("name", EVENTS)
def test_every_version_of_every_event_has_a_golden_file(name: str) -> None:
    """Missing? ``python -m tests.golden.files`` writes it; commit it with the event."""
    for version in range(1, EVENTS[name].schema_version + 1):
        assert (FOLDER / f"{name}.v{version}.json").is_file(), f"no golden file for {name}.v{version}"


@pytest.mark.parametrize("name", EVENTS)
def test_an_event_keeps_its_fields_as_long_as_it_keeps_its_version(name: str) -> None:
    """Changed fields need a higher schema_version, an upcaster and a new golden file; the old file stays."""
    cls = EVENTS[name]
    recorded = read_golden(FOLDER / f"{name}.v{cls.schema_version}.json")
    now = json.loads(json.dumps(golden(CODEC, cls)))
    assert still_reads(recorded["fields"], now["fields"]), (
        f"the fields of {cls.__name__} changed, but schema_version is still {cls.schema_version}"
    )


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("name", EVENTS)
def test_the_current_version_reads_as_the_event_it_was_written_from(name: str, variant: str) -> None:
    """Value by value and type by type, and is still written the same way."""
    cls = EVENTS[name]
    content = read_golden(FOLDER / f"{name}.v{cls.schema_version}.json")
    read, expected = decoded(content, variant), instance(cls, variant)
    assert (read, repr(read)) == (expected, repr(expected))
    assert json.loads(json.dumps(golden(CODEC, cls)[variant])) == content[variant]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_golden_file_is_readable(path: Path) -> None:
    """Of every version, with its personal fields and without; its name is that of an event still known."""
    content = read_golden(path)
    assert path.stem == content["type"]
    cls = EVENTS[content["type"].rpartition(".v")[0]]
    for variant in VARIANTS:
        assert isinstance(decoded(content, variant), cls)
        assert isinstance(decoded(content, variant, withheld=True), cls)


def test_golden_files_are_never_overwritten(tmp_path: Path) -> None:
    """Writing again adds what is missing and leaves the rest."""
    few = dict(list(EVENTS.items())[:3])
    assert len(write_missing(few, tmp_path)) == 3
    first = sorted(tmp_path.iterdir())[0]
    first.write_text("{}")
    assert write_missing(few, tmp_path) == []
    assert first.read_text() == "{}"


@pytest.mark.parametrize("name", EVENTS)
@settings(max_examples=10)
@given(data=st.data())
def test_any_event_of_the_register_comes_back_as_it_was(name: str, data: st.DataObject) -> None:
    """Sealed and opened again, whatever its annotations allow; erased it reads as with its personal part left out."""
    event: Event = data.draw(arbitrary(EVENTS[name], (NoteAdded, StepAgreed)))
    stored = CODEC.encode(event, STREAM, 3, KEY)
    read = CODEC.decode(stored, STREAM, 3, KEY)
    assert (read, repr(read)) == (event, repr(event))
    erased = CODEC.decode(stored, STREAM, 3, None)
    assert CODEC.withhold(stored.type, stored.payload) == erased
    assert erased.occurred_on == event.occurred_on


@pytest.mark.parametrize(
    ("recorded", "now"),
    [
        ({"a": "str"}, {"a": "str", "b": "int"}),
        ({"a": "str", "b": "int"}, {"a": "str"}),
        ({"a": "str"}, {"a": "int"}),
        ({"a": "str"}, {"a": {"personal": "str"}}),
        ({"a": {"members": ["x", "y"]}}, {"a": {"members": ["x"]}}),
        ({"a": {"one of": ["str", "NoneType"]}}, {"a": {"one of": ["str"]}}),
        ({"a": {"fields": {"b": "str"}}}, {"a": {"fields": {"b": "date"}}}),
    ],
)
def test_a_changed_shape_is_noticed(recorded: Any, now: Any) -> None:
    """A field more, less, of another type, no longer open; a member of an enum gone; and all that inside a value."""
    assert not still_reads(recorded, now)
    assert still_reads(recorded, recorded)


def test_a_grown_enum_reads_what_was_written() -> None:
    """The one change that needs no new version."""
    assert still_reads({"a": {"members": ["x"]}}, {"a": {"members": ["w", "x"]}})


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_can_be_sealed(name: str) -> None:
    """Its class could not be registered otherwise."""
    assert issubclass(COMMANDS[name], Command)
    shape = Shape(COMMANDS[name], CODEC)
    for variant in VARIANTS:
        command = instance(COMMANDS[name], variant)
        public, personal = shape.split(command)
        read = shape.whole(public) if personal is None else shape.join(public, personal)
        assert (read, repr(read)) == (command, repr(command))
