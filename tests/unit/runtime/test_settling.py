"""Which calls are given up as lost, and when."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from ivr.clock import VirtualClock
from ivr.errors import ConnectionLost, RefusedInput, StoreError
from ivr.runtime import settling
from ivr.runtime.settling import AGAIN, SOON, Settler


class Records:
    """Records in memory; `away`: the database does not answer."""

    def __init__(self, *open_calls: str) -> None:
        self.open = list(open_calls)
        self.away = False
        self.looks = 0

    def calls(self) -> Sequence[str]:
        self.looks += 1
        if self.away:
            raise StoreError("it is away")
        return list(self.open)

    def close(self, calls: Sequence[str]) -> int:
        for call in calls:
            self.open.remove(call)
        return len(calls)


class Switch:
    """The channels of a switch, and those that are driven here."""

    def __init__(self, *channels: str) -> None:
        self.channels, self.driven = set(channels), set[str]()
        self.asked: list[str] = []
        self.away = False

    def there(self, call: str) -> bool:
        self.asked.append(call)
        if self.away:
            raise ConnectionLost("it is away")
        if call == "no name":
            raise RefusedInput("no channel has such a name")
        return call in self.channels


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


def settler(records: Records, switch: Switch, clock: VirtualClock) -> Settler:
    made = Settler(records, switch.there, switch.driven, clock.monotonic)
    made.soon()
    clock.advance(SOON)
    return made


def test_only_a_call_that_is_neither_driven_nor_on_the_switch_is_closed(clock: VirtualClock) -> None:
    records, switch = Records("gone", "driven", "in the fallback", "no name"), Switch("in the fallback")
    switch.driven.add("driven")  # its caller has gone, and its last nodes run
    settler(records, switch, clock).tend()
    assert records.open == ["driven", "in the fallback", "no name"]
    assert switch.asked == ["gone", "in the fallback", "no name"]


def test_a_call_that_is_taken_up_while_the_switch_is_asked_is_not_closed(clock: VirtualClock) -> None:
    records, switch = Records("late"), Switch()

    def there(call: str) -> bool:
        switch.driven.add(call)
        return False

    made = Settler(records, there, switch.driven, clock.monotonic)
    made.soon()
    clock.advance(SOON)
    made.tend()
    assert records.open == ["late"]


def test_it_looks_a_while_after_the_worker_came_and_then_now_and_then(clock: VirtualClock) -> None:
    records = Records()
    made = Settler(records, Switch().there, set(), clock.monotonic)
    clock.advance(AGAIN)
    made.tend()
    assert records.looks == 0  # no switch yet
    made.soon()
    made.tend()
    assert records.looks == 0
    clock.advance(SOON)
    made.tend()
    made.tend()
    assert records.looks == 1
    clock.advance(AGAIN)
    made.tend()
    assert records.looks == 2


def test_a_database_that_is_away_is_asked_again_soon(clock: VirtualClock) -> None:
    records, switch = Records("gone"), Switch()
    made = settler(records, switch, clock)
    records.away = True
    made.tend()
    records.away = False
    clock.advance(SOON)
    made.tend()
    assert records.open == []


def test_a_switch_that_is_away_closes_nothing(clock: VirtualClock) -> None:
    records, switch = Records("gone"), Switch()
    switch.away = True
    with pytest.raises(ConnectionLost):
        settler(records, switch, clock).tend()
    assert records.open == ["gone"]


def test_many_are_closed_a_portion_at_a_time(clock: VirtualClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settling, "MOST", 2)
    records, switch = Records("a", "b", "c"), Switch()
    made = settler(records, switch, clock)
    made.tend()
    assert records.open == ["c"]
    clock.advance(SOON)
    made.tend()
    assert records.open == []
