"""Callers who wait for agents, on a real FreeSWITCH: who is served when, and what becomes of the others."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from urllib.request import urlopen

import pytest
import yaml

from ivr.store import calls as stored
from ivr.store.schema import open_current
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
    with Client(freeswitch) as phone:
        phone.api("hupall")
        centre.sign_out(*(name for name, (state, _) in centre.states().items() if state != "logged_out"))
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
    with urlopen(f"http://127.0.0.1:{centre.ivory.ops_port}/metrics") as metrics:
        figures = metrics.read().decode()
    for figure in ('ivory_agents{state="busy"} 1.0', "ivory_talks 1.0", "ivory_router_violations_total 0.0"):
        assert figure in figures
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
        wait_for(partial(_talks, centre, ani), 5, f"the talk with {ani}")
        centre.phone.hang_up(centre.legs()["a1"])


def test_a_caller_who_hangs_up_frees_the_agent(centre: Centre) -> None:
    centre.plan(plan(2))
    centre.sign_in("a1")
    caller = centre.call("13900000201", sip=True)  # half a loopback may park before it ends
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


def test_an_agent_hears_whom_they_get_before_the_caller_does(centre: Centre) -> None:
    centre.plan(plan(2))
    centre.sign_in("a1")
    centre.call("13900000701")
    wait_for(centre.legs, 3, "the agent's leg")
    leg = centre.legs()["a1"]
    app = f"uuid_getvar {leg} current_application"
    wait_for(lambda: centre.phone.api(app) == "playback", 3, "the whisper")
    assert not centre.talks()
    wait_for(lambda: centre.talks() == {"a1": "13900000701"}, 6, "the talk after it")


def test_an_agent_who_hangs_up_on_the_whisper_leaves_the_caller_where_they_were(centre: Centre) -> None:
    centre.plan(plan(2, reject_delay="30s", strategy="top_down"))
    centre.sign_in("a1", "a2")
    centre.call("13900000702")
    wait_for(lambda: "a1" in centre.legs(), 3, "the first agent's leg")
    time.sleep(0.3)
    centre.phone.hang_up(centre.legs()["a1"])
    wait_for(lambda: centre.talks() == {"a2": "13900000702"}, 8, "the talk with the second")


def test_an_agent_sends_the_caller_to_another_group_with_their_place_in_time(centre: Centre) -> None:
    centre.plan(plan(2).replace("a2:\n    dial: null/agent2\n    groups:\n    - billing",
                                "a2:\n    dial: null/agent2\n    groups:\n    - sales"))  # fmt: skip
    centre.sign_in("a1", "a2")
    centre.call("13900000801")
    wait_for(lambda: centre.talks() == {"a1": "13900000801"}, 6, "the talk")
    centre.order("agent.transfer", agent="a1", to={"group": "sales"})
    wait_for(lambda: centre.talks() == {"a2": "13900000801"}, 6, "the talk with somebody of sales")
    wait_for(lambda: centre.state("a1") == "available", 3, "the first agent free")


def test_agents_who_die_while_they_are_connected_cost_no_caller_the_place(centre: Centre) -> None:
    """Each agent's telephone hangs up 0 to 76 ms after it answered: before, while and after the two are
    joined. Whoever was not connected is still there, and in order."""
    short = dict.fromkeys(("reject_delay", "busy_delay", "no_answer_delay"), "0s")
    text = plan(20, **short, max_no_answer=100)
    dying = text
    for number in range(1, 21):
        dying = dying.replace(f"null/agent{number}\n", f"loopback/70{(number - 1) * 4:02d}/public\n")
    centre.plan(dying)
    callers = {f"1390001{number:04d}": "" for number in range(30)}
    for ani in callers:
        callers[ani] = centre.phone.call("95598", ani)
    centre.sign_in(*(f"a{number}" for number in range(1, 21)))
    wait_for(lambda: _offers(centre) >= 200, 60, "200 offers")
    centre.sign_out(*(f"a{number}" for number in range(1, 21)))
    wait_for(lambda: not centre.legs(), 8, "no more offers")
    time.sleep(1)

    def served() -> set[str]:
        return {ani for ani in callers if ("after", "next") in path_so_far(centre.ivory, ani)}

    def waiting() -> list[str]:
        rows = {row["uuid"]: row["cid_num"] for row in centre.phone.rows("channels")}
        return [rows[contact.rpartition(":")[0]] for contact in centre.queue()]

    lost = [ani for ani, leg in callers.items() if centre.phone.api(f"uuid_exists {leg}") == "false"]
    assert set(lost) <= served()
    there = waiting()
    assert there == sorted(there)
    wait_for(lambda: {*waiting(), *served()} == {*callers}, 10, "all of them waiting, or served")


def test_the_event_socket_goes_and_comes_back(centre: Centre, freeswitch: Instance) -> None:
    centre.plan(plan(2))
    centre.sign_in("a1")
    for ani in ("13900000901", "13900000902", "13900000903"):
        centre.call(ani)
    wait_for(lambda: centre.talks() == {"a1": "13900000901"}, 6, "the talk")
    queue, ups = centre.queue(), centre.ivory.count("switch_up")
    done = subprocess.run(["ss", "-K", "dport", "=", str(freeswitch.port)], capture_output=True, text=True)
    if not done.stdout.count("ESTAB"):
        pytest.skip("this system cannot cut a connection")
    with Client(freeswitch) as centre.phone:
        centre.phone.hang_up(centre.legs()["a1"])
        wait_for(lambda: centre.ivory.count("switch_up") > ups, 10, "the line back")
        wait_for(lambda: centre.talks() == {"a1": "13900000902"}, 6, "the next one served")
        assert centre.queue() == queue[1:]


def test_a_killed_worker_costs_nobody_their_place_and_no_talk(centre: Centre) -> None:
    centre.plan(plan(6))
    centre.sign_in("a1", "a2", "a3", "a4")
    centre.order("agent.break", agent="a4", reason="lunch")
    for number in range(13):
        centre.call(f"13900002{number:03d}")
    wait_for(lambda: len(centre.talks()) == 3 and centre.waiting() == 10, 8, "three talks and ten who wait")
    time.sleep(0.5)
    talks, queue, states = centre.talks(), centre.queue(), centre.states()
    centre.ivory.kill_worker()
    wait_for(centre.reachable, 5, "orders are taken")
    wait_for(lambda: centre.waiting() == 10, 3, "the queue")
    assert (centre.talks(), centre.queue(), centre.states()) == (talks, queue, states)
    centre.phone.hang_up(centre.legs()["a2"])
    wait_for(lambda: centre.talks().get("a2", talks["a2"]) != talks["a2"], 6, "the first who waits is next")
    assert centre.queue() == queue[1:]


def test_when_freeswitch_is_restarted_the_calls_are_gone_and_the_agents_as_they_were(
    centre: Centre, freeswitch: Instance
) -> None:
    centre.plan(plan(3))
    centre.sign_in("a1", "a2")
    centre.order("agent.break", agent="a2", reason="lunch")
    for number in range(3):
        centre.call(f"13900003{number:03d}")
    wait_for(lambda: len(centre.talks()) == 1 and centre.waiting() == 2, 8, "a talk and two who wait")
    ups = centre.ivory.count("switch_up")
    freeswitch.stop(signal.SIGKILL)
    freeswitch.start()
    wait_for(lambda: centre.ivory.count("switch_up") > ups, 20, "the line back")
    wait_for(lambda: centre.waiting() == 0, 3, "nobody waits")
    wait_for(lambda: centre.state("a1") == "available", 3, "the agent free")
    assert centre.states()["a2"] == ("on_break", "lunch")
    with Client(freeswitch) as centre.phone:
        wait_for(
            lambda: "ivory-agents_a2" in centre.phone.api("hash_dump db ivory-agents"), 3, "it knows them"
        )
        centre.call("13900003100")
        wait_for(lambda: centre.talks() == {"a1": "13900003100"}, 6, "a new talk")


def _talks(centre: Centre, ani: str) -> bool:
    return centre.talks() == {"a1": ani}


def _offers(centre: Centre) -> int:
    return sum(one["tallies"]["offers"] for one in centre.status["agents"].values())


def path_so_far(ivory: Ivory, ani: str) -> list[tuple[str, str]]:
    """The nodes of the latest call from `ani`, and how they were left."""
    with open_current(ivory.environment["IVR_STORE_URL"]) as store:
        page = stored.page(store, stored.Query(number=ani, limit=1))
        steps = stored.journey(store, page.calls[0].id).steps if page.calls else ()
        return [(step.node, step.outcome) for step in steps]


def test_an_agent_whose_voicemail_may_answer_takes_a_call_by_a_key(centre: Centre) -> None:
    people = {
        "a1": {"dial": "null/agent1", "groups": ["billing"], "confirm": 1},
        "a2": {"dial": "null/agent2", "groups": ["billing"]},
    }
    centre.plan(yaml.safe_dump({"skills": {}, "groups": {"billing": {"ring": "4s"}}, "agents": people}))
    centre.sign_in("a1")
    centre.call("13900000901")
    wait_for(lambda: "a1" in centre.legs(), 5, "a1 is rung")
    leg = centre.legs()["a1"]
    time.sleep(0.5)
    centre.phone.api(f"uuid_recv_dtmf {leg} 7")
    time.sleep(0.3)
    assert (centre.talks(), centre.waiting(), centre.state("a1")) == ({}, 1, "reserved")
    centre.phone.api(f"uuid_recv_dtmf {leg} 1")
    wait_for(lambda: centre.talks() == {"a1": "13900000901"}, 5, "the talk")
    centre.phone.hang_up(leg)
    wait_for(lambda: centre.state("a1") == "available", 5, "a1 is free")
    centre.sign_in("a2")
    centre.call("13900000902")
    wait_for(lambda: centre.talks() == {"a2": "13900000902"}, 10, "the next agent has who is not taken")
    assert centre.state("a1") != "reserved"
