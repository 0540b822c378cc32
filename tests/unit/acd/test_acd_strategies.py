"""Which agent a contact rings at."""

from __future__ import annotations

from collections import Counter

import pytest

from ivr.acd import actions as a
from ivr.acd import events as e
from ivr.acd.model import Agent, Contact, Group, Tier
from ivr.acd.router import Router
from ivr.acd.strategies import names
from tests.unit.acd.centre import EPOCH, Centre, agent, plan


def centre(strategy: str, *agents: Agent, **more: object) -> Centre:
    return Centre([Group("support", strategy=strategy, **more)], list(agents))  # type: ignore[arg-type]


def test_longest_idle_asks_who_has_waited_for_work_longest() -> None:
    desk = centre("longest_idle", agent("ann"), agent("bob"))
    desk.sign_in("bob", "ann")
    assert desk.arrive("c1") == ["bob"]


def test_a_break_neither_resets_nor_adds_to_the_time_idle() -> None:
    desk = centre("longest_idle", agent("ann"), agent("bob"))
    desk.sign_in("ann", "bob")  # ann a second longer
    desk.later(10, e.AgentBreak("ann", "lunch"))
    desk.later(0.5, e.AgentReady("ann"))
    assert desk.arrive("c1") == ["ann"]  # 10 s against 9.5 s


def test_who_was_on_break_meanwhile_has_not_waited() -> None:
    desk = centre("longest_idle", agent("ann"), agent("bob"))
    desk.sign_in("ann", "bob")
    desk.later(10, e.AgentBreak("ann", "lunch"))
    desk.later(60, e.AgentReady("ann"))
    assert desk.arrive("c1") == ["bob"]


def test_signing_out_and_in_again_does_not_bring_anybody_to_the_front() -> None:
    desk = centre("fewest_calls", agent("ann"), agent("bob"))
    desk.sign_in("ann", "bob")
    desk.arrive("c1")
    desk.talk("c1", 10)
    desk.later(1, e.AgentSignedOut("ann"))
    desk.sign_in("ann")
    assert desk.arrive("c2") == ["bob"]


def test_round_robin_asks_in_turn() -> None:
    desk = centre("round_robin", agent("ann"), agent("bob"), agent("cai"))
    desk.sign_in("cai", "bob", "ann")
    rung = []
    for number in range(6):
        rung += desk.arrive(f"c{number}")
        desk.talk(f"c{number}", 1)
    assert rung == ["ann", "bob", "cai", "ann", "bob", "cai"]


def test_least_talk_asks_who_talked_the_fewest_seconds() -> None:
    desk = centre("least_talk", agent("ann"), agent("bob"))
    desk.sign_in("ann", "bob")
    desk.arrive("c1")
    desk.talk("c1", 50)
    desk.arrive("c2")
    desk.talk("c2", 10)
    assert desk.arrive("c3") == ["bob"]


def test_least_occupied_forgets_work_of_long_ago() -> None:
    desk = centre("least_occupied", agent("ann"), agent("bob"))
    desk.sign_in("ann")
    desk.arrive("c1")
    desk.talk("c1", 600)
    desk.later(4 * 3600)
    desk.sign_in("bob")
    desk.arrive("c2")
    desk.talk("c2", 200)  # bob, fresh from home
    assert desk.arrive("c3") == ["ann"]


def test_top_down_asks_by_position() -> None:
    desk = centre("top_down", agent("ann", position=2), agent("bob", position=1))
    desk.sign_in("ann", "bob")
    assert desk.arrive("c1") == ["bob"]


def test_best_skill_asks_who_is_best_at_what_is_asked() -> None:
    ann, bob = (
        agent("ann", skills={"billing": 9, "dutch": 4}),
        agent("bob", skills={"billing": 3, "dutch": 8}),
    )
    desk = centre("best_skill", ann, bob)
    desk.sign_in("ann", "bob")
    assert desk.arrive("c1", require={"dutch": 1}) == ["bob"]


def test_least_skilled_keeps_generalists_free() -> None:
    ann, bob = agent("ann", skills={"billing": 9, "dutch": 4}), agent("bob", skills={"billing": 3})
    desk = centre("least_skilled", ann, bob)
    desk.sign_in("ann", "bob")
    assert desk.arrive("c1", require={"billing": 1}) == ["bob"]


def test_random_asks_everybody_about_as_often_and_the_same_way_in_a_replay() -> None:
    def day(seed: int) -> list[str]:
        desk = Centre([Group("support", strategy="random")], [agent("ann"), agent("bob"), agent("cai")], seed)
        desk.sign_in("ann", "bob", "cai")
        rung = []
        for number in range(300):
            rung += desk.arrive(f"c{number}")
            desk.talk(f"c{number}", 1)
        return rung

    assert min(Counter(day(3)).values()) > 70
    assert day(3) == day(3)
    assert day(3) != day(4)


def test_ring_all_rings_everybody_and_the_first_has_it() -> None:
    desk = centre("ring_all", agent("ann"), agent("bob"), agent("cai"))
    desk.sign_in("ann", "bob", "cai")
    assert desk.arrive("c1") == ["ann", "bob", "cai"]
    desk.accept("c1", "bob")
    assert [(each.agent, each.why) for each in desk.said if isinstance(each, a.Withdraw)] == [
        ("ann", "lost"),
        ("cai", "lost"),
    ]
    desk.connect("c1", "bob")
    assert [desk.state(each) for each in ("ann", "bob", "cai")] == ["available", "busy", "available"]


def test_ring_all_rings_also_at_who_becomes_free_meanwhile() -> None:
    desk = centre("ring_all", agent("ann"), agent("bob"))
    desk.sign_in("ann")
    desk.arrive("c1")
    desk.sign_in("bob")
    assert desk.rung("c1") == ["bob"]


