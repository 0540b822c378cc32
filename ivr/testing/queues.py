"""Skill groups as a case has them: the real router, with the agents, and the others waiting, of the case.

Each visit of a caller gets a router of its own, so that a case says how the groups are found and nothing is
left over from before. Time and telephones are a `Side`'s: jumping ones in tests, real ones on a switch.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from ivr.acd.actions import Action, ContactEnded, Offer, Send, Withdraw
from ivr.acd.events import (
    AgentOccupied,
    AgentSignedIn,
    ContactArrived,
    ContactLeft,
    Event,
    OfferAccepted,
    OfferConnected,
    OfferFailed,
    ServiceEnded,
    Tick,
)
from ivr.acd.model import Agent, Contact, Destination, Group, Plan, Tier
from ivr.acd.router import Estimate, Router
from ivr.call import Call
from ivr.runtime.ports import Comfort, Leave, Wish
from ivr.testing.model import AgentModel, QueueModel
from ivr.testing.played import Stay

_FAILURES = {"busy": "busy", "refused": "rejected", "failed": "unregistered"}
_DIRECT = "agents"  # the group of those who ask for one agent by name


class Side(Protocol):
    """A call's telephone and clock."""

    def now(self) -> float:
        """Seconds since the epoch, as the flow sees them."""

    def after(self, seconds: float, what: Callable[[], object]) -> None:
        """Call `what` later; not after the call's end."""

    def join(self, agent: str, talks: float, over: Callable[[], object]) -> None:
        """Connect the caller with an agent who hangs up after `talks` seconds; then `over`, before the call
        is told."""

    def news(self) -> None:
        """Wake the call."""

    def note(self, text: str) -> None:
        """For the transcript."""


class ScriptedQueues:
    """The queues of one case.

    Args:
        models: how groups (and agents asked for by name) are found, visit by visit; `*` for all others.
        side: makes the side of a call.
        moment: the present moment, for functions in expressions; None before there is a call.
    """

    def __init__(self, models: Mapping[str, tuple[QueueModel, ...]], side: Callable[[Call], Side]) -> None:
        self._models, self._side = models, side
        self._visits: Counter[str] = Counter()
        self._places: list[ScriptedPlace] = []

    @property
    def stays(self) -> tuple[Stay, ...]:
        """What came of each visit; who left without a word has abandoned."""
        return tuple(place.stay for place in self._places)

    def comfort(self, call: Call, wish: Wish) -> Comfort:
        """Nothing but FreeSWITCH's music."""
        return Comfort()

    def enter(self, call: Call, wish: Wish) -> ScriptedPlace:
        """A place, as the case has it for this visit."""
        name = wish.group or wish.agent
        place = ScriptedPlace(call.id, wish, self._model(name), self._side(call))
        self._visits[name] += 1
        self._places.append(place)
        return place

    def waiting(self, group: str) -> int:
        """How many wait before the caller comes."""
        return self._model(group).position - 1

    def available(self, group: str) -> int:
        """How many agents could take the call at once."""
        model = self._model(group)
        return sum(_is_there(agent) and not _busy_for(agent, model) for agent in model.agents)

    def expected_wait(self, group: str) -> float | None:
        """What the case says that a wait is."""
        model = self._model(group)
        return model.wait if model.estimate is None else model.estimate or None

    def _model(self, name: str) -> QueueModel:
        key = name if name in self._models else "*"
        usual = QueueModel(agents=[AgentModel(id=name)]) if name.isdigit() else QueueModel()
        models = self._models.get(key, (usual,))
        return models[min(self._visits[name], len(models) - 1)]


@dataclass(frozen=True, slots=True)
class _Talk:
    agent: AgentModel
    since: float


