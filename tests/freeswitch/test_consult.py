"""Agents who hold, consult and hand over, on a real FreeSWITCH: who hears whom, and that nobody is lost."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest

from tests.freeswitch.centre import Centre
from tests.freeswitch.conftest import Ivory, wait_for
from tests.freeswitch.instance import Instance
from tests.freeswitch.stage import Stage, staffed


@pytest.fixture
def centre(talking: Ivory, freeswitch: Instance) -> Iterator[Centre]:
    with staffed(talking, freeswitch) as centre:
        yield centre


def test_on_hold_the_caller_hears_music_and_nobody_hears_the_other(centre: Centre, tmp_path: Path) -> None:
    stage = Stage(centre, tmp_path, "13910000001")
    both = (stage.caller, stage.agent)
    stage.expect(both, {"caller": {"a1"}, "a1": {"caller"}})
    stage.order("hold")
    stage.expect(both, {"caller": {"music"}, "a1": set()})
    stage.order("retrieve")
    stage.expect(both, {"caller": {"a1"}, "a1": {"caller"}})


def test_a_colleague_is_asked_alone_then_all_three_talk_then_the_caller_is_theirs(
    centre: Centre, tmp_path: Path
) -> None:
    stage = Stage(centre, tmp_path, "13910000002")
    centre.sign_in("b1")
    stage.order("consult", to={"group": "sales"})
    third = stage.answered("b1", 880.0)
    people = (stage.caller, stage.agent, third)
    stage.expect(people, {"caller": {"music"}, "a1": {"b1"}, "b1": {"a1"}})
    stage.order("conference")
    stage.expect(people, {"caller": {"a1", "b1"}, "a1": {"caller", "b1"}, "b1": {"caller", "a1"}})
    stage.order("hold")
    stage.expect(people, {"caller": {"music"}, "a1": {"b1"}, "b1": {"a1"}})
    stage.order("retrieve")
    stage.expect(people, {"caller": {"a1"}, "a1": {"caller"}, "b1": {"music"}})
    stage.order("complete")
    wait_for(lambda: not stage.there(stage.agent), 3, "the first agent gone")
    stage.expect([stage.caller, third], {"caller": {"b1"}, "b1": {"caller"}})
    wait_for(lambda: centre.state("a1") == "available", 3, "the first agent free")
    assert centre.state("b1") == "busy"
    centre.phone.hang_up(third.leg)
    wait_for(lambda: centre.state("b1") == "available", 3, "the second agent free")
    assert [(step.node, step.outcome) for step in centre.ivory.journey("13910000002").steps] == [
        ("billing", "next"),
        ("after", "next"),
    ]


def test_an_extension_is_asked_and_cancelled(centre: Centre, tmp_path: Path) -> None:
    stage = Stage(centre, tmp_path, "13910000003")
    stage.order("consult", to={"extension": "2009"})
    third = stage.dialled("ivr_asked_by", 880.0)
    people = (stage.caller, stage.agent, third)
    stage.expect(people, {"caller": {"music"}, "a1": {"third"}, "third": {"a1"}})
    stage.order("cancel")
    stage.expect(people[:2], {"caller": {"a1"}, "a1": {"caller"}})
    assert not stage.there(third)


def test_who_is_not_to_be_had_brings_the_two_together_again(centre: Centre, tmp_path: Path) -> None:
    stage = Stage(centre, tmp_path, "13910000004")
    centre.sign_in("b1")
    centre.sign_out("b1")
    for to in ({"extension": "1002"}, {"agent": "b1"}):
        stage.order("consult", to=to)
        time.sleep(0.5)
        stage.expect([stage.caller, stage.agent], {"caller": {"a1"}, "a1": {"caller"}})
    assert centre.state("a1") == "busy"


def test_an_agent_who_hangs_up_while_asking_leaves_the_caller_with_the_third(
    centre: Centre, tmp_path: Path
) -> None:
    stage = Stage(centre, tmp_path, "13910000005")
    stage.order("consult", to={"extension": "2009"})
    third = stage.dialled("ivr_asked_by", 880.0)
    time.sleep(0.3)
    centre.phone.hang_up(stage.agent.phone)
    stage.expect([stage.caller, third], {"caller": {"third"}, "third": {"caller"}})
    wait_for(lambda: centre.state("a1") == "available", 3, "the agent free")
    centre.phone.hang_up(third.phone)
    assert centre.ivory.journey(stage.ani).steps[-1].node == "after"


def test_a_caller_who_leaves_three_leaves_two_who_talk(centre: Centre, tmp_path: Path) -> None:
    stage = Stage(centre, tmp_path, "13910000006")
    stage.order("consult", to={"extension": "2009"})
    third = stage.dialled("ivr_asked_by", 880.0)
    time.sleep(0.3)
    stage.order("conference")
    centre.phone.hang_up(stage.caller.phone)
    stage.expect([stage.agent, third], {"a1": {"third"}, "third": {"a1"}})
    assert centre.state("a1") == "busy"
    centre.phone.hang_up(third.phone)
    wait_for(lambda: centre.state("a1") == "available", 3, "the agent free")
    assert not stage.there(stage.agent)


def test_a_caller_on_hold_whose_agent_goes_is_served_by_the_next(centre: Centre, tmp_path: Path) -> None:
    stage = Stage(centre, tmp_path, "13910000007")
    centre.sign_in("a2")
    stage.order("hold")
    centre.phone.hang_up(stage.agent.phone)
    wait_for(lambda: centre.state("a2") == "busy", 10, "the second agent with the caller")
    second = stage.answered("a2", 880.0)
    stage.expect([stage.caller, second], {"caller": {"a2"}, "a2": {"caller"}})


def test_an_agent_sends_the_caller_on_in_the_middle_of_a_consultation(centre: Centre, tmp_path: Path) -> None:
    stage = Stage(centre, tmp_path, "13910000008")
    stage.order("consult", to={"extension": "2009"})
    third = stage.dialled("ivr_asked_by", 880.0)
    time.sleep(0.3)
    stage.order("transfer", to={"extension": "2010"})
    wait_for(lambda: not stage.there(stage.agent) and not stage.there(third), 3, "agent and third gone")
    wait_for(lambda: stage.beside("2010"), 3, "the extension rung")
    assert stage.there(stage.caller)
    assert centre.state("a1") == "available"


def test_a_third_whose_leg_is_parked_anew_is_brought_back(centre: Centre, tmp_path: Path) -> None:
    """As it is where what a killed worker had asked for comes after what the next one has."""
    stage = Stage(centre, tmp_path, "13910000010")
    stage.order("consult", to={"extension": "2009"})
    third = stage.dialled("ivr_asked_by", 880.0)
    people = (stage.caller, stage.agent, third)
    for heard in (
        {"caller": {"music"}, "a1": {"third"}, "third": {"a1"}},
        {"caller": {"a1", "third"}, "a1": {"caller", "third"}, "third": {"caller", "a1"}},
    ):
        stage.expect(people, heard)
        centre.phone.api(f"uuid_transfer {third.leg} park inline")
        time.sleep(0.5)
        stage.expect(people, heard)
        if "music" in heard["caller"]:
            stage.order("conference")


def test_a_consultation_goes_on_when_the_worker_is_killed(centre: Centre, tmp_path: Path) -> None:
    stage = Stage(centre, tmp_path, "13910000009")
    centre.sign_in("b1")
    stage.order("consult", to={"agent": "b1"})
    third = stage.answered("b1", 880.0)
    time.sleep(0.3)
    centre.ivory.kill_worker()
    people = (stage.caller, stage.agent, third)
    stage.expect(people, {"caller": {"music"}, "a1": {"b1"}, "b1": {"a1"}})
    stage.order("conference")
    stage.expect(people, {"caller": {"a1", "b1"}, "a1": {"caller", "b1"}, "b1": {"caller", "a1"}})
    stage.order("complete")
    stage.expect([stage.caller, third], {"caller": {"b1"}, "b1": {"caller"}})
    wait_for(lambda: centre.state("a1") == "available", 3, "the first agent free")
    assert centre.state("b1") == "busy"


def test_nobody_is_lost_whoever_hangs_up_at_whatever_moment(centre: Centre, tmp_path: Path) -> None:
    """Each of the three, at a random moment: a caller who did not leave is with the agent, with
    the third, or waits again."""
    chance = random.Random(11)
    for number in range(6):
        ani = f"139200000{number:02}"
        centre.sign_in("a1")
        caller = centre.phone.far_end(centre.call(ani, sip=True))
        wait_for(lambda: centre.state("a1") == "busy", 5, "the talk")
        agent = centre.phone.api(f"uuid_getvar {caller} bridge_uuid")
        centre.order("agent.consult", agent="a1", to={"extension": "2009"})
        time.sleep(chance.uniform(0, 0.12))
        if chance.random() < 0.5:
            time.sleep(0.2)
            with suppress(AssertionError):  # nobody may have answered yet
                centre.order("agent.conference", agent="a1")
            time.sleep(chance.uniform(0, 0.06))
        rows = centre.phone.rows("channels")
        thirds = [row["uuid"] for row in rows if "/2009@" in row["name"] and row["direction"] == "outbound"]
        victim = chance.choice([agent, *thirds[:1], caller])
        centre.phone.hang_up(victim)
        if victim == caller:
            wait_for(partial(gone, centre, caller), 5, f"the caller gone ({number})")
        else:
            time.sleep(0.5)
            wait_for(partial(looked_after, centre, caller), 5, f"somebody for the caller ({number})")
        centre.sign_out("a1")
        centre.phone.api("hupall")
        wait_for(lambda: centre.phone.channels() == 0, 5, f"every channel gone ({number})")
        wait_for(lambda: centre.state("a1") == "logged_out", 5, "the agent signed out")


def looked_after(centre: Centre, caller: str) -> bool:
    """Whether a caller is with somebody, or waits for somebody."""
    with_whom = centre.phone.api(f"uuid_getvar {caller} bridge_to")
    return centre.waiting() == 1 or centre.phone.api(f"uuid_exists {with_whom}") == "true"


def gone(centre: Centre, leg: str) -> bool:
    return centre.phone.api(f"uuid_exists {leg}") == "false"