def test_ring_progressively_rings_one_more_every_few_seconds() -> None:
    desk = centre("ring_progressively", agent("ann"), agent("bob"), agent("cai"), progressive=8.0, ring=30.0)
    desk.sign_in("ann", "bob", "cai")
    assert desk.arrive("c1") == ["ann"]
    desk.later(8)
    assert desk.rung("c1") == ["bob"]
    desk.later(8)
    assert desk.rung("c1") == ["cai"]


def test_last_agent_is_waited_for_and_then_anyone_serves() -> None:
    desk = centre("last_agent", agent("ann"), agent("bob"), last_agent_wait=20.0)
    desk.sign_in("ann", "bob")
    desk.arrive("c1", customer="k1")
    desk.talk("c1", 10)  # ann, who is the one idle for shorter now
    assert desk.arrive("c2", customer="k1") == ["ann"]
    desk.connect("c2")
    assert desk.arrive("c3", customer="k1") == []
    desk.later(20)
    assert desk.rung("c3") == ["bob"]


def test_a_last_agent_is_not_waited_for_while_on_break() -> None:
    desk = centre("last_agent", agent("ann"), agent("bob"))
    desk.sign_in("ann", "bob")
    desk.arrive("c1", customer="k1")
    desk.talk("c1", 10)
    desk.tell(e.AgentBreak("ann", "lunch"))
    assert desk.arrive("c2", customer="k1") == ["bob"]


def test_the_memory_of_last_agents_can_be_given_back() -> None:
    desk = centre("longest_idle", agent("ann"), agent("bob"), last_agent_within=86400.0)
    desk.sign_in("ann", "bob")
    desk.tell(e.Remembered("k1", "support", "bob", desk.now - 3600))
    desk.tell(e.Remembered("k2", "support", "bob", desk.now - 90000))
    assert desk.arrive("c1", customer="k1") == ["bob"]
    desk.talk("c1", 1)
    assert desk.arrive("c2", customer="k2") == ["ann"]


def test_nobody_is_remembered_for_a_withheld_number() -> None:
    desk = centre("last_agent", agent("ann"), agent("bob"))
    desk.sign_in("ann", "bob")
    desk.arrive("c1", customer="")
    desk.talk("c1", 10)
    assert desk.arrive("c2", customer="") == ["bob"]


def test_a_rank_of_the_plan_replaces_the_strategy() -> None:
    def rank(facts: object) -> float:
        return float(facts["skills"].get("billing", 0) * 10 - facts["calls_today"])  # type: ignore[index]

    ann, bob = agent("ann", skills={"billing": 1}), agent("bob", skills={"billing": 2})
    desk = Centre([Group("support", rank=rank)], [ann, bob])
    desk.sign_in("ann", "bob")
    assert desk.arrive("c1") == ["bob"]


def test_lower_tiers_come_first_whatever_the_strategy() -> None:
    desk = centre("longest_idle", agent("ann", level=2), agent("bob"), tier_wait=0.0)
    desk.sign_in("ann", "bob")
    assert desk.arrive("c1") == ["bob"]
    assert desk.arrive("c2") == ["ann"]


def test_a_higher_tier_is_asked_after_its_wait() -> None:
    desk = centre("longest_idle", agent("ann"), agent("bob", level=2), tier_wait=15.0)
    desk.sign_in("ann", "bob")
    desk.arrive("c1")
    assert desk.arrive("c2") == []
    assert desk.why("c2", "bob") == "tier 2, asked in 15 s"
    desk.later(15)
    assert desk.rung("c2") == ["bob"]


@pytest.mark.parametrize("gone", [e.AgentBreak("ann", "lunch"), e.AgentSignedOut("ann")])
def test_a_higher_tier_is_asked_at_once_when_nobody_of_a_lower_one_is_there(gone: e.Event) -> None:
    desk = centre("longest_idle", agent("ann"), agent("bob", level=2))
    desk.sign_in("ann", "bob")
    desk.arrive("c1")
    desk.connect("c1")
    assert desk.arrive("c2") == []
    desk.tell(gone)
    assert desk.rung("c2") == ["bob"]


def test_an_agent_takes_the_group_of_the_lowest_tier_first() -> None:
    groups = [Group("own"), Group("other", tier_wait=0.0)]
    desk = Centre(groups, [Agent("ann", tiers={"own": Tier(1), "other": Tier(2)})])
    desk.arrive("c1", "other")
    desk.later(5)
    desk.arrive("c2", "own")
    desk.sign_in("ann")
    assert desk.rung("c2") == ["ann"]


def test_every_strategy_of_the_table_rings_somebody() -> None:
    for name in names():
        desk = centre(name, agent("ann"), agent("bob"))
        desk.sign_in("ann", "bob")
        assert desk.arrive("c1"), name


def test_a_rank_or_strategy_that_fails_costs_nobody_their_agent_and_is_told() -> None:
    groups = [Group("support", rank=lambda facts: 1 / 0), Group("sales", strategy="mislaid")]
    both = [agent("ann", "support", "sales"), agent("bob", "support", "sales")]
    router = Router(plan(groups, both))
    for number, name in enumerate(("ann", "bob")):
        router.handle(e.AgentSignedIn(name), EPOCH + number)
    for number, group in enumerate(("support", "sales")):
        said = router.handle(e.ContactArrived(Contact(f"c{number}", group, EPOCH)), EPOCH + 5)
        assert [each.agent for each in said if isinstance(each, a.Offer)] == [("ann", "bob")[number]]
        assert [each.split(":")[0] for each in router.check()] == [
            ("the rank of support failed", "the strategy mislaid of sales failed")[number]
        ]
        assert router.check() == []
