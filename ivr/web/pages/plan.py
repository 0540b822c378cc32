"""The routing plan as a text, and every turn it took."""

from __future__ import annotations

from flask import Blueprint, Flask, render_template, request

from ivr.acd.plan import EMPTY
from ivr.errors import FlowError
from ivr.routing.planfile import Draft
from ivr.routing.turns import shown
from ivr.store import plans as turns
from ivr.web.api.routing import differences
from ivr.web.guard import needs
from ivr.web.routing import plans
from ivr.web.routing.names import Names
from ivr.web.site import Site
from ivr.web.wording import read

LATEST = 100
"""Turns that the page lists."""


def page(site: Site, app: Flask) -> Blueprint:
    blueprint = Blueprint("plan", __name__)

    @blueprint.get("/routing")
    @needs("routing:read")
    def plan() -> str:
        try:
            found = plans.in_force(site)
        except FlowError as error:  # a draft that cannot be read is still to be repaired
            text = site.apart(lambda: Draft(site.settings.acd.plan).read().text)
            broken = [*map(read, error.findings)]
            return render_template(
                "plan.html", turn=0, text=text, broken=broken, file=error.place, names=Names(EMPTY)
            )
        text = site.apart(shown, found)
        bare = text.partition("\n")[2] if found.turn else text
        return render_template(
            "plan.html", turn=found.turn, text=bare, broken=(), file=site.settings.acd.plan,
            names=Names(found),
        )  # fmt: skip

    @blueprint.get("/routing/turns")
    @needs("routing:read")
    def log() -> str:
        every = site.ask(turns.log, LATEST)
        wanted = request.args.get("turn", type=int)
        against = request.args.get("against", type=int)
        changes = None
        if wanted:
            changes = site.ask(differences, wanted, against if against is not None else wanted - 1)
        return render_template(
            "plan_turns.html", turns=every, wanted=wanted, against=against, changes=changes
        )

    return blueprint
