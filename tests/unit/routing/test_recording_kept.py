from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.routing.recording_kept import Taken, read, written

moments = st.floats(0, 86_400).map(lambda seconds: round(seconds, 3))
spans = st.lists(st.tuples(moments, moments), max_size=3).map(tuple)


@given(st.integers(1, 99), moments, spans, st.booleans())
def test_what_is_kept_of_a_recording_comes_back(
    number: int, started: float, paused: tuple[tuple[float, float], ...], silent: bool
) -> None:
    whole = (*paused, (1.5, None)) if silent else paused
    for taken in (Taken(number), Taken(number, "2026/11/22/call-1.wav", started, whole)):
        assert read(written(taken)) == taken
        assert not set(written(taken)) & set("${}'\";\\")
    assert Taken(1, "x.wav", 0.0, whole).silent == silent


@pytest.mark.parametrize("text", ["", "_undef_", "x", "1 a b", "1 a", "1 a 2.0 x-y", "1 a 2.0 1-2-3"])
def test_anything_else_is_a_call_that_was_never_recorded(text: str) -> None:
    assert read(text) == Taken(0)
