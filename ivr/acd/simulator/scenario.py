"""What a simulation supposes: who comes, how long they talk and wait, who is there. The plan is not part of
it: two plans under one scenario are what a what-if compares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ivr.acd.model import VOICE
from ivr.acd.simulator.arrivals import Arrivals
from ivr.acd.simulator.distributions import NEVER, NOTHING, Distribution


@dataclass(frozen=True, slots=True)
class Known:
    """What a record tells of one contact: how long they talked, how long the agent needed afterwards, and
    when they lost patience, each None when it did not come to that. Then `waited` is how long they had
    patience at least."""

    talk: float | None = None
    wrap_up: float | None = None
    patience: float | None = None
    waited: float = 0.0


@dataclass(frozen=True, slots=True)
class Load:
    """The contacts of one group.

    `handling` is talk with hold. `wrap_up` replaces the group's own; None: as the plan says. Spans are
    seconds. What is `known` of a contact, in the order of the arrivals, replaces what would be drawn.
    """

    group: str
    arrivals: Arrivals
    handling: Distribution
    patience: Distribution = NEVER
    wrap_up: Distribution | None = None
    channel: str = VOICE
    priority: float = 0.0
    require: Mapping[str, int] = field(default_factory=dict)
    known: tuple[Known, ...] = ()


@dataclass(frozen=True, slots=True)
class Shift:
    """When an agent is there, and their breaks (from, to), in seconds since the beginning."""

    start: float
    end: float
    breaks: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Scenario:
    """Everything about the world outside the plan.

    Args:
        loads: who comes.
        lines: contacts that can be there at once, talking or waiting; whoever comes then is blocked.
        answering: seconds from an offer to the agent's answer.
        missing: share of the offers that an agent does not answer.
        shifts: who is there when; an agent without any is there all the time.
        length: seconds of a day that has a beginning and an end; None: steady for ever.
        warm_up: seconds at the beginning that do not count, in which a steady queue comes to its level.
        present: contacts that are there already when it begins, by group.
        begins: the moment of second 0, for plans whose rules look at the clock.
    """

    loads: tuple[Load, ...]
    lines: int | None = None
    answering: Distribution = NOTHING
    missing: float = 0.0
    shifts: Mapping[str, tuple[Shift, ...]] = field(default_factory=dict)
    length: float | None = None
    warm_up: float = 0.0
    present: Mapping[str, int] = field(default_factory=dict)
    begins: float = 0.0
