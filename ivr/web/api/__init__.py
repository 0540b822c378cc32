"""The REST API: one file for each kind of thing, all of them listed here."""

from __future__ import annotations

import json
from functools import cache, wraps
from typing import Any, Final

from flask import Blueprint, Flask, Response

from ivr.web.api import (
    agent_orders,
    agents,
    audit,
    calendars,
    calls,
    contacts,
    customer_import,
    customers,
    flow_beginnings,
    flow_checks,
    flow_releases,
    flow_tests,
    flow_traffic,
    flow_trials,
    flow_versions,
    flows,
    groups,
    live,
    live_calls,
    me,
    numbers,
    prompts,
    recordings,
    routing,
    routing_live,
    simulation,
    skills,
    tokens,
    users,
    webhook_deliveries,
    webhook_sources,
    webhooks,
)
from ivr.web.api.endpoint import PREFIX, Endpoint, Resource, view
from ivr.web.api.idempotency import once
from ivr.web.api.openapi import document
from ivr.web.guard import EVERYBODY, csrf, needs
from ivr.web.limits import asker, limiter
from ivr.web.site import Site

RESOURCES: Final[tuple[Resource, ...]] = (
    me.resource, flows.resource, flow_beginnings.resource, flow_checks.resource, flow_tests.resource,
    flow_versions.resource, flow_releases.resource, flow_traffic.resource, flow_trials.resource,
    routing.resource, routing_live.resource, simulation.resource,
    groups.resource, agents.resource, agent_orders.resource, skills.resource,
    numbers.resource, calendars.resource, prompts.resource, calls.resource, live_calls.resource,
    live.resource, recordings.resource, contacts.resource, customers.resource, customer_import.resource,
    users.resource, tokens.resource, webhooks.resource, webhook_deliveries.resource,
    webhook_sources.resource, audit.resource,
)  # fmt: skip
"""Every kind of thing there is, in the order of the document."""


@cache
def described() -> str:
    """The API's description as JSON; takes a second when it is asked for first."""
    return json.dumps(document(RESOURCES), ensure_ascii=False)


def install(app: Flask, site: Site) -> None:
    """Put the API into `app`."""
    blueprint = Blueprint("api", __name__, url_prefix=PREFIX)
    for resource in RESOURCES:
        for endpoint in resource.endpoints:
            _add(blueprint, endpoint, site, app)

    @blueprint.get("/openapi.json")
    @needs(EVERYBODY)
    def openapi() -> Response:
        """The API's description."""
        return Response(site.apart(described), mimetype="application/json")

    app.register_blueprint(blueprint)
    csrf.exempt(blueprint)  # the guard looks itself


def _add(blueprint: Blueprint, endpoint: Endpoint, site: Site, app: Flask) -> None:
    asked = view(endpoint, site)

    @wraps(asked)
    def answered(**path: Any) -> Response:
        return once(site, lambda: asked(**path), secret=endpoint.secret)

    limited = limiter(app).limit(lambda: app.config["IVORY_API"], key_func=asker, scope="api")(answered)
    limited.needs = endpoint.needs  # type: ignore[attr-defined]
    blueprint.add_url_rule(endpoint.path, endpoint.name, limited, methods=[endpoint.method])
