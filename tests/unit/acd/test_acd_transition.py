"""From one plan to another: every step is a plan that serves, and the last is the new one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ivr.acd import events as e
from ivr.acd.model import Agent, Contact, Group, Plan, Tier
from ivr.acd.router import Router
from ivr.acd.transition import steps

NAMES = ("a", "b", "c", "d")


@st.composite
def plans(draw: st.DrawFn, turn: int) -> Plan:
    groups = {
        name: Group(name, ring=draw(st.sampled_from((10.0, 20.0))))
        for name in draw(st.sets(st.sampled_from(NAMES)))
    }
    agents = {}
    for number in draw(st.sets(st.integers(0, 6))):
        tiers = {name: Tier(1) for name in groups if draw(st.booleans())}
        agents[f"agent{number}"] = Agent(f"agent{number}", skills={"x": draw(st.integers(1, 2))}, tiers=tiers)
    return Plan(groups, agents, turn)


@given(plans(1), plans(2), st.integers(1, 4))
def test_every_step_is_whole_small_and_leads_to_the_new_plan(old: Plan, new: Plan, portion: int) -> None:
    before = old
    for step in steps(old, new, portion):
        assert all(agent.tiers.keys() <= step.groups.keys() for agent in step.agents.values())
        names = {*before.agents, *step.agents}
        assert sum(before.agents.get(name) != step.agents.get(name) for name in names) <= portion
        before = step
    assert before == new


@given(plans(1), plans(2), st.integers(1, 4))
def test_a_router_that_goes_step_by_step_ends_where_one_does_that_leaps(
    old: Plan, new: Plan, portion: int
) -> None:
    leaps, goes = Router(old), Router(old)
    for router in (leaps, goes):
        for number, agent in enumerate(old.agents):
            router.handle(e.AgentSignedIn(agent, state="on_break"), float(number))
        for number, group in enumerate(old.groups):
            router.handle(e.ContactArrived(Contact(f"c{number}", group, 10.0 + number)), 10.0 + number)
    leaps.handle(e.PlanChanged(new), 20.0)
    for step in steps(old, new, portion):
        goes.handle(e.PlanChanged(step), 20.0)
        assert goes.check() == []
    assert goes.snapshot(21.0) == leaps.snapshot(21.0)


def test_nothing_different_is_no_step() -> None:
    plan = Plan({"a": Group("a")}, {"x": Agent("x", tiers={"a": Tier(1)})}, 3)
    assert list(steps(plan, plan)) == []
