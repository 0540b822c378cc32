"""The application that the tests share, one site after the other.

One takes a tenth of a second to be made, most of it for the table of its routes: more than a test takes.
"""

from __future__ import annotations

from typing import Any

from flask import Flask

from ivr.web import keys
from ivr.web.app import create_app
from ivr.web.assets import Assets
from ivr.web.limits import limiter
from ivr.web.site import Site
from tests.web.contract import Reader


class Anything(dict[str, Any]):
    """A manifest in which every asset is."""

    def __missing__(self, name: str) -> dict[str, Any]:
        return {"file": name}


class Applications:
    """An application for each way in which the web is set up; all that is kept between requests belongs to
    the site that it serves now."""

    def __init__(self) -> None:
        self._made: dict[str, tuple[Flask, Site]] = {}

    def serving(self, site: Site) -> Flask:
        """One that serves `site`, and no other from now on."""
        set_up = site.settings.web.model_dump_json(exclude={"key"})
        if set_up not in self._made:
            inside = Site(site.settings)
            app = create_app(inside, Assets(Anything()))
            app.test_client_class = Reader
            self._made[set_up] = app, inside
        app, inside = self._made[set_up]
        inside.__dict__ = site.__dict__
        app.config["SECRET_KEY"] = keys.sign_key(site.settings.web.key)
        limiter(app).reset()
        return app
