"""Contacts: they wait, are offered to an agent, answered or given up, and end.

What an agent's desk shows when it rings (screen pop) comes with the offer, and again with the answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from pydantic import Field

from ivr.store.records import EventRecord
from ivr.webhooks.known import Known
from ivr.webhooks.payloads.common import (
    Call,
    Contact,
    Customer,
    Part,
    Step,
    call_of,
    contact_of,
    customer_of,
    step_of,
)

_AFTERWARDS: Final = frozenset({"ended", "ended_by", "talk", "hold", "transferred_to"})
_UNANSWERED: Final = _AFTERWARDS | {"answered", "agent", "disposition", "reason", "waited"}
HIDDEN: Mapping[str, frozenset[str]] = {
    "contact.queued": _UNANSWERED | {"offered"},
    "contact.offered": _UNANSWERED,
    "contact.answered": _AFTERWARDS,
}
"""What was still to come when this happened, and may be known by the time it is told."""


class ContactTold(Part):
    """A contact, its call, and who it is."""

    contact: Contact = Field(description="The contact.")
    call: Call | None = Field(None, description="Its call, where it has one.")
    customer: Customer | None = Field(None, description="Who it is, where the directory knows them.")


class ScreenPop(ContactTold):
    """A contact at an agent, with all that the agent's desk shows."""

    agent: str = Field(description="The agent who is rung, or has answered.")
    url: str | None = Field(None, description="The page to open, by the endpoint's `pop` template.")
    shown: Mapping[str, str] = Field({}, description="What the flow has its agents shown (`show_agent`).")
    journey: tuple[Step, ...] = Field((), description="What the caller did so far, the latest 50 steps.")
    at: datetime = Field(description="When the agent was rung, or answered.")


def contact(event: EventRecord, known: Known) -> ContactTold:
    """Of `contact.queued`, `contact.abandoned` and `contact.ended`."""
    return ContactTold(**_told(event, known))


def pop(event: EventRecord, known: Known) -> ScreenPop:
    """Of `contact.offered` and `contact.answered`."""
    steps = known.journey(known.call_of(event), event.at)
    return ScreenPop(
        **_told(event, known),
        agent=str(event.data.get("agent", "")),
        shown=event.data.get("shown") or {},
        journey=tuple(map(step_of, steps)),
        at=event.at,
    )


def _told(event: EventRecord, known: Known) -> dict[str, Part | None]:
    record, name = known.contacts.get(event.contact), known.call_of(event)
    who = known.customer(record.customer, record.ani) if record else None
    return {
        "contact": contact_of(event.contact, record, hide=HIDDEN.get(event.type, frozenset())),
        "call": call_of(name, known.calls.get(name)) if name else None,
        "customer": customer_of(who),
    }
