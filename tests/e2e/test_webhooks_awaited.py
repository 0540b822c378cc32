"""A flow that waits for a webhook, on the embedded switch: given by order, before the wait and during it, and
a worker's death loses nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ivr.errors import IvoryError
from ivr.runtime.journey import NodeLeft
from ivr.switch.extensions import Extension
from tests.e2e.house import House, until

FLOW = """
id: pay
languages: [en-US]
vars: {first: null, paid: null}
defaults: {outcomes: {error: end, timeout: late, exhausted: end}}
nodes:
  ask: {type: menu, prompt: {pause: 100ms}, noinput_after: 60s, options: {1: wait}}
  wait:
    type: operation
    wait_for: {webhook: paid, timeout: 1m}
    meanwhile: {after: 0s, music: default}
    save: {paid: json.sum}
    next: done
  done: {type: menu, prompt: {pause: 100ms}, noinput_after: 60s, options: {1: end}}
  late: {type: menu, prompt: {pause: 100ms}, noinput_after: 60s, options: {1: end}}
"""


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with House(tmp_path, FLOW, extensions={"8001": Extension("answers", after=0.01, talks=600)}) as running:
        yield running


@pytest.fixture
def call(house: House) -> str:
    made = str(house.give("call.start", number="8001", flow="pay")["call"])
    house.at(made, "ask")
    return made


def test_a_caller_who_waits_goes_on_when_it_comes(house: House, call: str) -> None:
    house.phone(call).press("1")
    house.at(call, "wait")
    answer = house.give("call.signal", call=call, key="paid", data={"sum": 12.5}, id="msg-1")
    assert answer == {"new": True}
    house.at(call, "done")
    assert house.shown(call)["variables"]["paid"] == "12.5"
    assert house.give("call.signal", call=call, key="paid", data={}, id="msg-1") == {"new": False}


def test_one_that_comes_before_the_wait_and_before_a_worker_dies_is_taken_by_the_next(
    house: House, call: str
) -> None:
    house.give("call.signal", call=call, key="paid", data={"sum": 3})
    house.another_worker()
    until(lambda: call in house.app.worker.engines)
    house.phone(call).press("1")
    house.at(call, "done")
    assert house.shown(call)["variables"]["paid"] == 3


def test_a_wait_goes_on_with_the_next_worker_and_its_token_holds(house: House, call: str) -> None:
    house.phone(call).press("1")
    house.at(call, "wait")
    visit = house.shown(call)["visit"]
    house.another_worker()
    until(lambda: call in house.app.worker.engines)
    house.give("call.signal", call=f"{call}:{visit}", data={"sum": 4})
    house.at(call, "done")
    assert house.shown(call)["variables"]["paid"] == 4
    left = [event for event in house.told if isinstance(event, NodeLeft) and event.node == "wait"]
    assert [event.outcome for event in left] == ["next"]


def test_a_worker_that_stops_walks_no_further(house: House, call: str) -> None:
    walks, told = list(house.app.worker._walks.values()), len(house.told)
    house.another_worker()
    assert [walk.ready() for walk in walks] == [True]
    assert not [event for event in house.told[told:] if isinstance(event, NodeLeft)]


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"call": "{call}:0", "data": {}}, "nobody waits for this any more"),
        ({"call": "{call}", "data": {}}, "for a call and a key, or for a token"),
        ({"call": "{call}:x", "data": {}}, "for a call and a key, or for a token"),
        ({"call": "00000000-0000-4000-8000-000000000000", "key": "paid"}, "is in a flow here"),
        ({"call": "{call}", "key": "a b"}, "key: String should match"),
        ({"call": "{call}", "key": "paid", "data": "x" * 9000}, "more than 8192 bytes"),
    ],
)
def test_what_is_for_nobody_is_refused(house: House, call: str, given: dict[str, str], why: str) -> None:
    given = {**given, "call": given["call"].replace("{call}", call)}
    with pytest.raises(IvoryError, match=why):
        house.give("call.signal", **given)


def test_what_a_webhook_brought_is_not_in_the_audit(house: House, call: str) -> None:
    kept: list[object] = []
    house.app.centre.orders._audit = kept.append
    house.give("call.signal", call=call, key="paid", data={"card": "4111"}, id="m")
    assert "4111" not in str(kept)
    assert "'key': 'paid'" in str(kept)
