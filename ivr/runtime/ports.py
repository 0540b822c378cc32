"""What nodes need of the outside world, as interfaces: HTTP, Python operations, work beside a call, queues.

`ivr.runtime.services` and `ivr.routing` are the real thing; a flow's tests bring their own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from ivr.acd.model import Destination, Step
from ivr.acd.router import Estimate
from ivr.call import Call


class Answer(Protocol):
    """What an HTTP operation brought back."""

    @property
    def status(self) -> int:
        """The HTTP status."""

    @property
    def text(self) -> str:
        """The body."""

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers by their names in lower case."""

    def json(self) -> Any:
        """The body as JSON, numbers exact. Raises FetchError."""


class Pending(Protocol):
    """Work that goes on while the caller is looked after."""

    def done(self) -> bool:
        """Whether there is a result."""

    def wait(self) -> None:
        """Stand still until it is done (there is no caller to look after)."""

    def result(self) -> Any:
        """The result, or raises what the work raised."""

    def abandon(self) -> None:
        """Nobody waits for it any more."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Whom a caller is to be brought to: somebody of a skill `group`, or one `agent`.

    `require` and `relax` are beside what the group asks; `show` is what the agent sees when it rings (screen
    pop). `visit` tells two visits of one call apart: the same place is found again after a crash.
    """

    visit: int
    group: str = ""
    agent: str = ""
    require: Mapping[str, int] = field(default_factory=dict)
    relax: tuple[Step, ...] = ()
    priority: float = 0.0
    max_wait: float | None = None
    preferred: str = ""
    prefer_for: float = 0.0
    customer: str = ""
    show: Mapping[str, str] = field(default_factory=dict)
    whisper: str = ""
    """What the agent hears before the caller is connected; empty: nothing."""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Leave:
    """The caller is to leave the queue, or the talk: `outcome` is timeout, full, closed, no_agent, failed,
    sent (overflow, or the agent's transfer, to `to`), or next (the talk is over, nobody sent them anywhere)."""

    outcome: str
    to: Destination | None = None


class Place(Protocol):
    """A caller's place in a queue, and then their talk with an agent. News of it wake the call (`Woken`);
    the talk itself comes as `Bridged` and `BridgeEnded`."""

    def position(self) -> int | None:
        """1 is next; None once they are served, or gone."""

    def estimate(self) -> Estimate | None:
        """How long it will be, seconds; None when that cannot honestly be said."""

    def agent(self) -> str:
        """Who is talking with them, or was last; empty when nobody yet."""

    def leave(self) -> Leave | None:
        """Where the queue, or the agent, sends them; None: they stay."""

    def give_up(self, why: str) -> None:
        """The caller leaves by themselves: keyed_out, callback, abandoned or failed. Never raises."""


class Queues(Protocol):
    """The skill groups."""

    def enter(self, call: Call, wish: Wish) -> Place:
        """Take a place. Raises IvoryError for a group or an agent there is none of."""

    def waiting(self, group: str) -> int:
        """How many wait in a group."""

    def available(self, group: str) -> int:
        """How many of its agents could take a call at once."""

    def expected_wait(self, group: str) -> float | None:
        """Seconds a caller who came now would wait; None when that cannot be said."""


class Services(Protocol):
    """What nodes need of the outside world."""

    @property
    def queues(self) -> Queues:
        """The skill groups."""

    def fetch(self, method: str, url: str, *, deadline: float, **parts: Any) -> Answer:
        """An HTTP request within `deadline` seconds. Raises FetchError."""

    def operation(self, name: str) -> Callable[..., Any]:
        """A Python operation of the group `ivr.operations`. Raises UnknownPlugin."""

    def begin(self, call: Call, work: Callable[[], Any]) -> Pending:
        """Begin `work` without holding the call up; the call is woken when it is done. Raises IvoryError
        when there is too much of it."""

    def calendar_override(self, flow: str, calendar: str) -> str | None:
        """What an admin switched a calendar to by hand: `open`, `closed`, or None."""
