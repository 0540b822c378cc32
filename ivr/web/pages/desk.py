"""An agent's own page: ready or not, who calls, the telephone, and what became of it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, g, render_template, request

from ivr.acd.plan import LoadedPlan
from ivr.web.api.routing_live import of_agent
from ivr.web.guard import needs
from ivr.web.routing import plans, view
from ivr.web.routing.live import perhaps
from ivr.web.routing.names import Names
from ivr.web.site import Site
from ivr.web.telephones import Telephones


def page(site: Site, app: Flask) -> Blueprint:
    blueprint = Blueprint("desk", __name__)

    def seen(agent: str, plan: LoadedPlan) -> dict[str, Any]:
        status, silent = perhaps(site, g.who)
        found = status["agents"].get(agent, {})
        group = plan.centre.groups.get(_group(status, found))
        codes = plan.centre.dispositions
        own = group.dispositions if group is not None and group.dispositions is not None else list(codes)
        return {
            "agent": agent, "me": plan.plan.agents.get(agent), "plan": plan, "names": Names(plan),
            "status": status, "silent": silent, "now": found, "state": view.state(found), "view": view,
            "contacts": of_agent(status, agent), "there": site.part(Telephones).there,
            "codes": {name: codes[name] for name in own if name in codes},
        }  # fmt: skip

    @blueprint.get("/agent")
    @needs("agents:self")
    def desk() -> str:
        plan = plans.in_force(site)
        return render_template("desk.html", others=_others(plan), **seen(_chosen(plan), plan))

    @blueprint.get("/agent/now")
    @needs("agents:self")
    def now() -> str:
        plan = plans.in_force(site)
        return render_template("desk_now.html", **seen(_chosen(plan), plan))

    return blueprint


def _chosen(plan: LoadedPlan) -> str:
    """The agent that somebody is, or, if they may act for others, wants to be; empty: none."""
    wanted = request.args.get("as", "")
    if wanted in plan.plan.agents and g.who.may("agents:drive"):
        return wanted
    return g.who.agent if g.who.agent in plan.plan.agents else ""


def _others(plan: LoadedPlan) -> list[tuple[str, str]]:
    """Agents to choose from, for those who may."""
    if not g.who.may("agents:drive"):
        return []
    return [(name, agent.name) for name, agent in plan.plan.agents.items()]


def _group(status: dict[str, Any], agent: dict[str, Any]) -> str:
    """The group of the contact an agent has, or had last."""
    contact = next((one for one in agent.get("contacts") or ()), "")
    last = agent.get("last") or {}
    return str(status["contacts"].get(contact, last).get("group", ""))
