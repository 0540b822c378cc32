"""Callers who wait for agents, on a real FreeSWITCH: who is served when, and what becomes of the others."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.freeswitch.centre import Centre, plan
from tests.freeswitch.client import Client
from tests.freeswitch.conftest import Crm, Ivory, wait_for
from tests.freeswitch.instance import Instance

FLOWS = Path(__file__).parent / "flows_routing"


@pytest.fixture(scope="module")
def ivory(
    freeswitch: Instance, crm: Crm, prompt_cache: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Ivory]:
    folder = tmp_path_factory.mktemp("centre")
    served = Ivory(freeswitch, folder, FLOWS, crm, prompt_cache)
    (folder / "routing.yaml").write_text(plan(2))
    served.environment |= {
        "IVR_ACD_PLAN": str(folder / "routing.yaml"),
        "IVR_ACD_MIRROR": str(folder / "routing.json"),
        "IVR_ACD_CONTROL": str(folder / "control.sock"),
    }
    served.start()
    yield served
    served.stop()


@pytest.fixture
def centre(ivory: Ivory, freeswitch: Instance) -> Iterator[Centre]:
    with Client(freeswitch) as phone:
        centre = Centre(ivory, phone, Path(ivory.environment["IVR_ACD_PLAN"]))
        yield centre
        phone.api("hupall")
        centre.sign_out(*(name for name in centre.status["agents"] if centre.state(name) != "logged_out"))
        wait_for(lambda: phone.channels() == 0, 10, "every channel gone")


def path(ivory: Ivory, ani: str) -> list[tuple[str, str]]:
    return [(step.node, step.outcome) for step in ivory.journey(ani, 20).steps]


def ended(centre: Centre, ani: str) -> str:
    """Where the queue's outcome led a caller."""
    return path(centre.ivory, ani)[1][0]


def test_a_caller_and_an_agent_talk_and_the_caller_goes_on_afterwards(centre: Centre) -> None:
    centre.plan(plan(2, wrap_up="2s"))
    centre.sign_in("a1")
    centre.call("13900000001")
    wait_for(lambda: centre.talks() == {"a1": "13900000001"}, 5, "the talk")
    assert centre.state("a1") == "busy"
    leg = centre.legs()["a1"]
    assert centre.phone.api(f"uuid_getvar {leg} ivr_show_account") == "4711"
    centre.phone.hang_up(leg)
    wait_for(lambda: centre.state("a1") == "wrap_up", 2, "wrap-up")
    wait_for(lambda: centre.state("a1") == "available", 3, "the wrap-up's end")
    assert path(centre.ivory, "13900000001") == [("billing", "next"), ("after", "next")]


def test_callers_are_served_in_their_order_and_one_agent_serves_one(centre: Centre) -> None:
    centre.plan(plan(2))
    centre.sign_in("a1")
    centre.order("agent.break", agent="a1")
    callers = [f"1390000010{number}" for number in range(4)]
    for ani in callers:
        centre.call(ani)
    assert centre.waiting() == 4
    centre.order("agent.ready", agent="a1")
    for ani in callers:
        wait_for(lambda ani=ani: centre.talks() == {"a1": ani}, 5, f"the talk with {ani}")
        centre.phone.hang_up(centre.legs()["a1"])


def test_a_caller_who_hangs_up_frees_the_agent(centre: Centre) -> None:
    centre.plan(plan(2))
    centre.sign_in("a1")
    caller = centre.call("13900000201")
    wait_for(centre.talks, 5, "the talk")
    centre.phone.hang_up(caller)
    wait_for(lambda: centre.state("a1") == "available" and not centre.legs(), 3, "the agent free")
    assert path(centre.ivory, "13900000201") == [("billing", "hangup")]


def test_who_hangs_up_while_waiting_is_forgotten_and_nobody_is_rung(centre: Centre) -> None:
    centre.plan(plan(2))
    centre.sign_in("a1")
    centre.order("agent.break", agent="a1")
    caller = centre.call("13900000301")
    assert centre.waiting() == 1
    centre.phone.hang_up(caller)
    wait_for(lambda: centre.waiting() == 0, 3, "the queue empty")
    centre.order("agent.ready", agent="a1")
    assert not centre.legs()


