"""Contact by contact: what the simulated router does to each customer is what a few lines of arithmetic say.

In a group of equals where the longest waiting comes first, a contact is served when the agent who is free
earliest is free (Kiefer and Wolfowitz, 1955), or hangs up before. So each wait is known without any queue.
"""

from __future__ import annotations

from heapq import heapify, heapreplace

import pytest

from ivr.acd.simulator.arrivals import Steady
from ivr.acd.simulator.crowd import Crowd, Customer
from ivr.acd.simulator.distributions import NEVER, Distribution, Exponential, Fixed, Gamma, Lognormal
from ivr.acd.simulator.engine import Centre
from ivr.acd.simulator.scenario import Load, Scenario
from tests.unit.acd_simulator.centres import pool

SECONDS = 1e-6
CONTACTS = 1500


def simulated(agents: int, scenario: Scenario) -> dict[str, tuple[bool, float]]:
    """Of each contact whether it was answered, and after how long a wait."""
    fates: dict[str, tuple[bool, float]] = {}
    centre = Centre(pool(agents), scenario, (7,))

    def ended(customer: Customer, disposition: str, agent: str, waited: float) -> None:
        fates[customer.id] = (disposition == "answered", waited)

    centre.tally.ended = ended  # type: ignore[method-assign]
    while len(fates) < CONTACTS:
        centre.run(centre.now + 60.0)
    return fates


def reckoned(agents: int, scenario: Scenario) -> dict[str, tuple[bool, float]]:
    """The same by Kiefer and Wolfowitz."""
    free = [0.0] * agents
    heapify(free)
    fates = {}
    for customer in Crowd(scenario, 0, (7,)):
        wait = max(0.0, free[0] - customer.arrived)
        if wait > customer.patience:
            fates[customer.id] = (False, customer.patience)
        else:
            fates[customer.id] = (True, wait)
            heapreplace(free, customer.arrived + wait + customer.talk)
        if len(fates) == 3 * CONTACTS:
            break
    return fates


@pytest.mark.parametrize(
    ("agents", "rate", "handling", "patience"),
    [
        (14, 10 / 3, Exponential(180.0), NEVER),
        (11, 10 / 3, Exponential(180.0), NEVER),
        (50, 48, Exponential(60.0), NEVER),
        (105, 20, Exponential(300.0), NEVER),
        (45, 48, Exponential(60.0), Exponential(120.0)),
        (10, 10 / 3, Exponential(180.0), Exponential(120.0)),
        (8, 10 / 3, Lognormal(180.0, 1.3), Gamma(120.0, 0.7)),
        (3, 2, Fixed(97.0), Fixed(30.0)),
    ],
)
def test_every_contact_fares_as_it_must(
    agents: int, rate: float, handling: Distribution, patience: Distribution
) -> None:
    scenario = Scenario((Load("all", Steady(rate / 60), handling, patience),))
    fates, truth = simulated(agents, scenario), reckoned(agents, scenario)
    for name, (answered, waited) in fates.items():
        assert answered == truth[name][0], name
        assert waited == pytest.approx(truth[name][1], abs=SECONDS), name
