"""The table of event types: what each tells of, and the patterns by which endpoints choose among them.

A new type is one row here, its payload one file in `payloads`, and somebody who puts the event.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from ivr.store.records import EventRecord
from ivr.webhooks.known import Known
from ivr.webhooks.payloads import (
    agents,
    callbacks,
    calls,
    contacts,
    flows,
    notices,
    recordings,
    surveys,
)
from ivr.webhooks.payloads.common import Part

PATTERN = re.compile(r"\*|[a-z][a-z0-9_]*(\.[a-z0-9_]+)*(\.\*)?")
"""A type, or a beginning with `.*`, or `*` for all."""
LONGEST = 100

Build = Callable[[EventRecord, Known], Part]


@dataclass(frozen=True, slots=True)
class EventType:
    """One type of event: when it is told, what its `data` is, and how that is made."""

    name: str
    told: str
    data: type[Part]
    build: Build


TYPES: Mapping[str, EventType] = {
    one.name: one
    for one in (
        EventType("call.started", "A call begins its flow.", calls.CallTold, calls.call),
        EventType(
            "call.node", "A caller comes to a node of the flow, or leaves it.", calls.NodeTold, calls.node
        ),
        EventType("call.ended", "A call is over.", calls.CallTold, calls.call),
        EventType(
            "contact.queued", "A caller begins to wait for an agent.", contacts.ContactTold, contacts.contact
        ),
        EventType(
            "contact.offered", "An agent's telephone rings (screen pop).", contacts.ScreenPop, contacts.pop
        ),
        EventType("contact.answered", "Agent and customer talk.", contacts.ScreenPop, contacts.pop),
        EventType(
            "contact.abandoned",
            "A caller gives up waiting; `contact.ended` follows.",
            contacts.ContactTold,
            contacts.contact,
        ),
        EventType(
            "contact.ended",
            "A contact is over: the talk, or the waiting without one.",
            contacts.ContactTold,
            contacts.contact,
        ),
        EventType("agent.state", "An agent comes into another state.", agents.AgentTold, agents.state),
        EventType(
            "recording.ready",
            "A recording of a talk is whole.",
            recordings.RecordingTold,
            recordings.recording,
        ),
        EventType("survey.answered", "A caller answers a survey's item.", surveys.SurveyTold, surveys.answer),
        EventType(
            "callback.requested",
            "A caller asks to be called back.",
            callbacks.CallbackTold,
            callbacks.requested,
        ),
        EventType("flow.published", "Another version of a flow serves.", flows.FlowTold, flows.published),
        EventType(
            "flow.notify",
            "A flow comes to a `notify` node; types that flows name themselves look the same.",
            notices.NoticeTold,
            notices.notice,
        ),
        EventType("webhook.test", "Somebody tries an endpoint.", notices.Greeting, notices.greeting),
    )
}


def type_of(name: str) -> EventType:
    """A type by its name; one that a flow made up is like `flow.notify`."""
    return TYPES.get(name) or TYPES["flow.notify"]


def wanted(name: str, patterns: Collection[str]) -> bool:
    """Whether patterns choose a type."""
    if "*" in patterns or name in patterns:
        return True
    parts = name.split(".")
    return any(f"{'.'.join(parts[:count])}.*" in patterns for count in range(1, len(parts)))
