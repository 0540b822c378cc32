"""A caller may leave at any moment: whatever was going on, the journey is whole and nothing is raised."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.call import KEYS
from ivr.flow.scripted import HangUp, Pause, Press, Speak
from ivr.http_client import Response
from ivr.runtime.state import pack, unpack
from tests.calls import Scenario, Services, load

RICH = Scenario(
    load(
        """
    id: rich
    vars: {account: null, amount: null, pin: null, ticket: null, n: 0}
    calendars: {office: {timezone: Asia/Shanghai, mon-fri: "08:30-18:00"}}
    always: {star: repeat, "9": back}
    on_hangup: write
    defaults:
      outcomes: {exhausted: talk, error: talk, busy: bye, no_answer: bye, refused: bye, failed: bye}
    nodes:
      hours: {type: hours, calendar: office, open: main, closed: main}
      main:
        type: menu
        prompt: [Hello., {pause: 1s}]
        options: {1: account, 2: message, 3: pin, 4: other, 0: talk}
      account:
        type: collect
        prompt: Account.
        into: account
        digits: {length: 3}
        confirm: {prompt: "{{ account | digits }}?"}
        next: ask
      ask:
        type: operation
        http: {url: "https://crm.example/{{ account }}"}
        meanwhile: {after: 1s, prompt: One moment., music: default}
        save: {amount: json.amount}
        next: tell
      tell: {type: play, goal: told, prompt: "{{ amount | money('EUR') }}.", next: main}
      message:
        type: record
        prompt: Speak.
        review: {prompt: Keep?}
        next: main
        outcomes: {too_short: main}
      pin: {type: collect, prompt: Pin., into: pin, digits: {length: 4}, sensitive: true, next: main}
      other: {type: subflow, flow: inner, with: {n: n}, save: {n: n}, next: main, outcomes: {large: talk}}
      talk: {type: transfer, extension: "1001", next: bye}
      bye: {type: hangup, prompt: Goodbye.}
      write: {type: operation, python: ticket, save: {ticket: json}, next: end, outcomes: OVER}
    """.replace("OVER", "{error: end, timeout: end, interrupted: end}"),
        """
    id: inner
    vars: {n: 0}
    inputs: [n]
    defaults: {outcomes: {exhausted: return}}
    nodes:
      up: {type: set, vars: {n: n + 1}, next: test}
      test: {type: branch, cases: [{when: n > 3, next: {return: large}}], else: where}
      where: {type: menu, prompt: Where., options: {1: return, 2: "flow:rich"}}
    """,
    ),
    "rich",
)

steps = st.lists(
    st.one_of(
        st.builds(Press, st.text(st.sampled_from(KEYS + "1234" * 4), min_size=1, max_size=6)),
        st.builds(Pause, st.floats(0, 30)),
        st.builds(Speak, st.floats(0, 10)),
    ),
    max_size=12,
)


def services(seconds: float) -> Services:
    answer = Response(200, {}, '{"amount": 12.50}')
    answers: dict[str, Any] = {f"https://crm.example/{number}": answer for number in ("111", "123", "444")}
    return Services({**answers, "ticket": "T1"}, seconds)


@settings(max_examples=150, deadline=None)
@given(steps, st.floats(0, 60), st.floats(0, 4), st.sampled_from(["answered", "busy", "no_answer"]))
def test_a_caller_may_do_anything_and_leave_at_any_moment(
    script: list[Any], leave: float, slow: float, result: str
) -> None:
    leaving = [*script, Pause(leave), HangUp("ORIGINATOR_CANCEL")]
    walk = RICH.walk(*leaving, services=services(slow), answers={"1001": (result, 5.0)}, max_steps=300)
    assert walk.end.how in ("completed", "transfer", "abandoned", "failed")
    assert walk.path[-1] == "write:next"
    # What a later milestone writes down of a call is plain data, whatever happened to it.
    state = walk.engine.state
    packed = pack(state, walk.engine.secrets)
    back = unpack(packed)
    assert back.visit == state.visit
    if state.variables.get("amount") is not None:
        assert back.variables["amount"] == Decimal("12.50")
    if state.variables.get("pin"):
        assert "pin" not in back.variables
