"""What the keys of an agent's own SIP telephone do: hold, and transfer. No caller may be lost by them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.freeswitch.baresip import Baresip, available
from tests.freeswitch.centre import Centre
from tests.freeswitch.conftest import Ivory, wait_for
from tests.freeswitch.instance import Instance
from tests.freeswitch.people import Person, hears
from tests.freeswitch.stage import person, staffed

pytestmark = pytest.mark.skipif(not available(), reason="no baresip")


@pytest.fixture(scope="module")
def desk_phone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Baresip]:
    with Baresip(tmp_path_factory.mktemp("desk"), "2001", 170, answers=True) as phone:
        yield phone


@pytest.fixture
def centre(talking: Ivory, freeswitch: Instance) -> Iterator[Centre]:
    with staffed(talking, freeswitch) as centre:
        yield centre


def talk(centre: Centre, folder: Path, ani: str, phone: Baresip) -> Person:
    """A caller in a talk with an agent at a telephone of their own."""
    centre.order("agent.sign_in", agent="a1", dial=f"sofia/internal/2001@127.0.0.1:{phone.sip_port}")
    leg = centre.call(ani, sip=True)
    wait_for(lambda: centre.state("a1") == "busy" and len(centre.phone.rows("calls")) >= 1, 5, "the talk")
    caller = person(centre.phone, folder, "caller", 440.0, centre.phone.far_end(leg), leg)
    time.sleep(0.5)
    return caller


def test_the_hold_key_gives_the_caller_music(centre: Centre, tmp_path: Path, desk_phone: Baresip) -> None:
    caller = talk(centre, tmp_path, "13940000001", desk_phone)
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
    caller = talk(centre, tmp_path, f"1394000{to}", desk_phone)
    desk_phone.order(f"/transfer sip:{to}@127.0.0.1:{freeswitch.sip_port}")
    wait_for(lambda: centre.state("a1") == "available", 5, "the agent free")
    if comes_to == "the flow":
        assert centre.ivory.journey(f"1394000{to}", 15).steps[-1].node in ("failed", "after")
    else:
        wait_for(lambda: connected(centre, caller, to), 5, "the extension")


def connected(centre: Centre, caller: Person, extension: str) -> bool:
    rows = centre.phone.rows("calls")
    return any(row["uuid"] == caller.leg and extension in row.get("b_name", "") for row in rows)
