"""What happened to a call, as it happens: each node entered and left, and how it all ended.

Whoever wants to know (the store, a person watching, a test) listens; a listener that fails is logged and
never felt by the caller.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ivr.log import get

log = get(__name__)


@dataclass(frozen=True, slots=True)
class CallDialled:
    """A number is rung, for a call into a flow that somebody ordered; who answers begins the flow. `dnis` is
    the number they are shown. Told again by a worker that finds it ringing."""

    call: str
    flow: str
    version: str
    ani: str
    dnis: str
    language: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CallUnreached:
    """Whoever was rung did not answer; `cause` is FreeSWITCH's word for why. It is over."""

    call: str
    started: datetime
    cause: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CallStarted:
    """A call began its flow."""

    call: str
    flow: str
    version: str
    ani: str
    dnis: str
    caller_name: str
    language: str
    at: datetime


@dataclass(frozen=True, slots=True)
class NodeEntered:
    """A call came to a node; `visit` counts its nodes from 1."""

    call: str
    visit: int
    flow: str
    node: str
    type: str
    at: datetime
    language: str = ""
    """What the caller is spoken to in from here on."""


@dataclass(frozen=True, slots=True)
class NodeLeft:
    """A call left a node. `input` is what the caller did, masked where sensitive."""

    call: str
    visit: int
    flow: str
    node: str
    type: str
    entered: datetime
    at: datetime
    outcome: str
    input: str = ""
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CallFinished:
    """A call's walk is over. `end`: completed, transfer, abandoned, rejected, failed."""

    call: str
    started: datetime
    end: str
    cause: str
    language: str
    answered: datetime | None
    goals: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class CallMeasured:
    """How well a caller was heard, as `ivr.esl.quality` has it. Told when the channel is gone: before
    or after the walk is over, and for a call that was taken elsewhere, too."""

    call: str
    started: datetime
    mos: float
    jitter_ms: float
    loss_percent: float


JourneyEvent = (
    CallDialled | CallUnreached | CallStarted | NodeEntered | NodeLeft | CallFinished | CallMeasured
)
Listener = Callable[[JourneyEvent], None]


class Journey:
    """Hands the events of calls to listeners."""

    def __init__(self, *listeners: Listener) -> None:
        self.listeners = list(listeners)
        self.failures = 0

    def tell(self, event: JourneyEvent) -> None:
        """Never raises, never waits."""
        for listener in self.listeners:
            try:
                listener(event)
            except Exception:
                self.failures += 1
                log.exception("journey listener failed", call=event.call, kind=type(event).__name__)
