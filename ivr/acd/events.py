"""What happens, as the router is told of it. Each is handled at a moment that never goes back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ivr.acd.model import VOICE, Contact, Plan


@dataclass(frozen=True, slots=True)
class PlanChanged:
    """Groups and agents are other ones from now on, for those who wait as well."""

    plan: Plan


@dataclass(frozen=True, slots=True)
class HoursChanged:
    """A group opens or closes. A group of which nothing was said is open."""

    group: str
    open: bool


@dataclass(frozen=True, slots=True)
class ContactArrived:
    """Somebody asks for a group or an agent. Known already: it stays as it is (a worker's second telling)."""

    contact: Contact


@dataclass(frozen=True, slots=True)
class ContactChanged:
    """A waiting contact's priority, requirement and the like are other ones; its place in time stays."""

    contact: Contact


@dataclass(frozen=True, slots=True)
class ContactLeft:
    """A waiting contact is gone: `why` is abandoned, keyed_out, callback or failed. An offer of it is
    withdrawn. Unknown, or being served already: nothing."""

    contact: str
    why: str


@dataclass(frozen=True, slots=True)
class AgentSignedIn:
    """An agent is there, for these channels, and rung at `dial` where that is given (else as the plan says).
    `state` is available, or on_break with a `reason`."""

    agent: str
    channels: frozenset[str] = frozenset({VOICE})
    dial: str = ""
    state: str = "available"
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AgentSignedOut:
    """An agent has gone. Offers are withdrawn; a talk that goes on is let finish (the state follows it)."""

    agent: str


@dataclass(frozen=True, slots=True)
class AgentReady:
    """An agent takes contacts again: after a break, or earlier out of wrap-up. While talking: afterwards."""

    agent: str


@dataclass(frozen=True, slots=True)
class AgentBreak:
    """An agent takes no more contacts, for a reason. While talking: afterwards; while reserved: the offer is
    withdrawn unless it was accepted."""

    agent: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class WrapUpDone:
    """An agent is done with the notes earlier; a break that was asked for during the talk begins. In no
    wrap-up: nothing."""

    agent: str


@dataclass(frozen=True, slots=True)
class WrapUpExtended:
    """An agent needs so many seconds more; None: until they say that they are done."""

    agent: str
    seconds: float | None


@dataclass(frozen=True, slots=True)
class AgentOccupied:
    """An agent is in a talk that was not routed (an outward call, a colleague's), or no longer (`False`)."""

    agent: str
    occupied: bool


@dataclass(frozen=True, slots=True)
class OfferAccepted:
    """The agent took it: from here it no longer expires, and is connected next."""

    offer: str


@dataclass(frozen=True, slots=True)
class OfferConnected:
    """Agent and customer talk: the contact is answered."""

    offer: str


@dataclass(frozen=True, slots=True)
class OfferFailed:
    """It came to nothing: `why` is no_answer, rejected, busy, unregistered or failed. The contact goes back
    to its place."""

    offer: str
    why: str


@dataclass(frozen=True, slots=True)
class ServiceEnded:
    """An agent is done with a contact: it ended, or went on to somebody else. Wrap-up begins."""

    agent: str
    contact: str


@dataclass(frozen=True, slots=True)
class ServiceMoved:
    """A contact goes on with another agent (a consultation that ended in a transfer): the first one's service
    ends with wrap-up, the second is busy with it."""

    contact: str
    agent: str
    to: str


@dataclass(frozen=True, slots=True)
class AgentRestored:
    """What was kept of an agent by a worker before. Times are when the state began and ends (wrap-up); `then`
    is as in `AgentChanged`."""

    agent: str
    state: str
    reason: str = ""
    since: float = 0.0
    until: float | None = None
    channels: frozenset[str] = frozenset({VOICE})
    dial: str = ""
    tallies: Mapping[str, float] = field(default_factory=dict)
    """The agent's counters, as `AgentChanged.tallies` gave them."""
    then: str = ""


@dataclass(frozen=True, slots=True)
class ServiceRestored:
    """An agent and a contact were found talking, since `since`, by a worker that takes over."""

    contact: Contact
    agent: str
    since: float


@dataclass(frozen=True, slots=True)
class Remembered:
    """An agent served a customer of a group, `at` that moment: the last agent, as a directory kept it. For a
    contact that comes later; one that names its `preferred` agent needs no memory."""

    customer: str
    group: str
    agent: str
    at: float


@dataclass(frozen=True, slots=True)
class Held:
    """Decide nothing for now (`True`: a worker is taking over, and has not yet found all), or go on."""

    held: bool


@dataclass(frozen=True, slots=True)
class Tick:
    """Time has passed: whatever is due is done."""


Event = (
    PlanChanged | HoursChanged | ContactArrived | ContactChanged | ContactLeft | AgentSignedIn
    | AgentSignedOut | AgentReady | AgentBreak | WrapUpDone | WrapUpExtended | AgentOccupied | OfferAccepted
    | OfferConnected | OfferFailed | ServiceEnded | ServiceMoved | AgentRestored | ServiceRestored
    | Remembered | Held | Tick
)  # fmt: skip
