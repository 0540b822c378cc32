"""One's own account: how one likes the pages, password, browsers one is signed in with."""

from __future__ import annotations

from flask import Blueprint, Flask, g, render_template

from ivr.store import sessions
from ivr.web.browsers import words
from ivr.web.guard import needs
from ivr.web.site import Site


def page(site: Site, app: Flask) -> Blueprint:
    blueprint = Blueprint("account", __name__)

    @blueprint.get("/account")
    @needs("me:read")
    def account() -> str:
        return render_template("account.html", browsers=site.ask(sessions.of, g.who.name), words=words)

    return blueprint
