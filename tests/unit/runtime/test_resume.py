"""A call whose worker died: the engine goes on at the node where it stood, as the same visit."""

from __future__ import annotations

from typing import Any

import pytest

from ivr.call import Kept
from ivr.errors import IvoryError
from ivr.flow.scripted import HangUp, Hear, Press, ScriptedCall, Step
from ivr.http_client import Response
from ivr.runtime.engine import MAX_ADOPTIONS, Engine
from ivr.runtime.journey import CallStarted, Journey, JourneyEvent, NodeLeft
from ivr.runtime.secrets import Secrets
from ivr.runtime.state import State, pack, unpack
from tests.calls import Services, load

ORDER = "https://crm.example/"
FLOWS = """
    id: t
    vars: {account: null, pin: null, ticket: null}
    defaults: {outcomes: {exhausted: bye, error: sorry}}
    nodes:
      main: {type: menu, prompt: Main., options: {1: account, 2: order, 3: inner}}
      account: {type: collect, prompt: Account?, into: account, digits: {length: 4}, next: bye}
      order:
        type: operation
        http: {method: %s, url: "https://crm.example/"}
        next: bye
        outcomes: {timeout: sorry, interrupted: unsure}
      unsure: {type: play, prompt: Unsure., next: bye}
      inner: {type: subflow, flow: other, next: bye}
      pin: {type: collect, prompt: Pin?, into: pin, sensitive: true, digits: {length: 4}, next: known}
      known: {type: menu, prompt: Known., options: {1: bye}}
      sorry: {type: play, prompt: Sorry., next: bye}
      bye: {type: hangup, prompt: Bye.}
"""
OTHER = """
    id: other
    nodes:
      say: {type: play, prompt: Other., next: return}
"""


def flows(method: str = "POST") -> dict[str, Any]:
    return load(FLOWS % method, OTHER, checked=False)


def resume(
    state: State | str, *steps: Step, keys: str = "", method: str = "POST", services: Services | None = None
) -> tuple[ScriptedCall, list[JourneyEvent], Engine]:
    text = state if isinstance(state, str) else pack(state, Secrets())
    call = ScriptedCall(steps, kept=Kept(text, keys))
    events: list[JourneyEvent] = []
    engine = Engine(
        call,
        flows(method),
        "t",
        services or Services({ORDER: Response(200, {}, "{}")}),
        Journey(events.append),
    )
    engine.run()
    return call, events, engine


def at(node: str, **more: Any) -> State:
    return State("t", node, "en-US", {"account": None, "pin": None, "ticket": None}, **{"visit": 7, **more})


def visits(events: list[JourneyEvent]) -> list[tuple[int, str, str]]:
    return [(event.visit, event.node, event.outcome) for event in events if isinstance(event, NodeLeft)]


def test_it_goes_on_at_the_same_node_as_the_same_visit() -> None:
    call, events, _ = resume(at("main", visit=3), Press("1"), Hear("Account?"), HangUp())
    assert visits(events) == [(3, "main", "1"), (4, "account", "hangup")]
    assert "Main." in [line.text for line in call.transcript]


def test_the_call_is_told_of_by_the_flow_it_came_in_by() -> None:
    _, events, _ = resume(at("main", entry="first", version="v1"), HangUp())
    (started,) = [event for event in events if isinstance(event, CallStarted)]
    assert (started.flow, started.version) == ("first", "v1")


def test_keys_of_an_entry_are_kept_and_those_that_follow_complete_it() -> None:
    _, events, engine = resume(at("account"), Press("34"), keys="12")
    assert engine.state.variables["account"] == "1234"
    assert visits(events)[0] == (7, "account", "next")


def test_who_was_cut_off_over_an_entry_hears_what_was_asked_for() -> None:
    call, _, engine = resume(at("account"), Hear("Account?"), Press("34"), keys="12")
    assert engine.state.variables["account"] == "1234"
    assert [line.text for line in call.transcript].count("Account?") == 1


