"""Time on hold, and who ended a talk."""

from __future__ import annotations

import pytest

from ivr.routing.endings import ended_by
from ivr.routing.on_hold import OnHold


def test_holds_are_added_up_and_counted_once() -> None:
    held = OnHold()
    for at, now in ((True, 10.0), (True, 12.0), (False, 15.0), (False, 16.0), (True, 20.0)):
        held.turn(at, now)
    assert (held.seconds, held.total(22.5)) == (5.0, 7.5)


@pytest.mark.parametrize("goes_on", [False, True])
def test_the_next_worker_goes_on_counting(goes_on: bool) -> None:
    held, found = OnHold(), OnHold()
    held.turn(True, 10.0)
    if not goes_on:
        held.turn(False, 14.0)
    found.restore(held.kept())
    assert found == held
    found.restore("99.0")
    assert found == held


def test_what_cannot_be_read_counts_as_nothing() -> None:
    held = OnHold()
    for text in ("", "x", "1:x"):
        held.restore(text)
    assert (held, held.kept()) == (OnHold(), "")


@pytest.mark.parametrize(
    ("cause", "whose"),
    [
        ("NORMAL_CLEARING", "caller"),
        ("", "caller"),
        ("MANAGER_REQUEST", "supervisor"),
        ("MEDIA_TIMEOUT", "system"),
        ("RECOVERY_ON_TIMER_EXPIRE", "system"),
    ],
)
def test_a_cause_tells_whose_end_it_was(cause: str, whose: str) -> None:
    assert ended_by(cause, "caller") == whose
