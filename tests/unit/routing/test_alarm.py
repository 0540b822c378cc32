"""An alarm rings at its moment, once, however often it is set."""

from __future__ import annotations

import time

import gevent
import pytest

from ivr.routing.alarm import Alarm


@pytest.fixture
def rung() -> list[float]:
    return []


def test_it_rings_at_the_soonest_moment_it_was_set_to(rung: list[float]) -> None:
    alarm = Alarm(time.time, lambda: rung.append(time.time()))
    soon = time.time() + 0.05
    alarm.set(soon + 60)
    alarm.set(soon)
    gevent.sleep(0.15)
    alarm.stop()
    assert len(rung) == 1
    assert rung[0] >= soon


def test_a_moment_that_is_put_off_or_taken_back_does_not_ring(rung: list[float]) -> None:
    alarm = Alarm(time.time, lambda: rung.append(time.time()))
    alarm.set(time.time() + 0.05)
    alarm.set(None)
    gevent.sleep(0.1)
    alarm.set(time.time() + 0.05)
    alarm.set(time.time() + 60)
    gevent.sleep(0.1)
    alarm.stop()
    assert rung == []


def test_one_that_fails_rings_again() -> None:
    rung = []

    def ring() -> None:
        rung.append(1)
        alarm.set(time.time() + 0.01)

    alarm = Alarm(time.time, ring)
    alarm.set(time.time())
    gevent.sleep(0.1)
    alarm.stop()
    assert len(rung) > 1
