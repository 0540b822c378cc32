"""Centres whose figures are known: their plans, their states in the long run, runs that begin in these."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush, heapreplace, merge

import numpy as np

from ivr.acd.erlang import Queue
from ivr.acd.kpis import Counts
from ivr.acd.model import Agent, Group, Plan, Tier
from ivr.acd.router import Router
from ivr.acd.simulator.arrivals import Steady
from ivr.acd.simulator.crowd import Crowd
from ivr.acd.simulator.distributions import NEVER, Exponential
from ivr.acd.simulator.engine import Centre, RouterMaker
from ivr.acd.simulator.scenario import Load, Scenario
from ivr.acd.simulator.statistics import Interval, controlled
from ivr.acd.simulator.tally import Batch

MINUTE = 60.0
STATES = 6000
START = 1e-6
"""Seconds after which those who are there at the beginning have come."""


def agent(name: str, *groups: str) -> Agent:
    """Who takes contacts of these groups, the first before the second, and so on."""
    return Agent(name, tiers={group: Tier(level + 1) for level, group in enumerate(groups)})


def plan(groups: Sequence[str], *agents: Agent) -> Plan:
    """Groups in which every tier is asked at once, and there is no wrap-up."""
    return Plan({group: Group(group, tier_wait=0.0) for group in groups}, {each.id: each for each in agents})


def pool(agents: int) -> Plan:
    """One group of equals."""
    return plan(["all"], *(agent(f"a{each:03}", "all") for each in range(agents)))


def load(group: str, rate: float, aht: float, patience: float | None) -> Load:
    """Poisson arrivals per minute, handling in minutes, patience in minutes: all exponential."""
    waits = NEVER if patience is None else Exponential(patience * MINUTE)
    return Load(group, Steady(rate / MINUTE), Exponential(aht * MINUTE), waits)


def numbers_of(load: float, agents: int, most: int = STATES, leaving: float = 0.0) -> np.ndarray:
    """How likely each number of contacts is in the long run; `leaving` is the rate at which one who waits
    hangs up, per handling time."""
    chances = [1.0]
    for count in range(1, most + 1):
        chances.append(chances[-1] * load / (min(count, agents) + max(0, count - agents) * leaving))
    return np.asarray(chances) / sum(chances)


@dataclass
class Sample:
    """What was seen in many independent runs, each with what is known of it beforehand."""

    seen: dict[str, list[float]] = field(default_factory=dict)
    known: list[list[float]] = field(default_factory=list)
    contacts: float = 0.0

    def note(self, figures: Mapping[str, float], known: Sequence[float]) -> None:
        for name, value in figures.items():
            self.seen.setdefault(name, []).append(value)
        self.known.append(list(known))

    def interval(self, name: str, confidence: float) -> Interval:
        return controlled(self.seen[name], self.known, confidence)


def drawn(chances: np.ndarray, count: int, seed: int) -> list[int]:
    """States of the long run, one for each of `count` runs, spread evenly over its distribution (stratified:
    one from each of `count` parts that are equally likely)."""
    draws = np.random.default_rng(seed)
    places = (np.arange(count) + draws.random(count)) / count
    return [int(each) for each in np.minimum(np.searchsorted(np.cumsum(chances), places), len(chances) - 1)]


def watched(
    plan: Plan,
    scenario: Scenario,
    seed: int,
    minutes: float,
    before: float = 0.0,
    router: RouterMaker = Router,
) -> Batch:
    """One run: what came between `before` and `before + minutes`, followed to the end while others come."""
    centre = Centre(plan, scenario, (seed,), router)
    end = (before + minutes) * MINUTE
    centre.run(before * MINUTE or START)
    centre.batch()
    centre.run(end)
    centre.batch()
    while centre.tally.batches[0].open:
        end += MINUTE
        centre.run(end)
    return centre.tally.batches[0]


def pooled(
    scenario: Scenario, seed: int, agents: int, minutes: float, before: float = 0.0, lines: int | None = None
) -> list[float]:
    """What a single group of `agents` equals would do with the same customers, by Kiefer and Wolfowitz's
    recursion: (waited, abandoned, blocked, seconds waited) of those who came in the window.

    It needs no router, and its mean is Erlang's. So it is a control: chance that both have in common goes.
    """
    crowds = [iter(Crowd(scenario, number, (seed,))) for number in range(len(scenario.loads))]
    free = [0.0] * agents
    there: list[float] = []
    counts = [0.0] * 4
    for customer in merge(*crowds, key=lambda each: each.arrived):
        now = customer.arrived
        if now >= (before + minutes) * MINUTE:
            return counts
        counted = now > (before * MINUTE or START)
        while there and there[0] <= now:
            heappop(there)
        if lines is not None and len(there) >= lines:
            counts[2] += counted
            continue
        wait = max(0.0, free[0] - now)
        if wait <= customer.patience:
            heapreplace(free, now + wait + customer.talk)
            heappush(there, now + wait + customer.talk)
        counts[0] += counted and wait > 0
        counts[1] += counted and wait > customer.patience
        counts[3] += counted * min(wait, customer.patience)
    return counts


def one_queue(
    rate: float, aht: float, agents: int, patience: float | None, runs: int, minutes: float,
    router: RouterMaker = Router,
) -> Sample:  # fmt: skip
    """Runs of one group that begin in its long run, so that none of their time is lost to warming up.

    Known beforehand: how many come and how long they talk on average, and how many are there at first. Shares
    are per contact that is to be expected, so that their mean is right whatever the number that came.
    """
    chances = numbers_of(rate * aht, agents, leaving=0.0 if patience is None else aht / patience)
    count = np.arange(len(chances))
    excess = np.maximum(0, count - agents)
    means = [float(chances @ each) for each in (count, excess, excess**2)]
    sample, centre = Sample(), pool(agents)
    for number, present in enumerate(drawn(chances, runs, agents)):
        scenario = Scenario((load("all", rate, aht, patience),), present={"all": present})
        counts = watched(centre, scenario, number, minutes, router=router)
        group = counts.groups["all"]
        expected = rate * minutes
        sample.note(
            {
                "waits": (group.queued - group.at_once) / expected,
                "wait": group.wait / expected,
                "within": group.answered_within / expected,
                "abandons": group.abandoned / expected,
                "occupancy": counts.total().busy / (agents * minutes * MINUTE),
            },
            [
                group.offered / expected - 1,
                *([] if patience is not None else [group.talk / expected - aht * MINUTE]),
                *(at - mean for at, mean in zip((present, *_beyond(present, agents)), means, strict=True)),
            ],
        )
        sample.contacts += group.offered + present
    return sample


def _beyond(present: int, agents: int) -> tuple[int, int]:
    excess = max(0, present - agents)
    return excess, excess**2


N_DESIGN = plan(
    ["one", "two"],
    *(agent(f"first{each}", "one") for each in range(10)),
    *(agent(f"second{each}", "two", "one") for each in range(10)),
)
"""Pool 1 serves class 1; pool 2 serves both, its own class 2 first. Class 1 tries pool 1 first."""


def n_design(rates: tuple[float, float], runs: int, minutes: float, router: RouterMaker = Router) -> Sample:
    """μ = 1 and θ = 0.5 per minute. Runs begin with everybody busy, and warm up."""
    loads = (load("one", rates[0], 1.0, 2.0), load("two", rates[1], 1.0, 2.0))
    scenario = Scenario(loads, present={"one": 9, "two": 9})
    sample, together = Sample(), Queue(sum(rates) / MINUTE, MINUTE, 20, 2 * MINUTE)
    for number in range(runs):
        batch = watched(N_DESIGN, scenario, number, minutes, before=12.0, router=router)
        figures, known = {}, []
        for place, name in enumerate(("one", "two")):
            group, expected = batch.groups[name], rates[place] * minutes
            pools = [
                counts for who, counts in batch.agents.items() if who.startswith(("first", "second")[place])
            ]
            figures[f"waits {place + 1}"] = (group.queued - group.at_once) / expected
            figures[f"abandons {place + 1}"] = group.abandoned / expected
            figures[f"occupancy {place + 1}"] = sum(each.busy for each in pools) / (10 * minutes * MINUTE)
            known.append(group.offered / expected - 1)
            sample.contacts += group.offered
        expected = sum(rates) * minutes
        waited, abandoned, _, _ = pooled(scenario, number, 20, minutes, before=12.0)
        known += [waited / expected - together.waits, abandoned / expected - together.abandons]
        sample.note(figures, known)
    return sample


TYPES = [f"type{each}" for each in range(6)]
LINES = 120


def skilled(skills: int) -> Plan:
    """90 agents of Wallace and Whitt: one skill each; two, each pair in each order alike; or all six."""
    if skills == 1:
        kinds = [(each,) for each in TYPES for _ in range(15)]
    elif skills == 2:
        kinds = [(one, two) for one in TYPES for two in TYPES if one != two for _ in range(3)]  # type: ignore[misc]
    else:
        kinds = [tuple(TYPES)] * 90  # type: ignore[list-item]
    people = [agent(f"a{number:02}", *groups) for number, groups in enumerate(kinds)]
    if skills == 6:
        people = [Agent(each.id, tiers=dict.fromkeys(TYPES, Tier())) for each in people]
    return plan(TYPES, *people)


def wallace_whitt(
    skills: int, minutes: float, before: float, states: Sequence[Sequence[int]],
    known: Sequence[Sequence[float]], router: RouterMaker = Router,
) -> Sample:  # fmt: skip
    """Six types at 1.4 a minute, 10 minutes each, 90 agents and 30 lines more.

    Args:
        states: how many of each type are there at the beginning of each run.
        known: of each of these, how far it is from the mean. Empty: the states are not those of the long run,
            and M/M/90/120 with the same customers is the control.
    """
    loads = tuple(load(name, 1.4, 10.0, None) for name in TYPES)
    centre, sample = skilled(skills), Sample()
    together = Queue(8.4 / MINUTE, 10 * MINUTE, 90, lines=LINES)
    for number, state in enumerate(states):
        present = dict(zip(TYPES, state, strict=True))
        scenario = Scenario(loads, lines=LINES, present=present)
        batch = watched(centre, scenario, number, minutes, before, router)
        counts = Counts()
        for each in batch.groups.values():
            counts += each
        expected = 8.4 * minutes
        controls = [counts.offered / expected - 1, *(known[number] if known else ())]
        if not known:
            _, _, blocked, wait = pooled(scenario, number, 90, minutes, before, LINES)
            controls += [blocked / expected - together.blocked]
            controls += [wait / expected / MINUTE - together.mean_wait / MINUTE * (1 - together.blocked)]
        sample.note({"blocked": counts.blocked / expected, "wait": counts.wait / expected / MINUTE}, controls)
        sample.contacts += counts.offered
    return sample
