"""Contact by contact: what the simulated router does to each customer is what a few lines of arithmetic say.

In a group of equals where the longest waiting comes first, a contact is served when the agent who is free
earliest is free (Kiefer and Wolfowitz, 1955), or hangs up before. So each wait is known without any queue.
"""

from __future__ import annotations

from heapq import heappop, heappush, heapreplace, merge

import pytest

from ivr.acd.model import Plan
from ivr.acd.simulator.arrivals import Steady
from ivr.acd.simulator.crowd import Crowd, Customer
from ivr.acd.simulator.distributions import NEVER, Distribution, Exponential, Fixed, Gamma, Lognormal
from ivr.acd.simulator.engine import Centre
from ivr.acd.simulator.scenario import Load, Scenario
from tests.unit.acd_simulator.centres import LINES, TYPES, load, pool, skilled

SECONDS = 1e-6
CONTACTS = 1500


def simulated(plan: Plan, scenario: Scenario) -> dict[str, tuple[str, float]]:
    """What became of each contact, and after how long a wait."""
    fates: dict[str, tuple[str, float]] = {}
    centre = Centre(plan, scenario, (7,))

    def came(customer: Customer, *, blocked: bool) -> None:
        if blocked:
            fates[customer.id] = ("blocked", 0.0)

    def ended(customer: Customer, disposition: str, agent: str, waited: float) -> None:
        fates[customer.id] = (disposition, waited)

    centre.tally.came, centre.tally.ended = came, ended  # type: ignore[method-assign]
    while len(fates) < CONTACTS:
        centre.run(centre.now + 60.0)
    return fates


def reckoned(agents: int, scenario: Scenario) -> dict[str, tuple[str, float]]:
    """The same by Kiefer and Wolfowitz."""
    free = [0.0] * agents
    there: list[float] = []  # when those who are there will leave
    fates = {}
    crowds = [iter(Crowd(scenario, number, (7,))) for number in range(len(scenario.loads))]
    for customer in merge(*crowds, key=lambda each: each.arrived):
        now = customer.arrived
        while there and there[0] <= now:
            heappop(there)
        wait = max(0.0, free[0] - now)
        if scenario.lines is not None and len(there) >= scenario.lines:
            fates[customer.id] = ("blocked", 0.0)
        elif wait > customer.patience:
            fates[customer.id] = ("abandoned", customer.patience)
            heappush(there, now + customer.patience)
        else:
            fates[customer.id] = ("answered", wait)
            heapreplace(free, now + wait + customer.talk)
            heappush(there, now + wait + customer.talk)
        if len(fates) == 3 * CONTACTS:
            break
    return fates


def check(plan: Plan, scenario: Scenario) -> None:
    fates, truth = simulated(plan, scenario), reckoned(len(plan.agents), scenario)
    for name, (fate, waited) in fates.items():
        assert fate == truth[name][0], name
        assert waited == pytest.approx(truth[name][1], abs=SECONDS), name


@pytest.mark.parametrize(
    ("agents", "rate", "handling", "patience"),
    [
        (14, 10 / 3, Exponential(180.0), NEVER),
        (11, 10 / 3, Exponential(180.0), NEVER),
        (50, 48, Exponential(60.0), NEVER),
        (55, 48, Exponential(60.0), NEVER),
        (105, 20, Exponential(300.0), NEVER),
        (50, 48, Exponential(60.0), Exponential(120.0)),
        (100, 20, Exponential(300.0), Exponential(120.0)),
        (45, 48, Exponential(60.0), Exponential(120.0)),
        (10, 10 / 3, Exponential(180.0), Exponential(120.0)),
        (8, 10 / 3, Lognormal(180.0, 1.3), Gamma(120.0, 0.7)),
        (3, 2, Fixed(97.0), Fixed(30.0)),
    ],
)
def test_every_contact_fares_as_it_must(
    agents: int, rate: float, handling: Distribution, patience: Distribution
) -> None:
    check(pool(agents), Scenario((Load("all", Steady(rate / 60), handling, patience),)))


def test_six_types_and_thirty_lines_more_fare_as_one_queue_where_everybody_serves_all() -> None:
    present = dict.fromkeys(TYPES, 15)
    check(skilled(6), Scenario(tuple(load(name, 1.4, 10.0, None) for name in TYPES), LINES, present=present))
