"""Random histories of a small centre: plans, and events that could happen next. What an event names may well
be unknown or over, as in life."""

from __future__ import annotations

from random import Random
from typing import Any

from ivr.acd import events as e
from ivr.acd.model import Agent, Contact, Destination, Group, Overflow, Plan, Step, Tier

SKILLS = ("english", "billing", "vip")
GROUPS = ("north", "south", "east")
AGENTS = ("ann", "bob", "cai", "dee", "eve", "fay")
SORTED = (
    "longest_idle", "round_robin", "fewest_calls", "least_talk", "least_occupied", "top_down", "best_skill",
    "least_skilled", "last_agent",
)  # fmt: skip


def a_step(chance: Random, after: float) -> Step:
    require = {skill: chance.randrange(4) for skill in SKILLS if chance.random() < 0.4}
    groups = tuple(group for group in GROUPS if chance.random() < 0.25)
    return Step(after, require, groups)


def steps(chance: Random) -> tuple[Step, ...]:
    moments = sorted(round(chance.uniform(3, 40), 3) for _ in range(chance.choice((0, 0, 1, 2, 3))))
    return tuple(a_step(chance, after) for after in moments)


def require(chance: Random, often: float = 0.3) -> dict[str, int]:
    return {skill: chance.randrange(1, 4) for skill in SKILLS if chance.random() < often}


def a_group(chance: Random, name: str, strategies: tuple[str, ...]) -> Group:
    kinds = (("group", GROUPS), ("voicemail", ("box",)), ("agent", AGENTS))
    rules = []
    for _ in range(chance.choice((0, 0, 1, 2, 3))):
        kind, names = chance.choice(kinds)
        on = chance.choice(("size", "wait", "closed", "no_agent"))
        limit = chance.choice((0, 1, 3)) if on == "size" else round(chance.uniform(5, 60), 3)
        rules.append(Overflow(on, Destination(kind, chance.choice(names)), limit))
    return Group(
        name,
        require=require(chance),
        match=(lambda facts: facts["grade"] > 0) if chance.random() < 0.2 else None,
        strategy=chance.choice(strategies),
        order=chance.choice(("waiting", "waiting", "priority", "weighted", "service_level")),
        weight=round(chance.uniform(1, 60), 3),
        target=round(chance.uniform(5, 40), 3),
        ring=round(chance.uniform(3, 20), 3),
        wrap_up=chance.choice((0.0, round(chance.uniform(1, 20), 3))),
        max_size=chance.choice((None, None, None, 0, 2, 5)),
        max_wait=chance.choice((None, None, round(chance.uniform(20, 90), 3))),
        relax=steps(chance),
        overflow=tuple(rules),
        last_agent_within=chance.choice((None, None, 300.0)),
        last_agent_wait=round(chance.uniform(2, 20), 3),
        tier_wait=chance.choice((0.0, round(chance.uniform(2, 20), 3))),
        busy_delay=chance.choice((0.0, 5.003)),
        reject_delay=chance.choice((0.0, 7.007)),
        no_answer_delay=chance.choice((0.0, 3.011)),
        unregistered_delay=11.013,
        max_no_answer=chance.choice((0, 1, 2, 3)),
        progressive=round(chance.uniform(1, 8), 3),
    )


def an_agent(chance: Random, name: str) -> Agent:
    return Agent(
        name,
        skills={skill: chance.randrange(1, 6) for skill in SKILLS if chance.random() < 0.7},
        tiers={
            group: Tier(chance.choice((1, 1, 1, 2, 3)), chance.randrange(1, 4))
            for group in GROUPS
            if chance.random() < 0.6
        },
        grade=chance.randrange(3),
        capacity=chance.choice(({"voice": 1}, {"voice": 2}, {"voice": 1, "chat": 2}, {"chat": 3})),
        total=chance.choice((1.0, 2.0, 2.0)),
        costs=chance.choice(({}, {}, {"voice": 1.0, "chat": 0.25})),
    )


def a_plan(chance: Random, strategies: tuple[str, ...]) -> Plan:
    groups = GROUPS[: chance.randrange(1, len(GROUPS) + 1)]
    agents = AGENTS[: chance.randrange(1, len(AGENTS) + 1)]
    return Plan(
        {name: a_group(chance, name, strategies) for name in groups},
        {name: an_agent(chance, name) for name in agents},
    )


def another_plan(chance: Random, plan: Plan, strategies: tuple[str, ...]) -> Plan:
    """A plan in which a little is different, or everything."""
    if chance.random() < 0.1:
        return a_plan(chance, strategies)
    groups, agents = dict(plan.groups), dict(plan.agents)
    agent, group = chance.choice(AGENTS), chance.choice(GROUPS)
    match chance.choice(("agent", "agent", "group", "no agent", "no group")):
        case "agent":
            agents[agent] = an_agent(chance, agent)
        case "group":
            groups[group] = a_group(chance, group, strategies)
        case "no agent":
            agents.pop(agent, None)
        case "no group":
            groups.pop(group, None)
    return Plan(groups, agents, plan.turn + 1)


