"""Who is let through to which route, and what every answer carries to keep browsers safe.

Each route names the scope it needs, as an attribute `needs` of its function: one that names none cannot be
put into service. The session is a random secret in a signed cookie, of which the store knows the digest;
programs show a token, and browsers never send one by themselves, so that only sessions need CSRF protection.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any, Final, TypeVar
from urllib.parse import urlencode

from flask import Flask, Response, g, redirect, render_template, request, session
from flask_wtf.csrf import CSRFError, CSRFProtect

from ivr.errors import StoreError
from ivr.web.accounts import entrance
from ivr.web.accounts.secrets import TOKEN_PREFIX
from ivr.web.accounts.who import NOBODY
from ivr.web.api.endpoint import PREFIX
from ivr.web.api.problems import problem
from ivr.web.site import Site

View = TypeVar("View", bound=Callable[..., Any])

EVERYBODY: Final = ""
"""What a route needs that is open to all, signed in or not."""
SECRET: Final = "secret"  # noqa: S105 - the name it has in the cookie
SAFE_METHODS: Final = ("GET", "HEAD", "OPTIONS")

_POLICY: Final = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "media-src 'self' blob:; worker-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)

csrf = CSRFProtect()


def needs(scope: str) -> Callable[[View], View]:
    """Name the scope that a page's function needs."""

    def attach(view: View) -> View:
        view.needs = scope  # type: ignore[attr-defined]
        return view

    return attach


def machines(view: View) -> View:
    """A route for machines that prove themselves in a manner of their own: no cookie counts there, so that
    nobody's browser can be made to use it."""
    view.machines = True  # type: ignore[attr-defined]
    return view


def install(app: Flask, site: Site) -> None:
    """Put the guard before every route of `app`."""
    csrf.init_app(app)
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    app.config["WTF_CSRF_TIME_LIMIT"] = None  # as long as the session
    app.before_request(lambda: _recognise(site))
    app.before_request(lambda: _let_through(app))
    app.after_request(_protect)
    app.register_error_handler(CSRFError, _forged)


def undeclared(app: Flask) -> list[str]:
    """Routes that do not say what they need."""
    return [
        name for name, view in app.view_functions.items() if not hasattr(view, "needs") and name != "static"
    ]


def asks_api() -> bool:
    """Whether the present request is one to the API."""
    return request.path.startswith(f"{PREFIX}/")


def _recognise(site: Site) -> Response | None:
    """Find out who asks, once for the whole request."""
    g.nonce, g.who = secrets.token_urlsafe(16), NOBODY
    if request.endpoint == "static":
        return None
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    try:
        if scheme.lower() == "bearer":
            found = site.ask(entrance.by_token, token, site.now()) if token.startswith(TOKEN_PREFIX) else None
            if found is None:
                return problem(
                    401, "the token is not known, or its time is over", code="A001",
                    headers={"WWW-Authenticate": 'Bearer error="invalid_token"'},
                )  # fmt: skip
            g.who = found
        elif secret := session.get(SECRET):
            g.who = site.ask(entrance.by_session, secret, site.now(), site.lasting) or NOBODY
    except StoreError as error:
        return _without_store(error)
    return None


def _let_through(app: Flask) -> Any:
    """Refuse who may not do what the route is for; None lets through."""
    if request.endpoint is None or request.endpoint == "static":
        return None
    scope: str = getattr(app.view_functions[request.endpoint], "needs", "*")
    if scope != EVERYBODY and not g.who:
        return _ask_to_sign_in()
    if scope != EVERYBODY and not g.who.may(scope):
        words = "this needs a right that you do not have"
        if asks_api():
            return problem(403, f"{words}: {scope}", code="A006", hint="an admin can give it to you")
        return render_template("refused.html", scope=scope), 403
    for_machines = getattr(app.view_functions[request.endpoint], "machines", False)
    if request.method not in SAFE_METHODS and not g.who.token and not for_machines:
        csrf.protect()
    return None


def _ask_to_sign_in() -> Any:
    if asks_api() or request.method not in SAFE_METHODS:
        return problem(
            401, "sign in first, or show a token", code="A001", headers={"WWW-Authenticate": "Bearer"}
        )
    return redirect(f"/sign-in?{urlencode({'next': request.full_path.rstrip('?')})}")


def _without_store(error: StoreError) -> Response:
    if asks_api():
        return problem(503, error.message, code=error.code, hint=error.hint)
    return Response(render_template("failed.html", status=503, message=error.message, hint=error.hint), 503)


def _forged(error: CSRFError) -> Response:
    return problem(
        400, "this page is from an earlier visit", code="A007", hint="load it anew, and repeat what you did"
    )


def _protect(answer: Response) -> Response:
    headers = answer.headers
    headers.setdefault(
        "Content-Security-Policy",
        f"{_POLICY}; style-src 'self' 'nonce-{g.nonce}'",
    )
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("X-Frame-Options", "DENY")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "microphone=(self), camera=(), geolocation=()")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    if request.is_secure:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if request.endpoint != "static":
        headers.setdefault("Cache-Control", "no-store")
    return answer
