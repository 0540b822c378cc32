"""Customers who hang up and are called back, on a real FreeSWITCH: when it is their turn, once, in a talk as
any other, and whatever happens to the worker."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.freeswitch.centre import Centre, plan
from tests.freeswitch.client import Client
from tests.freeswitch.conftest import Crm, Ivory, wait_for
from tests.freeswitch.instance import Instance

FLOWS = Path(__file__).parent / "flows_callbacks"
CONSENT = {"en-US": "Recorded."}
"""What a customer hears before anybody talks with them."""


@pytest.fixture(scope="module")
def ivory(
    freeswitch: Instance, crm: Crm, prompt_cache: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Ivory]:
    folder = tmp_path_factory.mktemp("callbacks")
    served = Ivory(freeswitch, folder, FLOWS, crm, prompt_cache)
    (folder / "routing.yaml").write_text(plan(2, recording={"calls": "all", "announce": CONSENT}))
    served.environment |= {
        "IVR_ACD_PLAN": str(folder / "routing.yaml"),
        "IVR_ACD_MIRROR": str(folder / "routing.json"),
        "IVR_ACD_CONTROL": str(folder / "control.sock"),
        "IVR_ACD_CALLBACK_CALLER_ID": "95598",
        "IVR_ACD_CALLBACK_RETRIES": "[1, 1]",
        "IVR_CALLS_NUMBER": "null/{address}",
        "IVR_CALLS_ALLOW": '["+86"]',
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


def ask(centre: Centre, ani: str) -> None:
    """A caller who waits, would rather be called back, and hangs up."""
    leg = centre.call(ani)
    for node in ("later", "promised"):
        until = time.monotonic() + 8
        while not centre.ivory.entered(ani, node):
            assert time.monotonic() < until, f"{ani} never came to {node}"
            centre.phone.press(leg, "1")
    wait_for(lambda: state(centre, ani) == "waiting", 5, "the callback kept")


def rows(centre: Centre, query: str, *values: str) -> list[sqlite3.Row]:
    """What the database answers."""
    store = centre.ivory.environment["IVR_STORE_URL"].removeprefix("sqlite:///")
    with sqlite3.connect(f"file:{store}?mode=ro", uri=True) as database:
        database.row_factory = sqlite3.Row
        return database.execute(query, values).fetchall()


def state(centre: Centre, ani: str) -> str:
    """How a customer's callback stands in the database."""
    found = rows(centre, "SELECT state FROM callbacks WHERE number = ?", f"+86{ani}")
    return str(found[0]["state"]) if found else ""


def contact(centre: Centre, ani: str) -> dict[str, Any]:
    """The last contact of a customer who was called back, as it was written down; empty where none is."""
    query = "SELECT * FROM contacts WHERE callback AND ani = ? ORDER BY ended DESC"
    found = rows(centre, query, f"+86{ani}")
    return dict(found[0]) if found else {}


def customers(centre: Centre) -> dict[str, str]:
    """The customers who are on the line: number to the UUID of their leg."""
    legs = {row["uuid"]: row["name"] for row in centre.phone.rows("channels")}
    return {name.rpartition("+86")[2]: uuid for uuid, name in legs.items() if "+86" in name}


def talks(centre: Centre) -> list[str]:
    """Customers who talk with an agent."""
    pairs = [(row["uuid"], row["b_uuid"]) for row in centre.phone.rows("calls") if row.get("b_uuid")]
    return sorted(ani for ani, uuid in customers(centre).items() if any(uuid in pair for pair in pairs))


def talk(centre: Centre, ani: str) -> str:
    """Wait until a customer talks with an agent; the UUID of their leg."""
    wait_for(lambda: talks(centre) == [ani], 15, f"{ani} in a talk")
    return customers(centre)[ani]


def part(centre: Centre, agent: str) -> None:
    """The agent hangs up."""
    centre.phone.hang_up(centre.legs(agent)[agent])


def rate(centre: Centre, ani: str, key: str) -> None:
    """The customer answers the survey, hears the end, and is hung up on."""
    wait_for(lambda: centre.ivory.entered(f"+86{ani}", "rate"), 8, "the survey")
    leg = customers(centre)[ani]
    wait_for(lambda: centre.ivory.entered(f"+86{ani}", "over") or press(centre, leg, key), 10, "the answer")
    wait_for(lambda: ani not in customers(centre), 10, "the end of the call")


def press(centre: Centre, leg: str, key: str) -> bool:
    """A customer presses a key; false, as it is not known yet what comes of it."""
    centre.phone.api(f"uuid_recv_dtmf {leg} {key}")
    return False


def test_the_customer_is_called_when_an_agent_is_there_and_only_then(centre: Centre) -> None:
    ask(centre, "13900000001")
    assert customers(centre) == {}
    centre.sign_in("a1")
    leg = talk(centre, "13900000001")
    assert centre.phone.api(f"uuid_getvar {leg} origination_caller_id_number") == "95598"
    wait_for(lambda: centre.state("a1") == "busy", 5, "the agent busy")
    centre.phone.hang_up(leg)
    wait_for(lambda: centre.state("a1") == "available" and not centre.legs(), 5, "the agent free")
    wait_for(lambda: state(centre, "13900000001") == "done", 5, "the callback done")


