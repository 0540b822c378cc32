"""What must cost nobody anything: the database goes for a while, the worker is killed, callers hang up in the
very moment in which they are connected."""

from __future__ import annotations

import os
import random
import signal
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.freeswitch.centre import Centre, plan
from tests.freeswitch.client import Client
from tests.freeswitch.conftest import Crm, Ivory, wait_for
from tests.freeswitch.instance import Instance
from tests.postgres.server import Server

FLOWS = Path(__file__).parent / "flows_routing"
WAIT, TALK = (int(number) for number in os.environ.get("IVORY_TEST_CROWD", "40,10").split(","))
"""How many wait, and how many talk, when the worker is killed."""
AWAY = float(os.environ.get("IVORY_TEST_AWAY", "20"))
"""Seconds without a database."""


@pytest.fixture(scope="module")
def ivory(
    freeswitch: Instance,
    crm: Crm,
    prompt_cache: Path,
    postgres: Server,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Ivory]:
    folder = tmp_path_factory.mktemp("faults")
    postgres.run("CREATE SCHEMA faults", "ivory")
    served = Ivory(freeswitch, folder, FLOWS, crm, prompt_cache)
    (folder / "routing.yaml").write_text(plan(2))
    served.environment |= {
        "IVR_ACD_PLAN": str(folder / "routing.yaml"),
        "IVR_ACD_MIRROR": str(folder / "routing.json"),
        "IVR_ACD_CONTROL": str(folder / "control.sock"),
        "IVR_STORE_URL": postgres.url("ivory", options="-csearch_path=faults"),
    }
    served.drain = 30.0
    served.start()
    yield served
    served.drain = 1.0
    served.stop()


@pytest.fixture
def centre(ivory: Ivory, freeswitch: Instance, postgres: Server) -> Iterator[Centre]:
    with Client(freeswitch) as phone:
        centre = Centre(ivory, phone, Path(ivory.environment["IVR_ACD_PLAN"]))
        yield centre
    if postgres.process is None:
        postgres.start()
    with Client(freeswitch) as phone:
        phone.api("hupall")
        centre.phone = phone
        wait_for(lambda: phone.channels() == 0, 20, "every channel gone")
        centre.sign_out(*(name for name, (state, _) in centre.states().items() if state != "logged_out"))


def come(centre: Centre, *numbers: str) -> None:
    """Callers come to the queue, one after the other."""
    for ani in numbers:
        centre.phone.call("95598", ani)


def crowd(centre: Centre, count: int) -> list[str]:
    """The calls of so many, in the order in which they come. They are FreeSWITCH's own `null/` ones, one
    channel each and without a number, so that they leave the processors to those who are tested."""
    calls = [str(uuid.uuid4()) for _ in range(count)]
    for call in calls:
        answer = centre.phone.api(f"originate {{origination_uuid={call}}}null/caller 95598 XML public")
        assert answer.startswith("+OK"), answer
    return calls


def waiting_calls(centre: Centre) -> list[str]:
    """The calls of those who wait, who is next first."""
    return [contact.partition(":")[0] for contact in centre.queue()]


def queue(centre: Centre) -> list[str]:
    """The numbers of those who wait, who is next first."""
    return [centre.phone.api(f"uuid_getvar {call} caller_id_number") for call in waiting_calls(centre)]


def talking_calls(centre: Centre) -> dict[str, str]:
    """Whose call each agent is in."""
    legs = {leg: agent for agent, leg in centre.legs().items()}
    rows = centre.phone.rows("calls")
    return {legs[row["b_uuid"]]: row["uuid"] for row in rows if row.get("b_uuid") in legs}


def violations(centre: Centre) -> float:
    """The router's invariants that were found broken."""
    with urlopen(f"http://127.0.0.1:{centre.ivory.ops_port}/metrics") as metrics:
        lines = metrics.read().decode().splitlines()
    return sum(float(line.split()[-1]) for line in lines if line.startswith("ivory_router_violations_total"))


