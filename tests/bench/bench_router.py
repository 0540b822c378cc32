"""What a decision of the router costs: `python -m tests.bench router [--only CASE] [--profile CASE]`.

Centres of the size that routing promises to bear (10,000 agents, 200 groups, 10,000 contacts waiting) live
through a day at full load: agents finish, are offered who waits longest, accept, talk; new contacts come in
their place, some agents refuse. Timed is each call of `handle`; a decision is one that made an offer. The
same day is lived several times, and of each event the fastest time counts: the router does the same each
time, and what is over that is other work on the machine. `--only NAME` picks cases; `--profile NAME` prints
where the time of one goes.
"""

from __future__ import annotations

import cProfile
import gc
import pstats
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from ivr.acd import actions as a
from ivr.acd import events as e
from ivr.acd.model import Agent, Contact, Group, Plan, Step, Tier
from ivr.acd.router import Router

SKILLS = [f"skill{number}" for number in range(20)]
EPOCH = 1_700_000_000.0
LIVES = 3


@dataclass(frozen=True)
class Case:
    """A centre, and how it is at the beginning: everybody busy and many waiting, or everybody idle."""

    name: str
    agents: int = 10_000
    groups: int = 200
    waiting: int = 10_000
    memberships: int = 3
    relax: bool = False
    tiers: bool = False
    mismatch: bool = False
    rank: Callable[[Mapping[str, Any]], float] | None = None
    strategy: str = "longest_idle"
    idle: bool = False
    events: int = 8_000


def ranked(facts: Mapping[str, Any]) -> float:
    """As `level('skill1') * 10 - calls_today` would be compiled."""
    skills: Mapping[str, int] = facts["skills"]
    return float(skills.get("skill1", 0) * 10 - facts["calls_today"])


ONE: dict[str, Any] = {"groups": 1, "memberships": 1}
IDLE: dict[str, Any] = {"idle": True, "waiting": 0}
SMALL: dict[str, Any] = {"agents": 1000, "groups": 50, "waiting": 200, "events": 20_000}

CASES = (
    Case("all busy, 10,000 waiting"),
    Case("… under relaxation", relax=True),
    Case("… tiers, agents in 20 groups", memberships=20, tiers=True),
    Case("… relaxation, agents in 20 groups", memberships=20, relax=True, tiers=True),
    Case("… half ask for what few can do", mismatch=True, relax=True),
    Case("… one group, everybody in it", **ONE),
    Case("all idle, contacts come", **IDLE, relax=True),
    Case("… one group, everybody in it", **ONE, **IDLE),
    Case("… custom rank", **IDLE, rank=ranked, events=4000),
    Case("… custom rank, one group of 10,000", **ONE, **IDLE, rank=ranked, events=200),
    Case("… random, one group of 10,000", **ONE, **IDLE, strategy="random", events=1000),
    Case("1,000 agents, 50 groups, 200 waiting", **SMALL),
    Case("… relaxation and tiers", **SMALL, relax=True, tiers=True),
)


