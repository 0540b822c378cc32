"""The API for this moment: calls, queues and agents as they are, and as they change."""

from __future__ import annotations

from typing import cast

from flask import Response

from ivr.errors import IvoryError
from ivr.web.accounts.who import Who
from ivr.web.api.answer import stream
from ivr.web.api.endpoint import Resource
from ivr.web.api.live_shapes import Live
from ivr.web.api.problems import problem
from ivr.web.live.feed import Feed
from ivr.web.site import Site

resource = Resource("live", "This moment.")


@resource.get("/live", needs="live:read")
def look(site: Site) -> Live:
    """How everything is now."""
    return cast(Live, site.part(Feed).look())


@resource.get("/live/stream", needs="live:read", gives=("text/event-stream",))
def follow(site: Site, who: Who) -> Response:
    """How everything is, and what changes, as server-sent events.

    First `snapshot`, as `GET /live`; then `change` with what is another: things by id, null for those that
    are gone; `ping` every ten seconds when nothing happens. A `snapshot` may come again, where too much was
    missed."""
    try:
        events = site.part(Feed).stream(who.by)
    except IvoryError as error:
        return problem(503, error.message, hint=error.hint, headers={"Retry-After": "30"})
    answer = stream(iter(events), "text/event-stream")
    answer.call_on_close(events.close)
    return answer
