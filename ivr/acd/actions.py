"""What the router wants done, and what it tells of what it decided. In the order in which they hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ivr.acd.model import VOICE, Contact, Destination


@dataclass(frozen=True, slots=True)
class Offer:
    """Ring this agent for this contact, until `expires`; answer with OfferAccepted or OfferFailed. It is a
    lease: the router itself takes it back when it expires."""

    id: str
    contact: Contact
    agent: str
    expires: float
    dial: str = ""


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Stop ringing: `why` is expired, lost (another agent was faster), gone (the contact left), agent (who
    signed out or went on break), or plan. Nothing is to be told of it in return."""

    offer: str
    contact: str
    agent: str
    why: str


@dataclass(frozen=True, slots=True)
class Send:
    """The contact left the queue for `to`, because of `why` (one of `OVERFLOW_REASONS`). Overflow into
    another group is the router's own and tells `Moved` instead."""

    contact: str
    to: Destination
    why: str


@dataclass(frozen=True, slots=True)
class Moved:
    """The contact overflowed into another group, its place in time kept."""

    contact: str
    group: str
    why: str


@dataclass(frozen=True, slots=True)
class ContactEnded:
    """A contact's time in the queue is over, for good: told once. `disposition` is one of `DISPOSITIONS`;
    `reason` tells refused ones apart (full, closed, no_agent). `waited` is in seconds."""

    contact: str
    group: str
    disposition: str
    waited: float
    agent: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AgentChanged:
    """An agent's state is another one. `tallies` are the counters by name (calls, talk, idle_since, …), for
    whoever keeps them; `until` is the end of a wrap-up. `then` is what they asked for meanwhile and comes
    after talk and wrap-up: `on_break` (whose `reason` it is then) or `logged_out`."""

    agent: str
    state: str
    reason: str
    since: float
    until: float | None = None
    channels: frozenset[str] = frozenset({VOICE})
    dial: str = ""
    contacts: tuple[str, ...] = ()
    tallies: Mapping[str, float] = field(default_factory=dict)
    then: str = ""


Action = Offer | Withdraw | Send | Moved | ContactEnded | AgentChanged
