"""The API for what journeys tell of a flow: where callers go now, and the whole report."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from pydantic import BaseModel, Field, TypeAdapter

from ivr.insight.report import Report
from ivr.web.api.endpoint import In, Resource
from ivr.web.api.flows import Name
from ivr.web.api.params import Instant
from ivr.web.flows import figures
from ivr.web.flows.figures import Window
from ivr.web.flows.workshop import Workshop
from ivr.web.site import Site

resource = Resource("flow-traffic", "What became of callers, from their journeys.")

LONGEST: Final = 31 * 24
"""Hours that are looked back at most."""
_REPORT: Final[TypeAdapter[Report]] = TypeAdapter(Report)


class Since(In):
    """Which calls."""

    hours: int = Field(24, ge=1, le=LONGEST, description="Those that began in so many hours before `until`.")
    until: Instant | None = Field(None, description="Left out: now.")
    version: str = Field("", max_length=64, description="Only of this version; its first signs will do.")


class TrafficOut(BaseModel):
    """Where callers went."""

    since: datetime
    until: datetime
    calls: int = Field(description="That came in by this flow.")
    nodes: Mapping[str, Mapping[str, int]] = Field(
        description="Visits by node and outcome; the outcome of those who are there still is empty."
    )
    gave_up: Mapping[str, int] = Field(description="Callers who hung up at a node with nothing reached.")
    cut: bool = Field(description="Whether there were more calls than are counted.")


@resource.get("/flows/<name>/traffic", needs="flows:read")
def traffic(site: Site, name: Name, query: Since) -> TrafficOut:
    """How many callers took which way through a flow, and where they gave up."""
    return read(site, name, query)


@resource.get("/flows/<name>/stats", needs="flows:read")
def stats(site: Site, name: Name, query: Since) -> dict[str, Any]:
    """The whole report: ways, nodes, menus with the order that would save time, operations."""
    drafts = _drafts(site)
    told = site.ask(figures.told, name, _window(site, query), lambda: drafts)
    return _REPORT.dump_python(told, mode="json")  # type: ignore[no-any-return]


def read(site: Site, name: str, query: Since) -> TrafficOut:
    """What the page shows, too."""
    window, drafts = _window(site, query), _drafts(site)
    found = site.ask(figures.traffic, name, window, lambda: drafts)
    return TrafficOut(
        since=window.since,
        until=window.until,
        calls=found.calls,
        nodes=found.nodes,
        gave_up=found.gave_up,
        cut=found.cut,
    )


def _window(site: Site, query: Since) -> Window:
    until = query.until or site.now()
    return Window(until - timedelta(hours=query.hours), until, query.version)


def _drafts(site: Site) -> Any:
    """The flows of the files."""
    return site.apart(site.part(Workshop).reading).flows
