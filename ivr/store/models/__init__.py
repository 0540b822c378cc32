"""The tables as they are today; how they came to be is in `ivr.store.migrations`.

The models belong to no database: a query is run with `.execute(store.db)`, so that one process may have
several stores open, each in its own thread.
"""

from __future__ import annotations

from ivr.store.models.agents import AgentEvents, Agents, Audits
from ivr.store.models.bindings import Calendars, Dids, Turns
from ivr.store.models.calls import Calls, Steps
from ivr.store.models.contacts import Answers, Callbacks, Contacts, Offers, Pushed, Recordings
from ivr.store.models.customers import Customers, Numbers
from ivr.store.models.people import Links, Remembered, Sessions, Tokens, Users
from ivr.store.models.plans import Plans
from ivr.store.models.versions import Contents, Releases, Versions
from ivr.store.models.webhooks import (
    WebhookDeliveries,
    WebhookEndpoints,
    WebhookEvents,
    WebhookLeases,
    WebhookReceived,
    WebhookSources,
)

__all__ = [
    "TABLES",
    "AgentEvents",
    "Agents",
    "Answers",
    "Audits",
    "Calendars",
    "Callbacks",
    "Calls",
    "Contacts",
    "Contents",
    "Customers",
    "Dids",
    "Links",
    "Numbers",
    "Offers",
    "Plans",
    "Pushed",
    "Recordings",
    "Releases",
    "Remembered",
    "Sessions",
    "Steps",
    "Tokens",
    "Turns",
    "Users",
    "Versions",
    "WebhookDeliveries",
    "WebhookEndpoints",
    "WebhookEvents",
    "WebhookLeases",
    "WebhookReceived",
    "WebhookSources",
]

TABLES = (
    Calls, Steps, Contents, Versions, Releases, Contacts, Offers, Answers, Callbacks, Recordings, Agents,
    Pushed, AgentEvents, Audits, Customers, Numbers, Plans, Users,
    Sessions, Tokens, Links, Remembered, WebhookEvents, WebhookEndpoints, WebhookDeliveries, WebhookLeases,
    WebhookSources, WebhookReceived, Dids,
    Calendars, Turns,
)  # fmt: skip
"""Every table, so that backups, checks and the like leave none out."""