class ScriptedPlace:
    """One caller's place, and their talk."""

    def __init__(self, call: str, wish: Wish, model: QueueModel, side: Side) -> None:
        self._wish, self._model, self._side = wish, model, side
        self._since = side.now()
        self._contact = f"{call}:{wish.visit}"
        self._group = wish.group or _DIRECT
        self._leave: Leave | None = None
        self._talk: _Talk | None = None
        self._engaged = False
        self._disposition = ""
        self._ended = 0.0
        self._agents = {agent.id: agent for agent in model.agents}
        side.note(f"waits for {wish.group or wish.agent}")
        if model.result != "open":
            self._go("refused", Leave(model.result))
            return
        self._router = Router(self._plan())
        self._tell(*self._beginning())
        if model.sends:
            self._side.after(model.wait, lambda: self._overflow(model.sends))

    # As the node sees it ------------------------------------------------------------------------------

    def position(self) -> int | None:
        """The place in the queue; None once served or gone."""
        return None if self._talk or self._leave else self._router.position(self._contact)

    def estimate(self) -> Estimate | None:
        """What the case says is foreseen: its `estimate`, or what is left of its `wait`."""
        seconds = self._model.estimate
        if seconds is None:
            seconds = max(0.0, self._model.wait - (self._side.now() - self._since))
        return Estimate(seconds, seconds) if seconds else None

    def agent(self) -> str:
        """Who talks with them, or did."""
        return self._talk.agent.id if self._talk else ""

    def group(self) -> str:
        """The group they asked for."""
        return self._wish.group

    def since(self) -> float:
        """When they came."""
        return self._since

    def waited(self) -> float:
        """Seconds since they came."""
        return self._side.now() - self._since

    def engaged(self) -> bool:
        """Whether they are being connected, or talk."""
        return self._engaged

    def leave(self) -> Leave | None:
        """Where the queue, or the agent, sends them."""
        return self._leave

    def give_up(self, why: str) -> None:
        """The caller leaves by themselves."""
        if not self._disposition:
            self._tell(ContactLeft(self._contact, why))

    @property
    def stay(self) -> Stay:
        """What came of it so far."""
        ended = self._ended or self._side.now()
        group = self._wish.group
        return Stay(group, self.agent(), self._disposition or "abandoned", round(ended - self._since, 3))

    # The router ---------------------------------------------------------------------------------------

    def _plan(self) -> Plan:
        wished = dict.fromkeys(
            [*self._wish.require, *(name for step in self._wish.relax for name in step.require)]
        )
        tiers = {self._group: Tier()} | {name: Tier() for step in self._wish.relax for name in step.groups}
        agents = {}
        for model in self._model.agents:
            skills = dict.fromkeys(wished, 10) if model.skills is None else model.skills
            agents[model.id] = Agent(model.id, skills=skills, tiers=tiers, dial=model.id)
        groups = {name: Group(name, ring=self._model.ring) for name in tiers}
        return Plan(groups, agents)

    def _beginning(self) -> list[Event]:
        """Who is there, who waits before the caller, and the caller."""
        model, events = self._model, list[Event]()
        for agent in model.agents:
            if agent.state == "logged_out":
                continue
            events.append(AgentSignedIn(agent.id, state=agent.state))
            if busy := _busy_for(agent, model):
                events.append(AgentOccupied(agent.id, True))
                free = AgentOccupied(agent.id, False)
                self._side.after(busy, lambda free=free: self._tell(free))  # type: ignore[misc]
        for number in range(1, model.position):
            other = f"before {number}"
            events.append(ContactArrived(Contact(other, self._group, self._since - model.position + number)))
            left = ContactLeft(other, "abandoned")
            self._side.after(model.wait * number / model.position, lambda left=left: self._tell(left))  # type: ignore[misc]
        wish = self._wish
        events.append(
            ContactArrived(
                Contact(
                    self._contact,
                    self._group,
                    self._since,
                    customer=wish.customer,
                    priority=wish.priority,
                    require=wish.require,
                    relax=wish.relax,
                    only=wish.agent,
                    preferred=wish.preferred,
                    prefer_for=wish.prefer_for,
                    max_wait=wish.max_wait,
                )
            )
        )
        return events

    def _tell(self, *events: Event) -> None:
        for event in events:
            for action in self._router.handle(event, self._side.now()):
                self._carry_out(action)
        if (due := self._router.due()) is not None and not self._disposition:
            self._side.after(max(0.0, due - self._side.now()), self._tick)

    def _tick(self) -> None:
        due = self._router.due()
        if not self._disposition and due is not None and due <= self._side.now():
            self._tell(Tick())

    def _carry_out(self, action: Action) -> None:
        match action:
            case Offer() if action.contact.id == self._contact:
                self._ring(action)
            case Withdraw() if action.contact == self._contact:
                self._engaged = False
            case Send() if action.contact == self._contact:
                self._leave = Leave("sent", action.to)
            case ContactEnded() if action.contact == self._contact:
                outcome = {"timed_out": "timeout", "refused": action.reason, "failed": "failed"}
                leave = self._leave or (
                    Leave(outcome[action.disposition]) if action.disposition in outcome else None
                )
                self._go(action.disposition, leave)

    # Ringing and talking ------------------------------------------------------------------------------

    def _ring(self, offer: Offer) -> None:
        agent = self._agents[offer.agent]
        self._side.note(f"rings {agent.id}")
        if agent.result == "answered":
            self._side.after(agent.after, lambda: self._answered(offer, agent))
        elif why := _FAILURES.get(agent.result):
            self._side.after(1.0, lambda: self._tell(OfferFailed(offer.id, why)))

    def _answered(self, offer: Offer, agent: AgentModel) -> None:
        if self._disposition or self._side.now() >= offer.expires:
            return
        self._tell(OfferAccepted(offer.id))
        self._engaged, self._talk = True, _Talk(agent, self._side.now())
        self._tell(OfferConnected(offer.id))
        self._side.join(agent.id, agent.talks, lambda: self._over(agent))

    def _over(self, agent: AgentModel) -> None:
        self._engaged = False
        self._leave = Leave("sent", _to(agent.sends)) if agent.sends else Leave("next")
        self._tell(ServiceEnded(agent.id, self._contact))

    def _overflow(self, sends: str) -> None:
        if not self._disposition:
            self._router.handle(ContactLeft(self._contact, "failed"), self._side.now())
            self._go("overflowed", Leave("sent", _to(sends)))

    def _go(self, disposition: str, leave: Leave | None) -> None:
        self._disposition, self._ended = disposition, self._side.now()
        if leave:
            self._leave = leave
            self._side.news()


def _is_there(agent: AgentModel) -> bool:
    return agent.state == "available"


def _busy_for(agent: AgentModel, model: QueueModel) -> float:
    """Seconds until an agent is free."""
    return model.wait if agent.free is None else agent.free


def _to(sends: str) -> Destination:
    kind, _, name = sends.partition(":")
    return Destination(kind, name)
