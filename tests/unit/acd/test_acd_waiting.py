"""Whose turn it is, what is asked of agents as time passes, and where contacts go that cannot be served."""

from __future__ import annotations

import pytest

from ivr.acd import actions as a
from ivr.acd import events as e
from ivr.acd.model import Agent, Contact, Destination, Group, Overflow, Step, Tier
from tests.unit.acd.centre import EPOCH, Centre, agent, plan

VOICEMAIL = Destination("voicemail", "box")


def centre(*agents: Agent, **more: object) -> Centre:
    return Centre([Group("support", **more)], list(agents) or [agent("ann")])  # type: ignore[arg-type]


def served(desk: Centre) -> list[str]:
    """The order in which one agent serves all who wait."""
    desk.sign_in("ann")
    order = []
    while desk.offers():
        contact = desk.offers()[0][0]
        order.append(contact)
        desk.talk(contact, 1)
    return order


def test_who_waited_longest_comes_first() -> None:
    desk = centre()
    for name in ("c1", "c2", "c3"):
        desk.arrive(name)
        desk.later(1)
    assert [desk.router.position(each) for each in ("c1", "c2", "c3", "c9")] == [1, 2, 3, None]
    assert served(desk) == ["c1", "c2", "c3"]


def test_priority_comes_before_the_wait() -> None:
    desk = centre(order="priority")
    desk.arrive("c1")
    desk.later(5)
    desk.arrive("c2", priority=1)
    assert desk.router.position("c1") == 2
    assert served(desk) == ["c2", "c1"]


def test_weighted_priority_is_worth_seconds_and_nobody_starves() -> None:
    desk = centre(order="weighted", weight=30.0)
    desk.arrive("c1")
    desk.later(40)
    desk.arrive("c2", priority=1)
    desk.later(1)
    desk.arrive("c3", priority=2)
    assert served(desk) == ["c3", "c1", "c2"]


def test_a_mixed_agent_serves_the_group_most_at_risk() -> None:
    groups = [
        Group("slow", order="service_level", target=60.0),
        Group("fast", order="service_level", target=10.0),
    ]
    desk = Centre(groups, [agent("ann", "slow", "fast")])
    desk.arrive("c1", "slow")
    desk.later(10)
    desk.arrive("c2", "fast")
    desk.later(5)  # 15 of 60 against 5 of 10
    assert served(desk) == ["c2", "c1"]


def test_a_skill_is_asked_at_its_level() -> None:
    desk = centre(agent("ann", skills={"english": 2}), require={"english": 3})
    desk.sign_in("ann")
    assert desk.arrive("c1") == []
    assert desk.why("c1", "ann") == "english 2 < 3"


def test_less_is_asked_with_time() -> None:
    desk = centre(
        agent("ann", skills={"english": 2}), agent("bob", skills={"english": 5}),
        require={"english": 3}, relax=(Step(20.0, {"english": 2}),),
    )  # fmt: skip
    desk.sign_in("bob", "ann")
    desk.arrive("c1")
    desk.connect("c1")
    assert desk.arrive("c2") == []
    assert desk.why("c2", "ann") == "english 2 < 3, asked less from 20 s on"
    desk.later(19)
    assert desk.rung("c2") == []
    desk.later(1)
    assert desk.rung("c2") == ["ann"]


def test_a_step_widens_the_circle_to_another_group() -> None:
    groups = [Group("support", relax=(Step(10.0, groups=("sales",)),)), Group("sales")]
    desk = Centre(groups, [agent("ann", "support"), agent("bob", "sales")])
    desk.sign_in("ann", "bob")
    desk.arrive("c1")
    assert desk.arrive("c2") == []
    desk.later(10)
    assert desk.rung("c2") == ["bob"]


def test_steps_that_find_nobody_more_are_passed_at_once() -> None:
    steps = (Step(20.0, {"english": 4}), Step(40.0, {"english": 2}))
    desk = centre(agent("ann", skills={"english": 2}), require={"english": 5}, relax=steps)
    desk.sign_in("ann")
    assert desk.arrive("c1") == ["ann"]


def test_a_step_is_passed_as_soon_as_its_last_agent_is_gone() -> None:
    ann, bob = agent("ann", skills={"english": 2}), agent("bob", skills={"english": 5})
    desk = centre(ann, bob, require={"english": 5}, relax=(Step(60.0, {"english": 2}),))
    desk.sign_in("ann", "bob")
    desk.arrive("c1")
    assert desk.arrive("c2") == []
    desk.later(5, e.AgentBreak("bob", "lunch"))
    assert ("c2", "ann") in desk.offers() or ("c1", "ann") in desk.offers()


