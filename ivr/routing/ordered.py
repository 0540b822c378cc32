"""Who ordered what is being done this very moment.

An order is done on the greenlet it was given on, and what it changes is told on the same one; greenlets that
are begun meanwhile know nothing of it. So who writes down a change can ask here whose it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

ROUTER: Final = "router"
AGENT, SUPERVISOR = "agent", "supervisor"

_order: ContextVar[tuple[str, str, str]] = ContextVar("order", default=("", "", ""))


@contextmanager
def ordered(by: str, target: str, order: str = "") -> Iterator[None]:
    """What is done inside is an order of `by` (`agent.hang_up`), about an agent or a contact."""
    token = _order.set((by, target, order))
    try:
        yield
    finally:
        _order.reset(token)


def ordered_by(target: str) -> str:
    """Who ordered what is being done to an agent; `router` when nobody did."""
    by, about, _ = _order.get()
    return by if by and about == target else ROUTER


def side(agent: str) -> str:
    """Who parts an agent from a caller: the agent, or a supervisor, as an order of theirs does it. What is
    ordered as the agent (`agent.…`) is the agent's: the name of who gives it is that of an account."""
    _, about, order = _order.get()
    return SUPERVISOR if about == agent and order.startswith("supervisor.") else AGENT
