"""Greenlets are counted for as long as somebody holds them."""

from __future__ import annotations

import gc

import gevent
from gevent.event import Event

from ivr.ops.greenlets import Greenlets


def _left(greenlets: Greenlets, expected: int) -> int:
    """How many there are once the hub has let go of those that are over."""
    for _ in range(100):
        gevent.sleep(0.01)
        gc.collect()
        if len(greenlets) == expected:
            break
    return len(greenlets)


def test_those_that_run_and_those_that_are_held_are_counted_and_no_others() -> None:
    greenlets, go_on = Greenlets(), Event()
    greenlets.start()
    try:
        running = gevent.spawn(go_on.wait)
        held = gevent.spawn(int)
        for _ in range(10):
            gevent.spawn(int)
        gevent.joinall([held])
        assert _left(greenlets, 2) == 2
        go_on.set()
        running.join()
        del running, held
        assert _left(greenlets, 0) == 0
    finally:
        greenlets.stop()
    other = gevent.spawn(int)
    assert len(greenlets) == 0
    other.join()
