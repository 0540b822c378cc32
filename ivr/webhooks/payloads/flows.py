"""Flows: another version serves."""

from __future__ import annotations

from pydantic import Field

from ivr.store.records import EventRecord
from ivr.webhooks.known import Known
from ivr.webhooks.payloads.common import Part


class FlowTold(Part):
    """A release of a flow."""

    flow: str = Field(description="The flow.")
    version: str = Field(description="The version that it is about.")
    kind: str = Field(description="publish, canary, promote, rollback or retire.")
    percent: int = Field(description="The share of the callers who come to it.")
    turn: int = Field(description="Counts the flow's releases from 1.")
    by: str | None = Field(None, description="Who decided.")
    message: str | None = Field(None, description="What they said about it.")


def published(event: EventRecord, known: Known) -> FlowTold:
    """Of `flow.published`."""
    told = {name: event.data.get(name) or None for name in ("by", "message")}
    return FlowTold(flow=event.flow, **{**dict(event.data), **told})
