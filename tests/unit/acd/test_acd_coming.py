"""What the router tells of a wait before it happens: relaxation, tiers, overflow, the end. What it tells must
come true, so each is waited for."""

from __future__ import annotations

from ivr.acd import actions as a
from ivr.acd import events as e
from ivr.acd.coming import Coming
from ivr.acd.model import Destination, Group, Overflow, Step
from tests.unit.acd.centre import Centre, agent

BOOKING = Overflow("wait", Destination("group", "booking"), 30.0)


def told(centre: Centre, contact: str = "c1") -> list[Coming]:
    return list(centre.router.coming(contact, centre.now))


def test_who_overflows_is_told_where_to_when_and_who_is_free_there() -> None:
    centre = Centre(
        [Group("support", overflow=(BOOKING,), max_wait=90.0), Group("booking")],
        [agent("ann"), agent("bob", "booking"), agent("cai", "booking"), agent("dee", "booking")],
    )
    centre.sign_in("bob", "cai")
    centre.tell(e.AgentBreak("cai", "lunch"))
    centre.arrive("c1")
    centre.later(9)
    assert told(centre) == [
        Coming(21.0, "overflow", "overflows to booking", {"bob": "free", "cai": "on break: lunch"})
    ]
    centre.later(21)
    assert [(each.contact, each.group) for each in centre.said if isinstance(each, a.Moved)] == [
        ("c1", "booking")
    ]
    assert centre.offers() == [("c1", "bob")]


def test_each_relaxation_is_told_with_those_whom_it_adds() -> None:
    relax = (Step(30.0, {"billing": 2}), Step(60.0, {"billing": 0}, ("sales",)))
    centre = Centre(
        [Group("support", require={"billing": 5}, relax=relax), Group("sales")],
        [agent("ann", skills={"billing": 8}), agent("bob", skills={"billing": 2}), agent("cai", "sales")],
    )
    centre.sign_in("ann", "bob", "cai")
    centre.tell(e.AgentOccupied("ann", True))
    centre.arrive("c1")
    centre.later(10)
    first, second = told(centre)
    assert first == Coming(20.0, "relax", "billing 2 is enough", {"bob": "free"})
    assert (second.after, second.agents) == (50.0, {"cai": "free"})
    assert second.words == "agents of sales count as well, billing is not asked for any more"
    centre.later(20)
    assert centre.offers() == [("c1", "bob")]


def test_a_step_that_nobody_is_there_for_costs_no_time_and_none_is_told() -> None:
    relax = (Step(30.0, {"billing": 2}), Step(60.0, {"billing": 0}))
    centre = Centre(
        [Group("support", require={"billing": 5}, relax=relax)],
        [agent("ann", skills={"billing": 8}), agent("bob", skills={"billing": 2}), agent("cai")],
    )
    centre.sign_in("ann", "cai")
    centre.tell(e.AgentOccupied("ann", True))
    centre.arrive("c1")
    assert [(each.after, each.agents) for each in told(centre)] == [(30.0, {}), (30.0, {"cai": "free"})]
    centre.later(30)
    assert centre.offers() == [("c1", "cai")]


def test_the_first_overflow_that_would_take_it_is_the_last_thing_told() -> None:
    rules = (
        Overflow("wait", Destination("group", "closed"), 10.0),
        Overflow("wait", Destination("group", "full"), 20.0),
        Overflow("wait", Destination("number", "+8610"), 40.0),
        Overflow("wait", Destination("group", "booking"), 50.0),
    )
    groups = [Group("support", overflow=rules, relax=(Step(45.0),)), Group("closed"), Group("booking")]
    centre = Centre([*groups, Group("full", max_size=0)], [agent("ann")])
    centre.tell(e.HoursChanged("closed", False))
    centre.arrive("c1")
    assert [(each.after, each.words, each.agents) for each in told(centre)] == [
        (10.0, "would overflow to closed, which is closed", None),
        (20.0, "would overflow to full, which is full", None),
        (40.0, "goes to number +8610", None),
    ]


def test_tiers_a_preferred_agent_and_the_end_are_told() -> None:
    centre = Centre(
        [Group("support", tier_wait=15.0, max_wait=60.0)],
        [agent("ann"), agent("bob", level=2), agent("cai")],
    )
    centre.sign_in("ann", "bob", "cai")
    centre.tell(e.AgentOccupied("ann", True))
    centre.tell(e.AgentOccupied("cai", True))
    centre.arrive("c1", preferred="ann", prefer_for=10.0)
    assert [(each.after, each.kind, each.agents) for each in told(centre)] == [
        (10.0, "anyone", {"cai": "talking"}),
        (15.0, "tier", {"bob": "free"}),
        (60.0, "end", None),
    ]


def test_of_many_who_are_reached_some_are_named_and_the_rest_are_counted() -> None:
    crowd = [agent(f"b{number}", "booking") for number in range(9)]
    centre = Centre([Group("support", overflow=(BOOKING,)), Group("booking")], [agent("ann"), *crowd])
    centre.sign_in(*(each.id for each in crowd))
    centre.tell(e.AgentOccupied("b0", True))
    centre.arrive("c1", excluded=frozenset({"b1"}))
    (only,) = told(centre)
    assert only.agents == dict.fromkeys(("b2", "b3", "b4", "b5", "b6"), "free")
    assert only.more == 3


def test_nothing_comes_for_who_is_served_or_not_there() -> None:
    centre = Centre([Group("support", overflow=(BOOKING,)), Group("booking")], [agent("ann")])
    centre.sign_in("ann")
    centre.arrive("c1")
    assert [each.words for each in told(centre)] == ["overflows to booking"]  # it only rings
    centre.accept("c1")
    assert told(centre) == []
    centre.connect("c1")
    assert told(centre) == told(centre, "nobody") == []
