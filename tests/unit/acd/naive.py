"""A router that is slow and obviously right: it looks at every agent and every contact for every decision.

Written from the rules in docs/routing.md, not from `ivr.acd`; of that it shares the data that goes in and
out. Left out are what rests on chance (`random`), on expressions, and on estimates.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import Any

from ivr.acd import events as e
from ivr.acd.model import Agent, Contact, Group, Overflow, Plan, Tier

HALF = 1800.0


@dataclass
class Worker:
    agent: Agent
    here: bool = False
    paused: bool = False
    reason: str = ""
    channels: frozenset[str] = frozenset({"voice"})
    wrap_until: float | None = None
    wrap_more: float = 0.0
    rest_until: float | None = None
    occupied: bool = False
    offer: Any = None
    serving: dict[str, tuple[Contact, float, float]] = field(default_factory=dict)
    misses: int = 0
    calls: int = 0
    talk: float = 0.0
    idle: float = 0.0  # seconds gathered while free, since they served last
    load_time: float = 0.0  # recent occupancy
    counted: float = 0.0
    known: bool = False
    turn: dict[str, int] = field(default_factory=dict)

    def used(self) -> float:
        costs = [self.cost(contact.channel) for contact, *_ in self.serving.values()]
        return sum(costs) + (self.cost("voice") if self.occupied else 0.0)

    def cost(self, channel: str) -> float:
        if channel in self.agent.costs:
            return self.agent.costs[channel]
        return 1.0 if channel == "voice" else 1.0 / max(1, self.agent.capacity.get(channel, 1))

    def capacity(self, channel: str) -> int:
        most = self.agent.capacity.get(channel, 0)
        return min(1, most) if channel == "voice" else most

    def room(self, channel: str) -> bool:
        have = sum(1 for contact, *_ in self.serving.values() if contact.channel == channel)
        have += channel == "voice" and self.occupied
        return (
            channel in self.channels
            and have < self.capacity(channel)
            and self.used() + self.cost(channel) <= self.agent.total + 1e-9
        )

    def free_for(self, channel: str) -> bool:
        return (
            self.here and not self.paused and self.offer is None and self.wrap_until is None
            and self.rest_until is None and self.room(channel)
        )  # fmt: skip

    def working(self) -> bool:
        return bool(self.serving) or self.occupied or self.wrap_until is not None

    def state(self) -> str:
        voice = any(contact.channel == "voice" for contact, *_ in self.serving.values())
        if voice or self.occupied:
            return "busy"
        if self.offer is not None:
            return "reserved"
        if not self.here:
            return "busy" if self.serving else "logged_out"
        if self.wrap_until is not None:
            return "wrap_up"
        if self.paused:
            return "on_break"
        if self.serving and not any(self.room(channel) for channel in self.channels):
            return "busy"
        return "available"


@dataclass
class Guest:
    contact: Contact
    number: int
    entered: float
    stage: int = 0
    since: float = 0.0
    alone_until: float | None = None
    offers: list[Any] = field(default_factory=list)
    accepted: Any = None
    tried: int = 0
    stranded: bool = False  # nobody is signed in, and no other group took it
    more_at: float | None = None
    owed: bool = False


@dataclass(eq=False)
class Ring:
    guest: Guest
    worker: Worker
    expires: float
    accepted: bool = False


class Naive:
    """Same events in; out comes what was decided, as plain tuples."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.now = 0.0
        self.workers = {id: Worker(agent) for id, agent in plan.agents.items()}
        self.guests: dict[str, Guest] = {}
        self.closed: set[str] = set()
        self.last: dict[tuple[str, str], tuple[str, float]] = {}
        self.turn: dict[str, int] = {}
        self.numbers = 0
        self.out: list[tuple[Any, ...]] = []
        self.lost: list[Worker] = []

    # what is asked

    def group(self, guest: Guest) -> Group:
        return self.plan.groups.get(guest.contact.group) or Group("")

    def stages(self, guest: Guest) -> list[tuple[float, dict[str, int], list[str]]]:
        group, contact = self.group(guest), guest.contact
        require, groups = {**group.require, **contact.require}, [group.id]
        found = [(0.0, dict(require), list(groups))]
        for step in sorted([*group.relax, *contact.relax], key=lambda step: step.after):
            require.update(step.require)
            groups += [each for each in step.groups if each not in groups]
            found.append((step.after, dict(require), list(groups)))
        return found

    def fits(self, worker: Worker, guest: Guest, number: int) -> bool:
        _, require, groups = self.stages(guest)[number]
        agent, group = worker.agent, self.group(guest)
        return (
            agent.id in self.plan.agents
            and any(each in agent.tiers for each in groups)
            and all(agent.skills.get(skill, 0) >= level for skill, level in require.items())
            and worker.capacity(guest.contact.channel) > 0
            and (group.match is None or group.match({"grade": agent.grade}))
        )

    def signed(self, worker: Worker, guest: Guest) -> bool:
        return worker.here and guest.contact.channel in worker.channels

    def present(self, worker: Worker, guest: Guest) -> bool:
        return self.signed(worker, guest) and not worker.paused

    def level(self, worker: Worker, guest: Guest, number: int) -> int:
        groups = self.stages(guest)[number][2]
        own = worker.agent.tiers.get(groups[0])
        if own:
            return own.level
        return self.tier(worker, guest, number).level

    def tier(self, worker: Worker, guest: Guest, number: int) -> Tier:
        groups = self.stages(guest)[number][2]
        tiers = worker.agent.tiers
        if groups[0] in tiers:
            return tiers[groups[0]]
        return min((tiers[each] for each in groups if each in tiers), key=lambda t: (t.level, t.position))

    def adds(self, guest: Guest, number: int) -> bool:
        return any(
            self.present(worker, guest)
            and self.fits(worker, guest, number)
            and not (number and self.fits(worker, guest, number - 1))
            for worker in self.workers.values()
        )

    def empty(self, guest: Guest) -> bool:
        later = range(guest.stage + 1, len(self.stages(guest)))
        return not self.adds(guest, guest.stage) and any(self.adds(guest, each) for each in later)

    def asked(self, worker: Worker, guest: Guest) -> bool:
        """Whether the agent's tier may be asked now."""
        level, group = self.level(worker, guest, guest.stage), self.group(guest)
        if self.now >= guest.entered + (level - 1) * group.tier_wait:
            return True
        return not any(
            self.present(other, guest)
            and self.fits(other, guest, guest.stage)
            and self.level(other, guest, guest.stage) < level
            for other in self.workers.values()
        )

    def can(self, worker: Worker, guest: Guest) -> bool:
        contact = guest.contact
        if worker.agent.id in contact.excluded or not worker.free_for(contact.channel):
            return False
        if contact.only:
            return contact.only == worker.agent.id
        if guest.alone_until is not None:
            return contact.preferred == worker.agent.id
        return self.fits(worker, guest, guest.stage) and self.asked(worker, guest)

    # who comes first

    def wants(self, guest: Guest) -> bool:
        if guest.accepted:
            return False
        if not guest.offers:
            return True
        if guest.alone_until is not None or guest.contact.only:
            return False
        how = self.group(guest).strategy
        return how == "ring_all" or (how == "ring_progressively" and guest.owed)

    def order(self, guest: Guest) -> tuple[Any, ...]:
        group, contact = self.group(guest), guest.contact
        waited = self.now - contact.arrived
        points = contact.priority if group.order == "priority" else 0.0
        if group.order == "weighted":
            waited += contact.priority * group.weight
        if group.order == "service_level":
            waited = waited * 20.0 / group.target
        return (-points, -waited, guest.number)

    def turn_of(self, guest: Guest, worker: Worker) -> tuple[Any, ...]:
        alone = guest.contact.only or guest.alone_until is not None
        level = 0 if alone else self.level(worker, guest, guest.stage)
        return (bool(guest.offers), level, *self.order(guest))

    def key(self, worker: Worker, guest: Guest) -> Any:
        group, agent = self.group(guest), worker.agent
        how, idle = group.strategy, -round(worker.idle, 6)
        if how == "round_robin":
            return worker.turn.get(group.id, 0)
        if how == "fewest_calls":
            return (worker.calls, idle)
        if how == "least_talk":
            return (round(worker.talk, 6), idle)
        if how == "top_down":
            return 0
        if how == "least_occupied":
            return (round(worker.used(), 6), round(worker.load_time, 9), idle)
        if how == "best_skill":
            asked = [skill for skill, level in self.stages(guest)[0][1].items() if level > 0]
            return (-sum(agent.skills.get(each, 0) for each in asked), idle)
        if how == "least_skilled":
            return (sum(agent.skills.values()), idle)
        return (round(worker.used(), 6), idle)

    def best(self, guest: Guest) -> list[Worker]:
        free = [worker for worker in self.workers.values() if self.can(worker, guest)]
        if not free or guest.contact.only or guest.alone_until is not None:
            return free
        if self.group(guest).strategy == "ring_all":
            return free
        named = [worker for worker in free if worker.agent.id == guest.contact.preferred]
        if named:
            return named

        def first(worker: Worker) -> Any:
            tier = self.tier(worker, guest, guest.stage)
            return (tier.level, self.key(worker, guest), tier.position, worker.agent.id)

        return [min(free, key=first)]

    def decide(self) -> None:
        while True:
            turns = [
                (self.turn_of(guest, worker), guest)
                for guest in self.guests.values()
                if self.wants(guest)
                for worker in self.workers.values()
                if self.can(worker, guest)
            ]
            if not turns:
                return
            guest = min(turns, key=lambda each: each[0])[1]
            for worker in self.best(guest):
                self.ring(guest, worker)

    def ring(self, guest: Guest, worker: Worker) -> None:
        group = self.group(guest)
        ring = Ring(guest, worker, self.now + max(1.0, group.ring))
        guest.offers.append(ring)
        worker.offer = ring
        self.turn[group.id] = worker.turn[group.id] = self.turn.get(group.id, 0) + 1
        guest.owed = False
        if group.strategy == "ring_progressively":
            guest.more_at = self.now + group.progressive
        self.out.append(("offer", guest.contact.id, worker.agent.id, ring.expires))

    # offers

    def over(self, ring: Ring) -> None:
        ring.guest.offers.remove(ring)
        ring.worker.offer = None
        if ring.guest.accepted is ring:
            ring.guest.accepted = None
        if not ring.guest.offers:
            ring.guest.owed, ring.guest.more_at = False, None

    def withdraw(self, ring: Ring, why: str) -> None:
        self.over(ring)
        self.out.append(("withdraw", ring.guest.contact.id, ring.worker.agent.id, why))

    def accept(self, ring: Ring) -> None:
        if ring.guest.accepted:
            return
        ring.accepted, ring.guest.accepted = True, ring
        for other in list(ring.guest.offers):
            if other is not ring:
                self.withdraw(other, "lost")

    def fail(self, ring: Ring, why: str) -> None:
        self.over(ring)
        worker, group = ring.worker, self.group(ring.guest)
        delays = {
            "no_answer": group.no_answer_delay,
            "rejected": group.reject_delay,
            "unregistered": group.unregistered_delay,
        }
        delay = delays.get(why, group.busy_delay)
        if worker.here and delay > 0:
            worker.rest_until = self.now + delay
        if why == "no_answer":
            worker.misses += 1
            if 0 < group.max_no_answer <= worker.misses and worker.here and not worker.paused:
                worker.paused, worker.reason = True, "no_answer"
                self.lost.append(worker)

    def connect(self, ring: Ring) -> None:
        self.accept(ring)
        guest, worker, group = ring.guest, ring.worker, self.group(ring.guest)
        self.over(ring)
        worker.misses = 0
        worker.calls += 1
        self.end(guest, "answered", agent=worker.agent.id)
        worker.serving[guest.contact.id] = (guest.contact, self.now, group.wrap_up)
        if guest.contact.customer:
            self.last[guest.contact.customer, group.id] = (worker.agent.id, self.now)

    def end(self, guest: Guest, how: str, agent: str = "", reason: str = "") -> None:
        del self.guests[guest.contact.id]
        self.out.append(("ended", guest.contact.id, guest.contact.group, how, agent, reason))

    # coming, and going elsewhere

    def arrive(self, contact: Contact) -> None:
        if contact.id in self.guests or any(contact.id in w.serving for w in self.workers.values()):
            return
        if contact.group and contact.group not in self.plan.groups:
            self.out.append(("ended", contact.id, contact.group, "refused", "", "closed"))
            return
        self.numbers += 1
        entered = contact.arrived if contact.entered is None else contact.entered
        guest = Guest(contact, self.numbers, entered)
        self.guests[contact.id] = guest
        self.enter(guest)

    def enter(self, guest: Guest) -> None:
        guest.stage, guest.since, guest.tried, guest.stranded = 0, guest.entered, 0, False
        if not guest.contact.only:
            self.climb(guest, guest.entered)
            self.prefer(guest)
        self.admit(guest)

    def prefer(self, guest: Guest) -> None:
        contact, group = guest.contact, self.group(guest)
        within = group.last_agent_within
        if group.strategy == "last_agent" and within is None:
            within = 30 * 86400.0
        if not contact.preferred and within is not None and contact.customer:
            last = self.last.get((contact.customer, group.id))
            if last is None or self.now - last[1] > within:
                return
            guest.contact = contact = replace(contact, preferred=last[0], prefer_for=group.last_agent_wait)
        worker = self.workers.get(contact.preferred)
        if (
            worker is not None
            and self.present(worker, guest)
            and contact.preferred not in contact.excluded
            and contact.arrived + contact.prefer_for > self.now
            and any(self.fits(worker, guest, each) for each in range(len(self.stages(guest))))
        ):
            guest.alone_until = contact.arrived + contact.prefer_for

    def admit(self, guest: Guest) -> None:
        contact, group = guest.contact, self.group(guest)
        if contact.only:
            worker = self.workers.get(contact.only)
            if worker is None or not worker.here:
                self.unserved(guest)
            return
        if group.id in self.closed:
            if not self.elsewhere(guest, "closed"):
                self.end(guest, "refused", reason="closed")
            return
        if any(self.can(worker, guest) for worker in self.workers.values()):
            return
        here = sum(1 for other in self.guests.values() if other.contact.group == group.id) - 1
        if not contact.callback:
            rules = [
                rule for rule in self.rules(guest, "size") if here >= (rule.limit or group.max_size or 0)
            ]
            if self.send(guest, rules, "size"):
                return
            if group.max_size is not None and here >= group.max_size:
                self.end(guest, "refused", reason="full")
                return
        self.strand(guest)

    def strand(self, guest: Guest) -> bool:
        if self.anybody(guest):
            guest.stranded = False
            return False
        if guest.stranded:
            return False
        guest.stranded = True
        return self.elsewhere(guest, "no_agent")

    def anybody(self, guest: Guest) -> bool:
        numbers = range(len(self.stages(guest)))
        return any(
            self.signed(worker, guest) and any(self.fits(worker, guest, each) for each in numbers)
            for worker in self.workers.values()
        )

    def unserved(self, guest: Guest) -> None:
        if not self.elsewhere(guest, "no_agent"):
            self.end(guest, "refused", reason="no_agent")

    def rules(self, guest: Guest, why: str) -> list[Overflow]:
        return [rule for rule in self.group(guest).overflow if rule.on == why]

    def elsewhere(self, guest: Guest, why: str) -> bool:
        return self.send(guest, self.rules(guest, why), why)

    def send(self, guest: Guest, rules: list[Overflow], why: str) -> bool:
        contact = guest.contact
        for rule in rules:
            if rule.to.kind == "group":
                target = self.plan.groups.get(rule.to.name)
                if target is None or not self.takes(target, guest, why):
                    continue
                guest.contact = replace(
                    contact, group=target.id, entered=self.now, passed=(*contact.passed, contact.group)
                )
                guest.entered, guest.alone_until = self.now, None
                self.out.append(("moved", contact.id, target.id, why))
                self.enter(guest)
                return True
            if contact.callback:
                continue
            self.out.append(("send", contact.id, rule.to.kind, rule.to.name, why))
            self.end(guest, "overflowed")
            return True
        return False

    def takes(self, target: Group, guest: Guest, why: str) -> bool:
        if target.id == guest.contact.group or target.id in guest.contact.passed:
            return False
        own = {rule.on for rule in target.overflow}
        here = sum(1 for other in self.guests.values() if other.contact.group == target.id)
        if target.id in self.closed and "closed" not in own:
            return False
        if target.max_size is not None and here >= target.max_size and "size" not in own:
            return False
        there = Guest(replace(guest.contact, group=target.id), 0, 0.0)
        return why != "no_agent" or "no_agent" in own or self.anybody(there)

    # time

    def climb(self, guest: Guest, moment: float) -> None:
        stages = self.stages(guest)
        while guest.stage + 1 < len(stages):
            over = guest.since + (stages[guest.stage + 1][0] - stages[guest.stage][0])
            if self.empty(guest):
                moment = min(max(moment, guest.since), over)
            elif over <= self.now:
                moment = over
            else:
                return
            guest.stage += 1
            guest.since = moment

    def late(self, guest: Guest) -> bool:
        """Overflow by time, or the end; whether it left the group."""
        if guest.offers or guest.contact.id not in self.guests:
            return False
        group, contact = self.group(guest), guest.contact
        rules = sorted(self.rules(guest, "wait"), key=lambda rule: rule.limit)
        due = [rule for rule in rules[guest.tried :] if guest.entered + rule.limit <= self.now]
        guest.tried += len(due)
        if self.send(guest, due, "wait"):
            return True
        ends = [contact.arrived + contact.max_wait] if contact.max_wait is not None else []
        if group.max_wait is not None and not contact.callback:
            ends.append(guest.entered + group.max_wait)
        if ends and min(ends) <= self.now:
            self.end(guest, "timed_out")
            return True
        return False

    def dues(self) -> list[tuple[float, int, Any]]:
        found: list[tuple[float, int, Any]] = []
        for worker in self.workers.values():
            ends = [each for each in (worker.wrap_until, worker.rest_until) if each is not None]
            found += [(min(ends), 0, worker)] if ends else []
            ring = worker.offer
            if ring is not None and not ring.accepted:
                found.append((ring.expires, 0, ring))
        for guest in self.guests.values():
            if guest.offers:
                continue
            group, contact = self.group(guest), guest.contact
            rules = sorted(self.rules(guest, "wait"), key=lambda rule: rule.limit)
            found += [(guest.entered + rule.limit, guest.number, guest) for rule in rules[guest.tried :][:1]]
            if contact.max_wait is not None:
                found.append((contact.arrived + contact.max_wait, guest.number, guest))
            if group.max_wait is not None and not contact.callback:
                found.append((guest.entered + group.max_wait, guest.number, guest))
        return [each for each in found if each[0] <= self.now]

    def follow(self) -> None:
        while True:
            due = sorted(self.dues(), key=lambda each: each[:2])
            if not due:
                break
            thing = due[0][2]
            if isinstance(thing, Ring):
                self.out.append(("withdraw", thing.guest.contact.id, thing.worker.agent.id, "expired"))
                self.fail(thing, "no_answer")
            elif isinstance(thing, Worker):
                if thing.wrap_until is not None and thing.wrap_until <= self.now:
                    thing.wrap_until = None
                if thing.rest_until is not None and thing.rest_until <= self.now:
                    thing.rest_until = None
            else:
                self.late(thing)
        for guest in list(self.guests.values()):
            contact = guest.contact
            if contact.only:
                only = self.workers.get(contact.only)
                if not guest.offers and (only is None or not only.here):
                    self.unserved(guest)
                continue
            worker = self.workers.get(contact.preferred)
            if guest.alone_until is not None and (
                guest.alone_until <= self.now or worker is None or not worker.here or worker.paused
            ):
                guest.alone_until = None
            self.climb(guest, self.now)
            if not guest.offers and self.strand(guest):
                continue
            if guest.more_at is not None and guest.more_at <= self.now:
                guest.owed, guest.more_at = True, None

    def pass_time(self, now: float) -> None:
        for worker in self.workers.values():
            gone = now - self.now
            kept = 2.0 ** (-gone / HALF)
            if worker.working():
                worker.load_time = 1.0 - (1.0 - worker.load_time) * kept
            elif worker.here and not worker.paused:
                worker.load_time *= kept
                worker.idle += gone
        self.now = now

    def handle(self, event: Any, now: float) -> list[tuple[Any, ...]]:
        self.pass_time(now)
        self.out, self.lost = [], []
        self.take(event)
        if isinstance(event, e.PlanChanged):
            for guest in self.guests.values():
                guest.stranded = False
        known = isinstance(event, e.AgentSignedIn) and event.agent in self.workers
        if known or isinstance(event, e.HoursChanged):
            for guest in self.guests.values():
                guest.stranded = False
        self.follow()
        self.decide()
        self.follow()
        for worker in self.workers.values():
            if worker.working():
                worker.idle = 0.0
        for id, worker in list(self.workers.items()):
            if id not in self.plan.agents and not worker.serving and worker.offer is None:
                del self.workers[id]
        return self.out

    def change(self, plan: Plan) -> None:
        old, self.plan = self.plan, plan
        for id in {**old.agents, **plan.agents}:
            worker = self.workers.get(id)
            if id in plan.agents:
                if worker is None:
                    self.workers[id] = Worker(plan.agents[id])
                else:
                    worker.agent = plan.agents[id]
            elif worker is not None and id in old.agents:
                self.sign_out(worker, "plan")
        for guest in list(self.guests.values()):
            name = guest.contact.group
            if old.groups.get(name) == plan.groups.get(name):
                continue
            if name not in plan.groups:
                for ring in list(guest.offers):
                    self.withdraw(ring, "plan")
                self.end(guest, "refused", reason="closed")
                continue
            guest.stage, guest.since, guest.alone_until = 0, guest.entered, None
            guest.tried = min(guest.tried, len(self.rules(guest, "wait")))
            if not guest.contact.only:
                self.climb(guest, guest.entered)
                self.prefer(guest)

    def sign_out(self, worker: Worker, why: str) -> None:
        worker.here = worker.paused = False
        worker.wrap_until = worker.rest_until = None
        self.release(worker, why)

    def release(self, worker: Worker, why: str = "agent") -> None:
        if worker.offer is not None and not worker.offer.accepted:
            self.withdraw(worker.offer, why)

    def finish(self, worker: Worker, contact: str) -> tuple[Contact, float, float]:
        what, since, wrap = worker.serving.pop(contact)
        worker.talk += self.now - since
        more, worker.wrap_more = worker.wrap_more, 0.0
        until = self.now + wrap + more
        until = max(until, worker.wrap_until or 0.0)
        worker.wrap_until = until if until > self.now and worker.here else None
        worker.idle = 0.0
        return what, since, wrap

    def answer(self, contact: str, agent: str, how: str) -> None:
        """Of an offer."""
        ring = next(each for each in self.guests[contact].offers if each.worker.agent.id == agent)
        if how == "accepted":
            self.accept(ring)
        elif how == "connected":
            self.connect(ring)
        else:
            self.fail(ring, how)

    def take(self, event: Any) -> None:
        if isinstance(event, tuple):  # what an agent answers to an offer: the two have other ids
            _, (contact, agent), how = event
            self.answer(contact, agent, how)
            return
        worker = self.workers.get(getattr(event, "agent", ""))
        if isinstance(event, e.PlanChanged):
            self.change(event.plan)
        elif isinstance(event, e.ContactArrived):
            self.arrive(event.contact)
        elif isinstance(event, e.HoursChanged):
            (self.closed.discard if event.open else self.closed.add)(event.group)
        elif isinstance(event, e.ContactLeft):
            guest = self.guests.get(event.contact)
            if guest:
                for ring in list(guest.offers):
                    self.withdraw(ring, "gone")
                self.end(guest, event.why)
        elif isinstance(event, e.ServiceMoved):
            to = self.workers[event.to]
            if worker and event.contact in worker.serving and to is not worker:
                contact, _, wrap = self.finish(worker, event.contact)
                if contact.channel == "voice":
                    to.occupied = False
                self.release(to)
                to.serving[contact.id] = (contact, self.now, wrap)
        elif worker is None:
            return
        elif isinstance(event, e.AgentSignedIn):
            worker.here, worker.channels, worker.known = True, event.channels, True
            worker.paused, worker.reason = event.state == "on_break", event.reason
            worker.misses = 0
        elif isinstance(event, e.AgentSignedOut) and worker.here:
            self.sign_out(worker, "agent")
        elif isinstance(event, e.AgentReady) and worker.here:
            worker.wrap_until = None
            if worker.paused:
                worker.paused, worker.misses = False, 0
        elif isinstance(event, e.WrapUpDone) and worker.here:
            worker.wrap_until = None
        elif isinstance(event, e.AgentBreak) and worker.here:
            worker.paused, worker.reason, worker.wrap_until = True, event.reason, None
            self.release(worker)
        elif isinstance(event, e.WrapUpExtended) and worker.here:
            more = math.inf if event.seconds is None else event.seconds
            if worker.wrap_until is not None:
                worker.wrap_until += more
            elif worker.serving:
                worker.wrap_more += more
        elif isinstance(event, e.AgentOccupied) and worker.occupied != event.occupied:
            worker.occupied = event.occupied
            worker.idle = 0.0
            if event.occupied:
                self.release(worker)
        elif isinstance(event, e.ServiceEnded) and event.contact in worker.serving:
            self.finish(worker, event.contact)
