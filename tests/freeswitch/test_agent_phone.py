"""What the keys of an agent's own SIP telephone do: hold, and transfer. No caller may be lost by them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.freeswitch.baresip import Baresip, available
from tests.freeswitch.centre import Centre
from tests.freeswitch.client import Client
from tests.freeswitch.conftest import Crm, Ivory, wait_for
from tests.freeswitch.instance import Instance
from tests.freeswitch.people import Person, hears, write_music

FLOWS = Path(__file__).parent / "flows_routing"

pytestmark = pytest.mark.skipif(not available(), reason="no baresip")


@pytest.fixture
def desk_phone(tmp_path: Path) -> Iterator[Baresip]:
    with Baresip(tmp_path / "desk", "2001", answers=True) as phone:
        yield phone


@pytest.fixture
def centre(
    freeswitch: Instance, crm: Crm, prompt_cache: Path, tmp_path: Path, desk_phone: Baresip
) -> Iterator[Centre]:
    write_music(freeswitch.folder / "music")
    ivory = Ivory(freeswitch, tmp_path, FLOWS, crm, prompt_cache)
    plan = tmp_path / "routing.yaml"
    agent = {"dial": f"sofia/internal/2001@127.0.0.1:{desk_phone.sip_port}", "groups": ["billing"]}
    plan.write_text(yaml.safe_dump({"skills": {}, "groups": {"billing": {}}, "agents": {"a1": agent}}))
    ivory.environment |= {
        "IVR_ACD_PLAN": str(plan),
        "IVR_ACD_MIRROR": str(tmp_path / "routing.json"),
        "IVR_ACD_CONTROL": str(tmp_path / "control.sock"),
    }
    ivory.start()
    with Client(freeswitch) as phone:
        phone.api("reload mod_local_stream")
        yield Centre(ivory, phone, plan)
        phone.api("hupall")
        wait_for(lambda: phone.channels() == 0, 10, "every channel gone")
    ivory.stop()


def talk(centre: Centre, folder: Path, ani: str) -> Person:
    """A caller in a talk with the agent."""
    centre.sign_in("a1")
    phone = centre.call(ani)
    wait_for(lambda: centre.state("a1") == "busy" and len(centre.phone.rows("calls")) >= 1, 5, "the talk")
    person = Person("caller", 440.0, centre.phone.api(f"uuid_getvar {phone} other_loopback_leg_uuid"), phone)
    person.speak(centre.phone, folder)
    time.sleep(0.5)
    return person


def test_the_hold_key_gives_the_caller_music(centre: Centre, tmp_path: Path, desk_phone: Baresip) -> None:
    caller = talk(centre, tmp_path, "13940000001")
    desk_phone.order("/hold")
    time.sleep(0.5)
    assert hears(centre.phone, [caller]) == {"caller": {"music"}}
    desk_phone.order("/resume")
    time.sleep(0.5)
    assert hears(centre.phone, [caller]) == {"caller": set()}
    assert centre.state("a1") == "busy"


@pytest.mark.parametrize(("to", "comes_to"), [("1006", "caller with the extension"), ("7777", "the flow")])
def test_the_transfer_key_takes_the_caller_where_ivory_lets_it(
    centre: Centre, tmp_path: Path, desk_phone: Baresip, freeswitch: Instance, to: str, comes_to: str
) -> None:
    caller = talk(centre, tmp_path, f"1394000{to}")
    desk_phone.order(f"/transfer sip:{to}@127.0.0.1:{freeswitch.sip_port}")
    wait_for(lambda: centre.state("a1") == "available", 5, "the agent free")
    if comes_to == "the flow":
        assert centre.ivory.journey(f"1394000{to}", 15).steps[-1].node in ("failed", "after")
    else:
        wait_for(lambda: connected(centre, caller, to), 5, "the extension")


def connected(centre: Centre, caller: Person, extension: str) -> bool:
    rows = centre.phone.rows("calls")
    return any(row["uuid"] == caller.leg and extension in row.get("b_name", "") for row in rows)
