"""A small centre for tests in sentences: a router, a clock, and what it answered."""

from __future__ import annotations

from typing import Any

from ivr.acd import actions as a
from ivr.acd import events as e
from ivr.acd.model import Agent, Contact, Group, Plan, Tier
from ivr.acd.router import Router

EPOCH = 1_700_000_000.0


def agent(id: str, *groups: str, level: int = 1, position: int = 1, **more: Any) -> Agent:
    """An agent of groups (of `support` when none is named)."""
    tiers = {group: Tier(level, position) for group in groups or ("support",)}
    return Agent(id, tiers=tiers, **more)


def plan(groups: list[Group], agents: list[Agent], turn: int = 0) -> Plan:
    """The plan of these."""
    return Plan({each.id: each for each in groups}, {each.id: each for each in agents}, turn)


class Centre:
    """Time is seconds since the beginning. `check` is asked after every event."""

    def __init__(self, groups: list[Group], agents: list[Agent], seed: int = 0) -> None:
        self.router = Router(plan(groups, agents), seed)
        self.time = 0.0
        self.said: list[a.Action] = []

    @property
    def now(self) -> float:
        return EPOCH + self.time

    def tell(self, event: e.Event) -> list[a.Action]:
        self.said = self.router.handle(event, self.now)
        assert self.router.check() == []
        return self.said

    def seen(self) -> Any:
        """The router's snapshot."""
        return self.router.snapshot(self.now)

    def sign_in(self, *agents: str, **how: Any) -> None:
        """One after the other, each a second longer idle than the next."""
        for each in agents:
            self.time += 1
            self.tell(e.AgentSignedIn(each, **how))

    def arrive(self, id: str, group: str = "support", **more: Any) -> list[str]:
        """A contact comes; who rings for it."""
        self.tell(e.ContactArrived(Contact(id, group, more.pop("arrived", self.now), **more)))
        return self.rung(id)

    def rung(self, contact: str) -> list[str]:
        """Agents who were just offered a contact."""
        return [each.agent for each in self.said if isinstance(each, a.Offer) and each.contact.id == contact]

    def offers(self) -> list[tuple[str, str]]:
        """All offers that were just made: contact and agent."""
        return [(each.contact.id, each.agent) for each in self.said if isinstance(each, a.Offer)]

    def offer(self, contact: str, agent: str = "") -> str:
        """The offer that is out for a contact."""
        offers: dict[str, str] = self.seen()["contacts"][contact]["offers"]
        return next(id for id, who in offers.items() if agent in ("", who))

    def accept(self, contact: str, agent: str = "") -> None:
        self.tell(e.OfferAccepted(self.offer(contact, agent)))

    def connect(self, contact: str, agent: str = "") -> None:
        self.tell(e.OfferConnected(self.offer(contact, agent)))

    def fail(self, contact: str, why: str, agent: str = "") -> None:
        self.tell(e.OfferFailed(self.offer(contact, agent), why))

    def talk(self, contact: str, seconds: float) -> None:
        """A contact that rings is connected, talks and ends."""
        self.connect(contact)
        agent = self.seen()["contacts"][contact]["agent"]
        self.later(seconds, e.ServiceEnded(agent, contact))

    def later(self, seconds: float, event: e.Event | None = None) -> list[a.Action]:
        """Time passes, with a tick whenever the router wants one; then something happens."""
        end, heard = self.time + seconds, []
        while (due := self.router.due()) is not None and due <= EPOCH + end:
            self.time = max(self.time, due - EPOCH)
            heard += self.tell(e.Tick())
        self.time = end
        heard += self.tell(event or e.Tick())
        self.said = heard
        return heard

    def state(self, agent: str) -> str:
        return str(self.seen()["agents"][agent]["state"])

    def reason(self, agent: str) -> str:
        return str(self.seen()["agents"][agent]["reason"])

    def ended(self, contact: str) -> tuple[str, str]:
        """Disposition and reason by which a contact just ended."""
        return next(
            (each.disposition, each.reason)
            for each in self.said
            if isinstance(each, a.ContactEnded) and each.contact == contact
        )

    def why(self, contact: str, agent: str) -> str:
        """What stands in an agent's way."""
        verdicts = self.router.explain(contact, self.now)
        return next(each.reason for each in verdicts if each.agent == agent)
