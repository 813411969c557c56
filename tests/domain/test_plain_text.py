"""Text that is shown says what is stored, and nothing that shows it obeys it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from domain.plain_text import reads_as_stored, shown_harmlessly


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_what_is_shown_obeys_nobody_and_the_rest_stays(text: str) -> None:
    """Shown once more it is the same; without characters to be obeyed it is what was stored."""
    shown = shown_harmlessly(text)
    assert shown_harmlessly(shown) == shown
    assert not any(one in shown for one in "\x1b\x9b\x00\u202e\u2066\u200f")
    assert not reads_as_stored(text) or shown == text
