"""Whatever happens, in whatever order, certain things hold."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from random import Random
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from ivr.acd import actions as a
from ivr.acd import events as e
from ivr.acd.model import DISPOSITIONS, STATES, Plan
from ivr.acd.router import Router
from tests.unit.acd.histories import AGENTS, BOTH, CHAT, GROUPS, SORTED, VOICE, a_contact, a_plan

ALL = (*SORTED, "random", "ring_all", "ring_progressively")
EPOCH = 1_700_000_000.0


class Life(RuleBasedStateMachine):
    """A centre in which anything happens that can; the world's own books are kept beside the router's."""

    @initialize(seed=st.integers(0, 2**32))
    def begin(self, seed: int) -> None:
        self.chance = Random(seed)
        self.plan: Plan = a_plan(self.chance, ALL)
        self.router = Router(self.plan, seed)
        self.now, self.number = EPOCH, 0
        self.arrived: set[str] = set()
        self.ended: Counter[str] = Counter()
        self.open: dict[str, a.Offer] = {}
        self.accepted: dict[str, str] = {}
        self.talks: dict[str, str] = {}
        self.voice: set[str] = set()
        self.held = False

    def tell(self, event: e.Event) -> None:
        for action in self.router.handle(event, self.now):
            self.hear(action)

    def hear(self, action: a.Action) -> None:
        assert not (self.held and isinstance(action, a.Offer)), "nothing is offered while held"
        if isinstance(action, a.Offer):
            assert action.id not in self.open
            assert action.contact.id not in self.accepted.values(), "it was accepted: nobody else is rung"
            assert all(each.agent != action.agent for each in self.open.values()), "one offer at a time"
            if action.contact.channel == "voice":
                assert not any(
                    agent == action.agent and contact in self.voice for contact, agent in self.talks.items()
                ), "who talks is not rung"
            self.open[action.id] = action
        elif isinstance(action, a.Withdraw):
            assert self.open.pop(action.offer).agent == action.agent
            self.accepted.pop(action.offer, None)
        elif isinstance(action, a.ContactEnded):
            self.ended[action.contact] += 1
            assert action.disposition in DISPOSITIONS
            assert action.waited >= 0
            if action.disposition == "answered":
                won = [each for each in self.open.values() if each.contact.id == action.contact]
                assert [each.agent for each in won] == [action.agent], "one winner"
                del self.open[won[0].id]
                self.accepted.pop(won[0].id, None)
                self.talks[action.contact] = action.agent
                if won[0].contact.channel == "voice":
                    self.voice.add(action.contact)
        elif isinstance(action, a.AgentChanged):
            assert action.state in STATES

    @rule(seconds=st.sampled_from((0.0, 0.001, 0.5, 3.0, 8.0, 20.0, 90.0)))
    def time_passes(self, seconds: float) -> None:
        """Sometimes with a tick too late: that is no excuse."""
        self.now += seconds
        self.tell(e.Tick())
        due = self.router.due()
        assert due is None or due > self.now, "what is due was done"

    @rule()
    def a_contact_comes(self) -> None:
        self.number += 1
        contact = a_contact(self.chance, self.number, self.now)
        self.arrived.add(contact.id)
        self.tell(e.ContactArrived(contact))

    @rule(why=st.sampled_from(("abandoned", "keyed_out", "callback", "failed")))
    def a_contact_leaves(self, why: str) -> None:
        waiting = sorted(self.router.snapshot(self.now)["contacts"])
        if waiting:
            self.tell(e.ContactLeft(self.chance.choice(waiting), why))

    @rule()
    def a_contact_changes(self) -> None:
        waiting = sorted(
            each for each in self.router.snapshot(self.now)["contacts"] if each not in self.talks
        )
        if waiting:
            contact = a_contact(self.chance, 0, self.now)
            channel = self.router.snapshot(self.now)["contacts"]
            name = self.chance.choice(waiting)
            self.tell(e.ContactChanged(replace(contact, id=name, channel=channel[name]["channel"])))

    @rule(
        agent=st.sampled_from(AGENTS),
        channels=st.sampled_from((VOICE, BOTH, CHAT)),
        state=st.sampled_from(("available", "available", "on_break")),
    )
    def an_agent_signs_in(self, agent: str, channels: frozenset[str], state: str) -> None:
        self.tell(e.AgentSignedIn(agent, channels, state=state))

    @rule(agent=st.sampled_from(AGENTS), what=st.sampled_from((
        e.AgentReady, e.AgentReady, e.AgentBreak, e.AgentSignedOut, e.WrapUpDone,
    )))  # fmt: skip
    def an_agent_does(self, agent: str, what: Any) -> None:
        self.tell(what(agent))

    @rule(agent=st.sampled_from(AGENTS), seconds=st.sampled_from((None, 0.0, 10.0)))
    def wrap_up_is_extended(self, agent: str, seconds: float | None) -> None:
        self.tell(e.WrapUpExtended(agent, seconds))

    @rule(agent=st.sampled_from(AGENTS), occupied=st.booleans())
    def an_agent_talks_for_themselves(self, agent: str, occupied: bool) -> None:
        if agent not in self.busy():
            self.tell(e.AgentOccupied(agent, occupied))

    def busy(self) -> set[str]:
        return {*self.talks.values(), *(self.open[each].agent for each in self.accepted)}

    @precondition(lambda self: self.open)
    @rule()
    def an_offer_is_accepted(self) -> None:
        offer = self.open[self.chance.choice(sorted(self.open))]
        self.accepted[offer.id] = offer.contact.id
        self.tell(e.OfferAccepted(offer.id))

    @precondition(lambda self: self.open)
    @rule()
    def an_offer_is_connected(self) -> None:
        self.tell(e.OfferConnected(self.chance.choice(sorted(self.open))))

    @precondition(lambda self: self.open)
    @rule(why=st.sampled_from(("no_answer", "rejected", "busy", "unregistered", "failed")))
    def an_offer_fails(self, why: str) -> None:
        offer = self.chance.choice(sorted(self.open))
        del self.open[offer]
        self.accepted.pop(offer, None)
        self.tell(e.OfferFailed(offer, why))

    @precondition(lambda self: self.talks)
    @rule()
    def a_talk_ends(self) -> None:
        contact = self.chance.choice(sorted(self.talks))
        self.tell(e.ServiceEnded(self.talks.pop(contact), contact))

    @precondition(lambda self: self.talks)
    @rule()
    def a_talk_goes_on_with_another(self) -> None:
        contact = self.chance.choice(sorted(self.talks))
        free = sorted(set(self.plan.agents) - self.busy())
        if free:
            to = self.chance.choice(free)
            agent, self.talks[contact] = self.talks[contact], to
            self.tell(e.ServiceMoved(contact, agent, to))

    @rule(group=st.sampled_from(GROUPS), open_=st.booleans())
    def hours_change(self, group: str, open_: bool) -> None:
        self.tell(e.HoursChanged(group, open_))

    @rule()
    def the_plan_changes(self) -> None:
        self.plan = a_plan(self.chance, ALL)
        self.tell(e.PlanChanged(self.plan))

    @rule(held=st.booleans())
    def a_worker_takes_over(self, held: bool) -> None:
        self.held = held
        self.tell(e.Held(held))

    @invariant()
    def what_must_hold_does(self) -> None:
        if not hasattr(self, "router"):
            return
        assert self.router.check() == []
        seen = self.router.snapshot(self.now)
        known = {id for id, each in seen["contacts"].items() if "offers" in each}
        assert {id for id in self.arrived if not self.ended[id]} == known, "who came is there until they end"
        assert not self.ended or max(self.ended.values()) == 1, "in one disposition"
        assert self.talks == {
            id: each["agent"] for id, each in seen["contacts"].items() if "offers" not in each
        }
        voices = Counter(agent for contact, agent in self.talks.items() if contact in self.voice)
        assert not voices or max(voices.values()) == 1, "one voice contact at a time"
        out = {offer for each in seen["contacts"].values() for offer in each.get("offers", ())}
        assert out == set(self.open), "every offer ends, and is known until then"
        for id in known:
            position = self.router.position(id)
            assert position is not None
            assert 1 <= position <= len(known)
            self.router.estimate(id, self.now)
            assert len({each.agent for each in self.router.explain(id, self.now)}) <= len(AGENTS)


TestLife = Life.TestCase
TestLife.settings = settings(
    max_examples=60,
    stateful_step_count=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
