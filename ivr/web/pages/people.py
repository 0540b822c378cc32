"""Users and tokens: who may sign in, and which programs may ask."""

from __future__ import annotations

from flask import Blueprint, Flask, render_template

from ivr.store import tokens, users
from ivr.web.accounts.roles import ROLES, SCOPES
from ivr.web.guard import needs
from ivr.web.site import Site


def page(site: Site, app: Flask) -> Blueprint:
    blueprint = Blueprint("people", __name__)

    @blueprint.get("/users")
    @needs("users:read")
    def people() -> str:
        return render_template(
            "users.html",
            users=site.ask(users.every),
            tokens=site.ask(tokens.every),
            roles=list(ROLES),
            scopes=SCOPES,
            now=site.now(),
        )

    @blueprint.get("/users/<name>")
    @needs("users:read")
    def person(name: str) -> str:
        return render_template("user.html", user=site.ask(users.get, name), roles=list(ROLES))

    return blueprint
