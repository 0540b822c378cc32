"""The API for the audit: who changed what, before and after."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from ivr.store import audits
from ivr.web.api.endpoint import In, Resource
from ivr.web.api.params import Instant
from ivr.web.site import Site

resource = Resource("audit", "Who changed what, and when.")


class Entry(BaseModel):
    """A change, or an order."""

    at: datetime
    by: str = Field(description="`user:li`, `token:crm`, `cli:root`, `agent:1001`.")
    order: str = Field(description="What was done: `user.add`, `agent.ready`.")
    target: str
    before: dict[str, Any]
    after: dict[str, Any]
    result: str


class Wanted(In):
    """Which entries."""

    by: str = Field("", max_length=100, description="Who: `user:li`, or just `li`.")
    order: str = Field("", max_length=100, description="The beginning of what was done: `flow.`.")
    target: str = Field("", max_length=200)
    since: Instant | None = None
    before: Instant | None = Field(None, description="Only older ones: the `at` of the last one seen.")
    limit: int = Field(50, ge=1, le=500)


@resource.get("/audit", needs="audit:read")
def page(site: Site, query: Wanted) -> list[Entry]:
    """Changes and orders, the newest first."""
    return read(site, query)


def read(site: Site, query: Wanted) -> list[Entry]:
    """What the page shows, too."""
    found = site.ask(audits.page, audits.Query(**query.model_dump()))
    return [
        Entry(
            at=one.at,
            by=one.by,
            order=one.order,
            target=one.target,
            before=dict(one.before),
            after=dict(one.after),
            result=one.result,
        )
        for one in found
    ]
