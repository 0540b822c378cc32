"""Metrics of queues: what happens at a desk is counted by its group, and nothing else becomes a label."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from ivr.acd.actions import Action, Offer
from ivr.acd.events import (
    AgentBreak,
    AgentSignedIn,
    ContactArrived,
    ContactLeft,
    Event,
    OfferConnected,
    OfferFailed,
)
from ivr.acd.model import Agent, Contact, Group, Plan, Tier
from ivr.ops import queues
from ivr.ops.bounded import OTHER
from ivr.ops.queues import QueueMetrics
from ivr.routing.teller import Teller

BILLING = {"billing": Tier()}
PLAN = Plan(
    {name: Group(name) for name in ("billing", "sales")},
    {"1001": Agent("1001", tiers=BILLING), "1002": Agent("1002", tiers={**BILLING, "sales": Tier()})},
    turn=7,
)


class Desk(Teller):
    """Tells the router, and asks nobody."""

    def __init__(self, plan: Plan = PLAN) -> None:
        self.asked: list[Callable[[Offer], None]] = []
        self.offered: list[Offer] = []
        self.at = 1000.0
        self.talks: list[object] = ["a talk"]
        super().__init__(plan, clock=lambda: self.at)

    def _do(self, action: Action) -> None:
        if isinstance(action, Offer):
            self.offered.append(action)


@dataclass
class Part:
    """What else is counted."""

    totals: Counter[str] = field(default_factory=lambda: Counter(started=2, done=1))
    problems: Counter[str] = field(default_factory=lambda: Counter(disk_full=1))
    failed: int = 3
    found: int = 4
    looks: int = 5


@dataclass
class Scene:
    desk: Desk
    registry: CollectorRegistry = field(default_factory=CollectorRegistry)
    moment: float = 0.0

    def __post_init__(self) -> None:
        part, plan = Part(), self.desk._plan
        self.metrics = QueueMetrics(
            self.registry, self.desk, lambda: plan, part, part, part, clock=lambda: self.moment
        )

    def tell(self, *news: Event) -> None:
        self.desk.tell(*news)

    def value(self, name: str, **labels: str) -> float | None:
        return self.registry.get_sample_value(f"ivory_{name}", labels)


@pytest.fixture
def scene() -> Iterator[Scene]:
    scene = Scene(Desk())
    yield scene
    scene.desk._alarm.stop()


def contact(name: str, group: str = "billing", arrived: float = 1000.0) -> ContactArrived:
    return ContactArrived(Contact(name, group, arrived))


def test_who_waits_is_counted_by_group_with_the_longest_wait(scene: Scene) -> None:
    scene.tell(contact("a", arrived=970.0), contact("b", arrived=990.0))
    assert (scene.value("queue_waiting", group="billing"), scene.value("queue_waiting", group="sales")) == (
        2,
        0,
    )
    assert scene.value("queue_longest_wait_seconds", group="billing") == 30
    assert scene.value("queue_longest_wait_seconds", group="sales") == 0


def test_agents_are_counted_by_state_and_in_each_of_their_groups(scene: Scene) -> None:
    scene.tell(AgentSignedIn("1002"), AgentBreak("1002", "lunch"))
    assert scene.value("agents", state="on_break") == scene.value("agents", state="logged_out") == 1
    assert scene.value("group_agents", group="billing", state="logged_out") == 1
    assert scene.value("group_agents", group="sales", state="on_break") == 1
    assert scene.value("group_agents", group="sales", state="logged_out") == 0


def test_an_offer_counts_once_by_what_came_of_it(scene: Scene) -> None:
    scene.tell(AgentSignedIn("1001"), contact("a"))
    scene.tell(OfferFailed(scene.desk.offered[0].id, "no_answer"))
    scene.desk.at += 60
    scene.tell(AgentSignedIn("1002"))
    scene.tell(OfferConnected(scene.desk.offered[1].id), OfferFailed(scene.desk.offered[1].id, "failed"))
    assert scene.value("offers_total", group="billing", result="no_answer") == 1
    assert scene.value("offers_total", group="billing", result="connected") == 1
    assert scene.value("offers_total", group="billing", result="failed") is None
    assert scene.value("contacts_total", group="billing", disposition="answered") == 1
    assert scene.value("answer_seconds_sum", group="billing") == 60


def test_an_offer_that_is_withdrawn_has_its_reason(scene: Scene) -> None:
    scene.tell(AgentSignedIn("1001"), contact("a"), ContactLeft("a", "abandoned"))
    assert scene.value("offers_total", group="billing", result="gone") == 1
    assert scene.value("contacts_total", group="billing", disposition="abandoned") == 1
    assert scene.value("answer_seconds_count", group="billing") is None


def test_the_latency_of_an_offer_is_from_what_made_it_possible_to_the_asking(scene: Scene) -> None:
    scene.tell(contact("a"))
    scene.moment = 5.0
    scene.tell(AgentSignedIn("1001"))
    scene.moment = 5.02
    for listener in scene.desk.asked:
        listener(scene.desk.offered[0])
    assert scene.value("offer_latency_seconds_sum") == pytest.approx(0.02)
    assert scene.value("offer_latency_seconds_count") == 1


def test_what_others_count_is_read(scene: Scene) -> None:
    assert scene.value("plan_turn") == 7
    assert scene.value("talks") == 1
    assert scene.value("recordings_total", result="started") == 2
    assert scene.value("recordings_total", result="failed") == 0
    assert scene.value("recording_problems_total", kind="disk_full") == 1
    assert scene.value("directory_failures_total") == 3
    assert (scene.value("router_violations_total"), scene.value("router_inspections_total")) == (4, 5)


def test_no_label_is_anything_but_a_group_of_the_plan(scene: Scene) -> None:
    scene.tell(contact("+8613912345678", group="nowhere"), contact("c2", group="billing"))
    text = generate_latest(scene.registry).decode()
    assert scene.value("contacts_total", group=OTHER, disposition="refused") == 1
    assert "13912345678" not in text
    assert "nowhere" not in text
    assert "1001" not in text


def test_groups_beyond_the_bound_are_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queues, "GROUPS", 2)
    scene = Scene(Desk(Plan({f"g{number}": Group(f"g{number}") for number in range(5)})))
    scene.tell(*(contact(f"c{number}", f"g{number}", 990.0 - number) for number in range(5)))
    assert scene.value("queue_waiting", group="g1") == 1
    assert scene.value("queue_waiting", group=OTHER) == 3
    assert scene.value("queue_longest_wait_seconds", group=OTHER) == 14
    assert scene.value("group_agents", group=OTHER, state="busy") == 0
    scene.desk._alarm.stop()
