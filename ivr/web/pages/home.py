"""The first page: how Ivory is, now."""

from __future__ import annotations

from flask import Blueprint, Flask, render_template

from ivr.web.guard import needs
from ivr.web.site import Site


def page(site: Site, app: Flask) -> Blueprint:
    blueprint = Blueprint("home", __name__)

    @blueprint.get("/")
    @needs("me:read")
    def home() -> str:
        return render_template("home.html")

    return blueprint
