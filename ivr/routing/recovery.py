"""Finds everybody again: who waits, who talks with whom, and how the agents were, from what the switch says.

The router is held meanwhile. First come the agents as they were kept, then the talks that go on, then those
who wait, each with the place in time they had; then it decides again, once the nodes of those callers have
said again what an agent is to see and hear, and no later than `PATIENCE`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import gevent

from ivr.acd import events
from ivr.call import Call
from ivr.errors import IvoryError
from ivr.esl import commands
from ivr.esl.job import talking
from ivr.esl.resync import Snapshot
from ivr.esl.wire import Event
from ivr.log import get
from ivr.routing import kept
from ivr.routing.endings import SYSTEM
from ivr.routing.kept import Stay
from ivr.routing.legs import AGENT, OFFER, mark
from ivr.routing.places import OVER, TALKING, CallPlace
from ivr.routing.states import latest
from ivr.routing.talks import Talk
from ivr.runtime.ports import Leave

if TYPE_CHECKING:
    from ivr.routing.desk import Desk

log = get(__name__)

PATIENCE: Final = 0.5
"""Seconds the router is held at most, once all are found."""


@dataclass(frozen=True, slots=True)
class Found:
    """A caller whom a worker before had in its queue; `leg` and `agent` of whom they talk with now, if so."""

    channel: Event
    stay: Stay
    leg: str = ""
    agent: str = ""


def find(snapshot: Snapshot) -> Iterator[Found]:
    """The callers with a place, those who came first first."""
    there = {channel.uuid: channel for channel in snapshot.channels}
    found = []
    for channel in snapshot.channels:
        if not (text := channel.variable(kept.CONTACT)):
            continue
        try:
            stay = kept.unpack(text)
        except IvoryError as error:
            log.warning("a place is lost", call=channel.uuid, error=str(error))
            continue
        leg = there.get(channel.variable("bridge_uuid"))
        if leg is not None and leg.variable(AGENT) and talking(channel, leg.uuid):
            found.append(Found(channel, stay, leg.uuid, leg.variable(AGENT)))
        else:
            found.append(Found(channel, stay))
    return iter(sorted(found, key=lambda each: each.stay.contact.arrived))


def orphans(snapshot: Snapshot, found: Sequence[Found]) -> list[str]:
    """Agents' legs that were rung for somebody and are with nobody."""
    serving = {each.leg for each in found}
    return [
        channel.uuid
        for channel in snapshot.channels
        if mark(channel, OFFER) and channel.uuid not in serving and not _with_somebody(channel, snapshot)
    ]


def _with_somebody(leg: Event, snapshot: Snapshot) -> bool:
    other = leg.variable("bridge_to")
    return bool(other) and any(channel.uuid == other for channel in snapshot.channels)


