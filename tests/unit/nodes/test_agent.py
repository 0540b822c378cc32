"""`agent`: whose telephone it is, whether they are who they say, and what is ordered for them."""

from __future__ import annotations

from typing import Any

import pytest

from ivr.flow.script import Hear, Pause, Press, Step
from ivr.testing.model import StaffModel
from tests.calls import Services, Walk, findings, walk

STAFF = {
    "1001": StaffModel(telephone="1001", pin="2468"),
    "alice": StaffModel(telephone="1002", state="on_break"),
    "1003": StaffModel(telephone="1003", pin="1357", state="logged_out"),
    "1004": StaffModel(telephone="1004", refused=True),
}
ASK = "ask: {id: Your id., pin: Your PIN., invalid: These do not go together.}"


def do(deed: str, *steps: Step, ani: str = "1001", options: str = "", **more: Any) -> Walk:
    more_ways = ", wrong_pin: end, exhausted: end" if "ask" in options else ""
    flow = f"""
    vars: {{who: null, state: null}}
    defaults: {{tries: 2, outcomes: {{error: end}}}}
    nodes:
      it:
        type: agent
        do: {deed}
        into: who
        state: state
        {options or "goal: done"}
        next: done
        outcomes: {{unknown: end, refused: end{more_ways}}}
      done: {{type: hangup, prompt: Done.}}
    """
    return walk(flow, *steps, ani=ani, services=Services(staff=STAFF), **more)


def orders(walked: Walk) -> list[str]:
    return walked.services.agents.orders


@pytest.mark.parametrize(
    ("deed", "ani", "options", "wish", "state"),
    [
        ("sign_in", "1003", "", "sign_in 1003", "available"),
        ("sign_in", "1003", "here: true", "sign_in 1003 1003", "available"),
        ("sign_out", "1001", "", "sign_out 1001", "logged_out"),
        ("ready", "1002", "", "ready alice", "available"),
        ("break", "1001", "reason: lunch", "break 1001 lunch", "on_break"),
        ("wrap_up_done", "1001", "", "wrap_up_done 1001", "available"),
        ("extend", "1001", "more: 1m", "extend 1001 60", "available"),
        ("extend", "1001", "", "extend 1001", "available"),
        ("dispose", "1001", "code: solved", "dispose 1001 solved", "available"),
        ("toggle", "1001", "", "break 1001", "on_break"),
        ("toggle", "1002", "", "ready alice", "available"),
        ("toggle", "1003", "", "sign_in 1003", "available"),
    ],
)
def test_a_telephone_of_the_house_is_its_agent(
    deed: str, ani: str, options: str, wish: str, state: str
) -> None:
    walked = do(deed, ani=ani, options=options)
    assert walked.path == ["it:next", "done:next"]
    assert orders(walked) == [wish]
    assert walked.variables == {"who": wish.split()[1], "state": state}
    assert walked.left[0].detail["did"] == wish.split()[0]


def test_a_telephone_that_is_nobody_s_orders_nothing() -> None:
    walked = do("ready", ani="13800000000")
    assert walked.path == ["it:unknown"]
    assert orders(walked) == []


@pytest.mark.parametrize(("deed", "ani"), [("ready", "1003"), ("ready", "1004")])
def test_what_cannot_be_done_is_refused_and_told(deed: str, ani: str) -> None:
    walked = do(deed, ani=ani)
    assert walked.path == ["it:refused"]
    assert walked.left[0].detail["problems"]
    assert orders(walked) == []


def test_elsewhere_they_say_who_they_are() -> None:
    walked = do(
        "sign_in", Hear("Your id"), Press("1003#"), Hear("Your PIN"), Press("1357#"), ani="", options=ASK
    )
    assert orders(walked) == ["sign_in 1003"]


def test_on_their_own_telephone_they_need_not() -> None:
    assert orders(do("ready", options=ASK)) == ["ready 1001"]
    always = ASK.replace("invalid:", "always: true, invalid:")
    walked = do("ready", Hear("Your id"), Press("1001#"), Hear("Your PIN"), Press("2468#"), options=always)
    assert orders(walked) == ["ready 1001"]


def test_the_pin_is_in_nothing_that_is_written_down() -> None:
    walked = do("sign_in", Press("1003#"), Hear("Your PIN"), Press("1357#"), ani="", options=ASK)
    assert orders(walked) == ["sign_in 1003"]
    written = (
        str(walked.events) + str(walked.call.transcript) + (walked.call.kept.text if walked.call.kept else "")
    )
    assert "1357" not in written


def test_a_wrong_pin_is_explained_and_the_tries_are_bounded() -> None:
    steps: list[Step] = [
        Press("1003#"),
        Hear("Your PIN"),
        Press("9999#"),
        Hear("go together"),
        Hear("Your id"),
        Press("1003#"),
    ]
    walked = do("sign_in", *steps, Hear("Your PIN"), Press("1356#"), ani="", options=ASK)
    assert walked.path == ["it:wrong_pin"]
    assert orders(walked) == []


def test_an_id_there_is_none_of_is_asked_for_its_pin_as_well() -> None:
    walked = do("sign_in", Press("7777#"), Hear("Your PIN"), Press("1357#"), Pause(90), ani="", options=ASK)
    assert walked.path == ["it:wrong_pin"]


def test_an_agent_without_a_pin_cannot_prove_to_be_one() -> None:
    walked = do("ready", Press("1004#"), Hear("Your PIN"), Press("0000#"), Pause(90), ani="", options=ASK)
    assert walked.path == ["it:wrong_pin"]


def test_silence_is_not_a_wrong_pin() -> None:
    assert do("ready", Pause(90), ani="", options=ASK).path == ["it:exhausted"]


@pytest.mark.parametrize(
    "options", ["do: dispose", "do: ready, reason: lunch", "do: sign_out, here: true", "do: ready, more: 5s"]
)
def test_what_does_not_go_together_is_refused(options: str) -> None:
    flow = f"nodes: {{a: {{type: agent, {options}, next: end, outcomes: {{unknown: end, refused: end}}}}}}"
    assert [one.code for one in findings(flow)] == ["F138"]
