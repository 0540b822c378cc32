"""`operation` with `wait_for`: the caller waits for a webhook, and none is lost or counted twice."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ivr.call import Kept
from ivr.errors import IvoryError
from ivr.flow.scripted import HangUp, Pause, Press, ScriptedCall
from ivr.http_client import Response
from ivr.runtime.engine import Engine
from ivr.runtime.journey import Journey, JourneyEvent, NodeEntered, NodeLeft
from ivr.runtime.secrets import Secrets
from ivr.runtime.signals import of_visit
from ivr.runtime.state import State, pack
from tests.calls import Services, Walk, load, walk

URL = "https://pay.example/orders"
FLOW = """
    id: t
    vars: {{amount: 5, paid: null}}
    defaults: {{outcomes: {{error: failed, timeout: late, interrupted: unsure}}}}
    nodes:
      pay: {{type: operation, next: done, save: {{paid: json.paid}}, {options}}}
      done: {{type: play, prompt: Done., barge_in: none, next: end}}
      failed: {{type: play, prompt: Failed., next: end}}
      late: {{type: play, prompt: Late., next: end}}
      unsure: {{type: play, prompt: Unsure., next: end}}
"""
HTTP = f"http: {{method: POST, url: '{URL}', json: {{to: '{{{{ call.token }}}}'}}}}"
WAIT = "wait_for: {webhook: paid, timeout: 30s}"
MUSIC = "meanwhile: {after: 1s, prompt: One moment., music: default}"


def pay(options: str, *steps: Any, came: tuple[float, Any] | None = None, status: int = 200) -> Walk:
    services = Services({URL: Response(status, {}, "{}")}, webhooks={"paid": came} if came else {})
    return walk(FLOW.format(options=options), *steps, services=services)


def test_what_a_webhook_brings_is_the_answer() -> None:
    result = pay(WAIT, Pause(60), came=(4.0, {"paid": True}))
    assert (result.heard, result.variables["paid"], result.at("Done.")) == (["Done."], True, 4.0)
    assert result.left[0].detail == {"webhook": "paid", "came": True}


def test_the_node_is_the_name_where_none_is_given_and_a_minute_the_time() -> None:
    result = pay("wait_for: webhook", Pause(90))
    assert (result.services.awaited, result.at("Late.")) == (["pay"], 60.0)


def test_none_in_time_is_an_outcome() -> None:
    result = pay(WAIT, Pause(60))
    assert (result.heard, result.at("Late.")) == (["Late."], 30.0)


def test_the_caller_is_told_once_over_request_and_wait() -> None:
    result = pay(f"{HTTP}, {WAIT}, {MUSIC}", Pause(60), came=(20.0, {"paid": 1}))
    assert result.heard == ["One moment.", "Done."]
    assert (result.at("One moment."), result.at("Done.")) == (1.0, 20.0)


def test_the_request_says_where_the_webhook_is_to_go() -> None:
    result = pay(f"{HTTP}, {WAIT}", Pause(60), came=(1.0, {"paid": 1}))
    call = "00000000-0000-4000-8000-000000000001"
    assert json.loads(result.services.requests[0][2]["body"]) == {"to": f"{call}:1"}


@pytest.mark.parametrize("status", [404, 503])
def test_a_request_that_failed_is_not_waited_for(status: int) -> None:
    result = pay(f"{HTTP}, {WAIT}", Pause(60), came=(1.0, {"paid": 1}), status=status)
    assert (result.heard, result.services.awaited) == (["Failed."], [])


def test_who_hangs_up_waits_no_more() -> None:
    assert pay(WAIT, Pause(2), HangUp(), came=(4.0, {"paid": 1})).end.how == "abandoned"


def test_keys_pressed_meanwhile_do_not_end_the_wait() -> None:
    assert pay(WAIT, Press("1"), Pause(60), came=(4.0, {"paid": 7})).heard == ["Done."]


# Signals that come from outside, and crashes ----------------------------------------------------------


def resumed(state: State, options: str = WAIT, *steps: Any, **more: Any) -> tuple[Engine, list[JourneyEvent]]:
    events: list[JourneyEvent] = []
    call = ScriptedCall(steps or [Pause(60)], kept=Kept(pack(state, Secrets()), ""))
    flows = load(FLOW.format(options=options), checked=False)
    engine = Engine(call, flows, "t", Services(**more), Journey(events.append))
    return engine, events


def at(node: str, **more: Any) -> State:
    return State("t", node, "en-US", {"amount": 5, "paid": None}, **{"visit": 3, **more})


def outcome(events: list[JourneyEvent]) -> tuple[str, Any]:
    left = next(event for event in events if isinstance(event, NodeLeft))
    return left.outcome, left.detail.get("came")


@pytest.mark.parametrize("key", ["paid", of_visit(3)])
def test_one_that_came_before_a_worker_died_is_found_by_the_next(key: str) -> None:
    engine, events = resumed(at("pay", signals={key: '{"paid":true}'}))
    engine.run()
    assert outcome(events) == ("next", True)
    assert engine.state.variables["paid"] is True
    assert engine.state.signals == {}


def test_a_worker_that_takes_over_waits_for_the_rest_of_the_time_and_asks_nothing_again() -> None:
    engine, events = resumed(at("pay", progress={"until": 10.0}), f"{HTTP}, {WAIT}")
    engine.state.progress = {"until": engine.call.now().timestamp() + 5}
    engine.run()
    entered, left = (
        next(one for one in events if isinstance(one, kind) and one.node == "pay")
        for kind in (NodeEntered, NodeLeft)
    )
    assert (outcome(events), (left.at - entered.at).total_seconds()) == (("timeout", False), 5.0)


def test_a_request_in_doubt_is_still_in_doubt() -> None:
    engine, events = resumed(at("pay"), f"{HTTP}, {WAIT}")
    engine.run()
    assert outcome(events)[0] == "interrupted"


def test_what_comes_is_kept_with_the_call_at_once() -> None:
    engine, _ = resumed(at("done"))
    assert engine.signal("paid", {"paid": 2}, "msg-1")
    kept = engine.call.kept
    assert kept is not None
    assert '"paid":2' in json.loads(kept.text.split("\n")[1])["w"]["paid"]


def test_one_that_is_sent_twice_counts_once() -> None:
    engine, _ = resumed(at("done"))
    assert engine.signal("paid", 1, "msg-1")
    assert not engine.signal("paid", 2, "msg-1")
    assert engine.state.signals == {"paid": "1"}


def test_a_token_of_a_visit_that_is_over_is_refused() -> None:
    engine, _ = resumed(at("done", visit=7))
    with pytest.raises(IvoryError, match="nobody waits for this any more"):
        engine.signal(of_visit(6), {})
    assert engine.signal(of_visit(7), {})


def test_only_so_many_wait_and_none_is_large() -> None:
    engine, _ = resumed(at("done"))
    for number in range(8):
        engine.signal(f"k{number}", number)
    with pytest.raises(IvoryError, match="8 webhooks wait"):
        engine.signal("k8", 8)
    assert engine.signal("k7", "newer")
    with pytest.raises(IvoryError, match="more than 8192 bytes"):
        engine.signal("k1", "x" * 9000)


def test_an_operation_after_the_hangup_asks_for_no_silence() -> None:
    result = walk(
        """
        on_hangup: write
        nodes:
          hello: {type: play, prompt: Hello., next: end}
          write: {type: operation, python: ticket, next: end, outcomes: {error: end}}
        """,
        HangUp(),
        services=Services({"ticket": "T1"}),
    )
    assert result.path[-1] == "write:next"
