"""Calls that are made and changed by order, on the embedded switch: through the socket, into the flow, and
past a worker's death."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ivr.errors import IvoryError
from ivr.runtime.journey import CallUnreached
from ivr.switch.extensions import Extension
from tests.e2e.house import House, until

FLOW = """
id: remind
languages: [en-US, zh-CN]
vars: {name: "", amount: 0, pin: null, day: ""}
inputs: [name, amount]
defaults: {outcomes: {error: end}}
nodes:
  ask:
    type: menu
    prompt: {pause: 100ms}
    noinput_after: 60s
    options: {1: ask, 2: told, 3: secret}
    outcomes: {exhausted: end}
  told:
    type: set
    vars: {day: "name + '!'"}
    next: stay
  stay:
    type: menu
    prompt: {pause: 100ms}
    noinput_after: 60s
    options: {1: end}
    outcomes: {exhausted: end}
  secret:
    type: collect
    prompt: {pause: 100ms}
    into: pin
    sensitive: true
    digits: {length: 4}
    next: end
    outcomes: {exhausted: end}
"""
PHONES = {
    "8001": Extension("answers", after=0.01, talks=600),
    "8002": Extension("busy"),
    "8003": Extension("no_answer"),
    "8004": Extension("answers", after=0.5, talks=600),
}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with House(tmp_path, FLOW, extensions=PHONES) as running:
        yield running


def test_who_answers_is_in_the_flow_with_what_was_given(house: House) -> None:
    call = house.give(
        "call.start", number="8001", flow="remind", variables={"name": "Li", "amount": 12.5}, language="zh-CN"
    )["call"]
    house.at(call, "ask")
    shown = house.shown(call)
    assert shown["variables"] == {"name": "Li", "amount": "12.5", "pin": None, "day": ""}
    seen = (shown["ani"], shown["language"], shown["node"], shown["state"])
    assert seen == ("8001", "zh-CN", "ask", "flow")
    record = house.record(call)
    assert (record.direction, record.flow, record.ani, record.end) == ("out", "remind", "8001", "")


def test_asked_twice_with_one_key_it_is_one_call_for_every_worker(house: House) -> None:
    asked = {"number": "8001", "flow": "remind", "key": "invoice-7"}
    first = house.give("call.start", **asked)
    again = house.give("call.start", **asked)
    assert (again["call"], again["new"]) == (first["call"], False)
    house.at(first["call"], "ask")
    house.another_worker()
    again = house.give("call.start", **asked)
    assert (again["call"], again["new"]) == (first["call"], False)
    with pytest.raises(IvoryError, match="used for another call"):
        house.give("call.start", **{**asked, "number": "8004"})
    assert len(house.switch.channels) == 1


@pytest.mark.parametrize(("number", "cause"), [("8002", "USER_BUSY"), ("8003", "NO_ANSWER")])
def test_who_is_not_reached_is_a_call_that_says_why(house: House, number: str, cause: str) -> None:
    call = house.give("call.start", number=number, flow="remind", ring=5 if number == "8003" else 30)["call"]
    until(lambda: any(isinstance(event, CallUnreached) for event in house.told))
    record = house.record(call)
    assert (record.end, record.hangup_cause, record.direction) == ("unreached", cause, "out")
    assert record.ended is not None


def test_a_telephone_that_rings_while_the_worker_dies_is_answered_into_the_flow(house: House) -> None:
    call = house.give("call.start", number="8004", flow="remind", variables={"name": "Li"})["call"]
    house.another_worker()
    house.at(call, "ask")
    assert house.shown(call)["variables"]["name"] == "Li"


def test_what_is_set_is_seen_by_the_next_expression_and_by_the_next_worker(house: House) -> None:
    call = house.give("call.start", number="8001", flow="remind", variables={"name": "Li"})["call"]
    house.at(call, "ask")
    assert house.give("call.set", call=call, variables={"name": "Wang"}) == {"before": {"name": "Li"}}
    house.another_worker()
    until(lambda: call in house.app.worker.engines)
    house.phone(call).press("2")
    house.at(call, "stay")
    assert house.shown(call)["variables"]["day"] == "Wang!"


@pytest.mark.parametrize(
    ("variables", "why"),
    [
        ({"nmae": "Li"}, 'has no variable "nmae"; did you mean "name"'),
        ({"pin": "1234"}, '"pin" is confidential'),
        ({"name": 7}, '"name" is a number here, and the flow remind has a text'),
        ({"name": "x" * 9000}, "more than 8192 bytes"),
    ],
)
def test_what_may_not_be_set_is_refused(house: House, variables: dict[str, object], why: str) -> None:
    call = house.give("call.start", number="8001", flow="remind")["call"]
    house.at(call, "ask")
    with pytest.raises(IvoryError, match=why.replace("?", r"\?")):
        house.give("call.set", call=call, variables=variables)


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"number": "+4930123456"}, "may not be dialled"),
        ({"flow": "remnid"}, 'there is no flow "remnid"'),
        ({"variables": {"day": "x"}}, 'takes no input "day"'),
        ({"number": "user/8001"}, "number: String should match"),
        ({"variables": {"amount": "much"}}, "is a text here"),
    ],
)
def test_a_call_that_may_not_be_is_refused_before_anybody_is_rung(
    house: House, given: dict[str, object], why: str
) -> None:
    with pytest.raises(IvoryError, match=why):
        house.give("call.start", **{"number": "8001", "flow": "remind", **given})
    assert not house.switch.channels
    assert not house.told


def test_a_call_is_ended_by_order_whether_it_rings_or_goes_on(house: House) -> None:
    talking = house.give("call.start", number="8001", flow="remind")["call"]
    ringing = house.give("call.start", number="8003", flow="remind")["call"]
    house.at(talking, "ask")
    until(lambda: ringing in house.switch.channels)
    live = house.give("calls.live")["calls"]
    assert {name: (entry["state"], entry["node"]) for name, entry in live.items()} == {
        talking: ("flow", "ask"),
        ringing: ("ringing", ""),
    }
    house.give("call.hang_up", call=talking)
    house.give("call.hang_up", call=ringing)
    house.ended(talking)
    until(lambda: any(isinstance(event, CallUnreached) for event in house.told))
    assert not house.switch.channels
    with pytest.raises(IvoryError, match="is in a flow here"):
        house.give("call.hang_up", call=talking)
