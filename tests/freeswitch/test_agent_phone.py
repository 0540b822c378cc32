"""What the keys of an agent's own SIP telephone do: hold, and transfer. No caller may be lost by them."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Self

import pytest

from tests.freeswitch.baresip import Baresip, available
from tests.freeswitch.centre import Centre
from tests.freeswitch.client import Client
from tests.freeswitch.conftest import Ivory, wait_for
from tests.freeswitch.desk_phone import DeskPhone
from tests.freeswitch.instance import Instance
from tests.freeswitch.people import Person, hears
from tests.freeswitch.phone import Phone
from tests.freeswitch.stage import Stage, person, staffed

pytestmark = pytest.mark.skipif(not available(), reason="no baresip")


@pytest.fixture(scope="module")
def desk_phone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Baresip]:
    with Baresip(tmp_path_factory.mktemp("desk"), "2001", 170, answers=True) as phone:
        yield phone


@pytest.fixture
def centre(talking: Ivory, freeswitch: Instance) -> Iterator[Centre]:
    with staffed(talking, freeswitch) as centre:
        yield centre


def talk(centre: Centre, folder: Path, ani: str, phone: Baresip | DeskPhone) -> Person:
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


def test_the_transfer_key_takes_the_caller_to_an_extension(
    centre: Centre, tmp_path: Path, desk_phone: Baresip, freeswitch: Instance
) -> None:
    caller = talk(centre, tmp_path, "13940001006", desk_phone)
    desk_phone.order(f"/transfer sip:1006@127.0.0.1:{freeswitch.sip_port}")
    wait_for(lambda: centre.state("a1") == "available", 5, "the agent free")
    wait_for(lambda: connected(centre, caller, "1006"), 5, "the extension")


def test_the_transfer_key_with_a_wrong_number_is_a_transfer_that_failed(
    centre: Centre, tmp_path: Path, desk_phone: Baresip, freeswitch: Instance
) -> None:
    talk(centre, tmp_path, "13940007777", desk_phone)
    desk_phone.order(f"/transfer sip:7777@127.0.0.1:{freeswitch.sip_port}")
    wait_for(lambda: centre.state("a1") == "available", 5, "the agent free")
    wait_for(lambda: centre.ivory.entered("13940007777", "failed"), 5, "the outcome")
    assert centre.ivory.journey("13940007777").steps[0].outcome == "failed"


def test_a_transfer_with_consultation_takes_the_caller_to_who_was_asked_and_out_of_the_flow(
    centre: Centre, tmp_path: Path, freeswitch: Instance
) -> None:
    with DeskPhone() as phone, Phone(freeswitch.sip_port, "3009") as second:
        caller = talk(centre, tmp_path, "13940013009", phone)
        assert second.call() == 200
        time.sleep(0.5)
        phone.hand_over(second)
        wait_for(lambda: centre.state("a1") == "available", 5, "the agent free")
        wait_for(lambda: connected(centre, caller, "2009"), 5, "the other one with the caller")
        time.sleep(1)
        assert connected(centre, caller, "2009"), "the flow leaves them alone"
        assert not centre.ivory.entered("13940013009", "after")


def test_a_transfer_with_consultation_to_what_the_switch_plays_comes_back_to_the_flow(
    centre: Centre, tmp_path: Path, freeswitch: Instance
) -> None:
    with DeskPhone() as phone, Phone(freeswitch.sip_port, "1006") as second:
        caller = talk(centre, tmp_path, "13940011006", phone)
        assert second.call() == 200
        phone.hand_over(second)
        wait_for(lambda: connected(centre, caller, "1006"), 5, "the caller with the extension")
        others = [row["b_uuid"] for row in centre.phone.rows("calls") if row["uuid"] == caller.leg]
        centre.phone.hang_up(others[0])
        wait_for(lambda: centre.ivory.entered("13940011006", "after"), 5, "the caller back in the flow")


def connected(centre: Centre, caller: Person, extension: str) -> bool:
    rows = centre.phone.rows("calls")
    return any(row["uuid"] == caller.leg and extension in row.get("b_name", "") for row in rows)


def test_codes_are_orders_and_the_caller_hears_none_of_them(
    centre: Centre, tmp_path: Path, freeswitch: Instance
) -> None:
    stage = Stage(centre, tmp_path, "13940000002")
    people = (stage.caller, stage.agent)
    with Heard(freeswitch, stage.caller.phone) as heard:
        centre.phone.press(stage.agent.phone, "5")
        wait_for(lambda: heard.keys == ["5"], 3, "a key that is no code passed on")
        centre.phone.press(stage.agent.phone, "*2")
        wait_for(stage.holds, 3, "the hold")
        stage.expect(people, {"caller": {"music"}, "a1": set()})
        centre.phone.press(stage.agent.phone, "*2")
        wait_for(lambda: not stage.holds(), 3, "the end of the hold")
        stage.expect(people, {"caller": {"a1"}, "a1": {"caller"}})
        centre.phone.press(stage.agent.phone, "*12009#")
        third = stage.dialled("ivr_asked_by", 880.0)
        stage.expect([*people, third], {"caller": {"music"}, "a1": {"third"}, "third": {"a1"}})
        centre.phone.press(stage.agent.phone, "*4")
        wait_for(lambda: centre.state("a1") == "available", 5, "the agent free")
        stage.expect([stage.caller, third], {"caller": {"third"}, "third": {"caller"}})
        assert heard.keys == ["5"]


class Heard:
    """The keys that a telephone is sent."""

    def __init__(self, freeswitch: Instance, phone: str) -> None:
        self.keys: list[str] = []
        self._phone, self._client = phone, Client(freeswitch)
        self._listener = threading.Thread(target=self._listen, daemon=True)

    def __enter__(self) -> Self:
        self._client.send("event plain DTMF")
        self._listener.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._client.end()
        self._listener.join(5)
        self._client.__exit__()

    def _listen(self) -> None:
        with suppress(OSError):
            for event in self._client.events():
                if event.get("Event-Name") == "DTMF" and event.get("Unique-ID") == self._phone:
                    self.keys.append(event["DTMF-Digit"])
