"""How often somebody may ask: the API by who asks, passwords by name and by address."""

from __future__ import annotations

from typing import Any, cast

from flask import Flask, current_app, g, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from ivr.web.site import Site


def install(app: Flask, site: Site) -> None:
    """Begin to count, in memory: there is one web process."""
    made = Limiter(get_remote_address, app=app, storage_uri="memory://", headers_enabled=True)
    app.extensions["ivory_limiter"] = made
    web = site.settings.web
    app.config["IVORY_ATTEMPTS"] = f"{web.attempts} per minute"
    app.config["IVORY_API"] = f"{web.api_per_minute} per minute"


def limiter(app: Flask | None = None) -> Limiter:
    """The counter of an application."""
    return cast(Limiter, (app or cast(Any, current_app)).extensions["ivory_limiter"])


def asker() -> str:
    """Whose requests are counted together: a user, a token, or an address nobody has signed in from."""
    return g.who.by or get_remote_address()


def name_tried() -> str:
    """The name a password is tried for."""
    return request.form.get("name", "").strip().lower()[:100] or "nobody"
