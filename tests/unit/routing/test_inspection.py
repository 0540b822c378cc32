"""The router is looked at now and then, and what is wrong with it is counted and told."""

from __future__ import annotations

from collections.abc import Iterator

import gevent

from ivr.acd.events import AgentSignedIn, ContactArrived
from ivr.acd.model import Agent, Contact, Group, Plan, Tier
from ivr.acd.router import Router
from ivr.routing.inspection import Inspection

PLAN = Plan({"billing": Group("billing")}, {"1001": Agent("1001", tiers={"billing": Tier()})})


class Wrong:
    """A router that finds something wrong with every second of its agents."""

    def __init__(self, agents: int) -> None:
        self.agents = agents

    def inspect(self) -> Iterator[list[str]]:
        for number in range(self.agents):
            yield [f"{number} is rung while talking"] if number % 2 else []


def test_a_router_that_is_well_has_nothing_to_tell() -> None:
    router = Router(PLAN)
    router.handle(AgentSignedIn("1001"), 1.0)
    router.handle(ContactArrived(Contact("a", "billing", 1.0)), 2.0)
    inspection = Inspection(lambda: router)
    assert (inspection.look(), inspection.found, inspection.looks) == ([], 0, 1)


def test_what_is_wrong_is_counted() -> None:
    inspection = Inspection(lambda: Wrong(60))
    assert len(inspection.look()) == inspection.found == 30


def test_without_a_router_there_is_nothing_to_look_at() -> None:
    inspection = Inspection(lambda: None)
    assert (inspection.look(), inspection.looks) == ([], 0)


def test_events_between_two_steps_are_no_fault() -> None:
    router = Router(PLAN)
    for name in "abc":
        router.handle(ContactArrived(Contact(name, "billing", 1.0)), 1.0)
    found: list[str] = []
    for number, step in enumerate(router.inspect()):
        found += step
        if number == 1:
            router.handle(AgentSignedIn("1001"), 2.0)
    assert found == router.check() == []


def test_it_looks_again_and_again_until_it_is_stopped() -> None:
    inspection = Inspection(lambda: Wrong(0))
    inspection.start(0.001)
    while inspection.looks < 3:
        gevent.sleep(0.001)
    inspection.stop()
    looks = inspection.looks
    gevent.sleep(0.01)
    assert inspection.looks == looks