def test_a_database_that_is_away_costs_no_place_and_no_talk_and_no_record(
    centre: Centre, postgres: Server
) -> None:
    centre.plan(plan(6))
    centre.sign_in("a1", "a2", "a3")
    numbers = [f"1391000{number:04d}" for number in range(10)]
    come(centre, *numbers[:5])
    wait_for(lambda: len(centre.talks()) == 3 and centre.waiting() == 2, 10, "three talks and two who wait")
    postgres.stop(signal.SIGQUIT)
    gone = time.monotonic()
    come(centre, *numbers[5:9])
    wait_for(lambda: centre.waiting() == 6, 10, "six who wait")
    assert queue(centre) == numbers[3:9]
    centre.order("agent.sign_in", agent="a5", ready=False, reason="lunch")
    centre.sign_in("a4")
    wait_for(lambda: len(centre.talks()) >= 4, 10, "a talk with who signed in")
    centre.phone.hang_up(centre.legs("a1")["a1"])
    wait_for(lambda: centre.talks().get("a1", numbers[0]) != numbers[0], 10, "the next one with who is free")
    time.sleep(0.5)
    talks, waiting, states = centre.talks(), queue(centre), centre.states()
    assert waiting == sorted(waiting)
    wait_for(centre.ivory.spare, 15, "another worker stands ready")
    before = centre.ivory.worker
    os.kill(before, signal.SIGKILL)
    killed = time.monotonic()
    wait_for(lambda: centre.ivory.worker != before and centre.reachable(), 15, "orders are taken")
    wait_for(lambda: centre.waiting() == len(waiting), 10, "the queue")
    print(f"\nwithout a database: {time.monotonic() - killed:.2f} s from the kill to the queue")
    assert (centre.talks(), queue(centre), centre.states()) == (talks, waiting, states)
    come(centre, numbers[9])
    centre.phone.hang_up(centre.legs("a2")["a2"])
    wait_for(lambda: centre.talks().get("a2") == waiting[0], 10, "the first who waits is next")
    time.sleep(max(0.0, AWAY - (time.monotonic() - gone)))
    postgres.start()
    centre.phone.api("hupall")
    wait_for(lambda: centre.phone.channels() == 0, 10, "every channel gone")
    deadline = time.monotonic() + 20
    while (lacks := missing(centre, postgres, numbers)) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert not lacks
    assert centre.states()["a5"] == ("on_break", "lunch")
    assert violations(centre) == 0


def missing(centre: Centre, postgres: Server, numbers: list[str]) -> list[str]:
    """What the records lack: one of each caller's call and of its contact, both with their ends, and the
    agents' states as they are."""
    calls = postgres.run("SELECT ani FROM faults.calls WHERE ended IS NOT NULL", "ivory")
    contacts = postgres.run("SELECT ani, disposition FROM faults.contacts WHERE ended IS NOT NULL", "ivory")
    agents = postgres.run("SELECT agent, state, reason FROM faults.agents", "ivory")
    kept = {agent: (state, reason or "") for agent, state, reason in agents}
    told = dict(contacts)
    return [
        *(f"no call of {ani}" for ani in numbers if calls.count((ani,)) != 1),
        *(f"no contact of {ani}" for ani in numbers if not told.get(f"+86{ani}")),
        *(f"{name}: {kept.get(name)}, not {state}" for name, state in centre.states().items()
          if state != kept.get(name, ("logged_out", ""))),
    ]  # fmt: skip


def test_callers_who_hang_up_at_any_moment_leave_no_agent_reserved_and_no_leg(centre: Centre) -> None:
    agents = [f"a{number}" for number in range(1, 11)]
    centre.plan(
        plan(len(agents), reject_delay="0s", busy_delay="0s", no_answer_delay="0s", max_no_answer=100)
    )
    centre.sign_in(*agents)
    chance = random.Random(5)
    begun = _offers(centre)

    def offered() -> float:
        return _offers(centre) - begun

    for number in range(200):
        (caller,) = crowd(centre, 1)
        # From before the agent is rung until long after they are connected, the whisper in between.
        time.sleep(chance.choice((0.02, 0.1, 0.3)) * chance.random())
        centre.phone.hang_up(caller)
        if number % 10 == 9 and offered() >= 100:
            break
    assert offered() >= 100
    wait_for(lambda: set(centre.states().values()) == {("available", "")}, 10, "every agent free")
    wait_for(lambda: not centre.legs(), 10, "no leg left over")
    wait_for(lambda: centre.phone.channels() == 0, 10, "no channel left over")
    assert centre.waiting() == 0
    assert violations(centre) == 0


