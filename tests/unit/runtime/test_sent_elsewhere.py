"""A call that somebody sends to a flow which its own does not lead to."""

from __future__ import annotations

from typing import Any

from ivr.flow.scripted import ScriptedCall
from ivr.runtime.engine import Engine
from ivr.runtime.journey import Journey, JourneyEvent, NodeLeft
from ivr.runtime.ports import Services as Ports
from ivr.runtime.state import State, beginning, pack, unpack
from ivr.testing.model import QueueModel
from tests.calls import Services, load

MAIN = """
id: main
nodes:
  inner: {type: subflow, flow: desk, next: never, outcomes: {error: sorry}}
  never: {type: play, prompt: Never., next: end}
  sorry: {type: play, prompt: Sorry., next: end}
"""
DESK = """
id: desk
nodes:
  wait:
    {type: transfer, skill: billing, next: return, outcomes: {error: wrong, timeout: wrong, full: wrong,
      closed: wrong, no_agent: wrong, failed: wrong}}
  wrong: {type: play, prompt: Wrong., next: return}
"""
BOX = """
id: box
nodes:
  a: {type: play, prompt: Leave a message., next: 'flow:thanks'}
"""
THANKS = "id: thanks\nnodes: {a: {type: play, prompt: Thank you., next: return}}"


def sent(to: str, newest: Any = None) -> tuple[ScriptedCall, list[JourneyEvent], Engine]:
    """A caller whose group's overflow sends them to `to`, within a subflow."""
    own, others = load(MAIN, DESK), load(BOX, THANKS)
    services: Ports = Services(groups={"billing": (QueueModel.model_validate({"wait": "1s", "sends": to}),)})
    call, events = ScriptedCall(), list[JourneyEvent]()
    engine = Engine(
        call, own, "main", services, Journey(events.append),
        newest=newest or (lambda name: others if name in others else {}),
    )  # fmt: skip
    engine.run()
    return call, events, engine


def steps(events: list[JourneyEvent]) -> list[tuple[str, str, str]]:
    return [(event.flow, event.node, event.outcome) for event in events if isinstance(event, NodeLeft)]


def test_it_goes_on_in_that_flow_as_it_serves_now_and_nobody_waits_for_it_to_return() -> None:
    call, events, _ = sent("flow:box")
    assert call.heard == "Leave a message. Thank you."
    assert steps(events)[-2:] == [("box", "a", "next"), ("thanks", "a", "next")]


def test_a_voicemail_is_a_flow() -> None:
    assert sent("voicemail:box")[0].heard == "Leave a message. Thank you."


def test_a_flow_there_is_none_of_costs_nobody_the_call() -> None:
    call, events, _ = sent("flow:nowhere")
    assert call.heard == "Wrong. Never."
    assert ("desk", "wait", "error") in steps(events)


def test_after_a_crash_it_goes_on_in_the_flows_it_was_sent_to() -> None:
    _, _, engine = sent("flow:box")
    state = unpack(pack(engine.state, engine.secrets))
    assert state.entry == "main"
    assert beginning(pack(state, engine.secrets)) == (load(BOX, THANKS)["box"].version, "box")


def test_what_was_kept_before_tells_the_flow_it_came_in_by() -> None:
    _, _, engine = sent("flow:nowhere")
    plain = State("main", "sorry", "en-US", {}, entry="main", version="v1")
    assert beginning(pack(plain, engine.secrets)) == ("v1", "main")