def test_a_preferred_agent_is_waited_for_and_then_anyone_serves() -> None:
    desk = centre(agent("ann"), agent("bob"))
    desk.sign_in("ann", "bob")
    desk.arrive("c1")
    desk.connect("c1")
    assert desk.arrive("c2", preferred="ann", prefer_for=30) == []
    assert desk.why("c2", "bob") == "ann is waited for, 30 s left"
    desk.later(30)
    assert desk.rung("c2") == ["bob"]


def test_who_waits_for_an_agent_does_not_wait_for_one_who_left() -> None:
    desk = centre(agent("ann"), agent("bob"))
    desk.sign_in("ann", "bob")
    desk.arrive("c1")
    desk.arrive("c2", preferred="ann", prefer_for=30)
    desk.later(1, e.AgentSignedOut("ann"))
    assert ("c1", "bob") in desk.offers()  # ann's offer was taken back, and c1 came first


def test_an_excluded_agent_is_not_asked() -> None:
    desk = centre(agent("ann"), agent("bob"))
    desk.sign_in("ann", "bob")
    assert desk.arrive("c1", excluded=frozenset({"ann"})) == ["bob"]


def test_one_agent_alone_can_be_asked_for() -> None:
    desk = centre(agent("ann"), agent("bob"))
    desk.sign_in("ann", "bob")
    assert desk.arrive("c1", "", only="bob") == ["bob"]
    assert desk.arrive("c2", "", only="bob") == []
    desk.talk("c1", 5)
    assert desk.rung("c2") == ["bob"]


def test_asking_for_an_agent_who_is_not_there_is_refused() -> None:
    desk = centre(agent("ann"))
    desk.arrive("c1", "", only="ann")
    assert desk.ended("c1") == ("refused", "no_agent")


def test_a_full_queue_refuses_but_not_whom_somebody_is_free_for() -> None:
    desk = centre(max_size=1)
    desk.sign_in("ann")
    assert desk.arrive("c1") == ["ann"]
    desk.connect("c1")
    desk.arrive("c2")
    desk.arrive("c3")
    assert desk.ended("c3") == ("refused", "full")


def test_a_closed_group_refuses_and_goes_on_serving_who_waits() -> None:
    desk = centre()
    desk.arrive("c1")
    desk.tell(e.HoursChanged("support", False))
    desk.arrive("c2")
    assert desk.ended("c2") == ("refused", "closed")
    desk.sign_in("ann")
    assert desk.rung("c1") == ["ann"]


def test_a_wait_ends_at_its_longest() -> None:
    desk = centre(max_wait=60.0)
    desk.arrive("c1")
    desk.later(59)
    assert desk.router.waiting("support") == 1
    desk.later(1)
    assert desk.ended("c1") == ("timed_out", "")


def test_ringing_is_not_cut_short_by_the_longest_wait() -> None:
    desk = centre(max_wait=60.0, ring=20.0)
    desk.arrive("c1")
    desk.later(50)
    desk.sign_in("ann")
    desk.later(15)
    desk.connect("c1")
    assert desk.ended("c1") == ("answered", "")


def overflowing(on: str, limit: float = 0.0, **more: object) -> Centre:
    rules = (Overflow(on, Destination("group", "sales"), limit), Overflow(on, VOICEMAIL, limit))
    groups = [Group("support", overflow=rules, **more), Group("sales", max_size=1)]  # type: ignore[arg-type]
    return Centre(groups, [agent("ann"), agent("bob", "sales")])


def test_overflow_into_a_group_keeps_the_place_in_time() -> None:
    desk = overflowing("wait", 30.0)
    desk.arrive("c1")
    desk.later(10)
    desk.arrive("c2", "sales")
    desk.later(20)
    assert desk.router.waiting("sales") == 1  # sales takes one only: c1 went to voicemail
    assert desk.ended("c1") == ("overflowed", "")


@pytest.mark.parametrize(
    ("on", "limit", "more"),
    [("size", 1.0, {}), ("no_agent", 0.0, {}), ("closed", 0.0, {}), ("size", 0.0, {"max_size": 1})],
)
def test_overflow_moves_contacts_and_says_why(on: str, limit: float, more: dict[str, object]) -> None:
    desk = overflowing(on, limit, **more)
    desk.sign_in("bob")
    desk.arrive("c0", "sales")
    desk.connect("c0")
    if on == "size":
        desk.arrive("c1")
    if on == "closed":
        desk.tell(e.HoursChanged("support", False))
    desk.arrive("c2")
    assert [each for each in desk.said if isinstance(each, a.Moved)] == [a.Moved("c2", "sales", on)]
    assert desk.seen()["contacts"]["c2"]["group"] == "sales"


