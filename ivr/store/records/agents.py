"""Agents: the state each is in, how they came to it, and who ordered what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class AgentRecord:
    """An agent's present state, whole: the later record takes the earlier one's place."""

    agent: str
    state: str
    """One of `ivr.acd.model.STATES`."""
    since: datetime
    reason: str = ""
    until: datetime | None = None
    """The end of a wrap-up."""
    channels: tuple[str, ...] = ()
    dial: str = ""
    contacts: tuple[str, ...] = ()
    tallies: Mapping[str, Any] = field(default_factory=dict)
    """The router's counters, as `ivr.acd.actions.AgentChanged` gives them."""
    by: str = ""


@dataclass(frozen=True, slots=True)
class AgentEventRecord:
    """An agent came into a state, at a moment, by somebody's order (`router`, the agent's own id, …)."""

    agent: str
    at: datetime
    state: str
    reason: str = ""
    by: str = ""
    contact: str = ""


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """An order that somebody gave: who, when, what, to whom, and what it changed."""

    at: datetime
    by: str
    """Who: `cli:alice`, `agent:1001`."""
    order: str
    """Its name in the table of orders: `agent.ready`, `supervise.barge`."""
    target: str
    """To whom or what: an agent, a contact, a group; `-` for none."""
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)
    result: str = ""
    """`done`, or why it was refused."""
