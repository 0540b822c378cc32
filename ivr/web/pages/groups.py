"""Skill groups: who waits in each, and what each asks, promises and does when nobody can."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, Flask, g, render_template, request

from ivr.acd import strategies
from ivr.acd.plan import LoadedPlan, rows, things
from ivr.acd.plan.model import LIMITS, PLACES
from ivr.errors import Finding, IvoryError, NotFound
from ivr.web.guard import needs
from ivr.web.live.today import Today
from ivr.web.routing import plans, view
from ivr.web.routing.live import perhaps
from ivr.web.routing.names import Names
from ivr.web.routing.sheet import sheet
from ivr.web.site import Site

ORDERS = ("waiting", "priority", "weighted", "service_level")


def page(site: Site, app: Flask) -> Blueprint:
    blueprint = Blueprint("groups", __name__)

    def now(plan: LoadedPlan) -> dict[str, Any]:
        status, silent = perhaps(site, g.who)
        return {
            "plan": plan, "names": Names(plan), "status": status, "silent": silent, "view": view,
            "waiting": sorted((one for one in status["contacts"].items() if "waited" in one[1]),
                              key=lambda one: -one[1]["waited"]),
        }  # fmt: skip

    @blueprint.get("/groups")
    @needs("routing:read")
    def groups() -> str:
        plan = plans.in_force(site)
        every = [rows.group(plan, name) for name in plan.plan.groups]
        return render_template(
            "groups.html", groups=every, wide=_errors(plan), levels=_levels(site, every), **now(plan)
        )

    @blueprint.get("/groups/-/rows")
    @needs("routing:read")
    def group_rows() -> str:
        plan = plans.in_force(site)
        every = [rows.group(plan, name) for name in plan.plan.groups]
        return render_template("group_rows.html", groups=every, levels=_levels(site, every), **now(plan))

    @blueprint.get("/groups/-/waiting")
    @needs("routing:read")
    def waiting() -> str:
        return render_template(
            "group_waiting.html", wanted=request.args.get("group", ""), **now(plans.in_force(site))
        )

    @blueprint.get("/groups/<group>")
    @needs("routing:read")
    def one(group: str) -> str:
        plan = plans.in_force(site)
        said = things.group(plan.data, group)
        if said is None:
            raise NotFound(f'there is no group "{group}"')
        return render_template(
            "group.html", group=rows.group(plan, group), said=said, sheet=sheet(plan, said),
            etag=plans.digest(said), usual=view.usual(plan), findings=_about(plan, group),
            strategies=strategies.names(), orders=ORDERS, reasons=list(LIMITS), places=PLACES, **now(plan),
        )  # fmt: skip

    return blueprint


def _levels(site: Site, every: Sequence[Mapping[str, Any]]) -> Mapping[str, float]:
    """Who was answered in time today, by group, as the first page counts it; nothing without a database."""
    targets = {group["id"]: group["target"] for group in every}
    try:
        return site.ask(site.part(Today).ask, site.now(), targets).levels
    except IvoryError:
        return {}


def _errors(plan: LoadedPlan) -> list[Finding]:
    return [one for one in plan.findings if one.severity == "error"]


def _about(plan: LoadedPlan, group: str) -> list[Finding]:
    """What is to be warned of in a group's part of the plan."""
    begin = plan.place(("groups", group)).line
    later = [plan.place(("groups", name)).line for name in plan.plan.groups]
    after = min((line for line in later if line > begin), default=begin + 200)
    found = [one for one in plan.findings if begin - 1 <= one.place.line < after]
    return [one for one in found if group in one.message or one.place.line > begin]