def test_a_worker_that_leaves_hands_callers_and_agents_over_at_once(
    centre: Centre,
    ivory: Ivory,
    freeswitch: Instance,
    crm: Crm,
    prompt_cache: Path,
    tmp_path: Path,
) -> None:
    """Its stand-by is another `ivr serve`, such as that of the next release; who talks would keep the first
    for an hour."""
    centre.plan(plan(3))
    centre.sign_in("a1")
    come(centre, "13940000001", "13940000002", "13940000003")
    wait_for(lambda: len(centre.talks()) == 1 and centre.waiting() == 2, 10, "a talk and two who wait")
    talks, waiting = centre.talks(), queue(centre)
    second = Ivory(freeswitch, tmp_path, FLOWS, crm, prompt_cache)
    second.environment |= {name: ivory.environment[name] for name in ("IVR_ACD_PLAN", "IVR_STORE_URL")}
    second.environment |= {
        "IVR_ACD_MIRROR": str(tmp_path / "routing.json"),
        "IVR_ACD_CONTROL": str(tmp_path / "control.sock"),
    }
    second.start()
    try:
        wait_for(lambda: second.said("standing by"), 10, "a stand-by")
        assert ivory.process is not None
        os.kill(ivory.worker, signal.SIGTERM)
        left = time.monotonic()
        centre.ivory = second
        wait_for(centre.reachable, 10, "orders are taken")
        wait_for(lambda: centre.waiting() == 2, 10, "who waits is found")
        print(f"\n{time.monotonic() - left:.2f} s from SIGTERM to who has the queues")
        centre.sign_in("a2")
        wait_for(lambda: centre.talks() == {**talks, "a2": waiting[0]}, 10, "the first who waits is next")
    finally:
        second.stop()
        centre.ivory = ivory
        wait_for(centre.reachable, 20, "the first again")


def test_a_killed_worker_with_a_crowd_costs_nobody_anything(centre: Centre) -> None:
    centre.plan(plan(TALK + 2))
    agents = [f"a{number}" for number in range(1, TALK + 1)]
    centre.sign_in(*agents)
    calls = crowd(centre, WAIT + TALK)
    wait_for(lambda: len(centre.talks()) == TALK and centre.waiting() == WAIT, 60, "talks, and who wait")
    wait_for(centre.ivory.spare, 60, "another worker stands ready")
    talks, waiting, states = talking_calls(centre), waiting_calls(centre), centre.states()
    assert len(talks) == TALK
    assert sorted(waiting) == sorted(call for call in calls if call not in talks.values())
    ups, killed = centre.ivory.count("queues found"), time.monotonic()
    os.kill(centre.ivory.worker, signal.SIGKILL)
    wait_for(lambda: centre.ivory.count("queues found") > ups, 20, "the queues found")
    found = time.monotonic() - killed
    wait_for(centre.reachable, 10, "orders are taken")
    # Who is free decides: somebody signs in, and the first who waits is theirs.
    another = f"a{TALK + 1}"
    centre.sign_in(another)
    wait_for(lambda: centre.state(another) in ("reserved", "busy"), 20, "the router decides")
    decided = time.monotonic() - killed
    print(f"\n{WAIT} wait, {TALK} talk: all found {found:.2f} s after the kill, a decision {decided:.2f} s")
    wait_for(lambda: len(talking_calls(centre)) == TALK + 1, 20, "the next talk")
    assert talking_calls(centre) == {**talks, another: waiting[0]}
    assert waiting_calls(centre) == waiting[1:]
    assert centre.states() == {**states, another: ("busy", "")}
    assert all(centre.phone.api(f"uuid_exists {call}") == "true" for call in calls)
    assert violations(centre) == 0


def _offers(centre: Centre) -> float:
    return sum(float(one["tallies"]["offers"]) for one in centre.status["agents"].values())
