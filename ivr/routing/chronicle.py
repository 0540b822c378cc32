"""What happens to contacts and agents, written down as it happens: the records of `ivr.store` are made here.

It listens to the router and to talks, and puts records that fill each other in, so that what a killed
worker had told is there, and the next one tells the rest.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Protocol

from ivr import numbers
from ivr.acd.actions import Action, AgentChanged, ContactEnded, Moved, Offer, Withdraw
from ivr.acd.events import (
    AgentRestored,
    ContactArrived,
    Event,
    OfferFailed,
    ServiceEnded,
    ServiceRestored,
)
from ivr.acd.model import Contact
from ivr.call import Call
from ivr.routing.agent_chronicle import AgentChronicle
from ivr.routing.endings import CALLER, SYSTEM
from ivr.routing.entrance import predecessor
from ivr.routing.moments import arrival, moment
from ivr.routing.talks import Talk, Talks
from ivr.routing.wrap_ups import WrapUps
from ivr.store.records import ContactRecord, OfferRecord, Record

DONE = "connected"
"""The result of an offer that led to a talk."""
BY_CALLER: Final = ("abandoned", "keyed_out", "callback")
"""How waiting ends that the caller ended; the other ways are the house's."""


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
    anew: list[Callable[[], object]]
    talks: Talks


class Chronicle:
    """Writes down.

    Args:
        put: takes records, as `Writer.put`.
        now: seconds since the epoch.
        node: the name of the FreeSWITCH.
        wrap_ups: of which contact an agent's wrap-up is.
    """

    def __init__(
        self,
        put: Callable[[Record], None],
        now: Callable[[], float],
        node: str,
        wrap_ups: WrapUps | None = None,
    ) -> None:
        self._put, self._now, self._node = put, now, node
        self._agents = AgentChronicle(put, now, wrap_ups)
        self._live: dict[str, _Live] = {}
        self._offers: dict[str, tuple[str, str]] = {}

    def attach(self, desk: Told) -> None:
        """Listen to a desk."""
        desk.anew.append(self.forget)
        desk.news.append(self.heard)
        desk.listeners.append(self.told)
        desk.talks.began.append(self.began)
        desk.talks.found.append(self.found)
        desk.talks.moved.append(self.moved)
        desk.talks.ended.append(self.ended)

    # Contacts -----------------------------------------------------------------------------------------

    def arrived(
        self, contact: Contact, call: Call | None = None, language: str = "", *, ani: str = ""
    ) -> None:
        """A contact begins to wait; `call` is its call's, where there is one, else `ani` whose it is."""
        self._live[contact.id] = _Live(contact, call.id if call else "")
        self._put(
            ContactRecord(
                contact.id,
                arrival(contact.arrived),
                call=call.id if call else "",
                channel=contact.channel,
                group=contact.group,
                passed=contact.passed,
                customer=contact.customer,
                ani=numbers.normalise(call.ani) if call else ani,
                language=language,
                priority=contact.priority,
                require=dict(contact.require),
                preferred=contact.preferred,
                callback=contact.callback,
                transferred_from=predecessor(contact.id),
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
                self._agents.told(action)

    def _offered(self, offer: Offer) -> None:
        live = self._live.setdefault(offer.contact.id, _Live(offer.contact))
        now = self._now()
        if live.offered is None:
            live.offered = now
            self._put(self._record(live, offered=moment(now)))
        self._offers[offer.id] = offer.contact.id, offer.agent
        live.offers[offer.agent] = offer.id, offer.contact.group, now
        self._put(OfferRecord(offer.contact.id, offer.agent, moment(now), offer.contact.group))

    def heard(self, news: Event) -> None:
        """What the router is told: of contacts that no flow put in or that were found, of offers that failed,
        and of services that ended without a talk it says nothing itself."""
        match news:
            case ContactArrived() if news.contact.id not in self._live:
                self.arrived(news.contact)
            case ServiceRestored() if news.contact.id not in self._live:
                self._live[news.contact.id] = _Live(news.contact, answered=news.since)
            case OfferFailed() if news.offer in self._offers:
                self._offer_ended(*self._offers[news.offer], news.why)
            case ServiceEnded():
                self._service_ended(news)
            case AgentRestored():
                self._agents.restored(news)

    def _offer_ended(self, contact: str, agent: str, result: str) -> None:
        live = self._live.get(contact)
        if live is None or agent not in live.offers:
            return
        offer, group, at = live.offers.pop(agent)
        self._offers.pop(offer, None)
        self._put(OfferRecord(contact, agent, moment(at), group, moment(self._now()), result))

    def _moved(self, moved: Moved) -> None:
        if live := self._live.get(moved.contact):
            passed = (*live.contact.passed, live.contact.group)
            self._put(self._record(live, group=moved.group, passed=passed))

    def _contact_ended(self, end: ContactEnded) -> None:
        now = self._now()
        live = self._live.get(end.contact)
        if live is None:
            return
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
                answered=None if over else moment(now),
                ended=moment(now) if over else None,
                ended_by=(CALLER if end.disposition in BY_CALLER else SYSTEM) if over else "",
            )
        )
        if over:
            self._live.pop(end.contact, None)

    def _record(self, live: _Live, **more: object) -> ContactRecord:
        return ContactRecord(live.contact.id, arrival(live.contact.arrived), **more)  # type: ignore[arg-type]

    # Talks --------------------------------------------------------------------------------------------

    def began(self, talk: Talk) -> None:
        """Two talk."""
        live = self._live.setdefault(talk.contact.id, _Live(talk.contact, talk.call.id))
        live.answered = talk.since
        self._put(self._record(live, call=talk.call.id, agent=talk.agent, answered=moment(talk.since)))

    def found(self, talk: Talk) -> None:
        """A talk of a worker before goes on."""
        self.began(talk)

    def moved(self, talk: Talk, before: str) -> None:
        """The customer goes on with another agent."""
        live = self._live.setdefault(talk.contact.id, _Live(talk.contact, talk.call.id))
        self._put(self._record(live, agent=talk.agent))

    def ended(self, talk: Talk) -> None:
        """They part."""
        live = self._live.setdefault(talk.contact.id, _Live(talk.contact, talk.call.id))
        live.answered, held = talk.since, talk.on_hold.total(self._now())
        by, sent = talk.ended_by or SYSTEM, talk.sent
        self._over(live, talk.agent, held, hold=round(held, 3), ended_by=by, transferred_to=sent)

    def _service_ended(self, end: ServiceEnded) -> None:
        """A colleague was asked, or a talk ended while nobody looked; other talks tell it themselves."""
        if live := self._live.get(end.contact):
            self._over(live, end.agent)

    def _over(self, live: _Live, agent: str, held: float = 0.0, **more: object) -> None:
        now = self._now()
        self._live.pop(live.contact.id, None)
        spoken = None if live.answered is None else round(max(0.0, now - live.answered - held), 3)
        self._put(self._record(live, ended=moment(now), talk=spoken, agent=agent, **more))
        self._agents.served(agent, live.contact)

    def forget(self) -> None:
        """The router is a new one: what it will know is told again."""
        self._live.clear()
        self._offers.clear()
        self._agents.forget()