def test_what_is_kept_at_a_node_names_it_and_the_visit() -> None:
    call, _, _ = resume(at("main"), Press("1"), Hear("Account?"), HangUp())
    assert call.kept is not None
    state = unpack(call.kept.text)
    assert (state.node, state.visit) == ("account", 8)


def test_keys_of_an_entry_are_kept_as_they_come_though_the_flow_asks_for_a_pin() -> None:
    call, _, _ = resume(at("account"), Hear("Account?"), Press("12"), HangUp())
    assert call.kept is not None
    assert call.kept.keys == "12"


@pytest.mark.parametrize(("method", "outcome", "requests"), [("POST", "interrupted", 0), ("GET", "next", 1)])
def test_what_may_not_be_done_twice_is_interrupted(method: str, outcome: str, requests: int) -> None:
    services = Services({ORDER: Response(200, {}, "{}")})
    _, events, _ = resume(at("order"), method=method, services=services)
    assert visits(events)[0] == (7, "order", outcome)
    assert len(services.requests) == requests


def test_an_operation_that_was_not_begun_is_done() -> None:
    services = Services({ORDER: Response(200, {}, "{}")})
    resume(at("main"), Press("2"), services=services)
    assert [parts["headers"]["Idempotency-Key"].rpartition(":")[2] for _, _, parts in services.requests] == [
        "8"
    ]


def test_what_was_typed_in_confidence_is_asked_for_again_and_the_visit_keeps_its_number() -> None:
    state = at("known", asked={"pin": "pin"}, lost=["pin"])
    _, events, engine = resume(state, Hear("Pin?"), Press("7744"), Hear("Known."), Press("1"))
    assert visits(events) == [(8, "pin", "next"), (7, "known", "1"), (9, "bye", "next")]
    assert engine.state.variables["pin"] == "7744"


def test_a_call_that_lost_its_pin_again_can_leave_by_the_node_that_asks() -> None:
    _, events, _ = resume(at("known", asked={"pin": "pin"}, lost=["pin"]))
    assert [node for _, node, _ in visits(events)] == ["pin", "bye"]


def test_a_subflow_returns_to_the_flow_that_waited() -> None:
    frame = {"flow": "t", "node": "inner", "variables": {}, "back": [], "asked": {}, "lost": []}
    state = State("other", "say", "en-US", {}, visit=4, frames=[frame])
    _, events, _ = resume(state)
    assert [node for _, node, _ in visits(events)] == ["say", "bye"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"flow": "t"}',
        pack(at("gone"), Secrets()),
        pack(State("gone", "x", "", {}), Secrets()),
    ],
)
def test_a_call_whose_place_is_no_more_begins_anew(text: str) -> None:
    _, events, _ = resume(text, HangUp())
    assert visits(events) == [(1, "main", "hangup")]


def test_one_whose_state_cannot_be_had_begins_anew() -> None:
    class Lost(ScriptedCall):
        @property
        def kept(self) -> Kept | None:
            raise IvoryError("the store is away")

        @kept.setter
        def kept(self, _: Kept | None) -> None:
            return

    assert Engine(Lost([HangUp()]), flows(), "t", Services(), Journey()).run().how == "abandoned"


def test_a_visit_at_which_one_worker_after_the_other_dies_is_an_error() -> None:
    _, events, _ = resume(at("account", adopted=MAX_ADOPTIONS))
    assert visits(events)[:2] == [(7, "account", "error"), (8, "sorry", "next")]
    _, events, _ = resume(at("account", adopted=MAX_ADOPTIONS - 1), Press("1234"))
    assert visits(events)[0] == (7, "account", "next")


def test_a_call_that_was_answered_is_not_answered_again() -> None:
    from datetime import UTC, datetime

    call, _, _ = resume(at("main", answered=datetime(2026, 12, 1, tzinfo=UTC)), HangUp())
    assert not call.answered
