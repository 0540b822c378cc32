"""What nodes need of the outside world, as interfaces: HTTP, Python operations, work beside a call.

`ivr.runtime.services` is the real thing; a flow's tests bring their own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

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


class Services(Protocol):
    """What nodes need of the outside world."""

    def fetch(self, method: str, url: str, *, deadline: float, **parts: Any) -> Answer:
        """An HTTP request within `deadline` seconds. Raises FetchError."""

    def operation(self, name: str) -> Callable[..., Any]:
        """A Python operation of the group `ivr.operations`. Raises UnknownPlugin."""

    def begin(self, call: Call, work: Callable[[], Any]) -> Pending:
        """Begin `work` without holding the call up; the call is woken when it is done. Raises IvoryError
        when there is too much of it."""

    def calendar_override(self, flow: str, calendar: str) -> str | None:
        """What an admin switched a calendar to by hand: `open`, `closed`, or None."""
