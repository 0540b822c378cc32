"""A worker dies at the worst moment, on a real FreeSWITCH: what its callers notice of it."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.freeswitch.client import Client
from tests.freeswitch.conftest import Ivory, wait_for
from tests.freeswitch.instance import Instance
from tests.freeswitch.orders import Orders, serving

FLOWS = Path(__file__).parent / "flows_adoption"
GUARD = 15.0  # seconds, as in dialplans/


@pytest.fixture(scope="module")
def crm() -> Iterator[Orders]:
    with serving() as system:
        yield system


@pytest.fixture
def phone(freeswitch: Instance) -> Iterator[Client]:
    with Client(freeswitch) as client:
        yield client


def at(ivory: Ivory, phone: Client, ani: str, choice: str, node: str) -> str:
    """A call from `ani` that chose from the menu and came to `node`."""
    leg = phone.call("95598", ani)
    wait_for(lambda: ivory.entered(ani, "main"), 5, "the menu")
    if choice:
        phone.press(leg, choice)
        wait_for(lambda: ivory.entered(ani, node), 5, f"the node {node}")
        time.sleep(0.6)  # into what the node does
    return leg


def path(ivory: Ivory, ani: str) -> list[tuple[int, str, str]]:
    return [(step.visit, step.node, step.outcome) for step in ivory.journey(ani, 20).steps]


def test_a_menu_is_said_again_and_goes_on(ivory: Ivory, phone: Client) -> None:
    leg = at(ivory, phone, "13920000001", "", "")
    ivory.kill_worker()
    phone.press(leg, "1")
    assert path(ivory, "13920000001") == [(1, "main", "1"), (2, "listen", "next"), (3, "bye", "next")]


def test_keys_that_were_typed_are_kept(ivory: Ivory, phone: Client) -> None:
    leg = at(ivory, phone, "13920000002", "2123", "account")
    ivory.kill_worker()
    phone.press(leg, "456")
    steps = ivory.journey("13920000002").steps
    assert [(step.node, step.input) for step in steps][:2] == [("main", "2"), ("account", "123456")]


def test_a_recording_goes_on_and_is_whole(ivory: Ivory, phone: Client) -> None:
    leg = at(ivory, phone, "13920000003", "3", "message")
    phone.api(f"uuid_broadcast {leg} tone_stream://%(20000,0,300) aleg")
    time.sleep(3.0)
    ivory.kill_worker()
    phone.press(leg, "#")
    step = next(step for step in ivory.journey("13920000003").steps if step.node == "message")
    assert step.outcome == "next"
    assert step.detail["seconds"] > 2.0
    assert (ivory.recordings / step.detail["recording"]).stat().st_size > 16000 * 2


def test_nothing_is_ordered_twice(ivory: Ivory, phone: Client, crm: Orders) -> None:
    crm.keys.clear()
    at(ivory, phone, "13920000004", "4", "order")
    ivory.kill_worker()
    assert [step[1:] for step in path(ivory, "13920000004")][1:3] == [
        ("order", "interrupted"),
        ("unsure", "next"),
    ]
    assert len([key for key in crm.keys if key.startswith("POST")]) == 1


def test_what_may_be_asked_twice_is(ivory: Ivory, phone: Client, crm: Orders) -> None:
    crm.keys.clear()
    at(ivory, phone, "13920000005", "7", "ask")
    ivory.kill_worker()
    assert [step[1:] for step in path(ivory, "13920000005")][1:3] == [("ask", "next"), ("ordered", "next")]
    assert len(crm.keys) == 2


def test_a_pin_is_typed_on_and_asked_for_again_only_when_it_was_lost(ivory: Ivory, phone: Client) -> None:
    leg = at(ivory, phone, "13920000006", "6", "pin")
    ivory.kill_worker()  # while it is collected: FreeSWITCH goes on collecting
    phone.press(leg, "7744")
    wait_for(lambda: ivory.entered("13920000006", "known"), 10, "the pin taken")
    time.sleep(0.5)
    ivory.kill_worker()  # the pin is known to nobody now
    time.sleep(3.0)
    phone.press(leg, "7744")
    wait_for(lambda: ivory.said("asking again"), 5, "asked again")
    time.sleep(1.0)
    phone.press(leg, "1")
    assert path(ivory, "13920000006")[-2:] == [(5, "checked", "case 1"), (6, "bye", "next")]


def test_a_talk_is_not_touched_and_goes_back_to_its_flow(ivory: Ivory, phone: Client) -> None:
    at(ivory, phone, "13920000007", "5", "desk")
    (other,) = [
        row for row in phone.rows("channels") if row["dest"] == "1005" and row["direction"] == "inbound"
    ]
    ivory.kill_worker()
    time.sleep(1.0)
    assert phone.api(f"uuid_exists {other['uuid']}") == "true"
    phone.hang_up(other["uuid"])
    assert [step[1:] for step in path(ivory, "13920000007")] == [
        ("main", "5"), ("desk", "next"), ("talked", "next"), ("bye", "next"),
    ]  # fmt: skip


def test_a_talk_that_ends_while_nobody_lives_goes_on_when_somebody_does(ivory: Ivory, phone: Client) -> None:
    at(ivory, phone, "13920000008", "5", "desk")
    (other,) = [
        row for row in phone.rows("channels") if row["dest"] == "1005" and row["direction"] == "inbound"
    ]
    with ivory.nobody():
        phone.hang_up(other["uuid"])
        time.sleep(1.0)
    assert [step[1:3] for step in path(ivory, "13920000008")][1:3] == [("desk", "next"), ("talked", "next")]


def test_a_caller_who_hangs_up_while_nobody_lives_is_not_under_way_for_ever(
    ivory: Ivory, phone: Client
) -> None:
    leaves = at(ivory, phone, "13920000014", "", "")
    stays = at(ivory, phone, "13920000015", "", "")
    time.sleep(1.0)  # the records are in the database
    with ivory.nobody():
        phone.hang_up(leaves)
        time.sleep(1.0)
    left = ivory.journey("13920000014", 8)
    assert (left.call.end, left.call.hangup_cause, left.call.ani) == ("lost", "", "13920000014")
    assert left.call.ended == left.steps[-1].entered
    phone.press(stays, "1")
    assert path(ivory, "13920000015") == [(1, "main", "1"), (2, "listen", "next"), (3, "bye", "next")]
    assert ivory.journey("13920000015").call.end == "completed"


def test_a_caller_whom_a_desk_sends_back_goes_on_after_the_talk(ivory: Ivory, phone: Client) -> None:
    leg = at(ivory, phone, "13920000013", "5", "desk")
    (ours,) = [
        row for row in phone.rows("channels") if row["dest"] == "95598" and row["direction"] == "inbound"
    ]
    assert phone.api(f"uuid_transfer {ours['uuid']} return XML ivory").startswith("+OK")
    wait_for(lambda: ivory.entered("13920000013", "talked"), 5, "what follows the talk")
    phone.hang_up(leg)


def test_callers_go_to_the_fallback_when_nobody_comes_back_but_not_out_of_a_talk(
    ivory: Ivory, phone: Client
) -> None:
    waits = at(ivory, phone, "13920000009", "", "")
    talks = at(ivory, phone, "13920000010", "5", "desk")
    with ivory.nobody():
        began = time.monotonic()
        ours = phone.rows("channels")
        fallen: dict[str, float] = {}
        while time.monotonic() - began < GUARD + 3:
            for row in phone.rows("channels"):
                if row["dest"] == "fallback":
                    fallen.setdefault(row["cid_num"], time.monotonic() - began)
            time.sleep(0.25)
        assert set(fallen) == {"13920000009"}
        assert fallen["13920000009"] <= GUARD + 1
        (other,) = [row for row in ours if row["dest"] == "1005" and row["direction"] == "inbound"]
        assert phone.api(f"uuid_exists {other['uuid']}") == "true"
    phone.hang_up(talks)
    phone.hang_up(waits)
    wait_for(lambda: phone.channels() == 0, 10, "every channel gone")


def test_a_worker_that_stands_still_is_killed_and_its_calls_are_taken_over_once(
    ivory: Ivory, phone: Client
) -> None:
    leg = at(ivory, phone, "13920000011", "", "")
    stopped, taken = ivory.worker, ivory.count("call taken over")
    os.kill(stopped, signal.SIGSTOP)
    wait_for(lambda: ivory.worker not in (0, stopped), 4.5, "the stopped worker replaced")
    wait_for(lambda: ivory.count("call taken over") > taken, 20, "the call taken over")
    phone.press(leg, "1")
    assert path(ivory, "13920000011") == [(1, "main", "1"), (2, "listen", "next"), (3, "bye", "next")]


def test_one_that_stands_by_takes_over(
    ivory: Ivory, phone: Client, freeswitch: Instance, crm: Orders, prompt_cache: Path, tmp_path: Path
) -> None:
    other = Ivory(freeswitch, tmp_path, FLOWS, crm, prompt_cache)
    other.start()
    try:
        wait_for(lambda: other.said("standing by"), 5, "standing by")
        leg = at(ivory, phone, "13920000012", "", "")
        assert not other.said("call begins")
        ivory.stop()
        phone.press(leg, "1")
        wait_for(lambda: other.said("call taken over"), 20, "the call taken over")
        wait_for(lambda: other.entered("13920000012", "main"), 5, "the menu said again")
        phone.press(leg, "1")
        assert [step[1] for step in path(other, "13920000012")][-2:] == ["listen", "bye"]
    finally:
        other.stop()
        ivory.start()
