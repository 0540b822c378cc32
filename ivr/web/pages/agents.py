"""Agents: how they are, what each knows, and one by one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, Flask, g, render_template

from ivr.acd.plan import LoadedPlan, rows, things
from ivr.acd.plan.types import is_language
from ivr.errors import NotFound
from ivr.store import agent_history
from ivr.web.api.routing_live import of_agent
from ivr.web.api.skills import listed
from ivr.web.guard import needs
from ivr.web.routing import plans, view
from ivr.web.routing.live import perhaps
from ivr.web.routing.names import Names
from ivr.web.site import Site

LATEST = 30
"""Changes of state that an agent's page shows."""


def page(site: Site, app: Flask) -> Blueprint:
    blueprint = Blueprint("agents", __name__)

    def now(plan: LoadedPlan) -> dict[str, Any]:
        status, silent = perhaps(site, g.who)
        return {"plan": plan, "names": Names(plan), "status": status, "silent": silent, "view": view}

    @blueprint.get("/agents")
    @needs("routing:read")
    def agents() -> str:
        plan = plans.in_force(site)
        return render_template("agents.html", agents=_every(plan), **now(plan))

    @blueprint.get("/agents/-/rows")
    @needs("routing:read")
    def agent_rows() -> str:
        plan = plans.in_force(site)
        return render_template("agent_rows.html", agents=_every(plan), **now(plan))

    @blueprint.get("/skills")
    @needs("routing:read")
    def matrix() -> str:
        plan = plans.in_force(site)
        known = {one.id: one.agents for one in listed(plan)}
        return render_template(
            "skills.html", agents=_every(plan), skills=columns(plan), known=known, **now(plan)
        )

    @blueprint.get("/agents/<agent>")
    @needs("routing:read")
    def one(agent: str) -> str:
        plan, said = _agent(site, agent)
        day = site.ask(agent_history.figures, agent, site.now() - timedelta(days=1), site.now())
        history = site.ask(agent_history.states, agent, None, None, "", LATEST)
        return render_template(
            "agent.html", agent=rows.agent(plan, agent), said=said, etag=plans.digest(said), day=day,
            history=history.items, skills=columns(plan), mine=of_agent, **now(plan),
        )  # fmt: skip

    @blueprint.get("/agents/<agent>/now")
    @needs("routing:read")
    def one_now(agent: str) -> str:
        plan, _said = _agent(site, agent)
        return render_template("agent_now.html", agent=rows.agent(plan, agent), mine=of_agent, **now(plan))

    return blueprint


def columns(plan: LoadedPlan) -> list[str]:
    """Skills of the plan, then languages that somebody speaks or a group asks for."""
    spoken = [skill for agent in plan.plan.agents.values() for skill in agent.skills]
    asked = [skill for group in plan.plan.groups.values() for skill in group.require]
    languages = sorted({skill for skill in [*spoken, *asked] if is_language(skill)})
    return list(dict.fromkeys([*plan.centre.skills, *languages]))


def _every(plan: LoadedPlan) -> list[dict[str, Any]]:
    return [rows.agent(plan, name) for name in plan.plan.agents]


def _agent(site: Site, agent: str) -> tuple[LoadedPlan, dict[str, Any]]:
    plan = plans.in_force(site)
    said = things.agent(plan.data, agent)
    if said is None:
        raise NotFound(f'there is no agent "{agent}"')
    return plan, said
