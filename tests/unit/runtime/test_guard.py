"""The timers of calls: set anew in time, never during a talk, and not all at once."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from ivr.errors import ConnectionLost
from ivr.esl import commands
from ivr.esl.commands import ApiCall
from ivr.runtime.guard import Guard

SECONDS = 15


@dataclass
class One:
    guarded: bool = True

    def guard(self, seconds: int) -> Sequence[ApiCall]:
        return commands.guard("a", seconds) if self.guarded else ()


class Bench:
    def __init__(self, seconds: int = SECONDS) -> None:
        self.now = 0.0
        self.sent: list[ApiCall] = []
        self.away = False
        self.guard = Guard(self.post, seconds, lambda: self.now, random.Random(3).uniform)

    def post(self, *calls: ApiCall) -> None:
        if self.away:
            raise ConnectionLost("away")
        self.sent += calls

    def added(self) -> list[str]:
        return [call for call in self.sent if call.startswith("sched_api")]


def test_each_timer_is_set_anew_long_before_it_runs_out() -> None:
    bench = Bench()
    bench.guard.begin("a")
    last = 0.0
    for _ in range(400):
        bench.now += 0.5
        bench.sent.clear()
        bench.guard.tend({"a": One()})
        if bench.added():
            last = bench.now
        assert bench.now - last < SECONDS * 0.7


def test_the_old_one_goes_and_the_new_one_comes_in_one_write() -> None:
    bench = Bench()
    bench.guard.begin("a", at_once=True)
    bench.guard.tend({"a": One()})
    assert bench.sent == [
        "sched_del ivr-guard-a",
        "sched_api +15 ivr-guard-a uuid_transfer a fallback XML ivory",
    ]


def test_a_recording_is_ended_before_its_call_is_taken_elsewhere() -> None:
    assert commands.guard("a", 15, commands.api("uuid_break", "a", "all")) == (
        "sched_del ivr-guard-a",
        "sched_api +15 ivr-guard-a uuid_break a all",
        "sched_api +17 ivr-guard-a uuid_transfer a fallback XML ivory",
    )


def test_while_people_talk_none_is_set() -> None:
    bench = Bench()
    bench.guard.begin("a", at_once=True)
    bench.now += 60
    bench.guard.tend({"a": One(guarded=False)})
    assert not bench.sent


def test_they_are_not_set_anew_all_at_once() -> None:
    bench = Bench()
    calls = {str(number): One() for number in range(300)}
    for uuid in calls:
        bench.guard.begin(uuid)
    most = 0
    for _ in range(40):
        bench.now += 0.25
        before = len(bench.added())
        bench.guard.tend(calls)
        most = max(most, len(bench.added()) - before)
    assert most < 60


def test_when_the_line_is_away_they_are_due_again_at_once() -> None:
    bench = Bench()
    bench.guard.begin("a", at_once=True)
    bench.away = True
    with pytest.raises(ConnectionLost):
        bench.guard.tend({"a": One()})
    bench.away = False
    bench.guard.tend({"a": One()})
    assert len(bench.added()) == 1


def test_a_call_that_ended_is_forgotten_and_nothing_is_sent_for_it() -> None:
    bench = Bench()
    bench.guard.begin("a", at_once=True)
    bench.guard.tend({})
    bench.guard.tend({"a": One()})
    assert not bench.sent


def test_without_seconds_there_are_none() -> None:
    bench = Bench(0)
    bench.guard.begin("a", at_once=True)
    bench.guard.tend({"a": One()})
    assert not bench.sent
