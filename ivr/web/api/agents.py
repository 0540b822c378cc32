"""The API for agents: who they are in the plan, what they know, how they are now, what they did."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any, Final

from pydantic import BaseModel, Field

from ivr.acd.plan import LoadedPlan, rows, things
from ivr.acd.plan.changes import Changes, without_agent
from ivr.acd.plan.pins import KEPT
from ivr.errors import NotFound
from ivr.store import agent_history
from ivr.store.database import Store
from ivr.web.accounts.who import Who
from ivr.web.api.answer import NOTHING, Answer, created
from ivr.web.api.endpoint import In, Resource
from ivr.web.api.groups import Put, noted, told
from ivr.web.api.params import PLAIN, Instant, Page
from ivr.web.routing import plans
from ivr.web.routing.things import AgentIn, NewAgent, wanted
from ivr.web.site import Site

resource = Resource("agents", "Agents: people who serve contacts.")

Id = Annotated[str, Field(min_length=1, max_length=64, pattern=PLAIN)]
Cell = Annotated[int, Field(ge=0, le=10)]
USUAL: Final = timedelta(days=1)


class AgentRow(BaseModel):
    """An agent as the plan has them."""

    id: str
    name: str
    skills: dict[str, int]
    tiers: dict[str, dict[str, int]] = Field(description="Groups, with level and position in each.")
    grade: int
    dial: str = Field(description="The telephone that rings.")
    pin: bool = Field(description="Whether they have a PIN to sign in by telephone.")


class Cells(In):
    """Cells of the table of agents and skills."""

    agents: dict[str, dict[str, Cell | None]] = Field(
        max_length=5000, description="Levels by agent and skill, 1 to 10; 0 or null: they do not know it."
    )
    message: str = Field("", max_length=200, description="Why, for the log.")


class Event(BaseModel):
    """An agent came into a state."""

    at: datetime
    state: str
    reason: str
    by: str
    contact: str


class Events(BaseModel):
    """A page of changes, the latest first."""

    events: list[Event]
    next: str


class Span(In):
    """Which time; the last day, when left out."""

    since: Instant | None = None
    until: Instant | None = None


class Figures(BaseModel):
    """What an agent did in a time. Spans are seconds."""

    agent: str
    since: datetime
    until: datetime
    answered: int
    talk: float
    hold: float
    wrap_up: float
    offered: int = Field(description="How often their telephone rang.")
    missed: int = Field(description="Of these: rang out, declined, busy, not reachable.")
    states: dict[str, float] = Field(description="How long they were in each state.")
    occupancy: float | None = Field(description="Share of the time at work or ready that was work.")


@resource.get("/agents", needs="routing:read")
def every(site: Site) -> list[AgentRow]:
    """All agents of the plan."""
    plan = plans.in_force(site)
    return [AgentRow.model_validate(rows.agent(plan, name)) for name in plan.plan.agents]


@resource.post("/agents", needs="routing:write", status=201, returns=Put)
def add(site: Site, who: Who, body: NewAgent) -> Answer:
    """Add an agent."""
    done = save(site, who, body.id, body, "", new=True)
    return created(done, f"/api/v1/agents/{body.id}", _etag(site, body.id))


@resource.patch("/agents", needs="routing:write", returns=Put, also={404: "There is none of those agents."})
def levels(site: Site, who: Who, body: Cells) -> Put:
    """Set what agents know, many at once: one turn of the plan. What is not named stays as it is."""

    def changes(plan: LoadedPlan) -> Changes:
        unknown = [name for name in body.agents if name not in plan.plan.agents]
        if unknown:
            raise NotFound(f'there is no agent "{unknown[0][:64]}"')
        return things.put_levels(plan.data, body.agents)

    done, after = noted(site, who, "agent.skills", "-", changes, ("agents",), body.message)
    return told("", done, after)


@resource.get("/agents/<agent>", needs="routing:read", returns=AgentIn)
def get(site: Site, agent: Id) -> Answer:
    """What the plan says of an agent."""
    found = things.agent(plans.in_force(site).data, agent)
    if found is None:
        raise NotFound(f'there is no agent "{agent}"')
    return Answer(found, etag=plans.digest(found))


@resource.put("/agents/<agent>", needs="routing:write", returns=Put)
def put(site: Site, who: Who, agent: Id, body: AgentIn, match: str, new: bool) -> Answer:
    """Change an agent; with `If-None-Match: *`, add them. The PIN stays where none is sent."""
    return Answer(save(site, who, agent, body, match, new=new), etag=_etag(site, agent))


@resource.delete("/agents/<agent>", needs="routing:write", status=204)
def remove(site: Site, who: Who, agent: Id, match: str) -> Answer:
    """Take an agent out of the plan, and out of every group; a talk is let finish."""

    def changes(plan: LoadedPlan) -> Changes:
        plans.check_match("agent", things.agent(plan.data, agent), match, new=False)
        return without_agent(plan.data, agent)

    noted(site, who, "agent.remove", agent, changes, ("agents", agent), f"{agent} removed")
    return NOTHING


@resource.get("/agents/<agent>/history", needs="routing:read")
def history(site: Site, agent: Id, query: Page) -> Events:
    """The changes of an agent's state, the latest first."""
    since, until, before = query.since, query.until, query.before
    found = site.ask(agent_history.states, agent, since, until, before, query.limit)
    events = [Event(at=one.at, state=one.state, reason=one.reason, by=one.by, contact=one.contact)
              for one in found.items]  # fmt: skip
    return Events(events=events, next=found.next)


@resource.get("/agents/<agent>/figures", needs="routing:read")
def figures(site: Site, agent: Id, query: Span) -> Figures:
    """What an agent did: contacts, talk, wrap-up, time in each state."""
    until = query.until or site.now()
    since = query.since or until - USUAL
    return Figures(**site.ask(agent_history.figures, agent, since, until))


def save(site: Site, who: Who, agent: str, body: Any, match: str, *, new: bool) -> Put:
    """Put an agent into the plan. One who was taken out a little ago and comes back has their PIN again."""
    options = wanted(body)

    def work(store: Store) -> dict[str, Any]:
        there = agent in plans.present(store, site.settings.acd.plan).plan.agents
        if there or options.get("pin") != KEPT:
            return options
        return {**options, "pin": plans.former_pin(store, agent) or None}

    options = site.ask(work)

    def changes(plan: LoadedPlan) -> Changes:
        plans.check_match("agent", things.agent(plan.data, agent), match, new=new)
        return things.put_agent(plan.data, agent, options)

    order = "agent.add" if new else "agent.change"
    done, after = noted(site, who, order, agent, changes, ("agents", agent), body.message)
    return told(agent, done, after)


def _etag(site: Site, agent: str) -> str:
    return plans.digest(things.agent(plans.in_force(site).data, agent))