def test_overflow_for_want_of_agents_follows_the_last_one_who_leaves() -> None:
    desk = overflowing("no_agent")
    desk.sign_in("ann", "bob")
    desk.arrive("c1")
    desk.connect("c1")
    desk.arrive("c2")
    desk.later(5, e.AgentBreak("ann", "lunch"))
    assert desk.router.waiting("support") == 1  # on break is signed in
    desk.later(5, e.AgentSignedOut("ann"))
    assert desk.rung("c2") == ["bob"]


def test_overflow_by_estimate_spares_a_long_wait() -> None:
    rules = (Overflow("estimate", VOICEMAIL, 100.0),)
    desk = centre(overflow=rules)
    desk.sign_in("ann")
    for number in range(5):
        desk.arrive(f"c{number}")
        desk.talk(f"c{number}", 60)
    desk.arrive("c5")
    desk.connect("c5")
    desk.arrive("c6")
    assert desk.router.waiting("support") == 1  # 60 s are not too long
    desk.arrive("c7")
    assert [each for each in desk.said if isinstance(each, a.Send)] == [a.Send("c7", VOICEMAIL, "estimate")]


def test_overflow_in_a_circle_stops_where_it_has_been() -> None:
    groups = [
        Group("support", overflow=(Overflow("wait", Destination("group", "sales"), 10.0),)),
        Group("sales", overflow=(Overflow("wait", Destination("group", "support"), 10.0),)),
    ]
    desk = Centre(groups, [agent("ann")])
    desk.arrive("c1")
    desk.later(100)
    assert desk.seen()["contacts"]["c1"]["group"] == "sales"
    assert desk.router.waiting("support") == 0


def test_a_callback_keeps_the_place_of_the_call() -> None:
    desk = centre()
    desk.arrive("c1")
    desk.later(10)
    desk.arrive("c2")
    desk.later(10, e.ContactLeft("c1", "callback"))
    assert desk.ended("c1") == ("callback", "")
    desk.arrive("c1-back", arrived=EPOCH, callback=True)
    assert served(desk) == ["c1-back", "c2"]


def test_a_callback_is_not_sent_to_voicemail() -> None:
    desk = centre(overflow=(Overflow("wait", VOICEMAIL, 10.0),), max_wait=20.0)
    desk.arrive("c1", callback=True)
    desk.later(100)
    assert desk.router.waiting("support") == 1


def test_a_changed_contact_keeps_its_place_in_time() -> None:
    desk = centre(order="priority")
    desk.arrive("c1")
    desk.later(10)
    desk.arrive("c2")
    desk.tell(e.ContactChanged(Contact("c2", "support", desk.now, priority=5)))
    assert [desk.router.position(each) for each in ("c1", "c2")] == [2, 1]
    desk.tell(e.ContactChanged(Contact("c2", "support", 0.0)))
    assert [desk.router.position(each) for each in ("c1", "c2")] == [1, 2]


def test_a_new_plan_reaches_who_waits_at_once() -> None:
    desk = centre(agent("ann", skills={"english": 2}), require={"english": 3})
    desk.sign_in("ann")
    desk.arrive("c1")
    desk.tell(e.PlanChanged(plan([Group("support")], [agent("ann")], 1)))
    assert desk.rung("c1") == ["ann"]


def test_a_plan_without_the_group_refuses_who_waits_and_one_without_the_agent_lets_a_talk_end() -> None:
    desk = centre()
    desk.sign_in("ann")
    desk.arrive("c1")
    desk.connect("c1")
    desk.arrive("c2")
    desk.tell(e.PlanChanged(plan([], [], 1)))
    assert desk.ended("c2") == ("refused", "closed")
    assert desk.state("ann") == "busy"
    desk.later(5, e.ServiceEnded("ann", "c1"))
    assert "ann" not in desk.seen()["agents"]


def test_two_groups_need_not_share_their_agents_places() -> None:
    desk = Centre([Group("support"), Group("sales")], [Agent("ann", tiers={"sales": Tier()})])
    desk.sign_in("ann")
    assert desk.arrive("c1", "support") == []
    assert desk.arrive("c2", "sales") == ["ann"]
