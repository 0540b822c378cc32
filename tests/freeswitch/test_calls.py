"""Calls that go every way a call can go, on a real FreeSWITCH."""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.freeswitch.client import Client
from tests.freeswitch.conftest import Ivory, wait_for
from tests.freeswitch.instance import Instance

FLOWS = Path(__file__).parent / "flows"


@pytest.fixture
def phone(freeswitch: Instance) -> Iterator[Client]:
    with Client(freeswitch) as client:
        yield client


def visited(ivory: Ivory, ani: str) -> list[str]:
    return [step.node for step in ivory.journey(ani).steps]


@pytest.mark.parametrize(
    ("extension", "said"),
    [("1001", "talked"), ("1002", "busy"), ("1003", "no_answer"), ("1004", "refused"), ("1099", "failed")],
)
def test_a_transfer_takes_the_outcome_that_happened(
    ivory: Ivory, phone: Client, extension: str, said: str
) -> None:
    ani = f"1390000{extension}"
    leg = phone.call("95598", ani)
    phone.press(leg, f"1{extension}")
    assert visited(ivory, ani) == ["main", "whom", "desk", said, "bye"]
    journey = ivory.journey(ani)
    assert journey.call.end == ("transfer" if said == "talked" else "completed")
    if said == "talked":
        assert journey.steps[2].detail["talked"] == pytest.approx(2.0, abs=0.7)


def test_a_pin_is_nowhere_but_in_the_call(ivory: Ivory, phone: Client, freeswitch: Instance) -> None:
    ani = "13900002222"
    leg = phone.call("95598", ani)
    phone.press(leg, "2")
    time.sleep(2.5)
    phone.press(leg, "774411#")
    journey = ivory.journey(ani)
    assert [(step.node, step.outcome) for step in journey.steps] == [
        ("main", "2"),
        ("pin", "next"),
        ("bye", "next"),
    ]
    kept = repr(journey) + ivory.log.read_text(errors="replace")
    kept += (freeswitch.folder / "run/freeswitch.log").read_text(errors="replace")
    assert "774411" not in kept


def test_a_hostile_caller_name_is_only_a_name(ivory: Ivory, phone: Client, tmp_path: Path) -> None:
    ani, bait = "13900003333", tmp_path / "bait"
    leg = phone.call("95598", ani, name=f"%0AUnique-ID%3A forged ${{system touch {bait}}} %[x]")
    phone.press(leg, "3")
    time.sleep(0.5)
    phone.hang_up(leg)
    journey = ivory.journey(ani)
    assert "forged" in journey.call.caller_name
    assert journey.call.end == "abandoned"
    assert not bait.exists()


def test_callers_who_hang_up_at_any_moment_leave_nothing_behind(ivory: Ivory, phone: Client) -> None:
    chance = random.Random(7)
    anis = [f"1391000{number:04}" for number in range(30)]
    for ani in anis:
        leg = phone.call("95598", ani)
        phone.press(leg, chance.choice(["", "1", "2", "3", "11001", "11003", "11005"]) or "9")
        time.sleep(chance.uniform(0, 0.4))
        phone.hang_up(leg)
    ends = [ivory.journey(ani).call.end for ani in anis]
    assert set(ends) <= {"abandoned", "transfer", "completed"}
    wait_for(lambda: phone.channels() == 0, 10, "every channel gone")


def test_a_call_goes_on_when_the_event_socket_comes_back(
    ivory: Ivory, phone: Client, freeswitch: Instance
) -> None:
    ani = "13900004444"
    leg = phone.call("95598", ani)
    phone.press(leg, "3")
    time.sleep(0.5)
    lost = ivory.log.read_text(errors="replace").count("switch_lost")
    phone._socket.sendall(b"bgapi reload mod_event_socket\n\n")
    wait_for(lambda: ivory.log.read_text(errors="replace").count("switch_lost") > lost, 10, "the line went")
    assert visited(ivory, ani) == ["main", "listen", "bye"]
    assert ivory.journey(ani, 20).call.end == "completed"


def test_calls_of_a_freeswitch_that_died_are_closed_and_new_ones_answered(
    ivory: Ivory, freeswitch: Instance
) -> None:
    with Client(freeswitch) as phone:
        leg = phone.call("95598", "13900005555")
        phone.press(leg, "3")
        time.sleep(0.5)
    freeswitch.stop(signal.SIGKILL)
    freeswitch.start()
    journey = ivory.journey("13900005555", 20)
    assert (journey.call.end, journey.call.hangup_cause) == ("abandoned", "NORMAL_TEMPORARY_FAILURE")
    with Client(freeswitch) as phone:
        leg = phone.call("95598", "13900006666")
        phone.press(leg, "3")
    assert visited(ivory, "13900006666") == ["main", "listen", "bye"]
