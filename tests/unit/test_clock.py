"""Clocks: the machine's own, and one that moves when it is told to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from ivr.clock import SystemClock, VirtualClock


def test_a_virtual_clock_moves_when_it_is_told_to() -> None:
    clock = VirtualClock(datetime(2026, 12, 1, 8, tzinfo=timezone(timedelta(hours=8))))
    assert clock.now() == datetime(2026, 12, 1, tzinfo=UTC)
    clock.advance(90.5)
    assert (clock.monotonic(), clock.now()) == (90.5, datetime(2026, 12, 1, 0, 1, 30, 500_000, tzinfo=UTC))
    assert clock.now().tzinfo is UTC


def test_time_does_not_run_backwards() -> None:
    with pytest.raises(ValueError, match="backwards"):
        VirtualClock().advance(-1)


def test_the_systems_clock_is_aware_and_monotonic() -> None:
    clock = SystemClock()
    before = clock.monotonic()
    assert clock.now().tzinfo is UTC
    assert clock.monotonic() >= before