class Recovery:
    """A desk's way back to what is true.

    Attributes:
        agents: what was kept of the agents; asked once, when the desk comes to its first FreeSWITCH, or to
            it anew after others had it. It may wait.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._awaited: set[str] = set()
        self._known = False
        self.agents: Callable[[], Sequence[events.AgentRestored]] = list

    def up(self, snapshot: Snapshot, calls: Mapping[str, Call], *, restarted: bool) -> None:
        """As `Desk.up`. May wait (for what was kept of the agents)."""
        desk = self._desk
        if not desk.active:
            self._take_over(snapshot, calls)
            return
        there = set() if restarted else {channel.uuid for channel in snapshot.channels}
        bridges = {} if restarted else {c.uuid: c.variable("bridge_to") for c in snapshot.channels}
        parked = {c.uuid for c in snapshot.channels if c.get("Channel-State") == "CS_EXECUTE" or
                  c.variable("current_application") == "park"} if not restarted else set()  # fmt: skip
        desk.offers.found(there, parked, bridges)
        for talk in desk.talks:
            parted = talk.call.id not in bridges or bridges[talk.call.id] != talk.leg
            if talk.leg not in there or (parted and not talk.held):
                desk.finish(talk, SYSTEM)
        for uuid, place in list(desk.places.items()):
            if uuid not in there:
                desk.given_up(place, "abandoned")
        if not restarted:
            self._hang_up_lost(snapshot)
            return
        for listener in desk.restarted:
            listener()

    def _hang_up_lost(self, snapshot: Snapshot) -> None:
        """Legs of offers that were withdrawn while the line was away."""
        desk = self._desk
        for channel in snapshot.channels:
            ours = channel.uuid in desk.offers or desk.talks.by_leg(channel.uuid) is not None
            if mark(channel, OFFER) and not ours and not _with_somebody(channel, snapshot):
                desk.post(commands.kill(channel.uuid))

    def _take_over(self, snapshot: Snapshot, calls: Mapping[str, Call]) -> None:
        desk = self._desk
        desk.ours.set()
        desk.tell(events.Held(True))  # it is already, where the desk is new
        try:
            found = [
                each
                for each in find(snapshot)
                if each.channel.uuid in calls and each.channel.uuid not in desk.places  # they came meanwhile
            ]
            # Before anything waits: from then on their nodes ask for the places they had.
            places = [(each, self._place(each, calls[each.channel.uuid])) for each in found]
            for agent in self._agents():
                desk.tell(agent)
                desk.states.setdefault(agent.agent, latest(agent))
            for each, place in places:
                if desk.places.get(place.id) is place:  # else they have gone meanwhile
                    self._restore(each, place)
            for leg in orphans(snapshot, found):
                desk.post(commands.kill(leg))
        finally:
            self._awaited = {uuid for uuid, place in desk.places.items() if place.wish is None}
            log.info("queues found", waiting=len(self._awaited), talks=len(desk.talks))
            if self._awaited:
                gevent.spawn_later(PATIENCE, self._release)
            else:
                desk.tell(events.Held(False))

    def entered(self, call: str) -> None:
        """The node of a caller who was found has asked for its place."""
        if call in self._awaited:
            self._awaited.discard(call)
            if not self._awaited:
                self._desk.tell(events.Held(False))

    def _release(self) -> None:
        if self._awaited:
            log.info("callers have not come back to their queue", calls=len(self._awaited))
            self._awaited.clear()
            self._desk.tell(events.Held(False))

    def _agents(self) -> Sequence[events.AgentRestored]:
        try:
            return self.agents()
        except IvoryError as error:
            log.warning("agents' states are lost", error=str(error))
            return ()

    def _place(self, found: Found, call: Call) -> CallPlace:
        """The place of a caller who was found, as they had it."""
        stay = found.stay
        place = CallPlace(self._desk, call.id, stay.contact, call)
        place.stay = replace(stay, agent=found.agent)
        if stay.sent is not None:
            place.phase, place.left = OVER, Leave("sent", stay.sent)
        elif found.agent:
            place.phase, place.served = TALKING, found.agent
        elif stay.agent and not stay.held:  # the talk ended while nobody looked
            place.phase, place.served, place.left = OVER, stay.agent, Leave("next")
        self._desk.put(place)
        return place

    def _restore(self, found: Found, place: CallPlace) -> None:
        """Tell the router of a caller who was found."""
        desk, stay, contact = self._desk, found.stay, found.stay.contact
        if stay.sent is not None:
            return
        if found.agent:
            since = stay.since if stay.agent == found.agent and stay.since else desk.now()
            desk.tell(events.ServiceRestored(contact, found.agent, since))
            if place.call is not None:
                talk = Talk(place.call, found.leg, found.agent, contact, since)
                desk.talks.begin(talk, found=True)
        elif stay.agent and not stay.held:
            desk.tell(events.ServiceRestored(contact, stay.agent, stay.since))
            desk.tell(events.ServiceEnded(stay.agent, contact.id))
        else:
            desk.tell(events.ContactArrived(contact))
