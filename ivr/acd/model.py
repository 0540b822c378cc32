"""What the router knows of a centre: skill groups and agents as the plan has them, contacts as they arrive.

Plain frozen data, so that it can be kept with a call, replayed, and compared. All moments are seconds since
the epoch (UTC) as the events bring them, all spans are seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

VOICE = "voice"
HIGHEST_LEVEL = 10

DISPOSITIONS = (
    "answered", "abandoned", "timed_out", "overflowed", "keyed_out", "callback", "refused", "failed",
)  # fmt: skip
"""How a contact's time in the queue ends; each ends in exactly one of them."""

ORDERS = ("waiting", "priority", "weighted", "service_level")
"""How a group orders its contacts: who waited longest; priority, then wait; seconds waited + priority ×
weight; wait ÷ the group's target."""

STATES = ("logged_out", "available", "reserved", "busy", "wrap_up", "on_break")
"""An agent's states. `reserved`: an offer is out. `busy`: no capacity for anything more is left, or
talking."""

OVERFLOW_REASONS = ("size", "wait", "estimate", "closed", "no_agent")
"""Why a contact goes elsewhere: the queue is full, it waited too long, it would wait too long, the group is
closed, nobody is signed in who could serve it."""

DESTINATIONS = ("group", "agent", "number", "extension", "flow", "voicemail")


@dataclass(frozen=True, slots=True)
class Step:
    """What is asked of an agent from `after` seconds of waiting on. `require` merges into what was asked
    before (a level of 0 drops the skill); `groups` are further groups whose agents count as well."""

    after: float
    require: Mapping[str, int] = field(default_factory=dict)
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Destination:
    """Where else a contact goes: one of `DESTINATIONS`, and its name or number."""

    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Overflow:
    """When contacts of a group go elsewhere. `on` is one of `OVERFLOW_REASONS`; `limit` is contacts for
    `size` and seconds for `wait` and `estimate`. Several are tried in turn; the place in time is kept."""

    on: str
    to: Destination
    limit: float = 0.0


@dataclass(frozen=True, slots=True)
class Tier:
    """An agent's place within a group: level 1 is asked first, then by position."""

    level: int = 1
    position: int = 1


@dataclass(frozen=True, slots=True)
class Group:
    """A skill group: a queue with a requirement.

    `require` asks for skills at levels 1–10; `match`, a predicate made of the plan's expression, for anything
    else. `strategy` is a name of the table of strategies, or of the entry-point group `ivr.strategies`;
    `rank`, made of the plan's expression, replaces it: the highest wins. Delays are for how long an agent is
    left alone after an offer that failed; after `max_no_answer` misses in a row the agent is put on break.
    """

    id: str
    require: Mapping[str, int] = field(default_factory=dict)
    match: Callable[[Mapping[str, Any]], bool] | None = None
    strategy: str = "longest_idle"
    rank: Callable[[Mapping[str, Any]], float] | None = None
    order: str = "waiting"
    weight: float = 60.0
    """Seconds of waiting that a point of priority is worth, in the order `weighted`."""
    target: float = 20.0
    """Seconds within which `target_share` of the contacts are to be answered."""
    target_share: float = 0.8
    ring: float = 20.0
    wrap_up: float = 0.0
    max_size: int | None = None
    max_wait: float | None = None
    relax: tuple[Step, ...] = ()
    overflow: tuple[Overflow, ...] = ()
    last_agent_within: float | None = None
    """Seconds for which a customer's last agent of this group is remembered; None: not at all."""
    last_agent_wait: float = 20.0
    tier_wait: float = 15.0
    """Level n is asked after (n − 1) × so many seconds, or at once where no lower level is signed in."""
    busy_delay: float = 5.0
    reject_delay: float = 10.0
    no_answer_delay: float = 5.0
    unregistered_delay: float = 30.0
    max_no_answer: int = 3
    progressive: float = 10.0
    """`ring_progressively`: seconds after which one more agent rings."""


@dataclass(frozen=True, slots=True)
class Agent:
    """A person who serves contacts. `capacity` is how many of a channel at once; `total`, the sum of the
    `costs` of all. Only groups named in `tiers` reach the agent. A language is a skill by its tag."""

    id: str
    name: str = ""
    skills: Mapping[str, int] = field(default_factory=dict)
    tiers: Mapping[str, Tier] = field(default_factory=dict)
    grade: int = 0
    capacity: Mapping[str, int] = field(default_factory=lambda: {VOICE: 1})
    total: float = 1.0
    costs: Mapping[str, float] = field(default_factory=dict)
    """What one of a channel costs; 1 where nothing is said for voice, else 1 ÷ the channel's capacity."""
    dial: str = ""
    """How the agent's phone is rung: an extension, or a full dial string of FreeSWITCH."""


@dataclass(frozen=True, slots=True)
class Plan:
    """All groups and agents; `turn` counts its changes."""

    groups: Mapping[str, Group] = field(default_factory=dict)
    agents: Mapping[str, Agent] = field(default_factory=dict)
    turn: int = 0


@dataclass(frozen=True, slots=True)
class Contact:
    """One who waits: a call, a chat, a message.

    `arrived` is its place in time, which overflow and a failed offer do not change. `require` and `relax` are
    beside the group's; `only` names the one agent who may have it (`group` may then be empty). `preferred`,
    its last or own agent, is waited for `prefer_for` seconds, then anyone serves. `customer` is its key in
    the directory, empty when the number was withheld.
    """

    id: str
    group: str
    arrived: float
    channel: str = VOICE
    customer: str = ""
    priority: float = 0.0
    require: Mapping[str, int] = field(default_factory=dict)
    relax: tuple[Step, ...] = ()
    only: str = ""
    preferred: str = ""
    prefer_for: float = 0.0
    excluded: frozenset[str] = frozenset()
    max_wait: float | None = None
    callback: bool = False
    """Nobody is on the line: the customer is called when an agent is there."""
    entered: float | None = None
    """When it came to this group; `arrived` when left out. Waits that this group promises count from here."""
    passed: tuple[str, ...] = ()
    """Groups it has overflowed from, so that no circle takes it round for ever."""
