"""What the router says of a wait, and of its own decisions."""

from __future__ import annotations

import json

import pytest

from ivr.acd import events as e
from ivr.acd.estimates import Basis
from ivr.acd.model import Agent, Group, Tier
from tests.unit.acd.centre import Centre, agent


def busy(*names: str, seconds: float = 100.0, **more: object) -> Centre:
    """A centre that has seen six contacts of so many seconds, and whose agents all talk."""
    desk = Centre([Group("support", **more)], [agent(each) for each in names])  # type: ignore[arg-type]
    desk.sign_in(*names)
    for number in range(6):
        desk.arrive(f"seen{number}")
        desk.talk(f"seen{number}", seconds)
    for each in names:
        desk.arrive(f"with-{each}")
        desk.connect(f"with-{each}")
    return desk


def test_nothing_is_foretold_before_enough_was_seen() -> None:
    desk = Centre([Group("support")], [agent("ann")])
    desk.sign_in("ann")
    desk.arrive("c0")
    desk.connect("c0")
    desk.arrive("c1")
    assert desk.router.estimate("c1", desk.now) is None
    assert desk.router.expected_wait("support", desk.now) is None


def test_a_wait_is_foretold_from_agents_and_real_handling_times() -> None:
    desk = busy("ann", "bob")
    desk.arrive("c1")
    desk.arrive("c2")
    told = desk.router.estimate("c2", desk.now)
    assert told is not None
    assert told.low < 2 * 100 / 2 < told.high
    assert desk.router.expected_wait("support", desk.now) == pytest.approx(3 * 100 / 2)


def test_the_range_holds_eight_waits_of_ten() -> None:
    # exact quantiles of the gamma distribution, of shape 1 (the exponential) and 5
    for shape, low, high in ((1.0, 0.10536, 2.30259), (5.0, 2.43259, 7.99359)):
        basis = Basis(shape, 1.0, 1.0)
        assert basis.quantile(-1.2816) == pytest.approx(low, abs=0.03)
        assert basis.quantile(1.2816) == pytest.approx(high, abs=0.03)


def test_somebody_free_is_no_wait() -> None:
    desk = busy("ann")
    desk.later(10, e.ServiceEnded("ann", "with-ann"))
    assert desk.router.expected_wait("support", desk.now) == 0.0


def test_nothing_is_foretold_where_nobody_is_there() -> None:
    desk = busy("ann")
    desk.arrive("c1")
    desk.tell(e.AgentBreak("ann", "lunch"))
    assert desk.router.estimate("c1", desk.now) is None


def test_an_estimate_rises_only_with_a_reason() -> None:
    desk = busy("ann", "bob", order="priority")
    desk.arrive("c1")
    first = desk.router.estimate("c1", desk.now)
    desk.later(30)
    assert desk.router.estimate("c1", desk.now) == first
    desk.arrive("vip", priority=1)
    overtaken = desk.router.estimate("c1", desk.now)
    assert first is not None
    assert overtaken is not None
    assert (overtaken.why, overtaken.high > first.high) == ("overtaken", True)
    desk.tell(e.AgentBreak("bob", "lunch"))
    fewer = desk.router.estimate("c1", desk.now)
    assert fewer is not None
    assert (fewer.why, fewer.high > overtaken.high) == ("fewer_agents", True)


def test_how_well_waits_were_foretold_is_measured() -> None:
    desk = busy("ann")
    desk.arrive("c1")
    desk.router.estimate("c1", desk.now)
    desk.later(100, e.ServiceEnded("ann", "with-ann"))
    desk.connect("c1")
    told = desk.seen()["groups"]["support"]["estimates"]
    assert (told["told"], told["in_range"]) == (1, 1.0)


def test_agents_shared_with_a_busy_group_count_in_part() -> None:
    groups = [Group("support"), Group("sales")]
    desk = Centre(groups, [agent("ann", "support", "sales")])
    desk.sign_in("ann")
    for number in range(6):
        desk.arrive(f"seen{number}")
        desk.talk(f"seen{number}", 100)
    desk.arrive("with-ann")
    desk.connect("with-ann")
    alone = desk.router.expected_wait("support", desk.now)
    for number in range(3):
        desk.arrive(f"s{number}", "sales")
    shared = desk.router.expected_wait("support", desk.now)
    assert alone is not None
    assert shared is not None
    assert shared > alone


def test_every_candidate_is_explained() -> None:
    groups = [Group("support", require={"english": 3}, wrap_up=30.0), Group("sales")]
    agents = [
        agent("ann", skills={"english": 5}), agent("bob", skills={"english": 2}),
        agent("cai", skills={"english": 4}), agent("dee", skills={"english": 4}),
        agent("eve", skills={"english": 4}), Agent("fay", tiers={"sales": Tier()}, skills={"english": 9}),
        agent("gus", skills={"english": 4}, capacity={"chat": 2}), agent("hal", skills={"english": 4}),
    ]  # fmt: skip
    desk = Centre(groups, agents)
    desk.sign_in("ann", "bob", "cai", "dee", "fay", "gus", "hal")
    desk.tell(e.AgentBreak("dee", "lunch"))
    desk.arrive("c1")
    desk.talk("c1", 10)  # ann wraps up
    desk.arrive("c2")  # rings at cai
    desk.arrive("c3")  # rings at hal
    desk.later(1)
    desk.arrive("c4")
    said = {each.agent: each.reason for each in desk.router.explain("c4", desk.now)}
    assert said == {
        "ann": "wrap-up, 29 s left",
        "bob": "english 2 < 3",
        "cai": "overtaken by c2 (longer wait)",
        "dee": "on break: lunch",
        "eve": "logged out",
        "gus": "takes no voice",
        "hal": "overtaken by c3 (longer wait)",
    }
    best = desk.router.explain("c2", desk.now)[0]
    assert (best.agent, best.verdict, best.rank) == ("cai", "chosen", 1)
    desk.connect("c2")
    desk.tell(e.AgentBreak("cai", "lunch"))
    assert desk.why("c4", "cai") == "talking, then on break: lunch"
    desk.tell(e.AgentSignedOut("cai"))
    assert desk.why("c4", "cai") == "talking, then logged out"
    assert [each.agent for each in desk.router.explain("c2", desk.now)] == ["cai"]
    assert desk.router.explain("nothing", desk.now) == []


def test_a_snapshot_is_ready_for_json() -> None:
    desk = busy("ann")
    desk.arrive("c1", customer="k1")
    seen = json.loads(json.dumps(desk.seen()))
    assert (seen["groups"]["support"]["waiting"], seen["groups"]["support"]["available"]) == (1, 0)
    assert seen["agents"]["ann"]["contacts"] == ["with-ann"]
    assert seen["contacts"]["c1"]["position"] == 1
    assert desk.router.available("support") == 0


def test_the_same_events_bring_the_same_actions() -> None:
    def day() -> list[str]:
        desk = busy("ann", "bob", "cai", strategy="random")
        return [repr(each) for each in desk.later(500)]

    assert day() == day()
