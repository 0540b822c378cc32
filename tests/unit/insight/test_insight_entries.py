"""The journey's shorthand for what a caller did at an input, read again."""

from __future__ import annotations

import pytest

from ivr.insight.entries import Entries, read


@pytest.mark.parametrize(
    ("heard", "entries"),
    [
        ("1", Entries(1, 0, 0, 0)),
        ("(silence) 7? 12", Entries(3, 1, 1, 0)),
        ("“show me my bill”", Entries(0, 0, 0, 0)),
        ("“my pill”? (noise) (too long) 2", Entries(1, 0, 3, 0)),
        ("•••• 1", Entries(2, 0, 0, 0)),
    ],
)
def test_presses_silence_and_what_was_not_taken_are_told_apart(heard: str, entries: Entries) -> None:
    assert read(heard) == entries
