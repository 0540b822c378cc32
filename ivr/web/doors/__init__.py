"""Ways in for machines that are no browser and have no token: each proves itself in a manner of its own."""

from __future__ import annotations

from flask import Flask

from ivr.web.doors import hooks, switch_xml
from ivr.web.site import Site


def install(app: Flask, site: Site) -> None:
    """Put the doors into `app`."""
    for door in (hooks.door, switch_xml.door):
        app.register_blueprint(door(site))
