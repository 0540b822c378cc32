"""The Flask application: pages and API over one site. Everything it consists of is listed here."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask, Response, g, render_template, request
from flask_wtf.csrf import generate_csrf
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from ivr.errors import IvoryError, NotFound
from ivr.log import get
from ivr.web import api, assets, doors, guard, keys, languages, limits, pages
from ivr.web.api.problems import of, problem
from ivr.web.site import Site
from ivr.web.wording import in_words

log = get(__name__)

FOLDER = Path(__file__).parent
MAX_CONTENT = 32 << 20
"""Bytes of a request: a recording of a prompt is the largest there is."""
KEPT = timedelta(days=365)
"""For which browsers keep a built file: another content has another name."""


def create_app(site: Site, built: assets.Assets | None = None) -> Flask:
    """The application.

    Args:
        built: the front-end; what `make setup` has built when left out.

    Raises:
        IvoryError: the front-end was not built, or the cookies' key cannot be had.
    """
    app = Flask("ivr.web", root_path=str(FOLDER), static_folder="static", template_folder="templates")
    app.config.update(
        SECRET_KEY=keys.sign_key(site.settings.web.key.expanduser()),
        SESSION_COOKIE_NAME="ivory",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=site.settings.web.url.startswith("https://"),
        PERMANENT_SESSION_LIFETIME=site.lasting.whole,
        MAX_CONTENT_LENGTH=MAX_CONTENT,
        MAX_FORM_MEMORY_SIZE=1 << 20,
        SEND_FILE_MAX_AGE_DEFAULT=KEPT,
        JSON_SORT_KEYS=False,
    )
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.url_map.merge_slashes = False  # or `/groups/%2Fsales` would lead to another thing than it names
    app.extensions["ivory"] = site
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    if proxies := site.settings.web.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)  # type: ignore[method-assign]
    languages.install(app)
    app.add_template_filter(in_words)
    guard.install(app, site)
    limits.install(app, site)
    _tell_templates(app, site, built or assets.load())
    pages.install(app, site)
    api.install(app, site)
    doors.install(app, site)
    _tell_faults(app)
    if missing := guard.undeclared(app):
        raise RuntimeError(f"these routes do not say what they need: {missing}")
    return app


def _tell_templates(app: Flask, site: Site, built: assets.Assets) -> None:
    """What every template may use."""

    @app.context_processor
    def everywhere() -> dict[str, Any]:
        language = languages.chosen()
        return {
            "asset": built.url,
            "imports": built.imports,
            "csrf": generate_csrf,
            "language": languages.TAGS[language],
            "languages": languages.LANGUAGES,
            "menu": pages.menu,
            "role_options": languages.role_options,
            "role_words": languages.role_words,
            "nonce": g.nonce,
            "who": g.who,
            "theme": g.who.theme or request.cookies.get("ivory_theme", "auto"),
        }


def _tell_faults(app: Flask) -> None:
    """What goes wrong is said in the API's way or as a page, and never shows more than that."""

    @app.errorhandler(IvoryError)
    def known(error: IvoryError) -> Any:
        if guard.asks_api():
            return of(error)
        status = 404 if isinstance(error, NotFound) else 503
        words = {"message": in_words(error.message), "hint": in_words(error.hint)}
        return render_template("failed.html", status=status, **words), status

    @app.errorhandler(HTTPException)
    def refused(error: HTTPException) -> Any:
        status = error.code or 500
        if status < 400:
            return error
        if guard.asks_api():
            kept = ("Retry-After", "Allow")
            given = error.get_response().headers
            headers = {name: given[name] for name in kept if name in given}
            return problem(status, error.description or "", headers=headers)
        return render_template("failed.html", status=status, message="", hint=""), status

    @app.errorhandler(Exception)
    def unknown(error: Exception) -> Any:
        log.error("request failed", method=request.method, path=request.path, exc_info=error)
        if guard.asks_api():
            return problem(500, "it failed", hint="the log of `ivr web` says why")
        return Response(render_template("failed.html", status=500, message="", hint=""), 500)
