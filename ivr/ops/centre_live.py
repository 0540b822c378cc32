"""Skill groups, agents and contacts as they are at this moment, and every change for whoever watches: what
the agents' page, the supervisor's and the wallboard live on.

What the router is told and what it decides becomes a line each; the figures of groups, which change with
every second, are told every `BEAT` once for all readers, only those that are others than before, and a few
groups at a time. While nobody reads, nothing of it is made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any, Final, Protocol

import gevent

from ivr.acd.actions import Action, AgentChanged, ContactEnded, Moved, Offer, Withdraw
from ivr.acd.events import (
    ContactArrived,
    ContactChanged,
    Event,
    PlanChanged,
    ServiceEnded,
    ServiceMoved,
    ServiceRestored,
)
from ivr.acd.model import Contact
from ivr.clock import Clock
from ivr.log import get
from ivr.ops.stream import BEAT, Stream
from ivr.portions import BREATH, pieces

log = get(__name__)

PORTION: Final = 10
"""Groups whose figures are made at once."""
VOLATILE: Final = ("longest", "estimates", "handling")
"""Figures of a group that pass with time by themselves: alone they are no news, but go along with what is."""
NEW_PLAN: Final = "groups and agents are other ones; begin anew"
ANOTHER: Final = "another worker sees to agents and queues; begin anew"

Look = Callable[[], Mapping[str, Any]]


class Desk(Protocol):
    """As much of the desk as is watched."""

    news: list[Callable[[Event], None]]
    listeners: list[Callable[[Action], None]]
    anew: list[Callable[[], object]]


class CentreBoard(Stream):
    """Follows a desk.

    Args:
        look: all there is, as `acd.status` has it; entries are made when they are read.
        about: what else is known of a contact: who it is of, subject, link, attributes; must not wait.
        beside: what an agent does on the telephone: whether somebody is on hold, who listens; must not wait.
    """

    def __init__(
        self,
        clock: Clock,
        desk: Desk,
        look: Look,
        about: Callable[[str, str], Mapping[str, Any]] = lambda _contact, _customer: {},
        beside: Callable[[str], Mapping[str, Any]] = lambda _agent: {},
    ) -> None:
        super().__init__(clock)
        self._look, self._about, self._beside = look, about, beside
        self._figures: dict[str, dict[str, Any]] = {}
        self._ticker: gevent.Greenlet[..., None] | None = None
        desk.news.append(self.heard)
        desk.listeners.append(self.told)
        desk.anew.append(lambda: self.end(ANOTHER))

    def stop(self) -> None:
        """Tell nothing more."""
        self.end("the worker ends")
        if self._ticker is not None:
            self._ticker.kill(block=False)

    # What is read -------------------------------------------------------------------------------------

    def opening(self) -> Iterator[bytes]:
        """All there is, in portions. What changes meanwhile is told after it."""
        if self._ticker is None or self._ticker.dead:
            self._figures.clear()
            self._ticker = gevent.spawn(self._tick)
        yield from pieces({"event": "snapshot", "at": self.clock.now().isoformat(), **self._look()})

    def beat(self) -> bytes:
        return self.line("beat")

    # What is told -------------------------------------------------------------------------------------

    def heard(self, news: Event) -> None:
        """The router is about to be told this."""
        if not self._readers:
            return
        match news:
            case ContactArrived(contact):
                self._contact(contact)
            case ContactChanged(contact):
                self.tell("contact", contact={"id": contact.id, "priority": contact.priority})
            case ServiceRestored(contact, agent, since):
                self._contact(contact, agent=agent, since=since)
            case ServiceMoved(contact_id, _, to):
                self.tell("contact", contact={"id": contact_id, "agent": to})
            case ServiceEnded(agent, contact_id):
                self.tell("gone", contact=contact_id, disposition="answered", reason="", agent=agent)
            case PlanChanged():
                self.end(NEW_PLAN)

    def told(self, action: Action) -> None:
        """The router has decided this."""
        if not self._readers:
            return
        match action:
            case AgentChanged():
                self.tell("agent", agent=agent_entry(action))
            case Offer():
                contact = action.contact
                self.tell(
                    "offer",
                    offer=action.id,
                    agent=action.agent,
                    expires=action.expires,
                    contact={**contact_entry(contact), **self._about(contact.id, contact.customer)},
                )
            case Withdraw():
                self.tell(
                    "withdrawn",
                    offer=action.offer,
                    agent=action.agent,
                    contact=action.contact,
                    why=action.why,
                )
            case Moved():
                self.tell("contact", contact={"id": action.contact, "group": action.group})
            case ContactEnded(disposition="answered"):
                since = self.clock.now().timestamp()
                entry = {"id": action.contact, "agent": action.agent, "since": since, "waited": action.waited}
                self.tell("contact", contact=entry)
            case ContactEnded():
                end = {"disposition": action.disposition, "reason": action.reason, "agent": action.agent}
                self.tell("gone", contact=action.contact, **end)

    def described(self, contact: str) -> None:
        """Something else is known of a contact."""
        if self._readers:
            self.tell("contact", contact={"id": contact, **self._about(contact, "")})

    def busied(self, agent: str) -> None:
        """An agent does something else on the telephone."""
        if self._readers:
            self.tell("agent", agent={"id": agent, **self._beside(agent)})

    def _contact(self, contact: Contact, **more: Any) -> None:
        entry = {**contact_entry(contact), **self._about(contact.id, contact.customer), **more}
        self.tell("contact", contact=entry)

    # Figures ------------------------------------------------------------------------------------------

    def _tick(self) -> None:
        """Tell the figures of groups that have changed, for as long as somebody reads."""
        while True:
            gevent.sleep(BEAT)
            if not self._readers:
                return
            try:
                self._tell_figures()
            except Exception:
                log.exception("figures of groups are not told")

    def _tell_figures(self) -> None:
        groups: Mapping[str, dict[str, Any]] = self._look()["groups"]
        names = iter(groups)
        while portion := list(islice(names, PORTION)):
            changed = {}
            for name in portion:
                entry = groups[name]
                kept = {key: value for key, value in entry.items() if key not in VOLATILE}
                if self._figures.get(name) != kept or entry.get("waiting"):
                    self._figures[name], changed[name] = kept, entry
            if changed:
                self.tell("groups", groups=changed)
            gevent.sleep(BREATH)


def agent_entry(changed: AgentChanged) -> dict[str, Any]:
    """What of an agent is another than before, under the names that the snapshot has."""
    return {
        "id": changed.agent,
        "state": changed.state,
        "reason": changed.reason,
        "then": changed.then,
        "since": changed.since,
        "until": changed.until,
        "channels": sorted(changed.channels),
        "dial": changed.dial,
        "contacts": list(changed.contacts),
    }


def contact_entry(contact: Contact) -> dict[str, Any]:
    """A contact as it comes, under the names that the snapshot has."""
    return {
        "id": contact.id,
        "group": contact.group,
        "channel": contact.channel,
        "customer": contact.customer,
        "priority": contact.priority,
        "callback": contact.callback,
        "arrived": contact.arrived,
    }
