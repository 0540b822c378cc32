"""How often somebody may ask: the API by who asks, passwords by name and by address."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final, cast

from flask import Flask, Response, current_app, g, request
from flask_limiter import HeaderNames, Limiter
from flask_limiter.util import get_remote_address

from ivr.web.site import Site

WAIT: Final = "X-RateLimit-Wait"
"""What the limiter's `Retry-After` is called until it is known whether anybody is refused."""


def install(app: Flask, site: Site) -> None:
    """Begin to count, in memory: there is one web process."""
    app.after_request(_told_when_refused)  # is asked after the limiter, which comes later
    made = Limiter(
        get_remote_address, app=app, storage_uri="memory://", headers_enabled=True,
        header_name_mapping={HeaderNames.RETRY_AFTER: WAIT},
    )  # fmt: skip
    app.extensions["ivory_limiter"] = made
    web = site.settings.web
    app.config["IVORY_ATTEMPTS"] = f"{web.attempts} per minute"
    app.config["IVORY_API"] = f"{web.api_per_minute} per minute"


def _told_when_refused(answer: Response) -> Response:
    """When to come again is said to who is refused: the limiter would say it to everybody."""
    wait = answer.headers.pop(WAIT, None)
    if wait is not None and answer.status_code == HTTPStatus.TOO_MANY_REQUESTS:
        answer.headers["Retry-After"] = wait
    return answer


def limiter(app: Flask | None = None) -> Limiter:
    """The counter of an application."""
    return cast(Limiter, (app or cast(Any, current_app)).extensions["ivory_limiter"])


def asker() -> str:
    """Whose requests are counted together: a user, a token, or an address nobody has signed in from."""
    return g.who.by or get_remote_address()


def name_tried() -> str:
    """The name a password is tried for."""
    return request.form.get("name", "").strip().lower()[:100] or "nobody"
