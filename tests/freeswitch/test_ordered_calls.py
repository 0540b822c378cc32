"""Calls that are made by order, and webhooks they wait for, on a real FreeSWITCH: once, and whatever happens
to the worker."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.freeswitch.centre import Centre, plan
from tests.freeswitch.client import Client
from tests.freeswitch.conftest import Crm, Ivory, wait_for
from tests.freeswitch.instance import Instance

FLOWS = Path(__file__).parent / "flows_ordered"
SOMEBODY = "+8613800000009"


@pytest.fixture(scope="module")
def ivory(
    freeswitch: Instance, crm: Crm, prompt_cache: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Ivory]:
    folder = tmp_path_factory.mktemp("ordered")
    served = Ivory(freeswitch, folder, FLOWS, crm, prompt_cache)
    (folder / "routing.yaml").write_text(plan(1))
    served.environment |= {
        "IVR_ACD_PLAN": str(folder / "routing.yaml"),
        "IVR_ACD_MIRROR": str(folder / "routing.json"),
        "IVR_ACD_CONTROL": str(folder / "control.sock"),
        "IVR_CALLS_NUMBER": "null/{address}",
        "IVR_CALLS_EXTENSION": "error/{address}",
        "IVR_CALLS_ALLOW": '["+86"]',
    }
    served.start()
    yield served
    served.stop()


@pytest.fixture
def house(ivory: Ivory, freeswitch: Instance) -> Iterator[Centre]:
    with Client(freeswitch) as phone:
        yield Centre(ivory, phone, Path(ivory.environment["IVR_ACD_PLAN"]))
        phone.api("hupall")
        wait_for(lambda: phone.channels() == 0, 10, "every channel gone")


def start(house: Centre, **given: Any) -> str:
    asked = {"number": SOMEBODY, "flow": "remind", "variables": {"name": "Li", "sum": 12.5}, **given}
    return str(house.order("call.start", **asked)["call"])


def at(house: Centre, call: str, node: str) -> None:
    wait_for(lambda: _shown(house, call).get("node") == node, 15, f"the call at {node}")


def presses(house: Centre, call: str) -> None:
    """Who was called presses 1."""
    house.phone.api(f"uuid_recv_dtmf {call} 1")


def _shown(house: Centre, call: str) -> dict[str, Any]:
    try:
        return dict(house.order("call.show", call=call))
    except (AssertionError, OSError):  # not in the flow yet, or nobody takes orders just now
        return {}


def test_who_answers_pays_when_the_webhook_comes(house: Centre) -> None:
    call = start(house)
    at(house, call, "ask")
    assert _shown(house, call)["variables"] == {"name": "Li", "sum": "12.5", "paid": None}
    presses(house, call)
    at(house, call, "pay")
    token = f"{call}:{_shown(house, call)['visit']}"
    assert house.order("call.signal", call=token, data={"paid": True})["new"] is True
    at(house, call, "thanks")
    house.order("call.hang_up", call=call)
    journey = house.ivory.journey(SOMEBODY)
    assert (journey.call.direction, journey.call.id) == ("out", call)


def test_asked_twice_with_one_key_it_rings_once(house: Centre) -> None:
    first = start(house, key="i-7")
    assert start(house, key="i-7") == first
    at(house, first, "ask")
    wait_for(lambda: house.phone.channels() == 1, 5, "one channel")


def test_who_is_not_reached_is_a_call_that_says_why(house: Centre) -> None:
    call = start(house, number="USER_BUSY")
    record = house.ivory.journey("USER_BUSY").call
    assert (record.id, record.end, record.hangup_cause) == (call, "unreached", "USER_BUSY")


def test_what_was_set_and_what_came_outlive_the_worker(house: Centre) -> None:
    call = start(house)
    at(house, call, "ask")
    house.order("call.set", call=call, variables={"name": "Wang"})
    house.order("call.signal", call=call, key="paid", data={"paid": 7}, id="m-1")
    house.ivory.kill_worker()
    wait_for(lambda: _shown(house, call), 10, "the call taken over")
    presses(house, call)
    at(house, call, "thanks")
    assert _shown(house, call)["variables"] == {"name": "Wang", "sum": "12.5", "paid": 7}


def test_a_wait_goes_on_with_the_next_worker(house: Centre) -> None:
    call = start(house)
    at(house, call, "ask")
    presses(house, call)
    at(house, call, "pay")
    visit = _shown(house, call)["visit"]
    house.ivory.kill_worker()
    wait_for(lambda: _shown(house, call), 10, "the call taken over")
    house.order("call.signal", call=f"{call}:{visit}", data={"paid": 1})
    at(house, call, "thanks")


def test_who_answers_while_no_worker_lives_is_in_the_flow_of_the_next(house: Centre) -> None:
    call = start(house)
    with house.ivory.nobody():
        wait_for(lambda: house.phone.channels() == 1, 10, "the telephone answered")
    at(house, call, "ask")
