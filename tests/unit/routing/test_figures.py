"""What is counted of queues and agents."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from prometheus_client import CollectorRegistry

from ivr.acd.events import AgentBreak, AgentSignedIn, ContactArrived, ContactLeft
from ivr.acd.model import Agent, Contact, Group, Plan, Tier
from ivr.routing.desk import Desk
from ivr.routing.figures import Figures
from ivr.settings import Calls

PLAN = Plan({"billing": Group("billing")}, {"1001": Agent("1001", tiers={"billing": Tier()})})


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = Desk(PLAN, Calls(), lambda _pieces: list, clock=lambda: 1000.0)
    yield desk
    desk.stop()


def test_who_waits_who_is_there_and_how_waiting_ended(desk: Desk) -> None:
    registry = CollectorRegistry()
    registry.register(Figures(desk))
    desk.tell(AgentSignedIn("1001"), AgentBreak("1001", "lunch"))
    desk.tell(ContactArrived(Contact("a", "billing", 999.0)), ContactArrived(Contact("b", "billing", 1000.0)))
    desk.tell(ContactLeft("a", "abandoned"))
    assert registry.get_sample_value("ivory_queue_waiting", {"group": "billing"}) == 1
    assert registry.get_sample_value("ivory_agents", {"state": "on_break"}) == 1
    ended = {"group": "billing", "disposition": "abandoned"}
    assert registry.get_sample_value("ivory_contacts_total", ended) == 1
    assert registry.get_sample_value("ivory_router_violations_total") == 0
