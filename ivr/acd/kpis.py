"""The figures a centre is judged by, each defined once: the simulator and the reports reckon with these.

Every figure is one count over another. So what it counts can be read here, batches can be added up, and an
interval can be given. "Service level" has five meanings in the field; they bear names and stand side by
side.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields

SHORT = 5.0
"""Seconds within which somebody who hangs up had most likely dialled wrong."""


@dataclass(slots=True)
class Counts:
    """What is counted of contacts, of one group or of many. Sums of times are seconds."""

    offered: float = 0
    """Everybody who wanted in, also those for whom no line was free."""
    blocked: float = 0
    """For whom no line was free."""
    queued: float = 0
    """Who came to the queue, whatever became of them."""
    at_once: float = 0
    """Those for whom an agent was there when they came."""
    answered: float = 0
    answered_within: float = 0
    """Within the group's target, as all that is called "within"."""
    abandoned: float = 0
    abandoned_within: float = 0
    abandoned_short: float = 0
    """Within `SHORT` seconds."""
    elsewhere: float = 0
    """Timed out, overflowed, keyed out, refused, or ended in another way that is no answer."""
    wait: float = 0
    """Of all who came to the queue, until an answer or until they left it."""
    wait_answered: float = 0
    talk: float = 0
    """With hold."""
    wrap_up: float = 0
    available: float = 0
    """Of agents: ready, and nobody there for them. Neither breaks nor ringing."""
    busy: float = 0
    """Of agents: talking, holding, wrapping up."""
    resolved: float = 0
    """Customers who did not have to come again."""
    calls: float = 0
    """That came to a flow."""
    contained: float = 0
    """That reached a goal in the flow without a person. Who hangs up before a goal is not contained."""

    def __iadd__(self, other: Counts) -> Counts:
        for each in _NAMES:
            setattr(self, each, getattr(self, each) + getattr(other, each))
        return self


_NAMES = tuple(each.name for each in fields(Counts))


@dataclass(frozen=True, slots=True)
class Kpi:
    """One figure: `above` ÷ `below`. `unit` is `share` or `s`."""

    title: str
    above: Callable[[Counts], float]
    below: Callable[[Counts], float]
    unit: str = "share"

    def of(self, counts: Counts) -> float | None:
        """The figure; None where there is nothing to reckon it from."""
        below = self.below(counts)
        return self.above(counts) / below if below else None


SERVICE_LEVELS: Mapping[str, Kpi] = {
    "F1": Kpi(
        "answered or abandoned in time, of all",
        lambda c: c.answered_within + c.abandoned_within,
        lambda c: c.answered + c.abandoned,
    ),
    "F2": Kpi("answered in time, of the answered", lambda c: c.answered_within, lambda c: c.answered),
    "F3": Kpi("answered in time, of all", lambda c: c.answered_within, lambda c: c.answered + c.abandoned),
    "F4": Kpi(
        "answered in time, of all but those who left in time",
        lambda c: c.answered_within,
        lambda c: c.answered + c.abandoned - c.abandoned_within,
    ),
    "F5": Kpi(
        "answered in time or abandoned at once, of all",
        lambda c: c.answered_within + c.abandoned_short,
        lambda c: c.answered + c.abandoned,
    ),
}
"""F3 is the strictest: whoever hangs up counts against it. It is meant where no form is named."""

KPIS: Mapping[str, Kpi] = {
    "service_level": SERVICE_LEVELS["F3"],
    "asa": Kpi("average speed of answer", lambda c: c.wait_answered, lambda c: c.answered, "s"),
    "abandonment": Kpi("abandoned, of the queued", lambda c: c.abandoned, lambda c: c.queued),
    "waits": Kpi("not served at once, of the queued", lambda c: c.queued - c.at_once, lambda c: c.queued),
    "wait": Kpi("mean wait of all, until answered or gone", lambda c: c.wait, lambda c: c.queued, "s"),
    "blocked": Kpi("no line free, of all", lambda c: c.blocked, lambda c: c.offered),
    "elsewhere": Kpi(
        "left the queue in other ways, of the queued", lambda c: c.elsewhere, lambda c: c.queued
    ),
    "aht": Kpi("average handling time", lambda c: c.talk + c.wrap_up, lambda c: c.answered, "s"),
    "occupancy": Kpi(
        "at work, of the time at work or ready", lambda c: c.busy, lambda c: c.busy + c.available
    ),
    "fcr": Kpi("resolved at the first contact, of the answered", lambda c: c.resolved, lambda c: c.answered),
    "containment": Kpi("goal reached without a person", lambda c: c.contained, lambda c: c.calls),
}
