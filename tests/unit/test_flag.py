"""A flag that is set never makes anybody wait."""

from __future__ import annotations

import gevent
import pytest
from gevent.event import Event

from ivr.flag import Flag


def join_as_the_last_one_gives_up(flag: Event) -> bool:
    """Wait for a flag after it was set, while its only waiter is killed before it was told; whether that
    ended."""
    early = gevent.spawn(flag.wait)
    gevent.sleep(0)
    late = gevent.spawn(flag.wait, 0.01)
    killer = gevent.spawn(early.throw, gevent.GreenletExit)
    flag.set()
    killer.join(0.2)
    late.join(0.2)
    return late.ready()


def test_who_comes_when_it_is_set_goes_on() -> None:
    assert join_as_the_last_one_gives_up(Flag())


def test_gevents_own_still_has_the_trap() -> None:
    if join_as_the_last_one_gives_up(Event()):
        pytest.fail("gevent has mended it: ivr/flag.py can go")


def test_it_is_waited_for() -> None:
    flag = Flag()
    assert not flag.wait(0.01)
    gevent.spawn_later(0.01, flag.set)
    assert flag.wait(1)
    assert flag.wait(0)
