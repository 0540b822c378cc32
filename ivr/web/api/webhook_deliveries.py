"""The API for deliveries: what was posted to whom, what came of it, what was given up, and once more."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from ivr.errors import NotFound
from ivr.store.webhooks import endpoints, outbox, watching
from ivr.store.webhooks.outbox import Delivery
from ivr.web.accounts.who import Who
from ivr.web.api.endpoint import In, Resource
from ivr.web.api.webhooks import Id
from ivr.web.site import Site

resource = Resource("webhook deliveries", "What was posted to webhooks, and what came of it.")

Event = Annotated[str, Field(pattern=r"^[\w.-]{1,100}$", description="The event's id: `evt_…`.")]


class DeliveryOut(BaseModel):
    """An event that one endpoint is told of."""

    endpoint: str
    event: str = Field(description="The event's id, the `webhook-id` of each try.")
    type: str
    made: datetime = Field(description="When it was to be posted first.")
    state: Literal["waiting", "delivered", "dead"]
    attempts: int = Field(description="How often it was posted.")
    due: datetime = Field(description="It is not posted before then.")
    tried: datetime | None = Field(description="When it was posted last.")
    status: int | None = Field(description="The HTTP status it brought; null: no answer.")
    answer: str = Field(description="The beginning of the answer, or why there was none.")
    seconds: float | None = Field(description="From when it was to be posted to the last answer.")


class DeliveryWhole(DeliveryOut):
    """A delivery with what is posted. What was confidential is masked in it."""

    body: Any = Field(description="What is posted; null: it was not made yet.")
    pop: str = Field(description="The screen pop's address, by this endpoint's template.")


class Deliveries(BaseModel):
    """A page of deliveries, the newest first."""

    deliveries: list[DeliveryOut]
    next: str = Field(description="Give it as `before` for what comes after; empty: that is all.")


class Wanted(In):
    """Which deliveries."""

    endpoint: Id | Literal[""] = Field("", description="Only to this endpoint.")
    state: Literal["", "waiting", "delivered", "dead"] = Field("", description="`dead`: given up.")
    limit: int = Field(50, ge=1, le=500, description="How many at most.")
    before: str = Field("", pattern=r"^[0-9]{0,18}$", description="The `next` of the page before this one.")


class Again(In):
    """What is to be posted again."""

    events: Annotated[list[Event], Field(min_length=1, max_length=500)] | None = Field(
        None, description="These, of which one may have been delivered; null: all that were given up."
    )


class Resent(BaseModel):
    """What will be posted again."""

    events: int = Field(description="How many events.")


@resource.get("/webhook-deliveries", needs="webhooks:read", also={404: "There is no such endpoint."})
def page(site: Site, query: Wanted) -> Deliveries:
    """What was posted lately, or waits, or was given up."""
    return read(site, query)


@resource.get("/webhook-deliveries/<id>/<event>", needs="webhooks:read")
def get(site: Site, id: Id, event: Event) -> DeliveryWhole:
    """One delivery, with what is posted."""
    found = site.ask(outbox.find, id, event)
    if found is None:
        raise NotFound(f'nothing of an event "{event}" for "{id}" is in the log')
    body = json.loads(found.body) if found.body else None
    return DeliveryWhole(**told(found).model_dump(), body=body, pop=found.pop)


@resource.post("/webhooks/<id>/resend", needs="webhooks:write")
def resend(site: Site, who: Who, id: Id, body: Again) -> Resent:
    """Post again what was given up: all of it, or the events that are named."""
    site.ask(endpoints.get, id)
    count = site.ask(outbox.resend, id, site.now(), body.events)
    site.audited(who, "webhook.resend", id, {}, {"events": count})
    return Resent(events=count)


def read(site: Site, query: Wanted) -> Deliveries:
    """What the page shows, too."""
    if query.endpoint:
        names = [site.ask(endpoints.get, query.endpoint).id]
    else:
        names = [one.id for one in site.ask(endpoints.every)]
    before = int(query.before) if query.before else None
    found = site.ask(watching.page, names, query.state, query.limit, before)
    last = str(found[-1].seq) if len(found) == query.limit else ""
    return Deliveries(deliveries=[told(one) for one in found], next=last)


def told(one: Delivery) -> DeliveryOut:
    """A delivery without what is posted."""
    seconds = round((one.tried - one.made).total_seconds(), 3) if one.tried else None
    values = {name: getattr(one, name) for name in DeliveryOut.model_fields if name != "seconds"}
    return DeliveryOut(**values, seconds=seconds if seconds is None else max(0.0, seconds))
