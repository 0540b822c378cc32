"""The API for queues and agents as they are at this moment."""

from __future__ import annotations

from typing import Any, cast

from ivr.errors import NotFound
from ivr.web.accounts.who import Who
from ivr.web.api.agents import Id
from ivr.web.api.endpoint import Resource
from ivr.web.api.live_shapes import Now, OneAgent
from ivr.web.routing.live import status
from ivr.web.site import Site

resource = Resource("routing-live", "Queues and agents at this moment.")


@resource.get("/routing/live", needs="live:read")
def everything(site: Site, who: Who) -> Now:
    """Groups, agents and contacts."""
    return cast(
        Now, {name: value for name, value in status(site, who).items() if name in Now.__annotations__}
    )


@resource.get("/agents/<agent>/live", needs="live:read")
def one(site: Site, who: Who, agent: Id) -> OneAgent:
    """An agent, with the contacts they have or are offered."""
    now = status(site, who)
    found = now["agents"].get(agent)
    if found is None:
        raise NotFound(f'there is no agent "{agent}"')
    return cast(OneAgent, {"now": now["now"], **found, "contacts": of_agent(now, agent)})


def of_agent(now: dict[str, Any], agent: str) -> dict[str, Any]:
    """The contacts that an agent has, or is offered."""
    return {
        id: one
        for id, one in now["contacts"].items()
        if one.get("agent") == agent or agent in (one.get("offers") or {}).values()
    }
