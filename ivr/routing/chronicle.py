"""What happens to contacts and agents, written down as it happens: the records of `ivr.store` are made here.

It listens to the router and to talks, and puts records that fill each other in, so that what a killed
worker had told is there, and the next one tells the rest.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

from ivr import numbers
from ivr.acd.actions import Action, AgentChanged, ContactEnded, Moved, Offer, Withdraw
from ivr.acd.events import Event, OfferFailed
from ivr.acd.model import Contact
from ivr.call import Call
from ivr.routing.talks import Talk, Talks
from ivr.store.records import AgentEventRecord, AgentRecord, ContactRecord, OfferRecord, Record

DONE = "connected"
"""The result of an offer that led to a talk."""


@dataclass(slots=True)
class _Live:
    """A contact that is not over."""

    contact: Contact
    call: str = ""
    offered: float | None = None
    offers: dict[str, tuple[str, str, float]] = field(default_factory=dict)
    answered: float | None = None


class Told(Protocol):
    """As much of the desk as there is to listen to."""

    news: list[Callable[[Event], None]]
    listeners: list[Callable[[Action], None]]
    talks: Talks


class Chronicle:
    """Writes down.

    Args:
        put: takes records, as `Writer.put`.
        now: seconds since the epoch.
        node: the name of the FreeSWITCH.
    """

    def __init__(self, put: Callable[[Record], None], now: Callable[[], float], node: str) -> None:
        self._put, self._now, self._node = put, now, node
        self._live: dict[str, _Live] = {}
        self._offers: dict[str, tuple[str, str]] = {}
        self._wrapping: dict[str, tuple[str, float, float]] = {}
        self._states: dict[str, str] = {}

    def attach(self, desk: Told) -> None:
        """Listen to a desk."""
        desk.news.append(self.heard)
        desk.listeners.append(self.told)
        desk.talks.began.append(self.began)
        desk.talks.found.append(self.found)
        desk.talks.moved.append(self.moved)
        desk.talks.ended.append(self.ended)

    # Contacts -----------------------------------------------------------------------------------------

    def arrived(self, contact: Contact, call: Call | None = None, language: str = "") -> None:
        """A contact begins to wait; `call` is its call's, where there is one."""
        self._live[contact.id] = _Live(contact, call.id if call else "")
        self._put(
            ContactRecord(
                contact.id,
                _moment(contact.arrived),
                call=call.id if call else "",
                channel=contact.channel,
                group=contact.group,
                passed=contact.passed,
                customer=contact.customer,
                ani=numbers.normalise(call.ani) if call else "",
                language=language,
                priority=contact.priority,
                require=dict(contact.require),
                preferred=contact.preferred,
                callback=contact.callback,
                node=self._node,
            )
        )

    def told(self, action: Action) -> None:
        """An action of the router."""
        match action:
            case Offer():
                self._offered(action)
            case Withdraw():
                self._offer_ended(action.contact, action.agent, action.why)
            case Moved():
                self._moved(action)
            case ContactEnded():
                self._contact_ended(action)
            case AgentChanged():
                self._agent(action)

    def _offered(self, offer: Offer) -> None:
        live = self._live.setdefault(offer.contact.id, _Live(offer.contact))
        now = self._now()
        if live.offered is None:
            live.offered = now
            self._put(self._record(live, offered=_moment(now)))
        self._offers[offer.id] = offer.contact.id, offer.agent
        live.offers[offer.agent] = offer.id, offer.contact.group, now
        self._put(OfferRecord(offer.contact.id, offer.agent, _moment(now), offer.contact.group))

    def heard(self, news: Event) -> None:
        """What the router is told: of an offer that failed it says nothing itself."""
        if isinstance(news, OfferFailed) and news.offer in self._offers:
            self._offer_ended(*self._offers[news.offer], news.why)

    def _offer_ended(self, contact: str, agent: str, result: str) -> None:
        live = self._live.get(contact)
        if live is None or agent not in live.offers:
            return
        offer, group, at = live.offers.pop(agent)
        self._offers.pop(offer, None)
        self._put(OfferRecord(contact, agent, _moment(at), group, _moment(self._now()), result))

    def _moved(self, moved: Moved) -> None:
        if live := self._live.get(moved.contact):
            passed = (*live.contact.passed, live.contact.group)
            self._put(self._record(live, group=moved.group, passed=passed))

    def _contact_ended(self, end: ContactEnded) -> None:
        now = self._now()
        live = self._live.get(end.contact)
        if live is None:  # of a worker before, which told the rest
            live = _Live(Contact(end.contact, end.group, now - end.waited))
        over = end.disposition != "answered"
        if not over:
            live.answered = now
            self._offer_ended(end.contact, end.agent, DONE)
        self._put(
            self._record(
                live,
                group=end.group,
                disposition=end.disposition,
                reason=end.reason,
                agent=end.agent,
                waited=round(end.waited, 3),
                answered=None if over else _moment(now),
                ended=_moment(now) if over else None,
            )
        )
        if over:
            self._live.pop(end.contact, None)

    def _record(self, live: _Live, **more: object) -> ContactRecord:
        return ContactRecord(live.contact.id, _moment(live.contact.arrived), **more)  # type: ignore[arg-type]

    # Talks --------------------------------------------------------------------------------------------

    def began(self, talk: Talk) -> None:
        """Two talk."""
        live = self._live.setdefault(talk.contact.id, _Live(talk.contact, talk.call.id))
        live.answered = talk.since
        self._put(self._record(live, call=talk.call.id, agent=talk.agent, answered=_moment(talk.since)))

    def found(self, talk: Talk) -> None:
        """A talk of a worker before goes on."""
        self.began(talk)

    def moved(self, talk: Talk, before: str) -> None:
        """The customer goes on with another agent."""
        live = self._live.setdefault(talk.contact.id, _Live(talk.contact, talk.call.id))
        self._put(self._record(live, agent=talk.agent))

    def ended(self, talk: Talk) -> None:
        """They part."""
        now = self._now()
        live = self._live.pop(talk.contact.id, None) or _Live(talk.contact, talk.call.id)
        spoken = round(now - talk.since, 3)
        self._put(self._record(live, ended=_moment(now), talk=spoken, agent=talk.agent))
        self._wrapping[talk.agent] = (talk.contact.id, talk.contact.arrived, now)

    # Agents -------------------------------------------------------------------------------------------

    def _agent(self, changed: AgentChanged) -> None:
        since = _moment(changed.since)
        self._put(
            AgentRecord(
                changed.agent,
                changed.state,
                since,
                changed.reason,
                None if changed.until is None else _moment(changed.until),
                tuple(sorted(changed.channels)),
                changed.dial,
                changed.contacts,
                dict(changed.tallies),
            )
        )
        before, self._states[changed.agent] = self._states.get(changed.agent, ""), changed.state
        contact = changed.contacts[0] if changed.contacts else ""
        self._put(AgentEventRecord(changed.agent, since, changed.state, changed.reason, contact=contact))
        if before == "wrap_up" != changed.state and changed.agent in self._wrapping:
            served, arrived, began = self._wrapping.pop(changed.agent)
            spent = round(max(0.0, self._now() - began), 3)
            self._put(ContactRecord(served, _moment(arrived), wrap_up=spent))


def _moment(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC)
