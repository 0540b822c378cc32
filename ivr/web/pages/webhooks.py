"""Webhooks: who is told of what happens and whether it reaches them, and who may post to us."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Flask, g, render_template, request
from flask_babel import lazy_gettext as _
from pydantic import ValidationError

from ivr.routing.orders import TABLE
from ivr.store.webhooks import endpoints, sources, watching
from ivr.web.api import webhook_deliveries, webhook_sources
from ivr.web.api.webhook_deliveries import Wanted
from ivr.web.doors.hooks import ORDERS
from ivr.web.guard import needs
from ivr.web.site import Site
from ivr.web.webhooks.examples import examples
from ivr.web.webhooks.samples import screen_pop
from ivr.web.webhooks.seen import shown
from ivr.webhooks.types import TYPES, EventType

FAMILIES: Final = {
    "call": _("Calls"),
    "contact": _("Contacts with agents"),
    "agent": _("Agents"),
    "recording": _("Recordings"),
    "survey": _("Surveys"),
    "callback": _("Callbacks"),
    "flow": _("Flows"),
}
"""Types of events as people look for them, by the beginning of their names."""
SHOWN: Final = 20


def page(site: Site, app: Flask) -> Blueprint:
    blueprint = Blueprint("webhooks", __name__)

    @blueprint.get("/webhooks")
    @needs("webhooks:read")
    def every() -> str:
        found = site.ask(endpoints.every)
        does = site.ask(watching.health, [one.id for one in found])
        return render_template(
            "webhooks.html",
            endpoints=[shown(one, does[one.id], g.who) for one in found],
            delivering=site.ask(watching.delivering, site.now()),
            counted=watching.COUNTED,
            families=families(),
            sample=screen_pop,
        )

    @blueprint.get("/webhooks/to/<name>")
    @needs("webhooks:read")
    def endpoint(name: str) -> str:
        kept = site.ask(endpoints.get, name)
        given = {key: value for key, value in request.args.items() if key in ("state", "before")}
        try:
            wanted = Wanted.model_validate({**given, "endpoint": name, "limit": SHOWN})
        except ValidationError:
            wanted = Wanted.model_validate({"endpoint": name, "limit": SHOWN})
        return render_template(
            "webhook.html",
            endpoint=shown(kept, site.ask(watching.health, [name])[name], g.who),
            delivering=site.ask(watching.delivering, site.now()),
            log=webhook_deliveries.read(site, wanted),
            wanted=wanted,
            counted=watching.COUNTED,
            families=families(),
            now=site.now(),
        )

    @blueprint.get("/webhooks/from")
    @needs("webhooks:read")
    def senders() -> str:
        found = [webhook_sources.shown(site, one) for one in site.ask(sources.every)]
        return render_template("webhook_sources.html", sources=found)

    @blueprint.get("/webhooks/from/<name>")
    @needs("webhooks:read")
    def sender(name: str) -> str:
        source = webhook_sources.shown(site, site.ask(sources.get, name))
        orders = {order: TABLE[order].words for order in sorted(ORDERS)}
        return render_template(
            "webhook_source.html",
            source=source,
            examples=examples(source.url),
            orders=orders,
            now=site.now(),
        )

    return blueprint


def families() -> dict[str, tuple[str, list[EventType]]]:
    """The types that can be chosen, by family, each with its words."""
    return {
        family: (str(words), [one for one in TYPES.values() if one.name.partition(".")[0] == family])
        for family, words in FAMILIES.items()
    }
