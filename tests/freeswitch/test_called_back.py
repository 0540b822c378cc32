"""Customers who hang up and are called back, on a real FreeSWITCH: when it is their turn, once, and whatever
happens to the worker."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.freeswitch.centre import Centre, plan
from tests.freeswitch.client import Client
from tests.freeswitch.conftest import Crm, Ivory, wait_for
from tests.freeswitch.instance import Instance

FLOWS = Path(__file__).parent / "flows_callbacks"


@pytest.fixture(scope="module")
def ivory(
    freeswitch: Instance, crm: Crm, prompt_cache: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Ivory]:
    folder = tmp_path_factory.mktemp("callbacks")
    served = Ivory(freeswitch, folder, FLOWS, crm, prompt_cache)
    (folder / "routing.yaml").write_text(plan(2))
    served.environment |= {
        "IVR_ACD_PLAN": str(folder / "routing.yaml"),
        "IVR_ACD_MIRROR": str(folder / "routing.json"),
        "IVR_ACD_CONTROL": str(folder / "control.sock"),
        "IVR_ACD_CALLBACK_CALLER_ID": "95598",
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
    wait_for(lambda: centre.ivory.entered(ani, "later") or centre.phone.press(leg, "1"), 8, "the offer taken")
    wait_for(lambda: centre.ivory.entered(ani, "promised") or centre.phone.press(leg, "1"), 8, "the promise")
    wait_for(lambda: state(centre, ani) == "waiting", 5, "the callback kept")


def state(centre: Centre, ani: str) -> str:
    """How a customer's callback stands in the database."""
    store = centre.ivory.environment["IVR_STORE_URL"].removeprefix("sqlite:///")
    with sqlite3.connect(f"file:{store}?mode=ro", uri=True) as database:
        rows = database.execute("SELECT state FROM callbacks WHERE number = ?", (f"+86{ani}",)).fetchall()
    return rows[0][0] if rows else ""


def customers(centre: Centre) -> dict[str, str]:
    """The customers who are on the line: number to the UUID of their leg."""
    legs = {row["uuid"]: row["name"] for row in centre.phone.rows("channels")}
    return {name.rpartition("+86")[2]: uuid for uuid, name in legs.items() if "+86" in name}


def talks(centre: Centre) -> list[str]:
    """Customers who talk with an agent."""
    bridged = {row["uuid"] for row in centre.phone.rows("calls")} | {
        row["b_uuid"] for row in centre.phone.rows("calls") if row.get("b_uuid")
    }
    return sorted(ani for ani, uuid in customers(centre).items() if uuid in bridged)


def test_the_customer_is_called_when_an_agent_is_there_and_only_then(centre: Centre) -> None:
    ask(centre, "13900000001")
    assert customers(centre) == {}
    centre.sign_in("a1")
    wait_for(lambda: talks(centre) == ["13900000001"], 8, "the talk")
    leg = customers(centre)["13900000001"]
    assert centre.phone.api(f"uuid_getvar {leg} origination_caller_id_number") == "95598"
    assert centre.state("a1") == "busy"
    centre.phone.hang_up(leg)
    wait_for(lambda: centre.state("a1") == "available" and not centre.legs(), 5, "the agent free")
    wait_for(lambda: state(centre, "13900000001") == "done", 5, "the callback done")


def test_two_who_wait_are_called_in_the_order_in_which_they_came(centre: Centre) -> None:
    ask(centre, "13900000011")
    ask(centre, "13900000012")
    centre.sign_in("a1")
    wait_for(lambda: talks(centre) == ["13900000011"], 8, "the first talk")
    centre.phone.hang_up(customers(centre)["13900000011"])
    wait_for(lambda: talks(centre) == ["13900000012"], 8, "the second talk")


def test_who_calls_in_meanwhile_is_served_on_that_call_and_not_called(centre: Centre) -> None:
    ask(centre, "13900000021")
    centre.call("13900000099")
    centre.call("13900000021")
    wait_for(lambda: state(centre, "13900000021") == "cancelled", 5, "the callback cancelled")
    centre.sign_in("a1")
    wait_for(lambda: centre.talks() == {"a1": "13900000021"}, 5, "their place kept")
    assert customers(centre) == {}


def test_what_was_promised_outlives_the_worker(centre: Centre, ivory: Ivory) -> None:
    ask(centre, "13900000031")
    ivory.kill_worker()
    centre.sign_in("a1")
    wait_for(lambda: talks(centre) == ["13900000031"], 10, "the talk")
    ivory.kill_worker()
    assert talks(centre) == ["13900000031"], "a talk does not end with its worker"
    wait_for(lambda: centre.state("a1") == "busy", 5, "the agent busy as before")
    centre.phone.hang_up(customers(centre)["13900000031"])
    wait_for(lambda: state(centre, "13900000031") == "done", 8, "the callback done")
    assert customers(centre) == {}
