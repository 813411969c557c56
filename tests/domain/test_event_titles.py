"""Every event has a title in both languages."""

from domain.event_titles import EVENT_TITLES
from domain.events import EVENTS


def test_every_event_has_a_title_and_no_title_is_left_over() -> None:
    """A new event without a title fails here, and so does a title of an event that is gone."""
    assert set(EVENT_TITLES) == set(EVENTS)


def test_titles_of_events_are_told_apart() -> None:
    """Two events with one title could not be told apart in a history."""
    assert len({title.de for title in EVENT_TITLES.values()}) == len(EVENT_TITLES)
    assert len({title.en for title in EVENT_TITLES.values()}) == len(EVENT_TITLES)