def test_who_hangs_up_while_the_agent_rings_stops_the_ringing(centre: Centre) -> None:
    centre.plan(plan(1, "loopback/1003/public"))
    centre.sign_in("a1")
    caller = centre.call("13900000302")
    wait_for(lambda: centre.state("a1") == "reserved" and centre.legs(), 3, "the ringing")
    centre.phone.hang_up(caller)
    wait_for(lambda: centre.state("a1") == "available" and not centre.legs(), 3, "silence")


def test_an_agent_who_does_not_answer_is_let_be_and_the_next_serves(centre: Centre) -> None:
    text = plan(2, ring="2s", no_answer_delay="30s", max_no_answer=1, strategy="top_down")
    centre.plan(text.replace("dial: null/agent1", "dial: loopback/1003/public"))
    centre.sign_in("a1", "a2")
    centre.call("13900000401")
    wait_for(lambda: centre.state("a1") == "reserved", 2, "the first agent rung")
    wait_for(lambda: centre.talks() == {"a2": "13900000401"}, 5, "the talk with the second")
    assert centre.state("a1") == "on_break"
    assert set(centre.legs()) == {"a2"}


@pytest.mark.parametrize(
    ("dial", "wait"), [("error/USER_BUSY", "busy_delay"), ("loopback/1004/public", "reject_delay")]
)
def test_an_agent_who_cannot_take_it_costs_the_caller_nothing(centre: Centre, dial: str, wait: str) -> None:
    text = plan(2, strategy="top_down", **{wait: "30s"})
    centre.plan(text.replace("dial: null/agent1", f"dial: {dial}"))
    centre.sign_in("a1", "a2")
    centre.call("13900000402")
    wait_for(lambda: centre.talks() == {"a2": "13900000402"}, 5, "the talk with the second")


@pytest.mark.parametrize(("key", "node"), [("9", "keyed"), ("2", "called_back")])
def test_a_key_leaves_the_queue(centre: Centre, key: str, node: str) -> None:
    centre.plan(plan(2))
    centre.sign_in("a1")
    centre.order("agent.break", agent="a1")
    caller = centre.call("1390000050" + key)
    time.sleep(1.5)  # until the callback is offered
    centre.phone.press(caller, key)
    assert path(centre.ivory, "1390000050" + key)[1][0] == node
    assert centre.waiting() == 0


def test_the_queue_ends_by_itself_with_an_outcome_for_each_reason(centre: Centre) -> None:
    centre.plan(plan(2, max_wait="1s"))
    centre.sign_in("a1")
    centre.order("agent.break", agent="a1")
    centre.call("13900000601")
    assert ended(centre, "13900000601") == "late"
    centre.plan(plan(2, max_size=1))
    centre.call("13900000602")
    centre.phone.call("95598", "13900000603")
    assert ended(centre, "13900000603") == "full"
    never = {"timezone": "Asia/Shanghai", "mon-sun": "closed"}
    closed = plan(2, hours="never").replace("skills:", f"calendars: {{never: {never}}}\nskills:", 1)
    centre.plan(closed)
    centre.phone.call("95598", "13900000604")
    assert ended(centre, "13900000604") == "closed"


def test_overflow_brings_a_caller_to_others_with_their_place(centre: Centre) -> None:
    text = plan(2, overflow=[{"on": "wait", "after": "1s", "to": {"group": "sales"}}])
    centre.plan(text.replace("a2:\n    dial: null/agent2\n    groups:\n    - billing",
                             "a2:\n    dial: null/agent2\n    groups:\n    - sales"))  # fmt: skip
    centre.sign_in("a1", "a2")
    centre.order("agent.break", agent="a1")
    centre.call("13900000605")
    wait_for(lambda: centre.talks() == {"a2": "13900000605"}, 5, "somebody of the other group")