def test_two_who_wait_are_called_in_the_order_in_which_they_came(centre: Centre) -> None:
    ask(centre, "13900000011")
    ask(centre, "13900000012")
    centre.sign_in("a1")
    centre.phone.hang_up(talk(centre, "13900000011"))
    talk(centre, "13900000012")


def test_who_calls_in_meanwhile_is_served_on_that_call_and_not_called(centre: Centre) -> None:
    ask(centre, "13900000021")
    centre.call("13900000099")
    centre.call("13900000021")
    wait_for(lambda: state(centre, "13900000021") == "cancelled", 5, "the callback cancelled")
    centre.sign_in("a1")
    wait_for(lambda: centre.talks() == {"a1": "13900000021"}, 5, "their place kept")
    assert customers(centre) == {}


def test_it_is_a_talk_as_any_other_with_its_recording_its_record_and_a_survey(centre: Centre) -> None:
    ani = "13900000041"
    ask(centre, ani)
    centre.sign_in("a1")
    leg = talk(centre, ani)
    wait_for(lambda: rows(centre, "SELECT * FROM recordings WHERE call = ?", leg), 5, "a recording")
    centre.order("agent.hold", agent="a1")
    centre.order("agent.retrieve", agent="a1")
    time.sleep(1.2)
    part(centre, "a1")
    rate(centre, ani, "4")
    wait_for(lambda: contact(centre, ani).get("ended"), 5, "the contact's record")
    record = contact(centre, ani)
    assert (record["disposition"], record["agent"], record["call"]) == ("answered", "a1", leg)
    assert record["talk"] > 1
    assert record["waited"] > 0
    (answer,) = rows(centre, "SELECT * FROM survey_answers WHERE call = ?", leg)
    assert (answer["score"], answer["agent"], answer["group"]) == (4, "a1", "billing")
    (recording,) = rows(centre, "SELECT * FROM recordings WHERE call = ?", leg)
    assert recording["agent"] == "a1"
    assert (centre.ivory.recordings / recording["path"]).stat().st_size > 8000
    journey = centre.ivory.journey(f"+86{ani}")
    assert [step.node for step in journey.steps] == ["later", "rate", "over"]
    assert journey.call.dnis == "95598"


def test_an_agent_may_send_the_customer_on(centre: Centre) -> None:
    ani = "13900000051"
    ask(centre, ani)
    centre.sign_in("a1")
    leg = talk(centre, ani)
    centre.sign_in("a2")
    centre.order("agent.transfer", agent="a1", to={"agent": "a2"})
    wait_for(lambda: centre.state("a2") == "busy" and talks(centre) == [ani], 8, "the other agent")
    assert customers(centre)[ani] == leg
    part(centre, "a2")
    rate(centre, ani, "5")


def test_an_agent_who_goes_while_the_customer_listens_costs_them_nothing(centre: Centre) -> None:
    ani = "13900000061"
    ask(centre, ani)
    centre.sign_in("a1")
    wait_for(
        lambda: centre.ivory.entered(f"+86{ani}", "later") and centre.legs("a1"), 8, "the customer there"
    )
    part(centre, "a1")
    centre.sign_in("a2")
    talk(centre, ani)


def test_a_customer_who_hangs_up_before_the_talk_is_called_again(centre: Centre) -> None:
    ani = "13900000071"
    ask(centre, ani)
    centre.sign_in("a1")
    wait_for(lambda: ani in customers(centre), 8, "the customer there")
    centre.phone.hang_up(customers(centre)[ani])
    wait_for(lambda: centre.state("a1") == "available", 8, "the agent free")
    leg = talk(centre, ani)
    assert centre.phone.api(f"uuid_exists {leg}") == "true"


def test_what_was_promised_outlives_the_worker(centre: Centre, ivory: Ivory) -> None:
    ani = "13900000031"
    ask(centre, ani)
    ivory.kill_worker()
    centre.sign_in("a1")
    leg = talk(centre, ani)
    wait_for(lambda: rows(centre, "SELECT * FROM recordings WHERE call = ?", leg), 5, "a recording")
    ivory.kill_worker()
    assert talks(centre) == [ani], "a talk does not end with its worker"
    wait_for(lambda: centre.state("a1") == "busy", 5, "the agent busy as before")
    part(centre, "a1")
    rate(centre, ani, "3")
    wait_for(lambda: contact(centre, ani).get("ended"), 5, "the contact's record")
    record = contact(centre, ani)
    assert (record["disposition"], record["agent"], record["call"]) == ("answered", "a1", leg)
    assert record["talk"] > 0
    assert state(centre, ani) == "done"


def test_a_worker_that_dies_while_the_customer_listens_leaves_them_in_the_queue(
    centre: Centre, ivory: Ivory
) -> None:
    ani = "13900000081"
    ask(centre, ani)
    centre.sign_in("a1")
    wait_for(lambda: centre.ivory.entered(f"+86{ani}", "later"), 8, "the customer there")
    wait_for(lambda: customers(centre), 5, "FreeSWITCH writes its table of channels late")
    before = customers(centre)
    ivory.kill_worker()
    talk(centre, ani)
    assert customers(centre) == before, "the same call"
