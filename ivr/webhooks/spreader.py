"""Makes deliveries of events: reads what is known of a batch, makes each body once, and writes one delivery
for each endpoint that wants to hear of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from ivr.errors import IvoryError
from ivr.log import get
from ivr.store.database import Store
from ivr.store.records import EventRecord
from ivr.store.webhooks import endpoints, outbox
from ivr.store.webhooks.endpoints import Endpoint
from ivr.store.webhooks.outbox import Delivery, Taken
from ivr.webhooks import pop
from ivr.webhooks.bodies import body_of
from ivr.webhooks.known import POPS, Known
from ivr.webhooks.types import wanted

log = get(__name__)

BATCH = 200


def spread(store: Store, now: datetime) -> tuple[int, frozenset[str]]:
    """Take a batch of events; how many there were, and the endpoints that something waits for now. Raises
    StoreError: all of them are there still."""
    events = outbox.untaken(store, BATCH)
    if not events:
        return 0, frozenset()
    receivers = [one for one in endpoints.every(store) if one.enabled]
    heard = [one for one in events if any(wanted(one.type, each.events) for each in receivers)]
    known = Known.of(store, heard)
    made = [taken(event, receivers, known, now) for event in events]
    outbox.spread(store, made, now)
    return len(events), frozenset(one.endpoint for each in made for one in each.deliveries)


def taken(event: EventRecord, receivers: Sequence[Endpoint], known: Known, now: datetime) -> Taken:
    """An event made into its deliveries."""
    mine = [one for one in receivers if wanted(event.type, one.events) and _concerns(one, event, known)]
    if not mine:
        return Taken(event.id, "")
    try:
        body, data = body_of(event, known)
    except Exception:  # one event that cannot be told must not hold up the others
        log.exception("an event cannot be told", id=event.id, kind=event.type)
        return Taken(event.id, "")
    deliveries = (
        Delivery(one.id, event.id, event.seq, event.type, event.stream, now, now, _pop(one, event, data))
        for one in mine
    )
    return Taken(event.id, body, tuple(deliveries))


def _concerns(endpoint: Endpoint, event: EventRecord, known: Known) -> bool:
    """Whether it happened where the endpoint listens."""
    call = known.calls.get(known.call_of(event))
    contact = known.contacts.get(event.contact)
    flow = call.flow if call else event.flow
    group = event.group or (contact.group if contact else "")
    if endpoint.flows and flow not in endpoint.flows and event.flow not in endpoint.flows:
        return False
    return not endpoint.groups or group in endpoint.groups


def _pop(endpoint: Endpoint, event: EventRecord, data: Mapping[str, Any]) -> str:
    """The page that is to open on the agent's desk."""
    if not endpoint.pop or event.type not in POPS:
        return ""
    try:
        return pop.url(endpoint.pop, data)
    except IvoryError as error:
        log.warning("no screen pop", endpoint=endpoint.id, error=str(error))
        return ""