def a_contact(chance: Random, number: int, now: float) -> Contact:
    only = chance.choice(AGENTS) if chance.random() < 0.08 else ""
    group = chance.choice(GROUPS) if not only or chance.random() < 0.5 else ""
    return Contact(
        f"c{number}",
        group,
        now if chance.random() < 0.9 else round(now - chance.uniform(0, 30), 6),
        channel=chance.choice(("voice", "voice", "voice", "chat")),
        customer=chance.choice(("", "k1", "k2", "k3")),
        priority=float(chance.choice((0, 0, 0, 1, 2))),
        require=require(chance, 0.15),
        relax=steps(chance) if chance.random() < 0.2 else (),
        only=only,
        preferred=chance.choice(AGENTS) if chance.random() < 0.2 and not only else "",
        prefer_for=round(chance.uniform(1, 20), 3),
        excluded=frozenset({chance.choice(AGENTS)} if chance.random() < 0.1 else ()),
        max_wait=round(chance.uniform(20, 90), 3) if chance.random() < 0.2 else None,
        callback=chance.random() < 0.1,
    )


class Told:
    """What the world knows of the router's doings: offers that are out, talks that go on."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.offers: dict[tuple[str, str], str] = {}
        self.waiting: set[str] = set()
        self.talks: dict[str, str] = {}
        self.old: list[tuple[str, str]] = []

    def hear(self, actions: list[Any]) -> None:
        for action in actions:
            kind = type(action).__name__
            if kind == "Offer":
                self.offers[action.contact.id, action.agent] = action.id
            elif kind == "Withdraw":
                self.offers.pop((action.contact, action.agent), None)
            elif kind == "ContactEnded":
                self.waiting.discard(action.contact)
                if action.disposition == "answered":
                    self.offers.pop((action.contact, action.agent), None)
                    self.talks[action.contact] = action.agent


def next_event(chance: Random, told: Told, number: int, now: float, strategies: tuple[str, ...]) -> Any:
    """Something that happens."""
    agent = chance.choice(AGENTS)
    roll = chance.random()
    if roll < 0.22:
        contact = a_contact(chance, number, now)
        told.waiting.add(contact.id)
        return e.ContactArrived(contact)
    if roll < 0.27 and told.waiting:
        return e.ContactLeft(chance.choice(sorted(told.waiting)), chance.choice(("abandoned", "keyed_out")))
    if roll < 0.55 and told.offers:
        pair = chance.choice(sorted(told.offers))
        return ("offer", pair, chance.choice(("accepted", "connected", "connected", "connected", *WHYS)))
    if roll < 0.70 and told.talks:
        contact_id = chance.choice(sorted(told.talks))
        serving = told.talks.pop(contact_id)
        return e.ServiceEnded(serving, contact_id)
    if roll < 0.72 and told.talks:
        contact_id = chance.choice(sorted(told.talks))
        rung = {agent for _, agent in told.offers}
        free = [each for each in AGENTS if each not in told.talks.values() and each not in rung]
        serving = told.talks[contact_id]
        to = chance.choice(free or [serving])
        if to in told.plan.agents and to != serving:
            told.talks[contact_id] = to
            return e.ServiceMoved(contact_id, serving, to)
    if roll < 0.78:
        state = "on_break" if chance.random() < 0.1 else "available"
        channels = chance.choice((VOICE, VOICE, BOTH, CHAT))
        return e.AgentSignedIn(agent, channels, state=state)
    if roll < 0.80:
        return e.AgentSignedOut(agent)
    if roll < 0.83:
        return e.AgentReady(agent)
    if roll < 0.85:
        return e.WrapUpDone(agent)
    if roll < 0.88:
        return e.AgentBreak(agent, "lunch")
    if roll < 0.90:
        return e.WrapUpExtended(agent, chance.choice((None, 5.0, 9.0)))
    if roll < 0.92:
        return e.AgentOccupied(agent, chance.random() < 0.4)
    if roll < 0.93:
        told.plan = another_plan(chance, told.plan, strategies)
        return e.PlanChanged(told.plan)
    if roll < 0.95:
        return e.HoursChanged(chance.choice(GROUPS), chance.random() < 0.6)
    return e.Tick()


WHYS = ("no_answer", "rejected", "busy", "unregistered", "failed")
VOICE, BOTH, CHAT = frozenset({"voice"}), frozenset({"voice", "chat"}), frozenset({"chat"})
