"""Agents: each state they come into."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from ivr.store.records import EventRecord
from ivr.webhooks.known import Known
from ivr.webhooks.payloads.common import Part


class AgentTold(Part):
    """An agent in another state."""

    agent: str = Field(description="The agent's id.")
    state: str = Field(description="logged_out, available, reserved, busy, wrap_up or on_break.")
    reason: str | None = Field(None, description="Why: of a break, its code in the routing plan.")
    by: str | None = Field(None, description="Who ordered it: `router`, the agent, a supervisor.")
    contact: str | None = Field(None, description="The contact it is about.")
    since: datetime = Field(description="When it began.")


def state(event: EventRecord, known: Known) -> AgentTold:
    """Of `agent.state`."""
    told = {name: event.data.get(name) or None for name in ("reason", "by")}
    return AgentTold(
        agent=str(event.data["agent"]),
        state=str(event.data["state"]),
        contact=event.contact or None,
        since=event.at,
        **told,
    )