@dataclass
class Centre:
    """One run of a case."""

    case: Case
    chance: Random = field(default_factory=lambda: Random(7))
    now: float = EPOCH
    number: int = 0
    spent: list[float] = field(default_factory=list)
    decided: list[bool] = field(default_factory=list)
    told: list[tuple[e.Event, float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.router = Router(self.plan())
        self.talks: list[tuple[str, str]] = []
        self.waiting: list[str] = []

    def plan(self) -> Plan:
        case, chance = self.case, self.chance
        steps = (Step(100, {"skill1": 2}), Step(300, {"skill1": 1}), Step(600, {"skill1": 0}))
        names = [f"group{number}" for number in range(case.groups)]
        groups = {
            name: Group(
                name,
                require={"skill1": 3} if case.relax or case.mismatch else {},
                relax=steps if case.relax else (),
                order=("waiting", "priority", "weighted", "service_level")[number % 4],
                strategy=case.strategy,
                rank=case.rank,
                wrap_up=0.0 if number % 2 else 10.0,
                max_wait=3600.0,
                tier_wait=15.0,
            )
            for number, name in enumerate(names)
        }
        agents = {}
        for number in range(case.agents):
            id = f"agent{number:05}"
            member = chance.sample(names, min(case.memberships, len(names)))
            tiers = {each: Tier(chance.choice((1, 1, 2, 3)) if case.tiers else 1) for each in member}
            skills = {each: chance.randrange(1, 11) for each in chance.sample(SKILLS, 4)} | {
                "skill1": chance.randrange(1, 11)
            }
            agents[id] = Agent(id, skills=skills, tiers=tiers)
        return Plan(groups, agents)

    def contact(self) -> Contact:
        self.number += 1
        require = {}
        if self.case.mismatch and self.number % 2:
            require = {self.chance.choice(SKILLS): 10}
        group = f"group{self.chance.randrange(self.case.groups)}"
        return Contact(
            f"c{self.number}",
            group,
            self.now,
            customer=f"k{self.number % 5000}",
            priority=float(self.chance.randrange(3)),
            require=require,
        )

    def tell(self, event: e.Event) -> list[a.Action]:
        began = time.perf_counter()
        actions = self.router.handle(event, self.now)
        took = time.perf_counter() - began
        self.spent.append(took)
        self.told.append((event, self.now))
        self.decided.append(any(type(each) is a.Offer for each in actions))
        for each in actions:
            if type(each) is a.ContactEnded and each.disposition == "answered":
                self.talks.append((each.agent, each.contact))
        return actions

    def serve(self, actions: list[a.Action]) -> None:
        """Agents answer what is offered: most accept, some refuse."""
        for each in actions:
            if type(each) is a.Offer:
                if self.chance.random() < 0.03:
                    self.serve(self.tell(e.OfferFailed(each.id, "rejected")))
                    continue
                self.tell(e.OfferAccepted(each.id))
                self.serve(self.tell(e.OfferConnected(each.id)))

    def begin(self) -> None:
        for id in self.router._floor.plan.agents:
            self.now += 0.001
            self.tell(e.AgentSignedIn(id))
            if not self.case.idle:
                self.serve(self.tell(e.ContactArrived(Contact(f"first-{id}", "", self.now, only=id))))
        while len(self.router._floor.waiting) < self.case.waiting:
            self.now += 0.06  # ten thousand of them have come within ten minutes
            while (due := self.router.due()) is not None and due <= self.now:
                self.serve(self.tell(e.Tick()))
            contact = self.contact()
            self.waiting.append(contact.id)
            self.serve(self.tell(e.ContactArrived(contact)))
        self.live(self.case.events // 2)  # every group has had a contact once
        self.began = len(self.spent)

    def again(self) -> None:
        """Live the same day once more, and keep the faster time of each event."""
        router = Router(self.router._floor.plan)
        for number, (event, now) in enumerate(self.told):
            if number == self.began:
                gc.collect()
                gc.freeze()
            began = time.perf_counter()
            router.handle(event, now)
            self.spent[number] = min(self.spent[number], time.perf_counter() - began)
        gc.unfreeze()

    def live(self, events: int) -> None:
        """So many events."""
        pace = 180.0 / self.case.agents  # a talk of three minutes each
        end = len(self.spent) + events
        while len(self.spent) < end:
            self.now += pace * self.chance.random() * 2.0
            while (due := self.router.due()) is not None and due <= self.now:
                self.serve(self.tell(e.Tick()))
            if self.talks and (not self.case.idle or len(self.talks) > self.case.agents // 4):
                place = self.chance.randrange(len(self.talks))
                self.talks[place], self.talks[-1] = self.talks[-1], self.talks[place]
                agent, contact = self.talks.pop()
                self.serve(self.tell(e.ServiceEnded(agent, contact)))
            if len(self.router._floor.waiting) <= self.case.waiting:
                self.serve(self.tell(e.ContactArrived(self.contact())))


def percentile(times: list[float], share: float) -> float:
    return sorted(times)[min(len(times) - 1, int(len(times) * share))] * 1000.0 if times else 0.0


def main() -> None:
    only = sys.argv[sys.argv.index("--only") + 1] if "--only" in sys.argv else ""
    wanted = sys.argv[sys.argv.index("--profile") + 1] if "--profile" in sys.argv else ""
    print(
        f"{'':40} {'decisions':>9} {'p50 ms':>8} {'p99 ms':>8} {'max ms':>8} {'all p99':>8} {'events/s':>9}"
    )
    for case in CASES:
        if (wanted or only) not in case.name:
            continue
        centre = Centre(case)
        centre.begin()
        gc.collect()
        gc.freeze()
        profile = cProfile.Profile() if wanted else None
        if profile:
            profile.enable()
        centre.live(case.events)
        if profile:
            profile.disable()
        gc.unfreeze()
        for _ in range(0 if profile else LIVES - 1):
            centre.again()
        spent = centre.spent[centre.began :]
        decided = [
            took for took, offered in zip(spent, centre.decided[centre.began :], strict=True) if offered
        ]
        p50, p99, most = (percentile(decided, share) for share in (0.5, 0.99, 1.0))
        print(
            f"{case.name:40} {len(decided):9} {p50:8.3f} {p99:8.3f} {most:8.2f}"
            f" {percentile(spent, 0.99):8.3f} {len(spent) / sum(spent):9.0f}",
            flush=True,
        )
        if wrong := centre.router.check():
            print(f"  {len(wrong)} violated: {wrong[:3]}")
        if profile:
            pstats.Stats(profile).sort_stats("tottime").print_stats(25)


if __name__ == "__main__":
    main()
