"""Ways in for machines that are no browser and have no token: each proves itself in a manner of its own."""

from __future__ import annotations

from flask import Flask

from ivr.errors import IvoryError
from ivr.log import get
from ivr.web.doors import hooks, switch_xml
from ivr.web.flows.serving import ServingFlows
from ivr.web.site import Site

log = get(__name__)


def install(app: Flask, site: Site) -> None:
    """Put the doors into `app`."""
    for door in (hooks.door, switch_xml.door):
        app.register_blueprint(door(site))


def ready(site: Site) -> None:
    """Read what FreeSWITCH will ask for: it waits for a second, and the first reading may take as long."""
    if site.settings.web.xml_token.get_secret_value():
        try:
            site.ask(site.part(ServingFlows).names)
        except IvoryError as error:
            log.warning("the switch cannot be answered yet", error=str(error))
